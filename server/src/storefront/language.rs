//! The languages of the pages: Polish is the shop's own, English for guests.
//!
//! Nothing is stored about it: `?lang=` says it, and is passed on by the links of that page; without it the browser's
//! own preference does.

use super::texts::{ENGLISH, POLISH, Texts};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;
use url::form_urlencoded;

/// What of an address says which page it is; the rest is what a form's answer had to tell once.
const KEPT: [&str; 2] = ["variant", "order"];

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Polish,
    English,
}

impl Language {
    /// The two-letter code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Language::Polish => "pl",
            Language::English => "en",
        }
    }

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Language::Polish => &POLISH,
            Language::English => &ENGLISH,
        }
    }

    fn parse(code: &str) -> Option<Self> {
        match code
            .split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "pl" => Some(Language::Polish),
            "en" => Some(Language::English),
            _ => None,
        }
    }
}

/// The language of one request, with its address.
#[derive(Clone, Debug)]
pub(super) struct Speech {
    pub(super) language: Language,
    /// It was asked for in the address.
    asked: bool,
    path: String,
    query: Vec<(String, String)>,
}

impl Speech {
    /// The speech of a form's answer, which goes to a page in the language of the page it came from.
    pub(super) fn of_form(lang: Option<&str>) -> Self {
        let asked = lang.and_then(Language::parse);
        let language = asked.unwrap_or(Language::Polish);
        Speech {
            language,
            asked: asked.is_some(),
            path: String::new(),
            query: Vec::new(),
        }
    }

    /// The speech of a page that answers a form itself, in the language of the page that the form was on.
    pub(super) fn of_answer(&self, lang: Option<&str>) -> Self {
        let asked = lang.and_then(Language::parse);
        Speech {
            language: asked.unwrap_or(self.language),
            asked: asked.is_some(),
            path: self.path.clone(),
            query: Vec::new(),
        }
    }

    /// A path of the shop, in the language that was asked for.
    pub(super) fn url(&self, path: &str) -> String {
        if !self.asked {
            return path.to_owned();
        }
        let (path, fragment) = path
            .split_once('#')
            .map_or((path, None), |(path, fragment)| (path, Some(fragment)));
        let sign = if path.contains('?') { '&' } else { '?' };
        let fragment = fragment
            .map(|fragment| format!("#{fragment}"))
            .unwrap_or_default();
        format!("{path}{sign}lang={}{fragment}", self.language.code())
    }

    /// The language to name in forms, if it was asked for.
    pub(super) fn form_lang(&self) -> Option<&'static str> {
        self.asked.then(|| self.language.code())
    }

    /// This page in `language`.
    pub(super) fn switched(&self, language: Language) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let kept = |(name, _): &&(String, String)| KEPT.contains(&name.as_str());
        query.extend_pairs(self.query.iter().filter(kept));
        query.append_pair("lang", language.code());
        format!("{}?{}", self.path, query.finish())
    }

    /// A value of the address's query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Speech {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = query
            .iter()
            .find(|(name, _)| name == "lang")
            .and_then(|(_, code)| Language::parse(code));
        let language = asked
            .or_else(|| preferred(&parts.headers))
            .unwrap_or(Language::Polish);
        Ok(Speech {
            language,
            asked: asked.is_some(),
            path: parts.uri.path().to_owned(),
            query,
        })
    }
}

/// The browser's favourite among our languages (RFC 9110, section 12.5.4); of equals the first.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u32, Language)> = None;
    for range in accepted.split(',') {
        let mut parts = range.split(';');
        let language = parts.next().map(str::trim).and_then(Language::parse);
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(Some(1000), thousandths);
        if let (Some(language), Some(weight)) = (language, weight)
            && weight > best.map_or(0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// A weight like `0.8`, in thousandths.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some(whole * 1000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accepted: &str) -> Option<Language> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        preferred(&headers)
    }

    #[test]
    fn the_browsers_favourite_is_spoken() {
        assert_eq!(of("en-GB,en;q=0.9,pl;q=0.8"), Some(Language::English));
        assert_eq!(of("de, pl;q=0.7, en;q=0.3"), Some(Language::Polish));
        assert_eq!(of("en;q=0.5, pl-PL"), Some(Language::Polish));
        assert_eq!(of("de, fr"), None);
        assert_eq!(of("en;q=0, de"), None);
        assert_eq!(of("en;q=a.b, pl;q=0.001"), Some(Language::Polish));
    }

    #[test]
    fn what_was_asked_for_is_passed_on() {
        let asked = Speech::of_form(Some("en"));
        assert_eq!(asked.url("/basket"), "/basket?lang=en");
        assert_eq!(asked.url("/product/a?variant=b"), "/product/a?variant=b&lang=en");
        assert_eq!(asked.url("/terms#privacy"), "/terms?lang=en#privacy");
        assert_eq!(Speech::of_form(None).url("/basket"), "/basket");
    }
}
