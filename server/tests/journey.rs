//! A shopper links a basket by phone, orders and pays; and the backend's process dies at every point on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
mod world;

use serde_json::{Value, json};
use world::{World, until};

const NUMBER: &str = "48600000321";
const PRODUCT: &str = "szalik-mgla";

/// What is left when everything is over.
#[derive(Debug, PartialEq, Eq)]
struct End {
    page: Value,
    inbox: usize,
    baskets_in_app: usize,
    orders_in_app: Vec<Value>,
    orders_in_shop: i64,
    paid_orders_in_shop: i64,
    pieces_left: i64,
}

async fn order_and_pay(world: &World, basket: &str) -> Value {
    until("the order in the app", async || {
        let phone = world.phone(NUMBER).await;
        if let Some(id) = phone["baskets"][0]["inpost_basket_id"].as_str() {
            let path = format!("/phone/api/{NUMBER}/baskets/{id}/order");
            world
                .sandbox(
                    "POST",
                    &path,
                    Some(json!({"payment_type": "BLIK_CODE", "blik_code": "777111"})),
                )
                .await;
        }
        let orders = world.phone(NUMBER).await["orders"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        (!orders.is_empty()).then_some(())
    })
    .await;
    let observe = format!("/api/widget/observe?basket={basket}&after=0");
    let page = until("the page to be told", async || {
        let view = world.insist("GET", &observe, None).await;
        (view["status"] == "ordered").then_some(view)
    })
    .await;
    until("the payment to be booked", async || {
        (world
            .count("select count(*) from shop_order where status = 'accepted'")
            .await
            == 1)
            .then_some(())
    })
    .await;
    page
}

async fn journey(dies_at: Option<usize>) -> (End, usize, bool) {
    let world = World::new(dies_at).await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let page = order_and_pay(&world, &basket).await;
    let phone = world.phone(NUMBER).await;
    let list = |key: &str| phone[key].as_array().cloned().unwrap_or_default();
    let told = json!({
        "status": page["status"],
        "count": page["count"],
        "masked": page["masked_phone_number"],
        "trusted": page["browser_trusted"],
        "action": page["order"]["action"],
    });
    let end = End {
        page: told,
        inbox: list("inbox").len(),
        baskets_in_app: list("baskets").len(),
        orders_in_app: list("orders")
            .iter()
            .map(|order| order["payment_status"].clone())
            .collect(),
        orders_in_shop: world.count("select count(*) from shop_order").await,
        paid_orders_in_shop: world
            .count("select count(*) from shop_order where status = 'accepted'")
            .await,
        pieces_left: world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
    };
    (end, world.backend.points(), world.has_died())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_is_led_to_the_thanks_once() {
    let world = World::new(None).await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let page = order_and_pay(&world, &basket).await;
    let thanks = page["order"]["redirect"].as_str().unwrap();
    world.insist("GET", thanks, None).await;
    let next = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(
        (&next["status"], &next["basket_id"]),
        (&json!("unlinked"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_begin_the_next_basket_is_not_led_to_the_thanks_for_the_last() {
    let world = World::new(None).await;
    let basket = world.link(NUMBER, PRODUCT).await;
    order_and_pay(&world, &basket).await;
    for (product, reason) in [
        (json!("skarpety-baca"), "options_missing"),
        (Value::Null, "empty_basket"),
    ] {
        let asked = json!({"product_id": product});
        let answer = world
            .insist("POST", "/api/widget/can-be-bound", Some(asked))
            .await;
        assert_eq!(answer["reason"], reason);
        let link = &answer["link"];
        assert_eq!(
            (&link["status"], &link["order"], &link["basket_id"]),
            (&json!("unlinked"), &Value::Null, &Value::Null),
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_point_ends_as_if_nothing_had_happened() {
    let (undisturbed, points, _) = journey(None).await;
    assert_eq!(undisturbed.page["status"], "ordered");
    assert_eq!(undisturbed.orders_in_app, ["AUTHORIZED"]);
    assert_eq!(undisturbed.orders_in_shop, 1);
    assert_eq!(undisturbed.pieces_left, 13, "one piece was sold");
    let mut deaths = 0;
    for dies_at in 0..points {
        let (end, _, died) = journey(Some(dies_at)).await;
        deaths += usize::from(died);
        assert_eq!(end, undisturbed, "the process died at point {dies_at}");
    }
    assert!(
        deaths > points / 2,
        "only {deaths} of {points} points were reached again"
    );
}
