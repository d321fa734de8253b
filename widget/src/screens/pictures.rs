//! This project's own pictures: path data on a grid of 24, drawn as lines. No wallet's mark is among them.

/// A basket.
pub(crate) const BASKET: &str =
    "M4 9h16l-1.6 9.2a2 2 0 0 1-2 1.8H7.6a2 2 0 0 1-2-1.8zM8.5 9 12 3.5 15.5 9M9.5 13v3M14.5 13v3";
/// Close.
pub(crate) const CROSS: &str = "M6 6l12 12M18 6 6 18";
/// Done.
pub(crate) const TICK: &str = "M5 12.5l4.5 4.5L19 7.5";
/// Something to know.
pub(crate) const NOTE: &str = "M12 6v7M12 17.5v.01";
/// A question.
pub(crate) const QUESTION: &str = "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1-1.5 2.3M12 18v.01";
/// A phone.
pub(crate) const PHONE: &str = "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2";
/// Opens a list.
pub(crate) const DOWN: &str = "M7 10l5 5 5-5";
