//! What the operator does with orders from the command line. The backend may run meanwhile: it follows the shop's feed
//! of orders, and tells InPost.

use crate::shop::after_sales::{OrderUpdate, UpdateRefusal};
use crate::shop::model::{Order, OrderId, OrderStatus};
use crate::shop::{Shop, ShopError};
use karfa_shared::money::{Currency, Money};
use std::sync::Arc;

/// Nothing was done with the order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// No id.
    #[error("{0:?} is no order's id: it has letters, digits and hyphens")]
    Id(String),
    /// No amount.
    #[error("{0:?} is no amount: write it like 129.90")]
    Amount(String),
    /// The shop does not do that.
    #[error(transparent)]
    Refused(#[from] UpdateRefusal),
    /// The shop failed.
    #[error(transparent)]
    Shop(#[from] ShopError),
}

/// Does something with an order, in whichever of the shops has it. A line for the operator.
///
/// # Errors
/// [`OrderError`].
pub async fn update(shops: &[Arc<dyn Shop>], id: &str, update: &OrderUpdate) -> Result<String, OrderError> {
    let id = OrderId::parse(id).map_err(|_| OrderError::Id(id.to_owned()))?;
    let shop = shop_of(shops, &id).await?;
    let order = shop.update_order(&id, update).await??;
    Ok(line(&order))
}

/// Notes that money of an order has to go back; the backend has InPost do it. A line for the operator.
///
/// # Errors
/// [`OrderError`].
pub async fn refund(shops: &[Arc<dyn Shop>], id: &str, amount: &str) -> Result<String, OrderError> {
    let id = OrderId::parse(id).map_err(|_| OrderError::Id(id.to_owned()))?;
    let money = Money::parse(amount, Currency::Pln).map_err(|_| OrderError::Amount(amount.to_owned()))?;
    let shop = shop_of(shops, &id).await?;
    let refund = shop.request_refund(&id, money).await??;
    Ok(format!(
        "refund {} of {} will be asked for as soon as the backend runs; what is refused is in karfa dead-letters",
        refund.id,
        refund.amount.to_decimal_string()
    ))
}

async fn shop_of<'a>(shops: &'a [Arc<dyn Shop>], id: &OrderId) -> Result<&'a Arc<dyn Shop>, OrderError> {
    for shop in shops {
        if shop.order(id).await?.is_some() {
            return Ok(shop);
        }
    }
    Err(UpdateRefusal::Unknown.into())
}

fn line(order: &Order) -> String {
    let status = match order.status {
        OrderStatus::AwaitingPayment => "awaits payment",
        OrderStatus::Accepted => "accepted",
        OrderStatus::Completed => "completed in the shop",
        OrderStatus::Rejected => "rejected",
    };
    let mut line = format!("{} {status}", order.number);
    for part in order.description.iter().chain(&order.tracking) {
        line.push_str("  ");
        line.push_str(part);
    }
    line
}
