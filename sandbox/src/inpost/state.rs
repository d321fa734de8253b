//! What the emulated InPost remembers.

pub(crate) use super::basket::{Basket, Link, Pending};
use crate::number::Number;
use crate::options::{InpostMerchant, Options};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    #[serde(default)]
    pub(crate) fate: RefundFate,
}

/// What becomes of a refund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundFate {
    /// Paid back at once.
    #[default]
    Paid,
    /// Paid back after a while.
    Slow,
    /// Never.
    Failed,
}

/// A slow refund takes a minute.
const SLOW_REFUND_S: i64 = 60;

impl Refund {
    /// How far it is, in the contract's words.
    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        match self.fate {
            RefundFate::Paid => "SUCCESS",
            RefundFate::Failed => "FAILED",
            RefundFate::Slow if now < later(self.at, SLOW_REFUND_S) => "PENDING",
            RefundFate::Slow => "SUCCESS",
        }
    }
}

/// A hot product: the app offers it by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HotProduct {
    pub(crate) merchant: String,
    pub(crate) product_id: String,
    /// As the merchant told it.
    pub(crate) document: Value,
}

/// A consent that is asked for once, and was accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) merchant: String,
    pub(crate) number: Number,
    pub(crate) consent_id: String,
    /// A new version has to be accepted anew.
    pub(crate) consent_version: String,
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
    /// What was accepted once for all: merchant, number, consent and its version.
    #[serde(default)]
    pub(crate) consents_given: BTreeSet<Given>,
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
            consents_given: BTreeSet::new(),
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
        while self.consents_given.len() > MOST {
            self.consents_given.pop_first();
        }
    }

    /// The consents of a basket that this customer has accepted once for all.
    pub(crate) fn given(&self, merchant: &str, number: &Number, basket: Option<&Value>) -> Vec<String> {
        let consents = basket.and_then(|basket| basket.get("consents")?.as_array());
        let asked = consents.into_iter().flatten();
        asked
            .filter_map(|consent| once(merchant, number, consent))
            .filter(|given| self.consents_given.contains(given))
            .map(|given| given.consent_id)
            .collect()
    }

    /// Remembers those of an order's accepted consents that are asked for once.
    pub(crate) fn remember_consents(
        &mut self,
        merchant: &str,
        number: &Number,
        basket: &Value,
        order: &Value,
    ) {
        let list = |of: &Value| of.get("consents").and_then(Value::as_array).cloned();
        let accepted = list(order).unwrap_or_default();
        let is_accepted = |id: &str| {
            accepted.iter().any(|one| {
                one.get("consent_id").and_then(Value::as_str) == Some(id)
                    && one.get("is_accepted") == Some(&Value::Bool(true))
            })
        };
        let asked = list(basket).unwrap_or_default();
        let given = asked.iter().filter_map(|consent| once(merchant, number, consent));
        self.consents_given
            .extend(given.filter(|given| is_accepted(&given.consent_id)));
    }

    /// Tells a customer something.
    pub(crate) fn tell(&mut self, number: &Number, notice: Notice) {
        let notices = self.notices.entry(number.clone()).or_default();
        notices.push(notice);
        let surplus = notices.len().saturating_sub(NOTICES);
        notices.drain(..surplus);
    }
}

/// A consent that is asked for once, as it would be remembered.
fn once(merchant: &str, number: &Number, consent: &Value) -> Option<Given> {
    let text = |name: &str| consent.get(name).and_then(Value::as_str);
    (text("requirement_type") == Some("REQUIRED_ONCE")).then_some(())?;
    Some(Given {
        merchant: merchant.to_owned(),
        number: number.clone(),
        consent_id: text("consent_id")?.to_owned(),
        consent_version: text("consent_version")?.to_owned(),
    })
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
