//! Capture, refund and cancel: contract, section 5.

use super::super::auth::{Caller, json_body};
use super::super::error::Reply;
use super::super::fields::{Need, Object, Wrongs};
use super::super::state::key;
use super::idempotency::{self, Call, Keyed};
use super::magic;
use super::payment::{EventName, Payment, Stage, Step};
use super::read::PER_MINUTE_CHANGES;
use crate::world::{self, Shared, World};
use axum::body::Bytes;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The largest amount, in minor units.
const MOST_VALUE: i64 = 65_000_000;

/// `POST /payments/{reference}/capture`.
pub(crate) async fn capture(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    change(&world, (unit.msn, &reference), (&headers, &body), Change::Capture)
}

/// `POST /payments/{reference}/refund`.
pub(crate) async fn refund(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    change(&world, (unit.msn, &reference), (&headers, &body), Change::Refund)
}

/// `POST /payments/{reference}/cancel`.
pub(crate) async fn cancel(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    change(&world, (unit.msn, &reference), (&headers, &body), Change::Cancel)
}

/// What the merchant does to a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Capture,
    Refund,
    Cancel,
}

impl Change {
    const fn word(self) -> &'static str {
        match self {
            Change::Capture => "capture",
            Change::Refund => "refund",
            Change::Cancel => "cancel",
        }
    }

    const fn keyed(self) -> Keyed {
        match self {
            Change::Capture | Change::Refund => Keyed::Must,
            Change::Cancel => Keyed::Should,
        }
    }

    /// The number of the error when the key was used for something else.
    const fn conflict(self) -> u16 {
        match self {
            Change::Capture => 4010,
            Change::Refund | Change::Cancel => 4020,
        }
    }

    /// The body; that of a cancellation may be left out.
    fn read(self, headers: &HeaderMap, body: &[u8]) -> Result<Value, Reply> {
        if self == Change::Cancel && body.is_empty() {
            Ok(json!({}))
        } else {
            json_body(headers, body)
        }
    }

    /// What happens to this payment, and to how much of it.
    fn decide(self, payment: &Payment, request: &Value, now: Timestamp) -> Result<(EventName, i64), Reply> {
        match self {
            Change::Capture => {
                let value = amount_for(payment, read_amount(request)?)?;
                check_capture(payment, value, now).map_err(Reply::number)?;
                Ok((EventName::Captured, value))
            }
            Change::Refund => {
                let value = amount_for(payment, read_amount(request)?)?;
                check_refund(payment, value, now).map_err(Reply::number)?;
                Ok((EventName::Refunded, value))
            }
            Change::Cancel => check_cancel(payment, read_cancel(request)?, now).map_err(Reply::number),
        }
    }
}

/// Does it, once for its key.
fn change(
    world: &World,
    (msn, reference): (&str, &str),
    (headers, body): (&HeaderMap, &Bytes),
    change: Change,
) -> Result<Reply, Reply> {
    let idempotency_key = idempotency::read(headers, change.keyed())?;
    let what = format!("{} {}", change.word(), key(msn, reference));
    world
        .count_vipps_call(&what, PER_MINUTE_CHANGES)
        .map_err(Reply::too_many)?;
    let call = Call {
        msn,
        key: idempotency_key.as_deref(),
        what,
        body,
        conflict: change.conflict(),
    };
    let own_reference = world.id();
    Ok(idempotency::once(world, &call, |state, now| {
        let request = match change.read(headers, body) {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        let decide = |payment: &Payment| change.decide(payment, &request, now);
        act(
            state,
            (msn, reference),
            &own_reference,
            &idempotency_key,
            now,
            decide,
        )
    }))
}

/// Decides, does it, and answers how the payment stands.
fn act(
    state: &mut world::State,
    (msn, reference): (&str, &str),
    own_reference: &str,
    idempotency_key: &Option<String>,
    now: Timestamp,
    decide: impl FnOnce(&Payment) -> Result<(EventName, i64), Reply>,
) -> Reply {
    let payment_key = key(msn, reference);
    state.vipps.catch_up(now);
    let Some(payment) = state.vipps.payments.get(&payment_key) else {
        return Reply::number(5090);
    };
    let (name, value) = match decide(payment) {
        Ok(step) => step,
        Err(refusal) => return refusal,
    };
    let step = Step {
        name,
        value,
        psp_reference: (name != EventName::Terminated).then(|| own_reference.to_owned()),
        idempotency_key: idempotency_key.clone(),
    };
    state.vipps.step(&payment_key, step, now);
    match state.vipps.payments.get(&payment_key) {
        Some(payment) => Reply::done(StatusCode::OK, describe(payment)),
        None => Reply::number(3010),
    }
}

/// What capture, refund and cancel answer.
fn describe(payment: &Payment) -> Value {
    json!({
        "amount": payment.amount(payment.value),
        "state": payment.stage,
        "aggregate": payment.aggregate(),
        "pspReference": payment.psp_reference,
        "reference": payment.reference,
    })
}

/// The amount of a body, and its currency.
fn read_amount(request: &Value) -> Result<(String, i64), Reply> {
    let wrongs = Wrongs::default();
    let read = Object::whole(request, &wrongs).and_then(|body| {
        body.only(&["modificationAmount"]);
        let amount = body.object("modificationAmount", Need::Must)?;
        amount.only(&["currency", "value"]);
        let currency = amount.word("currency", Need::Must, &["NOK", "DKK", "EUR"]);
        let value = amount.whole_number("value", Need::Must, 0..=MOST_VALUE);
        Some((currency?.to_owned(), value?))
    });
    let found = wrongs.into_inner();
    match read {
        Some(read) if found.is_empty() => Ok(read),
        _ => Err(Reply::invalid(&found)),
    }
}

/// Whether only a payment that nobody has paid is to be cancelled.
fn read_cancel(request: &Value) -> Result<bool, Reply> {
    let wrongs = Wrongs::default();
    let read = Object::whole(request, &wrongs).and_then(|body| {
        body.only(&["cancelTransactionOnly"]);
        body.flag("cancelTransactionOnly")
    });
    let found = wrongs.into_inner();
    if found.is_empty() {
        Ok(read.unwrap_or(false))
    } else {
        Err(Reply::invalid(&found))
    }
}

fn amount_for(payment: &Payment, (currency, value): (String, i64)) -> Result<i64, Reply> {
    if currency != payment.currency {
        return Err(Reply::number(5040));
    }
    if value < 1 {
        return Err(Reply::number(4040));
    }
    Ok(value)
}

fn check_capture(payment: &Payment, value: i64, now: Timestamp) -> Result<(), u16> {
    let sums = payment.sums;
    match payment.stage {
        Stage::Created => return Err(6080),
        Stage::Aborted | Stage::Expired | Stage::Terminated => return Err(6200),
        Stage::Authorized => {}
    }
    if payment.capture_period_over(now) {
        return Err(6100);
    }
    if sums.captured == sums.authorized {
        return Err(6170);
    }
    if payment.open_value() == 0 {
        return Err(6070);
    }
    if value > payment.open_value() {
        return Err(6090);
    }
    Ok(())
}

fn check_refund(payment: &Payment, value: i64, now: Timestamp) -> Result<(), u16> {
    let sums = payment.sums;
    match payment.stage {
        Stage::Created => return Err(6020),
        Stage::Aborted | Stage::Expired | Stage::Terminated => return Err(6210),
        Stage::Authorized => {}
    }
    if payment.refund_period_over(now) {
        return Err(6220);
    }
    if sums.captured > 0 && sums.refunded == sums.captured {
        return Err(6180);
    }
    if value > sums.captured - sums.refunded {
        return Err(6150);
    }
    magic::refunding(value).map_or(Ok(()), Err)
}

fn check_cancel(payment: &Payment, transaction_only: bool, now: Timestamp) -> Result<(EventName, i64), u16> {
    match payment.stage {
        Stage::Created if payment.is_deciding(now) => Err(6250),
        Stage::Created => Ok((EventName::Terminated, payment.value)),
        Stage::Aborted | Stage::Expired => Err(6050),
        Stage::Terminated => Err(6190),
        Stage::Authorized if transaction_only => Err(6060),
        Stage::Authorized if payment.capture_period_over(now) => Err(6030),
        Stage::Authorized if payment.open_value() > 0 => Ok((EventName::Cancelled, payment.open_value())),
        Stage::Authorized if payment.sums.cancelled > 0 => Err(6190),
        Stage::Authorized => Err(6040),
    }
}
