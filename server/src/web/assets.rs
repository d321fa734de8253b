//! Files that are part of the program: the widget as it was built, and what the pages need.
//!
//! A release has them inside; a debug build reads them from the source folders, so that a page can be changed without
//! building anew.

use super::problem::{Problem, not_found};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use tower_http::compression::CompressionLayer;

/// The widget's files, as `scripts/build-widget.sh` makes them.
#[derive(Embed)]
#[folder = "../widget/dist/"]
#[allow_missing = true]
struct Widget;

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

/// How a browser may keep a file.
#[derive(Clone, Copy)]
enum Cache {
    /// Not asked for again for five minutes: the script tag's file, which is on every page of a shop.
    Shortly,
    /// Asked for every time, by its ETag: files that must fit each other.
    Checked,
}

/// `/karfa.js`, the script tag's file, and what it loads. Pages of any origin may load them.
pub fn widget() -> Router {
    Router::new()
        .route("/karfa.js", get(|headers: HeaderMap| async move { widget_file("karfa.js", &headers, Cache::Shortly) }))
        .route(
            "/karfa_widget.js",
            get(|headers: HeaderMap| async move { widget_file("karfa_widget.js", &headers, Cache::Checked) }),
        )
        .route(
            "/karfa_widget_bg.wasm",
            get(|headers: HeaderMap| async move { widget_file("karfa_widget_bg.wasm", &headers, Cache::Checked) }),
        )
        .layer(CompressionLayer::new())
}

/// `/assets/…`: styles, pictures and scripts of the pages, by their paths in the folder `assets`.
pub fn pages() -> Router {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .layer(CompressionLayer::new())
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let served = path
        .rsplit_once('.')
        .is_some_and(|(_, extension)| SERVED.contains(&extension));
    match Assets::get(&path) {
        Some(file) if served => answer(&file, &headers, Cache::Checked),
        _ => not_found().into_response(),
    }
}

fn widget_file(name: &str, headers: &HeaderMap, cache: Cache) -> Response {
    let Some(file) = Widget::get(name) else {
        let detail = "The widget is not built: run `make demo`, or scripts/build-widget.sh, and start anew.";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "widget_not_built", detail).into_response();
    };
    let mut response = answer(&file, headers, cache);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    response
}

fn answer(file: &EmbeddedFile, asked: &HeaderMap, cache: Cache) -> Response {
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
    headers.insert(
        header::CACHE_CONTROL,
        match cache {
            Cache::Shortly => HeaderValue::from_static("public, max-age=300"),
            Cache::Checked => HeaderValue::from_static("no-cache"),
        },
    );
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

/// Weak, because the compressed file is the same file.
fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let text: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{text}\"")
}

fn is_known(asked: &HeaderMap, etag: &str) -> bool {
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
    use http_body_util::BodyExt as _;
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
    fn a_file_comes_with_its_type_and_how_long_it_may_be_kept() {
        let response = answer(&file(), &HeaderMap::new(), Cache::Shortly);
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=300");
        assert_eq!(response.headers()[header::ETAG], "W/\"070707070707070707070707\"");
        let checked = answer(&file(), &HeaderMap::new(), Cache::Checked);
        assert_eq!(checked.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        for known in [
            "W/\"070707070707070707070707\"",
            "\"x\", \"070707070707070707070707\"",
            "*",
        ] {
            let response = answer(&file(), &asked(header::IF_NONE_MATCH, known), Cache::Checked);
            assert_eq!(response.status(), 304, "{known}");
            assert!(response.headers().contains_key(header::ETAG));
        }
        let other = answer(&file(), &asked(header::IF_NONE_MATCH, "\"0808\""), Cache::Checked);
        assert_eq!(other.status(), 200);
    }

    async fn get(path: &str, headers: HeaderMap) -> Response {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        *request.headers_mut() = headers;
        widget().merge(pages()).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_widget_is_there_or_says_how_to_build_it() {
        for (path, mime) in [
            ("/karfa.js", "text/javascript; charset=utf-8"),
            ("/karfa_widget.js", "text/javascript; charset=utf-8"),
            ("/karfa_widget_bg.wasm", "application/wasm"),
        ] {
            let response = get(path, HeaderMap::new()).await;
            if response.status() == 503 {
                let body = response.into_body().collect().await.unwrap().to_bytes();
                assert!(String::from_utf8_lossy(&body).contains("build-widget.sh"));
                continue;
            }
            let response = get(path, asked(header::ACCEPT_ENCODING, "br")).await;
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()[header::CONTENT_TYPE], mime);
            assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
            assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        }
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
            assert_eq!(get(path, HeaderMap::new()).await.status(), 404, "{path}");
        }
    }
}
