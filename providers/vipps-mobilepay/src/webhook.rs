//! The signature on every webhook. Contract, section 6.
//!
//! It covers path, time and body, and there is no nonce: a webhook may come twice, and a signed one can be played again
//! for [`MAX_AGE`]. That is harmless to a merchant who takes a webhook as a reason to read the payment, and nothing more.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use url::{Position, Url};

/// Header of the time of signing, RFC 1123.
pub const DATE_HEADER: &str = "x-ms-date";
/// Header of the body's hash: base64 of its SHA-256.
pub const CONTENT_HASH_HEADER: &str = "x-ms-content-sha256";

/// How far the time of signing may be from now, past or future: 300 s. Ours: none is published.
pub const MAX_AGE: SignedDuration = SignedDuration::from_secs(300);

/// What stands before the signature in `Authorization`.
const SCHEME: &str = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";

static PRINTER: DateTimePrinter = DateTimePrinter::new();
static PARSER: DateTimeParser = DateTimeParser::new();

/// Why a call does not count as the provider's. Answer 401, whatever the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A header is absent.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// A header is repeated, no text, no time, or not in the form of the contract.
    #[error("the header {0} cannot be read")]
    MalformedHeader(&'static str),
    /// Signed too long ago, or in the future.
    #[error("signed {} s away from now, more than {} s: check both clocks", .age.as_secs(), MAX_AGE.as_secs())]
    Stale {
        /// Now less the time of signing; negative for the future.
        age: SignedDuration,
    },
    /// The header does not carry the hash of this body.
    #[error("the header {CONTENT_HASH_HEADER} is not of this body")]
    WrongContentHash,
    /// The signature is not the secret's over this address, time and body.
    #[error("the signature does not hold: check the secret and the address that was registered")]
    BadSignature,
}

/// The headers of a signed call.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `x-ms-date`.
    pub date: String,
    /// `x-ms-content-sha256`.
    pub content_hash: String,
    /// `Host`.
    pub host: String,
    /// `Authorization`.
    pub authorization: String,
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHeaders")
            .field("date", &self.date)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// Signs a call as the provider does: for an emulation, and for tests of a merchant's endpoint.
pub fn sign(secret: &SecretString, registered: &Url, body: &[u8], now: Timestamp) -> SignedHeaders {
    let date = date_text(now);
    let content_hash = content_hash(body);
    let text = signing_text(registered, &date, &content_hash);
    let signature = STANDARD.encode(hmac::sign(&key(secret), text.as_bytes()));
    SignedHeaders {
        date,
        content_hash,
        host: host(registered).to_owned(),
        authorization: format!("{SCHEME}{signature}"),
    }
}

/// Verifies a call to the merchant: the time, the body's hash, then the signature, compared in constant time.
///
/// `registered` is the address as it was registered, whatever a proxy made of it on the way; `body` is the raw body as
/// received, before any reading of it.
///
/// # Errors
/// [`SignatureError`], the first reason found.
pub fn verify(
    secret: &SecretString,
    registered: &Url,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let date = only(headers, DATE_HEADER)?;
    let hash = only(headers, CONTENT_HASH_HEADER)?;
    let signature = only(headers, AUTHORIZATION.as_str())?
        .strip_prefix(SCHEME)
        .and_then(|signature| STANDARD.decode(signature).ok())
        .ok_or(SignatureError::MalformedHeader(AUTHORIZATION.as_str()))?;
    let signed_at = read_date(date).ok_or(SignatureError::MalformedHeader(DATE_HEADER))?;
    let age = now.duration_since(signed_at);
    if age.abs() > MAX_AGE {
        return Err(SignatureError::Stale { age });
    }
    if hash != content_hash(body) {
        return Err(SignatureError::WrongContentHash);
    }
    let text = signing_text(registered, date, hash);
    hmac::verify(&key(secret), text.as_bytes(), &signature).map_err(|_| SignatureError::BadSignature)
}

/// The text that is signed: method, path with query, and the three headers between semicolons.
pub fn signing_text(registered: &Url, date: &str, content_hash: &str) -> String {
    let target = &registered[Position::BeforePath..Position::AfterQuery];
    format!("POST\n{target}\n{date};{};{content_hash}", host(registered))
}

/// The value of `x-ms-content-sha256` for this body.
pub fn content_hash(body: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, body))
}

/// A time as it stands in `x-ms-date`: `Thu, 30 Mar 2023 08:38:32 GMT`. A time outside of the years 0 to 9999 is the
/// epoch's.
pub fn date_text(time: Timestamp) -> String {
    let text = |time: &Timestamp| PRINTER.timestamp_to_rfc9110_string(time).ok();
    text(&time)
        .or_else(|| text(&Timestamp::UNIX_EPOCH))
        .unwrap_or_default()
}

/// Reads a time in the form of RFC 1123, which `Retry-After` may have too.
pub(crate) fn read_date(text: &str) -> Option<Timestamp> {
    PARSER.parse_timestamp(text).ok()
}

/// The registered address's host, with its port unless it is the scheme's own.
fn host(registered: &Url) -> &str {
    &registered[Position::BeforeHost..Position::AfterPort]
}

/// The key is the secret's text, not what the text is base64 of.
fn key(secret: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes())
}

/// A repeated header is refused: two readers might each believe another one.
fn only<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, SignatureError> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or(SignatureError::MissingHeader(name))?;
    match (value.to_str(), values.next()) {
        (Ok(text), None) => Ok(text),
        _ => Err(SignatureError::MalformedHeader(name)),
    }
}
