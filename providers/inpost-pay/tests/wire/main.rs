//! Every message of the contract as literal JSON, written by hand from the contract: read, compared with a value made in
//! Rust, and written back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // In tests a failed expectation is the point.

/// Section 4.
mod basket;
/// Section 2.
mod binding;
/// What holds for every open enum and every error body.
mod error;
/// Sections 5 and 7.
mod event;
/// Sections 2, 3 and 8.
mod key_product_payment;
/// Section 6.
mod order;
/// What a log must not show.
mod privacy;

use inpost_pay::{Amount, Price, UtcTime};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// The literal is read as `expected`, and `expected` is written as the literal.
#[track_caller]
fn assert_wire<T: DeserializeOwned + Serialize + PartialEq + Debug>(literal: &str, expected: &T) {
    let read: T = inpost_pay::wire::read(literal.as_bytes()).unwrap();
    assert_eq!(&read, expected);
    assert_eq!(serde_json::to_value(expected).unwrap(), value(literal));
}

/// The literal is read as `expected`, which is written in another way.
#[track_caller]
fn assert_read<T: DeserializeOwned + PartialEq + Debug>(literal: &str, expected: &T) {
    let read: T = inpost_pay::wire::read(literal.as_bytes()).unwrap();
    assert_eq!(&read, expected);
}

#[track_caller]
fn value(literal: &str) -> serde_json::Value {
    serde_json::from_str(literal).unwrap()
}

fn time(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn price(net: &str, gross: &str, vat: &str) -> Price {
    Price {
        net: amount(net),
        gross: amount(gross),
        vat: amount(vat),
    }
}
