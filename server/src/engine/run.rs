//! One command, decided and committed: the one way in which anything changes.

use super::Engine;
use super::address::{Address, StoreId};
use super::backoff;
use super::machine::{Decision, Effect as _, Machine, Planned};
use super::store::{Claim, Commit, CommitOutcome, End, NewEffect, StoreError};
use serde::Serialize;
use std::time::Duration;

/// Two processes that keep getting in each other's way stop after so many tries.
const MAX_CONFLICTS: u32 = 16;

/// A claim on an effect outlasts the longest try by this much, so that its outcome can still be committed.
const LEASE_MARGIN: Duration = Duration::from_secs(15);

/// An aggregate after a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed<M: Machine> {
    /// Its state now.
    pub state: M,
    /// Its version now.
    pub version: i64,
    /// Its place in the journal now; news come after it.
    pub cursor: i64,
    /// What has happened, empty if the command changed nothing.
    pub events: Vec<M::Event>,
}

/// An aggregate as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<M: Machine> {
    /// Its state; the machine's default at version 0.
    pub state: M,
    /// Number of commits so far; 0: it does not exist yet.
    pub version: i64,
    /// Its place in the journal; news come after it.
    pub cursor: i64,
}

/// A command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum RunError<R: std::error::Error + 'static> {
    /// The machine refused it in its present state. Nothing changed.
    #[error(transparent)]
    Refused(R),
    /// Others kept changing the aggregate. Nothing changed; trying again later is safe.
    #[error("too many changes at once: try again")]
    Contended,
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of the command that an effect's outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Decided, committed, and the effect ended with it.
    Committed,
    /// The machine refused the command; the effect ended.
    Refused,
    /// Someone else holds the effect by now; nothing changed.
    ClaimLost,
}

impl Engine {
    /// Decides on a command and commits what was decided.
    ///
    /// If another commit comes between, the state is loaded and decided on again. Dropping the returned future leaves
    /// either all of it done or nothing.
    ///
    /// # Errors
    /// [`RunError::Refused`] when the machine refuses, [`RunError::Contended`] when others keep coming between,
    /// [`RunError::Store`] when the database fails.
    pub async fn run<M: Machine>(
        &self,
        store: &StoreId,
        id: &str,
        command: M::Command,
    ) -> Result<Committed<M>, RunError<M::Refusal>> {
        let address = Address::new(store, M::KIND, id);
        let _turn = self.turn(&address).await;
        for _ in 0..MAX_CONFLICTS {
            let loaded = self.load_at::<M>(&address).await?;
            let decision = loaded
                .state
                .decide(&command, self.now())
                .map_err(RunError::Refused)?;
            if is_nothing(&decision) {
                let Loaded {
                    state,
                    version,
                    cursor,
                } = loaded;
                return Ok(Committed {
                    state,
                    version,
                    cursor,
                    events: Vec::new(),
                });
            }
            let (state, commit) = self.commit_of(&address, loaded, &decision, None)?;
            if let CommitOutcome::Committed { version, cursor } = self.store().commit(commit).await? {
                return Ok(Committed {
                    state,
                    version,
                    cursor,
                    events: decision.events,
                });
            }
            count_conflict(M::KIND);
        }
        Err(RunError::Contended)
    }

    /// Decides on the command that an effect's outcome is, and ends the effect in the same transaction.
    pub(super) async fn run_ending<M: Machine>(
        &self,
        address: &Address,
        command: &M::Command,
        claim: Claim,
        end: End,
    ) -> Result<Ending, RunError<M::Refusal>> {
        let _turn = self.turn(address).await;
        for _ in 0..MAX_CONFLICTS {
            let loaded = self.load_at::<M>(address).await?;
            let decision = match loaded.state.decide(command, self.now()) {
                Ok(decision) => decision,
                Err(refusal) => {
                    tracing::info!(kind = M::KIND, %refusal, "the outcome of an effect was refused");
                    return self.end_alone(claim, end, Ending::Refused).await;
                }
            };
            if is_nothing(&decision) {
                return self.end_alone(claim, end, Ending::Committed).await;
            }
            let (_, commit) = self.commit_of(address, loaded, &decision, Some((claim, end.clone())))?;
            match self.store().commit(commit).await? {
                CommitOutcome::Committed { .. } => return Ok(Ending::Committed),
                CommitOutcome::ClaimLost => return Ok(Ending::ClaimLost),
                CommitOutcome::Conflict => count_conflict(M::KIND),
            }
        }
        Err(RunError::Contended)
    }

    async fn end_alone<R: std::error::Error + 'static>(
        &self,
        claim: Claim,
        end: End,
        ending: Ending,
    ) -> Result<Ending, RunError<R>> {
        Ok(if self.store().end(claim, end).await? {
            ending
        } else {
            Ending::ClaimLost
        })
    }

    /// The aggregate's state, version and cursor. A machine's default state at version 0 if it does not exist.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or the state cannot be read.
    pub async fn load<M: Machine>(&self, store: &StoreId, id: &str) -> Result<Loaded<M>, StoreError> {
        self.load_at(&Address::new(store, M::KIND, id)).await
    }

    async fn load_at<M: Machine>(&self, address: &Address) -> Result<Loaded<M>, StoreError> {
        let Some(stored) = self.store().load(address).await? else {
            return Ok(Loaded {
                state: M::default(),
                version: 0,
                cursor: 0,
            });
        };
        let state = serde_json::from_str(&stored.state).map_err(|e| unreadable::<M>("state", e))?;
        Ok(Loaded {
            state,
            version: stored.version,
            cursor: stored.cursor,
        })
    }

    /// The state after the decision, and the decision in the store's terms.
    fn commit_of<M: Machine>(
        &self,
        address: &Address,
        loaded: Loaded<M>,
        decision: &Decision<M>,
        ends: Option<(Claim, End)>,
    ) -> Result<(M, Commit), StoreError> {
        let mut state = loaded.state;
        for event in &decision.events {
            state.apply(event);
        }
        let events = decision
            .events
            .iter()
            .map(|e| to_json::<M, _>("event", e))
            .collect::<Result<_, _>>()?;
        let effects = decision
            .effects
            .iter()
            .map(|p| self.new_effect::<M>(p))
            .collect::<Result<_, _>>()?;
        let commit = Commit {
            address: address.clone(),
            expected_version: loaded.version,
            state: to_json::<M, _>("state", &state)?,
            events,
            effects,
            lookups: decision
                .lookups
                .iter()
                .map(|(kind, key)| ((*kind).to_owned(), key.clone()))
                .collect(),
            at: self.now(),
            ends,
        };
        Ok((state, commit))
    }

    fn new_effect<M: Machine>(&self, planned: &Planned<M::Effect>) -> Result<NewEffect, StoreError> {
        let now = self.now();
        Ok(NewEffect {
            name: planned.effect.name().to_owned(),
            body: to_json::<M, _>("effect", &planned.effect)?,
            key: self.random().uuid_v7(now).to_string(),
            lane: planned.lane,
            due: planned.due.unwrap_or(now),
            lease: planned.effect.policy().timeout.min(backoff::LONGEST_WISH) + LEASE_MARGIN,
        })
    }
}

fn is_nothing<M: Machine>(decision: &Decision<M>) -> bool {
    decision.events.is_empty() && decision.effects.is_empty() && decision.lookups.is_empty()
}

fn count_conflict(kind: &'static str) {
    metrics::counter!("karfa_commit_conflicts_total", "kind" => kind).increment(1);
}

fn to_json<M: Machine, T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| unreadable::<M>(what, e))
}

pub(super) fn unreadable<M: Machine>(what: &'static str, source: serde_json::Error) -> StoreError {
    StoreError::Unreadable {
        what,
        kind: M::KIND.to_owned(),
        source,
    }
}
