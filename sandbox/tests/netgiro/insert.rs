//! InsertCart: what it takes, whom it knows, what it refuses. Contract, section 3.

use crate::bench::{Bench, CANCELLED_URL, GSM, SSN, cart};
use serde_json::{Value, json};

async fn refused(bench: &Bench, cart: &Value) -> u64 {
    let answer = bench.call("InsertCart", cart).await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
    assert_eq!(answer.body["Success"], false, "{}", answer.raw);
    assert!(!answer.body["Message"].as_str().unwrap().is_empty());
    answer.body["ResultCode"].as_u64().unwrap()
}

fn with(name: &str, value: Value) -> Value {
    let mut cart = cart(GSM, 0);
    cart[name] = value;
    cart
}

#[tokio::test]
async fn an_accepted_cart_names_its_id_and_the_pace_of_checking() {
    let bench = Bench::new();
    let answer = bench.call("InsertCart", &cart(GSM, 0)).await.body;
    assert_eq!(
        (&answer["Success"], &answer["ResultCode"]),
        (&json!(true), &json!(200))
    );
    assert_eq!(answer["ProcessCartCheckIntervalMiliseconds"], 2000);
    assert_eq!(answer["RemoteConfirmationAvailable"], true);
    assert!(uuid::Uuid::parse_str(answer["TransactionId"].as_str().unwrap()).is_ok());

    let set = bench
        .tap("POST", "/control/netgiro/pace", &json!({"milliseconds": 100}))
        .await;
    assert_eq!(set.status, 200);
    let answer = bench.call("InsertCart", &cart(GSM, 0)).await.body;
    assert_eq!(answer["ProcessCartCheckIntervalMiliseconds"], 100);
    let set = bench
        .tap("POST", "/control/netgiro/pace", &json!({"milliseconds": 1}))
        .await;
    assert_eq!(set.status, 422);
}

#[tokio::test]
async fn names_have_no_case() {
    let bench = Bench::new();
    let answer = bench
        .call(
            "InsertCart",
            &json!({"amount": 1000, "REFERENCE": "r", "customerid": GSM, "confirmationType": 0}),
        )
        .await;
    assert_eq!(answer.body["ResultCode"], 200, "{}", answer.raw);
    let id = answer.body["TransactionId"].as_str().unwrap().to_uppercase();
    let answer = bench.call("CheckCart", &json!({"transactionid": id})).await;
    assert_eq!(answer.body["ResultCode"], 10425, "nor has a GUID");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_refused_by_its_name() {
    let bench = Bench::new();
    for (name, value) in [
        ("Amount", Value::Null),
        ("Amount", json!("1000")),
        ("Amount", json!(10.5)),
        ("Amount", json!(-1)),
        ("Amount", json!(3_000_000_000_i64)),
        ("Reference", Value::Null),
        ("Reference", json!(" ")),
        ("CustomerId", Value::Null),
        ("CustomerId", json!(8_223_281)),
        ("CustomerId", json!("822-3281")),
        ("CustomerId", json!("1111111129")),
        ("CustomerId", json!("500004-9999999990")),
        ("ConfirmationType", Value::Null),
        ("CartItemRequests", json!("none")),
        ("CartItemRequests", json!([{"Name": "Socks"}])),
        ("CallbackUrl", json!(7)),
    ] {
        let cart = with(name, value.clone());
        let answer = bench.call("InsertCart", &cart).await;
        assert_eq!(answer.body["Success"], false, "{name} {value}");
        assert_eq!(answer.body["ResultCode"], 400, "{name} {value}");
        let message = answer.body["Message"].as_str().unwrap();
        let says = if name == "CartItemRequests" { "'" } else { name };
        assert!(message.contains(says), "{message:?} does not name {name}");
    }
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
}

#[tokio::test]
async fn some_refusals_have_codes_of_their_own() {
    let bench = Bench::new();
    assert_eq!(refused(&bench, &with("Amount", json!(0))).await, 10305);
    assert_eq!(refused(&bench, &with("ConfirmationType", json!(3))).await, 10427);
    let mut callback = cart(GSM, 1);
    callback["CallbackUrl"] = Value::Null;
    assert_eq!(refused(&bench, &callback).await, 400);
    let line = |amount| json!([{"Name": "Socks", "UnitPrice": 500, "Quantity": 2000, "Amount": amount}]);
    assert_eq!(refused(&bench, &with("CartItemRequests", line(999))).await, 10304);
    bench.insert(&with("CartItemRequests", line(1000))).await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_a_400() {
    let bench = Bench::new();
    for body in [json!([]), json!("cart"), Value::Null] {
        let answer = bench.call("InsertCart", &body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.body["Success"], false);
    }
}

#[tokio::test]
async fn an_unknown_path_and_an_unknown_method_are_refused_in_netgiros_shape() {
    let bench = Bench::new();
    let unknown = bench.tap("POST", "/netgiro/v1/Checkout/Pay", &json!({})).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.body["Success"]),
        (404, &json!(false))
    );
    let method = bench
        .tap("GET", "/netgiro/v1/Checkout/InsertCart", &Value::Null)
        .await;
    assert_eq!(
        (method.status.as_u16(), &method.body["Success"]),
        (405, &json!(false))
    );
}

#[tokio::test]
async fn listed_customers_are_refused_with_their_codes() {
    let bench = Bench::new();
    for (customer, code) in [
        ("8220005", 10306),
        ("4040404059", 10306),
        ("8220006", 400),
        ("5050505099", 400),
        ("8220011", 10302),
        ("8220012", 10307),
        ("8220013", 10422),
        ("8220014", 10423),
    ] {
        assert_eq!(refused(&bench, &cart(customer, 0)).await, code, "{customer}");
        assert_eq!(bench.phone(customer.get(..7).unwrap()).await["inbox"], json!([]));
    }
}

#[tokio::test]
async fn without_credit_the_payment_is_declined_in_the_end() {
    for confirmation in [0, 1, 2] {
        let bench = Bench::new();
        let by_gsm = bench.insert(&cart("8220002", confirmation)).await;
        assert_eq!(bench.act("8220002", "approve").await, "cancelled");
        assert_eq!(bench.check(&by_gsm).await, (false, 10302));
        assert_eq!(bench.shop.called(), [CANCELLED_URL]);

        let by_ssn = bench.insert(&cart("2222222229", confirmation)).await;
        let code = bench.only_item("8220002").await["code"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(bench.confirm(&by_ssn, Some(&code)).await, (false, 10302));
        for id in [by_gsm, by_ssn] {
            assert_eq!(bench.money(&id).await, (0, 0, 0));
        }
    }
}

#[tokio::test]
async fn a_rejection_can_show_as_a_decline_and_an_end_as_a_code_that_nobody_knows() {
    let bench = Bench::new();
    let rejected = bench.insert(&cart("8220015", 0)).await;
    bench.act("8220015", "reject").await;
    assert_eq!(bench.check(&rejected).await, (false, 10423));
    let unknown = bench.insert(&cart("8220016", 0)).await;
    bench.act("8220016", "approve").await;
    assert_eq!(bench.check(&unknown).await, (false, 10999));
}

#[tokio::test]
async fn who_has_no_app_is_asked_to_install_it_and_then_to_pay() {
    let bench = Bench::new();
    let answer = bench.call("InsertCart", &cart("8220003", 0)).await.body;
    assert_eq!(answer["RemoteConfirmationAvailable"], false);
    let id = answer["TransactionId"].as_str().unwrap();
    assert_eq!(bench.phone("8220003").await["app_code"], Value::Null);
    let message = bench.only_item("8220003").await;
    assert_eq!(
        (&message["kind"], &message["install"]),
        (&json!("sms"), &json!(true))
    );
    assert!(message.get("code").is_none());
    assert_eq!(bench.act("8220003", "install").await, "waiting");
    assert_eq!(bench.only_item("8220003").await["kind"], "payment");
    assert!(bench.phone("8220003").await["app_code"].is_string());
    assert_eq!(bench.act("8220003", "approve").await, "paid");
    assert_eq!(bench.check(id).await, (true, 10200));
}

#[tokio::test]
async fn a_kennitala_leads_to_the_phone_of_its_person() {
    let bench = Bench::new();
    bench.insert(&cart("1201743399", 0)).await;
    assert_eq!(bench.only_item("6743399").await["kind"], "sms");
    bench.insert(&cart(SSN, 0)).await;
    assert_eq!(bench.only_item(GSM).await["kind"], "sms");
    assert_eq!(bench.phone("3548223281").await["inbox"][0]["kind"], "sms");
}

#[tokio::test]
async fn an_app_code_is_typed_or_scanned_pays_once_and_expires() {
    let bench = Bench::new();
    let phone = bench.phone(GSM).await;
    let code = phone["app_code"].as_str().unwrap().to_owned();
    let barcode = phone["app_code_barcode"].as_str().unwrap().to_owned();
    assert_eq!(barcode, format!("500004-{code}"));
    assert_eq!(code.len(), 10);
    assert_eq!(bench.phone(GSM).await["app_code"], json!(code), "it stays");
    bench.insert(&cart(&barcode, 0)).await;
    assert_eq!(refused(&bench, &cart(&code, 0)).await, 400, "it was used");

    let fresh = bench.phone(GSM).await["app_code"].as_str().unwrap().to_owned();
    assert_ne!(fresh, code);
    bench.advance(300);
    assert_eq!(refused(&bench, &cart(&fresh, 0)).await, 400, "it has expired");
    assert_ne!(bench.phone(GSM).await["app_code"], json!(fresh));

    for nobody in ["8220005", "8220006", "48600000000"] {
        assert_eq!(bench.phone(nobody).await["app_code"], Value::Null, "{nobody}");
    }
}

#[tokio::test]
async fn the_phone_shows_what_it_is_asked_to_pay() {
    let bench = Bench::new();
    let mut wanted = cart(GSM, 0);
    wanted["Description"] = json!("Two pairs");
    wanted["CartItemRequests"] = json!([
        {"ProductNo": "1", "Name": "Socks", "UnitPrice": 400, "Quantity": 1500, "Amount": 600},
        {"Name": "Hat", "unitprice": 400, "quantity": 1000, "amount": 400},
    ]);
    let id = bench.insert(&wanted).await;
    let item = bench.only_item(GSM).await;
    assert_eq!(item["id"], json!(id));
    assert_eq!(
        (&item["provider"], &item["kind"]),
        (&json!("netgiro"), &json!("payment"))
    );
    assert_eq!(item["amount"], json!({"currency": "ISK", "value": 1000}));
    assert_eq!(item["description"], "Two pairs");
    assert_eq!(item["expires_at"], "2026-01-31T12:10:00Z");
    assert_eq!(
        item["lines"],
        json!([
            {"name": "Socks", "quantity": "1.5", "unit": "", "value": 600},
            {"name": "Hat", "quantity": "1", "unit": "", "value": 400},
        ])
    );
}

#[tokio::test]
async fn a_tap_that_cannot_work_says_why() {
    let bench = Bench::new();
    let id = bench.insert(&cart(SSN, 0)).await;
    let tap = async |action: &str, phone: &str| {
        let path = format!("/phone/api/{phone}/inbox/{id}");
        bench.tap("POST", &path, &json!({"action": action})).await
    };
    let approved = tap("approve", GSM).await;
    assert_eq!(
        (approved.status.as_u16(), &approved.body["code"]),
        (409, &json!("code-is-typed"))
    );
    assert_eq!(tap("dance", GSM).await.status, 422);
    assert_eq!(tap("reject", "8220015").await.status, 410, "another phone");
    assert_eq!(tap("dismiss", GSM).await.status, 200);
    assert_eq!(bench.phone(GSM).await["inbox"], json!([]));
    assert_eq!(bench.check(&id).await, (false, 10428), "the code is still good");
    assert_eq!(tap("reject", GSM).await.status, 200);
    let gone = tap("reject", GSM).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["code"]),
        (410, &json!("request-gone"))
    );
}

#[tokio::test]
async fn a_code_of_somebody_who_is_declined_does_not_pay_either() {
    let bench = Bench::new();
    let code = bench.phone("8220011").await["app_code"].clone();
    assert_eq!(refused(&bench, &cart(code.as_str().unwrap(), 0)).await, 10302);
    for confirmation in [0, 1, 2] {
        let code = bench.phone("8220002").await["app_code"].clone();
        let id = bench.insert(&cart(code.as_str().unwrap(), confirmation)).await;
        assert_eq!(bench.check(&id).await, (false, 10302));
        assert_eq!(bench.money(&id).await, (0, 0, 0));
    }
}
