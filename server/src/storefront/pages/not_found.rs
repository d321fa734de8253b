//! Every other address, and every page that is not for this shopper.

use crate::storefront::Storefront;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {
    frame: Frame,
}

/// A friendly 404.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let mut response = page(&NotFoundPage {
        frame: Frame::new(&storefront, &speech, &visitor),
    })?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}
