//! One phone with three wallets, as JSON: what waits, what a tap reaches, the codes that it shows. What a tap then does
//! inside a wallet stands in that wallet's own tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in tests a failed expectation is the point"
)]

mod bench;
mod codes;
mod front;
mod hostile;
mod inbox;
mod picker;
