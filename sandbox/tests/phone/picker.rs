//! The list of phones to pick from.

use crate::bench::{Bench, ICELANDIC, NORWEGIAN};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn the_list_names_the_phones_of_every_wallet_that_wait_and_that_fail() {
    let bench = Bench::new();
    bench.asks_to_link("+48", "600000000").await;
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    bench.asks_to_pay(NORWEGIAN, 35000).await;
    bench.asks_for_kronur(ICELANDIC, 1000).await;
    let (_, _, text) = bench.raw(Request::get("/phone/api"), Body::empty()).await;
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        list["phones"],
        json!([
            {"number": "48600000000", "waiting": 1},
            {"number": NORWEGIAN, "waiting": 2},
            {"number": ICELANDIC, "waiting": 1},
        ])
    );
    let special: Vec<&str> = list["special"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["number"].as_str().unwrap())
        .collect();
    for number in ["48500000001", "4790000001", "8220002"] {
        assert!(special.contains(&number), "{number} of {special:?}");
    }
}

#[tokio::test]
async fn a_phone_on_which_several_wallets_wait_is_listed_once() {
    let bench = Bench::new();
    bench.asks_to_link("+47", "91234567").await;
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    bench.asks_to_pay("3546112345", 35000).await;
    bench.asks_for_kronur(ICELANDIC, 1000).await;
    let (_, _, text) = bench.raw(Request::get("/phone/api"), Body::empty()).await;
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        list["phones"],
        json!([{"number": NORWEGIAN, "waiting": 2}, {"number": "3546112345", "waiting": 2}])
    );
}

#[tokio::test]
async fn a_phone_is_of_its_country_in_name_and_wallets() {
    let bench = Bench::new();
    for (number, country, wallets) in [
        ("48600000000", "PL", json!(["inpost"])),
        (NORWEGIAN, "NO", json!(["vipps"])),
        ("4520123456", "DK", json!(["vipps"])),
        ("358401234567", "FI", json!(["vipps"])),
        (ICELANDIC, "IS", json!(["netgiro"])),
    ] {
        let screen = bench.phone(number).await;
        assert_eq!(screen["person"]["address"]["country_code"], country);
        assert_eq!(screen["wallets"], wallets);
    }
}
