//! CheckCart, ConfirmCart and CancelCart: calls about a cart that is there. Contract, section 3.

use super::signed::{Signed, failure};
use crate::netgiro::callback;
use crate::netgiro::cart::{Cart, MOST_WRONG_CODES, News, Stage, Typed};
use crate::netgiro::customers::CANCELLED;
use crate::netgiro::fields::{Bad, Fields};
use crate::world::Shared;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

const PAID: u32 = 10200;
const CANCELLED_ALREADY: u32 = 10202;
const CONFIRMED_ALREADY: u32 = 10203;
const NO_SUCH_CART: u32 = 10424;
const WRONG_CODE: u32 = 400;

/// The longest `TransactionId` and `Identifier`.
const LONGEST: usize = 100;

/// What a call leads to: its answer, and what the merchant is told besides.
struct Outcome {
    body: Value,
    news: Option<(String, News)>,
}

impl From<Value> for Outcome {
    fn from(body: Value) -> Self {
        Outcome { body, news: None }
    }
}

pub(super) async fn check(State(world): State<Shared>, call: Signed) -> Response {
    let id = match transaction(&call.fields) {
        Ok(id) => id,
        Err(bad) => return call.answer(&world, &failure(400, &bad.0)),
    };
    let body = world.look(|state, now| match known(state.netgiro.cart(&id)) {
        Some(cart) => standing(cart, now),
        None => answer(true, (false, CANCELLED), None),
    });
    call.answer(&world, &body)
}

pub(super) async fn confirm(State(world): State<Shared>, call: Signed) -> Response {
    let read = transaction(&call.fields).and_then(|id| Ok((id, call.fields.text("Identifier", LONGEST)?)));
    let (id, code) = match read {
        Ok(read) => read,
        Err(bad) => return call.answer(&world, &failure(400, &bad.0)),
    };
    let outcome = world.change(|state, now| confirm_cart(&mut state.netgiro, &id, code.as_deref(), now));
    finish(&world, &call, outcome)
}

pub(super) async fn cancel(State(world): State<Shared>, call: Signed) -> Response {
    let id = match transaction(&call.fields) {
        Ok(id) => id,
        Err(bad) => return call.answer(&world, &failure(400, &bad.0)),
    };
    let body = world.change(|state, now| match state.netgiro.cart_mut(&id) {
        Some(cart) if !cart.confirmation.is_v2() => cancel_cart(cart, now),
        _ => failure(NO_SUCH_CART, message(NO_SUCH_CART)),
    });
    call.answer(&world, &body)
}

fn finish(world: &Shared, call: &Signed, outcome: Outcome) -> Response {
    if let Some((id, news)) = outcome.news {
        // After the answer: a merchant that is called while it waits may not know the cart yet.
        callback::tell_later(world, &id, news);
    }
    call.answer(world, &outcome.body)
}

fn transaction(fields: &Fields) -> Result<String, Bad> {
    fields.required_text("TransactionId", LONGEST)
}

/// Carts of the second generation have calls of their own.
fn known(cart: Option<&Cart>) -> Option<&Cart> {
    cart.filter(|cart| !cart.confirmation.is_v2())
}

fn confirm_cart(state: &mut crate::netgiro::State, id: &str, typed: Option<&str>, now: Timestamp) -> Outcome {
    let Some(cart) = state.cart_mut(id).filter(|cart| !cart.confirmation.is_v2()) else {
        return answer(true, (false, NO_SUCH_CART), None).into();
    };
    match cart.stage_at(now) {
        Stage::WaitingForCode => {
            let Some(typed) = typed.filter(|typed| !typed.is_empty()) else {
                return standing(cart, now).into();
            };
            if let Typed::Wrong { left } = cart.type_code(typed) {
                return wrong(cart, left);
            }
            let news = state.customer_confirms(id, now);
            let body = state.cart(id).map_or(Value::Null, |cart| standing(cart, now));
            let news = news.map(|news| (id.to_owned(), news));
            Outcome { body, news }
        }
        Stage::Reserved => {
            cart.pay(cart.amount, now);
            standing(cart, now).into()
        }
        // Harmless, and said so.
        Stage::Paid => answer(true, (true, CONFIRMED_ALREADY), Some(&info(cart, now))).into(),
        Stage::WaitingForCustomer | Stage::Calling { .. } | Stage::Cancelled { .. } => {
            standing(cart, now).into()
        }
    }
}

fn wrong(cart: &Cart, left: u32) -> Outcome {
    let mut body = answer(true, (false, WRONG_CODE), None);
    let message = match left {
        0 => format!("The code was wrong {MOST_WRONG_CODES} times: the payment is cancelled."),
        1 => "The code is wrong. One try is left.".to_owned(),
        left => format!("The code is wrong. {left} tries are left."),
    };
    if let Some(body) = body.as_object_mut() {
        body.insert("Message".to_owned(), message.into());
        if left == 0 {
            body.insert("ResultCode".to_owned(), CANCELLED.into());
        }
    }
    let news = (left == 0).then(|| (cart.id.clone(), News::Cancelled));
    Outcome { body, news }
}

fn cancel_cart(cart: &mut Cart, now: Timestamp) -> Value {
    match cart.stage_at(now) {
        Stage::Paid => answer(false, (true, PAID), Some(&info(cart, now))),
        Stage::Cancelled { .. } => answer(false, (false, CANCELLED_ALREADY), Some(&info(cart, now))),
        // A reservation is given back by this.
        _ => {
            cart.stage = Stage::Cancelled { code: CANCELLED };
            standing(cart, now)
        }
    }
}

/// How a cart stands: CheckCart's answer.
fn standing(cart: &Cart, now: Timestamp) -> Value {
    answer(true, cart.result(now), Some(&info(cart, now)))
}

/// The body of a callback: CheckCart's, after what it tells of. A reservation that the merchant is asked about is told
/// as the payment that it becomes.
pub(in crate::netgiro) fn cart_answer(cart: &Cart, news: News, now: Timestamp) -> Value {
    match news {
        News::Asked => {
            let mut paid = cart.clone();
            paid.pay(cart.amount, now);
            standing(&paid, now)
        }
        News::Confirmed | News::Cancelled => standing(cart, now),
    }
}

fn answer(success: bool, (paid, code): (bool, u32), info: Option<&Value>) -> Value {
    json!({
        "Success": success,
        "Message": message(code),
        "ResultCode": code,
        "PaymentSuccessful": paid,
        "PaymentInfo": info,
    })
}

fn info(cart: &Cart, now: Timestamp) -> Value {
    let status = match cart.stage_at(now) {
        Stage::Paid => 2,
        Stage::Cancelled { .. } => 5,
        _ => 1,
    };
    json!({
        "TransactionId": cart.id,
        "InvoiceNumber": cart.invoice_number,
        "ReferenceNumber": cart.reference,
        "StatusId": status,
        "Created": cart.created,
        "TotalAmount": cart.amount,
        "AccountNumber": Value::Null,
        "NumberOfInstallments": 1,
        "LocationId": cart.location_id,
        "RegisterId": cart.register_id,
    })
}

fn message(code: u32) -> &'static str {
    match code {
        PAID => "The payment is completed.",
        CANCELLED => "The payment is cancelled.",
        CANCELLED_ALREADY => "The payment was cancelled already.",
        CONFIRMED_ALREADY => "The payment was confirmed already.",
        10302 | 10307 | 10422 | 10423 => "The payment is declined.",
        NO_SUCH_CART => "There is no such cart.",
        10425 => "The customer has not confirmed yet.",
        10426 => "Reserved: the shop has to confirm.",
        10428 => "The code of the text message is needed.",
        10429 => "Reserved: the shop has not answered the callback yet.",
        _ => "The payment did not succeed.",
    }
}
