//! What the provider knows of the people behind the numbers, and shows to those who may see it. Contract, section 4.

use super::accounts::{CLIENT_ID, CLUB_CONSENTS};
use super::special::{Special, special};
use crate::number::Number;
use crate::people::{Person, person};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Who somebody is for this merchant: always the same id, and nothing that could be read from it.
pub(crate) fn subject(number: &Number) -> String {
    let digest = digest(number);
    let (bytes, _) = digest
        .as_ref()
        .split_first_chunk::<16>()
        .unwrap_or((&[0; 16], &[]));
    uuid::Builder::from_random_bytes(*bytes).into_uuid().to_string()
}

/// Whom the userinfo is about.
fn told_subject(number: &Number) -> String {
    let mut subject = subject(number);
    if special(number) == Some(Special::Confused) {
        subject = subject.chars().rev().collect();
    }
    subject
}

fn digest(number: &Number) -> ring::digest::Digest {
    ring::digest::digest(
        &ring::digest::SHA256,
        format!("{CLIENT_ID}/{}", number.digits()).as_bytes(),
    )
}

/// A day on which somebody was born: grown up, but for the one who is not.
fn birth_date(number: &Number) -> String {
    let mixed = digest(number);
    let byte = |index: usize| mixed.as_ref().get(index).copied().map_or(0, u16::from);
    let year = if special(number) == Some(Special::TooYoung) {
        2013
    } else {
        1950 + byte(16) % 55
    };
    format!("{year}-{:02}-{:02}", 1 + byte(17) % 12, 1 + byte(18) % 28)
}

fn address(person: &Person) -> Value {
    let street = format!("{} {}", person.street, person.building);
    json!({
        "address_type": "home",
        "country": person.country_code,
        "formatted": format!("{street}\n{} {}\n{}", person.postal_code, person.city, person.country_code),
        "postal_code": person.postal_code,
        "region": person.city,
        "street_address": street,
    })
}

/// What a payment's scope shows: contract, section 5.
pub(crate) fn user_details(number: &Number, scope: &str) -> Value {
    let person = person(number);
    let mut details = Map::new();
    for one in scope.split_whitespace() {
        match one {
            "name" => {
                details.insert("firstName".to_owned(), json!(person.name));
                details.insert("lastName".to_owned(), json!(person.surname));
            }
            "email" => {
                details.insert("email".to_owned(), json!(person.mail));
            }
            "phoneNumber" => {
                details.insert("mobileNumber".to_owned(), json!(number.digits()));
            }
            "birthDate" => {
                details.insert("dateOfBirth".to_owned(), json!(birth_date(number)));
            }
            "address" => {
                details.insert(
                    "streetAddress".to_owned(),
                    json!(format!("{} {}", person.street, person.building)),
                );
                details.insert("zipCode".to_owned(), json!(person.postal_code));
                details.insert("city".to_owned(), json!(person.city));
                details.insert("country".to_owned(), json!(person.country_code));
            }
            _ => {}
        }
    }
    Value::Object(details)
}

/// What a login shows.
pub(crate) fn claims(
    number: &Number,
    scopes: &[String],
    accepted: &BTreeSet<String>,
    consented: Timestamp,
) -> Value {
    let person = person(number);
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    add("sub", json!(told_subject(number)));
    for scope in scopes {
        match scope.as_str() {
            "name" => {
                add("name", json!(format!("{} {}", person.name, person.surname)));
                add("given_name", json!(person.name));
                add("family_name", json!(person.surname));
            }
            "birthDate" => {
                add("birthdate", json!(birth_date(number)));
            }
            "email" => {
                add("email", json!(person.mail));
                add("email_verified", json!(true));
            }
            "phoneNumber" => {
                add("phone_number", json!(number.digits()));
            }
            "address" => {
                add("address", address(&person));
                add("other_addresses", json!([]));
            }
            "delegatedConsents" => {
                add("delegatedConsents", delegated_consents(accepted, consented));
            }
            _ => {}
        }
    }
    Value::Object(claims)
}

fn delegated_consents(accepted: &BTreeSet<String>, consented: Timestamp) -> Value {
    let consents: Vec<Value> = CLUB_CONSENTS
        .iter()
        .map(|consent| {
            json!({
                "id": consent.id,
                "accepted": accepted.contains(consent.id),
                "required": consent.required,
                "textDisplayedToUser": consent.text,
            })
        })
        .collect();
    json!({
        "language": "EN",
        "heading": "Customer club",
        "termsDescription": "Members get offers and a bonus on what they buy.",
        "confirmConsentButtonText": "Join",
        "links": { "termsLink": { "linkText": "Terms", "url": "https://club.example/terms" } },
        "timeOfConsent": consented,
        "consents": consents,
    })
}
