//! The small JSON that the pages' own script asks for.

use super::Storefront;
use super::format;
use super::frame::{PageError, open_basket};
use super::language::Speech;
use crate::web::shopper::Shopper;
use axum::Json;
use axum::extract::State;
use serde::Serialize;

/// What the header tells of the basket.
#[derive(Debug, Serialize)]
pub(super) struct BasketView {
    /// Pieces in the basket.
    count: u32,
    /// The same in words.
    text: String,
}

/// The count of pieces in the shopper's basket. Starts no session.
pub(super) async fn basket(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Json<BasketView>, PageError> {
    let count = open_basket(&storefront, &shopper)
        .await?
        .map_or(0, |basket| basket.count());
    Ok(Json(BasketView {
        count,
        text: format::products(speech.language, count),
    }))
}
