//! What the operator does with orders from the command line. The backend may run meanwhile: it follows the shop's feed
//! of orders, and tells InPost.

use crate::shop::after_sales::{Attention, Matter, OrderUpdate, RefundOutcome, UpdateRefusal};
use crate::shop::model::{Order, OrderId, OrderStatus};
use crate::shop::{Shop, ShopError};
use karfa_shared::money::{Currency, Money};
use std::fmt::Write as _;
use std::sync::Arc;

/// The most lines of each kind in the list of what has to be looked at.
const MOST: u32 = 200;

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

/// Notes that money of an order has to go back, of `payment` or of the order's own; the backend has InPost do it. A line
/// for the operator.
///
/// # Errors
/// [`OrderError`].
pub async fn refund(
    shops: &[Arc<dyn Shop>],
    id: &str,
    payment: Option<&str>,
    amount: &str,
) -> Result<String, OrderError> {
    let id = OrderId::parse(id).map_err(|_| OrderError::Id(id.to_owned()))?;
    let money = Money::parse(amount, Currency::Pln).map_err(|_| OrderError::Amount(amount.to_owned()))?;
    let shop = shop_of(shops, &id).await?;
    let refund = shop.request_refund(&id, payment, money).await??;
    Ok(format!(
        "refund {} of {} will be asked for as soon as the backend runs; karfa order attention lists it until the money has gone back",
        refund.id,
        refund.amount.to_decimal_string()
    ))
}

/// A line for each thing about orders and their money that a person has to look at.
///
/// # Errors
/// [`OrderError::Shop`].
pub async fn attention(shops: &[Arc<dyn Shop>]) -> Result<String, OrderError> {
    let mut text = String::new();
    for shop in shops {
        for item in shop.attention(MOST).await? {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}  {}  {}", item.order, item.number, matter(&item));
        }
    }
    if text.is_empty() {
        text.push_str("nothing has to be looked at");
    }
    Ok(text)
}

/// Someone has looked at what [`attention`] tells of an order. A line for the operator.
///
/// # Errors
/// [`OrderError`].
pub async fn looked_at(shops: &[Arc<dyn Shop>], id: &str) -> Result<String, OrderError> {
    let id = OrderId::parse(id).map_err(|_| OrderError::Id(id.to_owned()))?;
    shop_of(shops, &id).await?.looked_at(&id).await?;
    Ok(format!(
        "{id} is not listed again until something new happens to it"
    ))
}

fn matter(item: &Attention) -> String {
    match &item.matter {
        Matter::Refund { refund, outcome } => {
            let (id, amount) = (&refund.id, refund.amount.to_decimal_string());
            let how = match outcome {
                None => "has not been answered: the backend asks for it, unless karfa dead-letters has it",
                Some(RefundOutcome::Pending) => {
                    "is under way: the backend asks again, unless karfa dead-letters has it"
                }
                Some(RefundOutcome::Failed) => "was refused and is over: ask anew with karfa refund",
                Some(RefundOutcome::Unconfirmed) => {
                    "may have been paid: InPost's answer does not tell, look there; here it counts as paid back"
                }
                Some(RefundOutcome::Success) => "has been paid back",
            };
            format!("refund {id} of {amount} (payment {}) {how}", refund.payment)
        }
        Matter::PayBack { payment, left } => {
            let left = left.to_decimal_string();
            match payment {
                Some(payment) => format!(
                    "{left} of payment {payment} has to go back: karfa refund --payment {payment} {} {left}",
                    item.order
                ),
                None => format!("{left} has to go back, by hand: InPost named no payment"),
            }
        }
        Matter::RejectedAfterAll => {
            "InPost rejected it although it is paid or sent; it stands as it was: ask the customer".to_owned()
        }
        Matter::Unpaid => {
            "no transfer for a week, and the goods are held: karfa order reject gives them back".to_owned()
        }
    }
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
