//! The second generation: an API key, one payment call, one envelope for every answer. Contract, section 7.

/// The envelope and its refusals.
mod envelope;
/// Capture, cancel and refund.
mod existing;
/// A new payment.
mod payment;

pub(super) use envelope::{callback_body, refuse, status_word};

use crate::calls::Direction;
use crate::gate;
use crate::world::Shared;
use axum::Router;
use axum::routing::{MethodRouter, get, post};

/// Every call: its name for the faults, its route, what answers it.
#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        ("netgiro.v2.payment", "/v2/checkout/payment", post(payment::create)),
        ("netgiro.v2.status", "/v2/checkout/status/{id}", get(existing::status)),
        ("netgiro.v2.details", "/v2/transaction/details/{id}", get(existing::details)),
        ("netgiro.v2.capture", "/v2/transaction/capture", post(existing::capture)),
        ("netgiro.v2.cancel", "/v2/transaction/cancel", post(existing::cancel)),
        ("netgiro.v2.refund", "/v2/transaction/refund", post(existing::refund)),
    ]
}

/// The names of the calls.
pub(super) fn call_names() -> impl Iterator<Item = &'static str> {
    table().into_iter().map(|(name, _, _)| name)
}

/// The routes below `/netgiro/v2`.
pub(super) fn routes(router: Router<Shared>, world: &Shared) -> Router<Shared> {
    table()
        .into_iter()
        .fold(router, |router, (name, route, handler)| {
            let call = (Direction::FromMerchant, name, route);
            gate::call(router, world, refuse, call, handler)
        })
}
