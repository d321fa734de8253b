//! Which store a request belongs to.

use crate::web::problem::Problem;
use crate::web::trace::tell_route;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::sync::Arc;
use tower::{ServiceExt as _, service_fn};

/// Sends each request to the store that lists its host name. A single store takes them all.
pub(super) fn by_name(mut stores: Vec<(Vec<String>, Router)>) -> Router {
    if stores.len() == 1 {
        return stores.pop().map(|(_, router)| router).unwrap_or_default();
    }
    let tell = |(names, router): (Vec<String>, Router)| (names, router.layer(from_fn(tell_route)));
    let stores: Arc<[_]> = stores.into_iter().map(tell).collect();
    Router::new().fallback_service(service_fn(move |request: Request| {
        let stores = stores.clone();
        async move { Ok::<Response, Infallible>(answer(&stores, request).await) }
    }))
}

async fn answer(stores: &[(Vec<String>, Router)], request: Request) -> Response {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let host = host.or(request.uri().host()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let lists = |names: &[String]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    match stores.iter().find(|(names, _)| lists(names)) {
        Some((_, router)) => router.clone().oneshot(request).await.into_response(),
        None => Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_store",
            "No shop belongs to this address.",
        )
        .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;

    async fn ask(router: &Router, host: &str) -> (StatusCode, String) {
        let request = Request::get("/")
            .header(HOST, host)
            .body(Body::empty())
            .expect("a request");
        let response = router.clone().oneshot(request).await.expect("infallible");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 4096)
            .await
            .expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn each_store_answers_under_its_own_names() {
        let store = |name: &'static str| Router::new().route("/", get(async move || name));
        let router = by_name(vec![
            (vec!["one.example".into()], store("one")),
            (vec!["two.example".into(), "www.two.example".into()], store("two")),
        ]);
        assert_eq!(ask(&router, "one.example").await, (StatusCode::OK, "one".into()));
        assert_eq!(
            ask(&router, "WWW.two.example:8080").await,
            (StatusCode::OK, "two".into())
        );
        assert_eq!(ask(&router, "three.example").await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_single_store_answers_under_every_name() {
        let router = by_name(vec![(Vec::new(), Router::new().route("/", get(async || "one")))]);
        assert_eq!(ask(&router, "whatever.example").await.0, StatusCode::OK);
    }
}
