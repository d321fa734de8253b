//! What becomes of an order once it is placed: it is described, sent, finished, given up, paid back.

use super::ShopError;
use super::model::{BasketId, Order, OrderId, PlacedIn};
use async_trait::async_trait;
use karfa_shared::money::Money;

/// What the shop does with an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderUpdate {
    /// It has come so far, in the shop's words.
    Describe(String),
    /// It is on its way, under these tracking numbers; they are added to those that are known.
    Ship(Vec<String>),
    /// It was placed in the app, not paid there, and has been finished on the shop's own pages.
    Complete,
    /// It does not go ahead; the goods are back in stock.
    Reject,
    /// As [`OrderUpdate::Reject`], if it has not been paid by now.
    GiveUpUnpaid,
}

/// Why the shop cannot do that with this order. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateRefusal {
    /// No such order.
    #[error("no order has this id: take the technical id, not the number that the customer sees")]
    Unknown,
    /// It was rejected, or given up.
    #[error("the order has been rejected and does not change any more")]
    Rejected,
    /// It is paid, or will be at the door.
    #[error("the order is paid already, or will be at the door")]
    Settled,
    /// It was placed on the shop's own pages: no app waits for it.
    #[error("the order was placed on the shop's own pages, not in the app")]
    NotOfAnApp,
    /// Not paid, so there is nothing to pay back.
    #[error("the order has not been paid through the provider")]
    NotPaid,
    /// More than what is left of the payment.
    #[error("only {left} of the payment has not been paid back yet")]
    TooMuch {
        /// What can still be paid back.
        left: Money,
    },
}

/// Money that has to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Its id, which is the key at the provider too.
    pub id: String,
    /// Of which order.
    pub order: OrderId,
    /// How much.
    pub amount: Money,
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderNews {
    /// It was placed.
    Placed,
    /// The shop did something with it that the customer wants to know.
    Updated,
    /// The shop wants to pay money back; the id of the [`Refund`].
    Refund(String),
}

/// An entry of the feed of orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChange {
    /// Position in the feed.
    pub position: i64,
    /// Which order.
    pub order: OrderId,
    /// Of which basket.
    pub basket: BasketId,
    /// Where it was placed.
    pub placed_in: PlacedIn,
    /// What happened.
    pub news: OrderNews,
}

/// What a shop does with orders once they are placed.
#[async_trait]
pub trait AfterSales: Send + Sync {
    /// Does something with an order. What is done already is done.
    ///
    /// # Errors
    /// The inner error is the refusal, the outer one the shop's failure.
    async fn update_order(
        &self,
        order: &OrderId,
        update: &OrderUpdate,
    ) -> Result<Result<Order, UpdateRefusal>, ShopError>;

    /// Notes that money has to go back. All refunds of an order together are at most its total.
    ///
    /// # Errors
    /// As [`AfterSales::update_order`].
    async fn request_refund(
        &self,
        order: &OrderId,
        amount: Money,
    ) -> Result<Result<Refund, UpdateRefusal>, ShopError>;

    /// A refund by its id.
    async fn refund(&self, id: &str) -> Result<Option<Refund>, ShopError>;

    /// Notes what the provider said of a refund.
    async fn note_refund(&self, id: &str, outcome: &str) -> Result<(), ShopError>;

    /// What happened to orders after `after`, oldest first, at most `limit`: a feed to follow with a stored position.
    async fn order_changes(&self, after: i64, limit: u32) -> Result<Vec<OrderChange>, ShopError>;

    /// Returns when something happened to an order since the last look, perhaps also when nothing has.
    async fn wait_for_order_change(&self);
}
