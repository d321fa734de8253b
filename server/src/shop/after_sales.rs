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
    /// The order has no such payment.
    #[error("the order has no such payment: karfa order attention names those that have to go back")]
    UnknownPayment,
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
    /// Of which of its payments, as the provider calls it.
    pub payment: String,
    /// How much.
    pub amount: Money,
}

/// What the provider said of a refund. All but the first are final: it is never asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundOutcome {
    /// Not decided yet: asked again under the same id it says more.
    Pending,
    /// The money went back.
    Success,
    /// It did not, for certain; its amount can be asked for again, as another refund.
    Failed,
    /// Whether it did, only the provider's own pages tell. The amount counts as paid back.
    Unconfirmed,
}

/// What a try at a refund is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundClaim {
    /// Ask the provider; from now on its amount is taken.
    Ask {
        /// What to ask for.
        refund: Refund,
        /// An earlier try may have been heard: a refusal now does not say that no money went.
        again: bool,
    },
    /// Nothing: it has ended, or together with those that were asked for before it is more than was paid.
    Ended(RefundOutcome),
    /// Nothing: there is no such refund, or no payment that it is of.
    Unknown,
}

/// What a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A refund that has not succeeded, yet or for good.
    Refund {
        /// What has to go back.
        refund: Refund,
        /// What the provider said; `None` before it has said anything.
        outcome: Option<RefundOutcome>,
    },
    /// Money that was taken for an order that does not go ahead, or a second time, and no refund of it is under way.
    PayBack {
        /// The payment, where the provider named it.
        payment: Option<String>,
        /// What is left of it.
        left: Money,
    },
    /// The provider rejected an order that is paid, or on its way.
    RejectedAfterAll,
    /// Ordered on the shop's own pages and not paid for days: it holds its goods.
    Unpaid,
}

/// A [`Matter`], and of which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    /// Which order.
    pub order: OrderId,
    /// Its number, as the customer sees it.
    pub number: String,
    /// What is to be looked at.
    pub matter: Matter,
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

    /// Notes that money has to go back, of the named payment or of the order's own. All refunds of a payment together
    /// are at most the order's total.
    ///
    /// # Errors
    /// As [`AfterSales::update_order`].
    async fn request_refund(
        &self,
        order: &OrderId,
        payment: Option<&str>,
        amount: Money,
    ) -> Result<Result<Refund, UpdateRefusal>, ShopError>;

    /// What a try at a refund is to do, decided in one transaction: what has ended is not asked for again, and what has
    /// been asked for never exceeds the payment.
    async fn claim_refund(&self, id: &str) -> Result<RefundClaim, ShopError>;

    /// Takes a first claim back: the provider certainly has not heard of it.
    async fn release_refund(&self, id: &str) -> Result<(), ShopError>;

    /// Notes what the provider said of a refund, unless it has ended before.
    async fn note_refund(&self, id: &str, outcome: RefundOutcome) -> Result<(), ShopError>;

    /// What a person has to look at, at most `limit` of each kind, oldest first.
    async fn attention(&self, limit: u32) -> Result<Vec<Attention>, ShopError>;

    /// Has [`AfterSales::attention`] leave out what it tells of the order now, but refunds under way. `false`: no such order.
    async fn looked_at(&self, order: &OrderId) -> Result<bool, ShopError>;

    /// What happened to orders after `after`, oldest first, at most `limit`: a feed to follow with a stored position.
    async fn order_changes(&self, after: i64, limit: u32) -> Result<Vec<OrderChange>, ShopError>;

    /// Returns when something happened to an order since the last look, perhaps also when nothing has.
    async fn wait_for_order_change(&self);
}
