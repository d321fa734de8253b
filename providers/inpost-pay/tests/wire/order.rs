//! Orders. Contract, section 6.

use crate::{amount, assert_read, assert_wire, price, time};
use inpost_pay::PhoneNumber;
use inpost_pay::wire::basket::{AdditionalParameter, Currency, PaymentType};
use inpost_pay::wire::delivery::{DeliveryCode, DeliveryOption, DeliveryType};
use inpost_pay::wire::goods::{Product, Quantity};
use inpost_pay::wire::order::{
    AccountInfo, AddressDetails, ClientAddress, ConsentAnswer, DeliveryAddress, DeliveryChoice,
    InpostDiscount, InvoiceDetails, LegalForm, Order, OrderDelivery, OrderDetails, OrderRequest,
    OrderRequestDetails,
};

fn account() -> AccountInfo {
    AccountInfo {
        name: "Jan".into(),
        surname: "Kowalski".into(),
        phone_number: PhoneNumber::new("+48", "600000000"),
        mail: "jan@example.pl".into(),
        client_address: None,
    }
}

fn request_details() -> OrderRequestDetails {
    OrderRequestDetails {
        order_comments: Some("Proszę dzwonić".into()),
        basket_additional_parameters: vec![AdditionalParameter {
            key: "campaign".into(),
            value: "winter".into(),
        }],
        inpost_discounts: vec![InpostDiscount {
            discount_type: "FREE_DELIVERY".into(),
            discount: amount("10.00"),
        }],
        ..OrderRequestDetails::new(
            "basket-1".into(),
            price("89.43", "110.00", "20.57"),
            PaymentType::BlikCode,
        )
    }
}

fn client_address() -> ClientAddress {
    ClientAddress {
        country_code: "PL".into(),
        address: "Prosta 1/2".into(),
        city: "Kraków".into(),
        postal_code: "30-001".into(),
        address_details: Some(AddressDetails {
            street: Some("Prosta".into()),
            building: Some("1".into()),
            flat: Some("2".into()),
        }),
    }
}

fn invoice() -> InvoiceDetails {
    InvoiceDetails {
        country_code: Some("PL".into()),
        tax_id_prefix: Some("PL".into()),
        tax_id: Some("1234563218".into()),
        company_name: Some("Kowalski sp. z o.o.".into()),
        name: Some("Jan".into()),
        surname: Some("Kowalski".into()),
        city: Some("Kraków".into()),
        street: Some("Prosta".into()),
        building: Some("1".into()),
        flat: Some("2".into()),
        postal_code: Some("30-001".into()),
        mail: Some("faktury@example.pl".into()),
        registration_data_edited: Some(false),
        additional_information: Some("dział zakupów".into()),
        ..InvoiceDetails::new(LegalForm::Company)
    }
}

fn courier() -> DeliveryChoice {
    DeliveryChoice {
        delivery_codes: vec![DeliveryCode::Weekend, DeliveryCode::Other("CODPWW".into())],
        mail: Some("jan@example.pl".into()),
        phone_number: Some(PhoneNumber::new("+48", "600000001")),
        delivery_point: Some("KRA01A".into()),
        delivery_address: Some(DeliveryAddress {
            name: "Jan Kowalski".into(),
            country_code: "PL".into(),
            address: "Prosta 1/2".into(),
            city: "Kraków".into(),
            postal_code: "30-001".into(),
            address_details: Some(AddressDetails {
                street: Some("Prosta".into()),
                building: Some("1".into()),
                flat: None,
            }),
        }),
        courier_note: Some("Domofon 2".into()),
        digital_delivery_email: Some("pliki@example.pl".into()),
        ..DeliveryChoice::new(DeliveryType::Courier)
    }
}

fn consents() -> Vec<ConsentAnswer> {
    vec![ConsentAnswer {
        consent_id: "terms".into(),
        consent_version: "3".into(),
        is_accepted: true,
    }]
}

fn request() -> OrderRequest {
    OrderRequest {
        order_details: request_details(),
        account_info: AccountInfo {
            client_address: Some(client_address()),
            ..account()
        },
        invoice_details: Some(invoice()),
        delivery: courier(),
        consents: consents(),
    }
}

#[test]
fn a_request_with_every_field() {
    assert_wire(include_str!("../fixtures/order_request.json"), &request());
}

#[test]
fn a_version_of_a_consent_is_read_from_a_number_too() {
    let literal = include_str!("../fixtures/order_request.json")
        .replace(r#""consent_version": "3""#, r#""consent_version": 3"#);
    assert_read(&literal, &request());
}

#[test]
fn an_order_for_data_needs_no_address() {
    let literal = r#"{
        "order_details": {"basket_id": "b", "currency": "PLN", "payment_type": "CARD",
                          "basket_price": {"net": 10, "gross": 12.3, "vat": 2.3}},
        "account_info": {"name": "Jan", "surname": "Kowalski", "mail": "jan@example.pl",
                         "phone_number": {"country_prefix": "+48", "phone": "600000000"}, "client_address": null},
        "invoice_details": null,
        "delivery": {"delivery_type": "DIGITAL", "digital_delivery_email": "jan@example.pl", "delivery_codes": null},
        "consents": null
    }"#;
    let expected = OrderRequest {
        order_details: OrderRequestDetails::new(
            "b".into(),
            price("10.00", "12.30", "2.30"),
            PaymentType::Card,
        ),
        account_info: account(),
        invoice_details: None,
        delivery: DeliveryChoice {
            digital_delivery_email: Some("jan@example.pl".into()),
            ..DeliveryChoice::new(DeliveryType::Digital)
        },
        consents: Vec::new(),
    };
    assert_read(literal, &expected);
}

#[test]
fn a_request_without_a_basket_is_refused_without_repeating_what_it_says() {
    let literal = include_str!("../fixtures/order_request.json").replace("\"basket_id\"", "\"basket\"");
    let error = inpost_pay::wire::read::<OrderRequest>(literal.as_bytes()).unwrap_err();
    assert!(error.line > 1);
    let literal = literal.replace("\"Kowalski\"", "{\"a\": \"Kowalski\"}");
    let error = inpost_pay::wire::read::<OrderRequest>(literal.as_bytes()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("Kowalski"));
}

#[test]
fn an_order_with_every_field() {
    let expected = Order {
        order_details: OrderDetails {
            order_id: "0190-42".into(),
            customer_order_id: Some("2024/01/42".into()),
            pos_id: Some("karfa-demo".into()),
            order_creation_date: Some(time("2024-01-31T12:05:00Z")),
            basket_id: "basket-1".into(),
            order_merchant_status_description: Some("Przyjęte".into()),
            payment_type: PaymentType::BlikCode,
            order_base_price: price("100.00", "123.00", "23.00"),
            order_final_price: price("89.43", "110.00", "20.57"),
            currency: Currency::Pln,
            delivery_references_list: vec!["630000000000000000000000".into()],
            order_comments: Some("Proszę dzwonić".into()),
            order_discount: Some(amount("13.00")),
            order_additional_parameters: vec![AdditionalParameter {
                key: "warehouse".into(),
                value: "2".into(),
            }],
        },
        account_info: account(),
        invoice_details: Some(InvoiceDetails {
            name: Some("Jan".into()),
            surname: Some("Kowalski".into()),
            ..InvoiceDetails::new(LegalForm::Person)
        }),
        delivery: OrderDelivery {
            choice: DeliveryChoice {
                delivery_codes: vec![DeliveryCode::Weekend],
                mail: Some("jan@example.pl".into()),
                phone_number: Some(PhoneNumber::new("+48", "600000000")),
                delivery_point: Some("KRA01A".into()),
                ..DeliveryChoice::new(DeliveryType::Apm)
            },
            delivery_date: Some(time("2024-02-02T12:00:00Z")),
            delivery_price: Some(price("8.13", "10.00", "1.87")),
            delivery_options: vec![DeliveryOption {
                delivery_name: "Paczka w Weekend".into(),
                delivery_code_value: DeliveryCode::Weekend,
                delivery_option_price: price("4.07", "5.00", "0.93"),
            }],
        },
        products: vec![Product {
            product_id: "42".into(),
            product_name: "Kubek".into(),
            base_price: price("50.00", "61.50", "11.50"),
            quantity: Quantity::pieces(2),
            ..Product::default()
        }],
        consents: consents(),
    };
    assert_wire(include_str!("../fixtures/order.json"), &expected);
}
