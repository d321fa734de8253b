//! Branches of a shop, their tills and their cashiers, as they were configured.

use super::goods::Goods;
use super::wallet::{Wallet, WalletId};
use crate::web::password::Password;
use jiff::tz::TimeZone;
use karfa_shared::money::Currency;
use karfa_shared::till::Named;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A text that cannot be the id of a branch, a till or a cashier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 32 lower-case letters, digits, hyphens and underscores")]
pub struct BadId;

/// The id of a branch, of a till within its branch, or of a cashier within theirs: 1 to 32 lower-case letters, digits,
/// hyphens and underscores. Never changes once there are sales.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlaceId(String);

impl PlaceId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// Reads an id.
    ///
    /// # Errors
    /// [`BadId`] for an empty or long text, or other characters.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if text.is_empty() || text.len() > Self::MAX_LENGTH || !text.bytes().all(allowed) {
            return Err(BadId);
        }
        Ok(PlaceId(text.to_owned()))
    }

    /// The id as it stands in the tables.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PlaceId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        PlaceId::parse(&text)
    }
}

impl From<PlaceId> for String {
    fn from(id: PlaceId) -> String {
        id.0
    }
}

impl fmt::Display for PlaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language that tills speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Norwegian, bokmål.
    Nb,
    /// Danish.
    Da,
    /// Finnish.
    Fi,
    /// Icelandic.
    Is,
    /// English.
    En,
}

impl Language {
    /// The language's tag, like `nb`.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Nb => "nb",
            Language::Da => "da",
            Language::Fi => "fi",
            Language::Is => "is",
            Language::En => "en",
        }
    }
}

/// A till of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Till {
    /// Id within the branch.
    pub id: PlaceId,
    /// Name, like `Kasse 1`.
    pub name: String,
}

/// Who works at the tills of a branch. `Debug` shows the id alone.
#[derive(Clone)]
pub struct Cashier {
    /// Id within the branch.
    pub id: PlaceId,
    /// Name.
    pub name: String,
    /// May import and export members and see every till's day.
    pub manager: bool,
    /// Tells their PIN from others.
    pub pin: Password,
}

impl fmt::Debug for Cashier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cashier({})", self.id)
    }
}

/// A customer club, as a branch offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubTerms {
    /// Its name.
    pub name: String,
    /// What a new member is asked to share, in the words of whoever asks.
    pub scopes: Vec<String>,
}

/// A branch of a shop.
#[derive(Clone)]
pub struct Branch {
    /// Id within the store.
    pub id: PlaceId,
    /// Name, like `Kløver Oslo`.
    pub name: String,
    /// What its cashiers and customers read.
    pub language: Language,
    /// What its prices are in.
    pub currency: Currency,
    /// Digits that a phone number without a prefix gets, like `47`.
    pub country_prefix: String,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// What it sells.
    pub goods: Arc<Goods>,
    /// The customer club, where there is one.
    pub club: Option<ClubTerms>,
    /// The branch's sales unit at Vipps MobilePay, who tells whose personal code was scanned, and asks customers to join.
    pub vipps: Option<Arc<vipps_mobilepay::Client>>,
    /// Lines at the head of a receipt.
    pub receipt_head: Vec<String>,
    /// Its tills.
    pub tills: Vec<Till>,
    /// Its cashiers.
    pub cashiers: Vec<Cashier>,
    /// The PIN that the cashiers of a demo have, to be shown where they sign in.
    pub shown_pin: Option<String>,
    /// The wallets that its tills can ask, the usual one first.
    pub wallets: Vec<Arc<dyn Wallet>>,
}

impl fmt::Debug for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Branch({})", self.id)
    }
}

impl Branch {
    /// One of its tills.
    pub fn till(&self, id: &str) -> Option<&Till> {
        self.tills.iter().find(|till| till.id.as_str() == id)
    }

    /// One of its cashiers.
    pub fn cashier(&self, id: &str) -> Option<&Cashier> {
        self.cashiers.iter().find(|cashier| cashier.id.as_str() == id)
    }

    /// One of its wallets.
    pub fn wallet(&self, id: &WalletId) -> Option<&Arc<dyn Wallet>> {
        self.wallets.iter().find(|wallet| wallet.id() == id)
    }
}

/// The branches of one store. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Branches(Arc<Vec<Arc<Branch>>>);

impl Branches {
    /// These, in this order.
    pub fn new(branches: Vec<Branch>) -> Self {
        Branches(Arc::new(branches.into_iter().map(Arc::new).collect()))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Branch>> {
        self.0.iter()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Arc<Branch>> {
        self.0.iter().find(|branch| branch.id.as_str() == id)
    }
}

/// Who is signed in, and at which till: a request of the till's API that got so far has one.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The branch.
    pub branch: Arc<Branch>,
    /// The till.
    pub till: Till,
    /// The cashier.
    pub cashier: Cashier,
}

impl Seat {
    /// What the page is told of it.
    pub fn view(&self) -> karfa_shared::till::Seat {
        let branch = &self.branch;
        karfa_shared::till::Seat {
            branch: named(&branch.id, &branch.name),
            till: named(&self.till.id, &self.till.name),
            cashier: named(&self.cashier.id, &self.cashier.name),
            manager: self.cashier.manager,
            language: branch.language.tag().to_owned(),
            currency: branch.currency.code().to_owned(),
            decimals: branch.currency.decimals(),
            country_prefix: branch.country_prefix.clone(),
            wallets: branch.wallets.iter().map(|wallet| wallet.choice()).collect(),
            club: branch.club.as_ref().map(|club| club.name.clone()),
            receipt_head: branch.receipt_head.clone(),
        }
    }
}

/// An id and a name, as the page is told.
pub(super) fn named(id: &PlaceId, name: &str) -> Named {
    Named {
        id: id.as_str().to_owned(),
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_plain() {
        for good in ["oslo", "1", "kasse-2", "a_b", &"x".repeat(32)] {
            assert_eq!(PlaceId::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", "Oslo", "ø", "a b", "a/b", &"x".repeat(33)] {
            assert_eq!(PlaceId::parse(bad), Err(BadId), "{bad:?}");
        }
        assert!(serde_json::from_str::<PlaceId>("\"No\"").is_err());
    }
}
