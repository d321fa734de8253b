//! What nobody sends on purpose: every call answers it in its provider's own shape, and goes on.

use crate::bench::{Answer, Bench, CLIENT_ID, CLIENT_SECRET, PHONE, push};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};

/// The shapes in which the provider's systems refuse: contract, sections 3 to 5.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// ePayment and webhooks.
    Problem,
    /// The exchange of a code.
    Exchange,
    /// Merchant callback codes.
    Params,
    /// Login.
    OAuth,
}

const JSON_CALLS: [(&str, &str, Shape); 9] = [
    ("POST", "/epayment/v1/payments", Shape::Problem),
    ("POST", "/epayment/v1/payments/k-100000/capture", Shape::Problem),
    ("POST", "/epayment/v1/payments/k-100000/refund", Shape::Problem),
    ("POST", "/epayment/v1/payments/k-100000/cancel", Shape::Problem),
    (
        "POST",
        "/epayment/v1/test/payments/k-100000/approve",
        Shape::Problem,
    ),
    ("POST", "/webhooks/v1/webhooks", Shape::Problem),
    ("POST", "/qr/v1/exchange", Shape::Exchange),
    ("POST", "/qr/v1/exchange/customer", Shape::Exchange),
    ("PUT", "/qr/v1/merchant-callback/till-1", Shape::Params),
];

const FORM_CALLS: [&str; 3] = [
    "/vipps-login-ciba/api/backchannel/authentication",
    "/vipps-login-ciba/api/v1/user-exists",
    "/access-management-1.0/access/oauth2/token",
];

fn assert_refused(answer: &Answer, shape: Shape, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {answer:?}");
    let body = &answer.body;
    let is_shaped = match shape {
        Shape::Problem => {
            body["type"].is_string()
                && body["traceId"].is_string()
                && body["title"].is_string()
                && body["status"] == answer.status
                && body["extraDetails"].is_array()
        }
        Shape::Exchange => {
            body["title"].is_string()
                && body["status"] == answer.status
                && body["detail"].is_string()
                && body["extraDetails"][0]["reason"].is_string()
        }
        Shape::Params => {
            body["title"].is_string()
                && body["detail"].is_string()
                && body["instance"].is_string()
                && body["invalidParams"].is_array()
        }
        Shape::OAuth => body["error"].is_string() && body["error_description"].is_string(),
    };
    // The gateway before all of them has a shape of its own.
    let is_gateway_s = matches!(answer.status, 401 | 403 | 422 | 429) && body["message"].is_string();
    assert!(is_shaped || is_gateway_s, "{what}: {answer:?}");
}

/// Bodies that no call can read.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("two MiB", vec![b'a'; 2 * 1024 * 1024]),
        ("no UTF-8", vec![b'"', 0xff, 0xfe, b'"']),
        ("no UTF-8 in a member", b"{\"reference\":\"\xc3\x28\"}".to_vec()),
        ("half a surrogate", br#"{"reference":"\ud800"}"#.to_vec()),
        ("a deep list", [b'['; 100_000].to_vec()),
        ("a deep object", br#"{"a":"#.repeat(50_000)),
        ("a number beyond all", br#"{"amount":{"value":1e999}}"#.to_vec()),
        ("two documents", b"{}{}".to_vec()),
        ("nothing but a zero byte", vec![0]),
    ]
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new().await;
    for (call, (method, path, shape)) in JSON_CALLS.into_iter().enumerate() {
        for (what, body) in unreadable() {
            bench.move_clock(60).await;
            let request = bench
                .request(method, path)
                .header("idempotency-key", format!("{call} {what}"));
            let answer = bench.send_raw(request.body(Body::from(body)).unwrap()).await;
            assert_refused(&answer, shape, &format!("{method} {path}: {what}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_not_waited_for() {
    let bench = Bench::new().await;
    for (method, path, shape) in JSON_CALLS {
        let never = Body::from_stream(futures_util::stream::pending::<
            Result<bytes::Bytes, std::io::Error>,
        >());
        let request = bench.request(method, path).header("idempotency-key", "never");
        let answer = bench.send_raw(request.body(never).unwrap()).await;
        assert_eq!(answer.status, 408, "{method} {path}");
        assert_refused(&answer, shape, &format!("{method} {path}"));
        // One that is too large is refused before any of it comes.
        let never = Body::from_stream(futures_util::stream::pending::<
            Result<bytes::Bytes, std::io::Error>,
        >());
        let request = bench.request(method, path).header("content-length", "1048577");
        let answer = bench.send_raw(request.body(never).unwrap()).await;
        assert_eq!(answer.status, 413, "{method} {path}");
        assert_refused(&answer, shape, &format!("{method} {path}"));
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new().await;
    for (call, (method, path, shape)) in JSON_CALLS.into_iter().enumerate() {
        for body in ["null", "[]", "7", "-0.0", "true", "\"k-100000\"", "[{}]"] {
            bench.move_clock(60).await;
            let request = bench
                .request(method, path)
                .header("idempotency-key", format!("{call} {body}"));
            let answer = bench.send_raw(request.body(Body::from(body)).unwrap()).await;
            assert_refused(&answer, shape, &format!("{method} {path}: {body}"));
        }
        for kind in [
            "",
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
        ] {
            bench.move_clock(60).await;
            let mut request = bench
                .request(method, path)
                .header("idempotency-key", format!("{call} {kind}"))
                .body(Body::from("{}"))
                .unwrap();
            request.headers_mut().remove("content-type");
            if !kind.is_empty() {
                request
                    .headers_mut()
                    .insert("content-type", kind.parse().unwrap());
            }
            let answer = bench.send_raw(request).await;
            assert_refused(&answer, shape, &format!("{method} {path}: {kind:?}"));
        }
    }
}

#[tokio::test]
async fn no_value_of_any_field_breaks_a_call() {
    let bench = Bench::new().await;
    let values = [
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(0.5),
        json!(1e300),
        json!(""),
        json!("\u{0}"),
        json!("🧶".repeat(70_000)),
        json!("-9223372036854775809"),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!(true),
    ];
    let mut whole = push("k-100000", 25_000);
    whole["expiresAt"] = json!("2026-02-01T12:00:00Z");
    whole["returnUrl"] = json!("https://shop.example/back");
    whole["profile"] = json!({"scope": "name"});
    whole["minimumUserAge"] = json!(18);
    whole["qrFormat"] = json!({"format": "TEXT/TARGETURL", "size": 200});
    let amount = json!({"modificationAmount": {"currency": "NOK", "value": 100}});
    let bodies = [
        whole,
        amount.clone(),
        amount,
        json!({"cancelTransactionOnly": true}),
        json!({"customer": {"phoneNumber": PHONE}, "token": "t"}),
        json!({"url": "https://shop.example/news", "events": ["user.checked-in.v1"]}),
        json!({"qrCode": "x", "requestedData": ["MSISDN"]}),
        json!({"customer": {"customerToken": "t"}, "requestedData": ["MSISDN"]}),
        json!({"locationDescription": "Till 1"}),
    ];
    let mut count = 0;
    for ((method, path, shape), body) in JSON_CALLS.into_iter().zip(bodies) {
        for pointer in pointers(&body) {
            for value in &values {
                count += 1;
                // A minute later nothing is limited.
                bench.move_clock(60).await;
                if count % 30 == 0 {
                    bench.sign_in().await;
                }
                let mut sent = body.clone();
                *sent.pointer_mut(&pointer).unwrap() = value.clone();
                let request = bench
                    .request(method, path)
                    .header("idempotency-key", format!("h-{count}"));
                let answer = bench.send(request, &sent).await;
                let shown: String = value.to_string().chars().take(40).collect();
                let what = format!("{method} {path} {pointer} = {shown}");
                if answer.status >= 300 {
                    assert_refused(&answer, shape, &what);
                }
            }
        }
    }
    assert!(count > 500, "{count}");
}

/// Where every member of a document stands.
fn pointers(body: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (name, value) in children {
        found.push(format!("/{name}"));
        found.extend(pointers(value).into_iter().map(|rest| format!("/{name}{rest}")));
    }
    found
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_refused_in_oauth_s_shape() {
    let bench = Bench::new().await;
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        (
            "two MiB",
            [b"scope=".as_slice(), &vec![b'a'; 2 * 1024 * 1024]].concat(),
        ),
        (
            "no UTF-8",
            b"login_hint=%ff%fe&scope=openid&auth_req_id=%ff".to_vec(),
        ),
        ("a broken escape", b"login_hint=%zz&scope=%".to_vec()),
        (
            "twice",
            b"scope=openid&scope=openid&grant_type=a&grant_type=b".to_vec(),
        ),
        (
            "an expiry beyond all",
            b"scope=openid&login_hint=urn:msisdn:4791234567&requested_expiry=99999999999999999999".to_vec(),
        ),
        (
            "an expiry below zero",
            b"scope=openid&login_hint=urn:msisdn:4791234567&requested_expiry=-60".to_vec(),
        ),
        (
            "a hint of nothing",
            b"scope=openid&login_hint=urn:msisdn:".to_vec(),
        ),
        (
            "a hint of letters",
            "scope=openid&login_hint=urn:msisdn:٤٧٩١٢٣٤٥٦٧٨"
                .as_bytes()
                .to_vec(),
        ),
        ("many fields", b"a=b&".repeat(100_000)),
    ];
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"))
    );
    for path in FORM_CALLS {
        for (what, body) in &forms {
            // An expiry is nothing to who only asks whether there is a user.
            if path.ends_with("user-exists") && what.contains("expiry") {
                continue;
            }
            for kind in ["application/x-www-form-urlencoded", "application/json", ""] {
                let mut request = Request::post(format!("/vipps{path}")).header("authorization", &basic);
                if !kind.is_empty() {
                    request = request.header("content-type", kind);
                }
                let answer = bench
                    .send_raw(request.body(Body::from(body.clone())).unwrap())
                    .await;
                assert_refused(&answer, Shape::OAuth, &format!("{path}: {what} as {kind:?}"));
            }
        }
    }
    for basic in ["", "Basic", "Basic %%%", "Basic Og==", "Basic /w==", "Bearer x"] {
        for path in FORM_CALLS {
            let request = Request::post(format!("/vipps{path}"))
                .header("authorization", basic)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from("scope=openid"));
            let answer = bench.send_raw(request.unwrap()).await;
            assert_eq!(
                (answer.status, &answer.body["error"]),
                (401, &json!("invalid_client")),
                "{path} {basic}"
            );
        }
    }
}

#[tokio::test]
async fn a_path_or_a_header_that_cannot_be_read_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new().await;
    let long = "k".repeat(20_000);
    for (method, path, shape) in [
        ("GET", "/epayment/v1/payments/%FF%FE", Shape::Problem),
        ("GET", "/epayment/v1/payments/%00", Shape::Problem),
        ("GET", "/epayment/v1/payments/..%2F..%2Fcontrol", Shape::Problem),
        ("GET", "/epayment/v1/payments/%F0%9F%A7%B6/events", Shape::Problem),
        ("DELETE", "/webhooks/v1/webhooks/%FF", Shape::Problem),
        ("GET", "/qr/v1/merchant-callback/%FF", Shape::Params),
        ("DELETE", "/qr/v1/merchant-callback/%00", Shape::Params),
    ] {
        let answer = bench.send(bench.request(method, path), &Value::Null).await;
        assert_refused(&answer, shape, &format!("{method} {path}"));
    }
    let path = format!("/epayment/v1/payments/{long}");
    let answer = bench.get(&path).await;
    assert_eq!((answer.status, answer.error().as_str()), (404, "5090"));
    for name in [
        "authorization",
        "ocp-apim-subscription-key",
        "merchant-serial-number",
        "idempotency-key",
    ] {
        let mut request = bench
            .request("POST", "/epayment/v1/payments")
            .header("idempotency-key", "a key")
            .body(Body::from(push("k-100000", 25_000).to_string()))
            .unwrap();
        let value = http::HeaderValue::from_bytes(b"\xff\xfe").unwrap();
        request.headers_mut().insert(name, value);
        let answer = bench.send_raw(request).await;
        assert_refused(&answer, Shape::Problem, name);
        assert_eq!(
            bench.get("/epayment/v1/payments/k-100000").await.status,
            404,
            "{name}: nothing was made"
        );
    }
}

#[tokio::test]
async fn a_missing_sales_unit_is_said_in_the_call_s_own_shape() {
    let bench = Bench::new().await;
    for (method, path, shape) in JSON_CALLS {
        let mut request = bench
            .request(method, path)
            .header("idempotency-key", "a key")
            .body(Body::from("{}"))
            .unwrap();
        request.headers_mut().remove("merchant-serial-number");
        let answer = bench.send_raw(request).await;
        assert_eq!(answer.status, 400, "{method} {path}");
        assert_refused(&answer, shape, &format!("{method} {path}"));
    }
}

#[tokio::test]
async fn an_unknown_method_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new().await;
    let calls = JSON_CALLS
        .into_iter()
        .chain(FORM_CALLS.map(|path| ("POST", path, Shape::OAuth)));
    for (_, path, shape) in calls {
        let answer = bench.send(bench.request("PATCH", path), &Value::Null).await;
        assert_eq!(answer.status, 405, "{path}");
        assert_refused(&answer, shape, path);
    }
}
