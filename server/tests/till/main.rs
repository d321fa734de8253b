//! The tills against the sandbox, in one process: money at the provider, in the sale, in the tables and on the page is the
//! same, whatever happens on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

/// A till in a world, and phones beside it.
mod desk;
/// Vipps MobilePay, from the first scan to the last refund.
mod vipps;
#[allow(dead_code, reason = "each file of tests uses some of the world")]
#[path = "../world/mod.rs"]
mod world;
