//! The signature on every call of InPost to the merchant. Contract, section 3.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// Header of the signature, base64.
pub const SIGNATURE_HEADER: &str = "x-signature";
/// Header of the time of signing, ISO 8601 in UTC with milliseconds.
pub const TIMESTAMP_HEADER: &str = "x-signature-timestamp";
/// Header of the key's version.
pub const KEY_VERSION_HEADER: &str = "x-public-key-ver";
/// Header of the key's hash, see [`key_hash`].
pub const KEY_HASH_HEADER: &str = "x-public-key-hash";

/// The text that is signed with RSASSA-PKCS1-v1_5 and SHA-256: base64 of
/// `base64(SHA-256(body)),merchant_external_id,version,timestamp`.
///
/// `body` is the raw body, empty for a call without one; `version` and `timestamp` are the headers' texts, unchanged.
pub fn signing_text(body: &[u8], merchant_external_id: &str, key_version: &str, timestamp: &str) -> String {
    let body_digest = STANDARD.encode(digest(&SHA256, body));
    STANDARD.encode(format!(
        "{body_digest},{merchant_external_id},{key_version},{timestamp}"
    ))
}

/// The value of `x-public-key-hash`: lower-case hex SHA-256 of the key's base64 **text**, not of its DER.
pub fn key_hash(public_key_base64: &str) -> String {
    lower_hex(digest(&SHA256, public_key_base64.as_bytes()).as_ref())
}

/// Bytes as lower-case hexadecimal text.
pub(crate) fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
