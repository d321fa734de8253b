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
        Ok(match self.0.load(basket).await?.state.stage {
            Stage::Unlinked { .. } | Stage::Bought => Tie::None,
            Stage::Connecting { .. } | Stage::Waiting { .. } => Tie::Forming,
            Stage::Linked { .. } | Stage::Ordering { .. } | Stage::Ordered { .. } => Tie::Tied,
        })
    }
}
