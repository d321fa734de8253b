//! The access token: `POST /accesstoken/get`. Contract, section 2.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// The answer. Every value of it is a text; one that is written as a number is read as well. Only the token and its life
/// must be there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessToken {
    /// `Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// How long it lives, in seconds: `86398`.
    #[serde(deserialize_with = "super::text")]
    pub expires_in: String,
    /// The same again.
    #[serde(
        default,
        deserialize_with = "super::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub ext_expires_in: Option<String>,
    /// When it ends, in seconds of Unix time.
    #[serde(
        default,
        deserialize_with = "super::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_on: Option<String>,
    /// When it begins, in seconds of Unix time.
    #[serde(
        default,
        deserialize_with = "super::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub not_before: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The token itself.
    #[serde(serialize_with = "expose")]
    pub access_token: SecretString,
}

fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}
