//! Where InPost Pay is and who the merchant is. Contract, section 1.

use crate::InpostBasketId;
use secrecy::SecretString;
use url::Url;

/// One of InPost's own environments. A local emulation is a [`Config`] with addresses of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Production,
    /// InPost's test environment.
    Sandbox,
}

impl Environment {
    /// Base address of the API.
    pub const fn api_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.inpost.pl",
            Self::Sandbox => "https://sandbox-api.inpost.pl",
        }
    }

    /// Address of the token service.
    pub const fn token_url(self) -> &'static str {
        match self {
            Self::Production => "https://login.inpost.pl/auth/realms/external/protocol/openid-connect/token",
            Self::Sandbox => {
                "https://sandbox-login.inpost.pl/auth/realms/external/protocol/openid-connect/token"
            }
        }
    }

    /// The link that opens a linked basket in the app.
    pub fn deep_link(self, basket: &InpostBasketId) -> String {
        let scheme = match self {
            Self::Production => "inpost",
            Self::Sandbox => "inpostsandbox",
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("basket_id", basket.as_str());
        format!("{scheme}://izilink?{}", query.finish())
    }
}

/// Where InPost Pay is and who the merchant is.
#[derive(Clone, Debug)]
pub struct Config {
    /// Base address of the API; `/v1/izi/…` is appended to its path.
    pub api_url: Url,
    /// Address of the token service.
    pub token_url: Url,
    /// The merchant's client id.
    pub client_id: String,
    /// The merchant's client secret.
    pub client_secret: SecretString,
    /// What the `inpay-plugin-version` header carries.
    pub plugin_version: String,
}

impl Config {
    /// A merchant in one of InPost's own environments.
    pub fn for_environment(
        environment: Environment,
        client_id: impl Into<String>,
        client_secret: SecretString,
        plugin_version: impl Into<String>,
    ) -> Self {
        let parse = |address| Url::parse(address).expect("InPost's own addresses are well formed");
        Self {
            api_url: parse(environment.api_url()),
            token_url: parse(environment.token_url()),
            client_id: client_id.into(),
            client_secret,
            plugin_version: plugin_version.into(),
        }
    }
}

/// A [`Config`] that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an http or https address, or one with user info, a query or a fragment. Holds it without its user info.
    #[error(
        "{0:?} cannot be the address of an API: write it like https://api.inpost.pl, without a name or password, ? and #"
    )]
    Address(String),
    /// Not the value of a header.
    #[error("the plugin version {0:?} cannot stand in a header: use letters, digits, dots and dashes")]
    PluginVersion(String),
}
