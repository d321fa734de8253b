//! Netgíró's second generation: one payment endpoint, an API key instead of signatures. Contract, section 7.
//!
//! Requests are not signed and answers neither; the callback is signed, but **not its outcome**: see
//! [`callback::WakeUp`].

/// What the second generation sends to the merchant.
pub mod callback;
/// The calls.
mod client;
/// The messages.
mod wire;

pub use client::Client;
pub use wire::{Customer, Details, Payment, PaymentAnswer, PaymentState, Refund, Status};
