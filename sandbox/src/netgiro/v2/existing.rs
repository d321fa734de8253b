//! Calls about a transaction of the second generation: its status, its details, capture, cancel, refund.

use super::envelope::{Merchant, envelope, invalid};
use crate::netgiro::cart::{Cart, Stage};
use crate::netgiro::customers::CANCELLED;
use crate::netgiro::fields::{Bad, Fields};
use crate::netgiro::refund;
use crate::world::Shared;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

const NOT_FOUND: &str = "Transaction not found";
const LONGEST: usize = 500;

pub(super) async fn status(State(world): State<Shared>, _: Merchant, Path(id): Path<String>) -> Response {
    let found = world.look(|state, now| {
        let cart = known(state.netgiro.cart(&id))?;
        Some(envelope(cart, state.netgiro.pace_ms, now))
    });
    answer(found.ok_or_else(not_found))
}

pub(super) async fn details(State(world): State<Shared>, _: Merchant, Path(id): Path<String>) -> Response {
    let found = world.look(|state, now| {
        let cart = known(state.netgiro.cart(&id))?;
        let mut body = envelope(cart, state.netgiro.pace_ms, now);
        if let Some(body) = body.as_object_mut() {
            body.insert("ReferenceNumber".to_owned(), json!(cart.reference));
            body.insert("TotalAmount".to_owned(), json!(cart.amount));
            body.insert("CapturedAmount".to_owned(), json!(cart.paid));
            body.insert("RefundedAmount".to_owned(), json!(cart.refunded()));
            let refundable = cart.stage_at(now) == Stage::Paid && cart.refunded() < cart.paid;
            body.insert("IsRefundable".to_owned(), json!(refundable));
            body.insert("InvoiceNumber".to_owned(), json!(cart.invoice_number));
            body.insert("Created".to_owned(), json!(cart.created));
        }
        Some(body)
    });
    answer(found.ok_or_else(not_found))
}

pub(super) async fn capture(State(world): State<Shared>, _: Merchant, body: Bytes) -> Response {
    change(&world, &body, |cart, fields, now| {
        let amount = fields.int("Amount")?.unwrap_or(cart.amount);
        if amount < 1 {
            return Err(Bad("'Amount' must be greater than '0'.".to_owned()));
        }
        match cart.stage_at(now) {
            Stage::Reserved if amount > cart.amount => {
                Err(Bad("'Amount' is more than what is authorised.".to_owned()))
            }
            Stage::Reserved => {
                cart.pay(amount, now);
                Ok(())
            }
            _ => Err(Bad("Transaction is not authorised.".to_owned())),
        }
    })
}

pub(super) async fn cancel(State(world): State<Shared>, _: Merchant, body: Bytes) -> Response {
    change(&world, &body, |cart, _, now| match cart.stage_at(now) {
        Stage::Cancelled { .. } => Err(Bad("Transaction is cancelled already.".to_owned())),
        _ => {
            // The merchant knows: it is not called.
            cart.end(CANCELLED);
            Ok(())
        }
    })
}

pub(super) async fn refund(State(world): State<Shared>, _: Merchant, body: Bytes) -> Response {
    let read = Fields::read(&body).and_then(|fields| {
        fields.text("Description", LONGEST)?;
        let id = fields.required_text("TransactionId", LONGEST)?;
        let amount = fields.required_int("RefundAmount")?;
        let key = fields.required_text("IdempotencyKey", refund::LONGEST_KEY)?;
        Ok((id, amount, key))
    });
    let refunded = read.and_then(|(id, amount, key)| {
        world.change(|state, now| {
            if known(state.netgiro.cart(&id)).is_none() {
                return Err(not_found());
            }
            refund::refund(&mut state.netgiro, &id, amount, &key, now)
                .map_err(|refused| Bad(refused.sentence().to_owned()))?;
            let cart = state.netgiro.cart(&id).ok_or_else(not_found)?;
            Ok(envelope(cart, state.netgiro.pace_ms, now))
        })
    });
    answer(refunded)
}

fn change(
    world: &Shared,
    body: &Bytes,
    change: impl FnOnce(&mut Cart, &Fields, jiff::Timestamp) -> Result<(), Bad>,
) -> Response {
    let read = Fields::read(body).and_then(|fields| {
        let id = fields.required_text("TransactionId", LONGEST)?;
        Ok((fields, id))
    });
    let changed = read.and_then(|(fields, id)| {
        world.change(|state, now| {
            let pace_ms = state.netgiro.pace_ms;
            let cart = state.netgiro.cart_mut(&id);
            let cart = cart
                .filter(|cart| cart.confirmation.is_v2())
                .ok_or_else(not_found)?;
            change(cart, &fields, now)?;
            Ok(envelope(cart, pace_ms, now))
        })
    });
    answer(changed)
}

/// Carts of the first generation have calls of their own.
fn known(cart: Option<&Cart>) -> Option<&Cart> {
    cart.filter(|cart| cart.confirmation.is_v2())
}

fn not_found() -> Bad {
    Bad(NOT_FOUND.to_owned())
}

fn answer(body: Result<Value, Bad>) -> Response {
    match body {
        Ok(body) => axum::Json(body).into_response(),
        Err(Bad(message)) => invalid(&message),
    }
}
