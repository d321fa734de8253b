//! What holds of every sale, whatever comes in whatever order: the machine against a model of a provider that acts once per
//! key, with calls and answers that are lost, repeated and late, and a customer and a cashier who do as they please.

#![allow(
    clippy::needless_pass_by_value,
    reason = "a command is written where it is run"
)]

use super::vocabulary::*;
use crate::engine::machine::{Decision, Lane, Machine as _};
use crate::till::sale::{CustomerSeen, Ended, Facts, Sale, Ways, intent_key};
use crate::till::wallet::{Call, Customer, Handle, Problem, Report, Requested, Standing, WalletId};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::money::{Currency, VatRate};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::{Confirmation, CustomerKind, Phase};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const PRICE: i64 = 24_900;

/// A payment as the provider has it.
#[derive(Clone, Debug)]
struct Truth {
    standing: Standing,
    amount: i64,
    authorised: i64,
    captured: i64,
    refunded: i64,
    released: i64,
    keys: BTreeSet<String>,
}

impl Truth {
    fn report(&self) -> Report {
        Report {
            standing: self.standing,
            authorised_minor: self.authorised,
            captured_minor: self.captured,
            refunded_minor: self.refunded,
            released_minor: self.released,
            problem: None,
        }
    }

    fn is_alive(&self) -> bool {
        self.standing == Standing::Waiting || self.authorised > self.captured + self.released
    }
}

/// The till's side of the world: one sale, its outbox, and news that is on its way.
struct World {
    ways: Ways,
    confirmation: Confirmation,
    now: Timestamp,
    sale: Sale,
    ordered: VecDeque<SaleEffect>,
    free: Vec<(Timestamp, SaleEffect)>,
    provider: BTreeMap<String, Truth>,
    /// Reports that were read once and may arrive any time.
    old_news: Vec<(u32, Report)>,
    booked: BTreeMap<String, i64>,
}

/// What becomes of a call on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    /// It never arrives.
    LostBefore,
    /// The provider acts, the answer is lost.
    LostAfter,
    /// The provider acts, and the process dies before it has stored the answer.
    Killed,
    /// The provider asks for patience.
    Later,
    /// The provider cannot be read afterwards.
    Unread,
    /// It never arrives, and this was the last try.
    LastBefore,
    /// The provider acts, the answer is lost, and this was the last try.
    LastAfter,
}

impl World {
    fn new(ways: Ways, confirmation: Confirmation) -> Self {
        let mut world = World {
            ways,
            confirmation,
            now: Timestamp::UNIX_EPOCH,
            sale: Sale::default(),
            ordered: VecDeque::new(),
            free: Vec::new(),
            provider: BTreeMap::new(),
            old_news: Vec::new(),
            booked: BTreeMap::new(),
        };
        let facts = Facts {
            id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".to_owned(),
            branch: "oslo".to_owned(),
            till: "1".to_owned(),
            cashier: "kari".to_owned(),
            currency: Currency::Nok,
            number: "1-1".to_owned(),
            opened_at: world.now,
        };
        world.run(Command::Open { facts });
        world.ring_up("first");
        world
    }

    fn ring_up(&mut self, request_id: &str) {
        let good = GoodFacts {
            id: "lue".to_owned(),
            name: "Lue".to_owned(),
            price_minor: PRICE,
            vat: VatRate::from_hundredths_of_percent(2500).unwrap(),
        };
        self.run(Command::Edit {
            request_id: request_id.to_owned(),
            edits: vec![LineEdit::Add { good, quantity: 1 }],
        });
    }

    /// Decides and "commits".
    fn run(&mut self, command: Command) -> bool {
        let Ok(decision) = self.sale.decide(&command, self.now) else {
            return false;
        };
        self.commit(decision);
        true
    }

    fn commit(&mut self, decision: Decision<Sale>) {
        for event in &decision.events {
            self.sale.apply(event);
        }
        for planned in decision.effects {
            match planned.lane {
                Lane::Ordered => self.ordered.push_back(planned.effect),
                Lane::Free => self.free.push((planned.due.unwrap_or(self.now), planned.effect)),
            }
        }
    }

    fn ask(&mut self, by_hand: bool) -> bool {
        let ask = Ask {
            wallet: WalletId::of("model"),
            ways: self.ways,
            customer: Some(Customer::Phone(PhoneNumber::parse("+4790000000").unwrap())),
            by_code: false,
            confirmation: self.confirmation,
            capture_by_hand: by_hand,
            amount_minor: self.sale.sums().total_minor,
        };
        self.run(Command::Request(Box::new(ask)))
    }

    /// The customer answers what the phone shows.
    fn customer(&mut self, approves: bool) {
        let automatic = self.confirmation != Confirmation::Manual && !self.ways.request_repeatable;
        for truth in self.provider.values_mut() {
            if truth.standing == Standing::Waiting {
                if approves {
                    truth.standing = Standing::Authorised;
                    truth.authorised = truth.amount;
                    if automatic {
                        truth.captured = truth.amount;
                    }
                } else {
                    truth.standing = Standing::Declined;
                }
            }
        }
    }

    /// Ten minutes go by at the provider: what waits lapses.
    fn lapse(&mut self) {
        for truth in self.provider.values_mut() {
            if truth.standing == Standing::Waiting {
                truth.standing = Standing::Expired;
            }
        }
    }

    fn truth_of(&self, attempt: u32) -> Option<(String, Truth)> {
        let payment = self.sale.attempt(attempt)?;
        let name = match self.ways.request_repeatable {
            true => payment.reference.clone(),
            false => payment.provider_id.clone()?,
        };
        let truth = self.provider.get(&name)?.clone();
        Some((name, truth))
    }

    /// The oldest of the calls that wait for each other is tried.
    fn perform(&mut self, fate: Fate) {
        let Some(effect) = self.ordered.front().cloned() else {
            return;
        };
        if let Some(command) = self.try_call(&effect, fate) {
            self.ordered.pop_front();
            if let Some(command) = command {
                self.run(command);
            }
        }
    }

    /// `None`: to be tried again; otherwise what the machine hears.
    fn try_call(&mut self, effect: &SaleEffect, fate: Fate) -> Option<Option<Command>> {
        let (attempt, call, n) = match effect {
            SaleEffect::Request { attempt, .. } => (*attempt, Call::Request, 1),
            SaleEffect::Capture { attempt, n, .. } => (*attempt, Call::Capture, *n),
            SaleEffect::Cancel { attempt, n } => (*attempt, Call::Cancel, *n),
            SaleEffect::Refund { attempt, n, .. } => (*attempt, Call::Refund, *n),
            _ => return Some(None),
        };
        if self.sale.attempt(attempt).is_none_or(|payment| payment.is_dead()) {
            return Some(None);
        }
        let wait = |world: &mut World, doubt| {
            world.run(Command::Waits {
                attempt,
                call,
                doubt,
                problem: None,
            });
            None
        };
        match fate {
            Fate::LostBefore => return wait(self, false),
            Fate::LastBefore => return Some(Some(Command::GivenUp { attempt, call, n })),
            Fate::Later if call != Call::Request => return wait(self, false),
            _ => {}
        }
        let outcome = self.act(attempt, effect);
        let repeatable = self.ways.request_repeatable || call != Call::Request;
        match fate {
            Fate::LastAfter => return Some(Some(Command::GivenUp { attempt, call, n })),
            Fate::Killed if repeatable => return None,
            Fate::LostAfter if repeatable => return wait(self, true),
            Fate::Killed | Fate::LostAfter => {
                return Some(Some(Command::Answered {
                    attempt,
                    call,
                    n,
                    outcome: CallOutcome::Unknown,
                    report: None,
                }));
            }
            _ => {}
        }
        let report = self.truth_of(attempt).map(|(_, truth)| truth.report());
        self.old_news
            .extend(report.clone().map(|report| (attempt, report)));
        Some(Some(Command::Answered {
            attempt,
            call,
            n,
            outcome,
            report: report.filter(|_| fate != Fate::Unread),
        }))
    }

    /// The provider acts, once per key.
    fn act(&mut self, attempt: u32, effect: &SaleEffect) -> CallOutcome {
        let refused = || CallOutcome::Refused(Problem::of("refused"));
        if let SaleEffect::Request { request, .. } = effect {
            let name = match self.ways.request_repeatable {
                true => request.reference.clone(),
                false => format!("cart-{}", self.provider.len()),
            };
            let fresh = Truth {
                standing: Standing::Waiting,
                amount: request.amount.minor,
                authorised: 0,
                captured: 0,
                refunded: 0,
                released: 0,
                keys: BTreeSet::new(),
            };
            self.provider.entry(name.clone()).or_insert(fresh);
            return CallOutcome::Placed(Requested {
                provider_id: Some(name),
                ..Requested::default()
            });
        }
        let Some((name, mut truth)) = self.truth_of(attempt) else {
            return refused();
        };
        let key = match effect {
            SaleEffect::Capture { n, .. } => intent_key("", Call::Capture, *n),
            SaleEffect::Cancel { n, .. } => intent_key("", Call::Cancel, *n),
            SaleEffect::Refund { n, .. } => intent_key("", Call::Refund, *n),
            _ => return refused(),
        };
        if !truth.keys.contains(&key) {
            match effect {
                SaleEffect::Capture { amount_minor, .. } => {
                    if truth.authorised - truth.captured - truth.released < *amount_minor {
                        return refused();
                    }
                    truth.captured += amount_minor;
                }
                SaleEffect::Cancel { .. } => match truth.standing {
                    Standing::Waiting => truth.standing = Standing::Cancelled,
                    Standing::Authorised => truth.released = truth.authorised - truth.captured,
                    _ => {}
                },
                SaleEffect::Refund { amount_minor, .. } => {
                    if truth.captured - truth.refunded < *amount_minor {
                        return refused();
                    }
                    truth.refunded += amount_minor;
                }
                _ => {}
            }
            truth.keys.insert(key);
            self.provider.insert(name, truth);
        }
        CallOutcome::Done
    }

    /// Timers and looks whose time has come, and those beside the row.
    fn tick(&mut self, seconds: i64, readable: bool) {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        let (due, rest): (Vec<_>, Vec<_>) = self.free.drain(..).partition(|(due, _)| *due <= self.now);
        self.free = rest;
        for (_, effect) in due {
            match effect {
                SaleEffect::Look { attempt, chain }
                    if readable && (self.ways.request_repeatable || self.truth_of(attempt).is_some()) =>
                {
                    let report = self.truth_of(attempt).map(|(_, truth)| truth.report());
                    self.old_news
                        .extend(report.clone().map(|report| (attempt, report)));
                    self.run(Command::Observed {
                        attempt,
                        chain,
                        report,
                    });
                }
                SaleEffect::Look { attempt, chain } => {
                    self.run(Command::Unreadable {
                        attempt,
                        chain,
                        wait_ms: None,
                    });
                }
                SaleEffect::Deadline { attempt } => {
                    self.run(Command::Deadline { attempt });
                }
                SaleEffect::Book {
                    key, amount_minor, ..
                } => {
                    self.booked.insert(key, amount_minor);
                }
                _ => {}
            }
        }
    }

    /// The provider's own calls arrive, for everything that it completed.
    fn callbacks(&mut self) {
        let Some(payment) = self.sale.payment.clone() else {
            return;
        };
        let mut all: Vec<Handle> = self
            .sale
            .strays
            .iter()
            .map(|stray| stray.handle.clone())
            .collect();
        all.push(payment.handle());
        for (name, truth) in self.provider.clone() {
            if truth.captured == 0 {
                continue;
            }
            let at: usize = name.trim_start_matches("cart-").parse().unwrap_or(0);
            let Some(handle) = all.get(at) else { continue };
            self.run(Command::Callback {
                reference: handle.reference.clone(),
                provider_id: name,
                amount_minor: truth.amount,
                paid: true,
            });
        }
    }

    /// A webhook, or a cashier.
    fn somebody_wants_to_know(&mut self) {
        let payment = self.sale.payment.as_ref();
        if let Some(reference) = payment.map(|payment| payment.reference.clone()) {
            self.run(Command::Nudge { reference });
        }
    }

    /// All faults are over: whatever was begun comes to its end.
    fn heal(&mut self) {
        for _ in 0..400 {
            self.perform(Fate::Fine);
            self.tick(10, true);
        }
        self.somebody_wants_to_know();
        self.lapse();
        for _ in 0..400 {
            self.perform(Fate::Fine);
            self.tick(10, true);
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Ask { by_hand: bool },
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
    }
}

fn nameless() -> Ways {
    Ways {
        request_repeatable: false,
        refunds_readable: true,
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
    assert_eq!(phase(&world), Phase::Failed);
    assert!(world.ask(false));
    world.perform(Fate::Fine);
    world.customer(true);
    world.callbacks();
    let given_back = |effect: &SaleEffect| matches!(effect, SaleEffect::GiveBackStray { attempt: 1 });
    assert!(world.ordered.iter().any(given_back));
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
fn nothing_in_the_journal_names_a_customer() {
    let mut world = World::new(repeatable(), Confirmation::Automatic);
    world.ask(false);
    world.perform(Fate::Fine);
    let state = serde_json::to_string(&world.sale).unwrap();
    assert!(!state.contains("90000000"));
}
