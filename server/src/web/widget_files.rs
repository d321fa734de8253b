//! The widget's files as they were built: one version, pinned and immutable, and the newest loader beside it.
//!
//! `scripts/publish-widget.mjs` makes them, their compressed twins and `integrity.json`. What is asked for in a version's
//! folder never changes; a folder of another version leads to this one, so that a loader that a browser has kept for a
//! few minutes over an upgrade finds the rest. Whoever pins hashes is told by them that it is another file.

use super::built;
use super::problem::{Problem, not_found};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What `scripts/build-widget.sh` makes.
#[derive(Embed)]
#[folder = "../widget/dist/"]
#[allow_missing = true]
struct Dist;

/// Where the files of a version are, in front of the version.
const FOLDER: &str = "/karfa";
/// The script tag's file.
pub const LOADER: &str = "karfa.js";

/// What is published about the files.
#[derive(Debug, Deserialize)]
pub struct Release {
    /// Tells one build from another: it is made of all files' contents.
    pub version: String,
    /// The files of the version's folder.
    pub files: BTreeMap<String, Published>,
}

/// What is published about one file.
#[derive(Debug, Deserialize)]
pub struct Published {
    /// Its hash, as an `integrity` attribute takes it.
    pub integrity: String,
}

impl Release {
    /// The release that is part of this program; `None` when it was built without the widget.
    pub fn of_this_program() -> Option<Self> {
        serde_json::from_slice(&Dist::get("integrity.json")?.data).ok()
    }

    /// The path of one of the version's files.
    pub fn path(&self, file: &str) -> String {
        format!("{FOLDER}/{}/{file}", self.version)
    }

    /// The loader that pins the rest, with its hash.
    pub fn pinned_loader(&self) -> Option<(String, &str)> {
        let published = self.files.get(LOADER)?;
        Some((self.path(LOADER), &published.integrity))
    }
}

/// How a browser may keep a file.
#[derive(Clone, Copy)]
enum Cache {
    /// For ever: its address has its version.
    Immutable,
    /// Not asked for again for five minutes: the script tag's file, which is on every page of a shop.
    Shortly,
    /// Asked for every time, by its ETag.
    Checked,
}

impl Cache {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Cache::Immutable => "public, max-age=31536000, immutable",
            Cache::Shortly => "public, max-age=300",
            Cache::Checked => "no-cache",
        })
    }
}

/// `/karfa.js`, the script tag's file, `/karfa/{version}/…`, and `/karfa/integrity.json`. Pages of any origin may load them.
pub fn router() -> Router {
    Router::new()
        .route(
            "/karfa.js",
            get(|headers: HeaderMap| async move { serve(LOADER, &headers, Cache::Shortly) }),
        )
        .route(
            "/karfa/integrity.json",
            get(|headers: HeaderMap| async move { serve("integrity.json", &headers, Cache::Checked) }),
        )
        .route("/karfa/{version}/{file}", get(of_version))
}

async fn of_version(Path((version, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(release) = Release::of_this_program() else {
        return not_built();
    };
    if !release.files.contains_key(&file) {
        return not_found().into_response();
    }
    if release.version == version {
        return serve(&format!("pinned/{file}"), &headers, Cache::Immutable);
    }
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(here) = HeaderValue::from_str(&release.path(&file)) {
        response.headers_mut().insert(header::LOCATION, here);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for_any_page(response)
}

fn serve(name: &str, asked: &HeaderMap, cache: Cache) -> Response {
    match built::answer::<Dist>(name, asked, cache.header()) {
        Some(response) => for_any_page(response),
        None => not_built(),
    }
}

fn not_built() -> Response {
    let detail = "The widget is not built: run `make demo`, or scripts/build-widget.sh, and start anew.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "widget_not_built", detail).into_response()
}

fn for_any_page(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    response
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

    async fn body(response: Response) -> Vec<u8> {
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }

    /// `None` where the widget was not built: then every file says how to build it.
    async fn release() -> Option<Release> {
        let release = Release::of_this_program();
        if release.is_none() {
            let response = get("/karfa.js", &[]).await;
            assert_eq!(response.status(), 503);
            assert!(String::from_utf8_lossy(&body(response).await).contains("build-widget.sh"));
        }
        release
    }

    #[tokio::test]
    async fn a_version_never_changes_and_the_newest_is_kept_for_a_short_time() {
        let Some(release) = release().await else { return };
        for (path, mime, cache) in [
            (
                "/karfa.js".to_owned(),
                "text/javascript; charset=utf-8",
                "public, max-age=300",
            ),
            ("/karfa/integrity.json".to_owned(), "application/json", "no-cache"),
            (
                release.path("karfa.js"),
                "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable",
            ),
            (
                release.path("karfa_widget.js"),
                "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable",
            ),
            (
                release.path("karfa_widget_bg.wasm"),
                "application/wasm",
                "public, max-age=31536000, immutable",
            ),
        ] {
            let response = get(&path, &[]).await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], mime, "{path}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], cache, "{path}");
            assert_eq!(
                response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
                "*",
                "{path}"
            );
            let tag = response.headers()[header::ETAG].to_str().unwrap().to_owned();
            let again = get(&path, &[("if-none-match", &tag), ("accept-encoding", "br")]).await;
            assert_eq!(again.status(), 304, "{path}");
            assert!(!again.headers().contains_key(header::CONTENT_ENCODING));
        }
    }

    #[tokio::test]
    async fn a_file_travels_as_small_as_the_browser_takes_it() {
        let Some(release) = release().await else { return };
        for file in ["karfa.js", "karfa_widget.js", "karfa_widget_bg.wasm"] {
            let path = release.path(file);
            let mut sizes = Vec::new();
            for (accepted, coding) in [
                ("", None),
                ("br;q=0, gzip", Some("gzip")),
                ("gzip, deflate, br, zstd", Some("br")),
            ] {
                let response = get(&path, &[("accept-encoding", accepted)]).await;
                let got = response
                    .headers()
                    .get(header::CONTENT_ENCODING)
                    .map(|value| value.to_str().unwrap().to_owned());
                assert_eq!(got.as_deref(), coding, "{path} for {accepted:?}");
                assert_eq!(response.headers()[header::VARY], "Accept-Encoding");
                sizes.push(body(response).await.len());
            }
            assert!(
                sizes.is_sorted_by(|larger, smaller| larger > smaller),
                "{file}: {sizes:?}"
            );
        }
    }

    #[tokio::test]
    async fn the_published_hashes_are_those_of_what_is_served() {
        use base64::Engine as _;
        let Some(release) = release().await else { return };
        let published: Release =
            serde_json::from_slice(&body(get("/karfa/integrity.json", &[]).await).await).unwrap();
        assert_eq!(published.version, release.version);
        let base64 = |algorithm, bytes: &[u8]| {
            let digest = ring::digest::digest(algorithm, bytes);
            base64::engine::general_purpose::STANDARD.encode(digest)
        };
        let mut served = BTreeMap::new();
        for (file, facts) in &published.files {
            let bytes = body(get(&release.path(file), &[]).await).await;
            let hash = format!("sha384-{}", base64(&ring::digest::SHA384, &bytes));
            assert_eq!(hash, facts.integrity, "{file}");
            served.insert(file.as_str(), bytes);
        }
        // Whoever pins the loader pins the rest.
        let loader = String::from_utf8_lossy(&served["karfa.js"]).into_owned();
        for file in ["karfa_widget.js", "karfa_widget_bg.wasm"] {
            let pin = format!("sha256-{}", base64(&ring::digest::SHA256, &served[file]));
            assert!(loader.contains(&pin), "{file}");
        }
        let newest = String::from_utf8(body(get("/karfa.js", &[]).await).await).unwrap();
        assert!(newest.contains(&format!("karfa/{}/", release.version)));
    }

    #[tokio::test]
    async fn another_version_leads_to_this_one_and_what_is_no_file_is_not_found() {
        let Some(release) = release().await else { return };
        let old = get("/karfa/000000000000/karfa_widget.js", &[]).await;
        assert_eq!(old.status(), 302);
        assert_eq!(old.headers()[header::LOCATION], *release.path("karfa_widget.js"));
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(old.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        for path in [
            release.path("integrity.json"),
            release.path("karfa.js.br"),
            release.path("..%2fkarfa.js"),
            "/karfa/000000000000/none.js".to_owned(),
        ] {
            assert_eq!(get(&path, &[]).await.status(), 404, "{path}");
        }
    }
}
