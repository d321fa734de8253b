//! The crate against literal messages of the contract and a transport that answers as told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a failed expectation is the point"
)]

/// The access token: made, renewed, refused.
mod access_token;
/// Refusals of every shape, and what to do about them.
mod errors;
/// Who logged in.
mod id_token;
/// Merchant-initiated login.
mod login;
/// Payments.
mod payments;
/// What a log must not show.
mod privacy;
/// Codes.
mod qr;
/// The whole way of a sale and of a login, against the emulation.
mod sandbox;
/// The transport that answers as told.
mod support;
/// What a text must be.
mod texts;
/// Webhooks and their signature.
mod webhooks;
