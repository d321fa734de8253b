//! The address of a call below the address of an API.

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
}
