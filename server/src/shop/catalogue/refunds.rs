//! The SQL of payments and of what goes back of them. Whoever calls holds the transaction.
//!
//! **Architecture invariant:** of one payment never more is asked back than the order's total, and nothing is asked for that
//! has ended. Both are decided where a refund is claimed, whoever wrote its row.

use super::after_sales::announce;
use super::rows::{moment, unreadable};
use crate::shop::ShopError;
use crate::shop::after_sales::{Refund, RefundClaim, RefundOutcome};
use crate::shop::model::{Order, OrderId};
use jiff::Timestamp;
use karfa_shared::money::{Currency, Money};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row as _, query};

fn word(outcome: RefundOutcome) -> &'static str {
    match outcome {
        RefundOutcome::Pending => "PENDING",
        RefundOutcome::Success => "SUCCESS",
        RefundOutcome::Failed => "FAILED",
        RefundOutcome::Unconfirmed => "UNCONFIRMED",
    }
}

/// What is written of a refund's outcome. A word that is not ours is no end, and frees nothing.
pub(super) fn outcome(row: &SqliteRow) -> Result<Option<RefundOutcome>, ShopError> {
    let text: Option<String> = row.try_get("outcome")?;
    let ends = [
        RefundOutcome::Success,
        RefundOutcome::Failed,
        RefundOutcome::Unconfirmed,
    ];
    Ok(text.map(|text| {
        let end = ends.into_iter().find(|end| word(*end) == text);
        end.unwrap_or(RefundOutcome::Pending)
    }))
}

/// Notes a payment of an order; `false` if it was known.
pub(super) async fn note_payment(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
    payment: &str,
    now: Timestamp,
) -> Result<bool, ShopError> {
    let done = query(
        "insert into order_payment (store, order_id, payment_id, booked_at) values (?, ?, ?, ?) on conflict do nothing",
    )
    .bind(store)
    .bind(order.as_str())
    .bind(payment)
    .bind(moment(now))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the order was paid with it.
pub(super) async fn is_payment(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
    payment: &str,
) -> Result<bool, ShopError> {
    let row = query("select 1 from order_payment where store = ? and order_id = ? and payment_id = ?")
        .bind(store)
        .bind(order.as_str())
        .bind(payment)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// What of a payment no refund has been asked for.
pub(super) async fn left(
    conn: &mut SqliteConnection,
    store: &str,
    order: &Order,
    payment: &str,
) -> Result<Money, ShopError> {
    let taken: i64 = query(
        "select coalesce(sum(amount), 0) as sum from order_refund
         where store = ?1 and order_id = ?2 and coalesce(payment, ?3) = ?4 and (outcome is null or outcome <> 'FAILED')",
    )
    .bind(store)
    .bind(order.id.as_str())
    .bind(&order.payment.payment_id)
    .bind(payment)
    .fetch_one(conn)
    .await?
    .try_get("sum")?;
    let total = order.total.gross();
    Ok(Money::new(total.minor.saturating_sub(taken), total.currency))
}

/// A new refund, in the feed as well.
pub(super) async fn insert(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
    payment: &str,
    amount: Money,
    now: Timestamp,
) -> Result<Refund, ShopError> {
    let count: i64 = query("select count(*) as count from order_refund where store = ? and order_id = ?")
        .bind(store)
        .bind(order.as_str())
        .fetch_one(&mut *conn)
        .await?
        .try_get("count")?;
    let refund = Refund {
        id: format!("{order}-{}", count.saturating_add(1)),
        order: order.clone(),
        payment: payment.to_owned(),
        amount,
    };
    query("insert into order_refund (store, id, order_id, payment, amount, requested_at) values (?, ?, ?, ?, ?, ?)")
        .bind(store)
        .bind(&refund.id)
        .bind(order.as_str())
        .bind(payment)
        .bind(amount.minor)
        .bind(moment(now))
        .execute(&mut *conn)
        .await?;
    announce(conn, store, order, "refund", Some(&refund.id), now).await?;
    Ok(refund)
}

/// What a try at a refund is to do.
pub(super) async fn claim(
    conn: &mut SqliteConnection,
    store: &str,
    id: &str,
    now: Timestamp,
) -> Result<RefundClaim, ShopError> {
    let row = query(
        "select refund.id, order_id, amount, outcome, asked_at, currency, total_gross,
             coalesce(payment, payment_id) as payment,
             (select coalesce(sum(other.amount), 0) from order_refund other
              where other.store = refund.store and other.order_id = refund.order_id and other.id <> refund.id
                and coalesce(other.payment, payment_id) = coalesce(refund.payment, payment_id)
                and other.asked_at is not null and (other.outcome is null or other.outcome <> 'FAILED')) as asked
         from order_refund refund join shop_order on shop_order.store = refund.store and shop_order.id = order_id
         where refund.store = ? and refund.id = ?",
    )
    .bind(store)
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(RefundClaim::Unknown);
    };
    if let Some(ended) = outcome(&row)?.filter(|outcome| *outcome != RefundOutcome::Pending) {
        return Ok(RefundClaim::Ended(ended));
    }
    let Some(refund) = read(&row)? else {
        return Ok(RefundClaim::Unknown);
    };
    let again = row.try_get::<Option<String>, _>("asked_at")?.is_some();
    if again {
        return Ok(RefundClaim::Ask { refund, again });
    }
    let left = row
        .try_get::<i64, _>("total_gross")?
        .saturating_sub(row.try_get("asked")?);
    if refund.amount.minor > left {
        note(conn, store, id, RefundOutcome::Failed, now).await?;
        return Ok(RefundClaim::Ended(RefundOutcome::Failed));
    }
    query("update order_refund set asked_at = ? where store = ? and id = ?")
        .bind(moment(now))
        .bind(store)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(RefundClaim::Ask { refund, again })
}

/// A refund from its columns and its order's; `None` if it is of no payment.
pub(super) fn read(row: &SqliteRow) -> Result<Option<Refund>, ShopError> {
    let Some(payment) = row.try_get("payment")? else {
        return Ok(None);
    };
    let order: String = row.try_get("order_id")?;
    Ok(Some(Refund {
        id: row.try_get("id")?,
        order: OrderId::parse(&order).map_err(|_| unreadable("order_id"))?,
        payment,
        amount: money(row, "amount")?,
    }))
}

/// An amount in the order's currency.
pub(super) fn money(row: &SqliteRow, column: &'static str) -> Result<Money, ShopError> {
    let code: String = row.try_get("currency")?;
    let known = [
        Currency::Pln,
        Currency::Isk,
        Currency::Nok,
        Currency::Dkk,
        Currency::Eur,
    ];
    let currency = known.into_iter().find(|currency| currency.code() == code);
    let currency = currency.ok_or_else(|| unreadable("currency"))?;
    Ok(Money::new(row.try_get(column)?, currency))
}

/// The first claim of a refund is taken back; what has been answered stays.
pub(super) async fn release(pool: &SqlitePool, store: &str, id: &str) -> Result<(), ShopError> {
    query("update order_refund set asked_at = null where store = ? and id = ? and outcome is null")
        .bind(store)
        .bind(id)
        .execute(pool)
        .await?;
    Ok(())
}

/// Notes what the provider said, unless it has ended before.
pub(super) async fn note(
    conn: &mut SqliteConnection,
    store: &str,
    id: &str,
    outcome: RefundOutcome,
    now: Timestamp,
) -> Result<(), ShopError> {
    query(
        "update order_refund set outcome = ?, answered_at = ?
         where store = ? and id = ? and (outcome is null or outcome not in ('SUCCESS', 'FAILED', 'UNCONFIRMED'))",
    )
    .bind(word(outcome))
    .bind(moment(now))
    .bind(store)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}
