//! Changing and deleting a basket in the app. Contract, section 5, flows G and H.

use crate::bench::{Bench, PHONE, Say, basket};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_quantity_goes_to_the_shop_and_its_answer_is_shown() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let mut newer = basket();
    newer["products"][0]["quantity"]["quantity"] = json!(3);
    newer["summary"]["basket_notice"] = json!({"type": "ATTENTION", "description": "Three it is"});
    bench
        .shop
        .next("/v1/izi/basket/b-1/event", Say::Answer(200, newer.clone()));
    let event = json!({
        "event_id": "e-1",
        "event_type": "PRODUCTS_QUANTITY",
        "quantity_event_data": [{"product_id": "42", "quantity": {"quantity": 3, "quantity_type": "INTEGER"}}]
    });
    let (status, body) = bench.change(&id, &event).await;
    assert_eq!(
        (status.as_u16(), &body["basket_notice"]["description"]),
        (200, &json!("Three it is"))
    );
    let sent = bench.shop.last("/event").body;
    assert_eq!(
        (&sent["event_id"], &sent["event_type"]),
        (&json!("e-1"), &json!("PRODUCTS_QUANTITY"))
    );
    assert_eq!(sent["quantity_event_data"], event["quantity_event_data"]);
    assert_eq!(
        sent["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    assert!(sent["event_data_time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(bench.phone().await["baskets"][0]["basket"], newer);
}

#[tokio::test]
async fn a_refused_or_broken_change_leaves_the_basket_as_it_was() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let event = json!({"event_type": "PROMO_CODES", "promo_codes_event_data": []});
    let exists = json!({"error_code": "ORDER_EXISTS", "error_message": "ordered"});
    for (say, status, code) in [
        (Say::Answer(409, exists), 409, "shop-refused"),
        (Say::Answer(200, json!({})), 502, "shop-answer-wrong"),
        (
            Say::Answer(404, json!({"error_code": "BASKET_NOT_FOUND"})),
            409,
            "shop-refused",
        ),
    ] {
        bench.shop.next("/event", say);
        let (got, body) = bench.change(&id, &event).await;
        assert_eq!((got.as_u16(), &body["code"]), (status, &json!(code)));
        assert_eq!(bench.phone().await["baskets"][0]["basket"], basket());
    }
    for bad in [json!([]), json!({}), json!({"event_type": 1})] {
        assert_eq!(bench.change(&id, &bad).await.0, 422);
    }
}

#[tokio::test]
async fn a_deleted_basket_is_gone_at_once_and_the_shop_hears_of_it() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let path = format!("/phone/api/{PHONE}/baskets/{id}");
    assert_eq!(
        bench.tap("DELETE", &path, &Value::Null).await,
        (http::StatusCode::OK, json!({"shop_told": true}))
    );
    assert_eq!(
        bench.shop.lines().last().unwrap(),
        "DELETE /inpost/v1/izi/basket/b-1/binding"
    );
    assert_eq!(bench.phone().await["baskets"], json!([]));
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_host_that_blocks_delete_hears_of_it_by_post() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    bench
        .shop
        .next("/v1/izi/basket/b-1/binding", Say::Answer(405, Value::Null));
    assert_eq!(
        bench
            .tap(
                "DELETE",
                &format!("/phone/api/{PHONE}/baskets/{id}"),
                &Value::Null
            )
            .await
            .0,
        200
    );
    assert_eq!(
        bench.shop.lines().last().unwrap(),
        "POST /inpost/v1/izi/basket/b-1/binding/delete"
    );
}

#[tokio::test]
async fn nobody_touches_the_basket_of_another_phone() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let event = json!({"event_type": "PROMO_CODES"});
    for (method, tail, body) in [
        ("DELETE", "", Value::Null),
        ("POST", "/events", event),
        ("POST", "/order", json!({"payment_type": "CARD"})),
    ] {
        let path = format!("/phone/api/48600000001/baskets/{id}{tail}");
        let (status, body) = bench.tap(method, &path, &body).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (404, &json!("no-basket")),
            "{tail}"
        );
    }
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    let bench = Bench::new().await;
    for number in ["+48600000000", "600", "abc", "48600000000000000"] {
        let (status, body) = bench
            .tap("GET", &format!("/phone/api/{number}"), &Value::Null)
            .await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (422, &json!("bad-request")),
            "{number}"
        );
    }
}

#[tokio::test]
async fn the_phone_list_names_those_that_rang_and_those_that_are_special() {
    let bench = Bench::new().await;
    bench.push("b-1").await;
    let (_, phones) = bench.tap("GET", "/phone/api", &Value::Null).await;
    assert_eq!(phones["phones"], json!([{"number": PHONE, "waiting": 1}]));
    assert_eq!(
        phones["special"][0],
        json!({"number": "48500000001", "what": "PHONE_BINDING_METHOD_UNAVAILABLE"})
    );
}
