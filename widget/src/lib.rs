//! The checkout element.
