//! The front page: what it tells of the accounts is true, and the manual comes with it.

use crate::bench::{Bench, NORWEGIAN};
use axum::body::Body;
use http::Request;
use serde_json::Value;

async fn accounts(bench: &Bench) -> Vec<Value> {
    let request = Request::get("/accounts").header("host", "sandbox.test:9999");
    let (status, _, text) = bench.raw(request, Body::empty()).await;
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The arguments of a line for the shell.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    let words = pieces.flat_map(|(at, piece)| {
        let quoted = at % 2 == 1;
        let parts: Vec<String> = if quoted {
            vec![piece.to_owned()]
        } else {
            piece.split_whitespace().map(str::to_owned).collect()
        };
        parts
    });
    words.collect()
}

#[tokio::test]
async fn the_first_call_of_every_wallet_works_as_it_stands_there() {
    let bench = Bench::new();
    let all = accounts(&bench).await;
    let wallets: Vec<&Value> = all.iter().map(|account| &account["wallet"]).collect();
    assert_eq!(wallets, ["inpost", "vipps", "netgiro"]);
    for account in &all {
        let line = account["first_call"].as_str().unwrap();
        let words = words(line);
        let url = words
            .iter()
            .find(|word| word.starts_with("http://sandbox.test:9999/"));
        let mut request = Request::post(url.unwrap_or_else(|| panic!("an address in {line}")));
        let mut data = Vec::new();
        for pair in words.windows(2) {
            match pair[0].as_str() {
                "-H" => {
                    let (name, value) = pair[1].split_once(": ").unwrap();
                    request = request.header(name, value);
                }
                "-d" => data.push(pair[1].clone()),
                _ => {}
            }
        }
        // As curl does with -d.
        request = request.header("content-type", "application/x-www-form-urlencoded");
        let (status, _, text) = bench.raw(request, Body::from(data.join("&"))).await;
        assert_eq!(status, 200, "{line}: {text}");
    }
}

#[tokio::test]
async fn every_customer_has_a_phone_and_every_address_is_the_caller_s_own() {
    let bench = Bench::new();
    for account in accounts(&bench).await {
        let customers = account["customers"].as_array().unwrap();
        assert!(customers.len() > 5, "{account}");
        for customer in customers {
            let number = customer["number"].as_str().unwrap();
            assert!(
                bench.phone(number).await["person"]["name"].is_string(),
                "{number}"
            );
        }
        let addresses = account["addresses"].as_array().unwrap().iter();
        let mut ours = addresses.filter(|address| address["what"] != "Calls your shop at");
        assert!(
            ours.all(|address| address["value"]
                .as_str()
                .unwrap()
                .starts_with("http://sandbox.test:9999/")),
            "{account}"
        );
    }
    let vipps = &accounts(&bench).await[1];
    assert_eq!(vipps["customers"][0]["number"], NORWEGIAN);
    let fates = vipps["fates"].as_array().unwrap();
    assert!(
        fates
            .iter()
            .any(|fate| fate["value"] == "151" && fate["what"] == "insufficient-funds")
    );
}

#[tokio::test]
async fn the_manual_is_served_with_the_caller_s_own_address() {
    let bench = Bench::new();
    let request = Request::get("/README.md").header("host", "sandbox.test:9999");
    let (status, kind, text) = bench.raw(request, Body::empty()).await;
    assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
    assert!(text.starts_with("# The sandbox"));
    assert!(text.contains("http://sandbox.test:9999/phone") && !text.contains("127.0.0.1:8090"));
}

#[tokio::test]
async fn what_is_nowhere_says_where_things_are() {
    let bench = Bench::new();
    for path in ["/nothing", "/api", "/inpostt/auth/token"] {
        let (status, kind, text) = bench.raw(Request::get(path), Body::empty()).await;
        assert_eq!(
            (status, kind.as_str()),
            (404, "application/problem+json"),
            "{path}"
        );
        assert!(text.contains("/vipps"), "{text}");
    }
}
