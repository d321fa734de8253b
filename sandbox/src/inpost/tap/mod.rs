//! What the customer does in the app, and the calls to the merchant that follow from it.

/// Approving and refusing a binding.
pub(crate) mod bind;
/// Changing and deleting a basket.
pub(crate) mod change;
/// The delivery of an order.
mod delivery;
/// Baskets begun in the app.
pub(crate) mod hot_product;
/// The data of an invoice.
mod invoice;
/// Ordering.
pub(crate) mod order;
/// The body of an order.
mod order_request;
/// Paying, again if need be, and asking how an order stands.
pub(crate) mod pay;
/// Opening a link, or scanning a code.
pub(crate) mod scan;

use super::merchant::Answer;
use super::state::Notice;
use crate::number::Number;
use crate::outgoing::NoAnswer;
use crate::problem::Problem;
use crate::world::World;
use http::StatusCode;

/// The merchant did not answer, or has an error of its own.
fn no_answer(failure: NoAnswer, meanwhile: &str) -> Problem {
    let status = match failure {
        NoAnswer::Late => StatusCode::GATEWAY_TIMEOUT,
        NoAnswer::Unreachable | NoAnswer::BadAddress => StatusCode::BAD_GATEWAY,
        NoAnswer::Held => {
            let detail = format!("The call is held until it is released at /control. {meanwhile}");
            return Problem::new(StatusCode::GATEWAY_TIMEOUT, "call-held", detail);
        }
    };
    let sentence = failure.to_string();
    let mut letters = sentence.chars();
    let begun = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>())
        .unwrap_or_default();
    Problem::new(
        status,
        "shop-unreachable",
        format!("{begun}{}. {meanwhile}", letters.as_str()),
    )
}

/// The merchant answered with an error.
fn refused(answer: &Answer, code: &'static str, meanwhile: &str) -> Problem {
    let error_code = answer.error_code();
    if answer.status >= 500 {
        let detail = format!("The shop has an error of its own. {meanwhile}");
        return Problem::new(StatusCode::BAD_GATEWAY, "shop-error", detail).with("error_code", error_code);
    }
    let message = answer.error_message();
    let detail = if message.is_empty() {
        meanwhile.to_owned()
    } else {
        format!("{meanwhile} The shop says: {message}")
    };
    Problem::new(StatusCode::CONFLICT, code, detail)
        .with("error_code", error_code)
        .with("shop_status", answer.status)
        .with("shop_message", message)
}

/// The merchant answered with something else than the contract says.
fn wrong_answer(what: &str, meanwhile: &str) -> Problem {
    let detail = format!("The shop's answer is not what it should be: {what}. {meanwhile}");
    Problem::new(StatusCode::BAD_GATEWAY, "shop-answer-wrong", detail)
}

/// There is no such basket in this app.
fn no_basket() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no-basket",
        "This basket is not in the app: it was unlinked, deleted or has expired.",
    )
}

/// Another tap on the same thing is still on its way.
fn busy() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "busy",
        "The tap before this one is still on its way. Wait for it.",
    )
}

/// Leaves a note in the app.
fn note(world: &World, number: &Number, code: &str, text: &str, shop: &str) {
    let id = world.id();
    world.change(|state, now| {
        let notice = Notice {
            id,
            at: now,
            code: code.to_owned(),
            text: text.to_owned(),
            shop: shop.to_owned(),
        };
        state.inpost.tell(number, notice);
    });
}
