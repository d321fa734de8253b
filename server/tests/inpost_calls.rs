//! InPost's calls to the shop, bad ones above all: each is refused in InPost's own shape, and changes nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
mod world;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use inpost_pay::signature::{
    KEY_HASH_HEADER, KEY_VERSION_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_hash, signing_text,
    signing_timestamp,
};
use jiff::{SignedDuration, Timestamp};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use world::{World, assert_nothing_changed, until};

const NUMBER: &str = "48600000321";
const PHONE: &str = "600000321";
const PRODUCT: &str = "szalik-mgla";
/// The demo shop's merchant.
const MERCHANT: &str = "karfa-demo";
const VERSION: &str = "of-the-test";
/// A scarf, sent to a parcel locker.
const TOTAL: &str = "141.99";

/// The key that the test signs with.
struct Key {
    signing: SigningKey<Sha256>,
    public: String,
}

fn make_key() -> Key {
    let private = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let public = private.to_public_key().to_public_key_der().unwrap();
    Key {
        signing: SigningKey::new(private),
        public: base64(public.as_bytes()),
    }
}

static KEY: LazyLock<Key> = LazyLock::new(make_key);
/// A key that nobody has published.
static STRANGER: LazyLock<Key> = LazyLock::new(make_key);

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// No two signatures of one run are the same, so that none is a replay of another.
fn moment() -> Timestamp {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let now = Timestamp::now().as_millisecond();
    let last = LAST
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)))
        .unwrap();
    Timestamp::from_millisecond(now.max(last + 1)).unwrap()
}

fn signed_by(key: &Key, body: &[u8], merchant: &str, at: Timestamp) -> HeaderMap {
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

fn signed(body: &[u8]) -> HeaderMap {
    signed_by(&KEY, body, MERCHANT, moment())
}

/// A shop whose InPost has published the test's key.
async fn shop() -> World {
    let world = World::new(None).await;
    world.publish_key(VERSION, &KEY.public);
    world
}

async fn send(
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

async fn call(world: &World, method: &str, path: &str, body: Option<&Value>) -> Response<Bytes> {
    let body = body.map(Value::to_string).unwrap_or_default();
    send(world, method, path, signed(body.as_bytes()), body).await
}

fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

/// The refusal has this status and code, InPost's shape, and tells nothing that is not InPost's business.
#[track_caller]
fn assert_refused(response: &Response<Bytes>, status: u16, code: &str) {
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
fn assert_fine(response: &Response<Bytes>) {
    let body = String::from_utf8_lossy(response.body());
    assert_eq!(response.status().as_u16(), 200, "{body}");
    assert!(response.headers().contains_key("inpay-plugin-version"));
}

/// An order of one scarf, as the app would send it.
fn order(basket: &str) -> Value {
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

fn confirmation(phone: &str) -> Value {
    json!({
        "status": "SUCCESS",
        "inpost_basket_id": "11111111-2222-3333-4444-555555555555",
        "phone_number": {"country_prefix": "+48", "phone": phone},
        "masked_phone_number": "60*****21",
        "name": "Anna",
        "surname": "Żuk",
    })
}

fn quantity(event_id: &str, pieces: u32) -> Value {
    json!({
        "event_id": event_id,
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "PRODUCTS_QUANTITY",
        "quantity_event_data": [
            {"product_id": PRODUCT, "quantity": {"quantity": pieces, "quantity_type": "INTEGER"}},
        ],
    })
}

fn payment(event_id: &str) -> Value {
    json!({
        "event_id": event_id,
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "phone_number": {"country_prefix": "+48", "phone": PHONE},
        "event_data": {"payment_status": "AUTHORIZED", "payment_id": "p-1", "payment_reference": "r-1", "payment_type": "BLIK_CODE"},
    })
}

async fn waiting_basket(world: &World) -> String {
    world.ask_for_link(NUMBER, PRODUCT).await;
    let view = world.insist("GET", "/api/widget/link", None).await;
    assert_eq!(view["status"], "waiting");
    view["basket_id"].as_str().unwrap().to_owned()
}

async fn link_status(world: &World, basket: &str) -> Value {
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
fn pieces(response: &Response<Bytes>) -> Value {
    json_of(response)["products"]
        .as_array()
        .unwrap()
        .first()
        .map_or(json!(0), |product| product["quantity"]["quantity"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_inpost_has_not_signed_now_is_refused() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/event");
    let body = quantity("forged", 3).to_string();
    let bytes = body.as_bytes();
    let now = moment;
    let with = |name: &'static str, value: &str| {
        let mut headers = signed(bytes);
        headers.insert(name, value.parse().unwrap());
        headers
    };
    let without = |name: &str| {
        let mut headers = signed(bytes);
        headers.remove(name);
        headers
    };
    let seconds = SignedDuration::from_secs;
    let before = world.contents().await;
    for (what, headers) in [
        ("nothing signed", HeaderMap::new()),
        (
            "another body",
            signed(quantity("forged", 2).to_string().as_bytes()),
        ),
        ("another merchant", signed_by(&KEY, bytes, "somebody-else", now())),
        ("a stranger's key under our hash", {
            let mut headers = signed_by(&STRANGER, bytes, MERCHANT, now());
            headers.insert(KEY_HASH_HEADER, key_hash(&KEY.public).parse().unwrap());
            headers
        }),
        ("a stranger's key", signed_by(&STRANGER, bytes, MERCHANT, now())),
        (
            "241 seconds old",
            signed_by(&KEY, bytes, MERCHANT, now() - seconds(241)),
        ),
        (
            "250 seconds ahead",
            signed_by(&KEY, bytes, MERCHANT, now() + seconds(250)),
        ),
        ("another time", with(TIMESTAMP_HEADER, &signing_timestamp(now()))),
        ("no time", with(TIMESTAMP_HEADER, "yesterday")),
        ("another version", with(KEY_VERSION_HEADER, "made-up")),
        ("another hash", with(KEY_HASH_HEADER, &key_hash("made up"))),
        ("no base64", with(SIGNATURE_HEADER, "!!!")),
        ("no signature", without(SIGNATURE_HEADER)),
        ("no timestamp", without(TIMESTAMP_HEADER)),
        ("no version", without(KEY_VERSION_HEADER)),
        ("no hash", without(KEY_HASH_HEADER)),
    ] {
        let response = send(&world, "POST", &path, headers, body.clone()).await;
        assert_eq!(response.status(), 401, "{what}");
        assert_refused(&response, 401, "INVALID_SIGNATURE");
    }
    assert_nothing_changed(&world, &before).await;

    let headers = signed_by(&KEY, bytes, MERCHANT, now() - seconds(200));
    let first = send(&world, "POST", &path, headers.clone(), body.clone()).await;
    assert_fine(&first);
    assert_eq!(pieces(&first), 3);
    let after = world.contents().await;
    assert_ne!(after, before, "what is compared would show a change");
    let replayed = send(&world, "POST", &path, headers, body).await;
    assert_refused(&replayed, 401, "INVALID_SIGNATURE");
    assert_nothing_changed(&world, &after).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_is_behind_the_signature() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let before = world.contents().await;
    for (method, path, body) in [
        ("GET", format!("/basket/{basket}"), None),
        (
            "POST",
            format!("/basket/{basket}/confirmation"),
            Some(confirmation(PHONE)),
        ),
        (
            "POST",
            format!("/basket/{basket}/event"),
            Some(quantity("unsigned", 2)),
        ),
        ("DELETE", format!("/basket/{basket}/binding"), None),
        ("POST", format!("/basket/{basket}/binding/delete"), None),
        ("POST", format!("/basket/{basket}/binding"), None),
        ("POST", "/order".to_owned(), Some(order(&basket))),
        ("GET", "/order/0".to_owned(), None),
        ("POST", "/order/0/event".to_owned(), Some(payment("unsigned"))),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        headers.insert("x-http-method-override", "DELETE".parse().unwrap());
        let body = body.as_ref().map(Value::to_string).unwrap_or_default();
        let response = send(&world, method, &path, headers, body).await;
        assert_refused(&response, 401, "INVALID_SIGNATURE");
    }
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_cannot_be_read_is_refused() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let before = world.contents().await;
    let paths = [
        format!("/basket/{basket}/event"),
        format!("/basket/{basket}/confirmation"),
        "/order".to_owned(),
        "/order/0/event".to_owned(),
    ];
    for path in &paths {
        for body in [
            "",
            "{",
            "[]",
            "\"600000321\"",
            "{\"event_id\":600000321}",
            "\u{0}",
        ] {
            let mut headers = signed(body.as_bytes());
            headers.insert(
                header::CONTENT_TYPE,
                "application/json; charset=utf-8".parse().unwrap(),
            );
            let response = send(&world, "POST", path, headers, body).await;
            if path.ends_with("confirmation") && body == "{\"event_id\":600000321}" {
                assert_refused(&response, 400, "BAD_REQUEST");
            } else {
                assert_refused(&response, 400, "MALFORMED_REQUEST");
            }
        }
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            let body = quantity("typed", 2).to_string();
            let mut headers = signed(body.as_bytes());
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            assert_refused(
                &send(&world, "POST", path, headers, body).await,
                400,
                "BAD_REQUEST",
            );
        }
        let large = format!("{{\"event_id\":\"{}\"}}", "x".repeat(256 * 1024));
        let response = send(&world, "POST", path, signed(large.as_bytes()), large.clone()).await;
        assert_refused(&response, 400, "BAD_REQUEST");
        let mut headers = signed(large.as_bytes());
        headers.insert(header::CONTENT_LENGTH, large.len().into());
        assert_refused(
            &send(&world, "POST", path, headers, large).await,
            400,
            "BAD_REQUEST",
        );
    }
    assert_nothing_changed(&world, &before).await;

    // Larger than a browser may send, and fine: an order has long addresses and comments.
    let long = format!(
        "{{\"padding\":\"{}\",{}",
        "x".repeat(100 * 1024),
        &quantity("long", 2).to_string()[1..]
    );
    let response = send(&world, "POST", &paths[0], signed(long.as_bytes()), long).await;
    assert_fine(&response);
    assert_eq!(pieces(&response), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_said_so() {
    let world = shop().await;
    let before = world.contents().await;
    for id in [
        "00000000-0000-7000-8000-000000000000",
        "600000321",
        "..%2F..%2Fetc",
        "%00",
        "a'--",
    ] {
        assert_refused(
            &call(&world, "GET", &format!("/basket/{id}"), None).await,
            404,
            "BASKET_NOT_FOUND",
        );
        let event = call(
            &world,
            "POST",
            &format!("/basket/{id}/event"),
            Some(&quantity("e-1", 1)),
        )
        .await;
        assert_refused(&event, 404, "BASKET_NOT_FOUND");
        let confirmed = call(
            &world,
            "POST",
            &format!("/basket/{id}/confirmation"),
            Some(&confirmation(PHONE)),
        )
        .await;
        assert_refused(&confirmed, 404, "BASKET_NOT_FOUND");
        assert_refused(
            &call(&world, "POST", "/order", Some(&order(id))).await,
            404,
            "BASKET_NOT_FOUND",
        );
        assert_refused(
            &call(&world, "GET", &format!("/order/{id}"), None).await,
            404,
            "ORDER_NOT_FOUND",
        );
        let paid = call(
            &world,
            "POST",
            &format!("/order/{id}/event"),
            Some(&payment("e-2")),
        )
        .await;
        assert_refused(&paid, 404, "ORDER_NOT_FOUND");
        // An unknown basket is not linked, which is what is asked for.
        assert_fine(&call(&world, "DELETE", &format!("/basket/{id}/binding"), None).await);
    }
    for (method, path) in [
        ("GET", "/nothing"),
        ("PUT", "/basket/1"),
        ("DELETE", "/order/1"),
        ("GET", "/order"),
        ("POST", "/basket/1/binding"),
    ] {
        assert_refused(&call(&world, method, path, None).await, 404, "NOT_FOUND");
    }
    assert_refused(
        &call(&world, "GET", "/basket/%FF", None).await,
        400,
        "BAD_REQUEST",
    );
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_counts_for_the_number_that_was_asked_and_while_it_waits() {
    let world = shop().await;
    let basket = waiting_basket(&world).await;
    let path = format!("/basket/{basket}/confirmation");

    let before = world.contents().await;
    let other = call(&world, "POST", &path, Some(&confirmation("600000999"))).await;
    assert_refused(&other, 404, "BASKET_NOT_FOUND");
    let mut reject = confirmation("600000999");
    reject["status"] = json!("REJECT");
    call(&world, "POST", &path, Some(&reject)).await;
    for (field, value) in [
        ("status", json!("MAYBE")),
        ("status", Value::Null),
        ("inpost_basket_id", Value::Null),
    ] {
        let mut bad = confirmation(PHONE);
        bad[field] = value;
        assert_refused(&call(&world, "POST", &path, Some(&bad)).await, 400, "BAD_REQUEST");
    }
    assert_nothing_changed(&world, &before).await;
    assert_eq!(link_status(&world, &basket).await, "waiting");

    let confirmed = call(&world, "POST", &path, Some(&confirmation(PHONE))).await;
    assert_fine(&confirmed);
    assert_eq!(pieces(&confirmed), 1, "the answer is the basket");
    assert_eq!(link_status(&world, &basket).await, "linked");

    let repeated = call(&world, "POST", &path, Some(&confirmation(PHONE))).await;
    assert_fine(&repeated);
    let mut elsewhere = confirmation(PHONE);
    elsewhere["inpost_basket_id"] = json!("99999999-2222-3333-4444-555555555555");
    assert_refused(
        &call(&world, "POST", &path, Some(&elsewhere)).await,
        404,
        "BASKET_NOT_FOUND",
    );
    assert_eq!(link_status(&world, &basket).await, "linked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_that_does_not_wait_is_not_confirmed() {
    let world = shop().await;
    let item = json!({"product_id": PRODUCT, "request_id": "one-click-of-the-button"});
    let view = world.insist("POST", "/api/widget/items", Some(item)).await;
    let basket = view["basket_id"].as_str().unwrap();
    let before = world.contents().await;
    let confirmed = call(
        &world,
        "POST",
        &format!("/basket/{basket}/confirmation"),
        Some(&confirmation(PHONE)),
    )
    .await;
    assert_refused(&confirmed, 404, "BASKET_NOT_FOUND");
    let event = call(
        &world,
        "POST",
        &format!("/basket/{basket}/event"),
        Some(&quantity("e-1", 2)),
    )
    .await;
    assert_refused(&event, 404, "BASKET_NOT_FOUND");
    assert_refused(
        &call(&world, "POST", "/order", Some(&order(basket))).await,
        404,
        "BASKET_NOT_FOUND",
    );
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_counts_once_and_what_comes_late_undoes_nothing() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/event");
    let event = async |body: Value| call(&world, "POST", &path, Some(&body)).await;

    assert_eq!(pieces(&event(quantity("e-1", 2)).await), 2);
    assert_eq!(pieces(&event(quantity("e-2", 4)).await), 4);
    // The first one again, as after a lost answer: what came after it stays.
    assert_eq!(pieces(&event(quantity("e-1", 2)).await), 4);

    let add = json!({
        "event_id": "e-3",
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "RELATED_PRODUCTS",
        "related_products_event_data": [{"product_id": "mydlo-lanolina", "quantity": {"quantity": 1, "quantity_type": "INTEGER"}}],
    });
    for _ in 0..2 {
        let answer = json_of(&event(add.clone()).await);
        assert_eq!(answer["products"].as_array().unwrap().len(), 2, "{answer}");
        assert_eq!(answer["products"][1]["quantity"]["quantity"], 1);
    }

    // What cannot be done is told with the unchanged basket.
    let before = world.contents().await;
    let mut unknown = quantity("e-5", 1);
    unknown["quantity_event_data"][0]["product_id"] = json!("unicorn");
    let mut unheard = quantity("e-6", 1);
    unheard["event_type"] = json!("BASKET_DANCES");
    let code = json!({
        "event_id": "e-7",
        "event_data_time": "2026-03-01T12:00:00.000000Z",
        "event_type": "PROMO_CODES",
        "promo_codes_event_data": [{"promo_code_value": "WRONG"}],
    });
    let mut half = quantity("e-8", 1);
    half["quantity_event_data"][0]["quantity"]["quantity"] = json!(1.5);
    for bad in [quantity("e-4", 1_000_000), unknown, unheard, code, half] {
        let answer = event(bad.clone()).await;
        assert_fine(&answer);
        let body = json_of(&answer);
        assert_eq!(body["summary"]["basket_notice"]["type"], "ERROR", "{bad}: {body}");
        assert_eq!(pieces(&answer), 4);
    }
    assert_nothing_changed(&world, &before).await;

    // Removing all, and what is not there any more.
    assert_eq!(
        json_of(&event(quantity("e-9", 0)).await)["products"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let again = event(quantity("e-10", 0)).await;
    assert_fine(&again);
    assert_eq!(json_of(&again)["products"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_is_unlinked_by_each_spelling_of_delete() {
    for (method, suffix, overridden) in [
        ("DELETE", "binding", false),
        ("POST", "binding/delete", false),
        ("POST", "binding", true),
    ] {
        let world = shop().await;
        let basket = world.link(NUMBER, PRODUCT).await;
        let path = format!("/basket/{basket}/{suffix}");
        for round in 0..2 {
            let mut headers = signed(b"");
            if overridden {
                headers.insert("x-http-method-override", "DELETE".parse().unwrap());
            }
            let response = send(&world, method, &path, headers, "").await;
            assert_fine(&response);
            assert_eq!(
                link_status(&world, &basket).await,
                "unlinked",
                "{method} {suffix}, round {round}"
            );
        }
    }
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let response = call(&world, "POST", &format!("/basket/{basket}/binding"), None).await;
    assert_refused(&response, 404, "NOT_FOUND");
    assert_eq!(link_status(&world, &basket).await, "linked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_does_not_fit_is_refused_and_the_basket_says_why() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let with = |at: &str, value: Value| {
        let mut body = order(&basket);
        *body.pointer_mut(at).unwrap() = value;
        body
    };
    for (what, body, notice) in [
        (
            "the total",
            with("/order_details/basket_price/gross", json!("141.98")),
            "Cena zmieniła się i wynosi teraz 141",
        ),
        (
            "the total",
            with("/order_details/basket_price/gross", json!("0.00")),
            "Cena zmieniła się",
        ),
        (
            "the delivery",
            with("/delivery/delivery_type", json!("DIGITAL")),
            "Ta dostawa nie jest dostępna",
        ),
        (
            "no locker",
            with("/delivery/delivery_point", Value::Null),
            "Uzupełnij dane dostawy",
        ),
        (
            "a consent",
            with("/consents/0/is_accepted", json!(false)),
            "Zaznacz wymagane zgody",
        ),
        (
            "no consents",
            with("/consents", json!([])),
            "Zaznacz wymagane zgody",
        ),
        (
            "the payment",
            with("/order_details/payment_type", json!("SHELLS")),
            "Ta metoda płatności nie jest dostępna",
        ),
    ] {
        let response = call(&world, "POST", "/order", Some(&body)).await;
        assert_refused(&response, 409, "ORDER_NOT_CREATE");
        let read = call(&world, "GET", &format!("/basket/{basket}"), None).await;
        // Told to the app at once as well: the basket that it then has carries it.
        let told = until("the notice in the app", async || {
            let phone = world.phone(NUMBER).await;
            let notice = phone["baskets"][0]["basket"]["summary"]["basket_notice"]["description"].as_str()?;
            notice
                .starts_with(notice_of(&response))
                .then(|| notice.to_owned())
        })
        .await;
        assert!(told.starts_with(notice), "{what}: {told}");
        assert_fine(&read);
        assert_eq!(link_status(&world, &basket).await, "linked", "{what}");
    }
    // What is not even in the contract never reaches the shop, and the shopper is told all the same.
    for (body, notice) in [
        (
            with("/order_details/currency", json!("EUR")),
            "Sklep przyjmuje tylko",
        ),
        (
            with("/delivery/delivery_type", json!("DRONE")),
            "Sklep nie obsługuje tej dostawy",
        ),
        (
            with("/account_info/phone_number/phone", json!("one")),
            "Numer telefonu w zamówieniu",
        ),
        (
            with("/delivery/delivery_codes", json!(["DRONE"])),
            "Sklep nie obsługuje tej dostawy",
        ),
    ] {
        let response = call(&world, "POST", "/order", Some(&body)).await;
        assert_refused(&response, 409, "ORDER_NOT_CREATE");
        until("the notice in the app", async || {
            let phone = world.phone(NUMBER).await;
            let told = phone["baskets"][0]["basket"]["summary"]["basket_notice"]["description"].as_str()?;
            told.starts_with(notice).then_some(())
        })
        .await;
    }
    assert_eq!(world.count("select count(*) from shop_order").await, 0);
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        14
    );
}

/// The first words of a refusal, which the notice repeats.
fn notice_of(response: &Response<Bytes>) -> &'static str {
    let message = json_of(response)["error_message"].as_str().unwrap().to_owned();
    let known = ["Cena", "Ta dostawa", "Uzupełnij", "Zaznacz", "Ta metoda"];
    known
        .into_iter()
        .find(|beginning| message.starts_with(beginning))
        .unwrap_or_else(|| panic!("{message}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_order_returns_the_first_one() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let body = order(&basket);
    let (first, second) = tokio::join!(
        call(&world, "POST", "/order", Some(&body)),
        call(&world, "POST", "/order", Some(&body))
    );
    assert_fine(&first);
    assert_fine(&second);
    let placed = json_of(&first);
    assert_eq!(json_of(&second), placed, "asked twice at once");
    assert_eq!(
        json_of(&call(&world, "POST", "/order", Some(&body)).await),
        placed,
        "asked again"
    );
    assert_eq!(placed["order_details"]["basket_id"], json!(basket));
    assert_eq!(placed["account_info"], body["account_info"]);
    let id = placed["order_details"]["order_id"].as_str().unwrap();
    let read = call(&world, "GET", &format!("/order/{id}"), None).await;
    assert_eq!(json_of(&read)["order_details"]["order_id"], json!(id));

    let before = world.contents().await;
    let mut otherwise = order(&basket);
    otherwise["order_details"]["payment_type"] = json!("CARD");
    assert_refused(
        &call(&world, "POST", "/order", Some(&otherwise)).await,
        409,
        "ORDER_NOT_CREATE",
    );
    // The basket is closed now.
    let event = call(
        &world,
        "POST",
        &format!("/basket/{basket}/event"),
        Some(&quantity("late", 2)),
    )
    .await;
    assert_refused(&event, 409, "ORDER_EXISTS");
    let confirmed = call(
        &world,
        "POST",
        &format!("/basket/{basket}/confirmation"),
        Some(&confirmation(PHONE)),
    )
    .await;
    assert_refused(&confirmed, 409, "ORDER_EXISTS");
    assert_fine(&call(&world, "DELETE", &format!("/basket/{basket}/binding"), None).await);
    assert_eq!(link_status(&world, &basket).await, "ordered");
    assert_nothing_changed(&world, &before).await;
    assert_eq!(world.count("select count(*) from shop_order").await, 1);
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_counts_once_and_may_be_followed_by_a_cancellation() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let placed = json_of(&call(&world, "POST", "/order", Some(&order(&basket))).await);
    let path = format!(
        "/order/{}/event",
        placed["order_details"]["order_id"].as_str().unwrap()
    );
    assert_eq!(
        placed["order_details"]["order_merchant_status_description"],
        "Oczekuje na płatność"
    );

    let mut strange = payment("e-0");
    strange["event_data"] = json!({"payment_status": "PONDERING"});
    let answer = call(&world, "POST", &path, Some(&strange)).await;
    assert_fine(&answer);
    assert_eq!(
        json_of(&answer)["order_merchant_status_description"],
        "Oczekuje na płatność"
    );

    for _ in 0..2 {
        let answer = call(&world, "POST", &path, Some(&payment("e-1"))).await;
        assert_fine(&answer);
        assert_eq!(
            json_of(&answer)["order_merchant_status_description"],
            "Przyjęte do realizacji"
        );
    }
    assert_eq!(
        world
            .count("select count(*) from shop_order where status = 'accepted'")
            .await,
        1
    );
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );

    let mut rejected = payment("e-2");
    rejected["event_data"] = json!({"order_status": "ORDER_REJECTED"});
    // The payment's event once more, after it: repeated news is old news.
    for event in [rejected, payment("e-1")] {
        let answer = call(&world, "POST", &path, Some(&event)).await;
        assert_fine(&answer);
        assert_eq!(json_of(&answer)["order_merchant_status_description"], "Anulowane");
        assert_eq!(
            world
                .count("select pieces from stock where product = 'szalik-mgla'")
                .await,
            14
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_given_up_gives_its_pieces_back_once() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let placed = json_of(&call(&world, "POST", "/order", Some(&order(&basket))).await);
    let path = format!(
        "/order/{}/event",
        placed["order_details"]["order_id"].as_str().unwrap()
    );
    assert_eq!(
        world
            .count("select pieces from stock where product = 'szalik-mgla'")
            .await,
        13
    );
    for event_id in ["e-1", "e-1", "e-2"] {
        let mut rejected = payment(event_id);
        rejected["event_data"] = json!({"order_status": "ORDER_REJECTED"});
        let answer = call(&world, "POST", &path, Some(&rejected)).await;
        assert_fine(&answer);
        assert_eq!(json_of(&answer)["order_merchant_status_description"], "Anulowane");
        assert_eq!(
            world
                .count("select pieces from stock where product = 'szalik-mgla'")
                .await,
            14
        );
    }
}
