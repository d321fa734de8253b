//! Where Vipps MobilePay is and who the merchant is. Contract, section 2.

use crate::wire::login::Discovery;
use provider_http::check_api_address;
use secrecy::SecretString;
use url::Url;

/// One of the provider's own environments. A local emulation is [`Endpoints::below`] an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Production,
    /// The provider's test environment (MT).
    Test,
}

impl Environment {
    /// The address below which every call is.
    pub const fn api_url(self) -> &'static str {
        match self {
            Self::Production => "https://api.vipps.no",
            Self::Test => "https://apitest.vipps.no",
        }
    }
}

/// The address of every API, each to be changed by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The call for an access token, `/accesstoken/get`.
    pub access_token: Url,
    /// Base of the ePayment API, `/epayment/v1`.
    pub epayment: Url,
    /// Base of the QR API, `/qr/v1`.
    pub qr: Url,
    /// Base of the Webhooks API, `/webhooks/v1`.
    pub webhooks: Url,
    /// The calls of a login.
    pub login: LoginEndpoints,
}

/// The calls of a merchant-initiated login. The provider publishes them: [`Client::discover`](crate::Client::discover).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginEndpoints {
    /// The call that publishes the others.
    pub discovery: Url,
    /// What an id token must name as its issuer, to the letter.
    pub issuer: String,
    /// The call that starts a login.
    pub backchannel_authentication: Url,
    /// The call that says what became of it.
    pub token: Url,
    /// The call for the keys that sign id tokens.
    pub jwks: Url,
    /// The call for what the user has consented to share.
    pub userinfo: Url,
    /// The call that says whether a number has a user. Not part of what is published.
    pub user_exists: Url,
}

impl Endpoints {
    /// All calls below one address, such as `https://api.vipps.no` or `http://127.0.0.1:8090/vipps`.
    ///
    /// # Errors
    /// [`ConfigError::Address`] if the address is not http(s), or has user info, a query or a fragment.
    pub fn below(api_url: &Url) -> Result<Self, ConfigError> {
        check(api_url)?;
        let at = |path: &str| join(api_url, path);
        Ok(Self {
            access_token: at("accesstoken/get")?,
            epayment: at("epayment/v1")?,
            qr: at("qr/v1")?,
            webhooks: at("webhooks/v1")?,
            login: LoginEndpoints {
                discovery: at("access-management-1.0/access/.well-known/openid-configuration")?,
                issuer: at("access-management-1.0/access/")?.to_string(),
                backchannel_authentication: at("vipps-login-ciba/api/backchannel/authentication")?,
                token: at("access-management-1.0/access/oauth2/token")?,
                jwks: at("access-management-1.0/access/.well-known/jwks.json")?,
                userinfo: at("vipps-userinfo-api/userinfo")?,
                user_exists: at("vipps-login-ciba/api/v1/user-exists")?,
            },
        })
    }

    pub(crate) fn all(&self) -> [&Url; 10] {
        let login = &self.login;
        [
            &self.access_token,
            &self.epayment,
            &self.qr,
            &self.webhooks,
            &login.discovery,
            &login.backchannel_authentication,
            &login.token,
            &login.jwks,
            &login.userinfo,
            &login.user_exists,
        ]
    }
}

impl LoginEndpoints {
    /// These endpoints with what the provider publishes in their place; `discovery` and `user_exists` stay.
    pub fn discovered(self, published: &Discovery) -> Self {
        Self {
            issuer: published.issuer.clone(),
            backchannel_authentication: published.backchannel_authentication_endpoint.clone(),
            token: published.token_endpoint.clone(),
            jwks: published.jwks_uri.clone(),
            userinfo: published.userinfo_endpoint.clone(),
            ..self
        }
    }
}

/// What the merchant's software calls itself, at most 30 characters each; an empty one is not sent. Helps the
/// provider's support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// `Vipps-System-Name`.
    pub name: String,
    /// `Vipps-System-Version`.
    pub version: String,
    /// `Vipps-System-Plugin-Name`.
    pub plugin_name: String,
    /// `Vipps-System-Plugin-Version`.
    pub plugin_version: String,
}

/// Where Vipps MobilePay is and who the merchant is: one sales unit.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the APIs are.
    pub endpoints: Endpoints,
    /// The sales unit's client id.
    pub client_id: String,
    /// The sales unit's client secret.
    pub client_secret: SecretString,
    /// One of the two subscription keys (`Ocp-Apim-Subscription-Key`).
    pub subscription_key: SecretString,
    /// The sales unit's number (MSN).
    pub merchant_serial_number: String,
    /// What the merchant's software calls itself.
    pub system: System,
}

impl Config {
    /// A sales unit whose calls are all below one address, such as [`Environment::api_url`].
    ///
    /// # Errors
    /// [`ConfigError::Address`] if the address is not http(s), or has user info, a query or a fragment.
    pub fn new(
        api_url: &Url,
        client_id: impl Into<String>,
        client_secret: SecretString,
        subscription_key: SecretString,
        merchant_serial_number: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            endpoints: Endpoints::below(api_url)?,
            client_id: client_id.into(),
            client_secret,
            subscription_key,
            merchant_serial_number: merchant_serial_number.into(),
            system: System::default(),
        })
    }

    /// A sales unit in one of the provider's own environments.
    pub fn for_environment(
        environment: Environment,
        client_id: impl Into<String>,
        client_secret: SecretString,
        subscription_key: SecretString,
        merchant_serial_number: impl Into<String>,
    ) -> Self {
        let own = "the provider's own addresses are well formed";
        let api_url = Url::parse(environment.api_url()).expect(own);
        Self::new(
            &api_url,
            client_id,
            client_secret,
            subscription_key,
            merchant_serial_number,
        )
        .expect(own)
    }
}

/// A [`Config`] that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an http or https address, or one with user info, a query or a fragment. Holds it without its user info.
    #[error(
        "{0:?} cannot be the address of an API: write it like https://api.vipps.no, without a name or password, ? and #"
    )]
    Address(String),
    /// Not the value of a header.
    #[error("the {0} cannot stand in a header: use visible ASCII characters")]
    Header(&'static str),
    /// A name or version of the merchant's software that is too long.
    #[error("{0} has more than 30 characters")]
    SystemTooLong(&'static str),
}

pub(crate) fn check(address: &Url) -> Result<(), ConfigError> {
    check_api_address(address).map_err(ConfigError::Address)
}

fn join(base: &Url, path: &str) -> Result<Url, ConfigError> {
    let mut below = base.clone();
    let segments = below.path_segments_mut();
    let mut segments = segments.map_err(|()| ConfigError::Address(base.to_string()))?;
    segments.pop_if_empty().extend(path.split('/'));
    drop(segments);
    Ok(below)
}
