//! The merchant's calls to the second generation. Contract, section 7.

use super::wire::{Cancel, Capture};
use super::{Details, Payment, PaymentAnswer, Refund};
use crate::config::{Config, ConfigError};
use crate::exchange::{self, Answer};
use crate::wire::MalformedBody;
use crate::{Error, TransactionId};
use bytes::Bytes;
use http::{HeaderName, Method};
use provider_http::Transport;
use serde::Serialize;
use std::sync::Arc;

/// Carries the application id.
const API_KEY_HEADER: HeaderName = HeaderName::from_static("x-netgiro-api-key");

/// Speaks to Netgíró's second generation for one merchant. Nothing is sent twice: see [`Error::may_have_acted`].
pub struct Client {
    config: Config,
    transport: Arc<dyn Transport>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for this merchant. Calls nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`] if an address cannot be an API's, or application id or secret cannot be sent.
    pub fn new(config: Config, transport: Arc<dyn Transport>) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, transport })
    }

    /// Asks a customer for a payment. A code from the app is decided at once, a phone number is pending first. The
    /// answer names its transaction.
    ///
    /// There is no key for it: if [`Error::may_have_acted`] says so, the customer may be asked already.
    ///
    /// # Errors
    /// [`Error::Refused`] with Netgíró's messages: no customer, no valid amount, …
    pub async fn payment(&self, payment: &Payment) -> Result<PaymentAnswer, Error> {
        let answer = self.post(&["checkout", "payment"], payment).await?;
        let read = standing(&answer)?;
        if read.transaction_id.is_none() {
            return Err(answer.unreadable(MalformedBody::Missing("TransactionId")));
        }
        Ok(read)
    }

    /// Looks at a payment. A read.
    ///
    /// # Errors
    /// [`Error`]; an unknown id is [`Error::Refused`].
    pub async fn status(&self, id: &TransactionId) -> Result<PaymentAnswer, Error> {
        let answer = self.get(&["checkout", "status", id.as_str()]).await?;
        about(&answer, standing(&answer)?, id)
    }

    /// A payment with its particulars. A read.
    ///
    /// # Errors
    /// [`Error`]; an unknown id is [`Error::Refused`].
    pub async fn details(&self, id: &TransactionId) -> Result<Details, Error> {
        let answer = self.get(&["transaction", "details", id.as_str()]).await?;
        let payment = about(&answer, standing(&answer)?, id)?;
        let details = answer.read(Details::read)?;
        Ok(Details { payment, ..details })
    }

    /// Takes reserved money: all of it, or `amount` whole krónur.
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, look at the payment.
    pub async fn capture(&self, id: &TransactionId, amount: Option<i64>) -> Result<PaymentAnswer, Error> {
        let capture = Capture {
            transaction_id: id,
            amount,
        };
        let answer = self.post(&["transaction", "capture"], &capture).await?;
        about(&answer, carried_out(&answer)?, id)
    }

    /// Gives a payment up, at any stage.
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, look at the payment.
    pub async fn cancel(&self, id: &TransactionId) -> Result<PaymentAnswer, Error> {
        let answer = self
            .post(&["transaction", "cancel"], &Cancel { transaction_id: id })
            .await?;
        about(&answer, carried_out(&answer)?, id)
    }

    /// Pays money back. Asked again under its key, the money goes back once.
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, ask again under the same key.
    pub async fn refund(&self, refund: &Refund) -> Result<PaymentAnswer, Error> {
        carried_out(&self.post(&["transaction", "refund"], refund).await?)
    }

    async fn get(&self, path: &[&str]) -> Result<Answer, Error> {
        self.call(&Method::GET, path, Bytes::new()).await
    }

    async fn post<T: Serialize>(&self, path: &[&str], body: &T) -> Result<Answer, Error> {
        self.call(&Method::POST, path, exchange::body(body)?).await
    }

    async fn call(&self, method: &Method, path: &[&str], body: Bytes) -> Result<Answer, Error> {
        let address = exchange::address(&self.config.v2_url, path)?;
        let api_key = exchange::secret_header(&self.config.application_id)?;
        let request = exchange::request(method, &address)
            .header(API_KEY_HEADER, api_key)
            .body(body);
        exchange::send(&*self.transport, request).await?.success()
    }
}

fn read(answer: &Answer) -> Result<PaymentAnswer, Error> {
    Ok(PaymentAnswer {
        support_id: answer.support_id.clone(),
        ..answer.read(PaymentAnswer::read)?
    })
}

/// An answer that says where a payment stands. Without a status `Success=false` is a refusal.
fn standing(answer: &Answer) -> Result<PaymentAnswer, Error> {
    match read(answer)? {
        PaymentAnswer {
            success: false,
            status: None,
            ..
        } => Err(answer.refusal()),
        standing => Ok(standing),
    }
}

/// The answer to an order: `Success=false` is a refusal whatever the payment's status.
fn carried_out(answer: &Answer) -> Result<PaymentAnswer, Error> {
    let read = read(answer)?;
    if read.success {
        Ok(read)
    } else {
        Err(answer.refusal())
    }
}

/// The answer, unless it names another transaction.
fn about(answer: &Answer, read: PaymentAnswer, id: &TransactionId) -> Result<PaymentAnswer, Error> {
    if read.transaction_id.as_ref().is_none_or(|named| named == id) {
        Ok(read)
    } else {
        Err(answer.unreadable(MalformedBody::OtherTransaction))
    }
}
