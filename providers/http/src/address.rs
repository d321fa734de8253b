//! The address of an API, and of a call below it.

use crate::NotSent;
use url::Url;

/// The address of a call: the segments, each percent-encoded, below the API's address.
///
/// ```
/// let base = url::Url::parse("https://api.example/v1/")?;
/// let address = provider_http::address_below(&base, &["payments", "a/b"])?;
/// assert_eq!(address.as_str(), "https://api.example/v1/payments/a%2Fb");
/// // It would be the address of another call.
/// assert!(provider_http::address_below(&base, &["payments", ".."]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`NotSent::Request`] if a segment is empty or a dot segment, which would change which call it is, or if there is
/// nothing below an address of this kind.
pub fn address_below(base: &Url, path: &[&str]) -> Result<Url, NotSent> {
    if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(NotSent::unformable("an identifier is empty or a dot segment"));
    }
    let mut address = base.clone();
    address
        .path_segments_mut()
        .map_err(|()| NotSent::unformable("the API's address cannot have a path"))?
        .pop_if_empty()
        .extend(path);
    Ok(address)
}

/// Whether this can be the address of an API: http or https, with nothing in it that a request leaves behind. User info, a
/// query or a fragment would stand in what is signed or logged, and not in what is sent.
///
/// ```
/// let address = url::Url::parse("https://api.example/v1/")?;
/// assert_eq!(provider_http::check_api_address(&address), Ok(()));
/// let address = url::Url::parse("https://till:secret@api.example/v1/")?;
/// assert_eq!(provider_http::check_api_address(&address), Err("https://api.example/v1/".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The address as it may be shown: without its user info, which may be a password.
pub fn check_api_address(address: &Url) -> Result<(), String> {
    let is_bare = address.username().is_empty()
        && address.password().is_none()
        && address.query().is_none()
        && address.fragment().is_none();
    if is_bare && matches!(address.scheme(), "http" | "https") {
        return Ok(());
    }
    let mut shown = address.clone();
    // An address that cannot have user info has none to hide.
    let _ = shown.set_username("").and_then(|()| shown.set_password(None));
    Err(shown.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base: &str, path: &[&str]) -> Result<String, NotSent> {
        address_below(&Url::parse(base).unwrap(), path).map(String::from)
    }

    #[test]
    fn segments_are_encoded_and_a_slash_at_the_end_of_the_base_does_not_matter() {
        for base in ["https://a.test/v1", "https://a.test/v1/"] {
            assert_eq!(
                below(base, &["x y", "é?#%2F"]).unwrap(),
                "https://a.test/v1/x%20y/%C3%A9%3F%23%252F"
            );
        }
    }

    #[test]
    fn no_identifier_changes_which_call_it_is() {
        for wrong in ["", ".", ".."] {
            let error = below("https://a.test/v1", &["things", wrong, "cancel"]).unwrap_err();
            assert!(matches!(error, NotSent::Request { .. }), "{error}");
        }
        assert!(below("mailto:a@b", &["things"]).is_err());
    }

    #[test]
    fn an_api_has_an_address_of_scheme_host_and_path() {
        let check = |address: &str| check_api_address(&Url::parse(address).unwrap());
        for right in [
            "https://a.test",
            "http://127.0.0.1:8090/v1/",
            "https://a.test/a%20b",
        ] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
        for (wrong, shown) in [
            ("https://a.test/v1?b=c", "https://a.test/v1?b=c"),
            ("https://a.test/v1?", "https://a.test/v1?"),
            ("https://a.test/v1#b", "https://a.test/v1#b"),
            ("https://name@a.test/v1", "https://a.test/v1"),
            ("https://:word@a.test/v1", "https://a.test/v1"),
            ("ftp://name:word@a.test/v1", "ftp://a.test/v1"),
            ("mailto:a@b", "mailto:a@b"),
            ("file:///etc", "file:///etc"),
        ] {
            assert_eq!(check(wrong), Err(shown.to_owned()), "{wrong}");
        }
    }
}
