//! Statements that only read. Each sees everything committed before it began.

use super::stamp;
use crate::engine::address::{Address, StoreId};
use crate::engine::store::{DeadLetter, JournalRow, OutboxSize, SessionRow, StoredState};
use jiff::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Error, Row as _};

pub(super) async fn load(pool: &SqlitePool, address: &Address) -> Result<Option<StoredState>, Error> {
    let row =
        sqlx::query("SELECT state, version, cursor FROM aggregate WHERE store = ? AND kind = ? AND id = ?")
            .bind(address.store.as_str())
            .bind(&address.kind)
            .bind(&address.id)
            .fetch_optional(pool)
            .await?;
    row.map(|row| {
        Ok(StoredState {
            state: row.try_get("state")?,
            version: row.try_get("version")?,
            cursor: row.try_get("cursor")?,
        })
    })
    .transpose()
}

pub(super) async fn find(
    pool: &SqlitePool,
    store: &StoreId,
    lookup: &str,
    key: &str,
) -> Result<Option<Address>, Error> {
    let row = sqlx::query("SELECT kind, aggregate_id FROM lookup WHERE store = ? AND lookup = ? AND key = ?")
        .bind(store.as_str())
        .bind(lookup)
        .bind(key)
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        Ok(Address {
            store: store.clone(),
            kind: row.try_get("kind")?,
            id: row.try_get("aggregate_id")?,
        })
    })
    .transpose()
}

pub(super) async fn journal_after(
    pool: &SqlitePool,
    address: &Address,
    after: i64,
    limit: u32,
) -> Result<Vec<JournalRow>, Error> {
    let rows = sqlx::query(
        "SELECT seq, store, kind, id, version, event, at FROM journal
         WHERE store = ? AND kind = ? AND id = ? AND seq > ? ORDER BY seq LIMIT ?",
    )
    .bind(address.store.as_str())
    .bind(&address.kind)
    .bind(&address.id)
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    rows.iter().map(journal_row).collect()
}

pub(super) async fn journal_of_all_after(
    pool: &SqlitePool,
    after: i64,
    limit: u32,
) -> Result<Vec<JournalRow>, Error> {
    let rows = sqlx::query(
        "SELECT seq, store, kind, id, version, event, at FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    rows.iter().map(journal_row).collect()
}

fn journal_row(row: &SqliteRow) -> Result<JournalRow, Error> {
    Ok(JournalRow {
        seq: row.try_get("seq")?,
        address: address(row, "id")?,
        version: row.try_get("version")?,
        event: row.try_get("event")?,
        at: stamp::read(row.try_get("at")?),
    })
}

/// When a claim may next succeed: what waits in a lane behind another effect does not count, what is claimed counts from
/// the end of its lease.
pub(super) async fn next_due(pool: &SqlitePool, kinds: &str) -> Result<Option<Timestamp>, Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "SELECT MIN(MAX(o.due, COALESCE(o.lease_until, o.due))) FROM outbox o
         WHERE o.status = 'pending' AND o.kind IN (SELECT value FROM json_each(?))
           AND (o.lane = 'free' OR NOT EXISTS (
             SELECT 1 FROM outbox earlier
             WHERE earlier.status = 'pending' AND earlier.lane = 'ordered' AND earlier.store = o.store
               AND earlier.kind = o.kind AND earlier.aggregate_id = o.aggregate_id AND earlier.id < o.id))",
    )
    .bind(kinds)
    .fetch_one(pool)
    .await?;
    Ok(due.map(stamp::read))
}

pub(super) async fn dead_letters(
    pool: &SqlitePool,
    store: &StoreId,
    after: i64,
    limit: u32,
) -> Result<Vec<DeadLetter>, Error> {
    let rows = sqlx::query(
        "SELECT id, store, kind, aggregate_id, effect_name, key, attempts, last_error, created FROM outbox
         WHERE status = 'dead' AND store = ? AND id > ? ORDER BY id LIMIT ?",
    )
    .bind(store.as_str())
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DeadLetter {
                id: row.try_get("id")?,
                address: address(row, "aggregate_id")?,
                name: row.try_get("effect_name")?,
                key: row.try_get("key")?,
                attempts: row.try_get("attempts")?,
                last_error: row
                    .try_get::<Option<String>, _>("last_error")?
                    .unwrap_or_default(),
                created: stamp::read(row.try_get("created")?),
            })
        })
        .collect()
}

pub(super) async fn outbox_size(pool: &SqlitePool) -> Result<OutboxSize, Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT status, COUNT(*) FROM outbox GROUP BY status")
        .fetch_all(pool)
        .await?;
    let count = |status: &str| {
        let found = rows.iter().find(|(name, _)| name == status);
        found
            .and_then(|(_, count)| u64::try_from(*count).ok())
            .unwrap_or(0)
    };
    Ok(OutboxSize {
        pending: count("pending"),
        dead: count("dead"),
    })
}

pub(super) async fn follower_cursor(pool: &SqlitePool, name: &str) -> Result<i64, Error> {
    let cursor = sqlx::query_scalar("SELECT cursor FROM follower WHERE name = ?")
        .bind(name)
        .fetch_optional(pool);
    Ok(cursor.await?.unwrap_or(0))
}

pub(super) async fn load_session(
    pool: &SqlitePool,
    store: &StoreId,
    id: &str,
    now: Timestamp,
) -> Result<Option<SessionRow>, Error> {
    let row = sqlx::query("SELECT data, expires FROM session WHERE store = ? AND id = ? AND expires > ?")
        .bind(store.as_str())
        .bind(id)
        .bind(stamp::at(now))
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        Ok(SessionRow {
            id: id.to_owned(),
            data: row.try_get("data")?,
            expires: stamp::read(row.try_get("expires")?),
        })
    })
    .transpose()
}

/// The address in a row, whose aggregate's id is in `id_column`.
pub(super) fn address(row: &SqliteRow, id_column: &str) -> Result<Address, Error> {
    let store: String = row.try_get("store")?;
    let store = StoreId::parse(&store).map_err(|source| Error::ColumnDecode {
        index: "store".to_owned(),
        source: Box::new(source),
    })?;
    Ok(Address {
        store,
        kind: row.try_get("kind")?,
        id: row.try_get(id_column)?,
    })
}
