//! The browser's basket and the shop it belongs to.

use super::{WidgetState, failed};
use crate::checkout::{Checkout, CheckoutError};
use crate::shop::model::BasketId;
use crate::web::cookies;
use crate::web::problem::Problem;
use crate::web::shopper::Shopper;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::sync::Arc;

/// A request of a shopper's browser.
pub(super) struct Visit {
    /// The shop.
    pub(super) checkout: Arc<Checkout>,
    /// The session's baskets.
    pub(super) shopper: Shopper,
    /// InPost's id of the browser, if its cookie has one.
    pub(super) browser_id: Option<String>,
}

impl FromRequestParts<WidgetState> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WidgetState) -> Result<Self, Problem> {
        let browser_id = cookies::browser_id(&parts.headers);
        let shopper = Shopper::from_request_parts(parts, state).await?;
        Ok(Visit {
            checkout: state.checkout.clone(),
            shopper,
            browser_id,
        })
    }
}

impl Visit {
    /// The session's basket.
    pub(super) async fn basket(&self) -> Result<BasketId, Problem> {
        self.shopper.newest().await.map_err(failed)?.ok_or_else(|| {
            Problem::new(
                StatusCode::CONFLICT,
                "no_basket",
                "There is no basket yet: put something into it first.",
            )
        })
    }

    /// The session's basket, or a new one if there is none, or if it has been ordered.
    pub(super) async fn basket_or_new(&self) -> Result<BasketId, CheckoutError> {
        Ok(self.shopper.current_or_new(self.checkout.shop.as_ref()).await?)
    }
}
