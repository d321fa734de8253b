//! A signing key as InPost holds one, shared by the tests of signatures and of the key cache.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use inpost_pay::signature::{
    KEY_HASH_HEADER, KEY_VERSION_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_hash, signing_text,
};
use inpost_pay::wire::signing_key::PublicKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, RsaPublicKey};
use std::sync::LazyLock;

pub(crate) const MERCHANT: &str = "merchant-1";
pub(crate) const SIGNED_AT: &str = "2024-01-31T12:00:00.000Z";

/// Made once for a test binary: making one takes a second or more.
static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap());

/// What InPost publishes for the key under this version.
pub(crate) fn public_key(version: &str) -> PublicKey {
    let der = RsaPublicKey::from(&*KEY).to_public_key_der().unwrap();
    PublicKey {
        public_key_base64: STANDARD.encode(der.as_bytes()),
        version: version.into(),
    }
}

/// The key's signature of a text, base64.
pub(crate) fn sign(text: &str) -> String {
    STANDARD.encode(
        SigningKey::<Sha256>::new(KEY.clone())
            .sign(text.as_bytes())
            .to_vec(),
    )
}

/// The headers of a call that InPost signed.
pub(crate) fn signed_headers(body: &[u8], version: &str, timestamp: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let signature = sign(&signing_text(body, MERCHANT, version, timestamp));
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    headers.insert(TIMESTAMP_HEADER, timestamp.parse().unwrap());
    headers.insert(KEY_VERSION_HEADER, version.parse().unwrap());
    headers.insert(
        KEY_HASH_HEADER,
        key_hash(&public_key(version).public_key_base64).parse().unwrap(),
    );
    headers
}
