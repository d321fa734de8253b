//! A sandbox that is started again from its file.

use crate::bench::{CLIENT_ID, CLIENT_SECRET, Merchant, PHONE, SUBSCRIPTION_KEY, WEBHOOK_URL, push};
use crate::served::Served;
use karfa_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// A sandbox over TCP that keeps its state.
struct Running {
    served: Served,
    headers: String,
}

impl Running {
    async fn start(file: &Path, merchant: &Arc<Merchant>) -> Running {
        let mut options = Options::new("http://shop.test/inpost", merchant.clone());
        options.seed = 7;
        options.data = Some(file.to_owned());
        let served = Served::start(Sandbox::new(options).unwrap()).await;
        let keys = format!("ocp-apim-subscription-key: {SUBSCRIPTION_KEY}\r\n");
        let account = format!("{keys}client_id: {CLIENT_ID}\r\nclient_secret: {CLIENT_SECRET}\r\n");
        let (status, body) = served.call("POST", "/vipps/accesstoken/get", &account, "").await;
        assert_eq!(status, 200, "{body}");
        let token = body["access_token"].as_str().unwrap();
        let headers = format!(
            "{keys}authorization: Bearer {token}\r\nmerchant-serial-number: 123456\r\ncontent-type: application/json\r\n"
        );
        Running { served, headers }
    }

    async fn api(&self, key: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let headers = format!("{}idempotency-key: {key}\r\n", self.headers);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.served
            .call(method, &format!("/vipps{path}"), &headers, &body)
            .await
    }

    async fn phone(&self) -> Value {
        self.served
            .call("GET", &format!("/phone/api/{PHONE}"), "", "")
            .await
            .1
    }

    async fn approve(&self) -> u16 {
        let id = self.phone().await["inbox"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/phone/api/{PHONE}/inbox/{id}");
        self.served
            .call(
                "POST",
                &path,
                "content-type: application/json\r\n",
                r#"{"action":"approve"}"#,
            )
            .await
            .0
    }
}

#[tokio::test]
async fn payments_keys_and_codes_outlive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let merchant = Merchant::open();
    let first = Running::start(&file, &merchant).await;
    let body = push("k-100000", 25_000);
    let made = first.api("one", "POST", "/epayment/v1/payments", &body).await;
    assert_eq!(made.0, 201);
    let code = first.phone().await["personal_qr"].clone();
    first.served.kill();

    let second = Running::start(&file, &merchant).await;
    assert_eq!(second.phone().await["personal_qr"], code);
    let exchanged = second
        .api("-", "POST", "/qr/v1/exchange", &json!({"qrCode": code}))
        .await;
    assert_eq!(exchanged.1["msisdn"], PHONE);
    assert_eq!(
        second.api("one", "POST", "/epayment/v1/payments", &body).await,
        made,
        "the key has kept its answer"
    );
    assert_eq!(second.phone().await["inbox"].as_array().unwrap().len(), 1);
    assert_eq!(second.approve().await, 200);
    second.served.kill();

    let third = Running::start(&file, &merchant).await;
    let amount = json!({"modificationAmount": {"currency": "NOK", "value": 25_000}});
    let captured = third
        .api("two", "POST", "/epayment/v1/payments/k-100000/capture", &amount)
        .await;
    assert_eq!(
        (captured.0, &captured.1["aggregate"]["capturedAmount"]["value"]),
        (200, &json!(25_000))
    );
    third.served.stop().await;
}

#[tokio::test]
async fn news_that_nobody_took_is_brought_after_the_restart_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let merchant = Merchant::open();
    let first = Running::start(&file, &merchant).await;
    let events = ["epayments.payment.created.v1", "epayments.payment.authorized.v1"];
    let webhook = json!({"url": WEBHOOK_URL, "events": events});
    assert_eq!(
        first.api("-", "POST", "/webhooks/v1/webhooks", &webhook).await.0,
        201
    );
    merchant.answer_next(&[503]);
    first
        .api("one", "POST", "/epayment/v1/payments", &push("k-100000", 25_000))
        .await;
    merchant.wait_for(1).await;
    assert_eq!(first.approve().await, 200);
    first.served.kill();

    let second = Running::start(&file, &merchant).await;
    second
        .served
        .call("POST", "/control/clock", "", r#"{"advance_seconds":2}"#)
        .await;
    merchant.wait_for(3).await;
    assert_eq!(merchant.names(), ["CREATED", "CREATED", "AUTHORIZED"]);
    second.served.stop().await;
}

#[tokio::test]
async fn a_file_from_before_there_was_this_wallet_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let merchant = Merchant::open();
    let first = Running::start(&file, &merchant).await;
    first.served.stop().await;
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let state = kept["state"].as_object_mut().unwrap();
    assert!(state.remove("vipps").is_some() && state.remove("netgiro").is_some());
    std::fs::write(&file, kept.to_string()).unwrap();

    let second = Running::start(&file, &merchant).await;
    assert_eq!(
        second
            .api("one", "POST", "/epayment/v1/payments", &push("k-100000", 25_000))
            .await
            .0,
        201
    );
    second.served.stop().await;
}
