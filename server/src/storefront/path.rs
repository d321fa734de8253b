//! The addresses that several pages know.

pub(super) const ACCOUNT: &str = "/account";
pub(super) const BASKET: &str = "/basket";
pub(super) const CHECKOUT: &str = "/checkout";
pub(super) const SIGN_IN: &str = "/sign-in";
pub(super) const THANKS: &str = "/thank-you";
