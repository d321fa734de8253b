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
                    "use KARFA_LISTEN, KARFA_PUBLIC_URL, KARFA_DATABASE, KARFA_LOG, KARFA_BEHIND_PROXY, or \
                       KARFA_STORE_<ID>_<KEY> and KARFA_STORE_<ID>_INPOST_<KEY> for a store of the file"
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

fn put(table: &mut toml::Table, key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if ["listen", "public_url", "database", "log", "behind_proxy"].contains(&key.as_str()) {
        let value = typed(&key, value);
        table.insert(key, value);
        return true;
    }
    let Some(rest) = key.strip_prefix("store_") else {
        return false;
    };
    let Some(toml::Value::Array(stores)) = table.get_mut("store") else {
        return false;
    };
    for store in stores.iter_mut().filter_map(toml::Value::as_table_mut) {
        let id = store.get("id").and_then(toml::Value::as_str).unwrap_or_default();
        let id = id.to_ascii_lowercase().replace('-', "_");
        let Some(field) = rest.strip_prefix(&format!("{id}_")) else {
            continue;
        };
        if STORE_KEYS.contains(&field) {
            store.insert(field.to_owned(), typed(field, value));
            return true;
        }
        let inpost = store.entry("inpost").or_insert_with(|| toml::Table::new().into());
        if let (Some(field), Some(inpost)) = (field.strip_prefix("inpost_"), inpost.as_table_mut())
            && INPOST_KEYS.contains(&field)
        {
            inpost.insert(field.to_owned(), typed(field, value));
            return true;
        }
    }
    false
}

/// A variable is text, and so are most settings, those in digits too; the others are what the file would have without
/// quotes. A list is written with commas.
fn typed(key: &str, value: &str) -> toml::Value {
    let unquoted = match key {
        "behind_proxy" => value.parse().map(toml::Value::Boolean).ok(),
        "approval_seconds" | "payment_seconds" => value.parse().map(toml::Value::Integer).ok(),
        "hosts" | "allowed_origins" => {
            let entries = value.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            Some(toml::Value::Array(entries.map(toml::Value::from).collect()))
        }
        _ => None,
    };
    unquoted.unwrap_or_else(|| value.into())
}
