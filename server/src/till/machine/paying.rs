//! Decisions about a payment that is being asked for, captured, cancelled, given back: what the cashier wants, and what
//! came of the calls.

use super::Work;
use super::vocabulary::{Ask, CallOutcome, Refusal, SaleEffect, SaleEvent};
use crate::till::sale::{Amounts, Ended, Payment, RefundStanding};
use crate::till::wallet::{Call, Private, Problem, Report, Request};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::money::Money;
use karfa_shared::till::{Checking, Phase};

/// How long a customer has, unless the provider says otherwise (both contracts: 10 minutes).
const TIME_TO_ANSWER: SignedDuration = SignedDuration::from_mins(10);

impl Work {
    pub(super) fn request(&mut self, ask: &Ask) -> Result<(), Refusal> {
        if self.sale.ended.is_some() {
            return Err(Refusal::Over);
        }
        if !self.sale.is_open() {
            return Err(Refusal::PaymentUnderWay);
        }
        let total_minor = self.sale.sums().total_minor;
        if total_minor <= 0 {
            return Err(Refusal::NothingToPay);
        }
        if ask.amount_minor != total_minor {
            return Err(Refusal::AmountChanged { total_minor });
        }
        if ask.customer.is_none() && !ask.by_code {
            return Err(Refusal::NoCustomer);
        }
        let Some(facts) = self.sale.facts.clone() else {
            return Err(Refusal::NoSale);
        };
        let attempt = self.sale.attempts + 1;
        let reference = format!("{}-{attempt}", facts.id);
        let amount = Money::new(total_minor, facts.currency);
        let request = Request {
            reference: reference.clone(),
            amount,
            customer: ask.customer.clone(),
            by_code: ask.by_code,
            confirmation: ask.confirmation,
            receipt_number: facts.number,
            till: facts.till,
            lines: self.sale.receipt_lines(),
        };
        let payment = Box::new(fresh(ask, attempt, reference, amount, self.now));
        self.event(SaleEvent::Requested { payment });
        self.effect(SaleEffect::Request {
            attempt,
            request: Box::new(request),
        });
        Ok(())
    }

    pub(super) fn enter_code(&mut self, code: &Private) -> Result<(), Refusal> {
        let ready = self.payment().filter(|payment| {
            payment.phase == Phase::AwaitingCode && !payment.code_under_way && !payment.cancelling
        });
        let Some(payment) = ready else {
            return Err(Refusal::NoCodeAwaited);
        };
        let (attempt, n) = (payment.attempt, payment.codes + 1);
        self.event(SaleEvent::CodeSent);
        self.trouble(None);
        self.effect(SaleEffect::EnterCode {
            attempt,
            n,
            code: code.clone(),
        });
        Ok(())
    }

    pub(super) fn capture(&mut self, amount_minor: i64) -> Result<(), Refusal> {
        let is_kept = self.sale.keeps_its_money();
        let ready = self.payment().filter(|payment| is_kept && payment.can_capture());
        let Some(payment) = ready else {
            return Err(Refusal::NotToCapture { most_minor: 0 });
        };
        let most_minor = payment.capturable_minor();
        match payment.capture_under_way {
            // The cashier is impatient: the same intent, now.
            Some(under_way) if under_way == amount_minor => self.hurry(),
            Some(_) => return Err(Refusal::NotToCapture { most_minor: 0 }),
            None if amount_minor <= 0 || amount_minor > most_minor => {
                return Err(Refusal::NotToCapture { most_minor });
            }
            None => self.begin_capture(amount_minor),
        }
        Ok(())
    }

    /// What is under way is tried at once, under its key; also if it has had all its tries.
    fn hurry(&mut self) {
        if self.payment().is_some_and(|payment| payment.given_up) {
            self.resume();
        } else {
            self.effect(SaleEffect::Hurry);
        }
    }

    /// A capture or a refund that has had all its tries goes on: the same intent, under the same key.
    pub(super) fn resume(&mut self) {
        let Some(payment) = self.payment().filter(|payment| payment.given_up) else {
            return;
        };
        let attempt = payment.attempt;
        let effect = match (payment.capture_under_way, payment.refund_under_way()) {
            (Some(amount_minor), _) => SaleEffect::Capture {
                attempt,
                n: payment.captures,
                amount_minor,
            },
            (None, Some(refund)) => SaleEffect::Refund {
                attempt,
                n: refund.n,
                amount_minor: refund.amount_minor,
            },
            (None, None) => return,
        };
        self.event(SaleEvent::CallResumed);
        self.effect(effect);
        self.watch();
    }

    pub(super) fn begin_capture(&mut self, amount_minor: i64) {
        let Some(payment) = self.payment() else { return };
        let (attempt, n) = (payment.attempt, payment.captures + 1);
        self.event(SaleEvent::CaptureBegan { amount_minor });
        self.move_to(Phase::Capturing);
        self.trouble(None);
        self.effect(SaleEffect::Capture {
            attempt,
            n,
            amount_minor,
        });
        self.watch();
    }

    pub(super) fn cancel(&mut self) -> Result<(), Refusal> {
        let Some(payment) = self.payment() else {
            return Err(Refusal::NotToCancel);
        };
        if payment.cancelling {
            self.effect(SaleEffect::Hurry);
            return Ok(());
        }
        if !payment.can_cancel() {
            return Err(Refusal::NotToCancel);
        }
        self.trouble(None);
        self.want_cancel();
        if self.sale.ended == Some(Ended::Unconfirmed) {
            // The customer is gone: what moves all the same goes back by itself.
            self.leave(Ended::SetAside)?;
        }
        Ok(())
    }

    pub(super) fn want_cancel(&mut self) {
        let Some(payment) = self.payment() else { return };
        let (wanted, under_way) = (payment.cancelling, payment.cancel_under_way);
        if !wanted {
            self.event(SaleEvent::CancelWanted);
        }
        if !under_way {
            self.begin_cancel();
        }
    }

    pub(super) fn begin_cancel(&mut self) {
        let Some(payment) = self.payment() else { return };
        let (attempt, n) = (payment.attempt, payment.cancels + 1);
        self.event(SaleEvent::CancelBegan);
        self.effect(SaleEffect::Cancel { attempt, n });
        self.watch();
    }

    pub(super) fn refund(&mut self, request_id: &str, amount_minor: i64) -> Result<(), Refusal> {
        let none = Refusal::NotToRefund { most_minor: 0 };
        let payment = self.payment().ok_or(none.clone())?;
        let mut refunds = payment.refunds.iter();
        if let Some(same) = refunds.find(|refund| refund.request_id == request_id) {
            if same.standing == RefundStanding::UnderWay {
                self.hurry();
            }
            return Ok(());
        }
        if payment.refund_under_way().is_some() {
            return Err(Refusal::RefundUnderWay);
        }
        if !payment.is_paid() {
            return Err(none);
        }
        let most_minor = payment.refundable_minor();
        if amount_minor <= 0 || amount_minor > most_minor {
            return Err(Refusal::NotToRefund { most_minor });
        }
        self.begin_refund(request_id, amount_minor);
        Ok(())
    }

    pub(super) fn begin_refund(&mut self, request_id: &str, amount_minor: i64) {
        self.event(SaleEvent::RefundBegan {
            request_id: request_id.to_owned(),
            amount_minor,
        });
        self.settle();
        self.trouble(None);
        let Some(payment) = self.payment() else { return };
        let n = payment.refund_under_way().map_or(0, |refund| refund.n);
        let attempt = payment.attempt;
        self.effect(SaleEffect::Refund {
            attempt,
            n,
            amount_minor,
        });
        self.watch();
    }

    pub(super) fn waits(&mut self, attempt: u32, call: Call, doubt: bool, problem: Option<&Problem>) {
        let under_way = self.sale.attempt(attempt).is_some_and(|payment| match call {
            Call::Request => payment.phase == Phase::Requested,
            Call::Code => payment.code_under_way,
            Call::Capture => payment.capture_under_way.is_some(),
            Call::Cancel => payment.cancel_under_way,
            Call::Refund => payment.refund_under_way().is_some(),
        });
        if !under_way {
            return;
        }
        if doubt {
            self.doubt(call.doubted());
        } else if matches!(call, Call::Request | Call::Refund) {
            self.event(SaleEvent::NotArrived);
        }
        if let Some(problem) = problem {
            self.trouble(Some(problem.clone()));
        }
    }

    pub(super) fn given_up(&mut self, attempt: u32, call: Call, n: u32) {
        let Some(payment) = self.sale.attempt(attempt) else {
            return;
        };
        match call {
            Call::Code | Call::Cancel => self.answered(attempt, call, n, &CallOutcome::Unknown, None),
            _ if !payment.waits_for(call, n) => {}
            Call::Request => {
                if payment.ways.request_repeatable {
                    self.event(SaleEvent::RequestGivenUp);
                    self.doubt(Checking::Request);
                } else {
                    self.lost();
                }
                self.watch();
            }
            Call::Capture => {
                self.event(SaleEvent::CallGivenUp);
                self.doubt(Checking::Capture);
                self.watch();
            }
            Call::Refund => {
                self.event(SaleEvent::CallGivenUp);
                self.doubt(Checking::Refund);
                self.watch();
            }
        }
    }

    pub(super) fn answered(
        &mut self,
        attempt: u32,
        call: Call,
        n: u32,
        outcome: &CallOutcome,
        report: Option<&Report>,
    ) {
        let Some(payment) = self.sale.attempt(attempt) else {
            return;
        };
        // What a request was answered says where its payment is, however late it comes.
        let awaited = call == Call::Request || payment.waits_for(call, n);
        if awaited {
            match call {
                Call::Request => self.request_answered(outcome, report.is_some()),
                Call::Code => self.code_answered(outcome),
                Call::Capture | Call::Cancel | Call::Refund => {}
            }
        }
        if let Some(report) = report {
            self.reconcile(report, false);
        }
        if awaited {
            match call {
                Call::Request | Call::Code => {}
                Call::Capture => self.capture_answered(outcome),
                Call::Cancel => self.cancel_answered(outcome),
                Call::Refund => self.refund_answered(n, outcome),
            }
        }
        self.watch();
    }

    /// `known`: the provider knows a payment by this reference, whatever it answered.
    fn request_answered(&mut self, outcome: &CallOutcome, known: bool) {
        let requested = self
            .payment()
            .is_some_and(|payment| payment.phase == Phase::Requested);
        match outcome {
            CallOutcome::Placed(answer) => {
                self.event(SaleEvent::Placed {
                    requested: answer.clone(),
                });
                self.no_doubt(&[Checking::Request]);
                if requested {
                    self.trouble(None);
                    self.move_to(Phase::AwaitingCustomer);
                }
            }
            // An earlier try arrived: it is this one that was refused, not the payment.
            CallOutcome::Refused(_) if requested && known => {
                self.no_doubt(&[Checking::Request]);
                self.trouble(None);
                self.move_to(Phase::AwaitingCustomer);
            }
            CallOutcome::Refused(problem) if requested => {
                self.trouble(Some(problem.clone()));
                self.move_to(Phase::Failed);
            }
            CallOutcome::Withdrawn if requested => {
                self.trouble(None);
                self.move_to(Phase::Cancelled);
            }
            CallOutcome::Unknown if requested => self.lost(),
            _ => {}
        }
    }

    fn code_answered(&mut self, outcome: &CallOutcome) {
        let wrong = *outcome == CallOutcome::WrongCode;
        self.event(SaleEvent::CodeAnswered { wrong });
        let awaited = self
            .payment()
            .is_some_and(|payment| payment.phase == Phase::AwaitingCode);
        if !awaited {
            // It is known already what came of it.
            return self.no_doubt(&[Checking::Code]);
        }
        match outcome {
            CallOutcome::WrongCode => {
                self.no_doubt(&[Checking::Code]);
                self.trouble(Some(Problem::of("code_wrong")));
            }
            CallOutcome::Refused(problem) => {
                self.no_doubt(&[Checking::Code]);
                self.trouble(Some(problem.clone()));
            }
            CallOutcome::Unknown => self.doubt(Checking::Code),
            CallOutcome::Done | CallOutcome::Placed(_) | CallOutcome::Withdrawn => {
                self.no_doubt(&[Checking::Code]);
                self.move_to(Phase::AwaitingCustomer);
            }
        }
    }

    /// After the provider's word: what is still under way, it has not confirmed.
    fn capture_answered(&mut self, outcome: &CallOutcome) {
        if self
            .payment()
            .is_none_or(|payment| payment.capture_under_way.is_none())
        {
            return;
        }
        match outcome {
            CallOutcome::Refused(problem) => {
                self.event(SaleEvent::CaptureEnded);
                self.no_doubt(&[Checking::Capture]);
                self.trouble(Some(problem.clone()));
                self.move_to(Phase::Authorised);
            }
            _ => self.doubt(Checking::Capture),
        }
    }

    fn cancel_answered(&mut self, outcome: &CallOutcome) {
        let Some(payment) = self.payment() else { return };
        if !payment.cancel_under_way {
            return;
        }
        let wanted = payment.cancelling;
        if payment.is_nameless() {
            // There was nothing to cancel by. The wish stays: there may be a name yet.
            return self.event(SaleEvent::CancelEnded { refused: false });
        }
        let refused = matches!(outcome, CallOutcome::Refused(_));
        self.event(SaleEvent::CancelEnded { refused });
        match outcome {
            CallOutcome::Refused(problem) => {
                self.no_doubt(&[Checking::Cancel]);
                self.trouble(Some(problem.clone()));
            }
            _ if wanted => self.doubt(Checking::Cancel),
            _ => {}
        }
    }

    fn refund_answered(&mut self, n: u32, outcome: &CallOutcome) {
        let Some(payment) = self.payment() else { return };
        let Some(refund) = payment.refund_under_way().filter(|refund| refund.n == n) else {
            return;
        };
        match outcome {
            CallOutcome::Refused(problem) => {
                self.event(SaleEvent::RefundEnded {
                    standing: RefundStanding::Refused,
                });
                self.no_doubt(&[Checking::Refund]);
                self.trouble(Some(problem.clone()));
                self.settle();
            }
            // The provider's answer is all there is to know.
            CallOutcome::Done if !payment.ways.refunds_readable => {
                let amounts = Amounts {
                    refunded_minor: refund.seen_before_minor + refund.amount_minor,
                    ..payment.seen
                };
                let amount_minor = refund.amount_minor;
                self.event(SaleEvent::Saw { amounts });
                self.book('r', amounts.refunded_minor, -amount_minor);
                self.event(SaleEvent::RefundEnded {
                    standing: RefundStanding::Done,
                });
                self.no_doubt(&[Checking::Refund]);
                self.trouble(None);
                self.settle();
                self.effect(SaleEffect::BookPurchase);
            }
            _ => self.doubt(Checking::Refund),
        }
    }
}

/// A payment as it begins.
fn fresh(ask: &Ask, attempt: u32, reference: String, amount: Money, now: Timestamp) -> Payment {
    Payment {
        attempt,
        wallet: ask.wallet.clone(),
        ways: ask.ways,
        reference,
        amount,
        by_code: ask.by_code,
        confirmation: ask.confirmation,
        capture_by_hand: ask.capture_by_hand,
        requested_at: now,
        provider_id: None,
        code_to_scan: None,
        expires_at: now.checked_add(TIME_TO_ANSWER).ok(),
        ask_every_ms: None,
        phase: Phase::Requested,
        checking: None,
        problem: None,
        seen: Amounts::default(),
        cancelling: false,
        wrong_codes: 0,
        codes: 0,
        code_under_way: false,
        captures: 0,
        capture_under_way: None,
        cancels: 0,
        cancel_under_way: false,
        refunds: Vec::new(),
        request_given_up: false,
        tries_in_vain: 0,
        unanswered: false,
        lost: false,
        given_up: false,
        chain: 0,
        watched: false,
    }
}
