//! Every state's answer to every command, as one table: a change of any answer shows in the snapshot beside this file.

use super::vocabulary::*;
use crate::engine::machine::Machine as _;
use crate::till::sale::{CustomerSeen, Facts, Sale, Ways};
use crate::till::wallet::{Call, Customer, Private, Problem, Report, Requested, Standing, WalletId};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::money::{Currency, VatRate};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::{Confirmation, CustomerKind};
use std::fmt::Write as _;

pub(super) const PRICE: i64 = 24_900;
const ID: &str = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

pub(super) fn report(standing: Standing, authorised: i64, captured: i64, refunded: i64) -> Report {
    Report {
        standing,
        authorised_minor: authorised,
        captured_minor: captured,
        refunded_minor: refunded,
        released_minor: 0,
        problem: None,
    }
}

pub(super) fn observed(report: Report) -> Command {
    Command::Observed {
        attempt: 1,
        chain: None,
        report: Some(report),
    }
}

pub(super) fn answered(call: Call, outcome: CallOutcome) -> Command {
    Command::Answered {
        attempt: 1,
        call,
        n: 1,
        outcome,
        report: None,
    }
}

pub(super) fn ask(by_hand: bool, repeatable: bool) -> Command {
    Command::Request(Box::new(Ask {
        wallet: WalletId::of("model"),
        ways: Ways {
            request_repeatable: repeatable,
            refunds_readable: repeatable,
            may_be_undone: !repeatable,
        },
        customer: Some(Customer::Phone(PhoneNumber::parse("+4790000000").unwrap())),
        by_code: false,
        confirmation: Confirmation::Automatic,
        capture_by_hand: by_hand,
        amount_minor: PRICE,
    }))
}

pub(super) fn add(request_id: &str) -> Command {
    let good = GoodFacts {
        id: "lue".to_owned(),
        name: "Lue".to_owned(),
        price_minor: PRICE,
        vat: VatRate::from_hundredths_of_percent(2500).unwrap(),
    };
    Command::Edit {
        request_id: request_id.to_owned(),
        edits: vec![LineEdit::Add { good, quantity: 1 }],
    }
}

pub(super) fn open() -> Command {
    Command::Open {
        facts: Facts {
            id: ID.to_owned(),
            branch: "oslo".to_owned(),
            till: "1".to_owned(),
            cashier: "kari".to_owned(),
            currency: Currency::Nok,
            number: "1-1".to_owned(),
            opened_at: Timestamp::UNIX_EPOCH,
        },
    }
}

pub(super) fn placed() -> Command {
    answered(
        Call::Request,
        CallOutcome::Placed(Requested {
            provider_id: Some("p1".to_owned()),
            ..Requested::default()
        }),
    )
}

/// Ways into every state, by the commands that lead there.
fn states() -> Vec<(&'static str, Vec<Command>)> {
    let begun = || vec![open(), add("r1"), ask(false, true)];
    let by_hand = || vec![open(), add("r1"), ask(true, true), placed()];
    let after = |mut before: Vec<Command>, more: Vec<Command>| {
        before.extend(more);
        before
    };
    let agreed = || observed(report(Standing::Authorised, PRICE, 0, 0));
    let paid = || observed(report(Standing::Authorised, PRICE, PRICE, 0));
    let doubted = || Command::Waits {
        attempt: 1,
        call: Call::Capture,
        doubt: true,
        problem: None,
    };
    let refused = || answered(Call::Capture, CallOutcome::Refused(Problem::of("refused")));
    let refund = Command::Refund {
        request_id: "f1".to_owned(),
        amount_minor: 4_900,
    };
    vec![
        ("nothing", vec![]),
        ("open", vec![open(), add("r1")]),
        ("requested", begun()),
        (
            "requested, in doubt",
            after(
                begun(),
                vec![Command::Waits {
                    attempt: 1,
                    call: Call::Request,
                    doubt: true,
                    problem: None,
                }],
            ),
        ),
        (
            "requested, lost",
            vec![
                open(),
                add("r1"),
                ask(false, false),
                answered(Call::Request, CallOutcome::Unknown),
            ],
        ),
        (
            "requested, lost for good",
            vec![
                open(),
                add("r1"),
                ask(false, false),
                answered(Call::Request, CallOutcome::Unknown),
                Command::Deadline { attempt: 1 },
            ],
        ),
        ("awaiting customer", after(begun(), vec![placed()])),
        (
            "awaiting customer, cancelling",
            after(begun(), vec![placed(), Command::Cancel]),
        ),
        (
            "awaiting code",
            after(
                begun(),
                vec![placed(), observed(report(Standing::CodeNeeded, 0, 0, 0))],
            ),
        ),
        (
            "awaiting code, code sent",
            after(
                begun(),
                vec![
                    placed(),
                    observed(report(Standing::CodeNeeded, 0, 0, 0)),
                    Command::EnterCode {
                        code: Private::new("1234"),
                    },
                ],
            ),
        ),
        ("authorised by hand", after(by_hand(), vec![agreed()])),
        (
            "authorised, cancelling",
            after(by_hand(), vec![agreed(), Command::Cancel]),
        ),
        ("capturing", after(begun(), vec![placed(), agreed()])),
        (
            "capture refused",
            after(begun(), vec![placed(), agreed(), refused()]),
        ),
        (
            "capture in doubt",
            after(begun(), vec![placed(), agreed(), doubted()]),
        ),
        (
            "unconfirmed",
            after(begun(), vec![placed(), agreed(), doubted(), Command::Finish]),
        ),
        (
            "unconfirmed, refused",
            after(
                begun(),
                vec![placed(), agreed(), doubted(), Command::Finish, refused()],
            ),
        ),
        ("paid", after(begun(), vec![placed(), agreed(), paid()])),
        (
            "refunding",
            after(begun(), vec![placed(), agreed(), paid(), refund.clone()]),
        ),
        (
            "partly refunded",
            after(
                begun(),
                vec![
                    placed(),
                    agreed(),
                    paid(),
                    refund,
                    observed(report(Standing::Authorised, PRICE, PRICE, 4_900)),
                ],
            ),
        ),
        (
            "declined",
            after(
                begun(),
                vec![placed(), observed(report(Standing::Declined, 0, 0, 0))],
            ),
        ),
        (
            "failed",
            after(
                begun(),
                vec![answered(
                    Call::Request,
                    CallOutcome::Refused(Problem::of("x.5080")),
                )],
            ),
        ),
        (
            "finished",
            after(begun(), vec![placed(), agreed(), paid(), Command::Finish]),
        ),
        (
            "set aside",
            after(begun(), vec![placed(), Command::Cancel, Command::Finish]),
        ),
        ("stray money kept", stray_kept()),
    ]
}

/// Money of the first payment turned up while the second one is asked for, and could not be given back.
fn stray_kept() -> Vec<Command> {
    vec![
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
        Command::Callback {
            reference: format!("{ID}-1"),
            provider_id: "p1".to_owned(),
            amount_minor: PRICE,
            paid: true,
        },
        Command::StrayAnswered {
            attempt: 1,
            n: 1,
            outcome: CallOutcome::Refused(Problem::of("x.5")),
        },
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let reference = format!("{ID}-1");
    let said = |paid, amount_minor| Command::Callback {
        reference: reference.clone(),
        provider_id: "p1".to_owned(),
        amount_minor,
        paid,
    };
    let seen = CustomerSeen {
        kind: CustomerKind::Phone,
        masked: "..00".to_owned(),
        digest: "d".to_owned(),
    };
    vec![
        ("open", open()),
        ("add", add("r2")),
        ("add again", add("r1")),
        ("identify", Command::Identify { seen }),
        ("forget", Command::Forget),
        ("request", ask(false, true)),
        (
            "enter code",
            Command::EnterCode {
                code: Private::new("1234"),
            },
        ),
        ("capture all", Command::Capture { amount_minor: PRICE }),
        (
            "capture too much",
            Command::Capture {
                amount_minor: PRICE + 1,
            },
        ),
        ("cancel", Command::Cancel),
        (
            "refund a part",
            Command::Refund {
                request_id: "f2".to_owned(),
                amount_minor: 900,
            },
        ),
        (
            "refund too much",
            Command::Refund {
                request_id: "f3".to_owned(),
                amount_minor: PRICE + 1,
            },
        ),
        ("finish", Command::Finish),
        ("discard", Command::Discard),
        ("placed", placed()),
        (
            "request refused",
            answered(Call::Request, CallOutcome::Refused(Problem::of("x.1"))),
        ),
        ("request unknown", answered(Call::Request, CallOutcome::Unknown)),
        (
            "request given up",
            Command::GivenUp {
                attempt: 1,
                call: Call::Request,
                n: 1,
            },
        ),
        ("code wrong", answered(Call::Code, CallOutcome::WrongCode)),
        ("code taken", answered(Call::Code, CallOutcome::Done)),
        ("code unknown", answered(Call::Code, CallOutcome::Unknown)),
        ("capture done", answered(Call::Capture, CallOutcome::Done)),
        (
            "capture refused",
            answered(Call::Capture, CallOutcome::Refused(Problem::of("x.2"))),
        ),
        (
            "capture waits",
            Command::Waits {
                attempt: 1,
                call: Call::Capture,
                doubt: false,
                problem: Some(Problem::of("x.6280")),
            },
        ),
        ("cancel done", answered(Call::Cancel, CallOutcome::Done)),
        (
            "cancel refused",
            answered(Call::Cancel, CallOutcome::Refused(Problem::of("x.3"))),
        ),
        ("refund done", answered(Call::Refund, CallOutcome::Done)),
        (
            "refund refused",
            answered(Call::Refund, CallOutcome::Refused(Problem::of("x.4"))),
        ),
        ("seen waiting", observed(report(Standing::Waiting, 0, 0, 0))),
        (
            "seen code needed",
            observed(report(Standing::CodeNeeded, 0, 0, 0)),
        ),
        ("seen agreed", observed(report(Standing::Authorised, PRICE, 0, 0))),
        (
            "seen paid",
            observed(report(Standing::Authorised, PRICE, PRICE, 0)),
        ),
        (
            "seen given back",
            observed(report(Standing::Authorised, PRICE, PRICE, PRICE)),
        ),
        ("seen declined", observed(report(Standing::Declined, 0, 0, 0))),
        ("seen cancelled", observed(report(Standing::Cancelled, 0, 0, 0))),
        ("seen expired", observed(report(Standing::Expired, 0, 0, 0))),
        ("seen gone", observed(report(Standing::Gone, 0, 0, 0))),
        (
            "never heard of",
            Command::Observed {
                attempt: 1,
                chain: None,
                report: None,
            },
        ),
        (
            "of another attempt",
            Command::Observed {
                attempt: 7,
                chain: None,
                report: Some(report(Standing::Authorised, PRICE, PRICE, 0)),
            },
        ),
        (
            "unreadable",
            Command::Unreadable {
                attempt: 1,
                chain: Some(Chain {
                    number: 1,
                    pause_ms: 2_000,
                }),
                wait_ms: None,
            },
        ),
        (
            "nudge",
            Command::Nudge {
                reference: reference.clone(),
            },
        ),
        ("callback paid", said(true, PRICE)),
        ("callback cancelled", said(false, PRICE)),
        ("callback of another amount", said(true, 1)),
        ("deadline", Command::Deadline { attempt: 1 }),
        (
            "found, paid",
            Command::Found {
                attempt: 1,
                provider_id: "p1".to_owned(),
                by: "kari".to_owned(),
                report: report(Standing::Authorised, PRICE, PRICE, 0),
            },
        ),
        (
            "found, another one",
            Command::Found {
                attempt: 1,
                provider_id: "p9".to_owned(),
                by: "kari".to_owned(),
                report: report(Standing::Waiting, 0, 0, 0),
            },
        ),
        (
            "found unpaid",
            Command::FoundUnpaid {
                attempt: 1,
                by: "kari".to_owned(),
            },
        ),
        (
            "stray given back",
            Command::StrayAnswered {
                attempt: 1,
                n: 1,
                outcome: CallOutcome::Done,
            },
        ),
        ("give stray money back", Command::GiveBack { attempt: 1 }),
    ]
}

pub(super) fn state_of(way: &[Command], now: Timestamp) -> Sale {
    let mut sale = Sale::default();
    for command in way {
        let decision = sale
            .decide(command, now)
            .expect("the way into a state is accepted");
        for event in &decision.events {
            sale.apply(event);
        }
    }
    sale
}

/// One answer on one line: where the sale stands then, what happened, what is to be done.
fn answer(before: &Sale, command: &Command, now: Timestamp) -> String {
    let decision = match before.decide(command, now) {
        Ok(decision) => decision,
        Err(refusal) => return format!("refused: {refusal:?}"),
    };
    let mut after = before.clone();
    for event in &decision.events {
        after.apply(event);
    }
    let phase = after.payment.as_ref().map(|payment| {
        let checking = payment
            .checking
            .map_or(String::new(), |what| format!(" checking {what:?}"));
        let cancelling = if payment.cancelling { " cancelling" } else { "" };
        format!("{:?}{checking}{cancelling}", payment.phase)
    });
    let effects: Vec<String> = decision
        .effects
        .iter()
        .map(|planned| {
            let pause = planned.due.map_or(0, |due| due.duration_since(now).as_secs());
            let name = crate::engine::machine::Effect::name(&planned.effect);
            if pause > 0 {
                format!("{name}+{pause}s")
            } else {
                name.to_owned()
            }
        })
        .filter(|name| name != "note")
        .collect();
    let phase = phase.unwrap_or_else(|| "no payment".to_owned());
    let ended = after.ended.map_or(String::new(), |ended| format!(" [{ended:?}]"));
    format!(
        "{phase}{ended}; {} events; {}",
        decision.events.len(),
        effects.join(" ")
    )
}

#[test]
fn every_state_answers_every_command() {
    let now = Timestamp::UNIX_EPOCH
        .checked_add(SignedDuration::from_secs(60))
        .unwrap();
    let mut table = String::new();
    for (name, way) in states() {
        let sale = state_of(&way, now);
        let _ = writeln!(table, "== {name}");
        for (command_name, command) in commands() {
            let _ = writeln!(table, "{command_name:<28}{}", answer(&sale, &command, now));
        }
    }
    insta::assert_snapshot!(table);
}
