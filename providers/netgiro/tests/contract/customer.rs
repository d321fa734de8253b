//! Who pays: what is taken, what is refused, and what an entry is taken for.

use netgiro::{AppCode, CustomerId, CustomerIdError, Gsm, IdempotencyKey, SmsCode, Ssn, test_account};
use proptest::prelude::*;

#[test]
fn a_phone_number_is_seven_digits_however_it_is_written() {
    for text in [
        "8223281",
        "822 3281",
        "822-3281",
        " +354 822 3281 ",
        "00354 8223281",
    ] {
        assert_eq!(Gsm::parse(text).unwrap().as_str(), test_account::GSM, "{text}");
    }
    for text in [
        "822328",
        "82232811",
        "822328a",
        "+47 8223281",
        "+3548223",
        "٨٢٢٣٢٨١",
    ] {
        assert_eq!(Gsm::parse(text), Err(CustomerIdError::NotGsm), "{text}");
    }
    assert_eq!(Gsm::parse(" - "), Err(CustomerIdError::Empty));
}

#[test]
fn a_text_is_parsed_into_what_it_is_to_be() {
    assert_eq!("822 3281".parse(), Gsm::parse("8223281"));
    assert_eq!("111111-1119".parse(), Ssn::parse("1111111119"));
    assert_eq!("1234 5678".parse(), AppCode::parse("12345678"));
    assert_eq!("12 34".parse(), SmsCode::parse("1234"));
    assert_eq!("12a".parse::<Gsm>(), Err(CustomerIdError::NotGsm));
    assert_eq!("k-1".parse(), IdempotencyKey::parse("k-1"));
}

#[test]
fn the_test_customers_have_a_kennitala_that_fits() {
    for ssn in [test_account::SSN, test_account::SSN_WITHOUT_CREDIT] {
        assert_eq!(Ssn::parse(ssn).unwrap().as_str(), ssn);
    }
}

#[test]
fn a_kennitala_is_ten_digits_of_which_the_ninth_fits() {
    // The registers' own example, and a number of the form that companies have.
    for text in ["120160-3389", "1201603389", " 120160 3389 ", "4101019989"] {
        assert!(Ssn::parse(text).is_ok(), "{text}");
    }
    for text in ["120160-3379", "1201603399", "2101603389"] {
        assert_eq!(Ssn::parse(text), Err(CustomerIdError::CheckDigit), "{text}");
        assert!(Ssn::without_check_digit(text).is_ok(), "{text}");
    }
    for text in ["120160338", "12016033899", "120160338x", "1201603+89"] {
        assert_eq!(Ssn::parse(text), Err(CustomerIdError::NotSsn), "{text}");
        assert_eq!(
            Ssn::without_check_digit(text),
            Err(CustomerIdError::NotSsn),
            "{text}"
        );
    }
    assert_eq!(Ssn::parse(""), Err(CustomerIdError::Empty));
}

#[test]
fn a_kennitala_without_a_check_digit_can_be_taken_on_purpose() {
    let ssn = Ssn::without_check_digit("120160-3379").unwrap();
    assert!(!ssn.has_check_digit());
    assert!(Ssn::without_check_digit("120160-3389").unwrap().has_check_digit());
    assert_eq!(CustomerId::Ssn(ssn).as_str(), "1201603379");
}

proptest! {
    #[test]
    fn one_wrong_digit_never_passes(head in "[0-9]{8}", last in 0_u32..10, at in 0_usize..9, by in 1_u32..10) {
        let number = (0..10)
            .map(|check| format!("{head}{check}{last}"))
            .find(|number| Ssn::parse(number).is_ok());
        // Every eleventh beginning has no check digit: the registers leave it out.
        prop_assume!(number.is_some());
        let mut digits: Vec<u32> = number.unwrap().chars().filter_map(|digit| digit.to_digit(10)).collect();
        digits[at] = (digits[at] + by) % 10;
        let slip: String = digits.iter().map(ToString::to_string).collect();
        prop_assert_eq!(Ssn::parse(&slip), Err(CustomerIdError::CheckDigit));
    }

    #[test]
    fn whatever_is_entered_is_taken_or_refused(text in "\\PC{0,40}") {
        if let Ok(customer) = CustomerId::guess(&text) {
            prop_assert!(!customer.as_str().is_empty());
        }
    }
}

#[test]
fn a_code_from_the_app_is_digits_or_a_barcode_as_scanned() {
    for (text, code) in [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("1234567890", "1234567890"),
        ("500004-aGVsbG8/+=", "500004-aGVsbG8/+="),
        (" 500004-4711\r\n", "500004-4711"),
    ] {
        assert_eq!(AppCode::parse(text).unwrap().as_str(), code);
    }
    assert_eq!(AppCode::parse("8223281"), Err(CustomerIdError::CodeLikeGsm));
    assert_eq!(AppCode::parse(" "), Err(CustomerIdError::Empty));
    let long = format!("500004-{}", "1".repeat(AppCode::MAX_LENGTH));
    for text in [
        "500004-",
        "hello",
        "500005-1",
        "500004-a b",
        "500004-á",
        "12345x",
        &long,
    ] {
        assert_eq!(AppCode::parse(text), Err(CustomerIdError::NotAppCode), "{text}");
    }
}

#[test]
fn an_entry_is_taken_for_what_it_most_likely_is() {
    let guess = |text: &str| CustomerId::guess(text);
    assert_eq!(guess("822-3281"), CustomerId::gsm("8223281"));
    assert_eq!(guess("+354 822 3281"), CustomerId::gsm("8223281"));
    assert_eq!(guess("111111-1119"), CustomerId::ssn("1111111119"));
    assert_eq!(guess("123456"), CustomerId::app_code("123456"));
    assert_eq!(guess("123456789012"), CustomerId::app_code("123456789012"));
    assert_eq!(guess(" 500004-8223281\n"), CustomerId::app_code("500004-8223281"));
    assert_eq!(guess("1201603379"), Err(CustomerIdError::CheckDigit));
    assert_eq!(guess("7912345670"), Err(CustomerIdError::CheckDigit));
    assert_eq!(guess("8123456780"), CustomerId::app_code("8123456780"));
    assert_eq!(guess("912 345-6780"), CustomerId::app_code("9123456780"));
    assert_eq!(guess(""), Err(CustomerIdError::Empty));
    assert_eq!(guess("Jón"), Err(CustomerIdError::NotAppCode));
}

#[test]
fn ten_digits_are_a_code_if_the_caller_says_so() {
    let code = CustomerId::app_code(test_account::SSN).unwrap();
    assert!(matches!(code, CustomerId::AppCode(_)));
    assert_ne!(code, CustomerId::ssn(test_account::SSN).unwrap());
}

#[test]
fn the_code_of_an_sms_is_letters_and_digits() {
    assert_eq!(SmsCode::parse(" 12 34 ").unwrap().as_str(), "1234");
    assert_eq!(SmsCode::parse("aB3").unwrap().as_str(), "aB3");
    assert_eq!(SmsCode::parse("  "), Err(CustomerIdError::Empty));
    for text in ["12-34", "þ", &"1".repeat(SmsCode::MAX_LENGTH + 1)] {
        assert_eq!(SmsCode::parse(text), Err(CustomerIdError::NotSmsCode));
    }
}
