//! Merchant callback codes: the customer scans one, and the merchant hears who stands there.

use crate::bench::{Answer, Bench, MSN, PHONE, push};
use serde_json::{Value, json};

const PATH: &str = "/qr/v1/merchant-callback";

async fn put(bench: &Bench, id: &str, body: &Value) -> Answer {
    bench
        .send(bench.request("PUT", &format!("{PATH}/{id}")), body)
        .await
}

/// A code at the till, scanned by the ordinary customer: the customer token that the merchant hears.
async fn checked_in(bench: &Bench) -> String {
    bench
        .register("http://shop.test/hooks", &["user.checked-in.v1"])
        .await;
    assert_eq!(
        put(bench, "till-1", &json!({"locationDescription": "Till 1"}))
            .await
            .status,
        204
    );
    let content = bench.get(&format!("{PATH}/till-1")).await.body["qrContent"].clone();
    let (status, body) = bench
        .phone(PHONE, "POST", "/scan", &json!({ "link": content }))
        .await;
    assert_eq!(
        (status, body),
        (200, json!({"state": "CHECKED_IN", "location": "Till 1"}))
    );
    let heard = bench.merchant.wait_for(1).await;
    let body = &heard[0].body;
    assert_eq!(
        (&body["merchantQrId"], &body["msn"]),
        (&json!("till-1"), &json!(MSN))
    );
    assert_eq!(body["initiatedAt"], "2026-01-31T12:00:00Z");
    body["customerToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn codes_are_made_changed_listed_and_deleted() {
    let bench = Bench::new().await;
    assert_eq!(bench.get(PATH).await.body, json!([]));
    put(&bench, "till-1", &json!({"locationDescription": "Till 1"})).await;
    let made = bench.get(&format!("{PATH}/till-1")).await.body;
    put(&bench, "till-1", &json!({"locationDescription": "By the door"})).await;
    let listed = bench.get(PATH).await.body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["locationDescription"], "By the door");
    assert_eq!(
        listed[0]["qrContent"], made["qrContent"],
        "the printed code stays good"
    );
    let image = listed[0]["qrImageUrl"].as_str().unwrap();
    assert!(
        image.starts_with("http://sandbox.test:8090/vipps/qr-images/"),
        "{image}"
    );

    let delete = || bench.request("DELETE", "/qr/v1/merchant-callback/till-1");
    assert_eq!(bench.send(delete(), &Value::Null).await.status, 204);
    let gone = bench.send(delete(), &Value::Null).await;
    assert_eq!((gone.status, gone.body["title"].is_string()), (404, true));
    let link = json!({"link": made["qrContent"]});
    assert_eq!(bench.phone(PHONE, "POST", "/scan", &link).await.0, 404);
}

#[tokio::test]
async fn a_code_that_is_not_well_described_is_refused_in_its_shape() {
    let bench = Bench::new().await;
    for (id, body, wrong) in [
        ("till-1", json!({}), "locationDescription"),
        (
            "till-1",
            json!({"locationDescription": ""}),
            "locationDescription",
        ),
        (
            "till-1",
            json!({"locationDescription": "x".repeat(37)}),
            "locationDescription",
        ),
        (
            "till-1",
            json!({"locationDescription": "Till", "floor": 2}),
            "floor",
        ),
        ("till%201", json!({"locationDescription": "Till"}), "merchantQrId"),
    ] {
        let answer = put(&bench, id, &body).await;
        assert_eq!(
            (answer.status, &answer.body["invalidParams"][0]["name"]),
            (400, &json!(wrong)),
            "{body}"
        );
        assert!(answer.body["detail"].is_string() && answer.body["instance"].is_string());
    }
    assert_eq!(
        put(&bench, "till-1", &json!({"locationDescription": "x".repeat(36)}))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_check_in_gives_a_token_for_number_payment_and_login() {
    let bench = Bench::new().await;
    let token = checked_in(&bench).await;
    let asked = json!({"customer": {"customerToken": token}, "requestedData": ["MSISDN"]});
    let answer = bench.post("/qr/v1/exchange/customer", &asked).await;
    assert_eq!((answer.status, &answer.body["msisdn"]), (200, &json!(PHONE)));

    let mut body = push("k-100000", 25_000);
    body["customer"] = json!({"customerToken": token});
    assert_eq!(bench.create(&body).await.status, 201);
    assert_eq!(bench.inbox(PHONE).await[0]["reference"], "k-100000");
    let hint = format!("urn:customer-token:{token}");
    assert_eq!(
        bench.start_login(PHONE, &[("login_hint", &hint)]).await.status,
        200
    );
    assert_eq!(bench.inbox(PHONE).await[0]["kind"], "consent");
}

#[tokio::test]
async fn a_customer_token_lives_for_fifteen_minutes() {
    let bench = Bench::new().await;
    let token = checked_in(&bench).await;
    let asked = json!({"customer": {"customerToken": token}, "requestedData": ["MSISDN"]});
    bench.move_clock(899).await;
    assert_eq!(bench.post("/qr/v1/exchange/customer", &asked).await.status, 200);
    bench.move_clock(1).await;
    let answer = bench.post("/qr/v1/exchange/customer", &asked).await;
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (400, "customer.customerToken")
    );
    let mut body = push("k-100000", 25_000);
    body["customer"] = json!({"customerToken": token});
    assert_eq!(bench.create(&body).await.error(), "4050");
}

#[tokio::test]
async fn the_exchange_of_a_token_is_checked_field_by_field() {
    let bench = Bench::new().await;
    for (body, wrong) in [
        (json!({"requestedData": ["MSISDN"]}), "customer"),
        (
            json!({"customer": {}, "requestedData": ["MSISDN"]}),
            "customer.customerToken",
        ),
        (json!({"customer": {"customerToken": "x"}}), "requestedData"),
        (
            json!({"customer": {"customerToken": "x"}, "requestedData": ["NAME"]}),
            "requestedData",
        ),
    ] {
        let answer = bench.post("/qr/v1/exchange/customer", &body).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, wrong), "{body}");
    }
}
