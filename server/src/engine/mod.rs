//! The durable core. A command comes in, a pure machine decides, and what it decided (events, effects, look-up keys)
//! is committed in one transaction. A dispatcher performs the effects afterwards, each under a key that was stored
//! before the first try; what a provider answers is a command again.
//!
//! Belongs here: everything about *that* things are decided, stored, retried and observed. Does not belong here: what
//! is decided (machines), HTTP, or anything a provider says.
//!
//! **Architecture invariant:** nothing in here knows a machine by name.

/// Whose a row is, and which: store, kind, id.
pub mod address;
/// One try at one effect, and what is stored of it.
mod attempt;
/// How long to wait before the next try.
pub mod backoff;
/// Tells those who wait that something has been committed.
pub mod bus;
/// Performs the effects in the outbox.
pub mod dispatcher;
/// What a state machine is, and what it decides.
pub mod machine;
/// Reading the journal, and waiting for what comes next in it.
pub mod observe;
/// Who performs effects.
pub mod perform;
/// Randomness that is given.
pub mod random;
/// One command, decided and committed.
pub mod run;
/// The engine on SQLite.
pub mod sqlite;
/// What a database must be able to do for the engine.
pub mod store;

#[cfg(test)]
mod tests;

use address::{Address, StoreId};
use bus::{Bus, BusLimits};
use jiff::Timestamp;
use provider_http::Clock;
use random::Random;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{DeadLetter, OutboxSize, Store, StoreError};
use tokio::sync::{Mutex, MutexGuard};

/// Commands on one aggregate take turns in this process; aggregates share this many queues.
const TURNS: usize = 256;

/// The durable core. Cheap to clone; clones are one engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    bus: Bus,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    turns: Vec<Mutex<()>>,
}

impl Engine {
    /// The engine on the SQLite database in `path`, made if there is none. One process at a time.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened, is in use, or its tables cannot be brought up to date.
    pub async fn open_sqlite(
        path: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Engine, StoreError> {
        let bus = Bus::new(BusLimits::default());
        let store = sqlite::SqliteStore::open(path, bus.clone()).await?;
        Ok(Engine::new(Arc::new(store), bus, clock, random))
    }

    /// The engine on a store, which announces its commits on `bus`.
    pub fn new(store: Arc<dyn Store>, bus: Bus, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Engine {
        let turns = std::iter::repeat_with(Mutex::default).take(TURNS).collect();
        Engine(Arc::new(Inner {
            store,
            bus,
            clock,
            random,
            turns,
        }))
    }

    /// The time, from the clock that was given.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The randomness that was given.
    pub fn random(&self) -> &dyn Random {
        self.0.random.as_ref()
    }

    /// The database.
    pub fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    /// Where commits are announced.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// Remembers `key` in `scope` for `ttl`. `true` when it was not remembered: for exactly one of several callers.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn first_seen(
        &self,
        store: &StoreId,
        scope: &str,
        key: &str,
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let until = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        self.store().first_seen(store, scope, key, now, until).await
    }

    /// Dead effects of a store with ids above `after`, by id, at most `limit`. For the operator.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn dead_letters(
        &self,
        store: &StoreId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.store()
            .dead_letters(store, after, limit.min(observe::MAX_PAGE))
            .await
    }

    /// Lets a dead effect be tried again at once, with all its tries anew and its old key. `false`: no such dead effect.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn retry_dead(&self, store: &StoreId, id: i64) -> Result<bool, StoreError> {
        self.store().retry_dead(store, id, self.now()).await
    }

    /// Sets the gauges of the outbox, and says what they are set to. To be called when metrics are read.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn measure(&self) -> Result<OutboxSize, StoreError> {
        let size = self.store().outbox_size().await?;
        let gauge = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        metrics::gauge!("karfa_outbox_pending").set(gauge(size.pending));
        metrics::gauge!("karfa_outbox_dead").set(gauge(size.dead));
        metrics::gauge!("karfa_waiters").set(gauge(u64::try_from(self.bus().waiters()).unwrap_or(u64::MAX)));
        Ok(size)
    }

    /// Deletes at most `limit` sessions and remembered keys that have expired; how many it were. Nothing depends on when:
    /// what has expired is not found anyway.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn sweep(&self, limit: u32) -> Result<u64, StoreError> {
        self.store().sweep(self.now(), limit).await
    }

    /// Ends orderly: what was accepted is committed, then nothing more is accepted.
    pub async fn close(&self) {
        self.store().close().await;
    }

    /// Waits for this process's turn to change the aggregate.
    ///
    /// The version check alone keeps everything right; taking turns keeps many changes of one aggregate from undoing
    /// each other's work again and again.
    async fn turn(&self, address: &Address) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        address.hash(&mut hasher);
        let turns = u64::try_from(TURNS).unwrap_or(1);
        let index = usize::try_from(hasher.finish() % turns).unwrap_or(0);
        match self.0.turns.get(index) {
            Some(turn) => Some(turn.lock().await),
            None => None,
        }
    }
}
