//! Why something was not done, as the page reads it.
//!
//! Belongs here: a problem's status, word and sentence. Does not belong here: deciding what is refused (`machine`).

use crate::till::machine::Refusal;
use crate::till::tills::TillError;
use crate::web::problem::Problem;
use axum::http::StatusCode;

/// What was sent cannot be meant.
pub(super) fn unprocessable(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

/// A refusal as the page reads it.
pub(super) fn refused(refusal: &Refusal) -> Problem {
    let code = match refusal {
        Refusal::NoSale => "no_sale",
        Refusal::BegunAlready => "begun_already",
        Refusal::PaymentUnderWay => "payment_under_way",
        Refusal::Over => "sale_over",
        Refusal::NoSuchLine => "no_such_line",
        Refusal::TooMuch => "too_much",
        Refusal::NothingToPay => "nothing_to_pay",
        Refusal::AmountChanged { .. } => "amount_changed",
        Refusal::NoCustomer => "no_customer",
        Refusal::NoCodeAwaited => "no_code_awaited",
        Refusal::NotToCapture { .. } => "not_to_capture",
        Refusal::NotToCancel => "not_to_cancel",
        Refusal::NotToRefund { .. } => "not_to_refund",
        Refusal::RefundUnderWay => "refund_under_way",
        Refusal::NotSettled => "not_settled",
        Refusal::NotLost => "not_lost",
        Refusal::MayBePaidYet => "may_be_paid_yet",
        Refusal::NotAwaited => "not_awaited",
    };
    Problem::new(StatusCode::CONFLICT, code, sentence(&refusal.to_string()))
}

/// A refusal's text as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Our own failure: logged, and the page learns only that it may try again.
pub(super) fn failed(error: impl Into<TillError>) -> Problem {
    let error: TillError = error.into();
    match &error {
        TillError::Contended | TillError::TooManyWaiters => {
            tracing::warn!(%error, "too much at once");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The till is very busy: try again in a moment.",
            )
        }
        TillError::Store(_) | TillError::Register(_) => {
            tracing::error!(%error, "a request of a till failed");
            Problem::internal()
        }
    }
}
