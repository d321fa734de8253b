//! One sandbox with its own clock, a till that signs, a shop that is called back, and the customers' phones.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use karfa_sandbox::{Options, Patience, Sandbox};
use provider_http::{ManualClock, NotSent, Transport, TransportError};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;

/// The public test account.
pub(crate) const KEY: &str = "881E674F-7891-4C20-AFD8-56FE2624C4B5";
pub(crate) const SECRET: &str = "YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=";
/// The public test customer.
pub(crate) const GSM: &str = "8223281";
pub(crate) const SSN: &str = "1111111119";

/// Where the shop wants to be called.
pub(crate) const CONFIRMED_URL: &str = "http://shop.test/netgiro/callback/confirmed";
pub(crate) const CANCELLED_URL: &str = "http://shop.test/netgiro/callback/cancelled";

/// Plain SHA-256 in hex, by nothing but the contract's words.
pub(crate) fn sha256(text: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `secret + nonce + url + body`.
pub(crate) fn signature(secret: &str, nonce: &str, url: &str, body: &str) -> String {
    sha256(format!("{secret}{nonce}{url}{body}").as_bytes())
}

/// What the sandbox sent to the shop.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: String,
    pub(crate) body: Value,
}

/// A shop that answers callbacks with these statuses, one after the other, and then always with 200.
#[derive(Default)]
pub(crate) struct Shop {
    seen: Mutex<Vec<Seen>>,
    next: Mutex<VecDeque<Option<u16>>>,
    silent: AtomicBool,
}

impl Shop {
    /// The next callback gets this status; no answer where there is none.
    pub(crate) fn next(&self, status: Option<u16>) {
        self.next.lock().unwrap().push_back(status);
    }

    /// From now on no callback is ever answered.
    pub(crate) fn fall_silent(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The addresses that were called, in order.
    pub(crate) fn called(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.url).collect()
    }
}

#[async_trait]
impl Transport for Shop {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (parts, raw) = request.into_parts();
        let raw = String::from_utf8(raw.to_vec()).unwrap();
        let seen = Seen {
            url: parts.uri.to_string(),
            headers: parts.headers,
            body: serde_json::from_str(&raw).unwrap(),
            raw,
        };
        self.seen.lock().unwrap().push(seen);
        if self.silent.load(Ordering::Relaxed) {
            return std::future::pending().await;
        }
        let told = self.next.lock().unwrap().pop_front();
        match told.unwrap_or(Some(200)) {
            Some(status) => Ok(Response::builder().status(status).body(Bytes::new()).unwrap()),
            None => Err(TransportError::NotSent(NotSent::Connect {
                detail: "refused".into(),
            })),
        }
    }
}

/// A sandbox under test.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) router: Router,
    pub(crate) shop: Arc<Shop>,
    pub(crate) clock: Arc<ManualClock>,
    nonces: AtomicU32,
}

/// An answer: status, headers, body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("{name} is missing"))
            .to_str()
            .unwrap()
    }
}

/// Options with a clock and a seed of their own.
pub(crate) fn options(shop: &Arc<Shop>, clock: &Arc<ManualClock>) -> Options {
    let mut options = Options::new("http://shop.test/inpost", shop.clone());
    options.clock = clock.clone();
    options.seed = 7;
    options.patience = Patience {
        timeout: Duration::from_secs(2),
        tries_while_waiting: 1,
        tries_in_background: 1,
        first_pause: Duration::from_millis(1),
    };
    options
}

pub(crate) fn clock() -> Arc<ManualClock> {
    let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
    Arc::new(ManualClock::new(start))
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let (shop, clock) = (Arc::new(Shop::default()), clock());
        let sandbox = Sandbox::new(options(&shop, &clock)).unwrap();
        Bench {
            router: sandbox.router(),
            sandbox,
            shop,
            clock,
            nonces: AtomicU32::new(0),
        }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub(crate) fn nonce(&self) -> String {
        format!("nonce-{}", self.nonces.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let raw = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_str(&raw).unwrap_or(Value::Null),
            raw,
        }
    }

    /// A first-generation call with these headers.
    pub(crate) async fn signed(&self, name: &str, body: &str, nonce: &str, signature: &str) -> Answer {
        let request = Request::post(format!("/netgiro/v1/Checkout/{name}"))
            .header("host", "sandbox.test")
            .header("content-type", "application/json")
            .header("netgiro_appkey", KEY)
            .header("netgiro_nonce", nonce)
            .header("netgiro_signature", signature)
            .body(Body::from(body.to_owned()));
        self.send(request.unwrap()).await
    }

    /// The same, rightly signed.
    pub(crate) async fn call(&self, name: &str, body: &Value) -> Answer {
        let (body, nonce) = (body.to_string(), self.nonce());
        let url = format!("http://sandbox.test/netgiro/v1/Checkout/{name}");
        let signature = signature(SECRET, &nonce, &url, &body);
        self.signed(name, &body, &nonce, &signature).await
    }

    /// A new cart; its id.
    pub(crate) async fn insert(&self, cart: &Value) -> String {
        let answer = self.call("InsertCart", cart).await;
        assert_eq!(
            (&answer.body["Success"], &answer.body["ResultCode"]),
            (&json!(true), &json!(200)),
            "{}",
            answer.raw
        );
        answer.body["TransactionId"].as_str().unwrap().to_owned()
    }

    /// `PaymentSuccessful` and `ResultCode` of CheckCart, which succeeds whatever they are.
    pub(crate) async fn check(&self, id: &str) -> (bool, u64) {
        let answer = self.call("CheckCart", &json!({"TransactionId": id})).await;
        assert_eq!(answer.body["Success"], true, "{}", answer.raw);
        standing(&answer)
    }

    /// CheckCart until it says something else than this.
    pub(crate) async fn check_until_not(&self, id: &str, code: u64) -> (bool, u64) {
        loop {
            let standing = self.check(id).await;
            if standing.1 != code {
                return standing;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn confirm(&self, id: &str, code: Option<&str>) -> (bool, u64) {
        let body = json!({"TransactionId": id, "Identifier": code});
        let answer = self.call("ConfirmCart", &body).await;
        assert_eq!(answer.body["Success"], true, "{}", answer.raw);
        standing(&answer)
    }

    /// `Success` and `ResultCode` of CancelCart.
    pub(crate) async fn cancel(&self, id: &str) -> (bool, u64) {
        let answer = self.call("CancelCart", &json!({"TransactionId": id})).await;
        let success = answer.body["Success"].as_bool().unwrap();
        (success, answer.body["ResultCode"].as_u64().unwrap())
    }

    /// JSON to the phone or to the control; null sends none.
    pub(crate) async fn tap(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn phone(&self, number: &str) -> Value {
        self.tap("GET", &format!("/phone/api/{number}"), &Value::Null)
            .await
            .body
    }

    /// The only thing in the inbox of a phone.
    pub(crate) async fn only_item(&self, number: &str) -> Value {
        let phone = self.phone(number).await;
        let inbox = phone["inbox"].as_array().unwrap();
        assert_eq!(inbox.len(), 1, "{phone}");
        inbox[0].clone()
    }

    /// Answers the only thing in the inbox; what came of it.
    pub(crate) async fn act(&self, number: &str, action: &str) -> Value {
        let id = self.only_item(number).await["id"].as_str().unwrap().to_owned();
        let path = format!("/phone/api/{number}/inbox/{id}");
        let answer = self.tap("POST", &path, &json!({"action": action})).await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
        answer.body["state"].clone()
    }

    pub(crate) async fn fault(&self, fault: &Value) {
        let answer = self.tap("POST", "/control/faults", fault).await;
        assert_eq!(answer.status, 201, "{}", answer.raw);
    }

    /// A cart as `/control` knows it.
    pub(crate) async fn known(&self, id: &str) -> Value {
        let answer = self.tap("GET", "/control/netgiro/carts", &Value::Null).await;
        let carts = answer.body["carts"].as_array().unwrap().clone();
        let found = carts.into_iter().find(|cart| cart["transaction_id"] == id);
        found.expect("the control knows the cart")
    }

    /// Paid, reserved and given back of a cart.
    pub(crate) async fn money(&self, id: &str) -> (i64, i64, i64) {
        let cart = self.known(id).await;
        let amount = |name: &str| cart[name].as_i64().unwrap();
        (amount("paid"), amount("reserved"), amount("refunded"))
    }

    /// Waits until the shop was called so often.
    pub(crate) async fn called(&self, times: usize) -> Vec<Seen> {
        while self.shop.seen().len() < times {
            tokio::task::yield_now().await;
        }
        self.shop.seen()
    }
}

fn standing(answer: &Answer) -> (bool, u64) {
    (
        answer.body["PaymentSuccessful"].as_bool().unwrap(),
        answer.body["ResultCode"].as_u64().unwrap(),
    )
}

/// A cart of 1,000 kr. for this customer, confirmed so, with both callback addresses.
pub(crate) fn cart(customer: &str, confirmation: u8) -> Value {
    json!({
        "Amount": 1000,
        "Reference": "991100-123",
        "CustomerId": customer,
        "ConfirmationType": confirmation,
        "CallbackUrl": CONFIRMED_URL,
        "CallbackCancelUrl": CANCELLED_URL,
    })
}
