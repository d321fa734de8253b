//! What a provider's word on a payment means: the one place, for looks, webhooks, callbacks, answers and the cashier's
//! wish to know. Amounts never go down and what is final stays so, so that old news changes nothing; but money is never
//! overlooked, whatever was thought of the payment before.

use super::Work;
use super::vocabulary::{SaleEffect, SaleEvent};
use crate::till::sale::{Payment, RefundStanding};
use crate::till::wallet::{Problem, Report, Standing};
use jiff::Timestamp;
use karfa_shared::till::{Checking, Phase};

/// Names the refund of money that the till has no use for.
const GIVEN_BACK: &str = "given-back";
/// A payment that was cancelled so often in vain is not cancelled by itself any more.
const MOST_CANCELS: u32 = 3;

impl Payment {
    /// The customer has not agreed yet, as far as is known.
    fn is_before_agreement(&self) -> bool {
        matches!(
            self.phase,
            Phase::Requested | Phase::AwaitingCustomer | Phase::AwaitingCode
        )
    }

    /// Its time is over, and the provider still waits for the customer. What it has refused to take back too often is left to
    /// the cashier.
    fn is_to_be_taken_back(&self, now: Timestamp) -> bool {
        self.is_before_agreement() && self.has_lapsed(now) && !self.cancelling && self.cancels < MOST_CANCELS
    }

    /// The provider has taken back what it had completed.
    fn is_undone_by(&self, report: &Report) -> bool {
        self.ways.may_be_undone
            && report.standing == Standing::Void
            && report.captured_minor == 0
            && self.seen.captured_minor > self.seen.refunded_minor
    }

    /// Where a payment stands whose money has moved.
    pub(super) fn paid_phase(&self) -> Phase {
        if self.refund_under_way().is_some() {
            Phase::Refunding
        } else if self.seen.refunded_minor >= self.seen.captured_minor {
            Phase::Refunded
        } else if self.seen.refunded_minor > 0 {
            Phase::PartlyRefunded
        } else {
            Phase::Paid
        }
    }
}

impl Work {
    /// `looked`: the report comes from a question of its own, not with the answer to a call.
    pub(super) fn reconcile(&mut self, report: &Report, looked: bool) {
        let Some(before) = self.payment().cloned() else {
            return;
        };
        let undone = before.is_undone_by(report);
        self.see(report, undone);
        // Whatever the provider says of it: it is there, and can be asked.
        self.no_doubt(&[Checking::Customer, Checking::Request]);
        let captured = self
            .payment()
            .is_some_and(|payment| payment.seen.captured_minor > 0);
        if captured {
            self.money_moved(&before, looked);
            if undone {
                self.trouble(Some(Problem::of("undone")));
            }
        } else {
            match report.standing {
                Standing::Authorised => self.agreed(&before),
                Standing::CodeNeeded => self.code_needed(),
                Standing::Waiting => self.waiting(report.problem.as_ref()),
                Standing::Declined
                | Standing::Cancelled
                | Standing::Expired
                | Standing::Gone
                | Standing::Void => {
                    self.over(report.standing, report.problem.as_ref());
                }
            }
        }
        let cancel_again = self.payment().is_some_and(|payment| {
            looked
                && payment.cancelling
                && !payment.cancel_under_way
                && !payment.is_dead()
                && payment.seen.captured_minor == 0
        });
        if cancel_again {
            self.begin_cancel();
        }
        self.watch();
    }

    /// Takes the provider's amounts, and books what is new. Of what was undone nothing is left.
    fn see(&mut self, report: &Report, undone: bool) {
        let Some(payment) = self.payment() else { return };
        let mut amounts = payment.seen.after(report);
        if undone {
            amounts.refunded_minor = amounts.captured_minor;
        }
        if amounts == payment.seen {
            return;
        }
        let captured = (payment.seen.captured_minor, amounts.captured_minor);
        let refunded = (payment.seen.refunded_minor, amounts.refunded_minor);
        self.event(SaleEvent::Saw { amounts });
        self.book('c', captured.1, captured.1 - captured.0);
        self.book('r', refunded.1, refunded.0 - refunded.1);
    }

    /// Books a movement under the sum that it leads to: it exists once.
    pub(super) fn book(&mut self, letter: char, sum: i64, amount_minor: i64) {
        let Some(payment) = self.payment() else { return };
        if amount_minor == 0 {
            return;
        }
        let effect = SaleEffect::Book {
            key: format!("{}-{letter}{sum}", payment.reference),
            wallet: payment.wallet.clone(),
            reference: payment.reference.clone(),
            amount_minor,
        };
        self.later(jiff::SignedDuration::ZERO, effect);
    }

    fn money_moved(&mut self, before: &Payment, looked: bool) {
        let Some(payment) = self.payment() else { return };
        let asked = payment.capture_under_way;
        if asked.is_some_and(|asked| payment.seen.captured_minor < asked) {
            return;
        }
        let cancelling = payment.cancelling;
        let given_back = payment.refund_under_way().is_some_and(|refund| {
            payment.seen.refunded_minor - refund.seen_before_minor >= refund.amount_minor
        });
        if asked.is_some() {
            self.event(SaleEvent::CaptureEnded);
        }
        if given_back {
            let standing = RefundStanding::Done;
            self.event(SaleEvent::RefundEnded { standing });
            self.no_doubt(&[Checking::Refund]);
            self.trouble(None);
        }
        if cancelling {
            // The customer was quicker.
            self.event(SaleEvent::CancelEnded { refused: true });
            self.trouble(Some(Problem::of("paid_already")));
        }
        self.no_doubt(&[Checking::Capture, Checking::Cancel, Checking::Code]);
        self.settle();
        if before.seen.captured_minor == 0 {
            self.look_once_more();
        }
        let newly_paid = before.seen.captured_minor == 0 || asked.is_some();
        if newly_paid && !cancelling {
            self.trouble(None);
        }
        if newly_paid || self.payment().is_some_and(|payment| payment.seen != before.seen) {
            self.effect(SaleEffect::BookPurchase);
        }
        self.release_the_rest(before, asked.is_some() || looked);
        self.give_back_what_nobody_wants(before);
    }

    /// The phase follows the amounts.
    pub(super) fn settle(&mut self) {
        let Some(payment) = self.payment() else { return };
        let phase = payment.paid_phase();
        if payment.phase != phase {
            self.event(SaleEvent::Moved { phase });
        }
    }

    /// What was authorised and is not wanted is not kept from the customer: a release that was refused is made again after
    /// every look.
    fn release_the_rest(&mut self, before: &Payment, now: bool) {
        let Some(payment) = self.payment() else { return };
        if before.has_a_rest() && payment.capturable_minor() <= 0 {
            self.trouble(None);
        } else if now && payment.has_a_rest() && !payment.cancel_under_way {
            self.begin_cancel();
        }
    }

    /// Money of a sale that was thrown away, or that is another one by now.
    fn give_back_what_nobody_wants(&mut self, before: &Payment) {
        let Some(payment) = self.payment() else { return };
        let asked_before = payment
            .refunds
            .iter()
            .any(|refund| refund.request_id == GIVEN_BACK);
        let amount_minor = payment.refundable_minor();
        if self.is_unwanted(before)
            && !asked_before
            && payment.refund_under_way().is_none()
            && amount_minor > 0
        {
            self.begin_refund(GIVEN_BACK, amount_minor);
        }
    }

    fn is_unwanted(&self, before: &Payment) -> bool {
        let another = before.is_dead() && self.sale.sums().total_minor != before.amount.minor;
        another || !self.sale.keeps_its_money()
    }

    /// The customer has agreed, and nothing is captured.
    fn agreed(&mut self, before: &Payment) {
        let Some(payment) = self.payment() else { return };
        if payment.seen.authorised_minor > 0 && payment.capturable_minor() <= 0 {
            return self.over(Standing::Cancelled, None);
        }
        let newly = payment.is_before_agreement() || payment.is_dead();
        let (amount_minor, by_hand) = (payment.capturable_minor(), payment.capture_by_hand);
        let stop = payment.cancelling || self.is_unwanted(before);
        if newly {
            self.event(SaleEvent::Moved {
                phase: Phase::Authorised,
            });
            self.no_doubt(&[Checking::Code]);
            self.trouble(None);
        }
        if stop {
            self.want_cancel();
        } else if newly && !by_hand {
            self.begin_capture(amount_minor);
        }
    }

    fn code_needed(&mut self) {
        let Some(payment) = self.payment() else { return };
        if !payment.is_before_agreement() || payment.code_under_way {
            return;
        }
        if payment.checking == Some(Checking::Code) {
            self.no_doubt(&[Checking::Code]);
            self.trouble(Some(Problem::of("code_lost")));
        }
        self.move_to(Phase::AwaitingCode);
        self.take_back_in_time();
    }

    /// A word that nobody knows is shown, and is neither a payment nor the end of one: that comes with the payment's time,
    /// once it was taken back or cannot be.
    fn waiting(&mut self, problem: Option<&Problem>) {
        let Some(payment) = self.payment() else { return };
        if !payment.is_before_agreement() || payment.code_under_way {
            return;
        }
        let cancelling = payment.cancelling;
        let nothing_more_comes = problem.is_some()
            && payment.has_lapsed(self.now)
            && !payment.cancel_under_way
            && !payment.is_to_be_taken_back(self.now);
        self.no_doubt(&[Checking::Code]);
        if problem.is_some() {
            self.trouble(problem.cloned());
        }
        self.move_to(match nothing_more_comes {
            true if cancelling => Phase::Cancelled,
            true => Phase::Failed,
            false => Phase::AwaitingCustomer,
        });
        self.take_back_in_time();
    }

    /// What nobody has answered in time and the provider keeps open is taken back: nobody pays later what no till waits for.
    fn take_back_in_time(&mut self) {
        if self
            .payment()
            .is_some_and(|payment| payment.is_to_be_taken_back(self.now))
        {
            self.want_cancel();
        }
    }

    /// It ended without money.
    fn over(&mut self, standing: Standing, problem: Option<&Problem>) {
        let Some(payment) = self.payment() else { return };
        if payment.is_dead() {
            return;
        }
        let lapsed = payment.expires_at.is_some_and(|end| end <= self.now);
        let phase = match standing {
            Standing::Cancelled => Phase::Cancelled,
            Standing::Expired => Phase::Expired,
            Standing::Gone | Standing::Void if payment.cancelling => Phase::Cancelled,
            Standing::Gone | Standing::Void if lapsed => Phase::Expired,
            _ => Phase::Declined,
        };
        self.trouble(problem.cloned());
        self.move_to(phase);
    }

    pub(super) fn move_to(&mut self, phase: Phase) {
        if self.payment().is_some_and(|payment| payment.phase != phase) {
            self.event(SaleEvent::Moved { phase });
        }
    }

    pub(super) fn trouble(&mut self, problem: Option<Problem>) {
        if self.payment().is_some_and(|payment| payment.problem != problem) {
            self.event(SaleEvent::Troubled { problem });
        }
    }

    pub(super) fn doubt(&mut self, checking: Checking) {
        let checking = Some(checking);
        if self.payment().is_some_and(|payment| payment.checking != checking) {
            self.event(SaleEvent::Doubted { checking });
        }
    }

    /// These are known now.
    pub(super) fn no_doubt(&mut self, settled: &[Checking]) {
        let doubted = self.payment().and_then(|payment| payment.checking);
        if doubted.is_some_and(|checking| settled.contains(&checking)) {
            self.event(SaleEvent::Doubted { checking: None });
        }
    }
}
