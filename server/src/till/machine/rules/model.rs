//! A model of a provider that acts once per key, with the till's outbox before it: calls and answers are lost, repeated and
//! late, as a test wants it.

use crate::engine::machine::{Decision, Lane, Machine as _};
use crate::till::machine::vocabulary::*;
use crate::till::sale::{Facts, Sale, Ways, intent_key};
use crate::till::wallet::{Call, Customer, Problem, Report, Requested, Standing, WalletId};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::money::{Currency, VatRate};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::Confirmation;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Price of the one good.
pub(super) const PRICE: i64 = 24_900;

/// A payment as the provider has it.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) reference: String,
    pub(super) standing: Standing,
    pub(super) amount: i64,
    pub(super) authorised: i64,
    pub(super) captured: i64,
    pub(super) refunded: i64,
    pub(super) released: i64,
    pub(super) keys: BTreeSet<String>,
}

impl Truth {
    pub(super) fn report(&self) -> Report {
        Report {
            standing: self.standing,
            authorised_minor: self.authorised,
            captured_minor: self.captured,
            refunded_minor: self.refunded,
            released_minor: self.released,
            problem: None,
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.standing == Standing::Waiting || self.authorised > self.captured + self.released
    }
}

/// The till's side of the world: one sale, its outbox, and news that is on its way.
pub(super) struct World {
    pub(super) ways: Ways,
    pub(super) confirmation: Confirmation,
    pub(super) now: Timestamp,
    pub(super) sale: Sale,
    pub(super) ordered: VecDeque<SaleEffect>,
    pub(super) free: Vec<(Timestamp, SaleEffect)>,
    pub(super) provider: BTreeMap<String, Truth>,
    /// Reports that were read once and may arrive any time.
    pub(super) old_news: Vec<(u32, Report)>,
    pub(super) booked: BTreeMap<String, i64>,
    /// Calls that give stray money back: no other waits for them.
    pub(super) beside: VecDeque<SaleEffect>,
    /// The oldest of them has been tried before.
    tried: bool,
}

/// What becomes of a call on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
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
    pub(super) fn new(ways: Ways, confirmation: Confirmation) -> Self {
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
            beside: VecDeque::new(),
            tried: false,
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

    pub(super) fn ring_up(&mut self, request_id: &str) {
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
    pub(super) fn run(&mut self, command: Command) -> bool {
        let Ok(decision) = self.sale.decide(&command, self.now) else {
            return false;
        };
        self.commit(decision);
        true
    }

    pub(super) fn commit(&mut self, decision: Decision<Sale>) {
        for event in &decision.events {
            self.sale.apply(event);
        }
        for planned in decision.effects {
            match planned.lane {
                Lane::Ordered => self.ordered.push_back(planned.effect),
                Lane::Free if matches!(planned.effect, SaleEffect::GiveBackStray { .. }) => {
                    self.beside.push_back(planned.effect);
                }
                Lane::Free => self.free.push((planned.due.unwrap_or(self.now), planned.effect)),
            }
        }
    }

    pub(super) fn ask(&mut self, by_hand: bool) -> bool {
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
    pub(super) fn customer(&mut self, approves: bool) {
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
    pub(super) fn lapse(&mut self) {
        for truth in self.provider.values_mut() {
            if truth.standing == Standing::Waiting {
                truth.standing = Standing::Expired;
            }
        }
    }

    pub(super) fn truth_of(&self, attempt: u32) -> Option<(String, Truth)> {
        let payment = self.sale.attempt(attempt)?;
        let name = match self.ways.request_repeatable {
            true => payment.reference.clone(),
            false => payment.provider_id.clone()?,
        };
        let truth = self.provider.get(&name)?.clone();
        Some((name, truth))
    }

    /// The oldest of the calls that wait for each other is tried, and the oldest that gives stray money back.
    pub(super) fn perform(&mut self, fate: Fate) {
        self.perform_first(|world| &mut world.ordered, fate);
        self.perform_first(|world| &mut world.beside, fate);
    }

    fn perform_first(&mut self, queue: fn(&mut Self) -> &mut VecDeque<SaleEffect>, fate: Fate) {
        let Some(effect) = queue(self).front().cloned() else {
            return;
        };
        if let Some(command) = self.try_call(&effect, fate) {
            queue(self).pop_front();
            if let Some(command) = command {
                self.run(command);
            }
        }
    }

    /// `None`: to be tried again; otherwise what the machine hears.
    pub(super) fn try_call(&mut self, effect: &SaleEffect, fate: Fate) -> Option<Option<Command>> {
        let (attempt, call, n) = match effect {
            SaleEffect::Request { attempt, .. } => (*attempt, Call::Request, 1),
            SaleEffect::Capture { attempt, n, .. } => (*attempt, Call::Capture, *n),
            SaleEffect::Cancel { attempt, n } => (*attempt, Call::Cancel, *n),
            SaleEffect::Refund { attempt, n, .. } => (*attempt, Call::Refund, *n),
            SaleEffect::GiveBackStray { attempt, n } => return self.give_back_stray(*attempt, *n, fate),
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

    /// Money that a stray payment brought goes back.
    /// A second key would give it back a second time.
    fn give_back_stray(&mut self, attempt: u32, n: u32, fate: Fate) -> Option<Option<Command>> {
        let stray = self.sale.stray(attempt).filter(|stray| stray.waits_for(n));
        let Some(stray) = stray else {
            return Some(None);
        };
        let may_have_gone = stray.in_doubt || self.tried;
        let name = stray.handle.provider_id.clone()?;
        let truth = self.provider.get_mut(&name)?;
        let acts = matches!(
            fate,
            Fate::Fine | Fate::LostAfter | Fate::Killed | Fate::LastAfter
        );
        if acts && truth.keys.insert(intent_key("stray", Call::Refund, n)) {
            truth.refunded += truth.captured;
        }
        let outcome = match fate {
            Fate::Fine => Some(CallOutcome::Done),
            Fate::Unread if !may_have_gone => Some(CallOutcome::Refused(Problem::of("refused"))),
            Fate::LastBefore | Fate::LastAfter => Some(CallOutcome::Unknown),
            _ => None,
        };
        self.tried = outcome.is_none();
        outcome.map(|outcome| Some(Command::StrayAnswered { attempt, n, outcome }))
    }

    /// A cashier has what could not be given back given back once more.
    pub(super) fn give_back(&mut self) {
        let strays: Vec<u32> = self.sale.strays.iter().map(|stray| stray.attempt).collect();
        for attempt in strays {
            self.run(Command::GiveBack { attempt });
        }
    }

    /// The provider acts, once per key.
    pub(super) fn act(&mut self, attempt: u32, effect: &SaleEffect) -> CallOutcome {
        let refused = || CallOutcome::Refused(Problem::of("refused"));
        if let SaleEffect::Request { request, .. } = effect {
            let name = match self.ways.request_repeatable {
                true => request.reference.clone(),
                false => format!("cart-{}", self.provider.len()),
            };
            let fresh = Truth {
                reference: request.reference.clone(),
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
    pub(super) fn tick(&mut self, seconds: i64, readable: bool) {
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
    pub(super) fn callbacks(&mut self) {
        for (name, truth) in self.provider.clone() {
            if truth.captured == 0 {
                continue;
            }
            self.run(Command::Callback {
                reference: truth.reference,
                provider_id: name,
                amount_minor: truth.amount,
                paid: true,
            });
        }
    }

    /// A cashier looks for the payment on the provider's own page. Who does not look carefully overlooks it.
    pub(super) fn somebody_looks(&mut self, carefully: bool) {
        let Some(payment) = self.sale.payment.clone() else {
            return;
        };
        let mut all = self.provider.iter();
        let found = all.find(|(_, truth)| carefully && truth.reference == payment.reference);
        let word = match found {
            Some((name, truth)) => Command::Found {
                attempt: payment.attempt,
                provider_id: name.clone(),
                by: "kari".to_owned(),
                report: truth.report(),
            },
            None => Command::FoundUnpaid {
                attempt: payment.attempt,
                by: "kari".to_owned(),
            },
        };
        self.run(word);
    }

    /// A webhook, or a cashier.
    pub(super) fn somebody_wants_to_know(&mut self) {
        let payment = self.sale.payment.as_ref();
        if let Some(reference) = payment.map(|payment| payment.reference.clone()) {
            self.run(Command::Nudge { reference });
        }
    }

    /// All faults are over: whatever was begun comes to its end.
    pub(super) fn heal(&mut self) {
        for _ in 0..400 {
            self.perform(Fate::Fine);
            self.tick(10, true);
        }
        self.somebody_wants_to_know();
        self.give_back();
        self.lapse();
        for _ in 0..400 {
            self.perform(Fate::Fine);
            self.tick(10, true);
        }
    }
}
