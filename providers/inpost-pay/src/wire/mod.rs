//! The messages of the contract, by section. Names are the contract's own, spelt as it spells them.
//!
//! Unknown fields are ignored, optional fields are absent when there is nothing to say, a `null` is read as absence.
//! No behaviour belongs here beyond reading and writing.

/// Section 4: the basket.
pub mod basket;
/// Section 5: what the app did to a basket.
pub mod basket_event;
/// Sections 2 and 3: linking a basket, and its confirmation.
pub mod binding;
/// Sections 2 and 3: the error bodies of both sides.
pub mod error;
/// Section 6: orders.
pub mod order;
/// Section 7: order events in both directions.
pub mod order_event;
/// Section 8: transactions and refunds.
pub mod payment;
/// Sections 2 and 3: pages of products, and a basket begun in the app.
pub mod product;
/// Section 3: the public signing keys.
pub mod signing_key;

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
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1; 0 when the body ended too early at a line's start.
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

/// Reads a text that some senders write as a number, such as a version or a port.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Number(serde_json::Number),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Number(number) => number.to_string(),
    })
}
