//! Faults on demand, in the shapes that the provider's systems have.

use crate::bench::{Bench, PHONE, push};
use serde_json::{Value, json};

#[tokio::test]
async fn every_call_can_fail_in_its_provider_s_shape() {
    let bench = Bench::new().await;
    let names = bench.control("GET", "/faults", &Value::Null).await["calls"].clone();
    let ours: Vec<&str> = names
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| name.starts_with("vipps."))
        .collect();
    assert_eq!(ours.len(), 24);
    bench
        .fault(&json!({"call": "vipps.*", "kind": "fail", "status": 503, "error_code": "6280"}))
        .await;
    let create = bench.create(&push("k-100000", 25_000)).await;
    assert_eq!((create.status, create.error().as_str()), (503, "6280"));
    assert_eq!(create.header("content-type"), "application/problem+json");
    let exchange = bench.post("/qr/v1/exchange", &json!({"qrCode": "x"})).await;
    assert_eq!(
        (exchange.status, &exchange.body["extraDetails"][0]["name"]),
        (503, &json!("qrCode"))
    );
    let code = bench.get("/qr/v1/merchant-callback").await;
    assert!(
        code.body["instance"].is_string() && code.body["invalidParams"].is_array(),
        "{code:?}"
    );
    let poll = bench.poll("x").await;
    assert_eq!((poll.status, &poll.body["error"]), (503, &json!("6280")));
    assert!(bench.inbox(PHONE).await.is_empty(), "nothing was done");
}

#[tokio::test]
async fn every_kind_of_fault_that_is_offered_for_a_call_is_taken() {
    let bench = Bench::new().await;
    let list = bench.control("GET", "/faults", &Value::Null).await;
    let has = |name: &str, word: &Value| list[name].as_array().unwrap().contains(word);
    let mut refused = 0;
    for call in list["calls"].as_array().unwrap() {
        for kind in list["kinds"].as_array().unwrap() {
            let is_answer = *kind == "tamper_signature" && has("signed_answers", call);
            let is_offered = !has("signed_kinds", kind) || has("signed_calls", call) || is_answer;
            let mut wish = json!({"call": call, "kind": kind});
            if *kind == "delay" {
                wish["ms"] = json!(1);
            }
            let request = http::Request::post("/control/faults");
            let answer = bench.send(request, &wish).await;
            assert_eq!(
                answer.status,
                if is_offered { 201 } else { 422 },
                "{wish} {answer:?}"
            );
            refused += usize::from(!is_offered);
            bench.control("DELETE", "/faults", &Value::Null).await;
        }
    }
    assert!(refused > 100, "{refused}");
}

#[tokio::test]
async fn what_the_gateway_answers_has_its_shape_and_a_429_says_when_to_come_again() {
    for status in [401, 403, 422, 429] {
        let bench = Bench::new().await;
        bench
            .fault(&json!({"call": "vipps.payment.*", "kind": "fail", "status": status, "times": 1}))
            .await;
        let answer = bench.create(&push("k-100000", 25_000)).await;
        assert_eq!(
            (answer.status, &answer.body["statusCode"]),
            (status, &json!(status))
        );
        assert_eq!(answer.header("retry-after"), if status == 429 { "2" } else { "" });
        assert_eq!(
            bench.create(&push("k-100000", 25_000)).await.status,
            201,
            "no key keeps it"
        );
    }
}

#[tokio::test]
async fn a_payment_can_be_made_and_the_answer_lost_or_wrong() {
    for kind in ["drop_after", "fail_after"] {
        let bench = Bench::new().await;
        bench
            .fault(&json!({"call": "vipps.payment.create", "kind": kind, "times": 1}))
            .await;
        let lost = bench.create(&push("k-100000", 25_000)).await;
        assert!(lost.status >= 500, "{lost:?}");
        assert_eq!(bench.inbox(PHONE).await.len(), 1, "{kind}");
        assert_eq!(
            bench.create(&push("k-100000", 25_000)).await.status,
            201,
            "{kind}"
        );
        assert_eq!(bench.inbox(PHONE).await.len(), 1, "{kind}");
    }
    let bench = Bench::new().await;
    bench
        .fault(&json!({"call": "vipps.payment.create", "kind": "drop_before", "times": 1}))
        .await;
    bench.create(&push("k-100000", 25_000)).await;
    assert!(bench.inbox(PHONE).await.is_empty());
}

#[tokio::test]
async fn a_call_handled_twice_is_done_once() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench
        .fault(&json!({"call": "vipps.payment.capture", "kind": "duplicate", "times": 1}))
        .await;
    assert_eq!(bench.modify("c", "capture", "k-100000", 10_000).await.status, 200);
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 10_000, 0]);
}

#[tokio::test]
async fn a_locked_payment_can_be_played() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench
        .fault(&json!({"call": "vipps.payment.capture", "kind": "fail", "status": 423, "times": 1}))
        .await;
    assert_eq!(bench.modify("c", "capture", "k-100000", 10_000).await.status, 423);
    assert_eq!(bench.modify("c", "capture", "k-100000", 10_000).await.status, 200);
}

#[tokio::test]
async fn the_login_can_fail_in_oauth_s_words() {
    let bench = Bench::new().await;
    bench
        .fault(&json!({"call": "vipps.login.start", "kind": "fail", "status": 400, "error_code": "unknown_user_id", "times": 1}))
        .await;
    let answer = bench.start_login(PHONE, &[]).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("unknown_user_id"))
    );
    bench
        .fault(&json!({"call": "vipps.token", "kind": "fail", "times": 1}))
        .await;
    let answer = bench.send(crate::bench::token_request(), &Value::Null).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (500, &json!("server_error"))
    );
}
