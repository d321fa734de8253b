//! What a text or number must be to become one of this crate's types.

/// A value that breaks a rule of the contract. Holds the rule, never the value: that may name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {what}: {rule}")]
pub struct Invalid {
    /// What it should have been, such as `a payment reference`.
    pub what: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl Invalid {
    pub(crate) const fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }
}

/// Declares a text that is checked once, by `parse`. `shown` texts have `Debug` and `Display`; `hidden` ones are personal
/// or secret, and their `Debug` says nothing.
macro_rules! checked_text {
    ($(#[$meta:meta])* $visibility:ident $name:ident, $what:literal, $rule:literal, $holds:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads one from a text.
            ///
            /// # Errors
            /// [`Invalid`](crate::Invalid), with the rule that the text breaks.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::Invalid> {
                let text = text.into();
                let holds: fn(&str) -> bool = $holds;
                if holds(&text) {
                    Ok(Self(text))
                } else {
                    Err($crate::Invalid::new($what, $rule))
                }
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                Self::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(text).map_err(serde::de::Error::custom)
            }
        }

        $crate::invalid::checked_text!(@$visibility $name);
    };
    (@shown $name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
    (@hidden $name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

pub(crate) use checked_text;

/// Whether the text has so many characters.
pub(crate) fn has_length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}
