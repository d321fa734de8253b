//! What Vipps MobilePay's words come to, and the receipt as it is told it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

use super::*;
use crate::till::wallet::Call;
use karfa_shared::money::VatRate;
use provider_http::{ManualClock, Transport, TransportError, Unknown};
use serde_json::json;
use vipps_mobilepay::Refusal;

/// Nobody is called.
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(
        &self,
        _request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        std::future::pending().await
    }
}

#[test]
fn the_key_of_any_try_is_one_that_is_taken() {
    let url = url::Url::parse("https://api.vipps.example").unwrap();
    let account = vipps_mobilepay::Config::new(&url, "id", "secret".into(), "key".into(), "123456").unwrap();
    let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
    let client = Client::new(account, Arc::new(Nowhere), clock.clone()).unwrap();
    let wallet = VippsWallet::new(Arc::new(client), clock.clone(), "Oslo", Currency::Nok);
    let sale = "01936a7e-0000-7000-8000-000000000000";
    let mut keys = std::collections::HashSet::new();
    for (attempt, cancels) in [(1, 1), (99, 99), (1, 1_000), (1, 1_001), (9_999, u32::MAX)] {
        let key = crate::till::sale::intent_key(&format!("{sale}-{attempt}"), Call::Cancel, cancels);
        for _ in 0..40 {
            let of_try = key_of(&wallet.key_of_try(&key)).unwrap();
            assert_eq!(of_try, key_of(&wallet.key_of_try(&key)).unwrap());
            assert!(keys.insert(of_try.as_str().to_owned()), "its own: {key}");
            clock.advance(SignedDuration::from_secs(1_777));
        }
    }
}

#[test]
fn only_the_providers_own_word_says_that_there_is_no_such_payment() {
    let said = |status: StatusCode, body: serde_json::Value| {
        let body = body.to_string();
        is_unknown_reference(&Error::Refused(Box::new(Refusal::read(status, body.as_bytes()))))
    };
    let number = json!({"extraDetails": [{"name": "ErrorCode", "reason": "5090"}]});
    let problem = json!({"type": "about:blank", "title": "Not Found", "status": 404, "traceId": "0af7"});
    assert!(said(StatusCode::NOT_FOUND, number.clone()) && said(StatusCode::BAD_REQUEST, number));
    assert!(said(StatusCode::NOT_FOUND, problem.clone()));
    assert!(!said(StatusCode::BAD_REQUEST, problem));
    // A gateway that knows no such address: how the payment stands, it does not say.
    let gateway = json!({"statusCode": 404, "message": "Resource not found"});
    assert!(!said(StatusCode::NOT_FOUND, gateway));
    assert!(!said(StatusCode::NOT_FOUND, json!(null)));
}

fn refused(status: StatusCode, number: Option<ErrorNumber>) -> Error {
    Error::Refused(Box::new(Refusal {
        number,
        trace_id: Some("trace".to_owned()),
        ..Refusal::read(status, b"{}")
    }))
}

#[test]
fn every_number_has_a_key_and_says_what_is_known_of_the_money() {
    for number in ErrorNumber::ALL {
        let told = failure(&refused(StatusCode::BAD_REQUEST, Some(*number)));
        match (number, told) {
            (ErrorNumber::Internal, WalletError::Unknown) => {}
            (
                ErrorNumber::CaptureFailed | ErrorNumber::CancelWhileProcessing,
                WalletError::Later { problem, .. },
            ) => assert_eq!(problem.key, format!("vipps.{number}")),
            (number, WalletError::Refused(problem)) => {
                assert_eq!(problem.key, format!("vipps.{number}"));
                assert_eq!(problem.trace_id.as_deref(), Some("trace"));
                assert_eq!(problem.offer_code, *number == ErrorNumber::PushMessageNotAllowed);
            }
            (number, other) => panic!("{number}: {other:?}"),
        }
    }
}

#[test]
fn a_failure_of_theirs_and_a_lost_answer_leave_it_unknown() {
    for error in [
        refused(StatusCode::INTERNAL_SERVER_ERROR, None),
        refused(StatusCode::BAD_GATEWAY, None),
        refused(StatusCode::REQUEST_TIMEOUT, None),
        Error::Transport(TransportError::Unknown(Unknown::Timeout)),
    ] {
        assert_eq!(failure(&error), WalletError::Unknown, "{error}");
    }
}

#[test]
fn a_locked_payment_and_too_many_calls_ask_for_patience() {
    for status in [StatusCode::LOCKED, StatusCode::TOO_MANY_REQUESTS] {
        let told = failure(&refused(status, None));
        assert!(matches!(told, WalletError::Later { .. }), "{status}: {told:?}");
    }
    let told = failure(&Error::RateLimited {
        retry_after: Some(SignedDuration::from_secs(7)),
        trace_id: None,
    });
    let WalletError::Later { after, problem } = told else {
        panic!("{told:?}");
    };
    assert_eq!(
        (after, problem.key.as_str()),
        (Some(Duration::from_secs(7)), "vipps.rate_limited")
    );
}

#[test]
fn a_call_that_had_no_token_was_not_made() {
    let token = Error::Token(Box::new(refused(StatusCode::INTERNAL_SERVER_ERROR, None)));
    assert_eq!(failure(&token), WalletError::NotSent);
    let wrong_account = Error::Token(Box::new(refused(StatusCode::UNAUTHORIZED, None)));
    let told = failure(&wrong_account);
    assert!(
        matches!(&told, WalletError::Refused(problem) if problem.key == "vipps.token"),
        "{told:?}"
    );
}

#[test]
fn a_line_of_the_receipt_is_what_the_till_has_rung_up() {
    let line = ReceiptLine {
        id: "mittens-snow".to_owned(),
        name: "Votter Snø".to_owned(),
        quantity: 2,
        unit_minor: 34_900,
        discount_minor: 6_980,
        total_minor: 62_820,
        vat_minor: 12_564,
        vat: VatRate::from_hundredths_of_percent(2_500).unwrap(),
        is_return: false,
    };
    let told = json!({
        "name": "Votter Snø",
        "id": "mittens-snow",
        "totalAmount": 62_820,
        "totalAmountExcludingTax": 50_256,
        "totalTaxAmount": 12_564,
        "taxRate": 2_500,
        "unitInfo": {"unitPrice": 34_900, "quantity": "2", "quantityUnit": "PCS"},
        "discount": 6_980,
    });
    assert_eq!(serde_json::to_value(order_line(&line)).unwrap(), told);
    let back = ReceiptLine {
        quantity: 1,
        discount_minor: 0,
        total_minor: -34_900,
        vat_minor: -6_980,
        is_return: true,
        ..line
    };
    let told = json!({
        "name": "Votter Snø",
        "id": "mittens-snow",
        "totalAmount": -34_900,
        "totalAmountExcludingTax": -27_920,
        "totalTaxAmount": -6_980,
        "taxRate": 2_500,
        "unitInfo": {"unitPrice": 34_900, "quantity": "1", "quantityUnit": "PCS"},
        "isReturn": true,
    });
    assert_eq!(serde_json::to_value(order_line(&back)).unwrap(), told);
}

/// Gives out a token, and refuses all else with a number.
struct Refuses(u32);

#[async_trait]
impl Transport for Refuses {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        let is_token = request.uri().path().ends_with("/accesstoken/get");
        let (status, body) = if is_token {
            let token = json!({"token_type": "Bearer", "expires_in": "3600", "access_token": "t"});
            (StatusCode::OK, token)
        } else {
            let number = json!({"name": "ErrorCode", "reason": self.0.to_string()});
            (
                StatusCode::BAD_REQUEST,
                json!({"title": "No", "extraDetails": [number]}),
            )
        };
        let answer = http::Response::builder().status(status);
        Ok(answer.body(body.to_string().into()).unwrap())
    }
}

#[tokio::test]
async fn a_cancellation_may_come_too_late_have_to_wait_or_be_refused() {
    let payment = Handle {
        reference: "01936a7e-0000-7000-8000-000000000000-1".to_owned(),
        provider_id: None,
        amount: Money::new(34_900, Currency::Nok),
    };
    for (number, expected) in [
        (6030, "too late"),
        (6040, "too late"),
        (6050, "too late"),
        (6060, "too late"),
        (6190, "too late"),
        (5090, "too late"),
        (6160, "waits"),
        (6250, "waits"),
        (5070, "refused"),
        (9999, "refused"),
    ] {
        let url = url::Url::parse("https://api.vipps.example").unwrap();
        let account =
            vipps_mobilepay::Config::new(&url, "id", "secret".into(), "key".into(), "123456").unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        let client = Client::new(account, Arc::new(Refuses(number)), clock.clone()).unwrap();
        let wallet = VippsWallet::new(Arc::new(client), clock, "Oslo", Currency::Nok);
        let said = match wallet.cancel(&payment, "a-key-of-eight").await {
            Ok(()) => "too late",
            Err(WalletError::Later { .. }) => "waits",
            Err(WalletError::Refused(problem)) => {
                assert_eq!(problem.number, Some(number.to_string()));
                "refused"
            }
            Err(other) => panic!("{number}: {other:?}"),
        };
        assert_eq!(said, expected, "{number}");
    }
}
