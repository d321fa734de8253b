//! One sandbox with its own clock, a fake shop that it calls, and an access token.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use karfa_sandbox::{InpostMerchant, Options, Patience, Sandbox};
use provider_http::{ManualClock, NotSent, Transport, TransportError};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;

/// The number of an ordinary customer.
pub(crate) const PHONE: &str = "48600000000";

/// What the sandbox sent to the shop.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) body: Value,
}

/// What the shop says next, out of turn.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    Answer(u16, Value),
    Nothing,
}

/// A shop that answers every call as the contract says, unless it is told otherwise.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) basket: Mutex<Value>,
    seen: Mutex<Vec<Seen>>,
    next: Mutex<VecDeque<(&'static str, Say)>>,
}

impl Shop {
    /// A shop with the basket of most tests.
    pub(crate) fn open() -> Arc<Shop> {
        Arc::new(Shop {
            basket: Mutex::new(basket()),
            ..Shop::default()
        })
    }

    /// The next call whose path ends so gets this answer.
    pub(crate) fn next(&self, path_end: &'static str, say: Say) {
        self.next.lock().unwrap().push_back((path_end, say));
    }

    /// Every call so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The calls as `GET /path`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen()
            .iter()
            .map(|seen| format!("{} {}", seen.method, seen.path))
            .collect()
    }

    /// The last call whose path ends so.
    pub(crate) fn last(&self, path_end: &str) -> Seen {
        let seen = self.seen();
        seen.into_iter()
            .rev()
            .find(|seen| seen.path.ends_with(path_end))
            .expect("the shop was called there")
    }

    fn answer(&self, seen: &Seen) -> (u16, Value) {
        let path = seen
            .path
            .strip_prefix("/inpost")
            .expect("the configured base path");
        if path == "/v1/izi/order" {
            return (200, order(&seen.body));
        }
        if path.starts_with("/v1/izi/order/") && path.ends_with("/event") {
            let answer = json!({"order_merchant_status_description": "Paid", "delivery_references_list": []});
            return (200, answer);
        }
        if path.starts_with("/v1/izi/order/") {
            return (200, order(&json!({"order_details": {"basket_id": "b-1"}})));
        }
        if path.starts_with("/v1/izi/basket/product/") {
            let mut begun = self.basket.lock().unwrap().clone();
            begun["basket_id"] = match &seen.body["basket_id"] {
                Value::Null => json!("b-begun"),
                known => known.clone(),
            };
            return (200, begun);
        }
        if path.ends_with("/binding") || path.ends_with("/binding/delete") {
            return (200, json!({}));
        }
        (200, self.basket.lock().unwrap().clone())
    }
}

#[async_trait]
impl Transport for Shop {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (parts, raw) = request.into_parts();
        let seen = Seen {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            body: serde_json::from_slice(&raw).unwrap_or(Value::Null),
            raw,
        };
        self.seen.lock().unwrap().push(seen.clone());
        let told = {
            let mut next = self.next.lock().unwrap();
            let position = next.iter().position(|(end, _)| seen.path.ends_with(end));
            position.and_then(|position| next.remove(position))
        };
        let (status, body) = match told {
            Some((_, Say::Answer(status, body))) => (status, body),
            Some((_, Say::Nothing)) => {
                return Err(TransportError::NotSent(NotSent::Connect {
                    detail: "refused".into(),
                }));
            }
            None => self.answer(&seen),
        };
        Ok(Response::builder()
            .status(status)
            .body(Bytes::from(body.to_string()))
            .unwrap())
    }
}

/// The basket of most tests: one product for 12.30, parcel locker for 9.99 with weekend delivery, or courier.
pub(crate) fn basket() -> Value {
    json!({
        "summary": {
            "basket_base_price": {"net": "20.00", "gross": "24.60", "vat": "4.60"},
            "currency": "PLN",
            "payment_type": ["CARD", "BLIK_CODE", "CASH_ON_DELIVERY"]
        },
        "delivery": [
            {
                "delivery_type": "APM",
                "delivery_date": "2026-02-03T12:00:00.000000Z",
                "delivery_price": {"net": "8.12", "gross": "9.99", "vat": "1.87"},
                "delivery_options": [
                    {
                        "delivery_name": "Paczka w weekend",
                        "delivery_code_value": "PWW",
                        "delivery_option_price": {"net": "4.07", "gross": "5.00", "vat": "0.93"}
                    }
                ]
            },
            {"delivery_type": "COURIER", "delivery_price": {"net": "12.20", "gross": "15.00", "vat": "2.80"}}
        ],
        "promo_codes": [],
        "products": [
            {
                "product_id": "42",
                "product_name": "Lampka",
                "product_image": "http://127.0.0.1:8080/img/42.webp",
                "base_price": {"net": "10.00", "gross": "12.30", "vat": "2.30"},
                "quantity": {"quantity": 2, "quantity_type": "INTEGER", "quantity_unit": "szt.", "available_quantity": 5}
            }
        ],
        "consents": [
            {
                "consent_id": "terms",
                "consent_link": "http://127.0.0.1:8080/terms",
                "label_link": "Regulamin",
                "consent_description": "Akceptuję regulamin",
                "consent_version": "1",
                "requirement_type": "REQUIRED_ALWAYS"
            },
            {
                "consent_id": "news",
                "consent_link": "http://127.0.0.1:8080/news",
                "consent_description": "Chcę newsletter",
                "consent_version": "1",
                "requirement_type": "OPTIONAL"
            }
        ]
    })
}

/// The order that the fake shop makes of a request.
pub(crate) fn order(request: &Value) -> Value {
    json!({
        "order_details": {
            "order_id": "o-1",
            "customer_order_id": "K/2026/1",
            "pos_id": "karfa-demo",
            "order_creation_date": "2026-01-31T12:00:01.000000Z",
            "basket_id": request["order_details"]["basket_id"],
            "order_merchant_status_description": "New",
            "payment_type": "CARD",
            "order_base_price": {"net": "28.12", "gross": "34.59", "vat": "6.47"},
            "order_final_price": {"net": "28.12", "gross": "34.59", "vat": "6.47"},
            "currency": "PLN",
            "delivery_references_list": []
        },
        "account_info": {"name": "A", "surname": "B"},
        "delivery": {"delivery_type": "APM"},
        "products": [],
        "consents": [{"consent_id": "terms", "consent_version": "1", "is_accepted": true}]
    })
}

/// The body of a binding by phone.
pub(crate) fn by_phone(phone: &str) -> Value {
    json!({
        "binding_method": "PHONE",
        "binding_place": "PRODUCT_CARD",
        "phone_number": {"country_prefix": "+48", "phone": phone},
        "browser": {
            "user_agent": "Mozilla/5.0",
            "description": "Firefox",
            "platform": "Linux",
            "architecture": "5.0 (X11)",
            "data_time": "2026-01-31T12:00:00Z",
            "location": "-",
            "customer_ip": "127.0.0.1",
            "port": "54321"
        }
    })
}

/// The body of a binding by link or QR code.
pub(crate) fn by_link() -> Value {
    let mut body = by_phone("600000000");
    body["binding_method"] = json!("DEEP_LINK");
    body.as_object_mut().unwrap().remove("phone_number");
    body
}

/// A payment with this BLIK code.
pub(crate) fn blik(code: &str) -> Value {
    json!({"payment_type": "BLIK_CODE", "blik_code": code})
}

/// A sandbox under test.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) router: Router,
    pub(crate) shop: Arc<Shop>,
    pub(crate) clock: Arc<ManualClock>,
    token: Mutex<String>,
}

impl Bench {
    pub(crate) async fn new() -> Bench {
        Bench::with(|_| ()).await
    }

    /// A bench with options of its own.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Bench {
        crate::log::begin();
        let shop = Shop::open();
        let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::new(start));
        let mut options = Options::new("http://shop.test/inpost", shop.clone());
        options.clock = clock.clone();
        options.seed = 7;
        options.patience = Patience {
            timeout: Duration::from_secs(2),
            tries_while_waiting: 2,
            tries_in_background: 5,
            first_pause: Duration::from_millis(1),
        };
        let mut other = InpostMerchant::demo("http://other.test/inpost");
        other.client_id = "other".into();
        options.inpost_merchants.push(other);
        change(&mut options);
        let sandbox = Sandbox::new(options).unwrap();
        let router = sandbox.router();
        let bench = Bench {
            sandbox,
            router,
            shop,
            clock,
            token: Mutex::default(),
        };
        bench.sign_in("karfa-demo").await;
        bench
    }

    /// Uses the account with this client id from now on.
    pub(crate) async fn sign_in(&self, client_id: &str) {
        let form =
            format!("client_id={client_id}&client_secret=karfa-demo-secret&grant_type=client_credentials");
        let (status, body) = self.form("/inpost/auth/token", &form).await;
        assert_eq!(status, 200, "{body}");
        *self.token.lock().unwrap() = body["access_token"].as_str().unwrap().to_owned();
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// Sends a form.
    pub(crate) async fn form(&self, path: &str, form: &str) -> (StatusCode, Value) {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    /// Calls the emulated API with a valid token.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let token = self.token.lock().unwrap().clone();
        let request = Request::builder()
            .method(method)
            .uri(format!("/inpost{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("inpay-plugin-version", "karfa-test")
            .header("content-type", "application/json");
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    /// The status and the `error_code` of a call that is refused.
    pub(crate) async fn refusal(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (status, mut body) = self.api(method, path, body).await;
        (status.as_u16(), body["error_code"].take())
    }

    /// Asks for a refund under a command id; an empty one is not sent.
    pub(crate) async fn refund(&self, transaction: &str, command: &str, body: &Value) -> (StatusCode, Value) {
        let token = self.token.lock().unwrap().clone();
        let mut request = Request::post(format!("/inpost/v1/izi/transaction/{transaction}/refund"))
            .header("authorization", format!("Bearer {token}"));
        if !command.is_empty() {
            request = request.header("x-command-id", command);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Calls the phone or the control.
    pub(crate) async fn tap(&self, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
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

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// What the phone shows.
    pub(crate) async fn phone(&self) -> Value {
        let (status, screen) = self
            .tap("GET", &format!("/phone/api/{PHONE}"), &Value::Null)
            .await;
        assert_eq!(status, 200, "{screen}");
        screen
    }

    /// Opens a link on the ordinary customer's phone.
    pub(crate) async fn scan(&self, link: &Value) -> (StatusCode, Value) {
        let path = format!("/phone/api/{PHONE}/scan");
        self.tap("POST", &path, &json!({ "link": link })).await
    }

    /// Starts a binding of `basket_id` with the ordinary customer; the id of the request on the phone.
    pub(crate) async fn push(&self, basket_id: &str) -> String {
        let path = format!("/v1/izi/basket/{basket_id}/binding");
        let (status, body) = self.api("POST", &path, &by_phone("600000000")).await;
        assert_eq!((status.as_u16(), body), (202, Value::Null));
        self.phone().await["inbox"][0]["id"]
            .as_str()
            .expect("a request on the phone")
            .to_owned()
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, id: &str, answer: &Value) -> (StatusCode, Value) {
        self.tap("POST", &format!("/phone/api/{PHONE}/inbox/{id}"), answer)
            .await
    }

    /// Links `b-1`; its `inpost_basket_id`.
    pub(crate) async fn link(&self) -> String {
        let id = self.push("b-1").await;
        let (status, body) = self.answer(&id, &json!({"action": "approve"})).await;
        assert_eq!(status, 200, "{body}");
        body["inpost_basket_id"].as_str().unwrap().to_owned()
    }

    /// Changes a basket on the ordinary customer's phone.
    pub(crate) async fn change(&self, inpost_basket_id: &str, event: &Value) -> (StatusCode, Value) {
        let path = format!("/phone/api/{PHONE}/baskets/{inpost_basket_id}/events");
        self.tap("POST", &path, event).await
    }

    /// Orders a basket on the ordinary customer's phone.
    pub(crate) async fn order(&self, inpost_basket_id: &str, wish: &Value) -> (u16, Value) {
        let path = format!("/phone/api/{PHONE}/baskets/{inpost_basket_id}/order");
        let (status, body) = self.tap("POST", &path, wish).await;
        (status.as_u16(), body)
    }

    /// Asks for a fault.
    pub(crate) async fn fault(&self, fault: &Value) {
        let (status, body) = self.tap("POST", "/control/faults", fault).await;
        assert_eq!(status, 201, "{body}");
    }
}
