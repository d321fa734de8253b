//! `/control`: faults, the clock, the keys, a fresh start, and the list of calls.

/// The control as JSON.
mod api;
/// The control as a page.
mod page;

use crate::world::Shared;
use axum::Router;

/// The routes below `/control`.
pub(crate) fn router() -> Router<Shared> {
    api::router().merge(page::router())
}
