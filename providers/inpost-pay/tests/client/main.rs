//! The client against a transport that answers as told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a failed expectation is the point"
)]

/// The access token.
mod access_token;
/// Every call.
mod calls;
/// Where InPost Pay is and who the merchant is.
mod config;
/// Refusals and lost answers.
mod errors;
/// A transport that answers as told.
mod fake;
