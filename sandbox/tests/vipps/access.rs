//! Tokens, and the headers that every call needs.

use crate::bench::{Bench, MSN, SUBSCRIPTION_KEY, push, token_request};
use http::Request;
use http::request::Builder;
use serde_json::Value;

/// Puts another value into a header, or takes it out.
fn with(mut request: Builder, name: &'static str, value: Option<&str>) -> Builder {
    let headers = request.headers_mut().unwrap();
    headers.remove(name);
    if let Some(value) = value {
        headers.insert(name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn every_value_of_a_token_s_answer_is_a_string() {
    let bench = Bench::new().await;
    let answer = bench.send(token_request(), &Value::Null).await;
    let members = answer.body.as_object().unwrap();
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    let expected = [
        "access_token",
        "expires_in",
        "expires_on",
        "ext_expires_in",
        "not_before",
        "resource",
        "token_type",
    ];
    assert_eq!(names, expected);
    assert!(members.values().all(Value::is_string), "{members:?}");
    assert_eq!(members["token_type"], "Bearer");
    assert_eq!(members["expires_in"], "3600");
    assert_eq!(members["access_token"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn a_token_lives_for_an_hour_of_the_sandbox_s_clock() {
    let bench = Bench::new().await;
    bench.move_clock(3599).await;
    assert_eq!(bench.get("/webhooks/v1/webhooks").await.status, 200);
    bench.move_clock(1).await;
    let answer = bench.get("/webhooks/v1/webhooks").await;
    assert_eq!(
        (answer.status, &answer.body["statusCode"]),
        (401, &Value::from(401))
    );
    bench.sign_in().await;
    assert_eq!(bench.get("/webhooks/v1/webhooks").await.status, 200);
}

#[tokio::test]
async fn a_token_needs_client_secret_and_subscription_key() {
    let bench = Bench::new().await;
    for (name, value) in [
        ("client_id", None),
        ("client_id", Some("somebody")),
        ("client_secret", None),
        ("client_secret", Some("wrong")),
        ("ocp-apim-subscription-key", None),
        ("ocp-apim-subscription-key", Some("wrong")),
        ("merchant-serial-number", Some("999999")),
    ] {
        let answer = bench.send(with(token_request(), name, value), &Value::Null).await;
        assert_eq!(answer.status, 401, "{name} {value:?}");
        assert!(answer.body.get("access_token").is_none());
    }
    let second = with(
        token_request(),
        "ocp-apim-subscription-key",
        Some("fedcba9876543210fedcba9876543210"),
    );
    assert_eq!(bench.send(second, &Value::Null).await.status, 200);
}

#[tokio::test]
async fn every_call_of_the_apis_needs_all_headers() {
    let bench = Bench::new().await;
    for (method, path) in [
        ("POST", "/qr/v1/exchange"),
        ("GET", "/qr/v1/merchant-callback"),
        ("POST", "/epayment/v1/payments"),
        ("GET", "/epayment/v1/payments/k-100000"),
        ("GET", "/epayment/v1/payments/k-100000/events"),
        ("POST", "/epayment/v1/payments/k-100000/capture"),
        ("POST", "/epayment/v1/payments/k-100000/refund"),
        ("POST", "/epayment/v1/payments/k-100000/cancel"),
        ("POST", "/epayment/v1/test/payments/k-100000/approve"),
        ("POST", "/webhooks/v1/webhooks"),
        ("GET", "/webhooks/v1/webhooks"),
    ] {
        for (name, value, status) in [
            ("authorization", None, 401),
            ("authorization", Some("Bearer made.up.token"), 401),
            ("ocp-apim-subscription-key", None, 401),
            ("ocp-apim-subscription-key", Some("wrong"), 401),
            ("merchant-serial-number", Some("999999"), 403),
            ("merchant-serial-number", None, 400),
            (
                "vipps-system-name",
                Some("a-name-of-more-than-30-characters"),
                400,
            ),
        ] {
            let answer = bench
                .send(
                    with(bench.request(method, path), name, value),
                    &push("k-100000", 500),
                )
                .await;
            assert_eq!(answer.status, status, "{method} {path} {name} {value:?}");
            let is_gateway_s = answer.body["message"].is_string();
            assert_eq!(is_gateway_s, status != 400, "{method} {path} {name} {value:?}");
        }
    }
}

#[tokio::test]
async fn a_body_needs_its_content_type_and_to_be_json() {
    let bench = Bench::new().await;
    let request = with(
        bench.request("POST", "/qr/v1/exchange"),
        "content-type",
        Some("text/plain"),
    );
    assert_eq!(bench.send(request, &push("k-100000", 500)).await.status, 415);
    let broken = bench.request("POST", "/qr/v1/exchange").body("{".into()).unwrap();
    assert_eq!(bench.send_raw(broken).await.status, 400);
}

#[tokio::test]
async fn a_sales_unit_sees_its_own_payments_only() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let path = "/epayment/v1/payments/k-100000";
    for (msn, status) in [(MSN, 200), ("123457", 404)] {
        assert_eq!(
            bench
                .send(bench.request_of(msn, "GET", path), &Value::Null)
                .await
                .status,
            status
        );
    }
    let missing = bench
        .send(bench.request_of("123457", "GET", path), &Value::Null)
        .await;
    assert_eq!(missing.error(), "5090");
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_the_gateway_s_shape() {
    let bench = Bench::new().await;
    let answer = bench.get("/epayment/v9/payments").await;
    assert_eq!(
        (answer.status, &answer.body["statusCode"]),
        (404, &Value::from(404))
    );
    let request =
        Request::delete("/vipps/accesstoken/get").header("ocp-apim-subscription-key", SUBSCRIPTION_KEY);
    assert_eq!(bench.send(request, &Value::Null).await.status, 405);
}
