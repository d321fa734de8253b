//! Nothing personal and nothing secret is ever logged, at any level.

use crate::bench::{Bench, PHONE, Say};
use serde_json::json;

#[tokio::test]
async fn no_number_name_token_secret_or_id_is_logged() {
    let bench = Bench::new().await;
    let id = bench.push("basket-of-hers").await;
    bench.shop.next("/confirmation", Say::Nothing);
    bench
        .answer(&id, &json!({"action": "approve", "trust_browser": true}))
        .await;
    let screen = bench.phone().await;
    let inpost_basket_id = screen["baskets"][0]["inpost_basket_id"].as_str().unwrap();
    bench
        .shop
        .next("/event", Say::Answer(200, json!({"nonsense": PHONE})));
    let order = json!({"payment_type": "BLIK_CODE", "blik_code": "777111"});
    bench
        .tap(
            "POST",
            &format!("/phone/api/{PHONE}/baskets/{inpost_basket_id}/order"),
            &order,
        )
        .await;
    bench
        .api("PUT", "/v1/izi/basket/basket-of-hers", &json!({"summary": PHONE}))
        .await;

    // Every test of this suite logs into the same place: what any of them says counts.
    let log = crate::log::everything();
    assert!(log.contains("inpost.binding.start"), "calls are logged: {log}");
    let person = &screen["person"];
    let browser_id = bench.shop.last("/confirmation").body["browser"]["browser_id"].clone();
    for personal in [
        PHONE,
        "600000000",
        "777111",
        "karfa-demo-secret",
        "karfa-demo-merchant-secret",
        "Bearer",
        "basket-of-hers",
        inpost_basket_id,
        browser_id.as_str().unwrap(),
        person["surname"].as_str().unwrap(),
        person["mail"].as_str().unwrap(),
    ] {
        assert!(!log.contains(personal), "{personal} is in the log: {log}");
    }
}
