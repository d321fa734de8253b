//! Who logged in: the signed statement, and what makes it believable. Contract, section 4.

use crate::wire::login::{Jwk, Jwks};
use crate::{Error, IdToken, Personal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How far two clocks may differ before an id token counts as ended. Ours: none is published.
pub const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// What a verified id token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// The provider's name of the user.
    pub subject: Personal,
    /// When the statement ends.
    pub expires_at: Timestamp,
}

/// Why an id token is not believed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// Not a JSON web token.
    #[error("it is not a JSON web token")]
    Malformed,
    /// Signed in another way than RS256, which is the only one.
    #[error("it is not signed with RS256")]
    Algorithm,
    /// No key of this name is published.
    #[error("no key of the name that it gives is published")]
    UnknownKey,
    /// The key of this name cannot be used.
    #[error("the key of the name that it gives is not an RSA key")]
    UnusableKey,
    /// The signature is not the key's.
    #[error("the signature does not hold")]
    BadSignature,
    /// Another issuer's.
    #[error("it is another issuer's: compare the configured issuer with what the provider publishes")]
    Issuer,
    /// For somebody else.
    #[error("it is not for this client id")]
    Audience,
    /// It has ended.
    #[error("it has ended")]
    Expired,
    /// The keys could not be fetched, and no former one is of this name. Says nothing about the token: try later.
    #[error("the keys cannot be fetched")]
    KeysUnavailable(#[source] Option<Error>),
}

/// Verifies an id token against these keys: signature, issuer, audience, end.
/// [`Client::verify_id_token`](crate::Client::verify_id_token) fetches the keys as well.
///
/// # Errors
/// [`IdTokenError`], the first reason found.
pub fn verify(
    token: &IdToken,
    keys: &Jwks,
    issuer: &str,
    client_id: &str,
    now: Timestamp,
) -> Result<IdClaims, IdTokenError> {
    let parts = Parts::read(token)?;
    let key = find(keys, parts.key_id()?).ok_or(IdTokenError::UnknownKey)?;
    parts.verify(key, issuer, client_id, now)
}

/// The key of this name.
pub(crate) fn find<'a>(keys: &'a Jwks, key_id: &str) -> Option<&'a Jwk> {
    keys.keys.iter().find(|key| key.kid.as_deref() == Some(key_id))
}

/// A JSON web token in its three parts.
pub(crate) struct Parts<'a> {
    header: Header,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Personal,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl<'a> Parts<'a> {
    pub(crate) fn read(token: &'a IdToken) -> Result<Self, IdTokenError> {
        let (signed, signature) = token.as_str().rsplit_once('.').ok_or(IdTokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(IdTokenError::Malformed)?;
        if payload.contains('.') {
            return Err(IdTokenError::Malformed);
        }
        let header: Header = part(header)?;
        if header.alg != "RS256" {
            return Err(IdTokenError::Algorithm);
        }
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| IdTokenError::Malformed)?;
        Ok(Self {
            header,
            signed,
            payload,
            signature,
        })
    }

    pub(crate) fn key_id(&self) -> Result<&str, IdTokenError> {
        self.header.kid.as_deref().ok_or(IdTokenError::UnknownKey)
    }

    /// Nothing of the payload is read before the signature holds.
    pub(crate) fn verify(
        &self,
        key: &Jwk,
        issuer: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<IdClaims, IdTokenError> {
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        let (n, e) = bytes(&key.n)
            .zip(bytes(&key.e))
            .ok_or(IdTokenError::UnusableKey)?;
        RsaPublicKeyComponents { n, e }
            .verify(
                &RSA_PKCS1_2048_8192_SHA256,
                self.signed.as_bytes(),
                &self.signature,
            )
            .map_err(|_| IdTokenError::BadSignature)?;
        let claims: Claims = part(self.payload)?;
        if claims.iss != issuer {
            return Err(IdTokenError::Issuer);
        }
        if !claims.is_for(client_id) {
            return Err(IdTokenError::Audience);
        }
        let expires_at = Timestamp::from_second(claims.exp).map_err(|_| IdTokenError::Malformed)?;
        if now.duration_since(expires_at) >= LEEWAY {
            return Err(IdTokenError::Expired);
        }
        Ok(IdClaims {
            subject: claims.sub,
            expires_at,
        })
    }
}

impl Claims {
    /// Among several, the one that it was given to (`azp`) must be this one.
    fn is_for(&self, client_id: &str) -> bool {
        match &self.aud {
            Audience::One(audience) => audience == client_id,
            Audience::Several(all) => {
                let given_to = self.azp.as_deref();
                all.iter().any(|audience| audience == client_id)
                    && (given_to == Some(client_id) || (all.len() == 1 && given_to.is_none()))
            }
        }
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, IdTokenError> {
    let json = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| IdTokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| IdTokenError::Malformed)
}
