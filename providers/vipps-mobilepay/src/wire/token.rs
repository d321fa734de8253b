//! The access token: `POST /accesstoken/get`. Contract, section 2.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// The answer. Every value of it is a text; one that is written as a number is read as well.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// `Bearer`.
    pub token_type: String,
    /// How long it lives, in seconds: `86398`.
    #[serde(deserialize_with = "super::text")]
    pub expires_in: String,
    /// The same again.
    #[serde(default, deserialize_with = "super::text")]
    pub ext_expires_in: String,
    /// When it ends, in seconds of Unix time.
    #[serde(default, deserialize_with = "super::text")]
    pub expires_on: String,
    /// When it begins, in seconds of Unix time.
    #[serde(default, deserialize_with = "super::text")]
    pub not_before: String,
    /// What it is for.
    #[serde(default)]
    pub resource: String,
    /// The token itself.
    #[serde(serialize_with = "expose")]
    pub access_token: SecretString,
}

fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}
