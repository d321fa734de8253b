//! A typed client for Vipps MobilePay, from the merchant's side: payments, personal QR codes, merchant-initiated login
//! and webhooks.
//!
//! - [`Client`]: the merchant's calls, with one access token for all callers.
//! - [`webhook`]: what proves that a call to the merchant is the provider's.
//! - [`id_token`]: what proves who logged in.
//! - [`wire`]: every message of both directions. Enums are open, amounts exact, personal data hidden in `Debug`.
//! - [`Error`]: typed by number and status, with the provider's trace id, and with [what to do](Error::retry).
//!
//! Nothing here decides or stores, and no state-changing call is sent twice: an [`IdempotencyKey`] comes from the caller,
//! who stores it before the call.
//!
//! "Contract" in these pages is the interface between Vipps MobilePay and a merchant as published by Vipps MobilePay;
//! "ours" marks what is not published.

/// Amounts of money.
mod amount;
/// The merchant's calls.
mod client;
/// Where the provider is and who the merchant is.
mod config;
/// What can go wrong when the merchant calls.
mod error;
/// The numbers of the ePayment API's refusals.
mod error_number;
/// Names that the merchant gives, each of its own type.
mod id;
pub mod id_token;
/// What a text or number must be.
mod invalid;
/// The keys that sign id tokens, kept for a day.
mod key_cache;
/// The macro of the open enums.
mod open_enum;
/// Personal data and secrets of a person, hidden in `Debug`.
mod personal;
pub mod webhook;
pub mod wire;

pub use amount::{Amount, Currency};
pub use client::{Client, FIRST_POLL_AFTER, POLL_EVERY};
pub use config::{Config, ConfigError, Endpoints, Environment, LoginEndpoints, System};
pub use error::{Error, Refusal, Retry};
pub use error_number::ErrorNumber;
pub use id::{
    BindingMessage, IdempotencyKey, LocationDescription, MerchantQrId, PaymentDescription, Quantity,
    Reference,
};
pub use invalid::Invalid;
pub use personal::{
    AuthReqId, CustomerToken, IdToken, Msisdn, Personal, PersonalJson, PersonalQr, RedirectUrl, UserToken,
};
