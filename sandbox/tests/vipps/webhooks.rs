//! Registering webhooks, and what comes to them: payload and signature.

use crate::bench::{Bench, Heard, MSN, WEBHOOK_URL, push};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};

/// The signature that a call should have, by the letter of the contract.
fn signature(heard: &Heard, secret: &str) -> String {
    let header = |name: &str| heard.headers.get(name).unwrap().to_str().unwrap();
    let text = format!(
        "POST\n/vipps/webhooks?store=1\n{};{};{}",
        header("x-ms-date"),
        header("host"),
        header("x-ms-content-sha256")
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

fn content_hash(heard: &Heard) -> String {
    STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, &heard.raw))
}

fn given_signature(heard: &Heard) -> String {
    let authorization = heard.headers.get("authorization").unwrap().to_str().unwrap();
    let begins = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";
    authorization
        .strip_prefix(begins)
        .expect("the contract's form")
        .to_owned()
}

#[tokio::test]
async fn a_secret_is_shown_once_and_a_deleted_webhook_hears_nothing() {
    let bench = Bench::new().await;
    let (id, secret) = bench
        .register(WEBHOOK_URL, &["epayments.payment.created.v1"])
        .await;
    assert_eq!(STANDARD.decode(&secret).unwrap().len(), 64);
    let listed = bench.get("/webhooks/v1/webhooks").await.body;
    assert_eq!(
        listed,
        json!({"webhooks": [{"id": id, "url": WEBHOOK_URL, "events": ["epayments.payment.created.v1"]}]})
    );
    let other = bench
        .send(
            bench.request_of("123457", "GET", "/webhooks/v1/webhooks"),
            &Value::Null,
        )
        .await;
    assert_eq!(
        other.body,
        json!({"webhooks": []}),
        "another sales unit's are its own"
    );

    let path = format!("/webhooks/v1/webhooks/{id}");
    assert_eq!(
        bench
            .send(bench.request_of("123457", "DELETE", &path), &Value::Null)
            .await
            .status,
        404
    );
    assert_eq!(
        bench
            .send(bench.request("DELETE", &path), &Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(
        bench
            .send(bench.request("DELETE", &path), &Value::Null)
            .await
            .status,
        404
    );
    bench.listen().await;
    bench.waiting("k-100000", 25_000).await;
    assert_eq!(bench.merchant.wait_for(1).await.len(), 1);
}

#[tokio::test]
async fn a_registration_that_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    for (body, wrong) in [
        (
            json!({"url": "ftp://shop.test/", "events": ["user.checked-in.v1"]}),
            "url",
        ),
        (
            json!({"url": "no address", "events": ["user.checked-in.v1"]}),
            "url",
        ),
        (json!({"events": ["user.checked-in.v1"]}), "url"),
        (json!({"url": WEBHOOK_URL, "events": []}), "events"),
        (
            json!({"url": WEBHOOK_URL, "events": ["epayments.payment.bought.v1"]}),
            "events",
        ),
        (json!({"url": WEBHOOK_URL}), "events"),
        (
            json!({"url": WEBHOOK_URL, "events": ["user.checked-in.v1"], "secret": "x"}),
            "secret",
        ),
    ] {
        let answer = bench.post("/webhooks/v1/webhooks", &body).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, wrong), "{body}");
    }
}

#[tokio::test]
async fn an_event_that_is_named_twice_is_listened_to_once() {
    let bench = Bench::new().await;
    let event = "epayments.payment.created.v1";
    bench.register("http://shop.test/hooks", &[event, event]).await;
    let listed = bench.get("/webhooks/v1/webhooks").await;
    assert_eq!(listed.body["webhooks"][0]["events"], json!([event]));
    bench.waiting("k-100000", 25_000).await;
    bench.wait_until_told().await;
    assert_eq!(bench.merchant.names(), ["CREATED"]);
}

#[tokio::test]
async fn one_event_has_25_registrations_at_most() {
    let bench = Bench::new().await;
    for _ in 0..25 {
        bench.register(WEBHOOK_URL, &["user.checked-in.v1"]).await;
    }
    let body = json!({"url": WEBHOOK_URL, "events": ["user.checked-in.v1"]});
    assert_eq!(bench.post("/webhooks/v1/webhooks", &body).await.status, 400);
    bench
        .register(WEBHOOK_URL, &["login.merchant-initiated.ping.v1"])
        .await;
}

#[tokio::test]
async fn every_call_is_signed_over_date_host_body_and_the_registered_address() {
    let bench = Bench::new().await;
    let secret = bench.listen().await;
    bench.waiting("k-100000", 25_000).await;
    let heard = bench.merchant.wait_for(1).await.remove(0);
    assert_eq!(heard.uri, WEBHOOK_URL);
    assert_eq!(heard.headers.get("host").unwrap(), "shop.test:8080");
    assert_eq!(
        heard.headers.get("x-ms-date").unwrap(),
        "Sat, 31 Jan 2026 12:00:00 GMT"
    );
    assert_eq!(
        heard.headers.get("x-ms-content-sha256").unwrap(),
        content_hash(&heard).as_str()
    );
    assert_eq!(heard.headers.get("content-type").unwrap(), "application/json");
    assert_eq!(given_signature(&heard), signature(&heard, &secret));
}

#[tokio::test]
async fn the_signature_has_the_time_outside_however_far_the_clock_was_moved() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.move_clock(86_400).await;
    bench.sign_in().await;
    bench.waiting("k-100000", 25_000).await;
    let heard = bench.merchant.wait_for(1).await.remove(0);
    assert_eq!(
        heard.headers.get("x-ms-date").unwrap(),
        "Sat, 31 Jan 2026 12:00:00 GMT"
    );
    assert_eq!(heard.body["timestamp"], "2026-02-01T12:00:00Z");
}

#[tokio::test]
async fn the_payload_is_the_contract_s() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.paid("k-100000", 25_000).await;
    bench.modify("c-1", "capture", "k-100000", 10_000).await;
    let heard = bench.merchant.wait_for(3).await;
    let psp_reference = bench.payment("k-100000").await["pspReference"].clone();
    assert_eq!(
        heard[1].body,
        json!({
            "msn": MSN,
            "reference": "k-100000",
            "pspReference": psp_reference,
            "name": "AUTHORIZED",
            "amount": {"currency": "NOK", "value": 25_000},
            "timestamp": "2026-01-31T12:00:00Z",
            "success": true
        })
    );
    let captured = &heard[2].body;
    assert_eq!(captured["name"], "CAPTURED");
    assert_eq!(captured["idempotencyKey"], "c-1");
    assert_eq!(captured["amount"]["value"], 10_000);
    assert_ne!(captured["pspReference"], psp_reference);
}

#[tokio::test]
async fn each_thing_that_happens_has_its_event() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.paid("k-100000", 25_000).await;
    bench.modify("c-1", "capture", "k-100000", 10_000).await;
    bench.modify("x-1", "cancel", "k-100000", 0).await;
    bench.modify("r-1", "refund", "k-100000", 10_000).await;
    bench.merchant.wait_for(5).await;
    assert_eq!(
        bench.merchant.names(),
        ["CREATED", "AUTHORIZED", "CAPTURED", "CANCELLED", "REFUNDED"]
    );

    bench.waiting("k-200000", 25_000).await;
    bench.answer("reject").await;
    bench.merchant.wait_for(7).await;
    bench.waiting("k-300000", 25_000).await;
    bench.modify("x-3", "cancel", "k-300000", 0).await;
    bench.merchant.wait_for(9).await;
    bench.waiting("k-400000", 25_000).await;
    bench.move_clock(600).await;
    bench.merchant.wait_for(11).await;
    let names = bench.merchant.names();
    assert_eq!(
        names[5..],
        [
            "CREATED",
            "ABORTED",
            "CREATED",
            "TERMINATED",
            "CREATED",
            "EXPIRED"
        ]
    );
}

#[tokio::test]
async fn who_does_not_listen_to_an_event_does_not_hear_it() {
    let bench = Bench::new().await;
    bench
        .register(WEBHOOK_URL, &["epayments.payment.authorized.v1"])
        .await;
    bench
        .register("http://other.test/hooks", &["epayments.payment.created.v1"])
        .await;
    bench.paid("k-100000", 25_000).await;
    let heard = bench.merchant.wait_for(2).await;
    let mut lines: Vec<String> = heard
        .iter()
        .map(|heard| format!("{} {}", heard.uri, heard.body["name"]))
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "http://other.test/hooks \"CREATED\"".to_owned(),
            format!("{WEBHOOK_URL} \"AUTHORIZED\"")
        ]
    );
}

#[tokio::test]
async fn a_signature_can_be_wrong_stale_or_nobody_s_and_the_call_is_repeated_rightly() {
    for kind in ["tamper_signature", "stale_timestamp", "unknown_key_version"] {
        let bench = Bench::new().await;
        let secret = bench.listen().await;
        bench
            .fault(&json!({"call": "vipps.webhook", "kind": kind, "times": 1}))
            .await;
        bench.merchant.answer_next(&[401]);
        bench.create(&push("k-100000", 25_000)).await;
        let forged = bench.merchant.wait_for(1).await.remove(0);
        let is_true = given_signature(&forged) == signature(&forged, &secret);
        assert_eq!(
            forged.headers.get("x-ms-content-sha256").unwrap(),
            content_hash(&forged).as_str()
        );
        let is_now = forged.headers.get("x-ms-date").unwrap() == "Sat, 31 Jan 2026 12:00:00 GMT";
        assert_eq!(
            (is_true, is_now),
            if kind == "stale_timestamp" {
                (true, false)
            } else {
                (false, true)
            }
        );

        bench.move_clock(2).await;
        let right = bench.merchant.wait_for(2).await.remove(1);
        assert_eq!(given_signature(&right), signature(&right, &secret));
        assert_eq!(right.body, forged.body);
    }
}
