//! The token call: contract, section 2, "Auth".

use crate::bench::Bench;
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn right_credentials_get_a_token_of_the_vendors_form() {
    let bench = Bench::new().await;
    let form = "client_id=karfa-demo&client_secret=karfa-demo-secret&grant_type=client_credentials";
    let (status, mut body) = bench.form("/inpost/auth/token", form).await;
    assert_eq!(status, 200);
    let token = body.as_object_mut().unwrap().remove("access_token").unwrap();
    assert!(token.as_str().unwrap().len() > 20);
    let rest = json!({
        "expires_in": 300,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": "api:inpostpay"
    });
    assert_eq!(body, rest);
}

#[tokio::test]
async fn wrong_credentials_get_the_vendors_words() {
    let bench = Bench::new().await;
    for (form, status, description) in [
        (
            "client_id=nobody&client_secret=x&grant_type=client_credentials",
            401,
            "Invalid client credentials",
        ),
        (
            "client_id=karfa-demo&client_secret=x&grant_type=client_credentials",
            401,
            "Invalid client secret",
        ),
        (
            "client_id=karfa-demo&client_secret=karfa-demo-secret",
            400,
            "Missing form parameter: grant_type",
        ),
        (
            "client_id=karfa-demo&client_secret=karfa-demo-secret&grant_type=password",
            400,
            "Unsupported grant_type",
        ),
    ] {
        let (got, body) = bench.form("/inpost/auth/token", form).await;
        assert_eq!(
            (got.as_u16(), &body["error_description"]),
            (status, &json!(description)),
            "{form}"
        );
    }
    let json_body = Request::post("/inpost/auth/token").header("content-type", "application/json");
    let (status, _) = bench.send(json_body.body(Body::from("{}")).unwrap()).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_token_opens_the_api_for_300_seconds() {
    let bench = Bench::new().await;
    let path = "/v1/izi/payment-methods";
    bench.advance(299);
    assert_eq!(bench.api("GET", path, &Value::Null).await.0, 200);
    bench.advance(1);
    assert_eq!(
        bench.refusal("GET", path, &Value::Null).await,
        (401, json!("UNAUTHORIZED"))
    );
    bench.sign_in("karfa-demo").await;
    assert_eq!(bench.api("GET", path, &Value::Null).await.0, 200);
}

#[tokio::test]
async fn every_call_but_the_token_needs_a_token() {
    let bench = Bench::new().await;
    for (method, path) in [
        ("GET", "/v1/izi/basket/b/binding"),
        ("POST", "/v1/izi/basket/b/binding"),
        ("DELETE", "/v1/izi/basket/b/binding"),
        ("PUT", "/v1/izi/basket/b"),
        ("PUT", "/v2/izi/basket/b"),
        ("PUT", "/v2/izi/basket/b/binding"),
        ("DELETE", "/v1/izi/browser/b/binding"),
        ("POST", "/v1/izi/order/o/event"),
        ("GET", "/v1/izi/baskets"),
        ("GET", "/v1/izi/orders"),
        ("GET", "/v1/izi/payment-methods"),
        ("GET", "/v1/izi/signing-keys/public"),
        ("GET", "/v1/izi/signing-keys/public/1"),
        ("GET", "/v1/izi/transaction"),
        ("POST", "/v1/izi/transaction/t/refund"),
    ] {
        for authorization in ["", "Bearer made-up", "Basic a2FyZmE="] {
            let request = Request::builder().method(method).uri(format!("/inpost{path}"));
            let request = request
                .header("authorization", authorization)
                .body(Body::empty())
                .unwrap();
            let (status, body) = bench.send(request).await;
            assert_eq!(
                (status.as_u16(), &body["error_code"]),
                (401, &json!("UNAUTHORIZED")),
                "{method} {path} {authorization:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_refused_in_the_vendors_shape() {
    let bench = Bench::new().await;
    assert_eq!(
        bench.refusal("GET", "/v1/izi/nothing", &Value::Null).await,
        (404, json!("NOT_FOUND"))
    );
    assert_eq!(
        bench.refusal("PATCH", "/v1/izi/baskets", &Value::Null).await,
        (405, json!("BAD_REQUEST"))
    );
}
