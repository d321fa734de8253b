//! Transactions and refunds. Contract, section 8.

use crate::Amount;
use crate::open_enum::open_enum;
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
