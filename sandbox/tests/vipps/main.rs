//! The emulated Vipps MobilePay from outside: literal JSON in, literal JSON out, a fake merchant behind it.

// In a test a failed expectation is the point, in its helpers too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in tests a failed expectation is the point"
)]

mod access;
mod anything;
mod bench;
mod checkin;
mod create;
mod faults;
mod hostile;
mod idempotency;
mod lifetime;
mod limits;
mod login;
mod login_refusals;
mod magic;
mod modify;
mod order_of_news;
mod payment;
mod qr;
mod quiet;
mod readme;
mod redirect;
mod restart;
mod webhooks;

/// The log of the whole suite.
#[path = "../inpost/log.rs"]
mod log;
/// A sandbox that serves over TCP.
#[path = "../inpost/served.rs"]
mod served;
