//! Reading the journal, and waiting for what comes next in it.

use super::Engine;
use super::address::{Address, StoreId};
use super::bus::TooManyWaiters;
use super::machine::Machine;
use super::run::Loaded;
use super::store::{JournalRow, StoreError};
use tokio::time::{Instant, timeout_at};

/// At most so many rows are read at once.
pub const MAX_PAGE: u32 = 1000;

/// Waiting was not possible.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// Too many wait already.
    #[error(transparent)]
    TooManyWaiters(#[from] TooManyWaiters),
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// The aggregate that a look-up key finds, if it is of kind `M`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn find<M: Machine>(
        &self,
        store: &StoreId,
        lookup: &str,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        let found = self.store().find(store, lookup, key).await?;
        Ok(found
            .filter(|address| address.kind == M::KIND)
            .map(|address| address.id))
    }

    /// The aggregate's journal after the cursor `after`, oldest first, at most `limit` rows (and at most [`MAX_PAGE`]).
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn journal_after(
        &self,
        store: &StoreId,
        kind: &str,
        id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let address = Address::new(store, kind, id);
        self.store()
            .journal_after(&address, after, limit.min(MAX_PAGE))
            .await
    }

    /// The journal of all aggregates after the cursor `after`, oldest first, at most `limit` rows (and at most
    /// [`MAX_PAGE`]). For a durable follower; see [`Engine::follower_cursor`].
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn journal_of_all_after(&self, after: i64, limit: u32) -> Result<Vec<JournalRow>, StoreError> {
        self.store()
            .journal_of_all_after(after, limit.min(MAX_PAGE))
            .await
    }

    /// Waits until the aggregate's journal has something newer than `after`: its cursor then, or `None` at the deadline.
    ///
    /// # Errors
    /// [`WaitError`] when too many wait already, or the database fails.
    pub async fn wait_after(
        &self,
        store: &StoreId,
        kind: &str,
        id: &str,
        after: i64,
        deadline: Instant,
    ) -> Result<Option<i64>, WaitError> {
        let address = Address::new(store, kind, id);
        // Subscribed before the first read: a commit between the two wakes us, one before them is read.
        let mut news = self.bus().subscribe(&address)?;
        loop {
            let cursor = self
                .store()
                .load(&address)
                .await?
                .map_or(0, |stored| stored.cursor);
            if cursor > after {
                return Ok(Some(cursor));
            }
            if timeout_at(deadline, news.changed()).await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Waits until the aggregate's state satisfies `predicate`: the aggregate then, or `None` at the deadline. A state
    /// that satisfies it already is returned at once.
    ///
    /// # Errors
    /// [`WaitError`] when too many wait already, or the database fails.
    pub async fn wait_until<M: Machine>(
        &self,
        store: &StoreId,
        id: &str,
        predicate: impl Fn(&M) -> bool + Send,
        deadline: Instant,
    ) -> Result<Option<Loaded<M>>, WaitError> {
        let mut news = self.bus().subscribe(&Address::new(store, M::KIND, id))?;
        loop {
            let loaded = self.load::<M>(store, id).await?;
            if predicate(&loaded.state) {
                return Ok(Some(loaded));
            }
            if timeout_at(deadline, news.changed()).await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Waits until the journal of any aggregate has something newer than `after`; `false` at the deadline.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn wait_for_any_after(&self, after: i64, deadline: Instant) -> Result<bool, StoreError> {
        let mut news = self.bus().journal();
        if !self.store().journal_of_all_after(after, 1).await?.is_empty() {
            return Ok(true);
        }
        let waited = timeout_at(deadline, news.wait_for(|newest| *newest > after)).await;
        Ok(matches!(waited, Ok(Ok(_))))
    }

    /// How far the durable follower `name` has come, 0 for a new one.
    ///
    /// A follower reads on from there, acts (so that doing it twice does no harm), and then advances.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn follower_cursor(&self, name: &str) -> Result<i64, StoreError> {
        self.store().follower_cursor(name).await
    }

    /// The durable follower `name` has acted on everything up to `cursor`. Never goes back.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn advance_follower(&self, name: &str, cursor: i64) -> Result<(), StoreError> {
        self.store().advance_follower(name, cursor).await
    }
}
