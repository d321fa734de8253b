//! The shop's account at InPost Pay.

use super::{ConfigError, api_address, filled, is_page, wrong};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

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

/// Whether an account is right; `key` names one of its store's settings.
pub(super) fn check(inpost: &InpostConfig, key: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    if inpost.protocol == Protocol::V2 && inpost.merchant_client_id.is_none() {
        return wrong(
            key("inpost.merchant_client_id"),
            String::new(),
            "is missing: the vendor's widget (protocol = \"v2\") needs the shop's public name at InPost",
        );
    }
    let addresses = [
        ("inpost.widget_script_url", &inpost.widget_script_url),
        ("inpost.widget_api_url", &inpost.widget_api_url),
    ];
    for (name, url) in addresses {
        if let Some(url) = url.as_ref().filter(|url| !is_page(url)) {
            let problem = "must be http:// or https:// without ? and #";
            return wrong(key(name), url.to_string(), problem);
        }
    }
    for (name, url) in [
        ("inpost.api_url", &inpost.api_url),
        ("inpost.token_url", &inpost.token_url),
    ] {
        api_address(url, key(name))?;
    }
    for (name, text) in [
        ("inpost.client_id", inpost.client_id.as_str()),
        ("inpost.client_secret", inpost.client_secret.expose_secret()),
        ("inpost.pos_id", &inpost.pos_id),
    ] {
        filled(text, key(name), "is empty: take it from your InPost Pay contract")?;
    }
    if !(60..=2_592_000).contains(&inpost.payment_seconds) {
        let value = inpost.payment_seconds.to_string();
        return wrong(
            key("inpost.payment_seconds"),
            value,
            "must be from 60 seconds to 30 days, 2592000",
        );
    }
    if !(1..=86_400).contains(&inpost.approval_seconds) {
        let value = inpost.approval_seconds.to_string();
        return wrong(
            key("inpost.approval_seconds"),
            value,
            "must be from 1 to 86400 seconds",
        );
    }
    Ok(())
}
