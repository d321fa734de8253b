//! A machine that counts, plans errands and hears of them; a performer that does as it is told; engines on files.

use crate::engine::Engine;
use crate::engine::address::StoreId;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::machine::{Decision, Effect, Lane, Machine, Planned, RetryPolicy};
use crate::engine::perform::{Outcome, Perform, Task};
use crate::engine::random::SeededRandom;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use provider_http::ManualClock;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Toy {
    pub(super) total: i64,
    /// Errands by name, in the order they were planned.
    pub(super) planned: Vec<String>,
    /// Errands that the machine heard of, in order.
    pub(super) heard: Vec<String>,
    /// Errands that were given up.
    pub(super) given_up: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) enum ToyCommand {
    Add(i64),
    /// Plans errands, each name once.
    Plan(Vec<Errand>),
    Call(&'static str, String),
    Heard(String),
    GivenUp(String),
    Refuse,
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ToyEvent {
    Added(i64),
    Planned(String),
    Heard(String),
    GivenUp(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) name: String,
    pub(super) due: Option<Timestamp>,
    pub(super) free: bool,
    pub(super) max_attempts: u32,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no")]
pub(super) struct No;

pub(super) fn errand(name: &str) -> Errand {
    Errand {
        name: name.to_owned(),
        due: None,
        free: false,
        max_attempts: 3,
    }
}

impl Effect for Errand {
    fn name(&self) -> &'static str {
        if self.name.starts_with("local") {
            "local"
        } else {
            "errand"
        }
    }

    fn policy(&self) -> RetryPolicy {
        RetryPolicy {
            max_attempts: self.max_attempts,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(8),
            timeout: Duration::from_secs(20),
        }
    }
}

impl Machine for Toy {
    const KIND: &'static str = "toy";
    type Command = ToyCommand;
    type Event = ToyEvent;
    type Effect = Errand;
    type Refusal = No;

    fn decide(&self, command: &ToyCommand, _now: Timestamp) -> Result<Decision<Self>, No> {
        Ok(match command {
            ToyCommand::Add(n) => Decision::event(ToyEvent::Added(*n)),
            ToyCommand::Plan(errands) => {
                let mut decision = Decision::nothing();
                for errand in errands.iter().filter(|e| !self.planned.contains(&e.name)) {
                    decision = decision.and_event(ToyEvent::Planned(errand.name.clone()));
                    let lane = if errand.free { Lane::Free } else { Lane::Ordered };
                    decision.effects.push(Planned {
                        effect: errand.clone(),
                        due: errand.due,
                        lane,
                    });
                }
                decision
            }
            ToyCommand::Call(lookup, key) => Decision::nothing().and_lookup(lookup, key.clone()),
            ToyCommand::Heard(name) if name == "chain" => Decision::event(ToyEvent::Heard(name.clone()))
                .and_event(ToyEvent::Planned("chained".to_owned()))
                .and_effect(errand("chained")),
            ToyCommand::Heard(name) => Decision::event(ToyEvent::Heard(name.clone())),
            ToyCommand::GivenUp(name) => Decision::event(ToyEvent::GivenUp(name.clone())),
            ToyCommand::Refuse => return Err(No),
            ToyCommand::Nothing => Decision::nothing(),
        })
    }

    fn apply(&mut self, event: &ToyEvent) {
        match event {
            ToyEvent::Added(n) => self.total = self.total.saturating_add(*n),
            ToyEvent::Planned(name) => self.planned.push(name.clone()),
            ToyEvent::Heard(name) => self.heard.push(name.clone()),
            ToyEvent::GivenUp(name) => self.given_up.push(name.clone()),
        }
    }
}

/// What the outside world saw: the errand's name, the key, the attempt.
pub(super) type Call = (String, String, u32);

/// Does as the script says; what the script does not mention succeeds and is told to the machine.
#[derive(Clone, Default)]
pub(super) struct World(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    calls: Vec<Call>,
    script: HashMap<String, VecDeque<Outcome<ToyCommand>>>,
    panics: bool,
}

impl World {
    pub(super) fn script(&self, name: &str, outcomes: impl IntoIterator<Item = Outcome<ToyCommand>>) {
        self.0
            .lock()
            .unwrap()
            .script
            .insert(name.to_owned(), outcomes.into_iter().collect());
    }

    pub(super) fn panic_once(&self) {
        self.0.lock().unwrap().panics = true;
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.0.lock().unwrap().calls.clone()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.calls().into_iter().map(|(name, ..)| name).collect()
    }
}

#[async_trait]
impl Perform<Toy> for World {
    async fn perform(&self, task: &Task<Errand>) -> Outcome<ToyCommand> {
        let name = task.effect.name.clone();
        let mut inner = self.0.lock().unwrap();
        inner.calls.push((name.clone(), task.key.clone(), task.attempt));
        if std::mem::take(&mut inner.panics) {
            drop(inner);
            panic!("as told");
        }
        match inner.script.get_mut(&name).and_then(VecDeque::pop_front) {
            Some(outcome) => outcome,
            None => Outcome::Command(ToyCommand::Heard(name)),
        }
    }

    fn given_up(&self, task: &Task<Errand>) -> Option<ToyCommand> {
        // What begins with `keep` stays in the outbox, dead, for an operator.
        let name = task.effect.name.clone();
        (!name.starts_with("keep")).then_some(ToyCommand::GivenUp(name))
    }
}

/// An engine in a folder of its own, on a clock that the test moves.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) clock: Arc<ManualClock>,
    pub(super) world: World,
    pub(super) dispatcher: Dispatcher,
    pub(super) store: StoreId,
    folder: TempDir,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::seeded(1).await
    }

    pub(super) async fn seeded(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let engine = open(&folder.path().join("test.db"), &clock, seed).await;
        let world = World::default();
        let dispatcher = dispatcher(&engine, &world);
        Bench {
            engine,
            clock,
            world,
            dispatcher,
            store: StoreId::default(),
            folder,
        }
    }

    /// Ends the process and starts it again on the same file: nothing in memory survives but the outside world.
    pub(super) async fn restart(self) -> Self {
        let Bench {
            engine,
            clock,
            world,
            dispatcher: old,
            store,
            folder,
        } = self;
        engine.close().await;
        drop((engine, old));
        let engine = open(&folder.path().join("test.db"), &clock, 2).await;
        let dispatcher = dispatcher(&engine, &world);
        Bench {
            engine,
            clock,
            world,
            dispatcher,
            store,
            folder,
        }
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("test.db")
    }

    pub(super) async fn run(&self, id: &str, command: ToyCommand) {
        self.engine.run::<Toy>(&self.store, id, command).await.unwrap();
    }

    pub(super) async fn state(&self, id: &str) -> Toy {
        self.engine.load::<Toy>(&self.store, id).await.unwrap().state
    }

    pub(super) fn advance(&self, by: Duration) {
        self.clock.advance(SignedDuration::try_from(by).unwrap());
    }
}

pub(super) fn start() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub(super) async fn open(path: &Path, clock: &Arc<ManualClock>, seed: u64) -> Engine {
    Engine::open_sqlite(path, clock.clone(), Arc::new(SeededRandom::new(seed)))
        .await
        .unwrap()
}

pub(super) fn dispatcher(engine: &Engine, world: &World) -> Dispatcher {
    Dispatcher::builder(engine.clone())
        .register::<Toy>(world.clone())
        .build()
}
