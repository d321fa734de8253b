//! Where Netgíró is and who the merchant is. Contract, section 1.

use http::HeaderValue;
use provider_http::check_api_address;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use url::Url;

/// One of Netgíró's own environments. A local emulation is [`Config::below`] its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Production,
    /// Netgíró's test environment.
    Test,
}

impl Environment {
    /// Base address of V1.
    pub const fn v1_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.netgiro.is/v1/",
            Self::Test => "https://api.test.netgiro.is/v1/",
        }
    }

    /// Base address of V2.
    pub const fn v2_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.netgiro.is/v2/",
            Self::Test => "https://api.test.netgiro.is/v2/",
        }
    }

    /// Base address of the partner interface, which pays money back.
    pub const fn partner_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.netgiro.is/partner/",
            Self::Test => "https://partner-api.test.netgiro.is/",
        }
    }
}

/// Where Netgíró is and who the merchant is. `Debug` shows the addresses alone.
#[derive(Clone)]
pub struct Config {
    /// Base address of V1; `Checkout/…` is appended to its path. What is signed is the address that comes out, as text.
    pub v1_url: Url,
    /// Base address of V2.
    pub v2_url: Url,
    /// Base address of the partner interface.
    pub partner_url: Url,
    /// The merchant's application id, a GUID. Whoever has it can call the second generation, which asks for nothing else.
    pub application_id: String,
    /// The merchant's secret, in its base64 text.
    pub secret: SecretString,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("v1_url", &self.v1_url.as_str())
            .field("v2_url", &self.v2_url.as_str())
            .field("partner_url", &self.partner_url.as_str())
            .finish_non_exhaustive()
    }
}

impl Config {
    /// A merchant in one of Netgíró's own environments.
    pub fn for_environment(
        environment: Environment,
        application_id: impl Into<String>,
        secret: SecretString,
    ) -> Self {
        let parse = |address| Url::parse(address).expect("Netgíró's own addresses are well formed");
        Self {
            v1_url: parse(environment.v1_url()),
            v2_url: parse(environment.v2_url()),
            partner_url: parse(environment.partner_url()),
            application_id: application_id.into(),
            secret,
        }
    }

    /// A merchant at an emulation that has the three interfaces below one address, as `v1/`, `v2/` and `partner/`.
    ///
    /// ```
    /// use netgiro::{Config, test_account};
    /// let config = Config::below(
    ///     "http://127.0.0.1:8090/netgiro",
    ///     test_account::APPLICATION_ID,
    ///     test_account::SECRET.into(),
    /// )?;
    /// assert_eq!(config.v1_url.as_str(), "http://127.0.0.1:8090/netgiro/v1/");
    /// # Ok::<(), netgiro::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError::Address`] if it is not one.
    pub fn below(
        root: &str,
        application_id: impl Into<String>,
        secret: SecretString,
    ) -> Result<Self, ConfigError> {
        let below = |name: &str| {
            Url::parse(&format!("{}/{name}/", root.trim_end_matches('/')))
                .map_err(|_| ConfigError::Address(root.to_owned()))
        };
        Ok(Self {
            v1_url: below("v1")?,
            v2_url: below("v2")?,
            partner_url: below("partner")?,
            application_id: application_id.into(),
            secret,
        })
    }

    /// Whether it can work.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        for address in [&self.v1_url, &self.v2_url, &self.partner_url] {
            check_api_address(address).map_err(ConfigError::Address)?;
        }
        if self.application_id.is_empty() || HeaderValue::from_str(&self.application_id).is_err() {
            return Err(ConfigError::ApplicationId);
        }
        let secret = self.secret.expose_secret();
        if secret.is_empty() || HeaderValue::from_str(secret).is_err() {
            return Err(ConfigError::Secret);
        }
        Ok(())
    }
}

/// A [`Config`] that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an http or https address, or one with user info, a query or a fragment. Holds it without its user info.
    #[error(
        "{0:?} cannot be the address of an API: write it like https://api.netgiro.is/v1/, without a name or password, ? and #"
    )]
    Address(String),
    /// The application id is empty or cannot stand in a header.
    #[error("the application id is empty or no GUID: copy it from Netgíró's merchant pages")]
    ApplicationId,
    /// The secret is empty or cannot stand in a header.
    #[error("the secret is empty or not in its base64 text: copy it from Netgíró's merchant pages")]
    Secret,
}
