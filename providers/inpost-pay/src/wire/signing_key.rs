//! InPost's public signing keys: `GET /v1/izi/signing-keys/public[/{version}]`. Contract, section 3.

use super::{or_default, text};
use serde::{Deserialize, Serialize};

/// Every key that is in force for a merchant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    /// The merchant's id, part of every signed text.
    pub merchant_external_id: String,
    /// The keys.
    #[serde(default, deserialize_with = "or_default")]
    pub public_keys: Vec<PublicKey>,
}

/// One key of a merchant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// The merchant's id, part of every signed text.
    pub merchant_external_id: String,
    /// The key.
    pub public_key: PublicKey,
}

/// A public key and its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// SubjectPublicKeyInfo DER in base64. `x-public-key-hash` is the hash of this text, not of the DER.
    pub public_key_base64: String,
    /// What `x-public-key-ver` names.
    #[serde(deserialize_with = "text")]
    pub version: String,
}
