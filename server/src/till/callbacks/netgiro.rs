//! Netgíró's callbacks (contract, sections 5 and 7). Only 200 accepts: a callback is verified, matched with the payment that
//! awaits it, stored, and then answered 200; everything else is not 200, and Netgíró cancels.

use super::{BODY_LIMIT, sale_of};
use crate::till::branch::PlaceId;
use crate::till::machine::Command;
use crate::till::sale::{Payment, Sale};
use crate::till::tills::{TillError, Tills};
use crate::till::wallet::netgiro::{CallbackAddress, NetgiroWallet};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use netgiro::wire::{CartAnswer, CartState};
use netgiro::{TransactionId, callback, v2};
use secrecy::SecretString;
use std::sync::Arc;

/// A branch's account at Netgíró, as far as its callbacks need it.
#[derive(Clone)]
pub struct NetgiroAccount {
    /// The branch.
    pub branch: PlaceId,
    /// Signs callbacks.
    pub secret: SecretString,
    /// Where Netgíró calls back.
    pub callback: CallbackAddress,
    /// The wallet.
    pub wallet: Arc<NetgiroWallet>,
}

/// Where a store hears Netgíró.
#[derive(Clone)]
pub struct Callbacks {
    /// The store's tills.
    pub tills: Arc<Tills>,
    /// The accounts of its branches.
    pub accounts: Arc<[NetgiroAccount]>,
}

/// `POST /netgiro/callback/{reference}` and `…/cancelled`.
pub fn router(callbacks: Callbacks) -> Router {
    Router::new()
        .route("/netgiro/callback/{reference}", post(confirmed))
        .route("/netgiro/callback/{reference}/cancelled", post(cancelled))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(callbacks)
}

async fn confirmed(
    State(callbacks): State<Callbacks>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    callbacks
        .answer(Called::Confirmed, &reference, &headers, &body)
        .await
}

async fn cancelled(
    State(callbacks): State<Callbacks>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    callbacks
        .answer(Called::Cancelled, &reference, &headers, &body)
        .await
}

/// Which of the two addresses was called.
#[derive(Clone, Copy)]
enum Called {
    Confirmed,
    Cancelled,
}

impl Callbacks {
    async fn answer(&self, called: Called, reference: &str, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        match self.heard(called, reference, headers, body).await {
            Ok(status) => {
                if status != StatusCode::OK {
                    metrics::counter!("karfa_callbacks_refused_total").increment(1);
                }
                status
            }
            Err(error) => {
                tracing::error!(%error, "a callback could not be stored");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    async fn heard(
        &self,
        called: Called,
        reference: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCode, TillError> {
        let Some(id) = sale_of(reference) else {
            return Ok(StatusCode::NOT_FOUND);
        };
        let sale = self.tills.load(id).await?.state;
        let Some(account) = self.account_of(&sale) else {
            return Ok(StatusCode::NOT_FOUND);
        };
        if account.wallet.callbacks_decide() {
            self.first_generation(account, called, (id, reference), headers, body)
                .await
        } else {
            self.second_generation(account, &sale, (id, reference), headers, body)
                .await
        }
    }

    fn account_of(&self, sale: &Sale) -> Option<&NetgiroAccount> {
        let branch = &sale.facts.as_ref()?.branch;
        self.accounts
            .iter()
            .find(|account| account.branch.as_str() == branch)
    }

    /// The signature covers the address and all of the body: what it says is what happens.
    async fn first_generation(
        &self,
        account: &NetgiroAccount,
        called: Called,
        (id, reference): (&str, &str),
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCode, TillError> {
        let address = match called {
            Called::Confirmed => account.callback.confirmed(reference),
            Called::Cancelled => account.callback.cancelled(reference),
        };
        let told = match callback::verify(&account.secret, &address, headers, body) {
            Ok(told) => told,
            Err(error) => {
                tracing::warn!(branch = %account.branch, %error, "a callback is not Netgíró's");
                return Ok(StatusCode::UNAUTHORIZED);
            }
        };
        let Some(command) = command_of(called, reference, &told.answer) else {
            return Ok(StatusCode::UNPROCESSABLE_ENTITY);
        };
        match self.tills.run(id, command).await? {
            Ok(_) => Ok(StatusCode::OK),
            Err(refusal) => {
                tracing::warn!(branch = %account.branch, %refusal, "a callback is about nothing that is awaited");
                Ok(StatusCode::CONFLICT)
            }
        }
    }

    /// The signature covers the transaction and its amount: a reason to look, and nothing else.
    async fn second_generation(
        &self,
        account: &NetgiroAccount,
        sale: &Sale,
        (id, reference): (&str, &str),
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCode, TillError> {
        let Ok(woken) = v2::callback::verify(&account.secret, headers, body) else {
            return Ok(StatusCode::UNAUTHORIZED);
        };
        let named = match known_id(sale, reference) {
            Some(Known::As(id)) => TransactionId::from(id.as_str()) == woken.transaction_id,
            // The answer to the request was lost. The reference is not signed: Netgíró is asked whose payment it is.
            Some(Known::Nameless) => {
                return self.teach(account, (id, reference), &woken).await;
            }
            None => false,
        };
        if !named {
            return Ok(StatusCode::CONFLICT);
        }
        let nudge = Command::Nudge {
            reference: reference.to_owned(),
        };
        Ok(match self.tills.run(id, nudge).await? {
            Ok(_) => StatusCode::OK,
            Err(_) => StatusCode::CONFLICT,
        })
    }

    async fn teach(
        &self,
        account: &NetgiroAccount,
        (id, reference): (&str, &str),
        woken: &v2::callback::WakeUp,
    ) -> Result<StatusCode, TillError> {
        let Some(paid) = account
            .wallet
            .goes_ahead_as(&woken.transaction_id, reference)
            .await
        else {
            return Ok(StatusCode::CONFLICT);
        };
        let taught = Command::Callback {
            reference: reference.to_owned(),
            provider_id: woken.transaction_id.as_str().to_owned(),
            amount_minor: woken.total_amount,
            paid,
        };
        Ok(match self.tills.run(id, taught).await? {
            Ok(_) => StatusCode::OK,
            Err(_) => StatusCode::CONFLICT,
        })
    }
}

/// How a payment is known at Netgíró.
enum Known {
    As(String),
    Nameless,
}

/// How the payment with this reference is known, the newest of a sale or one that came to nothing.
fn known_id(sale: &Sale, reference: &str) -> Option<Known> {
    let newest = sale.payment.as_ref().map(Payment::handle);
    let strays = sale.strays.iter().map(|stray| stray.handle.clone());
    let mut handles = newest.into_iter().chain(strays);
    let handle = handles.find(|handle| handle.reference == reference)?;
    Some(handle.provider_id.map_or(Known::Nameless, Known::As))
}

/// What a verified callback says of the payment with this reference; `None` if that is not clear, or it is about another.
fn command_of(called: Called, reference: &str, answer: &CartAnswer) -> Option<Command> {
    let info = answer.payment_info.as_ref()?;
    if info
        .reference_number
        .as_deref()
        .is_some_and(|named| named != reference)
    {
        return None;
    }
    let paid = match (called, answer.state()) {
        (Called::Confirmed, CartState::Paid { .. } | CartState::Reserved | CartState::AwaitingCallback) => {
            true
        }
        (Called::Cancelled, CartState::Cancelled | CartState::Declined(_)) => false,
        _ => return None,
    };
    Some(Command::Callback {
        reference: reference.to_owned(),
        provider_id: info.transaction_id.as_ref()?.as_str().to_owned(),
        amount_minor: info.total_amount?,
        paid,
    })
}
