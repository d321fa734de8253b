//! The sale at a till: one machine for every wallet. Pure; each pair of state and command is decided here, and the table in
//! `machine/table.rs` lists them all.
//!
//! ```text
//! Open ──Request──► Requested ──► AwaitingCustomer ⇄ AwaitingCode ──► Authorised ──► Capturing ──► Paid ──► Refunding ──► (Partly)Refunded
//!   ▲                   │                │                                │
//!   └── Failed ◄────────┴── Declined, Cancelled, Expired ◄────────────────┘
//! ```
//!
//! What is not known is a field beside the phase (`checking`), and so is the wish to cancel. Whatever a provider says comes
//! through one function ([`reconcile`]), and its amounts never go down, so that news may come late, twice or in any order.

/// What follows from an event.
mod applied;
/// Decisions about a payment that is being asked for, captured, cancelled, given back.
mod paying;
/// What a provider's word on a payment means.
mod reconcile;
/// Decisions about goods and customers.
mod ringing;
/// Payments that came to nothing and bring money all the same.
mod stray;
/// Commands, events, effects, refusals.
mod vocabulary;
/// When the provider is asked next.
mod watch;

pub use vocabulary::{
    Ask, CallOutcome, Chain, Command, GoodFacts, LineEdit, MOST_LINES, MOST_PIECES, Refusal, SaleEffect,
    SaleEvent,
};

use super::sale::{Payment, Sale};
use crate::engine::machine::{Decision, Lane, Machine, Planned};
use jiff::{SignedDuration, Timestamp};

impl Machine for Sale {
    const KIND: &'static str = "sale";
    type Command = Command;
    type Event = SaleEvent;
    type Effect = SaleEffect;
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision<Self>, Refusal> {
        let mut work = Work::of(self, now);
        if let Command::Open { facts } = command {
            return match self.facts {
                None => Ok(work.opened(facts)),
                Some(_) => Err(Refusal::BegunAlready),
            };
        }
        if self.facts.is_none() {
            return Err(Refusal::NoSale);
        }
        match command {
            Command::Open { .. } => {}
            Command::Edit { request_id, edits } => work.edit(request_id, edits)?,
            Command::Identify { seen } => work.identify(Some(seen))?,
            Command::Forget => work.identify(None)?,
            Command::Finish => work.finish()?,
            Command::Discard => work.discard()?,
            Command::Request(ask) => work.request(ask)?,
            Command::EnterCode { code } => work.enter_code(code)?,
            Command::Capture { amount_minor } => work.capture(*amount_minor)?,
            Command::Cancel => work.cancel()?,
            Command::Refund {
                request_id,
                amount_minor,
            } => work.refund(request_id, *amount_minor)?,
            Command::Waits {
                attempt,
                call,
                doubt,
                problem,
            } => work.waits(*attempt, *call, *doubt, problem.as_ref()),
            Command::Answered {
                attempt,
                call,
                n,
                outcome,
                report,
            } => work.answered(*attempt, *call, *n, outcome, report.as_ref()),
            Command::GivenUp { attempt, call, n } => work.given_up(*attempt, *call, *n),
            Command::Observed {
                attempt,
                chain,
                report,
            } => work.observed(*attempt, *chain, report.as_ref()),
            Command::Unreadable {
                attempt,
                chain,
                wait_ms,
            } => work.unreadable(*attempt, *chain, *wait_ms),
            Command::Nudge { reference } => work.nudge(reference),
            Command::Callback {
                reference,
                provider_id,
                amount_minor,
                paid,
            } => work.callback(reference, provider_id, *amount_minor, *paid)?,
            Command::Deadline { attempt } => work.deadline(*attempt),
            Command::Found {
                attempt,
                provider_id,
                by,
                report,
            } => work.found(*attempt, provider_id, by, report)?,
            Command::FoundUnpaid { attempt, by } => work.found_unpaid(*attempt, by)?,
            Command::GiveBack { attempt } => work.give_back(*attempt)?,
            Command::StrayAnswered { attempt, n, outcome } => work.stray_answered(*attempt, *n, outcome),
        }
        Ok(work.done())
    }

    fn apply(&mut self, event: &SaleEvent) {
        self.applied(event);
    }
}

/// A decision in the making: the sale as it will be, and what has been decided so far.
struct Work {
    sale: Sale,
    /// Nothing was to come of it any more, before.
    was_over: bool,
    now: Timestamp,
    decision: Decision<Sale>,
}

impl Work {
    fn of(sale: &Sale, now: Timestamp) -> Self {
        Work {
            sale: sale.clone(),
            was_over: sale.is_over(),
            now,
            decision: Decision::nothing(),
        }
    }

    /// It happens: what is decided next is decided after it.
    fn event(&mut self, event: SaleEvent) {
        self.sale.applied(&event);
        self.decision.events.push(event);
    }

    /// It is done after the payment's earlier calls.
    fn effect(&mut self, effect: SaleEffect) {
        self.plan(effect, None, Lane::Ordered);
    }

    /// It is done beside everything else, so much later.
    fn later(&mut self, pause: SignedDuration, effect: SaleEffect) {
        let due = self.now.checked_add(pause).unwrap_or(Timestamp::MAX);
        self.plan(effect, Some(due), Lane::Free);
    }

    fn plan(&mut self, effect: SaleEffect, due: Option<Timestamp>, lane: Lane) {
        self.decision.effects.push(Planned { effect, due, lane });
    }

    fn payment(&self) -> Option<&Payment> {
        self.sale.payment.as_ref()
    }

    /// The whole decision: the readable copy follows every change, and who the customer was is kept no longer than needed.
    fn done(mut self) -> Decision<Sale> {
        if self.sale.is_over() && !self.was_over {
            self.effect(SaleEffect::ForgetCustomer);
        }
        if !self.decision.events.is_empty() {
            self.later(SignedDuration::ZERO, SaleEffect::Note);
        }
        self.decision
    }
}

/// When the provider is asked, and what becomes of a payment whose time is over.
#[cfg(test)]
mod in_time;
/// Calls that had all their tries, and answers that were overtaken.
#[cfg(test)]
mod overtaken;
/// What holds of every sale, whatever comes in whatever order.
#[cfg(test)]
mod rules;
/// Every state's answer to every command.
#[cfg(test)]
mod table;
