//! Calls that are held on demand: late, out of order, or lost.

use crate::bench::{Bench, PHONE, Say, basket, blik};
use serde_json::{Value, json};

async fn hold(bench: &Bench, call: &str) {
    bench
        .fault(&json!({"call": call, "kind": "hold", "times": 1}))
        .await;
}

async fn held(bench: &Bench) -> Vec<u64> {
    let (_, body) = bench.tap("GET", "/control/held", &Value::Null).await;
    let held = body["held"].as_array().unwrap().iter();
    held.map(|one| one["id"].as_u64().unwrap()).collect()
}

async fn release(bench: &Bench, id: u64) -> (u16, Value) {
    let path = format!("/control/held/{id}/release");
    let (status, body) = bench.tap("POST", &path, &Value::Null).await;
    (status.as_u16(), body)
}

async fn change(bench: &Bench, basket: &str, event: &str, quantity: u32) -> Value {
    let path = format!("/phone/api/{PHONE}/baskets/{basket}/events");
    let quantity = json!({"quantity": quantity, "quantity_type": "INTEGER"});
    let event = json!({
        "event_id": event,
        "event_type": "PRODUCTS_QUANTITY",
        "quantity_event_data": [{"product_id": "42", "quantity": quantity}]
    });
    let (status, body) = bench.tap("POST", &path, &event).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn a_held_event_is_overtaken_by_the_next_and_arrives_last() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    hold(&bench, "inpost.merchant.basket.event").await;
    assert_eq!(change(&bench, &id, "e-1", 3).await["held"], true);
    assert_eq!(bench.phone().await["baskets"][0]["basket"], basket());
    change(&bench, &id, "e-2", 4).await;
    let mut newest = basket();
    newest["products"][0]["quantity"]["quantity"] = json!(4);
    bench.shop.next("/event", Say::Answer(200, newest.clone()));
    let waiting = held(&bench).await;
    assert_eq!(waiting.len(), 1);
    let (_, list) = bench.tap("GET", "/control/held", &Value::Null).await;
    assert_eq!(list["held"][0]["call"], "inpost.merchant.basket.event");
    assert!(!list.to_string().contains("600000000"));
    bench.advance(60);
    assert_eq!(
        release(&bench, waiting[0]).await,
        (200, json!({"status": 200, "error_code": ""}))
    );
    let events: Vec<_> = bench
        .shop
        .seen()
        .into_iter()
        .filter(|seen| seen.path.ends_with("/event"))
        .collect();
    let ids: Vec<_> = events.iter().map(|seen| &seen.body["event_id"]).collect();
    assert_eq!(ids, [&json!("e-2"), &json!("e-1")]);
    assert_eq!(
        events[1].headers["x-signature-timestamp"], "2026-01-31T12:01:00.000Z",
        "signed when it leaves"
    );
    assert!(
        events[1].body["event_data_time"]
            .as_str()
            .unwrap()
            .starts_with("2026-01-31T12:00:00"),
        "and as old as it is"
    );
    assert_eq!(bench.phone().await["baskets"][0]["basket"], newest);
    assert_eq!(release(&bench, waiting[0]).await.0, 404);
}

#[tokio::test]
async fn a_held_payment_is_told_when_it_is_released() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    hold(&bench, "inpost.merchant.order.event").await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    assert_eq!(bench.phone().await["orders"][0]["merchant_status"], "New");
    let waiting = held(&bench).await;
    assert_eq!(release(&bench, waiting[0]).await.0, 200);
    assert_eq!(bench.phone().await["orders"][0]["merchant_status"], "Paid");
}

#[tokio::test]
async fn a_held_call_that_the_tap_needs_fails_the_tap() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    hold(&bench, "inpost.merchant.order.create").await;
    let (status, body) = bench.order(&id, &blik("777111")).await;
    assert_eq!((status, &body["code"]), (504, &json!("call-held")));
    assert_eq!(held(&bench).await.len(), 1, "it was tried once");
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn a_held_call_can_be_lost() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    hold(&bench, "inpost.merchant.basket.event").await;
    change(&bench, &id, "e-1", 3).await;
    let path = format!("/control/held/{}", held(&bench).await[0]);
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 204);
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 404);
    assert!(held(&bench).await.is_empty());
}
