//! What every client of a payment provider needs, and nothing else:
//!
//! - [`Transport`]: sends one HTTP request. Production is [`HttpTransport`]; a test plugs in a provider's emulation.
//!   Its [`TransportError`] says whether the provider may have acted, which decides what may be sent again.
//! - [`TokenCache`]: one access token for many callers, fetched once, refreshed shortly before it expires.
//! - [`Clock`]: the time is given, never taken from the air.
//! - [`open_enum!`]: enums that keep the value that a provider adds tomorrow.
//! - [`Personal`]: a text about a person, hidden in `Debug`.
//! - [`json`], [`address_below`] and [`check_api_address`]: bodies that are read without being quoted, addresses that no
//!   identifier changes and that are sent as they are written.
//!
//! It does not retry: who sends a state-changing call again must own a key that survives a crash.
//!
//! ```
//! use bytes::Bytes;
//! use provider_http::{HttpConfig, HttpTransport, Transport};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = HttpTransport::new(&HttpConfig { user_agent: "shop/1.0".into(), ..HttpConfig::default() })?;
//! let request = http::Request::get("https://api.example/v1/things").body(Bytes::new())?;
//! match transport.send(request).await {
//!     Ok(answer) => println!("{}", answer.status()),
//!     Err(error) if error.may_have_acted() => println!("ask before sending it again: {error}"),
//!     Err(error) => println!("safe to send again: {error}"),
//! }
//! # Ok(())
//! # }
//! ```

/// The address of an API and of its calls.
mod address;
/// The time, given.
mod clock;
pub mod json;
/// Enums that keep what they do not know.
mod open_enum;
/// Texts that no log may show.
mod personal;
/// The transport of production, on reqwest.
mod reqwest_transport;
/// One access token for many callers.
mod token_cache;
/// One request, one answer, and what is known when there is none.
mod transport;

pub use address::{address_below, check_api_address};
pub use clock::{Clock, ManualClock, SystemClock};
pub use personal::Personal;
pub use reqwest_transport::{BuildError, HttpConfig, HttpTransport};
pub use token_cache::{Token, TokenCache};
pub use transport::{NotSent, Transport, TransportError, Unknown};

/// What [`open_enum!`] writes its implementations with.
#[doc(hidden)]
pub use serde;

/// The examples of the README, held to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
