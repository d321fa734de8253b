//! The pages over a real shop, asked as a browser asks.

mod basket;
mod browser;
mod home;
mod product;
mod thanks;
