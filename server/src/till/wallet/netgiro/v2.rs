//! Netgíró's second generation: payments (contract, section 7).

use super::{NetgiroTerms, agreed, customer_of, failure, problem_of, without_money};
use crate::till::wallet::{Handle, Problem, Report, Request, Requested, Standing, WalletError};
use http::StatusCode;
use karfa_shared::till::Confirmation;
use netgiro::TransactionId;
use netgiro::v2::{Client, Customer, Payment, PaymentAnswer, PaymentState};

pub(super) async fn request(
    client: &Client,
    terms: &NetgiroTerms,
    request: &Request,
) -> Result<Requested, WalletError> {
    let customer = Customer::try_from(customer_of(request)?)
        .map_err(|_| WalletError::Refused(problem_of("kennitala_not_taken")))?;
    let payment = Payment::new(request.amount.minor, &*request.reference, customer)
        .callback_url(terms.callback.confirmed(&request.reference))
        .callback_cancel_url(terms.callback.cancelled(&request.reference));
    let payment = match request.confirmation {
        Confirmation::Automatic => payment,
        // The callback decides nothing here; the till does.
        Confirmation::Manual | Confirmation::ServerCallback => payment.manual_capture(),
    };
    let answer = client.payment(&payment).await.map_err(|error| failure(&error))?;
    // What has no name cannot be asked for: as good as an answer that was lost.
    let id = answer.transaction_id.ok_or(WalletError::Unknown)?;
    Ok(Requested {
        provider_id: Some(id.into_string()),
        code_to_scan: None,
        ask_every_ms: answer
            .poll_interval
            .and_then(|pause| u32::try_from(pause.as_millis()).ok()),
        expires_at: None,
    })
}

pub(super) async fn read(
    client: &Client,
    payment: &Handle,
    id: &TransactionId,
) -> Result<Option<Report>, WalletError> {
    match client.status(id).await {
        Ok(answer) => Ok(Some(report(payment, &answer))),
        Err(error) if error.is_no_such_transaction() => Ok(None),
        Err(error) => Err(failure(&error)),
    }
}

/// As [`read`], but whose payment it is must be right.
pub(super) async fn recognise(
    client: &Client,
    payment: &Handle,
    id: &TransactionId,
) -> Result<Option<Report>, WalletError> {
    match client.details(id).await {
        Ok(details) => {
            let is_ours = details.reference_number.as_deref() == Some(&*payment.reference)
                && details.total_amount == Some(payment.amount.minor);
            Ok(is_ours.then(|| report(payment, &details.payment)))
        }
        Err(error) if error.is_no_such_transaction() || error.status() == Some(StatusCode::BAD_REQUEST) => {
            Ok(None)
        }
        Err(error) => Err(failure(&error)),
    }
}

fn report(payment: &Handle, answer: &PaymentAnswer) -> Report {
    let amount = payment.amount.minor;
    match answer.state() {
        PaymentState::Pending { .. } => without_money(Standing::Waiting, None),
        PaymentState::Authorized => agreed(amount, 0),
        PaymentState::Confirmed => agreed(amount, amount),
        // An id that nobody knows is told in other words.
        PaymentState::Cancelled => without_money(Standing::Void, Some(told(answer, "cancelled"))),
        // Not known, and therefore neither paid nor over.
        PaymentState::Unclear(_) => without_money(Standing::Waiting, Some(told(answer, "unclear"))),
    }
}

pub(super) async fn goes_ahead_as(client: &Client, id: &TransactionId, reference: &str) -> Option<bool> {
    match client.details(id).await {
        Ok(details) if details.reference_number.as_deref() == Some(reference) => {
            let state = details.payment.state();
            Some(matches!(
                state,
                PaymentState::Authorized | PaymentState::Confirmed
            ))
        }
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "Netgíró did not tell whose payment it is");
            None
        }
    }
}

fn told(answer: &PaymentAnswer, word: &str) -> Problem {
    Problem {
        number: answer.status.as_ref().map(|status| status.as_str().to_owned()),
        trace_id: answer.support_id.as_ref().map(|id| id.as_str().to_owned()),
        ..problem_of(word)
    }
}
