//! Whether the merchant's basket is still the one that the customer sees. What is compared is what the customer
//! pays for; dates, pictures, stock and notices may change at any time.

use super::amount::{self, Price};
use serde_json::Value;

/// What differs, in a word for the customer; nothing if the two are the same purchase.
pub(crate) fn difference(ours: &Value, theirs: &Value) -> Option<&'static str> {
    let differ = |of: fn(&Value) -> Vec<String>| of(ours) != of(theirs);
    if differ(products) {
        Some("the products")
    } else if differ(totals) {
        Some("the total")
    } else if differ(deliveries) {
        Some("the delivery")
    } else if differ(codes) {
        Some("the discount codes")
    } else {
        None
    }
}

fn products(basket: &Value) -> Vec<String> {
    sorted(items(basket, "products").map(|product| {
        let quantity = product
            .pointer("/quantity/quantity")
            .and_then(amount::thousandths);
        format!(
            "{} {quantity:?} {:?} {:?}",
            text(product, "product_id"),
            price(product, "base_price"),
            price(product, "promo_price")
        )
    }))
}

fn totals(basket: &Value) -> Vec<String> {
    let summary = basket.get("summary").unwrap_or(&Value::Null);
    let prices =
        ["basket_base_price", "basket_promo_price", "basket_final_price"].map(|name| price(summary, name));
    vec![format!("{prices:?} {}", text(summary, "currency"))]
}

fn deliveries(basket: &Value) -> Vec<String> {
    sorted(items(basket, "delivery").map(|delivery| {
        let options = sorted(items(delivery, "delivery_options").map(|option| {
            format!(
                "{} {:?}",
                text(option, "delivery_code_value"),
                price(option, "delivery_option_price")
            )
        }));
        format!(
            "{} {:?} {options:?}",
            text(delivery, "delivery_type"),
            price(delivery, "delivery_price")
        )
    }))
}

fn codes(basket: &Value) -> Vec<String> {
    sorted(items(basket, "promo_codes").map(|code| text(code, "promo_code_value").to_owned()))
}

fn items<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn price(of: &Value, name: &str) -> Option<Price> {
    of.get(name).and_then(Price::read)
}

fn sorted(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = items.collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn basket() -> Value {
        json!({
            "summary": {"basket_base_price": {"net":"10.00","gross":"12.30","vat":"2.30"}, "currency": "PLN"},
            "delivery": [{"delivery_type":"APM","delivery_price":{"net":"8.13","gross":"10.00","vat":"1.87"}}],
            "products": [
                {"product_id":"1","base_price":{"net":"10.00","gross":"12.30","vat":"2.30"},"quantity":{"quantity":1}}
            ],
        })
    }

    #[test]
    fn what_does_not_change_the_purchase_may_differ() {
        let mut theirs = basket();
        theirs["summary"]["basket_expiration_date"] = json!("2026-02-01T00:00:00Z");
        theirs["summary"]["basket_notice"] = json!({"type":"ATTENTION","description":"hello"});
        theirs["products"][0]["quantity"] = json!({"quantity":"1.000","available_quantity":3});
        theirs["products"][0]["base_price"]["gross"] = json!(12.3);
        theirs["promo_codes"] = json!([]);
        assert_eq!(difference(&basket(), &theirs), None);
    }

    #[test]
    fn what_changes_the_purchase_is_named() {
        let changed = |pointer: &str, value: Value| {
            let mut theirs = basket();
            *theirs.pointer_mut(pointer).unwrap() = value;
            difference(&basket(), &theirs)
        };
        assert_eq!(
            changed("/products/0/quantity/quantity", json!(2)),
            Some("the products")
        );
        assert_eq!(
            changed("/products/0/base_price/gross", json!("12.31")),
            Some("the products")
        );
        assert_eq!(changed("/products", json!([])), Some("the products"));
        assert_eq!(
            changed("/summary/basket_base_price/gross", json!("1.00")),
            Some("the total")
        );
        assert_eq!(
            changed("/delivery/0/delivery_price/gross", json!("0.00")),
            Some("the delivery")
        );
        let mut theirs = basket();
        theirs["promo_codes"] = json!([{"promo_code_value":"SALE"}]);
        assert_eq!(difference(&basket(), &theirs), Some("the discount codes"));
    }
}
