//! A typed client for Netgíró's point-of-sale interfaces, from the merchant's side.
//!
//! - [`Client`]: the first generation (V1, `InsertCart` to `CancelCart`) with signed requests and verified answers, and
//!   the partner interface that pays money back.
//! - [`callback`]: what Netgíró sends to the merchant, verified.
//! - [`v2`]: the second generation.
//! - [`wire`]: the messages. Result codes are open, amounts whole krónur, personal data hidden in `Debug`.
//! - [`signature`]: the one rule by which both sides sign.
//!
//! Nothing here decides or stores: which call to make, and what to do about an answer, is the merchant's. Nothing is
//! sent twice: see [`Error::may_have_acted`].
//!
//! "Contract" in these pages is the interface between Netgíró and a merchant as published by Netgíró.

/// What Netgíró sends to the merchant.
pub mod callback;
/// The merchant's calls to Netgíró's first generation and to the partner interface.
mod client;
/// Where Netgíró is and who the merchant is.
mod config;
/// Who pays.
mod customer;
/// What can go wrong when the merchant calls Netgíró.
mod error;
/// From a call to an answer that was judged: what all interfaces share.
mod exchange;
/// Identifiers, each of its own type.
mod id;
/// Where nonces come from.
mod nonce;
/// The macro of the open enums.
mod open_enum;
/// Personal data, hidden in `Debug`.
mod personal;
/// Signed answers that came before.
mod replay;
/// What became of a cart, as a number.
mod result_code;
pub mod signature;
pub mod test_account;
pub mod v2;
pub mod wire;

pub use client::Client;
pub use config::{Config, ConfigError, Environment};
pub use customer::{AppCode, CustomerId, CustomerIdError, Gsm, SmsCode, Ssn};
pub use error::Error;
pub use id::{IdempotencyKey, SupportId, TextError, TransactionId};
pub use nonce::{NoRandomness, NonceSource, RandomNonces, nonce_from_bits};
pub use personal::Personal;
pub use result_code::{Group, ResultCode};
