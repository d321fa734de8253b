//! When the provider is asked how a payment stands, and what becomes of a payment whose time is over.

#![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

use super::table::{PRICE, add, answered, ask, open, report, state_of};
use super::vocabulary::*;
use crate::engine::machine::{Decision, Effect as _, Machine as _};
use crate::till::sale::{Payment, Sale};
use crate::till::wallet::{Call, Problem, Report, Requested, Standing};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::till::Phase;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A sale whose customer is asked, and the chain of looks at its payment.
struct Asked {
    sale: Sale,
    now: Timestamp,
    /// The chain's next look, and how long it is until then.
    next: Option<(Chain, SignedDuration)>,
    cancels: usize,
}

impl Asked {
    /// At a provider that wants to be asked so often.
    fn at_pace(ask_every_ms: Option<u32>) -> Self {
        let mut asked = Asked {
            sale: state_of(&[open(), add("r1"), ask(false, false)], NOW),
            now: NOW,
            next: None,
            cancels: 0,
        };
        asked.run(&answered(
            Call::Request,
            CallOutcome::Placed(Requested {
                provider_id: Some("p1".to_owned()),
                ask_every_ms,
                ..Requested::default()
            }),
        ));
        asked
    }

    fn run(&mut self, command: &Command) {
        let Decision { events, effects, .. } = self.sale.decide(command, self.now).unwrap();
        for event in &events {
            self.sale.apply(event);
        }
        for planned in &effects {
            let due = planned.due.unwrap_or(self.now);
            if let SaleEffect::Look {
                chain: Some(chain), ..
            } = &planned.effect
            {
                self.next = Some((*chain, due.duration_since(self.now)));
            }
        }
        let is_cancel = |effect: &SaleEffect| effect.name() == "cancel";
        self.cancels += effects
            .iter()
            .filter(|planned| is_cancel(&planned.effect))
            .count();
    }

    /// Its time comes; how long that was.
    fn comes(&mut self) -> (Chain, SignedDuration) {
        let (chain, pause) = self.next.take().unwrap();
        self.now = self.now.checked_add(pause).unwrap();
        (chain, pause)
    }

    /// The next look sees this; the pause before it, in milliseconds.
    fn looks(&mut self, report: Report) -> i128 {
        let (chain, pause) = self.comes();
        self.run(&Command::Observed {
            attempt: 1,
            chain: Some(chain),
            report: Some(report),
        });
        pause.as_millis()
    }

    /// The next look sees nothing, and the provider wishes for this much patience; the pause before it, in milliseconds.
    fn sees_nothing(&mut self, wait_ms: Option<u32>) -> i128 {
        let (chain, pause) = self.comes();
        self.run(&Command::Unreadable {
            attempt: 1,
            chain: Some(chain),
            wait_ms,
        });
        pause.as_millis()
    }

    fn payment(&self) -> &Payment {
        self.sale.payment.as_ref().unwrap()
    }
}

fn waiting() -> Report {
    report(Standing::Waiting, 0, 0, 0)
}

fn unknown_word() -> Report {
    Report {
        problem: Some(Problem::of("unclear")),
        ..waiting()
    }
}

#[test]
fn the_first_look_is_after_five_seconds_and_then_there_is_one_every_two() {
    let mut asked = Asked::at_pace(None);
    let pauses: Vec<i128> = (0..4).map(|_| asked.looks(waiting())).collect();
    assert_eq!(pauses, [5_000, 2_000, 2_000, 2_000]);
}

#[test]
fn a_provider_with_a_pace_of_its_own_is_asked_at_that_pace() {
    for pace_ms in [500, 3_000, 7_000] {
        let mut asked = Asked::at_pace(Some(pace_ms));
        let pauses: Vec<i128> = (0..3).map(|_| asked.looks(waiting())).collect();
        let pace_ms = i128::from(pace_ms);
        assert_eq!(pauses, [5_000, pace_ms, pace_ms]);
    }
}

#[test]
fn who_cannot_be_asked_is_asked_ever_more_rarely_and_who_answers_again_at_the_usual_pace() {
    let mut asked = Asked::at_pace(None);
    let pauses: Vec<i128> = (0..7).map(|_| asked.sees_nothing(None)).collect();
    assert_eq!(pauses, [5_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    asked.looks(waiting());
    assert_eq!(asked.looks(waiting()), 2_000);
}

#[test]
fn who_wishes_for_patience_gets_it_within_limits() {
    let mut asked = Asked::at_pace(None);
    asked.sees_nothing(Some(60_000));
    assert_eq!(asked.sees_nothing(Some(86_400_000)), 60_000);
    assert_eq!(asked.looks(waiting()), 600_000);
}

#[test]
fn a_payment_that_the_provider_keeps_open_beyond_its_time_is_taken_back() {
    for standing in [Standing::Waiting, Standing::CodeNeeded] {
        let mut asked = Asked::at_pace(None);
        asked.now = NOW + SignedDuration::from_mins(10);
        asked.looks(report(standing, 0, 0, 0));
        assert_eq!(asked.cancels, 0, "{standing:?}: clocks differ");
        asked.now = NOW + SignedDuration::from_mins(11);
        asked.looks(report(standing, 0, 0, 0));
        asked.looks(report(standing, 0, 0, 0));
        assert_eq!(asked.cancels, 1, "{standing:?}: one at a time");
        assert!(asked.payment().cancelling);
        let mut taken_back = answered(Call::Cancel, CallOutcome::Done);
        if let Command::Answered { report: told, .. } = &mut taken_back {
            *told = Some(report(Standing::Gone, 0, 0, 0));
        }
        asked.run(&taken_back);
        assert_eq!(asked.payment().phase, Phase::Cancelled, "{standing:?}");
    }
}

#[test]
fn who_has_paid_when_the_time_is_over_has_paid() {
    let mut asked = Asked::at_pace(None);
    asked.now = NOW + SignedDuration::from_mins(11);
    asked.looks(waiting());
    assert_eq!(asked.cancels, 1);
    let mut too_late = answered(Call::Cancel, CallOutcome::Done);
    if let Command::Answered { report: told, .. } = &mut too_late {
        *told = Some(report(Standing::Authorised, PRICE, PRICE, 0));
    }
    asked.run(&too_late);
    assert_eq!(asked.payment().phase, Phase::Paid);
    assert_eq!(
        asked
            .payment()
            .problem
            .as_ref()
            .map(|problem| problem.key.as_str()),
        Some("paid_already")
    );
}

#[test]
fn what_the_provider_does_not_take_back_is_left_to_the_cashier_after_a_few_tries() {
    let refused = || answered_nth(CallOutcome::Refused(Problem::of("not_valid")));
    let mut asked = Asked::at_pace(None);
    asked.now = NOW + SignedDuration::from_mins(11);
    for _ in 0..6 {
        asked.looks(waiting());
        let n = asked.payment().cancels;
        asked.run(&refused()(n));
    }
    assert_eq!(asked.cancels, 3);
    assert_eq!(asked.payment().phase, Phase::AwaitingCustomer);
    assert!(!asked.payment().cancelling);
}

fn answered_nth(outcome: CallOutcome) -> impl Fn(u32) -> Command {
    move |n| Command::Answered {
        attempt: 1,
        call: Call::Cancel,
        n,
        outcome: outcome.clone(),
        report: Some(waiting()),
    }
}

#[test]
fn a_word_that_nobody_knows_is_the_end_only_when_the_payment_was_taken_back_or_cannot_be() {
    let mut asked = Asked::at_pace(None);
    asked.looks(unknown_word());
    assert_eq!(
        (asked.payment().phase, asked.cancels),
        (Phase::AwaitingCustomer, 0)
    );
    asked.now = NOW + SignedDuration::from_mins(11);
    asked.looks(unknown_word());
    assert_eq!(
        (asked.payment().phase, asked.cancels),
        (Phase::AwaitingCustomer, 1)
    );
    let mut done = answered(Call::Cancel, CallOutcome::Done);
    if let Command::Answered { report: told, .. } = &mut done {
        *told = Some(unknown_word());
    }
    asked.run(&done);
    asked.looks(unknown_word());
    assert_eq!(asked.payment().phase, Phase::Cancelled);

    let refused = answered_nth(CallOutcome::Refused(Problem::of("not_valid")));
    let mut asked = Asked::at_pace(None);
    asked.now = NOW + SignedDuration::from_mins(11);
    for _ in 0..3 {
        asked.looks(unknown_word());
        let n = asked.payment().cancels;
        asked.run(&refused(n));
    }
    asked.looks(unknown_word());
    assert_eq!(asked.payment().phase, Phase::Failed);
    assert_eq!(asked.payment().problem, unknown_word().problem);
}
