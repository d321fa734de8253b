//! Every amount that the contract can carry is read and written exactly, in whichever form it comes.

#![allow(clippy::unwrap_used)] // In tests a failed expectation is the point.

use inpost_pay::{Amount, Units};
use proptest::prelude::*;

proptest! {
    #[test]
    fn an_amount_survives_as_a_text(minor: i64) {
        let amount = Amount::from_minor(minor);
        let written = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Amount>(&written).unwrap(), amount);
    }

    /// `decimal(10,2)` as a JSON number.
    #[test]
    fn an_amount_survives_as_a_number(minor in -9_999_999_999_i64..=9_999_999_999) {
        let amount = Amount::from_minor(minor);
        let number = amount.to_string();
        prop_assert_eq!(serde_json::from_str::<Amount>(&number).unwrap(), amount);
        let shortest = number.trim_end_matches('0').trim_end_matches('.');
        prop_assert_eq!(serde_json::from_str::<Amount>(shortest).unwrap(), amount);
    }

    #[test]
    fn a_third_decimal_is_refused(minor in 0..1_000_000_i64, digit in 1..=9_u8) {
        let text = format!("{}{digit}", Amount::from_minor(minor));
        prop_assert!(serde_json::from_str::<Amount>(&text).is_err());
        prop_assert!(text.parse::<Amount>().is_err());
    }

    #[test]
    fn a_quantity_survives_as_a_number(thousandths in -999_999_999_i64..=999_999_999) {
        let units = Units::from_thousandths(thousandths);
        let written = serde_json::to_string(&units).unwrap();
        prop_assert_eq!(serde_json::from_str::<Units>(&written).unwrap(), units);
        prop_assert_eq!(written, units.to_string());
    }

    #[test]
    fn no_text_makes_it_panic(text: String) {
        let _ = text.parse::<Amount>();
        let _ = text.parse::<Units>();
    }
}
