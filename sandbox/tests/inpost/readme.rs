//! The README against the sandbox: whoever adds a call or a fault says so there.

use crate::bench::{Bench, PHONE, by_link};
use serde_json::{Value, json};

const README: &str = include_str!("../../README.md");

#[tokio::test]
async fn every_call_and_every_kind_of_fault_stands_in_the_readme() {
    let bench = Bench::new().await;
    let (_, known) = bench.tap("GET", "/control/faults", &Value::Null).await;
    for name in ["calls", "kinds"] {
        let words = known[name].as_array().unwrap();
        assert!(words.len() > 10, "{words:?}");
        for word in words {
            let quoted = format!("`{}`", word.as_str().unwrap());
            assert!(README.contains(&quoted), "{quoted} is not in the README");
        }
    }
}

#[tokio::test]
async fn every_number_and_everything_on_the_screen_stands_in_the_readme() {
    let bench = Bench::new().await;
    let (_, phones) = bench.tap("GET", "/phone/api", &Value::Null).await;
    for special in phones["special"].as_array().unwrap() {
        let digits = special["number"].as_str().unwrap();
        let written = if digits.len() == 7 {
            format!("{} {}", &digits[..3], &digits[3..])
        } else {
            format!(
                "+{} {} {} {}",
                &digits[..2],
                &digits[2..5],
                &digits[5..8],
                &digits[8..]
            )
        };
        assert!(README.contains(&written), "{written} is not in the README");
    }
    for list in [
        "inbox",
        "baskets",
        "orders",
        "hot_products",
        "notices",
        "trusted_browsers",
        "person",
        "signed_in",
    ] {
        assert!(
            README.contains(&format!("`{list}`")),
            "{list} is not in the README"
        );
        assert!(
            bench.phone().await.get(list).is_some(),
            "{list} is not on the screen"
        );
    }
}

/// The bodies of the README's examples, from between `-d '` and `'`.
fn bodies() -> impl Iterator<Item = Value> {
    let examples = README.split("-d '").skip(1);
    examples.filter_map(|rest| serde_json::from_str(rest.split('\'').next()?).ok())
}

#[tokio::test]
async fn the_readmes_examples_are_accepted() {
    let bench = Bench::new().await;
    let with = |name: &str| {
        let found: Vec<Value> = bodies().filter(|body| body.get(name).is_some()).collect();
        assert!(!found.is_empty(), "no example has {name}");
        found
    };
    for fault in with("call") {
        assert_eq!(
            bench.tap("POST", "/control/faults", &fault).await.0,
            201,
            "{fault}"
        );
    }
    assert_eq!(bench.tap("DELETE", "/control/faults", &Value::Null).await.0, 204);
    for binding in with("binding_method") {
        let path = "/v1/izi/basket/b-9/binding";
        let (status, answer) = bench.api("POST", path, &binding).await;
        assert_eq!((status.as_u16(), answer.get("qr_code").is_some()), (200, true));
        assert_eq!(binding["binding_method"], by_link()["binding_method"]);
    }
    for products in with("content") {
        assert_eq!(
            bench.api("POST", "/v1/izi/products", &products).await.0,
            200,
            "{products}"
        );
    }
    let id = bench.link().await;
    for event in with("event_type") {
        let path = format!("/phone/api/{PHONE}/baskets/{id}/events");
        assert_eq!(bench.tap("POST", &path, &event).await.0, 200, "{event}");
    }
    for order in with("payment_type") {
        let path = format!("/phone/api/{PHONE}/baskets/{id}/order");
        assert_eq!(bench.tap("POST", &path, &order).await.0, 200, "{order}");
    }
    let trusting = json!({"action": "approve", "trust_browser": true});
    assert!(with("action").contains(&trusting), "no example trusts a browser");
}
