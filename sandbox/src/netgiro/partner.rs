//! The partner API: refunds, and how a transaction stands. Contract, section 6.

use super::cart::{Cart, Stage};
use super::fields::{Bad, Fields};
use super::refund::{self, Refused};
use super::{account, due};
use crate::calls::Direction;
use crate::gate::{self, AnsweredCode};
use crate::world::Shared;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const LONGEST_REASON: usize = 100;
const LONGEST_ID: usize = 100;
/// A payment is settled a day later.
const SETTLED_AFTER_S: i64 = 24 * 3600;

fn table() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        ("netgiro.refund", "/partner/refund", post(refund)),
        (
            "netgiro.transaction",
            "/partner/transaction/{id}",
            get(transaction),
        ),
    ]
}

/// The names of the calls.
pub(super) fn call_names() -> impl Iterator<Item = &'static str> {
    table().into_iter().map(|(name, _, _)| name)
}

/// The routes below `/netgiro/partner`.
pub(super) fn routes(router: Router<Shared>, world: &Shared) -> Router<Shared> {
    table()
        .into_iter()
        .fold(router, |router, (name, route, handler)| {
            let call = (Direction::FromMerchant, name, route);
            gate::call(router, world, refuse, call, handler)
        })
}

/// A refusal in this API's shape.
pub(super) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "success": false, "message": message });
    let mut response = (status, axum::Json(body)).into_response();
    response.extensions_mut().insert(AnsweredCode(code.to_owned()));
    response
}

fn unauthorised(headers: &HeaderMap) -> Option<Response> {
    let token = headers.get("token").and_then(|token| token.to_str().ok());
    let message = match token {
        Some(account::SECRET) => return None,
        Some(_) => "The token is not the secret of a merchant.",
        None => "The header token is missing.",
    };
    Some(refuse(StatusCode::UNAUTHORIZED, "unauthorised", message))
}

async fn refund(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    due::settle(&world);
    if let Some(refusal) = unauthorised(&headers) {
        return refusal;
    }
    let (id, amount, key) = match read(&body) {
        Ok(read) => read,
        Err(Bad(message)) => return refuse(StatusCode::BAD_REQUEST, "bad-request", &message),
    };
    let outcome = world.change(|state, now| refund::refund(&mut state.netgiro, &id, amount, &key, now));
    match outcome {
        Ok(()) => {
            let body = json!({ "success": true, "transactionId": id, "refundAmount": amount });
            axum::Json(body).into_response()
        }
        Err(refused) => refuse(status_of(refused), "refund-refused", refused.sentence()),
    }
}

const fn status_of(refused: Refused) -> StatusCode {
    match refused {
        Refused::NotFound => StatusCode::NOT_FOUND,
        Refused::KeyReused => StatusCode::CONFLICT,
        Refused::NotPaid | Refused::TooMuch | Refused::TooLittle => StatusCode::BAD_REQUEST,
    }
}

fn read(body: &Bytes) -> Result<(String, i64, String), Bad> {
    let fields = Fields::read(body)?;
    fields.text("reason", LONGEST_REASON)?;
    Ok((
        fields.required_text("transactionId", LONGEST_ID)?,
        fields.required_int("refundAmount")?,
        fields.required_text("idempotencyKey", refund::LONGEST_KEY)?,
    ))
}

/// This API's own words.
fn status_word(cart: &Cart, now: Timestamp) -> &'static str {
    match cart.stage_at(now) {
        Stage::WaitingForCustomer | Stage::WaitingForCode => "new",
        Stage::Reserved | Stage::Calling { .. } => "unpaid",
        Stage::Paid => "paid",
        Stage::Cancelled { .. } => "canceled",
    }
}

async fn transaction(State(world): State<Shared>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    due::settle(&world);
    if let Some(refusal) = unauthorised(&headers) {
        return refusal;
    }
    let found = world.look(|state, now| {
        let cart = state.netgiro.cart(&id)?;
        let settled = cart
            .paid_at
            .filter(|_| cart.stage_at(now) == Stage::Paid)
            .and_then(|at| at.checked_add(SignedDuration::from_secs(SETTLED_AFTER_S)).ok());
        let is_refundable = cart.stage_at(now) == Stage::Paid && cart.refunded() < cart.paid;
        Some(json!({
            "transactionId": cart.id,
            "status": status_word(cart, now),
            "totalAmount": cart.amount,
            "isRefundable": is_refundable,
            "settlementDate": settled.map_or(Value::Null, |at| json!(at.strftime("%Y-%m-%d").to_string())),
        }))
    });
    match found {
        Some(body) => axum::Json(body).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "not-found", Refused::NotFound.sentence()),
    }
}
