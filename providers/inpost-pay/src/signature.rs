//! The signature on every call of InPost to the merchant. Contract, section 3.
//!
//! Method, path and query are **not** signed and there is no nonce: remember accepted signatures for
//! [`REPLAY_WINDOW`] and refuse a repeated one.

use crate::Error;
use crate::wire::signing_key::PublicKey;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// Header of the signature, base64.
pub const SIGNATURE_HEADER: &str = "x-signature";
/// Header of the time of signing, ISO 8601 in UTC with milliseconds.
pub const TIMESTAMP_HEADER: &str = "x-signature-timestamp";
/// Header of the key's version.
pub const KEY_VERSION_HEADER: &str = "x-public-key-ver";
/// Header of the key's hash, see [`key_hash`].
pub const KEY_HASH_HEADER: &str = "x-public-key-hash";

/// How far the time of signing may be from now, past or future: 240 s.
pub const MAX_AGE: SignedDuration = SignedDuration::from_secs(240);
/// How long an accepted signature must be remembered so that it cannot be used twice: 480 s.
pub const REPLAY_WINDOW: SignedDuration = SignedDuration::from_secs(480);

/// `rsaEncryption`, RFC 8017, appendix C.
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

static MILLISECONDS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// The text that is signed with RSASSA-PKCS1-v1_5 and SHA-256: base64 of
/// `base64(SHA-256(body)),merchant_external_id,version,timestamp`.
///
/// `body` is the raw body, empty for a call without one; `key_version` and `timestamp` are the headers' texts,
/// unchanged.
pub fn signing_text(body: &[u8], merchant_external_id: &str, key_version: &str, timestamp: &str) -> String {
    let body_digest = STANDARD.encode(digest(&SHA256, body));
    STANDARD.encode(format!(
        "{body_digest},{merchant_external_id},{key_version},{timestamp}"
    ))
}

/// A time as it stands in `x-signature-timestamp`: `2024-01-31T12:00:00.000Z`.
pub fn signing_timestamp(time: Timestamp) -> String {
    MILLISECONDS.timestamp_to_string(&time)
}

/// The value of `x-public-key-hash`: lower-case hex SHA-256 of the key's base64 **text**, not of its DER.
pub fn key_hash(public_key_base64: &str) -> String {
    lower_hex(digest(&SHA256, public_key_base64.as_bytes()).as_ref())
}

/// Bytes as lower-case hexadecimal text.
pub(crate) fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The four headers of a signed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureHeaders<'a> {
    /// `x-signature`. One signature has one text, so this is what a replay guard remembers.
    pub signature: &'a str,
    /// `x-signature-timestamp`.
    pub timestamp: &'a str,
    /// `x-public-key-ver`.
    pub key_version: &'a str,
    /// `x-public-key-hash`.
    pub key_hash: &'a str,
}

impl<'a> SignatureHeaders<'a> {
    /// Takes the four headers out of a request.
    ///
    /// # Errors
    /// [`SignatureError::MissingHeader`], or [`SignatureError::MalformedHeader`] for one that is repeated or no text.
    pub fn read(headers: &'a HeaderMap) -> Result<Self, SignatureError> {
        Ok(Self {
            signature: only(headers, SIGNATURE_HEADER)?,
            timestamp: only(headers, TIMESTAMP_HEADER)?,
            key_version: only(headers, KEY_VERSION_HEADER)?,
            key_hash: only(headers, KEY_HASH_HEADER)?,
        })
    }

    /// Checks the time of signing alone: cheap, and done before a key is looked up.
    ///
    /// # Errors
    /// [`SignatureError::MalformedHeader`] or [`SignatureError::Stale`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), SignatureError> {
        let signed_at: Timestamp = self
            .timestamp
            .parse()
            .map_err(|_| SignatureError::MalformedHeader(TIMESTAMP_HEADER))?;
        let age = now.duration_since(signed_at);
        if age.abs() > MAX_AGE {
            Err(SignatureError::Stale { age })
        } else {
            Ok(())
        }
    }
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

/// Why a call does not count as InPost's. Answer 401 INVALID_SIGNATURE, except for
/// [`KeysUnavailable`](SignatureError::KeysUnavailable), which says nothing about the caller: 503.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A header is absent.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// A header is repeated, no text, no time or no base64.
    #[error("the header {0} cannot be read")]
    MalformedHeader(&'static str),
    /// Signed too long ago, or in the future.
    #[error("signed {} s away from now, more than {} s: check both clocks", .age.as_secs(), MAX_AGE.as_secs())]
    Stale {
        /// Now less the time of signing; negative for the future.
        age: SignedDuration,
    },
    /// There is no key of this version.
    #[error("there is no signing key of this version")]
    UnknownKeyVersion,
    /// The key of this version cannot be used.
    #[error("the signing key of this version cannot be used: {0}")]
    UnusableKey(KeyError),
    /// The hash is not that of the key of this version.
    #[error("the header {KEY_HASH_HEADER} does not name the key of this version")]
    WrongKeyHash,
    /// The signature is not the key's over this body, merchant, version and time.
    #[error("the signature does not hold")]
    BadSignature,
    /// The keys could not be fetched, and there are no former ones to go by.
    #[error("InPost's signing keys cannot be fetched; the call can be checked once they are")]
    KeysUnavailable(#[source] Option<Error>),
}

/// Why a public key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not base64.
    #[error("it is not base64")]
    Base64,
    /// Not SubjectPublicKeyInfo DER.
    #[error("it is not SubjectPublicKeyInfo DER")]
    Der,
    /// Not an RSA key.
    #[error("it is not an RSA key")]
    NotRsa,
}

/// A public key of InPost, ready to verify with.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    version: String,
    hash: String,
    rsa: UnparsedPublicKey<Vec<u8>>,
}

impl VerifyingKey {
    /// Reads a key as InPost publishes it.
    ///
    /// # Errors
    /// [`KeyError`] if it is not an RSA key in SubjectPublicKeyInfo DER in base64.
    pub fn parse(key: &PublicKey) -> Result<Self, KeyError> {
        let der = STANDARD
            .decode(key.public_key_base64.trim_ascii())
            .map_err(|_| KeyError::Base64)?;
        let info = SubjectPublicKeyInfoRef::try_from(der.as_slice()).map_err(|_| KeyError::Der)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(KeyError::NotRsa);
        }
        // ring takes the PKCS#1 key that SubjectPublicKeyInfo wraps.
        let pkcs1 = info.subject_public_key.as_bytes().ok_or(KeyError::Der)?;
        Ok(Self {
            version: key.version.clone(),
            hash: key_hash(&key.public_key_base64),
            rsa: UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1.to_vec()),
        })
    }

    /// The version that `x-public-key-ver` names.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The hash that `x-public-key-hash` must carry.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// Verifies a call of InPost against one key. [`KeyCache::verify`](crate::KeyCache::verify) finds the key as well.
///
/// `body` is the raw body as received, before any reading of it.
///
/// # Errors
/// [`SignatureError`], the first reason found.
pub fn verify(
    headers: &SignatureHeaders<'_>,
    body: &[u8],
    merchant_external_id: &str,
    key: &VerifyingKey,
    now: Timestamp,
) -> Result<(), SignatureError> {
    headers.check_time(now)?;
    if headers.key_version != key.version {
        return Err(SignatureError::UnknownKeyVersion);
    }
    if headers.key_hash != key.hash {
        return Err(SignatureError::WrongKeyHash);
    }
    let signature = STANDARD
        .decode(headers.signature)
        .map_err(|_| SignatureError::MalformedHeader(SIGNATURE_HEADER))?;
    let text = signing_text(body, merchant_external_id, headers.key_version, headers.timestamp);
    key.rsa
        .verify(text.as_bytes(), &signature)
        .map_err(|_| SignatureError::BadSignature)
}
