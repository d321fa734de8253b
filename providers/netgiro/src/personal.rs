//! Personal data: it goes over the wire and never into a log.

use serde::Serialize;
use std::fmt;

/// A text that may name a person: Netgíró's words about a refusal, an account number, the merchant's description.
///
/// `Debug` prints `[redacted]` and there is no `Display`, so that it reaches a log only if somebody writes
/// [`as_str`](Personal::as_str) by hand.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Personal(String);

impl Personal {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(text)
    }
}
