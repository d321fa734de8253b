//! The engine on SQLite: WAL, every commit flushed to the disk, one writer, several readers.
//!
//! **One process at a time.** A lock file beside the database is held as long as the store is open; the operating system
//! frees it when the process ends, however it ends. Whoever gets the lock therefore knows that all claims in the outbox
//! are a dead process's, and gives them up at once instead of waiting for them to run out.
//!
//! The database's file is made readable by its owner alone, and what is deleted from it is overwritten: effects may hold
//! personal data.

/// Statements that only read.
mod reads;
/// Times as they stand in the tables.
mod stamp;
/// The one writer: many writes, one transaction.
mod writer;
/// Statements that write, each part of the writer's transaction.
mod writes;

use super::address::{Address, StoreId};
use super::bus::Bus;
use super::store::{
    Claim, ClaimedEffect, Commit, CommitOutcome, DeadLetter, End, JournalRow, OutboxSize, SessionRow, Store,
    StoreError, StoredState,
};
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;
use writes::{Write, Written};

/// Connections that read at the same time.
const READERS: u32 = 4;

/// How long a statement waits for another connection to the same file, like the shop's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A SQLite database, open for this process alone.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the database in `path`, makes it if there is none, brings its tables up to date, and gives up the claims of
    /// the process that had it before. Commits are announced on `bus`.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened, is in use, or its tables cannot be brought up to date.
    pub async fn open(path: &Path, bus: Bus) -> Result<Self, StoreError> {
        let lock = Arc::new(lock(path)?);
        create_private(path).map_err(|source| open_error(path, source))?;
        let options = connect_options(path);
        let mut connection = options
            .connect()
            .await
            .map_err(|error| open_error(path, io::Error::other(error)))?;
        let mut migrator = sqlx::migrate!("migrations/engine/sqlite");
        migrator.dangerous_set_table_name("engine_migration");
        migrator
            .run_direct(None, &mut connection, false)
            .await
            .map_err(StoreError::Migration)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.clone().pragma("query_only", "ON"))
            .await
            .map_err(StoreError::Database)?;
        let writer = Writer::start(connection, options, bus, lock);
        let store = SqliteStore { readers, writer };
        store.release_claims().await?;
        Ok(store)
    }

    async fn write(&self, write: Write) -> Result<Written, StoreError> {
        self.writer.write(write).await
    }

    async fn write_flag(&self, write: Write) -> Result<bool, StoreError> {
        Ok(matches!(self.write(write).await?, Written::Flag(true)))
    }

    async fn write_count(&self, write: Write) -> Result<u64, StoreError> {
        match self.write(write).await? {
            Written::Count(count) => Ok(count),
            _ => Ok(0),
        }
    }
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("secure_delete", "ON")
        // Statements are logged by nobody: their parameters may be personal data.
        .disable_statement_logging()
}

/// Takes the lock file beside the database.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = open_private(&PathBuf::from(name), false).map_err(|source| open_error(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.display().to_string(),
        }),
        Err(TryLockError::Error(source)) => Err(open_error(path, source)),
    }
}

/// Makes the database's file unless it exists. An existing one is not even opened: closing it again would drop the locks
/// that SQLite holds on it for this process.
fn create_private(path: &Path) -> io::Result<()> {
    match open_private(path, true) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

fn open_private(path: &Path, must_be_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .create_new(must_be_new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn open_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Open {
        path: path.display().to_string(),
        source,
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn load(&self, address: &Address) -> Result<Option<StoredState>, StoreError> {
        reads::load(&self.readers, address)
            .await
            .map_err(StoreError::Database)
    }

    async fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        match self.write(Write::Commit(Box::new(commit))).await? {
            Written::Commit(outcome) => Ok(outcome),
            _ => Ok(CommitOutcome::Conflict),
        }
    }

    async fn find(&self, store: &StoreId, lookup: &str, key: &str) -> Result<Option<Address>, StoreError> {
        reads::find(&self.readers, store, lookup, key)
            .await
            .map_err(StoreError::Database)
    }

    async fn journal_after(
        &self,
        address: &Address,
        after: i64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError> {
        reads::journal_after(&self.readers, address, after, limit)
            .await
            .map_err(StoreError::Database)
    }

    async fn journal_of_all_after(&self, after: i64, limit: u32) -> Result<Vec<JournalRow>, StoreError> {
        reads::journal_of_all_after(&self.readers, after, limit)
            .await
            .map_err(StoreError::Database)
    }

    async fn claim(
        &self,
        kinds: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        match self
            .write(Write::Claim {
                kinds: as_json(kinds),
                names: None,
                now,
                limit,
            })
            .await?
        {
            Written::Claimed(claimed) => Ok(claimed),
            _ => Ok(Vec::new()),
        }
    }

    async fn claim_named(
        &self,
        kinds: &[String],
        names: &[String],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        let claim = Write::Claim {
            kinds: as_json(kinds),
            names: Some(as_json(names)),
            now,
            limit,
        };
        match self.write(claim).await? {
            Written::Claimed(claimed) => Ok(claimed),
            _ => Ok(Vec::new()),
        }
    }

    async fn next_due(&self, kinds: &[String]) -> Result<Option<Timestamp>, StoreError> {
        reads::next_due(&self.readers, &as_json(kinds))
            .await
            .map_err(StoreError::Database)
    }

    async fn end(&self, claim: Claim, end: End) -> Result<bool, StoreError> {
        self.write_flag(Write::End { claim, end }).await
    }

    async fn release_claims(&self) -> Result<u64, StoreError> {
        self.write_count(Write::ReleaseClaims).await
    }

    async fn dead_letters(
        &self,
        store: &StoreId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        reads::dead_letters(&self.readers, store, after, limit)
            .await
            .map_err(StoreError::Database)
    }

    async fn retry_dead(&self, store: &StoreId, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write_flag(Write::RetryDead {
            store: store.clone(),
            id,
            now,
        })
        .await
    }

    async fn outbox_size(&self) -> Result<OutboxSize, StoreError> {
        reads::outbox_size(&self.readers)
            .await
            .map_err(StoreError::Database)
    }

    async fn first_seen(
        &self,
        store: &StoreId,
        scope: &str,
        key: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write_flag(Write::FirstSeen {
            store: store.clone(),
            scope,
            key,
            now,
            until,
        })
        .await
    }

    async fn follower_cursor(&self, name: &str) -> Result<i64, StoreError> {
        reads::follower_cursor(&self.readers, name)
            .await
            .map_err(StoreError::Database)
    }

    async fn advance_follower(&self, name: &str, cursor: i64) -> Result<(), StoreError> {
        self.write(Write::AdvanceFollower {
            name: name.to_owned(),
            cursor,
        })
        .await
        .map(drop)
    }

    async fn create_session(&self, store: &StoreId, session: SessionRow) -> Result<bool, StoreError> {
        self.write_flag(Write::CreateSession {
            store: store.clone(),
            session,
        })
        .await
    }

    async fn save_session(&self, store: &StoreId, session: SessionRow) -> Result<(), StoreError> {
        self.write(Write::SaveSession {
            store: store.clone(),
            session,
        })
        .await
        .map(drop)
    }

    async fn load_session(
        &self,
        store: &StoreId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        reads::load_session(&self.readers, store, id, now)
            .await
            .map_err(StoreError::Database)
    }

    async fn touch_session(&self, store: &StoreId, id: &str, expires: Timestamp) -> Result<bool, StoreError> {
        self.write_flag(Write::TouchSession {
            store: store.clone(),
            id: id.to_owned(),
            expires,
        })
        .await
    }

    async fn delete_session(&self, store: &StoreId, id: &str) -> Result<(), StoreError> {
        self.write(Write::DeleteSession {
            store: store.clone(),
            id: id.to_owned(),
        })
        .await
        .map(drop)
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write_count(Write::Sweep { now, limit }).await
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// SQLite takes a list as one parameter when it is JSON.
fn as_json(kinds: &[String]) -> String {
    serde_json::Value::from(kinds).to_string()
}
