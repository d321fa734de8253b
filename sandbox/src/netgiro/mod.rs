//! Netgíró, emulated: contract `netgiro`. Its own code from end to end; it shares nothing with the client, so that a
//! mistake in the client's messages meets a second opinion.

/// The merchant's account.
mod account;
/// The code that the app shows.
mod app_code;
/// Callbacks to the merchant.
mod callback;
/// One cart and what may become of it.
mod cart;
/// What `/control` knows.
mod control;
/// Who the customers are.
mod customers;
/// What time ends.
mod due;
/// JSON whose names have no case.
mod fields;
/// Refunds, and how a transaction stands.
mod partner;
/// The phone's side.
mod phone;
/// Giving money back.
mod refund;
/// Signatures.
mod sign;
/// What is remembered.
mod state;
/// The first generation.
mod v1;
/// The second generation.
mod v2;

pub(crate) use account::account;
pub(crate) use app_code::{app_code, barcode};
pub(crate) use callback::{CALLS as MERCHANT_CALLS, release};
pub(crate) use control::router as control_router;
pub(crate) use due::keep_time;
pub(crate) use phone::{inbox, numbers, special_numbers, tap};
pub(crate) use state::State;

use crate::world::Shared;
use axum::Router;
use axum::response::Response;
use http::{StatusCode, Uri};

/// The names of all calls of a merchant.
pub(crate) fn call_names() -> Vec<&'static str> {
    v1::call_names()
        .chain(v2::call_names())
        .chain(partner::call_names())
        .collect()
}

/// Those of them whose answers are signed.
pub(crate) fn signed_answers() -> Vec<&'static str> {
    v1::call_names().collect()
}

/// The routes below `/netgiro`.
pub(crate) fn router(world: &Shared) -> Router<Shared> {
    partner::routes(v2::routes(v1::routes(Router::new(), world), world), world)
        .method_not_allowed_fallback(async |uri: Uri| unknown(StatusCode::METHOD_NOT_ALLOWED, &uri))
        .fallback(async |uri: Uri| unknown(StatusCode::NOT_FOUND, &uri))
}

/// A call that there is not, refused in the words of the interface that it was meant for.
fn unknown(status: StatusCode, uri: &Uri) -> Response {
    let message = "There is no such call.";
    if uri.path().starts_with("/partner/") {
        partner::refuse(status, "not-found", message)
    } else if uri.path().starts_with("/v2/") {
        v2::refuse(status, "not-found", message)
    } else {
        v1::refuse(status, "400", message)
    }
}
