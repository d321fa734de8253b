//! The state of a basket's link: what is known, and nothing of what happens next (that is `machine`).

use crate::shop::model::OrderId;
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::Ended;
use serde::{Deserialize, Serialize};

/// How long after a confirmation InPost, which links when it has our answer, may say that the basket is not linked.
pub const CONFIRMATION_TAKES: SignedDuration = SignedDuration::from_secs(10);
/// How long InPost may repeat that the basket was deleted in the app.
pub const DELETION_REPEATED: SignedDuration = SignedDuration::from_mins(10);

/// Counts the tries to link one basket; what belongs to an older try is of no effect.
pub type Attempt = u32;

/// Recognises the number that was asked, without keeping it: the journal stays for good and holds no whole number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneDigest(String);

impl PhoneDigest {
    /// The digest of a number within one attempt: the same number digests otherwise in another attempt.
    pub fn of(phone: &PhoneNumber, attempt: Attempt) -> Self {
        use std::fmt::Write as _;
        let text = format!("{attempt}:{}", phone.digits());
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let mut hex = String::with_capacity(64);
        for byte in digest.as_ref() {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        PhoneDigest(hex)
    }

    /// Whether this is the digest of `phone` in `attempt`.
    pub fn is_of(&self, phone: &PhoneNumber, attempt: Attempt) -> bool {
        *self == Self::of(phone, attempt)
    }
}

/// What the page may show of the shopper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The number as InPost masks it: `60*****00`.
    pub masked_phone_number: Option<String>,
    /// First name.
    pub name: Option<String>,
}

/// What opens the basket's link in the app of whoever follows it, for one attempt. Nobody's secret but the session's: who
/// has it can link the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeepLinks {
    /// Text of the QR code.
    pub qr_code: String,
    /// Opens the app.
    pub deep_link: String,
    /// Opens the app on a Huawei phone.
    pub deep_link_hms: String,
}

/// Whom a try to link asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The app of this number.
    Phone(PhoneDigest),
    /// Whoever scans the code or follows the link.
    DeepLink,
    /// Nobody: InPost trusts the browser.
    TrustedBrowser,
}

/// Whose approval is awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// That of this number, whose app shows the question.
    Phone(PhoneDigest),
    /// That of whoever scans the code or follows the link.
    DeepLink(DeepLinks),
}

/// Where the link stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Not linked.
    Unlinked {
        /// Why the last try or link ended, and InPost's code when it refused.
        ended: Option<(Ended, Option<ErrorCode>)>,
    },
    /// InPost is being asked.
    Connecting {
        /// For whom.
        asked: Asked,
    },
    /// The shopper is to approve in the app.
    Waiting {
        /// By whom.
        awaited: Awaited,
        /// Until when.
        expires: Timestamp,
    },
    /// The basket is in the app.
    Linked {
        /// InPost's id of it.
        inpost_basket_id: InpostBasketId,
    },
    /// The shop is placing the order.
    Ordering {
        /// InPost's id of the basket.
        inpost_basket_id: InpostBasketId,
        /// How it is to be paid.
        payment_method: String,
    },
    /// There is an order; nothing changes any more.
    Ordered {
        /// Its id.
        order_id: OrderId,
        /// How it is paid.
        payment_method: String,
    },
    /// It was bought on the shop's own pages; nothing changes any more.
    Bought,
}

/// The link of one basket. Its id is the basket's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where it stands.
    pub stage: Stage,
    /// Number of the current or last try.
    pub attempt: Attempt,
    /// What the page may show of the shopper.
    pub client: Client,
    /// InPost's id of this browser while it is trusted.
    pub browser_id: Option<String>,
    /// InPost has still to hear that the link has ended.
    pub telling_end: bool,
    /// Revision of the basket that was last heard of.
    pub revision: i64,
    /// Revision of the basket that InPost is known to have, since the link stands.
    #[serde(default)]
    pub sent_revision: Option<i64>,
    /// The notice that InPost is known to have with it.
    #[serde(default)]
    pub sent_notice: Option<String>,
    /// When the basket was last linked.
    #[serde(default)]
    pub linked_at: Option<Timestamp>,
    /// A link of this basket has ended in the app before: InPost may repeat that it has.
    #[serde(default)]
    pub was_deleted: bool,
    /// Why an order was refused. Every copy of the basket carries it to the app, until the basket changes.
    pub notice: Option<String>,
    /// Counts the events of the link, the basket's own changes not among them, so that an answer to a question can tell which state it was asked in.
    pub changes: u64,
}

impl Default for Link {
    fn default() -> Self {
        Link {
            stage: Stage::Unlinked { ended: None },
            attempt: 0,
            client: Client::default(),
            browser_id: None,
            telling_end: false,
            revision: 0,
            sent_revision: None,
            sent_notice: None,
            linked_at: None,
            was_deleted: false,
            notice: None,
            changes: 0,
        }
    }
}

impl Link {
    /// Whether InPost may not yet know of the link that stands here.
    pub fn is_just_linked(&self, now: Timestamp) -> bool {
        self.was_linked_within(CONFIRMATION_TAKES, now)
    }

    /// Whether the app's word that it has deleted the basket may be of the link before this one.
    pub fn may_be_older_deletion(&self, now: Timestamp) -> bool {
        let is_linked = matches!(self.stage, Stage::Linked { .. });
        is_linked && self.was_deleted && self.was_linked_within(DELETION_REPEATED, now)
    }

    fn was_linked_within(&self, time: SignedDuration, now: Timestamp) -> bool {
        self.linked_at.is_some_and(|at| now.duration_since(at) < time)
    }

    /// What opens the app, while that is waited for.
    pub fn deep_links(&self) -> Option<&DeepLinks> {
        match &self.stage {
            Stage::Waiting {
                awaited: Awaited::DeepLink(links),
                ..
            } => Some(links),
            _ => None,
        }
    }

    /// InPost's id of the basket while it is linked.
    pub fn inpost_basket_id(&self) -> Option<&InpostBasketId> {
        match &self.stage {
            Stage::Linked { inpost_basket_id } | Stage::Ordering { inpost_basket_id, .. } => {
                Some(inpost_basket_id)
            }
            Stage::Unlinked { .. }
            | Stage::Connecting { .. }
            | Stage::Waiting { .. }
            | Stage::Ordered { .. }
            | Stage::Bought => None,
        }
    }
}
