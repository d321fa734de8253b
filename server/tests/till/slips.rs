//! A scanner types into whatever field has the focus: a barcode of goods is no code of a customer's, wherever it lands.

use crate::desk::{Desk, request_on_phone};
use crate::netgiro_desk::{carts_of, kennitala, reykjavik};
use crate::world::World;
use serde_json::{Value, json};

/// A barcode of the demo's goods.
const MITTENS: &str = "2040000000011";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_barcode_where_a_code_of_a_message_is_wanted_is_no_try() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let ssn = kennitala(2);
    desk.identify("national_id", &ssn).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "manual"}))
        .await;
    desk.until_phase("awaiting_code").await;
    request_on_phone(&world, &format!("6{}", &ssn[4..]), "sms").await;
    for _ in 0..3 {
        let entry = Some(json!({"code": MITTENS}));
        assert_eq!(desk.refused("POST", "/sale/payment/code", entry).await, "code");
    }
    let sale = desk.sale().await;
    assert_eq!(sale["payment"]["phase"], "awaiting_code");
    assert_eq!(sale["payment"]["wrong_codes"], 0, "{sale:#}");
    assert_eq!(carts_of(&world, &sale).await[0]["wrong_codes"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_barcode_where_a_customer_is_named_names_nobody() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    for (kind, code) in [
        ("app_code", "app_code"),
        ("national_id", "national_id"),
        ("phone", "phone_too_long"),
    ] {
        let who = Some(json!({"kind": kind, "text": MITTENS}));
        assert_eq!(desk.refused("POST", "/sale/customer", who).await, code);
    }
    assert_eq!(desk.sale().await["customer"], Value::Null);
    // Scanned past the fields it is what it is.
    let scan = json!({"request_id": "a-scan-of-goods", "text": MITTENS});
    let scanned = desk.insist("POST", "/sale/scan", Some(scan)).await;
    assert_eq!(scanned["was"], "good");
}
