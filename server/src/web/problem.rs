//! Refusals at the browser's edge, as `application/problem+json` (RFC 9457).

use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::borrow::Cow;

/// A request that was not carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    retry_after_seconds: Option<u64>,
    place: Option<(u64, &'static str)>,
}

/// The code of a problem, beside its response: for a layer that tells it in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub &'static str);

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
}

impl Problem {
    /// A problem by its code, which programs read, with a sentence for people that says what to do next. No personal data.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Problem {
            status,
            code,
            detail: detail.into(),
            retry_after_seconds: None,
            place: None,
        }
    }

    /// Our own failure. What has happened belongs into the log, not here.
    pub fn internal() -> Self {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The shop failed: try again in a moment.",
        )
    }

    /// The same problem, telling programs not to try again sooner (`Retry-After`).
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The same problem, telling where in a file it is: the line, from 1, and the column's name.
    #[must_use]
    pub fn at(mut self, row: u64, column: &'static str) -> Self {
        self.place = Some((row, column));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("urn:karfa:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            row: self.place.map(|(row, _)| row),
            column: self.place.map(|(_, column)| column),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

/// A JSON body, refused with a problem if it is none.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(value) = Json::<serde_json::Value>::from_request(request, state)
            .await
            // The rejection's own text may quote what was sent, and that may be personal.
            .map_err(|rejection| match rejection.status() {
                StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "content_type",
                    "Send the body with Content-Type: application/json.",
                ),
                StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                _ => Problem::new(
                    StatusCode::BAD_REQUEST,
                    "malformed_json",
                    "The body is not JSON: send a JSON object.",
                ),
            })?;
        // In two steps: read in one, a wrong type where a word is expected passes for broken JSON.
        serde_json::from_value(value).map(JsonBody).map_err(|_| {
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unexpected_json",
                "The body is JSON, but a field is missing or of the wrong type.",
            )
        })
    }
}

/// A body larger than allowed.
pub fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "The body is too large: send less than 64 KiB.",
    )
}

/// A path's parameters, refused with a problem if they do not fit.
#[derive(Clone, Copy, Debug)]
pub struct PathParams<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(params)) => Ok(PathParams(params)),
            Err(rejection) if rejection.status().is_server_error() => {
                tracing::error!("a route and its handler disagree about the path's parameters");
                Err(Problem::internal())
            }
            Err(_) => Err(not_found()),
        }
    }
}

/// A query string, refused with a problem if it does not fit.
#[derive(Clone, Copy, Debug)]
pub struct QueryString<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryString<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(QueryString(query)),
            Err(_) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "query",
                "The address has a query that does not fit: see the API's documentation.",
            )),
        }
    }
}

/// There is nothing at the address.
pub fn not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing at this address: check it for mistakes.",
    )
}

/// For `tower_http::catch_panic`: the request whose handler panicked.
pub fn of_panic(_panic: Box<dyn Any + Send>) -> Response {
    // What the panic says may be personal, and the panic hook has printed where it was.
    tracing::error!("a request's handler panicked");
    Problem::internal().into_response()
}

/// A layer that makes problems of the refusals that axum and tower write as plain text or not at all: unknown methods,
/// bodies that are too large, and the like. Answers in JSON are left alone, a provider's error shape among them.
pub async fn complete(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_a_shape(&response) {
        return response;
    }
    let mut completed = of_status(status).into_response();
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        header::SET_COOKIE,
        header::VARY,
    ] {
        let values: Vec<HeaderValue> = response.headers().get_all(&name).iter().cloned().collect();
        for value in values {
            completed.headers_mut().append(name.clone(), value);
        }
    }
    completed
}

/// Whether somebody has written the body on purpose.
fn has_a_shape(response: &Response) -> bool {
    match response.headers().get(header::CONTENT_TYPE) {
        Some(content_type) => !content_type.as_bytes().starts_with(b"text/plain"),
        None => false,
    }
}

fn of_status(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => return not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => return too_large(),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method",
            "This address is there, but for other methods: see Allow.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("content_type", "Send the body in another content type."),
        StatusCode::UPGRADE_REQUIRED => (
            "websocket",
            "This address is for websockets: send an upgrade request.",
        ),
        StatusCode::TOO_MANY_REQUESTS => ("too_many", "Too many requests: wait a little."),
        status if status.is_client_error() => (
            "request",
            "The request does not fit: see the API's documentation.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("unavailable", "The shop is not available: try again in a moment.")
        }
        _ => ("internal", "The shop failed: try again in a moment."),
    };
    Problem::new(status, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use serde::Deserialize;
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    #[derive(Clone, Copy, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Yes,
    }

    #[derive(Deserialize)]
    struct Asked {
        n: u32,
        #[serde(default, rename = "word")]
        _word: Option<Word>,
    }

    fn app() -> Router {
        Router::new()
            .route(
                "/body",
                post(|JsonBody(asked): JsonBody<Asked>| async move { asked.n.to_string() }),
            )
            .route(
                "/query",
                get(|QueryString(asked): QueryString<Asked>| async move { asked.n.to_string() }),
            )
            .route(
                "/path/{n}",
                get(|PathParams(n): PathParams<u32>| async move { n.to_string() }),
            )
            .route(
                "/their-shape",
                get(|| async { (StatusCode::CONFLICT, Json(json!({"error_code": "X"}))) }),
            )
            .route(
                "/empty",
                get(|| async { (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "7")]) }),
            )
            .route("/fine", get(|| async { "fine" }))
            .layer(axum::extract::DefaultBodyLimit::max(64))
            .layer(from_fn(complete))
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(of_panic))
    }

    async fn call(request: Request) -> (StatusCode, Value, Response) {
        let response = app().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let value = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        (parts.status, value, Response::from_parts(parts, Body::empty()))
    }

    fn post_json(body: &str) -> Request {
        let request = Request::post("/body").header(header::CONTENT_TYPE, "application/json");
        request.body(Body::from(body.to_owned())).unwrap()
    }

    async fn assert_problem(request: Request, status: u16, code: &str) -> Response {
        let (got, body, response) = call(request).await;
        assert_eq!((got.as_u16(), &body["code"]), (status, &json!(code)), "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], format!("urn:karfa:problem:{code}"));
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        response
    }

    fn get_request(path: &str) -> Request {
        Request::get(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn good_input_passes() {
        assert_eq!(call(post_json("{\"n\":7,\"word\":\"yes\"}")).await.1, json!(7));
        assert_eq!(call(post_json("{\"n\":7}")).await.1, json!(7));
        assert_eq!(call(get_request("/query?n=7")).await.1, json!(7));
        assert_eq!(call(get_request("/path/7")).await.1, json!(7));
        assert_eq!(call(get_request("/fine")).await.1, json!("fine"));
    }

    #[tokio::test]
    async fn a_bad_body_is_a_problem_that_does_not_quote_it() {
        assert_problem(post_json("{n:600000000"), 400, "malformed_json").await;
        assert_problem(post_json(""), 400, "malformed_json").await;
        assert_problem(post_json("{\"n\":\"600000000\"}"), 422, "unexpected_json").await;
        assert_problem(post_json("{\"n\":7,\"word\":7}"), 422, "unexpected_json").await;
        assert_problem(
            post_json(&format!("{{\"n\":{}1}}", " ".repeat(80))),
            413,
            "too_large",
        )
        .await;
        let untyped = Request::post("/body").body(Body::from("{\"n\":7}")).unwrap();
        assert_problem(untyped, 415, "content_type").await;
        let (_, body, _) = call(post_json("{\"n\":\"600000000\"}")).await;
        assert!(!body.to_string().contains("600000000"));
    }

    #[tokio::test]
    async fn a_bad_address_is_a_problem() {
        assert_problem(get_request("/query?n=x"), 400, "query").await;
        assert_problem(get_request("/path/x"), 404, "not_found").await;
        assert_problem(get_request("/nowhere"), 404, "not_found").await;
        let response = assert_problem(get_request("/body"), 405, "method").await;
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }

    #[tokio::test]
    async fn an_empty_refusal_is_completed_and_a_shaped_one_left_alone() {
        let response = assert_problem(get_request("/empty"), 503, "unavailable").await;
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
        let (status, body, _) = call(get_request("/their-shape")).await;
        assert_eq!((status, body), (StatusCode::CONFLICT, json!({"error_code": "X"})));
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_does_not_quote_it() {
        #[allow(clippy::unused_unit)]
        let app = Router::new()
            .route(
                "/",
                get(|| async {
                    if true {
                        panic!("600000000")
                    }
                }),
            )
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(of_panic));
        let response = app.oneshot(get_request("/")).await.unwrap();
        assert_eq!(response.status(), 500);
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&bytes).contains("600000000"));
    }
}
