//! The requests to our own backend. Each answer's view goes to [`crate::widget::Widget::accept`] by the caller.

use crate::flow::{Event, Failure, Obstacle, Refusal};
use crate::json::Json;
use crate::page;
use crate::wire::{self, Read, Write};
use gloo_net::http::Request;
use karfa_shared::widget::{AddItem, Bind, LinkView, path};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestInit};

/// How long the backend may take: it may itself wait for the provider.
const TIMEOUT_MS: u32 = 30_000;

/// Why a request brought no answer to use.
pub(crate) enum ApiError {
    /// Nothing was reached, or nothing came back in time.
    Unreachable,
    /// The backend refused.
    Refused {
        /// The HTTP status; 0 where the answer made no sense.
        status: u16,
        /// The problem's code.
        code: String,
    },
}

/// An answer that is none.
const SENSELESS: ApiError = ApiError::Refused {
    status: 0,
    code: String::new(),
};

impl ApiError {
    /// Whether the backend says that it is none of this page's business.
    pub(crate) fn is_forbidden(&self) -> bool {
        matches!(self, ApiError::Refused { status: 403, .. })
    }

    /// What it means to the shopper.
    pub(crate) fn event(&self) -> Event {
        let (status, code) = match self {
            ApiError::Unreachable => (0, ""),
            ApiError::Refused { status, code } => (*status, code.as_str()),
        };
        Event::Failed(match (status, code) {
            (429, _) => Failure::TooOften,
            // The page's address is not one that the shop has listed.
            (403, _) => Failure::Refused(Refusal::Merchant),
            (_, "phone") => return Event::BadNumber,
            (_, "basket_ordered") => Failure::Ordered,
            _ => match Obstacle::of(code) {
                Some(obstacle) => return Event::Denied(Some(obstacle)),
                None if page::online() => Failure::Unavailable,
                None => Failure::Offline,
            },
        })
    }
}

impl From<ApiError> for JsValue {
    fn from(error: ApiError) -> Self {
        js_sys::Error::new(match error {
            ApiError::Unreachable => "the shop's backend cannot be reached",
            ApiError::Refused { .. } => "the shop's backend refused",
        })
        .into()
    }
}

/// The backend, by its public address.
pub(crate) struct Api {
    base: String,
}

impl Api {
    /// `base` is the backend's address, with or without a slash at its end.
    pub(crate) fn new(base: &str) -> Self {
        Api {
            base: base.strip_suffix('/').unwrap_or(base).to_owned(),
        }
    }

    /// Where the session's link stands.
    pub(crate) async fn link(&self) -> Result<LinkView, ApiError> {
        view(&self.ask(path::LINK, None).await?)
    }

    /// Whether a product, or the basket, can be linked: the view, and what is in the way.
    pub(crate) async fn can_be_bound(
        &self,
        product_id: Option<&str>,
    ) -> Result<(LinkView, Result<(), Option<Obstacle>>), ApiError> {
        let answer = self
            .ask(path::CAN_BE_BOUND, Some(wire::can_be_bound(product_id)))
            .await?;
        let view = view_within(&answer)?;
        let verdict = if answer.flag("can_be_bound") {
            Ok(())
        } else {
            Err(answer.text("reason").and_then(|word| Obstacle::of(&word)))
        };
        Ok((view, verdict))
    }

    /// Puts a product into the basket.
    pub(crate) async fn add(&self, item: &AddItem) -> Result<LinkView, ApiError> {
        view(&self.ask(path::ITEMS, Some(wire::add_item(item))).await?)
    }

    /// Begins to link: the view, and the rest of the answer as it came.
    pub(crate) async fn bind(&self, bind: &Bind) -> Result<(LinkView, Json), ApiError> {
        let answer = self.ask(path::BIND, Some(wire::bind(bind))).await?;
        Ok((view_within(&answer)?, answer))
    }

    /// Stops waiting ([`path::CANCEL`]) or unlinks ([`path::UNBIND`]).
    pub(crate) async fn stop(&self, path: &str) -> Result<LinkView, ApiError> {
        view(&self.ask(path, Some(Json::empty())).await?)
    }

    /// The link into the app, as the hook gives it.
    pub(crate) async fn mobile_link(&self) -> Result<Json, ApiError> {
        self.ask(path::MOBILE_LINK, None).await
    }

    /// One long poll. `None` when nothing is new.
    pub(crate) async fn observe(
        &self,
        known: &LinkView,
        signal: &AbortSignal,
    ) -> Result<Option<LinkView>, ApiError> {
        let answer = send(&self.observing(path::OBSERVE, known), None, signal).await?;
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
        send(&url, body, &AbortSignal::timeout_with_u32(TIMEOUT_MS))
            .await?
            .ok_or(SENSELESS)
    }
}

fn view(answer: &Json) -> Result<LinkView, ApiError> {
    wire::link_view(answer).ok_or(SENSELESS)
}

fn view_within(answer: &Json) -> Result<LinkView, ApiError> {
    view(&answer.object("link").ok_or(SENSELESS)?)
}

async fn send(url: &str, body: Option<Json>, signal: &AbortSignal) -> Result<Option<Json>, ApiError> {
    let mut request = Json::empty();
    request.set_text("credentials", "include");
    request.set("signal", signal);
    if let Some(body) = body {
        let mut headers = Json::empty();
        headers.set_text("content-type", "application/json");
        request.set_text("method", "POST");
        request.set_text("body", &body.to_text());
        request.set_object("headers", headers);
    }
    let init: &RequestInit = request.0.unchecked_ref();
    let request = web_sys::Request::new_with_str_and_init(url, init).map_err(|_| ApiError::Unreachable)?;
    let response = Request::from(request).send().await.map_err(unreachable)?;
    let answer = Json::parse(&response.text().await.map_err(unreachable)?);
    if response.ok() {
        return Ok(answer);
    }
    Err(ApiError::Refused {
        status: response.status(),
        code: answer
            .and_then(|problem| problem.text("code"))
            .unwrap_or_default(),
    })
}

fn unreachable(_: gloo_net::Error) -> ApiError {
    ApiError::Unreachable
}
