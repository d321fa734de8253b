//! What a wallet hands to the phone, and what the phone hands back: the seam between the providers and the screen.
//! Nothing here knows a provider.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something in the inbox: a request that waits for an answer, its outcome for a while, or a text message.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item {
    /// Names it in `POST /phone/api/{number}/inbox/{id}`; unique over all wallets.
    pub(crate) id: String,
    /// `inpost`, `netgiro` or `vipps`.
    pub(crate) provider: &'static str,
    /// `link`, `consent`, `payment` or `sms`.
    pub(crate) kind: &'static str,
    /// A line in English; the page may say it in another language, by provider and kind.
    pub(crate) title: String,
    /// A sentence or two in English.
    pub(crate) text: String,
    /// When it lapses, where it does.
    pub(crate) expires_at: Option<Timestamp>,
    /// What else the wallet shows: amount, shop, receipt, status. Beside the members above in the JSON.
    #[serde(flatten)]
    pub(crate) details: Map<String, Value>,
}

/// A tap on an item: its action, and what comes with it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Tap {
    /// `approve`, `reject`, or a word of the wallet's own.
    pub(crate) action: String,
    /// Everything else in the body.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// A code that the phone shows and somebody scans or types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// The code's whole text.
    pub(crate) text: String,
    /// When the phone shows a fresh one instead.
    pub(crate) expires_at: Timestamp,
}
