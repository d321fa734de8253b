//! All products, in the order of the catalogue.

use super::card::{Card, card};
use crate::storefront::Storefront;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    cards: Vec<Card>,
}

/// The home page.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let products = storefront.shop.products().await?;
    let families = products.iter().filter(|product| product.variant_of.is_none());
    let cards = families
        .map(|product| card(&speech, product, &products))
        .collect();
    page(&HomePage {
        frame: Frame::new(&storefront, &speech, &visitor),
        cards,
    })
}
