//! Linking a basket. Contract, sections 2 and 3.

use crate::{assert_read, assert_wire, time};
use inpost_pay::wire::binding::{
    BindingApiKey, BindingLinks, BindingMethod, BindingPlace, BindingRequest, BindingStatus, Browser,
    ClientDetails, Confirmation, ConfirmationStatus, ConfirmedBrowser,
};
use inpost_pay::{PhoneNumber, UtcTime};

fn browser() -> Browser {
    Browser {
        user_agent: "Mozilla/5.0 (X11; Linux x86_64)".into(),
        description: "Firefox".into(),
        platform: "Linux".into(),
        architecture: "x86_64".into(),
        data_time: time("2024-01-31T12:00:00.123456Z"),
        customer_ip: "192.0.2.7".into(),
        port: "51234".into(),
        ..Browser::default()
    }
}

#[test]
fn the_status_of_a_linked_basket() {
    let expected = BindingStatus {
        basket_linked: true,
        browser_trusted: true,
        inpost_basket_id: Some("5d9f1d0a-6f54-4f4f-8a56-2f6d3f8c9b10".into()),
        client_details: Some(ClientDetails {
            phone_number: Some(PhoneNumber::new("+48", "600000000")),
            masked_phone_number: Some("60*****00".into()),
            name: Some("Jan".into()),
            surname: Some("Kowalski".into()),
        }),
    };
    assert_wire(include_str!("../fixtures/binding_status_linked.json"), &expected);
}

#[test]
fn the_status_of_a_basket_that_is_not_linked() {
    let expected = BindingStatus::default();
    assert_wire(r#"{"basket_linked": false, "browser_trusted": false}"#, &expected);
    assert_read(
        r#"{"basket_linked": false, "browser_trusted": false, "inpost_basket_id": null, "client_details": null, "new": 1}"#,
        &expected,
    );
}

#[test]
fn a_status_without_its_required_fields_is_refused() {
    for literal in [
        r#"{"basket_linked": true}"#,
        r#"{"browser_trusted": true}"#,
        "{}",
        "",
        "null",
    ] {
        assert!(
            inpost_pay::wire::read::<BindingStatus>(literal.as_bytes()).is_err(),
            "{literal}"
        );
    }
}

#[test]
fn a_request_by_phone() {
    let number = PhoneNumber::new("+48", "600000000");
    let expected = BindingRequest::phone(number, BindingPlace::ProductCard, browser());
    assert_wire(include_str!("../fixtures/binding_request_phone.json"), &expected);
}

#[test]
fn a_request_by_link_has_no_phone_number() {
    let browser = Browser {
        user_agent: "Mozilla/5.0 (Linux; Android 14)".into(),
        description: "Chrome".into(),
        platform: "Android".into(),
        architecture: "5.0 (Linux; Android 14)".into(),
        data_time: time("2024-01-31T12:00:00Z"),
        customer_ip: "2001:db8::7".into(),
        port: "443".into(),
        ..Browser::default()
    };
    let expected = BindingRequest::deep_link(BindingPlace::BasketSummary, browser);
    assert_eq!(expected.binding_method, BindingMethod::DeepLink);
    assert_wire(
        include_str!("../fixtures/binding_request_deep_link.json"),
        &expected,
    );
}

#[test]
fn a_port_is_read_from_a_number_too() {
    let literal = include_str!("../fixtures/binding_request_phone.json").replace("\"51234\"", "51234");
    assert_read(
        &literal,
        &BindingRequest::phone(
            PhoneNumber::new("+48", "600000000"),
            BindingPlace::ProductCard,
            browser(),
        ),
    );
}

#[test]
fn every_place_of_the_contract_is_known() {
    let places = [
        "PRODUCT_CARD",
        "BASKET_SUMMARY",
        "ORDER_CREATE",
        "BASKET_POPUP",
        "THANK_YOU_PAGE",
        "LOGIN_PAGE",
        "CHECKOUT_PAGE",
        "REGISTERFORM_PAGE",
        "MINICART_PAGE",
    ];
    assert_eq!(
        BindingPlace::ALL
            .iter()
            .map(BindingPlace::as_str)
            .collect::<Vec<_>>(),
        places
    );
    assert!(
        places
            .into_iter()
            .map(BindingPlace::from)
            .all(|place| place.is_known())
    );
}

#[test]
fn the_links_into_the_app() {
    let expected = BindingLinks {
        qr_code: "inpost://izilink?basket_id=5d9f1d0a".into(),
        deep_link: "inpost://izilink?basket_id=5d9f1d0a".into(),
        deep_link_hms: "inpost://izilink?basket_id=5d9f1d0a&store=hms".into(),
    };
    assert_wire(include_str!("../fixtures/binding_links.json"), &expected);
}

#[test]
fn the_key_of_the_second_generation() {
    let expected = BindingApiKey {
        basket_binding_api_key: "bbak-1".into(),
    };
    assert_wire(r#"{"basket_binding_api_key": "bbak-1"}"#, &expected);
}

#[test]
fn a_confirmation_of_a_trusted_browser() {
    let expected = Confirmation {
        status: Some(ConfirmationStatus::Success),
        inpost_basket_id: Some("5d9f1d0a-6f54-4f4f-8a56-2f6d3f8c9b10".into()),
        phone_number: Some(PhoneNumber::new("+48", "600000000")),
        browser: Some(ConfirmedBrowser {
            browser_trusted: true,
            browser_id: Some("browser-77".into()),
        }),
        masked_phone_number: Some("60*****00".into()),
        name: Some("Jan".into()),
        surname: Some("Kowalski".into()),
    };
    assert_wire(include_str!("../fixtures/confirmation_success.json"), &expected);
}

#[test]
fn a_rejection_may_say_nothing_else() {
    let expected = Confirmation {
        status: Some(ConfirmationStatus::Reject),
        ..Confirmation::default()
    };
    assert_wire(r#"{"status": "REJECT"}"#, &expected);
    assert_read(
        r#"{"status": "REJECT", "browser": null, "name": null}"#,
        &expected,
    );
    assert_read("{}", &Confirmation::default());
}

#[test]
fn a_browser_without_a_word_on_trust_is_not_trusted() {
    for literal in [
        r#"{"browser": {}}"#,
        r#"{"browser": {"browser_trusted": null, "browser_id": null}}"#,
    ] {
        let expected = Confirmation {
            browser: Some(ConfirmedBrowser::default()),
            ..Confirmation::default()
        };
        assert_read(literal, &expected);
    }
}

#[test]
fn times_are_read_in_any_rfc_3339_precision_and_written_in_utc_with_six_decimals() {
    for (read, written) in [
        ("2024-01-31T12:00:00Z", "2024-01-31T12:00:00.000000Z"),
        ("2024-01-31T12:00:00.1Z", "2024-01-31T12:00:00.100000Z"),
        ("2024-01-31T12:00:00.123456789Z", "2024-01-31T12:00:00.123456Z"),
        ("2024-01-31T13:00:00.5+01:00", "2024-01-31T12:00:00.500000Z"),
        ("2024-01-31t12:00:00z", "2024-01-31T12:00:00.000000Z"),
    ] {
        let time: UtcTime = serde_json::from_value(read.into()).unwrap();
        assert_eq!(serde_json::to_value(time).unwrap(), written, "{read}");
    }
    for wrong in [
        "2024-01-31",
        "2024-01-31T12:00:00",
        "2024-02-30T12:00:00Z",
        "soon",
        "",
    ] {
        assert!(
            serde_json::from_value::<UtcTime>(wrong.into()).is_err(),
            "{wrong}"
        );
    }
}
