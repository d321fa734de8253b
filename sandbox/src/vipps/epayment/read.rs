//! Reading a payment and its history. Contract, section 5.

use super::super::auth::Caller;
use super::super::error::Reply;
use super::super::people;
use super::super::state::key;
use super::payment::{Payment, Stage};
use crate::world::{Shared, World};
use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::{Value, json};

/// Creations, captures, refunds and cancellations for one reference in a minute.
pub(crate) const PER_MINUTE_CHANGES: usize = 5;
/// Reads of one reference in a minute.
const PER_MINUTE_READS: usize = 120;

/// `GET /payments/{reference}`.
pub(crate) async fn payment(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
) -> Result<Reply, Reply> {
    let found = find(&world, "read", unit.msn, &reference, describe)?;
    Ok(Reply::done(StatusCode::OK, found))
}

/// `GET /payments/{reference}/events`.
pub(crate) async fn events(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
) -> Result<Reply, Reply> {
    let found = find(&world, "events", unit.msn, &reference, |payment| {
        json!(payment.history())
    })?;
    Ok(Reply::done(StatusCode::OK, found))
}

fn find(
    world: &World,
    what: &str,
    msn: &str,
    reference: &str,
    describe: impl Fn(&Payment) -> Value,
) -> Result<Value, Reply> {
    let call = format!("{what} {}", key(msn, reference));
    world
        .count_vipps_call(&call, PER_MINUTE_READS)
        .map_err(Reply::too_many)?;
    if world.look(|state, now| state.vipps.is_behind(now)) {
        world.change(|state, now| state.vipps.catch_up(now));
    }
    let found = world.look(|state, _| state.vipps.payment(msn, reference).map(describe));
    found.ok_or_else(|| Reply::number(5090))
}

/// A payment as the interface writes it.
pub(crate) fn describe(payment: &Payment) -> Value {
    let mut body = json!({
        "aggregate": payment.aggregate(),
        "amount": payment.amount(payment.value),
        "state": payment.stage,
        "paymentMethod": payment.request.get("paymentMethod"),
        "profile": {},
        "pspReference": payment.psp_reference,
        "reference": payment.reference,
    });
    let Some(members) = body.as_object_mut() else {
        return body;
    };
    if let Some(url) = &payment.redirect_url {
        members.insert("redirectUrl".to_owned(), json!(url));
    }
    if let Some(metadata) = payment.request.get("metadata").filter(|given| !given.is_null()) {
        members.insert("metadata".to_owned(), metadata.clone());
    }
    let scope = payment.request.pointer("/profile/scope").and_then(Value::as_str);
    if let (Stage::Authorized, Some(scope), Some(number)) = (payment.stage, scope, &payment.number) {
        members.insert("profile".to_owned(), json!({ "sub": people::subject(number) }));
        members.insert("userDetails".to_owned(), people::user_details(number, scope));
    }
    body
}
