//! The emulated Netgíró from outside: signed literal JSON in, literal JSON out, a fake shop behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in tests a failed expectation is the point"
)]

mod anything;
mod bench;
mod callbacks;
mod client;
mod control;
mod hostile;
mod insert;
mod readme;
mod refunds;
mod second;
mod sequences;
mod served;
mod signing;
