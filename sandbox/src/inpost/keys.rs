//! The RSA keys that sign the calls to merchants. A key follows from the seed and its version.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey};
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

const BITS: usize = 2048;

/// One version of the keys.
pub(crate) struct Key {
    signer: SigningKey<Sha256>,
    /// SubjectPublicKeyInfo DER, as base64 text: what merchants fetch.
    pub(crate) public_key_base64: String,
}

/// The headers of a signed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) signature: String,
    pub(crate) timestamp: String,
    pub(crate) version: String,
    pub(crate) key_hash: String,
}

/// Making a key takes a good part of a second, and it is the same one every time: each is made once in a process.
static MADE: Mutex<BTreeMap<(u64, String), Arc<Key>>> = Mutex::new(BTreeMap::new());

/// The key of this version.
pub(crate) fn key(seed: u64, version: &str) -> Result<Arc<Key>, KeyError> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = made.get(&(seed, version.to_owned())) {
        return Ok(Arc::clone(key));
    }
    let key = Arc::new(make(seed, version)?);
    made.insert((seed, version.to_owned()), Arc::clone(&key));
    Ok(key)
}

/// A key could not be made or used. With 2048 bits and SHA-256 this does not happen.
#[derive(Debug, thiserror::Error)]
#[error("a signing key could not be made: {0}")]
pub(crate) struct KeyError(String);

fn make(seed: u64, version: &str) -> Result<Key, KeyError> {
    let version_number = version.bytes().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(257).wrapping_add(u64::from(byte))
    });
    let mut random =
        rand_chacha::ChaCha20Rng::seed_from_u64(seed.wrapping_add(version_number.rotate_left(32)));
    let private = rsa::RsaPrivateKey::new(&mut random, BITS).map_err(|error| KeyError(error.to_string()))?;
    let public = private
        .to_public_key()
        .to_public_key_der()
        .map_err(|error| KeyError(error.to_string()))?;
    Ok(Key {
        signer: SigningKey::new(private),
        public_key_base64: STANDARD.encode(public.as_bytes()),
    })
}

impl Key {
    /// Signs a text with RSA and SHA-256, PKCS #1 v1.5: what JWT calls RS256.
    pub(crate) fn rs256(&self, text: &[u8]) -> Box<[u8]> {
        self.signer.sign(text).to_bytes()
    }

    /// Modulus and exponent of the public key, big-endian. They are there for every key that was made here.
    pub(crate) fn public_numbers(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let der = STANDARD.decode(&self.public_key_base64).ok()?;
        let public = rsa::RsaPublicKey::from_public_key_der(&der).ok()?;
        Some((public.n().to_bytes_be(), public.e().to_bytes_be()))
    }

    /// Signs a body for a merchant, as of this moment.
    pub(crate) fn sign(
        &self,
        body: &[u8],
        merchant_external_id: &str,
        version: &str,
        at: Timestamp,
    ) -> Signature {
        let timestamp = format!("{at:.3}");
        let text = inpost_pay::signature::signing_text(body, merchant_external_id, version, &timestamp);
        Signature {
            signature: STANDARD.encode(self.signer.sign(text.as_bytes()).to_bytes()),
            key_hash: hex(
                ring::digest::digest(&ring::digest::SHA256, self.public_key_base64.as_bytes()).as_ref(),
            ),
            version: version.to_owned(),
            timestamp,
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_verifies_with_the_published_key() {
        let key = key(1, "1").unwrap();
        let at: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let signed = key.sign(b"{}", "karfa-demo", "1", at);
        assert_eq!(signed.timestamp, "2026-01-31T12:00:00.000Z");

        let digest = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, b"{}"));
        let text = STANDARD.encode(format!("{digest},karfa-demo,1,2026-01-31T12:00:00.000Z"));
        let public = rsa::pkcs8::DecodePublicKey::from_public_key_der(
            &STANDARD.decode(&key.public_key_base64).unwrap(),
        );
        let verifier = rsa::pkcs1v15::VerifyingKey::<Sha256>::new(public.unwrap());
        let signature = STANDARD.decode(&signed.signature).unwrap();
        let signature = rsa::pkcs1v15::Signature::try_from(signature.as_slice()).unwrap();
        rsa::signature::Verifier::verify(&verifier, text.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn another_version_is_another_key_and_the_same_version_the_same() {
        assert_eq!(
            key(1, "1").unwrap().public_key_base64,
            key(1, "1").unwrap().public_key_base64
        );
        assert_ne!(
            key(1, "1").unwrap().public_key_base64,
            key(1, "2").unwrap().public_key_base64
        );
    }
}
