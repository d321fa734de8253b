//! One answer for one key.

use crate::bench::{Bench, push};
use axum::body::Body;
use serde_json::json;

#[tokio::test]
async fn the_same_key_and_body_get_the_first_answer_again_and_nothing_is_done_twice() {
    let bench = Bench::new().await;
    let body = push("k-100000", 25_000);
    let first = bench.keyed("one", "/epayment/v1/payments", &body).await;
    let again = bench.keyed("one", "/epayment/v1/payments", &body).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    assert_eq!(bench.inbox(crate::bench::PHONE).await.len(), 1);
    bench.answer("approve").await;

    let first = bench.modify("two", "capture", "k-100000", 10_000).await;
    bench.modify("three", "capture", "k-100000", 5_000).await;
    let again = bench.modify("two", "capture", "k-100000", 10_000).await;
    assert_eq!(first.body, again.body, "also after the payment has gone on");
    bench.modify("four", "refund", "k-100000", 1_000).await;
    bench.modify("four", "refund", "k-100000", 1_000).await;
    bench.modify("five", "cancel", "k-100000", 0).await;
    assert_eq!(bench.modify("five", "cancel", "k-100000", 0).await.status, 200);
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 10_000, 15_000, 1_000])
    );
}

#[tokio::test]
async fn the_same_key_with_another_body_or_for_another_call_is_a_conflict() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench.modify("two", "capture", "k-100000", 10_000).await;
    let other = bench.modify("two", "capture", "k-100000", 9_000).await;
    assert_eq!((other.status, other.error().as_str()), (409, "4010"));
    let other = bench.modify("two", "refund", "k-100000", 10_000).await;
    assert_eq!((other.status, other.error().as_str()), (409, "4020"));
    let other = bench
        .keyed("two", "/epayment/v1/payments", &push("k-200000", 25_000))
        .await;
    assert_eq!((other.status, other.error().as_str()), (409, "4020"));
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 10_000, 0]);
}

#[tokio::test]
async fn a_refusal_sticks_to_its_key() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let early = bench.modify("two", "capture", "k-100000", 25_000).await;
    assert_eq!(early.error(), "6080");
    bench.answer("approve").await;
    let again = bench.modify("two", "capture", "k-100000", 25_000).await;
    assert_eq!((again.status, again.body), (400, early.body));
    assert_eq!(
        bench.modify("three", "capture", "k-100000", 25_000).await.status,
        200
    );
}

#[tokio::test]
async fn the_same_meaning_in_other_bytes_is_another_body() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    let path = "/epayment/v1/payments/k-100000/capture";
    let send = async |body: &'static str| {
        let request = bench.request("POST", path).header("idempotency-key", "two");
        bench.send_raw(request.body(Body::from(body)).unwrap()).await
    };
    let first = r#"{"modificationAmount":{"currency":"NOK","value":1000}}"#;
    assert_eq!(send(first).await.status, 200);
    for other in [
        r#"{"modificationAmount": {"currency": "NOK", "value": 1000}}"#,
        r#"{"modificationAmount":{"value":1000,"currency":"NOK"}}"#,
    ] {
        let answer = send(other).await;
        assert_eq!((answer.status, answer.error().as_str()), (409, "4010"), "{other}");
    }
    assert_eq!(send(first).await.status, 200);
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 1_000, 0]);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_spends_its_key() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    let amount = json!({"modificationAmount": {"currency": "NOK", "value": 1_000}});
    for (path, whole, conflict) in [
        ("", push("k-200000", 25_000), "4020"),
        ("/k-100000/capture", amount.clone(), "4010"),
        ("/k-100000/refund", amount, "4020"),
        ("/k-100000/cancel", json!({}), "4020"),
    ] {
        let (key, path) = (format!("key{path}"), format!("/epayment/v1/payments{path}"));
        let request = || bench.request("POST", &path).header("idempotency-key", &key);
        for _ in 0..2 {
            let broken = bench.send_raw(request().body(Body::from("{")).unwrap()).await;
            assert_eq!((broken.status, broken.error().as_str()), (400, "body"), "{path}");
        }
        let mended = bench.send(request(), &whole).await;
        assert_eq!(
            (mended.status, mended.error().as_str()),
            (409, conflict),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_capture_that_failed_for_now_succeeds_later_with_its_key() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench
        .fault(&json!({"call": "vipps.payment.capture", "kind": "fail", "status": 400, "error_code": "6280", "times": 2}))
        .await;
    for _ in 0..2 {
        let failed = bench.modify("two", "capture", "k-100000", 25_000).await;
        assert_eq!((failed.status, failed.error().as_str()), (400, "6280"));
    }
    assert_eq!(
        bench.modify("two", "capture", "k-100000", 25_000).await.status,
        200
    );
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 25_000, 0]);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_had_with_the_same_key() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench
        .fault(&json!({"call": "vipps.payment.capture", "kind": "drop_after", "times": 1}))
        .await;
    bench.modify("two", "capture", "k-100000", 25_000).await;
    assert_eq!(
        bench.modify("two", "capture", "k-100000", 25_000).await.status,
        200
    );
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 25_000, 0]);
}

#[tokio::test]
async fn keys_are_needed_and_have_at_most_fifty_characters() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    let amount = json!({"modificationAmount": {"currency": "NOK", "value": 1_000}});
    for path in ["", "/k-100000/capture", "/k-100000/refund"] {
        let body = if path.is_empty() {
            push("k-200000", 25_000)
        } else {
            amount.clone()
        };
        let path = format!("/epayment/v1/payments{path}");
        for key in [None, Some(String::new()), Some("k".repeat(51))] {
            let mut request = bench.request("POST", &path);
            if let Some(key) = &key {
                request = request.header("idempotency-key", key);
            }
            let answer = bench.send(request, &body).await;
            assert_eq!(
                (answer.status, answer.error().as_str()),
                (400, "Idempotency-Key"),
                "{path} {key:?}"
            );
        }
    }
    assert_eq!(
        bench
            .keyed(&"k".repeat(50), "/epayment/v1/payments/k-100000/capture", &amount)
            .await
            .status,
        200
    );
    assert_eq!(
        bench
            .post("/epayment/v1/payments/k-100000/cancel", &json!({}))
            .await
            .status,
        200,
        "it is optional there"
    );
}

#[tokio::test]
async fn a_reference_is_used_once_for_a_sales_unit() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let again = bench
        .keyed("other", "/epayment/v1/payments", &push("k-100000", 25_000))
        .await;
    assert_eq!((again.status, again.error().as_str()), (409, "4150"));
    let mut body = push("k-100000", 25_000);
    body["amount"]["currency"] = json!("DKK");
    let request = bench
        .request_of("123457", "POST", "/epayment/v1/payments")
        .header("idempotency-key", "other");
    assert_eq!(bench.send(request, &body).await.status, 201);
}
