//! The SQL of baskets and stock. What it means stands elsewhere.

use super::pricing::{StoredBasket, StoredLine};
use crate::shop::ShopError;
use crate::shop::model::{BasketId, OrderId, ProductId};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row as _, query};
use std::collections::HashMap;
use std::str::FromStr;

impl From<sqlx::Error> for ShopError {
    fn from(error: sqlx::Error) -> Self {
        ShopError::Storage(Box::new(error))
    }
}

/// A stored value cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the stored {0} cannot be read")]
struct Unreadable(&'static str);

pub(super) fn unreadable(what: &'static str) -> ShopError {
    ShopError::Storage(Box::new(Unreadable(what)))
}

/// A moment as the tables have it: it sorts by time.
pub(super) fn moment(at: Timestamp) -> String {
    format!("{at:.6}")
}

pub(super) fn parsed<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, ShopError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| unreadable(column))
}

/// All pieces that are counted.
pub(super) async fn stock(pool: &SqlitePool, store: &str) -> Result<HashMap<String, u32>, ShopError> {
    let rows = query("select product, pieces from stock where store = ?")
        .bind(store)
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("product")?, row.try_get("pieces")?)))
        .collect()
}

pub(super) async fn begin_stock(
    conn: &mut SqliteConnection,
    store: &str,
    product: &ProductId,
    pieces: u32,
) -> Result<(), ShopError> {
    query("insert into stock (store, product, pieces) values (?, ?, ?) on conflict do nothing")
        .bind(store)
        .bind(product.as_str())
        .bind(pieces)
        .execute(conn)
        .await?;
    Ok(())
}

/// Pieces of a product; `None` if they are not counted.
pub(super) async fn pieces(
    conn: &mut SqliteConnection,
    store: &str,
    product: &ProductId,
) -> Result<Option<u32>, ShopError> {
    let row = query("select pieces from stock where store = ? and product = ?")
        .bind(store)
        .bind(product.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("pieces")?)).transpose()
}

/// Takes pieces out of stock, or puts them back where `change` is positive. `None` if there are too few or they are not
/// counted, otherwise the pieces there are now.
pub(super) async fn move_stock(
    conn: &mut SqliteConnection,
    store: &str,
    product: &ProductId,
    change: i64,
) -> Result<Option<u32>, ShopError> {
    let row = query(
        "update stock set pieces = pieces + ?1 where store = ?2 and product = ?3 and pieces + ?1 >= 0 returning pieces",
    )
    .bind(change)
    .bind(store)
    .bind(product.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok(row.try_get("pieces")?)).transpose()
}

pub(super) async fn note(
    conn: &mut SqliteConnection,
    store: &str,
    name: &str,
) -> Result<Option<String>, ShopError> {
    let row = query("select value from shop_note where store = ? and name = ?")
        .bind(store)
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("value")?)).transpose()
}

pub(super) async fn set_note(
    conn: &mut SqliteConnection,
    store: &str,
    name: &str,
    value: &str,
) -> Result<(), ShopError> {
    query("insert into shop_note (store, name, value) values (?, ?, ?) on conflict do update set value = excluded.value")
        .bind(store)
        .bind(name)
        .bind(value)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn insert_basket(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    dated_on: Date,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), ShopError> {
    query("insert into basket (store, id, revision, dated_on, created_at, expires_at) values (?, ?, 1, ?, ?, ?)")
        .bind(store)
        .bind(basket.as_str())
        .bind(dated_on.to_string())
        .bind(moment(now))
        .bind(moment(expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// A basket with its lines and codes; `None` if there is none, or it has expired without an order.
pub(super) async fn basket(
    conn: &mut SqliteConnection,
    store: &str,
    id: &BasketId,
    now: Timestamp,
) -> Result<Option<StoredBasket>, ShopError> {
    let row = query("select revision, dated_on, expires_at, order_id from basket where store = ? and id = ?")
        .bind(store)
        .bind(id.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let order: Option<String> = row.try_get("order_id")?;
    let order = order
        .map(|id| OrderId::parse(&id))
        .transpose()
        .map_err(|_| unreadable("order_id"))?;
    let expires: Timestamp = parsed(&row, "expires_at")?;
    if order.is_none() && expires <= now {
        return Ok(None);
    }
    Ok(Some(StoredBasket {
        id: id.clone(),
        revision: row.try_get("revision")?,
        dated_on: parsed(&row, "dated_on")?,
        expires,
        order,
        lines: lines(conn, store, id).await?,
        codes: codes(conn, store, id).await?,
    }))
}

async fn lines(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
) -> Result<Vec<StoredLine>, ShopError> {
    let rows = query(
        "select line.product, line.quantity, stock.pieces
         from basket_line line left join stock on stock.store = line.store and stock.product = line.product
         where line.store = ? and line.basket = ? order by line.position",
    )
    .bind(store)
    .bind(basket.as_str())
    .fetch_all(conn)
    .await?;
    let line = |row: &SqliteRow| {
        let product: String = row.try_get("product")?;
        Ok(StoredLine {
            product: ProductId::parse(&product).map_err(|_| unreadable("product"))?,
            quantity: row.try_get("quantity")?,
            pieces: row.try_get("pieces")?,
        })
    };
    rows.iter().map(line).collect()
}

async fn codes(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
) -> Result<Vec<String>, ShopError> {
    let rows = query("select code from basket_code where store = ? and basket = ? order by position")
        .bind(store)
        .bind(basket.as_str())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok(row.try_get("code")?)).collect()
}

/// Sets a line to a quantity of at least 1; a new line goes to the end.
pub(super) async fn set_line(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    product: &ProductId,
    quantity: u32,
) -> Result<(), ShopError> {
    query(
        "insert into basket_line (store, basket, product, position, quantity)
         values (?1, ?2, ?3,
                 (select coalesce(max(position), 0) + 1 from basket_line where store = ?1 and basket = ?2), ?4)
         on conflict do update set quantity = excluded.quantity",
    )
    .bind(store)
    .bind(basket.as_str())
    .bind(product.as_str())
    .bind(quantity)
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn remove_line(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    product: &ProductId,
) -> Result<(), ShopError> {
    query("delete from basket_line where store = ? and basket = ? and product = ?")
        .bind(store)
        .bind(basket.as_str())
        .bind(product.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn set_codes(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    codes: &[String],
) -> Result<(), ShopError> {
    query("delete from basket_code where store = ? and basket = ?")
        .bind(store)
        .bind(basket.as_str())
        .execute(&mut *conn)
        .await?;
    for (code, position) in codes.iter().zip(1_i64..) {
        query("insert into basket_code (store, basket, code, position) values (?, ?, ?, ?)")
            .bind(store)
            .bind(basket.as_str())
            .bind(code)
            .bind(position)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Notes when a change of a topic was made; `false` if a later one is noted.
pub(super) async fn note_topic(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    topic: &str,
    at: Timestamp,
) -> Result<bool, ShopError> {
    let done = query(
        "insert into basket_topic (store, basket, topic, made_at) values (?, ?, ?, ?)
         on conflict (store, basket, topic) do update set made_at = excluded.made_at where excluded.made_at >= made_at",
    )
    .bind(store)
    .bind(basket.as_str())
    .bind(topic)
    .bind(moment(at))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes a request; `false` if it was made before.
pub(super) async fn note_request(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    request_id: &str,
) -> Result<bool, ShopError> {
    let done = query(
        "insert into basket_request (store, basket, request_id) values (?, ?, ?) on conflict do nothing",
    )
    .bind(store)
    .bind(basket.as_str())
    .bind(request_id)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Pieces of a product in a basket.
pub(super) async fn quantity(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    product: &ProductId,
) -> Result<u32, ShopError> {
    let row = query("select quantity from basket_line where store = ? and basket = ? and product = ?")
        .bind(store)
        .bind(basket.as_str())
        .bind(product.as_str())
        .fetch_optional(conn)
        .await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("quantity")?))
}

/// A basket has changed: a new revision, dated today, with its whole life before it.
pub(super) async fn touch(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    today: Date,
    expires: Timestamp,
) -> Result<(), ShopError> {
    query(
        "update basket set revision = revision + 1, dated_on = ?, expires_at = ? where store = ? and id = ?",
    )
    .bind(today.to_string())
    .bind(moment(expires))
    .bind(store)
    .bind(basket.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes a basket with its order.
pub(super) async fn close(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
    order: &OrderId,
) -> Result<(), ShopError> {
    query("update basket set order_id = ? where store = ? and id = ? and order_id is null")
        .bind(order.as_str())
        .bind(store)
        .bind(basket.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
