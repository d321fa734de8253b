//! The layers that every request goes through, in their order.

use super::limits::{self, MAX_BODY};
use super::origin::{self, Origins};
use super::problem;
use super::session::Sessions;
use super::trace;
use crate::engine::Engine;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// For the whole server, as the last thing done to its router: a log line per request, panics and refusals as problems,
/// limits on time and, where a route has none of its own, on size.
pub fn common(router: Router, engine: Engine) -> Router {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(from_fn(limits::time_out))
        .layer(from_fn(problem::complete))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn_with_state(engine, trace::trace))
}

/// For what browsers ask for: the body's announced size and the origin are checked before the session is looked up.
pub fn browser(router: Router, sessions: Sessions, origins: Origins) -> Router {
    sessions
        .apply(router)
        .layer(from_fn_with_state(origins, origin::guard))
        .layer(from_fn(limits::refuse_large))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::address::StoreId;
    use crate::engine::random::SeededRandom;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::response::Response;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use provider_http::SystemClock;
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt as _;
    use tower_sessions::Session;
    use tracing_subscriber::fmt::MakeWriter;

    async fn app(folder: &std::path::Path) -> Router {
        let random = Arc::new(SeededRandom::new(1));
        let engine = Engine::open_sqlite(&folder.join("e.db"), Arc::new(SystemClock), random)
            .await
            .unwrap();
        let shopper = Router::new()
            .route(
                "/api/{id}",
                post(|session: Session| async move { session.insert("n", 1).await.unwrap() }),
            )
            .route("/api/boom", get(|| async { panic_now() }))
            .route(
                "/api/body",
                post(|body: axum::body::Bytes| async move { body.len().to_string() }),
            );
        let sessions = Sessions::new(engine.clone(), StoreId::default(), false);
        let origins = Origins::new([], []);
        let provider = Router::new().route("/callback", post(|| async { StatusCode::CONFLICT }));
        common(browser(shopper, sessions, origins).merge(provider), engine)
    }

    fn panic_now() {
        panic!("600000000");
    }

    async fn call(app: &Router, request: Request) -> (Response, String) {
        let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (
            Response::from_parts(parts, Body::empty()),
            String::from_utf8(bytes.to_vec()).unwrap(),
        )
    }

    fn request(method: &str, path: &str, body: &str) -> Request {
        Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    #[tokio::test]
    async fn every_refusal_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        let large = "x".repeat(MAX_BODY + 1);
        for (method, path, body, status) in [
            ("GET", "/nowhere", "", 404),
            ("GET", "/callback", "", 405),
            ("POST", "/callback", "", 409),
            ("GET", "/api/boom", "", 500),
            ("POST", "/api/body", large.as_str(), 413),
        ] {
            let (response, text) = call(&app, request(method, path, body)).await;
            assert_eq!(response.status(), status, "{path}: {text}");
            assert_eq!(
                response.headers()[header::CONTENT_TYPE],
                "application/problem+json",
                "{path}"
            );
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(response.headers()["x-request-id"].len(), 16);
        }
        let fits = "x".repeat(MAX_BODY);
        assert_eq!(
            call(&app, request("POST", "/api/body", &fits)).await.1,
            MAX_BODY.to_string()
        );
    }

    #[tokio::test]
    async fn a_large_body_is_refused_by_its_announced_length() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        // A provider's calls have limits and an error shape of their own.
        for (path, status) in [("/api/1", 413), ("/callback", 409)] {
            let mut announced = request("POST", path, "");
            announced
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(MAX_BODY + 1));
            assert_eq!(call(&app, announced).await.0.status(), status, "{path}");
        }
    }

    #[tokio::test]
    async fn a_foreign_page_starts_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        let mut foreign = request("POST", "/api/1", "");
        foreign
            .headers_mut()
            .insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        let (response, _) = call(&app, foreign).await;
        assert_eq!(response.status(), 403);
        assert!(!response.headers().contains_key(header::SET_COOKIE));
        let (response, _) = call(&app, request("POST", "/api/1", "")).await;
        assert!(response.headers().contains_key(header::SET_COOKIE));
    }

    #[tokio::test]
    async fn a_router_s_own_fallback_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let random = Arc::new(SeededRandom::new(1));
        let engine = Engine::open_sqlite(&folder.path().join("f.db"), Arc::new(SystemClock), random)
            .await
            .unwrap();
        let app = common(Router::new().fallback(|| async { "theirs" }), engine);
        assert_eq!(call(&app, request("GET", "/any", "")).await.1, "theirs");
    }

    #[tokio::test]
    async fn a_websocket_passes_all_layers_unless_its_page_is_foreign() {
        use axum::extract::ws::WebSocketUpgrade;
        use tokio_tungstenite::connect_async;
        use tokio_tungstenite::tungstenite::Error;
        use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

        let folder = tempfile::tempdir().unwrap();
        let random = Arc::new(SeededRandom::new(1));
        let engine = Engine::open_sqlite(&folder.path().join("w.db"), Arc::new(SystemClock), random)
            .await
            .unwrap();
        let socket = get(|upgrade: WebSocketUpgrade| async move { upgrade.on_upgrade(|_| async {}) });
        let sessions = Sessions::new(engine.clone(), StoreId::default(), false);
        let app = browser(
            Router::new().route("/live", socket),
            sessions,
            Origins::new([], []),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = common(app, engine);
        tokio::spawn(async move { axum::serve(listener, app).await });
        for (origin, status) in [
            (format!("http://{address}"), 101),
            ("https://evil.example".to_owned(), 403),
        ] {
            let mut request = format!("ws://{address}/live").into_client_request().unwrap();
            request
                .headers_mut()
                .insert(header::ORIGIN, HeaderValue::from_str(&origin).unwrap());
            let got = match connect_async(request).await {
                Ok((_, response)) => response.status(),
                Err(Error::Http(response)) => response.status(),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(got, status, "{origin}");
        }
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Lines;
        fn make_writer(&'a self) -> Lines {
            self.clone()
        }
    }

    #[tokio::test]
    async fn the_log_has_the_route_and_never_the_address_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(lines.clone())
            .with_ansi(false)
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        call(
            &app,
            request("POST", "/api/600000000?phone=600000000", "600000000"),
        )
        .await;
        call(&app, request("POST", "/600000000", "")).await;
        call(&app, request("INVENTED", "/api/600000000", "")).await;
        drop(guard);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let answered: Vec<_> = text.lines().filter(|line| line.contains("answered")).collect();
        assert_eq!(answered.len(), 3, "{text}");
        assert!(
            answered[0].contains("method=\"POST\" route=\"/api/{id}\" status=200"),
            "{text}"
        );
        assert!(answered[0].contains("id=\""), "{text}");
        assert!(answered[1].contains("route=\"-\" status=404"), "{text}");
        assert!(answered[2].contains("method=\"OTHER\""), "{text}");
        assert!(!text.contains("600000000"), "{text}");
    }
}
