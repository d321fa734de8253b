//! What a text or an amount must be to become one of the crate's types.

use crate::support::NUMBER;
use proptest::prelude::*;
use vipps_mobilepay::{
    Amount, AuthReqId, BindingMessage, Currency, CustomerToken, IdempotencyKey, LocationDescription,
    MerchantQrId, Msisdn, PaymentDescription, PersonalQr, Quantity, Reference, UserToken,
};

#[test]
fn a_reference_is_8_to_64_letters_digits_and_dashes() {
    for good in ["abcd-123", &"a".repeat(64)] {
        assert_eq!(Reference::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "abcd-12",
        &"a".repeat(65),
        "abcd_1234",
        "abcd 1234",
        "abcdefgø",
        "../../../x",
    ] {
        assert!(Reference::parse(bad).is_err(), "{bad}");
    }
    assert!(Reference::for_new_payment("a".repeat(50)).is_ok());
    assert!(Reference::for_new_payment("a".repeat(51)).is_err());
    assert!(Reference::for_new_payment("short").is_err());
}

#[test]
fn an_idempotency_key_has_at_most_50_visible_characters() {
    for good in [
        "k",
        &"k".repeat(50),
        "0193d6a0-7b1c-7e3a-9a53-1d0c1f3b2a11",
        "sale:1/capture#2",
    ] {
        assert!(IdempotencyKey::parse(good).is_ok(), "{good}");
    }
    for bad in ["", &"k".repeat(51), "a b", "a\n", "nøkkel"] {
        assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_binding_message_is_5_to_8_capitals_digits_and_dashes() {
    for good in ["AB-12", "ABCDEFGH", "12345"] {
        assert!(BindingMessage::parse(good).is_ok(), "{good}");
    }
    for bad in ["AB-1", "ABCDEFGHI", "abcde", "AB 12", "ÆØÅAA"] {
        assert!(BindingMessage::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_number_is_10_to_15_digits_and_does_not_show() {
    let number = Msisdn::parse(NUMBER).unwrap();
    assert_eq!(format!("{number:?}"), "Msisdn([redacted])");
    assert_eq!(number.masked(), "47******78");
    for bad in [
        "",
        "471234567",
        "+4712345678",
        "47 12345678",
        "4712345678901234",
        "٤٧١٢٣٤٥٦٧٨",
    ] {
        let error = Msisdn::parse(bad).unwrap_err();
        assert!(
            bad.is_empty() || !format!("{error} {error:?}").contains(bad),
            "{error}"
        );
    }
}

#[test]
fn a_personal_code_has_5_to_255_characters() {
    for (length, is_good) in [(4, false), (5, true), (255, true), (256, false)] {
        assert_eq!(PersonalQr::parse("a".repeat(length)).is_ok(), is_good, "{length}");
    }
}

#[test]
fn descriptions_are_held_to_their_lengths_in_characters() {
    assert!(PaymentDescription::parse("kø").is_err());
    assert!(PaymentDescription::parse("ø".repeat(100)).is_ok());
    assert!(PaymentDescription::parse("ø".repeat(101)).is_err());
    assert!(LocationDescription::parse("ø".repeat(36)).is_ok());
    assert!(LocationDescription::parse("ø".repeat(37)).is_err());
    assert!(LocationDescription::parse("").is_err());
    assert!(MerchantQrId::parse("door_1-a").is_ok());
    assert!(MerchantQrId::parse("door/1").is_err() && MerchantQrId::parse("..").is_err());
}

#[test]
fn a_quantity_has_up_to_8_decimals_and_10_characters() {
    for good in ["1", "0.5", "1.12345678", "1234567890", "0"] {
        assert!(Quantity::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        ".5",
        "5.",
        "1.123456789",
        "12345678901",
        "-1",
        "1,5",
        "1.2.3",
        "1e3",
        " 1",
    ] {
        assert!(Quantity::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_amount_that_is_sent_is_0_to_65_million() {
    for (value, is_good) in [
        (-1, false),
        (0, true),
        (65_000_000, true),
        (65_000_001, false),
        (i64::MIN, false),
    ] {
        assert_eq!(Amount::parse(Currency::Nok, value).is_ok(), is_good, "{value}");
    }
    assert_eq!(Currency::Nok.least_payment(), 100);
    assert_eq!(
        (Currency::Dkk.least_payment(), Currency::Eur.least_payment()),
        (1, 1)
    );
}

#[test]
fn secrets_of_a_customer_do_not_show() {
    let shown = [
        format!("{:?}", PersonalQr::parse("https://qr.vipps.no/p/secret").unwrap()),
        format!("{:?}", CustomerToken::parse("secret").unwrap()),
        format!("{:?}", AuthReqId::parse("secret").unwrap()),
        format!("{:?}", UserToken::parse("secret").unwrap()),
    ];
    assert!(
        shown.iter().all(|text| text.ends_with("([redacted])")),
        "{shown:?}"
    );
}

proptest! {
    #[test]
    fn an_amount_survives(value: i64, currency in "[A-Z]{3}") {
        let written = format!(r#"{{"currency":"{currency}","value":{value}}}"#);
        let amount: Amount = serde_json::from_str(&written).unwrap();
        prop_assert_eq!((amount.currency().as_str(), amount.value()), (currency.as_str(), value));
        prop_assert_eq!(serde_json::to_string(&amount).unwrap(), written);
    }

    #[test]
    fn a_fraction_of_an_amount_is_refused(whole: i32, decimals in 1_u8..) {
        let written = format!(r#"{{"currency":"NOK","value":{whole}.{decimals}}}"#);
        prop_assert!(serde_json::from_str::<Amount>(&written).is_err());
    }

    #[test]
    fn a_whole_quantity_always_fits(whole: u32) {
        let quantity = Quantity::from(whole);
        prop_assert_eq!(Quantity::parse(quantity.as_str()).unwrap(), quantity);
    }

    #[test]
    fn what_is_parsed_survives_json(text in "[a-zA-Z0-9-]{8,50}") {
        let reference = Reference::parse(text).unwrap();
        let written = serde_json::to_string(&reference).unwrap();
        prop_assert_eq!(serde_json::from_str::<Reference>(&written).unwrap(), reference);
    }

    #[test]
    fn what_is_refused_is_refused_from_json_too(text: String) {
        let written = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(Reference::parse(text.clone()).is_ok(), serde_json::from_str::<Reference>(&written).is_ok());
        prop_assert_eq!(Msisdn::parse(text).is_ok(), serde_json::from_str::<Msisdn>(&written).is_ok());
    }

    #[test]
    fn a_masked_number_shows_four_digits_at_most(number in "[0-9]{10,15}") {
        let length = number.len();
        let masked = Msisdn::parse(number).unwrap().masked();
        prop_assert_eq!(masked.len(), length);
        prop_assert_eq!(masked.bytes().filter(u8::is_ascii_digit).count(), 4);
    }
}
