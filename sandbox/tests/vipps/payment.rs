//! The way of a payment: created, shown on the phone, paid, captured, refunded.

use crate::bench::{Bench, PHONE, push};
use serde_json::{Value, json};

#[tokio::test]
async fn a_payment_goes_to_the_phone_and_is_paid_captured_and_refunded() {
    let bench = Bench::new().await;
    let answer = bench.create(&push("k-100000", 25_000)).await;
    assert_eq!(
        (answer.status, answer.body),
        (201, json!({"reference": "k-100000"}))
    );

    let payment = bench.payment("k-100000").await;
    let zero = json!({"currency": "NOK", "value": 0});
    assert_eq!(payment["state"], "CREATED");
    assert_eq!(payment["amount"], json!({"currency": "NOK", "value": 25_000}));
    assert_eq!(payment["aggregate"]["authorizedAmount"], zero);
    assert_eq!(payment["metadata"], json!({"till": "1"}));
    assert_eq!(payment["paymentMethod"], json!({"type": "WALLET"}));
    assert!(payment.get("redirectUrl").is_none());

    assert_eq!(
        bench.answer("approve").await,
        (200, json!({"state": "AUTHORIZED"}))
    );
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 0, 0, 0])
    );
    assert!(bench.inbox(PHONE).await.is_empty());

    let captured = bench.modify("c-1", "capture", "k-100000", 25_000).await;
    assert_eq!(captured.status, 200);
    assert_eq!(captured.body["aggregate"]["capturedAmount"]["value"], 25_000);
    assert_eq!(captured.body["state"], "AUTHORIZED");
    assert_eq!(captured.body["reference"], "k-100000");
    assert_eq!(captured.body["pspReference"], payment["pspReference"]);
    assert_eq!(captured.body["amount"], payment["amount"]);

    assert_eq!(bench.modify("r-1", "refund", "k-100000", 5_000).await.status, 200);
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 0, 25_000, 5_000])
    );
}

#[tokio::test]
async fn the_phone_shows_what_is_paid_for() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let inbox = bench.inbox(PHONE).await;
    assert_eq!(inbox.len(), 1);
    let item = &inbox[0];
    for (name, value) in [
        ("provider", json!("vipps")),
        ("kind", json!("payment")),
        ("title", json!("Pay Kløver Oslo")),
        ("shop", json!("Kløver Oslo")),
        ("msn", json!("123456")),
        ("amount", json!({"currency": "NOK", "value": 25_000})),
        ("description", json!("Two balls of wool")),
        ("reference", json!("k-100000")),
        (
            "lines",
            json!([{"name": "Wool", "quantity": "2", "unit": "PCS", "value": 25_000}]),
        ),
        ("opened", json!(false)),
        ("state", json!("CREATED")),
        ("expires_at", json!("2026-01-31T12:10:00Z")),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
}

#[tokio::test]
async fn the_history_has_every_step_with_its_own_reference_and_key() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench.modify("c-1", "capture", "k-100000", 10_000).await;
    bench.modify("c-2", "capture", "k-100000", 5_000).await;
    bench.modify("x-1", "cancel", "k-100000", 0).await;
    bench.modify("r-1", "refund", "k-100000", 1_000).await;

    let events = bench.get("/epayment/v1/payments/k-100000/events").await.body;
    let lines: Vec<(&str, i64, Option<&str>)> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let name = event["name"].as_str().unwrap();
            (
                name,
                event["amount"]["value"].as_i64().unwrap(),
                event["idempotencyKey"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("CREATED", 25_000, Some("create-k-100000")),
            ("AUTHORIZED", 25_000, None),
            ("CAPTURED", 10_000, Some("c-1")),
            ("CAPTURED", 5_000, Some("c-2")),
            ("CANCELLED", 10_000, Some("x-1")),
            ("REFUNDED", 1_000, Some("r-1")),
        ]
    );
    let first = &events[0];
    assert_eq!(
        (&first["success"], &first["timestamp"]),
        (&json!(true), &json!("2026-01-31T12:00:00Z"))
    );
    let references: std::collections::BTreeSet<_> = (2..6)
        .map(|index| events[index]["pspReference"].as_str().unwrap())
        .collect();
    assert_eq!(
        references.len(),
        4,
        "a duplicate can be told from a second capture"
    );
}

#[tokio::test]
async fn what_the_phone_answers_ends_the_payment() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let id = bench.inbox(PHONE).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.answer("reject").await, (200, json!({"state": "ABORTED"})));
    assert_eq!(bench.sums("k-100000").await, ("ABORTED".into(), [0, 0, 0, 0]));

    let (status, body) = bench
        .phone(
            PHONE,
            "POST",
            &format!("/inbox/{id}"),
            &json!({"action": "approve"}),
        )
        .await;
    assert_eq!((status, &body["code"]), (404, &json!("request-gone")));
}

#[tokio::test]
async fn two_tills_may_ask_one_customer_and_each_payment_is_answered_by_itself() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    bench.waiting("k-200000", 5_000).await;
    assert_eq!(bench.inbox(PHONE).await.len(), 2);
    assert_eq!(
        bench.inbox(PHONE).await[0]["reference"],
        "k-200000",
        "the newest is on top"
    );
    bench.answer("approve").await;
    assert_eq!(bench.payment("k-200000").await["state"], "AUTHORIZED");
    assert_eq!(bench.payment("k-100000").await["state"], "CREATED");
}

#[tokio::test]
async fn another_phone_has_no_hand_in_it() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let id = bench.inbox(PHONE).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/inbox/{id}");
    let (status, _) = bench
        .phone("4798765432", "POST", &path, &json!({"action": "approve"}))
        .await;
    assert!(status >= 400);
    assert_eq!(bench.payment("k-100000").await["state"], "CREATED");
}

#[tokio::test]
async fn a_payment_that_asks_for_the_profile_shows_it_once_it_is_paid() {
    let bench = Bench::new().await;
    let mut body = push("k-100000", 25_000);
    body["profile"] = json!({"scope": "name phoneNumber"});
    bench.create(&body).await;
    assert!(bench.payment("k-100000").await.get("userDetails").is_none());
    bench.answer("approve").await;
    let payment = bench.payment("k-100000").await;
    assert!(payment["profile"]["sub"].is_string());
    let details = &payment["userDetails"];
    assert_eq!(details["mobileNumber"], PHONE);
    assert!(
        details["firstName"].is_string() && details.get("email").is_none(),
        "{details}"
    );
}

#[tokio::test]
async fn the_control_lists_payments_without_numbers_of_people() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    bench.modify("c-1", "capture", "k-100000", 10_000).await;
    let listed = bench.control("GET", "/vipps/payments", &Value::Null).await;
    let payment = &listed["payments"][0];
    assert_eq!(payment["reference"], "k-100000");
    assert_eq!(
        payment["aggregate"]["capturedAmount"],
        json!({"currency": "NOK", "value": 10_000})
    );
    assert_eq!(payment["events"].as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains(PHONE));
}
