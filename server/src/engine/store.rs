//! What a database must be able to do for the engine. One implementation per database; `contract` tests them all alike.
//!
//! Belongs here: the trait, its rows and its errors, all in the database's terms (texts and times, no machine types).
//!
//! What every implementation promises:
//! - [`Store::commit`] is all or nothing, and durable when it answers.
//! - Journal rows become visible in the order of their `seq`, so that a reader who has seen `n` never finds a row
//!   at or below `n` later.
//! - Every commit that is durable is announced on the [`super::bus::Bus`] the store was opened with.

use super::address::{Address, StoreId};
use super::machine::Lane;
use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;

/// The database could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or cannot be reached.
    #[error("the database failed: check the disk and the permissions of the database file")]
    Database(#[source] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database's tables could not be brought up to date: was it written by a newer version?")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Another process has the database open.
    #[error("the database {path} is in use by another process: stop it, or choose another file")]
    InUse {
        /// The database's file.
        path: String,
    },
    /// The database's file or folder cannot be opened.
    #[error("the database {path} cannot be opened: check that the folder exists and may be written to")]
    Open {
        /// The database's file.
        path: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A stored state, event or effect cannot be read by this version of the program.
    #[error("a stored {what} of kind {kind} cannot be read: was it written by another version?")]
    Unreadable {
        /// `state`, `event` or `effect`.
        what: &'static str,
        /// The machine's kind.
        kind: String,
        /// What the JSON reader said.
        #[source]
        source: serde_json::Error,
    },
    /// The store has been closed.
    #[error("the database is closed: the server is shutting down")]
    Closed,
}

/// An aggregate as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredState {
    /// The state as JSON.
    pub state: String,
    /// Number of commits so far, from 1.
    pub version: i64,
    /// `seq` of its newest journal row, 0 without one.
    pub cursor: i64,
}

/// What one decision changes. Nothing of it happens without the rest.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The aggregate.
    pub address: Address,
    /// The version that was decided upon; 0 for a new aggregate.
    pub expected_version: i64,
    /// The new state as JSON.
    pub state: String,
    /// The events as JSON, in order.
    pub events: Vec<String>,
    /// The effects, in order.
    pub effects: Vec<NewEffect>,
    /// Look-up keys as (kind, key). A key that another aggregate had moves to this one.
    pub lookups: Vec<(String, String)>,
    /// When.
    pub at: Timestamp,
    /// The effect whose outcome this is: its row ends in the same transaction.
    pub ends: Option<(Claim, End)>,
}

/// An effect to be stored with its decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    /// The effect's name, without personal data.
    pub name: String,
    /// The effect as JSON.
    pub body: String,
    /// Idempotency key for the outside world.
    pub key: String,
    /// Which others it waits for.
    pub lane: Lane,
    /// Not before.
    pub due: Timestamp,
    /// How long a claim on it lasts.
    pub lease: Duration,
}

/// What came of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// Durable.
    Committed {
        /// The aggregate's new version.
        version: i64,
        /// `seq` of its newest journal row.
        cursor: i64,
    },
    /// The aggregate has another version by now. Nothing was written.
    Conflict,
    /// The claim that was to end is no longer held. Nothing was written.
    ClaimLost,
}

/// The right to end one effect, held by whoever claimed it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The effect's row.
    pub id: i64,
    /// Counts the claims on the row; only the newest one may end it.
    pub number: i64,
}

/// How an effect ends, for the time being or for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Done: the row is deleted.
    Done,
    /// To be tried again.
    Retry {
        /// Not before.
        due: Timestamp,
        /// Why, without personal data.
        why: String,
    },
    /// Dead, until an operator retries it.
    Dead {
        /// Why, without personal data.
        why: String,
    },
}

/// An effect that was claimed, to be performed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEffect {
    /// The right to end it.
    pub claim: Claim,
    /// The aggregate it belongs to.
    pub address: Address,
    /// The effect's name.
    pub name: String,
    /// The effect as JSON.
    pub body: String,
    /// Idempotency key, the same at every try.
    pub key: String,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// How many earlier tries never ended: the process died, or the claim ran out.
    pub lost: u32,
}

/// A journal row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Place in the order of commits, over all aggregates.
    pub seq: i64,
    /// The aggregate.
    pub address: Address,
    /// The aggregate's version after the commit.
    pub version: i64,
    /// The event as JSON.
    pub event: String,
    /// When.
    pub at: Timestamp,
}

/// An effect that has died, as an operator sees it: without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// To retry it by.
    pub id: i64,
    /// The aggregate it belongs to.
    pub address: Address,
    /// The effect's name.
    pub name: String,
    /// Idempotency key; a retry uses the same.
    pub key: String,
    /// Tries so far.
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: String,
    /// When it was decided.
    pub created: Timestamp,
}

/// How many effects wait, and how many are dead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxSize {
    /// Waiting, due or being performed.
    pub pending: u64,
    /// Dead.
    pub dead: u64,
}

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// What finds it: a hash of the secret in the cookie.
    pub id: String,
    /// The content as JSON.
    pub data: String,
    /// Worthless from then on.
    pub expires: Timestamp,
}

/// A database for the engine.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The aggregate's newest state, `None` if nothing was ever committed.
    async fn load(&self, address: &Address) -> Result<Option<StoredState>, StoreError>;

    /// Commits a decision, or nothing.
    async fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError>;

    /// The aggregate (kind, id) that a look-up key finds.
    async fn find(&self, store: &StoreId, lookup: &str, key: &str) -> Result<Option<Address>, StoreError>;

    /// The aggregate's journal after `after`, oldest first, at most `limit` rows.
    async fn journal_after(
        &self,
        address: &Address,
        after: i64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError>;

    /// The whole journal after `after`, over all stores, oldest first, at most `limit` rows. For followers.
    async fn journal_of_all_after(&self, after: i64, limit: u32) -> Result<Vec<JournalRow>, StoreError>;

    /// Claims at most `limit` effects of these kinds that are due and need not wait, oldest due first. Each claim lasts
    /// as long as the effect's lease. The try is counted at once, and counted as lost if it never ends, so that an effect
    /// that kills the process is noticed.
    async fn claim(
        &self,
        kinds: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError>;

    /// As [`Store::claim`], of the effects with these names alone.
    async fn claim_named(
        &self,
        kinds: &[String],
        names: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError>;

    /// When [`Store::claim`] may next find something: `None` when nothing waits, a past time when something is due now.
    async fn next_due(&self, kinds: &[String]) -> Result<Option<Timestamp>, StoreError>;

    /// Ends a claimed effect. `false`: the claim was no longer held, nothing changed.
    async fn end(&self, claim: Claim, end: End) -> Result<bool, StoreError>;

    /// Gives up all claims. Right only where no other process works on the same database.
    async fn release_claims(&self) -> Result<u64, StoreError>;

    /// Dead effects of a store with ids above `after`, by id, at most `limit`.
    async fn dead_letters(
        &self,
        store: &StoreId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Lets a dead effect be tried again from `now` on, with all its tries anew and its old key. `false`: no such dead effect.
    async fn retry_dead(&self, store: &StoreId, id: i64, now: Timestamp) -> Result<bool, StoreError>;

    /// How many effects wait, and how many are dead, over all stores.
    async fn outbox_size(&self) -> Result<OutboxSize, StoreError>;

    /// Remembers `key` in `scope` until `until`. `true` when it was not remembered at `now`, for exactly one of several callers.
    async fn first_seen(
        &self,
        store: &StoreId,
        scope: &str,
        key: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// How far a durable follower has come, 0 for a new one.
    async fn follower_cursor(&self, name: &str) -> Result<i64, StoreError>;

    /// A durable follower has come to `cursor`. Never goes back.
    async fn advance_follower(&self, name: &str, cursor: i64) -> Result<(), StoreError>;

    /// Stores a new session. `false`: the id exists already, nothing changed.
    async fn create_session(&self, store: &StoreId, session: SessionRow) -> Result<bool, StoreError>;

    /// Stores a session over an older state of it.
    async fn save_session(&self, store: &StoreId, session: SessionRow) -> Result<(), StoreError>;

    /// The session, unless it has expired at `now`.
    async fn load_session(
        &self,
        store: &StoreId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError>;

    /// Lets a session expire at another time, without touching its content. `false`: there is no such session.
    async fn touch_session(&self, store: &StoreId, id: &str, expires: Timestamp) -> Result<bool, StoreError>;

    /// Forgets a session.
    async fn delete_session(&self, store: &StoreId, id: &str) -> Result<(), StoreError>;

    /// Deletes at most `limit` things that have expired at `now` (sessions and remembered keys); how many it were.
    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Ends orderly: what was accepted is committed, then nothing more is accepted.
    async fn close(&self);
}
