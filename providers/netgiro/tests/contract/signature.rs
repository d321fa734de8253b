//! The published signature, the documents' wrong ways to make one, and callbacks.

use crate::fake::secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use netgiro::callback::{self, CallbackError};
use netgiro::wire::{CartState, MalformedBody};
use netgiro::{NonceSource, RandomNonces, ResultCode, nonce_from_bits, signature, test_account};
use proptest::prelude::*;
use ring::{digest, hmac};

const NONCE: &str = "39084373214935208";
const URL: &str = "https://api.test.netgiro.is/v1/Checkout/InsertCart";
pub(crate) const BODY: &str = r#"{"Amount":1000,"Reference":"991100-123","CustomerId":"8223281","ConfirmationType":1,"CallbackUrl":"www.example.com/callback-success/991100-123","CallbackCancelUrl":"www.example.com/callback-cancel/991100-123"}"#;
pub(crate) const PUBLISHED: &str = "8ff35684c44ae5279f16f5b024b80a7f4de18f45b71aafc9c03a2f07ac3e9856";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn holds(presented: &str) -> bool {
    signature::verify(&secret(), NONCE, URL, BODY.as_bytes(), presented)
}

#[test]
fn the_published_signature_comes_out() {
    assert_eq!(signature::sign(&secret(), NONCE, URL, BODY.as_bytes()), PUBLISHED);
    assert!(holds(PUBLISHED));
    assert!(holds(&PUBLISHED.to_ascii_uppercase()));
}

#[test]
fn the_documents_wrong_ways_to_sign_do_not_hold() {
    let message = format!("{NONCE}{URL}{BODY}");
    let with_secret = format!("{}{message}", test_account::SECRET);
    let plain = digest::digest(&digest::SHA256, with_secret.as_bytes());
    assert_eq!(hex(plain.as_ref()), PUBLISHED);
    let decoded = STANDARD.decode(test_account::SECRET).unwrap();
    let with_decoded = [decoded.as_slice(), message.as_bytes()].concat();
    let keyed = |key: &[u8], text: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let wrong = [
        STANDARD.encode(plain.as_ref()),
        hex(digest::digest(&digest::SHA256, &with_decoded).as_ref()),
        hex(digest::digest(&digest::SHA256, message.as_bytes()).as_ref()),
        hex(&keyed(test_account::SECRET.as_bytes(), &message)),
        STANDARD.encode(keyed(test_account::SECRET.as_bytes(), &message)),
        hex(&keyed(&decoded, &message)),
        STANDARD.encode(keyed(&decoded, &message)),
        hex(&keyed(test_account::SECRET.as_bytes(), &with_secret)),
        String::new(),
        PUBLISHED[..63].to_owned(),
        format!("{PUBLISHED}0"),
    ];
    for presented in wrong {
        assert!(!holds(&presented), "{presented}");
    }
}

#[test]
fn a_call_without_a_body_is_signed_over_what_there_is() {
    let url = "https://api.netgiro.is/v1/Sales/GetList?AllForCompany=true";
    let signed = signature::sign(&"s".into(), "635318618538563781", url, b"");
    let plain = digest::digest(&digest::SHA256, format!("s635318618538563781{url}").as_bytes());
    assert_eq!(signed, hex(plain.as_ref()));
}

#[test]
fn a_nonce_is_128_bits_in_hexadecimal_and_never_the_same() {
    assert_eq!(nonce_from_bits(0xab), "000000000000000000000000000000ab");
    assert_eq!(nonce_from_bits(u128::MAX), "f".repeat(32));
    let source = RandomNonces::new();
    let nonces: std::collections::HashSet<String> = (0..100).map(|_| source.next_nonce().unwrap()).collect();
    assert_eq!(nonces.len(), 100);
    assert!(nonces.iter().all(|nonce| nonce.len() == 32));
}

proptest! {
    #[test]
    fn no_other_bytes_hold_under_a_signature(
        nonce in "[0-9a-f]{1,32}",
        url in "https://[a-z]{1,10}/[a-zA-Z/]{0,20}",
        body in proptest::collection::vec(any::<u8>(), 1..80),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let signed = signature::sign(&secret(), &nonce, &url, &body);
        prop_assert!(signature::verify(&secret(), &nonce, &url, &body, &signed));
        let mut other = body.clone();
        other[at.index(body.len())] ^= 1 << bit;
        prop_assert!(!signature::verify(&secret(), &nonce, &url, &other, &signed));
        prop_assert!(!signature::verify(&"another".into(), &nonce, &url, &body, &signed));
        let longer = format!("{nonce}0");
        prop_assert!(!signature::verify(&secret(), &longer, &url, &body, &signed));
    }
}

const CALLBACK_URL: &str = "https://shop.example/netgiro/callback/7";
const CONFIRMED: &str = r#"{"Success":true,"Message":"","ResultCode":10200,"PaymentSuccessful":true,"PaymentInfo":{"TransactionId":"5D9A0B8E-0c9a-4a8e-9d1b-2a6a5a1d7c11","InvoiceNumber":4711,"ReferenceNumber":"sale-7","StatusId":2,"Created":"2024-01-31T12:00:00","TotalAmount":4990}}"#;

fn headers(nonce: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("NETGIRO_NONCE", nonce.parse().unwrap());
    headers.insert("NETGIRO_SIGNATURE", signature.parse().unwrap());
    headers
}

fn signed(body: &str) -> HeaderMap {
    headers(
        "n-1",
        &signature::sign(&secret(), "n-1", CALLBACK_URL, body.as_bytes()),
    )
}

#[test]
fn a_callback_is_verified_and_read() {
    let callback =
        callback::verify(&secret(), CALLBACK_URL, &signed(CONFIRMED), CONFIRMED.as_bytes()).unwrap();
    assert_eq!(callback.nonce, "n-1");
    assert!(
        callback
            .answer
            .is_about(&"5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11".into())
    );
    assert!(!callback.answer.is_about(&"another".into()));
    let CartState::Paid { info: Some(info) } = callback.answer.state() else {
        panic!("{:?}", callback.answer)
    };
    assert_eq!(info.total_amount, Some(4990));
    assert_eq!(info.reference_number.as_deref(), Some("sale-7"));
}

#[test]
fn a_callback_of_a_cancellation_is_no_payment() {
    let body = r#"{"Success":true,"ResultCode":10201,"PaymentSuccessful":false}"#;
    let callback = callback::verify(&secret(), CALLBACK_URL, &signed(body), body.as_bytes()).unwrap();
    assert_eq!(callback.answer.state(), CartState::Cancelled);
}

#[test]
fn a_forged_callback_is_refused() {
    let genuine = signed(CONFIRMED);
    let refused = |url: &str, headers: &HeaderMap, body: &str| {
        callback::verify(&secret(), url, headers, body.as_bytes()).unwrap_err()
    };
    let dearer = CONFIRMED.replace("4990", "9990");
    assert_eq!(
        refused(CALLBACK_URL, &genuine, &dearer),
        CallbackError::BadSignature
    );
    assert_eq!(
        refused("https://shop.example/netgiro/callback/8", &genuine, CONFIRMED),
        CallbackError::BadSignature
    );
    assert_eq!(
        refused("https://shop.example/Netgiro/callback/7", &genuine, CONFIRMED),
        CallbackError::BadSignature
    );
    let mut other_nonce = genuine;
    other_nonce.insert("netgiro_nonce", "n-2".parse().unwrap());
    assert_eq!(
        refused(CALLBACK_URL, &other_nonce, CONFIRMED),
        CallbackError::BadSignature
    );
    let foreign = signature::sign(&"another".into(), "n-1", CALLBACK_URL, CONFIRMED.as_bytes());
    assert_eq!(
        refused(CALLBACK_URL, &headers("n-1", &foreign), CONFIRMED),
        CallbackError::BadSignature
    );
}

#[test]
fn a_callback_without_its_headers_or_with_two_of_them_is_refused() {
    for name in ["netgiro_nonce", "netgiro_signature"] {
        let mut without = signed(CONFIRMED);
        without.remove(name);
        let error = callback::verify(&secret(), CALLBACK_URL, &without, CONFIRMED.as_bytes()).unwrap_err();
        assert_eq!(error, CallbackError::Header(name));
        let mut doubled = signed(CONFIRMED);
        let value = doubled[name].clone();
        doubled.append(name, value);
        let error = callback::verify(&secret(), CALLBACK_URL, &doubled, CONFIRMED.as_bytes()).unwrap_err();
        assert_eq!(error, CallbackError::Header(name));
    }
}

#[test]
fn a_signed_callback_that_is_not_the_contracts_is_refused() {
    let bodies = [
        ("[]", MalformedBody::NotAnObject),
        ("", MalformedBody::NotAnObject),
        (r#"{"Success":true}"#, MalformedBody::Missing("ResultCode")),
        (
            r#"{"ResultCode":10200,"PaymentSuccessful":true}"#,
            MalformedBody::Missing("Success"),
        ),
        (
            r#"{"Success":true,"ResultCode":10200,"resultcode":10201,"PaymentSuccessful":true}"#,
            MalformedBody::NotAnObject,
        ),
    ];
    for (body, reason) in bodies {
        let error = callback::verify(&secret(), CALLBACK_URL, &signed(body), body.as_bytes()).unwrap_err();
        assert_eq!(error, CallbackError::Unreadable(reason), "{body}");
    }
}

#[test]
fn an_unknown_code_in_a_callback_is_kept() {
    let body = r#"{"Success":true,"ResultCode":10999,"PaymentSuccessful":false}"#;
    let callback = callback::verify(&secret(), CALLBACK_URL, &signed(body), body.as_bytes()).unwrap();
    assert_eq!(
        callback.answer.state(),
        CartState::Error(ResultCode::Other(10999))
    );
}
