//! Events of baskets and orders. Contract, sections 5 and 7.

use crate::{assert_read, assert_wire, price, time};
use inpost_pay::wire::basket::PaymentType;
use inpost_pay::wire::basket_event::{
    BasketEvent, BasketEventType, PromoCodeChange, QuantityChange, RelatedProductChange,
};
use inpost_pay::wire::delivery::DeliveryType;
use inpost_pay::wire::goods::{Quantity, QuantityType};
use inpost_pay::wire::order::{DeliveryChoice, OrderDelivery};
use inpost_pay::wire::order_event::{
    AppOrderEvent, AppOrderEventAnswer, AppOrderEventData, MerchantOrderEvent, MerchantOrderEventData,
    OrderStatus, PaymentStatus,
};
use inpost_pay::{PhoneNumber, Units};

#[test]
fn a_change_of_quantities() {
    let expected = BasketEvent {
        phone_number: Some(PhoneNumber::new("+48", "600000000")),
        quantity_event_data: Some(vec![
            QuantityChange {
                product_id: "42".into(),
                quantity: Quantity {
                    quantity_unit: Some("szt.".into()),
                    ..Quantity::pieces(3)
                },
            },
            QuantityChange {
                product_id: "43".into(),
                quantity: Quantity {
                    quantity: Units::ZERO,
                    quantity_type: QuantityType::Decimal,
                    ..Quantity::default()
                },
            },
        ]),
        ..BasketEvent::new(
            "e-1",
            time("2024-01-31T12:00:00.123456Z"),
            BasketEventType::ProductsQuantity,
        )
    };
    assert_wire(include_str!("../fixtures/event_quantity.json"), &expected);
}

#[test]
fn a_complete_new_list_of_codes() {
    let code = |name: Option<&str>, value: &str| PromoCodeChange {
        name: name.map(str::to_owned),
        promo_code_value: value.into(),
    };
    let expected = BasketEvent {
        promo_codes_event_data: Some(vec![code(Some("Zima"), "ZIMA10"), code(None, "STALY")]),
        ..BasketEvent::new("e-2", time("2024-01-31T12:00:01Z"), BasketEventType::PromoCodes)
    };
    assert_wire(include_str!("../fixtures/event_promo_codes.json"), &expected);
}

#[test]
fn no_codes_and_no_word_on_codes_are_two_things() {
    let event = BasketEvent::new("e-2", time("2024-01-31T12:00:01Z"), BasketEventType::PromoCodes);
    let head =
        r#""event_id": "e-2", "event_data_time": "2024-01-31T12:00:01.000000Z", "event_type": "PROMO_CODES""#;
    let all_removed = BasketEvent {
        promo_codes_event_data: Some(Vec::new()),
        ..event.clone()
    };
    assert_wire(
        &format!(r#"{{{head}, "promo_codes_event_data": []}}"#),
        &all_removed,
    );
    assert_wire(&format!("{{{head}}}"), &event);
    assert_read(
        &format!(r#"{{{head}, "promo_codes_event_data": null, "phone_number": null}}"#),
        &event,
    );
}

#[test]
fn a_suggested_product() {
    let expected = BasketEvent {
        related_products_event_data: Some(vec![RelatedProductChange {
            product_id: "44".into(),
            ean: Some("5901234123464".into()),
            quantity: Quantity::pieces(1),
        }]),
        ..BasketEvent::new(
            "e-3",
            time("2024-01-31T12:00:02Z"),
            BasketEventType::RelatedProducts,
        )
    };
    assert_wire(include_str!("../fixtures/event_related_products.json"), &expected);
}

#[test]
fn an_event_of_an_unknown_kind_is_read() {
    let literal = r#"{"event_id": "e-4", "event_data_time": "2024-01-31T12:00:02.000000Z", "event_type": "GIFT_CARDS"}"#;
    let kind = BasketEventType::Other("GIFT_CARDS".into());
    assert_wire(
        literal,
        &BasketEvent::new("e-4", time("2024-01-31T12:00:02Z"), kind),
    );
}

#[test]
fn an_order_event_of_the_app() {
    let expected = AppOrderEvent {
        event_id: "oe-1".into(),
        event_data_time: time("2024-01-31T12:06:00Z"),
        phone_number: Some(PhoneNumber::new("+48", "600000000")),
        event_data: AppOrderEventData {
            payment_status: Some(PaymentStatus::Authorized),
            order_status: Some(OrderStatus::OrderRejected),
            payment_id: Some("p-1".into()),
            payment_reference: Some("ref-1".into()),
            payment_type: Some(PaymentType::BlikCode),
        },
    };
    assert_wire(include_str!("../fixtures/app_order_event.json"), &expected);
}

#[test]
fn unknown_statuses_of_an_order_event_are_kept() {
    let literal =
        r#"{"payment_status": "SETTLED", "order_status": "ORDER_PACKED", "payment_type": "PAY_BY_STONES"}"#;
    let expected = AppOrderEventData {
        payment_status: Some(PaymentStatus::Other("SETTLED".into())),
        order_status: Some(OrderStatus::Other("ORDER_PACKED".into())),
        payment_type: Some(PaymentType::Other("PAY_BY_STONES".into())),
        ..AppOrderEventData::default()
    };
    assert_wire(literal, &expected);
}

#[test]
fn the_answer_to_an_order_event() {
    let expected = AppOrderEventAnswer {
        order_merchant_status_description: "Opłacone".into(),
        delivery_references_list: vec!["630000000000000000000000".into()],
        order_status: Some(OrderStatus::OrderCompleted),
    };
    assert_wire(include_str!("../fixtures/app_order_event_answer.json"), &expected);
    let bare = AppOrderEventAnswer {
        order_merchant_status_description: "Przyjęte".into(),
        ..AppOrderEventAnswer::default()
    };
    let literal = r#"{"order_merchant_status_description": "Przyjęte", "delivery_references_list": []}"#;
    assert_wire(literal, &bare);
}

#[test]
fn an_order_event_of_the_merchant() {
    let expected = MerchantOrderEvent {
        event_id: "moe-1".into(),
        event_data_time: time("2024-01-31T13:00:00Z"),
        phone_number: Some(PhoneNumber::new("+48", "600000000")),
        event_data: MerchantOrderEventData {
            order_status: Some(OrderStatus::OrderCompleted),
            order_merchant_status_description: Some("Wysłane".into()),
            delivery_references_list: vec!["630000000000000000000000".into()],
            delivery: Some(OrderDelivery {
                delivery_date: Some(time("2024-02-02T12:00:00Z")),
                delivery_price: Some(price("8.13", "10.00", "1.87")),
                ..OrderDelivery::new(DeliveryChoice {
                    delivery_point: Some("KRA01A".into()),
                    ..DeliveryChoice::new(DeliveryType::Apm)
                })
            }),
        },
    };
    assert_wire(include_str!("../fixtures/merchant_order_event.json"), &expected);
}
