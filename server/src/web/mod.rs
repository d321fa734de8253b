//! What every page and API of the server needs, whatever it is about: problems, sessions, limits, live views, files.
//!
//! Belongs here: the browser's edge. Does not belong here: what a request means (`checkout`, `storefront`), or a
//! provider's edge, which answers in the provider's own shapes.

/// Files that are part of the program.
pub mod assets;
/// Files that were built for browsers, with their compressed twins.
mod built;
/// The address that a request came from.
pub mod client_address;
/// Our own cookies, the session's aside.
pub mod cookies;
/// The layers that every request goes through, in their order.
pub mod edge;
/// Limits on what one client may ask for: size, time, frequency.
pub mod limits;
/// Views that a browser watches change, over a websocket or by long polls.
pub mod live;
/// What operators ask for, and the housekeeping.
pub mod operations;
/// Which pages may ask.
pub mod origin;
/// Whether a typed password is the one that was kept.
pub mod password;
/// Refusals as `application/problem+json`.
pub mod problem;
/// Browser sessions in the engine's database.
pub mod session;
/// The baskets of a session.
pub mod shopper;
/// The till's pages as they were built.
pub mod till_files;
/// One log line per request.
pub mod trace;
/// The widget's files as they were built.
pub mod widget_files;
