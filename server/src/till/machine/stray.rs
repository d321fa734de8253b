//! Requests whose answer was lost, at a provider that can be asked by its own id alone: what a callback, or somebody who has
//! looked at the provider's own page, says of them. What turns up of one that was given up is given back.

use super::Work;
use super::vocabulary::{CallOutcome, Refusal, SaleEffect, SaleEvent};
use crate::till::sale::{Payment, Stray, StrayMoney};
use crate::till::wallet::{Problem, Report};
use jiff::SignedDuration;
use karfa_shared::till::{Checking, Confirmation, CustomerKind, Phase};

/// A request lapses at the provider after 10 minutes; a minute more for clocks that differ.
const LOST_FOR_GOOD: SignedDuration = SignedDuration::from_mins(11);

impl Work {
    /// A request may have arrived, cannot be sent again and has no name to ask by.
    pub(super) fn lost(&mut self) {
        let asked = self.payment().filter(|payment| !payment.is_nameless());
        let Some(attempt) = asked.map(|payment| payment.attempt) else {
            return;
        };
        if self.customers_word_is_enough() {
            self.event(SaleEvent::Unanswered);
            self.doubt(Checking::Request);
            return self.later(LOST_FOR_GOOD, SaleEffect::Deadline { attempt });
        }
        // Without our confirmation no money moves, and there will be none.
        self.lost_for_good("lost_request", None);
    }

    /// Money moves without a word of the till's. A code that customers read out is a word of the till's too.
    fn customers_word_is_enough(&self) -> bool {
        let reads_out_a_code = self
            .sale
            .customer
            .as_ref()
            .is_some_and(|customer| customer.kind == CustomerKind::NationalId);
        let automatic = self
            .payment()
            .is_some_and(|payment| payment.confirmation == Confirmation::Automatic);
        automatic && !reads_out_a_code
    }

    /// No callback has come, and money may have moved all the same: it stays unknown until somebody has looked.
    pub(super) fn deadline(&mut self, attempt: u32) {
        let lost = self
            .sale
            .attempt(attempt)
            .is_some_and(|payment| payment.is_nameless() && !payment.lost);
        if lost {
            self.event(SaleEvent::Lost);
            self.trouble(Some(Problem::of("lost_automatic")));
        }
    }

    pub(super) fn found(
        &mut self,
        attempt: u32,
        provider_id: &str,
        by: &str,
        report: &Report,
    ) -> Result<(), Refusal> {
        let payment = self.sale.attempt(attempt).ok_or(Refusal::NotLost)?;
        if !payment.can_be_named() {
            // A callback may have been quicker, with the same news.
            let known = payment.provider_id.as_deref();
            let same = known.is_some_and(|known| is_same_id(known, provider_id));
            return if same { Ok(()) } else { Err(Refusal::NotLost) };
        }
        self.event(SaleEvent::Named {
            provider_id: provider_id.to_owned(),
            told_by: Some(by.to_owned()),
        });
        if self.payment().is_some_and(|payment| !payment.is_dead()) {
            self.trouble(None);
        }
        self.reconcile(report, true);
        Ok(())
    }

    pub(super) fn found_unpaid(&mut self, attempt: u32, by: &str) -> Result<(), Refusal> {
        let payment = self.sale.attempt(attempt).filter(|payment| payment.is_nameless());
        let payment = payment.ok_or(Refusal::NotLost)?;
        if !payment.lost {
            return Err(Refusal::MayBePaidYet);
        }
        self.lost_for_good("looked_unpaid", Some(by));
        Ok(())
    }

    /// The provider has never heard of it.
    pub(super) fn never_heard_of(&mut self) {
        let lost = self
            .payment()
            .is_some_and(|payment| payment.phase == Phase::Requested && payment.request_given_up);
        if lost {
            self.lost_for_good("lost_request", None);
        }
    }

    /// `told_by`: who has looked.
    fn lost_for_good(&mut self, word: &'static str, told_by: Option<&str>) {
        let Some(payment) = self.payment() else { return };
        let stray = Stray {
            wallet: payment.wallet.clone(),
            attempt: payment.attempt,
            automatic: self.customers_word_is_enough(),
            handle: payment.handle(),
            told_by: told_by.map(str::to_owned),
            money: None,
            give_backs: 0,
            in_doubt: false,
            problem: None,
        };
        self.event(SaleEvent::Strayed { stray });
        self.trouble(Some(Problem::of(word)));
        self.move_to(Phase::Failed);
    }

    pub(super) fn callback(
        &mut self,
        reference: &str,
        provider_id: &str,
        amount_minor: i64,
        paid: bool,
    ) -> Result<(), Refusal> {
        let payment = self.payment().filter(|payment| payment.reference == reference);
        let Some(payment) = payment else {
            return self.callback_of_stray(reference, provider_id, amount_minor, paid);
        };
        let same = payment
            .provider_id
            .as_deref()
            .is_none_or(|known| is_same_id(known, provider_id));
        if !same || payment.amount.minor != amount_minor {
            return Err(Refusal::NotAwaited);
        }
        if paid && !payment.is_paid() && !payment.accepts_completion() {
            return Err(Refusal::NotAwaited);
        }
        if payment.provider_id.is_none() {
            self.event(SaleEvent::Named {
                provider_id: provider_id.to_owned(),
                told_by: None,
            });
        }
        let requested = self
            .payment()
            .is_some_and(|payment| payment.phase == Phase::Requested);
        if requested {
            self.no_doubt(&[Checking::Request]);
            self.trouble(None);
            self.move_to(Phase::AwaitingCustomer);
        }
        self.look_now();
        self.watch();
        Ok(())
    }

    fn callback_of_stray(
        &mut self,
        reference: &str,
        provider_id: &str,
        amount_minor: i64,
        paid: bool,
    ) -> Result<(), Refusal> {
        let mut strays = self.sale.strays.iter();
        let stray = strays.find(|stray| stray.handle.reference == reference);
        let stray = stray.ok_or(Refusal::NotAwaited)?;
        if stray.handle.amount.minor != amount_minor {
            return Err(Refusal::NotAwaited);
        }
        if !paid || stray.money.is_some() {
            return Ok(());
        }
        // What waits for our word does not get it.
        if !stray.automatic {
            return Err(Refusal::NotAwaited);
        }
        let attempt = stray.attempt;
        self.begin_give_back(attempt, Some(provider_id));
        self.book_stray(attempt, 'c', 1);
        Ok(())
    }

    /// As a new intent, if the one before was certainly not done; else that one again, under its key. Beside the calls of the
    /// payment that the sale has now: it may be tried for a day, and nobody at the desk waits for it.
    fn begin_give_back(&mut self, attempt: u32, provider_id: Option<&str>) {
        self.event(SaleEvent::StrayMoved {
            attempt,
            provider_id: provider_id.map(str::to_owned),
            money: StrayMoney::GivingBack,
        });
        let n = self.sale.stray(attempt).map_or(0, |stray| stray.give_backs);
        self.later(SignedDuration::ZERO, SaleEffect::GiveBackStray { attempt, n });
    }

    /// Somebody wants it given back once more.
    pub(super) fn give_back(&mut self, attempt: u32) -> Result<(), Refusal> {
        match self.sale.stray(attempt).and_then(|stray| stray.money) {
            None => return Err(Refusal::NotToRefund { most_minor: 0 }),
            // Done, or tried again soon.
            Some(StrayMoney::GivenBack | StrayMoney::GivingBack) => {}
            Some(StrayMoney::NotGivenBack) => self.begin_give_back(attempt, None),
        }
        Ok(())
    }

    pub(super) fn stray_answered(&mut self, attempt: u32, n: u32, outcome: &CallOutcome) {
        if !self.sale.stray(attempt).is_some_and(|stray| stray.waits_for(n)) {
            return;
        }
        let kept = |problem: Problem, in_doubt| SaleEvent::StrayKept {
            attempt,
            problem,
            in_doubt,
        };
        match outcome {
            CallOutcome::Done => {
                self.event(SaleEvent::StrayMoved {
                    attempt,
                    provider_id: None,
                    money: StrayMoney::GivenBack,
                });
                self.book_stray(attempt, 'r', -1);
            }
            CallOutcome::Refused(problem) => self.event(kept(problem.clone(), false)),
            CallOutcome::Placed(_)
            | CallOutcome::WrongCode
            | CallOutcome::Withdrawn
            | CallOutcome::Unknown => self.event(kept(Problem::of("return_unknown"), true)),
        }
    }

    fn book_stray(&mut self, attempt: u32, letter: char, sign: i64) {
        let Some(stray) = self.sale.stray(attempt) else {
            return;
        };
        let effect = SaleEffect::Book {
            key: format!("{}-{letter}stray", stray.handle.reference),
            wallet: stray.wallet.clone(),
            reference: stray.handle.reference.clone(),
            amount_minor: sign * stray.handle.amount.minor,
        };
        self.later(SignedDuration::ZERO, effect);
    }
}

/// A person may have typed it, in other letters than the provider's: what is refused because of that is cancelled there.
fn is_same_id(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Payment {
    /// The provider may complete it: somebody waits for it, or it is complete already and this is news of it.
    fn accepts_completion(&self) -> bool {
        let awaited = !self.is_dead() && !self.cancelling;
        awaited || self.confirmation == Confirmation::Automatic
    }
}
