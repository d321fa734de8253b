//! The client of `providers/inpost-pay` against the emulation: two readings of one contract must agree.

use crate::bench::{Bench, PHONE, basket};
use inpost_pay::signature::SignatureHeaders;
use inpost_pay::wire::basket::Basket;
use inpost_pay::wire::binding::{BindingPlace, Browser, Confirmation};
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::wire::order::OrderRequest;
use inpost_pay::wire::order_event::AppOrderEvent;
use inpost_pay::{BasketId, Client, Config, KeyCache, PhoneNumber};
use secrecy::SecretString;
use serde_json::json;
use std::sync::Arc;

fn client(bench: &Bench) -> Arc<Client> {
    let config = Config {
        api_url: "http://sandbox.test/inpost".parse().unwrap(),
        token_url: "http://sandbox.test/inpost/auth/token".parse().unwrap(),
        client_id: "karfa-demo".into(),
        client_secret: SecretString::from("karfa-demo-secret"),
        plugin_version: "karfa-test".into(),
    };
    Arc::new(Client::new(config, Arc::new(bench.sandbox.transport()), bench.clock.clone()).unwrap())
}

fn browser() -> Browser {
    Browser {
        customer_ip: "127.0.0.1".into(),
        port: "54321".into(),
        ..Browser::default()
    }
}

#[tokio::test]
async fn the_client_links_updates_verifies_and_unlinks() {
    let bench = Bench::new().await;
    let client = client(&bench);
    let id = BasketId::from("b-1");
    let number = PhoneNumber::new("+48", "600000000");
    client
        .bind_by_phone(&id, number, BindingPlace::ProductCard, browser())
        .await
        .unwrap();
    let inbox = bench.phone().await["inbox"][0]["id"].as_str().unwrap().to_owned();
    bench
        .answer(&inbox, &json!({"action": "approve", "trust_browser": true}))
        .await;

    let keys = KeyCache::new(client.clone(), bench.clock.clone());
    let call = bench.shop.last("/confirmation");
    keys.verify(&SignatureHeaders::read(&call.headers).unwrap(), &call.raw)
        .await
        .unwrap();
    let confirmation: Confirmation = serde_json::from_slice(&call.raw).unwrap();
    let browser_id = confirmation
        .browser
        .and_then(|browser| browser.browser_id)
        .expect("a trusted browser");

    let binding = client.binding(&id, Some(&browser_id)).await.unwrap();
    assert!(binding.basket_linked && binding.browser_trusted);
    let basket: Basket = serde_json::from_value(basket()).unwrap();
    let updated = client.put_basket(&id, &basket, None).await.unwrap();
    assert_eq!(Some(updated.inpost_basket_id), binding.inpost_basket_id);
    client
        .put_basket(&BasketId::from("b-2"), &basket, Some(&browser_id))
        .await
        .unwrap();
    assert_eq!(bench.phone().await["baskets"].as_array().unwrap().len(), 2);

    client.unlink(&id, false).await.unwrap();
    client.forget_browser(&browser_id).await.unwrap();
    let refusal = client.unlink(&id, false).await.unwrap_err();
    assert_eq!(refusal.code(), Some(&ErrorCode::BasketNotBound), "{refusal:?}");
}

#[tokio::test]
async fn the_client_reads_the_calls_of_an_order() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let order = json!({"payment_type": "BLIK_CODE", "blik_code": "777111"});
    bench
        .tap("POST", &format!("/phone/api/{PHONE}/baskets/{id}/order"), &order)
        .await;
    let request: OrderRequest = serde_json::from_slice(&bench.shop.last("/v1/izi/order").raw).unwrap();
    assert_eq!(request.order_details.basket_price.gross.to_string(), "34.59");
    let event: AppOrderEvent = serde_json::from_slice(&bench.shop.last("/event").raw).unwrap();
    assert!(!event.event_id.is_empty());
}

#[tokio::test]
async fn the_client_reads_keys_links_and_payment_methods() {
    let bench = Bench::new().await;
    let client = client(&bench);
    assert_eq!(client.signing_keys().await.unwrap().public_keys.len(), 1);
    assert_eq!(client.signing_key("1").await.unwrap().public_key.version, "1");
    let id = BasketId::from("b-1");
    let links = client
        .bind_by_link(&id, BindingPlace::BasketSummary, browser())
        .await
        .unwrap();
    assert!(links.deep_link.starts_with("inpostsandbox://izilink?basket_id="));
    assert!(
        !client
            .start_binding_v2(&id)
            .await
            .unwrap()
            .basket_binding_api_key
            .is_empty()
    );
    assert!(!client.payment_methods().await.unwrap().payment_type.is_empty());
}
