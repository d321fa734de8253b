//! What a new payment must be like: every rule of the contract, by its field or its number.

use crate::bench::{Bench, PHONE, push, receipt};
use serde_json::{Value, json};

/// A good payment with something changed.
fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = push("k-100000", 25_000);
    change(&mut body);
    body
}

/// A good payment with a value put in its place; null takes it out.
fn put(pointer: &str, value: Value) -> Value {
    changed(|body| {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = body
            .pointer_mut(parent)
            .expect("the place exists")
            .as_object_mut()
            .unwrap();
        match value {
            Value::Null => parent.remove(name),
            value => parent.insert(name.to_owned(), value),
        };
    })
}

async fn refusal(bench: &Bench, count: usize, body: &Value) -> String {
    let answer = bench
        .keyed(&format!("try-{count}"), "/epayment/v1/payments", body)
        .await;
    assert_eq!(answer.status, 400, "{body} was answered {answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["status"], 400);
    for name in ["type", "title", "traceId"] {
        assert!(answer.body[name].is_string(), "{name} in {answer:?}");
    }
    answer.error()
}

#[tokio::test]
async fn a_field_of_the_wrong_form_is_named() {
    let long = |length: usize| json!("x".repeat(length));
    let cases = [
        (put("/amount", Value::Null), "amount"),
        (put("/amount", json!("25.00")), "amount"),
        (put("/amount/value", Value::Null), "amount.value"),
        (put("/amount/value", json!("25000")), "amount.value"),
        (put("/amount/value", json!(250.5)), "amount.value"),
        (put("/amount/value", json!(-1)), "amount.value"),
        (put("/amount/value", json!(65_000_001)), "amount.value"),
        (put("/amount/currency", json!("SEK")), "amount.currency"),
        (put("/amount/cents", json!(1)), "amount.cents"),
        (put("/paymentMethod", Value::Null), "paymentMethod"),
        (put("/paymentMethod/type", json!("CASH")), "paymentMethod.type"),
        (put("/reference", Value::Null), "reference"),
        (put("/reference", json!("k-12345")), "reference"),
        (put("/reference", long(65)), "reference"),
        (put("/reference", json!("k_100000")), "reference"),
        (put("/userFlow", Value::Null), "userFlow"),
        (put("/userFlow", json!("CARRIER_PIGEON")), "userFlow"),
        (put("/customer", json!({})), "customer"),
        (put("/customer/customerToken", json!("abc")), "customer"),
        (put("/customer/name", json!("Ola")), "customer.name"),
        (
            put("/customer/phoneNumber", json!("912345678")),
            "customer.phoneNumber",
        ),
        (
            put("/customer/phoneNumber", json!("+4791234567")),
            "customer.phoneNumber",
        ),
        (
            put("/customer/phoneNumber", json!("4791234567890123")),
            "customer.phoneNumber",
        ),
        (
            put("/customer", json!({"personalQr": "abcd"})),
            "customer.personalQr",
        ),
        (
            put("/customer", json!({"personalQr": "x".repeat(256)})),
            "customer.personalQr",
        ),
        (
            put("/customerInteraction", json!("CUSTOMER_ASLEEP")),
            "customerInteraction",
        ),
        (put("/paymentDescription", json!("ab")), "paymentDescription"),
        (put("/paymentDescription", long(101)), "paymentDescription"),
        (put("/expiresAt", json!("tomorrow")), "expiresAt"),
        (put("/receipt", json!([])), "receipt"),
        (put("/metadata", json!("till 1")), "metadata"),
        (put("/profile", json!({"scope": 7})), "profile.scope"),
        (put("/minimumUserAge", json!("18")), "minimumUserAge"),
        (
            put("/qrFormat", json!({"format": "IMAGE/GIF"})),
            "qrFormat.format",
        ),
        (put("/shopName", json!("Wool")), "shopName"),
        (json!({}), "amount paymentMethod reference userFlow"),
        (json!([]), "body"),
    ];
    let bench = Bench::new().await;
    for (count, (body, wrong)) in cases.iter().enumerate() {
        assert_eq!(refusal(&bench, count, body).await, *wrong, "{body}");
        // Five calls a minute for one reference.
        bench.advance(60);
    }
    bench.sign_in().await;
    assert_eq!(
        bench.get("/epayment/v1/payments/k-100000").await.error(),
        "5090",
        "nothing was made"
    );
}

#[tokio::test]
async fn a_receipt_is_checked_line_by_line() {
    let line = "/receipt/orderLines/0";
    let in_line = |name: &str, value: Value| put(&format!("{line}/{name}"), value);
    let wrong_line = |name: &str| format!("receipt.orderLines[0].{name}");
    let mut cases = vec![
        (
            put("/receipt/orderLines", Value::Null),
            "receipt.orderLines".to_owned(),
        ),
        (
            put("/receipt/orderLines", json!([])),
            "receipt.orderLines".to_owned(),
        ),
        (
            put("/receipt/orderLines", json!([1])),
            "receipt.orderLines[0]".to_owned(),
        ),
        (
            put("/receipt/bottomLine", Value::Null),
            "receipt.bottomLine".to_owned(),
        ),
        (
            put("/receipt/bottomLine/currency", Value::Null),
            "receipt.bottomLine.currency".to_owned(),
        ),
        (
            put("/receipt/bottomLine/shop", json!("x")),
            "receipt.bottomLine.shop".to_owned(),
        ),
        (
            put("/receipt/bottomLine/tipAmount", json!(-1)),
            "receipt.bottomLine.tipAmount".to_owned(),
        ),
        (
            put("/receipt/bottomLine/paymentSources", json!({"cheque": 1})),
            "receipt.bottomLine.paymentSources.cheque".to_owned(),
        ),
        (
            put("/receipt/bottomLine/barcode", json!({"format": "EAN-13"})),
            "receipt.bottomLine.barcode.data".to_owned(),
        ),
        (put("/receipt/note", json!("x")), "receipt.note".to_owned()),
    ];
    for name in [
        "name",
        "id",
        "totalAmount",
        "totalAmountExcludingTax",
        "totalTaxAmount",
    ] {
        cases.push((in_line(name, Value::Null), wrong_line(name)));
    }
    for (name, value) in [
        ("totalAmount", json!("100")),
        ("taxRate", json!(10_001)),
        ("taxRate", json!(25.5)),
        ("taxRate", json!(-1)),
        ("unitInfo/unitPrice", json!("1")),
        ("unitInfo/quantity", json!(2)),
        ("unitInfo/quantity", json!("1.123456789")),
        ("unitInfo/quantity", json!("12345678901")),
        ("unitInfo/quantity", json!("1,5")),
        ("unitInfo/quantity", json!(".5")),
        ("unitInfo/quantityUnit", json!("BALL")),
        ("discount", json!(-1)),
        ("productUrl", json!("not a url")),
        ("isReturn", json!("no")),
        ("colour", json!("red")),
    ] {
        cases.push((in_line(name, value), wrong_line(&name.replace('/', "."))));
    }
    let bench = Bench::new().await;
    for (count, (body, wrong)) in cases.iter().enumerate() {
        assert_eq!(refusal(&bench, count, body).await, *wrong, "{body}");
        bench.advance(60);
    }
}

/// What is well formed and still not possible: the number says why.
fn meanings() -> Vec<(Value, &'static str)> {
    let metadata = |count: usize| {
        let pairs = (0..count).map(|index| (format!("k{index}"), json!("v")));
        Value::Object(pairs.collect())
    };
    vec![
        (put("/amount/currency", json!("DKK")), "5040"),
        (put("/amount/value", json!(99)), "6010"),
        (put("/customer", Value::Null), "4140"),
        (
            put("/customer", json!({"personalQr": "https://qr.vipps.no/p/nobody"})),
            "4060",
        ),
        (put("/customer", json!({"customerToken": "nobody"})), "4050"),
        (put("/customer/phoneNumber", json!("0047912345")), "4070"),
        (put("/paymentMethod/type", json!("CARD")), "4160"),
        (put("/userFlow", json!("WEB_REDIRECT")), "4140"),
        (
            changed(|body| {
                body["userFlow"] = json!("WEB_REDIRECT");
                body["returnUrl"] = json!("no url");
            }),
            "4090",
        ),
        (put("/receiptUrl", json!("no url")), "4090"),
        (put("/profile", json!({"scope": "name shoeSize"})), "4080"),
        (put("/metadata", metadata(6)), "4100"),
        (put("/metadata", json!({"k".repeat(101): "v"})), "4110"),
        (put("/metadata", json!({"k": "v".repeat(501)})), "4120"),
        (put("/metadata", json!({"k": 1})), "4130"),
        (
            changed(|body| {
                body["expiresAt"] = json!("2026-02-01T12:00:00Z");
                body["receipt"] = Value::Null;
            }),
            "6130",
        ),
        (
            changed(|body| {
                body["userFlow"] = json!("WEB_REDIRECT");
                body["returnUrl"] = json!("https://shop.example/back");
                body["expiresAt"] = json!("2026-02-01T12:00:00Z");
            }),
            "5050",
        ),
        (put("/expiresAt", json!("2026-01-31T12:10:00Z")), "6120"),
        (put("/expiresAt", json!("2026-02-28T12:00:01Z")), "6110"),
        (put("/customer/phoneNumber", json!("4790000001")), "7010"),
        (put("/customer/phoneNumber", json!("35890000001")), "7010"),
        (put("/customer/phoneNumber", json!("4790000002")), "5060"),
    ]
}

#[tokio::test]
async fn what_is_not_possible_has_its_number() {
    for (count, (body, number)) in meanings().iter().enumerate() {
        let bench = Bench::new().await;
        assert_eq!(refusal(&bench, count, body).await, *number, "{body}");
        let detail = bench
            .keyed(&format!("try-{count}"), "/epayment/v1/payments", body)
            .await;
        assert_eq!(
            detail.body["extraDetails"],
            json!([{"name": "ErrorCode", "reason": number}])
        );
    }
}

#[tokio::test]
async fn a_sales_unit_without_push_messages_says_so_and_can_show_a_code_instead() {
    let bench = Bench::new().await;
    let path = "/epayment/v1/payments";
    let request = || bench.request_of("123459", "POST", path);
    let answer = bench
        .send(
            request().header("idempotency-key", "a"),
            &push("k-100000", 25_000),
        )
        .await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "5080"));
    let code = changed(|body| {
        body["userFlow"] = json!("QR");
        body["customer"] = Value::Null;
    });
    assert_eq!(
        bench
            .send(request().header("idempotency-key", "b"), &code)
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn the_provider_can_have_an_error_of_its_own() {
    let bench = Bench::new().await;
    let answer = bench
        .create(&put("/customer/phoneNumber", json!("4790000007")))
        .await;
    assert_eq!((answer.status, answer.error().as_str()), (500, "3010"));
}

#[tokio::test]
async fn the_least_of_each_currency_is_taken() {
    let bench = Bench::new().await;
    for (msn, currency, least) in [("123456", "NOK", 100), ("123457", "DKK", 1), ("123458", "EUR", 1)] {
        for (value, status) in [(least, 201), (least - 1, 400)] {
            let body = changed(|body| {
                body["amount"] = json!({"currency": currency, "value": value});
                body["reference"] = json!(format!("{currency}-{value}-0000"));
            });
            let request = bench.request_of(msn, "POST", "/epayment/v1/payments");
            let answer = bench
                .send(request.header("idempotency-key", format!("{value}")), &body)
                .await;
            assert_eq!(answer.status, status, "{currency} {value}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_longest_of_everything_is_taken() {
    let bench = Bench::new().await;
    let reference = "r".repeat(64);
    let body = json!({
        "amount": {"currency": "NOK", "value": 65_000_000},
        "customer": {"phoneNumber": PHONE},
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "userFlow": "PUSH_MESSAGE",
        "paymentDescription": "d".repeat(100),
        "expiresAt": "2026-02-28T12:00:00Z",
        "profile": {"scope": "name address email phoneNumber birthDate"},
        "receiptUrl": "https://shop.example/receipts/1",
        "minimumUserAge": 18,
        "metadata": {"a".repeat(100): "v".repeat(500), "b": "", "c": "", "d": "", "e": ""},
        "receipt": {
            "orderLines": [{
                "name": "Returned", "id": "1", "totalAmount": -500, "totalAmountExcludingTax": -400,
                "totalTaxAmount": -100, "taxRate": 10_000, "discount": 0, "isReturn": true, "isShipping": false,
                "productUrl": "https://shop.example/1",
                "unitInfo": {"unitPrice": 500, "quantity": "1.12345678", "quantityUnit": "KG"}
            }],
            "bottomLine": {
                "currency": "NOK", "tipAmount": 0, "posId": "1", "receiptNumber": "2",
                "paymentSources": {"giftCard": 0, "card": 0, "voucher": 0, "cash": 0},
                "barcode": {"format": "EAN-13", "data": "5701234567899"}
            }
        }
    });
    let answer = bench.create(&body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(bench.inbox(PHONE).await[0]["expires_at"], "2026-02-28T12:00:00Z");
    assert!(receipt(2).is_object());
}
