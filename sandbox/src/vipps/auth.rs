//! Access tokens, and the headers that every call needs. Contract, section 2.

use super::accounts::{CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEYS, SalesUnit, sales_unit};
use super::error::Reply;
use super::state::later;
use crate::world::Shared;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

/// In the test environment a token lives for an hour.
const TOKEN_LIFE_S: i64 = 3600;
/// The longest text of a `Vipps-System-…` header.
const LONGEST_SYSTEM_NAME: usize = 30;
/// Headers that say which system calls.
const SYSTEM_HEADERS: [&str; 4] = [
    "vipps-system-name",
    "vipps-system-version",
    "vipps-system-plugin-name",
    "vipps-system-plugin-version",
];

/// A header's text; nothing where it is missing.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn check_subscription(headers: &HeaderMap) -> Result<(), Reply> {
    let refused = |message: &str| Err(Reply::gateway(StatusCode::UNAUTHORIZED, message));
    match text(headers, "ocp-apim-subscription-key") {
        None => refused("Access denied due to missing subscription key."),
        Some(key) if SUBSCRIPTION_KEYS.contains(&key) => Ok(()),
        Some(_) => refused("Access denied due to invalid subscription key."),
    }
}

/// `POST /accesstoken/get`. Every value of the answer is a string.
pub(crate) async fn token(State(world): State<Shared>, headers: HeaderMap) -> Response {
    if let Err(refusal) = check_subscription(&headers) {
        return refusal.into_response();
    }
    let given = (text(&headers, "client_id"), text(&headers, "client_secret"));
    if given != (Some(CLIENT_ID), Some(CLIENT_SECRET)) {
        let message = "The client id or the client secret is not valid.";
        return Reply::oauth(StatusCode::UNAUTHORIZED, "unauthorized_client", message).into_response();
    }
    if let Some(msn) = text(&headers, "merchant-serial-number")
        && sales_unit(msn).is_none()
    {
        let message = "The sales unit is not one of this client's.";
        return Reply::oauth(StatusCode::UNAUTHORIZED, "unauthorized_client", message).into_response();
    }
    let id = world.id();
    let (token, from, until) = world.change(|state, now| {
        let until = later(now, TOKEN_LIFE_S);
        let token = jwt_like(&id, now.as_second(), until.as_second());
        state.vipps.tokens.insert(token.clone(), until);
        (token, now.as_second(), until.as_second())
    });
    let body = json!({
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE_S.to_string(),
        "ext_expires_in": TOKEN_LIFE_S.to_string(),
        "expires_on": until.to_string(),
        "not_before": from.to_string(),
        "resource": "00000002-0000-0000-c000-000000000000",
        "access_token": token,
    });
    Reply::done(StatusCode::OK, body).into_response()
}

/// A token of the usual form. Nobody but the issuer reads it, so its last part is an id and no signature.
fn jwt_like(id: &str, from: i64, until: i64) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({ "typ": "JWT", "alg": "RS256", "kid": "sandbox" }));
    let claims = part(json!({ "appid": CLIENT_ID, "nbf": from, "exp": until }));
    format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(id))
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION.as_str())?.strip_prefix("Bearer ")
}

/// A caller with a valid token, a subscription key and a sales unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller(pub(crate) SalesUnit);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Reply> {
        let headers = &parts.headers;
        check_subscription(headers)?;
        let valid = bearer(headers).is_some_and(|token| {
            world.look(|state, now| state.vipps.tokens.get(token).is_some_and(|until| now < *until))
        });
        if !valid {
            let message = "Unauthorized. Access token is missing or invalid.";
            return Err(Reply::gateway(StatusCode::UNAUTHORIZED, message));
        }
        for name in SYSTEM_HEADERS {
            if text(headers, name).is_some_and(|text| text.chars().count() > LONGEST_SYSTEM_NAME) {
                return Err(Reply::invalid_field(name, "must have at most 30 characters"));
            }
        }
        match text(headers, "merchant-serial-number").map(sales_unit) {
            Some(Some(unit)) => Ok(Caller(unit)),
            Some(None) => {
                let message = "The sales unit is not one of this client's.";
                Err(Reply::gateway(StatusCode::FORBIDDEN, message))
            }
            None => Err(Reply::invalid_field("Merchant-Serial-Number", "is required")),
        }
    }
}

/// A client that has given its id and secret by HTTP Basic, as the login API wants it.
pub(crate) struct BasicClient {
    /// The sales unit, where one was named.
    pub(crate) unit: Option<SalesUnit>,
}

impl FromRequestParts<Shared> for BasicClient {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _world: &Shared) -> Result<Self, Reply> {
        let given = text(&parts.headers, header::AUTHORIZATION.as_str())
            .and_then(|value| value.strip_prefix("Basic "))
            .and_then(|value| STANDARD.decode(value).ok())
            .and_then(|pair| String::from_utf8(pair).ok());
        if given.as_deref().and_then(|pair| pair.split_once(':')) != Some((CLIENT_ID, CLIENT_SECRET)) {
            let message = "Client authentication failed.";
            return Err(Reply::oauth(StatusCode::UNAUTHORIZED, "invalid_client", message));
        }
        let unit = text(&parts.headers, "merchant-serial-number").and_then(sales_unit);
        Ok(BasicClient { unit })
    }
}

/// The body as JSON, with the content type that belongs to it.
pub(crate) fn json_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, Reply> {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let title = "The content type must be application/json";
        return Err(Reply::problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, title));
    }
    serde_json::from_slice(body).map_err(|_| Reply::invalid_field("body", "is not JSON"))
}
