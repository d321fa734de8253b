//! Merchant callback codes: they hang in the shop, the customer scans one, and the merchant hears who stands there.
//! Contract, section 3.

use super::accounts::SalesUnit;
use super::auth::{Caller, json_body};
use super::error::Reply;
use super::fields::{Need, Object, Wrongs};
use super::special::{has_account, msisdn};
use super::state::{CallbackCode, IssuedCode, key, later};
use crate::origin::Origin;
use crate::problem::Problem;
use crate::world::Shared;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// How the text of such a code begins.
pub(crate) const CONTENT: &str = "https://qr.vipps.no/m/";
/// A customer token lives for 15 minutes.
const CUSTOMER_TOKEN_LIFE_S: i64 = 900;
/// Codes of one sales unit.
const MOST: usize = 500;
/// The event of a scan.
const CHECKED_IN: &str = "user.checked-in.v1";

/// A caller of this system, which refuses in a shape of its own.
pub(crate) struct CodeCaller(SalesUnit);

impl FromRequestParts<Shared> for CodeCaller {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Reply> {
        let caller = Caller::from_request_parts(parts, world).await;
        caller
            .map(|Caller(unit)| CodeCaller(unit))
            .map_err(Reply::in_qr_shape)
    }
}

fn describe(code: &CallbackCode, origin: &Origin) -> Value {
    json!({
        "merchantQrId": code.id,
        "locationDescription": code.location,
        "qrContent": format!("{CONTENT}{}", code.token),
        "qrImageUrl": format!("{}/vipps/qr-images/{}.svg", origin.0, code.token),
    })
}

fn not_found() -> Reply {
    Reply::qr(StatusCode::NOT_FOUND, "There is no such QR code.", &[])
}

/// `GET /qr/v1/merchant-callback`.
pub(crate) async fn list(State(world): State<Shared>, CodeCaller(unit): CodeCaller, origin: Origin) -> Reply {
    let codes: Vec<Value> = world.look(|state, _| {
        let codes = state
            .vipps
            .callback_codes
            .values()
            .filter(|code| code.msn == unit.msn);
        codes.map(|code| describe(code, &origin)).collect()
    });
    Reply::done(StatusCode::OK, json!(codes))
}

/// `GET /qr/v1/merchant-callback/{merchantQrId}`.
pub(crate) async fn read(
    State(world): State<Shared>,
    CodeCaller(unit): CodeCaller,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Reply, Reply> {
    let code = world.look(|state, _| state.vipps.callback_codes.get(&key(unit.msn, &id)).cloned());
    let code = code.ok_or_else(not_found)?;
    Ok(Reply::done(StatusCode::OK, describe(&code, &origin)))
}

/// `PUT /qr/v1/merchant-callback/{merchantQrId}`.
pub(crate) async fn put(
    State(world): State<Shared>,
    CodeCaller(unit): CodeCaller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let request = json_body(&headers, &body).map_err(Reply::in_qr_shape)?;
    let wrongs = Wrongs::default();
    let location = Object::whole(&request, &wrongs).and_then(|body| {
        body.only(&["locationDescription"]);
        body.text_of("locationDescription", Need::Must, 1..=36)
    });
    let mut found = wrongs.into_inner();
    let is_id = (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !is_id {
        found.push((
            "merchantQrId".to_owned(),
            "must have 1 to 128 letters, digits, - and _".to_owned(),
        ));
    }
    let Some(location) = location.filter(|_| found.is_empty()) else {
        return Err(Reply::qr(
            StatusCode::BAD_REQUEST,
            "The request is not valid.",
            &found,
        ));
    };
    let token = world.id().replace('-', "");
    world.change(|state, _| {
        let codes = &mut state.vipps.callback_codes;
        let known = key(unit.msn, &id);
        let count = codes.values().filter(|code| code.msn == unit.msn).count();
        if count >= MOST && !codes.contains_key(&known) {
            return Err(Reply::qr(
                StatusCode::BAD_REQUEST,
                "There are too many QR codes.",
                &[],
            ));
        }
        let code = codes.entry(known).or_insert_with(|| CallbackCode {
            msn: unit.msn.to_owned(),
            id: id.clone(),
            location: String::new(),
            token,
        });
        location.clone_into(&mut code.location);
        Ok(Reply::done(StatusCode::NO_CONTENT, Value::Null))
    })
}

/// `DELETE /qr/v1/merchant-callback/{merchantQrId}`.
pub(crate) async fn remove(
    State(world): State<Shared>,
    CodeCaller(unit): CodeCaller,
    Path(id): Path<String>,
) -> Result<Reply, Reply> {
    let removed = world.change(|state, _| state.vipps.callback_codes.remove(&key(unit.msn, &id)));
    removed.ok_or_else(not_found)?;
    Ok(Reply::done(StatusCode::NO_CONTENT, Value::Null))
}

/// A phone has scanned such a code: the merchant hears of it.
pub(crate) fn check_in(world: &Shared, phone: &str, token: &str) -> Result<Value, Problem> {
    let unknown = |detail: &str| Problem::new(StatusCode::NOT_FOUND, "link-unknown", detail);
    let number = msisdn(phone).filter(has_account);
    let number = number.ok_or_else(|| unknown("Nobody with this number has the app."))?;
    let customer_token = world.id();
    world.change(|state, now| {
        let code = state
            .vipps
            .callback_codes
            .values()
            .find(|code| code.token == token)
            .cloned();
        let code = code.ok_or_else(|| unknown("No shop has this code any more."))?;
        let issued = IssuedCode {
            number,
            issued: now,
            expires: later(now, CUSTOMER_TOKEN_LIFE_S),
        };
        state.vipps.customer_tokens.insert(customer_token.clone(), issued);
        let body = json!({
            "customerToken": customer_token,
            "merchantQrId": code.id,
            "msn": code.msn,
            "initiatedAt": now,
        });
        state
            .vipps
            .tell(&code.msn, CHECKED_IN, &customer_token, &body, now);
        Ok(json!({ "state": "CHECKED_IN", "location": code.location }))
    })
}
