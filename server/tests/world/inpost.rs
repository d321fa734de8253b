//! InPost's side of a test: a signing key of its own, the calls it makes to the shop, and what is said of the answers.

use super::World;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use inpost_pay::signature::{
    KEY_HASH_HEADER, KEY_VERSION_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_hash, signing_text,
    signing_timestamp,
};
use jiff::Timestamp;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) const NUMBER: &str = "48600000321";
pub(crate) const PHONE: &str = "600000321";
pub(crate) const PRODUCT: &str = "szalik-mgla";
/// The demo shop's merchant.
pub(crate) const MERCHANT: &str = "karfa-demo";
pub(crate) const VERSION: &str = "of-the-test";
/// A scarf, sent to a parcel locker.
pub(crate) const TOTAL: &str = "141.99";

/// The key that the test signs with.
pub(crate) struct Key {
    pub(crate) signing: SigningKey<Sha256>,
    pub(crate) public: String,
}

pub(crate) fn make_key() -> Key {
    let private = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let public = private.to_public_key().to_public_key_der().unwrap();
    Key {
        signing: SigningKey::new(private),
        public: base64(public.as_bytes()),
    }
}

pub(crate) static KEY: LazyLock<Key> = LazyLock::new(make_key);
/// A key that nobody has published.
pub(crate) static STRANGER: LazyLock<Key> = LazyLock::new(make_key);

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// No two signatures of one run are the same, so that none is a replay of another.
pub(crate) fn moment() -> Timestamp {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let now = Timestamp::now().as_millisecond();
    let last = LAST
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)))
        .unwrap();
    Timestamp::from_millisecond(now.max(last + 1)).unwrap()
}

pub(crate) fn signed_by(key: &Key, body: &[u8], merchant: &str, at: Timestamp) -> HeaderMap {
    let time = signing_timestamp(at);
    let text = signing_text(body, merchant, VERSION, &time);
    let signature = base64(&key.signing.sign(text.as_bytes()).to_bytes());
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (SIGNATURE_HEADER, signature),
        (TIMESTAMP_HEADER, time),
        (KEY_VERSION_HEADER, VERSION.to_owned()),
        (KEY_HASH_HEADER, key_hash(&key.public)),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    }
    headers
}

pub(crate) fn signed(body: &[u8]) -> HeaderMap {
    signed_by(&KEY, body, MERCHANT, moment())
}

/// A shop whose InPost has published the test's key.
pub(crate) async fn shop() -> World {
    let world = World::new(None).await;
    world.publish_key(VERSION, &KEY.public);
    world
}

pub(crate) async fn send(
    world: &World,
    method: &str,
    path: &str,
    headers: HeaderMap,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/inpost/v1/izi{path}"));
    *request.headers_mut().unwrap() = headers;
    world.ask(request.body(Body::from(body.into())).unwrap()).await
}

pub(crate) async fn call(world: &World, method: &str, path: &str, body: Option<&Value>) -> Response<Bytes> {
    let body = body.map(Value::to_string).unwrap_or_default();
    send(world, method, path, signed(body.as_bytes()), body).await
}

pub(crate) fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

/// The refusal has this status and code, InPost's shape, and tells nothing that is not InPost's business.
#[track_caller]
pub(crate) fn assert_refused(response: &Response<Bytes>, status: u16, code: &str) {
    let body = json_of(response);
    assert_eq!(
        (response.status().as_u16(), &body["error_code"]),
        (status, &json!(code)),
        "{body}"
    );
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error_code", "error_message"]);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        response.headers().contains_key("inpay-plugin-version"),
        status != 401
    );
    let message = body["error_message"].as_str().unwrap();
    assert!(!message.is_empty());
    for inner in [PHONE, "Żuk", "sqlx", "SELECT", "select ", "serde", "src/", "::"] {
        assert!(!message.contains(inner), "{inner} in {message}");
    }
}

#[track_caller]
pub(crate) fn assert_fine(response: &Response<Bytes>) {
    let body = String::from_utf8_lossy(response.body());
    assert_eq!(response.status().as_u16(), 200, "{body}");
    assert!(response.headers().contains_key("inpay-plugin-version"));
}

/// An order of one scarf, as the app would send it.
pub(crate) fn order(basket: &str) -> Value {
    json!({
        "order_details": {
            "basket_id": basket,
            "currency": "PLN",
            "basket_price": {"net": "115.44", "gross": TOTAL, "vat": "26.55"},
            "payment_type": "BLIK_CODE",
            "basket_additional_parameters": [],
        },
        "account_info": {
            "name": "Anna",
            "surname": "Żuk",
            "phone_number": {"country_prefix": "+48", "phone": PHONE},
            "mail": "anna.zuk@example.com",
            "client_address": {"country_code": "PL", "address": "Polna 1", "city": "Kraków", "postal_code": "30-001"},
        },
        "delivery": {
            "delivery_type": "APM",
            "delivery_codes": [],
            "mail": "anna.zuk@example.com",
            "phone_number": {"country_prefix": "+48", "phone": PHONE},
            "delivery_point": "KRA10A",
        },
        "consents": [
            {"consent_id": "terms", "consent_version": "2026-01", "is_accepted": true},
            {"consent_id": "privacy", "consent_version": "2026-01", "is_accepted": true},
        ],
    })
}

pub(crate) fn confirmation(phone: &str) -> Value {
    json!({
        "status": "SUCCESS",
        "inpost_basket_id": "11111111-2222-3333-4444-555555555555",
        "phone_number": {"country_prefix": "+48", "phone": phone},
        "masked_phone_number": "60*****21",
        "name": "Anna",
        "surname": "Żuk",
    })
}

pub(crate) fn quantity(event_id: &str, pieces: u32) -> Value {
    json!({
        "event_id": event_id,
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "PRODUCTS_QUANTITY",
        "quantity_event_data": [
            {"product_id": PRODUCT, "quantity": {"quantity": pieces, "quantity_type": "INTEGER"}},
        ],
    })
}

pub(crate) fn payment(event_id: &str) -> Value {
    json!({
        "event_id": event_id,
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "phone_number": {"country_prefix": "+48", "phone": PHONE},
        "event_data": {"payment_status": "AUTHORIZED", "payment_id": "p-1", "payment_reference": "r-1", "payment_type": "BLIK_CODE"},
    })
}

pub(crate) async fn waiting_basket(world: &World) -> String {
    world.ask_for_link(NUMBER, PRODUCT).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(view["status"], "waiting");
    view["basket_id"].as_str().unwrap().to_owned()
}

pub(crate) async fn link_status(world: &World, basket: &str) -> Value {
    world
        .insist(
            "GET",
            &format!("/api/widget/observe?basket={basket}&after=0"),
            None,
        )
        .await["status"]
        .clone()
}

/// The pieces of the scarf in an answered basket.
pub(crate) fn pieces(response: &Response<Bytes>) -> Value {
    json_of(response)["products"]
        .as_array()
        .unwrap()
        .first()
        .map_or(json!(0), |product| product["quantity"]["quantity"].clone())
}
