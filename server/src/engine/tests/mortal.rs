//! A store whose process dies at a chosen write.

use crate::engine::address::{Address, StoreId};
use crate::engine::sqlite::SqliteStore;
use crate::engine::store::{
    Claim, ClaimedEffect, Commit, CommitOutcome, DeadLetter, End, JournalRow, OutboxSize, SessionRow, Store,
    StoreError, StoredState,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the process dies: at its `step`-th write, before or after it is durable. Nobody hears the answer either way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Death {
    pub(super) step: u32,
    pub(super) after_write: bool,
}

/// A store whose process dies.
pub(super) struct Mortal {
    inner: SqliteStore,
    death: Option<Death>,
    writes: AtomicU32,
}

impl Mortal {
    pub(super) fn new(inner: SqliteStore, death: Option<Death>) -> Self {
        Mortal {
            inner,
            death,
            writes: AtomicU32::new(0),
        }
    }

    fn is_dead(&self) -> bool {
        self.death
            .is_some_and(|death| self.writes.load(Ordering::SeqCst) > death.step)
    }

    async fn write<T>(&self, write: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let number = self.writes.fetch_add(1, Ordering::SeqCst);
        match self.death {
            Some(death) if number > death.step || (number == death.step && !death.after_write) => {
                Err(StoreError::Closed)
            }
            Some(death) if number == death.step => {
                write.await?;
                Err(StoreError::Closed)
            }
            _ => write.await,
        }
    }

    async fn read<T>(&self, read: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        if self.is_dead() {
            Err(StoreError::Closed)
        } else {
            read.await
        }
    }
}

#[async_trait]
impl Store for Mortal {
    async fn load(&self, address: &Address) -> Result<Option<StoredState>, StoreError> {
        self.read(self.inner.load(address)).await
    }
    async fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        self.write(self.inner.commit(commit)).await
    }
    async fn find(&self, store: &StoreId, lookup: &str, key: &str) -> Result<Option<Address>, StoreError> {
        self.read(self.inner.find(store, lookup, key)).await
    }
    async fn journal_after(
        &self,
        address: &Address,
        after: i64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError> {
        self.read(self.inner.journal_after(address, after, limit)).await
    }
    async fn journal_of_all_after(&self, after: i64, limit: u32) -> Result<Vec<JournalRow>, StoreError> {
        self.read(self.inner.journal_of_all_after(after, limit)).await
    }
    async fn claim(
        &self,
        kinds: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.write(self.inner.claim(kinds, now, limit)).await
    }
    async fn claim_named(
        &self,
        kinds: &[String],
        names: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.write(self.inner.claim_named(kinds, names, now, limit)).await
    }
    async fn next_due(&self, kinds: &[String]) -> Result<Option<Timestamp>, StoreError> {
        self.read(self.inner.next_due(kinds)).await
    }
    async fn end(&self, claim: Claim, end: End) -> Result<bool, StoreError> {
        self.write(self.inner.end(claim, end)).await
    }
    async fn release_claims(&self) -> Result<u64, StoreError> {
        self.write(self.inner.release_claims()).await
    }
    async fn dead_letters(
        &self,
        store: &StoreId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(self.inner.dead_letters(store, after, limit)).await
    }
    async fn retry_dead(&self, store: &StoreId, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(self.inner.retry_dead(store, id, now)).await
    }
    async fn outbox_size(&self) -> Result<OutboxSize, StoreError> {
        self.read(self.inner.outbox_size()).await
    }
    async fn first_seen(
        &self,
        store: &StoreId,
        scope: &str,
        key: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(self.inner.first_seen(store, scope, key, now, until))
            .await
    }
    async fn follower_cursor(&self, name: &str) -> Result<i64, StoreError> {
        self.read(self.inner.follower_cursor(name)).await
    }
    async fn advance_follower(&self, name: &str, cursor: i64) -> Result<(), StoreError> {
        self.write(self.inner.advance_follower(name, cursor)).await
    }
    async fn create_session(&self, store: &StoreId, session: SessionRow) -> Result<bool, StoreError> {
        self.write(self.inner.create_session(store, session)).await
    }
    async fn save_session(&self, store: &StoreId, session: SessionRow) -> Result<(), StoreError> {
        self.write(self.inner.save_session(store, session)).await
    }
    async fn load_session(
        &self,
        store: &StoreId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        self.read(self.inner.load_session(store, id, now)).await
    }
    async fn touch_session(&self, store: &StoreId, id: &str, expires: Timestamp) -> Result<bool, StoreError> {
        self.write(self.inner.touch_session(store, id, expires)).await
    }
    async fn delete_session(&self, store: &StoreId, id: &str) -> Result<(), StoreError> {
        self.write(self.inner.delete_session(store, id)).await
    }
    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write(self.inner.sweep(now, limit)).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}
