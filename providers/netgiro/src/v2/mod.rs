//! Netgíró's second generation: one payment endpoint, an API key instead of signatures. Contract, section 7.
//!
//! Requests are not signed and answers neither; the callback is signed, but **not its outcome**: see
//! [`callback::WakeUp`].
//!
//! ```
//! use netgiro::v2::{Client, Customer, Payment, PaymentState};
//! use netgiro::{AppCode, Config, test_account};
//! # use std::sync::Arc;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use provider_http::Transport;
//! # let nobody_is_called = Arc::new(provider_http::HttpTransport::new(&provider_http::HttpConfig::default())?);
//! # let sandbox = karfa_sandbox::Sandbox::new(karfa_sandbox::Options::new("http://shop.test", nobody_is_called))?;
//! # let transport = Arc::new(sandbox.transport());
//! # let phone = http::Request::get("http://sandbox.test/phone/api/8223281").body(bytes::Bytes::new())?;
//! # let phone: serde_json::Value = serde_json::from_slice(transport.send(phone).await?.body())?;
//! # let scanned = phone["app_code"].as_str().ok_or("the phone shows a code")?;
//! let secret = test_account::SECRET.into();
//! let config = Config::below("http://sandbox.test/netgiro", test_account::APPLICATION_ID, secret)?;
//! let client = Client::new(config, transport)?;
//!
//! // A code from the app is decided at once.
//! let customer = Customer::AppCode(AppCode::parse(scanned)?);
//! let payment = client.payment(&Payment::new(4990, "sale-7", customer).manual_capture()).await?;
//! assert_eq!(payment.state(), PaymentState::Authorized);
//!
//! let id = payment.transaction_id.ok_or("a payment has an id")?;
//! client.capture(&id, Some(4000)).await?;
//! assert_eq!(client.status(&id).await?.state(), PaymentState::Confirmed);
//! # Ok(())
//! # }
//! ```

/// What the second generation sends to the merchant.
pub mod callback;
/// The calls.
mod client;
/// The messages.
mod wire;

pub use client::Client;
pub use wire::{Customer, Details, Payment, PaymentAnswer, PaymentState, Refund, Status};
