//! What `Debug` shows of a message: nothing about a person, no secret.

use inpost_pay::wire::basket::Basket;
use inpost_pay::wire::basket_event::BasketEvent;
use inpost_pay::wire::binding::{BindingApiKey, BindingRequest, BindingStatus, Confirmation};
use inpost_pay::wire::order::{Order, OrderRequest};
use inpost_pay::wire::order_event::{AppOrderEvent, MerchantOrderEvent};
use inpost_pay::{BrowserId, PhoneNumber};
use serde::de::DeserializeOwned;
use std::fmt::Debug;

const PRIVATE: [&str; 18] = [
    "60000000",
    "60***",
    "Jan",
    "Kowalski",
    "example.pl",
    "Prosta",
    "Kraków",
    "30-001",
    "KRA01A",
    "1234563218",
    "Domofon",
    "dzwoni",
    "zakup",
    "192.0.2.7",
    "2001:db8",
    "Mozilla",
    "browser-77",
    "c2Vzc2lvbg",
];

#[track_caller]
fn assert_private<T: DeserializeOwned + Debug>(literal: &str) {
    let text = format!("{:#?}", inpost_pay::wire::read::<T>(literal.as_bytes()).unwrap());
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} shows in {text}");
    }
}

#[test]
fn no_message_shows_a_person() {
    assert_private::<BindingStatus>(include_str!("../fixtures/binding_status_linked.json"));
    assert_private::<BindingRequest>(include_str!("../fixtures/binding_request_phone.json"));
    assert_private::<BindingRequest>(include_str!("../fixtures/binding_request_deep_link.json"));
    assert_private::<Confirmation>(include_str!("../fixtures/confirmation_success.json"));
    assert_private::<Basket>(include_str!("../fixtures/basket.json"));
    assert_private::<BasketEvent>(include_str!("../fixtures/event_quantity.json"));
    assert_private::<OrderRequest>(include_str!("../fixtures/order_request.json"));
    assert_private::<Order>(include_str!("../fixtures/order.json"));
    assert_private::<AppOrderEvent>(include_str!("../fixtures/app_order_event.json"));
    assert_private::<MerchantOrderEvent>(include_str!("../fixtures/merchant_order_event.json"));
}

#[test]
fn the_list_of_private_texts_is_in_the_messages() {
    let messages = [
        include_str!("../fixtures/binding_request_phone.json"),
        include_str!("../fixtures/binding_request_deep_link.json"),
        include_str!("../fixtures/confirmation_success.json"),
        include_str!("../fixtures/basket.json"),
        include_str!("../fixtures/order_request.json"),
    ];
    for private in PRIVATE {
        assert!(
            messages.iter().any(|message| message.contains(private)),
            "{private} proves nothing"
        );
    }
}

#[test]
fn a_phone_number_shows_its_prefix_only() {
    let number = PhoneNumber::new("+48", "600000000");
    assert_eq!(format!("{number:?}"), "PhoneNumber(+48 [redacted])");
    assert_eq!(number.masked(), "60*****00");
    assert_eq!(PhoneNumber::new("+354", "5812345").masked(), "58***45");
    assert_eq!(PhoneNumber::new("+48", "12345").masked(), "*****");
}

#[test]
fn keys_of_a_browser_do_not_show() {
    let id = BrowserId::from("browser-77");
    let key = BindingApiKey {
        basket_binding_api_key: "bbak-1".into(),
    };
    let text = format!("{id:?} {key:?}");
    assert!(!text.contains("browser-77") && !text.contains("bbak-1"), "{text}");
}
