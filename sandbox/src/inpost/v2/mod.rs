//! The second generation's Widget API: what the vendor's own script talks to from a shopper's page, with the
//! `basket_binding_api_key` that the merchant's server has got. The vendor does not publish it; the shapes are those that
//! the widget (`@inpost-pay/widget` 2.2) reads. Everything is below `/inpost/widget`, its `apiBaseUrl`.

/// Beginning, asking and ending a binding.
mod binding;
/// What the widget says and shows.
mod content;
/// Streams of events.
mod events;
/// A QR code as a picture.
mod picture;
/// How a basket stands.
mod status;

pub(crate) use picture::code_png;

use super::error::{self, ApiError, Code};
use super::state::State;
use crate::calls::Direction;
use crate::gate;
use crate::world::Shared;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

/// Every call of the widget: its name for the faults, its route, what answers it.
#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        ("inpost.widget.content", "/v1/inpostpay/widget/content", get(content::templates)),
        ("inpost.widget.status", "/v1/inpostpay/widget", get(status::read)),
        ("inpost.widget.binding.init", "/v1/inpostpay/widget/binding/init", post(binding::init)),
        ("inpost.widget.binding.start", "/v1/inpostpay/widget/binding", post(binding::start)),
        ("inpost.widget.binding.delete", "/v1/inpostpay/widget/binding/{key}", delete(binding::end)),
        ("inpost.widget.events.binding", "/v1/inpostpay/widget/events/basketBinding/{id}", get(events::binding)),
        ("inpost.widget.events.basket", "/v1/inpostpay/widget/events/basket/{key}", get(events::basket)),
        ("inpost.widget.analytics", "/v1/inpostpay/widget/analytics", post(async || StatusCode::NO_CONTENT)),
    ]
}

/// The names of all calls of the widget.
pub(crate) fn call_names() -> impl Iterator<Item = &'static str> {
    table().into_iter().map(|(name, _, _)| name)
}

/// The routes below `/inpost/widget`.
pub(crate) fn router(world: &Shared) -> Router<Shared> {
    let routes = table()
        .into_iter()
        .fold(Router::new(), |router, (name, route, handler)| {
            gate::call(
                router,
                world,
                error::answer,
                (Direction::FromBrowser, name, route),
                handler,
            )
        });
    routes
        .fallback(async || ApiError::new(Code::NotFound, "there is no such call"))
        .layer(middleware::from_fn(across_origins))
}

/// The widget sends credentials from the shop's page, so every origin is named in return.
async fn across_origins(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    if let Some(origin) = origin {
        let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
            fixed(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
            fixed(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
            fixed(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "accept, accept-language, content-type",
            ),
            fixed(header::VARY, "Origin"),
        ];
        response.headers_mut().extend(headers);
    }
    response
}

/// The basket behind a key, as its merchant and its id there.
fn behind(state: &State, key: &str) -> Result<(String, String), ApiError> {
    let whose = state.binding_keys.get(key).cloned();
    whose.ok_or_else(|| {
        ApiError::new(
            Code::BasketNotFound,
            "there is no basket_binding_api_key like this",
        )
    })
}
