//! One inbox, and taps that reach the wallet whose request it is.

use crate::bench::{Bench, ICELANDIC, NORWEGIAN};
use serde_json::json;

#[tokio::test]
async fn requests_of_several_wallets_wait_side_by_side_and_a_tap_reaches_its_own() {
    let bench = Bench::new();
    bench.asks_to_link("+47", "91234567").await;
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    let link = bench.item(NORWEGIAN, "inpost").await;
    let payment = bench.item(NORWEGIAN, "vipps").await;
    assert_eq!(
        (&link["kind"], &payment["kind"]),
        (&json!("link"), &json!("payment"))
    );

    let (status, _, answer) = bench
        .tap(NORWEGIAN, &link["id"], &json!({"action": "reject"}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(bench.item(NORWEGIAN, "vipps").await["id"], payment["id"]);
    let (status, _, answer) = bench
        .tap(NORWEGIAN, &payment["id"], &json!({"action": "approve"}))
        .await;
    assert_eq!((status, &answer["state"]), (200, &json!("AUTHORIZED")));
    assert_eq!(bench.phone(NORWEGIAN).await["inbox"], json!([]));
}

#[tokio::test]
async fn a_payment_shows_who_asks_how_much_and_what_for() {
    let bench = Bench::new();
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    let payment = bench.item(NORWEGIAN, "vipps").await;
    assert_eq!(payment["amount"], json!({"currency": "NOK", "value": 34900}));
    assert_eq!(payment["description"], "Till 1");
    assert_eq!(
        payment["lines"],
        json!([{"name": "Wool", "quantity": "0.450", "unit": "KG", "value": 34900}])
    );
    assert_eq!(payment["opened"], false);
    for member in ["id", "title", "text", "shop", "received_at", "expires_at"] {
        assert!(
            payment[member].as_str().is_some_and(|text| !text.is_empty()),
            "{member}"
        );
    }

    bench.asks_for_kronur(ICELANDIC, 12990).await;
    let payment = bench.item(ICELANDIC, "netgiro").await;
    assert_eq!(payment["amount"], json!({"currency": "ISK", "value": 12990}));
    assert!(payment["shop"].is_string() && payment["expires_at"].is_string());
}

#[tokio::test]
async fn seven_digits_and_the_whole_icelandic_number_are_the_same_phone() {
    let bench = Bench::new();
    bench.asks_for_kronur(ICELANDIC, 1000).await;
    let whole = format!("354{ICELANDIC}");
    let payment = bench.item(&whole, "netgiro").await;
    assert_eq!(payment, bench.item(ICELANDIC, "netgiro").await);
    let screen = bench.phone(&whole).await;
    assert_eq!(screen["app_code"], bench.phone(ICELANDIC).await["app_code"]);
    assert_eq!(screen["wallets"], json!(["netgiro"]));
    let (status, _, answer) = bench
        .tap(&whole, &payment["id"], &json!({"action": "approve"}))
        .await;
    assert_eq!((status, &answer["state"]), (200, &json!("paid")));
    assert_eq!(bench.phone(ICELANDIC).await["inbox"], json!([]));
}

#[tokio::test]
async fn nobody_answers_what_is_on_another_phone_or_nowhere() {
    let bench = Bench::new();
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    bench.asks_for_kronur(ICELANDIC, 1000).await;
    let vipps = bench.item(NORWEGIAN, "vipps").await;
    let netgiro = bench.item(ICELANDIC, "netgiro").await;
    let nowhere = json!("00000000-0000-0000-0000-000000000000");
    for (phone, id) in [
        ("4799999999", &vipps["id"]),
        (ICELANDIC, &vipps["id"]),
        ("6112346", &netgiro["id"]),
        (NORWEGIAN, &nowhere),
    ] {
        let (status, kind, problem) = bench.tap(phone, id, &json!({"action": "approve"})).await;
        assert_eq!((status, kind.as_str()), (410, "application/problem+json"));
        assert_eq!(problem["code"], "request-gone");
        assert!(problem["detail"].as_str().unwrap().ends_with('.'), "{problem}");
    }
    assert_eq!(bench.item(NORWEGIAN, "vipps").await["id"], vipps["id"]);
    assert_eq!(bench.item(ICELANDIC, "netgiro").await["id"], netgiro["id"]);
}

#[tokio::test]
async fn a_tap_that_there_is_not_is_told_in_a_sentence_and_changes_nothing() {
    let bench = Bench::new();
    bench.asks_to_link("+47", "91234567").await;
    bench.asks_to_pay(NORWEGIAN, 34900).await;
    bench.asks_for_kronur(ICELANDIC, 1000).await;
    for (phone, provider) in [
        (NORWEGIAN, "inpost"),
        (NORWEGIAN, "vipps"),
        (ICELANDIC, "netgiro"),
    ] {
        let item = bench.item(phone, provider).await;
        for tap in [
            json!({"action": "tickle"}),
            json!({"act": "approve"}),
            json!("approve"),
        ] {
            let (status, kind, problem) = bench.tap(phone, &item["id"], &tap).await;
            assert_eq!(
                (status, kind.as_str()),
                (422, "application/problem+json"),
                "{provider} {tap}"
            );
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("approve"), "{provider} {tap}: {detail}");
        }
        assert_eq!(bench.item(phone, provider).await, item);
    }
}
