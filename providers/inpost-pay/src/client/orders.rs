//! Orders and their money, and who signs for them. Contract, sections 2, 3, 7 and 8.

use super::Client;
use super::call::Call;
use crate::error::Error;
use crate::wire;
use crate::wire::order_event::MerchantOrderEvent;
use crate::wire::payment::{RefundAnswer, RefundRequest, TransactionPage};
use crate::wire::product::PaymentMethods;
use crate::wire::signing_key::{SigningKey, SigningKeys};
use crate::{Amount, OrderId};
use http::{HeaderName, Method};
use secrecy::SecretString;

/// Carries the id of a refund's command.
const COMMAND_ID: HeaderName = HeaderName::from_static("x-command-id");

impl Client {
    /// Tells InPost the status, tracking or delivery of an order. Keep the event's id when it is sent again.
    ///
    /// # Errors
    /// [`Error`]; the contract names ORDER_NOT_FOUND and STATUS_ORDER_ERROR.
    pub async fn order_event(&self, order: &OrderId, event: &MerchantOrderEvent) -> Result<(), Error> {
        let call = Call::new(Method::POST, &["v1", "izi", "order", order.as_str(), "event"]);
        self.act(call.body(event)).await
    }

    /// Every signing key in force. A read. [`KeyCache`](crate::KeyCache) keeps them.
    ///
    /// # Errors
    /// [`Error`]; the contract names PUBLIC_KEY_NOT_FOUND.
    pub async fn signing_keys(&self) -> Result<SigningKeys, Error> {
        self.read(Call::new(Method::GET, &["v1", "izi", "signing-keys", "public"]))
            .await
    }

    /// The signing key of one version. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names PUBLIC_KEY_NOT_FOUND.
    pub async fn signing_key(&self, version: &str) -> Result<SigningKey, Error> {
        self.read(Call::new(
            Method::GET,
            &["v1", "izi", "signing-keys", "public", version],
        ))
        .await
    }

    /// The ways to pay that are open to the merchant. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn payment_methods(&self) -> Result<PaymentMethods, Error> {
        self.read(Call::new(Method::GET, &["v1", "izi", "payment-methods"]))
            .await
    }

    /// Pays money of a transaction back. The id is the refund's, and the `X-Command-ID` too: asked again under it, the
    /// money goes back once.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn refund(
        &self,
        transaction_id: &str,
        refund_id: &str,
        amount: Amount,
        additional_data: &str,
        merchant_secret: &SecretString,
    ) -> Result<RefundAnswer, Error> {
        let request = RefundRequest::signed(
            refund_id,
            transaction_id,
            refund_id,
            amount,
            additional_data,
            merchant_secret,
        );
        let path = ["v1", "izi", "transaction", transaction_id, "refund"];
        let call = Call::new(Method::POST, &path).header(COMMAND_ID, refund_id);
        let answer = self.call(call.body(&request)).await?;
        // The shape of the answer is not published: what cannot be read is a success without words.
        Ok(wire::read(answer.body()).unwrap_or_default())
    }

    /// A page of the merchant's transactions, counted from 0. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn transactions(&self, page_index: u64) -> Result<TransactionPage, Error> {
        let index = page_index.to_string();
        self.read(Call::new(Method::GET, &["v1", "izi", "transaction"]).query("page_index", Some(&index)))
            .await
    }
}
