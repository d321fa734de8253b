//! Personal data and secrets of a person: they go over the wire and never into a log. What is nothing but a text is a
//! [`Personal`](crate::Personal).

use crate::invalid::{checked_text, has_length};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Personal data whose shape the contract does not give. `Debug` prints `[redacted]`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonalJson(pub serde_json::Value);

impl fmt::Debug for PersonalJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where the customer pays. Whoever has it can open the payment, so it is hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUrl(Url);

impl RedirectUrl {
    /// The address, for the customer's browser or app.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for RedirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedirectUrl([redacted])")
    }
}

impl From<Url> for RedirectUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

checked_text! {
    /// A phone number with its country code: 10 to 15 digits, no plus, no spaces. Contract, sections 2 and 5.
    hidden Msisdn, "a phone number", "10 to 15 digits with the country code, without a plus",
    |text| has_length(text, 10, 15) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Msisdn {
    /// The number with all but its first two and last two digits hidden, `47******78`: enough for a cashier to
    /// recognise, too little for a log to tell.
    pub fn masked(&self) -> String {
        let last = self.as_str().chars().count().saturating_sub(2);
        let hide = |(at, digit)| if (2..last).contains(&at) { '*' } else { digit };
        self.as_str().chars().enumerate().map(hide).collect()
    }
}

checked_text! {
    /// The complete content of the code in a customer's app, as it was scanned: 5 to 255 characters. Who has it can send
    /// the customer a payment request. Contract, sections 3 and 5.
    hidden PersonalQr, "a personal QR code", "5 to 255 characters",
    |text| has_length(text, 5, 255)
}

checked_text! {
    /// A customer who scanned a code of the merchant's, for 15 minutes. Contract, section 3.
    hidden CustomerToken, "a customer token", "1 to 4096 visible ASCII characters", is_token
}

checked_text! {
    /// Names one login that was started. Contract, section 4.
    hidden AuthReqId, "a login's id", "1 to 4096 visible ASCII characters", is_token
}

checked_text! {
    /// The access token of one user, for their user info alone. Lives 300 s. Contract, section 4.
    hidden UserToken, "a user's access token", "1 to 16384 visible ASCII characters",
    |text| has_length(text, 1, 16_384) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

checked_text! {
    /// A signed statement of who logged in. Means nothing until it is
    /// [verified](crate::Client::verify_id_token). Contract, section 4.
    hidden IdToken, "an id token", "1 to 16384 visible ASCII characters",
    |text| has_length(text, 1, 16_384) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_token(text: &str) -> bool {
    has_length(text, 1, 4096) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
