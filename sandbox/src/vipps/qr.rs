//! Personal codes: issued on the phone, scanned in the shop, exchanged for a number. Contract, sections 3 and 8.

use super::auth::{Caller, json_body};
use super::error::Reply;
use super::fields::{Need, Object, Wrongs};
use super::special::{has_account, msisdn};
use super::state::{IssuedCode, State, later};
use crate::number::Number;
use crate::phone::Code;
use crate::world::{Shared, World};
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State as FromWorld};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::json;

/// A code is good for five minutes, as often as one likes.
const CODE_LIFE_S: i64 = 300;
/// How a tokenised code begins.
const TOKENISED: &str = "https://qr.vipps.no/p/";
/// How a code of the first version begins: the number follows in clear text.
const CLEAR_TEXT: &str = "https://qr.vipps.no/28/2/01/031/";
/// How it ends.
const CLEAR_TEXT_END: &str = "?v=1";
const WHOLE_CONTENT: &str = "The complete data contained in the QR code is required.";

/// The code that this phone shows: the newest, or a fresh one. `None` where nobody has the app.
pub(crate) fn personal_qr(world: &World, phone: &str, fresh: bool) -> Option<Code> {
    let number = msisdn(phone).filter(has_account)?;
    let newest = |state: &State, now: Timestamp| {
        let codes = state
            .codes
            .iter()
            .filter(|(_, code)| code.number == number && now < code.expires);
        codes
            .max_by_key(|(_, code)| code.issued)
            .map(|(token, code)| shown(token, code))
    };
    if !fresh && let Some(code) = world.look(|state, now| newest(&state.vipps, now)) {
        return Some(code);
    }
    let token = world.id().replace('-', "");
    Some(world.change(|state, now| {
        let code = IssuedCode {
            number: number.clone(),
            issued: now,
            expires: later(now, CODE_LIFE_S),
        };
        let made = shown(&token, &code);
        state.vipps.codes.retain(|_, code| now < code.expires);
        state.vipps.codes.insert(token, code);
        made
    }))
}

fn shown(token: &str, code: &IssuedCode) -> Code {
    Code {
        text: format!("{TOKENISED}{token}"),
        expires_at: code.expires,
    }
}

/// A caller of the exchange, which refuses in a shape of its own.
pub(crate) struct ExchangeCaller;

impl FromRequestParts<Shared> for ExchangeCaller {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Reply> {
        let caller = Caller::from_request_parts(parts, world).await;
        caller.map(|_| ExchangeCaller).map_err(Reply::in_exchange_shape)
    }
}

/// Whose code it is.
pub(crate) struct Scanned {
    pub(crate) number: Number,
    version: &'static str,
    /// When it was issued; the first version does not say.
    issued: Option<Timestamp>,
}

/// Reads the whole content of a code.
pub(crate) fn read(state: &State, content: &str, now: Timestamp) -> Option<Scanned> {
    if let Some(token) = content.strip_prefix(TOKENISED) {
        let code = state.code(token, now)?;
        let number = code.number.clone();
        return Some(Scanned {
            number,
            version: "2.0",
            issued: Some(code.issued),
        });
    }
    let digits = content.strip_prefix(CLEAR_TEXT)?.strip_suffix(CLEAR_TEXT_END)?;
    // In Denmark and Finland the app is MobilePay, whose codes are always tokenised.
    let is_mobilepay = |number: &Number| ["+45", "+358"].contains(&number.parts().0.as_str());
    let number = msisdn(digits).filter(|number| has_account(number) && !is_mobilepay(number))?;
    Some(Scanned {
        number,
        version: "1.0",
        issued: None,
    })
}

/// `POST /qr/v1/exchange`.
pub(crate) async fn exchange(
    FromWorld(world): FromWorld<Shared>,
    _: ExchangeCaller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let request = json_body(&headers, &body).map_err(Reply::in_exchange_shape)?;
    let wrongs = Wrongs::default();
    let code = Object::whole(&request, &wrongs).and_then(|body| {
        body.only(&["qrCode", "requestedData"]);
        check_requested(&body, Need::May);
        body.text("qrCode", Need::Must, |text| !text.is_empty(), WHOLE_CONTENT)
    });
    refuse_wrongs(wrongs)?;
    let scanned = world.look(|state, now| read(&state.vipps, code.unwrap_or_default(), now));
    let scanned = scanned.ok_or_else(|| Reply::exchange(StatusCode::BAD_REQUEST, "qrCode", WHOLE_CONTENT))?;
    let mut answer = json!({ "msisdn": scanned.number.digits(), "version": scanned.version });
    if let (Some(answer), Some(issued)) = (answer.as_object_mut(), scanned.issued) {
        answer.insert("timestamp".to_owned(), json!(issued.as_second()));
    }
    Ok(Reply::done(StatusCode::OK, answer))
}

/// `POST /qr/v1/exchange/customer`.
pub(crate) async fn exchange_customer(
    FromWorld(world): FromWorld<Shared>,
    _: ExchangeCaller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let request = json_body(&headers, &body).map_err(Reply::in_exchange_shape)?;
    let wrongs = Wrongs::default();
    let token = Object::whole(&request, &wrongs).and_then(|body| {
        body.only(&["customer", "requestedData"]);
        check_requested(&body, Need::Must);
        let customer = body.object("customer", Need::Must)?;
        customer.only(&["customerToken"]);
        customer.text_of("customerToken", Need::Must, 1..=255)
    });
    refuse_wrongs(wrongs)?;
    let known = world.look(|state, now| {
        let known = state.vipps.customer_tokens.get(token.unwrap_or_default());
        known.filter(|known| now < known.expires).cloned()
    });
    let known = known.ok_or_else(|| {
        let reason = "is unknown, or older than 15 minutes";
        Reply::exchange(StatusCode::BAD_REQUEST, "customer.customerToken", reason)
    })?;
    let answer = json!({ "msisdn": known.number.digits(), "timestamp": known.issued.as_second() });
    Ok(Reply::done(StatusCode::OK, answer))
}

fn check_requested(body: &Object<'_, '_>, need: Need) {
    let asked = body.texts("requestedData", need);
    if asked.is_some_and(|asked| asked.iter().any(|one| *one != "MSISDN")) {
        body.wrong("requestedData", "may have MSISDN only");
    }
}

fn refuse_wrongs(wrongs: Wrongs) -> Result<(), Reply> {
    match wrongs.into_inner().first() {
        None => Ok(()),
        Some((name, reason)) => {
            let reason = if name == "qrCode" { WHOLE_CONTENT } else { reason };
            Err(Reply::exchange(StatusCode::BAD_REQUEST, name, reason))
        }
    }
}
