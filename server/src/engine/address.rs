//! Whose a row is, and which: the merchant's shop, the machine's kind, the aggregate's id.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The merchant's shop that a row belongs to; one server can serve several, one by default.
///
/// 1 to 64 lower-case letters, digits, hyphens and underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreId(String);

/// A text that cannot be a [`StoreId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a store's id is 1 to 64 lower-case letters, digits, hyphens and underscores")]
pub struct BadStoreId;

impl StoreId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// Reads an id.
    ///
    /// # Errors
    /// [`BadStoreId`] for an empty or long text, or other characters.
    pub fn parse(text: &str) -> Result<Self, BadStoreId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if text.is_empty() || text.len() > Self::MAX_LENGTH || !text.bytes().all(allowed) {
            return Err(BadStoreId);
        }
        Ok(StoreId(text.to_owned()))
    }

    /// The id as it stands in the tables.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for StoreId {
    /// The one store of a server that serves one: `default`.
    fn default() -> Self {
        StoreId("default".to_owned())
    }
}

impl TryFrom<String> for StoreId {
    type Error = BadStoreId;

    fn try_from(text: String) -> Result<Self, BadStoreId> {
        StoreId::parse(&text)
    }
}

impl From<StoreId> for String {
    fn from(id: StoreId) -> String {
        id.0
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an aggregate lives: its store, its machine's kind, its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The shop it belongs to.
    pub store: StoreId,
    /// [`super::machine::Machine::KIND`].
    pub kind: String,
    /// The aggregate's id, unique within store and kind.
    pub id: String,
}

impl Address {
    /// The address of the aggregate `id` of `kind` in `store`.
    pub fn new(store: &StoreId, kind: &str, id: &str) -> Self {
        Address {
            store: store.clone(),
            kind: kind.to_owned(),
            id: id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_id_is_short_and_plain() {
        for good in ["default", "a", "shop-2", "shop_2", &"x".repeat(64)] {
            assert_eq!(StoreId::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", "Shop", "a b", "a/b", "ż", &"x".repeat(65)] {
            assert_eq!(StoreId::parse(bad), Err(BadStoreId), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_store_id_is_refused_in_json_too() {
        assert!(serde_json::from_str::<StoreId>("\"No\"").is_err());
        assert_eq!(serde_json::from_str::<StoreId>("\"ok\"").unwrap().as_str(), "ok");
    }
}
