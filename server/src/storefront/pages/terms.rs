//! The shop's terms: where the links of the consents lead.

use crate::storefront::Storefront;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage {
    frame: Frame,
}

/// The terms.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    page(&TermsPage {
        frame: Frame::new(&storefront, &speech, &visitor),
    })
}
