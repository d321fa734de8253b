//! Webhooks and what they carry. Contract, section 6; `user.checked-in.v1` section 3. Their signature is in
//! [`crate::webhook`].

use super::{MalformedBody, read};
use crate::wire::payment::EventName;
use crate::{Amount, AuthReqId, CustomerToken};
use jiff::Timestamp;
use provider_http::open_enum;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

open_enum! {
    /// What a webhook is registered for.
    pub enum WebhookEvent {
        /// A payment was created.
        PaymentCreated = "epayments.payment.created.v1",
        /// The customer refused a payment.
        PaymentAborted = "epayments.payment.aborted.v1",
        /// The time of a payment ran out.
        PaymentExpired = "epayments.payment.expired.v1",
        /// What a payment had reserved was given up.
        PaymentCancelled = "epayments.payment.cancelled.v1",
        /// Money was captured.
        PaymentCaptured = "epayments.payment.captured.v1",
        /// Money was paid back.
        PaymentRefunded = "epayments.payment.refunded.v1",
        /// The customer paid.
        PaymentAuthorized = "epayments.payment.authorized.v1",
        /// The merchant cancelled before the customer decided.
        PaymentTerminated = "epayments.payment.terminated.v1",
        /// The customer answered a login: ask at once what became of it.
        LoginPing = "login.merchant-initiated.ping.v1",
        /// A customer scanned a code of the merchant's.
        UserCheckedIn = "user.checked-in.v1",
    }
}

/// The body of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    /// Where the provider calls the merchant.
    pub url: Url,
    /// For what.
    pub events: Vec<WebhookEvent>,
}

/// The answer to a registration. The secret is shown this once: store it at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookRegistered {
    /// Names the registration.
    pub id: String,
    /// What its calls are signed with.
    #[serde(serialize_with = "expose")]
    pub secret: SecretString,
}

fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// All registrations of a sales unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Webhooks {
    /// Each of them.
    #[serde(default, deserialize_with = "super::or_default")]
    pub webhooks: Vec<Webhook>,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Webhook {
    /// Names it.
    pub id: String,
    /// Where the provider calls the merchant, as it was received.
    pub url: String,
    /// For what.
    #[serde(default, deserialize_with = "super::or_default")]
    pub events: Vec<WebhookEvent>,
}

/// Something happened to a payment. Only a reason to read the payment: events come late, twice, and by way of polling
/// as well. `reference`, `name` and `psp_reference` together tell a duplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentNotification {
    /// The sales unit.
    #[serde(deserialize_with = "super::text")]
    pub msn: String,
    /// The merchant's name of the payment.
    pub reference: String,
    /// The provider's name of the change.
    pub psp_reference: String,
    /// What happened.
    pub name: EventName,
    /// How much it was about.
    pub amount: Amount,
    /// When.
    pub timestamp: Timestamp,
    /// The key that the merchant gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// Whether it succeeded.
    pub success: bool,
}

/// A customer answered a login: ask at once what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoginPing {
    /// The login.
    pub auth_req_id: AuthReqId,
}

/// A customer scanned a code of the merchant's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CheckedIn {
    /// The customer, for 15 minutes.
    pub customer_token: CustomerToken,
    /// The code.
    pub merchant_qr_id: String,
    /// The sales unit.
    #[serde(deserialize_with = "super::text")]
    pub msn: String,
    /// When, as it was received.
    #[serde(
        default,
        deserialize_with = "super::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub initiated_at: Option<String>,
}

/// What a webhook said. The signature comes first: [`crate::webhook::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notification {
    /// Something happened to a payment.
    Payment(PaymentNotification),
    /// A customer answered a login.
    Login(LoginPing),
    /// A customer scanned a code of the merchant's.
    CheckedIn(CheckedIn),
    /// Something that this version does not know: answer 2xx, or it is sent for a week.
    Other,
}

impl Notification {
    /// Reads the body of a webhook. No field names its kind, so the fields that it has do.
    ///
    /// # Errors
    /// [`MalformedBody`] if it is not JSON, or lacks something that its kind must have.
    pub fn read(body: &[u8]) -> Result<Self, MalformedBody> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Kind {
            #[serde(rename = "auth_req_id")]
            auth_req_id: Option<serde::de::IgnoredAny>,
            customer_token: Option<serde::de::IgnoredAny>,
            psp_reference: Option<serde::de::IgnoredAny>,
        }
        let kind: Kind = read(body)?;
        if kind.psp_reference.is_some() {
            read(body).map(Self::Payment)
        } else if kind.auth_req_id.is_some() {
            read(body).map(Self::Login)
        } else if kind.customer_token.is_some() {
            read(body).map(Self::CheckedIn)
        } else {
            Ok(Self::Other)
        }
    }
}
