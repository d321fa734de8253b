//! What the page looks like: its frame, and the parts that several places show.

/// A camera that reads codes.
pub(crate) mod camera;
/// The customer's screen.
pub(crate) mod customer_screen;
/// The day's sales.
pub(crate) mod day;
/// A small window over the page.
pub(crate) mod dialog;
/// Pictures.
pub(crate) mod icons;
/// A payment that somebody looked for.
pub(crate) mod looked_up;
/// Members of the club.
pub(crate) mod members;
/// A code to scan.
pub(crate) mod qr;
/// A receipt on screen and on paper.
pub(crate) mod receipt;
/// Giving money back.
pub(crate) mod refund;
/// The cashier's page around its parts.
pub(crate) mod shell;
/// Signing in.
pub(crate) mod sign_in;
