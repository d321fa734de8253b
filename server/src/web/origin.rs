//! Who may ask: pages of our own origin, and of those the shop has listed.
//!
//! A browser tells with every request that may change something, and with every websocket, which page it comes from
//! (`Origin`, `Sec-Fetch-Site`); a page cannot forge that. Requests that tell neither come from no browser and carry
//! nobody's cookies by accident; they are let through. The cookie's `SameSite=Lax` is a second wall, not this one.

use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How long a browser may remember that a listed origin is welcome, in seconds.
const PREFLIGHT_MAX_AGE: &str = "600";

/// The origins whose pages may use the API.
#[derive(Clone, Debug)]
pub struct Origins(Arc<Known>);

#[derive(Debug)]
struct Known {
    own: HashSet<String>,
    listed: HashSet<String>,
}

impl Origins {
    /// Our own origins, by their URLs, and those that the shop has listed, like `https://www.shop.example`.
    pub fn new<'a>(
        own: impl IntoIterator<Item = &'a Url>,
        listed: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let own = own
            .into_iter()
            .map(|url| url.origin().ascii_serialization())
            .collect();
        let listed = listed
            .into_iter()
            .map(|origin| origin.trim_end_matches('/').to_ascii_lowercase())
            .collect();
        Origins(Arc::new(Known { own, listed }))
    }

    fn judge(&self, headers: &HeaderMap) -> Verdict {
        let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
        let Some(origin) = headers.get(header::ORIGIN) else {
            return match site {
                None | Some(b"same-origin" | b"none") => Verdict::Own,
                Some(_) => Verdict::Foreign,
            };
        };
        let text = origin.to_str().unwrap_or_default().to_ascii_lowercase();
        if self.0.listed.contains(&text) {
            Verdict::Listed(origin.clone())
        } else if site == Some(b"same-origin")
            || self.0.own.contains(&text)
            || self.is_of_host(&text, headers)
        {
            Verdict::Own
        } else {
            Verdict::Foreign
        }
    }
}

impl Origins {
    /// Whether the page was loaded from the very host that is asked now; not in clear text from the host that is ours by
    /// https, for anyone in between can write such a page.
    fn is_of_host(&self, origin: &str, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let (Some((_, authority)), Some(host)) = (origin.split_once("://"), host) else {
            return false;
        };
        let ours_otherwise = |own: &String| own.split_once("://").is_some_and(|(_, own)| own == authority);
        authority.eq_ignore_ascii_case(host) && !self.0.own.iter().any(ours_otherwise)
    }
}

enum Verdict {
    /// A page of ours, or no browser.
    Own,
    /// A page of an origin that the shop has listed.
    Listed(HeaderValue),
    /// A page of anybody else.
    Foreign,
}

/// A layer that refuses what other people's pages ask for, and tells browsers that listed origins are welcome (CORS).
pub async fn guard(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let verdict = origins.judge(request.headers());
    if let Verdict::Listed(origin) = &verdict
        && is_preflight(&request)
    {
        return welcome(StatusCode::NO_CONTENT.into_response(), origin, true);
    }
    if matches!(verdict, Verdict::Foreign) && may_change_something(&request) {
        let detail = "Pages of this address may not use the shop: add it to allowed_origins if it is yours.";
        return Problem::new(StatusCode::FORBIDDEN, "foreign_origin", detail).into_response();
    }
    let response = next.run(request).await;
    match verdict {
        Verdict::Listed(origin) => welcome(response, &origin, false),
        Verdict::Own | Verdict::Foreign => response,
    }
}

/// A websocket is none of the safe methods, whatever it says: its page may read all that comes.
fn may_change_something(request: &Request) -> bool {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !safe || request.headers().contains_key(header::UPGRADE) || is_http2_websocket(request)
}

/// RFC 8441: a websocket over HTTP/2 begins with `CONNECT`.
fn is_http2_websocket(request: &Request) -> bool {
    *request.method() == Method::CONNECT
}

fn is_preflight(request: &Request) -> bool {
    *request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn welcome(mut response: Response, origin: &HeaderValue, preflight: bool) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if preflight {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST"),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type"),
        );
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static(PREFLIGHT_MAX_AGE),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::any;
    use tower::ServiceExt as _;

    async fn ask(method: &str, headers: &[(&str, &str)]) -> Response {
        let own = Url::parse("https://karfa.shop.example").unwrap();
        let origins = Origins::new([&own], ["https://www.Shop.example/"]);
        let app = Router::new()
            .route("/", any(|| async { "done" }))
            .layer(from_fn_with_state(origins, guard));
        let mut request = Request::builder()
            .method(method)
            .uri("/")
            .header("host", "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn status(method: &str, headers: &[(&str, &str)]) -> u16 {
        ask(method, headers).await.status().as_u16()
    }

    #[tokio::test]
    async fn our_own_pages_may_change_things() {
        for headers in [
            &[("origin", "https://karfa.shop.example")][..],
            &[("origin", "http://127.0.0.1:8080")],
            &[
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[],
        ] {
            assert_eq!(status("POST", headers).await, 200, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn foreign_pages_may_not() {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("origin", "https://karfa.shop.example.evil.example")],
            &[("origin", "http://karfa.shop.example")],
            &[("origin", "http://127.0.0.1:9999")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            for method in ["POST", "PUT", "DELETE", "PATCH", "INVENTED"] {
                assert_eq!(status(method, headers).await, 403, "{method} {headers:?}");
            }
        }
    }

    #[tokio::test]
    async fn our_own_host_in_clear_text_is_foreign() {
        let own = Url::parse("https://karfa.shop.example").unwrap();
        let app = Router::new()
            .route("/", any(|| async { "done" }))
            .layer(from_fn_with_state(Origins::new([&own], []), guard));
        for (origin, status) in [
            ("http://karfa.shop.example", 403),
            ("https://karfa.shop.example", 200),
        ] {
            let request = Request::post("/")
                .header("host", "karfa.shop.example")
                .header("origin", origin);
            let response = app
                .clone()
                .oneshot(request.body(Body::empty()).unwrap())
                .await
                .unwrap();
            assert_eq!(response.status(), status, "{origin}");
        }
    }

    #[tokio::test]
    async fn a_foreign_page_may_look_but_opens_no_websocket() {
        let foreign = ("origin", "https://evil.example");
        let response = ask("GET", &[foreign]).await;
        assert_eq!(response.status(), 200);
        assert!(
            !response
                .headers()
                .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN),
            "its scripts read nothing"
        );
        assert_eq!(status("GET", &[foreign, ("upgrade", "websocket")]).await, 403);
        assert_eq!(
            status(
                "GET",
                &[("origin", "http://127.0.0.1:8080"), ("upgrade", "websocket")]
            )
            .await,
            200
        );
    }

    #[tokio::test]
    async fn a_listed_origin_is_welcome_with_its_cookies() {
        let listed = ("origin", "https://www.shop.example");
        let response = ask("POST", &[listed, ("sec-fetch-site", "same-site")]).await;
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(
            headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            "https://www.shop.example"
        );
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
        assert_eq!(headers[header::VARY], "Origin");
        let preflight = ask("OPTIONS", &[listed, ("access-control-request-method", "POST")]).await;
        assert_eq!(preflight.status(), 204);
        assert_eq!(
            preflight.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS],
            "content-type"
        );
    }

    #[tokio::test]
    async fn a_refusal_says_what_to_do() {
        let response = ask("POST", &[("origin", "https://evil.example")]).await;
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
    }
}
