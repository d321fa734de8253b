//! Personal codes: shown on the phone, scanned in the shop.

use crate::bench::{Bench, PHONE};
use serde_json::{Value, json};

const EXCHANGE: &str = "/qr/v1/exchange";

#[tokio::test]
async fn a_scanned_code_is_exchanged_for_the_number_as_often_as_one_likes() {
    let bench = Bench::new().await;
    let code = bench.personal_qr().await;
    assert!(code.starts_with("https://qr.vipps.no/p/"), "{code}");
    for asked in [
        json!({"qrCode": code}),
        json!({"qrCode": code, "requestedData": ["MSISDN"]}),
    ] {
        let answer = bench.post(EXCHANGE, &asked).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            answer.body,
            json!({"msisdn": PHONE, "version": "2.0", "timestamp": 1_769_860_800})
        );
    }
}

#[tokio::test]
async fn a_code_ends_after_five_minutes_and_the_phone_shows_another() {
    let bench = Bench::new().await;
    let code = bench.personal_qr().await;
    bench.move_clock(299).await;
    assert_eq!(bench.personal_qr().await, code);
    assert_eq!(bench.post(EXCHANGE, &json!({"qrCode": code})).await.status, 200);
    bench.move_clock(1).await;
    assert_eq!(bench.post(EXCHANGE, &json!({"qrCode": code})).await.status, 400);
    let next = bench.personal_qr().await;
    assert_ne!(next, code);
    assert_eq!(bench.post(EXCHANGE, &json!({"qrCode": next})).await.status, 200);
}

#[tokio::test]
async fn the_phone_makes_a_fresh_code_on_wish_and_the_old_one_still_counts() {
    let bench = Bench::new().await;
    let old = bench.personal_qr().await;
    bench.advance(1);
    let (status, body) = bench.phone(PHONE, "POST", "/personal-qr", &Value::Null).await;
    assert_eq!(
        (status, &body["personal_qr_expires_at"]),
        (200, &json!("2026-01-31T12:05:01Z"))
    );
    let fresh = body["personal_qr"].as_str().unwrap().to_owned();
    assert_ne!(fresh, old);
    assert_eq!(bench.personal_qr().await, fresh);
    for code in [old, fresh] {
        assert_eq!(bench.post(EXCHANGE, &json!({"qrCode": code})).await.status, 200);
    }
}

#[tokio::test]
async fn a_code_of_the_first_version_has_the_number_in_clear_text() {
    let bench = Bench::new().await;
    let code = "https://qr.vipps.no/28/2/01/031/4712345678?v=1";
    let answer = bench.post(EXCHANGE, &json!({"qrCode": code})).await;
    assert_eq!(
        (answer.status, answer.body),
        (200, json!({"msisdn": "4712345678", "version": "1.0"}))
    );
}

#[tokio::test]
async fn what_is_no_whole_code_of_a_customer_is_refused_in_one_shape() {
    let bench = Bench::new().await;
    let code = bench.personal_qr().await;
    let damaged = &code[..code.len() - 1];
    for content in [
        damaged,
        "https://qr.vipps.no/p/",
        "https://qr.vipps.no/p/0123456789abcdef0123456789abcdef",
        "https://qr.vipps.no/28/2/01/031/4712345678",
        "https://qr.vipps.no/28/2/01/031/12?v=1",
        "https://qr.vipps.no/28/2/01/031/4790000001?v=1",
        // MobilePay's codes are always tokenised.
        "https://qr.vipps.no/28/2/01/031/4512345678?v=1",
        "https://qr.vipps.no/28/2/01/031/358401234567?v=1",
        "https://example.com/p/0123456789abcdef",
        "5701234567899",
        "",
    ] {
        let answer = bench.post(EXCHANGE, &json!({"qrCode": content})).await;
        assert_eq!(answer.status, 400, "{content}");
        assert_eq!(answer.body["status"], 400);
        assert!(answer.body["title"].is_string() && answer.body["detail"].is_string());
        let wrong =
            json!([{"name": "qrCode", "reason": "The complete data contained in the QR code is required."}]);
        assert_eq!(answer.body["extraDetails"], wrong, "{content}");
    }
    for (body, name) in [
        (json!({}), "qrCode"),
        (json!({"qrCode": code, "colour": 1}), "colour"),
        (
            json!({"qrCode": code, "requestedData": ["NAME"]}),
            "requestedData",
        ),
        (json!({"qrCode": 7}), "qrCode"),
    ] {
        let answer = bench.post(EXCHANGE, &body).await;
        assert_eq!(
            (answer.status, &answer.body["extraDetails"][0]["name"]),
            (400, &json!(name)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn who_has_no_app_shows_no_code() {
    let bench = Bench::new().await;
    for number in ["4790000001", "8223281"] {
        let (_, body) = bench.phone(number, "GET", "", &Value::Null).await;
        assert_eq!(body["personal_qr"], Value::Null, "{number}");
    }
    for number in ["4512345678", "358401234567"] {
        let (_, body) = bench.phone(number, "GET", "", &Value::Null).await;
        let answer = bench
            .post(EXCHANGE, &json!({"qrCode": body["personal_qr"]}))
            .await;
        assert_eq!(answer.body["msisdn"], number);
    }
}

#[tokio::test]
async fn a_payment_takes_the_code_itself() {
    let bench = Bench::new().await;
    let code = bench.personal_qr().await;
    let mut body = crate::bench::push("k-100000", 25_000);
    body["customer"] = json!({"personalQr": code});
    assert_eq!(bench.create(&body).await.status, 201);
    assert_eq!(bench.inbox(PHONE).await[0]["reference"], "k-100000");

    bench.move_clock(300).await;
    body["reference"] = json!("k-200000");
    let answer = bench.create(&body).await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "4060"));
}
