//! The files of the phone's and the control's pages, and the policy under which a browser shows them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// A page in the reader's language, with its policy. `images` are the origins that pictures may come from.
pub(crate) fn page(path: &str, headers: &HeaderMap, images: &[String]) -> Response {
    let Some(file) = Files::get(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let html = String::from_utf8_lossy(&file.data).replace("{{lang}}", first_known(headers, &PAGE_LANGUAGES));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'{}; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        images
            .iter()
            .map(|origin| format!(" {origin}"))
            .collect::<String>()
    );
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// One file. It is asked for again each time, and sent again only if it has changed.
pub(crate) fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(file) = Files::get(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", crate::inpost::keys::hex(&file.metadata.sha256_hash()));
    let mut response = if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes())
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(file.data.into_owned()));
        let kind = HeaderValue::from_str(file.metadata.mimetype());
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// One file as a text; empty where there is none.
pub(crate) fn text(path: &str) -> String {
    Files::get(path).map_or_else(String::new, |file| {
        String::from_utf8_lossy(&file.data).into_owned()
    })
}

/// Polish or English, whichever the browser names first; English where it names neither.
pub(crate) fn language(headers: &HeaderMap) -> &'static str {
    first_known(headers, &[("pl", "pl"), ("en", "en")])
}

/// What a browser names, and the language that the phone's page then speaks.
const PAGE_LANGUAGES: [(&str, &str); 6] = [
    ("en", "en"),
    ("is", "is"),
    ("nb", "nb"),
    ("nn", "nb"),
    ("no", "nb"),
    ("pl", "pl"),
];

fn first_known(headers: &HeaderMap, known: &[(&str, &'static str)]) -> &'static str {
    let wished = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = wished.split(',').find_map(|one| {
        let named = one.trim().get(..2)?;
        let (_, spoken) = known.iter().find(|(name, _)| *name == named)?;
        Some(*spoken)
    });
    first.unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn text(path: &str) -> String {
        String::from_utf8(Files::get(path).expect(path).data.into_owned()).unwrap()
    }

    #[test]
    fn the_first_known_language_is_taken() {
        let wishing = |wish: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wish.parse().unwrap());
            language(&headers)
        };
        assert_eq!(wishing("pl-PL,pl;q=0.9,en;q=0.8"), "pl");
        assert_eq!(wishing("de,en-GB;q=0.8,pl;q=0.5"), "en");
        assert_eq!(wishing("de"), "en");
        assert_eq!(language(&HeaderMap::new()), "en");
        let page = |wish: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wish.parse().unwrap());
            first_known(&headers, &PAGE_LANGUAGES)
        };
        assert_eq!(page("no,en;q=0.5"), "nb");
        assert_eq!(page("nb-NO"), "nb");
        assert_eq!(page("is-IS,en;q=0.5"), "is");
        assert_eq!(page("fi,pl;q=0.5"), "pl");
    }

    #[test]
    fn polish_and_english_say_the_same_things_with_the_same_blanks() {
        let blanks = |text: &str| {
            let parts = text.split('{').skip(1);
            parts
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect::<BTreeSet<_>>()
        };
        let table = |path: &str| -> Vec<(String, BTreeSet<String>)> {
            let table: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&text(path)).unwrap();
            let mut all: Vec<_> = table
                .into_iter()
                .map(|(key, text)| (key, blanks(text.as_str().unwrap())))
                .collect();
            all.sort();
            all
        };
        assert_eq!(table("phone/texts.pl.json"), table("phone/texts.en.json"));
    }

    #[test]
    fn norwegian_and_icelandic_say_what_the_till_s_wallets_need_and_nothing_unknown() {
        let table = |path: &str| -> serde_json::Map<String, serde_json::Value> {
            serde_json::from_str(&text(path)).unwrap()
        };
        let blanks = |text: &serde_json::Value| {
            let parts = text.as_str().unwrap().split('{').skip(1);
            parts
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect::<BTreeSet<_>>()
        };
        let english = table("phone/texts.en.json");
        let keys = |table: &serde_json::Map<_, _>| table.keys().cloned().collect::<BTreeSet<String>>();
        let norwegian = table("phone/texts.nb.json");
        let icelandic = table("phone/texts.is.json");
        assert_eq!(keys(&norwegian), keys(&icelandic));
        for (key, text) in norwegian.iter().chain(&icelandic) {
            let original = english.get(key).expect(key);
            assert_eq!(blanks(text), blanks(original), "{key}");
        }
        for group in [
            "payment.",
            "consent.",
            "consented.",
            "qr.",
            "code.",
            "sms.",
            "push.payment.",
        ] {
            for key in english.keys().filter(|key| key.starts_with(group)) {
                assert!(norwegian.contains_key(key), "{key} has no Norwegian text");
            }
        }
    }

    #[test]
    fn every_text_that_a_screen_names_exists() {
        let table: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text("phone/texts.en.json")).unwrap();
        for path in Files::iter().filter(|path| path.starts_with("phone/") && path.ends_with(".js")) {
            let source = text(&path);
            for part in source.split(" t(\"").chain(source.split("(t(\"")).skip(1) {
                if let Some((key, _)) = part.split_once('"')
                    && key.contains('.')
                    && !key.contains(|c: char| c.is_whitespace())
                {
                    assert!(table.contains_key(key), "{path} names {key}, which has no text");
                }
            }
        }
    }

    #[test]
    fn no_file_asks_another_host_or_styles_inline() {
        for path in Files::iter() {
            let source = text(&path);
            for word in ["style=\"", "https://", "http://", "@import", "innerHTML"] {
                let mut lines = source.lines();
                let found =
                    lines.find(|line| line.contains(word) && !line.contains("http://www.w3.org/2000/svg"));
                assert!(found.is_none(), "{path}: {found:?}");
            }
        }
    }
}
