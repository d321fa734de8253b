//! The SQL of what a person has to look at. It follows from the books: nothing has to be noted for it but how far someone
//! has looked.

use super::refunds;
use super::rows::{moment, unreadable};
use crate::shop::ShopError;
use crate::shop::after_sales::{Attention, Matter};
use crate::shop::model::OrderId;
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row as _, query};

/// So long a bank transfer may take.
const TRANSFER: SignedDuration = SignedDuration::from_hours(7 * 24);

const REFUNDS: &str = "
    select refund.id, order_id, number, amount, outcome, currency, coalesce(payment, payment_id) as payment
    from order_refund refund join shop_order on shop_order.store = refund.store and shop_order.id = order_id
    where refund.store = ?1 and (outcome is null or outcome <> 'SUCCESS')
      and not (coalesce(outcome, '') in ('FAILED', 'UNCONFIRMED') and looked_at is not null and answered_at <= looked_at)
    order by requested_at, refund.id limit ?2";

// What the provider named no payment for cannot be asked back here either: nothing but a look takes it off.
const PAY_BACK: &str = "
    select order_id, number, currency, payment, total_gross - back as rest from (
        select payment.order_id, number, currency, payment.payment_id as payment, booked_at as since, total_gross,
            (select coalesce(sum(amount), 0) from order_refund refund
             where refund.store = payment.store and refund.order_id = payment.order_id
               and coalesce(refund.payment, shop_order.payment_id) = payment.payment_id
               and (outcome is null or outcome <> 'FAILED')) as back
        from order_payment payment
            join shop_order on shop_order.store = payment.store and shop_order.id = payment.order_id
        where payment.store = ?1
          and (status = 'rejected' or settled_in_shop = 1 or payment.payment_id <> shop_order.payment_id)
          and (looked_at is null or booked_at > looked_at)
        union all
        select id, number, currency, null, placed_at, total_gross, 0 from shop_order
        where store = ?1 and paid = 1 and payment_id is null and (status = 'rejected' or settled_in_shop = 1)
          and looked_at is null)
    where back < total_gross order by since, order_id limit ?2";

const REJECTED: &str = "
    select shop_order.id as order_id, number, max(event.at) as latest from order_event event
        join shop_order on shop_order.store = event.store and shop_order.id = event.order_id
    where event.store = ?1 and json_extract(news, '$.rejected') = 1 and status = 'accepted' and settled_in_shop = 0
      and (looked_at is null or event.at > looked_at)
    group by shop_order.id, number order by latest, shop_order.id limit ?2";

const UNPAID: &str = "
    select id as order_id, number from shop_order
    where store = ?1 and placed_in = 'shop' and status = 'awaiting_payment' and tracking = '[]' and placed_at < ?3
      and looked_at is null
    order by placed_at, id limit ?2";

pub(super) async fn list(
    conn: &mut SqliteConnection,
    store: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Attention>, ShopError> {
    let mut found = Vec::new();
    for row in query(REFUNDS)
        .bind(store)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?
    {
        if let Some(refund) = refunds::read(&row)? {
            let outcome = refunds::outcome(&row)?;
            found.push(of(&row, Matter::Refund { refund, outcome })?);
        }
    }
    for row in query(PAY_BACK)
        .bind(store)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?
    {
        let matter = Matter::PayBack {
            payment: row.try_get("payment")?,
            left: refunds::money(&row, "rest")?,
        };
        found.push(of(&row, matter)?);
    }
    for row in query(REJECTED)
        .bind(store)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?
    {
        found.push(of(&row, Matter::RejectedAfterAll)?);
    }
    let unpaid = query(UNPAID).bind(store).bind(limit);
    let late = now.checked_sub(TRANSFER).unwrap_or(Timestamp::MIN);
    for row in unpaid.bind(moment(late)).fetch_all(&mut *conn).await? {
        found.push(of(&row, Matter::Unpaid)?);
    }
    Ok(found)
}

fn of(row: &SqliteRow, matter: Matter) -> Result<Attention, ShopError> {
    let order: String = row.try_get("order_id")?;
    Ok(Attention {
        order: OrderId::parse(&order).map_err(|_| unreadable("order_id"))?,
        number: row.try_get("number")?,
        matter,
    })
}

/// Someone has looked at all that is told of the order now. `false`: no such order.
pub(super) async fn looked_at(
    pool: &SqlitePool,
    store: &str,
    order: &OrderId,
    now: Timestamp,
) -> Result<bool, ShopError> {
    let done = query("update shop_order set looked_at = ? where store = ? and id = ?")
        .bind(moment(now))
        .bind(store)
        .bind(order.as_str())
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What an order is has changed: what was looked at before may mean something else now.
pub(super) async fn look_again(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
) -> Result<(), ShopError> {
    query("update shop_order set looked_at = null where store = ? and id = ?")
        .bind(store)
        .bind(order.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
