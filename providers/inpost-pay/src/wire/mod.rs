//! The messages of the contract, by section. Names are the contract's own, spelt as it spells them.
//!
//! Unknown fields are ignored, optional fields are absent when there is nothing to say, a `null` is read as absence.
//! No behaviour belongs here beyond reading and writing.

/// Section 4: the basket.
pub mod basket;
/// Section 5: what the app did to a basket.
pub mod basket_event;
/// Sections 2 and 3: linking a basket, and its confirmation.
pub mod binding;
/// Section 4: a delivery.
pub mod delivery;
/// Sections 2 and 3: the error bodies of both sides.
pub mod error;
/// Section 4: a good.
pub mod goods;
/// Section 6: orders.
pub mod order;
/// Section 7: order events in both directions.
pub mod order_event;
/// Section 8: transactions and refunds.
pub mod payment;
/// Sections 2 and 3: pages of products, and a basket begun in the app.
pub mod product;
/// Section 3: the public signing keys.
pub mod signing_key;

pub use provider_http::json::{MalformedBody, read};

use provider_http::json::{or_default, text};
