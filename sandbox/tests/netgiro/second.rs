//! The second generation: an API key, one payment call, callbacks that only wake the shop up. Contract, section 7.

use crate::bench::{Answer, Bench, CANCELLED_URL, CONFIRMED_URL, GSM, KEY, SECRET, Seen, cart, sha256};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

async fn ask(bench: &Bench, method: &str, path: &str, key: Option<&str>, body: &Value) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/netgiro/v2/{path}"));
    if let Some(key) = key {
        request = request.header("x-netgiro-api-key", key);
    }
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    bench.send(request.body(body).unwrap()).await
}

async fn post(bench: &Bench, path: &str, body: &Value) -> Answer {
    ask(bench, "POST", path, Some(KEY), body).await
}

async fn get(bench: &Bench, path: &str) -> Answer {
    ask(bench, "GET", path, Some(KEY), &Value::Null).await
}

fn payment(customer: &str, manual: bool) -> Value {
    json!({"Amount": 1000, "Reference": "r-1", "CustomerIdentifier": customer, "ManualCapture": manual})
}

fn with_callbacks(customer: &str, manual: bool) -> Value {
    let mut body = payment(customer, manual);
    body["CallbackUrl"] = json!(CONFIRMED_URL);
    body["CallbackCancelUrl"] = json!(CANCELLED_URL);
    body
}

async fn code(bench: &Bench) -> String {
    bench.phone(GSM).await["app_code"].as_str().unwrap().to_owned()
}

/// The status word, after a pending answer was seen to have a pace and any other to have none.
fn status(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.raw);
    assert_eq!(answer.body["Success"], true, "{}", answer.raw);
    let word = answer.body["Status"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.body.get("PollIntervalMs").is_some(),
        word == "Pending",
        "{}",
        answer.raw
    );
    word
}

fn id(answer: &Answer) -> String {
    answer.body["TransactionId"]
        .as_str()
        .expect("a new transaction")
        .to_owned()
}

async fn status_of(bench: &Bench, id: &str) -> String {
    status(&get(bench, &format!("checkout/status/{id}")).await)
}

fn verifies(seen: &Seen) -> bool {
    let of = |name: &str| match &seen.body[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = format!("{SECRET}{}{}", of("TransactionId"), of("TotalAmount"));
    seen.headers["x-netgiro-signature"] == sha256(text.as_bytes())
}

#[tokio::test]
async fn a_code_from_the_app_is_decided_at_once() {
    for (manual, word, money) in [
        (false, "Confirmed", (1000, 0, 0)),
        (true, "Authorized", (0, 1000, 0)),
    ] {
        let bench = Bench::new();
        let typed = post(&bench, "checkout/payment", &payment(&code(&bench).await, manual)).await;
        assert_eq!(status(&typed), word);
        assert_eq!(bench.money(&id(&typed)).await, money);
        let barcode = format!("500004-{}", code(&bench).await);
        let scanned = post(&bench, "checkout/payment", &payment(&barcode, manual)).await;
        assert_eq!(status(&scanned), word);
    }
}

#[tokio::test]
async fn a_phone_is_asked_and_pending_until_its_owner_answers() {
    for (manual, action, word, money) in [
        (false, "approve", "Confirmed", (1000, 0, 0)),
        (true, "approve", "Authorized", (0, 1000, 0)),
        (false, "reject", "Cancelled", (0, 0, 0)),
        (true, "reject", "Cancelled", (0, 0, 0)),
    ] {
        let bench = Bench::new();
        let asked = post(&bench, "checkout/payment", &payment(GSM, manual)).await;
        assert_eq!(status(&asked), "Pending");
        let id = id(&asked);
        assert_eq!(status_of(&bench, &id).await, "Pending");
        bench.act(GSM, action).await;
        assert_eq!(status_of(&bench, &id).await, word, "{action}");
        assert_eq!(bench.money(&id).await, money, "{action}");
    }
}

#[tokio::test]
async fn a_payment_that_nobody_confirms_lapses_after_ten_minutes() {
    let bench = Bench::new();
    let id = id(&post(&bench, "checkout/payment", &with_callbacks(GSM, false)).await);
    bench.advance(600);
    assert_eq!(status_of(&bench, &id).await, "Cancelled");
    let seen = bench.called(1).await;
    assert_eq!(
        (seen[0].url.as_str(), &seen[0].body["Success"]),
        (CANCELLED_URL, &json!(false))
    );
}

#[tokio::test]
async fn an_authorisation_is_captured_once_in_whole_or_in_part_and_lapses_after_a_week() {
    let bench = Bench::new();
    let authorised = async || {
        let body = payment(&code(&bench).await, true);
        id(&post(&bench, "checkout/payment", &body).await)
    };
    let capture = async |id: &str, amount: Value| {
        let body = json!({"TransactionId": id, "Amount": amount});
        post(&bench, "transaction/capture", &body).await
    };
    let whole = authorised().await;
    assert_eq!(status(&capture(&whole, Value::Null).await), "Confirmed");
    assert_eq!(bench.money(&whole).await, (1000, 0, 0));
    assert_eq!(capture(&whole, Value::Null).await.status, 400, "once");

    let part = authorised().await;
    assert_eq!(capture(&part, json!(1001)).await.status, 400);
    assert_eq!(capture(&part, json!(0)).await.status, 400);
    assert_eq!(bench.money(&part).await, (0, 1000, 0));
    assert_eq!(status(&capture(&part, json!(400)).await), "Confirmed");
    assert_eq!(bench.money(&part).await, (400, 0, 0), "the rest is released");

    let old = authorised().await;
    bench.advance(7 * 24 * 3600 - 1);
    assert_eq!(status_of(&bench, &old).await, "Authorized");
    bench.advance(1);
    assert_eq!(capture(&old, Value::Null).await.status, 400);
    assert_eq!(status_of(&bench, &old).await, "Cancelled");

    let pending = id(&post(&bench, "checkout/payment", &payment(GSM, true)).await);
    assert_eq!(capture(&pending, Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_payment_is_cancelled_at_any_stage_and_its_money_given_back() {
    let bench = Bench::new();
    let pending = id(&post(&bench, "checkout/payment", &with_callbacks(GSM, false)).await);
    let by_code = async |manual| {
        let body = payment(&code(&bench).await, manual);
        id(&post(&bench, "checkout/payment", &body).await)
    };
    let (authorised, confirmed) = (by_code(true).await, by_code(false).await);
    for (id, money) in [
        (pending, (0, 0, 0)),
        (authorised, (0, 0, 0)),
        (confirmed, (1000, 0, 1000)),
    ] {
        let body = json!({"TransactionId": id});
        let cancelled = post(&bench, "transaction/cancel", &body).await;
        assert_eq!(status(&cancelled), "Cancelled");
        assert_eq!(bench.money(&id).await, money);
        assert_eq!(
            post(&bench, "transaction/cancel", &body).await.status,
            400,
            "once"
        );
    }
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
    assert!(bench.shop.seen().is_empty(), "the shop knows");
}

#[tokio::test]
async fn a_refund_has_a_key_and_a_limit() {
    let bench = Bench::new();
    let body = payment(&code(&bench).await, false);
    let id = id(&post(&bench, "checkout/payment", &body).await);
    let refund = async |amount: i64, key: &str| {
        let body = json!({"TransactionId": id, "RefundAmount": amount, "IdempotencyKey": key});
        post(&bench, "transaction/refund", &body).await
    };
    let first = refund(400, "k-1").await;
    assert_eq!(status(&first), "Confirmed");
    assert_eq!(refund(400, "k-1").await.raw, first.raw);
    assert_eq!(refund(300, "k-1").await.status, 400);
    assert_eq!(refund(601, "k-2").await.status, 400);
    assert_eq!(bench.money(&id).await, (1000, 0, 400));
    let details = get(&bench, &format!("transaction/details/{id}")).await.body;
    assert_eq!(
        (
            &details["ReferenceNumber"],
            &details["TotalAmount"],
            &details["CapturedAmount"],
            &details["RefundedAmount"],
            &details["IsRefundable"]
        ),
        (
            &json!("r-1"),
            &json!(1000),
            &json!(1000),
            &json!(400),
            &json!(true)
        )
    );
}

#[tokio::test]
async fn what_is_wrong_is_a_400_with_a_message() {
    let bench = Bench::new();
    for (name, value, message) in [
        ("Amount", json!(0), "'Amount' must be greater than '0'."),
        ("Amount", json!(-1), "'Amount' must be greater than '0'."),
        (
            "CustomerIdentifier",
            json!("1111111119"),
            "Customer not verified.",
        ),
        (
            "CustomerIdentifier",
            json!("9999999990"),
            "Customer not verified.",
        ),
        ("CustomerIdentifier", json!("8220005"), "Customer not verified."),
        ("CustomerIdentifier", json!("8220011"), "Customer not verified."),
        ("Reference", Value::Null, "'Reference' must not be empty."),
        ("ManualCapture", json!("yes"), "'ManualCapture' is true or false."),
    ] {
        let mut body = payment(GSM, false);
        body[name] = value.clone();
        let answer = post(&bench, "checkout/payment", &body).await;
        assert_eq!(answer.status, 400, "{name} {value}");
        assert_eq!(answer.body, json!({"Success": false, "Message": message}));
    }
    let unknown = json!({"Success": false, "Message": "Transaction not found"});
    let first_generation = bench.insert(&cart(GSM, 2)).await;
    for id in ["nobody", first_generation.as_str()] {
        let body = json!({"TransactionId": id, "RefundAmount": 1, "IdempotencyKey": "k"});
        for path in ["capture", "cancel", "refund"] {
            let answer = post(&bench, &format!("transaction/{path}"), &body).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (400, &unknown), "{path}");
        }
        for path in ["checkout/status", "transaction/details"] {
            let answer = get(&bench, &format!("{path}/{id}")).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (400, &unknown), "{path}");
        }
    }
}

#[tokio::test]
async fn a_transaction_of_this_generation_is_no_cart_of_the_first() {
    let bench = Bench::new();
    let id = id(&post(&bench, "checkout/payment", &payment(GSM, true)).await);
    bench.act(GSM, "approve").await;
    assert_eq!(bench.check(&id).await, (false, 10201), "no such cart");
    assert_eq!(bench.cancel(&id).await, (false, 10424));
    assert_eq!(bench.money(&id).await, (0, 1000, 0));
}

#[tokio::test]
async fn without_the_key_nobody_is_heard() {
    let bench = Bench::new();
    for (key, message) in [
        (None, "API key is required"),
        (Some("another"), "API key is not valid"),
    ] {
        let answer = ask(&bench, "POST", "checkout/payment", key, &payment(GSM, false)).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.body, json!({"Success": false, "Message": message}));
        let answer = ask(&bench, "GET", "checkout/status/x", key, &Value::Null).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
}

#[tokio::test]
async fn a_callback_tells_of_the_outcome_under_a_signature_that_does_not_cover_it() {
    for (action, url, success) in [("approve", CONFIRMED_URL, true), ("reject", CANCELLED_URL, false)] {
        let bench = Bench::new();
        let asked = post(&bench, "checkout/payment", &with_callbacks(GSM, false)).await;
        bench.act(GSM, action).await;
        let seen = bench.shop.seen();
        assert_eq!(bench.shop.called(), [url]);
        assert!(verifies(&seen[0]));
        let mut body = seen[0].body.clone();
        assert!(body["Message"].is_string());
        body.as_object_mut().unwrap().remove("Message");
        assert_eq!(
            body,
            json!({"Success": success, "TransactionId": id(&asked), "ReferenceNumber": "r-1", "TotalAmount": 1000})
        );
    }
}

#[tokio::test]
async fn a_callback_is_tried_twice_and_then_the_payment_is_cancelled() {
    for manual in [false, true] {
        let bench = Bench::new();
        let id = id(&post(&bench, "checkout/payment", &with_callbacks(GSM, manual)).await);
        bench.shop.next(Some(500));
        bench.shop.next(None);
        bench.act(GSM, "approve").await;
        assert_eq!(status_of(&bench, &id).await, "Cancelled");
        bench.called(3).await;
        assert_eq!(bench.shop.called(), [CONFIRMED_URL, CONFIRMED_URL, CANCELLED_URL]);
        let (paid, reserved, refunded) = bench.money(&id).await;
        assert_eq!((paid - refunded, reserved), (0, 0), "nobody has paid");
    }
}

#[tokio::test]
async fn the_second_try_of_a_callback_counts_and_so_does_any_2xx() {
    let bench = Bench::new();
    let id = id(&post(&bench, "checkout/payment", &with_callbacks(GSM, false)).await);
    bench.shop.next(Some(500));
    bench.shop.next(Some(204));
    bench.act(GSM, "approve").await;
    assert_eq!(status_of(&bench, &id).await, "Confirmed");
    assert_eq!(bench.shop.called(), [CONFIRMED_URL, CONFIRMED_URL]);
}

#[tokio::test]
async fn a_held_callback_leaves_the_payment_as_it_is_until_it_is_released() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.v2.callback", "kind": "hold", "times": 1}))
        .await;
    let id = id(&post(&bench, "checkout/payment", &with_callbacks(GSM, false)).await);
    bench.act(GSM, "approve").await;
    assert_eq!(status_of(&bench, &id).await, "Confirmed");
    let held = bench.tap("GET", "/control/held", &Value::Null).await.body;
    let path = format!("/control/held/{}/release", held["held"][0]["id"]);
    bench.advance(3600);
    assert_eq!(bench.tap("POST", &path, &Value::Null).await.body["status"], 200);
    assert!(verifies(&bench.shop.seen()[0]));
    assert_eq!(status_of(&bench, &id).await, "Confirmed");
}
