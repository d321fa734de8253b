//! A payment and everything that can become of it: contract, section 5. Pure: no I/O, no clock of its own.

use super::super::state::{State, key, later};
use crate::number::Number;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A customer who has the payment open is deciding for so long at most, in seconds.
const DECIDING_S: i64 = 30;
/// Captures and cancellations are possible for so long after the reservation, 180 days.
const CAPTURE_PERIOD_S: i64 = 180 * 86_400;
/// Refunds are possible for so long after the reservation, 365 days.
const REFUND_PERIOD_S: i64 = 365 * 86_400;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Stage {
    /// It waits for the customer.
    Created,
    /// The customer has paid. It stays so after capture, refund and cancellation.
    Authorized,
    /// The customer refused.
    Aborted,
    /// The customer did not answer in time.
    Expired,
    /// The merchant took it back before the customer had paid.
    Terminated,
}

/// How it reaches the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Flow {
    /// Straight to the phone.
    PushMessage,
    /// By a page in the browser.
    WebRedirect,
    /// By the app on the same phone.
    NativeRedirect,
    /// By a code on a screen.
    Qr,
}

impl Flow {
    /// Reads the interface's word.
    pub(crate) fn read(word: &str) -> Option<Self> {
        serde_json::from_value(json!(word)).ok()
    }
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum EventName {
    /// Made.
    Created,
    /// Refused by the customer.
    Aborted,
    /// Lapsed.
    Expired,
    /// The rest was given back.
    Cancelled,
    /// Money was taken.
    Captured,
    /// Money was given back.
    Refunded,
    /// Money was reserved.
    Authorized,
    /// Taken back by the merchant.
    Terminated,
}

impl EventName {
    /// As in the names of webhooks.
    const fn webhook(self) -> &'static str {
        match self {
            EventName::Created => "epayments.payment.created.v1",
            EventName::Aborted => "epayments.payment.aborted.v1",
            EventName::Expired => "epayments.payment.expired.v1",
            EventName::Cancelled => "epayments.payment.cancelled.v1",
            EventName::Captured => "epayments.payment.captured.v1",
            EventName::Refunded => "epayments.payment.refunded.v1",
            EventName::Authorized => "epayments.payment.authorized.v1",
            EventName::Terminated => "epayments.payment.terminated.v1",
        }
    }
}

/// One line of its history.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) psp_reference: String,
    pub(crate) name: EventName,
    pub(crate) value: i64,
    pub(crate) at: Timestamp,
    pub(crate) idempotency_key: Option<String>,
}

/// The sums, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) authorized: i64,
    pub(crate) cancelled: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// A customer has it in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deciding {
    /// How long it is being decided.
    pub(crate) until: Timestamp,
    /// Whether it is paid at the end of that time, and not open again.
    pub(crate) then_paid: bool,
}

/// A payment.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) msn: String,
    pub(crate) reference: String,
    pub(crate) psp_reference: String,
    pub(crate) count: u64,
    /// What the merchant asked for, whole.
    pub(crate) request: Value,
    pub(crate) currency: String,
    pub(crate) value: i64,
    pub(crate) flow: Flow,
    /// Whose phone it is on.
    pub(crate) number: Option<Number>,
    /// The token in its link, where it has one.
    pub(crate) link_token: Option<String>,
    /// Whether somebody has opened the link.
    #[serde(default)]
    pub(crate) link_opened: bool,
    pub(crate) redirect_url: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) authorized_at: Option<Timestamp>,
    pub(crate) deciding: Option<Deciding>,
    /// Why the last try to pay has failed.
    pub(crate) refusal: Option<String>,
    pub(crate) sums: Sums,
    pub(crate) events: Vec<Event>,
}

impl Payment {
    /// An amount in its currency.
    pub(crate) fn amount(&self, value: i64) -> Value {
        json!({ "currency": self.currency, "value": value })
    }

    /// The four sums.
    pub(crate) fn aggregate(&self) -> Value {
        json!({
            "authorizedAmount": self.amount(self.sums.authorized),
            "cancelledAmount": self.amount(self.sums.cancelled),
            "capturedAmount": self.amount(self.sums.captured),
            "refundedAmount": self.amount(self.sums.refunded),
        })
    }

    /// What is reserved and neither captured nor given back.
    pub(crate) fn open_value(&self) -> i64 {
        self.sums.authorized - self.sums.captured - self.sums.cancelled
    }

    /// Whether a customer is deciding just now.
    pub(crate) fn is_deciding(&self, now: Timestamp) -> bool {
        self.stage == Stage::Created && self.deciding.is_some_and(|deciding| now < deciding.until)
    }

    /// Whose phone it has reached: a push does so by itself, anything else when its link is opened there.
    pub(crate) fn reached(&self) -> Option<&Number> {
        let has_arrived = self.flow == Flow::PushMessage || self.link_opened;
        self.number.as_ref().filter(|_| has_arrived)
    }

    /// Whether it waits for a customer.
    pub(crate) fn waits(&self) -> bool {
        self.stage == Stage::Created
    }

    /// When time itself will change it.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        if self.stage != Stage::Created {
            return None;
        }
        Some(match self.deciding {
            Some(deciding) if deciding.then_paid => deciding.until,
            Some(deciding) => deciding.until.max(self.expires),
            None => self.expires,
        })
    }

    /// Begins to decide.
    pub(crate) fn open(&mut self, now: Timestamp) {
        self.deciding = Some(Deciding {
            until: later(now, DECIDING_S),
            then_paid: false,
        });
    }

    /// Whether the time for captures and cancellations is over.
    pub(crate) fn capture_period_over(&self, now: Timestamp) -> bool {
        self.authorized_at
            .is_some_and(|at| now > later(at, CAPTURE_PERIOD_S))
    }

    /// Whether the time for refunds is over.
    pub(crate) fn refund_period_over(&self, now: Timestamp) -> bool {
        self.authorized_at
            .is_some_and(|at| now > later(at, REFUND_PERIOD_S))
    }

    fn event_body(&self, event: &Event) -> Value {
        let mut body = json!({
            "reference": self.reference,
            "pspReference": event.psp_reference,
            "name": event.name,
            "amount": self.amount(event.value),
            "timestamp": event.at,
            "success": true,
        });
        if let (Some(body), Some(key)) = (body.as_object_mut(), &event.idempotency_key) {
            body.insert("idempotencyKey".to_owned(), json!(key));
        }
        body
    }

    /// Its history as the interface writes it.
    pub(crate) fn history(&self) -> Vec<Value> {
        self.events.iter().map(|event| self.event_body(event)).collect()
    }
}

/// What is done to a payment, with the ids that it needs.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) name: EventName,
    pub(crate) value: i64,
    /// The step's own reference. The first of a payment, and what is done on the phone, has the payment's.
    pub(crate) psp_reference: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

impl Step {
    /// A step that nobody gave a key for.
    pub(crate) const fn of(name: EventName, value: i64) -> Self {
        Step {
            name,
            value,
            psp_reference: None,
            idempotency_key: None,
        }
    }
}

impl State {
    /// The payment with this reference.
    pub(crate) fn payment(&self, msn: &str, reference: &str) -> Option<&Payment> {
        self.payments.get(&key(msn, reference))
    }

    /// Does a step: writes it into the payment's history and sums, and tells the merchant.
    pub(crate) fn step(&mut self, payment_key: &str, step: Step, now: Timestamp) {
        let Some(payment) = self.payments.get_mut(payment_key) else {
            return;
        };
        let value = step.value;
        match step.name {
            EventName::Created => {}
            EventName::Aborted => payment.stage = Stage::Aborted,
            EventName::Expired => payment.stage = Stage::Expired,
            EventName::Terminated => {
                payment.stage = Stage::Terminated;
                payment.sums.cancelled = value;
            }
            EventName::Authorized => {
                payment.stage = Stage::Authorized;
                payment.sums.authorized = value;
                payment.authorized_at = Some(now);
                payment.refusal = None;
            }
            EventName::Cancelled => payment.sums.cancelled += value,
            EventName::Captured => payment.sums.captured += value,
            EventName::Refunded => payment.sums.refunded += value,
        }
        payment.deciding = None;
        let event = Event {
            psp_reference: step
                .psp_reference
                .unwrap_or_else(|| payment.psp_reference.clone()),
            name: step.name,
            value,
            at: now,
            idempotency_key: step.idempotency_key,
        };
        let mut body = payment.event_body(&event);
        payment.events.push(event);
        let (msn, about) = (payment.msn.clone(), payment_key.to_owned());
        if let Some(body) = body.as_object_mut() {
            body.insert("msn".to_owned(), json!(msn));
        }
        self.tell(&msn, step.name.webhook(), &about, &body, now);
    }

    /// Whether time has changed something that is not written down yet.
    pub(crate) fn is_behind(&self, now: Timestamp) -> bool {
        self.payments
            .values()
            .filter_map(Payment::next_change)
            .any(|at| at <= now)
    }

    /// Writes down what time has changed: payments that have lapsed, and those that have become known.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        let due: Vec<(String, bool, i64, Timestamp)> = self
            .payments
            .iter()
            .filter_map(|(key, payment)| {
                let at = payment.next_change().filter(|at| *at <= now)?;
                let paid = payment.deciding.is_some_and(|deciding| deciding.then_paid);
                Some((key.clone(), paid, payment.value, at))
            })
            .collect();
        for (key, paid, value, at) in due {
            let name = if paid {
                EventName::Authorized
            } else {
                EventName::Expired
            };
            self.step(&key, Step::of(name, value), at);
        }
    }
}
