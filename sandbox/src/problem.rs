//! problem+json (RFC 9457), for the phone and for `/control`. The providers' own error shapes are theirs.

use crate::gate;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// A refusal with a sentence that says what to do.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// A stable word for programs and translations: `basket-changed`.
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    extra: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            code,
            detail: detail.into(),
            extra: Map::new(),
        }
    }

    /// What was sent cannot be read.
    pub(crate) fn unreadable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-request", detail)
    }

    /// Adds a member, such as the id of an order that was made all the same.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }
}

/// Gives the framework's own refusals (a body too large, a query that cannot be read) the shape of a problem.
pub(crate) async fn shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !gate::is_plain_refusal(&response) {
        return response;
    }
    match response.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too-large", "The body is too large."),
        status => Problem::new(
            status,
            "bad-request",
            "The path, the query or the body cannot be read.",
        ),
    }
    .into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:karfa-sandbox:{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Refused"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(self.extra);
        }
        let mut response = (self.status, axum::Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
