//! Performs the effects in the outbox, each through its machine's performer, until they are done or dead.

use super::Engine;
use super::attempt::{Attempt, Registered};
use super::machine::Machine;
use super::perform::Perform;
use super::store::{ClaimedEffect, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Effects performed at the same time, unless told otherwise.
const CONCURRENCY: usize = 16;

/// And so many more of those that ask nobody outside: a slow provider must not hold up a deadline.
const LOCAL_CONCURRENCY: usize = 4;

/// How long a shutdown waits for effects under way.
const GRACE: Duration = Duration::from_secs(10);

/// How long to wait before the database is asked again after it failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How often the given clock is looked at while something waits for its time: it may have been set, or run at its own pace.
const CLOCK_GLANCE: Duration = Duration::from_millis(250);

/// The shortest rest.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// What one step of the dispatcher did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// Nothing is due.
    Idle {
        /// When something may be due next.
        next_due: Option<Timestamp>,
    },
    /// One effect was tried.
    Performed {
        /// The machine's kind.
        kind: String,
        /// The effect's name.
        effect: String,
        /// Which try it was, from 1.
        attempt: u32,
        /// What came of it.
        result: StepResult,
    },
}

/// What came of a try, and what was stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// Done; the machine did not need to hear of it.
    Done,
    /// Done; the machine heard of it in the same transaction.
    Commanded,
    /// Done; the machine refused to hear of it.
    Refused,
    /// To be tried again.
    Retry {
        /// Not before.
        due: Timestamp,
    },
    /// Dead.
    Dead,
    /// The claim had run out and someone else holds the effect: the outcome was thrown away.
    ClaimLost,
}

impl StepResult {
    /// A word for metrics.
    pub fn name(&self) -> &'static str {
        match self {
            StepResult::Done => "done",
            StepResult::Commanded => "commanded",
            StepResult::Refused => "refused",
            StepResult::Retry { .. } => "retry",
            StepResult::Dead => "dead",
            StepResult::ClaimLost => "claim_lost",
        }
    }
}

/// Performs effects. Clones are one dispatcher.
#[derive(Clone)]
pub struct Dispatcher {
    engine: Engine,
    performers: Arc<HashMap<String, Arc<dyn Attempt>>>,
    kinds: Arc<[String]>,
    /// Names of effects that ask nobody outside.
    local: Arc<[String]>,
    concurrency: usize,
}

/// Collects the performers.
pub struct DispatcherBuilder {
    engine: Engine,
    performers: HashMap<String, Arc<dyn Attempt>>,
    concurrency: usize,
}

impl DispatcherBuilder {
    /// Effects of machine `M` are performed by `performer`. Effects of machines without one wait in the outbox.
    #[must_use]
    pub fn register<M: Machine>(mut self, performer: impl Perform<M>) -> Self {
        self.performers
            .insert(M::KIND.to_owned(), Arc::new(Registered::<M, _>::new(performer)));
        self
    }

    /// At most so many effects are performed at the same time by [`Dispatcher::run`]: at least 1, 16 unless told.
    #[must_use]
    pub fn concurrency(mut self, most: usize) -> Self {
        self.concurrency = most.max(1);
        self
    }

    /// The dispatcher.
    pub fn build(self) -> Dispatcher {
        let kinds = self.performers.keys().cloned().collect();
        let names = self.performers.values().flat_map(|performer| performer.local());
        let local = names.map(|name| (*name).to_owned()).collect();
        let performers = Arc::new(self.performers);
        Dispatcher {
            engine: self.engine,
            performers,
            kinds,
            local,
            concurrency: self.concurrency,
        }
    }
}

impl Dispatcher {
    /// A dispatcher for the engine's outbox, without performers yet.
    pub fn builder(engine: Engine) -> DispatcherBuilder {
        DispatcherBuilder {
            engine,
            performers: HashMap::new(),
            concurrency: CONCURRENCY,
        }
    }

    /// Performs exactly one due effect, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails; an effect that was claimed is tried again once its claim has run out.
    pub async fn step(&self) -> Result<Stepped, StoreError> {
        match self.claim(1).await?.pop() {
            Some(claimed) => self.perform(claimed).await,
            None => Ok(Stepped::Idle {
                next_due: self.engine.store().next_due(&self.kinds).await?,
            }),
        }
    }

    /// Steps until nothing is due: how many effects were tried. At most `limit`.
    ///
    /// # Errors
    /// As [`Dispatcher::step`].
    pub async fn drain(&self, limit: usize) -> Result<usize, StoreError> {
        let mut performed = 0;
        while performed < limit && matches!(self.step().await?, Stepped::Performed { .. }) {
            performed += 1;
        }
        Ok(performed)
    }

    /// Performs effects as they become due, several at a time, until `shutdown`; then waits for those under way, but
    /// not long: what is cut off is tried again under the same key at the next start.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut under_way = UnderWay::default();
        let mut news = self.engine.bus().outbox();
        while !shutdown.is_cancelled() {
            // Marked as heard before looking: what is committed after the look wakes us.
            news.borrow_and_update();
            let rest = match self.start_due(&mut under_way).await {
                Ok(rest) => rest,
                Err(StoreError::Closed) => break,
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read");
                    Rest::AfterFailure
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                _ = news.changed() => {}
                Some(ended) = under_way.any.join_next() => log_ended(ended),
                Some(ended) = under_way.local.join_next() => log_ended(ended),
                () = self.rest(rest) => {}
            }
        }
        tokio::join!(finish(under_way.any), finish(under_way.local));
    }

    /// Starts what is due, as far as there is room.
    async fn start_due(&self, under_way: &mut UnderWay) -> Result<Rest, StoreError> {
        let room = self.concurrency.saturating_sub(under_way.any.len());
        if room > 0 {
            let claimed = self.claim(room).await?;
            let full = claimed.len() == room;
            self.spawn(claimed, &mut under_way.any);
            if !full {
                let next_due = self.engine.store().next_due(&self.kinds).await?;
                return Ok(next_due.map_or(Rest::UntilWoken, Rest::Until));
            }
        }
        let room = LOCAL_CONCURRENCY.saturating_sub(under_way.local.len());
        if room == 0 || self.local.is_empty() {
            return Ok(Rest::UntilWoken);
        }
        let most = u32::try_from(room).unwrap_or(u32::MAX);
        let now = self.engine.now();
        let store = self.engine.store();
        let claimed = store.claim_named(&self.kinds, &self.local, now, most).await?;
        if claimed.len() == room {
            self.spawn(claimed, &mut under_way.local);
            return Ok(Rest::UntilWoken);
        }
        self.spawn(claimed, &mut under_way.local);
        // A deadline may come while the others are busy.
        let glance = SignedDuration::try_from(CLOCK_GLANCE).unwrap_or_default();
        Ok(Rest::Until(now.checked_add(glance).unwrap_or(Timestamp::MAX)))
    }

    fn spawn(&self, claimed: Vec<ClaimedEffect>, to: &mut JoinSet<Result<Stepped, StoreError>>) {
        for effect in claimed {
            let dispatcher = self.clone();
            to.spawn(async move { dispatcher.perform(effect).await });
        }
    }

    async fn rest(&self, rest: Rest) {
        match rest {
            Rest::UntilWoken => std::future::pending().await,
            Rest::AfterFailure => sleep(PAUSE_AFTER_FAILURE).await,
            Rest::Until(due) => loop {
                let left = Duration::try_from(due.duration_since(self.engine.now())).unwrap_or_default();
                // At least a moment, so that a due time that nobody can take yet is not asked for in a circle.
                sleep(left.clamp(SHORTEST_SLEEP, CLOCK_GLANCE)).await;
                if self.engine.now() >= due {
                    return;
                }
            },
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<ClaimedEffect>, StoreError> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.engine
            .store()
            .claim(&self.kinds, self.engine.now(), most)
            .await
    }

    async fn perform(&self, claimed: ClaimedEffect) -> Result<Stepped, StoreError> {
        let Some(performer) = self.performers.get(&claimed.address.kind) else {
            // Only kinds with a performer are claimed.
            return Ok(Stepped::Idle { next_due: None });
        };
        let result = performer.attempt(&self.engine, &claimed).await?;
        let ClaimedEffect {
            address,
            name,
            attempt,
            ..
        } = claimed;
        Ok(Stepped::Performed {
            kind: address.kind,
            effect: name,
            attempt,
            result,
        })
    }
}

/// Effects that are being performed.
#[derive(Default)]
struct UnderWay {
    any: JoinSet<Result<Stepped, StoreError>>,
    /// In the places that are kept for those that ask nobody outside.
    local: JoinSet<Result<Stepped, StoreError>>,
}

/// How long the background dispatcher rests if nobody wakes it.
enum Rest {
    UntilWoken,
    Until(Timestamp),
    AfterFailure,
}

async fn finish(mut under_way: JoinSet<Result<Stepped, StoreError>>) {
    let all = async {
        while let Some(ended) = under_way.join_next().await {
            log_ended(ended);
        }
    };
    if timeout(GRACE, all).await.is_err() {
        tracing::warn!(
            cut_off = under_way.len(),
            "effects under way were cut off; they are tried again at the next start"
        );
    }
}

fn log_ended(ended: Result<Result<Stepped, StoreError>, JoinError>) {
    match ended {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::error!(%error, "the outcome of an effect could not be stored: it is tried again");
        }
        Err(_) => tracing::error!("a machine or a performer panicked: the effect is tried again"),
    }
}
