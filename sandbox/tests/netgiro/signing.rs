//! Signatures of requests and answers, and nonces that are used once. Contract, section 2.

use crate::bench::{Bench, GSM, KEY, SECRET, cart, signature};
use axum::body::Body;
use http::Request;
use serde_json::json;

/// The body of Netgíró's published vector.
const VECTOR_BODY: &str = r#"{"Amount":1000,"Reference":"991100-123","CustomerId":"8223281","ConfirmationType":1,"CallbackUrl":"www.example.com/callback-success/991100-123","CallbackCancelUrl":"www.example.com/callback-cancel/991100-123"}"#;
const URL: &str = "http://sandbox.test/netgiro/v1/Checkout/InsertCart";

#[tokio::test]
async fn the_published_vectors_body_is_accepted_under_its_own_signature() {
    // First that the test signs as Netgíró does.
    assert_eq!(
        signature(
            SECRET,
            "39084373214935208",
            "https://api.test.netgiro.is/v1/Checkout/InsertCart",
            VECTOR_BODY
        ),
        "8ff35684c44ae5279f16f5b024b80a7f4de18f45b71aafc9c03a2f07ac3e9856"
    );
    let bench = Bench::new();
    let signature = signature(SECRET, "39084373214935208", URL, VECTOR_BODY);
    let answer = bench
        .signed("InsertCart", VECTOR_BODY, "39084373214935208", &signature)
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["ResultCode"]),
        (200, &json!(200))
    );
}

#[tokio::test]
async fn a_wrong_signature_is_a_401_and_makes_no_cart() {
    let bench = Bench::new();
    let body = cart(GSM, 0).to_string();
    let right = signature(SECRET, "n", URL, &body);
    let hmac = ring::hmac::sign(
        &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes()),
        format!("n{URL}{body}").as_bytes(),
    );
    let wrong = [
        (
            "another body",
            signature(SECRET, "n", URL, &body.replace("1000", "1")),
        ),
        ("another nonce", signature(SECRET, "m", URL, &body)),
        (
            "another case of the address",
            signature(SECRET, "n", &URL.to_lowercase(), &body),
        ),
        (
            "another address",
            signature(SECRET, "n", &URL.replace("Insert", "Check"), &body),
        ),
        ("another secret", signature("secret", "n", URL, &body)),
        ("capitals", right.to_uppercase()),
        (
            "the documents' HMAC",
            hmac.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        ),
        ("nothing", String::new()),
    ];
    for (what, signature) in wrong {
        let answer = bench.signed("InsertCart", &body, "n", &signature).await;
        assert_eq!(answer.status, 401, "{what}");
        assert_eq!(
            (&answer.body["Success"], &answer.body["ResultCode"]),
            (&json!(false), &json!(400)),
            "{what}"
        );
        assert!(!answer.raw.contains(SECRET), "{what}");
    }
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
    let answer = bench.signed("InsertCart", &body, "n", &right).await;
    assert_eq!(answer.status, 200, "a refused call does not use its nonce up");
}

#[tokio::test]
async fn a_missing_header_and_an_unknown_key_are_named() {
    let bench = Bench::new();
    let body = cart(GSM, 0).to_string();
    let right = signature(SECRET, "n", URL, &body);
    let headers = [
        ("netgiro_appkey", KEY),
        ("netgiro_nonce", "n"),
        ("netgiro_signature", right.as_str()),
    ];
    for missing in 0..headers.len() {
        let mut request = Request::post("/netgiro/v1/Checkout/InsertCart").header("host", "sandbox.test");
        for (at, (name, value)) in headers.iter().enumerate() {
            if at != missing {
                request = request.header(*name, *value);
            }
        }
        let answer = bench.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status, 401);
        assert!(answer.raw.contains(headers[missing].0), "{}", answer.raw);
    }
    let request = Request::post("/netgiro/v1/Checkout/InsertCart")
        .header("host", "sandbox.test")
        .header("netgiro_appkey", "00000000-0000-0000-0000-000000000000")
        .header("netgiro_nonce", "n")
        .header("netgiro_signature", right.as_str());
    let answer = bench.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_nonce_is_taken_once() {
    let bench = Bench::new();
    let body = cart(GSM, 0).to_string();
    let right = signature(SECRET, "n", URL, &body);
    assert_eq!(bench.signed("InsertCart", &body, "n", &right).await.status, 200);
    let again = bench.signed("InsertCart", &body, "n", &right).await;
    assert_eq!(again.status, 401);
    assert_eq!(again.body["ResultCode"], 400);
    let other = cart(GSM, 2).to_string();
    let again = bench
        .signed("InsertCart", &other, "n", &signature(SECRET, "n", URL, &other))
        .await;
    assert_eq!(again.status, 401, "for another call neither");
    assert_eq!(
        bench.phone(GSM).await["inbox"].as_array().unwrap().len(),
        1,
        "one cart was made"
    );
}

#[tokio::test]
async fn a_call_that_comes_twice_is_done_once_and_answered() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.insert_cart", "kind": "duplicate", "times": 1}))
        .await;
    bench.insert(&cart(GSM, 0)).await;
    assert_eq!(bench.phone(GSM).await["inbox"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_answer_is_signed_with_a_new_nonce_over_its_own_bytes() {
    let bench = Bench::new();
    let mut nonces = Vec::new();
    for (name, body) in [
        ("InsertCart", cart(GSM, 0)),
        ("InsertCart", json!({})),
        ("CheckCart", json!({"TransactionId": "x"})),
        ("ConfirmCart", json!({"TransactionId": "x"})),
        ("CancelCart", json!({"TransactionId": "x"})),
    ] {
        let answer = bench.call(name, &body).await;
        let url = format!("http://sandbox.test/netgiro/v1/Checkout/{name}");
        let nonce = answer.header("netgiro_nonce").to_owned();
        assert_eq!(
            answer.header("netgiro_signature"),
            signature(SECRET, &nonce, &url, &answer.raw)
        );
        assert_eq!(answer.header("netgiro_appkey"), KEY);
        assert!(!answer.header("netgiro_referenceid").is_empty());
        assert!(!nonces.contains(&nonce));
        nonces.push(nonce);
    }
}

#[tokio::test]
async fn an_answer_can_be_signed_wrongly_on_demand() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.check_cart", "kind": "tamper_signature", "times": 1}))
        .await;
    let body = json!({"TransactionId": "x"});
    let url = "http://sandbox.test/netgiro/v1/Checkout/CheckCart";
    for fits in [false, true] {
        let answer = bench.call("CheckCart", &body).await;
        let expected = signature(SECRET, answer.header("netgiro_nonce"), url, &answer.raw);
        assert_eq!(answer.header("netgiro_signature") == expected, fits);
    }
}

#[tokio::test]
async fn a_fault_answers_in_netgiros_shape() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.insert_cart", "kind": "fail", "status": 503, "times": 1}))
        .await;
    bench
        .fault(&json!({"call": "netgiro.check_cart", "kind": "fail", "status": 500, "error_code": "10999"}))
        .await;
    let answer = bench.call("InsertCart", &cart(GSM, 0)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["Success"]),
        (503, &json!(false))
    );
    assert_eq!(answer.body["ResultCode"], 503);
    let answer = bench.call("CheckCart", &json!({"TransactionId": "x"})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["ResultCode"]),
        (500, &json!(10999))
    );
}
