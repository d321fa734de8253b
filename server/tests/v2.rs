//! Protocol v2: the page gets a key, the vendor's widget links the basket with it, and the process dies on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
mod world;

use http::{Request, StatusCode, header};
use karfa::config::{Config, Protocol};
use serde_json::{Value, json};
use world::inpost::{KEY, PHONE, VERSION, assert_fine, assert_refused, call, confirmation};
use world::{World, until};

const NUMBER: &str = "48600000321";
const PRODUCT: &str = "szalik-mgla";
const BINDING: &str = "/api/widget/v2/binding";
/// InPost's own API for the vendor's widget.
const WIDGET: &str = "/inpost/widget/v1/inpostpay/widget";

fn with_the_vendors_widget(config: &mut Config) {
    for store in &mut config.stores {
        let inpost = store.inpost.as_mut().expect("a web shop");
        inpost.protocol = Protocol::V2;
        inpost.merchant_client_id = Some("karfa-demo".to_owned());
    }
}

async fn shop(dies_at: Option<usize>) -> World {
    World::with(dies_at, with_the_vendors_widget).await
}

fn click() -> Value {
    json!({"product_id": PRODUCT, "request_id": "one-click-on-one-page"})
}

/// A click on the unlinked button, until it has a key.
async fn key(world: &World) -> String {
    let answer = world.insist("POST", BINDING, Some(click())).await;
    answer["basket_binding_api_key"].as_str().unwrap().to_owned()
}

async fn standing(world: &World, key: &str) -> Value {
    let path = format!("{WIDGET}?merchantClientId=karfa-demo&basketBindingApiKey={key}");
    world.sandbox("GET", &path, None).await.1
}

/// What the vendor's widget does: it asks the phone, which approves.
async fn link(world: &World, key: &str) {
    let body = json!({
        "basketBindingApiKey": key, "bindingPlace": "PRODUCT_CARD",
        "phone": {"countryPrefix": "+48", "number": &NUMBER[2..]},
    });
    until("the push", async || {
        let (status, _) = world
            .sandbox("POST", &format!("{WIDGET}/binding"), Some(body.clone()))
            .await;
        status.is_success().then_some(())
    })
    .await;
    until("the approval", async || {
        let phone = world.phone(NUMBER).await;
        if let Some(id) = phone["inbox"][0]["id"].as_str() {
            let approve = json!({"action": "approve", "trust_browser": true});
            let path = format!("/phone/api/{NUMBER}/inbox/{id}");
            world.sandbox("POST", &path, Some(approve)).await;
        }
        (standing(world, key).await["bindingState"] == "BOUND").then_some(())
    })
    .await;
}

/// The shopper orders in the app, and pays.
async fn order(world: &World) {
    until("the order in the app", async || {
        let phone = world.phone(NUMBER).await;
        if let Some(id) = phone["baskets"][0]["inpost_basket_id"].as_str() {
            let path = format!("/phone/api/{NUMBER}/baskets/{id}/order");
            let wish = json!({"payment_type": "BLIK_CODE", "blik_code": "777111"});
            world.sandbox("POST", &path, Some(wish)).await;
        }
        (!world.phone(NUMBER).await["orders"].as_array()?.is_empty()).then_some(())
    })
    .await;
}

async fn calls(world: &World, name: &str) -> usize {
    let all = world.sandbox("GET", "/control/calls", None).await.1;
    let calls = all["calls"].as_array().unwrap();
    calls.iter().filter(|call| call["call"] == name).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_learns_its_settings_and_nothing_begins_before_a_click() {
    let world = shop(None).await;
    let read = Request::get(BINDING).header(header::HOST, "127.0.0.1:8080");
    let answer = world.ask(read.body("".into()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let settings: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        settings,
        json!({
            "script_url": "https://inpostpay-widget-v2.inpost.pl/inpostpay.widget.v2.js",
            "merchant_client_id": "karfa-demo",
            "api_base_url": "https://inpostpay-widget-api.inpost.pl",
            "basket_binding_api_key": null,
            "order": null,
            "told": false,
        })
    );
    let (status, problem) = world.browse("POST", BINDING, Some(json!({}))).await.unwrap();
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("no_basket")));
    assert_eq!(calls(&world, "inpost.v2.binding.start").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_that_is_repeated_adds_one_piece_and_has_the_same_key() {
    let world = shop(None).await;
    let first = key(&world).await;
    assert_eq!(key(&world).await, first);
    let again = world.insist("GET", BINDING, None).await;
    assert_eq!(again["basket_binding_api_key"], first);
    assert_eq!(calls(&world, "inpost.v2.binding.start").await, 1);
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!((&view["count"], &view["status"]), (&json!(1), &json!("unlinked")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_cannot_be_added_is_refused_by_its_name_and_asks_inpost_nothing() {
    let world = shop(None).await;
    for (product, status, code) in [
        ("no-such-thing", 404, "unknown_product"),
        ("skarpety-baca", 422, "options_missing"),
        ("kilim-pasieka", 409, "out_of_stock"),
    ] {
        let body = json!({"product_id": product, "request_id": "one-click-on-one-page"});
        let (got, problem) = world.browse("POST", BINDING, Some(body)).await.unwrap();
        assert_eq!(
            (got.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{product}"
        );
    }
    let (got, problem) = world
        .browse("POST", BINDING, Some(json!({"product_id": PRODUCT})))
        .await
        .unwrap();
    assert_eq!((got.as_u16(), &problem["code"]), (422, &json!("request_id")));
    assert_eq!(calls(&world, "inpost.v2.binding.start").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_goes_by_the_second_generation_s_call_and_the_browser_s_id_is_for_its_script() {
    let world = shop(None).await;
    let key = key(&world).await;
    link(&world, &key).await;
    let read = Request::get(BINDING)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, world.cookies());
    let answer = world.ask(read.body("".into()).unwrap()).await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("BrowserId=") && !cookie.contains("HttpOnly"),
        "{cookie}"
    );
    let more = json!({"product_id": PRODUCT, "request_id": "another-click-elsewhere"});
    world.insist("POST", "/api/widget/items", Some(more)).await;
    until("the change at InPost", async || {
        (standing(&world, &key).await["productCount"] == 2).then_some(())
    })
    .await;
    assert_eq!(calls(&world, "inpost.v2.basket.put").await, 1);
    assert_eq!(calls(&world, "inpost.basket.put").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_forms_is_not_for_shops_with_the_vendors_widget() {
    let (status, _) = shop(None)
        .await
        .browse("GET", "/plain?product=szalik-mgla", None)
        .await
        .unwrap();
    assert_eq!(status.as_u16(), 404);
    let (status, _) = World::new(None)
        .await
        .browse("GET", "/plain?product=szalik-mgla", None)
        .await
        .unwrap();
    assert_eq!(status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_with_our_own_widget_has_no_such_settings() {
    let world = World::new(None).await;
    for (method, body) in [("GET", None), ("POST", Some(click()))] {
        let (status, problem) = world.browse(method, BINDING, body).await.unwrap();
        assert_eq!((status.as_u16(), &problem["code"]), (404, &json!("not_v2")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_told_of_as_new_once() {
    let world = shop(None).await;
    let key = key(&world).await;
    link(&world, &key).await;
    order(&world).await;
    for told in [false, true] {
        let binding = world.insist("GET", BINDING, None).await;
        assert_eq!(binding["order"]["action"], "redirect");
        assert_eq!(binding["told"], told);
    }
    // The next click begins a basket of its own.
    assert_ne!(self::key(&world).await, key);
    let next = world.insist("GET", BINDING, None).await;
    assert_eq!(next["order"], Value::Null);
}

/// InPost ends the link, and the shop does not hear of it.
async fn end_unheard(world: &World, basket: &str) {
    // Long enough after the confirmation for InPost's word to count.
    world.pass(11);
    let (account, _) = world.account();
    account.unlink(&basket.into(), false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_finds_out_that_the_link_has_ended() {
    let world = shop(None).await;
    let key = key(&world).await;
    link(&world, &key).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(view["status"], "linked");
    end_unheard(&world, view["basket_id"].as_str().unwrap()).await;
    self::key(&world).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(
        (&view["status"], &view["ended"]),
        (&json!("unlinked"), &json!("deleted_in_app"))
    );
    link(&world, &key).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(view["status"], "linked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_link_takes_the_place_of_one_whose_end_was_lost_and_of_no_other() {
    let world = shop(None).await;
    world.publish_key(VERSION, &KEY.public);
    let key = key(&world).await;
    link(&world, &key).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    let basket = view["basket_id"].as_str().unwrap();
    let path = format!("/basket/{basket}/confirmation");
    // By another of InPost's ids.
    let anew = confirmation(PHONE);
    let refused = call(&world, "POST", &path, Some(&anew)).await;
    assert_refused(&refused, 404, "BASKET_NOT_FOUND");
    end_unheard(&world, basket).await;
    assert_fine(&call(&world, "POST", &path, Some(&anew)).await);
    let app = world.insist("GET", "/api/widget/mobile-link", None).await;
    let id = anew["inpost_basket_id"].as_str().unwrap();
    assert!(app["link"].as_str().unwrap().contains(id), "{app}");
}

/// Signs in a browser with these cookies; its cookies then.
async fn sign_in(world: &World, cookies: &str) -> String {
    let request = Request::post("/sign-in")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, "http://127.0.0.1:8080")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies);
    let form = "mail=hanka%40klebek.example&password=czerwona-nitka";
    let answer = world.ask(request.body(form.into()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let set = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    set.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_keeps_the_basket_that_the_vendors_widget_asks_for() {
    let world = shop(None).await;
    let add = async || {
        let item = json!({"product_id": PRODUCT, "request_id": "a-click-in-one-browser"});
        let view = world.insist("POST", "/api/widget/items", Some(item)).await;
        view["basket_id"].as_str().unwrap().to_owned()
    };
    let count = |basket: &str| format!("select cast(count(*) as text) from basket where id = '{basket}'");

    // The account's own basket, of another browser.
    let own = add().await;
    sign_in(&world, &world.cookies()).await;
    world.forget_cookies();
    let guests = add().await;
    key(&world).await;
    sign_in(&world, &world.cookies()).await;
    assert_eq!(world.text(&count(&guests)).await.as_deref(), Some("1"));
    assert_eq!(world.text(&count(&own)).await.as_deref(), Some("0"));

    // Once nobody can approve any more, the account's goes on.
    world.forget_cookies();
    let late = add().await;
    key(&world).await;
    world.pass(11 * 60);
    sign_in(&world, &world.cookies()).await;
    assert_eq!(world.text(&count(&late)).await.as_deref(), Some("0"));
}

/// What is left when everything is over.
#[derive(Debug, PartialEq, Eq)]
struct End {
    binding: Value,
    status: Value,
    orders_in_app: usize,
    orders_in_shop: i64,
    pieces_left: i64,
}

/// Links, orders, and is led to the thanks.
async fn journey(dies_at: Option<usize>) -> (End, usize, bool) {
    let world = shop(dies_at).await;
    let key = key(&world).await;
    link(&world, &key).await;
    order(&world).await;
    let binding = until("the way to the thanks", async || {
        let mut binding = world.insist("GET", BINDING, None).await;
        binding["order"]["redirect"].take();
        // Whether the first answer arrived depends on when the process died.
        binding["told"].take();
        (binding["order"]["action"] == "redirect").then_some(binding)
    })
    .await;
    until("the payment to be booked", async || {
        let accepted = "select count(*) from shop_order where status = 'accepted'";
        (world.count(accepted).await == 1).then_some(())
    })
    .await;
    let end = End {
        binding,
        status: standing(&world, &key).await["bindingState"].clone(),
        orders_in_app: world.phone(NUMBER).await["orders"].as_array().map_or(0, Vec::len),
        orders_in_shop: world.count("select count(*) from shop_order").await,
        pieces_left: world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
    };
    (end, world.backend.points(), world.has_died())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_point_ends_as_if_nothing_had_happened() {
    let (undisturbed, points, _) = journey(None).await;
    assert_eq!(undisturbed.binding["basket_binding_api_key"], Value::Null);
    assert_eq!((undisturbed.orders_in_app, undisturbed.orders_in_shop), (1, 1));
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
