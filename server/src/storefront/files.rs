//! The styles, scripts and pictures of the demo shop, which are part of the binary.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../assets/demo/"]
struct Files;

/// What of the folder is for browsers: not the templates, nor the catalogue.
const SERVED: [&str; 3] = [".css", ".js", ".svg"];

/// A picture may style itself, and do nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The address of a file, with the edition that a browser may keep for good.
pub(super) fn address(path: &str) -> String {
    match Files::get(path) {
        Some(file) => format!("/demo/{path}?v={}", edition(&file)),
        None => format!("/demo/{path}"),
    }
}

fn edition(file: &EmbeddedFile) -> String {
    file.metadata
        .sha256_hash()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Which edition is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Edition {
    v: Option<String>,
}

/// A file; one that is asked for by its edition never changes.
pub(super) async fn serve(
    Path(path): Path<String>,
    Query(asked): Query<Edition>,
    headers: HeaderMap,
) -> Response {
    let served = SERVED.iter().any(|ending| path.ends_with(ending));
    let Some(file) = Files::get(&path).filter(|_| served) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let edition = edition(&file);
    let tag = format!("\"{edition}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let forever = asked.v.as_deref() == Some(&edition);
    let keep = if forever {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    for (name, value) in [
        (header::ETAG, tag.as_str()),
        (header::CONTENT_TYPE, file.metadata.mimetype()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
