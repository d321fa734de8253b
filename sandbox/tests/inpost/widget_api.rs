//! The second generation's Widget API, called as the vendor's widget calls it.

use crate::bench::{Bench, PHONE, basket};
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

const WIDGET: &str = "/inpost/widget/v1/inpostpay/widget";

/// A stream of events, as an EventSource holds it.
struct Stream(Body);

impl Stream {
    async fn open(bench: &Bench, path: &str, last: Option<&str>) -> Stream {
        let mut request = Request::get(format!("{WIDGET}/events/{path}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = bench
            .router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut stream = Stream(answer.into_body());
        assert_eq!(stream.text().await, ": open\n\n");
        stream
    }

    async fn text(&mut self) -> String {
        let frame = tokio::time::timeout(Duration::from_secs(10), self.0.frame());
        let frame = frame.await.expect("an event").unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    }

    /// The name of the next event, and its id.
    async fn event(&mut self) -> (String, Option<String>) {
        let text = self.text().await;
        let field = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name).map(|value| value.trim().to_owned()))
        };
        let data: Value = serde_json::from_str(&field("data:").expect("data")).unwrap();
        (data["event"].as_str().unwrap().to_owned(), field("id:"))
    }
}

async fn key(bench: &Bench, basket_id: &str) -> String {
    let path = format!("/v2/izi/basket/{basket_id}/binding");
    let (status, body) = bench.api("PUT", &path, &Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body["basket_binding_api_key"].as_str().unwrap().to_owned()
}

async fn status(bench: &Bench, query: &str) -> Value {
    let path = format!("{WIDGET}?merchantClientId=karfa-demo{query}");
    let (status, body) = bench.tap("GET", &path, &Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn post(bench: &Bench, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(format!("{WIDGET}/{path}"))
        .header("content-type", "text/plain;charset=UTF-8")
        .header("user-agent", "Mozilla/5.0 Firefox/140.0")
        .body(Body::from(body.to_string()));
    let (status, body) = bench.send(request.unwrap()).await;
    (status.as_u16(), body)
}

async fn init(bench: &Bench, key: &str) -> String {
    let body = json!({"basketBindingApiKey": key, "bindingPlace": "PRODUCT_CARD"});
    let (status, body) = post(bench, "binding/init", &body).await;
    assert_eq!(status, 200, "{body}");
    body["bindingId"].as_str().unwrap().to_owned()
}

async fn push(bench: &Bench, key: &str, number: &str) -> (u16, Value) {
    let phone = json!({"countryPrefix": "+48", "number": number});
    post(
        bench,
        "binding",
        &json!({"basketBindingApiKey": key, "phone": phone}),
    )
    .await
}

/// Links `b-1` by phone; its key and its `inpost_basket_id`.
async fn link(bench: &Bench, trust_browser: bool) -> (String, String) {
    let key = key(bench, "b-1").await;
    init(bench, &key).await;
    assert_eq!(push(bench, &key, "600000000").await.0, 200);
    let id = bench.phone().await["inbox"][0]["id"].as_str().unwrap().to_owned();
    let (status, body) = bench
        .answer(&id, &json!({"action": "approve", "trust_browser": trust_browser}))
        .await;
    assert_eq!(status, 200, "{body}");
    (key, body["inpost_basket_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_basket_is_linked_by_phone() {
    let bench = Bench::new().await;
    let key = key(&bench, "b-1").await;
    let before = status(&bench, &format!("&basketBindingApiKey={key}")).await;
    assert_eq!(
        (
            &before["bindingState"],
            &before["enabled"],
            &before["productCount"]
        ),
        (&json!("UNBOUND"), &json!(true), &json!(0))
    );
    let binding = init(&bench, &key).await;
    let mut stream = Stream::open(&bench, &format!("basketBinding/{binding}"), None).await;
    let (code, asked) = push(&bench, &key, "600000000").await;
    assert_eq!(
        (code, &asked["bindingId"], &asked["maskedPhone"]),
        (200, &json!(binding), &json!("60*****00"))
    );
    let waiting = status(&bench, &format!("&basketBindingApiKey={key}")).await;
    assert_eq!(
        (&waiting["bindingState"], &waiting["bindingId"]),
        (&json!("PENDING"), &json!(binding))
    );
    let request = bench.phone().await["inbox"][0].clone();
    assert_eq!(
        (&request["id"], &request["browser"], &request["by_push"]),
        (&json!(binding), &json!("Firefox"), &json!(true))
    );
    assert_eq!(bench.answer(&binding, &json!({"action": "approve"})).await.0, 200);
    assert_eq!(stream.event().await.0, "bindingConfirmed");
    let bound = status(&bench, &format!("&basketBindingApiKey={key}")).await;
    let shown = bench.phone().await["baskets"][0].clone();
    assert_eq!(
        (
            &bound["bindingState"],
            &bound["productCount"],
            &bound["basketId"],
            &bound["maskedPhone"]
        ),
        (
            &json!("BOUND"),
            &json!(2),
            &shown["inpost_basket_id"],
            &json!("60*****00")
        )
    );
    let body = json!({"basketBindingApiKey": key});
    let (code, body) = post(&bench, "binding/init", &body).await;
    assert_eq!((code, &body["error_code"]), (409, &json!("BASKET_IS_BINDED")));
    assert_eq!(push(&bench, &key, "600000000").await.0, 409);
    let mut late = Stream::open(&bench, &format!("basketBinding/{binding}"), None).await;
    assert_eq!(late.event().await.0, "bindingConfirmed", "who comes late is told");
}

#[tokio::test]
async fn a_code_is_scanned_instead() {
    let bench = Bench::new().await;
    let key = key(&bench, "b-1").await;
    let body = json!({"basketBindingApiKey": key});
    let (_, begun) = post(&bench, "binding/init", &body).await;
    let picture = begun["content"]["scanQrCode"]["qrCode"].as_str().unwrap();
    assert!(picture.starts_with("iVBORw0KGgo"), "a PNG");
    let binding = begun["bindingId"].as_str().unwrap();
    let link = json!(format!("https://inpost.pl/izilink?binding_id={binding}"));
    let (code, opened) = bench.scan(&link).await;
    assert_eq!((code.as_u16(), &opened["inbox_id"]), (200, &json!(binding)));
    assert_eq!(bench.answer(binding, &json!({"action": "approve"})).await.0, 200);
    let (code, linked) = bench.scan(&link).await;
    assert_eq!(code, 200);
    assert_eq!(
        linked["inpost_basket_id"],
        bench.phone().await["baskets"][0]["inpost_basket_id"]
    );
}

#[tokio::test]
async fn a_refused_or_lapsed_binding_is_told() {
    let bench = Bench::new().await;
    let key = key(&bench, "b-1").await;
    let binding = init(&bench, &key).await;
    assert_eq!(push(&bench, &key, "600000000").await.0, 200);
    let path = format!("basketBinding/{binding}");
    let mut stream = Stream::open(&bench, &path, None).await;
    assert_eq!(bench.answer(&binding, &json!({"action": "reject"})).await.0, 200);
    assert_eq!(stream.event().await.0, "bindingDeleted");

    let binding = init(&bench, &key).await;
    let mut stream = Stream::open(&bench, &format!("basketBinding/{binding}"), None).await;
    bench.advance(600);
    assert_eq!(stream.event().await.0, "bindingDeleted", "after ten minutes");
}

#[tokio::test]
async fn numbers_fail_as_in_the_first_generation() {
    let bench = Bench::new().await;
    let key = key(&bench, "b-1").await;
    init(&bench, &key).await;
    for (number, code, word) in [
        ("500000001", 422, "PHONE_BINDING_METHOD_UNAVAILABLE"),
        ("500000006", 409, "BASKET_IS_BINDED"),
        ("50000000", 400, "BAD_REQUEST"),
    ] {
        let (status, body) = push(&bench, &key, number).await;
        assert_eq!((status, &body["error_code"]), (code, &json!(word)), "{number}");
    }
}

#[tokio::test]
async fn what_happens_to_a_basket_is_told_once_and_missed_events_on_reconnection() {
    let bench = Bench::new().await;
    let (key, inpost_basket_id) = link(&bench, false).await;
    let path = format!("basket/{key}");
    let mut stream = Stream::open(&bench, &path, None).await;
    assert_eq!(bench.api("PUT", "/v2/izi/basket/b-1", &basket()).await.0, 200);
    let (event, first) = stream.event().await;
    assert_eq!(event, "merchantBasketProductChanged");
    let change = json!({"event_type": "PRODUCTS_QUANTITY", "quantity_event_data": []});
    let basket = format!("/phone/api/{PHONE}/baskets/{inpost_basket_id}");
    assert_eq!(
        bench.tap("POST", &format!("{basket}/events"), &change).await.0,
        200
    );
    assert_eq!(stream.event().await.0, "basketProductChanged");
    let order = json!({"payment_type": "CARD"});
    assert_eq!(bench.tap("POST", &format!("{basket}/order"), &order).await.0, 200);
    assert_eq!(stream.event().await.0, "orderCreated");
    let mut again = Stream::open(&bench, &path, first.as_deref()).await;
    assert_eq!(again.event().await.0, "basketProductChanged");
    assert_eq!(again.event().await.0, "orderCreated");
    let after = status(&bench, &format!("&basketBindingApiKey={key}")).await;
    assert_eq!(after["bindingState"], "UNBOUND");
}

#[tokio::test]
async fn unlinking_in_the_widget_tells_the_shop_and_forgets_the_browser() {
    let bench = Bench::new().await;
    let (key, _) = link(&bench, true).await;
    let browser = bench.shop.last("/confirmation").body["browser"]["browser_id"].clone();
    let browser = browser.as_str().unwrap();
    let path = format!("{WIDGET}/binding/{key}");
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 204);
    assert_eq!(
        bench.shop.lines().last().unwrap(),
        "DELETE /inpost/v1/izi/basket/b-1/binding"
    );
    assert_eq!(bench.phone().await["baskets"], json!([]));
    let after = status(&bench, &format!("&basketBindingApiKey={key}&browserId={browser}")).await;
    assert_eq!(
        (&after["bindingState"], &after["invalidBrowserId"]),
        (&json!("UNBOUND"), &json!(true))
    );
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 404);
    init(&bench, &key).await;
}

#[tokio::test]
async fn a_trusted_browser_links_the_next_basket_at_once() {
    let bench = Bench::new().await;
    link(&bench, true).await;
    let browser = bench.shop.last("/confirmation").body["browser"]["browser_id"].clone();
    let key = key(&bench, "b-2").await;
    let body = json!({"basketBindingApiKey": key, "browserId": browser});
    let (code, begun) = post(&bench, "binding/init", &body).await;
    assert_eq!(
        (code, &begun["basketCreated"], &begun["browserId"]),
        (200, &json!(true), &browser)
    );
    let told = bench.shop.last("/b-2/confirmation").body;
    assert_eq!(
        told["browser"],
        json!({"browser_trusted": true, "browser_id": browser})
    );
    assert_eq!(
        bench.phone().await["trusted_browsers"].as_array().unwrap().len(),
        1
    );
    let bound = status(
        &bench,
        &format!(
            "&basketBindingApiKey={key}&browserId={}",
            browser.as_str().unwrap()
        ),
    )
    .await;
    assert_eq!(
        (&bound["bindingState"], &bound["invalidBrowserId"]),
        (&json!("BOUND"), &json!(false))
    );
}

#[tokio::test]
async fn unknown_keys_and_merchants_are_not_found() {
    let bench = Bench::new().await;
    let key = key(&bench, "b-1").await;
    for query in [
        "?merchantClientId=nobody".to_owned(),
        "?merchantClientId=karfa-demo&basketBindingApiKey=x".to_owned(),
        format!("?merchantClientId=other&basketBindingApiKey={key}"),
        String::new(),
    ] {
        let path = format!("{WIDGET}{query}");
        assert_eq!(bench.tap("GET", &path, &Value::Null).await.0, 404, "{query}");
    }
    assert_eq!(status(&bench, "").await["bindingState"], "UNBOUND");
    let body = json!({"basketBindingApiKey": "x"});
    assert_eq!(post(&bench, "binding/init", &body).await.0, 404);
}

#[tokio::test]
async fn the_pages_origin_is_named_and_the_preflight_answered() {
    let bench = Bench::new().await;
    for (method, path, status) in [
        ("OPTIONS", format!("{WIDGET}/binding/x"), 204),
        ("GET", format!("{WIDGET}/content"), 200),
        ("GET", format!("{WIDGET}?merchantClientId=nobody"), 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("origin", "http://127.0.0.1:8080")
            .header("access-control-request-method", "DELETE")
            .body(Body::empty());
        let answer = bench.router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), "http://127.0.0.1:8080");
        assert_eq!(header("access-control-allow-credentials"), "true");
        assert_eq!(header("vary"), "Origin");
    }
}

#[tokio::test]
async fn the_windows_speak_the_widgets_language() {
    let bench = Bench::new().await;
    for (language, word) in [("pl", "Połącz"), ("en", "Link")] {
        let request = Request::get(format!("{WIDGET}/content"))
            .header("accept-language", language)
            .body(Body::empty());
        let (_, content) = bench.send(request.unwrap()).await;
        let window = content["html"]["popupEnterPhone"].as_str().unwrap();
        assert!(window.contains(&format!(">{word}</button>")), "{window}");
        assert!(content["shadowCss"]["popup"].as_str().unwrap().contains(":host"));
    }
}
