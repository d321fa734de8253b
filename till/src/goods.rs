//! Goods by what a cashier types: a name, a barcode, or several pieces of one thing (`3*milk`).

use karfa_shared::till::{CustomerKind, Good};

/// More pieces than this are a slip of the finger.
const MOST_PIECES: u32 = 999;

/// What was typed: how many, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed<'a> {
    /// Pieces.
    pub(crate) quantity: u32,
    /// The rest.
    pub(crate) text: &'a str,
}

/// Reads `3*milk` as three of `milk`.
pub(crate) fn read(text: &str) -> Typed<'_> {
    let text = text.trim();
    let several = text.split_once(['*', '×']).and_then(|(count, rest)| {
        let count = count.trim().parse().ok()?;
        (1..=MOST_PIECES).contains(&count).then_some((count, rest.trim()))
    });
    let (quantity, text) = several.unwrap_or((1, text));
    Typed { quantity, text }
}

/// Goods whose name has every word of the text, those that begin with it first.
pub(crate) fn search<'a>(goods: &'a [Good], text: &str) -> Vec<&'a Good> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let is_meant = |good: &&Good| {
        let name = good.name.to_lowercase();
        let group = good.group.to_lowercase();
        words.iter().all(|word| {
            name.contains(word)
                || group.starts_with(word)
                || good.ean.as_deref().is_some_and(|ean| ean.starts_with(word))
        })
    };
    let mut found: Vec<&Good> = goods.iter().filter(is_meant).collect();
    found.sort_by_key(|good| !good.name.to_lowercase().starts_with(&text));
    found
}

/// The good that has a barcode.
pub(crate) fn by_ean<'a>(goods: &'a [Good], ean: &str) -> Option<&'a Good> {
    goods.iter().find(|good| good.ean.as_deref() == Some(ean))
}

/// Headings in the order of their first tile.
pub(crate) fn groups(goods: &[Good]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for good in goods {
        if !groups.contains(&good.group) {
            groups.push(good.group.clone());
        }
    }
    groups
}

/// Whether a text is rather a code than a name: digits of a barcode, an address, or a wallet's barcode.
pub(crate) fn is_code(text: &str) -> bool {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_barcode = all_digits && text.len() >= 8;
    let has_number = text
        .split_once('-')
        .is_some_and(|(head, _)| head.len() == 6 && head.bytes().all(|byte| byte.is_ascii_digit()));
    is_barcode || text.contains("://") || has_number
}

/// Whether a text has the form in which Icelanders write their identity number: `120174-3399`.
fn is_kennitala(text: &str) -> bool {
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-')
        .is_some_and(|(born, rest)| digits(born, 6) && digits(rest, 4))
}

/// How a customer is meant who was typed or scanned into the customer's field, where `chosen` is set.
pub(crate) fn customer_kind(text: &str, chosen: CustomerKind, offered: &[CustomerKind]) -> CustomerKind {
    if text.contains("://") && offered.contains(&CustomerKind::PersonalQr) {
        return CustomerKind::PersonalQr;
    }
    let is_app_barcode = is_code(text) && text.contains('-') && !is_kennitala(text);
    if is_app_barcode && offered.contains(&CustomerKind::AppCode) {
        return CustomerKind::AppCode;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(name: &str, group: &str, ean: Option<&str>) -> Good {
        Good {
            id: name.to_lowercase(),
            name: name.to_owned(),
            group: group.to_owned(),
            price_minor: 100,
            vat: 2_500,
            ean: ean.map(str::to_owned),
        }
    }

    fn names(found: &[&Good]) -> Vec<String> {
        found.iter().map(|good| good.name.clone()).collect()
    }

    #[test]
    fn several_pieces_are_typed_before_a_star() {
        assert_eq!(
            read(" 3*melk "),
            Typed {
                quantity: 3,
                text: "melk"
            }
        );
        assert_eq!(read("2 × Øl").quantity, 2);
        assert_eq!(
            read("melk"),
            Typed {
                quantity: 1,
                text: "melk"
            }
        );
        assert_eq!(read("0*melk").quantity, 1);
        assert_eq!(read("5000*melk").text, "5000*melk");
    }

    #[test]
    fn goods_are_found_by_any_words_of_their_name_and_the_nearest_first() {
        let goods = [
            good("Lett melk", "Meieri", None),
            good("Melk 1 l", "Meieri", None),
            good("Brød", "Bakeri", None),
        ];
        assert_eq!(names(&search(&goods, "melk")), ["Melk 1 l", "Lett melk"]);
        assert_eq!(names(&search(&goods, "LETT mel")), ["Lett melk"]);
        assert_eq!(names(&search(&goods, "bak")), ["Brød"]);
        assert!(search(&goods, "").is_empty());
        assert!(search(&goods, "øl").is_empty());
    }

    #[test]
    fn a_barcode_names_one_good() {
        let goods = [good("Melk", "M", Some("7038010000010")), good("Brød", "B", None)];
        assert_eq!(by_ean(&goods, "7038010000010").unwrap().name, "Melk");
        assert!(by_ean(&goods, "1").is_none());
        assert_eq!(groups(&goods), ["M", "B"]);
    }

    #[test]
    fn codes_are_told_from_names() {
        for code in [
            "7038010000010",
            "96385074",
            "https://qr.vipps.no/p/x",
            "500004-abc",
        ] {
            assert!(is_code(code), "{code}");
        }
        for name in ["melk", "3", "1234567", "semi-skimmed"] {
            assert!(!is_code(name), "{name}");
        }
    }

    #[test]
    fn a_scanned_code_in_the_customers_field_is_what_it_looks_like() {
        use CustomerKind::{AppCode, NationalId, PersonalQr, Phone};
        let all = [Phone, PersonalQr, NationalId, AppCode];
        assert_eq!(customer_kind("https://qr.vipps.no/p/x", Phone, &all), PersonalQr);
        assert_eq!(customer_kind("https://qr.vipps.no/p/x", Phone, &[Phone]), Phone);
        assert_eq!(customer_kind("500004-abc", Phone, &all), AppCode);
        assert_eq!(customer_kind("91234567", Phone, &all), Phone);
        assert_eq!(customer_kind("1111111119", NationalId, &all), NationalId);
        assert_eq!(customer_kind("111111-1119", NationalId, &all), NationalId);
        assert_eq!(customer_kind("500004-9000000010", NationalId, &all), AppCode);
    }
}
