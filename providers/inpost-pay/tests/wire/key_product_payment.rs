//! Signing keys, products, payments. Contract, sections 2, 3 and 8.

use crate::{amount, assert_read, assert_wire, price};
use inpost_pay::PhoneNumber;
use inpost_pay::Price;
use inpost_pay::Units;
use inpost_pay::wire::basket::{Basket, Currency, PaymentType, Summary};
use inpost_pay::wire::goods::{Product, ProductAttribute, Quantity, QuantityType};
use inpost_pay::wire::payment::{
    RefundAnswer, RefundRequest, RefundStatus, Transaction, TransactionPage, TransactionStatus,
};
use inpost_pay::wire::product::{
    HotProduct, HotProductPage, HotQuantity, PaymentMethods, ProductBasket, ProductBasketRequest, ProductPage,
};
use inpost_pay::wire::signing_key::{PublicKey, SigningKey, SigningKeys};

fn key(text: &str, version: &str) -> PublicKey {
    PublicKey {
        public_key_base64: text.into(),
        version: version.into(),
    }
}

#[test]
fn the_signing_keys() {
    let keys = SigningKeys {
        merchant_external_id: "merchant-1".into(),
        public_keys: vec![key("MIIBIjANBgkqhkiG9w0B", "1"), key("MIIBIjANBgkqhkiG9w0C", "2")],
    };
    let literal = include_str!("../fixtures/signing_keys.json");
    assert_wire(literal, &keys);
    assert_read(&literal.replace(r#""version": "2""#, r#""version": 2"#), &keys);
    let one = SigningKey {
        merchant_external_id: "merchant-1".into(),
        public_key: key("MIIBIjANBgkqhkiG9w0C", "2"),
    };
    assert_wire(include_str!("../fixtures/signing_key.json"), &one);
}

#[test]
fn a_page_of_products() {
    let expected = ProductPage {
        content: vec![Product {
            product_id: "42".into(),
            product_name: "Kubek".into(),
            base_price: price("50.00", "61.50", "11.50"),
            quantity: Quantity {
                available_quantity: Some(Units::whole(17)),
                ..Quantity::pieces(1)
            },
            ..Product::default()
        }],
        total_items: 12,
        page_index: 0,
        page_size: 10,
    };
    assert_wire(include_str!("../fixtures/product_page.json"), &expected);
}

#[test]
fn a_basket_begun_in_the_app() {
    let request = ProductBasketRequest {
        basket_id: Some("basket-1".into()),
        phone_number: Some(PhoneNumber::new("+48", "600000000")),
    };
    let literal =
        r#"{"basket_id": "basket-1", "phone_number": {"country_prefix": "+48", "phone": "600000000"}}"#;
    assert_wire(literal, &request);
    assert_wire("{}", &ProductBasketRequest::default());
    let answer = ProductBasket {
        basket_id: "basket-1".into(),
        basket: Basket {
            summary: Summary {
                basket_base_price: price("10.00", "12.30", "2.30"),
                ..Summary::default()
            },
            ..Basket::default()
        },
    };
    assert_wire(include_str!("../fixtures/product_basket.json"), &answer);
}

#[test]
fn the_open_ways_to_pay() {
    let expected = PaymentMethods {
        payment_type: vec![PaymentType::Card, PaymentType::Other("PAY_BY_STONES".into())],
    };
    assert_wire(r#"{"payment_type": ["CARD", "PAY_BY_STONES"]}"#, &expected);
    assert_read(r#"{"payment_type": null}"#, &PaymentMethods::default());
}

#[test]
fn a_signed_refund() {
    let expected = RefundRequest::signed(
        "cmd-1",
        "tx-1",
        "r-1",
        amount("12.30"),
        "damaged",
        &"s3cret".into(),
    );
    assert_wire(include_str!("../fixtures/refund_request.json"), &expected);
}

#[test]
fn the_statuses_of_the_contract_are_known() {
    let transaction = [
        "PENDING",
        "AUTHORIZED",
        "CARD_VERIFIED",
        "CAPTURED",
        "REFUNDED",
        "PARTIALLY_REFUNDED",
    ];
    assert!(
        transaction
            .into_iter()
            .chain(["CANCELLED", "DECLINED"])
            .all(|s| TransactionStatus::from(s).is_known())
    );
    assert!(
        ["PENDING", "SUCCESS", "FAILED"]
            .into_iter()
            .all(|status| RefundStatus::from(status).is_known())
    );
    assert!(!RefundStatus::from("MAYBE").is_known());
}

#[test]
fn a_hot_product() {
    let literal = r#"{
        "product_id": "42",
        "ean": "5900000000001",
        "product_name": "Szalik",
        "product_description": "Ciepły.",
        "product_link": "https://shop.example/product/42",
        "product_image": "https://shop.example/42.jpg",
        "price": {"net": "104.88", "gross": "129.00", "vat": "24.12"},
        "currency": "PLN",
        "quantity": {"available_quantity": 5, "quantity_type": "INTEGER", "quantity_unit": "szt."},
        "product_attributes": [{"attribute_name": "Kolor", "attribute_value": "rdza"}]
    }"#;
    let expected = HotProduct {
        product_id: "42".into(),
        ean: Some("5900000000001".into()),
        product_name: "Szalik".into(),
        product_description: Some("Ciepły.".into()),
        product_link: Some("https://shop.example/product/42".into()),
        product_image: "https://shop.example/42.jpg".into(),
        price: Price {
            net: amount("104.88"),
            gross: amount("129.00"),
            vat: amount("24.12"),
        },
        currency: Currency::Pln,
        quantity: HotQuantity {
            available_quantity: Units::whole(5),
            quantity_type: QuantityType::Integer,
            quantity_unit: Some("szt.".into()),
        },
        product_attributes: vec![ProductAttribute {
            attribute_name: "Kolor".into(),
            attribute_value: "rdza".into(),
        }],
    };
    assert_wire(literal, &expected);
    let page = format!(r#"{{"content": [{literal}], "total_items": 1, "page_index": 0, "page_size": 20}}"#);
    let expected_page = HotProductPage {
        content: vec![expected],
        total_items: 1,
        page_index: 0,
        page_size: 20,
    };
    assert_read(&page, &expected_page);
}

#[test]
fn a_refund_is_answered_and_transactions_are_listed() {
    let answer = RefundAnswer {
        external_refund_id: Some("r-1".into()),
        status: Some(RefundStatus::Success),
    };
    assert_wire(r#"{"external_refund_id": "r-1", "status": "SUCCESS"}"#, &answer);
    assert_read("{}", &RefundAnswer::default());
    let page = TransactionPage {
        content: vec![Transaction {
            transaction_id: "tx-1".into(),
            order_id: Some("o-1".into()),
            status: Some(TransactionStatus::PartiallyRefunded),
        }],
        total_items: 1,
        page_index: 0,
        page_size: 20,
    };
    let literal = r#"{"content": [{"transaction_id": "tx-1", "order_id": "o-1", "status": "PARTIALLY_REFUNDED"}],
        "total_items": 1, "page_index": 0, "page_size": 20}"#;
    assert_wire(literal, &page);
}
