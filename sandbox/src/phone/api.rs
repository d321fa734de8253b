//! The phone as JSON. Every tap is an HTTP call: 2xx when it worked, problem+json with a sentence when it did not.

use super::{Tap, codes, screen};
use crate::gate::BODY_LIMIT_BYTES;
use crate::inpost::tap::bind::{self, Approval};
use crate::inpost::tap::{change, hot_product, order, pay, scan};
use crate::netgiro;
use crate::number::Number;
use crate::problem::{self, Problem};
use crate::vipps;
use crate::world::Shared;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use bytes::Bytes;
use futures_util::Stream;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::convert::Infallible;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

/// The routes below `/phone/api`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(phones))
        .route("/{number}", get(read))
        .route("/{number}/stream", get(stream))
        .route("/{number}/inbox/{id}", post(answer))
        .route("/{number}/scan", post(open_link))
        .route("/{number}/products/{id}", post(begin_basket))
        .route("/{number}/session", post(session))
        .route("/{number}/notices/{id}", delete(dismiss))
        .route("/{number}/baskets/{id}", delete(delete_basket))
        .route("/{number}/baskets/{id}/events", post(basket_event))
        .route("/{number}/baskets/{id}/order", post(make_order))
        .route("/{number}/orders/{id}", delete(cancel_order))
        .route("/{number}/orders/{id}/payment", post(pay_again))
        .route("/{number}/orders/{id}/refresh", post(refresh))
        .merge(codes::router())
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn(problem::shape))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This path does not know this method.",
            )
        })
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not-found", "The phone has no such path."))
}

/// The phone that a path names, and the id behind it where there is one.
pub(super) struct Phone {
    pub(super) number: Number,
    id: String,
}

impl FromRequestParts<Shared> for Phone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Problem> {
        let unreadable = || Problem::unreadable("The path cannot be read: check its encoding.");
        let Path(mut path): Path<HashMap<String, String>> = Path::from_request_parts(parts, world)
            .await
            .map_err(|_| unreadable())?;
        let number = path
            .get("number")
            .filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        let number = number.and_then(|number| Number::parse(number)).ok_or_else(|| {
            Problem::unreadable(
                "A phone's number is its country code and digits only, like 48600000000, or Netgíró's seven digits.",
            )
        })?;
        Ok(Phone {
            number,
            id: path.remove("id").unwrap_or_default(),
        })
    }
}

fn json<T: DeserializeOwned>(body: &Bytes, form: &str) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::unreadable(format!("The body is {form}: {error}.")))
}

/// Runs a tap to its end even if the phone hangs up meanwhile: half a tap would leave a basket busy for good.
async fn to_the_end<T: Send + 'static>(
    tap: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(tap).await.unwrap_or_else(|_| {
        Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "sandbox-error",
            "The sandbox itself has failed: see its log.",
        ))
    })
}

async fn phones(State(world): State<Shared>) -> Json<Value> {
    Json(screen::phones(&world))
}

async fn read(State(world): State<Shared>, phone: Phone) -> Json<Value> {
    Json(screen::screen(&world, &phone.number))
}

/// The screen now and after every change, as server-sent events.
async fn stream(
    State(world): State<Shared>,
    phone: Phone,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = WatchStream::new(world.changes());
    let stopping = world.stopping.clone();
    let mut shown = String::new();
    let screens = changes.filter_map(move |_| {
        let mut screen = screen::screen(&world, &phone.number);
        let now = screen.as_object_mut().and_then(|screen| screen.remove("now"));
        let text = screen.to_string();
        if text == shown {
            return None;
        }
        shown = text;
        if let (Some(screen), Some(now)) = (screen.as_object_mut(), now) {
            screen.insert("now".to_owned(), now);
        }
        Some(Ok(Event::default().event("screen").data(screen.to_string())))
    });
    let until_the_end = futures_util::StreamExt::take_until(screens, stopping.cancelled_owned());
    Sse::new(until_the_end).keep_alive(KeepAlive::default())
}

/// An answer to a request of InPost's in the inbox.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    action: Action,
    #[serde(default)]
    trust_browser: bool,
    #[serde(default)]
    sign_in: bool,
    /// For the wallets that ask for consents; InPost asks for them with the order.
    #[serde(default, rename = "consents")]
    _consents: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Approve,
    Reject,
}

async fn answer(State(world): State<Shared>, phone: Phone, body: Bytes) -> Result<Json<Value>, Problem> {
    let tap: Tap = json(&body, "{action: approve|reject, …}")?;
    to_the_end(async move {
        if let Some(answer) = vipps::tap(&world, phone.number.digits(), &phone.id, &tap).await {
            return answer;
        }
        if let Some(answer) = netgiro::tap(&world, phone.number.netgiro(), &phone.id, &tap).await {
            return answer;
        }
        let answer: Answer = json(&body, "{action: approve|reject, trust_browser?, sign_in?}")?;
        let approval = Approval {
            trust_browser: answer.trust_browser,
            sign_in: answer.sign_in,
            browser_id: None,
        };
        match answer.action {
            Action::Approve => bind::approve(&world, &phone.number, &phone.id, approval).await,
            Action::Reject => bind::reject(&world, &phone.number, &phone.id).await,
        }
    })
    .await
    .map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    link: String,
}

async fn open_link(State(world): State<Shared>, phone: Phone, body: Bytes) -> Result<Json<Value>, Problem> {
    let Link { link } = json(&body, "{link}: a deep link or the text of a QR code")?;
    to_the_end(async move {
        match vipps::scan(&world, phone.number.digits(), &link).await {
            Some(answer) => answer,
            None => scan::scan(&world, &phone.number, &link).await,
        }
    })
    .await
    .map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    /// The merchant's client id, where several offer a product with this id.
    merchant: Option<String>,
}

async fn begin_basket(
    State(world): State<Shared>,
    phone: Phone,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let text = if body.is_empty() {
        Bytes::from_static(b"{}")
    } else {
        body
    };
    let Begin { merchant } = json(&text, "{merchant?}")?;
    to_the_end(async move { hot_product::start(&world, &phone.number, &phone.id, merchant.as_deref()).await })
        .await
        .map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    signed_in: bool,
}

async fn session(State(world): State<Shared>, phone: Phone, body: Bytes) -> Result<StatusCode, Problem> {
    let Session { signed_in } = json(&body, "{signed_in: true|false}")?;
    change::sign(&world, &phone.number, signed_in);
    Ok(StatusCode::NO_CONTENT)
}

async fn dismiss(State(world): State<Shared>, phone: Phone) -> Result<StatusCode, Problem> {
    change::dismiss(&world, &phone.number, &phone.id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_basket(State(world): State<Shared>, phone: Phone) -> Result<Json<Value>, Problem> {
    to_the_end(async move { change::delete(&world, &phone.number, &phone.id).await })
        .await
        .map(Json)
}

async fn basket_event(
    State(world): State<Shared>,
    phone: Phone,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let event: Value = json(&body, "a basket event")?;
    to_the_end(async move { change::event(&world, &phone.number, &phone.id, event).await })
        .await
        .map(Json)
}

async fn make_order(State(world): State<Shared>, phone: Phone, body: Bytes) -> Result<Json<Value>, Problem> {
    let wish = order::read_wish(&body)?;
    to_the_end(async move { order::order(&world, &phone.number, &phone.id, &wish).await })
        .await
        .map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentWish {
    payment_type: Option<String>,
    blik_code: Option<String>,
}

async fn pay_again(State(world): State<Shared>, phone: Phone, body: Bytes) -> Result<Json<Value>, Problem> {
    let wish: PaymentWish = json(&body, "{payment_type?, blik_code?}")?;
    to_the_end(async move {
        let (kind, code) = (wish.payment_type.as_deref(), wish.blik_code.as_deref());
        pay::again(&world, &phone.number, &phone.id, kind, code).await
    })
    .await
    .map(Json)
}

async fn cancel_order(State(world): State<Shared>, phone: Phone) -> Result<Json<Value>, Problem> {
    to_the_end(async move { pay::cancel(&world, &phone.number, &phone.id).await })
        .await
        .map(Json)
}

async fn refresh(State(world): State<Shared>, phone: Phone) -> Result<Json<Value>, Problem> {
    to_the_end(async move { pay::refresh(&world, &phone.number, &phone.id).await })
        .await
        .map(Json)
}
