//! Ordering and paying on the phone, and what the merchant says about orders. Contract, sections 5 to 8, flow I.

use crate::bench::{Bench, PHONE, Say, basket};
use serde_json::{Value, json};

async fn order(bench: &Bench, inpost_basket_id: &str, wish: &Value) -> (u16, Value) {
    let path = format!("/phone/api/{PHONE}/baskets/{inpost_basket_id}/order");
    let (status, body) = bench.tap("POST", &path, wish).await;
    (status.as_u16(), body)
}

fn blik(code: &str) -> Value {
    json!({"payment_type": "BLIK_CODE", "blik_code": code})
}

#[tokio::test]
async fn an_order_reads_compares_creates_pays_and_tells() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let (status, body) = order(&bench, &id, &blik("777111")).await;
    assert_eq!(status, 200, "{body}");
    let paid = json!({"order_id": "o-1", "customer_order_id": "K/2026/1", "payment_status": "AUTHORIZED", "total": "34.59"});
    assert_eq!(body, paid);
    assert_eq!(
        bench.shop.lines(),
        [
            "POST /inpost/v1/izi/basket/b-1/confirmation",
            "GET /inpost/v1/izi/basket/b-1",
            "POST /inpost/v1/izi/order",
            "POST /inpost/v1/izi/order/o-1/event",
        ]
    );
    let event = bench.shop.last("/event").body;
    assert_eq!(event["event_data"]["payment_status"], "AUTHORIZED");
    assert_eq!(event["event_data"]["payment_type"], "BLIK_CODE");
    assert_eq!(
        event["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    for (pointer, what) in [
        ("/event_id", "an id"),
        ("/event_data_time", "a time"),
        ("/event_data/payment_id", "an id"),
    ] {
        assert!(
            event.pointer(pointer).is_some_and(Value::is_string),
            "{pointer} is {what}"
        );
    }
    let screen = bench.phone().await;
    assert_eq!(screen["baskets"], json!([]));
    assert_eq!(screen["orders"][0]["payment_status"], "AUTHORIZED");
    assert_eq!(screen["orders"][0]["merchant_status"], "Paid");
}

#[tokio::test]
async fn the_order_has_the_contracts_form_and_the_total_includes_delivery() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let wish = json!({
        "payment_type": "CARD",
        "delivery": {"delivery_type": "APM", "delivery_point": "KRA10A", "delivery_codes": ["PWW"]},
        "consents": [{"consent_id": "terms", "is_accepted": true}, {"consent_id": "news", "is_accepted": true}],
        "order_comments": "Ring twice"
    });
    assert_eq!(order(&bench, &id, &wish).await.0, 200);
    let sent = bench.shop.last("/v1/izi/order").body;
    assert_eq!(
        sent["order_details"],
        json!({
            "basket_id": "b-1",
            "currency": "PLN",
            "basket_price": {"net": "32.19", "gross": "39.59", "vat": "7.40"},
            "payment_type": "CARD",
            "basket_additional_parameters": [],
            "inpost_discounts": [],
            "order_comments": "Ring twice"
        })
    );
    assert_eq!(sent["delivery"]["delivery_point"], "KRA10A");
    assert_eq!(sent["delivery"]["delivery_codes"], json!(["PWW"]));
    assert_eq!(
        sent["consents"],
        json!([
            {"consent_id": "terms", "consent_version": "1", "is_accepted": true},
            {"consent_id": "news", "consent_version": "1", "is_accepted": true}
        ])
    );
    assert_eq!(
        sent["account_info"]["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    assert_eq!(sent["account_info"]["client_address"]["country_code"], "PL");
}

#[tokio::test]
async fn a_promoted_price_is_the_one_that_is_paid_and_a_courier_gets_an_address() {
    let bench = Bench::new().await;
    let mut cheaper = basket();
    cheaper["summary"]["basket_final_price"] = json!({"net": "10.00", "gross": "12.30", "vat": "2.30"});
    *bench.shop.basket.lock().unwrap() = cheaper;
    let id = bench.link().await;
    assert_eq!(
        order(
            &bench,
            &id,
            &json!({"payment_type": "CARD", "delivery": "COURIER"})
        )
        .await
        .0,
        200
    );
    let sent = bench.shop.last("/v1/izi/order").body;
    assert_eq!(sent["order_details"]["basket_price"]["gross"], "27.30");
    assert_eq!(sent["delivery"]["delivery_type"], "COURIER");
    assert!(sent["delivery"]["delivery_address"]["postal_code"].is_string());
    assert_eq!(
        sent["consents"][0]["is_accepted"], true,
        "required ones are accepted unless said otherwise"
    );
    assert_eq!(sent["consents"][1]["is_accepted"], false);
}

#[tokio::test]
async fn a_basket_that_differs_stops_the_order_and_the_next_try_knows_it() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    bench.shop.basket.lock().unwrap()["products"][0]["quantity"]["quantity"] = json!(1);
    let (status, body) = order(&bench, &id, &blik("777111")).await;
    assert_eq!((status, &body["code"]), (409, &json!("basket-changed")));
    assert!(
        body["detail"].as_str().unwrap().contains("the products"),
        "{body}"
    );
    assert!(
        !bench
            .shop
            .lines()
            .contains(&"POST /inpost/v1/izi/order".to_owned())
    );
    assert_eq!(
        bench.phone().await["baskets"][0]["basket"]["products"][0]["quantity"]["quantity"],
        1
    );
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn a_refused_order_shows_the_reason_and_the_shops_notice() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let refusal = json!({"error_code": "ORDER_NOT_CREATE", "error_message": "Lampka is sold out"});
    let mut noticed = basket();
    noticed["summary"]["basket_notice"] = json!({"type": "ERROR", "description": "Lampka is sold out"});
    bench.shop.next("/v1/izi/basket/b-1", Say::Answer(200, basket()));
    bench.shop.next("/v1/izi/order", Say::Answer(409, refusal));
    bench.shop.next("/v1/izi/basket/b-1", Say::Answer(200, noticed));
    let (status, body) = order(&bench, &id, &blik("777111")).await;
    assert_eq!(
        (status, &body["code"], &body["error_code"]),
        (409, &json!("order-refused"), &json!("ORDER_NOT_CREATE"))
    );
    assert!(
        body["detail"].as_str().unwrap().contains("Lampka is sold out"),
        "{body}"
    );
    let screen = bench.phone().await;
    assert_eq!(
        screen["baskets"][0]["basket"]["summary"]["basket_notice"]["description"],
        "Lampka is sold out"
    );
    assert_eq!(
        (&screen["baskets"][0]["busy"], &screen["orders"]),
        (&json!(false), &json!([]))
    );
}

#[tokio::test]
async fn each_blik_code_ends_as_the_vendors_test_codes_do_and_the_order_waits() {
    for (code, outcome) in [
        ("500500", "payment-declined"),
        ("700701", "blik-expired"),
        ("700702", "payment-cancelled"),
        ("700703", "blik-used"),
        ("123456", "blik-wrong"),
    ] {
        let bench = Bench::new().await;
        let id = bench.link().await;
        let (status, body) = order(&bench, &id, &blik(code)).await;
        assert_eq!(
            (status, &body["code"], &body["order_id"]),
            (402, &json!(outcome), &json!("o-1")),
            "{code}"
        );
        assert!(
            !bench.shop.lines().iter().any(|line| line.ends_with("/event")),
            "{code}: nothing was paid"
        );
        let screen = bench.phone().await;
        assert_eq!(screen["orders"][0]["payment_status"], "PENDING");
        assert_eq!(screen["orders"][0]["payment_refusal"], json!(outcome));
    }
}

#[tokio::test]
async fn an_order_that_was_not_paid_is_paid_again_as_the_same_order() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("500500")).await.0, 402);
    let first = bench.shop.last("/v1/izi/order").raw;
    let again = format!("/phone/api/{PHONE}/orders/o-1/payment");
    let (status, body) = bench.tap("POST", &again, &json!({"blik_code": "777111"})).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        bench.shop.last("/v1/izi/order").raw,
        first,
        "the same order is created once more"
    );
    assert_eq!(
        bench.shop.last("/event").body["event_data"]["payment_status"],
        "AUTHORIZED"
    );
    assert_eq!(bench.phone().await["orders"].as_array().unwrap().len(), 1);
    let (status, body) = bench.tap("POST", &again, &json!({"blik_code": "777111"})).await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("already-ordered")));
}

#[tokio::test]
async fn ordering_the_same_basket_again_pays_the_order_that_exists() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("700702")).await.0, 402);
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
    assert_eq!(bench.phone().await["orders"].as_array().unwrap().len(), 1);
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 409);
}

#[tokio::test]
async fn another_payment_method_that_the_shop_refuses_changes_nothing() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("500500")).await.0, 402);
    let refusal = json!({"error_code": "ORDER_NOT_CREATE", "error_message": "another payment method"});
    bench.shop.next("/v1/izi/order", Say::Answer(409, refusal));
    let again = format!("/phone/api/{PHONE}/orders/o-1/payment");
    let (status, body) = bench.tap("POST", &again, &json!({"payment_type": "CARD"})).await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("order-refused")));
    let screen = bench.phone().await;
    assert_eq!(
        (&screen["orders"][0]["payment_type"], &screen["orders"][0]["busy"]),
        (&json!("BLIK_CODE"), &json!(false))
    );
}

#[tokio::test]
async fn cash_on_delivery_needs_no_payment_and_sends_no_event() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let (status, body) = order(&bench, &id, &json!({"payment_type": "CASH_ON_DELIVERY"})).await;
    assert_eq!((status, &body["payment_status"]), (200, &json!("ON_DELIVERY")));
    assert_eq!(bench.shop.lines().last().unwrap(), "POST /inpost/v1/izi/order");
}

#[tokio::test]
async fn an_answer_that_is_no_order_is_told_and_nothing_is_paid() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let mut other = crate::bench::order(&Value::Null);
    other["order_details"]["basket_id"] = json!("b-9");
    for wrong in [Value::Null, json!({}), other] {
        bench.shop.next("/v1/izi/order", Say::Answer(200, wrong));
        let (status, body) = order(&bench, &id, &blik("777111")).await;
        assert_eq!(
            (status, &body["code"]),
            (502, &json!("shop-answer-wrong")),
            "{body}"
        );
    }
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn a_shop_that_is_away_can_be_asked_again() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    for path in ["/v1/izi/basket/b-1", "/v1/izi/order"] {
        bench.shop.next(path, Say::Nothing);
        bench.shop.next(path, Say::Nothing);
        let (status, body) = order(&bench, &id, &blik("777111")).await;
        assert_eq!(
            (status, &body["code"]),
            (502, &json!("shop-unreachable")),
            "{path}"
        );
    }
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn the_news_of_a_payment_arrives_even_if_the_shop_is_away_for_a_while() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    for _ in 0..3 {
        bench.shop.next("/o-1/event", Say::Nothing);
    }
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
    while bench.phone().await["orders"][0]["merchant_status"] != "Paid" {
        tokio::task::yield_now().await;
    }
    let events: Vec<_> = bench
        .shop
        .seen()
        .into_iter()
        .filter(|seen| seen.path.ends_with("/event"))
        .collect();
    assert_eq!(events.len(), 4);
    assert!(
        events
            .windows(2)
            .all(|pair| pair[0].body["event_id"] == pair[1].body["event_id"])
    );
}

#[tokio::test]
async fn a_wish_that_cannot_be_read_is_refused_before_the_shop_is_asked() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let before = bench.shop.seen().len();
    for (wish, says) in [
        (json!({}), "payment_type"),
        (
            json!({"payment_type": "CARD", "delivery": "DIGITAL"}),
            "It offers: APM, COURIER",
        ),
        (json!({"payment_type": "CARD", "delivery": 1}), "delivery is"),
        (
            json!({"payment_type": "CARD", "delivery": {"delivery_codes": ["GW"]}}),
            "delivery_codes",
        ),
        (json!({"payment_type": "CARD", "tip": 1}), "unknown field"),
    ] {
        let (status, body) = order(&bench, &id, &wish).await;
        assert_eq!(status, 422, "{body}");
        assert!(body["detail"].as_str().unwrap().contains(says), "{body}");
    }
    let (status, body) = order(&bench, "nothing", &blik("777111")).await;
    assert_eq!((status, &body["code"]), (404, &json!("no-basket")));
    assert_eq!(bench.shop.seen().len(), before);
}

#[tokio::test]
async fn an_ordered_basket_no_longer_changes() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("500500")).await.0, 402);
    for (method, path, body) in [
        ("PUT", "/v1/izi/basket/b-1", basket()),
        ("GET", "/v1/izi/basket/b-1/binding", Value::Null),
        ("DELETE", "/v1/izi/basket/b-1/binding", Value::Null),
    ] {
        let (status, body) = bench.api(method, path, &body).await;
        assert_eq!(
            (status.as_u16(), &body["error_code"]),
            (410, &json!("BASKET_EXPIRED")),
            "{method} {path}"
        );
    }
}

fn news(event_id: &str, data: &Value) -> Value {
    json!({"event_id": event_id, "event_data_time": "2026-01-31T12:10:00.000000Z", "event_data": data})
}

#[tokio::test]
async fn the_merchant_tells_status_and_tracking() {
    let bench = Bench::new().await;
    let path = "/v1/izi/order/o-1/event";
    let sent = json!({"order_merchant_status_description": "Sent", "delivery_references_list": ["6200001"]});
    let (status, body) = bench.api("POST", path, &news("e-1", &sent)).await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (404, &json!("ORDER_NOT_FOUND"))
    );
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
    assert_eq!(
        bench.api("POST", path, &news("e-1", &sent)).await,
        (http::StatusCode::CREATED, Value::Null)
    );
    let screen = bench.phone().await;
    assert_eq!(screen["orders"][0]["merchant_status"], "Sent");
    assert_eq!(screen["orders"][0]["delivery_references"], json!(["6200001"]));

    let late = json!({"order_merchant_status_description": "New"});
    assert_eq!(
        bench.api("POST", path, &news("e-1", &late)).await.0,
        201,
        "a repeated event is taken once"
    );
    assert_eq!(bench.phone().await["orders"][0]["merchant_status"], "Sent");
    let completed = news("e-2", &json!({"order_status": "ORDER_COMPLETED"}));
    let (status, body) = bench.api("POST", path, &completed).await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (409, &json!("STATUS_ORDER_ERROR")),
        "it is paid in the app"
    );
    let (status, body) = bench.api("POST", path, &json!({"event_id": "e-3"})).await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (400, &json!("MALFORMED_REQUEST"))
    );
}

#[tokio::test]
async fn an_unpaid_order_finished_in_the_shop_is_not_paid_in_the_app_any_more() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("500500")).await.0, 402);
    let path = "/v1/izi/order/o-1/event";
    let completed = json!({"order_status": "ORDER_COMPLETED"});
    assert_eq!(bench.api("POST", path, &news("e-1", &completed)).await.0, 201);
    let (status, body) = order(&bench, &id, &blik("777111")).await;
    assert_eq!((status, &body["code"]), (409, &json!("order-over")));
    let rejected = json!({"order_status": "ORDER_REJECTED"});
    let (status, body) = bench.api("POST", path, &news("e-2", &rejected)).await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (409, &json!("STATUS_ORDER_ERROR"))
    );
}

#[tokio::test]
async fn the_app_asks_the_shop_how_an_order_stands() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
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
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
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

#[tokio::test]
async fn money_is_given_back_at_most_once_and_at_most_what_was_paid() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
    let (_, page) = bench.api("GET", "/v1/izi/transaction", &Value::Null).await;
    let transaction = page["content"][0].clone();
    assert_eq!(
        (&transaction["amount"], &transaction["status"]),
        (&json!("34.59"), &json!("AUTHORIZED"))
    );
    let transaction_id = transaction["transaction_id"].as_str().unwrap();

    let refund = async |command: &str, refund_id: &str, amount: &str, signed_amount: &str| {
        let text = format!("{command}{transaction_id}note{refund_id}{signed_amount}karfa-demo-secret");
        let hash = ring::digest::digest(&ring::digest::SHA512, text.as_bytes());
        let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let body = json!({
            "external_refund_id": refund_id,
            "refund_amount": amount,
            "additional_business_data": {"additional_data": "note"},
            "signature": format!("SHA-512_{hex}")
        });
        bench.refund(transaction_id, command, &body).await
    };
    let (status, body) = refund("c-1", "r-1", "10.00", "10.01").await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (400, &json!("BAD_REQUEST")),
        "wrong signature"
    );
    let done = json!({"external_refund_id": "r-1", "refund_amount": "10.00", "status": "SUCCESS"});
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
    assert_eq!(order(&bench, &id, &blik("500500")).await.0, 402);
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
    assert_eq!(order(&bench, &id, &blik("777111")).await.0, 200);
    let (status, body) = bench
        .tap("DELETE", &format!("/phone/api/{PHONE}/orders/o-1"), &Value::Null)
        .await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("already-ordered")));
}
