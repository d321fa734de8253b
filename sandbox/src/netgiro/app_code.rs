//! The code that the app shows, to be typed as ten digits or scanned as a barcode. Contract, sections 4, 7 and 9.

use super::customers::{self, Gsm};
use super::state::{MOST_APP_CODES, State};
use crate::phone::Code;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A code lives so long, five minutes.
const LIFE_S: i64 = 300;
/// What a barcode begins with.
const BARCODE: &str = "500004-";

/// The code that a phone shows. Its digits never print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AppCode {
    digits: String,
    expires_at: Timestamp,
}

impl fmt::Debug for AppCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCode")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The code that this phone shows; a fresh one where the old one has expired, or where one is wished for.
/// `None` where this phone has no app, or nobody here is a customer.
pub(crate) fn app_code(world: &World, phone: &str, fresh: bool) -> Option<Code> {
    let gsm = Gsm::parse(phone)?;
    let (may, known) = world.look(|state, now| {
        let code = state.netgiro.app_codes.get(&gsm);
        let valid = code.filter(|code| !fresh && now < code.expires_at);
        (may_pay(&state.netgiro, &gsm), valid.map(shown))
    });
    if !may || known.is_some() {
        return known.filter(|_| may);
    }
    let digits = digits(world.number_below(100_000_000));
    world.change(|state, now| {
        let codes = &mut state.netgiro.app_codes;
        codes.retain(|_, code| now < code.expires_at);
        if codes.len() >= MOST_APP_CODES {
            codes.pop_first();
        }
        let life = SignedDuration::from_secs(LIFE_S);
        let code = AppCode {
            digits,
            expires_at: now.checked_add(life).unwrap_or(now),
        };
        let answer = shown(&code);
        codes.insert(gsm, code);
        Some(answer)
    })
}

/// The same code for a scanner.
pub(crate) fn barcode(code: &Code) -> String {
    format!("{BARCODE}{}", code.text)
}

/// Whose code this is, typed or scanned; `None` where nobody shows it now. It can be used once.
pub(super) fn redeem(state: &mut State, text: &str, now: Timestamp) -> Option<Gsm> {
    let digits = text.strip_prefix(BARCODE).unwrap_or(text);
    let mut codes = state.app_codes.iter();
    let (gsm, _) = codes.find(|(_, code)| code.digits == digits && now < code.expires_at)?;
    let gsm = gsm.clone();
    state.app_codes.remove(&gsm);
    Some(gsm)
}

fn may_pay(state: &State, gsm: &Gsm) -> bool {
    let is_customer = !matches!(customers::profile(gsm).refused_at_once, Some(400 | 10306));
    is_customer && state.has_app(gsm)
}

fn shown(code: &AppCode) -> Code {
    Code {
        text: code.digits.clone(),
        expires_at: code.expires_at,
    }
}

/// Ten digits that nobody takes for a kennitala: a 9 in front, and a check digit that is wrong.
fn digits(number: u64) -> String {
    let plain = format!("9{number:08}0");
    if customers::is_ssn(&plain) {
        // The ninth digit is the check digit: with the tenth it makes no kennitala of the number beside it.
        return format!("9{:08}0", number ^ 1);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_can_be_taken_for_a_kennitala() {
        for number in 0..100_000 {
            let code = digits(number);
            assert_eq!(code.len(), 10);
            assert!(!customers::is_ssn(&code), "{code}");
        }
    }
}
