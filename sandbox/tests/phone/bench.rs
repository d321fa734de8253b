//! A sandbox with its own clock, and shops that ask for something in each wallet.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::request::Builder;
use http::{Request, Response};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use karfa_sandbox::{Options, Sandbox};
use provider_http::{ManualClock, Transport, TransportError};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// A Norwegian customer: of Vipps MobilePay by their country, of InPost Pay like everybody.
pub(crate) const NORWEGIAN: &str = "4791234567";
/// A customer of Netgíró's.
pub(crate) const ICELANDIC: &str = "6112345";

/// Shops that accept whatever they are told.
struct Shops;

#[async_trait]
impl Transport for Shops {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(Bytes::from_static(b"{}")))
    }
}

/// A sandbox under test.
pub(crate) struct Bench {
    router: Router,
    clock: Arc<ManualClock>,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let clock = Arc::new(ManualClock::new("2026-01-31T12:00:00Z".parse().unwrap()));
        let mut options = Options::new("http://shop.test/inpost", Arc::new(Shops));
        options.clock = clock.clone();
        options.seed = 7;
        let sandbox = Sandbox::new(options).unwrap();
        Bench {
            router: sandbox.router(),
            clock,
        }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// Status, content type, text.
    pub(crate) async fn raw(&self, request: Builder, body: Body) -> (u16, String, String) {
        let response = self.router.clone().oneshot(request.body(body).unwrap());
        let (parts, body) = response.await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let kind = parts
            .headers
            .get("content-type")
            .map_or("", |kind| kind.to_str().unwrap());
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (parts.status.as_u16(), kind.to_owned(), text)
    }

    async fn send(&self, request: Builder, body: &Value) -> Value {
        let request = request.header("content-type", "application/json");
        let (status, _, text) = self.raw(request, Body::from(body.to_string())).await;
        assert!((200..300).contains(&status), "{status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// What is on a phone.
    pub(crate) async fn phone(&self, number: &str) -> Value {
        let (status, _, text) = self
            .raw(Request::get(format!("/phone/api/{number}")), Body::empty())
            .await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The only item of a provider in a phone's inbox.
    pub(crate) async fn item(&self, number: &str, provider: &str) -> Value {
        let screen = self.phone(number).await;
        let inbox = screen["inbox"].as_array().unwrap();
        let found: Vec<&Value> = inbox.iter().filter(|item| item["provider"] == provider).collect();
        assert_eq!(found.len(), 1, "{inbox:?}");
        found[0].clone()
    }

    /// A tap on something in the inbox: status, content type, answer.
    pub(crate) async fn tap(&self, number: &str, id: &Value, tap: &Value) -> (u16, String, Value) {
        let path = format!("/phone/api/{number}/inbox/{}", id.as_str().unwrap());
        let (status, kind, text) = self.raw(Request::post(path), Body::from(tap.to_string())).await;
        (status, kind, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// InPost Pay: a shop asks to link a basket.
    pub(crate) async fn asks_to_link(&self, prefix: &str, phone: &str) {
        let form = "client_id=karfa-demo&client_secret=karfa-demo-secret&grant_type=client_credentials";
        let request =
            Request::post("/inpost/auth/token").header("content-type", "application/x-www-form-urlencoded");
        let (_, _, text) = self.raw(request, Body::from(form)).await;
        let token: Value = serde_json::from_str(&text).unwrap();
        let request = Request::post("/inpost/v1/izi/basket/b-1/binding")
            .header(
                "authorization",
                format!("Bearer {}", token["access_token"].as_str().unwrap()),
            )
            .header("inpay-plugin-version", "karfa-test");
        let body = json!({
            "binding_method": "PHONE",
            "binding_place": "PRODUCT_CARD",
            "phone_number": {"country_prefix": prefix, "phone": phone},
            "browser": {"user_agent": "Mozilla/5.0", "description": "Firefox", "platform": "Linux",
                        "architecture": "5.0 (X11)", "data_time": "2026-01-31T12:00:00Z", "location": "-",
                        "customer_ip": "127.0.0.1", "port": "54321"}
        });
        self.send(request, &body).await;
    }

    /// Vipps MobilePay: a till asks for a payment.
    pub(crate) async fn asks_to_pay(&self, number: &str, value: i64) {
        let keys = |request: Builder| {
            request
                .header("ocp-apim-subscription-key", "0123456789abcdef0123456789abcdef")
                .header("merchant-serial-number", "123456")
        };
        let request = keys(Request::post("/vipps/accesstoken/get"))
            .header("client_id", "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a")
            .header("client_secret", "karfa-demo-secret");
        let token = self.send(request, &Value::Null).await;
        let request = keys(Request::post("/vipps/epayment/v1/payments"))
            .header(
                "authorization",
                format!("Bearer {}", token["access_token"].as_str().unwrap()),
            )
            .header("idempotency-key", format!("pay-{value}"));
        let body = json!({
            "amount": {"currency": "NOK", "value": value},
            "customer": {"phoneNumber": number},
            "customerInteraction": "CUSTOMER_PRESENT",
            "paymentMethod": {"type": "WALLET"},
            "reference": format!("sale-of-{value:06}"),
            "userFlow": "PUSH_MESSAGE",
            "paymentDescription": "Till 1",
            "receipt": {
                "orderLines": [{
                    "name": "Wool", "id": "1", "totalAmount": value, "totalAmountExcludingTax": value,
                    "totalTaxAmount": 0, "taxRate": 0,
                    "unitInfo": {"unitPrice": value, "quantity": "0.450", "quantityUnit": "KG"}
                }],
                "bottomLine": {"currency": "NOK"}
            }
        });
        self.send(request, &body).await;
    }

    /// Netgíró, second generation: a till asks for a payment.
    pub(crate) async fn asks_for_kronur(&self, customer: &str, amount: i64) -> Value {
        let request = Request::post("/netgiro/v2/checkout/payment")
            .header("x-netgiro-api-key", "881E674F-7891-4C20-AFD8-56FE2624C4B5");
        let body = json!({"Amount": amount, "Reference": "r-1", "CustomerIdentifier": customer});
        self.send(request, &body).await
    }
}
