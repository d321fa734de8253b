//! The branches of a shop: their tills, their cashiers, and their accounts at the wallets of the till.

use super::{ConfigError, api_address, filled, wrong};
use crate::till::branch::{Language, PlaceId};
use crate::web::password::Password;
use jiff::tz::TimeZone;
use karfa_shared::money::Currency;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::Confirmation;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::fmt;
use url::Url;

/// The longest of the names that are shown.
const LONGEST_NAME: usize = 60;
/// The most lines at the head of a receipt.
const MOST_HEAD_LINES: usize = 8;

/// A branch of a shop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchConfig {
    /// Name of the branch in the database. Never changes once there are sales.
    pub id: PlaceId,
    /// Name that cashiers and customers read.
    pub name: String,
    /// `nb`, `da`, `fi`, `is` or `en`.
    pub language: Language,
    /// What its prices are in: `NOK`, `DKK`, `EUR` or `ISK`.
    pub currency: Currency,
    /// Digits that a phone number without a prefix gets, like `47`.
    pub country_prefix: String,
    /// Where its days begin and end, like `Europe/Oslo`.
    pub time_zone: String,
    /// `demo`, or the path of a file of goods.
    pub goods: String,
    /// Name of the customer club, where there is one.
    #[serde(default)]
    pub club: Option<String>,
    /// Lines at the head of a receipt: the shop's name, address, organisation number.
    #[serde(default)]
    pub receipt_head: Vec<String>,
    /// Its tills.
    pub tills: Vec<TillConfig>,
    /// Its cashiers.
    #[serde(rename = "cashier")]
    pub cashiers: Vec<CashierConfig>,
    /// The PIN that all cashiers but the managers have, to be shown where they sign in. For demos alone.
    #[serde(default)]
    pub shown_pin: Option<String>,
    /// Its sales unit at Vipps MobilePay.
    #[serde(default)]
    pub vipps: Option<VippsConfig>,
    /// Its account at Netgíró.
    #[serde(default)]
    pub netgiro: Option<NetgiroConfig>,
}

impl BranchConfig {
    /// The time zone. UTC where there is none of that name, which a checked configuration does not have.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// A till of a branch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TillConfig {
    /// Id within the branch. Stands in receipt numbers.
    pub id: PlaceId,
    /// Name, like `Kasse 1`.
    pub name: String,
}

/// A cashier of a branch. `Debug` shows the id alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CashierConfig {
    /// Id within the branch.
    pub id: PlaceId,
    /// Name.
    pub name: String,
    /// What is kept of the PIN, as `karfa cashier pin` prints it.
    #[serde(deserialize_with = "kept_pin")]
    pub pin: Password,
    /// May import and export members and see every till's day.
    #[serde(default)]
    pub manager: bool,
}

/// Whatever was typed in place of a kept PIN, also a bare number, is answered with where to get one. Nothing is quoted.
fn kept_pin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    let written = toml::Value::deserialize(deserializer)?;
    let kept = written.as_str().and_then(|text| text.parse().ok());
    kept.ok_or_else(|| {
        D::Error::custom("no PIN is kept as it is typed: write what `karfa cashier pin` prints")
    })
}

impl fmt::Debug for CashierConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CashierConfig({})", self.id)
    }
}

/// A sales unit at Vipps MobilePay (Vipps MobilePay contract, section 2).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VippsConfig {
    /// Base URL of all its interfaces, like `https://api.vipps.no`.
    pub api_url: Url,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// One of the two subscription keys.
    pub subscription_key: SecretString,
    /// Number of the sales unit (MSN).
    pub merchant_serial_number: String,
    /// What a new member of the club is asked to share.
    #[serde(default = "default_club_scopes")]
    pub club_scopes: Vec<String>,
}

fn default_club_scopes() -> Vec<String> {
    ["name", "phoneNumber", "email", "birthDate", "delegatedConsents"]
        .map(str::to_owned)
        .to_vec()
}

/// An account at Netgíró (Netgíró contract, section 1).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetgiroConfig {
    /// Which generation of the interface is spoken, the first by default.
    #[serde(default)]
    pub generation: Generation,
    /// Base URL of V1, like `https://api.netgiro.is/v1/`.
    pub v1_url: Url,
    /// Base URL of V2, like `https://api.netgiro.is/v2/`.
    pub v2_url: Url,
    /// Base URL of the partner interface, which pays money back.
    pub partner_url: Url,
    /// Application id.
    pub application_id: String,
    /// The secret, in its base64 text.
    pub secret: SecretString,
    /// Who confirms a payment after the customer, unless a cashier chooses otherwise.
    #[serde(default = "default_confirmation")]
    pub confirmation: Confirmation,
    /// What a cashier may choose; the usual one alone by default.
    #[serde(default)]
    pub confirmations_allowed: Vec<Confirmation>,
}

impl NetgiroConfig {
    /// How a payment may be confirmed, the usual one first.
    pub fn confirmations(&self) -> Vec<Confirmation> {
        let others = self
            .confirmations_allowed
            .iter()
            .filter(|allowed| **allowed != self.confirmation);
        let mut all = vec![self.confirmation];
        all.extend(others);
        all
    }
}

const fn default_confirmation() -> Confirmation {
    Confirmation::Manual
}

/// A generation of Netgíró's interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// InsertCart, CheckCart, ConfirmCart, CancelCart.
    #[default]
    V1,
    /// One payment, by its key.
    V2,
}

/// Whether the branches of a store are right; `key` names one of the store's settings.
pub(super) fn check(branches: &[BranchConfig], key: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    for (at, branch) in branches.iter().enumerate() {
        let key = |name: &str| key(&format!("branch {:?}: {name}", branch.id.as_str()));
        if branches.iter().take(at).any(|earlier| earlier.id == branch.id) {
            let value = branch.id.to_string();
            return wrong(key("id"), value, "stands twice: every branch has its own id");
        }
        place(branch, &key)?;
        people(branch, &key)?;
        wallets(branch, &key)?;
    }
    Ok(())
}

fn place(branch: &BranchConfig, key: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    name(&branch.name, key("name"))?;
    if branch.currency == Currency::Pln {
        let value = branch.currency.code().to_owned();
        return wrong(key("currency"), value, "must be NOK, DKK, EUR or ISK");
    }
    // Any number long enough tells whether the prefix is one.
    let prefix_exists = branch.country_prefix.bytes().all(|b| b.is_ascii_digit())
        && ["00000000", "000000000"]
            .iter()
            .any(|any| PhoneNumber::from_parts(&branch.country_prefix, any).is_ok());
    if !prefix_exists {
        let value = branch.country_prefix.clone();
        return wrong(
            key("country_prefix"),
            value,
            "must be the digits of a country's prefix, like 47",
        );
    }
    if TimeZone::get(&branch.time_zone).is_err() {
        let value = branch.time_zone.clone();
        return wrong(key("time_zone"), value, "is no time zone: write Europe/Oslo");
    }
    if let Some(club) = &branch.club {
        name(club, key("club"))?;
        if branch.vipps.is_none() {
            let problem = "needs vipps: that is who asks customers to join";
            return wrong(key("club"), club.clone(), problem);
        }
    }
    if branch.receipt_head.len() > MOST_HEAD_LINES {
        let value = format!("{} lines", branch.receipt_head.len());
        return wrong(key("receipt_head"), value, "must be at most 8 lines");
    }
    branch
        .receipt_head
        .iter()
        .try_for_each(|line| name(line, key("receipt_head")))
}

fn people(branch: &BranchConfig, key: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    if branch.tills.is_empty() {
        let problem = "is empty: write tills = [{ id = \"1\", name = \"Till 1\" }]";
        return wrong(key("tills"), "[]".into(), problem);
    }
    if branch.cashiers.is_empty() {
        let problem = "is empty: add a [[store.branch.cashier]] section";
        return wrong(key("cashier"), "[]".into(), problem);
    }
    for (at, till) in branch.tills.iter().enumerate() {
        name(&till.name, key("tills"))?;
        if branch.tills.iter().take(at).any(|earlier| earlier.id == till.id) {
            let problem = "stands twice: every till has its own id";
            return wrong(key("tills"), till.id.to_string(), problem);
        }
    }
    for (at, cashier) in branch.cashiers.iter().enumerate() {
        name(&cashier.name, key("cashier"))?;
        if branch
            .cashiers
            .iter()
            .take(at)
            .any(|earlier| earlier.id == cashier.id)
        {
            let problem = "stands twice: every cashier has their own id";
            return wrong(key("cashier"), cashier.id.to_string(), problem);
        }
    }
    Ok(())
}

fn wallets(branch: &BranchConfig, key: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    if let Some(vipps) = &branch.vipps {
        api_address(&vipps.api_url, key("vipps.api_url"))?;
        for (field, text) in [
            ("vipps.client_id", vipps.client_id.as_str()),
            ("vipps.client_secret", vipps.client_secret.expose_secret()),
            ("vipps.subscription_key", vipps.subscription_key.expose_secret()),
            ("vipps.merchant_serial_number", &vipps.merchant_serial_number),
        ] {
            filled(
                text,
                key(field),
                "is empty: take it from portal.vippsmobilepay.com",
            )?;
        }
        if branch.currency == Currency::Isk {
            let value = branch.currency.code().to_owned();
            return wrong(key("currency"), value, "is none that Vipps MobilePay pays in");
        }
        let no_word = |scope: &&String| scope.is_empty() || !scope.bytes().all(|b| b.is_ascii_graphic());
        if let Some(scope) = vipps.club_scopes.iter().find(no_word) {
            return wrong(key("vipps.club_scopes"), scope.clone(), "is not one word");
        }
    }
    if let Some(netgiro) = &branch.netgiro {
        for (field, url) in [
            ("netgiro.v1_url", &netgiro.v1_url),
            ("netgiro.v2_url", &netgiro.v2_url),
            ("netgiro.partner_url", &netgiro.partner_url),
        ] {
            api_address(url, key(field))?;
        }
        for (field, text) in [
            ("netgiro.application_id", netgiro.application_id.as_str()),
            ("netgiro.secret", netgiro.secret.expose_secret()),
        ] {
            filled(text, key(field), "is empty: Netgíró has given it to you")?;
        }
        if branch.currency != Currency::Isk {
            let value = branch.currency.code().to_owned();
            return wrong(
                key("currency"),
                value,
                "must be ISK: Netgíró pays in nothing else",
            );
        }
        let by_callback = netgiro.confirmations().contains(&Confirmation::ServerCallback);
        if netgiro.generation == Generation::V2 && by_callback {
            return wrong(
                key("netgiro.confirmation"),
                "server_callback".to_owned(),
                "is of the first generation alone: write manual or automatic",
            );
        }
    }
    if branch.vipps.is_none() && branch.netgiro.is_none() {
        let problem = "is missing: a till needs a [store.branch.vipps] or a [store.branch.netgiro] section";
        return wrong(key("vipps"), String::new(), problem);
    }
    Ok(())
}

fn name(text: &str, key: String) -> Result<(), ConfigError> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > LONGEST_NAME || text.chars().any(char::is_control) {
        return wrong(key, text.to_owned(), "must be 1 to 60 characters on one line");
    }
    Ok(())
}
