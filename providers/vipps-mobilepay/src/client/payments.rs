//! Payments. Contract, section 5.

use super::Client;
use super::call::{Auth, Call, below};
use crate::error::Error;
use crate::wire::payment::{
    Approval, Cancellation, Customer, Modification, Modified, NewPayment, Payment, PaymentCreated,
    PaymentEvent,
};
use crate::{Amount, IdempotencyKey, Reference};
use http::Method;
use jiff::SignedDuration;

/// How long to wait after creating a payment before it is read for the first time.
pub const FIRST_POLL_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long to wait between two reads of a payment that the customer has not decided; longer after a
/// [`RateLimited`](Error::RateLimited).
pub const POLL_EVERY: SignedDuration = SignedDuration::from_secs(2);

impl Client {
    /// Asks for a payment. After an [`Error`] that [may have acted](Error::may_have_acted) call again under the same
    /// key, or read the payment. At most 5 a minute per reference.
    ///
    /// # Errors
    /// [`Error`]; PUSH_MESSAGE that is not allowed is [`PushMessageNotAllowed`](crate::ErrorNumber::PushMessageNotAllowed).
    pub async fn create_payment(
        &self,
        payment: &NewPayment,
        key: &IdempotencyKey,
    ) -> Result<PaymentCreated, Error> {
        let address = below(&self.config.endpoints.epayment, &["payments"]);
        self.read(
            Call::new(Method::POST, address, Auth::Merchant)
                .key(key)
                .json(payment),
        )
        .await
    }

    /// A payment as it stands. A read; at most 120 a minute per reference.
    ///
    /// # Errors
    /// [`Error`]; one that is not known is [`NoSuchReference`](crate::ErrorNumber::NoSuchReference).
    pub async fn payment(&self, reference: &Reference) -> Result<Payment, Error> {
        let address = below(&self.config.endpoints.epayment, &["payments", reference.as_str()]);
        self.read(Call::new(Method::GET, address, Auth::Merchant)).await
    }

    /// What happened to a payment, oldest first. A read; at most 120 a minute per reference.
    ///
    /// # Errors
    /// [`Error`]; one that is not known is [`NoSuchReference`](crate::ErrorNumber::NoSuchReference).
    pub async fn payment_events(&self, reference: &Reference) -> Result<Vec<PaymentEvent>, Error> {
        let path = ["payments", reference.as_str(), "events"];
        let address = below(&self.config.endpoints.epayment, &path);
        self.read(Call::new(Method::GET, address, Auth::Merchant)).await
    }

    /// Takes money that is reserved, or a part of it. At most 5 a minute per reference.
    ///
    /// # Errors
    /// [`Error`]; [`CaptureFailed`](crate::ErrorNumber::CaptureFailed) wants the same key again, later.
    pub async fn capture(
        &self,
        reference: &Reference,
        amount: Amount,
        key: &IdempotencyKey,
    ) -> Result<Modified, Error> {
        self.modify(reference, "capture", amount, key).await
    }

    /// Pays captured money back, or a part of it. At most 5 a minute per reference.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn refund(
        &self,
        reference: &Reference,
        amount: Amount,
        key: &IdempotencyKey,
    ) -> Result<Modified, Error> {
        self.modify(reference, "refund", amount, key).await
    }

    /// Ends a payment that the customer has not authorised, or gives up what is reserved and not captured. With
    /// `cancel_transaction_only` only the former; the latter is then refused with
    /// [`CancelAuthorised`](crate::ErrorNumber::CancelAuthorised). At most 5 a minute per reference.
    ///
    /// # Errors
    /// [`Error`]; while the customer authorises it is
    /// [`CancelWhileProcessing`](crate::ErrorNumber::CancelWhileProcessing).
    pub async fn cancel(
        &self,
        reference: &Reference,
        cancel_transaction_only: bool,
        key: &IdempotencyKey,
    ) -> Result<Modified, Error> {
        let address = below(
            &self.config.endpoints.epayment,
            &["payments", reference.as_str(), "cancel"],
        );
        let body = Cancellation {
            cancel_transaction_only,
        };
        self.read(
            Call::new(Method::POST, address, Auth::Merchant)
                .key(key)
                .json(&body),
        )
        .await
    }

    /// Approves a payment in the customer's place. On the provider's test host only.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn force_approve(
        &self,
        reference: &Reference,
        customer: Option<Customer>,
    ) -> Result<(), Error> {
        let path = ["test", "payments", reference.as_str(), "approve"];
        let address = below(&self.config.endpoints.epayment, &path);
        self.act(Call::new(Method::POST, address, Auth::Merchant).json(&Approval { customer }))
            .await
    }

    async fn modify(
        &self,
        reference: &Reference,
        what: &str,
        modification_amount: Amount,
        key: &IdempotencyKey,
    ) -> Result<Modified, Error> {
        let address = below(
            &self.config.endpoints.epayment,
            &["payments", reference.as_str(), what],
        );
        let body = Modification { modification_amount };
        self.read(
            Call::new(Method::POST, address, Auth::Merchant)
                .key(key)
                .json(&body),
        )
        .await
    }
}
