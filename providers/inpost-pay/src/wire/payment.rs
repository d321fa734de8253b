//! Transactions and refunds. Contract, section 8.

use super::or_default;
use crate::{Amount, OrderId};
use provider_http::open_enum;
use ring::digest;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

open_enum! {
    /// How far a transaction is.
    pub enum TransactionStatus {
        /// Not decided yet.
        Pending = "PENDING",
        /// The money is reserved.
        Authorized = "AUTHORIZED",
        /// The card was checked.
        CardVerified = "CARD_VERIFIED",
        /// The money was taken.
        Captured = "CAPTURED",
        /// The money went back.
        Refunded = "REFUNDED",
        /// Part of the money went back.
        PartiallyRefunded = "PARTIALLY_REFUNDED",
        /// Given up.
        Cancelled = "CANCELLED",
        /// Refused.
        Declined = "DECLINED",
    }
}

open_enum! {
    /// How far a refund is.
    pub enum RefundStatus {
        /// Not decided yet.
        Pending = "PENDING",
        /// The money went back.
        Success = "SUCCESS",
        /// It did not.
        Failed = "FAILED",
    }
}

/// Asks for money to go back. Make one with [`signed`](RefundRequest::signed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// The merchant's id of the refund.
    pub external_refund_id: String,
    /// How much.
    pub refund_amount: Amount,
    /// The merchant's own data.
    pub additional_business_data: AdditionalBusinessData,
    /// `SHA-512_` and the hash over the above and the merchant's secret.
    pub signature: String,
}

/// The merchant's own data with a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdditionalBusinessData {
    /// Free text, part of the signature.
    pub additional_data: String,
}

/// What InPost answers to a refund. The contract gives its status and nothing else, so that all may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAnswer {
    /// The merchant's id of the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_refund_id: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<RefundStatus>,
}

/// A payment, as the back office lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// InPost's id of it; an order's event calls it `payment_id`.
    pub transaction_id: String,
    /// Of which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TransactionStatus>,
}

/// A page of the merchant's payments: the answer of `GET /v1/izi/transaction`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionPage {
    /// The payments of this page.
    #[serde(default, deserialize_with = "or_default")]
    pub content: Vec<Transaction>,
    /// How many there are in all.
    pub total_items: u64,
    /// Which page this is.
    pub page_index: u64,
    /// How many payments a page holds.
    pub page_size: u64,
}

impl RefundRequest {
    /// The header whose value is part of the signature and identifies the attempt.
    pub const COMMAND_ID_HEADER: &'static str = "X-Command-ID";

    /// A refund signed for this transaction and this `X-Command-ID`.
    pub fn signed(
        command_id: &str,
        transaction_id: &str,
        external_refund_id: impl Into<String>,
        refund_amount: Amount,
        additional_data: impl Into<String>,
        merchant_secret: &SecretString,
    ) -> Self {
        let (external_refund_id, additional_data) = (external_refund_id.into(), additional_data.into());
        let mut hash = digest::Context::new(&digest::SHA512);
        for part in [command_id, transaction_id, &additional_data, &external_refund_id] {
            hash.update(part.as_bytes());
        }
        hash.update(refund_amount.to_string().as_bytes());
        hash.update(merchant_secret.expose_secret().as_bytes());
        let signature = format!("SHA-512_{}", crate::signature::lower_hex(hash.finish().as_ref()));
        let additional_business_data = AdditionalBusinessData { additional_data };
        Self {
            external_refund_id,
            refund_amount,
            additional_business_data,
            signature,
        }
    }
}
