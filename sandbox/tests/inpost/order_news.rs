//! What becomes of an order: the merchant's news, the customer's second thoughts, the back office, refunds. Contract,
//! sections 7 and 8.

use crate::bench::{Bench, PHONE, Say, blik};
use serde_json::{Value, json};

fn news(event_id: &str, data: &Value) -> Value {
    json!({"event_id": event_id, "event_data_time": "2026-01-31T12:10:00.000000Z", "event_data": data})
}

#[tokio::test]
async fn the_merchant_tells_status_and_tracking() {
    let bench = Bench::new().await;
    let path = "/v1/izi/order/o-1/event";
    let sent = json!({"order_merchant_status_description": "Sent", "delivery_references_list": ["6200001"]});
    assert_eq!(
        bench.refusal("POST", path, &news("e-1", &sent)).await,
        (404, json!("ORDER_NOT_FOUND"))
    );
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    assert_eq!(
        bench.api("POST", path, &news("e-1", &sent)).await,
        (http::StatusCode::CREATED, Value::Null)
    );
    let screen = bench.phone().await;
    assert_eq!(screen["orders"][0]["merchant_status"], "Sent");
    assert_eq!(screen["orders"][0]["delivery_references"], json!(["6200001"]));
    let moved = json!({"delivery": {"delivery_point": "KRA99Z"}});
    assert_eq!(bench.api("POST", path, &news("e-0", &moved)).await.0, 201);
    assert_eq!(
        bench.phone().await["orders"][0]["order"]["delivery"],
        json!({"delivery_type": "APM", "delivery_point": "KRA99Z"})
    );

    let late = json!({"order_merchant_status_description": "New"});
    assert_eq!(
        bench.api("POST", path, &news("e-1", &late)).await.0,
        201,
        "a repeated event is taken once"
    );
    assert_eq!(bench.phone().await["orders"][0]["merchant_status"], "Sent");
    let completed = news("e-2", &json!({"order_status": "ORDER_COMPLETED"}));
    assert_eq!(
        bench.refusal("POST", path, &completed).await,
        (409, json!("STATUS_ORDER_ERROR")),
        "it is paid in the app"
    );
    assert_eq!(
        bench.refusal("POST", path, &json!({"event_id": "e-3"})).await,
        (400, json!("MALFORMED_REQUEST"))
    );
}

#[tokio::test]
async fn an_unpaid_order_finished_in_the_shop_is_not_paid_in_the_app_any_more() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("500500")).await.0, 402);
    let path = "/v1/izi/order/o-1/event";
    let completed = json!({"order_status": "ORDER_COMPLETED"});
    assert_eq!(bench.api("POST", path, &news("e-1", &completed)).await.0, 201);
    let (status, body) = bench.order(&id, &blik("777111")).await;
    assert_eq!((status, &body["code"]), (409, &json!("order-over")));
    let rejected = json!({"order_status": "ORDER_REJECTED"});
    assert_eq!(
        bench.refusal("POST", path, &news("e-2", &rejected)).await,
        (409, json!("STATUS_ORDER_ERROR"))
    );
}

#[tokio::test]
async fn the_app_asks_the_shop_how_an_order_stands() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let mut sent = crate::bench::order(&json!({"order_details": {"basket_id": "b-1"}}));
    sent["order_details"]["order_merchant_status_description"] = json!("Sent");
    sent["order_details"]["delivery_references_list"] = json!(["6200001"]);
    bench.shop.next("/v1/izi/order/o-1", Say::Answer(200, sent));
    let refresh = format!("/phone/api/{PHONE}/orders/o-1/refresh");
    assert_eq!(bench.tap("POST", &refresh, &Value::Null).await.0, 200);
    assert_eq!(bench.shop.lines().last().unwrap(), "GET /inpost/v1/izi/order/o-1");
    assert_eq!(bench.phone().await["orders"][0]["merchant_status"], "Sent");
}

#[tokio::test]
async fn the_back_office_lists_orders_and_payment_methods() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let (_, page) = bench.api("GET", "/v1/izi/orders", &Value::Null).await;
    assert_eq!(
        (
            &page["total_items"],
            &page["content"][0]["order_details"]["order_id"]
        ),
        (&json!(1), &json!("o-1"))
    );
    let (_, methods) = bench.api("GET", "/v1/izi/payment-methods", &Value::Null).await;
    let methods = methods["payment_type"].as_array().unwrap().clone();
    assert!(methods.contains(&json!("BLIK_CODE")) && methods.contains(&json!("CASH_ON_DELIVERY")));
}

fn refund_body(transaction: &str, command: &str, refund: &str, amount: &str, signed_amount: &str) -> Value {
    let text = format!("{command}{transaction}note{refund}{signed_amount}karfa-demo-merchant-secret");
    let hash = ring::digest::digest(&ring::digest::SHA512, text.as_bytes());
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "external_refund_id": refund,
        "refund_amount": amount,
        "additional_business_data": {"additional_data": "note"},
        "signature": format!("SHA-512_{hex}")
    })
}

#[tokio::test]
async fn a_refund_can_take_its_time_or_fail() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let transactions = "/v1/izi/transaction?order_id=o-1";
    let (_, page) = bench.api("GET", transactions, &Value::Null).await;
    let transaction = page["content"][0]["transaction_id"].as_str().unwrap();
    for (command, amount, status) in [("c-1", "10.01", "PENDING"), ("c-2", "24.02", "FAILED")] {
        let body = refund_body(transaction, command, command, amount, amount);
        let (code, answer) = bench.refund(transaction, command, &body).await;
        assert_eq!((code.as_u16(), &answer["status"]), (200, &json!(status)));
    }
    let shown = bench.phone().await["orders"][0].clone();
    assert_eq!(
        (&shown["refunded"], &shown["refunds"][0]["status"]),
        (&json!("0.00"), &json!("PENDING"))
    );
    let more = refund_body(transaction, "c-3", "c-3", "24.59", "24.59");
    assert_eq!(
        bench.refund(transaction, "c-3", &more).await.0,
        400,
        "what is pending is given away already"
    );
    bench.advance(60);
    let (_, page) = bench.api("GET", transactions, &Value::Null).await;
    assert_eq!(page["content"][0]["status"], "PARTIALLY_REFUNDED");
    assert_eq!(bench.phone().await["orders"][0]["refunded"], "10.01");
    let last = refund_body(transaction, "c-4", "c-4", "24.58", "24.58");
    assert_eq!(
        bench.refund(transaction, "c-4", &last).await.0,
        200,
        "what failed is there again"
    );
    let (_, other) = bench
        .api("GET", "/v1/izi/transaction?order_id=o-9", &Value::Null)
        .await;
    assert_eq!(other["total_items"], 0);
}

#[tokio::test]
async fn money_is_given_back_at_most_once_and_at_most_what_was_paid() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let (_, page) = bench.api("GET", "/v1/izi/transaction", &Value::Null).await;
    let transaction = page["content"][0].clone();
    assert_eq!(
        (&transaction["amount"], &transaction["status"]),
        (&json!("34.59"), &json!("AUTHORIZED"))
    );
    let transaction_id = transaction["transaction_id"].as_str().unwrap();

    let refund = async |command: &str, refund_id: &str, amount: &str, signed_amount: &str| {
        let body = refund_body(transaction_id, command, refund_id, amount, signed_amount);
        bench.refund(transaction_id, command, &body).await
    };
    let (status, body) = refund("c-1", "r-1", "10.00", "10.01").await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (400, &json!("BAD_REQUEST")),
        "wrong signature"
    );
    let done = json!({
        "external_refund_id": "r-1", "refund_amount": "10.00", "status": "SUCCESS", "description": "the money is on its way"
    });
    for _ in 0..2 {
        assert_eq!(
            refund("c-1", "r-1", "10.00", "10.00").await,
            (http::StatusCode::OK, done.clone())
        );
    }
    assert_eq!(
        refund("c-2", "r-2", "24.60", "24.60").await.0,
        400,
        "more than is left"
    );
    let (_, page) = bench.api("GET", "/v1/izi/transaction", &Value::Null).await;
    assert_eq!(page["content"][0]["status"], "PARTIALLY_REFUNDED");
    assert_eq!(refund("c-3", "r-3", "24.59", "24.59").await.0, 200);
    let (_, page) = bench.api("GET", "/v1/izi/transaction", &Value::Null).await;
    assert_eq!(page["content"][0]["status"], "REFUNDED");
    assert_eq!(refund("", "r-4", "1.00", "1.00").await.0, 400, "no X-Command-ID");
}

#[tokio::test]
async fn an_unpaid_order_is_given_up_and_the_shop_hears_of_it() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("500500")).await.0, 402);
    let path = format!("/phone/api/{PHONE}/orders/o-1");
    assert_eq!(
        bench.tap("DELETE", &path, &Value::Null).await,
        (http::StatusCode::OK, json!({"shop_told": true}))
    );
    let data = bench.shop.last("/o-1/event").body["event_data"].clone();
    assert_eq!(
        data,
        json!({"order_status": "ORDER_REJECTED", "payment_type": "BLIK_CODE"})
    );
    let screen = bench.phone().await;
    assert_eq!(
        (
            &screen["orders"][0]["order_status"],
            &screen["orders"][0]["payment_status"]
        ),
        (&json!("ORDER_REJECTED"), &json!("PENDING"))
    );
    let (status, body) = bench.tap("DELETE", &path, &Value::Null).await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("order-over")));
}

#[tokio::test]
async fn a_paid_order_cannot_be_given_up_in_the_app() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let (status, body) = bench
        .tap("DELETE", &format!("/phone/api/{PHONE}/orders/o-1"), &Value::Null)
        .await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("already-ordered")));
}

#[tokio::test]
async fn an_answer_without_parcels_takes_none_away() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    bench
        .fault(&json!({"call": "inpost.merchant.order.event", "kind": "hold", "times": 1}))
        .await;
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    let sent = json!({"delivery_references_list": ["6200001"]});
    let path = "/v1/izi/order/o-1/event";
    assert_eq!(bench.api("POST", path, &news("e-1", &sent)).await.0, 201);
    let answer = json!({"order_merchant_status_description": "Paid"});
    bench.shop.next("/o-1/event", Say::Answer(200, answer));
    let release = "/control/held/1/release";
    assert_eq!(bench.tap("POST", release, &Value::Null).await.0, 200);
    let order = &bench.phone().await["orders"][0];
    assert_eq!(
        (&order["merchant_status"], &order["delivery_references"]),
        (&json!("Paid"), &json!(["6200001"]))
    );
}
