//! The requests to our own backend. Each answer's view goes to [`crate::widget::Widget::accept`] by the caller.

use crate::flow::Failure;
use crate::json::Json;
use crate::page;
use crate::wire::{self, Write};
use gloo_net::http::RequestBuilder;
use karfa_shared::widget::{AddItem, Bind, BindAnswer, CanBeBoundAnswer, LinkView, path};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCredentials};

/// How long the backend may take: it may itself wait for the provider.
const TIMEOUT_MS: u32 = 30_000;

/// Why a request brought no answer to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// Nothing was reached, or nothing came back in time.
    Unreachable,
    /// The backend refused with this HTTP status, or its answer made no sense (then 0).
    Status(u16),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Unreachable if !page::online() => Failure::Offline,
            ApiError::Status(429) => Failure::TooOften,
            ApiError::Unreachable | ApiError::Status(_) => Failure::Unavailable,
        }
    }
}

impl From<ApiError> for JsValue {
    fn from(error: ApiError) -> Self {
        js_sys::Error::new(match error {
            ApiError::Unreachable => "the shop's backend cannot be reached",
            ApiError::Status(_) => "the shop's backend refused",
        })
        .into()
    }
}

/// The backend, by its public address.
pub(crate) struct Api {
    base: String,
}

impl Api {
    /// `base` is the address that the script came from, with or without a slash at its end.
    pub(crate) fn new(base: &str) -> Self {
        Api {
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// Where the session's link stands.
    pub(crate) async fn link(&self) -> Result<LinkView, ApiError> {
        wire::link_view(&self.ask(path::LINK, None).await?).ok_or(ApiError::Status(0))
    }

    /// Whether a product, or the basket, can be linked.
    pub(crate) async fn can_be_bound(&self, product_id: Option<&str>) -> Result<CanBeBoundAnswer, ApiError> {
        let answer = self
            .ask(path::CAN_BE_BOUND, Some(wire::can_be_bound(product_id)))
            .await?;
        wire::can_be_bound_answer(&answer).ok_or(ApiError::Status(0))
    }

    /// Puts a product into the basket.
    pub(crate) async fn add(&self, item: &AddItem) -> Result<LinkView, ApiError> {
        wire::link_view(&self.ask(path::ITEMS, Some(wire::add_item(item))).await?).ok_or(ApiError::Status(0))
    }

    /// Begins to link.
    pub(crate) async fn bind(&self, bind: &Bind) -> Result<BindAnswer, ApiError> {
        wire::bind_answer(&self.ask(path::BIND, Some(wire::bind(bind))).await?).ok_or(ApiError::Status(0))
    }

    /// Stops waiting ([`path::CANCEL`]) or unlinks ([`path::UNBIND`]).
    pub(crate) async fn stop(&self, path: &str) -> Result<LinkView, ApiError> {
        wire::link_view(&self.ask(path, Some(Json::empty())).await?).ok_or(ApiError::Status(0))
    }

    /// The link into the app, as the hook gives it.
    pub(crate) async fn mobile_link(&self) -> Result<Json, ApiError> {
        self.ask(path::MOBILE_LINK, None).await
    }

    /// One long poll. `None` when nothing is new.
    pub(crate) async fn observe(
        &self,
        view: &LinkView,
        signal: &AbortSignal,
    ) -> Result<Option<LinkView>, ApiError> {
        let request = gloo_net::http::Request::get(&self.observing(path::OBSERVE, view));
        let answer = send(request, None, signal).await?;
        Ok(answer.as_ref().and_then(wire::link_view))
    }

    /// The websocket's address.
    pub(crate) fn live_url(&self, view: &LinkView) -> String {
        // http -> ws, https -> wss.
        let address = self.observing(path::LIVE, view);
        ["ws", address.strip_prefix("http").unwrap_or(&address)].concat()
    }

    fn observing(&self, path: &str, view: &LinkView) -> String {
        let basket = js_sys::encode_uri_component(view.basket_id.as_deref().unwrap_or_default());
        [
            &self.base,
            path,
            "?basket=",
            &String::from(basket),
            "&after=",
            &view.cursor.to_string(),
        ]
        .concat()
    }

    async fn ask(&self, path: &str, body: Option<Json>) -> Result<Json, ApiError> {
        let url = [&self.base, path].concat();
        let request = match body {
            Some(_) => gloo_net::http::Request::post(&url),
            None => gloo_net::http::Request::get(&url),
        };
        send(request, body, &AbortSignal::timeout_with_u32(TIMEOUT_MS))
            .await?
            .ok_or(ApiError::Status(0))
    }
}

async fn send(
    request: RequestBuilder,
    body: Option<Json>,
    signal: &AbortSignal,
) -> Result<Option<Json>, ApiError> {
    let request = request
        .credentials(RequestCredentials::Include)
        .abort_signal(Some(signal));
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_text()),
        None => request.build(),
    };
    let response = request.map_err(unreachable)?.send().await.map_err(unreachable)?;
    if !response.ok() {
        return Err(ApiError::Status(response.status()));
    }
    let text = response.text().await.map_err(unreachable)?;
    Ok(Json::parse(&text))
}

fn unreachable(_: gloo_net::Error) -> ApiError {
    ApiError::Unreachable
}
