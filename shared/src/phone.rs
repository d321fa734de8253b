//! Phone numbers as shoppers type them and providers want them.
//!
//! The rules here are those that a browser can apply without a database of numbering plans: they catch typing
//! mistakes. The backend checks more closely before it troubles a provider.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("type a phone number")]
    Empty,
    /// Something other than digits and the usual separators.
    #[error("a phone number has digits only")]
    NotDigits,
    /// The country prefix is not one that exists.
    #[error("the country prefix is not known: start with + and the country's number, like +48")]
    UnknownPrefix,
    /// Fewer digits than numbers of that country have.
    #[error("the number is too short")]
    TooShort,
    /// More digits than numbers of that country have.
    #[error("the number is too long")]
    TooLong,
}

/// A phone number with its country prefix. Prints masked: `{}` and `{:?}` never show the whole number.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhoneNumber {
    country_prefix: String,
    national: String,
}

impl PhoneNumber {
    /// Reads a whole number: `+48 600 000 000`, `0048600000000`, `+354-822-3281`.
    ///
    /// # Errors
    /// [`PhoneError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let digits = digits_of(text)?;
        let international = match text.trim().strip_prefix('+') {
            Some(_) => digits.as_str(),
            None => digits.strip_prefix("00").ok_or(PhoneError::UnknownPrefix)?,
        };
        let length = prefix_length(international).ok_or(PhoneError::UnknownPrefix)?;
        let (prefix, national) = international
            .split_at_checked(length)
            .ok_or(PhoneError::TooShort)?;
        Self::from_parts(prefix, national)
    }

    /// Reads a number in two parts, the prefix with or without its `+`, both with or without separators.
    ///
    /// # Errors
    /// [`PhoneError`] says what is wrong with it.
    pub fn from_parts(country_prefix: &str, national: &str) -> Result<Self, PhoneError> {
        let prefix = digits_of(country_prefix.trim().trim_start_matches('+'))?;
        if prefix_length(&prefix) != Some(prefix.len()) {
            return Err(PhoneError::UnknownPrefix);
        }
        let national = digits_of(national)?;
        let (least, most) = national_lengths(&prefix);
        if national.len() < least {
            return Err(PhoneError::TooShort);
        }
        if national.len() > most {
            return Err(PhoneError::TooLong);
        }
        Ok(PhoneNumber {
            country_prefix: prefix,
            national,
        })
    }

    /// The country prefix's digits, without `+`: `48`.
    pub fn country_prefix(&self) -> &str {
        &self.country_prefix
    }

    /// The number within the country: `600000000`.
    pub fn national(&self) -> &str {
        &self.national
    }

    /// All digits, country prefix first and no `+` (an MSISDN): `48600000000`.
    pub fn digits(&self) -> String {
        format!("{}{}", self.country_prefix, self.national)
    }

    /// The first two and the last two digits, as InPost masks numbers: `60*****00`.
    pub fn masked(&self) -> String {
        let digits = self.national.len();
        self.national
            .chars()
            .enumerate()
            .map(|(at, c)| if at < 2 || at + 2 >= digits { c } else { '*' })
            .collect()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{} {}", self.country_prefix, self.masked())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({self})")
    }
}

fn digits_of(text: &str) -> Result<String, PhoneError> {
    let trimmed = text.trim();
    let trimmed = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let mut digits = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return Err(PhoneError::NotDigits),
        }
    }
    if digits.is_empty() {
        Err(PhoneError::Empty)
    } else {
        Ok(digits)
    }
}

/// How many digits the ITU's country code at the start of `digits` has (ITU-T E.164, list of assigned codes).
fn prefix_length(digits: &str) -> Option<usize> {
    let mut bytes = digits.bytes();
    match (bytes.next()?, bytes.next()) {
        (b'1' | b'7', _) => Some(1),
        (b'2', Some(b'0' | b'7'))
        | (b'3', Some(b'0'..=b'4' | b'6' | b'9'))
        | (b'4', Some(b'0' | b'1' | b'3'..=b'9'))
        | (b'5', Some(b'1'..=b'8'))
        | (b'6', Some(b'0'..=b'6'))
        | (b'8', Some(b'1' | b'2' | b'4' | b'6'))
        | (b'9', Some(b'0'..=b'5' | b'8')) => Some(2),
        (b'2' | b'3' | b'4' | b'5' | b'6' | b'8' | b'9', Some(_)) => bytes.next().map(|_| 3),
        _ => None,
    }
}

/// The fewest and the most digits of a number within the country.
fn national_lengths(prefix: &str) -> (usize, usize) {
    match prefix {
        "48" => (9, 9),
        "45" | "47" => (8, 8),
        "354" => (7, 9),
        "358" => (5, 12),
        "46" => (7, 10),
        other => (4, 15 - other.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for text in [
            "+48 600 000 000",
            "+48600000000",
            "0048 600-000-000",
            " +48 (600) 000 000 ",
            "+48\u{a0}600000000",
        ] {
            let number = PhoneNumber::parse(text).expect(text);
            assert_eq!(
                (number.country_prefix(), number.national()),
                ("48", "600000000"),
                "{text}"
            );
        }
        let icelandic = PhoneNumber::parse("+354 822 3281").expect("valid");
        assert_eq!(
            (icelandic.country_prefix(), icelandic.national()),
            ("354", "8223281")
        );
        assert_eq!(icelandic.digits(), "3548223281");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(PhoneNumber::from_parts("48", ""), Err(PhoneError::Empty));
        assert_eq!(
            PhoneNumber::from_parts("48", "60000000"),
            Err(PhoneError::TooShort)
        );
        assert_eq!(
            PhoneNumber::from_parts("48", "6000000000"),
            Err(PhoneError::TooLong)
        );
        assert_eq!(
            PhoneNumber::from_parts("48", "6000o0000"),
            Err(PhoneError::NotDigits)
        );
        assert_eq!(
            PhoneNumber::from_parts("0", "600000000"),
            Err(PhoneError::UnknownPrefix)
        );
        assert_eq!(
            PhoneNumber::from_parts("4812", "600000000"),
            Err(PhoneError::UnknownPrefix)
        );
        assert_eq!(PhoneNumber::parse("600000000"), Err(PhoneError::UnknownPrefix));
        assert_eq!(PhoneNumber::parse("+"), Err(PhoneError::Empty));
    }

    #[test]
    fn printing_never_shows_the_whole_number() {
        let number = PhoneNumber::parse("+48 601234567").expect("valid");
        assert_eq!(
            format!("{number} {number:?}"),
            "+48 60*****67 PhoneNumber(+48 60*****67)"
        );
    }
}
