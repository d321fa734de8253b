//! Members of the club, as managers see them.

use serde::{Deserialize, Serialize};

/// Whom to look for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSearch {
    /// A part of a name or a number, at most 100 characters; everybody if empty.
    pub text: String,
}

/// Members of the club.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    /// At most 50, by name.
    pub members: Vec<MemberRow>,
    /// How many there are.
    pub count: u64,
}

/// A member in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Name.
    pub name: String,
    /// Number, mostly dots.
    pub masked: String,
    /// Since when.
    pub since: String,
    /// Purchases booked so far.
    pub purchases: u32,
}

/// What an import of members did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New members.
    pub added: u32,
    /// Members that were there and have changed.
    pub changed: u32,
    /// Rows that said what was known.
    pub unchanged: u32,
}
