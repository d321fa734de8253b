//! Stands before every emulated call: plays the faults that were asked for, and writes the call into the list.

use crate::calls::{CallRecord, Direction};
use crate::faults::{Fault, Kind};
use crate::world::Shared;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;
use http::request::Parts;
use http::{Method, StatusCode};
use std::time::Duration;

/// The largest body that an emulated provider reads, 1 MiB.
pub(crate) const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// A body has so long to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Marks an answer that must never be sent: the connection closes instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped;

/// Marks a call whose answer is to be signed wrongly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedWrongly;

/// Marks the refusal of a call because it came before. With [`Kind::Duplicate`] the first answer counts then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CameBefore;

/// The error code of an answer, for the list of calls.
#[derive(Clone, Debug)]
pub(crate) struct AnsweredCode(pub(crate) String);

/// Writes an error in a provider's own shape: status, code, message.
pub(crate) type Refuse = fn(StatusCode, &str, &str) -> Response;

/// An emulated call: its name for the faults, its place for the list, its provider's way to refuse.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name: &'static str,
    route: &'static str,
    direction: Direction,
    refuse: Refuse,
}

/// Adds a call to a router, behind its gate.
pub(crate) fn call(
    router: Router<Shared>,
    world: &Shared,
    refuse: Refuse,
    (direction, name, route): (Direction, &'static str, &'static str),
    handler: MethodRouter<Shared>,
) -> Router<Shared> {
    let entry = Entry {
        name,
        route,
        direction,
        refuse,
    };
    router.route(
        route,
        handler.layer(middleware::from_fn_with_state((world.clone(), entry), pass)),
    )
}

async fn pass(State((world, entry)): State<(Shared, Entry)>, request: Request, next: Next) -> Response {
    let method = word(request.method());
    let faults = world.strike(entry.name);
    let response = play(&faults, entry.refuse, request, next).await;
    let dropped = response.extensions().get::<Dropped>().is_some();
    world.record(CallRecord {
        seq: 0,
        at: world.now(),
        direction: entry.direction,
        call: entry.name,
        method,
        route: entry.route,
        status: (!dropped).then(|| response.status().as_u16()),
        error_code: response
            .extensions()
            .get::<AnsweredCode>()
            .map(|code| code.0.clone()),
        faults: faults.iter().map(|fault| fault.kind.word()).collect(),
    });
    response
}

async fn play(faults: &[Fault], refuse: Refuse, request: Request, next: Next) -> Response {
    let find = |kind| faults.iter().find(|fault| fault.kind == kind);
    for delay in faults.iter().filter_map(|fault| fault.ms) {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if find(Kind::DropBefore).is_some() {
        return dropped();
    }
    if let Some(failed) = find(Kind::Fail) {
        return made_up(failed, refuse);
    }
    let (mut parts, body) = request.into_parts();
    if find(Kind::TamperSignature).is_some() {
        parts.extensions.insert(SignedWrongly);
    }
    let body = match read(&parts, body).await {
        Ok(body) => body,
        Err((status, message)) => return refuse(status, "BAD_REQUEST", message),
    };
    let again = |body: &Bytes| Request::from_parts(parts.clone(), Body::from(body.clone()));
    let mut response = next.clone().run(again(&body)).await;
    if find(Kind::Duplicate).is_some() {
        let second = next.run(again(&body)).await;
        if second.extensions().get::<CameBefore>().is_none() {
            response = second;
        }
    }
    if is_plain_refusal(&response) {
        response = refuse(
            response.status(),
            "BAD_REQUEST",
            "the path or the query cannot be read",
        );
    }
    if find(Kind::DropAfter).is_some() {
        return dropped();
    }
    match find(Kind::FailAfter) {
        Some(failed) => made_up(failed, refuse),
        None => response,
    }
}

/// The whole body, or why it is not read.
async fn read(parts: &Parts, body: Body) -> Result<Bytes, (StatusCode, &'static str)> {
    let too_large = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is larger than 1 MiB, or broke off",
    );
    let said = parts.headers.get(http::header::CONTENT_LENGTH);
    let length = said.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT_BYTES) {
        return Err(too_large);
    }
    let whole = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, BODY_LIMIT_BYTES)).await;
    match whole {
        Ok(read) => read.map_err(|_| too_large),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the body did not arrive within 30 s")),
    }
}

/// A refusal of the framework itself, before any of ours: plain text, in nobody's shape.
pub(crate) fn is_plain_refusal(response: &Response) -> bool {
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    response.status().is_client_error() && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn dropped() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.extensions_mut().insert(Dropped);
    response
}

fn made_up(fault: &Fault, refuse: Refuse) -> Response {
    let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
    let code = fault.error_code.as_deref().unwrap_or("INTERNAL_SERVER_ERROR");
    refuse(
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        code,
        "a fault that was asked for",
    )
}

/// The method's word for the list; made-up methods have none.
fn word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "other",
    }
}
