//! Personal data: it goes over the wire and never into a log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A text about a person, or words of a provider's that may quote one.
///
/// `Debug` prints `[redacted]` and there is no `Display`, so that it reaches a log only if somebody writes
/// [`as_str`](Personal::as_str) by hand. In JSON it is the text itself.
///
/// ```
/// use provider_http::Personal;
/// let name = Personal::from("Kari Nordmann");
/// assert_eq!(format!("{name:?}"), "[redacted]");
/// assert_eq!(name.as_str(), "Kari Nordmann");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_text_is_there_for_who_asks_and_for_nobody_else() {
        let text = Personal::from(String::from("Kari"));
        assert_eq!((text.as_str(), text.is_empty()), ("Kari", false));
        assert_eq!(
            format!("{:?} {:#?}", text, Some(&text)),
            "[redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""Kari""#);
        assert_eq!(serde_json::from_str::<Personal>(r#""Kari""#).unwrap(), text);
        assert_eq!(text.into_string(), "Kari");
        assert!(Personal::default().is_empty());
    }
}
