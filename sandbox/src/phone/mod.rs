//! The phone: as JSON, as a stream of changes, and as a page.

/// The phone as JSON.
mod api;
/// The bars of a barcode.
mod code128;
/// The codes that a phone shows.
mod codes;
/// What a wallet hands to the phone, and back.
mod item;
/// The phone as a page.
mod page;
/// Codes as pictures.
mod picture;
/// What is on its screen, as one document.
mod screen;
/// Which wallets are on a phone.
mod wallets;

pub(crate) use item::{Code, Item, Tap};
pub(crate) use picture::qr as code_svg;

use crate::world::Shared;
use axum::Router;

/// The routes below `/phone`.
pub(crate) fn router() -> Router<Shared> {
    page::router().nest("/api", api::router())
}
