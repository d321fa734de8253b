//! The second generation: the bytes that are sent, states, refusals, and a callback that only wakes up.

use crate::fake::{Answer, Fake, config, plain, secret, text};
use http::HeaderMap;
use netgiro::callback::CallbackError;
use netgiro::v2::callback::{self, WakeUp};
use netgiro::v2::{Client, Customer, Payment, PaymentState, Refund, Status};
use netgiro::wire::MalformedBody;
use netgiro::{
    CustomerId, CustomerIdError, Error, IdempotencyKey, TextError, TransactionId, signature, test_account,
};
use proptest::prelude::*;
use ring::digest;
use std::sync::Arc;
use std::time::Duration;

const ID: &str = "5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11";

fn id() -> TransactionId {
    ID.into()
}

fn answering(answers: impl IntoIterator<Item = Answer>) -> (Arc<Fake>, Client) {
    let fake = Fake::answering(answers);
    let client = Client::new(config(), fake.clone()).unwrap();
    (fake, client)
}

fn payment() -> Payment {
    let customer = Customer::try_from(CustomerId::gsm("8223281").unwrap()).unwrap();
    Payment::new(1000, "sale-7", customer)
}

fn says(status: &str) -> String {
    format!(r#"{{"Success":true,"Message":"","Status":"{status}","TransactionId":"{ID}"}}"#)
}

#[tokio::test]
async fn every_call_is_sent_as_the_contract_says() {
    let confirmed = says("Confirmed");
    let (fake, client) = answering((0..8).map(|_| plain(200, &confirmed)));
    let code = Customer::try_from(CustomerId::app_code("1234567890").unwrap()).unwrap();
    let full = Payment::new(4990, "sale-8", code)
        .callback_url("https://shop.example/c")
        .callback_cancel_url("https://shop.example/x")
        .manual_capture();
    client.payment(&payment()).await.unwrap();
    client.payment(&full).await.unwrap();
    client.status(&id()).await.unwrap();
    client.details(&id()).await.unwrap();
    client.capture(&id(), None).await.unwrap();
    client.capture(&id(), Some(500)).await.unwrap();
    client.cancel(&id()).await.unwrap();
    let refund = Refund::new(id(), 300, IdempotencyKey::parse("refund-1").unwrap());
    client.refund(&refund.description("Skil").unwrap()).await.unwrap();
    let by_id = format!(r#"{{"TransactionId":"{ID}"}}"#);
    let expected = [
        (
            "POST",
            "checkout/payment".to_owned(),
            r#"{"Amount":1000,"Reference":"sale-7","CustomerIdentifier":"8223281","ManualCapture":false}"#.to_owned(),
        ),
        (
            "POST",
            "checkout/payment".to_owned(),
            r#"{"Amount":4990,"Reference":"sale-8","CustomerIdentifier":"1234567890","CallbackUrl":"https://shop.example/c","CallbackCancelUrl":"https://shop.example/x","ManualCapture":true}"#.to_owned(),
        ),
        ("GET", format!("checkout/status/{ID}"), String::new()),
        ("GET", format!("transaction/details/{ID}"), String::new()),
        ("POST", "transaction/capture".to_owned(), by_id.clone()),
        (
            "POST",
            "transaction/capture".to_owned(),
            format!(r#"{{"TransactionId":"{ID}","Amount":500}}"#),
        ),
        ("POST", "transaction/cancel".to_owned(), by_id),
        (
            "POST",
            "transaction/refund".to_owned(),
            format!(
                r#"{{"TransactionId":"{ID}","RefundAmount":300,"IdempotencyKey":"refund-1","Description":"Skil"}}"#
            ),
        ),
    ];
    let sent = fake.requests();
    assert_eq!(sent.len(), expected.len());
    for (request, (method, path, body)) in sent.iter().zip(expected) {
        assert_eq!(request.method(), method);
        assert_eq!(
            request.uri().to_string(),
            format!("https://api.test.netgiro.is/v2/{path}")
        );
        assert_eq!(text(request.body()), body);
        assert_eq!(
            request.headers()["x-netgiro-api-key"],
            test_account::APPLICATION_ID
        );
        assert!(request.headers()["x-netgiro-api-key"].is_sensitive());
        assert!(!request.headers().contains_key("netgiro_signature"));
    }
}

#[tokio::test]
async fn every_status_has_its_state() {
    let table = [
        (
            r#"{"Success":true,"Status":"Pending","PollIntervalMs":1500}"#,
            PaymentState::Pending {
                poll_interval: Duration::from_millis(1500),
            },
        ),
        (
            r#"{"success":true,"status":"pending"}"#,
            PaymentState::Pending {
                poll_interval: Duration::from_secs(3),
            },
        ),
        (
            r#"{"Success":true,"Status":"Authorized"}"#,
            PaymentState::Authorized,
        ),
        (
            r#"{"Success":true,"Status":"Confirmed"}"#,
            PaymentState::Confirmed,
        ),
        (
            r#"{"Success":true,"Status":"Cancelled"}"#,
            PaymentState::Cancelled,
        ),
        (
            r#"{"Success":false,"Status":"Cancelled"}"#,
            PaymentState::Cancelled,
        ),
        (
            r#"{"Success":false,"Status":"Confirmed"}"#,
            PaymentState::Unclear(Some(Status::Confirmed)),
        ),
        (
            r#"{"Success":false,"Status":"Authorized"}"#,
            PaymentState::Unclear(Some(Status::Authorized)),
        ),
        (
            r#"{"Success":true,"Status":"Settled"}"#,
            PaymentState::Unclear(Some(Status::Other("Settled".into()))),
        ),
        (r#"{"Success":true}"#, PaymentState::Unclear(None)),
    ];
    for (body, state) in table {
        let (_, client) = answering([plain(200, body)]);
        assert_eq!(client.status(&id()).await.unwrap().state(), state, "{body}");
    }
    for status in Status::ALL {
        assert_eq!(&Status::from(status.as_str()), status);
    }
}

#[tokio::test]
async fn a_new_payment_must_have_an_id() {
    let (_, client) = answering([
        plain(200, r#"{"Success":true,"Status":"Pending"}"#),
        plain(200, &says("Pending")),
    ]);
    let error = client.payment(&payment()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unreadable {
                reason: MalformedBody::Missing("TransactionId"),
                ..
            }
        ) && error.may_have_acted(),
        "{error:?}"
    );
    let made = client.payment(&payment()).await.unwrap();
    assert_eq!(made.transaction_id, Some(id()));
    assert_eq!(made.support_id.unwrap().as_str(), "ref-1");
}

#[tokio::test]
async fn validation_messages_are_all_kept() {
    let bodies = [
        (
            r#"{"Success":false,"Message":"'Amount' must be greater than '0'."}"#,
            "'Amount' must be greater than '0'.",
        ),
        (
            r#"{"Success":false,"Message":"Invalid","Errors":["'Amount' must be greater than '0'.","Customer not verified."]}"#,
            "Invalid 'Amount' must be greater than '0'. Customer not verified.",
        ),
        (
            r#"{"errors":{"Amount":["'Amount' must be greater than '0'."]}}"#,
            "'Amount' must be greater than '0'.",
        ),
    ];
    for (body, message) in bodies {
        let (_, client) = answering([plain(400, body)]);
        let error = client.payment(&payment()).await.unwrap_err();
        assert_eq!(error.message().unwrap().as_str(), message);
        assert!(!error.may_have_acted() && error.code().is_none());
        assert!(!error.to_string().contains("Amount"), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_error_whatever_its_status() {
    let not_found = r#"{"Success":false,"Message":"Transaction not found"}"#;
    let no_key = r#"{"Success":false,"Message":"API key is required"}"#;
    let (_, client) = answering([
        plain(400, not_found),
        plain(200, not_found),
        plain(200, not_found),
        plain(401, no_key),
        plain(500, ""),
    ]);
    for _ in 0..2 {
        let error = client.status(&id()).await.unwrap_err();
        assert_eq!(error.message().unwrap().as_str(), "Transaction not found");
        assert!(error.is_no_such_transaction());
    }
    assert!(client.details(&id()).await.is_err());
    let error = client.status(&id()).await.unwrap_err();
    assert!(
        error.is_unauthorised() && matches!(error, Error::Refused { .. }),
        "{error:?}"
    );
    let error = client.status(&id()).await.unwrap_err();
    assert!(error.may_have_acted() && !error.is_no_such_transaction());
}

#[tokio::test]
async fn who_is_not_there_at_all_does_not_say_that_a_transaction_is_not() {
    let (_, client) = answering([
        plain(404, ""),
        plain(404, r#"{"message":"no Route matched with those values"}"#),
        plain(404, r#"{"Success":false,"Message":"Transaction not found"}"#),
    ]);
    for expected in [false, false, true] {
        let error = client.status(&id()).await.unwrap_err();
        assert_eq!(error.is_no_such_transaction(), expected, "{error:?}");
    }
}

#[tokio::test]
async fn an_order_that_was_not_carried_out_is_an_error_though_the_payment_has_a_status() {
    let body = says("Authorized")
        .replace("true", "false")
        .replace(r#""Message":"""#, r#""Message":"Nei""#);
    let (_, client) = answering((0..3).map(|_| plain(200, &body)));
    let refund = Refund::new(id(), 1, IdempotencyKey::parse("k").unwrap());
    for error in [
        client.capture(&id(), None).await.unwrap_err(),
        client.cancel(&id()).await.unwrap_err(),
        client.refund(&refund).await.unwrap_err(),
    ] {
        assert_eq!(error.message().unwrap().as_str(), "Nei");
    }
}

#[tokio::test]
async fn an_answer_about_another_payment_is_not_taken() {
    let (_, client) = answering((0..4).map(|_| plain(200, &says("Confirmed"))));
    let other = TransactionId::from("another");
    for error in [
        client.status(&other).await.unwrap_err(),
        client.details(&other).await.unwrap_err(),
        client.capture(&other, None).await.unwrap_err(),
        client.cancel(&other).await.unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                Error::Unreadable {
                    reason: MalformedBody::OtherTransaction,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn details_tell_what_netgiro_tells() {
    let (_, client) = answering([plain(
        200,
        &says("Confirmed").replace(
            '}',
            r#","ReferenceNumber":"sale-7","TotalAmount":1000.0,"IsRefundable":true}"#,
        ),
    )]);
    let details = client.details(&id()).await.unwrap();
    assert_eq!(details.payment.state(), PaymentState::Confirmed);
    assert_eq!(details.payment.support_id.unwrap().as_str(), "ref-1");
    assert_eq!(details.reference_number.as_deref(), Some("sale-7"));
    assert_eq!(details.total_amount, Some(1000));
    assert_eq!(details.is_refundable, Some(true));
}

#[test]
fn a_kennitala_is_not_taken() {
    let refused = Customer::try_from(CustomerId::ssn(test_account::SSN).unwrap());
    assert_eq!(refused, Err(CustomerIdError::SsnNotTaken));
    let refund = Refund::new(id(), 1, IdempotencyKey::parse("k").unwrap());
    assert_eq!(refund.description("á".repeat(101)), Err(TextError::TooLong(100)));
}

fn wake(body: &str, presented: &str) -> Result<WakeUp, CallbackError> {
    let mut headers = HeaderMap::new();
    headers.insert("X-Netgiro-Signature", presented.parse().unwrap());
    callback::verify(&secret(), &headers, body.as_bytes())
}

fn callback_body(success: bool, amount: &str) -> String {
    format!(
        r#"{{"Success":{success},"Message":"","TransactionId":"{ID}","ReferenceNumber":"sale-7","TotalAmount":{amount}}}"#
    )
}

#[test]
fn a_callback_wakes_up_and_says_nothing_of_the_outcome() {
    let signed = callback::sign(&secret(), ID, "1000");
    let text = format!("{}{ID}1000", test_account::SECRET);
    let plain = digest::digest(&digest::SHA256, text.as_bytes());
    let hex: String = plain.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signed, hex);
    let woken = wake(&callback_body(true, "1000"), &signed).unwrap();
    assert_eq!((&woken.transaction_id, woken.total_amount), (&id(), 1000));
    assert_eq!(woken.reference_number.as_deref(), Some("sale-7"));
    // A cancellation replayed as a confirmation carries the same signature, so both say the same.
    assert_eq!(wake(&callback_body(false, "1000"), &signed).unwrap(), woken);
}

#[test]
fn an_amount_may_be_signed_as_it_is_written_or_whole() {
    for written in ["1000.00", "1000.0", "\"1000\""] {
        let body = callback_body(true, written);
        for signed in [written.trim_matches('"'), "1000"] {
            let woken = wake(&body, &callback::sign(&secret(), ID, signed)).unwrap();
            assert_eq!(woken.total_amount, 1000, "{written} {signed}");
        }
    }
}

#[test]
fn a_forged_callback_wakes_nobody() {
    let body = callback_body(true, "1000");
    let genuine = callback::sign(&secret(), ID, "1000");
    let refused = |body: &str, presented: &str| wake(body, presented).unwrap_err();
    assert_eq!(
        refused(&callback_body(true, "9000"), &genuine),
        CallbackError::BadSignature
    );
    assert_eq!(
        refused(&body.replace("5d9a", "6d9a"), &genuine),
        CallbackError::BadSignature
    );
    assert_eq!(
        refused(&body, &callback::sign(&"another".into(), ID, "1000")),
        CallbackError::BadSignature
    );
    let v1 = signature::sign(&secret(), "", "", body.as_bytes());
    assert_eq!(refused(&body, &v1), CallbackError::BadSignature);
    assert_eq!(
        callback::verify(&secret(), &HeaderMap::new(), body.as_bytes()),
        Err(CallbackError::Header("x-netgiro-signature"))
    );
    for (body, reason) in [
        ("[]", MalformedBody::NotAnObject),
        (r#"{"TotalAmount":1}"#, MalformedBody::Missing("TransactionId")),
        (r#"{"TransactionId":"7"}"#, MalformedBody::Missing("TotalAmount")),
        (
            r#"{"TransactionId":"7","TotalAmount":1.5}"#,
            MalformedBody::Field("TotalAmount"),
        ),
    ] {
        assert_eq!(refused(body, &genuine), CallbackError::Unreadable(reason));
    }
}

proptest! {
    #[test]
    fn no_callback_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut headers = HeaderMap::new();
        headers.insert("x-netgiro-signature", "00".parse().unwrap());
        prop_assert!(callback::verify(&secret(), &headers, &body).is_err());
    }
}
