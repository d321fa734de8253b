//! Exact money: integers in minor units, never a floating-point number.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency that one of the wallets settles in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Polish złoty, 100 groszy.
    Pln,
    /// Icelandic króna, without minor units in payments.
    Isk,
    /// Norwegian krone, 100 øre.
    Nok,
    /// Danish krone, 100 øre.
    Dkk,
    /// Euro, 100 cents.
    Eur,
}

impl Currency {
    /// How many decimals an amount has when written out.
    pub const fn decimals(self) -> u32 {
        match self {
            Currency::Isk => 0,
            Currency::Pln | Currency::Nok | Currency::Dkk | Currency::Eur => 2,
        }
    }

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Pln => "PLN",
            Currency::Isk => "ISK",
            Currency::Nok => "NOK",
            Currency::Dkk => "DKK",
            Currency::Eur => "EUR",
        }
    }
}

/// An amount could not be read or computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number with at most the currency's decimals.
    #[error("not an amount with at most {decimals} decimals: write it like {example}")]
    Malformed {
        /// Decimals the currency has.
        decimals: u32,
        /// A well-formed amount in the currency.
        example: &'static str,
    },
    /// The sum does not fit; amounts are limited to what 64 bits hold.
    #[error("the amount is too large")]
    Overflow,
    /// Two currencies met in one sum.
    #[error("amounts in {0} and {1} cannot be added", .left.code(), .right.code())]
    CurrencyMismatch {
        /// Currency of the left side.
        left: Currency,
        /// Currency of the right side.
        right: Currency,
    },
}

/// An amount of money in minor units (grosz, øre, cent; whole krónur for ISK).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in minor units; negative for money given back.
    pub minor: i64,
    /// What the minor units are of.
    pub currency: Currency,
}

impl Money {
    /// An amount of `minor` units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Money { minor: 0, currency }
    }

    /// Reads `12`, `12.3`, `12.30` or `-0.05`: a dot, at most the currency's decimals, no grouping, no symbol.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for any other text, [`MoneyError::Overflow`] past 64 bits.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let malformed = || MoneyError::Malformed {
            decimals: currency.decimals(),
            example: if currency.decimals() == 0 { "1250" } else { "12.50" },
        };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let dangling_dot = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || dangling_dot || !all_digits(whole) || !all_digits(fraction) {
            return Err(malformed());
        }
        let decimals = usize::try_from(currency.decimals()).map_err(|_| MoneyError::Overflow)?;
        if fraction.len() > decimals {
            return Err(malformed());
        }
        let mut minor: i64 = 0;
        let padding = std::iter::repeat_n(b'0', decimals - fraction.len());
        for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(digit - b'0')))
                .ok_or(MoneyError::Overflow)?;
        }
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::Overflow`].
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            });
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// The amount `quantity` times.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, quantity: i64) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_mul(quantity).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Writes the amount the way [`Money::parse`] reads it, with all the currency's decimals and no symbol.
    pub fn to_decimal_string(self) -> String {
        let scale = 10_u64.pow(self.currency.decimals());
        let sign = if self.minor < 0 { "-" } else { "" };
        let units = self.minor.unsigned_abs();
        match usize::try_from(self.currency.decimals()) {
            Ok(width) if width > 0 => format!("{sign}{}.{:0width$}", units / scale, units % scale),
            _ => format!("{sign}{units}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal_string(), self.currency.code())
    }
}

/// A VAT rate in hundredths of a percent: 2300 is 23 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VatRate(u32);

impl VatRate {
    /// A rate of `hundredths` of a percent, at most 100 %.
    pub const fn from_hundredths_of_percent(hundredths: u32) -> Option<Self> {
        if hundredths <= 10_000 {
            Some(VatRate(hundredths))
        } else {
            None
        }
    }

    /// The rate in hundredths of a percent.
    pub const fn hundredths_of_percent(self) -> u32 {
        self.0
    }
}

/// A price with its tax: `net + vat == gross`, always.
///
/// The fields are private so that no other sum can be written. Shops quote gross; the tax is what is contained in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Price {
    gross: Money,
    vat_minor: i64,
}

impl Price {
    /// The price whose gross amount is `gross`, with the tax at `rate` contained in it, rounded half up to a minor unit.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for amounts past about 9e14 minor units.
    pub fn from_gross(gross: Money, rate: VatRate) -> Result<Self, MoneyError> {
        let rate = i64::from(rate.0);
        let divisor = 10_000 + rate;
        let doubled = gross
            .minor
            .checked_mul(rate)
            .and_then(|n| n.checked_mul(2))
            .ok_or(MoneyError::Overflow)?;
        let vat_minor = (doubled + divisor).div_euclid(2 * divisor);
        Ok(Price { gross, vat_minor })
    }

    /// No money at all, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Price {
            gross: Money::zero(currency),
            vat_minor: 0,
        }
    }

    /// What the shopper pays.
    pub const fn gross(self) -> Money {
        self.gross
    }

    /// The tax contained in the gross amount.
    pub const fn vat(self) -> Money {
        Money::new(self.vat_minor, self.gross.currency)
    }

    /// The gross amount less the tax.
    pub const fn net(self) -> Money {
        Money::new(self.gross.minor - self.vat_minor, self.gross.currency)
    }

    /// The sum of two prices: gross, net and VAT each add up exactly, nothing is rounded again.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn plus(self, other: Price) -> Result<Price, MoneyError> {
        let gross = self.gross.plus(other.gross)?;
        let vat_minor = self
            .vat_minor
            .checked_add(other.vat_minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Price { gross, vat_minor })
    }

    /// The price of `quantity` pieces: the price of one, times the quantity, so that a line adds up from its pieces.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, quantity: i64) -> Result<Price, MoneyError> {
        let gross = self.gross.times(quantity)?;
        let vat_minor = self.vat_minor.checked_mul(quantity).ok_or(MoneyError::Overflow)?;
        Ok(Price { gross, vat_minor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLN: Currency = Currency::Pln;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, minor) in [
            ("0", 0),
            ("12", 1200),
            ("12.3", 1230),
            ("12.30", 1230),
            ("-0.05", -5),
            ("0.01", 1),
            ("007.10", 710),
        ] {
            assert_eq!(Money::parse(text, PLN).map(|m| m.minor), Ok(minor), "{text}");
        }
        assert_eq!(Money::parse("1250", Currency::Isk).map(|m| m.minor), Ok(1250));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "1.234", "1,50", "1 000", "+1", "1e3", "12.3 PLN", "--1", "١",
        ] {
            assert!(Money::parse(text, PLN).is_err(), "{text:?} was read");
        }
        assert!(Money::parse("1.5", Currency::Isk).is_err());
        assert_eq!(
            Money::parse("92233720368547758.08", PLN),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn different_currencies_do_not_add_up() {
        let sum = Money::new(1, PLN).plus(Money::new(1, Currency::Isk));
        assert_eq!(
            sum,
            Err(MoneyError::CurrencyMismatch {
                left: PLN,
                right: Currency::Isk
            })
        );
    }

    #[test]
    fn vat_contained_in_a_known_price() {
        let rate = VatRate::from_hundredths_of_percent(2300).expect("23 % is a rate");
        let price = Price::from_gross(Money::new(12_300, PLN), rate).expect("fits");
        assert_eq!((price.net().minor, price.vat().minor), (10_000, 2_300));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in any::<i64>().prop_filter("negation fits", |m| *m != i64::MIN)) {
            let money = Money::new(minor, PLN);
            prop_assert_eq!(Money::parse(&money.to_decimal_string(), PLN), Ok(money));
        }

        #[test]
        fn net_and_vat_make_gross(gross in -1_000_000_000_i64..1_000_000_000, rate in 0_u32..=10_000, quantity in 0_i64..1000) {
            let rate = VatRate::from_hundredths_of_percent(rate).expect("in range");
            let one = Price::from_gross(Money::new(gross, PLN), rate).expect("fits");
            let line = one.times(quantity).expect("fits");
            let sum = line.plus(one).expect("fits");
            for price in [one, line, sum] {
                prop_assert_eq!(price.net().plus(price.vat()), Ok(price.gross()));
            }
            prop_assert_eq!(line.gross().minor, gross * quantity);
        }

        #[test]
        fn vat_is_within_half_a_minor_unit(gross in 0_i64..1_000_000_000, rate in 0_u32..=10_000) {
            let price = Price::from_gross(Money::new(gross, PLN), VatRate(rate)).expect("fits");
            let exact_times_divisor = i128::from(gross) * i128::from(rate);
            let divisor = i128::from(10_000 + rate);
            let off = (i128::from(price.vat().minor) * divisor - exact_times_divisor).abs();
            prop_assert!(off * 2 <= divisor);
        }
    }
}
