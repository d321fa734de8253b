//! Our own cookies, the session's aside.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};

/// The cookie that keeps InPost's id of a trusted browser (InPost contract, section 9).
const BROWSER_ID: &str = "BrowserId";
/// The longest id that is believed.
const LONGEST: usize = 128;

/// InPost's id of the browser, if its cookie has one.
pub fn browser_id(headers: &HeaderMap) -> Option<String> {
    let texts = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut found = texts
        .flat_map(|text| Cookie::split_parse(text.to_owned()))
        .filter_map(Result::ok);
    let cookie = found.find(|cookie| cookie.name() == BROWSER_ID)?;
    let plausible =
        |id: &&str| !id.is_empty() && id.len() <= LONGEST && id.bytes().all(|b| b.is_ascii_graphic());
    Some(cookie.value()).filter(plausible).map(str::to_owned)
}

/// Keeps InPost's id of a trusted browser for a year (InPost contract, section 12).
pub fn set_browser_id(response: &mut Response, id: &str, https: bool) {
    set(response, id, https, true, Duration::days(365));
}

/// The same for a page whose own scripts have to read it, as the vendor's widget does.
pub fn set_readable_browser_id(response: &mut Response, id: &str, https: bool) {
    set(response, id, https, false, Duration::days(365));
}

/// Forgets InPost's id of the browser.
pub fn clear_browser_id(response: &mut Response, https: bool) {
    set(response, "", https, true, Duration::ZERO);
}

fn set(response: &mut Response, value: &str, https: bool, http_only: bool, life: Duration) {
    let cookie = Cookie::build((BROWSER_ID, value))
        .path("/")
        .http_only(http_only)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(life)
        .build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    fn cookie_header(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(text).expect("a header"))])
    }

    #[test]
    fn the_id_is_found_among_other_cookies() {
        assert_eq!(
            browser_id(&cookie_header("a=b; BrowserId=x-1; c=d")).as_deref(),
            Some("x-1")
        );
        assert_eq!(browser_id(&cookie_header("a=b")), None);
        assert_eq!(browser_id(&cookie_header("BrowserId=")), None);
        assert_eq!(
            browser_id(&cookie_header(&format!("BrowserId={}", "x".repeat(129)))),
            None
        );
        assert_eq!(browser_id(&HeaderMap::new()), None);
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let mut response = ().into_response();
        set_browser_id(&mut response, "id", true);
        let text = response.headers()[header::SET_COOKIE]
            .to_str()
            .expect("text")
            .to_owned();
        for flag in [
            "BrowserId=id",
            "HttpOnly",
            "Secure",
            "SameSite=Lax",
            "Path=/",
            "Max-Age=31536000",
        ] {
            assert!(text.contains(flag), "{flag} is not in {text}");
        }
    }
}
