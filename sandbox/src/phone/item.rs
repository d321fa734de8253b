//! What a wallet hands to the phone, and what the phone hands back: the seam between the providers and the screen.
//! Nothing here knows a provider.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something in the inbox: a request that waits for an answer, or a text message. What was answered, has lapsed or was
/// taken back is not in the inbox any more.
///
/// What the page reads from [`Item::details`], where it is there:
///
/// | kind | members |
/// |---|---|
/// | all | `shop`: its name; `received_at` |
/// | `consent` | `binding_message`; `consents`: `[{id, text, required}]`. The tap `approve` brings `consents`: `[{id, accepted}]` |
/// | `payment` | `amount`: `{currency, value}` in the smallest unit that the currency has; `description`, `reference`; `lines`: `[{name, quantity, unit, value}]`, quantity as text, `value` in the same unit as the amount; `opened`: the tap `open` was made, and the wallet authorises |
/// | `sms` | `code`: what the cashier asks for. The tap `dismiss` takes the message away; `install`: the message asks to install the app, and the tap `install` does so |
///
/// A tap that worked answers an object; its `state`, where it has one, is what came of it, in the wallet's own word. A
/// payment that the wallet refuses is a problem with the status 402 and a code such as `insufficient-funds`.
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
