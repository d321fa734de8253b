//! One cart (the first generation's word) or transaction (the second's): what may become of it. It decides, and does
//! nothing: who calls the merchant reads the [`News`] that come of a decision. Contract, sections 3, 4 and 7.

use super::customers::{self, CANCELLED, Gsm};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A cart that is not paid after so long is cancelled.
pub(crate) const LIFE_S: i64 = 600;
/// A reservation of the second generation waits so long for its capture, seven days.
const RESERVATION_LIFE_S: i64 = 7 * 24 * 3600;
/// A merchant's 200 counts when it comes within this time of the sandbox's clock.
pub(crate) const CALLBACK_S: i64 = 10;
/// So many wrong codes cancel a cart.
pub(crate) const MOST_WRONG_CODES: u32 = 3;

/// How the customer was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// By number: a push.
    Gsm,
    /// By kennitala: a code by text message.
    Ssn,
    /// By the app's own code: the customer has agreed by showing it.
    AppCode,
}

/// Who turns the customer's confirmation into a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Confirmation {
    /// Netgíró, at once.
    Automatic,
    /// The merchant, by answering the callback.
    ServerCallback,
    /// The merchant, by ConfirmCart.
    Manual,
    /// Second generation: Netgíró, at once.
    V2Automatic,
    /// Second generation: the merchant, by a capture.
    V2Manual,
}

impl Confirmation {
    pub(crate) const fn is_v2(self) -> bool {
        matches!(self, Confirmation::V2Automatic | Confirmation::V2Manual)
    }
}

/// Where a cart stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// The push waits on the phone, or the app has to be installed first.
    WaitingForCustomer,
    /// The code is still to be typed.
    WaitingForCode,
    /// Reserved; the merchant has to confirm or to capture.
    Reserved,
    /// Reserved; the merchant's answer to the callback is waited for.
    Calling { since: Timestamp },
    /// Paid.
    Paid,
    /// Over without a payment; CheckCart's code says why.
    Cancelled { code: u32 },
}

/// A code of a text message. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SmsCode(pub(crate) String);

impl fmt::Debug for SmsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCode(…)")
    }
}

/// Money given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    /// The merchant's key: the same one again is the same refund.
    pub(crate) key: String,
    pub(crate) amount: i64,
}

/// What the merchant must be told by a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A reservation waits for the merchant's 200.
    Asked,
    /// It is paid, or reserved in the second generation.
    Confirmed,
    /// It is over without a payment.
    Cancelled,
}

/// A cart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cart {
    /// `TransactionId`.
    pub(crate) id: String,
    pub(crate) confirmation: Confirmation,
    pub(crate) way: Way,
    pub(crate) gsm: Gsm,
    /// Whole krónur.
    pub(crate) amount: i64,
    pub(crate) reference: String,
    pub(crate) description: Option<String>,
    /// The lines as the merchant sent them.
    pub(crate) items: Vec<Value>,
    pub(crate) location_id: Option<String>,
    pub(crate) register_id: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) callback_cancel_url: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) sms_code: Option<SmsCode>,
    pub(crate) wrong_codes: u32,
    pub(crate) invoice_number: Option<u64>,
    pub(crate) paid: i64,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) refunds: Vec<Refund>,
    /// Its message was taken off the phone.
    pub(crate) dismissed: bool,
}

/// What a typed code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Right,
    /// So many tries are left.
    Wrong {
        left: u32,
    },
}

impl Cart {
    /// A cart that waits in its customer's app, with no more than every cart has.
    pub(crate) fn new(
        id: String,
        confirmation: Confirmation,
        (gsm, way): (Gsm, Way),
        (amount, reference): (i64, String),
        now: Timestamp,
    ) -> Self {
        Cart {
            id,
            confirmation,
            way,
            gsm,
            amount,
            reference,
            description: None,
            items: Vec::new(),
            location_id: None,
            register_id: None,
            callback_url: None,
            callback_cancel_url: None,
            created: now,
            stage: Stage::WaitingForCustomer,
            sms_code: None,
            wrong_codes: 0,
            invoice_number: None,
            paid: 0,
            paid_at: None,
            refunds: Vec::new(),
            dismissed: false,
        }
    }

    /// Where the cart stands now: time alone can end it.
    pub(crate) fn stage_at(&self, now: Timestamp) -> Stage {
        let over = Stage::Cancelled { code: CANCELLED };
        let past = |since: Timestamp, seconds| now >= later(since, seconds);
        match self.stage {
            Stage::WaitingForCustomer | Stage::WaitingForCode if past(self.created, LIFE_S) => over,
            Stage::Reserved if past(self.created, self.reservation_life_s()) => over,
            Stage::Calling { since } if past(since, CALLBACK_S) => over,
            stage => stage,
        }
    }

    const fn reservation_life_s(&self) -> i64 {
        if self.confirmation.is_v2() {
            RESERVATION_LIFE_S
        } else {
            LIFE_S
        }
    }

    /// When a cart that waits for its customer lapses.
    pub(crate) fn expires_at(&self) -> Timestamp {
        later(self.created, LIFE_S)
    }

    /// `PaymentSuccessful` and `ResultCode` of CheckCart.
    pub(crate) fn result(&self, now: Timestamp) -> (bool, u32) {
        match self.stage_at(now) {
            Stage::Paid => (true, 10200),
            Stage::Cancelled { code } => (false, code),
            Stage::WaitingForCustomer => (false, 10425),
            Stage::Reserved => (false, 10426),
            Stage::WaitingForCode => (false, 10428),
            Stage::Calling { .. } => (false, 10429),
        }
    }

    /// The money that is held for the merchant and not yet paid.
    pub(crate) fn reserved(&self, now: Timestamp) -> i64 {
        match self.stage_at(now) {
            Stage::Reserved | Stage::Calling { .. } => self.amount,
            _ => 0,
        }
    }

    pub(crate) fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// The customer agrees: by the push, the code or by having shown the app's code. `invoice` is the number of an
    /// invoice that does not exist yet.
    pub(crate) fn customer_confirms(&mut self, now: Timestamp, invoice: u64) -> Option<News> {
        if let Some(code) = customers::profile(&self.gsm).refused_in_the_end {
            return self.end(code);
        }
        self.invoice_number = Some(invoice);
        match self.confirmation {
            Confirmation::Automatic | Confirmation::V2Automatic => {
                self.pay(self.amount, now);
                Some(News::Confirmed)
            }
            Confirmation::Manual => {
                self.stage = Stage::Reserved;
                None
            }
            Confirmation::V2Manual => {
                self.stage = Stage::Reserved;
                Some(News::Confirmed)
            }
            Confirmation::ServerCallback => {
                self.stage = Stage::Calling { since: now };
                Some(News::Asked)
            }
        }
    }

    /// The customer says no.
    pub(crate) fn customer_rejects(&mut self) -> Option<News> {
        self.end(customers::profile(&self.gsm).rejection)
    }

    /// A code was typed: whether it is the right one. The third wrong one cancels the cart.
    pub(crate) fn type_code(&mut self, typed: &str) -> Typed {
        if self.sms_code.as_ref().is_some_and(|code| code.0 == typed) {
            return Typed::Right;
        }
        self.wrong_codes = self.wrong_codes.saturating_add(1);
        let left = MOST_WRONG_CODES.saturating_sub(self.wrong_codes);
        if left == 0 {
            self.stage = Stage::Cancelled { code: CANCELLED };
        }
        Typed::Wrong { left }
    }

    /// The money moves.
    pub(crate) fn pay(&mut self, amount: i64, now: Timestamp) {
        self.stage = Stage::Paid;
        self.paid = amount;
        self.paid_at = Some(now);
    }

    /// Ends without a payment. A payment that there was is given back.
    pub(crate) fn end(&mut self, code: u32) -> Option<News> {
        let rest = self.paid - self.refunded();
        if rest > 0 {
            self.refunds.push(Refund {
                key: String::new(),
                amount: rest,
            });
        }
        self.stage = Stage::Cancelled { code };
        Some(News::Cancelled)
    }
}

fn later(since: Timestamp, seconds: i64) -> Timestamp {
    since
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}
