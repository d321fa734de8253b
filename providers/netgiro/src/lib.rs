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
//!
//! ```
//! use netgiro::wire::{CartState, Confirmation, InsertCart, Refund};
//! use netgiro::{Client, Config, CustomerId, IdempotencyKey, RandomNonces, test_account};
//! use std::sync::Arc;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // An emulation here; `Config::for_environment` and `provider_http::HttpTransport` for Netgíró itself.
//! # let nobody_is_called = Arc::new(provider_http::HttpTransport::new(&provider_http::HttpConfig::default())?);
//! # let sandbox = karfa_sandbox::Sandbox::new(karfa_sandbox::Options::new("http://shop.test", nobody_is_called))?;
//! # let transport = Arc::new(sandbox.transport());
//! # let customer_approves = async |id: &str| {
//! #     use provider_http::Transport;
//! #     let tap = http::Request::post(format!("http://sandbox.test/phone/api/8223281/inbox/{id}"))
//! #         .header("content-type", "application/json")
//! #         .body(bytes::Bytes::from_static(br#"{"action":"approve"}"#))?;
//! #     assert!(transport.send(tap).await?.status().is_success());
//! #     Ok::<(), Box<dyn std::error::Error>>(())
//! # };
//! let secret = test_account::SECRET.into();
//! let config = Config::below("http://sandbox.test/netgiro", test_account::APPLICATION_ID, secret)?;
//! let client = Client::new(config, transport.clone(), Arc::new(RandomNonces::new()))?;
//!
//! // Ask the customer. If `Error::may_have_acted`, the app may be asking already: do not just ask again.
//! let customer = CustomerId::guess("822-3281")?;
//! let cart = InsertCart::new(4990, "sale-7", customer, Confirmation::Manual);
//! let inserted = client.insert_cart(&cart).await?;
//! let id = inserted.transaction_id;
//!
//! // Look every `inserted.check_interval`.
//! assert_eq!(client.check_cart(&id).await?.state(), CartState::Waiting);
//! # customer_approves(id.as_str()).await?;
//! assert_eq!(client.check_cart(&id).await?.state(), CartState::Reserved);
//!
//! // Confirm, and believe the payment only when Netgíró tells of it.
//! client.confirm_cart(&id, None).await?;
//! let CartState::Paid { info: Some(payment) } = client.check_cart(&id).await?.state() else {
//!     return Err("not paid".into());
//! };
//! assert_eq!((payment.total_amount, payment.reference_number.as_deref()), (Some(4990), Some("sale-7")));
//!
//! // Give 990 kr. back: the same key again gives them back once.
//! let refund = Refund::new(id, 990, IdempotencyKey::parse("sale-7-refund-1")?);
//! client.refund(&refund).await?;
//! # Ok(())
//! # }
//! ```

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
pub use provider_http::Personal;
pub use result_code::{Group, ResultCode};

/// The examples of the README, held to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
