//! The configuration: one TOML file, overridden by `KARFA_…` environment variables.
//!
//! Belongs here: reading, checking, and saying what is wrong in one sentence. A checked [`Config`] is right as far as
//! that can be known without asking anyone.

/// The branches of a shop.
mod branch;
/// An account at InPost Pay.
mod inpost;
/// Settings from the environment.
mod overrides;

#[cfg(test)]
mod tests;

pub use branch::{BranchConfig, CashierConfig, Generation, NetgiroConfig, TillConfig, VippsConfig};
pub use inpost::{InpostConfig, Protocol};

use crate::engine::address::StoreId;
use crate::toml_error::one_sentence;
use provider_http::check_api_address;
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
    /// What the web shop sells: `demo`, or the path of a catalogue file. A shop that sells at tills alone has none.
    #[serde(default)]
    pub catalogue: Option<String>,
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
    /// The shop's account at InPost Pay, which a web shop needs.
    #[serde(default)]
    pub inpost: Option<InpostConfig>,
    /// The shop's branches with tills.
    #[serde(default, rename = "branch")]
    pub branches: Vec<BranchConfig>,
}

/// What a shop online needs.
#[derive(Clone, Copy, Debug)]
pub struct WebShop<'a> {
    /// `demo`, or the path of a catalogue file.
    pub catalogue: &'a str,
    /// The account at InPost Pay.
    pub inpost: &'a InpostConfig,
}

impl StoreConfig {
    /// What the store needs online, if it sells there.
    pub fn web_shop(&self) -> Option<WebShop<'_>> {
        let both = self.catalogue.as_deref().zip(self.inpost.as_ref());
        both.map(|(catalogue, inpost)| WebShop { catalogue, inpost })
    }
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
        let overridden = overrides::override_from(&mut table, environment)?;
        let config = if overridden {
            table.try_into().map_err(malformed)?
        } else {
            unchanged.map_err(malformed)?
        };
        check(config)
    }
}

const ORIGIN_WANTED: &str = "must be http:// or https:// and a host, without a path";

fn is_origin(url: &Url) -> bool {
    is_page(url) && url.path() == "/"
}

/// Whether an address is a scheme, a host and a path, and no more.
fn is_page(url: &Url) -> bool {
    check_api_address(url).is_ok()
}

/// Whether an address can be a provider's; `key` names the setting. A password in it is not shown.
fn api_address(url: &Url, key: String) -> Result<(), ConfigError> {
    let problem =
        "must begin with https:// (or http:// for a local sandbox), without a name or password, ? and #";
    check_api_address(url).or_else(|shown| wrong(key, shown, problem))
}

/// A value that is not acceptable.
fn wrong<T>(key: String, value: String, problem: &str) -> Result<T, ConfigError> {
    Err(ConfigError::Wrong {
        key,
        value,
        problem: problem.to_owned(),
    })
}

/// Whether something is written there at all; `problem` says where it comes from.
fn filled(text: &str, key: String, problem: &str) -> Result<(), ConfigError> {
    if text.trim().is_empty() {
        return wrong(key, String::new(), problem);
    }
    Ok(())
}

fn check(config: Config) -> Result<Config, ConfigError> {
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
        match (&store.catalogue, &store.inpost) {
            (Some(_), Some(inpost)) => inpost::check(inpost, &key)?,
            (Some(catalogue), None) => {
                let problem = "needs an [store.inpost] section: that is where its baskets are paid";
                return wrong(key("catalogue"), catalogue.clone(), problem);
            }
            (None, Some(_)) => {
                let problem = "is missing: write \"demo\", or the path of a catalogue file";
                return wrong(key("catalogue"), String::new(), problem);
            }
            (None, None) if store.branches.is_empty() => {
                let problem =
                    "is missing: a store has a catalogue with [store.inpost], a [[store.branch]], or both";
                return wrong(key("catalogue"), String::new(), problem);
            }
            (None, None) => {}
        }
        branch::check(&store.branches, &key)?;
    }
    Ok(config)
}
