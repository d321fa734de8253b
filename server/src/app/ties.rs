//! What the shop's pages may know of the checkout: whether a basket is linked.

use crate::checkout::Checkout;
use crate::checkout::link::Stage;
use crate::shop::model::BasketId;
use crate::storefront::{Tie, Ties};
use async_trait::async_trait;
use std::error::Error;
use std::sync::Arc;

/// The ties of a store's baskets: their links to the shopper's app.
pub(super) struct Links(pub(super) Arc<Checkout>);

#[async_trait]
impl Ties for Links {
    async fn tie(&self, basket: &BasketId) -> Result<Tie, Box<dyn Error + Send + Sync>> {
        let checkout = &self.0;
        Ok(match checkout.load(basket).await?.state.stage {
            // Where the vendor's widget asks, the shop hears of a try when it has come to something.
            Stage::Unlinked { .. } if checkout.may_be_asked_to_link(basket).await? => Tie::Forming,
            Stage::Unlinked { .. } | Stage::Bought => Tie::None,
            Stage::Connecting { .. } | Stage::Waiting { .. } => Tie::Forming,
            Stage::Linked { .. } => Tie::Tied,
            Stage::Ordering { .. } | Stage::Ordered { .. } => Tie::Ordering,
        })
    }
}
