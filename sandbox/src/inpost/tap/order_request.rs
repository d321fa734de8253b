//! The body of an order: contract, section 6. What the customer leaves open is filled in as the app would.

use super::{delivery, invoice};
use crate::inpost::amount::Price;
use crate::inpost::state::Basket;
use crate::number::Number;
use crate::people;
use crate::problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

/// What the customer chooses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderWish {
    pub(crate) payment_type: String,
    pub(crate) blik_code: Option<String>,
    /// A type, like `"APM"`, or an object as in the order's `delivery`. The first one offered, if left out.
    pub(crate) delivery: Option<Value>,
    /// `[{consent_id, is_accepted}]`. All required ones, if left out.
    pub(crate) consents: Option<Vec<ConsentWish>>,
    pub(crate) invoice_details: Option<Value>,
    pub(crate) order_comments: Option<String>,
}

/// One consent, accepted or not.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ConsentWish {
    consent_id: String,
    #[serde(default = "accepted")]
    is_accepted: bool,
}

fn accepted() -> bool {
    true
}

/// An order to be made.
pub(crate) struct Draft {
    pub(crate) body: Value,
    pub(crate) total: Price,
}

/// Writes the order of this basket. `given` are the consents that were accepted once for all.
pub(crate) fn draft(
    number: &Number,
    basket: &Basket,
    wish: &OrderWish,
    given: &[String],
) -> Result<Draft, Problem> {
    let document = basket.document.as_ref().unwrap_or(&Value::Null);
    let person = people::person(number);
    let (delivery, delivery_price) = delivery::choose(
        document,
        wish.delivery.as_ref(),
        &wish.payment_type,
        number,
        &person,
    )?;
    let total = goods(document)?.plus(delivery_price);
    let summary = document.get("summary").unwrap_or(&Value::Null);
    let mut details = json!({
        "basket_id": basket.basket_id,
        "currency": "PLN",
        "basket_price": total.write(),
        "payment_type": wish.payment_type,
        "basket_additional_parameters": summary.get("basket_additional_parameters").cloned().unwrap_or_else(|| json!([])),
        "inpost_discounts": [],
    });
    if let (Some(details), Some(comments)) = (details.as_object_mut(), &wish.order_comments) {
        details.insert("order_comments".to_owned(), comments.clone().into());
    }
    let mut body = json!({
        "order_details": details,
        "account_info": {
            "name": person.name,
            "surname": person.surname,
            "phone_number": phone_number(number),
            "mail": person.mail,
            "client_address": person.address(),
        },
        "delivery": delivery,
        "consents": consents(document, wish.consents.as_deref(), given),
    });
    if let (Some(body), Some(invoice)) = (body.as_object_mut(), &wish.invoice_details) {
        body.insert("invoice_details".to_owned(), invoice::complete(invoice, &person)?);
    }
    Ok(Draft { body, total })
}

fn phone_number(number: &Number) -> Value {
    let (country_prefix, phone) = number.parts();
    json!({ "country_prefix": country_prefix, "phone": phone })
}

/// The goods: the final price, else after promotions, else the base price.
fn goods(document: &Value) -> Result<Price, Problem> {
    ["basket_final_price", "basket_promo_price", "basket_base_price"]
        .iter()
        .find_map(|name| document.get("summary")?.get(name).and_then(Price::read))
        .ok_or_else(|| Problem::unreadable("The basket has no price."))
}

/// Every consent of the basket, answered.
fn consents(document: &Value, wish: Option<&[ConsentWish]>, given: &[String]) -> Vec<Value> {
    let asked = document
        .get("consents")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    asked
        .map(|consent| {
            let id = consent.get("consent_id").and_then(Value::as_str).unwrap_or_default();
            let required = consent.get("requirement_type").and_then(Value::as_str) != Some("OPTIONAL");
            let answer = match wish {
                _ if given.iter().any(|one| one == id) => true,
                Some(wish) => wish.iter().any(|one| one.consent_id == id && one.is_accepted),
                None => required,
            };
            json!({ "consent_id": id, "consent_version": consent.get("consent_version"), "is_accepted": answer })
        })
        .collect()
}
