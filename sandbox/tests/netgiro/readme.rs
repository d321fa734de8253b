//! The README against the emulation.

use crate::bench::{Bench, GSM, KEY, SECRET};
use http::Request;
use serde_json::{Value, json};

const README: &str = include_str!("../../README.md");

/// The first body that stands in single quotes behind these words.
fn example(words: &str) -> Value {
    let begin = format!("{words} '");
    let rest = README.split(&begin).nth(1).expect("an example");
    serde_json::from_str(rest.split('\'').next().unwrap()).unwrap()
}

/// Approves what is asked for under this id, as the examples do.
async fn approve(bench: &Bench, id: &str) {
    let path = format!("/phone/api/{GSM}/inbox/{id}");
    let answer = bench.tap("POST", &path, &json!({"action": "approve"})).await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
}

#[tokio::test]
async fn the_readme_s_cart_is_paid_on_the_phone_under_its_own_id() {
    let bench = Bench::new();
    let id = bench.insert(&example("netgiro InsertCart")).await;
    assert_eq!(bench.check(&id).await, (false, 10425));
    approve(&bench, &id).await;
    assert_eq!(bench.check(&id).await, (true, 10200));
}

#[tokio::test]
async fn the_readme_s_payment_of_the_second_generation_is_confirmed() {
    let bench = Bench::new();
    let body = example("netgiro2 checkout/payment -d").to_string();
    let request = Request::post("/netgiro/v2/checkout/payment").header("x-netgiro-api-key", KEY);
    let answer = bench.send(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.body["Status"], "Pending", "{}", answer.raw);
    let id = answer.body["TransactionId"].as_str().unwrap();
    approve(&bench, id).await;
    let request = Request::get(format!("/netgiro/v2/checkout/status/{id}")).header("x-netgiro-api-key", KEY);
    let answer = bench.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.body["Status"], "Confirmed", "{}", answer.raw);
}

#[test]
fn the_account_of_the_readme_is_the_one_that_works() {
    for text in [KEY, SECRET] {
        assert!(README.contains(text));
    }
}
