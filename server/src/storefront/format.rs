//! Prices and days, as a language writes them.

use super::language::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use karfa_shared::money::{Currency, Money};

const POLISH_DAYS: [&str; 7] = [
    "poniedziałek",
    "wtorek",
    "środa",
    "czwartek",
    "piątek",
    "sobota",
    "niedziela",
];
const ENGLISH_DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const POLISH_MONTHS: [&str; 12] = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An amount: `1299,00 zł` in Polish, `PLN 1,299.00` in English. Nothing in it breaks over a line's end.
pub(super) fn money(language: Language, amount: Money) -> String {
    let text = amount.to_decimal_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("\u{2212}", digits));
    match language {
        Language::Polish => {
            // Polish groups digits from five on.
            let digits = if digits.len() > 4 {
                grouped(digits, '\u{a0}')
            } else {
                digits.to_owned()
            };
            let fraction = if fraction.is_empty() {
                String::new()
            } else {
                format!(",{fraction}")
            };
            let unit = if amount.currency == Currency::Pln {
                "zł"
            } else {
                amount.currency.code()
            };
            format!("{sign}{digits}{fraction}\u{a0}{unit}")
        }
        Language::English => {
            let fraction = if fraction.is_empty() {
                String::new()
            } else {
                format!(".{fraction}")
            };
            format!(
                "{sign}{}\u{a0}{}{fraction}",
                amount.currency.code(),
                grouped(digits, ',')
            )
        }
    }
}

fn grouped(digits: &str, by: char) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(by);
        }
        grouped.push(digit);
    }
    grouped
}

/// A day: `czwartek, 15 października`, `Thursday 15 October`.
pub(super) fn day(language: Language, at: Timestamp, time_zone: &TimeZone) -> String {
    let date = at.to_zoned(time_zone.clone()).date();
    let name = |names: &[&'static str], number: i8| {
        usize::try_from(number - 1)
            .ok()
            .and_then(|at| names.get(at).copied())
            .unwrap_or_default()
    };
    let weekday = date.weekday().to_monday_one_offset();
    match language {
        Language::Polish => {
            format!(
                "{}, {} {}",
                name(&POLISH_DAYS, weekday),
                date.day(),
                name(&POLISH_MONTHS, date.month())
            )
        }
        Language::English => {
            format!(
                "{} {} {}",
                name(&ENGLISH_DAYS, weekday),
                date.day(),
                name(&ENGLISH_MONTHS, date.month())
            )
        }
    }
}

/// A date: `15 października 2026`, `15 October 2026`.
pub(super) fn date(language: Language, at: Timestamp, time_zone: &TimeZone) -> String {
    let date = at.to_zoned(time_zone.clone()).date();
    let months = match language {
        Language::Polish => &POLISH_MONTHS,
        Language::English => &ENGLISH_MONTHS,
    };
    let month = usize::try_from(date.month() - 1)
        .ok()
        .and_then(|at| months.get(at).copied());
    format!("{} {} {}", date.day(), month.unwrap_or_default(), date.year())
}

/// A number of products: `1 produkt`, `3 produkty`, `12 produktów`.
pub(super) fn products(language: Language, count: u32) -> String {
    let word = match language {
        Language::Polish => match (count, count % 10, count % 100) {
            (1, ..) => "produkt",
            (_, 2..=4, tens) if !(12..=14).contains(&tens) => "produkty",
            _ => "produktów",
        },
        Language::English if count == 1 => "product",
        Language::English => "products",
    };
    format!("{count}\u{a0}{word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(minor: i64) -> (String, String) {
        let amount = Money::new(minor, Currency::Pln);
        (money(Language::Polish, amount), money(Language::English, amount))
    }

    #[test]
    fn amounts_are_written_as_each_language_does() {
        let pair = |polish: &str, english: &str| (polish.to_owned(), english.to_owned());
        assert_eq!(both(12_999), pair("129,99\u{a0}zł", "PLN\u{a0}129.99"));
        assert_eq!(both(5), pair("0,05\u{a0}zł", "PLN\u{a0}0.05"));
        assert_eq!(both(129_900), pair("1299,00\u{a0}zł", "PLN\u{a0}1,299.00"));
        assert_eq!(
            both(123_456_789),
            pair("1\u{a0}234\u{a0}567,89\u{a0}zł", "PLN\u{a0}1,234,567.89")
        );
        assert_eq!(
            both(-2_000),
            pair("\u{2212}20,00\u{a0}zł", "\u{2212}PLN\u{a0}20.00")
        );
        assert_eq!(
            money(Language::Polish, Money::new(1_250, Currency::Isk)),
            "1250\u{a0}ISK"
        );
    }

    #[test]
    fn days_are_those_of_the_shops_time_zone() {
        let at: Timestamp = "2026-10-15T22:30:00Z".parse().unwrap();
        let warsaw = TimeZone::get("Europe/Warsaw").unwrap();
        assert_eq!(day(Language::Polish, at, &warsaw), "piątek, 16 października");
        assert_eq!(day(Language::English, at, &TimeZone::UTC), "Thursday 15 October");
        assert_eq!(date(Language::Polish, at, &warsaw), "16 października 2026");
        assert_eq!(date(Language::English, at, &TimeZone::UTC), "15 October 2026");
    }

    #[test]
    fn polish_counts_in_three_ways() {
        let count = |count| products(Language::Polish, count).replace('\u{a0}', " ");
        for (number, text) in [
            (0, "0 produktów"),
            (1, "1 produkt"),
            (2, "2 produkty"),
            (5, "5 produktów"),
            (12, "12 produktów"),
            (22, "22 produkty"),
            (112, "112 produktów"),
        ] {
            assert_eq!(count(number), text);
        }
        assert_eq!(products(Language::English, 1), "1\u{a0}product");
    }
}
