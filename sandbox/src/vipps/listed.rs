//! The phones to pick from: those on which something waits, and those that fail in a named way.

use super::phone::waiting_numbers;
use super::special::{SPECIALS, Special};
use super::state::State;
use jiff::Timestamp;
use serde_json::{Value, json};

/// So many phones are listed.
const MOST_PHONES: usize = 20;

/// What happens to somebody, in words.
const fn what(special: Special) -> &'static str {
    match special {
        Special::NoAccount => "Vipps MobilePay: no account",
        Special::Inactive => "Vipps MobilePay: account closed for now",
        Special::TooYoung => "Vipps MobilePay: 14 years old",
        Special::OldApp => "Vipps MobilePay: app too old to log in",
        Special::NoFunds => "Vipps MobilePay: no money",
        Special::TooManyLogins => "Vipps MobilePay: too many logins",
        Special::Broken => "Vipps MobilePay: error when a payment is made",
    }
}

/// The phones with a fate of their own, by their Norwegian numbers.
pub(crate) fn special_numbers() -> impl Iterator<Item = Value> {
    let all = SPECIALS.iter();
    all.map(|(end, special)| json!({ "number": format!("47{end}"), "what": what(*special) }))
}

/// The phones on which something waits, newest first.
pub(crate) fn numbers(state: &State, now: Timestamp) -> Vec<Value> {
    let mut phones: Vec<(String, usize)> = Vec::new();
    for number in waiting_numbers(state, now) {
        match phones.iter_mut().find(|(known, _)| known == number.digits()) {
            Some((_, waiting)) => *waiting += 1,
            None => phones.push((number.digits().to_owned(), 1)),
        }
    }
    let list = phones.into_iter().take(MOST_PHONES);
    list.map(|(number, waiting)| json!({ "number": number, "waiting": waiting }))
        .collect()
}
