//! Approving without a phone, on the test host only: contract, section 5.

use super::super::auth::{Caller, json_body};
use super::super::error::Reply;
use super::super::fields::{Need, Object, Wrongs};
use super::super::special::{Special, has_account, msisdn, special};
use super::super::state::{key, later};
use super::magic::{self, Fate};
use super::payment::{Deciding, EventName, Step};
use crate::number::Number;
use crate::world::{self, Shared};
use axum::body::Bytes;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

/// How long nobody knows, in seconds.
const UNKNOWN_S: i64 = 3600;

/// `POST /test/payments/{reference}/approve`.
pub(crate) async fn approve(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let request = json_body(&headers, &body)?;
    let (phone, token) = read(&request)?;
    let payment_key = key(unit.msn, &reference);
    world.change(|state, now| approve_now(state, &payment_key, phone.as_deref(), token.as_deref(), now))?;
    Ok(Reply::done(StatusCode::OK, Value::Null))
}

/// The customer's number, and the token of the payment's link.
fn read(request: &Value) -> Result<(Option<String>, Option<String>), Reply> {
    let wrongs = Wrongs::default();
    let read = Object::whole(request, &wrongs).map(|body| {
        body.only(&["customer", "token"]);
        let phone = body.object("customer", Need::May).and_then(|customer| {
            customer.only(&["phoneNumber"]);
            customer.text_of("phoneNumber", Need::Must, 1..=20)
        });
        let token = body.text_of("token", Need::May, 1..=2048);
        (phone.map(str::to_owned), token.map(str::to_owned))
    });
    let found = wrongs.into_inner();
    match read {
        Some(read) if found.is_empty() => Ok(read),
        _ => Err(Reply::invalid(&found)),
    }
}

fn approve_now(
    state: &mut world::State,
    payment_key: &str,
    phone: Option<&str>,
    token: Option<&str>,
    now: Timestamp,
) -> Result<(), Reply> {
    let state = &mut state.vipps;
    state.catch_up(now);
    let payment = state
        .payments
        .get_mut(payment_key)
        .ok_or_else(|| Reply::number(5090))?;
    // One that is being processed waits for nobody.
    let is_processed = payment.deciding.is_some_and(|deciding| deciding.then_paid);
    if !payment.waits() || is_processed {
        return Err(Reply::number(10010));
    }
    if let (Some(given), Some(known)) = (token, &payment.link_token)
        && !given.contains(known.as_str())
    {
        return Err(Reply::number(10060));
    }
    let given = phone
        .map(|phone| msisdn(phone).ok_or_else(|| Reply::number(4070)))
        .transpose()?;
    let number = match (given, &payment.number) {
        (Some(given), Some(known)) if given != *known => return Err(Reply::number(10020)),
        (Some(given), _) => given,
        (None, Some(known)) => known.clone(),
        (None, None) => return Err(Reply::number(10030)),
    };
    if !has_account(&number) {
        return Err(Reply::number(10040));
    }
    payment.number = Some(number.clone());
    let value = payment.value;
    match fate(&number, value) {
        Fate::Paid => state.step(payment_key, Step::of(EventName::Authorized, value), now),
        Fate::Fails(_) => return Err(Reply::number(10070)),
        Fate::UnknownForAnHour => payment.deciding = Some(unknown(now)),
    }
    Ok(())
}

/// What becomes of paying this amount with this person's card.
pub(crate) fn fate(number: &Number, value: i64) -> Fate {
    match special(number) {
        Some(Special::NoFunds) => Fate::Fails(magic::NO_FUNDS),
        _ => magic::paying(value),
    }
}

/// Nobody knows for an hour; then it is paid.
pub(crate) fn unknown(now: Timestamp) -> Deciding {
    Deciding {
        until: later(now, UNKNOWN_S),
        then_paid: true,
    }
}
