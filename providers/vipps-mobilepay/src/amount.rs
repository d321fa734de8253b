//! Money on the wire: whole minor units and a currency.

use crate::Invalid;
use provider_http::open_enum;
use serde::{Deserialize, Serialize};
use std::fmt;

open_enum! {
    /// The currency of a sales unit. Contract, section 5.
    pub enum Currency {
        /// Norwegian kroner, in øre.
        Nok = "NOK",
        /// Danish kroner, in øre.
        Dkk = "DKK",
        /// Euro, in cents.
        Eur = "EUR",
    }
}

impl Currency {
    /// The least amount of a payment in minor units; less is refused with 6010. 1 for a currency that is not known.
    pub fn least_payment(&self) -> i64 {
        match self {
            Self::Nok => 100,
            Self::Dkk | Self::Eur | Self::Other(_) => 1,
        }
    }
}

/// An amount of money in minor units: øre or cents.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    currency: Currency,
    value: i64,
}

impl Amount {
    /// The largest amount, in minor units.
    pub const MAX: i64 = 65_000_000;

    /// An amount that may be sent.
    ///
    /// # Errors
    /// [`Invalid`] if it is negative or above [`MAX`](Self::MAX). An amount that is received is not held to this.
    pub fn parse(currency: Currency, value: i64) -> Result<Self, Invalid> {
        if (0..=Self::MAX).contains(&value) {
            Ok(Self { currency, value })
        } else {
            Err(Invalid::new("an amount", "0 to 65000000 minor units"))
        }
    }

    /// Nothing, in this currency.
    pub fn zero(currency: Currency) -> Self {
        Self { currency, value: 0 }
    }

    /// The currency.
    pub fn currency(&self) -> &Currency {
        &self.currency
    }

    /// The amount in minor units.
    pub fn value(&self) -> i64 {
        self.value
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({} {})", self.value, self.currency)
    }
}
