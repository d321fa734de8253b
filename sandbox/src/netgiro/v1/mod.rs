//! The first generation: four calls with signed headers, answered with signed headers. Contract, sections 2 to 4.

/// CheckCart, ConfirmCart, CancelCart.
mod existing;
/// InsertCart.
mod insert;
/// Signed requests and answers.
mod signed;

use crate::calls::Direction;
use crate::gate;
use crate::world::Shared;
use axum::Router;
use axum::routing::{MethodRouter, post};

pub(super) use existing::cart_answer;
pub(super) use signed::refuse;

/// Every call: its name for the faults, its routes, what answers it. The documents write both `Checkout` and `checkout`.
#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<(&'static str, [&'static str; 2], MethodRouter<Shared>)> {
    vec![
        ("netgiro.insert_cart", ["/v1/Checkout/InsertCart", "/v1/checkout/InsertCart"], post(insert::insert)),
        ("netgiro.check_cart", ["/v1/Checkout/CheckCart", "/v1/checkout/CheckCart"], post(existing::check)),
        ("netgiro.confirm_cart", ["/v1/Checkout/ConfirmCart", "/v1/checkout/ConfirmCart"], post(existing::confirm)),
        ("netgiro.cancel_cart", ["/v1/Checkout/CancelCart", "/v1/checkout/CancelCart"], post(existing::cancel)),
    ]
}

/// The names of the calls. Their answers are signed.
pub(super) fn call_names() -> impl Iterator<Item = &'static str> {
    table().into_iter().map(|(name, _, _)| name)
}

/// The routes below `/netgiro/v1`.
pub(super) fn routes(router: Router<Shared>, world: &Shared) -> Router<Shared> {
    table()
        .into_iter()
        .fold(router, |router, (name, routes, handler)| {
            routes.into_iter().fold(router, |router, route| {
                let call = (Direction::FromMerchant, name, route);
                gate::call(router, world, signed::refuse, call, handler.clone())
            })
        })
}
