//! The SQL of the feed: which baskets have changed, at positions that only grow.

use super::rows::{moment, unreadable};
use crate::shop::ShopError;
use crate::shop::model::{BasketChange, BasketId, ChangedBy, ProductId};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row as _, query};

fn word(by: ChangedBy) -> &'static str {
    match by {
        ChangedBy::Shop => "shop",
        ChangedBy::Wallet => "wallet",
    }
}

/// Puts the newest revision of a basket into the feed.
pub(super) async fn announce(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    by: ChangedBy,
    now: Timestamp,
) -> Result<(), ShopError> {
    query(
        "insert into basket_change (store, basket, revision, changed_by, changed_at)
         select store, id, revision, ?1, ?2 from basket where store = ?3 and id = ?4",
    )
    .bind(word(by))
    .bind(moment(now))
    .bind(store)
    .bind(basket.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// The open baskets with this product have changed, because its stock has.
pub(super) async fn touch_holders(
    conn: &mut SqliteConnection,
    store: &str,
    product: &ProductId,
    now: Timestamp,
) -> Result<(), ShopError> {
    let now = moment(now);
    query(
        "update basket set revision = revision + 1
         where store = ?1 and order_id is null and expires_at > ?2
           and id in (select basket from basket_line where store = ?1 and product = ?3)",
    )
    .bind(store)
    .bind(&now)
    .bind(product.as_str())
    .execute(&mut *conn)
    .await?;
    query(
        "insert into basket_change (store, basket, revision, changed_by, changed_at)
         select store, id, revision, 'shop', ?2 from basket
         where store = ?1 and order_id is null and expires_at > ?2
           and id in (select basket from basket_line where store = ?1 and product = ?3)",
    )
    .bind(store)
    .bind(&now)
    .bind(product.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Dates the open baskets with something in them on `today`: those dated before, or all of them.
pub(super) async fn redate_open(
    conn: &mut SqliteConnection,
    store: &str,
    today: Date,
    dated_before: Option<Date>,
    now: Timestamp,
) -> Result<(), ShopError> {
    let now = moment(now);
    query(
        "insert into basket_change (store, basket, revision, changed_by, changed_at)
         select store, id, revision + 1, 'shop', ?2 from basket
         where store = ?1 and order_id is null and expires_at > ?2 and dated_on < coalesce(?3, '9999-99-99')
           and id in (select basket from basket_line where store = ?1)",
    )
    .bind(store)
    .bind(&now)
    .bind(dated_before.map(|day| day.to_string()))
    .execute(&mut *conn)
    .await?;
    query(
        "update basket set revision = revision + 1, dated_on = ?4
         where store = ?1 and order_id is null and expires_at > ?2 and dated_on < coalesce(?3, '9999-99-99')
           and id in (select basket from basket_line where store = ?1)",
    )
    .bind(store)
    .bind(&now)
    .bind(dated_before.map(|day| day.to_string()))
    .bind(today.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a basket. The feed tells of it.
pub(super) async fn forget(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    now: Timestamp,
) -> Result<(), ShopError> {
    query(
        "insert into basket_change (store, basket, revision, changed_by, changed_at)
         select store, id, revision + 1, 'shop', ?1 from basket where store = ?2 and id = ?3",
    )
    .bind(moment(now))
    .bind(store)
    .bind(basket.as_str())
    .execute(&mut *conn)
    .await?;
    query("delete from basket where store = ? and id = ?")
        .bind(store)
        .bind(basket.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the baskets that have expired without an order. The feed tells of it, and forgets what was
/// before `forgotten_before`.
pub(super) async fn forget_expired(
    conn: &mut SqliteConnection,
    store: &str,
    now: Timestamp,
    forgotten_before: Timestamp,
) -> Result<(), ShopError> {
    let now = moment(now);
    query(
        "insert into basket_change (store, basket, revision, changed_by, changed_at)
         select store, id, revision + 1, 'shop', ?2 from basket where store = ?1 and order_id is null and expires_at <= ?2",
    )
    .bind(store)
    .bind(&now)
    .execute(&mut *conn)
    .await?;
    query("delete from basket where store = ? and order_id is null and expires_at <= ?")
        .bind(store)
        .bind(&now)
        .execute(&mut *conn)
        .await?;
    query("delete from basket_change where store = ? and changed_at < ?")
        .bind(store)
        .bind(moment(forgotten_before))
        .execute(conn)
        .await?;
    Ok(())
}

/// The feed after a position.
pub(super) async fn changes(
    pool: &SqlitePool,
    store: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<BasketChange>, ShopError> {
    let rows = query(
        "select position, basket, revision, changed_by from basket_change
         where store = ? and position > ? order by position limit ?",
    )
    .bind(store)
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let change = |row: &SqliteRow| {
        let basket: String = row.try_get("basket")?;
        let by: String = row.try_get("changed_by")?;
        Ok(BasketChange {
            position: row.try_get("position")?,
            basket: BasketId::parse(&basket).map_err(|_| unreadable("basket"))?,
            revision: row.try_get("revision")?,
            by: if by == word(ChangedBy::Wallet) {
                ChangedBy::Wallet
            } else {
                ChangedBy::Shop
            },
        })
    };
    rows.iter().map(change).collect()
}
