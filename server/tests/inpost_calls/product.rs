//! Products that the app offers by itself, and baskets that begin with one.

use crate::world::inpost::{NUMBER, PRODUCT, assert_fine, assert_refused, call, json_of, shop};
use crate::world::{World, until};
use karfa::checkout::hot_products;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_products_are_listed_by_the_page() {
    let world = shop().await;
    let list = async |query: &str| call(&world, "GET", &format!("/products{query}"), None).await;
    let all = json_of(&list("?page_size=100").await);
    let total = all["total_items"].as_u64().unwrap();
    assert_eq!(
        all["content"].as_array().map(Vec::len),
        usize::try_from(total).ok()
    );
    let mut seen = Vec::new();
    for index in 0..=total / 7 {
        let page = json_of(&list(&format!("?page_index={index}&page_size=7")).await);
        assert_eq!(
            (&page["page_index"], &page["page_size"]),
            (&json!(index), &json!(7))
        );
        seen.extend(page["content"].as_array().unwrap().clone());
    }
    assert_eq!(&seen, all["content"].as_array().unwrap());
    // What is sold as one of its variants is not among them; the variants are.
    let has = |id: &str| seen.iter().any(|product| product["product_id"] == id);
    assert!(has(PRODUCT) && has("skarpety-baca-39-41") && !has("skarpety-baca"));

    let named = json_of(&list(&format!("?product_id[]={PRODUCT}&product_id=unicorn")).await);
    assert_eq!(named["total_items"], 1);
    assert_eq!(named["content"][0]["lowest_price"]["gross"], "139.00");
    let beyond = json_of(&list("?page_index=99").await);
    assert_eq!(
        (&beyond["content"], &beyond["total_items"]),
        (&json!([]), &json!(total))
    );
    for bad in [
        "?page_size=0",
        "?page_size=101",
        "?page_index=-1",
        "?page_size=many",
    ] {
        assert_refused(&list(bad).await, 400, "BAD_REQUEST");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_begins_with_a_product_or_takes_one_more() {
    let world = shop().await;
    let begin = async |product: &str, body: Value| {
        call(&world, "POST", &format!("/basket/product/{product}"), Some(&body)).await
    };
    let phone = json!({"country_prefix": "+48", "phone": "600000321"});
    let begun = begin(PRODUCT, json!({"phone_number": phone})).await;
    assert_fine(&begun);
    let begun = json_of(&begun);
    let basket = begun["basket_id"].as_str().unwrap();
    assert_eq!(begun["products"][0]["product_id"], PRODUCT);
    assert_eq!(begun["summary"]["basket_final_price"]["gross"], "129.00");

    let more = json_of(&begin("mydlo-lanolina", json!({"basket_id": basket})).await);
    assert_eq!(more["basket_id"], basket);
    assert_eq!(more["products"].as_array().unwrap().len(), 2);
    let read = json_of(&call(&world, "GET", &format!("/basket/{basket}"), None).await);
    assert_eq!(read["products"], more["products"]);

    for (product, body, status, code) in [
        ("unicorn", json!({}), 404, "PRODUCT_NOT_FOUND"),
        ("a'b", json!({}), 404, "PRODUCT_NOT_FOUND"),
        ("kilim-pasieka", json!({}), 409, "OUT_OF_STOCK"),
        ("skarpety-baca", json!({}), 409, "PRODUCT_NOT_ADDED"),
        (PRODUCT, json!({"basket_id": "nobodys"}), 404, "BASKET_NOT_FOUND"),
        (PRODUCT, json!({"basket_id": 7}), 400, "MALFORMED_REQUEST"),
    ] {
        assert_refused(&begin(product, body).await, status, code);
    }
}

async fn synced(world: &World) -> hot_products::Synced {
    let shop = world.shop().await;
    let (inpost, facts) = world.account();
    hot_products::sync(shop.as_ref(), &inpost, &facts).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hot_product_of_the_catalogue_is_bought_in_the_app_alone() {
    let world = shop().await;
    let first = synced(&world).await;
    assert!(
        first.added >= 2 && first.changed == 0 && first.removed == 0,
        "{first:?}"
    );
    let second = synced(&world).await;
    assert_eq!(
        (second.added, second.changed, second.removed),
        (0, 0, 0),
        "{second:?}"
    );
    assert_eq!(second.kept, first.added);

    let path = format!("/phone/api/{NUMBER}/products/{PRODUCT}");
    let (status, answer) = world.sandbox("POST", &path, Some(json!({}))).await;
    assert!(status.is_success(), "{status} {answer}");
    // The shop finds out by itself under which id the app has the basket: what changes in the shop reaches it.
    until("the link of the basket", async || {
        let linked =
            "select count(*) from aggregate where kind = 'link' and state like '%\"stage\":\"linked\"%'";
        (world.count(linked).await == 1).then_some(())
    })
    .await;
    let inpost_id = world.phone(NUMBER).await["baskets"][0]["inpost_basket_id"].clone();
    let path = format!(
        "/phone/api/{NUMBER}/baskets/{}/order",
        inpost_id.as_str().unwrap()
    );
    let order = json!({
        "payment_type": "BLIK_CODE",
        "blik_code": "777111",
        "delivery": {"delivery_type": "APM", "delivery_point": "KRA10A"},
        "consents": [
            {"consent_id": "terms", "consent_version": "2026-01", "is_accepted": true},
            {"consent_id": "privacy", "consent_version": "2026-01", "is_accepted": true},
        ],
    });
    let (status, answer) = world.sandbox("POST", &path, Some(order)).await;
    assert!(status.is_success(), "{status} {answer}");
    let paid = "select count(*) from shop_order where paid = 1";
    until("the paid order", async || {
        (world.count(paid).await == 1).then_some(())
    })
    .await;
}
