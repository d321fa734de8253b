//! The body of an order: contract, section 6. What the customer leaves open is filled in as the app would.

use crate::inpost::amount::Price;
use crate::inpost::state::Basket;
use crate::number::Number;
use crate::people::{self, Person};
use crate::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value, json};

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

/// Writes the order of this basket.
pub(crate) fn draft(number: &Number, basket: &Basket, wish: &OrderWish) -> Result<Draft, Problem> {
    let document = basket.document.as_ref().unwrap_or(&Value::Null);
    let person = people::person(number);
    let (delivery, delivery_price) = delivery(document, wish.delivery.as_ref(), number, &person)?;
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
        "consents": consents(document, wish.consents.as_deref()),
    });
    if let (Some(body), Some(invoice)) = (body.as_object_mut(), &wish.invoice_details) {
        body.insert("invoice_details".to_owned(), invoice.clone());
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

/// The delivery with what the customer left open, and its price with the chosen options.
fn delivery(
    document: &Value,
    wish: Option<&Value>,
    number: &Number,
    person: &Person,
) -> Result<(Value, Price), Problem> {
    let offers: Vec<&Value> = document
        .get("delivery")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let wish = match wish {
        Some(Value::String(kind)) => json!({ "delivery_type": kind }),
        Some(Value::Object(members)) => Value::Object(members.clone()),
        Some(_) => {
            return Err(Problem::unreadable(
                "delivery is a delivery type, or an object with delivery_type.",
            ));
        }
        None => json!({}),
    };
    let kind_of = |offer: &Value| {
        offer
            .get("delivery_type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let offer = match wish.get("delivery_type").and_then(Value::as_str) {
        Some(kind) => offers.iter().find(|offer| kind_of(offer) == kind),
        None => offers.first(),
    };
    let offer = offer.ok_or_else(|| {
        let offered: Vec<String> = offers.iter().map(|offer| kind_of(offer)).collect();
        Problem::unreadable(format!(
            "The shop does not offer this delivery. It offers: {}.",
            offered.join(", ")
        ))
    })?;
    let mut price = offer
        .get("delivery_price")
        .and_then(Price::read)
        .unwrap_or_default();
    for code in wish
        .get("delivery_codes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let options = offer
            .get("delivery_options")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let option = options
            .into_iter()
            .find(|option| option.get("delivery_code_value") == Some(code));
        let option_price = option
            .and_then(|option| option.get("delivery_option_price"))
            .and_then(Price::read);
        price = price.plus(option_price.ok_or_else(|| {
            Problem::unreadable("delivery_codes names an option that this delivery does not have.")
        })?);
    }
    let mut filled = defaults(&kind_of(offer), number, person);
    if let Value::Object(members) = wish {
        filled.extend(members);
    }
    Ok((Value::Object(filled), price))
}

fn defaults(kind: &str, number: &Number, person: &Person) -> Map<String, Value> {
    let mut filled = Map::new();
    let mut put = |name: &str, value: Value| filled.insert(name.to_owned(), value);
    put("delivery_type", kind.into());
    put("delivery_codes", json!([]));
    put("mail", person.mail.clone().into());
    put("phone_number", phone_number(number));
    match kind {
        "APM" => put("delivery_point", person.delivery_point.into()),
        "DIGITAL" => put("digital_delivery_email", person.mail.clone().into()),
        _ => {
            let mut address = person.address();
            if let Some(address) = address.as_object_mut() {
                address.insert(
                    "name".to_owned(),
                    format!("{} {}", person.name, person.surname).into(),
                );
            }
            put("delivery_address", address)
        }
    };
    filled
}

/// Every consent of the basket, answered.
fn consents(document: &Value, wish: Option<&[ConsentWish]>) -> Vec<Value> {
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
                Some(wish) => wish.iter().any(|one| one.consent_id == id && one.is_accepted),
                None => required,
            };
            json!({ "consent_id": id, "consent_version": consent.get("consent_version"), "is_accepted": answer })
        })
        .collect()
}
