//! What `Debug` and error texts show of a message: nothing about a person, no secret.

use crate::support::{Fixture, SECRET, SUBSCRIPTION_KEY, answer, config, key, nok, reference};
use http::StatusCode;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use vipps_mobilepay::wire::login::{
    Grant, LoginErrorBody, LoginHint, LoginPoll, LoginStart, LoginStarted, NewLogin, UserInfo,
};
use vipps_mobilepay::wire::payment::{Approval, NewPayment, Payment, PaymentCreated};
use vipps_mobilepay::wire::problem::{Problem, ProblemBody};
use vipps_mobilepay::wire::qr::{CustomerExchange, Exchanged, QrExchange};
use vipps_mobilepay::wire::token::AccessToken;
use vipps_mobilepay::wire::webhook::{Notification, WebhookRegistered};
use vipps_mobilepay::{Msisdn, PersonalQr, Refusal, webhook, wire};

/// All messages that can name a person or hold a secret.
const ACCESS_TOKEN: &str =
    r#"{"token_type": "Bearer", "expires_in": "86398", "access_token": "merchant-token-1"}"#;
const QR_EXCHANGE: &str = r#"{"qrCode": "https://qr.vipps.no/p/scanned-1", "requestedData": ["MSISDN"]}"#;
const CUSTOMER_EXCHANGE: &str =
    r#"{"customer": {"customerToken": "customer-token-1"}, "requestedData": ["MSISDN"]}"#;
const EXCHANGED: &str = r#"{"msisdn": "4712345678", "version": "2.0", "timestamp": 1634025600}"#;
const NEW_PAYMENT: &str = r#"{
    "amount": {"currency": "NOK", "value": 1000}, "customer": {"phoneNumber": "4712345678"},
    "paymentMethod": {"type": "WALLET"}, "reference": "sale-0001", "userFlow": "PUSH_MESSAGE",
    "paymentDescription": "For Ada Nordmann", "metadata": {"member": "Ada Nordmann"}
}"#;
const BY_CODE: &str = r#"{"customer": {"personalQr": "https://qr.vipps.no/p/scanned-1"}}"#;
const BY_TOKEN: &str = r#"{"customer": {"customerToken": "customer-token-1"}}"#;
const CREATED: &str = r#"{"reference": "sale-0001", "redirectUrl": "https://pay.example/open-1"}"#;
const PAYMENT: &str = r#"{
    "aggregate": {
        "authorizedAmount": {"currency": "NOK", "value": 1000}, "cancelledAmount": {"currency": "NOK", "value": 0},
        "capturedAmount": {"currency": "NOK", "value": 0}, "refundedAmount": {"currency": "NOK", "value": 0}
    },
    "amount": {"currency": "NOK", "value": 1000}, "state": "AUTHORIZED", "pspReference": "p-1", "reference": "sale-0001",
    "redirectUrl": "https://pay.example/open-1", "profile": {"sub": "c06c4afe"}, "metadata": {"member": "Ada Nordmann"},
    "userDetails": {"firstName": "Ada", "mobileNumber": "4712345678"}
}"#;
const STARTED: &str = r#"{"auth_req_id": "login-1", "expires_in": 600, "interval": 5}"#;
const GRANTED: &str = r#"{"access_token": "user-token-1", "token_type": "Bearer", "expires_in": 300, "id_token": "e30.e30.c2ln"}"#;
const LOGIN_ERROR: &str = r#"{"error": "access_denied", "error_description": "4712345678 refused"}"#;
const USER: &str = r#"{
    "sub": "c06c4afe", "name": "Ada Nordmann", "given_name": "Ada", "family_name": "Nordmann",
    "birthdate": "1990-12-31", "email": "ada@mail.example", "phone_number": "4712345678",
    "address": {"country": "NO", "formatted": "Storgata 1\n0154 OSLO", "postal_code": "0154", "region": "OSLO",
        "street_address": "Storgata 1"},
    "delegatedConsents": {"timeOfConsent": "2024-01-31T12:00:00Z", "consents": [{"id": "sms", "accepted": true}]}
}"#;
const PING: &str = r#"{"auth_req_id": "login-1"}"#;
const CHECKED_IN: &str =
    r#"{"customerToken": "customer-token-1", "merchantQrId": "door-1", "msn": "123456"}"#;
const REGISTERED: &str = r#"{"id": "w-1", "secret": "webhook-secret-1"}"#;
const PROBLEM: &str = r#"{
    "type": "about:blank", "title": "Bad Request", "status": 400, "traceId": "t-1", "detail": "4712345678 is not one",
    "extraDetails": [{"name": "Customer.PhoneNumber", "reason": "4712345678 does not match"}]
}"#;

const PRIVATE: [&str; 18] = [
    "12345678",
    "Ada",
    "Nordmann",
    "1990",
    "mail.example",
    "Storgata",
    "0154",
    "OSLO",
    "c06c4afe",
    "merchant-token-1",
    "scanned-1",
    "customer-token-1",
    "open-1",
    "login-1",
    "user-token-1",
    "e30.e30",
    "webhook-secret-1",
    "\"NO\"",
];

#[track_caller]
fn assert_hidden(shown: &impl Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        for private in PRIVATE.into_iter().chain([SECRET, SUBSCRIPTION_KEY]) {
            assert!(!text.contains(private), "{private} shows in {text}");
        }
    }
}

#[track_caller]
fn read<T: DeserializeOwned>(literal: &str) -> T {
    wire::read(literal.as_bytes()).unwrap()
}

#[test]
fn no_message_shows_a_person_or_a_secret() {
    assert_hidden(&read::<AccessToken>(ACCESS_TOKEN));
    assert_hidden(&read::<QrExchange>(QR_EXCHANGE));
    assert_hidden(&read::<CustomerExchange>(CUSTOMER_EXCHANGE));
    assert_hidden(&read::<Exchanged>(EXCHANGED));
    assert_hidden(&read::<NewPayment>(NEW_PAYMENT));
    assert_hidden(&read::<Approval>(BY_CODE));
    assert_hidden(&read::<Approval>(BY_TOKEN));
    assert_hidden(&read::<PaymentCreated>(CREATED));
    assert_hidden(&read::<Payment>(PAYMENT));
    assert_hidden(&LoginStart::Started(read::<LoginStarted>(STARTED)));
    assert_hidden(&LoginPoll::Granted(Box::new(read::<Grant>(GRANTED))));
    assert_hidden(&read::<LoginErrorBody>(LOGIN_ERROR));
    assert_hidden(&read::<UserInfo>(USER));
    assert_hidden(&Notification::read(PING.as_bytes()).unwrap());
    assert_hidden(&Notification::read(CHECKED_IN.as_bytes()).unwrap());
    assert_hidden(&read::<WebhookRegistered>(REGISTERED));
    assert_hidden(&read::<ProblemBody>(PROBLEM));
    assert_hidden(&Problem::read(PROBLEM.as_bytes()));
    assert_hidden(&Refusal::read(StatusCode::BAD_REQUEST, PROBLEM.as_bytes()));
}

#[test]
fn the_list_of_private_texts_is_in_the_messages() {
    let messages = [
        ACCESS_TOKEN,
        QR_EXCHANGE,
        CUSTOMER_EXCHANGE,
        EXCHANGED,
        NEW_PAYMENT,
        BY_CODE,
        BY_TOKEN,
        CREATED,
        PAYMENT,
        STARTED,
        GRANTED,
        LOGIN_ERROR,
        USER,
        PING,
        CHECKED_IN,
        REGISTERED,
        PROBLEM,
    ];
    for private in PRIVATE {
        assert!(
            messages.iter().any(|message| message.contains(private)),
            "{private} proves nothing"
        );
    }
}

#[test]
fn no_request_for_a_login_shows_whom_it_asks() {
    for urn in ["urn:msisdn:4712345678", "urn:customer-token:customer-token-1"] {
        let hint = LoginHint::parse(urn).unwrap();
        assert_hidden(&hint);
        assert_hidden(&NewLogin::new(hint));
    }
    assert_hidden(&Msisdn::parse("4712345678x"));
    assert_hidden(&PersonalQr::parse("Ada"));
    assert_hidden(&LoginHint::parse("urn:mail:ada@mail.example"));
}

#[tokio::test]
async fn no_client_and_no_error_shows_a_secret_or_a_person() {
    let bodies = [(400, PROBLEM), (500, LOGIN_ERROR), (429, PROBLEM), (200, USER)];
    let fixture = Fixture::answering(bodies.map(|(status, body)| answer(status, body)));
    assert_hidden(&config());
    assert_hidden(&fixture.client);
    for _ in bodies {
        let refused = fixture.client.capture(&reference(), nok(1000), &key()).await;
        let error = refused.unwrap_err();
        assert_hidden(&error);
        assert_hidden(&error.to_string());
    }
    let url = "https://shop.example/hook".parse().unwrap();
    let signed = webhook::sign(&"webhook-secret-1".into(), &url, b"{}", Timestamp::UNIX_EPOCH);
    let shown = format!("{signed:?}");
    assert!(
        !shown.contains(&signed.authorization) && !shown.contains("webhook-secret-1"),
        "{shown}"
    );
}
