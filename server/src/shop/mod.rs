//! The merchant's shop behind one trait: products, baskets, stock, delivery, consents, orders.
//!
//! Belongs here: what is sold, at what price, and to whom it was sold. Does not belong here: wallets, sessions, HTTP.
//! The vocabulary is a shop's own; `checkout` translates it into a provider's.
//!
//! **Architecture invariant:** nothing in here imports `engine`, `web` or `checkout`. Whoever wants to act on a change of
//! a basket follows [`Shop::basket_changes`].

/// What becomes of an order once it is placed.
pub mod after_sales;
/// The shop that karfa brings along: a catalogue in a file, everything that changes in the database.
pub mod catalogue;
/// Customers with an account.
pub mod customers;
/// Products, baskets, deliveries, consents, orders: the words of a shop.
pub mod model;

use after_sales::AfterSales;
use async_trait::async_trait;
use customers::Customers;
use model::{
    Basket, BasketChange, BasketId, ChangedBy, Edit, NewOrder, Order, OrderId, OrderRefusal, PaymentNews,
    Product, ProductId,
};
use std::sync::Arc;

/// Fills a buffer with random bytes; baskets are as unguessable as these.
pub type RandomBytes = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What the shop cannot do, split by who can act on it.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The shop does not sell it.
    #[error("no such product: choose one from the catalogue")]
    UnknownProduct,
    /// A variant has to be chosen first.
    #[error("choose a variant of the product first")]
    OptionsMissing,
    /// Fewer pieces are left than asked for.
    #[error("only {available} left in stock")]
    OutOfStock {
        /// Pieces that are left.
        available: u32,
    },
    /// More pieces than one basket may hold of a product.
    #[error("at most {most} of one product in a basket")]
    TooMany {
        /// The most pieces of one product.
        most: u32,
    },
    /// No such basket.
    #[error("no such basket")]
    UnknownBasket,
    /// The basket has an order and is closed.
    #[error("the basket has been ordered already")]
    BasketOrdered,
    /// A promotion code that does not exist or does not apply.
    #[error("the promotion code does not apply: check the spelling and the date")]
    BadPromoCode {
        /// The code as typed.
        code: String,
    },
    /// The shop's own storage failed; the text is for the operator.
    #[error("the shop's storage failed")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A merchant's shop.
///
/// Every method is safe to repeat: an addition by its request id, an order by its basket.
#[async_trait]
pub trait Shop: Customers + AfterSales + Send + Sync + 'static {
    /// A product or a variant by its id, with the stock of this moment.
    async fn product(&self, id: &ProductId) -> Result<Option<Product>, ShopError>;

    /// All products in the order the shop shows them.
    async fn products(&self) -> Result<Vec<Product>, ShopError>;

    /// An empty basket under a new id.
    async fn open_basket(&self) -> Result<BasketId, ShopError>;

    /// A basket, priced at this moment.
    async fn basket(&self, id: &BasketId) -> Result<Option<Basket>, ShopError>;

    /// Changes a basket, all edits or none. The same `request_id` changes a basket once, however often it is sent; the
    /// answer is the basket as it is now.
    async fn edit(
        &self,
        basket: &BasketId,
        edits: &[Edit],
        request_id: &str,
        by: ChangedBy,
    ) -> Result<Basket, ShopError>;

    /// Places the order of a basket and takes the goods out of stock, in one transaction. A basket has one order: placed
    /// again, the first one is returned.
    ///
    /// # Errors
    /// The inner error is the refusal of this order (nothing was changed), the outer one the shop's failure.
    async fn place_order(
        &self,
        basket: &BasketId,
        order: &NewOrder,
    ) -> Result<Result<Order, OrderRefusal>, ShopError>;

    /// An order by its technical id.
    async fn order(&self, id: &OrderId) -> Result<Option<Order>, ShopError>;

    /// The order of a basket, if it has one.
    async fn order_of_basket(&self, basket: &BasketId) -> Result<Option<Order>, ShopError>;

    /// Books what is known of an order's payment; the same `event_id` counts once. `None`: no such order.
    async fn record_payment(&self, order: &OrderId, news: &PaymentNews) -> Result<Option<Order>, ShopError>;

    /// Baskets that have changed after `after`, oldest first, at most `limit`: a feed to follow with a stored position.
    async fn basket_changes(&self, after: i64, limit: u32) -> Result<Vec<BasketChange>, ShopError>;

    /// Returns when a basket has changed since the last look, perhaps also when none has.
    async fn wait_for_basket_change(&self);
}
