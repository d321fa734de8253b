//! Merchant-initiated login (CIBA), user info, and the keys that sign id tokens. Contract, section 4.

use crate::{AuthReqId, BindingMessage, CustomerToken, IdToken, Invalid, Msisdn, Personal, UserToken};
use jiff::{SignedDuration, Timestamp};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};
use url::Url;

/// What the provider publishes about its logins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Discovery {
    /// What an id token names as its issuer.
    pub issuer: String,
    /// The call that says what became of a login.
    pub token_endpoint: Url,
    /// The call for the keys.
    pub jwks_uri: Url,
    /// The call for the user info.
    pub userinfo_endpoint: Url,
    /// The call that starts a login.
    pub backchannel_authentication_endpoint: Url,
    /// How the outcome comes: `poll`.
    #[serde(default, deserialize_with = "super::or_default")]
    pub backchannel_token_delivery_modes_supported: Vec<String>,
    /// How id tokens are signed: `RS256`.
    #[serde(default, deserialize_with = "super::or_default")]
    pub id_token_signing_alg_values_supported: Vec<String>,
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginHint {
    /// By their number.
    Msisdn(Msisdn),
    /// By the code of the merchant's that they scanned.
    CustomerToken(CustomerToken),
}

impl LoginHint {
    /// The text on the wire, which is personal.
    pub fn to_urn(&self) -> String {
        match self {
            Self::Msisdn(msisdn) => format!("{MSISDN_URN}{}", msisdn.as_str()),
            Self::CustomerToken(token) => format!("{TOKEN_URN}{}", token.as_str()),
        }
    }

    /// Reads the text on the wire.
    ///
    /// # Errors
    /// [`Invalid`] if it names nobody.
    pub fn parse(urn: &str) -> Result<Self, Invalid> {
        if let Some(msisdn) = urn.strip_prefix(MSISDN_URN) {
            Msisdn::parse(msisdn).map(Self::Msisdn)
        } else if let Some(token) = urn.strip_prefix(TOKEN_URN) {
            CustomerToken::parse(token).map(Self::CustomerToken)
        } else {
            let rule = "urn:msisdn: or urn:customer-token: and whom it names";
            Err(Invalid::new("a login hint", rule))
        }
    }
}

const MSISDN_URN: &str = "urn:msisdn:";
const TOKEN_URN: &str = "urn:customer-token:";

/// The `grant_type` of the question what became of a login.
pub const CIBA_GRANT_TYPE: &str = "urn:openid:params:grant-type:ciba";

/// A login to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLogin {
    hint: LoginHint,
    scope: String,
    binding_message: Option<BindingMessage>,
    requested_expiry_s: Option<u16>,
}

impl NewLogin {
    /// Asks this customer who they are, and nothing more.
    pub fn new(hint: LoginHint) -> Self {
        Self {
            hint,
            scope: "openid".to_owned(),
            binding_message: None,
            requested_expiry_s: None,
        }
    }

    /// Asks to share this too, such as `name`, `phoneNumber`, `email` or `delegatedConsents`.
    ///
    /// # Errors
    /// [`Invalid`] if it is not one word.
    pub fn scope(mut self, name: &str) -> Result<Self, Invalid> {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Invalid::new("a scope", "one word of visible ASCII characters"));
        }
        if !self.scope.split(' ').any(|scope| scope == name) {
            self.scope.push(' ');
            self.scope.push_str(name);
        }
        Ok(self)
    }

    /// Shows this on the phone; the till shows it as well.
    #[must_use]
    pub fn binding_message(mut self, message: BindingMessage) -> Self {
        self.binding_message = Some(message);
        self
    }

    /// How long the customer has to answer: 60 to 900 s, 600 s if it is not said.
    ///
    /// # Errors
    /// [`Invalid`] if it is shorter or longer.
    pub fn requested_expiry(mut self, life: SignedDuration) -> Result<Self, Invalid> {
        let seconds = u16::try_from(life.as_secs())
            .ok()
            .filter(|seconds| (60..=900).contains(seconds));
        self.requested_expiry_s =
            Some(seconds.ok_or(Invalid::new("a login's time to live", "60 to 900 seconds"))?);
        Ok(self)
    }

    /// The form's fields.
    pub fn to_form(&self) -> Vec<(&'static str, String)> {
        let mut form = vec![("login_hint", self.hint.to_urn()), ("scope", self.scope.clone())];
        if let Some(message) = &self.binding_message {
            form.push(("binding_message", message.as_str().to_owned()));
        }
        if let Some(seconds) = self.requested_expiry_s {
            form.push(("requested_expiry", seconds.to_string()));
        }
        form
    }
}

/// A login that was started: the customer's phone asks them now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoginStarted {
    /// Names it.
    pub auth_req_id: AuthReqId,
    /// How long the customer has to answer, in seconds.
    pub expires_in: u32,
    /// The least time between two questions what became of it, in seconds.
    #[serde(default = "standard_interval")]
    pub interval: u32,
}

/// What the standard says when the answer says nothing.
fn standard_interval() -> u32 {
    5
}

impl LoginStarted {
    /// How long the customer has to answer.
    pub fn life(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.expires_in))
    }

    /// The least time between two questions. [`LoginPoll::SlowDown`] adds [`SLOW_DOWN`] to it for good.
    pub fn pause(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.interval))
    }
}

/// What [`LoginPoll::SlowDown`] adds to the time between two questions, for the rest of the login.
pub const SLOW_DOWN: SignedDuration = SignedDuration::from_secs(5);

/// What became of the start of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginStart {
    /// The customer is asked.
    Started(LoginStarted),
    /// There is no login.
    Refused(LoginRefusal),
}

/// What became of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginPoll {
    /// The customer has not answered: ask again after the pause.
    Pending,
    /// The same, and the pause was too short: add [`SLOW_DOWN`] to it.
    SlowDown,
    /// The customer consented.
    Granted(Box<Grant>),
    /// The login has ended without consent.
    Refused(LoginRefusal),
}

open_enum! {
    /// Why there is no login, as `error` or, where that says more, `error_code` names it.
    pub enum LoginRefusal {
        /// The customer refused.
        Denied = "access_denied",
        /// The customer let the time run out.
        Expired = "expired_token",
        /// There is no such user.
        UnknownUser = "unknown_user_id",
        /// The user has no account, it is not active, or they are under 15.
        InvalidUser = "invalid_user",
        /// The user's app is too old for this.
        OldApp = "old_app",
        /// The binding message breaks a rule.
        InvalidBindingMessage = "invalid_binding_message",
        /// The login is unknown, used already, or another merchant's.
        InvalidGrant = "invalid_grant",
        /// The request breaks a rule.
        InvalidRequest = "invalid_request",
        /// A scope is not open to the merchant.
        InvalidScope = "invalid_scope",
        /// The merchant may not start logins.
        UnauthorizedClient = "unauthorized_client",
    }
}

/// The body of a refusal by the OAuth standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginErrorBody {
    /// The reason by the standard.
    pub error: String,
    /// Words on it; hidden in `Debug`, they may name a customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<Personal>,
    /// The provider's own reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

impl LoginErrorBody {
    /// The refusal: the provider's own reason if it is a known one, else the standard's.
    pub fn refusal(self) -> LoginRefusal {
        let own = self
            .error_code
            .map(LoginRefusal::from)
            .filter(LoginRefusal::is_known);
        own.unwrap_or_else(|| self.error.into())
    }
}

/// What a consented login gives. There is no refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Grant {
    /// For the user info alone.
    pub access_token: UserToken,
    /// `Bearer`.
    #[serde(default, deserialize_with = "super::or_default")]
    pub token_type: String,
    /// How long the access token lives, in seconds: 300.
    pub expires_in: u32,
    /// Who logged in; verify it.
    pub id_token: IdToken,
}

/// The answer to `POST /user-exists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserExists {
    /// Whether there is such a user.
    pub exists: bool,
}

/// The keys that sign id tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Jwks {
    /// Every key.
    pub keys: Vec<Jwk>,
}

/// A public key. Only RSA keys have `n` and `e`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Jwk {
    /// The kind of key: `RSA`.
    pub kty: String,
    /// Names the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// What it is for: `sig`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// How it signs: `RS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The modulus, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

/// What the user has consented to share. What was not asked for is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserInfo {
    /// The provider's name of the user.
    pub sub: Personal,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Personal>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Personal>,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<Personal>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal>,
    /// Phone number, as it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<Personal>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What the user agreed to on the merchant's behalf.
    #[serde(
        default,
        rename = "delegatedConsents",
        skip_serializing_if = "Option::is_none"
    )]
    pub delegated_consents: Option<DelegatedConsents>,
}

/// An address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Address {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_address: Option<Personal>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Personal>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Personal>,
    /// Country, two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Personal>,
    /// All of it in lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<Personal>,
}

/// What the user agreed to on the merchant's behalf.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DelegatedConsents {
    /// When, as it was received.
    #[serde(
        default,
        deserialize_with = "super::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub time_of_consent: Option<String>,
    /// Each of them.
    #[serde(default, deserialize_with = "super::or_default")]
    pub consents: Vec<DelegatedConsent>,
}

impl DelegatedConsents {
    /// When the user agreed; none if it is not said or is no RFC 3339 time.
    pub fn agreed_at(&self) -> Option<Timestamp> {
        self.time_of_consent.as_ref()?.parse().ok()
    }
}

/// One thing that the user was asked to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DelegatedConsent {
    /// The merchant's name of it.
    pub id: String,
    /// Whether the user agreed.
    pub accepted: bool,
    /// Whether they had to, to go on.
    #[serde(default)]
    pub required: bool,
    /// The text that they saw.
    #[serde(default, deserialize_with = "super::or_default")]
    pub text_displayed_to_user: String,
}
