//! Every call: its address, its headers, its body. Contract, section 2.

use crate::fake::{Fixture, answer, basket_id, event, phone};
use bytes::Bytes;
use http::Request;
use inpost_pay::wire::basket::{Basket, PaymentType};
use inpost_pay::wire::binding::{BindingPlace, Browser};
use inpost_pay::{BrowserId, Error, PLUGIN_VERSION_HEADER};
use provider_http::NotSent;
use serde_json::{Value, json};

/// Compares method and address, written like `GET /v1/izi/…`.
#[track_caller]
fn assert_call(call: &Request<Bytes>, expected: &str) {
    let uri = call.uri().to_string();
    let path = uri.strip_prefix("https://api.example/inpost").unwrap();
    assert_eq!(format!("{} {path}", call.method()), expected);
}

fn body(call: &Request<Bytes>) -> Value {
    assert_eq!(call.headers()["content-type"], "application/json");
    serde_json::from_slice(call.body()).unwrap()
}

#[tokio::test]
async fn the_binding_check() {
    let literal = include_str!("../fixtures/binding_status_linked.json");
    let fixture = Fixture::answering([answer(200, literal), answer(200, literal)]);
    let status = fixture.client.binding(&basket_id(), None).await.unwrap();
    assert!(status.basket_linked && status.browser_trusted);
    let call = fixture.call();
    assert_call(&call, "GET /v1/izi/basket/basket-1/binding");
    assert!(call.body().is_empty() && !call.headers().contains_key("content-type"));

    fixture
        .client
        .binding(&basket_id(), Some(&"b 77&x=y".into()))
        .await
        .unwrap();
    let expected = "GET /v1/izi/basket/basket-1/binding?browser_id=b+77%26x%3Dy";
    assert_call(&fixture.calls()[1], expected);
}

#[tokio::test]
async fn every_call_carries_token_version_and_what_it_accepts() {
    let fixture = Fixture::new();
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    let call = fixture.call();
    assert_eq!(call.headers()["authorization"], "Bearer t1");
    assert!(call.headers()["authorization"].is_sensitive());
    assert_eq!(call.headers()[PLUGIN_VERSION_HEADER], "karfa-0.1.0");
    assert_eq!(call.headers()["accept"], "application/json");
}

#[tokio::test]
async fn a_binding_by_phone_is_accepted_without_a_body() {
    let fixture = Fixture::answering([answer(202, "")]);
    let place = BindingPlace::ProductCard;
    fixture
        .client
        .bind_by_phone(&basket_id(), phone(), place, Browser::default())
        .await
        .unwrap();
    let call = fixture.call();
    assert_call(&call, "POST /v1/izi/basket/basket-1/binding");
    let body = body(&call);
    assert_eq!(body["binding_method"], "PHONE");
    assert_eq!(
        body["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    assert_eq!(body["browser"]["location"], "-");
}

#[tokio::test]
async fn a_binding_by_link_gives_the_links() {
    let fixture = Fixture::answering([answer(200, include_str!("../fixtures/binding_links.json"))]);
    let place = BindingPlace::BasketSummary;
    let links = fixture
        .client
        .bind_by_link(&basket_id(), place, Browser::default())
        .await
        .unwrap();
    assert_eq!(links.deep_link, "inpost://izilink?basket_id=5d9f1d0a");
    let body = body(&fixture.call());
    assert_eq!(
        (&body["binding_method"], body.get("phone_number")),
        (&json!("DEEP_LINK"), None)
    );
}

#[tokio::test]
async fn a_basket_is_put_with_and_without_a_trusted_browser() {
    let upserted = || answer(200, r#"{"inpost_basket_id": "i-1"}"#);
    let fixture = Fixture::answering([upserted(), upserted(), upserted()]);
    let basket: Basket = inpost_pay::wire::read(include_bytes!("../fixtures/basket.json")).unwrap();
    let (client, id) = (&fixture.client, basket_id());
    assert_eq!(
        client
            .put_basket(&id, &basket, None)
            .await
            .unwrap()
            .inpost_basket_id
            .as_str(),
        "i-1"
    );
    client
        .put_basket(&id, &basket, Some(&"browser-77".into()))
        .await
        .unwrap();
    client.put_basket_v2(&id, &basket).await.unwrap();

    let calls = fixture.calls();
    let mut expected: Value = serde_json::from_str(include_str!("../fixtures/basket.json")).unwrap();
    assert_call(&calls[0], "PUT /v1/izi/basket/basket-1");
    assert_eq!(body(&calls[0]), expected);
    assert_call(&calls[2], "PUT /v2/izi/basket/basket-1");
    assert_eq!(body(&calls[2]), expected);
    expected["browser_id"] = "browser-77".into();
    assert_eq!(body(&calls[1]), expected);
}

#[tokio::test]
async fn unlinking_says_whether_it_was_bought() {
    let fixture = Fixture::answering([answer(204, ""), answer(204, "")]);
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    fixture.client.unlink(&basket_id(), true).await.unwrap();
    let calls = fixture.calls();
    assert_call(&calls[0], "DELETE /v1/izi/basket/basket-1/binding");
    assert_call(
        &calls[1],
        "DELETE /v1/izi/basket/basket-1/binding?if_basket_realized=true",
    );
}

#[tokio::test]
async fn a_browser_is_forgotten() {
    let fixture = Fixture::answering([answer(204, "")]);
    fixture.client.forget_browser(&"browser-77".into()).await.unwrap();
    assert_call(&fixture.call(), "DELETE /v1/izi/browser/browser-77/binding");
}

#[tokio::test]
async fn an_order_event_succeeds_with_200_and_with_201() {
    for status in [200, 201] {
        let fixture = Fixture::answering([answer(status, "")]);
        fixture
            .client
            .order_event(&"0190-42".into(), &event())
            .await
            .unwrap();
        let call = fixture.call();
        assert_call(&call, "POST /v1/izi/order/0190-42/event");
        assert_eq!(
            body(&call)["event_data"],
            json!({"order_status": "ORDER_COMPLETED"})
        );
    }
}

#[tokio::test]
async fn keys_payment_methods_and_the_second_generations_key() {
    let fixture = Fixture::answering([
        answer(200, include_str!("../fixtures/signing_keys.json")),
        answer(200, include_str!("../fixtures/signing_key.json")),
        answer(200, r#"{"payment_type": ["CARD", "PAY_BY_STONES"]}"#),
        answer(200, r#"{"basket_binding_api_key": "bbak-1"}"#),
    ]);
    let client = &fixture.client;
    assert_eq!(client.signing_keys().await.unwrap().public_keys.len(), 2);
    assert_eq!(client.signing_key("2").await.unwrap().public_key.version, "2");
    let methods = client.payment_methods().await.unwrap().payment_type;
    assert_eq!(
        methods,
        [PaymentType::Card, PaymentType::Other("PAY_BY_STONES".into())]
    );
    assert_eq!(
        client
            .start_binding_v2(&basket_id())
            .await
            .unwrap()
            .basket_binding_api_key,
        "bbak-1"
    );
    let calls = fixture.calls();
    assert_call(&calls[0], "GET /v1/izi/signing-keys/public");
    assert_call(&calls[1], "GET /v1/izi/signing-keys/public/2");
    assert_call(&calls[2], "GET /v1/izi/payment-methods");
    assert_call(&calls[3], "PUT /v2/izi/basket/basket-1/binding");
}

#[tokio::test]
async fn identifiers_are_encoded_and_never_change_the_call() {
    let fixture = Fixture::new();
    fixture
        .client
        .unlink(&"a/b?c#d%2F é".into(), false)
        .await
        .unwrap();
    let expected = "DELETE /v1/izi/basket/a%2Fb%3Fc%23d%252F%20%C3%A9/binding";
    assert_call(&fixture.call(), expected);
    for wrong in ["", ".", ".."] {
        let fixture = Fixture::new();
        let error = fixture
            .client
            .forget_browser(&BrowserId::from(wrong))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::NotSent(NotSent::Request { .. })),
            "{error:?}"
        );
        assert!(!error.may_have_acted() && !error.is_retryable());
        assert!(fixture.calls().is_empty());
    }
}
