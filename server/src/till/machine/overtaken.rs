//! Calls that had all their tries, and answers that were overtaken by other news: nothing is stuck, and nothing goes back.

#![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

use super::table::{PRICE, add, answered, ask, observed, open, placed, report, state_of};
use super::vocabulary::*;
use crate::engine::machine::{Decision, Effect as _, Lane, Machine as _};
use crate::till::sale::{Ended, Sale};
use crate::till::wallet::{Call, Private, Problem, Standing};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::till::{Action, Checking, Phase};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A sale, and whatever it asks for.
struct Case {
    sale: Sale,
    now: Timestamp,
    last: Vec<SaleEffect>,
    /// What the payment's later calls wait for, by name.
    ordered: Vec<&'static str>,
}

impl Case {
    fn after(way: &[Command]) -> Self {
        Case {
            sale: state_of(way, NOW),
            now: NOW,
            last: Vec::new(),
            ordered: Vec::new(),
        }
    }

    fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        let Decision { events, effects, .. } = self.sale.decide(command, self.now)?;
        for event in &events {
            self.sale.apply(event);
        }
        let ordered = effects.iter().filter(|planned| planned.lane == Lane::Ordered);
        self.ordered = ordered.map(|planned| planned.effect.name()).collect();
        self.last = effects.into_iter().map(|planned| planned.effect).collect();
        Ok(())
    }

    fn phase(&self) -> Phase {
        self.sale.payment.as_ref().unwrap().phase
    }

    fn checking(&self) -> Option<Checking> {
        self.sale.payment.as_ref().unwrap().checking
    }

    fn plans(&self, name: &str) -> bool {
        self.last.iter().any(|effect| effect.name() == name)
    }
}

fn agreed() -> Command {
    observed(report(Standing::Authorised, PRICE, 0, 0))
}

fn paid() -> Command {
    observed(report(Standing::Authorised, PRICE, PRICE, 0))
}

fn given_up(call: Call) -> Command {
    Command::GivenUp {
        attempt: 1,
        call,
        n: 1,
    }
}

fn never_heard_of() -> Command {
    Command::Observed {
        attempt: 1,
        chain: None,
        report: None,
    }
}

fn requested() -> Vec<Command> {
    vec![open(), add("r1"), ask(false, true)]
}

fn capturing() -> Vec<Command> {
    let mut way = requested();
    way.extend([placed(), agreed()]);
    way
}

fn refunding(repeatable: bool) -> Vec<Command> {
    let refund = refund_of("f1");
    vec![
        open(),
        add("r1"),
        ask(false, repeatable),
        placed(),
        agreed(),
        paid(),
        refund,
    ]
}

fn refund_of(request_id: &str) -> Command {
    Command::Refund {
        request_id: request_id.to_owned(),
        amount_minor: 4_900,
    }
}

#[test]
fn a_capture_that_had_all_its_tries_goes_on_under_its_key_when_the_cashier_presses() {
    let mut case = Case::after(&capturing());
    case.run(&given_up(Call::Capture)).unwrap();
    assert_eq!(case.checking(), Some(Checking::Capture));
    case.run(&Command::Capture { amount_minor: PRICE }).unwrap();
    let same = SaleEffect::Capture {
        attempt: 1,
        n: 1,
        amount_minor: PRICE,
    };
    assert!(case.last.contains(&same), "{:?}", case.last);
    case.run(&Command::Capture { amount_minor: PRICE }).unwrap();
    assert!(!case.plans("capture"), "once is enough: {:?}", case.last);
    case.run(&paid()).unwrap();
    assert_eq!((case.phase(), case.checking()), (Phase::Paid, None));
}

#[test]
fn what_was_tried_for_a_day_is_looked_at_rarely() {
    let mut case = Case::after(&refunding(true));
    let look = Command::Observed {
        attempt: 1,
        chain: Some(Chain {
            number: 1,
            pause_ms: 30_000,
        }),
        report: Some(report(Standing::Authorised, PRICE, PRICE, 0)),
    };
    let next = |case: &mut Case| {
        case.run(&look).unwrap();
        case.last.iter().find_map(|effect| match effect {
            SaleEffect::Look { chain, .. } => chain.map(|chain| chain.pause_ms),
            _ => None,
        })
    };
    assert_eq!(next(&mut case), Some(30_000));
    case.run(&given_up(Call::Refund)).unwrap();
    assert_eq!(next(&mut case), Some(60_000));
}

#[test]
fn a_refund_that_had_all_its_tries_goes_on_under_its_key_when_somebody_wants_to_know() {
    for repeatable in [true, false] {
        let mut case = Case::after(&refunding(repeatable));
        case.run(&given_up(Call::Refund)).unwrap();
        assert_eq!(case.checking(), Some(Checking::Refund));
        assert!(case.sale.can().contains(&Action::Check));
        assert_eq!(case.run(&refund_of("f2")), Err(Refusal::RefundUnderWay));
        let same = SaleEffect::Refund {
            attempt: 1,
            n: 1,
            amount_minor: 4_900,
        };
        let mut by_request = Case::after(&refunding(repeatable));
        by_request.run(&given_up(Call::Refund)).unwrap();
        by_request.run(&refund_of("f1")).unwrap();
        assert!(by_request.last.contains(&same), "{:?}", by_request.last);
        case.run(&paid()).unwrap();
        assert!(case.last.contains(&same), "{:?}", case.last);
        case.run(&paid()).unwrap();
        assert!(!case.plans("refund"), "{:?}", case.last);
    }
}

/// The till knows that the customer has agreed; what became of the money it does not.
fn left_in_doubt() -> Case {
    let mut case = Case::after(&capturing());
    assert_eq!(
        case.run(&Command::Finish),
        Err(Refusal::NotSettled),
        "it may take a second"
    );
    case.run(&Command::Waits {
        attempt: 1,
        call: Call::Capture,
        doubt: true,
        problem: None,
    })
    .unwrap();
    assert!(case.sale.can().contains(&Action::Finish));
    case.run(&Command::Finish).unwrap();
    assert_eq!(case.sale.ended, Some(Ended::Unconfirmed));
    assert!(
        !case.plans("forget_customer"),
        "whose purchase it is, is needed yet"
    );
    case
}

#[test]
fn a_capture_in_doubt_that_left_the_desk_is_kept_when_it_is_done() {
    let mut case = left_in_doubt();
    assert_eq!(case.sale.checking(), Some(Checking::Capture));
    case.run(&Command::Discard).unwrap();
    assert_eq!(case.sale.ended, Some(Ended::Unconfirmed));
    case.run(&paid()).unwrap();
    assert_eq!((case.phase(), case.sale.checking()), (Phase::Paid, None));
    assert!(case.plans("book") && case.plans("book_purchase") && case.plans("forget_customer"));
    assert!(!case.plans("refund"), "{:?}", case.last);
    case.run(&paid()).unwrap();
    assert!(!case.plans("book_purchase"), "once: {:?}", case.last);
}

#[test]
fn a_capture_that_cannot_be_made_for_now_may_leave_the_desk_too() {
    let mut case = Case::after(&capturing());
    case.run(&Command::Waits {
        attempt: 1,
        call: Call::Capture,
        doubt: false,
        problem: Some(Problem::of("x.6280")),
    })
    .unwrap();
    case.run(&Command::Finish).unwrap();
    assert_eq!(case.sale.checking(), Some(Checking::Capture), "it is tried on");
}

#[test]
fn what_left_the_desk_and_was_not_taken_waits_for_a_word_and_is_watched() {
    let refused = answered(Call::Capture, CallOutcome::Refused(Problem::of("x.6260")));
    let mut case = left_in_doubt();
    case.run(&refused).unwrap();
    assert_eq!((case.phase(), case.sale.checking()), (Phase::Authorised, None));
    let can = case.sale.can();
    assert!(
        can.contains(&Action::Capture) && can.contains(&Action::Cancel),
        "{can:?}"
    );
    let look = Command::Observed {
        attempt: 1,
        chain: Some(Chain {
            number: 1,
            pause_ms: 30_000,
        }),
        report: Some(report(Standing::Authorised, PRICE, 0, 0)),
    };
    case.run(&look).unwrap();
    assert!(case.plans("look"), "it may lapse: {:?}", case.last);
    assert!(!case.plans("cancel") && !case.plans("capture"), "{:?}", case.last);

    let mut taken = case.sale.clone();
    for event in taken
        .decide(&Command::Capture { amount_minor: PRICE }, NOW)
        .unwrap()
        .events
    {
        taken.apply(&event);
    }
    assert_eq!(taken.checking(), Some(Checking::Capture));

    case.run(&Command::Cancel).unwrap();
    assert_eq!(
        case.sale.ended,
        Some(Ended::SetAside),
        "what moves all the same goes back"
    );
    assert_eq!(case.sale.checking(), Some(Checking::Cancel));
    assert_eq!(
        case.run(&Command::Capture { amount_minor: PRICE }),
        Err(Refusal::NotToCapture { most_minor: 0 })
    );
    case.run(&paid()).unwrap();
    assert!(case.plans("refund"), "{:?}", case.last);
}

#[test]
fn what_was_given_up_and_turns_out_to_be_done_is_not_tried_again() {
    let mut case = Case::after(&capturing());
    case.run(&given_up(Call::Capture)).unwrap();
    case.run(&paid()).unwrap();
    assert!(!case.plans("capture"));
    assert_eq!((case.phase(), case.checking()), (Phase::Paid, None));
}

#[test]
fn a_request_that_cannot_be_sent_twice_and_had_all_its_tries_does_not_block_the_till() {
    let mut case = Case::after(&[open(), add("r1"), ask(false, false)]);
    case.run(&given_up(Call::Request)).unwrap();
    assert!(case.plans("deadline"), "{:?}", case.last);
    let unpaid = Command::FoundUnpaid {
        attempt: 1,
        by: "kari".to_owned(),
    };
    assert_eq!(case.run(&unpaid), Err(Refusal::MayBePaidYet));
    case.run(&Command::Deadline { attempt: 1 }).unwrap();
    assert_eq!(
        (case.phase(), case.checking()),
        (Phase::Requested, Some(Checking::Request)),
        "nobody knows"
    );
    assert!(!case.sale.can().contains(&Action::Request));
    assert!(case.sale.can().contains(&Action::Finish));
    let of_another = Command::FoundUnpaid {
        attempt: 2,
        by: "kari".to_owned(),
    };
    assert_eq!(case.run(&of_another), Err(Refusal::NotLost));
    case.run(&unpaid).unwrap();
    assert_eq!(case.phase(), Phase::Failed);
    assert!(case.sale.can().contains(&Action::Request));
    assert_eq!(case.run(&unpaid), Err(Refusal::NotLost), "once");
}

#[test]
fn nobody_looks_for_ever_for_a_payment_that_cannot_be_asked_for() {
    let mut case = Case::after(&[
        open(),
        add("r1"),
        ask(false, false),
        answered(Call::Request, CallOutcome::Unknown),
    ]);
    let looked = |number| Command::Unreadable {
        attempt: 1,
        chain: Some(Chain {
            number,
            pause_ms: 30_000,
        }),
        wait_ms: None,
    };
    case.run(&looked(1)).unwrap();
    assert!(case.plans("look"), "a callback may give it a name");
    case.run(&Command::Deadline { attempt: 1 }).unwrap();
    case.run(&looked(1)).unwrap();
    assert!(!case.plans("look"), "{:?}", case.last);
    case.run(&Command::Found {
        attempt: 1,
        provider_id: "p1".to_owned(),
        by: "kari".to_owned(),
        report: report(Standing::Waiting, 0, 0, 0),
    })
    .unwrap();
    assert!(case.plans("look"), "{:?}", case.last);
    assert_eq!(case.phase(), Phase::AwaitingCustomer);
}

/// Money of the first payment, which was said to be unpaid, turns up while the second one is asked for.
fn strayed() -> Case {
    let mut case = Case::after(&[
        open(),
        add("r1"),
        ask(false, false),
        answered(Call::Request, CallOutcome::Unknown),
        Command::Deadline { attempt: 1 },
        Command::FoundUnpaid {
            attempt: 1,
            by: "kari".to_owned(),
        },
        ask(false, false),
    ]);
    let reference = case.sale.strays[0].handle.reference.clone();
    case.run(&Command::Callback {
        reference,
        provider_id: "p1".to_owned(),
        amount_minor: PRICE,
        paid: true,
    })
    .unwrap();
    case
}

fn given_back(n: u32, outcome: CallOutcome) -> Command {
    Command::StrayAnswered {
        attempt: 1,
        n,
        outcome,
    }
}

const AGAIN: Command = Command::GiveBack { attempt: 1 };

fn intent(n: u32) -> SaleEffect {
    SaleEffect::GiveBackStray { attempt: 1, n }
}

#[test]
fn the_payment_that_is_asked_for_now_does_not_wait_until_stray_money_is_given_back() {
    let case = strayed();
    assert!(case.plans("give_back_stray"), "{:?}", case.last);
    assert!(!case.ordered.contains(&"give_back_stray"), "{:?}", case.ordered);
}

#[test]
fn stray_money_that_was_refused_is_given_back_as_another_intent_once() {
    let mut case = strayed();
    assert!(
        case.last.contains(&intent(1)) && case.plans("book"),
        "{:?}",
        case.last
    );
    let refused = CallOutcome::Refused(Problem::of("x.403"));
    case.run(&given_back(1, refused)).unwrap();
    assert!(case.sale.strays[0].is_kept());
    case.run(&AGAIN).unwrap();
    assert!(case.last.contains(&intent(2)), "{:?}", case.last);
    case.run(&AGAIN).unwrap();
    assert!(!case.plans("give_back_stray"), "{:?}", case.last);
    case.run(&given_back(1, CallOutcome::Done)).unwrap();
    assert!(case.sale.strays[0].is_kept(), "that was another intent's answer");
    case.run(&given_back(2, CallOutcome::Done)).unwrap();
    assert!(
        !case.sale.strays[0].is_kept() && case.plans("book"),
        "{:?}",
        case.last
    );
    case.run(&AGAIN).unwrap();
    assert!(case.last.is_empty(), "{:?}", case.last);
}

#[test]
fn stray_money_that_may_have_gone_back_never_gets_another_key() {
    let mut case = strayed();
    case.run(&given_back(1, CallOutcome::Unknown)).unwrap();
    for outcome in [CallOutcome::Unknown, CallOutcome::Refused(Problem::of("x.403"))] {
        case.run(&AGAIN).unwrap();
        assert!(case.last.contains(&intent(1)), "{:?}", case.last);
        case.run(&given_back(1, outcome)).unwrap();
    }
    case.run(&AGAIN).unwrap();
    assert!(case.last.contains(&intent(1)), "{:?}", case.last);
}

#[test]
fn where_no_money_strayed_none_is_given_back() {
    let nothing = Refusal::NotToRefund { most_minor: 0 };
    assert_eq!(Case::after(&capturing()).run(&AGAIN), Err(nothing.clone()));
    let mut quiet = Case::after(&[
        open(),
        add("r1"),
        ask(false, false),
        answered(Call::Request, CallOutcome::Unknown),
        Command::Deadline { attempt: 1 },
        Command::FoundUnpaid {
            attempt: 1,
            by: "kari".to_owned(),
        },
    ]);
    assert_eq!(quiet.run(&AGAIN), Err(nothing));
}

#[test]
fn a_request_that_was_refused_but_is_known_to_the_provider_was_made() {
    let mut case = Case::after(&requested());
    let refused = Command::Answered {
        attempt: 1,
        call: Call::Request,
        n: 1,
        outcome: CallOutcome::Refused(Problem::of("x.409")),
        report: Some(report(Standing::Waiting, 0, 0, 0)),
    };
    case.run(&refused).unwrap();
    assert_eq!(case.phase(), Phase::AwaitingCustomer);
    assert!(case.run(&ask(false, true)).is_err(), "it is alive");
}

#[test]
fn a_codes_late_answer_takes_nothing_back() {
    for outcome in [CallOutcome::Done, CallOutcome::WrongCode, CallOutcome::Unknown] {
        let mut way = vec![open(), add("r1"), ask(true, false), placed()];
        way.push(observed(report(Standing::CodeNeeded, 0, 0, 0)));
        way.push(Command::EnterCode {
            code: Private::new("1234"),
        });
        let mut case = Case::after(&way);
        case.run(&agreed()).unwrap();
        case.run(&Command::Capture { amount_minor: PRICE }).unwrap();
        case.run(&answered(Call::Code, outcome.clone())).unwrap();
        assert_eq!(case.phase(), Phase::Capturing, "{outcome:?}");
        case.run(&agreed()).unwrap();
        assert!(!case.plans("capture"), "one capture: {outcome:?}");
        case.run(&paid()).unwrap();
        assert_eq!(case.checking(), None, "{outcome:?}");
        assert_eq!(case.sale.payment.as_ref().unwrap().problem, None, "{outcome:?}");
    }
}

#[test]
fn what_the_provider_took_and_does_not_know_any_more_is_over_when_its_time_is() {
    let mut way = requested();
    way.push(placed());
    let mut case = Case::after(&way);
    case.run(&never_heard_of()).unwrap();
    assert_eq!(case.phase(), Phase::AwaitingCustomer, "it may be late");
    case.now = NOW + SignedDuration::from_mins(12);
    case.run(&never_heard_of()).unwrap();
    assert_eq!(case.phase(), Phase::Expired);

    way.extend([
        Command::Cancel,
        answered(Call::Cancel, CallOutcome::Done),
        never_heard_of(),
    ]);
    assert_eq!(Case::after(&way).phase(), Phase::Cancelled);
}

#[test]
fn the_customer_is_forgotten_once_when_nothing_is_to_come_any_more() {
    let mut way = requested();
    way.extend([placed(), agreed(), paid()]);
    let mut case = Case::after(&way);
    case.run(&Command::Finish).unwrap();
    assert!(case.plans("book_purchase"));
    assert_eq!(case.last.last().map(|effect| effect.name()), Some("note"));
    assert!(case.plans("forget_customer"));
    case.run(&paid()).unwrap();
    assert!(!case.plans("forget_customer"));

    let mut way = requested();
    way.extend([placed(), Command::Cancel]);
    let mut aside = Case::after(&way);
    aside.run(&Command::Finish).unwrap();
    assert_eq!(aside.sale.ended, Some(Ended::SetAside));
    assert!(!aside.plans("forget_customer"), "money may still move");
    aside
        .run(&observed(report(Standing::Cancelled, 0, 0, 0)))
        .unwrap();
    assert!(aside.plans("forget_customer"));

    let mut thrown_away = Case::after(&[open(), add("r1")]);
    thrown_away.run(&Command::Discard).unwrap();
    assert!(thrown_away.plans("forget_customer"));
}

#[test]
fn only_a_provider_that_names_the_payment_takes_back_what_it_completed() {
    let way = [open(), add("r1"), ask(false, false), placed(), agreed()];
    for standing in [
        Standing::Gone,
        Standing::Cancelled,
        Standing::Declined,
        Standing::Expired,
        Standing::Void,
    ] {
        let mut case = Case::after(&way);
        case.run(&paid()).unwrap();
        assert_eq!(
            case.last.iter().filter(|effect| effect.name() == "look").count(),
            3
        );
        case.run(&observed(report(standing, 0, 0, 0))).unwrap();
        let is_undone = standing == Standing::Void;
        let payment = case.sale.payment.as_ref().unwrap();
        let given_back = if is_undone { PRICE } else { 0 };
        assert_eq!(payment.seen.refunded_minor, given_back, "{standing:?}");
        assert_eq!(case.plans("book"), is_undone, "{standing:?}");
        let problem = payment.problem.as_ref().map(|problem| problem.key.as_str());
        assert_eq!(problem, is_undone.then_some("undone"), "{standing:?}");
    }
}
