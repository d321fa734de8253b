//! Identifiers, each of its own type.

use serde::{Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};

/// Netgíró's id of a cart, and of the payment that it becomes (`TransactionId`, a GUID).
///
/// Kept and sent back as it was received; two that differ in the case of their letters are the same.
#[derive(Clone, Debug)]
pub struct TransactionId(String);

impl TransactionId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl PartialEq for TransactionId {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for TransactionId {}

impl Hash for TransactionId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl From<&str> for TransactionId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for TransactionId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TransactionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// The key under which money goes back once however often it is asked for: 1 to 40 visible ASCII characters, the
/// caller's own. Contract, section 6.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The greatest length, in characters.
    pub const MAX_LENGTH: usize = 40;

    /// Reads a key.
    ///
    /// # Errors
    /// [`TextError`] if it is empty, longer than 40 characters or holds others than visible ASCII.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        visible(text, Self::MAX_LENGTH).map(Self)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What Netgíró's support asks for: the header `netgiro_referenceId` of an answer. Log it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SupportId(String);

impl SupportId {
    /// The header of an answer.
    pub const HEADER: &'static str = "netgiro_referenceid";
    /// The greatest length that is kept, in characters.
    const MAX_LENGTH: usize = 128;

    /// Reads an id; nothing if it could not stand in a log as it is.
    pub(crate) fn read(headers: &http::HeaderMap) -> Option<Self> {
        let text = headers.get(Self::HEADER)?.to_str().ok()?;
        visible(text.trim(), Self::MAX_LENGTH).ok().map(Self)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SupportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing stands there.
    #[error("it is empty")]
    Empty,
    /// Too long.
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    /// A character that cannot be sent.
    #[error("it holds other characters than letters, digits and signs")]
    Character,
}

/// A text of at most so many visible ASCII characters, none of them a space.
pub(crate) fn visible(text: &str, max_length: usize) -> Result<String, TextError> {
    if text.is_empty() {
        Err(TextError::Empty)
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(TextError::Character)
    } else if text.len() > max_length {
        Err(TextError::TooLong(max_length))
    } else {
        Ok(text.to_owned())
    }
}
