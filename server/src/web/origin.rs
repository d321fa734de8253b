//! Who may ask: pages of our own origin, and for the widget's API those of the origins that the shop has listed.
//!
//! A browser tells with every request that may change something, and with every websocket, which page it comes from
//! (`Origin`, `Sec-Fetch-Site`); a page cannot forge that. Requests that tell neither come from no browser and carry
//! nobody's cookies by accident; they are let through. The cookie's `SameSite=Lax` is a second wall, not this one.
//!
//! A page of a listed origin on another site gets cookies that are sent along there, and kept apart from every other
//! site's: `SameSite=None; Secure; Partitioned`. For these this wall is the only one. Whether a page is on another site,
//! the browser says itself (`Sec-Fetch-Site`): it knows the list of public suffixes.

use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashSet;
use std::sync::Arc;
use tower_sessions::cookie::{Cookie, SameSite};
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What listed origins may use: the widget's API, and nothing of the shop around it.
const FOR_LISTED: &str = "/api/widget/";

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

    fn judge(&self, path: &str, headers: &HeaderMap) -> Verdict {
        let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
        let Some(origin) = headers.get(header::ORIGIN) else {
            return match site {
                None | Some(b"same-origin" | b"none") => Verdict::Own,
                Some(_) => Verdict::Foreign,
            };
        };
        let text = origin.to_str().unwrap_or_default().to_ascii_lowercase();
        let own =
            site == Some(b"same-origin") || self.0.own.contains(&text) || self.is_of_host(&text, headers);
        if own {
            Verdict::Own
        } else if path.starts_with(FOR_LISTED) && self.0.listed.contains(&text) {
            Verdict::Listed
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
    /// A page of an origin that the shop has listed, and it asks for what those may use.
    Listed,
    /// A page of anybody else.
    Foreign,
}

/// A layer that refuses what other people's pages ask for, and tells browsers that listed origins are welcome (CORS).
pub async fn guard(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let verdict = origins.judge(request.uri().path(), request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    // A foreign page's is answered too: else its browser would keep from it, and from whoever builds it, why it is refused.
    if let (Verdict::Listed | Verdict::Foreign, Some(origin), true) =
        (&verdict, &origin, is_preflight(&request))
    {
        return welcome(StatusCode::NO_CONTENT.into_response(), origin, true);
    }
    match (verdict, origin) {
        (Verdict::Foreign, Some(origin)) => welcome(refusal(), &origin, false),
        (Verdict::Foreign, None) if may_change_something(&request) => refusal(),
        (Verdict::Listed, Some(origin)) => {
            let same_site = is_same_site(request.headers());
            let mut response = next.run(request).await;
            if !same_site {
                partition_cookies(&mut response);
            }
            welcome(response, &origin, false)
        }
        _ => next.run(request).await,
    }
}

fn refusal() -> Response {
    let detail = "Pages of this address may not use the shop: add it to allowed_origins if it is yours.";
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", detail).into_response()
}

/// Whether the browser says that the page is on our site. One that does not say so takes partitioned cookies for both.
fn is_same_site(headers: &HeaderMap) -> bool {
    headers
        .get(SEC_FETCH_SITE)
        .is_some_and(|site| matches!(site.as_bytes(), b"same-site" | b"same-origin"))
}

/// Makes the cookies that are set ones that a page of another site keeps: apart from those that its neighbours keep.
fn partition_cookies(response: &mut Response) {
    let set: Vec<HeaderValue> = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    response.headers_mut().remove(header::SET_COOKIE);
    for value in set {
        let Some(mut cookie) = value
            .to_str()
            .ok()
            .and_then(|text| Cookie::parse(text.to_owned()).ok())
        else {
            continue;
        };
        cookie.set_same_site(SameSite::None);
        cookie.set_secure(true);
        cookie.set_partitioned(true);
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
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
        ask_for("/api/widget/link", method, headers).await
    }

    async fn ask_for(path: &str, method: &str, headers: &[(&str, &str)]) -> Response {
        let own = Url::parse("https://karfa.shop.example").unwrap();
        let origins = Origins::new(
            [&own],
            ["https://www.Shop.example/", "https://karfa.shop.example"],
        );
        let app = Router::new()
            .route(
                "/{*path}",
                any(|| async {
                    (
                        [("set-cookie", "a=b; HttpOnly; SameSite=Lax; Path=/; Max-Age=60")],
                        "done",
                    )
                }),
            )
            .layer(from_fn_with_state(origins, guard));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
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
    async fn a_listed_page_may_use_the_widgets_api_and_nothing_else() {
        let listed = ("origin", "https://www.shop.example");
        for (path, status) in [
            ("/api/widget/link", 200),
            ("/api/widget", 403),
            ("/api/widgets", 403),
            ("/account", 403),
            ("/basket", 403),
            ("/checkout", 403),
            ("/sign-out", 403),
        ] {
            for method in ["GET", "POST"] {
                let answer = ask_for(path, method, &[listed, ("sec-fetch-site", "same-site")]).await;
                assert_eq!(answer.status(), status, "{method} {path}");
                let credentials = answer
                    .headers()
                    .contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS);
                assert!(status == 200 || !answer.headers().contains_key(header::SET_COOKIE));
                assert!(credentials || status == 403);
            }
        }
        // A link on it leads everywhere.
        let link = ask_for("/account", "GET", &[("sec-fetch-site", "same-site")]).await;
        assert_eq!(link.status(), 200);
        // And our own page is ours, listed or not.
        let own = ask_for("/account", "POST", &[("origin", "https://karfa.shop.example")]).await;
        assert_eq!(own.status(), 200);
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
    async fn a_foreign_page_may_lead_here_but_its_scripts_read_nothing_and_open_no_websocket() {
        assert_eq!(
            status("GET", &[("sec-fetch-site", "cross-site")]).await,
            200,
            "a link"
        );
        let foreign = ("origin", "https://evil.example");
        assert_eq!(status("GET", &[foreign]).await, 403);
        assert_eq!(status("GET", &[foreign, ("upgrade", "websocket")]).await, 403);
        assert_eq!(
            status(
                "GET",
                &[("sec-fetch-site", "cross-site"), ("upgrade", "websocket")]
            )
            .await,
            403
        );
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
    async fn a_foreign_page_can_read_why_it_is_refused_and_no_more() {
        let foreign = ("origin", "https://evil.example");
        let preflight = ask("OPTIONS", &[foreign, ("access-control-request-method", "POST")]).await;
        assert_eq!(preflight.status(), 204);
        assert!(!preflight.headers().contains_key(header::SET_COOKIE));
        let refused = ask("POST", &[foreign]).await;
        assert_eq!(refused.status(), 403);
        assert_eq!(
            refused.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            "https://evil.example"
        );
    }

    #[tokio::test]
    async fn a_page_of_another_site_gets_cookies_of_its_own() {
        let listed = ("origin", "https://www.shop.example");
        let cookie = async |headers: &[(&str, &str)]| {
            let response = ask("POST", headers).await;
            response.headers()[header::SET_COOKIE]
                .to_str()
                .unwrap()
                .to_owned()
        };
        for site in [Some("cross-site"), None] {
            let mut headers = vec![listed];
            headers.extend(site.map(|site| ("sec-fetch-site", site)));
            let text = cookie(&headers).await;
            for flag in [
                "a=b",
                "HttpOnly",
                "Secure",
                "SameSite=None",
                "Partitioned",
                "Path=/",
                "Max-Age=60",
            ] {
                assert!(text.contains(flag), "{flag} is not in {text}");
            }
            assert!(!text.contains("Lax"), "{text}");
        }
        for headers in [&[listed, ("sec-fetch-site", "same-site")][..], &[]] {
            assert_eq!(
                cookie(headers).await,
                "a=b; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
            );
        }
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
