//! The messages of the contract, by section. Names are the contract's own.
//!
//! Unknown fields are ignored, optional fields are absent when there is nothing to say, a `null` is read as absence.
//! What the provider sends is `non_exhaustive`, for it will say more tomorrow; a test makes it from JSON.
//! No behaviour belongs here beyond reading, writing, and questions about one message.

/// Section 4: merchant-initiated login, user info, keys.
pub mod login;
/// Section 5: payments and their events.
pub mod payment;
/// Errors of every API and of the gateways before them.
pub mod problem;
/// Section 3: codes and what they are exchanged for.
pub mod qr;
/// Section 5: the receipt that goes with a payment.
pub mod receipt;
/// Section 2: the access token.
pub mod token;
/// Section 6: webhooks and what they carry.
pub mod webhook;

pub use provider_http::json::{MalformedBody, read};

use provider_http::json::{optional_text, or_default, text};
