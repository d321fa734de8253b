//! The signature of V1: on requests, on answers and on callbacks. Contract, section 2.
//!
//! It is the lower-case hexadecimal **plain SHA-256** of secret, nonce, URL and body in this order, nothing between
//! them. The secret is its base64 text as it stands, not what the text decodes to. URL and body are the very bytes that
//! were sent. Netgíró's page speaks of an HMAC and of base64; neither gives the signatures of its own examples.

use http::HeaderMap;
use ring::digest::{Context, SHA256};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};

/// Header of the application id, on requests.
pub const APPLICATION_ID_HEADER: &str = "netgiro_appkey";
/// Header of the nonce.
pub const NONCE_HEADER: &str = "netgiro_nonce";
/// Header of the signature.
pub const SIGNATURE_HEADER: &str = "netgiro_signature";

/// The signature over these bytes: 64 lower-case hexadecimal digits.
///
/// `body` is empty for a call without one.
///
/// ```
/// use netgiro::{signature, test_account};
/// let url = "https://api.test.netgiro.is/v1/Checkout/CheckCart";
/// let signed = signature::sign(&test_account::SECRET.into(), "1", url, br#"{"TransactionId":"7"}"#);
/// assert_eq!(signed.len(), 64);
/// ```
pub fn sign(secret: &SecretString, nonce: &str, url: &str, body: &[u8]) -> String {
    hash(&[
        secret.expose_secret().as_bytes(),
        nonce.as_bytes(),
        url.as_bytes(),
        body,
    ])
}

/// Whether `signature` is the one over these bytes. It takes the same time wherever the two differ; the case of the
/// hexadecimal digits does not matter.
pub fn verify(secret: &SecretString, nonce: &str, url: &str, body: &[u8], signature: &str) -> bool {
    is_equal(secret, &sign(secret, nonce, url, body), signature)
}

/// Lower-case hexadecimal SHA-256 of the parts, one after the other.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let digest = context.finish();
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares two signatures without telling where they differ: both go through a keyed hash first.
pub(crate) fn is_equal(secret: &SecretString, expected: &str, presented: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let presented = hmac::sign(&key, presented.to_ascii_lowercase().as_bytes());
    hmac::verify(&key, expected.as_bytes(), presented.as_ref()).is_ok()
}

/// The value of a header that must stand once, in visible ASCII. Nothing if it is absent, doubled or unreadable.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}
