//! A request whose signature fits and whose nonce is new, and the signed answer to it. Contract, section 2.

use super::super::fields::Fields;
use super::super::{account, due, sign};
use crate::gate::{AnsweredCode, BODY_LIMIT_BYTES, CameBefore, SignedWrongly};
use crate::transport::AskedAt;
use crate::world::{Shared, World};
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

const APP_KEY: HeaderName = HeaderName::from_static("netgiro_appkey");
const NONCE: HeaderName = HeaderName::from_static("netgiro_nonce");
const SIGNATURE: HeaderName = HeaderName::from_static("netgiro_signature");
const REFERENCE_ID: HeaderName = HeaderName::from_static("netgiro_referenceid");

/// A longer nonce is refused.
const LONGEST_NONCE: usize = 100;

/// A request that passed.
pub(super) struct Signed {
    pub(super) fields: Fields,
    asked: Asked,
}

/// What an answer is signed for.
struct Asked {
    url: String,
    /// A fault wants the signature wrong.
    wrongly: bool,
}

impl Signed {
    /// The signed answer.
    pub(super) fn answer(&self, world: &World, body: &Value) -> Response {
        answer(world, &self.asked, StatusCode::OK, body)
    }
}

impl FromRequest<Shared> for Signed {
    type Rejection = Response;

    async fn from_request(request: Request, world: &Shared) -> Result<Self, Response> {
        due::settle(world);
        let (parts, body) = request.into_parts();
        let too_large = |_| refuse(StatusCode::PAYLOAD_TOO_LARGE, "400", "The body is too large.");
        let body = axum::body::to_bytes(body, BODY_LIMIT_BYTES)
            .await
            .map_err(too_large)?;
        let refused = |problem: &str| refuse(StatusCode::UNAUTHORIZED, "400", problem);
        let (url, nonce) = check(&parts, &body).map_err(|problem| refused(&problem))?;
        if !world.change(|state, _| state.netgiro.note_nonce(&nonce)) {
            let mut response = refused("This netgiro_nonce was used before.");
            response.extensions_mut().insert(CameBefore);
            return Err(response);
        }
        let wrongly = parts.extensions.get::<SignedWrongly>().is_some();
        let asked = Asked { url, wrongly };
        match Fields::read(&body) {
            Ok(fields) => Ok(Signed { fields, asked }),
            Err(bad) => {
                let body = failure(400, &bad.0);
                Err(answer(world, &asked, StatusCode::BAD_REQUEST, &body))
            }
        }
    }
}

/// The URL that the signature covers and the nonce, or what is wrong with the headers.
fn check(parts: &Parts, body: &Bytes) -> Result<(String, String), String> {
    let read = |name: &HeaderName| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| format!("The header {name} is missing."))
    };
    let (key, nonce, signature) = (read(&APP_KEY)?, read(&NONCE)?, read(&SIGNATURE)?);
    if !account::is_known(key) {
        return Err("There is no such netgiro_appkey.".to_owned());
    }
    if nonce.is_empty() || nonce.len() > LONGEST_NONCE {
        return Err(format!("netgiro_nonce has 1 to {LONGEST_NONCE} letters."));
    }
    let possible = urls(parts);
    let fits = |url: &&String| sign::message(account::SECRET, nonce, url, body) == signature;
    let Some(url) = possible.iter().find(fits) else {
        let url = possible.first().map_or("the URL", String::as_str);
        return Err(format!(
            "netgiro_signature is not the SHA-256 of secret + nonce + {url} + body in lower-case hex."
        ));
    };
    Ok((url.clone(), nonce.to_owned()))
}

/// The URLs that the caller can have meant. Behind a proxy it may have written https.
fn urls(parts: &Parts) -> Vec<String> {
    if let Some(AskedAt(url)) = parts.extensions.get::<AskedAt>() {
        return vec![url.clone()];
    }
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let header = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = uri
        .authority()
        .map(|host| host.as_str())
        .or(header)
        .unwrap_or_default();
    ["http", "https"]
        .map(|scheme| format!("{scheme}://{host}{path}"))
        .into()
}

/// An answer with its headers: a new nonce, the signature over the bytes that are sent, an id for support.
fn answer(world: &World, asked: &Asked, status: StatusCode, body: &Value) -> Response {
    let bytes = Bytes::from(body.to_string());
    let nonce = world.id().replace('-', "");
    let signed: &[u8] = if asked.wrongly { b"tampered" } else { &bytes };
    let signature = sign::message(account::SECRET, &nonce, &asked.url, signed);
    let mut response = unsigned(status, body, bytes);
    for (name, text) in [
        (APP_KEY, account::APPLICATION_ID.to_owned()),
        (NONCE, nonce),
        (SIGNATURE, signature),
        (REFERENCE_ID, world.id()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn unsigned(status: StatusCode, body: &Value, bytes: Bytes) -> Response {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    let mut response = (status, bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    let refused = body.get("Success").and_then(Value::as_bool) == Some(false);
    if let Some(code) = body.get("ResultCode").filter(|_| refused) {
        response.extensions_mut().insert(AnsweredCode(code.to_string()));
    }
    response
}

/// The body of an answer that says no.
pub(super) fn failure(code: u32, message: &str) -> Value {
    json!({ "Success": false, "Message": message, "ResultCode": code })
}

/// A refusal before anybody has looked into the call, unsigned. A code that is no number becomes the status.
pub(in crate::netgiro) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let code = code.parse().unwrap_or(u32::from(status.as_u16()));
    let body = failure(code, message);
    let bytes = Bytes::from(body.to_string());
    unsigned(status, &body, bytes)
}
