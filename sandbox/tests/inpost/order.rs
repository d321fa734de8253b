//! Ordering and paying on the phone, and what the merchant says about orders. Contract, sections 5 to 8, flow I.

use crate::bench::{Bench, PHONE, Say, basket, blik};
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_reads_compares_creates_pays_and_tells() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let (status, body) = bench.order(&id, &blik("777111")).await;
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
    assert_eq!(bench.order(&id, &wish).await.0, 200);
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
        bench
            .order(&id, &json!({"payment_type": "CARD", "delivery": "COURIER"}))
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
    let (status, body) = bench.order(&id, &blik("777111")).await;
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
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
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
    let (status, body) = bench.order(&id, &blik("777111")).await;
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
        let (status, body) = bench.order(&id, &blik(code)).await;
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
    assert_eq!(bench.order(&id, &blik("500500")).await.0, 402);
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
    assert_eq!(bench.order(&id, &blik("700702")).await.0, 402);
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
    assert_eq!(bench.phone().await["orders"].as_array().unwrap().len(), 1);
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 409);
}

#[tokio::test]
async fn another_payment_method_that_the_shop_refuses_changes_nothing() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("500500")).await.0, 402);
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
    let (status, body) = bench
        .order(&id, &json!({"payment_type": "CASH_ON_DELIVERY"}))
        .await;
    assert_eq!((status, &body["payment_status"]), (200, &json!("ON_DELIVERY")));
    assert_eq!(bench.shop.lines().last().unwrap(), "POST /inpost/v1/izi/order");
}

#[tokio::test]
async fn who_pays_at_the_door_takes_the_option_for_it_where_there_is_one() {
    let bench = Bench::new().await;
    let mut at_the_door = basket();
    let option = json!({
        "delivery_name": "Pobranie",
        "delivery_code_value": "COD",
        "delivery_option_price": {"net": "3.25", "gross": "4.00", "vat": "0.75"}
    });
    at_the_door["delivery"][0]["delivery_options"]
        .as_array_mut()
        .unwrap()
        .push(option);
    *bench.shop.basket.lock().unwrap() = at_the_door;
    let id = bench.link().await;
    assert_eq!(
        bench
            .order(&id, &json!({"payment_type": "CASH_ON_DELIVERY"}))
            .await
            .0,
        200
    );
    let sent = bench.shop.last("/v1/izi/order").body;
    assert_eq!(sent["delivery"]["delivery_codes"], json!(["COD"]));
    assert_eq!(sent["order_details"]["basket_price"]["gross"], "38.59");
}

#[tokio::test]
async fn a_delivery_that_a_product_does_not_allow_is_not_taken_by_itself() {
    let bench = Bench::new().await;
    let mut bulky = basket();
    bulky["products"][0]["delivery_product"] =
        json!([{"delivery_type": "APM", "if_delivery_available": false}]);
    *bench.shop.basket.lock().unwrap() = bulky;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &json!({"payment_type": "CARD"})).await.0, 200);
    assert_eq!(
        bench.shop.last("/v1/izi/order").body["delivery"]["delivery_type"],
        "COURIER"
    );
}

#[tokio::test]
async fn an_answer_that_is_no_order_is_told_and_nothing_is_paid() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let mut other = crate::bench::order(&Value::Null);
    other["order_details"]["basket_id"] = json!("b-9");
    for wrong in [Value::Null, json!({}), other] {
        bench.shop.next("/v1/izi/order", Say::Answer(200, wrong));
        let (status, body) = bench.order(&id, &blik("777111")).await;
        assert_eq!(
            (status, &body["code"]),
            (502, &json!("shop-answer-wrong")),
            "{body}"
        );
    }
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn a_shop_that_is_away_can_be_asked_again() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    for path in ["/v1/izi/basket/b-1", "/v1/izi/order"] {
        bench.shop.next(path, Say::Nothing);
        bench.shop.next(path, Say::Nothing);
        let (status, body) = bench.order(&id, &blik("777111")).await;
        assert_eq!(
            (status, &body["code"]),
            (502, &json!("shop-unreachable")),
            "{path}"
        );
    }
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
}

#[tokio::test]
async fn the_news_of_a_payment_arrives_even_if_the_shop_is_away_for_a_while() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    for _ in 0..3 {
        bench.shop.next("/o-1/event", Say::Nothing);
    }
    assert_eq!(bench.order(&id, &blik("777111")).await.0, 200);
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
        let (status, body) = bench.order(&id, &wish).await;
        assert_eq!(status, 422, "{body}");
        assert!(body["detail"].as_str().unwrap().contains(says), "{body}");
    }
    let (status, body) = bench.order("nothing", &blik("777111")).await;
    assert_eq!((status, &body["code"]), (404, &json!("no-basket")));
    assert_eq!(bench.shop.seen().len(), before);
}

#[tokio::test]
async fn an_ordered_basket_no_longer_changes() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    assert_eq!(bench.order(&id, &blik("500500")).await.0, 402);
    for (method, path, body) in [
        ("PUT", "/v1/izi/basket/b-1", basket()),
        ("GET", "/v1/izi/basket/b-1/binding", Value::Null),
        ("DELETE", "/v1/izi/basket/b-1/binding", Value::Null),
    ] {
        assert_eq!(
            bench.refusal(method, path, &body).await,
            (410, json!("BASKET_EXPIRED")),
            "{method} {path}"
        );
    }
}
