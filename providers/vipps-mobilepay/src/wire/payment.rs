//! Payments and their events. Contract, section 5.

use crate::personal::PersonalJson;
use crate::wire::receipt::Receipt;
use crate::{
    Amount, Currency, CustomerToken, Invalid, Msisdn, PaymentDescription, Personal, PersonalQr, RedirectUrl,
    Reference,
};
use jiff::Timestamp;
use provider_http::open_enum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use url::Url;

/// Who is to pay: exactly one of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Customer {
    /// By their number.
    PhoneNumber(Msisdn),
    /// By the code that their app showed.
    PersonalQr(PersonalQr),
    /// By the code of the merchant's that they scanned.
    CustomerToken(CustomerToken),
}

open_enum! {
    /// How the customer comes to the payment.
    pub enum UserFlow {
        /// The app asks the customer. Needs a [`Customer`], and the provider's approval of the sales unit (5080).
        PushMessage = "PUSH_MESSAGE",
        /// The customer's browser is sent to the provider. Needs a `returnUrl`.
        WebRedirect = "WEB_REDIRECT",
        /// The merchant's app opens the provider's.
        NativeRedirect = "NATIVE_REDIRECT",
        /// The customer scans a code that the merchant shows.
        Qr = "QR",
    }
}

open_enum! {
    /// Whether the customer stands before the merchant. In a shop always.
    pub enum CustomerInteraction {
        /// They do.
        CustomerPresent = "CUSTOMER_PRESENT",
        /// They do not: what the provider takes for granted.
        CustomerNotPresent = "CUSTOMER_NOT_PRESENT",
    }
}

open_enum! {
    /// What is paid with.
    pub enum PaymentMethodType {
        /// What the customer has in the app.
        Wallet = "WALLET",
        /// A card, without the app.
        Card = "CARD",
    }
}

/// What is paid with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethod {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: PaymentMethodType,
}

open_enum! {
    /// What the `redirectUrl` of a [`UserFlow::Qr`] payment leads to. Not in the contract: as the provider writes it.
    pub enum QrImage {
        /// A picture as SVG.
        Svg = "IMAGE/SVG+XML",
        /// A picture as PNG.
        Png = "IMAGE/PNG",
        /// The link itself, to be drawn by the merchant.
        TargetUrl = "TEXT/TARGETURL",
    }
}

/// How a [`UserFlow::Qr`] payment's code is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrFormat {
    /// As what.
    pub format: QrImage,
    /// The edge of a PNG in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
}

/// What the customer is asked to share along with the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileScope {
    /// Names of scopes between spaces, such as `name phoneNumber`.
    pub scope: String,
}

/// The merchant's own words with a payment: at most 5 pairs, keys up to 100 and values up to 500 characters. `Debug` shows
/// the keys alone, for a value may name a customer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, String>);

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metadata ")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Metadata {
    /// Adds a pair, or changes the one of this key.
    ///
    /// # Errors
    /// [`Invalid`] if it is one too many, or too long; then nothing is changed.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Result<(), Invalid> {
        let (key, value) = (key.into(), value.into());
        let has_room = self.0.len() < 5 || self.0.contains_key(&key);
        let fits = !key.is_empty() && key.chars().count() <= 100 && value.chars().count() <= 500;
        if !(has_room && fits) {
            let rule = "5 pairs, keys of 1 to 100 and values of at most 500 characters";
            return Err(Invalid::new("metadata", rule));
        }
        self.0.insert(key, value);
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All pairs, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// The body of `POST /payments`. One of its constructors, then the fields that it leaves empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPayment {
    /// How much.
    pub amount: Amount,
    /// Who is to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Whether they stand before the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_interaction: Option<CustomerInteraction>,
    /// What is paid with.
    pub payment_method: PaymentMethod,
    /// The merchant's name of the payment.
    pub reference: Reference,
    /// How the customer comes to it.
    pub user_flow: UserFlow,
    /// Where the customer goes afterwards; required for WEB_REDIRECT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<Url>,
    /// What the customer reads about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_description: Option<PaymentDescription>,
    /// When it ends unpaid, instead of after 10 minutes: more than 10 minutes and at most 28 days ahead, for PUSH_MESSAGE
    /// and QR, and only with a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What the customer is asked to share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileScope>,
    /// What was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Where the merchant shows the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<Url>,
    /// The merchant's own words.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// How old the customer must be, in years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_user_age: Option<u8>,
    /// How the code of a QR payment is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_format: Option<QrFormat>,
}

impl NewPayment {
    /// A payment in a shop for which the customer's app asks.
    pub fn push_message(reference: Reference, amount: Amount, customer: Customer) -> Self {
        let customer = Some(customer);
        Self {
            customer,
            ..Self::in_store(reference, amount, UserFlow::PushMessage)
        }
    }

    /// A payment in a shop whose code the merchant shows and the customer scans.
    pub fn qr(reference: Reference, amount: Amount) -> Self {
        Self::in_store(reference, amount, UserFlow::Qr)
    }

    /// A payment for which the customer's browser is sent to the provider and back.
    pub fn web_redirect(reference: Reference, amount: Amount, return_url: Url) -> Self {
        Self {
            customer_interaction: Some(CustomerInteraction::CustomerNotPresent),
            return_url: Some(return_url),
            ..Self::in_store(reference, amount, UserFlow::WebRedirect)
        }
    }

    fn in_store(reference: Reference, amount: Amount, user_flow: UserFlow) -> Self {
        Self {
            amount,
            customer: None,
            customer_interaction: Some(CustomerInteraction::CustomerPresent),
            payment_method: PaymentMethod {
                kind: PaymentMethodType::Wallet,
            },
            reference,
            user_flow,
            return_url: None,
            payment_description: None,
            expires_at: None,
            profile: None,
            receipt: None,
            receipt_url: None,
            metadata: Metadata::default(),
            minimum_user_age: None,
            qr_format: None,
        }
    }
}

/// The answer to `POST /payments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentCreated {
    /// The merchant's name of the payment, as it was sent.
    pub reference: String,
    /// Where the customer pays; a picture or link for QR; none for PUSH_MESSAGE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<RedirectUrl>,
}

open_enum! {
    /// How far the customer is. What the merchant did afterwards is in [`Aggregate`]: the state stays `AUTHORIZED` after
    /// capture, refund and cancel.
    pub enum PaymentState {
        /// The customer has not decided.
        Created = "CREATED",
        /// The customer has paid: the money is reserved.
        Authorized = "AUTHORIZED",
        /// The customer refused.
        Aborted = "ABORTED",
        /// The time ran out.
        Expired = "EXPIRED",
        /// The merchant cancelled before the customer decided.
        Terminated = "TERMINATED",
    }
}

impl PaymentState {
    /// Whether the payment has ended without money. `false` for a state that is not known.
    pub fn has_ended_unpaid(&self) -> bool {
        matches!(self, Self::Aborted | Self::Expired | Self::Terminated)
    }
}

/// What became of the money so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Aggregate {
    /// What the customer has agreed to.
    pub authorized_amount: Amount,
    /// What was given up again.
    pub cancelled_amount: Amount,
    /// What was captured, refunds not taken off.
    pub captured_amount: Amount,
    /// What was paid back.
    pub refunded_amount: Amount,
}

impl Aggregate {
    /// Of a payment of which nothing has happened yet.
    pub fn nothing(currency: &Currency) -> Self {
        let zero = Amount::zero(currency.clone());
        Self {
            authorized_amount: zero.clone(),
            cancelled_amount: zero.clone(),
            captured_amount: zero.clone(),
            refunded_amount: zero,
        }
    }

    /// What may still be captured, in minor units.
    pub fn capturable(&self) -> i64 {
        let taken = self
            .captured_amount
            .value()
            .saturating_add(self.cancelled_amount.value());
        self.authorized_amount.value().saturating_sub(taken).max(0)
    }

    /// What may still be refunded, in minor units.
    pub fn refundable(&self) -> i64 {
        self.captured_amount
            .value()
            .saturating_sub(self.refunded_amount.value())
            .max(0)
    }
}

/// A payment as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Payment {
    /// What became of the money.
    pub aggregate: Aggregate,
    /// What was asked for.
    pub amount: Amount,
    /// How far the customer is.
    pub state: PaymentState,
    /// What is paid with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<PaymentMethod>,
    /// Who paid, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// The provider's name of the last change.
    pub psp_reference: String,
    /// The merchant's name of the payment.
    pub reference: String,
    /// Where the customer pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<RedirectUrl>,
    /// The merchant's own words.
    #[serde(
        default,
        deserialize_with = "super::or_default",
        skip_serializing_if = "Metadata::is_empty"
    )]
    pub metadata: Metadata,
    /// Who paid, in a shape that is not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_details: Option<PersonalJson>,
}

/// Who paid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The provider's name of the user, for the user info.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<Personal>,
}

/// The body of capture and refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Modification {
    /// How much, which may be a part.
    pub modification_amount: Amount,
}

/// The body of cancel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Only if the customer has not authorised the payment; refused with 6060 otherwise.
    #[serde(default)]
    pub cancel_transaction_only: bool,
}

/// The body of force approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approves; whom the payment names if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
}

/// The answer to capture, refund and cancel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Modified {
    /// What the payment was for.
    pub amount: Amount,
    /// How far the customer is.
    pub state: PaymentState,
    /// What became of the money, this change included.
    pub aggregate: Aggregate,
    /// The provider's name of the change.
    pub psp_reference: String,
    /// The merchant's name of the payment.
    pub reference: String,
}

open_enum! {
    /// What happened to a payment.
    pub enum EventName {
        /// It was created.
        Created = "CREATED",
        /// The customer refused.
        Aborted = "ABORTED",
        /// The time ran out.
        Expired = "EXPIRED",
        /// What was reserved was given up.
        Cancelled = "CANCELLED",
        /// Money was captured.
        Captured = "CAPTURED",
        /// Money was paid back.
        Refunded = "REFUNDED",
        /// The customer paid.
        Authorized = "AUTHORIZED",
        /// The merchant cancelled before the customer decided.
        Terminated = "TERMINATED",
    }
}

/// An entry of a payment's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentEvent {
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
