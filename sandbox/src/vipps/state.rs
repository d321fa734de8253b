//! What the emulated Vipps MobilePay remembers, over a restart too.

pub(crate) use super::epayment::payment::Payment;
use super::error::Reply;
pub(crate) use super::login::request::Login;
use crate::number::Number;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// So many of a kind are kept; the oldest that are over go first.
const MOST: usize = 2000;
/// News that waits to be delivered, at most.
const MOST_DELIVERIES: usize = 5000;

/// Everything. Prints nothing: it is full of numbers and secrets.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Access tokens, and when they end.
    pub(crate) tokens: BTreeMap<String, Timestamp>,
    /// Personal codes by their token.
    pub(crate) codes: BTreeMap<String, IssuedCode>,
    /// Customer tokens of check-ins.
    pub(crate) customer_tokens: BTreeMap<String, IssuedCode>,
    /// Merchant callback codes by sales unit and id.
    pub(crate) callback_codes: BTreeMap<String, CallbackCode>,
    /// Logins by `auth_req_id`.
    pub(crate) logins: BTreeMap<String, Login>,
    /// Tokens of people who have logged in.
    pub(crate) user_tokens: BTreeMap<String, UserToken>,
    /// Payments by sales unit and reference: [`key`].
    pub(crate) payments: BTreeMap<String, Payment>,
    /// The answers that idempotency keys keep, by sales unit and key.
    pub(crate) answers: BTreeMap<String, KeptAnswer>,
    /// Registered webhooks by id.
    pub(crate) webhooks: BTreeMap<String, Webhook>,
    /// News on its way, oldest first.
    pub(crate) deliveries: Vec<Delivery>,
    /// How often the key that signs id tokens was changed.
    pub(crate) key_changes: u32,
    /// Counts what is made, so that the newest can be found.
    pub(crate) count: u64,
}

/// A code or a token that stands for somebody for a while.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IssuedCode {
    pub(crate) number: Number,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
}

/// A code of the merchant's, that customers scan.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CallbackCode {
    pub(crate) msn: String,
    pub(crate) id: String,
    pub(crate) location: String,
    /// In the code's text.
    pub(crate) token: String,
}

/// Somebody who has logged in, and what they have agreed to show.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct UserToken {
    /// Which login it came from.
    pub(crate) auth_req_id: String,
    pub(crate) expires: Timestamp,
}

/// What an idempotency key has been answered.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    /// The hash of call and body.
    pub(crate) fingerprint: String,
    pub(crate) at: Timestamp,
    pub(crate) reply: Reply,
}

/// A registered webhook.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) msn: String,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) secret: String,
    pub(crate) count: u64,
}

/// News for one webhook.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) count: u64,
    pub(crate) webhook: String,
    /// What it is about. News about one thing goes to one webhook in order.
    pub(crate) about: String,
    pub(crate) event: String,
    pub(crate) body: Value,
    /// Tries that have failed.
    pub(crate) failed: u32,
    pub(crate) first: Timestamp,
    pub(crate) due: Timestamp,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

/// The key of what belongs to a sales unit.
pub(crate) fn key(msn: &str, name: &str) -> String {
    format!("{msn}/{name}")
}

/// So many seconds later.
pub(crate) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(time)
}

/// Whole seconds until then; at least one.
pub(crate) fn seconds_until(now: Timestamp, then: Timestamp) -> i64 {
    let left = then.duration_since(now);
    let whole = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    whole.max(1)
}

impl State {
    /// The next number of the count.
    pub(crate) fn next_count(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Who a scanned personal code is of, and when it was issued.
    pub(crate) fn code(&self, token: &str, now: Timestamp) -> Option<&IssuedCode> {
        self.codes.get(token).filter(|code| now < code.expires)
    }

    /// Tells all webhooks of a sales unit that listen to an event. `about` orders the news.
    pub(crate) fn tell(&mut self, msn: &str, event: &str, about: &str, body: &Value, now: Timestamp) {
        let listening: Vec<String> = self
            .webhooks
            .values()
            .filter(|webhook| webhook.msn == msn && webhook.events.iter().any(|known| known == event))
            .map(|webhook| webhook.id.clone())
            .collect();
        for webhook in listening {
            let count = self.next_count();
            self.deliveries.push(Delivery {
                count,
                webhook,
                about: about.to_owned(),
                event: event.to_owned(),
                body: body.clone(),
                failed: 0,
                first: now,
                due: now,
            });
        }
    }

    /// Forgets what is over and the oldest of what is too much.
    pub(crate) fn make_room(&mut self, now: Timestamp) {
        if self.tokens.len() > MOST {
            self.tokens.retain(|_, expires| now < *expires);
        }
        if self.user_tokens.len() > MOST {
            self.user_tokens.retain(|_, token| now < token.expires);
        }
        for codes in [&mut self.codes, &mut self.customer_tokens] {
            if codes.len() > MOST {
                codes.retain(|_, code| now < code.expires);
            }
            thin(codes, |code| code.issued);
        }
        thin(&mut self.logins, |login| login.created);
        thin(&mut self.payments, |payment| payment.created);
        thin(&mut self.answers, |answer| answer.at);
        thin(&mut self.tokens, |expires| *expires);
        thin(&mut self.user_tokens, |token| token.expires);
        let surplus = self.deliveries.len().saturating_sub(MOST_DELIVERIES);
        self.deliveries.drain(..surplus);
    }
}

/// Takes the oldest out, where there are too many.
fn thin<T>(all: &mut BTreeMap<String, T>, age: impl Fn(&T) -> Timestamp) {
    while all.len() > MOST {
        let oldest = all
            .iter()
            .min_by_key(|(_, one)| age(one))
            .map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { return };
        all.remove(&oldest);
    }
}
