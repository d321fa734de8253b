//! Personal data: it goes over the wire and never into a log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A phone number as InPost writes it. Contract, section 2.
///
/// The digits never show in `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhoneNumber {
    /// The country's prefix with its plus: `+48`.
    pub country_prefix: String,
    /// The national number, digits only: `600000000`.
    pub phone: String,
}

impl PhoneNumber {
    /// A number from its prefix (with the plus) and its national digits.
    pub fn new(country_prefix: impl Into<String>, phone: impl Into<String>) -> Self {
        Self {
            country_prefix: country_prefix.into(),
            phone: phone.into(),
        }
    }

    /// The national number with all but its first two and last two digits hidden, `60*****00`, as the widget shows
    /// it. A number of fewer than six digits is hidden whole.
    pub fn masked(&self) -> String {
        let length = self.phone.chars().count();
        if length < 6 {
            return "*".repeat(length);
        }
        let hidden = length.saturating_sub(4);
        let head: String = self.phone.chars().take(2).collect();
        let tail: String = self.phone.chars().skip(length.saturating_sub(2)).collect();
        format!("{head}{}{tail}", "*".repeat(hidden))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({} [redacted])", self.country_prefix)
    }
}
