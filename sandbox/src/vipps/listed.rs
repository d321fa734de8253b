//! The phones to pick from: those on which something waits, and those that fail in a named way.

use super::phone::waiting_numbers;
use super::special::{SPECIALS, Special};
use super::state::State;
use crate::number::Number;
use jiff::Timestamp;
use serde_json::{Value, json};

/// So many phones are listed.
const MOST_PHONES: usize = 20;

/// What happens to somebody, in words.
const fn what(special: Special) -> &'static str {
    match special {
        Special::NoAccount => "no account",
        Special::Inactive => "account closed for now",
        Special::TooYoung => "14 years old",
        Special::OldApp => "app too old to log in",
        Special::NoFunds => "no money",
        Special::TooManyLogins => "too many logins",
        Special::Broken => "error when a payment is made",
        Special::Confused => "userinfo of somebody else",
    }
}

/// The phones with a fate of their own, by their Norwegian numbers.
pub(super) fn fates() -> impl Iterator<Item = (String, &'static str)> {
    SPECIALS
        .iter()
        .map(|(end, special)| (format!("47{end}"), what(*special)))
}

/// The same for the list of phones, where each says of which wallet it is.
pub(crate) fn special_numbers() -> impl Iterator<Item = Value> {
    fates().map(|(number, what)| json!({ "number": number, "what": format!("Vipps MobilePay: {what}") }))
}

/// The phones on which something waits, newest first, and how much.
pub(crate) fn numbers(state: &State, now: Timestamp) -> Vec<(Number, usize)> {
    let mut phones: Vec<(Number, usize)> = Vec::new();
    for number in waiting_numbers(state, now) {
        match phones.iter_mut().find(|(known, _)| *known == number) {
            Some((_, waiting)) => *waiting += 1,
            None => phones.push((number, 1)),
        }
    }
    phones.truncate(MOST_PHONES);
    phones
}
