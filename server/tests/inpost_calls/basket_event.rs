//! The app's changes of a basket.

use crate::world::assert_nothing_changed;
use crate::world::inpost::{NUMBER, PRODUCT, assert_fine, call, json_of, pieces, quantity, shop};
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
