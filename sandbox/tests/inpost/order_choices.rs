//! What the customer chooses when ordering: consents, an invoice, where the parcel goes. Contract, section 6.

use crate::bench::{Bench, basket};
use serde_json::{Value, json};

async fn sent(bench: &Bench, inpost_basket_id: &str, wish: Value) -> Value {
    let mut whole = json!({"payment_type": "CARD"});
    whole
        .as_object_mut()
        .unwrap()
        .extend(wish.as_object().unwrap().clone());
    let (status, body) = bench.order(inpost_basket_id, &whole).await;
    assert_eq!(status, 200, "{body}");
    bench.shop.last("/v1/izi/order").body
}

/// Links a further basket, in the browser that the first one is trusted in.
async fn link_again(bench: &Bench, basket_id: &str) -> String {
    let id = bench.push(basket_id).await;
    let (_, body) = bench.answer(&id, &json!({"action": "approve"})).await;
    body["inpost_basket_id"].as_str().unwrap().to_owned()
}

fn once(version: &str) -> Value {
    let mut asking = basket();
    asking["consents"][0]["requirement_type"] = json!("REQUIRED_ONCE");
    asking["consents"][0]["consent_version"] = json!(version);
    asking
}

#[tokio::test]
async fn a_consent_required_once_is_remembered_for_this_merchant_number_and_version() {
    let bench = Bench::new().await;
    *bench.shop.basket.lock().unwrap() = once("1");
    let first = bench.link().await;
    assert_eq!(bench.phone().await["baskets"][0]["consents_given"], json!([]));
    let accepted = json!([{"consent_id": "terms", "is_accepted": true}]);
    sent(&bench, &first, json!({"consents": accepted})).await;

    let second = link_again(&bench, "b-2").await;
    assert_eq!(
        bench.phone().await["baskets"][0]["consents_given"],
        json!(["terms"])
    );
    let mut made = crate::bench::order(&json!({"order_details": {"basket_id": "b-2"}}));
    made["order_details"]["order_id"] = json!("o-2");
    bench
        .shop
        .next("/v1/izi/order", crate::bench::Say::Answer(200, made));
    let order = sent(&bench, &second, json!({"consents": []})).await;
    assert_eq!(
        order["consents"],
        json!([
            {"consent_id": "terms", "consent_version": "1", "is_accepted": true},
            {"consent_id": "news", "consent_version": "1", "is_accepted": false}
        ])
    );

    *bench.shop.basket.lock().unwrap() = once("2");
    link_again(&bench, "b-3").await;
    assert_eq!(
        bench.phone().await["baskets"][0]["consents_given"],
        json!([]),
        "a new version is asked for anew"
    );
}

#[tokio::test]
async fn a_refused_consent_is_not_remembered() {
    let bench = Bench::new().await;
    *bench.shop.basket.lock().unwrap() = once("1");
    let first = bench.link().await;
    let refused = json!([{"consent_id": "terms", "is_accepted": false}]);
    sent(&bench, &first, json!({"consents": refused})).await;
    link_again(&bench, "b-2").await;
    assert_eq!(bench.phone().await["baskets"][0]["consents_given"], json!([]));
}

#[tokio::test]
async fn an_invoice_is_filled_in_from_what_the_app_knows() {
    for (wish, expected) in [
        (
            json!({"legal_form": "COMPANY", "company_name": "Motek sp. z o.o.", "tax_id": "5260250274"}),
            json!({"legal_form": "COMPANY", "company_name": "Motek sp. z o.o.", "tax_id": "5260250274", "tax_id_prefix": "PL"}),
        ),
        (
            json!({"legal_form": "PERSON", "city": "Sopot"}),
            json!({"legal_form": "PERSON", "city": "Sopot"}),
        ),
    ] {
        let bench = Bench::new().await;
        let id = bench.link().await;
        let order = sent(&bench, &id, json!({"invoice_details": wish})).await;
        let invoice = &order["invoice_details"];
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&invoice[name], value, "{name}");
        }
        let account = &order["account_info"];
        assert_eq!(invoice["mail"], account["mail"]);
        assert_eq!(invoice["country_code"], "PL");
        if wish["legal_form"] == "PERSON" {
            assert_eq!(
                (&invoice["name"], &invoice["surname"]),
                (&account["name"], &account["surname"])
            );
        }
    }
}

#[tokio::test]
async fn an_incomplete_invoice_is_told_before_the_shop_is_asked() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    for (invoice, says) in [
        (json!({}), "legal_form is missing"),
        (json!({"legal_form": "FIRM"}), "must be one of PERSON, COMPANY"),
        (
            json!({"legal_form": "COMPANY", "company_name": "Motek"}),
            "tax_id is missing",
        ),
        (
            json!({"legal_form": "PERSON", "surname": " "}),
            "must not be empty",
        ),
    ] {
        let wish = json!({"payment_type": "CARD", "invoice_details": invoice});
        let (status, body) = bench.order(&id, &wish).await;
        assert_eq!(status, 422);
        assert!(body["detail"].as_str().unwrap().contains(says), "{body}");
    }
    assert_eq!(bench.shop.lines().len(), 1, "the confirmation alone");
}

#[tokio::test]
async fn a_courier_gets_a_note_and_digital_goods_an_address() {
    let bench = Bench::new().await;
    let digital = json!({
        "delivery_type": "DIGITAL",
        "delivery_price": {"net": "0.00", "gross": "0.00", "vat": "0.00"}
    });
    bench.shop.basket.lock().unwrap()["delivery"]
        .as_array_mut()
        .unwrap()
        .push(digital);
    let id = bench.link().await;
    let wish = json!({"delivery": {"delivery_type": "COURIER", "courier_note": "Drugie piętro"}});
    let order = sent(&bench, &id, wish).await;
    assert_eq!(order["delivery"]["courier_note"], "Drugie piętro");
    assert_eq!(order["delivery"]["delivery_address"]["country_code"], "PL");

    let second = link_again(&bench, "b-2").await;
    let mut made = crate::bench::order(&json!({"order_details": {"basket_id": "b-2"}}));
    made["order_details"]["order_id"] = json!("o-2");
    bench
        .shop
        .next("/v1/izi/order", crate::bench::Say::Answer(200, made));
    let mail = "gift@example.com";
    let wish = json!({"delivery": {"delivery_type": "DIGITAL", "digital_delivery_email": mail}});
    let order = sent(&bench, &second, wish).await;
    assert_eq!(order["delivery"]["digital_delivery_email"], mail);
    assert!(order["delivery"].get("delivery_address").is_none());
}
