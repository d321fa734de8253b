//! Netgíró's first generation: carts (contract, sections 3 and 4).

use super::{NetgiroTerms, agreed, customer_of, failure, problem_of, without_money};
use crate::till::wallet::{
    CodeAnswer, Handle, Private, Problem, ReceiptLine, Report, Request, Requested, Standing, WalletError,
};
use http::StatusCode;
use karfa_shared::till::Confirmation as By;
use netgiro::wire::{
    CancelOutcome, CartAnswer, CartItem, CartState, Confirmation, InsertCart, PaymentInfo, PaymentStatus,
};
use netgiro::{Client, Error, ResultCode, SmsCode, TransactionId};

/// Quantities are told in thousandths.
const THOUSANDTHS: i64 = 1000;

pub(super) async fn request(
    client: &Client,
    terms: &NetgiroTerms,
    request: &Request,
) -> Result<Requested, WalletError> {
    let callback_url = terms.callback.confirmed(&request.reference);
    let confirmation = match request.confirmation {
        By::Automatic => Confirmation::Automatic,
        By::Manual => Confirmation::Manual,
        By::ServerCallback => Confirmation::ServerCallback {
            callback_url: callback_url.clone(),
        },
    };
    let cart = InsertCart::new(
        request.amount.minor,
        &*request.reference,
        customer_of(request)?,
        confirmation,
    )
    // Also where nobody waits for it: it names the cart of a request whose answer was lost.
    .callback_url(callback_url)
    .callback_cancel_url(terms.callback.cancelled(&request.reference))
    .description(&*request.receipt_number)
    .items(request.lines.iter().map(item).collect())
    .location_id(&*terms.location)
    .register_id(&*request.till);
    let inserted = client.insert_cart(&cart).await.map_err(|error| failure(&error))?;
    Ok(Requested {
        provider_id: Some(inserted.transaction_id.into_string()),
        code_to_scan: None,
        ask_every_ms: u32::try_from(inserted.check_interval.as_millis()).ok(),
        expires_at: None,
    })
}

fn item(line: &ReceiptLine) -> CartItem {
    let sign = if line.is_return { -1 } else { 1 };
    CartItem {
        product_no: line.id.clone(),
        name: line.name.clone(),
        description: None,
        unit_price: line.unit_minor,
        amount: line.total_minor,
        quantity_thousandths: sign * THOUSANDTHS * i64::from(line.quantity),
    }
}

pub(super) async fn read(
    client: &Client,
    payment: &Handle,
    id: &TransactionId,
) -> Result<Option<Report>, WalletError> {
    match client.check_cart(id).await {
        Ok(answer) => report(payment, &answer),
        Err(error) if error.code() == Some(ResultCode::NoSuchCart) => Ok(None),
        Err(error) => Err(failure(&error)),
    }
}

/// As [`read`], but whose payment it is must be said, and be right: an id that nobody knows is told to be "cancelled" too.
pub(super) async fn recognise(
    client: &Client,
    payment: &Handle,
    id: &TransactionId,
) -> Result<Option<Report>, WalletError> {
    let answer = match client.check_cart(id).await {
        Ok(answer) => answer,
        Err(error) if is_no_cart(&error) => return Ok(None),
        Err(error) => return Err(failure(&error)),
    };
    let named = answer.payment_info.as_ref().filter(|info| {
        info.reference_number.as_deref() == Some(&*payment.reference)
            && info.total_amount == Some(payment.amount.minor)
    });
    match named {
        Some(_) => report(payment, &answer),
        None => Ok(None),
    }
}

/// There is no such cart, or this cannot be the id of one.
fn is_no_cart(error: &Error) -> bool {
    let is_invalid =
        error.code() == Some(ResultCode::Invalid) && error.status() != Some(StatusCode::UNAUTHORIZED);
    is_invalid || error.code() == Some(ResultCode::NoSuchCart)
}

fn report(payment: &Handle, answer: &CartAnswer) -> Result<Option<Report>, WalletError> {
    let amount = payment.amount.minor;
    Ok(Some(match answer.state() {
        CartState::Paid { info } if is_of(payment, info.as_ref()) => agreed(amount, amount),
        // Another sale's payment is none of this one; nor is its end.
        CartState::Paid { .. } => without_money(Standing::Waiting, Some(problem_of("other_payment"))),
        CartState::Reserved => agreed(amount, 0),
        CartState::Waiting | CartState::AwaitingCallback => without_money(Standing::Waiting, None),
        CartState::CodeNeeded => without_money(Standing::CodeNeeded, None),
        CartState::Cancelled if is_cancelled(payment, answer) => {
            without_money(Standing::Void, Some(told(answer)))
        }
        CartState::Cancelled => without_money(Standing::Gone, Some(told(answer))),
        CartState::Declined(_) => without_money(Standing::Declined, Some(told(answer))),
        CartState::Error(ResultCode::NoSuchCart) => return Ok(None),
        CartState::Error(ResultCode::ServerError) => return Err(WalletError::Unknown),
        CartState::Error(
            ResultCode::CartNotValid
            | ResultCode::BelowMinimum
            | ResultCode::NoSuchCustomer
            | ResultCode::ConfirmationTypeNotValid,
        ) => without_money(Standing::Declined, Some(told(answer))),
        // Not known, and therefore neither paid nor over.
        CartState::Error(_) | CartState::Unclear(_) => without_money(Standing::Waiting, Some(told(answer))),
    }))
}

/// Whether a payment that Netgíró tells of is the one that was asked for: nothing it says differs.
fn is_of(payment: &Handle, info: Option<&PaymentInfo>) -> bool {
    info.is_none_or(|info| {
        info.reference_number
            .as_ref()
            .is_none_or(|reference| *reference == payment.reference)
            && info
                .total_amount
                .is_none_or(|amount| amount == payment.amount.minor)
    })
}

/// Whether Netgíró has this very payment, and calls it cancelled. Of a cart that was never there it says "cancelled" too.
fn is_cancelled(payment: &Handle, answer: &CartAnswer) -> bool {
    let info = answer.payment_info.as_ref();
    let is_named = info.is_some_and(|info| {
        info.status == Some(PaymentStatus::Cancelled)
            && info.reference_number.as_deref() == Some(&*payment.reference)
    });
    is_named && is_of(payment, info)
}

pub(super) async fn enter_code(
    client: &Client,
    id: &TransactionId,
    code: &Private,
) -> Result<CodeAnswer, WalletError> {
    // What cannot be a code is a wrong one, and Netgíró is not asked.
    let Ok(code) = SmsCode::parse(code.expose()) else {
        return Ok(CodeAnswer::Wrong);
    };
    match client.confirm_cart(id, Some(&code)).await {
        Ok(answer) => Ok(match answer.state() {
            CartState::CodeNeeded | CartState::Error(ResultCode::Invalid) => CodeAnswer::Wrong,
            CartState::Unclear(_) | CartState::Error(ResultCode::ServerError) => {
                return Err(WalletError::Unknown);
            }
            CartState::Error(_) => return Err(WalletError::Refused(told(&answer))),
            _ => CodeAnswer::Taken,
        }),
        Err(error) if error.code() == Some(ResultCode::Invalid) => Ok(CodeAnswer::Wrong),
        Err(error) => Err(failure(&error)),
    }
}

pub(super) async fn capture(client: &Client, id: &TransactionId) -> Result<(), WalletError> {
    let answer = client
        .confirm_cart(id, None)
        .await
        .map_err(|error| failure(&error))?;
    match answer.state() {
        CartState::Paid { .. } => Ok(()),
        CartState::Unclear(_) | CartState::Error(ResultCode::ServerError) => Err(WalletError::Unknown),
        _ => Err(WalletError::Refused(told(&answer))),
    }
}

pub(super) async fn cancel(client: &Client, id: &TransactionId) -> Result<(), WalletError> {
    match client.cancel_cart(id).await {
        Ok(answer) => match answer.cancel_outcome() {
            CancelOutcome::Cancelled
            | CancelOutcome::ConfirmedAlready
            | CancelOutcome::NotCancelled(ResultCode::NoSuchCart) => Ok(()),
            CancelOutcome::NotCancelled(ResultCode::ServerError) => Err(WalletError::Unknown),
            CancelOutcome::NotCancelled(_) => Err(WalletError::Refused(told(&answer))),
        },
        Err(error) if error.code() == Some(ResultCode::NoSuchCart) => Ok(()),
        Err(error) => Err(failure(&error)),
    }
}

fn told(answer: &CartAnswer) -> Problem {
    Problem {
        trace_id: answer.support_id.as_ref().map(|id| id.as_str().to_owned()),
        ..problem_of(&answer.result_code.to_string())
    }
}
