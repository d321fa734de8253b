//! What holds of every sale, whatever comes in whatever order: the machine against a model of a provider that acts once per
//! key, with calls and answers that are lost, repeated and late, and a customer and a cashier who do as they please.

#![allow(
    clippy::needless_pass_by_value,
    reason = "a command is written where it is run"
)]

/// The provider, and the till's outbox before it.
mod model;

use super::vocabulary::*;
use crate::till::sale::{CustomerSeen, Ended, Ways};
use crate::till::wallet::{Call, Problem, Report, Standing};
use karfa_shared::till::{Confirmation, CustomerKind, Phase};
use model::{Fate, PRICE, World};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Ask {
        by_hand: bool,
    },
    Ring,
    Cancel,
    Capture(i64),
    Refund(i64, u8),
    Finish,
    Discard,
    Customer(bool),
    Perform(Fate),
    Tick(i64, bool),
    OldNews(usize),
    Webhook,
    Lapse,
    /// A cashier looks at the provider's own page, and may overlook a payment there.
    Look(bool),
    /// The provider calls for what it completed.
    Callbacks,
    /// A cashier has stray money given back once more.
    GiveBack,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Fine),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::LostAfter),
        1 => Just(Fate::Killed),
        1 => Just(Fate::Later),
        1 => Just(Fate::Unread),
        1 => Just(Fate::LastBefore),
        1 => Just(Fate::LastAfter),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => any::<bool>().prop_map(|by_hand| Step::Ask { by_hand }),
        1 => Just(Step::Ring),
        2 => Just(Step::Cancel),
        2 => (1..PRICE + 500).prop_map(Step::Capture),
        2 => ((1..PRICE), 0_u8..4).prop_map(|(amount, name)| Step::Refund(amount, name)),
        1 => Just(Step::Finish),
        1 => Just(Step::Discard),
        4 => proptest::bool::weighted(0.7).prop_map(Step::Customer),
        9 => fate().prop_map(Step::Perform),
        5 => (0_i64..20, proptest::bool::weighted(0.8)).prop_map(|(seconds, readable)| Step::Tick(seconds, readable)),
        3 => (0_usize..64).prop_map(Step::OldNews),
        2 => Just(Step::Webhook),
        1 => Just(Step::Lapse),
        2 => proptest::bool::weighted(0.7).prop_map(Step::Look),
        1 => Just(Step::Callbacks),
        1 => Just(Step::GiveBack),
    ]
}

fn play(world: &mut World, steps: &[Step]) {
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Ask { by_hand } => drop(world.ask(*by_hand)),
            Step::Ring => world.ring_up(&format!("ring-{at}")),
            Step::Cancel => drop(world.run(Command::Cancel)),
            Step::Capture(amount_minor) => drop(world.run(Command::Capture {
                amount_minor: *amount_minor,
            })),
            Step::Refund(amount_minor, name) => drop(world.run(Command::Refund {
                request_id: format!("refund-{name}"),
                amount_minor: *amount_minor,
            })),
            Step::Finish => drop(world.run(Command::Finish)),
            Step::Discard => drop(world.run(Command::Discard)),
            Step::Customer(approves) => world.customer(*approves),
            Step::Perform(fate) => world.perform(*fate),
            Step::Tick(seconds, readable) => world.tick(*seconds, *readable),
            Step::OldNews(index) => {
                if let Some((attempt, report)) = world.old_news.get(*index).cloned() {
                    let report = Some(report);
                    world.run(Command::Observed {
                        attempt,
                        chain: None,
                        report,
                    });
                }
            }
            Step::Webhook => world.somebody_wants_to_know(),
            Step::Lapse => world.lapse(),
            Step::Look(carefully) => world.somebody_looks(*carefully),
            Step::Callbacks => world.callbacks(),
            Step::GiveBack => world.give_back(),
        }
        one_payment_is_alive(world);
    }
}

/// A provider that forgets nothing never has two payments of one sale that a customer could pay.
fn one_payment_is_alive(world: &World) {
    if world.ways.request_repeatable {
        let alive = world.provider.values().filter(|truth| truth.is_alive()).count();
        assert!(alive <= 1, "{alive} payments are alive: {:?}", world.provider);
    }
}

fn repeatable() -> Ways {
    Ways {
        request_repeatable: true,
        refunds_readable: true,
        may_be_undone: false,
    }
}

fn nameless() -> Ways {
    Ways {
        request_repeatable: false,
        refunds_readable: true,
        may_be_undone: false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn money_at_the_provider_is_what_the_sale_says(steps in proptest::collection::vec(step(), 1..60)) {
        let mut world = World::new(repeatable(), Confirmation::Automatic);
        play(&mut world, &steps);
        world.heal();
        let last = world.sale.payment.clone();
        for (name, truth) in &world.provider {
            prop_assert!(truth.captured <= truth.authorised);
            prop_assert!(truth.refunded <= truth.captured);
            let current = last.as_ref().filter(|payment| payment.reference == *name);
            match current {
                Some(payment) => {
                    prop_assert_eq!(payment.seen.captured_minor, truth.captured);
                    prop_assert_eq!(payment.seen.refunded_minor, truth.refunded);
                    prop_assert!(payment.checking.is_none(), "{:?}", payment);
                }
                None => prop_assert_eq!(truth.captured, 0),
            }
        }
        // What left the desk unpaid holds no money.
        if matches!(world.sale.ended, Some(Ended::Discarded | Ended::SetAside)) {
            prop_assert!(world.provider.values().all(|truth| truth.captured == truth.refunded), "{:?}", world.provider);
        }
        let at_provider: i64 = world.provider.values().map(|truth| truth.captured - truth.refunded).sum();
        prop_assert_eq!(world.booked.values().sum::<i64>(), at_provider);
    }

    #[test]
    fn a_provider_that_can_only_be_asked_by_its_own_id_moves_nothing_unnoticed(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new(nameless(), Confirmation::Manual);
        play(&mut world, &steps);
        world.heal();
        let seen = world.sale.payment.as_ref().map_or(0, |payment| payment.seen.captured_minor);
        let captured: i64 = world.provider.values().map(|truth| truth.captured).sum();
        prop_assert_eq!(seen, captured);
    }

    #[test]
    fn where_the_customers_word_is_enough_a_careful_look_finds_all_the_money(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new(nameless(), Confirmation::Automatic);
        play(&mut world, &steps);
        world.heal();
        world.tick(700, true);
        world.somebody_looks(true);
        world.heal();
        world.callbacks();
        world.heal();
        let payment = world.sale.payment.as_ref();
        prop_assert!(payment.is_none_or(|payment| payment.checking.is_none()), "{:?}", payment);
        // All that was paid is this sale's payment, or goes back: no second one is kept.
        let seen = payment.map_or(0, |payment| payment.seen.captured_minor - payment.seen.refunded_minor);
        let kept: i64 = world.provider.values().map(|truth| truth.captured - truth.refunded).sum();
        prop_assert_eq!(seen, kept, "{:?} {:?}", world.sale, world.provider);
        prop_assert_eq!(world.booked.values().sum::<i64>(), kept);
    }
}

fn customer_seen() -> CustomerSeen {
    CustomerSeen {
        kind: CustomerKind::Phone,
        masked: "+47 90 •• •• 00".to_owned(),
        digest: "d".to_owned(),
    }
}

fn phase(world: &World) -> Phase {
    world.sale.payment.as_ref().unwrap().phase
}

#[test]
fn a_sale_is_asked_for_agreed_to_captured_and_finished() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    assert!(world.run(Command::Identify {
        seen: customer_seen()
    }));
    assert!(world.ask(false));
    assert_eq!(phase(&world), Phase::Requested);
    world.perform(Fate::Fine);
    assert_eq!(phase(&world), Phase::AwaitingCustomer);
    assert!(!world.run(Command::Finish), "nothing is settled yet");
    world.customer(true);
    world.tick(5, true);
    assert_eq!(phase(&world), Phase::Capturing);
    world.perform(Fate::Fine);
    assert_eq!(phase(&world), Phase::Paid);
    assert!(world.run(Command::Finish));
    assert!(!world.ask(false), "it is over");
}

#[test]
fn an_impatient_cashier_pays_nothing_twice() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    assert!(world.ask(false));
    assert!(!world.ask(false), "the first one is under way");
    world.perform(Fate::LostAfter);
    assert!(!world.ask(false), "and may have arrived");
    world.perform(Fate::Fine);
    world.customer(true);
    world.tick(5, true);
    world.perform(Fate::LostAfter);
    assert!(world.run(Command::Capture { amount_minor: PRICE }));
    world.heal();
    assert_eq!(
        world.provider.values().map(|truth| truth.captured).sum::<i64>(),
        PRICE
    );
    assert_eq!(phase(&world), Phase::Paid);
}

#[test]
fn a_capture_that_is_refused_leaves_the_authorisation_and_can_be_tried_anew() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::Fine);
    world.customer(true);
    world.tick(5, true);
    let answer = Command::Answered {
        attempt: 1,
        call: Call::Capture,
        n: 1,
        outcome: CallOutcome::Refused(Problem::of("refused")),
        report: world.truth_of(1).map(|(_, truth)| truth.report()),
    };
    world.ordered.clear();
    assert!(world.run(answer));
    assert_eq!(phase(&world), Phase::Authorised);
    assert!(world.ordered.is_empty(), "nobody tries again by themselves");
    assert!(world.run(Command::Capture { amount_minor: PRICE }));
    world.perform(Fate::Fine);
    assert_eq!(phase(&world), Phase::Paid);
}

#[test]
fn the_rest_of_a_partial_capture_is_released() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    world.ask(true);
    world.perform(Fate::Fine);
    world.customer(true);
    world.tick(5, true);
    assert_eq!(phase(&world), Phase::Authorised);
    assert!(world.run(Command::Capture { amount_minor: 10_000 }));
    world.heal();
    let (_, truth) = world.truth_of(1).unwrap();
    assert_eq!((truth.captured, truth.released), (10_000, PRICE - 10_000));
    assert_eq!(phase(&world), Phase::Paid);
}

#[test]
fn who_pays_while_the_cashier_cancels_is_shown_as_paid() {
    let mut world = World::new(nameless(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::Fine);
    world.customer(true);
    assert!(world.run(Command::Cancel));
    world.heal();
    assert_eq!(phase(&world), Phase::Paid);
    assert!(!world.sale.payment.as_ref().unwrap().cancelling);
}

#[test]
fn who_agrees_while_the_cashier_cancels_pays_nothing() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::Fine);
    assert!(world.run(Command::Cancel));
    world.customer(true);
    world.tick(5, true);
    assert_eq!(phase(&world), Phase::Authorised);
    world.heal();
    let (_, truth) = world.truth_of(1).unwrap();
    assert_eq!((truth.captured, truth.released), (0, PRICE));
    assert_eq!(phase(&world), Phase::Cancelled);
    assert!(world.ask(false), "the sale goes on");
}

#[test]
fn money_of_a_request_that_was_lost_is_given_back_when_another_one_was_made() {
    let mut world = World::new(nameless(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::LostAfter);
    assert!(!world.ask(false), "it may have arrived");
    world.tick(700, true);
    assert!(!world.ask(false), "and nobody knows");
    world.somebody_looks(false);
    assert_eq!(phase(&world), Phase::Failed);
    assert!(world.ask(false));
    world.perform(Fate::Fine);
    world.customer(true);
    world.callbacks();
    let given_back = |effect: &SaleEffect| matches!(effect, SaleEffect::GiveBackStray { attempt: 1, n: 1 });
    assert!(world.beside.iter().any(given_back));
    world.perform(Fate::Fine);
    world.tick(5, true);
    assert_eq!(phase(&world), Phase::Paid, "the second one goes its way");
}

#[test]
fn a_callback_for_another_amount_or_another_cart_is_refused() {
    let mut world = World::new(nameless(), Confirmation::ServerCallback);
    world.ask(false);
    world.perform(Fate::Fine);
    let said = |reference: &str, id: &str, amount_minor| Command::Callback {
        reference: reference.to_owned(),
        provider_id: id.to_owned(),
        amount_minor,
        paid: true,
    };
    let reference = world.sale.payment.as_ref().unwrap().reference.clone();
    assert!(!world.run(said(&reference, "cart-0", PRICE - 1)));
    assert!(!world.run(said(&reference, "cart-9", PRICE)));
    assert!(!world.run(said("another-1", "cart-0", PRICE)));
    assert!(world.run(said(&reference, "cart-0", PRICE)));
    world.run(Command::Cancel);
    assert!(
        !world.run(said(&reference, "cart-0", PRICE)),
        "it is being cancelled"
    );
}

#[test]
fn an_id_that_was_typed_in_capitals_is_the_one_that_the_provider_calls_by() {
    let mut world = World::new(nameless(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::LostAfter);
    let found = |id: &str| Command::Found {
        attempt: 1,
        provider_id: id.to_owned(),
        by: "kari".to_owned(),
        report: asked(),
    };
    assert!(world.run(found("CART-0")));
    assert!(world.run(found("cart-0")), "the same news again");
    let reference = world.sale.payment.as_ref().unwrap().reference.clone();
    assert!(
        world.run(Command::Callback {
            reference,
            provider_id: "cart-0".to_owned(),
            amount_minor: PRICE,
            paid: true,
        }),
        "what is refused is cancelled, though it was paid"
    );
}

/// The customer is asked.
fn asked() -> Report {
    Report {
        standing: Standing::Waiting,
        authorised_minor: 0,
        captured_minor: 0,
        refunded_minor: 0,
        released_minor: 0,
        problem: None,
    }
}

#[test]
fn nothing_in_the_journal_names_a_customer() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::Fine);
    let state = serde_json::to_string(&world.sale).unwrap();
    assert!(!state.contains("90000000"));
}
