//! Confirming and unlinking a basket.

use crate::world::inpost::{
    NUMBER, PHONE, PRODUCT, assert_fine, assert_refused, call, confirmation, link_status, order, pieces,
    quantity, send, shop, signed, waiting_basket,
};
use crate::world::{World, assert_nothing_changed};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_counts_for_the_number_that_was_asked_and_while_it_waits() {
    let world = shop().await;
    let basket = waiting_basket(&world).await;
    let path = format!("/basket/{basket}/confirmation");

    let before = world.contents().await;
    let other = call(&world, "POST", &path, Some(&confirmation("600000999"))).await;
    assert_refused(&other, 404, "BASKET_NOT_FOUND");
    let mut reject = confirmation("600000999");
    reject["status"] = json!("REJECT");
    call(&world, "POST", &path, Some(&reject)).await;
    for (field, value) in [
        ("status", json!("MAYBE")),
        ("status", Value::Null),
        ("inpost_basket_id", Value::Null),
    ] {
        let mut bad = confirmation(PHONE);
        bad[field] = value;
        assert_refused(&call(&world, "POST", &path, Some(&bad)).await, 400, "BAD_REQUEST");
    }
    assert_nothing_changed(&world, &before).await;
    assert_eq!(link_status(&world, &basket).await, "waiting");

    let confirmed = call(&world, "POST", &path, Some(&confirmation(PHONE))).await;
    assert_fine(&confirmed);
    assert_eq!(pieces(&confirmed), 1, "the answer is the basket");
    assert_eq!(link_status(&world, &basket).await, "linked");

    let repeated = call(&world, "POST", &path, Some(&confirmation(PHONE))).await;
    assert_fine(&repeated);
    let mut elsewhere = confirmation(PHONE);
    elsewhere["inpost_basket_id"] = json!("99999999-2222-3333-4444-555555555555");
    assert_refused(
        &call(&world, "POST", &path, Some(&elsewhere)).await,
        404,
        "BASKET_NOT_FOUND",
    );
    assert_eq!(link_status(&world, &basket).await, "linked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_that_does_not_wait_is_not_confirmed() {
    let world = shop().await;
    let item = json!({"product_id": PRODUCT, "request_id": "one-click-of-the-button"});
    let view = world.insist("POST", "/api/widget/items", Some(item)).await;
    let basket = view["basket_id"].as_str().unwrap();
    let before = world.contents().await;
    let confirmed = call(
        &world,
        "POST",
        &format!("/basket/{basket}/confirmation"),
        Some(&confirmation(PHONE)),
    )
    .await;
    assert_refused(&confirmed, 404, "BASKET_NOT_FOUND");
    let event = call(
        &world,
        "POST",
        &format!("/basket/{basket}/event"),
        Some(&quantity("e-1", 2)),
    )
    .await;
    assert_refused(&event, 404, "BASKET_NOT_FOUND");
    assert_refused(
        &call(&world, "POST", "/order", Some(&order(basket))).await,
        404,
        "BASKET_NOT_FOUND",
    );
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_is_unlinked_by_each_spelling_of_delete() {
    for (method, suffix, overridden) in [
        ("DELETE", "binding", false),
        ("POST", "binding/delete", false),
        ("POST", "binding", true),
    ] {
        let world = shop().await;
        let basket = world.link(NUMBER, PRODUCT).await;
        let path = format!("/basket/{basket}/{suffix}");
        for round in 0..2 {
            let mut headers = signed(b"");
            if overridden {
                headers.insert("x-http-method-override", "DELETE".parse().unwrap());
            }
            let response = send(&world, method, &path, headers, "").await;
            assert_fine(&response);
            assert_eq!(
                link_status(&world, &basket).await,
                "unlinked",
                "{method} {suffix}, round {round}"
            );
        }
    }
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let response = call(&world, "POST", &format!("/basket/{basket}/binding"), None).await;
    assert_refused(&response, 404, "NOT_FOUND");
    assert_eq!(link_status(&world, &basket).await, "linked");
}

/// The links that the page has after asking for them.
async fn links(world: &World) -> Value {
    let bind = json!({"method": "deep_link", "binding_place": "BASKET_SUMMARY"});
    let answer = world.insist("POST", "/api/widget/bind", Some(bind)).await;
    assert_eq!(answer["link"]["status"], "waiting", "{answer}");
    json!({
        "qr_code": answer["qr_code"],
        "deep_link": answer["deep_link"],
        "deep_link_hms": answer["deep_link_hms"],
    })
}

async fn basket_of_the_page(world: &World) -> String {
    let item = json!({"product_id": PRODUCT, "request_id": "one-click-of-the-button"});
    let view = world.insist("POST", "/api/widget/items", Some(item)).await;
    view["basket_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_scans_the_code_confirms_and_the_links_last_until_then() {
    let world = shop().await;
    let basket = basket_of_the_page(&world).await;
    let given = links(&world).await;
    for link in ["qr_code", "deep_link", "deep_link_hms"] {
        let text = given[link].as_str().unwrap();
        assert!(text.contains("izilink"), "{link}: {text}");
    }
    // A reload and a second click are of the same attempt: the code on the screen stays good.
    let reloaded = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(reloaded["links"], given);
    let before = world.contents().await;
    assert_eq!(links(&world).await, given);
    assert_nothing_changed(&world, &before).await;

    let path = format!("/basket/{basket}/confirmation");
    let confirmed = call(&world, "POST", &path, Some(&confirmation("600000999"))).await;
    assert_fine(&confirmed);
    let linked = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(linked["status"], "linked");
    assert_eq!(linked["links"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_who_turns_from_the_code_to_a_number_is_asked_by_that_number() {
    let world = shop().await;
    let basket = basket_of_the_page(&world).await;
    links(&world).await;
    let bind = json!({"method": "phone", "prefix": "48", "phone": PHONE, "binding_place": "BASKET_SUMMARY"});
    let answer = world.insist("POST", "/api/widget/bind", Some(bind)).await;
    assert_eq!(
        (
            &answer["link"]["status"],
            &answer["link"]["attempt"],
            &answer["qr_code"]
        ),
        (&json!("waiting"), &json!(2), &Value::Null)
    );
    let path = format!("/basket/{basket}/confirmation");
    let other = call(&world, "POST", &path, Some(&confirmation("600000999"))).await;
    assert_refused(&other, 404, "BASKET_NOT_FOUND");
    assert_eq!(world.phone(NUMBER).await["inbox"].as_array().unwrap().len(), 1);

    // And back: the push is taken back, the code counts.
    links(&world).await;
    let asked_again = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(asked_again["attempt"], 3);
    assert_eq!(asked_again["masked_phone_number"], Value::Null);
    assert_fine(&call(&world, "POST", &path, Some(&confirmation("600000999"))).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_or_cancelled_code_is_forgotten() {
    let world = shop().await;
    let basket = basket_of_the_page(&world).await;
    links(&world).await;
    let mut reject = confirmation("600000999");
    reject["status"] = json!("REJECT");
    let path = format!("/basket/{basket}/confirmation");
    assert_fine(&call(&world, "POST", &path, Some(&reject)).await);
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(
        (&view["ended"], &view["links"]),
        (&json!("rejected"), &Value::Null)
    );

    links(&world).await;
    let view = world.insist("POST", "/api/widget/cancel", None).await;
    assert_eq!(
        (&view["ended"], &view["links"]),
        (&json!("cancelled"), &Value::Null)
    );
    let late = call(&world, "POST", &path, Some(&confirmation("600000999"))).await;
    assert_refused(&late, 404, "BASKET_NOT_FOUND");
}
