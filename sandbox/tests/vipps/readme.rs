//! The README against the emulation.

use crate::bench::{Bench, PHONE};
use serde_json::Value;

const README: &str = include_str!("../../README.md");

/// The bodies of the examples: what stands between `-d '` and the next quote.
fn bodies() -> impl Iterator<Item = Value> {
    let pieces = README.split("-d '").skip(1);
    pieces.filter_map(|piece| serde_json::from_str(piece.split('\'').next()?).ok())
}

fn example(name: &str) -> Value {
    bodies()
        .find(|body| body.get(name).is_some())
        .expect("an example")
}

#[tokio::test]
async fn the_readme_s_payment_is_made_paid_and_captured() {
    let bench = Bench::new().await;
    let body = example("userFlow");
    let answer = bench.create(&body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(body["customer"]["phoneNumber"], PHONE);
    bench.answer("approve").await;
    let path = format!(
        "/epayment/v1/payments/{}/capture",
        body["reference"].as_str().unwrap()
    );
    let captured = bench.keyed("c", &path, &example("modificationAmount")).await;
    assert_eq!(captured.status, 200, "{captured:?}");
    assert_eq!(captured.body["aggregate"]["capturedAmount"], body["amount"]);
}

#[tokio::test]
async fn the_accounts_of_the_readme_are_those_that_work() {
    let bench = Bench::new().await;
    let section = README.split("## Vipps MobilePay").nth(1).expect("the section");
    for msn in ["123456", "123457", "123458", "123459"] {
        let request = bench.request_of(msn, "GET", "/webhooks/v1/webhooks");
        assert_eq!(bench.send(request, &Value::Null).await.status, 200);
        assert!(section.contains(&format!("`{msn}`")), "{msn}");
    }
    for value in [
        crate::bench::CLIENT_ID,
        crate::bench::CLIENT_SECRET,
        crate::bench::SUBSCRIPTION_KEY,
    ] {
        assert!(section.contains(&format!("`{value}`")), "{value}");
    }
}
