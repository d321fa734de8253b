//! Refusals of every shape, and what to do about them. Contract, section 5, errors.

use crate::support::{
    Answer, Fixture, NUMBER, answer, key, no_connection, nok, reference, timeout, with_header,
};
use http::StatusCode;
use jiff::SignedDuration;
use proptest::prelude::*;
use provider_http::{NotSent, TransportError};
use serde_json::json;
use std::collections::BTreeSet;
use vipps_mobilepay::wire::problem::{Problem, ProblemBody};
use vipps_mobilepay::{Error, ErrorNumber, Refusal, Retry, wire};

const CAPTURE_TOO_SOON: &str = r#"{
    "type": "https://developer.vippsmobilepay.com/docs/APIs/epayment-api/errors",
    "title": "Capture not allowed", "status": 400, "traceId": "00-4bf92f3577b34da6-00",
    "detail": "The payment of 4712345678 is not reserved.", "instance": "/payments/sale-0001/capture",
    "extraDetails": [{"name": "ErrorCode", "reason": "6080"}]
}"#;

const VALIDATION: &str = r#"{
    "type": "https://tools.ietf.org/html/rfc7231#section-6.5.1",
    "title": "Bad Request", "status": 400, "traceId": "00-1-00",
    "extraDetails": [
        {"name": "Amount.Value", "reason": "must be positive"},
        {"name": "Customer.PhoneNumber", "reason": "4712345678a does not match"}
    ]
}"#;

async fn captured(answer: Answer) -> Error {
    let fixture = Fixture::answering([answer]);
    fixture
        .client
        .capture(&reference(), nok(1000), &key())
        .await
        .unwrap_err()
}

fn numbered(status: u16, number: u32) -> Answer {
    let reason = number.to_string();
    let body = json!({"title": "Refused", "status": status, "extraDetails": [{"name": "ErrorCode", "reason": reason}]});
    answer(status, &body.to_string())
}

#[tokio::test]
async fn a_refusal_keeps_number_status_trace_and_words() {
    let error = captured(answer(400, CAPTURE_TOO_SOON)).await;
    assert_eq!(error.number(), Some(ErrorNumber::CaptureBeforeReservation));
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.trace_id(), Some("00-4bf92f3577b34da6-00"));
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.title, "Capture not allowed");
    assert_eq!(
        refusal.detail.as_ref().unwrap().as_str(),
        "The payment of 4712345678 is not reserved."
    );
    assert!(refusal.reasons.is_empty(), "the number is not a field");
    let expected =
        "Vipps MobilePay refused the call: 6080, Capture not allowed, HTTP 400, trace 00-4bf92f3577b34da6-00";
    assert_eq!(error.to_string(), expected);
    assert!(!format!("{error:?}").contains(NUMBER));
}

#[tokio::test]
async fn a_validation_error_names_its_fields() {
    let error = captured(answer(400, VALIDATION)).await;
    assert_eq!((error.number(), error.retry()), (None, Retry::No));
    let names: Vec<_> = error
        .refusal()
        .unwrap()
        .reasons
        .iter()
        .map(|reason| reason.name.as_str())
        .collect();
    assert_eq!(names, ["Amount.Value", "Customer.PhoneNumber"]);
    assert!(!format!("{error} {error:?}").contains(NUMBER));
}

#[test]
fn the_problem_is_read_as_it_is_written() {
    for literal in [CAPTURE_TOO_SOON, VALIDATION] {
        let body: ProblemBody = wire::read(literal.as_bytes()).unwrap();
        let literal: serde_json::Value = serde_json::from_str(literal).unwrap();
        assert_eq!(serde_json::to_value(&body).unwrap(), literal);
    }
}

#[tokio::test]
async fn a_gateways_own_bodies_leave_at_least_the_status() {
    let cases = [
        (
            401,
            r#"{"statusCode": 401, "message": "Access denied due to invalid subscription key."}"#,
        ),
        (403, r#"{"error": {"code": "403", "message": "Forbidden"}}"#),
        (403, "<html><body>Forbidden</body></html>"),
        (
            422,
            r#"[{"errorGroup": "Payment", "errorCode": "35", "errorMessage": "Requested sale unit not found"}]"#,
        ),
        (423, ""),
        (400, "null"),
        (
            400,
            r#"{"title": 7, "traceId": {}, "extraDetails": "none", "invalidParams": [1, {}, {"name": 5}]}"#,
        ),
        (400, r#"{"title": "Bad Request", "extraDetails": null}"#),
        (502, "\u{0}\u{1}"),
    ];
    for (status, body) in cases {
        let fixture = Fixture::answering([answer(status, body), answer(status, body)]);
        let error = fixture
            .client
            .capture(&reference(), nok(1000), &key())
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status, "{body}");
        assert_eq!(error.number(), None, "{body}");
    }
}

#[test]
fn the_words_of_other_bodies_are_kept() {
    let detail = |body: &str| {
        Problem::read(body.as_bytes())
            .detail
            .map(vipps_mobilepay::Personal::into_string)
    };
    assert_eq!(
        detail(r#"{"statusCode": 401, "message": "Access denied."}"#).as_deref(),
        Some("Access denied.")
    );
    assert_eq!(
        detail(r#"[{"errorMessage": "No unit."}]"#).as_deref(),
        Some("No unit.")
    );
    let oauth = Problem::read(
        br#"{"error": "unauthorized_client", "error_description": "AADSTS", "trace_id": "t-1"}"#,
    );
    assert_eq!(
        (oauth.title.as_str(), oauth.trace_id.as_deref()),
        ("unauthorized_client", Some("t-1"))
    );
}

#[test]
fn a_title_of_any_length_fits_into_one_line_of_a_log() {
    let body = json!({"title": format!("a\nb\r{}", "ø".repeat(1000))}).to_string();
    let title = Problem::read(body.as_bytes()).title;
    assert!(title.starts_with("abø") && title.chars().count() == 200);
}

#[test]
fn a_number_may_be_written_as_a_number() {
    let read = |body: &str| Problem::read(body.as_bytes()).number;
    let body = r#"{"extraDetails": [{"name": "errorCode", "reason": 6280}]}"#;
    assert_eq!(read(body), Some(ErrorNumber::CaptureFailed));
    assert_eq!(
        read(r#"{"extraDetails": [{"name": "ErrorCode", "reason": "6281"}]}"#),
        Some(ErrorNumber::Other(6281))
    );
    assert_eq!(
        read(r#"{"extraDetails": [{"name": "ErrorCode", "reason": "none"}]}"#),
        None
    );
}

#[tokio::test]
async fn too_many_calls_say_how_long_to_wait() {
    let limited = |value: &str| {
        captured(with_header(
            answer(429, r#"{"traceId": "t-1"}"#),
            "retry-after",
            value,
        ))
    };
    let error = limited("17").await;
    assert_eq!(error.retry_after(), Some(SignedDuration::from_secs(17)));
    assert_eq!((error.retry(), error.may_have_acted()), (Retry::SameKey, false));
    assert_eq!(
        (error.status(), error.trace_id()),
        (Some(StatusCode::TOO_MANY_REQUESTS), Some("t-1"))
    );
    assert!(error.to_string().contains("17 s"));
    // The fixture's clock stands at the epoch.
    assert_eq!(
        limited("Thu, 01 Jan 1970 00:01:00 GMT").await.retry_after(),
        Some(SignedDuration::from_secs(60))
    );
    assert_eq!(
        limited("Wed, 31 Dec 1969 23:59:00 GMT").await.retry_after(),
        Some(SignedDuration::ZERO)
    );
    for unclear in ["", "soon", "-1", "1.5"] {
        assert_eq!(limited(unclear).await.retry_after(), None, "{unclear}");
    }
    assert_eq!(captured(answer(429, "")).await.retry_after(), None);
}

#[tokio::test]
async fn a_locked_payment_and_a_busy_provider_may_say_how_long_too() {
    for status in [423, 503] {
        let error = captured(with_header(answer(status, ""), "retry-after", "3")).await;
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.retry_after(), Some(SignedDuration::from_secs(3)));
        assert_eq!(error.retry(), Retry::SameKey);
    }
    assert_eq!(captured(answer(503, "")).await.retry_after(), None);
}

#[tokio::test]
async fn what_to_do_depends_on_number_and_status() {
    let cases = [
        (numbered(400, 6280), Retry::SameKey, false),
        (numbered(500, 3010), Retry::SameKey, true),
        (answer(500, ""), Retry::SameKey, true),
        (answer(503, "busy"), Retry::SameKey, true),
        (answer(423, ""), Retry::SameKey, false),
        (answer(408, ""), Retry::SameKey, false),
        (numbered(400, 6160), Retry::NewKey, false),
        (numbered(400, 6250), Retry::NewKey, false),
        (numbered(400, 6080), Retry::No, false),
        (numbered(409, 4020), Retry::No, false),
        (numbered(404, 5090), Retry::No, false),
        (numbered(400, 9999), Retry::No, false),
        (answer(403, ""), Retry::No, false),
        (timeout(), Retry::SameKey, true),
        (no_connection(), Retry::SameKey, false),
    ];
    for (answer, retry, may_have_acted) in cases {
        let shown = format!("{answer:?}");
        let error = captured(answer).await;
        assert_eq!(
            (error.retry(), error.may_have_acted()),
            (retry, may_have_acted),
            "{shown}"
        );
        assert_eq!(error.can_retry(), retry == Retry::SameKey);
    }
    let unformable = TransportError::NotSent(NotSent::Request {
        detail: "no URI".into(),
    });
    assert_eq!(Error::from(unformable).retry(), Retry::No);
}

#[test]
fn every_number_of_the_contract_has_a_name() {
    let contract = [
        3010, 4010, 4020, 4040, 4050, 4060, 4070, 4080, 4090, 4100, 4110, 4120, 4130, 4140, 4150, 4160, 5010,
        5020, 5030, 5040, 5050, 5060, 5070, 5080, 5090, 5100, 6010, 6020, 6030, 6040, 6050, 6060, 6070, 6080,
        6090, 6100, 6110, 6120, 6130, 6140, 6150, 6160, 6170, 6180, 6190, 6200, 6210, 6220, 6230, 6250, 6260,
        6280, 7010, 10010, 10020, 10030, 10040, 10050, 10060, 10070,
    ];
    let named: Vec<u32> = ErrorNumber::ALL.iter().map(|number| number.get()).collect();
    assert_eq!(named, contract);
    for (number, text) in ErrorNumber::ALL.iter().zip(contract) {
        assert_eq!(ErrorNumber::from(text), *number);
        assert_eq!(number.to_string(), text.to_string());
        assert!(number.is_known());
        assert_eq!(serde_json::to_value(number).unwrap(), text);
    }
    assert_eq!(
        ErrorNumber::ALL
            .iter()
            .collect::<std::collections::HashSet<_>>()
            .len(),
        contract.len()
    );
    assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), contract.len());
}

proptest! {
    #[test]
    fn a_number_survives(number: u32) {
        let read = ErrorNumber::from(number);
        prop_assert_eq!(read.get(), number);
        prop_assert_eq!(ErrorNumber::read(&number.to_string()), Some(read));
        let written = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<ErrorNumber>(&written).unwrap(), read);
    }

    #[test]
    fn no_body_makes_the_reading_panic(status in 400_u16..600, body: Vec<u8>) {
        let status = StatusCode::from_u16(status).unwrap();
        prop_assert_eq!(Refusal::read(status, &body).status, status);
    }

    #[test]
    fn nothing_of_detail_and_reasons_is_shown(secret in "[a-z0-9]{12}") {
        let body = json!({
            "title": "Refused", "detail": secret, "message": secret,
            "extraDetails": [{"name": "field", "reason": secret}],
        });
        let refusal = Refusal::read(StatusCode::BAD_REQUEST, body.to_string().as_bytes());
        let shown = format!("{refusal} {refusal:?}");
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }
}

/// Fails if the text of a cause stands in the text of the error as well: who prints the chain would read it twice.
#[track_caller]
fn assert_says_nothing_twice(error: &dyn std::error::Error) {
    let mut cause = error.source();
    while let Some(inner) = cause {
        assert!(
            !error.to_string().contains(&inner.to_string()),
            "{error}: {inner}"
        );
        cause = inner.source();
    }
}

#[tokio::test]
async fn an_error_and_its_causes_say_nothing_twice() {
    for answer in [timeout(), no_connection(), numbered(400, 6080), answer(200, "{")] {
        let error = captured(answer).await;
        assert_says_nothing_twice(&error);
        let without_token = Error::Token(Box::new(error.clone()));
        assert!(without_token.to_string().contains(&error.to_string()));
        assert_says_nothing_twice(&without_token);
        let without_keys = vipps_mobilepay::id_token::IdTokenError::KeysUnavailable(Some(error));
        assert_says_nothing_twice(&without_keys);
    }
}
