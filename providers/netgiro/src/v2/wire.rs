//! The messages of the second generation. Contract, section 7.

use crate::id::TextError;
use crate::wire::{DEFAULT_CHECK_INTERVAL, Fields, MalformedBody};
use crate::{AppCode, CustomerId, CustomerIdError, Gsm, IdempotencyKey, Personal, SupportId, TransactionId};
use provider_http::open_enum;
use serde::{Serialize, Serializer};
use std::time::Duration;

/// Who pays (`CustomerIdentifier`). The second generation takes no kennitala.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Customer {
    /// A phone number: a push, and the payment is pending first.
    Gsm(Gsm),
    /// The app's barcode or its access code of ten digits: decided at once.
    AppCode(AppCode),
}

impl TryFrom<CustomerId> for Customer {
    type Error = CustomerIdError;

    fn try_from(customer: CustomerId) -> Result<Self, CustomerIdError> {
        match customer {
            CustomerId::Gsm(gsm) => Ok(Self::Gsm(gsm)),
            CustomerId::AppCode(code) => Ok(Self::AppCode(code)),
            CustomerId::Ssn(_) => Err(CustomerIdError::SsnNotTaken),
        }
    }
}

impl Serialize for Customer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Gsm(gsm) => gsm.as_str(),
            Self::AppCode(code) => code.as_str(),
        })
    }
}

/// Asks a customer for a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Payment {
    amount: i64,
    reference: String,
    customer_identifier: Customer,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_cancel_url: Option<String>,
    manual_capture: bool,
}

impl Payment {
    /// The necessary part, captured at once. `amount` is in whole krónur.
    pub fn new(amount: i64, reference: impl Into<String>, customer: Customer) -> Self {
        Self {
            amount,
            reference: reference.into(),
            customer_identifier: customer,
            callback_url: None,
            callback_cancel_url: None,
            manual_capture: false,
        }
    }

    /// Where Netgíró posts to after a payment.
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Where Netgíró posts to after a cancellation.
    #[must_use]
    pub fn callback_cancel_url(mut self, url: impl Into<String>) -> Self {
        self.callback_cancel_url = Some(url.into());
        self
    }

    /// Only reserve the money; [`Client::capture`](super::Client::capture) takes it.
    #[must_use]
    pub fn manual_capture(mut self) -> Self {
        self.manual_capture = true;
        self
    }
}

/// Asks for money to go back. Asked again under its key, the money goes back once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Refund {
    transaction_id: TransactionId,
    refund_amount: i64,
    idempotency_key: IdempotencyKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Personal>,
}

impl Refund {
    /// The greatest length of a description, in characters: the reason's of the partner interface.
    pub const MAX_DESCRIPTION_LENGTH: usize = crate::wire::Refund::MAX_REASON_LENGTH;

    /// The necessary part. `refund_amount` is in whole krónur.
    pub fn new(transaction_id: TransactionId, refund_amount: i64, idempotency_key: IdempotencyKey) -> Self {
        Self {
            transaction_id,
            refund_amount,
            idempotency_key,
            description: None,
        }
    }

    /// Why.
    ///
    /// # Errors
    /// [`TextError::TooLong`] for more than 100 characters.
    pub fn description(mut self, text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.chars().count() > Self::MAX_DESCRIPTION_LENGTH {
            return Err(TextError::TooLong(Self::MAX_DESCRIPTION_LENGTH));
        }
        self.description = Some(Personal::from(text));
        Ok(self)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Capture<'a> {
    pub(super) transaction_id: &'a TransactionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cancel<'a> {
    pub(super) transaction_id: &'a TransactionId,
}

open_enum! {
    /// How far a payment is.
    pub enum Status in any case {
        /// Waiting for the customer.
        Pending = "Pending",
        /// The money is reserved.
        Authorized = "Authorized",
        /// The money was taken.
        Confirmed = "Confirmed",
        /// Given up.
        Cancelled = "Cancelled",
    }
}

/// What the calls answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentAnswer {
    /// Whether the call was carried out.
    pub success: bool,
    /// Netgíró's words.
    pub message: Personal,
    /// How far the payment is. Decide by [`state`](PaymentAnswer::state).
    pub status: Option<Status>,
    /// Which payment.
    pub transaction_id: Option<TransactionId>,
    /// How long to wait between two looks (`PollIntervalMs`), while the payment is pending.
    pub poll_interval: Option<Duration>,
    /// What Netgíró's support asks for.
    pub support_id: Option<SupportId>,
}

/// Where a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// Waiting for the customer.
    Pending {
        /// How long to wait until the next look, 3 s where Netgíró does not say.
        poll_interval: Duration,
    },
    /// The money is reserved: capture or cancel.
    Authorized,
    /// The money was taken.
    Confirmed,
    /// Given up, by either side or by time.
    Cancelled,
    /// A status that this version does not know, none, or one that `Success` contradicts. Not a payment, and not the
    /// end of one either.
    Unclear(Option<Status>),
}

impl PaymentAnswer {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, MalformedBody> {
        Ok(Self {
            success: fields.required("Success")?,
            message: fields.text("Message").unwrap_or(None).unwrap_or_default().into(),
            status: fields.optional::<String>("Status")?.map(Status::from),
            transaction_id: fields.text("TransactionId")?.map(TransactionId::from),
            poll_interval: fields.interval_ms("PollIntervalMs"),
            support_id: None,
        })
    }

    /// Where the payment stands. Money is reserved or taken only if `Success` and `Status` say so together.
    pub fn state(&self) -> PaymentState {
        match (&self.status, self.success) {
            (Some(Status::Pending), _) => PaymentState::Pending {
                poll_interval: self.poll_interval.unwrap_or(DEFAULT_CHECK_INTERVAL),
            },
            (Some(Status::Authorized), true) => PaymentState::Authorized,
            (Some(Status::Confirmed), true) => PaymentState::Confirmed,
            (Some(Status::Cancelled), _) => PaymentState::Cancelled,
            (status, _) => PaymentState::Unclear(status.clone()),
        }
    }
}

/// A payment with its particulars. Which ones Netgíró tells is not published: what it leaves out is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// How far it is.
    pub payment: PaymentAnswer,
    /// The merchant's reference.
    pub reference_number: Option<String>,
    /// How much, in whole krónur.
    pub total_amount: Option<i64>,
    /// Whether money can go back.
    pub is_refundable: Option<bool>,
}

impl Details {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, MalformedBody> {
        Ok(Self {
            payment: PaymentAnswer::read(fields)?,
            reference_number: match fields.text("ReferenceNumber")? {
                None => fields.text("Reference")?,
                found => found,
            },
            total_amount: match fields.whole("TotalAmount")? {
                None => fields.whole("Amount")?,
                found => found,
            },
            is_refundable: fields.optional("IsRefundable")?,
        })
    }
}
