//! What nobody sends on purpose: every call answers it in its own shape, makes nothing of it, and goes on.

use crate::bench::{Answer, Bench, GSM, KEY, SECRET, cart, sha256};
use axum::body::Body;
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

const FIRST: [&str; 4] = ["InsertCart", "CheckCart", "ConfirmCart", "CancelCart"];
const SECOND: [&str; 4] = [
    "checkout/payment",
    "transaction/capture",
    "transaction/cancel",
    "transaction/refund",
];

/// A first-generation call, signed over whatever it carries.
async fn first(bench: &Bench, name: &str, body: &[u8]) -> Answer {
    let url = format!("http://sandbox.test/netgiro/v1/Checkout/{name}");
    let nonce = bench.nonce();
    let text = [SECRET.as_bytes(), nonce.as_bytes(), url.as_bytes(), body].concat();
    let request = Request::post(format!("/netgiro/v1/Checkout/{name}"))
        .header("host", "sandbox.test")
        .header("netgiro_appkey", KEY)
        .header("netgiro_nonce", nonce)
        .header("netgiro_signature", sha256(&text));
    bench.send(request.body(Body::from(body.to_vec())).unwrap()).await
}

async fn second(bench: &Bench, path: &str, body: &[u8]) -> Answer {
    let request = Request::post(format!("/netgiro/v2/{path}")).header("x-netgiro-api-key", KEY);
    bench.send(request.body(Body::from(body.to_vec())).unwrap()).await
}

async fn partner(bench: &Bench, body: &[u8]) -> Answer {
    let request = Request::post("/netgiro/partner/refund").header("token", SECRET);
    bench.send(request.body(Body::from(body.to_vec())).unwrap()).await
}

/// Whether an answer says no as this API says it, and blames the call.
fn assert_refused(answer: &Answer, success: &str, what: &str) {
    assert!(
        answer.status.as_u16() < 500,
        "{what}: {} {}",
        answer.status,
        answer.raw
    );
    assert_eq!(answer.body[success], false, "{what}: {}", answer.raw);
    let message = if success == "Success" {
        "Message"
    } else {
        "message"
    };
    assert!(answer.body[message].is_string(), "{what}: {}", answer.raw);
}

/// Bodies that are no JSON object.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing", Vec::new()),
        ("two MiB", vec![b'a'; 2 * 1024 * 1024]),
        ("no UTF-8", b"{\"Reference\":\"\xc3\x28\"}".to_vec()),
        ("half a surrogate", br#"{"Reference":"\ud800"}"#.to_vec()),
        ("a deep list", [b'['; 100_000].to_vec()),
        ("a deep object", br#"{"a":"#.repeat(50_000)),
        ("a number beyond all", br#"{"Amount":1e999}"#.to_vec()),
        ("two documents", b"{}{}".to_vec()),
        ("a form", b"Amount=1000&CustomerId=8223281".to_vec()),
        ("a list", b"[{}]".to_vec()),
        ("a number", b"-0.0".to_vec()),
    ]
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new();
    for (what, body) in unreadable() {
        let status = if what == "two MiB" { 413 } else { 400 };
        for name in FIRST {
            let answer = first(&bench, name, &body).await;
            assert_refused(&answer, "Success", &format!("{name}: {what}"));
            assert_eq!(answer.status, status, "{name}: {what}");
            assert!(answer.body["ResultCode"].is_u64(), "{name}: {what}");
        }
        for path in SECOND {
            let answer = second(&bench, path, &body).await;
            assert_refused(&answer, "Success", &format!("{path}: {what}"));
            assert_eq!(answer.status, status, "{path}: {what}");
        }
        let answer = partner(&bench, &body).await;
        assert_refused(&answer, "success", what);
        assert_eq!(answer.status, status, "{what}");
    }
}

/// What no field takes.
fn values() -> Vec<Value> {
    vec![
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1_000.5),
        json!(1e300),
        json!("🧶".repeat(70_000)),
        json!("\u{0}"),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!(true),
    ]
}

#[tokio::test]
async fn no_value_of_any_field_breaks_a_call() {
    let bench = Bench::new();
    let mut whole = cart(GSM, 0);
    whole["Description"] = json!("Wool");
    whole["LocationId"] = json!("shop");
    whole["RegisterId"] = json!("till");
    whole["ClientInfo"] = json!("karfa");
    whole["CartItemRequests"] = json!([{"ProductNo": "1", "Name": "Wool", "Description": "red", "UnitPrice": 500, "Amount": 1000, "Quantity": 2000}]);
    let known = json!({"TransactionId": "x", "Identifier": "123456"});
    let payment = json!({"Amount": 1000, "Reference": "r", "CustomerIdentifier": GSM, "ManualCapture": true,
        "CallbackUrl": "http://shop.test/a", "CallbackCancelUrl": "http://shop.test/b"});
    let change = json!({"TransactionId": "x", "Amount": 5});
    let back = json!({"TransactionId": "x", "RefundAmount": 5, "IdempotencyKey": "k", "Description": "d"});
    let bodies = [whole, known.clone(), known.clone(), known];
    for (name, body) in FIRST.into_iter().zip(bodies) {
        for (what, sent) in spoilt(&body) {
            let answer = first(&bench, name, sent.to_string().as_bytes()).await;
            assert_eq!(answer.status, 200, "{name} {what}: {}", answer.raw);
            assert!(
                answer.body["Success"].is_boolean(),
                "{name} {what}: {}",
                answer.raw
            );
            assert!(
                answer.body["ResultCode"].is_u64(),
                "{name} {what}: {}",
                answer.raw
            );
        }
    }
    for (path, body) in SECOND.into_iter().zip([payment, change.clone(), change, back]) {
        for (what, sent) in spoilt(&body) {
            let answer = second(&bench, path, sent.to_string().as_bytes()).await;
            assert!(
                [200, 400].contains(&answer.status.as_u16()),
                "{path} {what}: {}",
                answer.raw
            );
            assert!(
                answer.body["Success"].is_boolean(),
                "{path} {what}: {}",
                answer.raw
            );
        }
    }
    let back = json!({"transactionId": "x", "refundAmount": 5, "idempotencyKey": "k", "reason": "r"});
    for (what, sent) in spoilt(&back) {
        assert_refused(
            &partner(&bench, sent.to_string().as_bytes()).await,
            "success",
            &what,
        );
    }
    let all = bench.tap("GET", "/control/netgiro/carts", &Value::Null).await;
    let amounts = all.body["carts"].as_array().unwrap().iter();
    assert!(
        amounts.map(|cart| &cart["amount"]).all(|amount| *amount == 1000),
        "{}",
        all.raw
    );
    bench.phone(GSM).await;
}

/// The body with each of its members spoilt in each way.
fn spoilt(body: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let mut pointers: Vec<String> = body
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("/{name}"))
        .collect();
    if let Some(line) = body.pointer("/CartItemRequests/0") {
        pointers.extend(
            line.as_object()
                .unwrap()
                .keys()
                .map(|name| format!("/CartItemRequests/0/{name}")),
        );
    }
    for pointer in pointers {
        for value in values() {
            let mut sent = body.clone();
            *sent.pointer_mut(&pointer).unwrap() = value.clone();
            let shown: String = value.to_string().chars().take(40).collect();
            all.push((format!("{pointer} = {shown}"), sent));
        }
    }
    all
}

#[tokio::test]
async fn an_amount_past_the_limits_makes_no_cart() {
    let bench = Bench::new();
    for (amount, code) in [
        (json!(0), 10305),
        (json!(-1), 400),
        (json!(2_147_483_648_i64), 400),
        (json!(i64::MAX), 400),
        (json!(u64::MAX), 400),
        (json!("1000"), 400),
        (json!(1000.0), 400),
    ] {
        let mut body = cart(GSM, 0);
        body["Amount"] = amount.clone();
        let answer = bench.call("InsertCart", &body).await;
        assert_eq!(
            (&answer.body["Success"], &answer.body["ResultCode"]),
            (&json!(false), &json!(code)),
            "{amount}"
        );
    }
    // The sum of the lines overflows nothing either.
    let line = json!({"Name": "Wool", "UnitPrice": i64::MAX, "Quantity": 1000, "Amount": i64::MAX});
    let mut body = cart(GSM, 0);
    body["CartItemRequests"] = json!([line, line]);
    assert_eq!(bench.call("InsertCart", &body).await.body["ResultCode"], 10304);
    assert!(bench.phone(GSM).await["inbox"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_line_that_is_given_back_keeps_its_sign_on_the_phone() {
    let bench = Bench::new();
    let line = |amount: i64, quantity: i64| json!({"Name": "Wool", "UnitPrice": 500, "Quantity": quantity, "Amount": amount});
    let mut body = cart(GSM, 0);
    body["CartItemRequests"] = json!([line(1250, 2500), line(-250, -500)]);
    bench.insert(&body).await;
    let item = bench.only_item(GSM).await;
    let quantities: Vec<&Value> = item["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["quantity"])
        .collect();
    assert_eq!(quantities, ["2.5", "-0.5"]);
}

#[tokio::test]
async fn a_header_or_a_path_that_cannot_be_read_is_refused_in_the_call_s_own_shape() {
    let bench = Bench::new();
    let unreadable = http::HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    for name in ["netgiro_appkey", "netgiro_nonce", "netgiro_signature"] {
        let mut request = Request::post("/netgiro/v1/Checkout/InsertCart")
            .header("host", "sandbox.test")
            .header("netgiro_appkey", KEY)
            .header("netgiro_nonce", "n")
            .header("netgiro_signature", "s")
            .body(Body::from("{}"))
            .unwrap();
        request.headers_mut().insert(name, unreadable.clone());
        let answer = bench.send(request).await;
        assert_refused(&answer, "Success", name);
        assert_eq!(
            (answer.status.as_u16(), &answer.body["ResultCode"]),
            (401, &json!(400)),
            "{name}"
        );
    }
    let ask = |request: Builder| request.body(Body::empty()).unwrap();
    for path in [
        "checkout/status/%FF",
        "transaction/details/%FF",
        "checkout/status/%00",
    ] {
        let request = Request::get(format!("/netgiro/v2/{path}")).header("x-netgiro-api-key", KEY);
        let answer = bench.send(ask(request)).await;
        assert_refused(&answer, "Success", path);
        assert_eq!(answer.status, 400, "{path}");
    }
    let request = Request::get("/netgiro/partner/transaction/%FF").header("token", SECRET);
    assert_refused(&bench.send(ask(request)).await, "success", "partner");
}

#[tokio::test]
async fn a_call_that_there_is_not_is_refused_in_the_words_of_its_interface() {
    let bench = Bench::new();
    for (method, path, success, code) in [
        ("POST", "/netgiro/v1/Checkout/Nothing", "Success", json!(400)),
        ("GET", "/netgiro/v1/Checkout/InsertCart", "Success", json!(400)),
        ("POST", "/netgiro/v2/nothing", "Success", Value::Null),
        ("DELETE", "/netgiro/v2/checkout/payment", "Success", Value::Null),
        ("GET", "/netgiro/partner/refund", "success", Value::Null),
        ("GET", "/netgiro/partner/nothing", "success", Value::Null),
    ] {
        let answer = bench.tap(method, path, &Value::Null).await;
        assert!([404, 405].contains(&answer.status.as_u16()), "{path}");
        assert_refused(&answer, success, path);
        assert_eq!(
            answer.body["ResultCode"], code,
            "{path}: only the first generation has numbers"
        );
    }
}
