//! What the plain page says: the widget's own texts, so that both say the same, and the little that only a page needs.

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use std::sync::LazyLock;

/// A title, what it means, and what to press.
#[derive(Debug, Deserialize)]
pub(super) struct Screen {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) action: String,
}

/// The texts of one language. The names are those of the files in `widget/texts`.
#[derive(Debug, Deserialize)]
pub(super) struct Texts {
    pub(super) phone: Screen,
    pub(super) prefix: String,
    pub(super) number: String,
    pub(super) error_empty: String,
    pub(super) error_refused: String,
    pub(super) waiting: Screen,
    pub(super) left: String,
    pub(super) minutes: String,
    pub(super) hint: String,
    pub(super) hint_body: String,
    pub(super) panel: Screen,
    pub(super) other_account: String,
    pub(super) confirm: Screen,
    pub(super) present_number: String,
    pub(super) keep: String,
    pub(super) thanks: Screen,
    pub(super) number_unavailable: Screen,
    pub(super) basket_expired: Screen,
    pub(super) forgotten: Screen,
    pub(super) merchant: Screen,
    pub(super) already_linked: Screen,
    pub(super) refused: Screen,
    pub(super) rejected: Screen,
    pub(super) expired: Screen,
    pub(super) cancelled: Screen,
    pub(super) deleted: Screen,
    pub(super) unavailable: Screen,
    pub(super) too_often: Screen,
    pub(super) unknown_product: Screen,
    pub(super) out_of_stock: Screen,
    pub(super) options_missing: Screen,
    pub(super) empty_basket: Screen,
    pub(super) currency: Screen,
    pub(super) too_many: Screen,
    pub(super) ordered: Screen,
}

/// One language of the page.
#[derive(Debug)]
pub(super) struct Language {
    /// The two-letter code.
    pub(super) code: &'static str,
    pub(super) texts: Texts,
    /// Looks whether something has changed.
    pub(super) again: &'static str,
    /// Puts the product into the basket that is in the app already.
    pub(super) add: &'static str,
    /// In front of the number of pieces in that basket.
    pub(super) pieces: &'static str,
    /// The country code that a shopper of this language most likely has.
    pub(super) prefix: &'static str,
}

macro_rules! language {
    ($code:literal, $prefix:literal, $again:literal, $add:literal, $pieces:literal) => {
        serde_json::from_str(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../widget/texts/",
            $code,
            ".json"
        )))
        .map(|texts| Language {
            code: $code,
            texts,
            again: $again,
            add: $add,
            pieces: $pieces,
            prefix: $prefix,
        })
    };
}

/// All languages, English first: it is spoken where no other fits.
static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let read: Result<Vec<Language>, serde_json::Error> = [
        language!(
            "en",
            "48",
            "Check now",
            "Add to the basket in the app",
            "Pieces in the basket:"
        ),
        language!(
            "pl",
            "48",
            "Sprawdź teraz",
            "Dodaj do koszyka w aplikacji",
            "Sztuk w koszyku:"
        ),
        language!(
            "nb",
            "47",
            "Sjekk nå",
            "Legg i handlekurven i appen",
            "Varer i kurven:"
        ),
        language!("da", "45", "Tjek nu", "Læg i kurven i appen", "Varer i kurven:"),
        language!(
            "fi",
            "358",
            "Tarkista nyt",
            "Lisää sovelluksen ostoskoriin",
            "Tuotteita korissa:"
        ),
        language!(
            "sv",
            "46",
            "Kontrollera nu",
            "Lägg i varukorgen i appen",
            "Varor i korgen:"
        ),
        language!(
            "is",
            "354",
            "Athuga núna",
            "Setja í körfuna í appinu",
            "Vörur í körfunni:"
        ),
    ]
    .into_iter()
    .collect();
    read.expect("the texts are part of this program, and a test reads them all")
});

/// The language that was asked for by its code, else the browser's favourite, else English.
pub(super) fn language(asked: Option<&str>, headers: &HeaderMap) -> &'static Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // Browsers name their favourite first.
    let ranges = accepted.split([',', ';']).map(str::trim);
    let wanted = asked.into_iter().chain(ranges);
    wanted
        .filter_map(spoken)
        .next()
        .unwrap_or_else(|| LANGUAGES.first().expect("English is spoken"))
}

fn spoken(code: &str) -> Option<&'static Language> {
    let short = code
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    // Norwegian goes by three names.
    let short = match short.as_str() {
        "no" | "nn" => "nb",
        other => other,
    };
    LANGUAGES.iter().find(|language| language.code == short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(asked: Option<&str>, accepted: &'static str) -> &'static str {
        let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())]);
        language(asked, &headers).code
    }

    #[test]
    fn what_is_asked_for_wins_then_the_browsers_favourite_then_english() {
        assert_eq!(of(Some("pl"), "en"), "pl");
        assert_eq!(of(Some("NO"), "pl"), "nb");
        assert_eq!(of(Some("xx"), "de, is;q=0.8, en;q=0.5"), "is");
        assert_eq!(of(None, "fi-FI,fi;q=0.9"), "fi");
        assert_eq!(of(None, "de"), "en");
    }

    #[test]
    fn every_language_says_everything() {
        assert_eq!(LANGUAGES.len(), 7);
        for language in LANGUAGES.iter() {
            for text in [
                language.again,
                language.add,
                language.pieces,
                &language.texts.keep,
            ] {
                assert!(!text.is_empty(), "{}", language.code);
            }
        }
    }
}
