//! The crate against the contract, as literal JSON and published signatures, with a transport that answers as told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a failed expectation is the point"
)]

/// What a cart's answers mean. Contract, sections 3 and 4.
mod cart;
/// The calls of V1. Contract, sections 2 and 3.
mod client;
/// Who pays. Contract, sections 3 and 9.
mod customer;
/// The transport that answers as told.
mod fake;
/// The partner interface. Contract, section 6.
mod partner;
/// What a log must not show.
mod privacy;
/// Signatures and callbacks of V1. Contract, sections 2 and 5.
mod signature;
/// The second generation. Contract, section 7.
mod v2;
