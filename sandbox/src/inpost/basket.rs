//! A basket as the app knows it: whose it is, what is in it, what happened to it last.

use super::shape;
use super::state::later;
use crate::number::Number;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a basket stands to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    /// Nobody's: never linked, refused, lapsed, unlinked or deleted in the app.
    Free,
    /// A push is out, or a code waits to be scanned.
    Pending(Pending),
    /// In a customer's app.
    Linked { number: Number },
    /// An order was made of it in the app. Nobody changes it any more.
    Ordered,
    /// It was bought in the shop itself.
    Realized,
}

/// A binding that waits for the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) id: String,
    /// Whose phone shows it; nobody's as long as a code is not scanned.
    pub(crate) number: Option<Number>,
    pub(crate) by_phone: bool,
    pub(crate) since: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) place: String,
    pub(crate) browser: String,
    /// The customer has tapped, the merchant has not answered yet.
    pub(crate) answering: bool,
    /// The merchant could not be reached at the last tap.
    pub(crate) failed: bool,
}

/// A basket known to the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Basket {
    pub(crate) inpost_basket_id: String,
    pub(crate) merchant: String,
    pub(crate) basket_id: String,
    pub(crate) link: Link,
    /// Our copy, as the merchant last told it.
    pub(crate) document: Option<Value>,
    pub(crate) changed: Timestamp,
    /// An order or an event is on its way: one at a time.
    pub(crate) busy: bool,
    /// The binding that linked it.
    #[serde(default)]
    pub(crate) binding: Option<String>,
    /// The trusted browser that it was linked in.
    #[serde(default)]
    pub(crate) browser_id: Option<String>,
    /// What the second generation's widget is told.
    #[serde(default)]
    pub(crate) feed: Feed,
}

/// A basket without an expiry date stays in the app's list for seven days.
const BASKET_LIFE_S: i64 = 7 * 24 * 3600;

impl Basket {
    /// A basket that is nobody's.
    pub(crate) fn new(merchant: &str, basket_id: &str, inpost_basket_id: &str, now: Timestamp) -> Self {
        Basket {
            inpost_basket_id: inpost_basket_id.to_owned(),
            merchant: merchant.to_owned(),
            basket_id: basket_id.to_owned(),
            link: Link::Free,
            document: None,
            changed: now,
            busy: false,
            binding: None,
            browser_id: None,
            feed: Feed::default(),
        }
    }

    /// When it leaves the app's list.
    pub(crate) fn expires(&self) -> Timestamp {
        self.document
            .as_ref()
            .and_then(|document| shape::time(document.pointer("/summary/basket_expiration_date")?))
            .unwrap_or_else(|| later(self.changed, BASKET_LIFE_S))
    }

    /// Whether it has left the app's list by time. A basket that the app never held does not expire.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.document.is_some() && now >= self.expires()
    }

    /// Whose app shows it now.
    pub(crate) fn owner(&self, now: Timestamp) -> Option<&Number> {
        match &self.link {
            Link::Linked { number } if !self.is_expired(now) => Some(number),
            _ => None,
        }
    }

    /// The binding that still waits.
    pub(crate) fn pending(&self, now: Timestamp) -> Option<&Pending> {
        match &self.link {
            Link::Pending(pending) if now < pending.expires => Some(pending),
            _ => None,
        }
    }
}

/// The latest events of a basket, numbered from 1, for the second generation's widget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Feed {
    last: u64,
    events: Vec<(u64, String)>,
}

/// Events of a basket that a widget can still catch up with.
const FEED: usize = 50;

impl Feed {
    /// Adds an event.
    pub(crate) fn tell(&mut self, event: &str) {
        self.last += 1;
        self.events.push((self.last, event.to_owned()));
        let surplus = self.events.len().saturating_sub(FEED);
        self.events.drain(..surplus);
    }

    /// The number of the latest event.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// The first event after a number.
    pub(crate) fn after(&self, number: u64) -> Option<(u64, String)> {
        self.events.iter().find(|(at, _)| *at > number).cloned()
    }
}
