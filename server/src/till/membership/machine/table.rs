//! Every stage of a membership and every command, in one table; and the rules that must hold whatever comes.

use super::*;
use std::fmt::Write as _;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn run(membership: &mut Membership, command: &Command, now: Timestamp) -> Decision<Membership> {
    let Ok(decision) = membership.decide(command, now);
    for event in &decision.events {
        membership.apply(event);
    }
    decision
}

fn enrol() -> Command {
    Command::Enrol {
        branch: "oslo".to_owned(),
        binding_message: "K7F-3QX".to_owned(),
    }
}

fn asked(chain: u32, answer: Answer) -> Command {
    Command::Asked { n: 1, chain, answer }
}

fn started() -> Command {
    Command::Started {
        n: 1,
        expires_in_s: 600,
        pause_s: 5,
    }
}

fn after(commands: &[Command]) -> Membership {
    let mut membership = Membership::default();
    for command in commands {
        run(&mut membership, command, now());
    }
    membership
}

fn stages() -> Vec<(&'static str, Membership)> {
    let ended = |answer| after(&[enrol(), started(), asked(0, answer)]);
    vec![
        ("unknown", after(&[])),
        ("starting", after(&[enrol()])),
        ("asked", after(&[enrol(), started()])),
        ("asked, left", after(&[enrol(), started(), Command::Leave])),
        (
            "asked, consented",
            after(&[enrol(), started(), asked(0, Answer::Consented { after_ms: None })]),
        ),
        (
            "starting anew",
            after(&[enrol(), started(), asked(0, Answer::Lost)]),
        ),
        ("member", ended(Answer::Joined)),
        ("refused", ended(Answer::Refused)),
        ("lapsed", ended(Answer::Lapsed)),
        (
            "not possible",
            after(&[
                enrol(),
                Command::NotPossible {
                    n: 1,
                    why: "old_app".to_owned(),
                },
            ]),
        ),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    vec![
        ("enrol", enrol()),
        ("leave", Command::Leave),
        ("started", started()),
        ("pending", asked(0, Answer::Pending)),
        ("slow down", asked(0, Answer::SlowDown)),
        ("later", asked(0, Answer::Later { after_ms: None })),
        (
            "later, by its wish",
            asked(
                0,
                Answer::Later {
                    after_ms: Some(40_000),
                },
            ),
        ),
        ("consented", asked(0, Answer::Consented { after_ms: None })),
        ("joined", asked(0, Answer::Joined)),
        ("refused", asked(0, Answer::Refused)),
        ("lapsed", asked(0, Answer::Lapsed)),
        ("lost", asked(0, Answer::Lost)),
        ("of another chain", asked(9, Answer::Refused)),
        (
            "not possible",
            Command::NotPossible {
                n: 1,
                why: "old_app".to_owned(),
            },
        ),
        (
            "of another asking",
            Command::NotPossible {
                n: 9,
                why: "old_app".to_owned(),
            },
        ),
        ("ping", Command::Ping),
        ("deadline, early", Command::Deadline { n: 1 }),
    ]
}

#[test]
fn every_stage_answers_every_command_as_the_table_says() {
    let mut table = String::new();
    for (stage, membership) in stages() {
        writeln!(table, "{stage}").unwrap();
        for (name, command) in commands() {
            let Ok(decision) = membership.decide(&command, now());
            let events: Vec<String> = decision
                .events
                .iter()
                .map(|event| serde_json::to_string(event).unwrap())
                .collect();
            let effects: Vec<String> = decision
                .effects
                .iter()
                .map(|planned| {
                    let due = planned.due.map_or(0, |due| due.duration_since(now()).as_millis());
                    format!("{:?} in {due} ms", planned.effect)
                })
                .collect();
            writeln!(table, "  {name}: {} | {}", events.join(" "), effects.join(", ")).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn enrolment_by_two_tills_at_once_is_one() {
    let mut membership = Membership::default();
    assert_eq!(run(&mut membership, &enrol(), now()).effects.len(), 2);
    let second = run(&mut membership, &enrol(), now());
    assert_eq!(second, Decision::nothing());
    assert_eq!(membership.n, 1);
}

#[test]
fn a_customer_who_was_not_awaited_any_more_is_a_member_all_the_same() {
    let mut membership = after(&[enrol(), started(), Command::Leave]);
    run(&mut membership, &asked(0, Answer::Joined), now());
    assert_eq!(membership.stage, Stage::Member);
}

#[test]
fn a_ping_overtakes_the_question_that_waits() {
    let mut membership = after(&[enrol(), started()]);
    let pinged = run(&mut membership, &Command::Ping, now());
    assert_eq!(pinged.effects[0].effect, MembershipEffect::Ask { n: 1, chain: 1 });
    let overtaken = run(&mut membership, &asked(0, Answer::Refused), now());
    assert_eq!(overtaken, Decision::nothing());
}

#[test]
fn the_deadline_ends_it_when_its_time_has_come_and_not_before() {
    let deadline = Command::Deadline { n: 1 };
    let mut starting = after(&[enrol()]);
    assert_eq!(
        run(&mut starting, &deadline, later(now(), START_WITHIN)),
        Decision::nothing()
    );
    run(&mut starting, &deadline, later(later(now(), START_WITHIN), GRACE));
    assert!(matches!(starting.stage, Stage::NotPossible { .. }));
    let mut asked = after(&[enrol(), started()]);
    let lapsed = later(now(), SignedDuration::from_secs(620));
    run(&mut asked, &deadline, lapsed);
    assert_eq!(asked.stage, Stage::Lapsed);
}

#[test]
fn slowing_down_lasts_and_failures_are_patient_up_to_half_a_minute() {
    let mut membership = after(&[enrol(), started()]);
    let mut due = |answer| {
        let decision = run(&mut membership, &asked(0, answer), now());
        let due = decision.effects[0].due.unwrap();
        due.duration_since(now()).as_millis()
    };
    assert_eq!(due(Answer::Pending), 5_000);
    assert_eq!(due(Answer::SlowDown), 10_000);
    assert_eq!(due(Answer::Pending), 10_000);
    assert_eq!(due(Answer::Later { after_ms: None }), 20_000);
    assert_eq!(due(Answer::Later { after_ms: None }), 30_000);
    assert_eq!(
        due(Answer::Later {
            after_ms: Some(60_000)
        }),
        60_000
    );
    assert_eq!(due(Answer::Pending), 10_000);
}

#[test]
fn who_has_consented_has_not_let_it_lapse() {
    let mut membership = after(&[enrol(), started()]);
    let at_the_end = later(now(), SignedDuration::from_secs(599));
    let consented = asked(0, Answer::Consented { after_ms: None });
    let decision = run(&mut membership, &consented, at_the_end);
    assert_eq!(decision.effects.len(), 2, "the next question, and a new deadline");
    let deadline = Command::Deadline { n: 1 };
    let formerly = later(now(), SignedDuration::from_secs(620));
    assert_eq!(run(&mut membership, &deadline, formerly), Decision::nothing());
    let again = run(&mut membership, &consented, formerly);
    assert_eq!(again.effects.len(), 1, "the deadline is put off once");
    run(
        &mut membership,
        &deadline,
        later(at_the_end, later_than_a_grant()),
    );
    assert_eq!(
        membership.stage,
        Stage::NotPossible {
            why: "answer_lost".to_owned()
        }
    );
}

fn later_than_a_grant() -> SignedDuration {
    GRANT_LIFE.saturating_add(GRACE)
}

#[test]
fn a_lost_answer_is_asked_for_anew_once() {
    let mut membership = after(&[enrol(), started()]);
    let anew = run(&mut membership, &asked(0, Answer::Lost), now());
    assert_eq!(anew.effects[0].effect, MembershipEffect::Start { n: 1 });
    run(&mut membership, &started(), now());
    run(&mut membership, &asked(1, Answer::Lost), now());
    assert!(matches!(membership.stage, Stage::NotPossible { .. }));
}
