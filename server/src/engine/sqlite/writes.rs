//! Statements that write. Each runs within the writer's transaction, checks before it changes anything, and can be run
//! again after that transaction was rolled back.

use super::reads::address;
use super::stamp;
use crate::engine::address::{Address, StoreId};
use crate::engine::machine::Lane;
use crate::engine::store::{Claim, ClaimedEffect, Commit, CommitOutcome, End, NewEffect, SessionRow};
use jiff::{SignedDuration, Timestamp};
use sqlx::{Error, Row as _, SqliteConnection};

/// One write among others in a transaction.
pub(super) enum Write {
    Commit(Box<Commit>),
    Claim {
        kinds: String,
        /// Of these names alone.
        names: Option<String>,
        now: Timestamp,
        limit: u32,
    },
    End {
        claim: Claim,
        end: End,
    },
    ReleaseClaims,
    RetryDead {
        store: StoreId,
        id: i64,
        now: Timestamp,
    },
    FirstSeen {
        store: StoreId,
        scope: String,
        key: String,
        now: Timestamp,
        until: Timestamp,
    },
    AdvanceFollower {
        name: String,
        cursor: i64,
    },
    CreateSession {
        store: StoreId,
        session: SessionRow,
    },
    SaveSession {
        store: StoreId,
        session: SessionRow,
    },
    TouchSession {
        store: StoreId,
        id: String,
        expires: Timestamp,
    },
    DeleteSession {
        store: StoreId,
        id: String,
    },
    Sweep {
        now: Timestamp,
        limit: u32,
    },
}

/// What a write answers.
pub(super) enum Written {
    Commit(CommitOutcome),
    Claimed(Vec<ClaimedEffect>),
    Flag(bool),
    Count(u64),
}

impl Write {
    pub(super) async fn execute(&self, tx: &mut SqliteConnection) -> Result<Written, Error> {
        Ok(match self {
            Write::Commit(c) => Written::Commit(commit(tx, c).await?),
            Write::Claim {
                kinds,
                names,
                now,
                limit,
            } => Written::Claimed(claim(tx, kinds, names.as_deref(), *now, *limit).await?),
            Write::End { claim, end } => Written::Flag(end_effect(tx, *claim, end).await?),
            Write::ReleaseClaims => Written::Count(release_claims(tx).await?),
            Write::RetryDead { store, id, now } => Written::Flag(retry_dead(tx, store, *id, *now).await?),
            Write::FirstSeen {
                store,
                scope,
                key,
                now,
                until,
            } => Written::Flag(first_seen(tx, store, scope, key, *now, *until).await?),
            Write::AdvanceFollower { name, cursor } => {
                Written::Flag(advance_follower(tx, name, *cursor).await?)
            }
            Write::CreateSession { store, session } => {
                Written::Flag(create_session(tx, store, session).await?)
            }
            Write::SaveSession { store, session } => Written::Flag(save_session(tx, store, session).await?),
            Write::TouchSession { store, id, expires } => {
                Written::Flag(touch_session(tx, store, id, *expires).await?)
            }
            Write::DeleteSession { store, id } => Written::Flag(delete_session(tx, store, id).await?),
            Write::Sweep { now, limit } => Written::Count(sweep(tx, *now, *limit).await?),
        })
    }
}

async fn commit(tx: &mut SqliteConnection, commit: &Commit) -> Result<CommitOutcome, Error> {
    let (version, mut cursor) = version_and_cursor(tx, &commit.address).await?;
    if version != commit.expected_version {
        return Ok(CommitOutcome::Conflict);
    }
    if let Some((claim, end)) = &commit.ends
        && !end_effect(tx, *claim, end).await?
    {
        return Ok(CommitOutcome::ClaimLost);
    }
    let version = version.saturating_add(1);
    for event in &commit.events {
        cursor = insert_event(tx, commit, version, event).await?;
    }
    save_aggregate(tx, commit, version, cursor).await?;
    if commit.effects.iter().any(|effect| effect.lane == Lane::Ordered) {
        wake_queue(tx, commit).await?;
    }
    for effect in &commit.effects {
        insert_effect(tx, commit, effect).await?;
    }
    for (lookup, key) in &commit.lookups {
        save_lookup(tx, &commit.address, lookup, key).await?;
    }
    Ok(CommitOutcome::Committed { version, cursor })
}

async fn version_and_cursor(tx: &mut SqliteConnection, address: &Address) -> Result<(i64, i64), Error> {
    let row = sqlx::query_as("SELECT version, cursor FROM aggregate WHERE store = ? AND kind = ? AND id = ?")
        .bind(address.store.as_str())
        .bind(&address.kind)
        .bind(&address.id)
        .fetch_optional(tx)
        .await?;
    Ok(row.unwrap_or((0, 0)))
}

async fn insert_event(
    tx: &mut SqliteConnection,
    commit: &Commit,
    version: i64,
    event: &str,
) -> Result<i64, Error> {
    sqlx::query_scalar(
        "INSERT INTO journal (store, kind, id, version, event, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
    )
    .bind(commit.address.store.as_str())
    .bind(&commit.address.kind)
    .bind(&commit.address.id)
    .bind(version)
    .bind(event)
    .bind(stamp::at(commit.at))
    .fetch_one(tx)
    .await
}

async fn save_aggregate(
    tx: &mut SqliteConnection,
    commit: &Commit,
    version: i64,
    cursor: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO aggregate (store, kind, id, version, cursor, state) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (store, kind, id) DO UPDATE
         SET version = excluded.version, cursor = excluded.cursor, state = excluded.state",
    )
    .bind(commit.address.store.as_str())
    .bind(&commit.address.kind)
    .bind(&commit.address.id)
    .bind(version)
    .bind(cursor)
    .bind(&commit.state)
    .execute(tx)
    .await?;
    Ok(())
}

/// What waits in the aggregate's queue for its next try is due at once: someone acts now and would wait behind it.
async fn wake_queue(tx: &mut SqliteConnection, commit: &Commit) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET due = ?4
         WHERE status = 'pending' AND lane = 'ordered' AND store = ?1 AND kind = ?2 AND aggregate_id = ?3
           AND attempts > 0 AND lease_until IS NULL AND due > ?4",
    )
    .bind(commit.address.store.as_str())
    .bind(&commit.address.kind)
    .bind(&commit.address.id)
    .bind(stamp::at(commit.at))
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_effect(tx: &mut SqliteConnection, commit: &Commit, effect: &NewEffect) -> Result<(), Error> {
    let lane = match effect.lane {
        Lane::Ordered => "ordered",
        Lane::Free => "free",
    };
    sqlx::query(
        "INSERT INTO outbox (store, kind, aggregate_id, effect_name, effect, key, lane, due, lease_us, created)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(commit.address.store.as_str())
    .bind(&commit.address.kind)
    .bind(&commit.address.id)
    .bind(&effect.name)
    .bind(&effect.body)
    .bind(&effect.key)
    .bind(lane)
    .bind(stamp::not_before(effect.due))
    .bind(i64::try_from(effect.lease.as_micros()).unwrap_or(i64::MAX / 2))
    .bind(stamp::at(commit.at))
    .execute(tx)
    .await?;
    Ok(())
}

async fn save_lookup(
    tx: &mut SqliteConnection,
    address: &Address,
    lookup: &str,
    key: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO lookup (store, lookup, key, kind, aggregate_id) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (store, lookup, key) DO UPDATE
         SET kind = excluded.kind, aggregate_id = excluded.aggregate_id",
    )
    .bind(address.store.as_str())
    .bind(lookup)
    .bind(key)
    .bind(&address.kind)
    .bind(&address.id)
    .execute(tx)
    .await?;
    Ok(())
}

async fn claim(
    tx: &mut SqliteConnection,
    kinds: &str,
    names: Option<&str>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ClaimedEffect>, Error> {
    let rows = sqlx::query(
        "UPDATE outbox SET attempts = attempts + 1, claim = claim + 1, lease_until = ?1 + lease_us,
             lost = lost + (lease_until IS NOT NULL)
         WHERE id IN (
           SELECT o.id FROM outbox o
           WHERE o.status = 'pending' AND o.due <= ?1 AND (o.lease_until IS NULL OR o.lease_until <= ?1)
             AND o.kind IN (SELECT value FROM json_each(?2))
             AND (?4 IS NULL OR o.effect_name IN (SELECT value FROM json_each(?4)))
             AND (o.lane = 'free' OR NOT EXISTS (
               SELECT 1 FROM outbox earlier
               WHERE earlier.status = 'pending' AND earlier.lane = 'ordered' AND earlier.store = o.store
                 AND earlier.kind = o.kind AND earlier.aggregate_id = o.aggregate_id AND earlier.id < o.id))
           ORDER BY o.due, o.id LIMIT ?3)
         RETURNING id, claim, store, kind, aggregate_id, effect_name, effect, key, attempts, lost, due",
    )
    .bind(stamp::at(now))
    .bind(kinds)
    .bind(limit)
    .bind(names)
    .fetch_all(tx)
    .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let due: i64 = row.try_get("due")?;
        let effect = ClaimedEffect {
            claim: Claim {
                id: row.try_get("id")?,
                number: row.try_get("claim")?,
            },
            address: address(row, "aggregate_id")?,
            name: row.try_get("effect_name")?,
            body: row.try_get("effect")?,
            key: row.try_get("key")?,
            attempt: row.try_get("attempts")?,
            lost: row.try_get("lost")?,
        };
        claimed.push((due, effect));
    }
    // RETURNING promises no order.
    claimed.sort_by_key(|(due, effect)| (*due, effect.claim.id));
    Ok(claimed.into_iter().map(|(_, effect)| effect).collect())
}

async fn end_effect(tx: &mut SqliteConnection, claim: Claim, end: &End) -> Result<bool, Error> {
    let query = match end {
        End::Done => sqlx::query("DELETE FROM outbox WHERE id = ? AND claim = ? AND lease_until IS NOT NULL")
            .bind(claim.id)
            .bind(claim.number),
        End::Retry { due, why } => sqlx::query(
            "UPDATE outbox SET due = ?, last_error = ?, lease_until = NULL
             WHERE id = ? AND claim = ? AND lease_until IS NOT NULL",
        )
        .bind(stamp::not_before(*due))
        .bind(why)
        .bind(claim.id)
        .bind(claim.number),
        End::Dead { why } => sqlx::query(
            "UPDATE outbox SET status = 'dead', last_error = ?, lease_until = NULL
             WHERE id = ? AND claim = ? AND lease_until IS NOT NULL",
        )
        .bind(why)
        .bind(claim.id)
        .bind(claim.number),
    };
    Ok(query.execute(tx).await?.rows_affected() == 1)
}

async fn release_claims(tx: &mut SqliteConnection) -> Result<u64, Error> {
    let released =
        sqlx::query("UPDATE outbox SET lease_until = NULL, lost = lost + 1 WHERE lease_until IS NOT NULL");
    Ok(released.execute(tx).await?.rows_affected())
}

async fn retry_dead(
    tx: &mut SqliteConnection,
    store: &StoreId,
    id: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let retried = sqlx::query(
        "UPDATE outbox SET status = 'pending', attempts = 0, lost = 0, due = ?3
         WHERE store = ?1 AND id = ?2 AND status = 'dead'",
    )
    .bind(store.as_str())
    .bind(id)
    .bind(stamp::at(now))
    .execute(tx)
    .await?;
    Ok(retried.rows_affected() == 1)
}

async fn first_seen(
    tx: &mut SqliteConnection,
    store: &StoreId,
    scope: &str,
    key: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let seen = sqlx::query(
        "INSERT INTO seen (store, scope, key, until) VALUES (?1, ?2, ?3, ?5)
         ON CONFLICT (store, scope, key) DO UPDATE SET until = excluded.until WHERE until <= ?4",
    )
    .bind(store.as_str())
    .bind(scope)
    .bind(key)
    .bind(stamp::at(now))
    .bind(stamp::not_before(until))
    .execute(tx)
    .await?;
    Ok(seen.rows_affected() == 1)
}

async fn advance_follower(tx: &mut SqliteConnection, name: &str, cursor: i64) -> Result<bool, Error> {
    let advanced = sqlx::query(
        "INSERT INTO follower (name, cursor) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor WHERE excluded.cursor > follower.cursor",
    )
    .bind(name)
    .bind(cursor)
    .execute(tx)
    .await?;
    Ok(advanced.rows_affected() == 1)
}

async fn create_session(
    tx: &mut SqliteConnection,
    store: &StoreId,
    session: &SessionRow,
) -> Result<bool, Error> {
    let created = sqlx::query(
        "INSERT INTO session (store, id, data, expires) VALUES (?, ?, ?, ?) ON CONFLICT (store, id) DO NOTHING",
    )
    .bind(store.as_str())
    .bind(&session.id)
    .bind(&session.data)
    .bind(stamp::not_before(session.expires))
    .execute(tx)
    .await?;
    Ok(created.rows_affected() == 1)
}

async fn save_session(
    tx: &mut SqliteConnection,
    store: &StoreId,
    session: &SessionRow,
) -> Result<bool, Error> {
    let saved = sqlx::query(
        "INSERT INTO session (store, id, data, expires) VALUES (?, ?, ?, ?)
         ON CONFLICT (store, id) DO UPDATE SET data = excluded.data, expires = excluded.expires",
    )
    .bind(store.as_str())
    .bind(&session.id)
    .bind(&session.data)
    .bind(stamp::not_before(session.expires))
    .execute(tx)
    .await?;
    Ok(saved.rows_affected() == 1)
}

async fn touch_session(
    tx: &mut SqliteConnection,
    store: &StoreId,
    id: &str,
    expires: Timestamp,
) -> Result<bool, Error> {
    let touched = sqlx::query("UPDATE session SET expires = ? WHERE store = ? AND id = ?")
        .bind(stamp::not_before(expires))
        .bind(store.as_str())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(touched.rows_affected() == 1)
}

async fn delete_session(tx: &mut SqliteConnection, store: &StoreId, id: &str) -> Result<bool, Error> {
    let deleted = sqlx::query("DELETE FROM session WHERE store = ? AND id = ?")
        .bind(store.as_str())
        .bind(id);
    Ok(deleted.execute(tx).await?.rows_affected() == 1)
}

/// How long the journal remembers what has happened. What is true now is in the state, which stays.
const JOURNAL_DAYS: i64 = 180;

async fn sweep(tx: &mut SqliteConnection, now: Timestamp, limit: u32) -> Result<u64, Error> {
    let sessions = sqlx::query(
        "DELETE FROM session WHERE (store, id) IN (SELECT store, id FROM session WHERE expires <= ? LIMIT ?)",
    )
    .bind(stamp::at(now))
    .bind(limit)
    .execute(&mut *tx)
    .await?;
    let left = u64::from(limit).saturating_sub(sessions.rows_affected());
    let seen = sqlx::query(
        "DELETE FROM seen WHERE (store, scope, key) IN (SELECT store, scope, key FROM seen WHERE until <= ? LIMIT ?)",
    )
    .bind(stamp::at(now))
    .bind(i64::try_from(left).unwrap_or(i64::MAX))
    .execute(&mut *tx)
    .await?;
    let left = left.saturating_sub(seen.rows_affected());
    let forgotten = now
        .checked_sub(SignedDuration::from_hours(JOURNAL_DAYS * 24))
        .unwrap_or(Timestamp::MIN);
    // Old entries are at the beginning: so many are looked at as may go, and not all there are. Everybody who writes waits.
    let journal = sqlx::query(
        "DELETE FROM journal WHERE seq IN (
           SELECT seq FROM (SELECT seq, at FROM journal ORDER BY seq LIMIT ?2) WHERE at < ?1)",
    )
    .bind(stamp::at(forgotten))
    .bind(i64::try_from(left).unwrap_or(i64::MAX))
    .execute(tx)
    .await?;
    Ok(sessions.rows_affected() + seen.rows_affected() + journal.rows_affected())
}
