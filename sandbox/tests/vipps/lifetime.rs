//! What time does to a payment.

use crate::bench::{Bench, PHONE, push};
use serde_json::json;

#[tokio::test]
async fn a_payment_that_nobody_answers_expires_after_ten_minutes() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    bench.move_clock(599).await;
    assert_eq!(bench.payment("k-100000").await["state"], "CREATED");
    let id = bench.inbox(PHONE).await[0]["id"].as_str().unwrap().to_owned();
    bench.move_clock(1).await;
    assert_eq!(bench.sums("k-100000").await, ("EXPIRED".into(), [0, 0, 0, 0]));
    assert!(bench.inbox(PHONE).await.is_empty());
    let (status, body) = bench
        .phone(
            PHONE,
            "POST",
            &format!("/inbox/{id}"),
            &json!({"action": "approve"}),
        )
        .await;
    assert_eq!((status, &body["code"]), (404, &json!("request-gone")));
    let events = bench.get("/epayment/v1/payments/k-100000/events").await.body;
    assert_eq!(events[1]["name"], "EXPIRED");
    assert_eq!(events[1]["timestamp"], "2026-01-31T12:10:00Z");
}

#[tokio::test]
async fn a_long_living_payment_lives_until_its_own_end() {
    let bench = Bench::new().await;
    let mut body = push("k-100000", 25_000);
    body["expiresAt"] = json!("2026-01-31T14:00:00+01:00");
    assert_eq!(bench.create(&body).await.status, 201);
    bench.move_clock(3_599).await;
    assert_eq!(bench.payment("k-100000").await["state"], "CREATED");
    bench.move_clock(1).await;
    bench.sign_in().await;
    assert_eq!(bench.payment("k-100000").await["state"], "EXPIRED");
}

#[tokio::test]
async fn a_payment_that_ends_while_it_is_open_on_the_phone_can_still_be_paid_for_that_moment() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    bench.move_clock(590).await;
    bench.answer("open").await;
    bench.move_clock(20).await;
    assert_eq!(bench.payment("k-100000").await["state"], "CREATED");
    assert_eq!(bench.answer("approve").await.0, 200);

    bench.waiting("k-200000", 25_000).await;
    bench.move_clock(590).await;
    bench.answer("open").await;
    bench.move_clock(30).await;
    assert_eq!(bench.payment("k-200000").await["state"], "EXPIRED");
}

#[tokio::test]
async fn an_expiry_is_told_when_only_the_clock_outside_has_moved() {
    let bench = Bench::new().await;
    bench
        .register("http://shop.test/hooks", &["epayments.payment.expired.v1"])
        .await;
    bench.waiting("k-100000", 25_000).await;
    bench.advance(600);
    let heard = bench.merchant.wait_for(1).await;
    assert_eq!(heard[0].body["name"], "EXPIRED");
}
