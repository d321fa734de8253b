//! Karfa's backend: connects a shop, online and at the till, with the shopper's wallet app.
//!
//! Floors, top to bottom; no import goes up: `app` -> `checkout`, `storefront`, `till` -> `web` -> `engine`, `shop`.

#![forbid(unsafe_code)]

/// Puts the parts together.
pub mod app;
/// InPost Pay online.
pub mod checkout;
/// The configuration.
pub mod config;
/// What was given up, for the operator.
pub mod dead_letters;
/// Tries everything that the backend needs.
pub mod doctor;
/// What a merchant puts into the shop's pages.
pub mod embed;
/// The durable core: machines, store, journal, outbox, dispatcher.
pub mod engine;
/// The log.
pub mod logging;
/// What the operator does with orders from the command line.
pub mod orders;
/// The merchant's shop behind one trait: products, baskets, stock, orders.
pub mod shop;
/// The demo shop's pages.
pub mod storefront;
/// In store: tills, their sales, the customer club.
pub mod till;
/// What the operator does with tills from the command line.
pub mod tills;
/// What is wrong with a TOML file, in one sentence.
mod toml_error;
/// The browser's edge: problems, sessions, limits, live views, files.
pub mod web;
