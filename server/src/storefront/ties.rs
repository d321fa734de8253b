//! Whether a basket goes on outside of the shop, so that it had better keep its id.

use crate::shop::model::BasketId;
use async_trait::async_trait;
use std::error::Error;

/// How firmly a basket is tied to something outside of the shop; the later one is the firmer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// It is not.
    #[default]
    None,
    /// It is about to be.
    Forming,
    /// It is: the shopper has it in an app.
    Tied,
    /// It is being ordered there.
    Ordering,
}

/// Knows the ties of baskets.
#[async_trait]
pub trait Ties: Send + Sync {
    /// How a basket is tied.
    ///
    /// # Errors
    /// When it cannot be found out; the text is for the operator.
    async fn tie(&self, basket: &BasketId) -> Result<Tie, Box<dyn Error + Send + Sync>>;
}
