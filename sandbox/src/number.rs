//! Phone numbers as the sandbox keys its people by: country code and digits, nothing else. Netgíró writes Icelandic
//! numbers without the country code, in seven digits: they are read as they are.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number as digits with country code, `48600000000`, or Netgíró's seven digits, `8223281`. Prints masked; [`Number::digits`] gives the whole of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Number(String);

/// Country codes of two digits; `1` and `7` have one, all others three.
const TWO_DIGIT_CODES: &[&str] = &[
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// Where the numbers of seven digits are.
const ICELAND: &str = "354";
/// An Icelandic number has so many digits.
const ICELANDIC_LENGTH: usize = 7;

impl Number {
    /// Reads country code and digits; a leading `+` and separators are forgiven.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '+' | '(' | ')'))
            .collect();
        let plausible = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        (plausible && !digits.starts_with('0')).then_some(Number(digits))
    }

    /// Joins the two parts that InPost writes: `+48` and `600000000`.
    pub(crate) fn from_parts(country_prefix: &str, phone: &str) -> Option<Self> {
        let code = country_prefix.strip_prefix('+')?;
        let whole = Number::parse(&format!("{code}{phone}"))?;
        let (expected, national) = whole.parts();
        let polish_length = expected != "+48" || national.len() == 9;
        (expected == country_prefix && polish_length && national.len() >= 4 && national == phone)
            .then_some(whole)
    }

    /// The whole number, digits only.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }

    /// The seven digits that Netgíró knows an Icelandic number by; all digits of any other.
    pub(crate) fn netgiro(&self) -> &str {
        let national = self.0.strip_prefix(ICELAND);
        national
            .filter(|national| national.len() == ICELANDIC_LENGTH)
            .unwrap_or(&self.0)
    }

    /// Country prefix with its `+`, and the number within the country.
    pub(crate) fn parts(&self) -> (String, String) {
        if self.0.len() == ICELANDIC_LENGTH {
            return (format!("+{ICELAND}"), self.0.clone());
        }
        let length = match self.0.get(..1) {
            Some("1" | "7") => 1,
            _ if self
                .0
                .get(..2)
                .is_some_and(|code| TWO_DIGIT_CODES.contains(&code)) =>
            {
                2
            }
            _ => 3,
        };
        let (code, national) = self.0.split_at_checked(length).unwrap_or((&self.0, ""));
        (format!("+{code}"), national.to_owned())
    }

    /// `60*****00`: the first two and the last two digits within the country.
    pub(crate) fn masked(&self) -> String {
        let (_, national) = self.parts();
        let hidden = national.len().saturating_sub(4);
        let head = national.get(..2).unwrap_or("");
        let tail = national.get(national.len().saturating_sub(2)..).unwrap_or("");
        format!("{head}{}{tail}", "*".repeat(hidden))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_split_into_what_inpost_writes() {
        let number = Number::parse("+48 600 000 000").unwrap();
        assert_eq!(number.digits(), "48600000000");
        assert_eq!(number.parts(), ("+48".to_owned(), "600000000".to_owned()));
        assert_eq!(number.masked(), "60*****00");
        assert_eq!(Number::parse("3548223281").unwrap().parts().0, "+354");
        assert_eq!(Number::parse("15550100123").unwrap().parts().0, "+1");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "48", "48x600000000", "0048600000000", "1234567890123456"] {
            assert!(Number::parse(text).is_none(), "{text:?} was read");
        }
        for (prefix, phone) in [
            ("48", "600000000"),
            ("+48", "60000000"),
            ("+48", "60000000a"),
            ("+486", "00000000"),
            ("+48", "600 000 000"),
        ] {
            assert!(
                Number::from_parts(prefix, phone).is_none(),
                "{prefix:?} {phone:?} was read"
            );
        }
    }

    #[test]
    fn netgiro_s_seven_digits_are_an_icelandic_number() {
        let seven = Number::parse("8223281").unwrap();
        assert_eq!(seven.digits(), "8223281");
        assert_eq!(seven.parts(), ("+354".to_owned(), "8223281".to_owned()));
        assert_eq!(seven.netgiro(), "8223281");
        assert_eq!(Number::parse("3548223281").unwrap().netgiro(), "8223281");
        assert_eq!(Number::parse("4791234567").unwrap().netgiro(), "4791234567");
    }

    #[test]
    fn a_number_prints_masked() {
        assert_eq!(
            format!("{:?}", Number::parse("48600123400").unwrap()),
            "Number(60*****00)"
        );
    }
}
