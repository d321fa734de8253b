//! Webhooks and their signature. Contract, section 6.

use crate::support::{Fixture, NUMBER, answer, assert_call, header, json_body};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;
use vipps_mobilepay::webhook::{SignatureError, SignedHeaders, content_hash, sign, signing_text, verify};
use vipps_mobilepay::wire::payment::EventName;
use vipps_mobilepay::wire::webhook::{Notification, WebhookEvent};

// The published vector.
const SECRET: &str =
    "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==";
const ADDRESS: &str = "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63";
const DATE: &str = "Thu, 30 Mar 2023 08:38:32 GMT";
const BODY: &str = r#"{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}"#;
const HASH: &str = "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=";
const SIGNATURE: &str = "agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=";

const PAYMENT: &str = r#"{
    "msn": "123456", "reference": "sale-0001", "pspReference": "p-1", "name": "AUTHORIZED",
    "amount": {"currency": "NOK", "value": 1000}, "timestamp": "2023-03-30T08:38:32.123Z",
    "idempotencyKey": null, "success": true
}"#;

fn secret() -> SecretString {
    SECRET.into()
}

fn address() -> Url {
    ADDRESS.parse().unwrap()
}

fn signed_at() -> Timestamp {
    "2023-03-30T08:38:32Z".parse().unwrap()
}

/// The headers of the published vector.
fn vector() -> HeaderMap {
    headers(&SignedHeaders {
        date: DATE.into(),
        content_hash: HASH.into(),
        host: "webhook.site".into(),
        authorization: authorization(SIGNATURE),
    })
}

fn authorization(signature: &str) -> String {
    format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}")
}

fn headers(signed: &SignedHeaders) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-ms-date", signed.date.parse().unwrap());
    headers.insert("x-ms-content-sha256", signed.content_hash.parse().unwrap());
    headers.insert("host", signed.host.parse().unwrap());
    headers.insert("authorization", signed.authorization.parse().unwrap());
    headers
}

fn verified(headers: &HeaderMap) -> Result<(), SignatureError> {
    verify(&secret(), &address(), headers, BODY.as_bytes(), signed_at())
}

#[test]
fn the_published_vector_holds() {
    assert_eq!(content_hash(BODY.as_bytes()), HASH);
    verified(&vector()).unwrap();
    let signed = sign(&secret(), &address(), BODY.as_bytes(), signed_at());
    assert_eq!(headers(&signed), vector());
    assert!(!format!("{signed:?}").contains(SIGNATURE));
}

#[test]
fn the_signed_text_has_three_lines() {
    let expected = format!("POST\n/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63\n{DATE};webhook.site;{HASH}");
    assert_eq!(signing_text(&address(), DATE, HASH), expected);
    let text = |address: &str| signing_text(&address.parse().unwrap(), "d", "h");
    assert_eq!(
        text("http://127.0.0.1:8080/vipps/webhooks?a=b&c#d"),
        "POST\n/vipps/webhooks?a=b&c\nd;127.0.0.1:8080;h"
    );
    assert_eq!(text("https://shop.example:443"), "POST\n/\nd;shop.example;h");
}

#[test]
fn a_changed_body_is_refused() {
    let changed = BODY.replace("world", "w0rld");
    let refused = verify(&secret(), &address(), &vector(), changed.as_bytes(), signed_at());
    assert_eq!(refused, Err(SignatureError::WrongContentHash));
    let mut headers = vector();
    headers.insert(
        "x-ms-content-sha256",
        content_hash(changed.as_bytes()).parse().unwrap(),
    );
    let refused = verify(&secret(), &address(), &headers, changed.as_bytes(), signed_at());
    assert_eq!(refused, Err(SignatureError::BadSignature));
}

#[test]
fn another_secret_address_or_time_is_refused() {
    let bad = Err(SignatureError::BadSignature);
    let other_secret = SecretString::from("A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKX");
    assert_eq!(
        verify(&other_secret, &address(), &vector(), BODY.as_bytes(), signed_at()),
        bad
    );
    for other in [
        "https://webhook.example/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
        "https://webhook.site:8443/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
        "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a6",
        "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63?a",
    ] {
        let other = other.parse().unwrap();
        assert_eq!(
            verify(&secret(), &other, &vector(), BODY.as_bytes(), signed_at()),
            bad,
            "{other}"
        );
    }
    let mut headers = vector();
    headers.insert("x-ms-date", "Thu, 30 Mar 2023 08:38:33 GMT".parse().unwrap());
    assert_eq!(verified(&headers), bad);
}

#[test]
fn what_a_proxy_makes_of_the_host_does_not_matter() {
    let mut headers = vector();
    headers.insert("host", "10.0.0.7:8080".parse().unwrap());
    verified(&headers).unwrap();
    headers.remove("host");
    verified(&headers).unwrap();
}

#[test]
fn a_call_may_be_signed_three_hundred_seconds_away_and_no_more() {
    let at = |seconds| {
        let now = signed_at() + SignedDuration::from_secs(seconds);
        verify(&secret(), &address(), &vector(), BODY.as_bytes(), now)
    };
    for seconds in [-300, 0, 300] {
        at(seconds).unwrap();
    }
    for seconds in [-301, 301, 86_400] {
        assert!(matches!(at(seconds), Err(SignatureError::Stale { age }) if age.as_secs() == seconds));
    }
}

#[test]
fn a_header_that_is_missing_repeated_or_of_another_form_is_refused() {
    for name in ["x-ms-date", "x-ms-content-sha256", "authorization"] {
        let mut headers = vector();
        let value = headers.remove(name).unwrap();
        assert_eq!(verified(&headers), Err(SignatureError::MissingHeader(name)));
        headers.append(name, value.clone());
        headers.append(name, value);
        assert_eq!(verified(&headers), Err(SignatureError::MalformedHeader(name)));
    }
    for date in ["", "yesterday", "2023-03-30T08:38:32Z", "1680165512"] {
        let mut headers = vector();
        headers.insert("x-ms-date", date.parse().unwrap());
        assert_eq!(
            verified(&headers),
            Err(SignatureError::MalformedHeader("x-ms-date")),
            "{date}"
        );
    }
    let fewer = format!("HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature={SIGNATURE}");
    let scheme = authorization(SIGNATURE).replace("SHA256 ", "SHA1 ");
    for text in [
        fewer,
        scheme,
        authorization("no base64!"),
        SIGNATURE.into(),
        String::new(),
    ] {
        let mut headers = vector();
        headers.insert("authorization", text.parse().unwrap());
        assert_eq!(
            verified(&headers),
            Err(SignatureError::MalformedHeader("authorization")),
            "{text}"
        );
    }
    for signature in ["", "agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+Q="] {
        let mut headers = vector();
        headers.insert("authorization", authorization(signature).parse().unwrap());
        assert_eq!(
            verified(&headers),
            Err(SignatureError::BadSignature),
            "{signature}"
        );
    }
}

proptest! {
    #[test]
    fn what_is_signed_is_verified(secret: String, path in "[a-z0-9/]{0,20}", query in "[a-z=&]{0,10}", body: Vec<u8>,
        now in 0_i64..4_000_000_000) {
        let address: Url = format!("http://127.0.0.1:8080/{path}?{query}").parse().unwrap();
        let now = Timestamp::from_second(now).unwrap();
        let secret = SecretString::from(secret);
        let signed = headers(&sign(&secret, &address, &body, now));
        prop_assert_eq!(verify(&secret, &address, &signed, &body, now), Ok(()));
        let longer = [body.as_slice(), &[0]].concat();
        prop_assert_eq!(verify(&secret, &address, &signed, &longer, now), Err(SignatureError::WrongContentHash));
    }

    #[test]
    fn no_body_makes_the_reading_panic(body: Vec<u8>) {
        let _ = Notification::read(&body);
    }
}

#[test]
fn a_payments_notification_is_read() {
    let Notification::Payment(payment) = Notification::read(PAYMENT.as_bytes()).unwrap() else {
        panic!()
    };
    assert_eq!(
        (payment.reference.as_str(), payment.psp_reference.as_str()),
        ("sale-0001", "p-1")
    );
    assert_eq!(
        (payment.name, payment.success, payment.msn.as_str()),
        (EventName::Authorized, true, "123456")
    );
    let number = PAYMENT
        .replace(r#""123456""#, "123456")
        .replace("AUTHORIZED", "TELEPORTED");
    let Notification::Payment(payment) = Notification::read(number.as_bytes()).unwrap() else {
        panic!()
    };
    assert_eq!(
        (payment.name, payment.msn.as_str()),
        (EventName::Other("TELEPORTED".into()), "123456")
    );
}

#[test]
fn a_ping_a_check_in_and_something_new_are_told_apart() {
    let ping = Notification::read(br#"{"auth_req_id": "fdd2e7a5"}"#).unwrap();
    assert!(matches!(&ping, Notification::Login(ping) if ping.auth_req_id.as_str() == "fdd2e7a5"));
    let literal = r#"{"customerToken": "eyJ0.4712345678", "merchantQrId": "door-1", "msn": "123456",
        "initiatedAt": "2023-03-30T08:38:32Z"}"#;
    let checked_in = Notification::read(literal.as_bytes()).unwrap();
    assert!(!format!("{ping:?} {checked_in:?}").contains(NUMBER));
    let Notification::CheckedIn(checked_in) = checked_in else {
        panic!()
    };
    assert_eq!(checked_in.merchant_qr_id, "door-1");
    let as_number = literal.replace(r#""2023-03-30T08:38:32Z""#, "1680165512");
    let Notification::CheckedIn(checked_in) = Notification::read(as_number.as_bytes()).unwrap() else {
        panic!()
    };
    assert_eq!(checked_in.initiated_at.as_deref(), Some("1680165512"));
    assert_eq!(
        Notification::read(br#"{"agreementId": "a"}"#).unwrap(),
        Notification::Other
    );
}

#[test]
fn a_notification_that_is_cut_short_is_refused() {
    for body in ["", "[]", "null", r#"{"pspReference": "p-1"}"#, &PAYMENT[..50]] {
        assert!(Notification::read(body.as_bytes()).is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_webhook_is_registered_listed_and_taken_back() {
    let all = r#"{"webhooks": [{"id": "w-1", "url": "https://shop.example/vipps/webhooks",
        "events": ["epayments.payment.authorized.v1", "epayments.payment.moved.v2"]}]}"#;
    let registered = answer(
        201,
        r#"{"id": "w-1", "secret": "090a478d-37ff-4e77-970e-d457aeb26a3a"}"#,
    );
    let fixture = Fixture::answering([registered, answer(200, all), answer(204, "")]);
    let (client, url) = (
        &fixture.client,
        "https://shop.example/vipps/webhooks".parse().unwrap(),
    );
    let events = [WebhookEvent::PaymentAuthorized, WebhookEvent::LoginPing];
    let registered = client.register_webhook(&url, &events).await.unwrap();
    assert_eq!(
        registered.secret.expose_secret(),
        "090a478d-37ff-4e77-970e-d457aeb26a3a"
    );
    assert!(!format!("{registered:?}").contains("090a"));
    let listed = client.webhooks().await.unwrap();
    assert_eq!(listed[0].url, url.as_str());
    assert_eq!(
        listed[0].events[1],
        WebhookEvent::Other("epayments.payment.moved.v2".into())
    );
    client.delete_webhook(&listed[0].id).await.unwrap();

    let calls = fixture.calls();
    assert_call(&calls[0], "POST /webhooks/v1/webhooks");
    let events = json!([
        "epayments.payment.authorized.v1",
        "login.merchant-initiated.ping.v1"
    ]);
    assert_eq!(
        json_body(&calls[0]),
        json!({"url": url.as_str(), "events": events})
    );
    assert_eq!(header(&calls[0], "idempotency-key"), "");
    assert_call(&calls[1], "GET /webhooks/v1/webhooks");
    assert_call(&calls[2], "DELETE /webhooks/v1/webhooks/w-1");
}

#[tokio::test]
async fn an_id_cannot_change_which_call_it_is() {
    let fixture = Fixture::answering([answer(204, "")]);
    for id in ["", ".", ".."] {
        fixture.client.delete_webhook(id).await.unwrap_err();
    }
    assert!(fixture.calls().is_empty());
    fixture.client.delete_webhook("a/b?c").await.unwrap();
    assert_call(&fixture.call(), "DELETE /webhooks/v1/webhooks/a%2Fb%3Fc");
}

#[test]
fn every_event_of_the_contract_is_known() {
    let payments = [
        "created",
        "aborted",
        "expired",
        "cancelled",
        "captured",
        "refunded",
        "authorized",
        "terminated",
    ];
    let payments = payments.map(|name| format!("epayments.payment.{name}.v1"));
    let others = ["login.merchant-initiated.ping.v1", "user.checked-in.v1"].map(str::to_owned);
    let all: Vec<_> = payments.into_iter().chain(others).collect();
    assert!(
        all.iter()
            .all(|name| WebhookEvent::from(name.as_str()).is_known())
    );
    assert_eq!(all.len(), WebhookEvent::ALL.len());
}
