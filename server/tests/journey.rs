//! A shopper links a basket by phone, orders and pays; and the backend's process dies at every point on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

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

async fn shop_and_link(world: &World) -> String {
    let item = json!({"product_id": PRODUCT, "request_id": "one-click-of-the-button"});
    world
        .insist(
            "POST",
            "/api/widget/can-be-bound",
            Some(json!({"product_id": PRODUCT})),
        )
        .await;
    world.insist("POST", "/api/widget/items", Some(item)).await;
    let bind =
        json!({"method": "phone", "prefix": "48", "phone": "600000321", "binding_place": "PRODUCT_CARD"});
    world.insist("POST", "/api/widget/bind", Some(bind)).await;
    let push = until("the push", async || {
        let phone = world.phone(NUMBER).await;
        let inbox = phone["inbox"].as_array()?;
        inbox
            .iter()
            .find(|entry| entry["kind"] == "link")
            .and_then(|entry| entry["id"].as_str().map(str::to_owned))
    })
    .await;
    until("the approval", async || {
        let path = format!("/phone/api/{NUMBER}/inbox/{push}");
        let tap = world
            .sandbox(
                "POST",
                &path,
                Some(json!({"action": "approve", "trust_browser": true})),
            )
            .await;
        let gone = world.phone(NUMBER).await["inbox"]
            .as_array()
            .is_some_and(Vec::is_empty);
        (tap.0.is_success() || gone).then_some(())
    })
    .await;
    until("the linked page", async || {
        let view = world.insist("GET", "/api/widget/link", None).await;
        (view["status"] == "linked")
            .then(|| view["basket_id"].as_str().map(str::to_owned))
            .flatten()
    })
    .await
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
    let basket = shop_and_link(&world).await;
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
            .map(|order| order["status"].clone())
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
async fn dying_at_any_point_ends_as_if_nothing_had_happened() {
    let (undisturbed, points, _) = journey(None).await;
    assert_eq!(undisturbed.page["status"], "ordered");
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
