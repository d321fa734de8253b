//! What the second generation sends to the merchant. Contract, section 7.
//!
//! A non-2xx answer brings one repetition, then Netgíró cancels.

use crate::TransactionId;
use crate::callback::CallbackError;
use crate::signature;
use crate::wire::Fields;
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};

/// Header of the signature.
pub const SIGNATURE_HEADER: &str = "x-netgiro-signature";

/// Something happened to a payment: ask [`Client::status`](super::Client::status) what.
///
/// The signature covers the transaction and its amount and nothing else, so that a cancellation can be replayed as a
/// confirmation. Therefore the outcome that the callback claims is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WakeUp {
    /// Which payment. Signed.
    pub transaction_id: TransactionId,
    /// Its amount, in whole krónur. Signed.
    pub total_amount: i64,
    /// The merchant's reference. **Not** signed: find the sale by the transaction.
    pub reference_number: Option<String>,
}

/// The signature over these texts: 64 lower-case hexadecimal digits.
///
/// `total_amount` is the text of the number as it stands in the body.
pub fn sign(secret: &SecretString, transaction_id: &str, total_amount: &str) -> String {
    signature::hash(&[
        secret.expose_secret().as_bytes(),
        transaction_id.as_bytes(),
        total_amount.as_bytes(),
    ])
}

/// Verifies a callback and reads whom it is about.
///
/// `body` is the raw body as received. An amount may be written `1000` or `1000.00`; it is signed as it is written, or
/// as whole krónur.
///
/// # Errors
/// [`CallbackError`], the first reason found.
pub fn verify(secret: &SecretString, headers: &HeaderMap, body: &[u8]) -> Result<WakeUp, CallbackError> {
    let presented =
        signature::single(headers, SIGNATURE_HEADER).ok_or(CallbackError::Header(SIGNATURE_HEADER))?;
    let fields = Fields::parse(body)?;
    let transaction_id = fields.required_text("TransactionId")?;
    let written = fields.number_text("TotalAmount")?;
    let total_amount = fields
        .whole("TotalAmount")?
        .ok_or(crate::wire::MalformedBody::Missing("TotalAmount"))?;
    let whole = total_amount.to_string();
    let is_signed =
        |amount: &str| signature::is_equal(secret, &sign(secret, &transaction_id, amount), presented);
    if !(is_signed(written) || is_signed(&whole)) {
        return Err(CallbackError::BadSignature);
    }
    Ok(WakeUp {
        transaction_id: transaction_id.into(),
        total_amount,
        reference_number: fields.text("ReferenceNumber").unwrap_or(None),
    })
}
