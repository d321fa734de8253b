//! What the widget says and shows: templates, styles and texts, in Polish and English, made for this sandbox.

use crate::assets;
use axum::Json;
use http::HeaderMap;
use serde_json::{Map, Value, json};

/// The windows, each in a file of its name.
const WINDOWS: &[&str] = &[
    "popupBase",
    "popupEnterPhone",
    "popupScanQr",
    "popupBindingSubmitted",
    "popupConfirmDeleteBinding",
    "popupBindingConfirmed",
    "popupError",
    "popupDeeplink",
    "popupFaq",
];

/// The texts of a language.
struct Texts(Map<String, Value>);

impl Texts {
    fn of(language: &str) -> Self {
        let table = assets::text(&format!("widget/texts.{language}.json"));
        Texts(serde_json::from_str(&table).unwrap_or_default())
    }

    fn get(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A window with its texts in place of `[[key]]`.
    fn fill(&self, window: &str) -> String {
        let mut filled = String::new();
        let mut rest = window;
        while let Some((before, after)) = rest.split_once("[[") {
            let (key, after) = after.split_once("]]").unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(self.get(key));
            rest = after;
        }
        filled + rest
    }
}

/// `GET …/widget/content`.
pub(super) async fn templates(headers: HeaderMap) -> Json<Value> {
    let texts = Texts::of(assets::language(&headers));
    let html: Map<String, Value> = WINDOWS
        .iter()
        .map(|name| {
            let window = texts.fill(&assets::text(&format!("widget/{name}.html")));
            ((*name).to_owned(), window.into())
        })
        .collect();
    let popup = assets::text("widget/popup.css");
    Json(json!({ "html": html, "shadowCss": { "popup": popup, "widget": "" } }))
}

/// What a status says on every page.
pub(super) fn status(language: &str) -> Value {
    let texts = Texts::of(language);
    let t = |key| texts.get(key);
    let button = |text: &str| json!({ "text": text, "hint": t("button.hint"), "footerText": "", "addToBasketLabel": t("button.add") });
    json!({
        "content": { "DEFAULT": button(t("button.basket")), "PRODUCT_CARD": button(t("button.product")) },
        "thankYouContent": {
            "title": t("thanks.title"),
            "subtitle": t("thanks.subtitle"),
            "guideTitle": t("thanks.guide"),
            "guideStepOne": t("thanks.one"),
            "guideStepTwo": t("thanks.two"),
            "guideStepThree": t("thanks.three"),
            "button": t("thanks.button"),
        },
        "errorContent": { "genericErrorText": t("error.text"), "continueButton": t("error.button") },
        "boundPopupContent": {
            "title": t("linked.title"),
            "footer": t("linked.footer"),
            "deleteBindingLinkText": t("linked.unlink"),
        },
        "postBindingPopupContent": waiting(&texts),
        "confirmDeleteBindingPopupContent": confirm_unlink(&texts),
        "deepLinkMiddleScreenContent": {
            "title": t("app.title"),
            "body": t("app.body"),
            "button": t("app.button"),
            "footerText": t("app.footer"),
            "footerUsePhoneLinkText": t("app.to_phone"),
        },
    })
}

fn waiting(texts: &Texts) -> Value {
    json!({
        "title": texts.get("submitted.title"),
        "body": texts.get("submitted.body"),
        "footer": texts.get("footer"),
        "deleteBindingLinkText": texts.get("submitted.unlink"),
    })
}

fn confirm_unlink(texts: &Texts) -> Value {
    json!({
        "title": texts.get("unlink.title"),
        "body": texts.get("unlink.plain"),
        "footer": texts.get("footer"),
        "button": texts.get("unlink.button"),
    })
}

/// The windows in which a number is typed or a code is shown.
pub(super) fn enter_phone(language: &str, qr_code: &str) -> Value {
    let texts = Texts::of(language);
    let t = |key| texts.get(key);
    json!({
        "title": t("phone.title"),
        "footer": t("footer"),
        "enterPhone": {
            "body": t("phone.body"),
            "bodyShort": t("phone.short"),
            "phoneNumberLabel": t("phone.label"),
            "phoneNumberPrefixLabel": t("phone.prefix"),
            "phoneNumberValidationError": t("phone.wrong"),
            "footer": "",
            "connectButton": t("phone.connect"),
            "openQrCodeLinkText": t("phone.to_qr"),
        },
        "scanQrCode": { "body": t("qr.body"), "qrCode": qr_code, "enterPhoneLinkText": t("qr.to_phone") },
    })
}

/// The window after a push, and the one that asks before it is taken back.
pub(super) fn submitted(language: &str) -> Value {
    let texts = Texts::of(language);
    json!({ "content": waiting(&texts), "confirmDeleteBindingPopupContent": confirm_unlink(&texts) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_is_there_and_every_text_it_names() {
        for language in ["pl", "en"] {
            let texts = Texts::of(language);
            for name in WINDOWS {
                let window = assets::text(&format!("widget/{name}.html"));
                assert!(!window.is_empty(), "{name}");
                for key in window
                    .split("[[")
                    .skip(1)
                    .filter_map(|part| part.split("]]").next())
                {
                    assert!(!texts.get(key).is_empty(), "{name} names {key} in {language}");
                }
                assert!(!texts.fill(&window).contains("[["), "{name}");
            }
        }
    }

    #[test]
    fn no_text_of_an_answer_is_missing() {
        fn walk(value: &Value, path: &str) {
            match value {
                Value::Object(members) => members.iter().for_each(|(name, value)| {
                    if !matches!(name.as_str(), "footerText" | "footer") {
                        walk(value, &format!("{path}/{name}"));
                    }
                }),
                text => assert_ne!(text, "", "{path}"),
            }
        }
        for language in ["pl", "en"] {
            walk(&status(language), language);
            walk(&enter_phone(language, "x"), language);
            walk(&submitted(language), language);
        }
    }
}
