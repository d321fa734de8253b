//! The dialog's texts by name. They stand in `widget/texts/`, a file per language, and the loader fetches the one that a
//! shopper reads. Where the InPost contract (section 9) gives a text, it stands there word for word.
//!
//! The button's own few texts are the loader's: it draws before this is there.

use crate::flow::{Failure, Obstacle, Refusal};
use crate::json::Json;
use crate::wire::Read;
use karfa_shared::phone::PhoneError;
use web_sys::HtmlElement;

/// A message: what happened, what to do now, and the button that does it.
pub(crate) struct Words {
    /// What happened.
    pub(crate) title: String,
    /// What it means, and what to do now.
    pub(crate) body: String,
    /// The button's text.
    pub(crate) action: String,
}

/// All texts of one language.
pub(crate) struct Texts {
    /// BCP 47 code, for `lang` attributes and for country names.
    pub(crate) code: String,
    table: Json,
}

impl Texts {
    /// The texts in a button's language, which the loader has chosen and fetched.
    pub(crate) fn of(button: &HtmlElement) -> Self {
        let button = Json(button.clone().into());
        Texts {
            code: button.text("locale").unwrap_or_default(),
            table: Json(button.get("texts")),
        }
    }

    /// A single text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.table.text(name).unwrap_or_default()
    }

    /// A message.
    pub(crate) fn words(&self, name: &str) -> Words {
        let words = Json(self.table.get(name));
        let part = |name| words.text(name).unwrap_or_default();
        Words {
            title: part("title"),
            body: part("body"),
            action: part("action"),
        }
    }
}

/// The message of a failure.
pub(crate) fn of_failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(Refusal::Phone) => "number_unavailable",
        Failure::Refused(Refusal::BasketExpired) => "basket_expired",
        Failure::Refused(Refusal::Forgotten) => "forgotten",
        Failure::Refused(Refusal::Merchant) => "merchant",
        Failure::Refused(Refusal::AlreadyLinked) => "already_linked",
        Failure::Refused(Refusal::Other) => "refused",
        Failure::Rejected => "rejected",
        Failure::Expired => "expired",
        Failure::Cancelled => "cancelled",
        Failure::Deleted => "deleted",
        Failure::Unavailable => "unavailable",
        Failure::TooOften => "too_often",
        Failure::Ordered => "ordered",
        Failure::Offline => "offline",
    }
}

/// The message of a refusal to begin. A shop's own hook says `false` when options are not chosen.
pub(crate) fn of_obstacle(obstacle: Option<Obstacle>) -> &'static str {
    match obstacle {
        Some(Obstacle::UnknownProduct) => "unknown_product",
        Some(Obstacle::OutOfStock) => "out_of_stock",
        Some(Obstacle::EmptyBasket) => "empty_basket",
        Some(Obstacle::Currency) => "currency",
        Some(Obstacle::TooMany) => "too_many",
        Some(Obstacle::OptionsMissing) | None => "options_missing",
    }
}

/// The text that says what is wrong with a number.
pub(crate) fn of_number_error(error: PhoneError) -> &'static str {
    match error {
        PhoneError::Empty => "error_empty",
        PhoneError::NotDigits => "error_not_digits",
        PhoneError::UnknownPrefix => "error_prefix",
        PhoneError::TooShort => "error_short",
        PhoneError::TooLong => "error_long",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const TABLES: [(&str, &str); 7] = [
        ("pl", include_str!("../texts/pl.json")),
        ("en", include_str!("../texts/en.json")),
        ("nb", include_str!("../texts/nb.json")),
        ("da", include_str!("../texts/da.json")),
        ("fi", include_str!("../texts/fi.json")),
        ("sv", include_str!("../texts/sv.json")),
        ("is", include_str!("../texts/is.json")),
    ];

    fn table(language: &str) -> Value {
        let (_, text) = TABLES
            .iter()
            .find(|(code, _)| *code == language)
            .expect("a language of ours");
        serde_json::from_str(text).expect("JSON")
    }

    /// Every text by its path, `phone.title` for one.
    fn flat(table: &Value) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (name, value) in table.as_object().expect("an object") {
            match value {
                Value::String(text) => all.push((name.clone(), text.clone())),
                Value::Object(parts) => {
                    for (part, text) in parts {
                        let text = text.as_str().expect("a text");
                        all.push((format!("{name}.{part}"), text.to_owned()));
                    }
                }
                other => panic!("{name}: {other}"),
            }
        }
        all.sort();
        all
    }

    #[test]
    fn no_language_lacks_a_text() {
        let names = |language| flat(&table(language)).into_iter().map(|(name, _)| name);
        for (language, _) in TABLES {
            assert!(names(language).eq(names("pl")), "{language}");
            for (name, text) in flat(&table(language)) {
                assert_eq!(text.trim(), text, "{language} {name}");
                assert!(!text.is_empty(), "{language} {name}");
            }
        }
    }

    #[test]
    fn no_language_borrows_anothers_sentences() {
        for (language, _) in TABLES {
            for (other, _) in TABLES.iter().filter(|(other, _)| *other != language) {
                for ((name, text), (_, theirs)) in flat(&table(language)).iter().zip(flat(&table(other))) {
                    // A word or two may be the same in two languages; a sentence is not.
                    let sentence = text.split(' ').count() > 4;
                    assert!(
                        !sentence || *text != theirs,
                        "{name} is the same in {language} and {other}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_name_that_the_code_asks_for_is_there_and_no_other() {
        use PhoneError::{Empty, NotDigits, TooLong, TooShort, UnknownPrefix};
        let sources = [
            include_str!("texts.rs"),
            include_str!("form.rs"),
            include_str!("widget.rs"),
            include_str!("widget/buttons.rs"),
            include_str!("screens/mod.rs"),
            include_str!("screens/template.rs"),
            include_str!("../loader.js"),
        ]
        .concat();
        let pl = table("pl");
        for name in pl.as_object().expect("an object").keys() {
            let quoted = [format!("\"{name}\""), format!("@{name}\n"), format!("@{name} ")]
                .iter()
                .any(|asked| sources.contains(asked))
                || sources.contains(&format!("texts?.{name}"));
            assert!(quoted, "nobody asks for {name}");
        }
        for error in [Empty, NotDigits, UnknownPrefix, TooShort, TooLong] {
            assert!(
                pl.get(of_number_error(error)).is_some_and(Value::is_string),
                "{error:?}"
            );
        }
        let obstacles = [
            None,
            Some(Obstacle::UnknownProduct),
            Some(Obstacle::OutOfStock),
            Some(Obstacle::OptionsMissing),
            Some(Obstacle::EmptyBasket),
            Some(Obstacle::Currency),
            Some(Obstacle::TooMany),
        ];
        for obstacle in obstacles {
            assert!(
                pl.get(of_obstacle(obstacle)).is_some_and(Value::is_object),
                "{obstacle:?}"
            );
        }
        let asked = |before: &str| -> Vec<String> {
            let names = sources
                .split(before)
                .skip(1)
                .filter_map(|rest| rest.split_once('"'));
            names.map(|(name, _)| name.to_owned()).collect()
        };
        for name in asked("texts.text(\x22") {
            assert!(pl.get(&name).is_some_and(Value::is_string), "{name}");
        }
        for name in asked("texts.words(\x22") {
            assert!(pl.get(&name).is_some_and(Value::is_object), "{name}");
        }
    }

    #[test]
    fn the_contracts_words_are_used_as_they_are() {
        let pl = table("pl");
        let said = |pointer: &str| pl.pointer(pointer).and_then(Value::as_str).expect("a text");
        assert_eq!(said("/phone/action"), "Połącz");
        assert_eq!(said("/by_code"), "Zrób to z kodem QR");
        assert_eq!(
            said("/panel/title"),
            "Twoje zakupy czekają już na Ciebie w aplikacji InPost Mobile"
        );
        assert_eq!(said("/other_account"), "Połącz te zakupy z innym kontem");
        assert_eq!(
            said("/confirm/title"),
            "Czy na pewno chcesz powiązać te zakupy z numerem telefonu innym niż"
        );
        assert_eq!(said("/confirm/action"), "Połącz z innym numerem telefonu");
    }
}
