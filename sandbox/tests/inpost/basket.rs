//! Baskets: updates, the trusted browser's shortcut, expiry, limits, lists. Contract, sections 2 and 4.

use crate::bench::{Bench, basket};
use serde_json::{Value, json};

const BASKET: &str = "/v1/izi/basket/b-1";

#[tokio::test]
async fn an_update_of_a_linked_basket_reaches_the_app() {
    let bench = Bench::new().await;
    let inpost_basket_id = bench.link().await;
    let mut newer = basket();
    newer["products"][0]["quantity"]["quantity"] = json!(3);
    for path in [BASKET, "/v2/izi/basket/b-1"] {
        let answer = bench.api("PUT", path, &newer).await;
        assert_eq!(
            answer,
            (
                http::StatusCode::OK,
                json!({ "inpost_basket_id": inpost_basket_id })
            )
        );
    }
    assert_eq!(bench.phone().await["baskets"][0]["basket"], newer);
}

#[tokio::test]
async fn an_update_of_a_basket_that_is_not_linked_is_refused() {
    let bench = Bench::new().await;
    for (path, code) in [
        (BASKET, "BASKET_NOT_FOUND"),
        ("/v2/izi/basket/b-1", "BASKET_NOT_FOUND"),
    ] {
        assert_eq!(
            bench.refusal("PUT", path, &basket()).await,
            (404, json!(code)),
            "{path}"
        );
    }
    bench.push("b-1").await;
    assert_eq!(
        bench.refusal("PUT", BASKET, &basket()).await,
        (404, json!("BASKET_NOT_FOUND"))
    );
    assert_eq!(
        bench.refusal("PUT", "/v2/izi/basket/b-1", &basket()).await,
        (409, json!("BASKET_NOT_BOUND"))
    );
}

#[tokio::test]
async fn a_trusted_browser_links_a_new_basket_without_a_push() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench
        .answer(&id, &json!({"action": "approve", "trust_browser": true}))
        .await;
    let browser_id = bench.shop.last("/confirmation").body["browser"]["browser_id"].clone();

    let mut second = basket();
    second["browser_id"] = browser_id.clone();
    let (status, body) = bench.api("PUT", "/v1/izi/basket/b-2", &second).await;
    assert_eq!(status, 200, "{body}");
    let screen = bench.phone().await;
    assert_eq!(screen["baskets"].as_array().unwrap().len(), 2);
    assert_eq!(screen["inbox"], json!([]));
    let again = bench.api("PUT", "/v1/izi/basket/b-2", &second).await;
    assert_eq!(again, (status, body), "the answer was lost, the call is repeated");
    let path = format!(
        "/v1/izi/basket/b-2/binding?browser_id={}",
        browser_id.as_str().unwrap()
    );
    assert_eq!(
        bench.api("GET", &path, &Value::Null).await.1["basket_linked"],
        true
    );

    bench.sign_in("other").await;
    assert_eq!(
        bench.refusal("PUT", "/v1/izi/basket/b-3", &second).await,
        (404, json!("BROWSER_NOT_FOUND"))
    );
}

#[tokio::test]
async fn a_basket_leaves_the_app_when_its_date_has_passed() {
    let bench = Bench::new().await;
    let mut short = basket();
    short["summary"]["basket_expiration_date"] = json!("2026-01-31T12:04:00.000000Z");
    *bench.shop.basket.lock().unwrap() = short.clone();
    bench.link().await;
    bench.advance(239);
    assert_eq!(bench.phone().await["baskets"].as_array().unwrap().len(), 1);
    bench.advance(1);
    assert_eq!(bench.phone().await["baskets"], json!([]));
    for (method, path, body) in [
        ("PUT", BASKET, short.clone()),
        ("PUT", "/v2/izi/basket/b-1", short),
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

#[tokio::test]
async fn without_a_date_a_basket_stays_for_seven_days_after_its_last_change() {
    let bench = Bench::new().await;
    bench.link().await;
    bench.advance(7 * 24 * 3600 - 1);
    bench.sign_in("karfa-demo").await;
    assert_eq!(bench.api("PUT", BASKET, &basket()).await.0, 200);
    bench.advance(7 * 24 * 3600 - 1);
    assert_eq!(bench.phone().await["baskets"].as_array().unwrap().len(), 1);
    bench.advance(1);
    assert_eq!(bench.phone().await["baskets"], json!([]));
}

#[tokio::test]
async fn a_basket_past_the_contracts_limits_is_refused_with_the_field_that_is_wrong() {
    let bench = Bench::new().await;
    bench.link().await;
    let change = |pointer: &str, value: Value| {
        let mut body = basket();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        body
    };
    let many = |count: usize, of: Value| Value::Array(vec![of; count]);
    let promotion = |description: &str| json!({"promo_code_value": "X", "description": description});
    let attribute = json!([{"attribute_name": "a", "attribute_value": "x".repeat(256)}]);
    let consent = |description: String| {
        let mut consent = basket()["consents"][0].clone();
        consent["consent_description"] = json!(description);
        json!([consent])
    };
    for (body, code, message) in [
        (json!([]), "MALFORMED_REQUEST", "the body must be an object"),
        (
            change("/summary", Value::Null),
            "MALFORMED_REQUEST",
            "summary is missing",
        ),
        (
            change("/summary/currency", json!("EUR")),
            "BAD_REQUEST",
            "summary.currency must be one of PLN",
        ),
        (
            change(
                "/summary/basket_base_price",
                json!({"net": "1.00", "gross": "1.23"}),
            ),
            "MALFORMED_REQUEST",
            "summary.basket_base_price.vat is missing",
        ),
        (
            change("/products/0/base_price/gross", json!("12.345")),
            "MALFORMED_REQUEST",
            "products[0].base_price.gross must be an amount like \"12.30\", decimal(10,2), not negative",
        ),
        (
            change("/products/0/quantity", Value::Null),
            "MALFORMED_REQUEST",
            "products[0].quantity is missing",
        ),
        (
            change("/products/0/quantity/quantity_type", json!("DOZEN")),
            "BAD_REQUEST",
            "products[0].quantity.quantity_type must be one of INTEGER, DECIMAL",
        ),
        (
            change("/products/0/product_attributes", attribute),
            "BAD_REQUEST",
            "products[0].product_attributes[0].attribute_value must be at most 255 characters long",
        ),
        (
            change(
                "/products/0/additional_product_images",
                many(11, json!({"small_size": "s"})),
            ),
            "BAD_REQUEST",
            "products[0].additional_product_images must have at most 10 entries",
        ),
        (
            change("/delivery", Value::Null),
            "MALFORMED_REQUEST",
            "delivery is missing",
        ),
        (
            change("/delivery/0/delivery_type", json!("DRONE")),
            "BAD_REQUEST",
            "delivery[0].delivery_type must be one of APM, COURIER, DIGITAL",
        ),
        (
            change("/promotions_available", many(6, promotion("short"))),
            "BAD_REQUEST",
            "promotions_available must have at most 5 entries",
        ),
        (
            change("/promotions_available", json!([promotion(&"x".repeat(61))])),
            "BAD_REQUEST",
            "promotions_available[0].description must be at most 60 characters long",
        ),
        (
            change("/related_products", many(11, basket()["products"][0].clone())),
            "BAD_REQUEST",
            "related_products must have at most 10 entries",
        ),
        (
            change("/consents", Value::Null),
            "MALFORMED_REQUEST",
            "consents is missing",
        ),
        (
            change("/consents", many(11, basket()["consents"][0].clone())),
            "BAD_REQUEST",
            "consents must have at most 10 entries",
        ),
        (
            change("/consents", consent("x".repeat(151))),
            "BAD_REQUEST",
            "consents[0].consent_description must be at most 150 characters long",
        ),
        (
            change(
                "/summary/basket_notice",
                json!({"type": "SHOUT", "description": "!"}),
            ),
            "BAD_REQUEST",
            "summary.basket_notice.type must be one of ERROR, ATTENTION",
        ),
    ] {
        let (status, answer) = bench.api("PUT", BASKET, &body).await;
        assert_eq!(status, 400, "{message}");
        assert_eq!(answer, json!({"error_code": code, "error_message": message}));
    }
    assert_eq!(
        bench.phone().await["baskets"][0]["basket"],
        basket(),
        "nothing has changed"
    );
}

#[tokio::test]
async fn a_body_past_one_mebibyte_is_refused() {
    let bench = Bench::new().await;
    assert_eq!(
        bench
            .refusal("PUT", BASKET, &json!({"x": "y".repeat(1024 * 1024)}))
            .await,
        (413, json!("BAD_REQUEST"))
    );
}

#[tokio::test]
async fn an_update_waits_for_the_confirmation_that_is_under_way() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench
        .fault(&json!({"call": "inpost.merchant.basket.confirmation", "kind": "delay", "ms": 50}))
        .await;
    let answer = json!({"action": "approve"});
    let (approved, updated) = tokio::join!(bench.answer(&id, &answer), async {
        tokio::task::yield_now().await;
        bench.api("PUT", BASKET, &basket()).await
    });
    assert_eq!(
        (approved.0.as_u16(), updated.0.as_u16()),
        (200, 200),
        "{updated:?}"
    );
}

#[tokio::test]
async fn the_back_office_lists_linked_baskets_by_the_page() {
    let bench = Bench::new().await;
    let nothing = json!({"content": [], "total_items": 0, "page_index": 0, "page_size": 20});
    assert_eq!(bench.api("GET", "/v1/izi/baskets", &Value::Null).await.1, nothing);
    let inpost_basket_id = bench.link().await;
    let (_, page) = bench
        .api("GET", "/v1/izi/baskets?page_index=0&page_size=1", &Value::Null)
        .await;
    assert_eq!(page["content"][0]["basket_id"], "b-1");
    assert_eq!(page["content"][0]["inpost_basket_id"], json!(inpost_basket_id));
    assert_eq!((&page["total_items"], &page["page_size"]), (&json!(1), &json!(1)));
    let (_, page) = bench
        .api("GET", "/v1/izi/baskets?page_index=1&page_size=1", &Value::Null)
        .await;
    assert_eq!((&page["content"], &page["total_items"]), (&json!([]), &json!(1)));
    for query in ["page_size=0", "page_size=101", "page_size=x", "page_index=-1"] {
        assert_eq!(
            bench
                .refusal("GET", &format!("/v1/izi/baskets?{query}"), &Value::Null)
                .await,
            (400, json!("BAD_REQUEST")),
            "{query}"
        );
    }
}
