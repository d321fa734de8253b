//! Files that are part of the program: what the pages need. The widget's have a room of their own (`widget_files`).
//!
//! A release has them inside; a debug build reads them from the source folders, so that a page can be changed without
//! building anew.

use super::problem::not_found;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use tower_http::compression::CompressionLayer;

/// Styles, pictures and scripts of the pages.
#[derive(Embed)]
#[folder = "../assets/"]
#[allow_missing = true]
struct Assets;

/// What of [`Assets`] is for browsers. Everything else in the folder is not.
const SERVED: [&str; 10] = [
    "css",
    "js",
    "svg",
    "png",
    "jpg",
    "webp",
    "avif",
    "ico",
    "woff2",
    "webmanifest",
];

/// The script tag's file for pages with a wallet vendor's own widget.
pub const V2_GLUE: &str = "/karfa-v2.js";

/// `/assets/…`: styles, pictures and scripts of the pages, by their paths in the folder `assets`; and [`V2_GLUE`].
pub fn pages() -> Router {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route(V2_GLUE, get(glue))
        .layer(CompressionLayer::new())
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let served = path
        .rsplit_once('.')
        .is_some_and(|(_, extension)| SERVED.contains(&extension));
    match Assets::get(&path) {
        Some(file) if served => answer(&file, &headers),
        _ => not_found().into_response(),
    }
}

/// A shop's pages may be of any origin.
async fn glue(headers: HeaderMap) -> Response {
    let Some(file) = Assets::get("v2/karfa-v2.js") else {
        return not_found().into_response();
    };
    let mut response = answer(&file, &headers);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

/// A file, unless the browser has it. It is asked for every time, by its ETag.
fn answer(file: &EmbeddedFile, asked: &HeaderMap) -> Response {
    let etag = etag(file);
    let mut response = if is_known(asked, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.clone().into_owned().into_response()
    };
    let headers = response.headers_mut();
    if let (Ok(etag), Ok(mime)) = (
        HeaderValue::from_str(&etag),
        HeaderValue::from_str(content_type(file.metadata.mimetype())),
    ) {
        headers.insert(header::ETAG, etag);
        headers.insert(header::CONTENT_TYPE, mime);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Text files of ours are UTF-8.
fn content_type(mime: &str) -> &str {
    match mime {
        "text/javascript" => "text/javascript; charset=utf-8",
        "text/css" => "text/css; charset=utf-8",
        other => other,
    }
}

/// A file's tag. Weak, because the compressed file is the same file.
pub(super) fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let text: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{text}\"")
}

/// Whether the browser says that it has what has this tag.
pub(super) fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known
        .flat_map(|list| list.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::Request;
    use std::borrow::Cow;
    use tower::ServiceExt as _;

    fn file() -> EmbeddedFile {
        let metadata = rust_embed::Metadata::__rust_embed_new([7; 32], None, None, "text/javascript");
        EmbeddedFile {
            data: Cow::Borrowed(b"let x = 1;"),
            metadata,
        }
    }

    fn asked(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_file_comes_with_its_type_and_is_asked_for_every_time() {
        let response = answer(&file(), &HeaderMap::new());
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(response.headers()[header::ETAG], "W/\"070707070707070707070707\"");
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        for known in [
            "W/\"070707070707070707070707\"",
            "\"x\", \"070707070707070707070707\"",
            "*",
        ] {
            let response = answer(&file(), &asked(header::IF_NONE_MATCH, known));
            assert_eq!(response.status(), 304, "{known}");
            assert!(response.headers().contains_key(header::ETAG));
        }
        let other = answer(&file(), &asked(header::IF_NONE_MATCH, "\"0808\""));
        assert_eq!(other.status(), 200);
    }

    #[tokio::test]
    async fn a_page_of_any_origin_may_load_the_glue() {
        let request = Request::get(V2_GLUE).body(Body::empty()).unwrap();
        let response = pages().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
    }

    #[tokio::test]
    async fn only_what_is_for_browsers_is_served() {
        for path in [
            "/assets/demo/catalogue.toml",
            "/assets/../server/Cargo.toml",
            "/assets/%2e%2e/widget/loader.js",
            "/assets//etc/passwd.css",
            "/assets/no-such.css",
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            assert_eq!(pages().oneshot(request).await.unwrap().status(), 404, "{path}");
        }
    }
}
