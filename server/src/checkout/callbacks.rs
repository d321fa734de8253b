//! InPost's calls to the shop (InPost contract, section 3): each behind the signature check, each answered in InPost's
//! own shape, each safe to repeat.

/// The app's changes of a basket.
mod basket_event;
/// Reading, confirming and unlinking a basket.
mod binding;
/// Creating and reading an order, and news of it.
mod order;
/// The answer that says no.
mod refusal;
/// The signature, the clock limit and the replay guard in front of every call.
mod signed;

use super::Checkout;
use crate::shop::model::{Basket, BasketId};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use inpost_pay::PLUGIN_VERSION_HEADER;
use inpost_pay::wire::error::MerchantErrorCode;
use refusal::Refused;
use serde::Serialize;
use std::sync::Arc;

/// The largest body InPost may send: an order with all its fields is a few kilobytes.
const BODY_LIMIT: usize = 256 * 1024;

/// The version that karfa tells InPost.
pub const PLUGIN_VERSION: &str = concat!("karfa-", env!("CARGO_PKG_VERSION"));

/// InPost's calls, to be mounted under a path of the merchant's choice.
pub fn router(checkout: Arc<Checkout>) -> Router {
    Router::new()
        .route("/v1/izi/basket/{id}", get(binding::read))
        .route("/v1/izi/basket/{id}/confirmation", post(binding::confirm))
        // Some hosts refuse DELETE: the two other ways mean the same.
        .route(
            "/v1/izi/basket/{id}/binding",
            axum::routing::delete(binding::unlink).post(binding::unlink_overridden),
        )
        .route("/v1/izi/basket/{id}/binding/delete", post(binding::unlink))
        .route("/v1/izi/basket/{id}/event", post(basket_event::handle))
        .route("/v1/izi/order", post(order::create))
        .route("/v1/izi/order/{id}", get(order::read))
        .route("/v1/izi/order/{id}/event", post(order::event))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(in_inposts_shape))
        .with_state(checkout)
}

/// Says in InPost's shape too what is refused before any of the above is asked, like a path that cannot be read.
async fn in_inposts_shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let shaped = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if shaped || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    Refused::new(MerchantErrorCode::BadRequest, "the call cannot be read").into_response()
}

async fn unknown(method: Method) -> Refused {
    Refused::new(
        MerchantErrorCode::NotFound,
        format!("there is no such {method} call"),
    )
}

/// An accepted call's answer.
fn answer<T: Serialize>(body: &T) -> Response {
    let mut response = (StatusCode::OK, Json(body)).into_response();
    name_version(&mut response);
    response
}

fn name_version(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(PLUGIN_VERSION_HEADER, HeaderValue::from_static(PLUGIN_VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// A basket by the id in the path.
async fn find_basket(checkout: &Checkout, id: &str) -> Result<Basket, Refused> {
    let not_found = || Refused::new(MerchantErrorCode::BasketNotFound, "there is no such basket");
    let id = BasketId::parse(id).map_err(|_| not_found())?;
    checkout
        .shop
        .basket(&id)
        .await
        .map_err(Refused::failed)?
        .ok_or_else(not_found)
}
