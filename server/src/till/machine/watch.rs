//! When the provider is asked next: first after 5 s, then every 2 s or at the provider's own pace, rarer when it asks for
//! patience or cannot be reached (Vipps MobilePay contract, section 5; Netgíró contract, section 3).
//!
//! A payment has at most one living chain of looks, each of which decides on the next. Webhooks and cashiers look beside it.

use super::Work;
use super::vocabulary::{Chain, SaleEffect, SaleEvent};
use crate::till::sale::{Amounts, Payment};
use crate::till::wallet::Report;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::till::{Checking, Phase};

/// The first look.
pub(super) const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(5);
/// The pause between looks while a customer is asked, unless the provider has a pace of its own, milliseconds.
const PACE_MS: u32 = 2_000;
/// A provider's clock may be so much behind.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);
/// The longest pause, milliseconds.
const LONGEST_PAUSE_MS: u32 = 30_000;
/// A provider's wish for patience is granted up to this, milliseconds.
const LONGEST_WISH_MS: u32 = 600_000;
/// The longest pause where nobody waits: what a sale that has left the desk, or more than the till has taken, is reserved, and
/// the provider does not release it; or a call has been tried for a day.
const LONGEST_PAUSE_ASIDE_MS: u32 = 3_600_000;
/// A provider that may take back what it has completed does so within seconds; it is asked once more after each of these.
const ONCE_MORE: [SignedDuration; 3] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
];

impl Payment {
    fn pace_ms(&self) -> u32 {
        self.ask_every_ms.unwrap_or(PACE_MS).clamp(500, LONGEST_PAUSE_MS)
    }

    /// A customer is asked.
    fn is_asking(&self) -> bool {
        matches!(
            self.phase,
            Phase::Requested | Phase::AwaitingCustomer | Phase::AwaitingCode
        )
    }

    /// Its time is over, by whichever clock.
    pub(super) fn has_lapsed(&self, now: Timestamp) -> bool {
        let end = self
            .expires_at
            .and_then(|end| end.checked_add(CLOCKS_DIFFER).ok());
        end.is_some_and(|end| end <= now)
    }

    /// There is something to find out.
    fn is_worth_a_look(&self) -> bool {
        !self.is_dead()
            && !self.lost
            && (self.is_asking()
                || self.checking.is_some()
                || self.cancelling
                || self.cancel_under_way
                || self.capture_under_way.is_some()
                || self.refund_under_way().is_some()
                || self.has_a_rest())
    }
}

impl Work {
    /// There is something to find out: what a sale that has left the desk has reserved is looked at until it is gone.
    fn is_worth_a_look(&self, payment: &Payment) -> bool {
        payment.is_worth_a_look() || (self.sale.is_left_unsettled() && !payment.lost)
    }

    fn longest_pause_ms(&self) -> u32 {
        let asks = self.payment().is_some_and(Payment::is_asking);
        let is_old = |payment: &Payment| payment.has_a_rest() || payment.given_up;
        if self.payment().is_some_and(is_old) || (self.sale.is_left_unsettled() && !asks) {
            LONGEST_PAUSE_ASIDE_MS
        } else {
            LONGEST_PAUSE_MS
        }
    }

    /// Looks a few times after the money has moved, where it may still be taken back.
    pub(super) fn look_once_more(&mut self) {
        let Some(payment) = self.payment().filter(|payment| payment.ways.may_be_undone) else {
            return;
        };
        let attempt = payment.attempt;
        for pause in ONCE_MORE {
            self.later(pause, SaleEffect::Look { attempt, chain: None });
        }
    }

    /// From now on somebody looks, if nobody does.
    pub(super) fn watch(&mut self) {
        let Some(payment) = self.payment() else { return };
        if payment.watched || !self.is_worth_a_look(payment) {
            return;
        }
        let attempt = payment.attempt;
        let pause_ms = payment.pace_ms();
        self.event(SaleEvent::WatchBegan);
        let number = self.payment().map_or(0, |payment| payment.chain);
        let chain = Some(Chain { number, pause_ms });
        self.later(FIRST_LOOK, SaleEffect::Look { attempt, chain });
    }

    /// Looks at once, beside the chain.
    pub(super) fn look_now(&mut self) {
        if let Some(attempt) = self.payment().map(|payment| payment.attempt) {
            self.later(SignedDuration::ZERO, SaleEffect::Look { attempt, chain: None });
        }
    }

    pub(super) fn nudge(&mut self, reference: &str) {
        if self
            .payment()
            .is_some_and(|payment| payment.reference == reference)
        {
            self.look_now();
        }
    }

    pub(super) fn observed(&mut self, attempt: u32, chain: Option<Chain>, report: Option<&Report>) {
        if self.sale.attempt(attempt).is_none() {
            return;
        }
        match report {
            Some(report) => {
                self.reconcile(report, true);
                if chain.is_none() {
                    // Somebody wants to know, and the provider answers.
                    self.resume();
                }
            }
            None => {
                self.never_heard_of();
                self.not_there_any_more();
            }
        }
        let pause_ms = self.payment().map_or(PACE_MS, |payment| match chain {
            // Money that is on its way needs no hurry: the call itself is tried again, and says so.
            Some(chain) if !payment.is_asking() => chain.pause_ms.saturating_mul(2),
            _ => payment.pace_ms(),
        });
        self.look_again(chain, pause_ms);
    }

    /// What the provider took once and does not know now is over when its time is, or when the till wants it cancelled.
    fn not_there_any_more(&mut self) {
        let Some(payment) = self.payment() else { return };
        let taken = payment.is_asking() && payment.phase != Phase::Requested;
        if !taken || payment.seen != Amounts::default() || payment.cancel_under_way {
            return;
        }
        let lapsed = payment.has_lapsed(self.now);
        if payment.cancelling {
            self.move_to(Phase::Cancelled);
        } else if lapsed {
            self.move_to(Phase::Expired);
        }
    }

    pub(super) fn unreadable(&mut self, attempt: u32, chain: Option<Chain>, wait_ms: Option<u32>) {
        let Some(payment) = self.sale.attempt(attempt) else {
            return;
        };
        // Who is asked to wait knows that the provider is there.
        if wait_ms.is_none() && payment.is_asking() && payment.checking.is_none() {
            self.event(SaleEvent::Doubted {
                checking: Some(Checking::Customer),
            });
        }
        let doubled = chain.map_or(PACE_MS, |chain| chain.pause_ms.saturating_mul(2));
        let pause_ms = doubled.min(self.longest_pause_ms()).max(wait_ms.unwrap_or(0));
        self.look_again(chain, pause_ms);
    }

    fn look_again(&mut self, chain: Option<Chain>, pause_ms: u32) {
        let (Some(chain), Some(payment)) = (chain, self.payment()) else {
            return;
        };
        if !payment.watched || payment.chain != chain.number {
            return;
        }
        if !self.is_worth_a_look(payment) {
            return self.event(SaleEvent::WatchEnded);
        }
        let attempt = payment.attempt;
        let next = Chain {
            number: chain.number,
            pause_ms: pause_ms.min(self.longest_pause_ms()),
        };
        // A wish for patience may be longer than the longest pause of our own, to a limit.
        let pause = pause_ms.min(LONGEST_WISH_MS).max(next.pause_ms);
        let pause = SignedDuration::from_millis(i64::from(pause));
        self.later(
            pause,
            SaleEffect::Look {
                attempt,
                chain: Some(next),
            },
        );
    }
}
