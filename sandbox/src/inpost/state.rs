//! What the emulated InPost remembers.

use super::shape;
use crate::number::Number;
use crate::options::{InpostMerchant, Options};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A merchant's account, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Merchant {
    pub(crate) client_id: String,
    #[serde(with = "secret")]
    pub(crate) client_secret: SecretString,
    pub(crate) pos_id: String,
    #[serde(with = "secret")]
    pub(crate) merchant_secret: SecretString,
    pub(crate) name: String,
    pub(crate) callback_url: String,
}

impl From<&InpostMerchant> for Merchant {
    fn from(given: &InpostMerchant) -> Self {
        Merchant {
            client_id: given.client_id.clone(),
            client_secret: given.client_secret.clone(),
            pos_id: given.pos_id.clone(),
            merchant_secret: given.merchant_secret.clone(),
            name: given.name.clone(),
            callback_url: given.callback_url.trim_end_matches('/').to_owned(),
        }
    }
}

/// Secrets are kept in the snapshot, which is why its file is readable by its owner only.
mod secret {
    use super::{Deserialize, ExposeSecret, SecretString};

    pub(super) fn serialize<S: serde::Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose_secret())
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
        String::deserialize(from).map(SecretString::from)
    }
}

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

/// How far the payment of an order is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub(crate) enum Payment {
    /// Not paid; the last try failed for this reason, if there was one.
    Due { refusal: Option<String> },
    /// Paid.
    Authorized {
        payment_id: String,
        payment_reference: String,
    },
    /// Cash on delivery: nothing to do in the app.
    OnDelivery,
}

/// An order made in the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) merchant: String,
    pub(crate) order_id: String,
    pub(crate) inpost_basket_id: String,
    pub(crate) number: Number,
    /// What we asked for; a repeated payment asks for the same again.
    pub(crate) request: Value,
    /// What the merchant made of it.
    pub(crate) answer: Value,
    pub(crate) payment_type: String,
    pub(crate) total_minor: i64,
    pub(crate) payment: Payment,
    pub(crate) order_status: Option<String>,
    pub(crate) merchant_status: String,
    pub(crate) delivery_references: Vec<String>,
    pub(crate) made: Timestamp,
    /// A payment is on its way: one at a time.
    pub(crate) busy: bool,
    /// Events of the merchant that were taken already.
    pub(crate) events: Vec<String>,
}

/// A payment, as the back office lists it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) transaction_id: String,
    pub(crate) merchant: String,
    pub(crate) order_id: String,
    pub(crate) amount_minor: i64,
    pub(crate) at: Timestamp,
    pub(crate) refunds: Vec<Refund>,
}

/// Money given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) external_refund_id: String,
    pub(crate) command_id: String,
    pub(crate) amount_minor: i64,
    pub(crate) at: Timestamp,
}

/// A hot product: the app offers it by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HotProduct {
    pub(crate) merchant: String,
    pub(crate) product_id: String,
    /// As the merchant told it.
    pub(crate) document: Value,
}

/// A browser that a customer trusts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Browser {
    pub(crate) merchant: String,
    pub(crate) number: Number,
    pub(crate) since: Timestamp,
    pub(crate) description: String,
}

/// Something the app tells its owner, until it is dismissed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    /// A stable word, for translations.
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) shop: String,
}

/// Notices kept for a number.
const NOTICES: usize = 10;

/// An access token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) client_id: String,
    pub(crate) expires: Timestamp,
}

/// A version of the signing keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyVersion {
    pub(crate) version: String,
    /// Whether the signing-keys calls still list it.
    pub(crate) published: bool,
}

/// All of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) merchants: BTreeMap<String, Merchant>,
    #[serde(skip)]
    pub(crate) tokens: BTreeMap<String, Token>,
    /// By `inpost_basket_id`.
    pub(crate) baskets: BTreeMap<String, Basket>,
    /// By `browser_id`.
    pub(crate) browsers: BTreeMap<String, Browser>,
    /// Keys of the second generation's widget, each with its merchant and basket.
    pub(crate) binding_keys: BTreeMap<String, (String, String)>,
    /// Oldest first.
    pub(crate) orders: Vec<Order>,
    pub(crate) transactions: Vec<Transaction>,
    /// In the order in which they were told.
    #[serde(default)]
    pub(crate) hot_products: Vec<HotProduct>,
    pub(crate) notices: BTreeMap<Number, Vec<Notice>>,
    /// People who are not signed in to InPost Pay.
    pub(crate) signed_out: BTreeMap<Number, bool>,
    /// When pushes were sent, for the anti-spam rules.
    pub(crate) pushes: Vec<(Number, Timestamp)>,
    pub(crate) keys: Vec<KeyVersion>,
    /// The seed that the keys follow from.
    pub(crate) key_seed: u64,
    /// How often this state was started from disk.
    pub(crate) starts: u32,
    /// News that a merchant has not taken yet.
    pub(crate) deliveries: Vec<super::deliver::Delivery>,
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        State {
            merchants: options
                .inpost_merchants
                .iter()
                .map(|m| (m.client_id.clone(), m.into()))
                .collect(),
            tokens: BTreeMap::new(),
            baskets: BTreeMap::new(),
            browsers: BTreeMap::new(),
            binding_keys: BTreeMap::new(),
            orders: Vec::new(),
            transactions: Vec::new(),
            hot_products: Vec::new(),
            notices: BTreeMap::new(),
            signed_out: BTreeMap::new(),
            pushes: Vec::new(),
            keys: vec![KeyVersion {
                version: "1".to_owned(),
                published: true,
            }],
            key_seed: options.seed,
            starts: 0,
            deliveries: Vec::new(),
        }
    }

    /// The merchant's basket with this id of theirs.
    pub(crate) fn basket(&self, merchant: &str, basket_id: &str) -> Option<&Basket> {
        self.baskets
            .values()
            .find(|basket| basket.merchant == merchant && basket.basket_id == basket_id)
    }

    /// The same, to change it.
    pub(crate) fn basket_mut(&mut self, merchant: &str, basket_id: &str) -> Option<&mut Basket> {
        self.baskets
            .values_mut()
            .find(|basket| basket.merchant == merchant && basket.basket_id == basket_id)
    }

    pub(crate) fn order_mut(&mut self, merchant: &str, order_id: &str) -> Option<&mut Order> {
        self.orders
            .iter_mut()
            .find(|order| order.merchant == merchant && order.order_id == order_id)
    }

    /// Whose trusted browser this is, at this merchant.
    pub(crate) fn browser(&self, merchant: &str, browser_id: &str) -> Option<&Number> {
        let browser = self.browsers.get(browser_id)?;
        (browser.merchant == merchant).then_some(&browser.number)
    }

    /// The key that signs now.
    pub(crate) fn current_key(&self) -> String {
        self.keys
            .last()
            .map_or_else(|| "1".to_owned(), |key| key.version.clone())
    }

    /// After a restart no tap is under way any more.
    pub(crate) fn wake_up(&mut self) {
        self.starts = self.starts.wrapping_add(1);
        for basket in self.baskets.values_mut() {
            basket.busy = false;
            if let Link::Pending(pending) = &mut basket.link {
                pending.answering = false;
            }
        }
        for order in &mut self.orders {
            order.busy = false;
        }
    }

    /// Forgets the oldest of what nobody looks at any more, where there is too much of it.
    pub(crate) fn make_room(&mut self, now: Timestamp) {
        if self.baskets.len() > MOST {
            self.baskets
                .retain(|_, basket| basket.owner(now).is_some() || basket.pending(now).is_some());
        }
        while self.baskets.len() > MOST {
            let oldest = self.baskets.values().min_by_key(|basket| basket.changed);
            let Some(id) = oldest.map(|basket| basket.inpost_basket_id.clone()) else {
                break;
            };
            self.baskets.remove(&id);
        }
        shorten(&mut self.orders);
        shorten(&mut self.transactions);
        shorten(&mut self.pushes);
        shorten(&mut self.deliveries);
        thin(&mut self.browsers);
        thin(&mut self.binding_keys);
        thin(&mut self.notices);
        thin(&mut self.signed_out);
    }

    /// Tells a customer something.
    pub(crate) fn tell(&mut self, number: &Number, notice: Notice) {
        let notices = self.notices.entry(number.clone()).or_default();
        notices.push(notice);
        let surplus = notices.len().saturating_sub(NOTICES);
        notices.drain(..surplus);
    }
}

/// Baskets, orders and the like that are remembered.
const MOST: usize = 5000;

fn shorten<T>(list: &mut Vec<T>) {
    let surplus = list.len().saturating_sub(MOST);
    list.drain(..surplus);
}

fn thin<K: Ord, V>(map: &mut BTreeMap<K, V>) {
    while map.len() > MOST {
        map.pop_first();
    }
}

/// So many seconds after a time.
pub(crate) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(jiff::SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}
