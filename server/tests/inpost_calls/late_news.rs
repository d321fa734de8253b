//! What InPost says too early, too late or again, and of a basket that has been bought.

use crate::world::inpost::{
    NUMBER, PHONE, PRODUCT, assert_fine, assert_refused, call, confirmation, link_status, order, shop,
    waiting_basket,
};
use crate::world::{World, until};
use karfa::shop::model::{
    Address, BasketId, ChosenDelivery, Customer, DeliveryKind, GivenConsent, NewOrder, PlacedIn,
};
use karfa_shared::phone::PhoneNumber;
use serde_json::{Value, json};

async fn add_another(world: &World) -> Value {
    let item = json!({"product_id": PRODUCT, "request_id": "another-click-elsewhere"});
    world.insist("POST", "/api/widget/items", Some(item)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_comes_before_inpost_has_linked_does_not_part_what_is_being_linked() {
    let world = shop().await;
    let basket = waiting_basket(&world).await;
    let path = format!("/basket/{basket}/confirmation");
    // The sandbox has not asked, so that it does not know of this link: as InPost until it has our answer.
    assert_fine(&call(&world, "POST", &path, Some(&confirmation(PHONE))).await);
    add_another(&world).await;
    until("the change to be sent twice", async || {
        (world.basket_puts() >= 2).then_some(())
    })
    .await;
    assert_eq!(link_status(&world, &basket).await, "linked");

    world.pass(11);
    until("what InPost still does not know", async || {
        (link_status(&world, &basket).await == "unlinked").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_inpost_repeats_does_not_end_the_link_made_since() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/binding");
    // The sandbox has not deleted it: as InPost after the shopper has linked it again.
    assert_fine(&call(&world, "DELETE", &path, None).await);
    assert_eq!(link_status(&world, &basket).await, "unlinked");
    let asked = json!({"product_id": PRODUCT});
    let answer = world
        .insist("POST", "/api/widget/can-be-bound", Some(asked))
        .await;
    assert_eq!(answer["link"]["status"], "linked");

    assert_fine(&call(&world, "DELETE", &path, None).await);
    assert_eq!(link_status(&world, &basket).await, "linked");

    // A true one is believed.
    let phone = world.phone(NUMBER).await;
    let id = phone["baskets"][0]["inpost_basket_id"].as_str().unwrap();
    let path = format!("/phone/api/{NUMBER}/baskets/{id}");
    assert!(world.sandbox("DELETE", &path, None).await.0.is_success());
    until("the page to know", async || {
        (link_status(&world, &basket).await == "unlinked").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_that_was_bought_is_not_linked_any_more() {
    let world = shop().await;
    let basket = waiting_basket(&world).await;
    buy_in_the_shop(&world, &basket).await;
    let path = format!("/basket/{basket}/confirmation");
    let approved = call(&world, "POST", &path, Some(&confirmation(PHONE))).await;
    assert_refused(&approved, 409, "ORDER_EXISTS");
    let bind = json!({"method": "phone", "prefix": "48", "phone": PHONE, "binding_place": "PRODUCT_CARD"});
    let (status, problem) = world
        .browse("POST", "/api/widget/bind", Some(bind))
        .await
        .unwrap();
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("basket_ordered"))
    );
    until("the link to know", async || {
        knows_it_is_bought(&world, &basket).await.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_that_nobody_wanted_to_link_is_not_linked_once_it_is_bought() {
    let world = shop().await;
    let view = add_another(&world).await;
    let basket = view["basket_id"].as_str().unwrap().to_owned();
    buy_in_the_shop(&world, &basket).await;
    let bind = json!({"method": "phone", "prefix": "48", "phone": PHONE, "binding_place": "PRODUCT_CARD"});
    let (status, problem) = world
        .browse("POST", "/api/widget/bind", Some(bind))
        .await
        .unwrap();
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("basket_ordered"))
    );
    until("the link to know", async || {
        knows_it_is_bought(&world, &basket).await.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_waited_is_not_told_with_the_basket_that_was_mended_since() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let down =
        json!({"call": "inpost.basket.put", "kind": "fail", "status": 503, "error_code": "BAD_GATEWAY"});
    assert!(
        world
            .sandbox("POST", "/control/faults", Some(down))
            .await
            .0
            .is_success()
    );
    let before = world.basket_puts();
    let mut wrong = order(&basket);
    wrong["order_details"]["basket_price"]["gross"] = json!("1.00");
    let refused = call(&world, "POST", "/order", Some(&wrong)).await;
    assert_refused(&refused, 409, "ORDER_NOT_CREATE");
    until("the notice to be sent in vain", async || {
        (world.basket_puts() > before).then_some(())
    })
    .await;
    add_another(&world).await;
    world.sandbox("DELETE", "/control/faults", None).await;
    let told = until("the mended basket in the app", async || {
        let phone = world.phone(NUMBER).await;
        let told = phone["baskets"][0]["basket"].clone();
        (told["products"][0]["quantity"]["quantity"] == 2).then_some(told)
    })
    .await;
    assert_eq!(told["summary"]["basket_notice"], Value::Null, "{told}");
}

async fn knows_it_is_bought(world: &World, basket: &str) -> bool {
    let path = format!("/api/widget/observe?basket={basket}&after=0");
    let view = world.insist("GET", &path, None).await;
    view["ended"] == "bought_in_shop"
}

async fn buy_in_the_shop(world: &World, basket: &str) {
    let shop = world.shop().await;
    let id = BasketId::parse(basket).unwrap();
    let basket = shop.basket(&id).await.unwrap().unwrap();
    let locker = DeliveryKind::ParcelLocker;
    let offer = basket.deliveries.iter().find(|offer| offer.kind == locker);
    let total = basket.final_total.plus(offer.unwrap().price).unwrap();
    let given = |id: &str, version: &str| GivenConsent {
        id: id.to_owned(),
        version: version.to_owned(),
        accepted: true,
    };
    let order = NewOrder {
        quoted_gross: total.gross(),
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
            kind: locker,
            extras: Vec::new(),
            point: Some("KRA10A".into()),
            address: None,
            mail: None,
            phone: None,
            note: None,
        },
        consents: (basket.consents.iter())
            .map(|consent| given(&consent.id, &consent.version))
            .collect(),
        comments: None,
        original: String::new(),
        placed_in: PlacedIn::Shop,
    };
    shop.place_order(&id, &order).await.unwrap().unwrap();
}
