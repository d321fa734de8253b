//! What becomes of an order once it is placed, and of a basket that is bought on the shop's own pages.

use crate::world::inpost::{
    KEY, MERCHANT, NUMBER, PRODUCT, assert_fine, assert_refused, call, json_of, order, payment, quantity,
    send, shop, signed_by,
};
use crate::world::{World, until};
use jiff::{SignedDuration, Timestamp};
use karfa::orders;
use karfa::shop::Shop;
use karfa::shop::after_sales::OrderUpdate;
use karfa::shop::model::{
    Address, BasketId, ChosenDelivery, Customer, DeliveryKind, GivenConsent, NewOrder, PlacedIn,
};
use karfa_shared::phone::PhoneNumber;
use serde_json::{Value, json};
use std::sync::Arc;

/// An order of the app, not paid. Its id.
async fn ordered(world: &World) -> String {
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/phone/api/{NUMBER}");
    let phone = world.sandbox("GET", &path, None).await.1;
    let inpost_id = phone["baskets"][0]["inpost_basket_id"].as_str().unwrap();
    let path = format!("/phone/api/{NUMBER}/baskets/{inpost_id}/order");
    // A code that the bank refuses: the order stands, and is not paid.
    let wish = json!({
        "payment_type": "BLIK_CODE",
        "blik_code": "500500",
        "delivery": {"delivery_type": "APM", "delivery_point": "KRA10A"},
        "consents": [
            {"consent_id": "terms", "consent_version": "2026-01", "is_accepted": true},
            {"consent_id": "privacy", "consent_version": "2026-01", "is_accepted": true},
        ],
    });
    let (status, answer) = world.sandbox("POST", &path, Some(wish)).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(view["status"], "ordered", "{status} {answer}");
    let known = world
        .text(&format!("select id from shop_order where basket = '{basket}'"))
        .await;
    known.expect("an order")
}

async fn shops(world: &World) -> Vec<Arc<dyn Shop>> {
    vec![world.shop().await]
}

/// What the app shows of the order, once it shows `wanted`.
async fn shown(world: &World, wanted: impl Fn(&Value) -> bool) -> Value {
    until("the app's copy of the order", async || {
        let phone = world.phone(NUMBER).await;
        let order = phone["orders"].as_array()?.first()?.clone();
        wanted(&order).then_some(order)
    })
    .await
}

fn holds(value: &Value, text: &str) -> bool {
    value.to_string().contains(text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_hears_of_status_and_tracking() {
    let world = shop().await;
    let id = ordered(&world).await;
    let shops = shops(&world).await;
    let line = orders::update(&shops, &id, &OrderUpdate::Describe("Pakujemy".into()))
        .await
        .unwrap();
    assert!(line.contains("Pakujemy"), "{line}");
    shown(&world, |order| holds(order, "Pakujemy")).await;
    let tracking = OrderUpdate::Ship(vec!["620999000000000000000001".into()]);
    orders::update(&shops, &id, &tracking).await.unwrap();
    shown(&world, |order| holds(order, "620999000000000000000001")).await;

    // And whoever asks reads the same.
    let read = call(&world, "GET", &format!("/order/{id}"), None).await;
    assert_fine(&read);
    let details = &json_of(&read)["order_details"];
    assert_eq!(details["order_merchant_status_description"], "Pakujemy");
    assert_eq!(
        details["delivery_references_list"],
        json!(["620999000000000000000001"])
    );
    assert!(orders::update(&shops, "nobody", &tracking).await.is_err());
    assert!(orders::update(&shops, "no id!", &tracking).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpaid_order_is_given_up_in_time_and_the_app_is_told() {
    let world = shop().await;
    ordered(&world).await;
    let stock = "select pieces from stock where product = 'szalik-mgla'";
    let left = world.count(stock).await;
    // A day passes, and nobody has paid.
    world.pass(24 * 3_600 + 1);
    shown(&world, |order| holds(order, "ORDER_REJECTED")).await;
    assert_eq!(world.count(stock).await, left + 1, "the scarf is for sale again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_finished_in_the_shop_is_completed_in_the_app() {
    let world = shop().await;
    let id = ordered(&world).await;
    let shops = shops(&world).await;
    orders::update(&shops, &id, &OrderUpdate::Complete).await.unwrap();
    shown(&world, |order| holds(order, "ORDER_COMPLETED")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_once() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    assert_fine(&call(&world, "POST", "/order", Some(&order(&basket))).await);
    let id = world
        .text(&format!("select id from shop_order where basket = '{basket}'"))
        .await
        .unwrap();
    let shops = shops(&world).await;
    assert!(
        orders::refund(&shops, &id, None, "10.00").await.is_err(),
        "not paid"
    );
    assert_fine(
        &call(
            &world,
            "POST",
            &format!("/order/{id}/event"),
            Some(&payment("e-1")),
        )
        .await,
    );
    assert!(orders::refund(&shops, &id, None, "ten").await.is_err());
    assert!(orders::refund(&shops, &id, None, "1000.00").await.is_err());
    let line = orders::refund(&shops, &id, None, "10.00").await.unwrap();
    assert!(line.contains(&format!("{id}-1")), "{line}");
    // InPost's sandbox does not know this payment: the refusal is final, and the operator's to look at.
    until("the answer to the refund", async || {
        world.text("select outcome from order_refund").await
    })
    .await;
    assert_eq!(
        world
            .count("select count(*) from order_refund where outcome = 'FAILED'")
            .await,
        1
    );
    let open = "select count(*) from outbox where effect_name = 'refund'";
    until("the end of the refund", async || {
        (world.count(open).await == 0).then_some(())
    })
    .await;
    let listed = orders::attention(&shops).await.unwrap();
    assert!(listed.contains(&format!("refund {id}-1 of 10.00")), "{listed}");
    orders::looked_at(&shops, &id).await.unwrap();
    let listed = orders::attention(&shops).await.unwrap();
    assert_eq!(listed, "nothing has to be looked at");
    assert!(orders::looked_at(&shops, "nobody").await.is_err());
}

/// An order of the app that is paid for there.
async fn paid(world: &World) -> String {
    let id = ordered(world).await;
    pay(world, &id).await;
    until("the payment", async || {
        let paid = "select count(*) from shop_order where paid = 1";
        (world.count(paid).await == 1).then_some(())
    })
    .await;
    id
}

async fn pay(world: &World, id: &str) {
    let path = format!("/phone/api/{NUMBER}/orders/{id}/payment");
    let again = json!({"payment_type": "BLIK_CODE", "blik_code": "777111"});
    let (status, answer) = world.sandbox("POST", &path, Some(again)).await;
    assert!(status.is_success(), "{status} {answer}");
}

async fn outcome(world: &World, wanted: &str) {
    until("the answer to the refund", async || {
        let known = world.text("select outcome from order_refund").await;
        (known.as_deref() == Some(wanted)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_the_bank_takes_its_time_for_is_followed_to_its_end() {
    let world = shop().await;
    let id = paid(&world).await;
    let shops = shops(&world).await;
    orders::refund(&shops, &id, None, "10.01").await.unwrap();
    outcome(&world, "PENDING").await;
    let listed = orders::attention(&shops).await.unwrap();
    assert!(listed.contains("under way"), "{listed}");
    let clock = json!({"advance_seconds": 120});
    let (status, answer) = world.sandbox("POST", "/control/clock", Some(clock)).await;
    assert!(status.is_success(), "{status} {answer}");
    world.pass(120);
    outcome(&world, "SUCCESS").await;
    let listed = orders::attention(&shops).await.unwrap();
    assert_eq!(listed, "nothing has to be looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_the_bank_refuses_is_listed_and_over() {
    let world = shop().await;
    let id = paid(&world).await;
    let shops = shops(&world).await;
    orders::refund(&shops, &id, None, "10.02").await.unwrap();
    outcome(&world, "FAILED").await;
    let listed = orders::attention(&shops).await.unwrap();
    assert!(listed.contains("was refused"), "{listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_comes_after_the_deadline_goes_back_by_itself() {
    let world = shop().await;
    let id = ordered(&world).await;
    world.pass(24 * 3_600 + 1);
    shown(&world, |order| holds(order, "ORDER_REJECTED")).await;
    let body = payment("e-late").to_string();
    let now = Timestamp::now() + SignedDuration::from_secs(24 * 3_600 + 1);
    let headers = signed_by(&KEY, body.as_bytes(), MERCHANT, now);
    let late = send(&world, "POST", &format!("/order/{id}/event"), headers, body).await;
    assert_fine(&late);
    let answer = json_of(&late);
    assert_eq!(answer["order_status"], "ORDER_REJECTED");
    assert_eq!(answer["order_merchant_status_description"], "Anulowane");
    // The sandbox has no such payment, and says so: what was asked of it is the whole of the order.
    outcome(&world, "FAILED").await;
    let whole = "select count(*) from order_refund join shop_order on shop_order.id = order_id
                 where amount = total_gross";
    assert_eq!(world.count(whole).await, 1);
    let listed = orders::attention(&shops(&world).await).await.unwrap();
    assert!(listed.contains("karfa refund --payment"), "{listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_bought_in_the_shop_leaves_the_app() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let placed = buy_in_the_shop(&world, &basket).await;
    until("the basket to leave the app", async || {
        world.phone(NUMBER).await["baskets"]
            .as_array()?
            .is_empty()
            .then_some(())
    })
    .await;
    let view = until("the page to know", async || {
        let path = format!("/api/widget/observe?basket={basket}&after=0");
        let view = world.insist("GET", &path, None).await;
        (view["ended"] == "bought_in_shop").then_some(view)
    })
    .await;
    assert_eq!(view["status"], "unlinked");
    for (path, body, status, code) in [
        ("/order".to_owned(), order(&basket), 409, "ORDER_EXISTS"),
        (
            format!("/basket/{basket}/event"),
            quantity("late", 3),
            409,
            "ORDER_EXISTS",
        ),
        (
            format!("/order/{placed}/event"),
            payment("e-1"),
            404,
            "ORDER_NOT_FOUND",
        ),
    ] {
        assert_refused(&call(&world, "POST", &path, Some(&body)).await, status, code);
    }
    let read = call(&world, "GET", &format!("/order/{placed}"), None).await;
    assert_refused(&read, 404, "ORDER_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_made_in_the_app_goes_back_to_it() {
    let world = shop().await;
    let id = paid(&world).await;
    let shops = shops(&world).await;
    orders::refund(&shops, &id, None, "10.00").await.unwrap();
    let outcome = until("the answer to the refund", async || {
        world.text("select outcome from order_refund").await
    })
    .await;
    assert_eq!(outcome, "SUCCESS");
    let (inpost, _) = world.account();
    let listed = inpost.transactions(0).await.unwrap();
    let status = listed.content.first().and_then(|one| one.status.clone());
    assert_eq!(status.unwrap().as_str(), "PARTIALLY_REFUNDED");
}

async fn buy_in_the_shop(world: &World, basket: &str) -> String {
    let shop = world.shop().await;
    let basket = shop
        .basket(&BasketId::parse(basket).unwrap())
        .await
        .unwrap()
        .unwrap();
    let delivery = basket
        .deliveries
        .iter()
        .find(|offer| offer.kind == DeliveryKind::ParcelLocker)
        .unwrap();
    let order = NewOrder {
        quoted_gross: basket.final_total.plus(delivery.price).unwrap().gross(),
        payment_method: "transfer".into(),
        cash_on_delivery: false,
        customer: Customer {
            name: "Anna".into(),
            surname: "Żuk".into(),
            mail: "anna.zuk@example.com".into(),
            phone: PhoneNumber::parse("+48 600 000 321").unwrap(),
            address: Address::default(),
        },
        delivery: ChosenDelivery {
            kind: DeliveryKind::ParcelLocker,
            extras: Vec::new(),
            point: Some("KRA10A".into()),
            address: None,
            mail: None,
            phone: None,
            note: None,
        },
        consents: basket
            .consents
            .iter()
            .map(|consent| GivenConsent {
                id: consent.id.clone(),
                version: consent.version.clone(),
                accepted: true,
            })
            .collect(),
        comments: None,
        original: String::new(),
        placed_in: PlacedIn::Shop,
    };
    let placed = shop.place_order(&basket.id, &order).await.unwrap().unwrap();
    placed.id.to_string()
}
