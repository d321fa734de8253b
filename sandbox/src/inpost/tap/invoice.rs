//! The data of an invoice: what the customer types, the rest filled in as the app would. Contract, section 6.

use crate::inpost::{shape, shapes};
use crate::people::Person;
use crate::problem::Problem;
use serde_json::{Map, Value, json};

/// The order's `invoice_details`.
pub(super) fn complete(wish: &Value, person: &Person) -> Result<Value, Problem> {
    let refused = |what: &str| Problem::unreadable(format!("invoice_details: {what}."));
    shape::check(wish, &shapes::INVOICE).map_err(|error| refused(&error.message))?;
    let text = |name: &str| wish.get(name).and_then(Value::as_str).unwrap_or_default();
    let needed = match text("legal_form") {
        "COMPANY" => ["company_name", "tax_id"],
        _ => ["name", "surname"],
    };
    let mut filled = Map::from_iter([
        ("country_code".to_owned(), json!("PL")),
        ("city".to_owned(), json!(person.city)),
        ("street".to_owned(), json!(person.street)),
        ("building".to_owned(), json!(person.building)),
        ("flat".to_owned(), json!("")),
        ("postal_code".to_owned(), json!(person.postal_code)),
        ("mail".to_owned(), json!(person.mail)),
        ("registration_data_edited".to_owned(), json!(false)),
    ]);
    if text("legal_form") == "COMPANY" {
        filled.insert("tax_id_prefix".to_owned(), json!("PL"));
    } else {
        filled.insert("name".to_owned(), json!(person.name));
        filled.insert("surname".to_owned(), json!(person.surname));
    }
    if let Value::Object(members) = wish {
        filled.extend(members.clone());
    }
    for name in needed {
        let is_there = filled
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty());
        if !is_there {
            return Err(refused(&format!("{name} is missing")));
        }
    }
    Ok(Value::Object(filled))
}
