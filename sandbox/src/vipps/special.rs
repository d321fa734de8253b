//! Phone numbers that fail in a named way. They end alike in Norway, Denmark and Finland: `+47 90 00 00 01`,
//! `+45 90 00 00 01`, `+358 90 00 00 01`.

use crate::number::Number;

/// The shortest number of a customer, with its country code: contract, section 5.
const SHORTEST: usize = 10;
/// Where there are customers with special numbers.
const COUNTRIES: [&str; 3] = ["47", "45", "358"];

/// What is special about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    /// There is no account with this number.
    NoAccount,
    /// The account is closed for now.
    Inactive,
    /// The customer is 14 years old.
    TooYoung,
    /// The app cannot log in yet.
    OldApp,
    /// Every payment fails for want of money.
    NoFunds,
    /// Too many logins have been started already.
    TooManyLogins,
    /// The provider has an error of its own when a payment is created.
    Broken,
    /// What is told of who has logged in is about somebody else.
    Confused,
}

/// All of them, by the end of the number.
#[rustfmt::skip] // A table is read by its columns.
pub(crate) const SPECIALS: [(&str, Special); 8] = [
    ("90000001", Special::NoAccount),
    ("90000002", Special::Inactive),
    ("90000003", Special::TooYoung),
    ("90000004", Special::OldApp),
    ("90000005", Special::NoFunds),
    ("90000006", Special::TooManyLogins),
    ("90000007", Special::Broken),
    ("90000008", Special::Confused),
];

/// What is special about this number, if anything is.
pub(crate) fn special(number: &Number) -> Option<Special> {
    let national = COUNTRIES
        .iter()
        .find_map(|code| number.digits().strip_prefix(code))?;
    SPECIALS
        .iter()
        .find(|(end, _)| *end == national)
        .map(|(_, special)| *special)
}

/// Reads a number as the provider writes it: 10 to 15 digits, the country code first.
pub(crate) fn msisdn(text: &str) -> Option<Number> {
    let is_plain = text.len() >= SHORTEST && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| Number::parse(text)).flatten()
}

/// Whether somebody has the app under this number.
pub(crate) fn has_account(number: &Number) -> bool {
    number.digits().len() >= SHORTEST && special(number) != Some(Special::NoAccount)
}
