//! The delivery of an order: what the customer chose of what the shop offers, the rest filled in as the app would.

use crate::inpost::amount::Price;
use crate::number::Number;
use crate::people::Person;
use crate::problem::Problem;
use serde_json::{Map, Value, json};

/// The option that a delivery needs to be paid at the door.
const PAID_AT_THE_DOOR: &str = "COD";

/// The order's `delivery`, and its price with the chosen options.
pub(super) fn choose(
    basket: &Value,
    wish: Option<&Value>,
    payment_type: &str,
    number: &Number,
    person: &Person,
) -> Result<(Value, Price), Problem> {
    let mut wish = match wish {
        Some(Value::String(kind)) => Map::from_iter([("delivery_type".to_owned(), json!(kind))]),
        Some(Value::Object(members)) => members.clone(),
        Some(_) => {
            let detail = "delivery is a delivery type, or an object with delivery_type.";
            return Err(Problem::unreadable(detail));
        }
        None => Map::new(),
    };
    let offer = offered(basket, wish.get("delivery_type").and_then(Value::as_str))?;
    if payment_type == "CASH_ON_DELIVERY" && option(offer, PAID_AT_THE_DOOR).is_some() {
        wish.entry("delivery_codes")
            .or_insert_with(|| json!([PAID_AT_THE_DOOR]));
    }
    let price = price(offer, wish.get("delivery_codes"))?;
    let mut filled = defaults(kind(offer), number, person);
    filled.extend(wish);
    Ok((Value::Object(filled), price))
}

fn kind(offer: &Value) -> &str {
    offer
        .get("delivery_type")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The offer of this type; without one, the first that every product can be delivered by.
fn offered<'a>(basket: &'a Value, wished: Option<&str>) -> Result<&'a Value, Problem> {
    let found = match wished {
        Some(wished) => list(basket, "delivery").find(|offer| kind(offer) == wished),
        None => list(basket, "delivery").find(|offer| is_for_all_products(basket, kind(offer))),
    };
    found.ok_or_else(|| {
        let kinds: Vec<&str> = list(basket, "delivery").map(kind).collect();
        let detail = format!(
            "The shop does not offer this delivery. It offers: {}.",
            kinds.join(", ")
        );
        Problem::unreadable(detail)
    })
}

fn is_for_all_products(basket: &Value, kind_wished: &str) -> bool {
    list(basket, "products").all(|product| {
        list(product, "delivery_product").all(|one| {
            kind(one) != kind_wished || one.get("if_delivery_available") != Some(&Value::Bool(false))
        })
    })
}

fn option<'a>(offer: &'a Value, code: &str) -> Option<&'a Value> {
    let is_it = |one: &&Value| one.get("delivery_code_value").and_then(Value::as_str) == Some(code);
    list(offer, "delivery_options").find(is_it)
}

fn price(offer: &Value, codes: Option<&Value>) -> Result<Price, Problem> {
    let base = offer
        .get("delivery_price")
        .and_then(Price::read)
        .unwrap_or_default();
    let codes = codes.and_then(Value::as_array).into_iter().flatten();
    codes
        .map(|code| code.as_str().unwrap_or_default())
        .try_fold(base, |sum, code| {
            let extra = option(offer, code)
                .and_then(|one| one.get("delivery_option_price"))
                .and_then(Price::read);
            let unknown =
                || Problem::unreadable("delivery_codes names an option that this delivery does not have.");
            Ok(sum.plus(extra.ok_or_else(unknown)?))
        })
}

/// What the app knows by itself: where the customer lives, which locker is next door.
fn defaults(kind: &str, number: &Number, person: &Person) -> Map<String, Value> {
    let (country_prefix, phone) = number.parts();
    let (name, place) = match kind {
        "APM" => ("delivery_point", json!(person.delivery_point)),
        "DIGITAL" => ("digital_delivery_email", json!(person.mail)),
        _ => {
            let mut address = person.address();
            if let Some(address) = address.as_object_mut() {
                address.insert(
                    "name".to_owned(),
                    format!("{} {}", person.name, person.surname).into(),
                );
            }
            ("delivery_address", address)
        }
    };
    Map::from_iter([
        ("delivery_type".to_owned(), json!(kind)),
        ("delivery_codes".to_owned(), json!([])),
        ("mail".to_owned(), json!(person.mail)),
        (
            "phone_number".to_owned(),
            json!({ "country_prefix": country_prefix, "phone": phone }),
        ),
        (name.to_owned(), place),
    ])
}
