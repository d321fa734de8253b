//! A typed client for InPost Pay ("izi"), the shopping app of InPost, from the merchant's side.
//!
//! - [`Client`]: the merchant's calls to InPost, with one access token for all callers.
//! - [`signature`] and [`KeyCache`]: what proves that a call to the merchant is InPost's.
//! - [`wire`]: every message of both directions. Enums are open, amounts exact, personal data hidden in `Debug`.
//!
//! Nothing here decides or stores: which call to make, and what to do about an answer, is the merchant's.
//!
//! "Contract" in these pages is the interface between InPost Pay and a merchant as published by InPost.
//!
//! The example runs against an emulation; the real thing has an [`Environment`] and the transport of production.
//!
//! ```
//! use inpost_pay::wire::binding::{BindingPlace, Browser};
//! use inpost_pay::wire::error::ErrorCode;
//! use inpost_pay::{BasketId, Client, Config, PhoneNumber};
//! use provider_http::SystemClock;
//! use std::sync::Arc;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use provider_http::{HttpConfig, HttpTransport, Transport};
//! # let to_the_shop = Arc::new(HttpTransport::new(&HttpConfig::default())?);
//! # let options = karfa_sandbox::Options::new("http://127.0.0.1:8080/inpost", to_the_shop);
//! # let transport = karfa_sandbox::Sandbox::new(options)?.transport();
//! let config = Config {
//!     api_url: "http://127.0.0.1:8090/inpost".parse()?,
//!     token_url: "http://127.0.0.1:8090/inpost/auth/token".parse()?,
//!     client_id: "karfa-demo".into(),
//!     client_secret: "karfa-demo-secret".into(),
//!     plugin_version: "shop-1.0".into(),
//! };
//! let client = Client::new(config, Arc::new(transport.clone()), Arc::new(SystemClock))?;
//!
//! let basket = BasketId::from("basket-1");
//! assert!(!client.binding(&basket, None).await?.basket_linked);
//! let number = PhoneNumber::new("+48", "600000000");
//! // What the shop knows of the browser that asks.
//! let browser = Browser { customer_ip: "192.0.2.7".into(), port: "54321".into(), ..Browser::default() };
//! match client.bind_by_phone(&basket, number, BindingPlace::ProductCard, browser).await {
//!     Ok(()) => println!("approve it in the app"),
//!     Err(error) if error.code() == Some(&ErrorCode::BasketIsBinded) => println!("linked already"),
//!     Err(error) if error.may_have_acted() => println!("ask InPost before trying again: {error}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # // The customer's phone asks.
//! # let phone = http::Request::get("http://sandbox/phone/api/48600000000").body(bytes::Bytes::new())?;
//! # let phone: serde_json::Value = serde_json::from_slice(transport.send(phone).await?.body())?;
//! # assert_eq!(phone["inbox"].as_array().map(Vec::len), Some(1), "{phone}");
//! # Ok(())
//! # }
//! ```

/// Amounts of money and quantities of goods.
mod amount;
/// The merchant's calls to InPost.
mod client;
/// Where InPost Pay is and who the merchant is.
mod config;
/// Exact decimal texts.
mod decimal;
/// What can go wrong when the merchant calls InPost.
mod error;
/// Identifiers, each of its own type.
mod id;
/// InPost's signing keys of one merchant, kept for a day.
mod key_cache;
/// Personal data, hidden in `Debug`.
mod personal;
pub mod signature;
/// Points in time as InPost writes them.
mod utc_time;
pub mod wire;

pub use amount::{Amount, Price, Units};
pub use client::{Client, PLUGIN_VERSION_HEADER};
pub use config::{Config, ConfigError, Environment};
pub use decimal::DecimalError;
pub use error::{Error, TokenError, Unexpected};
pub use id::{BasketId, BrowserId, InpostBasketId, OrderId};
pub use key_cache::{KeyCache, KeySource};
pub use personal::PhoneNumber;
pub use provider_http::Personal;
pub use utc_time::UtcTime;

/// The examples of the README, held to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
