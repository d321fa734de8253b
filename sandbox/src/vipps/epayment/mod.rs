//! ePayment: contract, section 5.

/// The body of a new payment.
mod check;
/// Making a payment.
pub(crate) mod create;
/// Approving without a phone.
pub(crate) mod force;
/// One answer for one key.
mod idempotency;
/// How often a call may be made.
pub(crate) mod limits;
/// Amounts that fail in a named way.
pub(crate) mod magic;
/// Capture, refund, cancel.
pub(crate) mod modify;
/// A payment and what can become of it.
pub(crate) mod payment;
/// Reading a payment.
pub(crate) mod read;
/// The receipt.
mod receipt;
