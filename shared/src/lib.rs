//! What the browser and the backend of Karfa say to each other.
//!
//! Belongs here: values that both sides must read the same way (money, phone numbers) and the messages of the
//! browser API. Does not belong here: I/O, clocks, logging, and anything that only one provider knows.

#![forbid(unsafe_code)]

/// Amounts in minor units, prices with net, VAT and gross that always add up.
pub mod money;
/// Phone numbers: country prefix and national digits, masked whenever printed.
pub mod phone;
/// The messages between the till page and the backend, and the paths they travel on.
pub mod till;
/// The messages between the checkout widget and the backend, and the paths they travel on.
pub mod widget;
