//! The app's changes of a basket.

use crate::world::inpost::{NUMBER, PRODUCT, assert_fine, call, json_of, pieces, quantity, shop};
use crate::world::{assert_nothing_changed, until};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_counts_once_and_what_comes_late_undoes_nothing() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/event");
    let event = async |body: Value| call(&world, "POST", &path, Some(&body)).await;

    assert_eq!(pieces(&event(quantity("e-1", 2)).await), 2);
    assert_eq!(pieces(&event(quantity("e-2", 4)).await), 4);
    // The first one again, as after a lost answer: what came after it stays.
    assert_eq!(pieces(&event(quantity("e-1", 2)).await), 4);

    let add = json!({
        "event_id": "e-3",
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "RELATED_PRODUCTS",
        "related_products_event_data": [{"product_id": "mydlo-lanolina", "quantity": {"quantity": 1, "quantity_type": "INTEGER"}}],
    });
    for _ in 0..2 {
        let answer = json_of(&event(add.clone()).await);
        assert_eq!(answer["products"].as_array().unwrap().len(), 2, "{answer}");
        assert_eq!(answer["products"][1]["quantity"]["quantity"], 1);
    }

    // What cannot be done is told with the unchanged basket.
    let before = world.contents().await;
    let mut unknown = quantity("e-5", 1);
    unknown["quantity_event_data"][0]["product_id"] = json!("unicorn");
    let mut unheard = quantity("e-6", 1);
    unheard["event_type"] = json!("BASKET_DANCES");
    let code = json!({
        "event_id": "e-7",
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "PROMO_CODES",
        "promo_codes_event_data": [{"promo_code_value": "WRONG"}],
    });
    let mut half = quantity("e-8", 1);
    half["quantity_event_data"][0]["quantity"]["quantity"] = json!(1.5);
    for bad in [quantity("e-4", 1_000_000), unknown, unheard, code, half] {
        let answer = event(bad.clone()).await;
        assert_fine(&answer);
        let body = json_of(&answer);
        assert_eq!(body["summary"]["basket_notice"]["type"], "ERROR", "{bad}: {body}");
        assert_eq!(pieces(&answer), 4);
    }
    assert_nothing_changed(&world, &before).await;

    // Removing all, and what is not there any more.
    assert_eq!(
        json_of(&event(quantity("e-9", 0)).await)["products"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let again = event(quantity("e-10", 0)).await;
    assert_fine(&again);
    assert_eq!(json_of(&again)["products"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_was_made_before_another_of_its_kind_undoes_nothing() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/event");
    let at = |second: u32, mut body: Value| {
        body["event_data_time"] = json!(format!("2026-03-01T12:00:{second:02}.000000Z"));
        body
    };
    let event = async |body: Value| call(&world, "POST", &path, Some(&body)).await;
    assert_eq!(pieces(&event(at(10, quantity("e-1", 3))).await), 3);
    let late = event(at(5, quantity("e-2", 1))).await;
    assert_fine(&late);
    assert_eq!(pieces(&late), 3, "it was made before the other");
    assert_eq!(json_of(&late)["summary"]["basket_notice"], Value::Null);
    assert_eq!(pieces(&event(at(11, quantity("e-3", 2))).await), 2);

    // Each product, and the codes, have a time of their own.
    let mut other = at(1, quantity("e-4", 1));
    other["quantity_event_data"][0]["product_id"] = json!("mydlo-lanolina");
    assert_eq!(
        json_of(&event(other).await)["products"].as_array().unwrap().len(),
        2
    );
    let codes = |id: &str, codes: Value| json!({"event_id": id, "event_type": "PROMO_CODES", "promo_codes_event_data": codes});
    let ten = json!([{"promo_code_value": "KLEBEK10"}]);
    let with = json_of(&event(at(20, codes("e-5", ten))).await);
    assert_eq!(with["promo_codes"].as_array().unwrap().len(), 1);
    assert_eq!(with["summary"]["basket_notice"]["type"], "ATTENTION");
    let late = json_of(&event(at(19, codes("e-6", json!([])))).await);
    assert_eq!(late["promo_codes"].as_array().unwrap().len(), 1);
    let gone = json_of(&event(at(21, codes("e-7", json!([])))).await);
    assert_eq!(gone["promo_codes"], json!([]));
    assert_eq!(gone["summary"]["basket_notice"]["type"], "ATTENTION");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_comes_or_goes_with_the_sum_of_the_goods_is_told() {
    let world = shop().await;
    let basket = world.link(NUMBER, "mydlo-lanolina").await;
    let path = format!("/basket/{basket}/event");
    let event = async |body: Value| json_of(&call(&world, "POST", &path, Some(&body)).await);
    let soaps = |id: &str, second: u32, pieces: u32| {
        let mut event = quantity(id, pieces);
        event["event_data_time"] = json!(format!("2026-03-01T12:00:{second:02}.000000Z"));
        event["quantity_event_data"][0]["product_id"] = json!("mydlo-lanolina");
        event
    };
    // Ten soaps are 245 zł; the code is for 150 zł and more.
    event(soaps("e-1", 1, 10)).await;
    let with = event(json!({
        "event_id": "e-2",
        "event_data_time": "2026-03-01T12:00:02.000000Z",
        "event_type": "PROMO_CODES",
        "promo_codes_event_data": [{"promo_code_value": "CIEPLO20"}],
    }))
    .await;
    assert_eq!(with["promo_codes"].as_array().unwrap().len(), 1, "{with}");

    let small = event(soaps("e-3", 3, 2)).await;
    assert_eq!(small["promo_codes"], json!([]));
    let notice = &small["summary"]["basket_notice"];
    assert_eq!(notice["type"], "ATTENTION", "{small}");
    assert!(
        notice["description"].as_str().unwrap().contains("CIEPLO20"),
        "{notice}"
    );
    // Smaller still: it has been said.
    let smaller = event(soaps("e-4", 4, 1)).await;
    assert_eq!(smaller["summary"]["basket_notice"], Value::Null);

    let large = event(soaps("e-5", 5, 9)).await;
    assert_eq!(large["promo_codes"].as_array().unwrap().len(), 1);
    let notice = &large["summary"]["basket_notice"];
    assert_eq!(notice["type"], "ATTENTION", "{large}");
    assert!(
        notice["description"].as_str().unwrap().contains("CIEPLO20"),
        "{notice}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_inpost_for_what_the_app_did() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    world.contents().await;
    let puts = world.basket_puts();
    for pieces in 2..5 {
        let event = quantity(&format!("e-{pieces}"), pieces);
        assert_fine(&call(&world, "POST", &format!("/basket/{basket}/event"), Some(&event)).await);
    }
    world.contents().await;
    assert_eq!(
        world.basket_puts(),
        puts,
        "a PUT while the app waits would never end"
    );
    // And many changes on the site at once are few calls, the last of which has them all.
    for n in 0..4 {
        let item = json!({"product_id": "mydlo-lanolina", "request_id": format!("click-number-{n}")});
        world.insist("POST", "/api/widget/items", Some(item)).await;
    }
    until("InPost to have the newest basket", async || {
        let phone = world.phone(NUMBER).await;
        let soap = phone["baskets"][0]["basket"]["products"]
            .as_array()?
            .get(1)?
            .clone();
        (soap["quantity"]["quantity"] == 4).then_some(())
    })
    .await;
    assert!(world.basket_puts() > puts && world.basket_puts() <= puts + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_is_offered_promotions_and_what_goes_with_the_goods() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let read = async || json_of(&call(&world, "GET", &format!("/basket/{basket}"), None).await);
    let told = read().await;
    let offered = told["promotions_available"].as_array().unwrap();
    let codes: Vec<&str> = offered
        .iter()
        .map(|offer| offer["promo_code_value"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["KLEBEK10", "CIEPLO20"]);
    assert_eq!(
        (&offered[0]["type"], &offered[1]["type"]),
        (&json!("MERCHANT"), &json!("ONLY_IN_APP"))
    );
    let related = &told["related_products"][0];
    assert_eq!(related["product_id"], "mydlo-lanolina");
    assert_eq!(
        related["delivery_related_products"][0],
        json!({"delivery_type": "APM", "if_delivery_available": true, "if_delivery_free": false})
    );
    // What is chosen is offered no more.
    let mut event = quantity("e-1", 1);
    event["quantity_event_data"][0]["product_id"] = json!("mydlo-lanolina");
    assert_fine(&call(&world, "POST", &format!("/basket/{basket}/event"), Some(&event)).await);
    let code = json!({
        "event_id": "e-2",
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "PROMO_CODES",
        "promo_codes_event_data": [{"promo_code_value": "klebek10"}],
    });
    assert_fine(&call(&world, "POST", &format!("/basket/{basket}/event"), Some(&code)).await);
    let told = read().await;
    assert_eq!(told["related_products"], json!([]));
    assert_eq!(told["promotions_available"].as_array().unwrap().len(), 1);
}
