//! A typed client for InPost Pay ("izi").

mod amount;
mod decimal;
mod id;
mod open_enum;
mod personal;
/// The signature on every call of InPost to the merchant.
pub mod signature;
mod utc_time;
/// The messages, by section of the contract.
pub mod wire;

pub use amount::{Amount, Price, Units};
pub use decimal::DecimalError;
pub use id::{BasketId, BrowserId, InpostBasketId, OrderId};
pub use personal::{Personal, PhoneNumber};
pub use utc_time::UtcTime;
