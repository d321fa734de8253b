//! What `/control` knows of Netgíró: the carts with their money, and the pace that merchants are told.

use super::cart::{Cart, Stage};
use super::due;
use super::v2::status_word;
use crate::problem::Problem;
use crate::world::Shared;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// The paces that can be set, in milliseconds.
const PACES_MS: std::ops::RangeInclusive<u32> = 50..=600_000;

/// The routes below `/control/netgiro`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/carts", get(carts))
        .route("/pace", get(pace).post(set_pace))
}

#[derive(Deserialize)]
struct Wanted {
    reference: Option<String>,
}

/// Oldest first, and what they come to. No phones: the reference says whose it is.
async fn carts(State(world): State<Shared>, Query(wanted): Query<Wanted>) -> Json<Value> {
    due::settle(&world);
    Json(world.look(|state, now| {
        let all = state.netgiro.carts.iter();
        let chosen: Vec<&Cart> = all
            .filter(|cart| {
                wanted
                    .reference
                    .as_ref()
                    .is_none_or(|wanted| *wanted == cart.reference)
            })
            .collect();
        let sum = |of: fn(&Cart, Timestamp) -> i64| chosen.iter().map(|cart| of(cart, now)).sum::<i64>();
        json!({
            "carts": chosen.iter().map(|cart| describe(cart, now)).collect::<Vec<_>>(),
            "totals": {
                "reserved": sum(Cart::reserved),
                "paid": sum(|cart, _| cart.paid),
                "refunded": sum(|cart, _| cart.refunded()),
            },
        })
    }))
}

fn describe(cart: &Cart, now: Timestamp) -> Value {
    let stage = match cart.stage_at(now) {
        Stage::WaitingForCustomer => "waiting_for_customer",
        Stage::WaitingForCode => "waiting_for_code",
        Stage::Reserved => "reserved",
        Stage::Calling { .. } => "waiting_for_callback",
        Stage::Paid => "paid",
        Stage::Cancelled { .. } => "cancelled",
    };
    json!({
        "transaction_id": cart.id,
        "generation": if cart.confirmation.is_v2() { 2 } else { 1 },
        "reference": cart.reference,
        "customer": cart.way,
        "confirmation": cart.confirmation,
        "status": stage,
        "v2_status": status_word(cart, now),
        "result_code": cart.result(now).1,
        "amount": cart.amount,
        "reserved": cart.reserved(now),
        "paid": cart.paid,
        "refunded": cart.refunded(),
        "wrong_codes": cart.wrong_codes,
        "invoice_number": cart.invoice_number,
        "created": cart.created,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    milliseconds: Option<u32>,
}

async fn pace(State(world): State<Shared>) -> Json<Value> {
    Json(world.look(|state, _| json!({ "milliseconds": state.netgiro.pace_ms })))
}

async fn set_pace(State(world): State<Shared>, body: Bytes) -> Result<Json<Value>, Problem> {
    let form = || {
        let (least, most) = (PACES_MS.start(), PACES_MS.end());
        Problem::unreadable(format!(
            "The body is {{milliseconds}}, from {least} to {most}; null for the usual pace."
        ))
    };
    let Pace { milliseconds } = serde_json::from_slice(&body).map_err(|_| form())?;
    if milliseconds.is_some_and(|pace| !PACES_MS.contains(&pace)) {
        return Err(form());
    }
    world.change(|state, _| state.netgiro.pace_ms = milliseconds);
    Ok(pace(State(world)).await)
}
