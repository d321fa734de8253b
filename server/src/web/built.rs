//! Files that were built for browsers, with their compressed twins beside them: `X.br` and `X.gz` beside `X`.

use super::assets::{etag, is_known};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

/// A file as small as the browser takes it, or 304 if the browser has it; `None` where it was not built.
pub(super) fn answer<Dist: Embed>(name: &str, asked: &HeaderMap, cache: HeaderValue) -> Option<Response> {
    let file = Dist::get(name)?;
    let etag = etag(&file);
    let coded = Coding::wanted(asked).and_then(|coding| Some((coding, Dist::get(&coding.twin(name))?)));
    let known = is_known(asked, &etag);
    let body = coded.as_ref().map_or(&file.data, |(_, twin)| &twin.data);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.clone().into_owned().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if let (Some((coding, _)), false) = (coded, known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    Some(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        // Type declarations: text, for people and editors.
        _ => "text/plain; charset=utf-8",
    }
}

/// How a file travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The smallest that the browser takes (RFC 9110, section 12.5.3).
    fn wanted(asked: &HeaderMap) -> Option<Self> {
        let lists = asked
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let ranges: Vec<&str> = lists.flat_map(|list| list.split(',')).collect();
        [Coding::Brotli, Coding::Gzip]
            .into_iter()
            .find(|coding| ranges.iter().any(|range| coding.is_meant_by(range)))
    }

    fn is_meant_by(self, range: &str) -> bool {
        let mut parts = range.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(self.name()));
        let refused = parts
            .filter_map(|part| part.strip_prefix("q="))
            .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        named && !refused
    }

    fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    fn twin(self, name: &str) -> String {
        match self {
            Coding::Brotli => format!("{name}.br"),
            Coding::Gzip => format!("{name}.gz"),
        }
    }
}
