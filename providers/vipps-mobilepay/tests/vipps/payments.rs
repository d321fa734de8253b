//! Payments: what is sent and what is read. Contract, section 5.

use crate::support::{
    Fixture, NUMBER, answer, assert_call, header, json_body, key, no_connection, nok, reference, timeout,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use vipps_mobilepay::wire::payment::{
    Aggregate, Approval, Customer, CustomerInteraction, EventName, Metadata, NewPayment, Payment,
    PaymentMethodType, PaymentState, ProfileScope, QrFormat, QrImage, UserFlow,
};
use vipps_mobilepay::wire::receipt::{
    Barcode, BottomLine, OrderLine, PaymentSources, QuantityUnit, Receipt, UnitInfo,
};
use vipps_mobilepay::{
    Amount, Currency, CustomerToken, Error, Msisdn, PaymentDescription, PersonalQr, Quantity, Reference,
    Retry, wire,
};

pub(crate) const CAPTURED: &str = r#"{
    "amount": {"currency": "NOK", "value": 1000},
    "state": "AUTHORIZED",
    "aggregate": {
        "authorizedAmount": {"currency": "NOK", "value": 1000},
        "cancelledAmount": {"currency": "NOK", "value": 0},
        "capturedAmount": {"currency": "NOK", "value": 400},
        "refundedAmount": {"currency": "NOK", "value": 0}
    },
    "pspReference": "4c2f2b5e-0000-4a4a-8c8c-000000000001",
    "reference": "sale-0001"
}"#;

const PAYMENT: &str = r#"{
    "aggregate": {
        "authorizedAmount": {"currency": "NOK", "value": 1000},
        "cancelledAmount": {"currency": "NOK", "value": 100},
        "capturedAmount": {"currency": "NOK", "value": 700},
        "refundedAmount": {"currency": "NOK", "value": 200}
    },
    "amount": {"currency": "NOK", "value": 1000},
    "state": "AUTHORIZED",
    "paymentMethod": {"type": "WALLET", "cardBin": "540185"},
    "profile": {"sub": "c06c4afe-d9e1-4c5d-939a-177d752a0944"},
    "pspReference": "4c2f2b5e-0000-4a4a-8c8c-000000000001",
    "reference": "sale-0001",
    "redirectUrl": "https://landing.example/?token=abc",
    "metadata": {"till": "2"},
    "userDetails": {"mobileNumber": "4712345678", "firstName": "Ada"},
    "somethingNew": {"a": [1]}
}"#;

fn by_number() -> Customer {
    Customer::PhoneNumber(Msisdn::parse(NUMBER).unwrap())
}

/// The jacket of the mission's example.
fn receipt() -> Receipt {
    let line = OrderLine {
        name: "winter jacket".into(),
        id: "jacket1234".into(),
        total_amount: 239_900,
        total_amount_excluding_tax: 191_920,
        total_tax_amount: 47_980,
        tax_rate: Some(2500),
        unit_info: Some(UnitInfo {
            unit_price: 319_900,
            quantity: Quantity::from(1),
            quantity_unit: QuantityUnit::Pieces,
        }),
        discount: Some(80_000),
        product_url: None,
        is_return: Some(false),
        is_shipping: None,
    };
    let bottom = BottomLine {
        pos_id: Some("pos_122".into()),
        receipt_number: Some("0527013501".into()),
        ..BottomLine::new(Currency::Nok)
    };
    Receipt::parse(vec![line], bottom).unwrap()
}

#[tokio::test]
async fn a_push_message_payment_is_written_as_the_contract_says() {
    let fixture = Fixture::answering([answer(201, r#"{"reference": "sale-0001"}"#)]);
    let mut payment = NewPayment::push_message(reference(), nok(239_900), by_number());
    payment.receipt = Some(receipt());
    payment.payment_description = Some(PaymentDescription::parse("Winter jacket - blue").unwrap());
    let created = fixture.client.create_payment(&payment, &key()).await.unwrap();
    assert_eq!(
        (created.reference.as_str(), created.redirect_url),
        ("sale-0001", None)
    );

    let call = fixture.call();
    assert_call(&call, "POST /epayment/v1/payments");
    assert_eq!(header(&call, "idempotency-key"), "sale-0001.capture.1");
    let expected = json!({
        "amount": {"currency": "NOK", "value": 239_900},
        "customer": {"phoneNumber": "4712345678"},
        "customerInteraction": "CUSTOMER_PRESENT",
        "paymentMethod": {"type": "WALLET"},
        "reference": "sale-0001",
        "userFlow": "PUSH_MESSAGE",
        "paymentDescription": "Winter jacket - blue",
        "receipt": {
            "orderLines": [{
                "name": "winter jacket",
                "id": "jacket1234",
                "totalAmount": 239_900,
                "totalAmountExcludingTax": 191_920,
                "totalTaxAmount": 47_980,
                "taxRate": 2500,
                "discount": 80_000,
                "isReturn": false,
                "unitInfo": {"unitPrice": 319_900, "quantity": "1", "quantityUnit": "PCS"}
            }],
            "bottomLine": {"currency": "NOK", "posId": "pos_122", "receiptNumber": "0527013501"}
        }
    });
    assert_eq!(json_body(&call), expected);
}

#[tokio::test]
async fn a_code_on_the_merchants_screen_needs_no_customer() {
    let literal = r#"{"reference": "sale-0001", "redirectUrl": "https://qr.example/p/abc.svg"}"#;
    let fixture = Fixture::answering([answer(201, literal)]);
    let mut payment = NewPayment::qr(reference(), nok(1000));
    payment.qr_format = Some(QrFormat {
        format: QrImage::Svg,
        size: None,
    });
    let created = fixture.client.create_payment(&payment, &key()).await.unwrap();
    assert_eq!(
        created.redirect_url.as_ref().unwrap().as_str(),
        "https://qr.example/p/abc.svg"
    );
    assert!(!format!("{created:?}").contains("abc"));
    let body = json_body(&fixture.call());
    assert_eq!((&body["userFlow"], body.get("customer")), (&json!("QR"), None));
    assert_eq!(body["qrFormat"], json!({"format": "IMAGE/SVG+XML"}));
    assert_eq!(body["customerInteraction"], "CUSTOMER_PRESENT");
}

#[test]
fn every_optional_field_is_written_under_the_contracts_name_and_read_again() {
    let mut metadata = Metadata::default();
    metadata.insert("till", "2").unwrap();
    let back = "https://shop.example/back".parse().unwrap();
    let mut payment = NewPayment::web_redirect(reference(), nok(1000), back);
    payment.customer = Some(Customer::CustomerToken(CustomerToken::parse("token-1").unwrap()));
    payment.payment_method.kind = PaymentMethodType::Card;
    payment.expires_at = Some("2024-01-31T12:00:00Z".parse().unwrap());
    payment.profile = Some(ProfileScope {
        scope: "name phoneNumber".into(),
    });
    payment.receipt_url = Some("https://shop.example/receipt/1".parse().unwrap());
    payment.metadata = metadata;
    payment.minimum_user_age = Some(18);
    let bottom = BottomLine {
        tip_amount: Some(5),
        payment_sources: Some(PaymentSources {
            gift_card: Some(1),
            card: Some(2),
            voucher: Some(3),
            cash: Some(4),
        }),
        barcode: Some(Barcode {
            format: "EAN-13".into(),
            data: "5901234123457".into(),
        }),
        ..BottomLine::new(Currency::Nok)
    };
    let lines = receipt().order_lines().to_vec();
    payment.receipt = Some(Receipt::parse(lines, bottom).unwrap());

    let written = serde_json::to_value(&payment).unwrap();
    assert_eq!(written["customerInteraction"], "CUSTOMER_NOT_PRESENT");
    assert_eq!(written["customer"], json!({"customerToken": "token-1"}));
    assert_eq!(written["returnUrl"], "https://shop.example/back");
    assert_eq!(written["paymentMethod"], json!({"type": "CARD"}));
    assert_eq!(written["expiresAt"], "2024-01-31T12:00:00Z");
    assert_eq!(written["profile"], json!({"scope": "name phoneNumber"}));
    assert_eq!(written["receiptUrl"], "https://shop.example/receipt/1");
    assert_eq!(written["metadata"], json!({"till": "2"}));
    assert_eq!(written["minimumUserAge"], 18);
    let bottom = &written["receipt"]["bottomLine"];
    assert_eq!(bottom["tipAmount"], 5);
    assert_eq!(
        bottom["paymentSources"],
        json!({"giftCard": 1, "card": 2, "voucher": 3, "cash": 4})
    );
    assert_eq!(
        bottom["barcode"],
        json!({"format": "EAN-13", "data": "5901234123457"})
    );
    assert_eq!(serde_json::from_value::<NewPayment>(written).unwrap(), payment);
}

#[test]
fn a_customer_is_exactly_one_of_three() {
    let read = |value: Value| serde_json::from_value::<Customer>(value);
    assert_eq!(read(json!({"phoneNumber": NUMBER})).unwrap(), by_number());
    let qr = PersonalQr::parse("https://qr.vipps.no/p/abc").unwrap();
    assert_eq!(
        read(json!({"personalQr": "https://qr.vipps.no/p/abc"})).unwrap(),
        Customer::PersonalQr(qr)
    );
    assert!(read(json!({"phoneNumber": NUMBER, "customerToken": "a"})).is_err());
    assert!(read(json!({})).is_err());
    assert!(read(json!({"phoneNumber": "+4712345678"})).is_err());
}

#[tokio::test]
async fn a_payment_is_read_with_whatever_else_it_says() {
    let fixture = Fixture::answering([answer(200, PAYMENT)]);
    let payment = fixture.client.payment(&reference()).await.unwrap();
    assert_call(&fixture.call(), "GET /epayment/v1/payments/sale-0001");
    assert_eq!(header(&fixture.call(), "content-type"), "");
    assert_eq!(payment.state, PaymentState::Authorized);
    assert_eq!(payment.amount, nok(1000));
    assert_eq!(payment.psp_reference, "4c2f2b5e-0000-4a4a-8c8c-000000000001");
    assert_eq!(payment.metadata.get("till"), Some("2"));
    assert_eq!(
        (payment.aggregate.capturable(), payment.aggregate.refundable()),
        (200, 500)
    );
    let shown = format!("{payment:?}");
    for hidden in [NUMBER, "Ada", "c06c4afe", "token=abc"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_payment_is_read_without_what_may_be_absent_and_with_what_is_new() {
    let literal = r#"{
        "aggregate": {
            "authorizedAmount": {"currency": "SEK", "value": 0}, "cancelledAmount": {"currency": "SEK", "value": 0},
            "capturedAmount": {"currency": "SEK", "value": 0}, "refundedAmount": {"currency": "SEK", "value": 0}
        },
        "amount": {"currency": "SEK", "value": 65000001}, "state": "PARKED", "pspReference": "p-1",
        "reference": "sale-0001", "metadata": null, "redirectUrl": null
    }"#;
    let payment: Payment = wire::read(literal.as_bytes()).unwrap();
    assert_eq!(payment.state, PaymentState::Other("PARKED".into()));
    assert!(!payment.state.is_known() && !payment.state.has_ended_unpaid());
    assert_eq!(payment.amount.currency(), &Currency::Other("SEK".into()));
    assert_eq!(
        payment.amount.value(),
        65_000_001,
        "what is received is not held to the limit"
    );
    let written = serde_json::to_value(&payment).unwrap();
    assert_eq!(written["state"], "PARKED");
    assert_eq!(serde_json::from_value::<Payment>(written).unwrap(), payment);
}

#[tokio::test]
async fn events_are_read() {
    let literal = r#"[
        {"reference": "sale-0001", "pspReference": "p-1", "name": "CREATED",
         "amount": {"currency": "NOK", "value": 1000}, "timestamp": "2023-03-30T08:38:32.123Z",
         "idempotencyKey": "sale-0001.create", "success": true},
        {"reference": "sale-0001", "pspReference": "p-2", "name": "CAPTURED",
         "amount": {"currency": "NOK", "value": 1000}, "timestamp": "2023-03-30T10:38:33+02:00", "success": false},
        {"reference": "sale-0001", "pspReference": "p-3", "name": "MOVED", "idempotencyKey": null,
         "amount": {"currency": "NOK", "value": 1000}, "timestamp": "2023-03-30T08:38:34Z", "success": true}
    ]"#;
    let fixture = Fixture::answering([answer(200, literal)]);
    let events = fixture.client.payment_events(&reference()).await.unwrap();
    assert_call(&fixture.call(), "GET /epayment/v1/payments/sale-0001/events");
    assert_eq!(events[0].name, EventName::Created);
    assert_eq!(events[0].idempotency_key.as_deref(), Some("sale-0001.create"));
    assert_eq!(
        events[1].timestamp,
        "2023-03-30T08:38:33Z".parse::<Timestamp>().unwrap()
    );
    assert!(!events[1].success);
    assert_eq!(events[2].name, EventName::Other("MOVED".into()));
}

#[tokio::test]
async fn capture_refund_and_cancel_carry_their_amount_and_key() {
    let fixture = Fixture::answering((0..4).map(|_| answer(200, CAPTURED)));
    let (client, reference, key) = (&fixture.client, reference(), key());
    let captured = client.capture(&reference, nok(400), &key).await.unwrap();
    assert_eq!(captured.aggregate.captured_amount, nok(400));
    assert_eq!(
        (captured.aggregate.capturable(), captured.aggregate.refundable()),
        (600, 400)
    );
    client.refund(&reference, nok(1), &key).await.unwrap();
    client.cancel(&reference, true, &key).await.unwrap();
    client.cancel(&reference, false, &key).await.unwrap();

    let calls = fixture.calls();
    assert!(
        calls
            .iter()
            .all(|call| header(call, "idempotency-key") == key.as_str())
    );
    assert_call(&calls[0], "POST /epayment/v1/payments/sale-0001/capture");
    let amount = |value: i64| json!({"modificationAmount": {"currency": "NOK", "value": value}});
    assert_eq!(json_body(&calls[0]), amount(400));
    assert_call(&calls[1], "POST /epayment/v1/payments/sale-0001/refund");
    assert_eq!(json_body(&calls[1]), amount(1));
    assert_call(&calls[2], "POST /epayment/v1/payments/sale-0001/cancel");
    assert_eq!(json_body(&calls[2]), json!({"cancelTransactionOnly": true}));
    assert_eq!(json_body(&calls[3]), json!({"cancelTransactionOnly": false}));
}

#[tokio::test]
async fn a_payment_is_approved_by_force() {
    let fixture = Fixture::answering([answer(200, ""), answer(200, "")]);
    fixture
        .client
        .force_approve(&reference(), Some(by_number()))
        .await
        .unwrap();
    fixture.client.force_approve(&reference(), None).await.unwrap();
    let calls = fixture.calls();
    assert_call(&calls[0], "POST /epayment/v1/test/payments/sale-0001/approve");
    assert_eq!(json_body(&calls[0]), json!({"customer": {"phoneNumber": NUMBER}}));
    assert_eq!(json_body(&calls[1]), json!({}));
    assert_eq!(
        serde_json::from_value::<Approval>(json!({})).unwrap().customer,
        None
    );
}

#[tokio::test]
async fn nothing_that_changes_a_payment_is_sent_twice_by_itself() {
    for (lost, may_have_acted) in [(timeout(), true), (no_connection(), false)] {
        let fixture = Fixture::answering([lost]);
        let error = fixture
            .client
            .capture(&reference(), nok(1000), &key())
            .await
            .unwrap_err();
        assert_eq!(fixture.calls().len(), 1);
        assert_eq!(
            (error.can_retry(), error.may_have_acted()),
            (true, may_have_acted)
        );
    }
}

#[tokio::test]
async fn a_read_is_sent_once_more_when_no_connection_came_about() {
    let fixture = Fixture::answering([no_connection(), answer(200, PAYMENT)]);
    fixture.client.payment(&reference()).await.unwrap();
    assert_eq!(fixture.calls().len(), 2);

    let fixture = Fixture::answering([no_connection(), no_connection()]);
    let error = fixture.client.payment(&reference()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    assert_eq!(fixture.calls().len(), 2);

    let fixture = Fixture::answering([timeout()]);
    fixture.client.payment(&reference()).await.unwrap_err();
    assert_eq!(fixture.calls().len(), 1);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_may_have_moved_money() {
    for body in ["", "<html>", "[]", r#"{"state": "AUTHORIZED"}"#] {
        let fixture = Fixture::answering([answer(200, body)]);
        let error = fixture
            .client
            .capture(&reference(), nok(1000), &key())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Unexpected { .. }), "{body}");
        assert_eq!(
            (error.may_have_acted(), error.retry()),
            (true, Retry::SameKey),
            "{body}"
        );
    }
}

#[test]
fn what_is_left_is_never_negative() {
    let mut aggregate = Aggregate::nothing(&Currency::Eur);
    assert_eq!((aggregate.capturable(), aggregate.refundable()), (0, 0));
    aggregate.captured_amount = Amount::parse(Currency::Eur, 5).unwrap();
    assert_eq!((aggregate.capturable(), aggregate.refundable()), (0, 5));
    aggregate.refunded_amount = Amount::parse(Currency::Eur, 6).unwrap();
    assert_eq!(aggregate.refundable(), 0);
}

#[test]
fn only_three_states_end_without_money() {
    let ended: Vec<_> = PaymentState::ALL
        .iter()
        .filter(|state| state.has_ended_unpaid())
        .collect();
    assert_eq!(
        ended,
        [
            &PaymentState::Aborted,
            &PaymentState::Expired,
            &PaymentState::Terminated
        ]
    );
}

#[test]
fn every_word_of_the_contract_is_known() {
    let known = |words: &str, is_known: fn(&str) -> bool| {
        for word in words.split(' ') {
            assert!(is_known(word), "{word}");
        }
    };
    known("PUSH_MESSAGE WEB_REDIRECT NATIVE_REDIRECT QR", |word| {
        UserFlow::from(word).is_known()
    });
    known("CUSTOMER_PRESENT CUSTOMER_NOT_PRESENT", |word| {
        CustomerInteraction::from(word).is_known()
    });
    known("WALLET CARD", |word| PaymentMethodType::from(word).is_known());
    known("PCS KG KM MINUTE LITRE KWH", |word| {
        QuantityUnit::from(word).is_known()
    });
    known("CREATED AUTHORIZED ABORTED EXPIRED TERMINATED", |word| {
        PaymentState::from(word).is_known()
    });
    known(
        "CREATED ABORTED EXPIRED CANCELLED CAPTURED REFUNDED AUTHORIZED TERMINATED",
        |word| EventName::from(word).is_known(),
    );
    known("NOK DKK EUR", |word| Currency::from(word).is_known());
    assert!(!UserFlow::from("PULL_MESSAGE").is_known());
}

#[test]
fn a_receipt_has_a_line() {
    assert!(Receipt::parse(Vec::new(), BottomLine::new(Currency::Nok)).is_err());
}

#[test]
fn a_rate_of_tax_is_at_most_the_whole() {
    let at = |rate| {
        let line = OrderLine {
            tax_rate: Some(rate),
            ..receipt().order_lines()[0].clone()
        };
        Receipt::parse(vec![line], BottomLine::new(Currency::Nok))
    };
    assert!(at(0).is_ok() && at(10_000).is_ok());
    let refused = at(10_001).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "not a rate of tax: 0 to 10000 hundredths of a percent"
    );
}

#[test]
fn metadata_ends_at_five_pairs_and_their_lengths() {
    let mut metadata = Metadata::default();
    for number in 0..5 {
        metadata.insert(format!("key-{number}"), "v".repeat(500)).unwrap();
    }
    metadata.insert("key-5", "one too many").unwrap_err();
    metadata.insert("key-4", "changed").unwrap();
    assert_eq!(
        (metadata.iter().count(), metadata.get("key-4")),
        (5, Some("changed"))
    );
    let mut metadata = Metadata::default();
    metadata.insert("k".repeat(101), "v").unwrap_err();
    metadata.insert("k", "v".repeat(501)).unwrap_err();
    metadata.insert("", "v").unwrap_err();
    metadata.insert("k".repeat(100), "").unwrap();
}

#[tokio::test]
async fn a_reference_cannot_change_which_call_it_is() {
    let fixture = Fixture::answering([answer(200, PAYMENT)]);
    let longest = Reference::parse("a".repeat(64)).unwrap();
    fixture.client.payment(&longest).await.unwrap();
    assert_call(&fixture.call(), &format!("GET /epayment/v1/payments/{longest}"));
}
