//! InPost's calls to the shop (InPost contract, section 3): each behind the signature check, each answered in InPost's
//! own shape, each safe to repeat.

/// The app's changes of a basket.
mod basket_event;
/// Reading, confirming and unlinking a basket.
mod binding;
/// Creating and reading an order, and news of it.
mod order;
/// Products that the app offers by itself.
mod product;
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
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body InPost may send: an order with all its fields is a few kilobytes.
const BODY_LIMIT: usize = 256 * 1024;

/// No call takes longer. An order waits half as long for the shop.
const LONGEST_CALL: Duration = Duration::from_secs(30);

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
        .route("/v1/izi/basket/product/{product_id}", post(product::begin_basket))
        .route("/v1/izi/products", get(product::list))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(in_inposts_shape))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(time_out))
        .with_state(checkout)
}

/// A bug of ours, in InPost's shape. What was thrown may be personal, and is not told.
fn panicked(_thrown: Box<dyn Any + Send>) -> Response {
    tracing::error!("a call of InPost panicked");
    Refused::new(
        MerchantErrorCode::InternalServerError,
        "the shop failed, try again",
    )
    .into_response()
}

/// Cuts a call off that takes too long, before the whole server does so in its own shape.
async fn time_out(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_CALL, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refused::new(
            MerchantErrorCode::ServiceUnavailable,
            "the shop took too long, try again",
        )
        .into_response(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    async fn refusal(router: Router) -> (StatusCode, Value) {
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let (parts, body) = router.oneshot(request).await.expect("answers").into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (parts.status, serde_json::from_slice(&bytes).expect("JSON"))
    }

    async fn panics() {
        panic!("600000000");
    }

    #[tokio::test]
    async fn a_panic_is_told_in_inposts_shape_and_without_its_words() {
        let router = Router::new()
            .route("/", get(panics))
            .layer(CatchPanicLayer::custom(panicked));
        let (status, body) = refusal(router).await;
        assert_eq!(
            (status, &body["error_code"]),
            (StatusCode::INTERNAL_SERVER_ERROR, &json!("INTERNAL_SERVER_ERROR"))
        );
        assert!(!body.to_string().contains("600000000"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_told_in_inposts_shape() {
        let router = Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(from_fn(time_out));
        let (status, body) = refusal(router).await;
        assert_eq!(
            (status, &body["error_code"]),
            (StatusCode::SERVICE_UNAVAILABLE, &json!("SERVICE_UNAVAILABLE"))
        );
    }
}
