//! Refunds and the partner API's view of a transaction. Contract, section 6.

use crate::bench::{Answer, Bench, GSM, SECRET, cart};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

async fn partner(bench: &Bench, method: &str, path: &str, token: Option<&str>, body: &Value) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/netgiro/partner/{path}"));
    if let Some(token) = token {
        request = request.header("token", token);
    }
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    bench.send(request.body(body).unwrap()).await
}

async fn refund(bench: &Bench, body: &Value) -> Answer {
    partner(bench, "POST", "refund", Some(SECRET), body).await
}

fn back(id: &str, amount: i64, key: &str) -> Value {
    json!({"transactionId": id, "refundAmount": amount, "idempotencyKey": key, "reason": "too small"})
}

async fn paid(bench: &Bench) -> String {
    let id = bench.insert(&cart(GSM, 0)).await;
    bench.act(GSM, "approve").await;
    id
}

async fn transaction(bench: &Bench, id: &str) -> Value {
    let path = format!("transaction/{id}");
    let answer = partner(bench, "GET", &path, Some(SECRET), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
    answer.body
}

#[tokio::test]
async fn a_payment_is_given_back_in_parts_and_never_more_than_it_was() {
    let bench = Bench::new();
    let id = paid(&bench).await;
    assert_eq!(refund(&bench, &back(&id, 300, "k-1")).await.status, 200);
    assert_eq!(bench.money(&id).await, (1000, 0, 300));
    assert_eq!(refund(&bench, &back(&id, 701, "k-2")).await.status, 400);
    assert_eq!(bench.money(&id).await, (1000, 0, 300));
    assert_eq!(transaction(&bench, &id).await["isRefundable"], true);
    assert_eq!(refund(&bench, &back(&id, 700, "k-2")).await.status, 200);
    assert_eq!(bench.money(&id).await, (1000, 0, 1000));
    assert_eq!(transaction(&bench, &id).await["isRefundable"], false);
    assert_eq!(refund(&bench, &back(&id, 1, "k-3")).await.status, 400);
    assert_eq!(bench.check(&id).await, (true, 10200), "it was paid all the same");
}

#[tokio::test]
async fn the_same_key_is_the_same_refund() {
    let bench = Bench::new();
    let (id, other) = (paid(&bench).await, paid(&bench).await);
    let first = refund(&bench, &back(&id, 300, "k-1")).await;
    let again = refund(&bench, &back(&id, 300, "k-1")).await;
    assert_eq!((again.status, &again.raw), (first.status, &first.raw));
    assert_eq!(bench.money(&id).await, (1000, 0, 300));
    assert_eq!(
        refund(&bench, &back(&id, 301, "k-1")).await.status,
        409,
        "another amount"
    );
    assert_eq!(
        refund(&bench, &back(&other, 300, "k-1")).await.status,
        409,
        "another payment"
    );
    assert_eq!(bench.money(&id).await, (1000, 0, 300));
    assert_eq!(bench.money(&other).await, (1000, 0, 0));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_and_the_money_goes_back_once() {
    let bench = Bench::new();
    let id = paid(&bench).await;
    bench
        .fault(&json!({"call": "netgiro.refund", "kind": "drop_after", "times": 1}))
        .await;
    assert_eq!(refund(&bench, &back(&id, 300, "k-1")).await.status, 503);
    assert_eq!(refund(&bench, &back(&id, 300, "k-1")).await.status, 200);
    assert_eq!(bench.money(&id).await, (1000, 0, 300));
}

#[tokio::test]
async fn what_is_not_paid_is_not_given_back() {
    let bench = Bench::new();
    let waiting = bench.insert(&cart(GSM, 2)).await;
    assert_eq!(refund(&bench, &back(&waiting, 1, "k-1")).await.status, 400);
    bench.act(GSM, "approve").await;
    assert_eq!(
        refund(&bench, &back(&waiting, 1, "k-1")).await.status,
        400,
        "reserved"
    );
    bench.cancel(&waiting).await;
    assert_eq!(refund(&bench, &back(&waiting, 1, "k-1")).await.status, 400);
    assert_eq!(refund(&bench, &back("nobody", 1, "k-1")).await.status, 404);
    assert_eq!(bench.money(&waiting).await, (0, 0, 0));
}

#[tokio::test]
async fn a_wrong_refund_is_refused_and_says_why() {
    let bench = Bench::new();
    let id = paid(&bench).await;
    let long = "k".repeat(41);
    let longer = "r".repeat(101);
    for (name, value) in [
        ("transactionId", Value::Null),
        ("refundAmount", Value::Null),
        ("refundAmount", json!(0)),
        ("refundAmount", json!(-5)),
        ("refundAmount", json!(0.5)),
        ("idempotencyKey", Value::Null),
        ("idempotencyKey", json!("")),
        ("idempotencyKey", json!(long)),
        ("reason", json!(longer)),
    ] {
        let mut body = back(&id, 10, "k-1");
        body[name] = value.clone();
        let answer = refund(&bench, &body).await;
        assert_eq!(answer.status, 400, "{name} {value}");
        assert_eq!(answer.body["success"], false, "{name} {value}");
        assert!(!answer.body["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(bench.money(&id).await, (1000, 0, 0));
}

#[tokio::test]
async fn without_the_secret_nobody_is_heard() {
    let bench = Bench::new();
    let id = paid(&bench).await;
    for token in [None, Some("another"), Some("")] {
        let answer = partner(&bench, "POST", "refund", token, &back(&id, 1, "k-1")).await;
        assert_eq!(answer.status, 401, "{token:?}");
        let path = format!("transaction/{id}");
        let answer = partner(&bench, "GET", &path, token, &Value::Null).await;
        assert_eq!(answer.status, 401, "{token:?}");
    }
    assert_eq!(bench.money(&id).await, (1000, 0, 0));
}

#[tokio::test]
async fn a_transaction_is_seen_as_it_goes() {
    let bench = Bench::new();
    let id = bench.insert(&cart(GSM, 2)).await;
    let seen = transaction(&bench, &id).await;
    assert_eq!(
        (&seen["status"], &seen["isRefundable"], &seen["settlementDate"]),
        (&json!("new"), &json!(false), &Value::Null)
    );
    bench.act(GSM, "approve").await;
    assert_eq!(transaction(&bench, &id).await["status"], "unpaid");
    bench.confirm(&id, None).await;
    let seen = transaction(&bench, &id).await;
    assert_eq!(
        (&seen["status"], &seen["isRefundable"], &seen["settlementDate"]),
        (&json!("paid"), &json!(true), &json!("2026-02-01"))
    );
    let other = bench.insert(&cart(GSM, 0)).await;
    bench.act(GSM, "reject").await;
    assert_eq!(transaction(&bench, &other).await["status"], "canceled");
    let nobody = partner(&bench, "GET", "transaction/nobody", Some(SECRET), &Value::Null).await;
    assert_eq!(nobody.status, 404);
}
