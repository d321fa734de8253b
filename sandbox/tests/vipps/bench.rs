//! One sandbox with its own clock, a merchant that it calls, and an access token.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use karfa_sandbox::{Options, Sandbox};
use provider_http::{ManualClock, NotSent, Transport, TransportError};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) const CLIENT_ID: &str = "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a";
pub(crate) const CLIENT_SECRET: &str = "karfa-demo-secret";
pub(crate) const SUBSCRIPTION_KEY: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const MSN: &str = "123456";
/// An ordinary customer.
pub(crate) const PHONE: &str = "4791234567";
/// Where the merchant's webhook is.
pub(crate) const WEBHOOK_URL: &str = "http://shop.test:8080/vipps/webhooks?store=1";
/// When the sandbox's clock begins.
pub(crate) const START: &str = "2026-01-31T12:00:00Z";

/// An answer that was taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The number of an error, or the names of the fields that are wrong.
    pub(crate) fn error(&self) -> String {
        let details = self.body["extraDetails"].as_array().cloned().unwrap_or_default();
        let words = details
            .iter()
            .map(|detail| match detail["name"].as_str().unwrap() {
                "ErrorCode" => detail["reason"].as_str().unwrap().to_owned(),
                name => name.to_owned(),
            });
        words.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A webhook call as the merchant got it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) body: Value,
}

/// The merchant: takes every call with 200, unless it is told otherwise.
pub(crate) struct Merchant {
    heard: watch::Sender<Vec<Heard>>,
    next: Mutex<VecDeque<u16>>,
}

impl Merchant {
    pub(crate) fn open() -> Arc<Merchant> {
        Arc::new(Merchant {
            heard: watch::Sender::new(Vec::new()),
            next: Mutex::default(),
        })
    }

    /// The next calls are answered so; 0 is no answer at all.
    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        self.next.lock().unwrap().extend(statuses);
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.borrow().clone()
    }

    /// Waits until so many calls have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Heard> {
        let mut heard = self.heard.subscribe();
        let wait = heard.wait_for(|heard| heard.len() >= count);
        let heard = tokio::time::timeout(Duration::from_secs(20), wait).await;
        heard
            .unwrap_or_else(|_| panic!("only {} calls came", self.heard().len()))
            .unwrap()
            .clone()
    }

    /// The names of the events that came.
    pub(crate) fn names(&self) -> Vec<String> {
        self.heard()
            .iter()
            .map(|heard| heard.body["name"].as_str().unwrap_or("-").to_owned())
            .collect()
    }
}

#[async_trait]
impl Transport for Merchant {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (parts, raw) = request.into_parts();
        let heard = Heard {
            uri: parts.uri.to_string(),
            headers: parts.headers,
            body: serde_json::from_slice(&raw).unwrap(),
            raw,
        };
        let status = self.next.lock().unwrap().pop_front().unwrap_or(200);
        self.heard.send_modify(|all| all.push(heard));
        if status == 0 {
            return Err(TransportError::NotSent(NotSent::Connect {
                detail: "refused".into(),
            }));
        }
        Ok(Response::builder().status(status).body(Bytes::new()).unwrap())
    }
}

/// A sandbox under test.
pub(crate) struct Bench {
    router: Router,
    pub(crate) merchant: Arc<Merchant>,
    clock: Arc<ManualClock>,
    token: Mutex<String>,
}

impl Bench {
    pub(crate) async fn new() -> Bench {
        Bench::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Bench {
        let merchant = Merchant::open();
        let start: Timestamp = START.parse().unwrap();
        let clock = Arc::new(ManualClock::new(start));
        let mut options = Options::new("http://shop.test/inpost", merchant.clone());
        options.clock = clock.clone();
        options.seed = 7;
        change(&mut options);
        let router = Sandbox::new(options).unwrap().router();
        let bench = Bench {
            router,
            merchant,
            clock,
            token: Mutex::default(),
        };
        bench.sign_in().await;
        bench
    }

    /// Fetches an access token.
    pub(crate) async fn sign_in(&self) {
        let answer = self.send(token_request(), &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.body["access_token"].as_str().unwrap();
        token.clone_into(&mut self.token.lock().unwrap());
    }

    /// Moves the time outside, and with it the sandbox's.
    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// Moves the sandbox's time alone, as `/control` does.
    pub(crate) async fn move_clock(&self, seconds: i64) {
        self.control("POST", "/clock", &json!({ "advance_seconds": seconds }))
            .await;
    }

    pub(crate) async fn send(&self, request: Builder, body: &Value) -> Answer {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        self.send_raw(request.body(body).unwrap()).await
    }

    pub(crate) async fn send_raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// A call with everything that a call needs.
    pub(crate) fn request(&self, method: &str, path: &str) -> Builder {
        self.request_of(MSN, method, path)
    }

    /// The same for another sales unit.
    pub(crate) fn request_of(&self, msn: &str, method: &str, path: &str) -> Builder {
        let token = self.token.lock().unwrap().clone();
        Request::builder()
            .method(method)
            .uri(format!("/vipps{path}"))
            .header("host", "sandbox.test:8090")
            .header("authorization", format!("Bearer {token}"))
            .header("ocp-apim-subscription-key", SUBSCRIPTION_KEY)
            .header("merchant-serial-number", msn)
            .header("vipps-system-name", "karfa")
            .header("content-type", "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path), &Value::Null).await
    }

    /// A call without an idempotency key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path), body).await
    }

    /// A call under an idempotency key.
    pub(crate) async fn keyed(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).header("idempotency-key", key), body)
            .await
    }

    /// Creates a payment under a key of its own.
    pub(crate) async fn create(&self, body: &Value) -> Answer {
        let key = format!("create-{}", body["reference"].as_str().unwrap_or("-"));
        let key: String = key.chars().take(50).collect();
        self.keyed(&key, "/epayment/v1/payments", body).await
    }

    /// A payment of the ordinary customer that waits: its reference.
    pub(crate) async fn waiting(&self, reference: &str, value: i64) -> String {
        let answer = self.create(&push(reference, value)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        reference.to_owned()
    }

    /// A payment that the ordinary customer has paid: its reference.
    pub(crate) async fn paid(&self, reference: &str, value: i64) -> String {
        self.waiting(reference, value).await;
        let (status, body) = self.answer("approve").await;
        assert_eq!(status, 200, "{body}");
        reference.to_owned()
    }

    pub(crate) async fn payment(&self, reference: &str) -> Value {
        let answer = self.get(&format!("/epayment/v1/payments/{reference}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// State and sums: authorised, cancelled, captured, refunded.
    pub(crate) async fn sums(&self, reference: &str) -> (String, [i64; 4]) {
        let payment = self.payment(reference).await;
        let sum = |name: &str| payment["aggregate"][name]["value"].as_i64().unwrap();
        let names = [
            "authorizedAmount",
            "cancelledAmount",
            "capturedAmount",
            "refundedAmount",
        ];
        (payment["state"].as_str().unwrap().to_owned(), names.map(sum))
    }

    /// Captures, refunds or cancels under a key.
    pub(crate) async fn modify(&self, key: &str, what: &str, reference: &str, value: i64) -> Answer {
        let body = match what {
            "cancel" => json!({}),
            _ => json!({"modificationAmount": {"currency": "NOK", "value": value}}),
        };
        self.keyed(key, &format!("/epayment/v1/payments/{reference}/{what}"), &body)
            .await
    }

    /// The phone as JSON.
    pub(crate) async fn phone(&self, number: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/phone/api/{number}{path}"))
            .header("content-type", "application/json");
        let answer = self.send(request, body).await;
        (answer.status, answer.body)
    }

    /// What waits on a phone.
    pub(crate) async fn inbox(&self, number: &str) -> Vec<Value> {
        let (status, body) = self.phone(number, "GET", "", &Value::Null).await;
        assert_eq!(status, 200, "{body}");
        body["inbox"].as_array().unwrap().clone()
    }

    /// A tap on the newest request on a phone.
    pub(crate) async fn tap(&self, number: &str, tap: &Value) -> (u16, Value) {
        let inbox = self.inbox(number).await;
        let id = inbox.first().expect("a request on the phone")["id"]
            .as_str()
            .unwrap()
            .to_owned();
        self.phone(number, "POST", &format!("/inbox/{id}"), tap).await
    }

    /// The ordinary customer taps on the newest request.
    pub(crate) async fn answer(&self, action: &str) -> (u16, Value) {
        self.tap(PHONE, &json!({ "action": action })).await
    }

    pub(crate) async fn personal_qr(&self) -> String {
        let (_, body) = self.phone(PHONE, "GET", "", &Value::Null).await;
        body["personal_qr"].as_str().expect("a personal QR").to_owned()
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/control{path}"))
            .header("content-type", "application/json");
        let answer = self.send(request, body).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        answer.body
    }

    pub(crate) async fn fault(&self, fault: &Value) {
        self.control("POST", "/faults", fault).await;
    }

    /// Calls the login API with a form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.form_as(&format!("{CLIENT_ID}:{CLIENT_SECRET}"), path, fields)
            .await
    }

    /// The same with other credentials.
    pub(crate) async fn form_as(&self, pair: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::builder()
            .method("POST")
            .uri(format!("/vipps{path}"))
            .header("host", "sandbox.test:8090")
            .header("authorization", format!("Basic {}", STANDARD.encode(pair)))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form));
        self.send_raw(request.unwrap()).await
    }

    /// Starts a login of a number.
    pub(crate) async fn start_login(&self, number: &str, more: &[(&str, &str)]) -> Answer {
        let hint = format!("urn:msisdn:{number}");
        let mut fields = vec![
            ("login_hint", hint.as_str()),
            ("scope", "openid name phoneNumber delegatedConsents"),
        ];
        fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        self.form("/vipps-login-ciba/api/backchannel/authentication", &fields)
            .await
    }

    /// Starts a login of the ordinary customer: its `auth_req_id`.
    pub(crate) async fn login(&self) -> String {
        let answer = self.start_login(PHONE, &[("binding_message", "ABC-123")]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["auth_req_id"].as_str().unwrap().to_owned()
    }

    /// Asks what became of a login.
    pub(crate) async fn poll(&self, auth_req_id: &str) -> Answer {
        let fields = [
            ("grant_type", "urn:openid:params:grant-type:ciba"),
            ("auth_req_id", auth_req_id),
        ];
        self.form("/access-management-1.0/access/oauth2/token", &fields)
            .await
    }

    /// Registers a webhook for these events: its id and secret.
    pub(crate) async fn register(&self, url: &str, events: &[&str]) -> (String, String) {
        let body = json!({"url": url, "events": events});
        let answer = self.post("/webhooks/v1/webhooks", &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// Registers the merchant's webhook for everything that happens to payments: its secret.
    pub(crate) async fn listen(&self) -> String {
        let names = [
            "created",
            "aborted",
            "expired",
            "cancelled",
            "captured",
            "refunded",
            "authorized",
            "terminated",
        ];
        let events = names.map(|name| format!("epayments.payment.{name}.v1"));
        self.register(WEBHOOK_URL, &events.each_ref().map(String::as_str))
            .await
            .1
    }

    /// Waits until no news is on its way.
    pub(crate) async fn wait_until_told(&self) {
        let quiet = async {
            loop {
                let payments = self.control("GET", "/vipps/payments", &Value::Null).await;
                let waiting = payments["payments"].as_array().unwrap().iter();
                if waiting
                    .map(|payment| payment["webhooks_waiting"].as_i64().unwrap())
                    .sum::<i64>()
                    == 0
                {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), quiet)
            .await
            .expect("all news was taken");
    }
}

/// A call for an access token.
pub(crate) fn token_request() -> Builder {
    Request::post("/vipps/accesstoken/get")
        .header("client_id", CLIENT_ID)
        .header("client_secret", CLIENT_SECRET)
        .header("ocp-apim-subscription-key", SUBSCRIPTION_KEY)
        .header("merchant-serial-number", MSN)
}

/// A payment that is sent to the ordinary customer's phone.
pub(crate) fn push(reference: &str, value: i64) -> Value {
    json!({
        "amount": {"currency": "NOK", "value": value},
        "customer": {"phoneNumber": PHONE},
        "customerInteraction": "CUSTOMER_PRESENT",
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "userFlow": "PUSH_MESSAGE",
        "paymentDescription": "Two balls of wool",
        "receipt": receipt(value),
        "metadata": {"till": "1"}
    })
}

/// A receipt over one line.
pub(crate) fn receipt(value: i64) -> Value {
    json!({
        "orderLines": [{
            "name": "Wool",
            "id": "42",
            "totalAmount": value,
            "totalAmountExcludingTax": value * 4 / 5,
            "totalTaxAmount": value - value * 4 / 5,
            "taxRate": 2500,
            "unitInfo": {"unitPrice": value / 2, "quantity": "2", "quantityUnit": "PCS"}
        }],
        "bottomLine": {"currency": "NOK", "posId": "till-1", "receiptNumber": "1001"}
    })
}
