//! Requests to our own backend, and what can come of them.
//!
//! No answer, or a failure of the server's, leaves it open whether a request was carried out: whoever asked looks at the
//! desk again. Only a refusal says that nothing has changed.

use crate::page;
use futures_util::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder, Response};
use karfa_shared::till::API;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::pin::pin;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

/// An answer that takes longer does not come.
const PATIENCE_MS: i32 = 20_000;
/// A question that waits for news is answered after this at the latest.
const LONG_POLL_MS: i32 = 60_000;

thread_local! {
    /// The backend's clock less this machine's, in milliseconds.
    static AHEAD_MS: Cell<i64> = const { Cell::new(0) };
}

/// What came of a request that has not worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It is not known whether it was carried out.
    NoAnswer,
    /// Nothing has changed.
    Refused(Refusal),
}

/// Why nothing has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Refusal {
    /// HTTP status.
    #[serde(default)]
    pub(crate) status: u16,
    /// The backend's word for it.
    #[serde(default)]
    pub(crate) code: String,
    /// A sentence in English.
    #[serde(default)]
    pub(crate) detail: String,
    /// The row of a file, from 1.
    #[serde(default)]
    pub(crate) row: Option<u64>,
    /// The column of a file.
    #[serde(default)]
    pub(crate) column: Option<String>,
    /// Not sooner than in so many seconds.
    #[serde(skip)]
    pub(crate) retry_after: Option<u64>,
}

/// A body that travels.
pub(crate) enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(JsValue),
    /// A table.
    Csv(JsValue),
}

impl Body {
    /// A message as JSON.
    pub(crate) fn json(message: &impl Serialize) -> Self {
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        Body::Json(message.serialize(&serializer).expect("a message is plain data"))
    }
}

/// Milliseconds since 1970 by the backend's clock.
pub(crate) fn backend_now_ms() -> i64 {
    page::now_ms().saturating_add(AHEAD_MS.get())
}

/// `GET`.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    read(ask(Method::GET, path, Body::Empty, PATIENCE_MS).await?)
}

/// `POST` with an answer.
pub(crate) async fn post<T: DeserializeOwned>(path: &str, body: Body) -> Result<T, Failure> {
    read(ask(Method::POST, path, body, PATIENCE_MS).await?)
}

/// A request whose answer may be anything, nothing included.
pub(crate) async fn tell(method: Method, path: &str, body: Body) -> Result<JsValue, Failure> {
    ask(method, path, body, PATIENCE_MS).await
}

/// A long poll: `None` when there was no news.
pub(crate) async fn news<T: DeserializeOwned>(path: &str) -> Result<Option<T>, Failure> {
    let answer = ask(Method::GET, path, Body::Empty, LONG_POLL_MS).await?;
    if answer.is_undefined() {
        return Ok(None);
    }
    read(answer).map(Some)
}

/// A file beside this program.
pub(crate) async fn file<T: DeserializeOwned>(url: &str) -> Option<T> {
    let response = RequestBuilder::new(url).send().await.ok()?;
    if !response.ok() {
        return None;
    }
    let text = response.text().await.ok()?;
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(&text).ok()?).ok()
}

/// Text that came over a websocket.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}

/// An answer as a message.
pub(crate) fn read<T: DeserializeOwned>(answer: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(answer).map_err(|_| Failure::NoAnswer)
}

async fn ask(method: Method, path: &str, body: Body, patience_ms: i32) -> Result<JsValue, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::NoAnswer)?;
    let signal = controller.signal();
    let exchange = pin!(exchange(method, path, body, &signal));
    match select(exchange, pin!(page::pause(patience_ms))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => {
            controller.abort();
            Err(Failure::NoAnswer)
        }
    }
}

async fn exchange(
    method: Method,
    path: &str,
    body: Body,
    signal: &web_sys::AbortSignal,
) -> Result<JsValue, Failure> {
    let builder = RequestBuilder::new(&format!("{API}{path}"))
        .method(method)
        .header("accept", "application/json")
        .abort_signal(Some(signal));
    let no_answer = |_| Failure::NoAnswer;
    let response = match body {
        Body::Empty => builder.send().await,
        Body::Json(body) => {
            let text = js_sys::JSON::stringify(&body).map_err(|_| Failure::NoAnswer)?;
            builder
                .header("content-type", "application/json")
                .body(text)
                .map_err(no_answer)?
                .send()
                .await
        }
        Body::Csv(body) => {
            builder
                .header("content-type", "text/csv; charset=utf-8")
                .body(body)
                .map_err(no_answer)?
                .send()
                .await
        }
    };
    let response = response.map_err(no_answer)?;
    set_the_clock(&response);
    let status = response.status();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|seconds| seconds.parse().ok());
    let text = response.text().await.map_err(no_answer)?;
    let answer = js_sys::JSON::parse(&text).unwrap_or(JsValue::UNDEFINED);
    match status {
        200..=299 => Ok(answer),
        400..=499 => {
            let problem = serde_wasm_bindgen::from_value(answer).unwrap_or_default();
            Err(Failure::Refused(Refusal {
                status,
                retry_after,
                ..problem
            }))
        }
        _ => Err(Failure::NoAnswer),
    }
}

/// A till's clock may be wrong by minutes; what lapses does so by the backend's.
fn set_the_clock(response: &Response) {
    let date = response
        .headers()
        .get("date")
        .and_then(|date| page::moment_ms(&date));
    if let Some(date_ms) = date {
        AHEAD_MS.set(date_ms.saturating_sub(page::now_ms()));
    }
}
