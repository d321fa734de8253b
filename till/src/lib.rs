//! The cashier's page.
