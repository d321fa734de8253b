//! Amounts and percentages as people write them in each language. Integers only: a float would lose an øre.

use crate::language::Language;

/// No break between the groups of a number, or between it and its currency.
const NBSP: &str = "\u{a0}";
const MINUS: &str = "\u{2212}";

/// How amounts of one currency are written in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    language: Language,
    /// ISO 4217.
    currency: String,
    decimals: u32,
}

impl Money {
    /// Amounts in a currency with so many decimals.
    pub(crate) fn new(language: Language, currency: &str, decimals: u32) -> Self {
        Money {
            language,
            currency: currency.to_owned(),
            decimals,
        }
    }

    /// An amount with its currency: `1 234,50 kr`.
    pub(crate) fn show(&self, minor: i64) -> String {
        if self.language == Language::En {
            let sign = if minor < 0 { MINUS } else { "" };
            let number = number(self.language, minor, self.decimals);
            return match self.currency.as_str() {
                "EUR" => format!("{sign}€{number}"),
                code => format!("{sign}{code}{NBSP}{number}"),
            };
        }
        let unit = match (self.currency.as_str(), self.language) {
            ("EUR", _) => "€",
            ("NOK", Language::Nb) => "kr",
            ("DKK", Language::Da) | ("ISK", Language::Is) => "kr.",
            (code, _) => code,
        };
        format!("{}{NBSP}{unit}", self.bare(minor))
    }

    /// An amount without its currency, where it stands below one that has it: `1 234,50`.
    pub(crate) fn bare(&self, minor: i64) -> String {
        let sign = if minor < 0 { MINUS } else { "" };
        format!("{sign}{}", number(self.language, minor, self.decimals))
    }

    /// An amount without its currency, as a field has it: `1234,50`.
    pub(crate) fn plain(&self, minor: i64) -> String {
        number(self.language, minor, self.decimals).replace([self.language.thousands(), '\u{a0}'], "")
    }

    /// What somebody typed into a field, in minor units; `None` if it is no amount of this currency.
    pub(crate) fn parse(&self, text: &str) -> Option<i64> {
        parse(text, self.decimals)
    }
}

/// A percentage of hundredths: `25 %`, `12,5 %`.
pub(crate) fn percent(language: Language, hundredths: u32) -> String {
    let number = number(language, i64::from(hundredths), 2);
    let number = number.trim_end_matches('0').trim_end_matches(language.decimal());
    match language {
        Language::En | Language::Is => format!("{number}%"),
        Language::Nb | Language::Da | Language::Fi => format!("{number}{NBSP}%"),
    }
}

/// What somebody typed as a percentage, in hundredths; at most the whole.
pub(crate) fn parse_percent(text: &str) -> Option<u32> {
    let hundredths = parse(text.trim().trim_end_matches('%'), 2)?;
    u32::try_from(hundredths)
        .ok()
        .filter(|hundredths| *hundredths <= 10_000)
}

fn number(language: Language, minor: i64, decimals: u32) -> String {
    let digits = minor.unsigned_abs().to_string();
    let places = usize::try_from(decimals).unwrap_or(0);
    let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, part) = padded.split_at(padded.len().saturating_sub(places));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at) % 3 == 0 {
            grouped.push(language.thousands());
        }
        grouped.push(digit);
    }
    if part.is_empty() {
        grouped
    } else {
        format!("{grouped}{}{part}", language.decimal())
    }
}

/// Reads a number with either mark for decimals: `1.234,50`, `1,234.50`, `1234.5`. A last group of three digits are
/// thousands wherever a number has fewer decimals than that.
fn parse(text: &str, decimals: u32) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let places = usize::try_from(decimals).ok()?;
    let (whole, part) = match text.rsplit_once([',', '.']) {
        Some((whole, part)) if part.len() != 3 => (whole, part),
        _ => (text.as_str(), ""),
    };
    let whole = whole.replace([',', '.'], "");
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(&whole) || !is_number(part) || part.len() > places {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(language: Language, currency: &str) -> Money {
        Money::new(language, currency, if currency == "ISK" { 0 } else { 2 })
    }

    #[test]
    fn an_amount_is_written_as_the_country_writes_it() {
        for (language, currency, minor, written) in [
            (Language::Nb, "NOK", 123_450, "1\u{a0}234,50\u{a0}kr"),
            (Language::Nb, "NOK", 5, "0,05\u{a0}kr"),
            (Language::Nb, "NOK", -4_900, "\u{2212}49,00\u{a0}kr"),
            (Language::Da, "DKK", 123_456_789, "1.234.567,89\u{a0}kr."),
            (Language::Fi, "EUR", 123_450, "1\u{a0}234,50\u{a0}€"),
            (Language::Is, "ISK", 12_990, "12.990\u{a0}kr."),
            (Language::Is, "ISK", 0, "0\u{a0}kr."),
            (Language::En, "EUR", 123_450, "€1,234.50"),
            (Language::En, "NOK", -100, "\u{2212}NOK\u{a0}1.00"),
            (Language::En, "ISK", 990, "ISK\u{a0}990"),
            // Two countries' crowns are told apart.
            (Language::Nb, "DKK", 100, "1,00\u{a0}DKK"),
            (Language::Da, "NOK", 100, "1,00\u{a0}NOK"),
            (Language::Fi, "NOK", 100, "1,00\u{a0}NOK"),
        ] {
            assert_eq!(money(language, currency).show(minor), written);
        }
        assert_eq!(money(Language::Nb, "NOK").bare(-123_450), "\u{2212}1\u{a0}234,50");
        assert_eq!(money(Language::En, "EUR").bare(123_450), "1,234.50");
    }

    #[test]
    fn what_a_field_shows_it_can_read() {
        for language in Language::ALL {
            for currency in ["NOK", "EUR", "ISK"] {
                let money = money(language, currency);
                for minor in [0, 1, 99, 100, 123_450, 99_999_999] {
                    assert_eq!(
                        money.parse(&money.plain(minor)),
                        Some(minor),
                        "{language:?} {currency}"
                    );
                }
            }
        }
    }

    #[test]
    fn either_mark_is_read_and_what_is_no_amount_is_not() {
        let nok = money(Language::Nb, "NOK");
        for (text, minor) in [
            ("49", 4_900),
            ("49,5", 4_950),
            ("49.50", 4_950),
            ("1.234,50", 123_450),
            ("1 234,50", 123_450),
            ("1,234", 123_400),
        ] {
            assert_eq!(nok.parse(text), Some(minor), "{text}");
        }
        for text in ["", "-1", "1,2345", "abc", "1e3", ",", "99999999999999999999"] {
            assert_eq!(nok.parse(text), None, "{text}");
        }
        let isk = money(Language::Is, "ISK");
        assert_eq!(isk.parse("1.500"), Some(1_500));
        assert_eq!(isk.parse("1,5"), None);
    }

    #[test]
    fn percentages_are_written_and_read() {
        assert_eq!(percent(Language::Nb, 2_500), "25\u{a0}%");
        assert_eq!(percent(Language::Fi, 2_550), "25,5\u{a0}%");
        assert_eq!(percent(Language::Is, 1_100), "11%");
        assert_eq!(percent(Language::En, 0), "0%");
        assert_eq!(parse_percent("12,5 %"), Some(1_250));
        assert_eq!(parse_percent("100"), Some(10_000));
        assert_eq!(parse_percent("100,01"), None);
        assert_eq!(parse_percent("-5"), None);
    }
}
