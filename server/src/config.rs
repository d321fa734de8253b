//! The configuration: one TOML file, overridden by `KARFA_…` environment variables.
//!
//! Belongs here: reading, checking, and saying what is wrong in one sentence. A checked [`Config`] is right as far as
//! that can be known without asking anyone.

use crate::engine::address::StoreId;
use crate::toml_error::one_sentence;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// Why there is no configuration. Each text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}; name the file with --config FILE", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or a key is missing, unknown or of the wrong type.
    #[error("{origin}: {message}")]
    Malformed {
        /// The file.
        origin: String,
        /// Where and what.
        message: String,
    },
    /// A value is not acceptable.
    #[error("{key} = {value:?} {problem}")]
    Wrong {
        /// The key, with its path.
        key: String,
        /// What it was set to.
        value: String,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// An environment variable overrides nothing.
    #[error("the environment variable {name} names no setting: {hint}")]
    UnknownVariable {
        /// The variable.
        name: String,
        /// What there is.
        hint: String,
    },
}

/// Everything that the backend is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address to listen on, like `127.0.0.1:8080`. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where browsers and InPost reach this backend, without a path, like `https://shop.example`.
    pub public_url: Url,
    /// The SQLite file. Its folder must exist.
    pub database: PathBuf,
    /// What is logged, as a `tracing` filter.
    #[serde(default = "default_log")]
    pub log: String,
    /// The connection comes from a proxy that sets `X-Forwarded-For`.
    #[serde(default)]
    pub behind_proxy: bool,
    /// The shops.
    #[serde(rename = "store")]
    pub stores: Vec<StoreConfig>,
}

fn default_log() -> String {
    "info".to_owned()
}

/// One shop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// Name of the shop in the database. Never changes once there is data.
    pub id: StoreId,
    /// `demo`, or the path of a catalogue file.
    pub catalogue: String,
    /// Where browsers and InPost reach this shop, if not at the backend's `public_url`.
    pub public_url: Option<Url>,
    /// Where a shopper is thanked for an order, `?order=` and its id added; `/thank-you` of the shop if absent.
    pub thank_you_url: Option<Url>,
    /// Host names that belong to this shop. The only shop of a backend needs none.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Other origins whose pages may use the widget's API and nothing else here, like `https://www.shop.example`. By https
    /// where the shop is.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// The shop's account at InPost Pay.
    pub inpost: InpostConfig,
}

/// An account at InPost Pay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InpostConfig {
    /// Base URL of the API, like `https://api.inpost.pl`.
    pub api_url: Url,
    /// URL of the token endpoint.
    pub token_url: Url,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// Point of sale.
    pub pos_id: String,
    /// What opens the app, in front of a basket's id. InPost's own sandbox has `inpostsandbox://izilink`.
    #[serde(default = "default_app_link")]
    pub app_link: String,
    /// How long the shopper has to approve in the app, in seconds, 10 minutes by default.
    #[serde(default = "default_approval_seconds")]
    pub approval_seconds: u32,
    /// How long an order of the app holds its goods while it is not paid, in seconds, 24 hours by default. Then it is given
    /// up, and InPost is told.
    #[serde(default = "default_payment_seconds")]
    pub payment_seconds: u32,
    /// The merchant's secret, which signs refunds; without it there are none.
    #[serde(default)]
    pub merchant_secret: Option<SecretString>,
    /// Whose widget is on the pages, ours by default.
    #[serde(default)]
    pub protocol: Protocol,
    /// The shop's public name at InPost. The vendor's widget needs it (protocol v2).
    pub merchant_client_id: Option<String>,
    /// The vendor's widget, InPost's production by default (protocol v2).
    pub widget_script_url: Option<Url>,
    /// What the vendor's widget speaks to, InPost's production by default (protocol v2).
    pub widget_api_url: Option<Url>,
}

/// Which generation of InPost's interface a shop uses (InPost contract, introduction).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Our widget, and our backend in the middle of every call.
    #[default]
    V1,
    /// The vendor's own widget, which speaks to InPost by itself.
    V2,
}

fn default_app_link() -> String {
    "inpost://izilink".to_owned()
}

const fn default_payment_seconds() -> u32 {
    24 * 60 * 60
}

const fn default_approval_seconds() -> u32 {
    600
}

impl Config {
    /// Reads the file, lets the environment override it, and checks the whole.
    ///
    /// # Errors
    /// [`ConfigError`], whose text is one sentence for the operator.
    pub fn load(path: &Path, environment: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string(), environment)
    }

    /// As [`Config::load`], of a text; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(
        text: &str,
        origin: &str,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let malformed = |error: toml::de::Error| ConfigError::Malformed {
            origin: origin.to_owned(),
            message: one_sentence(&error, text),
        };
        // Read as it stands first: only so do the errors name line and column.
        let unchanged: Result<Config, _> = toml::from_str(text);
        let mut table: toml::Table = toml::from_str(text).map_err(malformed)?;
        let overridden = override_from(&mut table, environment)?;
        let config = if overridden {
            table.try_into().map_err(malformed)?
        } else {
            unchanged.map_err(malformed)?
        };
        check(config)
    }
}

/// Puts the values of `KARFA_…` variables into the table: `KARFA_LISTEN`, `KARFA_STORE_DEMO_INPOST_CLIENT_SECRET`.
fn override_from(
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

const ORIGIN_WANTED: &str = "must be http:// or https:// and a host, without a path";

fn is_origin(url: &Url) -> bool {
    is_page(url) && url.path() == "/"
}

fn is_page(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
}

fn check(config: Config) -> Result<Config, ConfigError> {
    let wrong = |key: String, value: String, problem: &str| {
        Err(ConfigError::Wrong {
            key,
            value,
            problem: problem.to_owned(),
        })
    };
    if !is_origin(&config.public_url) {
        return wrong("public_url".into(), config.public_url.to_string(), ORIGIN_WANTED);
    }
    if tracing_subscriber::EnvFilter::builder()
        .parse(&config.log)
        .is_err()
    {
        return wrong(
            "log".into(),
            config.log,
            "is no log filter: write info, or warn,karfa=debug",
        );
    }
    if config.stores.is_empty() {
        return wrong("store".into(), "[]".into(), "is empty: add a [[store]] section");
    }
    for (at, store) in config.stores.iter().enumerate() {
        let key = |name: &str| format!("store {:?}: {name}", store.id.as_str());
        if let Some(url) = store.public_url.as_ref().filter(|url| !is_origin(url)) {
            return wrong(key("public_url"), url.to_string(), ORIGIN_WANTED);
        }
        let no_origin = |text: &&String| !Url::parse(text).is_ok_and(|url| is_origin(&url));
        if let Some(text) = store.allowed_origins.iter().find(no_origin) {
            return wrong(key("allowed_origins"), text.clone(), ORIGIN_WANTED);
        }
        let reached = store.public_url.as_ref().unwrap_or(&config.public_url);
        let in_clear_text = |text: &&String| Url::parse(text).is_ok_and(|url| url.scheme() == "http");
        let mut origins = store.allowed_origins.iter();
        if let Some(text) = origins
            .find(in_clear_text)
            .filter(|_| reached.scheme() == "https")
        {
            return wrong(
                key("allowed_origins"),
                text.clone(),
                "must be https:// like the shop itself: whoever is between could write such a page",
            );
        }
        if store.inpost.protocol == Protocol::V2 && store.inpost.merchant_client_id.is_none() {
            return wrong(
                key("inpost.merchant_client_id"),
                String::new(),
                "is missing: the vendor's widget (protocol = \"v2\") needs the shop's public name at InPost",
            );
        }
        let addresses = [
            ("inpost.widget_script_url", &store.inpost.widget_script_url),
            ("inpost.widget_api_url", &store.inpost.widget_api_url),
        ];
        for (name, url) in addresses {
            if let Some(url) = url.as_ref().filter(|url| !is_page(url)) {
                let problem = "must be http:// or https:// without ? and #";
                return wrong(key(name), url.to_string(), problem);
            }
        }
        if let Some(url) = store.thank_you_url.as_ref().filter(|url| !is_page(url)) {
            return wrong(
                key("thank_you_url"),
                url.to_string(),
                "must be http:// or https:// without ? and #: the order's id is added",
            );
        }
        if config
            .stores
            .iter()
            .take(at)
            .any(|earlier| earlier.id == store.id)
        {
            return wrong(
                "store.id".into(),
                store.id.as_str().into(),
                "stands twice: every store has its own id",
            );
        }
        if config.stores.len() > 1 && store.hosts.is_empty() {
            return wrong(
                key("hosts"),
                "[]".into(),
                "is needed as soon as there are several stores",
            );
        }
        for (name, url) in [
            ("inpost.api_url", &store.inpost.api_url),
            ("inpost.token_url", &store.inpost.token_url),
        ] {
            if !matches!(url.scheme(), "http" | "https") {
                return wrong(
                    key(name),
                    url.to_string(),
                    "must begin with https:// (or http:// for a local sandbox)",
                );
            }
        }
        for (name, text) in [
            ("inpost.client_id", &store.inpost.client_id),
            ("inpost.pos_id", &store.inpost.pos_id),
        ] {
            if text.trim().is_empty() {
                return wrong(
                    key(name),
                    text.clone(),
                    "is empty: take it from your InPost Pay contract",
                );
            }
        }
        if !(60..=2_592_000).contains(&store.inpost.payment_seconds) {
            let value = store.inpost.payment_seconds.to_string();
            return wrong(
                key("inpost.payment_seconds"),
                value,
                "must be from 60 seconds to 30 days, 2592000",
            );
        }
        if !(1..=86_400).contains(&store.inpost.approval_seconds) {
            let value = store.inpost.approval_seconds.to_string();
            return wrong(
                key("inpost.approval_seconds"),
                value,
                "must be from 1 to 86400 seconds",
            );
        }
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        listen = "127.0.0.1:8080"
        public_url = "https://shop.example"
        database = "karfa.db"
        [[store]]
        id = "demo"
        catalogue = "demo"
        [store.inpost]
        api_url = "https://api.inpost.pl"
        token_url = "https://login.inpost.pl/token"
        client_id = "id"
        client_secret = "hush"
        pos_id = "pos"
    "#;

    fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment = environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Config::parse(text, "karfa.toml", &environment)
    }

    fn problem(text: &str, environment: &[(&str, &str)]) -> String {
        let error = parse(text, environment)
            .expect_err("wrong configuration")
            .to_string();
        assert!(!error.contains('\n'), "one sentence, not several lines: {error}");
        error
    }

    #[test]
    fn a_good_file_is_read_and_its_secret_does_not_print() {
        let config = parse(GOOD, &[]).expect("good");
        assert_eq!(config.stores[0].inpost.approval_seconds, 600);
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn addresses_that_would_never_match_are_refused() {
        let with = |line: &str| GOOD.replace("id = \"demo\"\n", &format!("id = \"demo\"\n{line}\n"));
        assert!(parse(&with(r#"allowed_origins = ["https://www.shop.example"]"#), &[]).is_ok());
        for line in [
            r#"allowed_origins = ["www.shop.example"]"#,
            r#"allowed_origins = ["https://www.shop.example/pay"]"#,
            r#"public_url = "https://shop.example/pay""#,
            r#"thank_you_url = "https://shop.example/thanks?from=karfa""#,
        ] {
            assert!(
                problem(&with(line), &[]).contains("must be http:// or https://"),
                "{line}"
            );
        }
        let clear = with(r#"allowed_origins = ["https://shop.example", "http://www.shop.example"]"#);
        assert!(problem(&clear, &[]).contains("must be https://"));
        let by_http = clear.replacen("https://shop.example", "http://127.0.0.1:8080", 1);
        assert!(parse(&by_http, &[]).is_ok(), "the shop itself is reached by http");
        assert!(problem(&format!("log = \"a=b=c\"\n{GOOD}"), &[]).contains("log filter"));
    }

    #[test]
    fn the_vendors_widget_needs_the_shops_public_name() {
        assert_eq!(
            parse(GOOD, &[]).expect("good").stores[0].inpost.protocol,
            Protocol::V1
        );
        let v2 = ("KARFA_STORE_DEMO_INPOST_PROTOCOL", "v2");
        assert!(problem(GOOD, &[v2]).contains("inpost.merchant_client_id"));
        let named = ("KARFA_STORE_DEMO_INPOST_MERCHANT_CLIENT_ID", "shop");
        let config = parse(GOOD, &[v2, named]).expect("good");
        assert_eq!(config.stores[0].inpost.protocol, Protocol::V2);
        let wrong = (
            "KARFA_STORE_DEMO_INPOST_WIDGET_API_URL",
            "https://api.example?x=1",
        );
        assert!(problem(GOOD, &[v2, named, wrong]).contains("inpost.widget_api_url"));
        assert!(!problem(GOOD, &[("KARFA_STORE_DEMO_INPOST_PROTOCOL", "v3")]).is_empty());
    }

    #[test]
    fn lists_come_with_commas_and_an_orchestrators_variables_are_none_of_ours() {
        let config = parse(
            GOOD,
            &[
                ("KARFA_STORE_DEMO_HOSTS", "one.example, two.example"),
                ("KARFA_SERVICE_HOST", "10.0.0.1"),
                ("KARFA_PORT_80_TCP", "tcp://10.0.0.1:80"),
            ],
        )
        .expect("good");
        assert_eq!(config.stores[0].hosts, ["one.example", "two.example"]);
    }

    #[test]
    fn the_environment_overrides_the_file() {
        use secrecy::ExposeSecret;
        let config = parse(
            GOOD,
            &[
                ("KARFA_LISTEN", "0.0.0.0:1"),
                ("KARFA_STORE_DEMO_INPOST_CLIENT_SECRET", "123456"),
                ("KARFA_STORE_DEMO_INPOST_APPROVAL_SECONDS", "30"),
                ("KARFA_BEHIND_PROXY", "true"),
                ("PATH", "/bin"),
            ],
        )
        .expect("good");
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.stores[0].inpost.client_secret.expose_secret(), "123456");
        assert_eq!(config.stores[0].inpost.approval_seconds, 30);
        assert!(config.behind_proxy);
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence_that_names_it() {
        assert!(problem(&GOOD.replace("pos_id", "posid"), &[]).contains("posid"));
        assert!(problem(&GOOD.replace("database = \"karfa.db\"", ""), &[]).contains("database"));
        assert!(problem(&GOOD.replace("127.0.0.1:8080", "eighty"), &[]).contains("socket address"));
        assert!(problem(&GOOD.replace("shop.example", "shop.example/x"), &[]).contains("without a path"));
        assert!(problem(&GOOD.replace("\"id\"", "\" \""), &[]).contains("inpost.client_id"));
        assert!(problem(GOOD, &[("KARFA_LISTN", "x")]).contains("KARFA_LISTN"));
        assert!(problem("listen = ", &[]).contains("karfa.toml"));
    }

    #[test]
    fn several_stores_are_told_apart_by_host() {
        let section = GOOD.split_once("[[store]]").expect("has a store").1;
        let second = section.replace(
            "\"demo\"\n        catalogue",
            "\"two\"\n        hosts = [\"two.example\"]\n        catalogue",
        );
        let first = GOOD.replace("id = \"demo\"\n", "id = \"demo\"\n hosts = [\"one.example\"]\n");
        let config = parse(&format!("{first}\n[[store]]{second}"), &[]).expect("good");
        assert_eq!(config.stores[1].hosts, ["two.example"]);
        assert!(problem(&format!("{GOOD}\n[[store]]{second}"), &[]).contains("hosts"));
    }
}
