//! One try at one effect, and what is stored of it: the performer's side of the dispatcher, with the machine's types
//! on the inside and none on the outside.

use super::Engine;
use super::backoff;
use super::dispatcher::StepResult;
use super::machine::{Effect as _, Machine};
use super::perform::{Outcome, Perform, Task};
use super::run::{Ending, RunError};
use super::store::{ClaimedEffect, End, StoreError};
use async_trait::async_trait;
use futures_util::FutureExt as _;
use jiff::Timestamp;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// An effect whose tries have so often not ended (the process died, the claim ran out) is not tried again: it may be what
/// kills the process.
const MAX_LOST: u32 = 5;

/// A performer, seen without its machine's types.
#[async_trait]
pub(super) trait Attempt: Send + Sync {
    /// As [`Perform::local`].
    fn local(&self) -> &'static [&'static str];

    /// Tries the effect once and stores what came of it.
    async fn attempt(&self, engine: &Engine, claimed: &ClaimedEffect) -> Result<StepResult, StoreError>;
}

/// The performer of machine `M`.
pub(super) struct Registered<M, P> {
    performer: P,
    machine: PhantomData<fn() -> M>,
}

impl<M, P> Registered<M, P> {
    pub(super) fn new(performer: P) -> Self {
        Registered {
            performer,
            machine: PhantomData,
        }
    }
}

#[async_trait]
impl<M: Machine, P: Perform<M>> Attempt for Registered<M, P> {
    fn local(&self) -> &'static [&'static str] {
        self.performer.local()
    }

    async fn attempt(&self, engine: &Engine, claimed: &ClaimedEffect) -> Result<StepResult, StoreError> {
        let effect: M::Effect = match serde_json::from_str(&claimed.body) {
            Ok(effect) => effect,
            Err(error) => return bury_unreadable::<M>(engine, claimed, &error).await,
        };
        let task = Task {
            store: claimed.address.store.clone(),
            aggregate_id: claimed.address.id.clone(),
            effect,
            key: claimed.key.clone(),
            attempt: claimed.attempt,
        };
        let settle = Settle {
            engine,
            claimed,
            task: &task,
            performer: &self.performer,
            machine: PhantomData,
        };
        if claimed.lost >= MAX_LOST {
            return settle.bury("its tries never ended".to_owned()).await;
        }
        let began = Instant::now();
        let outcome = try_once(&self.performer, &task).await;
        let name = task.effect.name();
        metrics::histogram!("karfa_effect_seconds", "kind" => M::KIND, "effect" => name)
            .record(began.elapsed().as_secs_f64());
        settle.settle(outcome).await
    }
}

/// The performer's outcome; a timeout or a panic is a try that failed.
async fn try_once<M: Machine>(performer: &impl Perform<M>, task: &Task<M::Effect>) -> Outcome<M::Command> {
    let performed = AssertUnwindSafe(performer.perform(task)).catch_unwind();
    match timeout(task.effect.policy().timeout, performed).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Outcome::retry("the performer panicked"),
        Err(_elapsed) => Outcome::retry("no answer in time"),
    }
}

/// What is to be stored of a try.
struct Settle<'a, M: Machine, P> {
    engine: &'a Engine,
    claimed: &'a ClaimedEffect,
    task: &'a Task<M::Effect>,
    performer: &'a P,
    machine: PhantomData<fn() -> M>,
}

impl<M: Machine, P: Perform<M>> Settle<'_, M, P> {
    async fn settle(&self, outcome: Outcome<M::Command>) -> Result<StepResult, StoreError> {
        match outcome {
            Outcome::Done => self.end(End::Done, StepResult::Done).await,
            Outcome::Command(command) => self.command(&command).await,
            Outcome::Retry { why, after } => self.retry(why, after).await,
            Outcome::Dead { why } => self.bury(why).await,
        }
    }

    async fn command(&self, command: &M::Command) -> Result<StepResult, StoreError> {
        let address = &self.claimed.address;
        match self
            .engine
            .run_ending::<M>(address, command, self.claimed.claim, End::Done)
            .await
        {
            Ok(Ending::Committed) => Ok(self.counted(StepResult::Commanded)),
            Ok(Ending::Refused) => Ok(self.counted(StepResult::Refused)),
            Ok(Ending::ClaimLost) => Ok(self.counted(StepResult::ClaimLost)),
            Err(RunError::Store(error)) => Err(error),
            Err(RunError::Contended | RunError::Refused(_)) => {
                self.retry(
                    "its outcome could not be committed: too many changes at once".to_owned(),
                    None,
                )
                .await
            }
        }
    }

    async fn retry(&self, why: String, wish: Option<Duration>) -> Result<StepResult, StoreError> {
        let policy = self.task.effect.policy();
        // A try that never ended says nothing about the effect: the process was stopped.
        let failed = self.claimed.attempt.saturating_sub(self.claimed.lost);
        if failed >= policy.max_attempts {
            return self.bury(why).await;
        }
        let pause = backoff::pause(&policy, failed, wish, self.engine.random());
        let due = self.engine.now().checked_add(pause).unwrap_or(Timestamp::MAX);
        self.log_failure(&why, "an effect failed and will be tried again");
        self.end(End::Retry { due, why }, StepResult::Retry { due }).await
    }

    /// No more tries. If the machine takes it from here the row is deleted with all that it holds; if not, it stays,
    /// dead, until an operator retries it.
    async fn bury(&self, why: String) -> Result<StepResult, StoreError> {
        let Some(command) = self.performer.given_up(self.task) else {
            self.log_failure(&why, "an effect has died: see karfa dead-letters");
            return self.end(End::Dead { why }, StepResult::Dead).await;
        };
        self.log_failure(&why, "an effect was given up");
        let end = End::Done;
        let address = &self.claimed.address;
        match self
            .engine
            .run_ending::<M>(address, &command, self.claimed.claim, end.clone())
            .await
        {
            Ok(Ending::Committed | Ending::Refused) => Ok(self.counted(StepResult::Dead)),
            Ok(Ending::ClaimLost) => Ok(self.counted(StepResult::ClaimLost)),
            Err(RunError::Store(error)) => Err(error),
            // The machine has not heard of it yet, so the effect must not die yet: the next try ends here again.
            Err(RunError::Contended | RunError::Refused(_)) => {
                let due = self.engine.now();
                let why = "its death could not be committed: too many changes at once".to_owned();
                self.end(End::Retry { due, why }, StepResult::Retry { due }).await
            }
        }
    }

    async fn end(&self, end: End, result: StepResult) -> Result<StepResult, StoreError> {
        let held = self.engine.store().end(self.claimed.claim, end).await?;
        Ok(self.counted(if held { result } else { StepResult::ClaimLost }))
    }

    fn counted(&self, result: StepResult) -> StepResult {
        count(M::KIND, self.task.effect.name(), &result);
        result
    }

    fn log_failure(&self, why: &str, what: &'static str) {
        let (effect, attempt, key) = (self.task.effect.name(), self.task.attempt, &self.task.key);
        tracing::warn!(kind = M::KIND, effect, attempt, key, why, "{what}");
    }
}

/// The content cannot be read, so there is nothing to perform and nothing to tell the machine. An operator may retry it
/// with a version that can read it.
async fn bury_unreadable<M: Machine>(
    engine: &Engine,
    claimed: &ClaimedEffect,
    error: &serde_json::Error,
) -> Result<StepResult, StoreError> {
    // The error's text may quote the content, which may be personal: only its class is logged.
    let class = error.classify();
    tracing::error!(
        kind = M::KIND,
        effect = claimed.name,
        ?class,
        "a stored effect cannot be read"
    );
    let why = "the stored effect cannot be read by this version".to_owned();
    let held = engine.store().end(claimed.claim, End::Dead { why }).await?;
    let result = if held {
        StepResult::Dead
    } else {
        StepResult::ClaimLost
    };
    metrics::counter!(
        "karfa_effects_total", "kind" => M::KIND, "effect" => claimed.name.clone(), "outcome" => result.name()
    )
    .increment(1);
    Ok(result)
}

fn count(kind: &'static str, effect: &'static str, result: &StepResult) {
    metrics::counter!("karfa_effects_total", "kind" => kind, "effect" => effect, "outcome" => result.name())
        .increment(1);
}
