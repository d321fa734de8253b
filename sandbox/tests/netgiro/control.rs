//! What `/control` and the phone's list know of Netgíró, and what they keep to themselves.

use crate::bench::{Bench, GSM, SSN, cart};
use serde_json::{Value, json};

#[tokio::test]
async fn the_carts_are_listed_with_their_money_and_without_their_people() {
    let bench = Bench::new();
    let paid = bench.insert(&cart(GSM, 0)).await;
    bench.act(GSM, "approve").await;
    let mut other = cart("8220015", 2);
    other["Reference"] = json!("r-2");
    let reserved = bench.insert(&other).await;
    bench.act("8220015", "approve").await;
    let all = bench.tap("GET", "/control/netgiro/carts", &Value::Null).await;
    assert_eq!(
        all.body["totals"],
        json!({"paid": 1000, "reserved": 1000, "refunded": 0})
    );
    let one = bench
        .tap("GET", "/control/netgiro/carts?reference=r-2", &Value::Null)
        .await;
    let carts = one.body["carts"].as_array().unwrap();
    assert_eq!(carts.len(), 1);
    assert_eq!(carts[0]["transaction_id"], json!(reserved));
    assert_eq!(
        (
            &carts[0]["status"],
            &carts[0]["confirmation"],
            &carts[0]["customer"]
        ),
        (&json!("reserved"), &json!("manual"), &json!("gsm"))
    );
    assert_eq!(bench.known(&paid).await["invoice_number"], 100_001);
    assert!(!all.raw.contains(GSM) && !all.raw.contains("8220015"));
}

#[tokio::test]
async fn the_list_of_calls_and_of_held_ones_has_nothing_personal() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.callback", "kind": "hold", "times": 1}))
        .await;
    bench.insert(&cart(SSN, 0)).await;
    let code = bench.only_item(GSM).await["code"].as_str().unwrap().to_owned();
    bench.act(GSM, "reject").await;
    bench.insert(&cart(GSM, 1)).await;
    bench.act(GSM, "approve").await;
    bench.call("InsertCart", &cart("8220011", 0)).await;
    let calls = bench.tap("GET", "/control/calls", &Value::Null).await;
    let held = bench.tap("GET", "/control/held", &Value::Null).await;
    assert_eq!(held.body["held"].as_array().unwrap().len(), 1);
    let list = calls.body["calls"].as_array().unwrap();
    let refused = list.iter().find(|call| call["error_code"] == "10302").unwrap();
    assert_eq!(
        (&refused["call"], &refused["route"]),
        (&json!("netgiro.insert_cart"), &json!("/v1/Checkout/InsertCart"))
    );
    for text in [&calls.raw, &held.raw] {
        for secret in [GSM, SSN, code.as_str(), "8220011", "991100-123"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn the_list_of_phones_has_those_that_wait_and_those_that_are_special() {
    let bench = Bench::new();
    bench.insert(&cart(GSM, 0)).await;
    bench.insert(&cart(SSN, 0)).await;
    let phones = bench.tap("GET", "/phone/api", &Value::Null).await.body;
    assert_eq!(phones["phones"], json!([{"number": GSM, "waiting": 2}]));
    let special = phones["special"].as_array().unwrap();
    assert!(special.iter().any(|one| one["number"] == "8220002"));
}

#[tokio::test]
async fn a_reset_forgets_carts_and_nonces() {
    let bench = Bench::new();
    let id = bench.insert(&cart(GSM, 0)).await;
    assert_eq!(bench.tap("POST", "/control/reset", &json!({})).await.status, 204);
    assert_eq!(bench.check(&id).await, (false, 10201));
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
}
