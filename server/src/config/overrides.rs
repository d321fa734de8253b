//! Settings from the environment: `KARFA_…` variables over what stands in the file.

use super::ConfigError;
use std::collections::BTreeMap;

/// Puts the values of `KARFA_…` variables into the table: `KARFA_LISTEN`, `KARFA_STORE_DEMO_INPOST_CLIENT_SECRET`.
pub(super) fn override_from(
    table: &mut toml::Table,
    environment: &BTreeMap<String, String>,
) -> Result<bool, ConfigError> {
    let mut any = false;
    for (name, value) in environment {
        let Some(key) = name
            .strip_prefix("KARFA_")
            .filter(|key| !is_of_an_orchestrator(key))
        else {
            continue;
        };
        if !put(table, key, value) {
            return Err(ConfigError::UnknownVariable {
                name: name.clone(),
                hint:
                    "use KARFA_LISTEN, KARFA_PUBLIC_URL, KARFA_DATABASE, KARFA_LOG, KARFA_BEHIND_PROXY, or, for a store \
                       of the file, KARFA_STORE_<ID>_<KEY>, KARFA_STORE_<ID>_INPOST_<KEY>, \
                       KARFA_STORE_<ID>_BRANCH_<ID>_<KEY>, …_BRANCH_<ID>_VIPPS_<KEY>, …_BRANCH_<ID>_NETGIRO_<KEY> and \
                       …_BRANCH_<ID>_CASHIER_<ID>_PIN"
                        .to_owned(),
            });
        }
        any = true;
    }
    Ok(any)
}

/// A service named `karfa` makes Kubernetes set `KARFA_SERVICE_HOST`, `KARFA_PORT_80_TCP` and the like in every container.
fn is_of_an_orchestrator(key: &str) -> bool {
    key.starts_with("SERVICE_") || key == "PORT" || key.starts_with("PORT_")
}

const STORE_KEYS: [&str; 5] = [
    "catalogue",
    "public_url",
    "thank_you_url",
    "hosts",
    "allowed_origins",
];
const INPOST_KEYS: [&str; 13] = [
    "api_url",
    "token_url",
    "client_id",
    "client_secret",
    "pos_id",
    "app_link",
    "approval_seconds",
    "payment_seconds",
    "merchant_secret",
    "protocol",
    "merchant_client_id",
    "widget_script_url",
    "widget_api_url",
];

const BRANCH_KEYS: [&str; 8] = [
    "name",
    "language",
    "currency",
    "country_prefix",
    "time_zone",
    "goods",
    "club",
    "shown_pin",
];
const VIPPS_KEYS: [&str; 6] = [
    "api_url",
    "client_id",
    "client_secret",
    "subscription_key",
    "merchant_serial_number",
    "club_scopes",
];
const NETGIRO_KEYS: [&str; 8] = [
    "generation",
    "v1_url",
    "v2_url",
    "partner_url",
    "application_id",
    "secret",
    "confirmation",
    "confirmations_allowed",
];
const CASHIER_KEYS: [&str; 3] = ["name", "pin", "manager"];

/// Puts one value where its key says. `false`: there is no such place.
fn put(table: &mut toml::Table, key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if ["listen", "public_url", "database", "log", "behind_proxy"].contains(&key.as_str()) {
        let value = typed(&key, value);
        table.insert(key, value);
        return true;
    }
    of_one(table, "store", &key, |store, rest| {
        set(store, &STORE_KEYS, rest, value)
            || set_in(store, "inpost", &INPOST_KEYS, rest, value)
            || of_one(store, "branch", rest, |branch, rest| {
                set(branch, &BRANCH_KEYS, rest, value)
                    || set_in(branch, "vipps", &VIPPS_KEYS, rest, value)
                    || set_in(branch, "netgiro", &NETGIRO_KEYS, rest, value)
                    || of_one(branch, "cashier", rest, |cashier, rest| {
                        set(cashier, &CASHIER_KEYS, rest, value)
                    })
            })
    })
}

/// Puts the rest of the key into the one of several `[[list]]` sections that the key names by its id.
fn of_one(
    table: &mut toml::Table,
    list: &str,
    key: &str,
    into: impl Fn(&mut toml::Table, &str) -> bool,
) -> bool {
    let Some(rest) = key.strip_prefix(list).and_then(|rest| rest.strip_prefix('_')) else {
        return false;
    };
    let Some(toml::Value::Array(sections)) = table.get_mut(list) else {
        return false;
    };
    sections
        .iter_mut()
        .filter_map(toml::Value::as_table_mut)
        .any(|section| {
            let id = section
                .get("id")
                .and_then(toml::Value::as_str)
                .unwrap_or_default();
            let id = id.to_ascii_lowercase().replace('-', "_");
            rest.strip_prefix(&format!("{id}_"))
                .is_some_and(|rest| into(section, rest))
        })
}

fn set(section: &mut toml::Table, keys: &[&str], field: &str, value: &str) -> bool {
    let known = keys.contains(&field);
    if known {
        section.insert(field.to_owned(), typed(field, value));
    }
    known
}

/// As [`set`], in a `[section]` of its own, made if there is none.
fn set_in(table: &mut toml::Table, section: &str, keys: &[&str], key: &str, value: &str) -> bool {
    let Some(field) = key
        .strip_prefix(section)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|field| keys.contains(field))
    else {
        return false;
    };
    let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
    section
        .as_table_mut()
        .is_some_and(|section| set(section, keys, field, value))
}

/// A variable is text, and so are most settings, those in digits too; the others are what the file would have without
/// quotes. A list is written with commas.
fn typed(key: &str, value: &str) -> toml::Value {
    let unquoted = match key {
        "behind_proxy" | "manager" => value.parse().map(toml::Value::Boolean).ok(),
        "approval_seconds" | "payment_seconds" => value.parse().map(toml::Value::Integer).ok(),
        "hosts" | "allowed_origins" | "club_scopes" | "confirmations_allowed" => {
            let entries = value.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            Some(toml::Value::Array(entries.map(toml::Value::from).collect()))
        }
        _ => None,
    };
    unquoted.unwrap_or_else(|| value.into())
}
