//! Money that goes back, and a transaction as the partner interface sees it. Contract, section 6.

use super::{Fields, MalformedBody};
use crate::id::TextError;
use crate::{IdempotencyKey, Personal, SupportId, TransactionId};
use provider_http::open_enum;
use serde::Serialize;

/// Asks for money to go back. Asked again under its key, the money goes back once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    transaction_id: TransactionId,
    refund_amount: i64,
    idempotency_key: IdempotencyKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Personal>,
}

impl Refund {
    /// The greatest length of a reason, in characters.
    pub const MAX_REASON_LENGTH: usize = 100;

    /// The necessary part. `refund_amount` is in whole krónur.
    pub fn new(transaction_id: TransactionId, refund_amount: i64, idempotency_key: IdempotencyKey) -> Self {
        Self {
            transaction_id,
            refund_amount,
            idempotency_key,
            reason: None,
        }
    }

    /// Why.
    ///
    /// # Errors
    /// [`TextError::TooLong`] for more than 100 characters.
    pub fn reason(mut self, reason: impl Into<String>) -> Result<Self, TextError> {
        let reason = reason.into();
        if reason.chars().count() > Self::MAX_REASON_LENGTH {
            return Err(TextError::TooLong(Self::MAX_REASON_LENGTH));
        }
        self.reason = Some(Personal::from(reason));
        Ok(self)
    }
}

/// Netgíró did what was asked and said no more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// What Netgíró's support asks for.
    pub support_id: Option<SupportId>,
}

open_enum! {
    /// How far a transaction is, as the partner interface says it.
    pub enum TransactionStatus in any case {
        /// Begun.
        New = "new",
        /// Not paid.
        Unpaid = "unpaid",
        /// Paid.
        Paid = "paid",
        /// Cancelled.
        Canceled = "canceled",
    }
}

/// A transaction as the partner interface sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction {
    /// How far it is.
    pub status: TransactionStatus,
    /// Whether money can go back.
    pub is_refundable: bool,
    /// When the merchant gets the money, in Netgíró's words.
    pub settlement_date: Option<String>,
    /// How much it was, in whole krónur, where the answer has it.
    pub total_amount: Option<i64>,
    /// What Netgíró's support asks for.
    pub support_id: Option<SupportId>,
}

impl Transaction {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, MalformedBody> {
        Ok(Self {
            status: fields.required_text("status")?.into(),
            is_refundable: fields.required("isRefundable")?,
            settlement_date: fields.text("settlementDate").unwrap_or(None),
            total_amount: fields.whole("totalAmount")?,
            support_id: None,
        })
    }
}
