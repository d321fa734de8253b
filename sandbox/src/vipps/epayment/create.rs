//! `POST /payments`. Contract, section 5.

use super::super::accounts::SalesUnit;
use super::super::auth::{Caller, json_body};
use super::super::error::Reply;
use super::super::qr;
use super::super::special::{Special, msisdn, special};
use super::super::state::{key, later};
use super::check::{self, Customer, Picture, Wish};
use super::idempotency::{self, Call, Keyed};
use super::payment::{EventName, Flow, Payment, Stage, Step, Sums};
use super::read::PER_MINUTE_CHANGES;
use crate::number::Number;
use crate::origin::Origin;
use crate::world::{self, Shared};
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A payment without an end of its own waits for ten minutes.
const LIFE_S: i64 = 600;

/// The ids of a new payment.
struct Ids {
    psp_reference: String,
    link_token: String,
}

/// `POST /payments`.
pub(crate) async fn create(
    State(world): State<Shared>,
    Caller(unit): Caller,
    origin: Origin,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let idempotency_key = idempotency::read(&headers, Keyed::Must)?;
    let request = json_body(&headers, &body);
    let reference = request
        .as_ref()
        .ok()
        .and_then(|request| request.get("reference"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let what = format!("create {}", key(unit.msn, reference));
    // Without a reference there is nothing to count for.
    if !reference.is_empty() {
        world
            .count_vipps_call(&what, PER_MINUTE_CHANGES)
            .map_err(Reply::too_many)?;
    }
    let ids = Ids {
        psp_reference: world.id(),
        link_token: world.id().replace('-', ""),
    };
    let call = Call {
        msn: unit.msn,
        key: idempotency_key.as_deref(),
        what,
        body: &body,
        conflict: 4020,
    };
    Ok(idempotency::once(&world, &call, |state, now| {
        let read = request.and_then(|request| Ok((check::check(&request, unit, now)?, request)));
        let (wish, request) = match read {
            Ok(read) => read,
            Err(refusal) => return refusal,
        };
        let made = make(
            state,
            unit,
            &origin,
            &wish,
            &request,
            ids,
            now,
            idempotency_key.as_deref(),
        );
        made.unwrap_or_else(Reply::number)
    }))
}

#[expect(clippy::too_many_arguments, reason = "all of it becomes the payment")]
fn make(
    state: &mut world::State,
    unit: SalesUnit,
    origin: &Origin,
    wish: &Wish,
    request: &Value,
    ids: Ids,
    now: Timestamp,
    idempotency_key: Option<&str>,
) -> Result<Reply, u16> {
    let state = &mut state.vipps;
    let payment_key = key(unit.msn, &wish.reference);
    if state.payments.contains_key(&payment_key) {
        return Err(4150);
    }
    let number = match &wish.customer {
        None => None,
        Some(Customer::Phone(phone)) => Some(msisdn(phone).ok_or(4070_u16)?),
        Some(Customer::PersonalQr(code)) => Some(qr::read(state, code, now).ok_or(4060_u16)?.number),
        Some(Customer::Token(token)) => {
            let known = state
                .customer_tokens
                .get(token)
                .filter(|known| now < known.expires);
            Some(known.ok_or(4050_u16)?.number.clone())
        }
    };
    if let Some(refusal) = number.as_ref().and_then(refusal) {
        return Err(refusal);
    }
    let link_token = (wish.flow != Flow::PushMessage).then_some(ids.link_token);
    let redirect_url = link_token.as_deref().map(|token| redirect(origin, wish, token));
    let payment = Payment {
        msn: unit.msn.to_owned(),
        reference: wish.reference.clone(),
        psp_reference: ids.psp_reference,
        count: state.next_count(),
        request: request.clone(),
        currency: unit.currency.to_owned(),
        value: wish.value,
        flow: wish.flow,
        number,
        link_token,
        link_opened: false,
        redirect_url: redirect_url.clone(),
        stage: Stage::Created,
        created: now,
        expires: wish.expires.unwrap_or_else(|| later(now, LIFE_S)),
        authorized_at: None,
        deciding: None,
        refusal: None,
        sums: Sums::default(),
        events: Vec::new(),
    };
    state.payments.insert(payment_key.clone(), payment);
    let mut step = Step::of(EventName::Created, wish.value);
    step.idempotency_key = idempotency_key.map(str::to_owned);
    state.step(&payment_key, step, now);
    let mut answer = json!({ "reference": wish.reference });
    if let (Some(answer), Some(url)) = (answer.as_object_mut(), redirect_url) {
        answer.insert("redirectUrl".to_owned(), json!(url));
    }
    Ok(Reply::done(StatusCode::CREATED, answer))
}

/// Why somebody cannot be asked to pay.
fn refusal(number: &Number) -> Option<u16> {
    match special(number)? {
        Special::NoAccount => Some(7010),
        Special::Inactive => Some(5060),
        Special::Broken => Some(3010),
        Special::TooYoung
        | Special::OldApp
        | Special::NoFunds
        | Special::TooManyLogins
        | Special::Confused => None,
    }
}

/// Where the customer goes. The sandbox's own page asks which phone opens the link; a phone takes the link itself too.
fn redirect(origin: &Origin, wish: &Wish, token: &str) -> String {
    match (wish.flow, wish.picture) {
        (Flow::Qr, Picture::Png) => format!("{}/vipps/qr-images/{token}.png", origin.0),
        (Flow::Qr, Picture::Svg) => format!("{}/vipps/qr-images/{token}.svg", origin.0),
        _ => link(origin, token),
    }
}

/// The link of a payment.
pub(crate) fn link(origin: &Origin, token: &str) -> String {
    let inner = format!("https://qr.vipps.no/e/{token}");
    let query: String = url::form_urlencoded::byte_serialize(inner.as_bytes()).collect();
    format!("{}/phone/open?link={query}", origin.0)
}
