//! What `Debug` and error texts show: nothing about a person, no secret.

use crate::fake::{Fake, config, plain, secret};
use http::HeaderMap;
use netgiro::wire::{CartAnswer, Confirmation, InsertCart, Refund};
use netgiro::{
    Client, CustomerId, IdempotencyKey, Personal, SmsCode, Ssn, callback, signature, test_account, v2,
};
use std::sync::Arc;

#[track_caller]
fn assert_private(text: &str) {
    let private = [
        "8223281",
        "1111111119",
        "12345678",
        "4711",
        "0101-26-123456",
        "Jón",
        "Gjöf",
        test_account::SECRET,
        // The second generation's only credential.
        test_account::APPLICATION_ID,
    ];
    for private in private {
        assert!(!text.contains(private), "{private} shows in {text}");
    }
}

#[test]
fn no_request_shows_a_person() {
    for customer in [
        CustomerId::gsm("8223281").unwrap(),
        CustomerId::ssn("1111111119").unwrap(),
        CustomerId::app_code("12345678").unwrap(),
    ] {
        let cart = InsertCart::new(1, "sale-7", customer.clone(), Confirmation::Manual)
            .description("Gjöf til Jóns")
            .client_info("Jón");
        assert_private(&format!("{cart:?} {customer:?}"));
        if let Ok(customer) = v2::Customer::try_from(customer) {
            assert_private(&format!("{:?}", v2::Payment::new(1, "sale-7", customer)));
        }
    }
    let key = IdempotencyKey::parse("k").unwrap();
    let refund = Refund::new("7".into(), 1, key.clone()).reason("Jón").unwrap();
    let v2_refund = v2::Refund::new("7".into(), 1, key).description("Jón").unwrap();
    let code = SmsCode::parse("4711").unwrap();
    let ssn = Ssn::without_check_digit("1111111119").unwrap();
    assert_private(&format!("{refund:?} {v2_refund:?} {code:?} {ssn:?}"));
}

const PAID: &str = r#"{"Success":true,"Message":"Jón 8223281","ResultCode":10200,"PaymentSuccessful":true,
    "PaymentInfo":{"AccountNumber":"0101-26-123456","TotalAmount":1}}"#;

#[test]
fn no_answer_and_no_callback_shows_a_person() {
    let answer = CartAnswer::parse(PAID.as_bytes()).unwrap();
    assert_private(&format!("{answer:?} {:?}", answer.state()));
    let url = "https://shop.example/c/7";
    let mut headers = HeaderMap::new();
    headers.insert(signature::NONCE_HEADER, "n".parse().unwrap());
    let signed = signature::sign(&secret(), "n", url, PAID.as_bytes());
    headers.insert(signature::SIGNATURE_HEADER, signed.parse().unwrap());
    let verified = callback::verify(&secret(), url, &headers, PAID.as_bytes()).unwrap();
    assert_private(&format!("{verified:?}"));
}

#[tokio::test]
async fn no_answer_to_a_call_shows_a_person() {
    let inserted = r#"{"Success":true,"Message":"Jón","ResultCode":200,"TransactionId":"7","AnnouncementMessage":"Jón 8223281"}"#;
    let pending = r#"{"Success":true,"Message":"Jón 8223281","Status":"Pending","TransactionId":"7"}"#;
    let fake = Fake::answering([plain(200, inserted), plain(200, pending), plain(200, pending)]);
    let client = Client::new(config(), fake.clone(), Arc::new(|| "n".to_owned())).unwrap();
    let second = v2::Client::new(config(), fake).unwrap();
    let cart = InsertCart::new(1, "r", CustomerId::gsm("8223281").unwrap(), Confirmation::Manual);
    assert_private(&format!("{:?}", client.insert_cart(&cart).await.unwrap()));
    assert_private(&format!("{:?}", second.status(&"7".into()).await.unwrap()));
    assert_private(&format!("{:?}", second.details(&"7".into()).await.unwrap()));
}

#[tokio::test]
async fn no_error_and_no_client_shows_a_person_or_the_secret() {
    let fake = Fake::answering([
        plain(
            400,
            r#"{"Success":false,"Message":"Jón 8223281","ResultCode":10306}"#,
        ),
        plain(200, r#"{"Success":"8223281","ResultCode":"Jón"}"#),
        plain(400, r#"{"Success":false,"Message":"Jón","Errors":["8223281"]}"#),
    ]);
    let client = Client::new(config(), fake.clone(), Arc::new(|| "n".to_owned())).unwrap();
    let second = v2::Client::new(config(), fake.clone()).unwrap();
    assert_private(&format!("{client:?} {second:?} {:?}", config()));
    let errors = [
        client.check_cart(&"7".into()).await.unwrap_err(),
        client.check_cart(&"7".into()).await.unwrap_err(),
        second.status(&"7".into()).await.unwrap_err(),
    ];
    for error in errors {
        assert_private(&format!("{error:?} {error}"));
    }
}

#[test]
fn a_hidden_text_is_there_for_who_asks() {
    let text = Personal::from("Jón");
    assert_eq!((text.as_str(), text.is_empty()), ("Jón", false));
    assert_eq!(format!("{text:?}"), "[redacted]");
    assert_eq!(text.into_string(), "Jón");
}

#[test]
fn no_refused_entry_is_repeated() {
    for entry in ["8223281x", "1111111129"] {
        let error = CustomerId::guess(entry).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(entry));
    }
}
