//! The pages. Each reads what it shows, and changes nothing.

/// The account of whoever has signed in.
pub(super) mod account;
/// What is in the basket, and what it costs.
pub(super) mod basket;
/// A product among others.
mod card;
/// All products.
pub(super) mod home;
/// Every other address.
pub(super) mod not_found;
/// One product.
pub(super) mod product;
/// The shop's terms.
pub(super) mod terms;
/// The order that was placed.
pub(super) mod thanks;
