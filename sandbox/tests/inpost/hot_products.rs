//! Hot products, and baskets begun with them in the app. Contract, sections 2 and 3.

use crate::bench::{Bench, PHONE, Say, basket};
use serde_json::{Value, json};

fn product(id: &str) -> Value {
    json!({
        "product_id": id,
        "product_name": "Lampka",
        "product_description": "Świeci",
        "product_image": "http://127.0.0.1:8080/img/42.webp",
        "price": {"net": "10.00", "gross": "12.30", "vat": "2.30"},
        "currency": "PLN",
        "quantity": {"available_quantity": 5, "quantity_type": "INTEGER", "quantity_unit": "szt."}
    })
}

async fn add(bench: &Bench, products: &[Value]) -> (u16, Value) {
    let (status, body) = bench
        .api("POST", "/v1/izi/products", &json!({ "content": products }))
        .await;
    (status.as_u16(), body)
}

async fn begin(bench: &Bench, product: &str) -> (u16, Value) {
    let path = format!("/phone/api/{PHONE}/products/{product}");
    let (status, body) = bench.tap("POST", &path, &Value::Null).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn a_product_is_added_listed_changed_and_deleted() {
    let bench = Bench::new().await;
    let link = "inpostsandbox://izilink?product_id=42&pos_id=karfa-demo";
    let added = json!({"content": [{"product_id": "42", "qr_code": link, "deep_link": link}]});
    assert_eq!(add(&bench, &[product("42")]).await, (200, added));
    assert_eq!(add(&bench, &[product("43")]).await.0, 200);
    let (_, page) = bench.api("GET", "/v1/izi/products", &Value::Null).await;
    assert_eq!(page["total_items"], 2);
    assert_eq!(
        (&page["content"][0]["status"], &page["content"][0]["deep_link"]),
        (&json!("ACTIVE"), &json!(link))
    );
    let (_, page) = bench
        .api("GET", "/v1/izi/products?product_id=43&page_size=5", &Value::Null)
        .await;
    assert_eq!(
        (&page["content"][0]["product_id"], &page["page_size"]),
        (&json!("43"), &json!(5))
    );

    let mut cheaper = product("42");
    cheaper["price"] = json!({"net": "8.13", "gross": "10.00", "vat": "1.87"});
    cheaper.as_object_mut().unwrap().remove("product_id");
    let (status, changed) = bench.api("PUT", "/v1/izi/product/42", &cheaper).await;
    assert_eq!(
        (status.as_u16(), &changed["price"], &changed["product_id"]),
        (200, &cheaper["price"], &json!("42"))
    );
    let offered = bench.phone().await["hot_products"].clone();
    assert_eq!(
        (
            &offered[0]["product"]["price"],
            &offered[0]["shop"],
            &offered[1]["product_id"]
        ),
        (&cheaper["price"], &json!("Kłębek"), &json!("43"))
    );

    assert_eq!(
        bench.api("DELETE", "/v1/izi/product/42", &Value::Null).await.0,
        200
    );
    assert_eq!(bench.phone().await["hot_products"].as_array().unwrap().len(), 1);
    for (method, body) in [("DELETE", Value::Null), ("PUT", cheaper)] {
        assert_eq!(
            bench.refusal(method, "/v1/izi/product/42", &body).await,
            (404, json!("PRODUCT_NOT_FOUND")),
            "{method}"
        );
    }
}

#[tokio::test]
async fn products_that_exist_or_are_too_many_or_wrong_are_refused_and_none_is_added() {
    let bench = Bench::new().await;
    assert_eq!(add(&bench, &[product("1")]).await.0, 200);
    let (status, body) = add(&bench, &[product("2"), product("1")]).await;
    assert_eq!((status, &body["error_code"]), (409, &json!("PRODUCT_EXISTS")));
    let (status, body) = add(&bench, &[product("2"), product("2")]).await;
    assert_eq!((status, &body["error_code"]), (409, &json!("PRODUCT_EXISTS")));
    let many: Vec<Value> = (2..=21).map(|id| product(&id.to_string())).collect();
    let (status, body) = add(&bench, &many).await;
    assert_eq!((status, &body["error_code"]), (409, &json!("MAX_LIMIT_PRODUCTS")));
    let mut nameless = product("2");
    nameless.as_object_mut().unwrap().remove("product_id");
    for (wrong, message) in [
        (nameless, "content[].product_id is missing"),
        (json!({"product_id": "2"}), "content[0].product_name is missing"),
    ] {
        let (status, body) = add(&bench, &[wrong]).await;
        assert_eq!((status, &body["error_message"]), (400, &json!(message)));
    }
    let (_, page) = bench.api("GET", "/v1/izi/products", &Value::Null).await;
    assert_eq!(page["total_items"], 1);
    let fits: Vec<Value> = (2..=20).map(|id| product(&id.to_string())).collect();
    assert_eq!(add(&bench, &fits).await.0, 200);
    bench.sign_in("other").await;
    assert_eq!(add(&bench, &[product("1")]).await.0, 200, "of another merchant");
}

#[tokio::test]
async fn a_product_is_offered_within_its_days_and_in_stock_only() {
    let bench = Bench::new().await;
    let mut short = product("1");
    short["product_availability"] =
        json!({"start_date": "2026-01-31T12:00:10Z", "end_date": "2026-01-31T12:00:20Z"});
    let mut sold = product("2");
    sold["quantity"]["available_quantity"] = json!(0);
    assert_eq!(add(&bench, &[short, sold]).await.0, 200);
    for (advance, offered) in [(9, 0), (1, 1), (9, 1), (1, 0)] {
        bench.advance(advance);
        let shown = bench.phone().await["hot_products"].as_array().unwrap().len();
        assert_eq!(shown, offered);
    }
    let (_, page) = bench.api("GET", "/v1/izi/products", &Value::Null).await;
    assert_eq!(page["content"][1]["status"], "INACTIVE");
    let (status, body) = begin(&bench, "2").await;
    assert_eq!((status, &body["code"]), (404, &json!("no-product")));
}

#[tokio::test]
async fn a_tap_begins_a_basket_and_the_next_one_adds_to_it() {
    let bench = Bench::new().await;
    add(&bench, &[product("42"), product("43")]).await;
    let (status, begun) = begin(&bench, "42").await;
    assert_eq!(status, 200, "{begun}");
    assert_eq!(bench.shop.lines(), ["POST /inpost/v1/izi/basket/product/42"]);
    assert_eq!(
        bench.shop.last("/42").body,
        json!({"phone_number": {"country_prefix": "+48", "phone": "600000000"}})
    );
    let shown = bench.phone().await["baskets"].clone();
    assert_eq!(
        (&shown[0]["basket_id"], &shown[0]["basket"]),
        (&json!("b-begun"), &basket())
    );
    let binding = "/v1/izi/basket/b-begun/binding";
    let (_, linked) = bench.api("GET", binding, &Value::Null).await;
    assert_eq!(
        (&linked["basket_linked"], &linked["inpost_basket_id"]),
        (&json!(true), &begun["inpost_basket_id"])
    );
    let link = json!("inpostsandbox://izilink?product_id=43&pos_id=karfa-demo");
    let (status, again) = bench.scan(&link).await;
    assert_eq!((status.as_u16(), &again), (200, &begun));
    assert_eq!(bench.shop.last("/43").body["basket_id"], "b-begun");
    assert_eq!(bench.phone().await["baskets"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_shop_that_refuses_or_answers_wrongly_begins_nothing() {
    let bench = Bench::new().await;
    add(&bench, &[product("42")]).await;
    let refusal = |code: &str| json!({"error_code": code, "error_message": "no"});
    for (say, status, code) in [
        (Say::Answer(409, refusal("OUT_OF_STOCK")), 409, "shop-refused"),
        (
            Say::Answer(404, refusal("PRODUCT_NOT_FOUND")),
            409,
            "shop-refused",
        ),
        (Say::Answer(200, basket()), 502, "shop-answer-wrong"),
        (
            Say::Answer(200, json!({"basket_id": "b-2"})),
            502,
            "shop-answer-wrong",
        ),
    ] {
        bench.shop.next("/42", say);
        let (got, body) = begin(&bench, "42").await;
        assert_eq!((got, &body["code"]), (status, &json!(code)), "{body}");
    }
    // A basket that is in somebody else's app.
    bench.link().await;
    let mut theirs = basket();
    theirs["basket_id"] = json!("b-1");
    bench.shop.next("/42", Say::Answer(200, theirs));
    let path = "/phone/api/48600000001/products/42";
    let (status, body) = bench.tap("POST", path, &Value::Null).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (502, &json!("shop-answer-wrong"))
    );
    assert_eq!(bench.phone().await["baskets"].as_array().unwrap().len(), 1);
}
