//! What every answer of the second generation looks like, and who may ask.

use crate::gate::AnsweredCode;
use crate::netgiro::cart::{Cart, News, Stage};
use crate::netgiro::{account, due};
use crate::world::Shared;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The pace of the status call where none was set at `/control/netgiro/pace`.
const PACE_MS: u32 = 2000;

/// A merchant whose API key is right.
pub(super) struct Merchant;

impl FromRequestParts<Shared> for Merchant {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Response> {
        due::settle(world);
        let key = parts.headers.get("x-netgiro-api-key");
        let message = match key.and_then(|key| key.to_str().ok()) {
            Some(key) if account::is_known(key) => return Ok(Merchant),
            Some(_) => "API key is not valid",
            None => "API key is required",
        };
        Err(refuse(StatusCode::UNAUTHORIZED, "unauthorised", message))
    }
}

/// A refusal.
pub(in crate::netgiro) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "Success": false, "Message": message });
    let mut response = (status, axum::Json(body)).into_response();
    response.extensions_mut().insert(AnsweredCode(code.to_owned()));
    response
}

/// A refusal of what was asked for.
pub(super) fn invalid(message: &str) -> Response {
    refuse(StatusCode::BAD_REQUEST, "bad-request", message)
}

/// Pending, Authorized, Confirmed or Cancelled.
pub(in crate::netgiro) fn status_word(cart: &Cart, now: Timestamp) -> &'static str {
    match cart.stage_at(now) {
        Stage::WaitingForCustomer | Stage::WaitingForCode | Stage::Calling { .. } => "Pending",
        Stage::Reserved => "Authorized",
        Stage::Paid => "Confirmed",
        Stage::Cancelled { .. } => "Cancelled",
    }
}

/// How a transaction stands; the pace only while there is something to wait for.
pub(super) fn envelope(cart: &Cart, pace_ms: Option<u32>, now: Timestamp) -> Value {
    let status = status_word(cart, now);
    let mut body = json!({
        "Success": true,
        "Message": message(cart.stage_at(now)),
        "Status": status,
        "TransactionId": cart.id,
    });
    if let Some(body) = body.as_object_mut().filter(|_| status == "Pending") {
        body.insert("PollIntervalMs".to_owned(), pace_ms.unwrap_or(PACE_MS).into());
    }
    body
}

const fn message(stage: Stage) -> &'static str {
    match stage {
        Stage::WaitingForCustomer | Stage::WaitingForCode | Stage::Calling { .. } => {
            "Waiting for the customer."
        }
        Stage::Reserved => "The payment is authorised.",
        Stage::Paid => "The payment is confirmed.",
        Stage::Cancelled {
            code: 10302 | 10307 | 10422 | 10423,
        } => "The payment is declined.",
        Stage::Cancelled { .. } => "The payment is cancelled.",
    }
}

/// The body of a callback.
pub(in crate::netgiro) fn callback_body(cart: &Cart, news: News) -> Value {
    let (success, message) = match news {
        News::Cancelled => (false, "The payment is cancelled."),
        News::Asked | News::Confirmed => (true, "The payment is confirmed."),
    };
    json!({
        "Success": success,
        "Message": message,
        "TransactionId": cart.id,
        "ReferenceNumber": cart.reference,
        "TotalAmount": cart.amount,
    })
}
