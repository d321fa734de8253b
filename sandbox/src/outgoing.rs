//! One signed call to a merchant, with the faults that were asked for. Knows no provider: it is handed the bytes
//! and a way to sign them.

use crate::calls::{CallRecord, Direction};
use crate::faults::{Fault, Kind};
use crate::world::World;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use std::time::Duration;

/// Which call it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// The template, for lists and logs.
    pub(crate) route: &'static str,
}

/// How a call is to be signed, where a fault wants it signed badly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) tampered: bool,
    pub(crate) stale: bool,
    pub(crate) unpublished_key: bool,
}

/// Makes the headers that a body is signed with.
pub(crate) type Sign<'a> = &'a (dyn Fn(&[u8], Manner) -> Vec<(HeaderName, HeaderValue)> + Send + Sync);

/// There is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The merchant did not answer in time.
    #[error("the shop did not answer in time")]
    Late,
    /// No connection, or it broke.
    #[error("the shop could not be reached")]
    Unreachable,
    /// The configured address is no address.
    #[error("the shop's callback address is not a URL")]
    BadAddress,
    /// It waits to be released.
    #[error("the call is held until it is released at /control")]
    Held,
}

/// Sends one try of a call, with these faults.
pub(crate) async fn send(
    world: &World,
    call: Call,
    url: &str,
    body: &Bytes,
    sign: Sign<'_>,
    faults: Vec<Fault>,
) -> Result<Response<Bytes>, NoAnswer> {
    let has = |kind| faults.iter().any(|fault| fault.kind == kind);
    let outcome = play(world, call, url, body, sign, &faults).await;
    let status = outcome.as_ref().ok().map(|answer| answer.status().as_u16());
    world.record(CallRecord {
        seq: 0,
        at: world.now(),
        direction: Direction::ToMerchant,
        call: call.name,
        method: call.method,
        route: call.route,
        status,
        error_code: outcome.as_ref().ok().and_then(|answer| error_code(answer.body())),
        faults: Kind::ALL
            .iter()
            .filter(|kind| has(**kind))
            .map(|kind| kind.word())
            .collect(),
    });
    outcome
}

async fn play(
    world: &World,
    call: Call,
    url: &str,
    body: &Bytes,
    sign: Sign<'_>,
    faults: &[Fault],
) -> Result<Response<Bytes>, NoAnswer> {
    let has = |kind| faults.iter().any(|fault| fault.kind == kind);
    for delay in faults.iter().filter_map(|fault| fault.ms) {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if has(Kind::Hold) {
        return Err(NoAnswer::Held);
    }
    if has(Kind::DropBefore) {
        return Err(NoAnswer::Unreachable);
    }
    if let Some(failed) = faults.iter().find(|fault| fault.kind == Kind::Fail) {
        return Ok(made_up(failed));
    }
    let manner = Manner {
        tampered: has(Kind::TamperSignature),
        stale: has(Kind::StaleTimestamp),
        unpublished_key: has(Kind::UnknownKeyVersion),
    };
    let form = || request(call, url, body, sign(body, manner));
    let first = form()?;
    let replay = has(Kind::Replay).then(|| first.clone());
    let mut answer = transmit(world, first).await?;
    if let Some(replay) = replay {
        // It is refused; the first answer is the one that counts.
        transmit(world, replay).await?;
    } else if has(Kind::Duplicate) {
        // Signed only now, and a moment later than the first: signed within one millisecond the two would be the same to
        // the byte, which is a replay.
        tokio::time::sleep(Duration::from_millis(2)).await;
        answer = transmit(world, form()?).await?;
    }
    if has(Kind::DropAfter) {
        return Err(NoAnswer::Unreachable);
    }
    match faults.iter().find(|fault| fault.kind == Kind::FailAfter) {
        Some(failed) => Ok(made_up(failed)),
        None => Ok(answer),
    }
}

async fn transmit(world: &World, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    match tokio::time::timeout(world.patience().timeout, world.transport().send(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(NoAnswer::Unreachable),
        Err(_) => Err(NoAnswer::Late),
    }
}

fn request(
    call: Call,
    url: &str,
    body: &Bytes,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Result<Request<Bytes>, NoAnswer> {
    let method = Method::from_bytes(call.method.as_bytes()).map_err(|_| NoAnswer::BadAddress)?;
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .body(body.clone())
        .map_err(|_| NoAnswer::BadAddress)?;
    let all = request.headers_mut();
    all.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
    if !body.is_empty() {
        all.insert(
            http::header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    all.extend(headers);
    Ok(request)
}

/// The answer that a fault asks for.
fn made_up(fault: &Fault) -> Response<Bytes> {
    let code = fault.error_code.as_deref().unwrap_or("INTERNAL_SERVER_ERROR");
    let body = serde_json::json!({ "error_code": code, "error_message": "a fault that was asked for" });
    let mut answer = Response::new(Bytes::from(body.to_string()));
    let status = fault
        .status
        .and_then(|status| http::StatusCode::from_u16(status).ok());
    *answer.status_mut() = status.unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    answer
}

/// The `error_code` of an answer, if it has one of a sensible form.
pub(crate) fn error_code(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = body.get("error_code")?.as_str()?;
    let sensible = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    sensible.then(|| code.to_owned())
}
