//! The emulated InPost Pay from outside: literal JSON in, literal JSON out, a fake shop behind it.

// In a test a failed expectation is the point, in its helpers too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod basket;
mod bench;
mod binding;
mod change;
mod client;
mod faults;
mod held;
mod hot_products;
mod links;
mod log;
mod order;
mod order_choices;
mod order_news;
mod page;
mod quiet;
mod readme;
mod restart;
mod served;
mod signing;
mod token;
mod unlinking;
mod widget_api;
