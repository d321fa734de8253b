//! What becomes of orders once they are placed. Each change is one transaction.

use super::rows::{moment, unreadable};
use super::{CatalogueShop, attention, order_rows, refunds};
use crate::shop::ShopError;
use crate::shop::after_sales::{
    AfterSales, Attention, OrderChange, OrderNews, OrderUpdate, Refund, RefundClaim, RefundOutcome,
    UpdateRefusal,
};
use crate::shop::model::{BasketId, Order, OrderId, OrderStatus, PlacedIn};
use async_trait::async_trait;
use jiff::Timestamp;
use karfa_shared::money::Money;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row as _, query};
use std::time::Duration;

/// The command line writes from a process of its own, which wakes nobody here: so often is looked.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The longest description that an app shows.
const LONGEST_DESCRIPTION: usize = 255;

#[async_trait]
impl AfterSales for CatalogueShop {
    async fn update_order(
        &self,
        id: &OrderId,
        update: &OrderUpdate,
    ) -> Result<Result<Order, UpdateRefusal>, ShopError> {
        let mut tx = self.write().await?;
        let Some(before) = order_rows::order(&mut tx, &self.store, id).await? else {
            return Ok(Err(UpdateRefusal::Unknown));
        };
        let after = match updated(&before, update) {
            Ok(after) => after,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if after == before {
            return Ok(Ok(after));
        }
        let gives_back = after.status == OrderStatus::Rejected;
        if gives_back {
            self.give_back(&mut tx, id).await?;
            attention::look_again(&mut tx, &self.store, id).await?;
        }
        order_rows::update(&mut tx, &self.store, &after).await?;
        announce(&mut tx, &self.store, id, "updated", None, self.clock.now()).await?;
        tx.commit().await?;
        self.orders_changed.notify_one();
        if gives_back {
            self.tell();
        }
        Ok(Ok(after))
    }

    async fn request_refund(
        &self,
        id: &OrderId,
        payment: Option<&str>,
        amount: Money,
    ) -> Result<Result<Refund, UpdateRefusal>, ShopError> {
        let mut tx = self.write().await?;
        let Some(order) = order_rows::order(&mut tx, &self.store, id).await? else {
            return Ok(Err(UpdateRefusal::Unknown));
        };
        let Some(own) = order.payment.payment_id.as_deref().filter(|_| order.payment.paid) else {
            return Ok(Err(UpdateRefusal::NotPaid));
        };
        let payment = payment.unwrap_or(own);
        if !refunds::is_payment(&mut tx, &self.store, id, payment).await? {
            return Ok(Err(UpdateRefusal::UnknownPayment));
        }
        let total = order.total.gross();
        let left = refunds::left(&mut tx, &self.store, &order, payment).await?;
        if amount.currency != total.currency || amount.minor <= 0 || amount.minor > left.minor {
            return Ok(Err(UpdateRefusal::TooMuch { left }));
        }
        let refund = refunds::insert(&mut tx, &self.store, id, payment, amount, self.clock.now()).await?;
        tx.commit().await?;
        self.orders_changed.notify_one();
        Ok(Ok(refund))
    }

    async fn claim_refund(&self, id: &str) -> Result<RefundClaim, ShopError> {
        let mut tx = self.write().await?;
        let claim = refunds::claim(&mut tx, &self.store, id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(claim)
    }

    async fn release_refund(&self, id: &str) -> Result<(), ShopError> {
        refunds::release(&self.pool, &self.store, id).await
    }

    async fn note_refund(&self, id: &str, outcome: RefundOutcome) -> Result<(), ShopError> {
        let mut tx = self.write().await?;
        refunds::note(&mut tx, &self.store, id, outcome, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn attention(&self, limit: u32) -> Result<Vec<Attention>, ShopError> {
        let mut tx = self.pool.begin().await?;
        attention::list(&mut tx, &self.store, self.clock.now(), limit).await
    }

    async fn looked_at(&self, order: &OrderId) -> Result<bool, ShopError> {
        attention::looked_at(&self.pool, &self.store, order, self.clock.now()).await
    }

    async fn order_changes(&self, after: i64, limit: u32) -> Result<Vec<OrderChange>, ShopError> {
        let rows = query(
            "select position, order_id, what, refund, basket, placed_in from order_change
             join shop_order on shop_order.store = order_change.store and shop_order.id = order_change.order_id
             where order_change.store = ? and position > ? order by position limit ?",
        )
        .bind(&self.store)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_change).collect()
    }

    async fn wait_for_order_change(&self) {
        let _timed_out = tokio::time::timeout(LONGEST_WAIT, self.orders_changed.notified()).await;
    }
}

impl CatalogueShop {
    /// The pieces of an order go back into stock, once.
    pub(super) async fn give_back(&self, conn: &mut SqliteConnection, id: &OrderId) -> Result<(), ShopError> {
        for (product, pieces) in order_rows::give_back(conn, &self.store, id).await? {
            self.put_back(conn, &product, pieces).await?;
        }
        Ok(())
    }
}

/// The order after an update.
fn updated(before: &Order, update: &OrderUpdate) -> Result<Order, UpdateRefusal> {
    let mut order = before.clone();
    let settled = order.payment.paid || order.request.cash_on_delivery;
    match update {
        OrderUpdate::Reject if order.status == OrderStatus::Rejected => {}
        OrderUpdate::GiveUpUnpaid if order.status != OrderStatus::AwaitingPayment => {}
        OrderUpdate::Complete if order.status == OrderStatus::Completed => {}
        _ if order.status == OrderStatus::Rejected => return Err(UpdateRefusal::Rejected),
        OrderUpdate::Describe(text) => {
            order.description = Some(text.trim().chars().take(LONGEST_DESCRIPTION).collect());
        }
        OrderUpdate::Ship(references) => {
            for reference in references {
                if !order.tracking.contains(reference) {
                    order.tracking.push(reference.clone());
                }
            }
        }
        OrderUpdate::Complete if order.request.placed_in != PlacedIn::Wallet => {
            return Err(UpdateRefusal::NotOfAnApp);
        }
        OrderUpdate::Complete if settled => return Err(UpdateRefusal::Settled),
        OrderUpdate::Complete => order.status = OrderStatus::Completed,
        OrderUpdate::Reject | OrderUpdate::GiveUpUnpaid => order.status = OrderStatus::Rejected,
    }
    Ok(order)
}

/// Puts what happened to an order into the feed.
pub(super) async fn announce(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
    what: &str,
    refund: Option<&str>,
    now: Timestamp,
) -> Result<(), ShopError> {
    query("insert into order_change (store, order_id, what, refund, changed_at) values (?, ?, ?, ?, ?)")
        .bind(store)
        .bind(order.as_str())
        .bind(what)
        .bind(refund)
        .bind(moment(now))
        .execute(conn)
        .await?;
    Ok(())
}

fn read_change(row: &SqliteRow) -> Result<OrderChange, ShopError> {
    let order: String = row.try_get("order_id")?;
    let basket: String = row.try_get("basket")?;
    let what: String = row.try_get("what")?;
    let placed_in: String = row.try_get("placed_in")?;
    let news = match what.as_str() {
        "placed" => OrderNews::Placed,
        "refund" => OrderNews::Refund(row.try_get("refund")?),
        _ => OrderNews::Updated,
    };
    Ok(OrderChange {
        position: row.try_get("position")?,
        order: OrderId::parse(&order).map_err(|_| unreadable("order_id"))?,
        basket: BasketId::parse(&basket).map_err(|_| unreadable("basket"))?,
        placed_in: if placed_in == "shop" {
            PlacedIn::Shop
        } else {
            PlacedIn::Wallet
        },
        news,
    })
}
