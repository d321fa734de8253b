//! Amounts of money and quantities of goods: integers inside, decimals only on the wire.

use crate::decimal::{self, DecimalError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// Implements reading from a JSON string or number, exactly, for a scaled integer.
macro_rules! read_exact {
    ($name:ident, $scale:expr, $expecting:literal) => {
        impl FromStr for $name {
            type Err = DecimalError;

            fn from_str(text: &str) -> Result<Self, DecimalError> {
                decimal::parse(text, $scale).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }

                    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<$name, E> {
                        whole.to_string().parse().map_err(E::custom)
                    }

                    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<$name, E> {
                        whole.to_string().parse().map_err(E::custom)
                    }

                    fn visit_f64<E: de::Error>(self, number: f64) -> Result<$name, E> {
                        decimal::parse_double(number, $scale)
                            .map($name)
                            .map_err(E::custom)
                    }
                }

                deserializer.deserialize_any(Visitor)
            }
        }
    };
}

/// An amount of money, exact, in minor units (groszy): `decimal(10,2)` of the contract, section 4.
///
/// Written as a text with two decimals (`"12.30"`), read from a text or a JSON number. More than two decimals are
/// refused rather than rounded.
///
/// ```
/// use inpost_pay::Amount;
/// let price: Amount = serde_json::from_str("12.3")?;
/// assert_eq!(price, Amount::from_minor(1230));
/// assert_eq!(serde_json::to_string(&price)?, r#""12.30""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);
    const SCALE: u32 = 2;

    /// An amount of so many minor units: `from_minor(1230)` is 12.30.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum, or nothing if it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(minor) => Some(Self(minor)),
            None => None,
        }
    }

    /// The difference, or nothing if it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(minor) => Some(Self(minor)),
            None => None,
        }
    }
}

read_exact!(
    Amount,
    Amount::SCALE,
    "an amount like \"12.30\", at most two decimals"
);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, self.0, Self::SCALE)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A price in its three parts. Contract, section 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Price {
    /// Without VAT.
    pub net: Amount,
    /// With VAT: what the customer pays, and the only part that is compared when an order is made.
    pub gross: Amount,
    /// The VAT.
    pub vat: Amount,
}

impl Price {
    /// Nothing to pay.
    pub const ZERO: Self = Self {
        net: Amount::ZERO,
        gross: Amount::ZERO,
        vat: Amount::ZERO,
    };

    /// The price whose parts add up: VAT is gross less net. Nothing if it does not fit.
    pub const fn from_gross_and_net(gross: Amount, net: Amount) -> Option<Self> {
        match gross.checked_sub(net) {
            Some(vat) => Some(Self { net, gross, vat }),
            None => None,
        }
    }

    /// Whether net and VAT make the gross, to the last minor unit.
    pub fn adds_up(&self) -> bool {
        self.net.checked_add(self.vat) == Some(self.gross)
    }

    /// The sum, part by part, or nothing if it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            net: self.net.checked_add(other.net)?,
            gross: self.gross.checked_add(other.gross)?,
            vat: self.vat.checked_add(other.vat)?,
        })
    }
}

/// How many of a product, exact, in thousandths: three pieces, or 1.250 kg.
///
/// Written as a JSON number (`3`, `1.25`), read from a number or a text with at most three decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Units(i64);

impl Units {
    /// None; in a basket event it removes the product.
    pub const ZERO: Self = Self(0);
    const SCALE: u32 = 3;
    const ONE_THOUSANDTHS: i64 = 1000;

    /// So many whole pieces.
    pub fn whole(pieces: u32) -> Self {
        Self(i64::from(pieces) * Self::ONE_THOUSANDTHS)
    }

    /// So many thousandths: `from_thousandths(1250)` is 1.25.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The quantity in thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// The number of whole pieces, or nothing if it is a fraction.
    pub const fn as_whole(self) -> Option<i64> {
        if self.0 % Self::ONE_THOUSANDTHS == 0 {
            Some(self.0 / Self::ONE_THOUSANDTHS)
        } else {
            None
        }
    }
}

read_exact!(
    Units,
    Units::SCALE,
    "a quantity like 3 or 1.25, at most three decimals"
);

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_whole() {
            Some(pieces) => write!(f, "{pieces}"),
            None => {
                let mut text = String::new();
                decimal::write(&mut text, self.0, Self::SCALE)?;
                f.write_str(text.trim_end_matches('0'))
            }
        }
    }
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_whole() {
            Some(pieces) => serializer.serialize_i64(pieces),
            // Parsed from the exact text: the double's shortest text is that text again.
            None => serializer.serialize_f64(self.to_string().parse().map_err(serde::ser::Error::custom)?),
        }
    }
}
