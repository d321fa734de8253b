//! InPost's calls to the shop, bad ones above all: each is refused in InPost's own shape, and changes nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
#[path = "../world/mod.rs"]
mod world;

mod after_order;
mod basket_event;
mod binding;
mod guard;
mod late_news;
mod order;
mod product;
