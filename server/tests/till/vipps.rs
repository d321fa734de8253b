//! Vipps MobilePay, from the first scan to the last refund.

use crate::desk::{Desk, assert_money, tap, two_branches};
use crate::world::World;
use serde_json::{Value, json};

const NUMBER: &str = "4791234567";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_on_the_screen_is_scanned_and_paid() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    let sale = desk.ring_up("skyr-plain", 2).await;
    let total = sale["total_minor"].as_i64().unwrap();
    let sale = desk.ask_for_payment("vipps", json!({"by_code": true})).await;
    assert_eq!(sale["payment"]["phase"], "awaiting_customer", "{sale:#}");
    let link = sale["payment"]["code_to_scan"].as_str().unwrap();
    let (status, scanned) = world
        .sandbox(
            "POST",
            &format!("/phone/api/{NUMBER}/scan"),
            Some(json!({"link": link})),
        )
        .await;
    assert!(status.is_success(), "{scanned}");
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_money(&world, &sale, total, 0).await;
    desk.press("/sale/finish").await;
    assert_eq!(desk.sale().await, Value::Null);
}
