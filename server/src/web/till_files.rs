//! The cashier's page and the customer's screen, as they were built: two documents that name a version's folder, and that
//! folder's files, which never change.
//!
//! `scripts/publish-till.mjs` makes them and their compressed twins. What they may load and use, their headers say: nothing
//! from elsewhere, no inline script or style, and the camera for codes.

use super::built;
use super::problem::{Problem, not_found};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What `scripts/build-widget.sh` makes.
#[derive(Embed)]
#[folder = "../till/dist/"]
#[allow_missing = true]
struct Dist;

/// What the pages may load.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// What the pages may use of the machine.
const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(), geolocation=(), payment=()";

/// What is published about the files.
#[derive(Debug, Deserialize)]
struct Release {
    /// Tells one build from another.
    version: String,
    /// The files of the version's folder.
    files: BTreeMap<String, serde_json::Value>,
}

impl Release {
    fn of_this_program() -> Option<Self> {
        serde_json::from_slice(&Dist::get("integrity.json")?.data).ok()
    }
}

/// `/till`, `/till/customer`, and `/till/{version}/…`.
pub fn router() -> Router {
    Router::new()
        .route(
            "/till",
            get(|headers: HeaderMap| async move { page("till.html", &headers) }),
        )
        .route(
            "/till/customer",
            get(|headers: HeaderMap| async move { page("customer.html", &headers) }),
        )
        .route("/till/{version}/{file}", get(of_version))
}

fn page(name: &str, asked: &HeaderMap) -> Response {
    let Some(mut response) = built::answer::<Dist>(name, asked, HeaderValue::from_static("no-cache")) else {
        return not_built();
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn of_version(Path((version, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(release) = Release::of_this_program() else {
        return not_built();
    };
    if !release.files.contains_key(&file) {
        return not_found().into_response();
    }
    if release.version == version {
        let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
        return built::answer::<Dist>(&format!("pinned/{file}"), &headers, for_ever)
            .unwrap_or_else(not_built);
    }
    // A page that was open over an upgrade asks for its texts.
    let here = format!("/till/{}/{file}", release.version);
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(here) = HeaderValue::from_str(&here) {
        response.headers_mut().insert(header::LOCATION, here);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn not_built() -> Response {
    let detail = "The till is not built: run `make demo`, or scripts/build-widget.sh, and start anew.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "till_not_built", detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    async fn get(path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    /// `None` where the till was not built: then every page says how to build it.
    async fn release() -> Option<Release> {
        let release = Release::of_this_program();
        if release.is_none() {
            for path in ["/till", "/till/customer"] {
                let response = get(path, &[]).await;
                assert_eq!(response.status(), 503);
                assert!(text(response).await.contains("build-widget.sh"));
            }
        }
        release
    }

    #[tokio::test]
    async fn the_pages_load_nothing_from_elsewhere_and_nothing_inline() {
        let Some(release) = release().await else { return };
        for path in ["/till", "/till/customer"] {
            let response = get(path, &[]).await;
            assert_eq!(response.status(), 200, "{path}");
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("http"),
                "{policy}"
            );
            assert!(
                response.headers()["permissions-policy"]
                    .to_str()
                    .unwrap()
                    .contains("camera=(self)")
            );
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
            let page = text(response).await;
            assert!(page.contains(&format!("/till/{}/till.js", release.version)));
            for inline in ["<style", " style", "<script>", " onclick"] {
                assert!(!page.contains(inline), "{path} has {inline}");
            }
        }
    }

    #[tokio::test]
    async fn a_version_never_changes_and_travels_small() {
        let Some(release) = release().await else { return };
        for (file, mime) in [
            ("till.js", "text/javascript; charset=utf-8"),
            ("karfa_till_bg.wasm", "application/wasm"),
            ("till.css", "text/css; charset=utf-8"),
            ("nb.json", "application/json"),
        ] {
            let response = get(
                &format!("/till/{}/{file}", release.version),
                &[("accept-encoding", "gzip, br")],
            )
            .await;
            assert_eq!(response.status(), 200, "{file}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], mime, "{file}");
            assert_eq!(response.headers()[header::CONTENT_ENCODING], "br", "{file}");
            assert_eq!(
                response.headers()[header::CACHE_CONTROL],
                "public, max-age=31536000, immutable"
            );
        }
    }

    #[tokio::test]
    async fn another_version_leads_to_this_one_and_what_is_no_file_is_not_found() {
        let Some(release) = release().await else { return };
        let old = get("/till/000000000000/nb.json", &[]).await;
        assert_eq!(old.status(), 302);
        assert_eq!(
            old.headers()[header::LOCATION].to_str().unwrap(),
            format!("/till/{}/nb.json", release.version)
        );
        for path in [
            "/till/".to_owned(),
            "/till/day".to_owned(),
            "/till/till.html".to_owned(),
            "/till/customer/x/y".to_owned(),
            format!("/till/{}/integrity.json", release.version),
            format!("/till/{}/till.js.br", release.version),
            format!("/till/{}/..%2ftill.html", release.version),
        ] {
            assert_eq!(get(&path, &[]).await.status(), 404, "{path}");
        }
    }
}
