//! One log line and one set of metrics per request: the method, the route's template, the status, the time it took.
//!
//! **Architecture invariant:** neither path, query, headers nor bodies are logged; they may hold personal data.

use crate::engine::Engine;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;

/// The header that tells a request's id to whoever asked, so that they can quote it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A layer that logs each request once it is answered; what is logged meanwhile carries the request's id. An id that the
/// client sends is not believed: it may be anything.
pub async fn trace(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = format!("{:016x}", engine.random().next_u64());
    let method = method_name(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let matched = matched.or_else(|| response.extensions().get::<MatchedPath>().cloned());
    let route = matched.as_ref().map_or("-", MatchedPath::as_str).to_owned();
    let (status, elapsed) = (response.status().as_u16(), began.elapsed());
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(method, route, status, elapsed_ms, "answered"));
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("karfa_http_requests_total", &labels).increment(1);
    metrics::histogram!("karfa_http_request_seconds", &labels).record(elapsed.as_secs_f64());
    response
}

/// A layer for routers that [`trace`] cannot see into, because they are reached through a service of their own: it tells
/// the route with the response.
pub async fn tell_route(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}

/// A client can invent methods; they are one to us.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_hidden_router_tells_its_route() {
        let hidden = Router::new()
            .route("/{id}", get(|| async {}))
            .layer(from_fn(tell_route));
        let app = Router::new().fallback_service(hidden);
        let response = app
            .oneshot(Request::get("/600000000").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(
            response.extensions().get::<MatchedPath>().unwrap().as_str(),
            "/{id}"
        );
    }
}
