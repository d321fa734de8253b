//! The messages of the contract, by section. Names are the contract's own.
//!
//! Unknown fields are ignored, optional fields are absent when there is nothing to say, a `null` is read as absence.
//! No behaviour belongs here beyond reading, writing, and questions about one message.

/// Section 4: merchant-initiated login, user info, keys.
pub mod login;
/// Section 5: payments and their events.
pub mod payment;
/// Errors of every API and of the gateways before them.
pub mod problem;
/// Section 3: codes and what they are exchanged for.
pub mod qr;
/// Section 5: the receipt that goes with a payment.
pub mod receipt;
/// Section 2: the access token.
pub mod token;
/// Section 6: webhooks and what they carry.
pub mod webhook;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Reads a JSON body.
///
/// # Errors
/// [`MalformedBody`], which says where the body is wrong and never what stands there.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, MalformedBody> {
    serde_json::from_slice(body).map_err(|error| MalformedBody {
        line: error.line(),
        column: error.column(),
    })
}

/// A body is not JSON, or not what the contract says. Holds a place, never the text: that may name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not what the contract says at line {line}, column {column}")]
pub struct MalformedBody {
    /// Line, from 1; 0 when the fault is in the whole.
    pub line: usize,
    /// Column, from 1; 0 when the body ended too early at a line's start, or the fault is in the whole.
    pub column: usize,
}

/// Reads `null` as the default: the other side writes `null` where it has no list.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Number(serde_json::Number),
}

impl From<Written> for String {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => text,
            Written::Number(number) => number.to_string(),
        }
    }
}

/// Reads a text that some senders write as a number, such as `expires_in` or a sales unit's number.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Written::deserialize(deserializer).map(String::from)
}

/// The same of one that may be absent.
fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Written>::deserialize(deserializer)?.map(String::from))
}
