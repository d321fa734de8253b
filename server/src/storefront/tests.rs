//! The pages over a real shop, asked as a browser asks.

mod account;
mod basket;
mod browser;
mod checkout;
mod home;
mod product;
mod thanks;
