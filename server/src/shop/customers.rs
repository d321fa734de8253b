//! Customers with an account: their baskets and orders follow them from device to device.
//!
//! Who a customer is, and how they sign in, is not the shop's concern here.

use super::ShopError;
use super::model::{BasketId, CustomerId, Order, Product};
use async_trait::async_trait;

/// Which id a guest's basket and the account's basket go on under, when both have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The guest's, which the account then has.
    Guest,
    /// The account's.
    Account,
}

/// Pieces that a merged basket had no room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The product.
    pub product: Product,
    /// Pieces that were left out.
    pub pieces: u32,
}

/// What became of a guest's basket at sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// The account's basket from now on; `None` as long as nothing was put into one.
    pub basket: Option<BasketId>,
    /// What did not fit.
    pub left_out: Vec<LeftOut>,
}

/// What a shop does for customers with an account.
#[async_trait]
pub trait Customers: Send + Sync {
    /// The open basket of a customer, if there is one.
    async fn basket_of_customer(&self, customer: &CustomerId) -> Result<Option<BasketId>, ShopError>;

    /// The open basket of a customer, a new one if there is none.
    async fn basket_of_customer_or_new(&self, customer: &CustomerId) -> Result<BasketId, ShopError>;

    /// Gives a guest's basket to a customer, in one transaction. If the customer has an open one, the pieces of both are
    /// added up in the one that is kept, as far as stock and the limit for one basket allow; the other ends, and the feed
    /// of changes tells so. A basket that is ordered, expired or another customer's is left alone. May be repeated.
    async fn adopt_basket(
        &self,
        customer: &CustomerId,
        guest: Option<&BasketId>,
        keep: Keep,
    ) -> Result<Adopted, ShopError>;

    /// The newest orders of a customer, newest first, at most `limit`.
    async fn orders_of_customer(&self, customer: &CustomerId, limit: u32) -> Result<Vec<Order>, ShopError>;
}
