//! A sandbox that is started again from its file.

use crate::bench::{PHONE, Say, Shop, by_phone};
use crate::served::Served;
use karfa_sandbox::{Options, Patience, Sandbox};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn options(file: &Path, shop: &Arc<Shop>) -> Options {
    let mut options = Options::new("http://shop.test/inpost", shop.clone());
    options.seed = 7;
    options.data = Some(file.to_owned());
    options.patience = Patience {
        first_pause: Duration::from_millis(1),
        tries_while_waiting: 1,
        ..Patience::default()
    };
    options
}

/// A sandbox over TCP that keeps its state.
struct Running(Served);

impl Running {
    async fn start(options: Options) -> Running {
        Running(Served::start(Sandbox::new(options).unwrap()).await)
    }

    async fn tap(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.0
            .call(
                method,
                path,
                "content-type: application/json\r\n",
                &body.to_string(),
            )
            .await
    }

    async fn token(&self) -> String {
        let form = "client_id=karfa-demo&client_secret=karfa-demo-secret&grant_type=client_credentials";
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        let (_, body) = self.0.call("POST", "/inpost/auth/token", kind, form).await;
        format!(
            "authorization: Bearer {}\r\n",
            body["access_token"].as_str().unwrap()
        )
    }

    /// Links `b-1` to the ordinary phone; its `inpost_basket_id`.
    async fn link(&self) -> String {
        let token = self.token().await;
        let binding = by_phone("600000000").to_string();
        assert_eq!(
            self.0
                .call("POST", "/inpost/v1/izi/basket/b-1/binding", &token, &binding)
                .await
                .0,
            202
        );
        let inbox = self.screen().await["inbox"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/phone/api/{PHONE}/inbox/{inbox}");
        let (_, body) = self.tap("POST", &path, &json!({"action": "approve"})).await;
        body["inpost_basket_id"].as_str().expect("linked").to_owned()
    }

    async fn screen(&self) -> Value {
        self.0.call("GET", &format!("/phone/api/{PHONE}"), "", "").await.1
    }
}

#[tokio::test]
async fn what_was_answered_is_still_true_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let shop = Shop::open();
    let first = Running::start(options(&file, &shop)).await;
    let id = first.link().await;
    first.0.kill();

    let second = Running::start(options(&file, &shop)).await;
    assert_eq!(second.screen().await["baskets"][0]["inpost_basket_id"], json!(id));
    let path = format!("/phone/api/{PHONE}/baskets/{id}/order");
    assert_eq!(
        second
            .tap("POST", &path, &json!({"payment_type": "CARD"}))
            .await
            .0,
        200
    );
    second.0.stop().await;

    let third = Running::start(options(&file, &shop)).await;
    assert_eq!(third.screen().await["orders"][0]["order_id"], "o-1");
    third.0.stop().await;
}

#[tokio::test]
async fn news_that_was_not_delivered_is_delivered_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let shop = Shop::open();
    let mut patient = options(&file, &shop);
    patient.patience.first_pause = Duration::from_secs(3600);
    let first = Running::start(patient).await;
    let id = first.link().await;
    shop.next("/o-1/event", Say::Nothing);
    let path = format!("/phone/api/{PHONE}/baskets/{id}/order");
    assert_eq!(
        first.tap("POST", &path, &json!({"payment_type": "CARD"})).await.0,
        200
    );
    first.0.stop().await;

    let second = Running::start(options(&file, &shop)).await;
    while second.screen().await["orders"][0]["merchant_status"] != "Paid" {
        tokio::task::yield_now().await;
    }
    second.0.stop().await;
}

#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let running = Running::start(options(&file, &Shop::open())).await;
    running.link().await;
    running.0.stop().await;
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[tokio::test]
async fn a_file_that_is_something_else_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    for text in ["not json", "{}", r#"{"form": 99, "state": {}}"#] {
        std::fs::write(&file, text).unwrap();
        let refusal = Sandbox::new(options(&file, &Shop::open()))
            .unwrap_err()
            .to_string();
        assert!(
            refusal.contains("sandbox.json") && refusal.contains("move it away"),
            "{refusal}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
}
