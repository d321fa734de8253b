//! The page at the root: what is emulated, where it is, with which keys, and which customers fail on purpose. It shows the
//! accounts that the README tells, and no merchant's own.

use crate::assets;
use crate::inpost;
use crate::netgiro;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::vipps;
use crate::world::Shared;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;

/// The whole manual. It travels in the binary: who has only that has it too.
const README: &str = include_str!("../README.md");
/// Where the manual's examples reach the sandbox.
const README_ORIGIN: &str = "http://127.0.0.1:8090";

/// A word and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    pub(crate) what: String,
    pub(crate) value: String,
}

/// One line of an [`Account`].
pub(crate) fn entry(what: &str, value: impl Into<String>) -> Entry {
    Entry {
        what: what.to_owned(),
        value: value.into(),
    }
}

/// Somebody with a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Customer {
    /// As the phone's page takes it.
    pub(crate) number: String,
    /// What happens to them.
    pub(crate) what: &'static str,
    /// Their kennitala, where they are known by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ssn: Option<&'static str>,
}

/// A customer who is known by their number only.
pub(crate) fn customer(number: impl Into<String>, what: &'static str) -> Customer {
    Customer {
        number: number.into(),
        what,
        ssn: None,
    }
}

/// What a developer needs to begin with a wallet.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Account {
    /// The wallet's word, as on the phone.
    pub(crate) wallet: &'static str,
    /// Where its calls are.
    pub(crate) addresses: Vec<Entry>,
    /// What they are made with.
    pub(crate) credentials: Vec<Entry>,
    /// A first call for a shell.
    pub(crate) first_call: String,
    /// The first is an ordinary customer, the others fail in a named way.
    pub(crate) customers: Vec<Customer>,
    /// What the next list is about.
    pub(crate) fates_of: &'static str,
    /// Codes or amounts that lead to a named end.
    pub(crate) fates: Vec<Entry>,
}

/// The page, its data, its files, the manual.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(page))
        .route("/accounts", get(accounts))
        .route("/README.md", get(readme))
        .route("/assets/{*path}", get(file))
        .fallback(async || {
            let detail = "The sandbox has /, /phone, /control, /inpost, /vipps and /netgiro; /README.md says what is below them.";
            Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
        })
}

async fn page(headers: HeaderMap) -> Response {
    assets::page("front/index.html", &headers, &[])
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&format!("front/{path}"), &headers)
}

async fn accounts(State(world): State<Shared>, Origin(origin): Origin) -> Json<Vec<Account>> {
    let inpost = world.look(|state, _| inpost::account(&state.inpost, &origin));
    Json(vec![inpost, vipps::account(&origin), netgiro::account(&origin)])
}

async fn readme(Origin(origin): Origin) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (kind, README.replace(README_ORIGIN, &origin)).into_response()
}
