//! JSON bodies: reading them without quoting them, and what providers write in place of what they should.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Reads a JSON body.
///
/// ```
/// let body = br#"{"phone": "4712345678", "exists": "yes"}"#;
/// # #[derive(serde::Deserialize, Debug)]
/// # struct Answer { exists: bool }
/// let error = provider_http::json::read::<Answer>(body).unwrap_err();
/// assert_eq!(error.line, 1);
/// assert!(!error.to_string().contains("4712345678"));
/// ```
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

/// Reads `null` as the default: some senders write `null` where they have no list. For serde's `deserialize_with`, next
/// to `default`.
///
/// # Errors
/// What reading a `T` fails with.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
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

/// Reads a text that some senders write as a number, such as a port or a time to live. For serde's `deserialize_with`.
///
/// # Errors
/// If it is neither.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Written::deserialize(deserializer).map(String::from)
}

/// The same of one that may be absent or `null`; next to `default`.
///
/// # Errors
/// If it is there and neither.
pub fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Written>::deserialize(deserializer)?.map(String::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Message {
        #[serde(default, deserialize_with = "or_default")]
        list: Vec<u8>,
        #[serde(deserialize_with = "text")]
        port: String,
        #[serde(default, deserialize_with = "optional_text")]
        life: Option<String>,
    }

    #[test]
    fn numbers_are_read_as_texts_and_null_as_nothing() {
        let message = |list: &[u8], port: &str, life: Option<&str>| Message {
            list: list.to_vec(),
            port: port.to_owned(),
            life: life.map(str::to_owned),
        };
        for (body, expected) in [
            (r#"{"port":"80"}"#, message(&[], "80", None)),
            (r#"{"list":null,"port":80,"life":null}"#, message(&[], "80", None)),
            (
                r#"{"list":[1],"port":1.50,"life":86398}"#,
                message(&[1], "1.5", Some("86398")),
            ),
        ] {
            assert_eq!(read::<Message>(body.as_bytes()), Ok(expected), "{body}");
        }
    }

    #[test]
    fn an_error_names_the_place_and_never_the_text() {
        let error = read::<Message>(b"{\"port\":\n [\"secret\"]}").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(!format!("{error} {error:?}").contains("secret"));
        assert_eq!(
            read::<Message>(b"").unwrap_err(),
            MalformedBody { line: 1, column: 0 }
        );
    }
}
