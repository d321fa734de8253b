//! A process that dies between any two steps, and one that starts again on the same file: the end is the same as if
//! nothing had happened.

use super::mortal::{Death, Mortal};
use super::toy::{Errand, Toy, ToyCommand, World, dispatcher, errand, open, start};
use crate::engine::Engine;
use crate::engine::address::StoreId;
use crate::engine::bus::{Bus, BusLimits};
use crate::engine::dispatcher::Stepped;
use crate::engine::machine::Machine as _;
use crate::engine::perform::Outcome;
use crate::engine::random::SeededRandom;
use crate::engine::run::RunError;
use crate::engine::sqlite::SqliteStore;
use crate::engine::store::{OutboxSize, StoreError};
use jiff::SignedDuration;
use proptest::prelude::*;
use provider_http::ManualClock;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// What there is to compare when all is over.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    state: Toy,
    events: Vec<String>,
    outbox: OutboxSize,
}

/// What outlives the process: the file, the time, the outside world.
struct Around {
    folder: TempDir,
    clock: Arc<ManualClock>,
    world: World,
}

impl Around {
    fn new() -> Self {
        let world = World::default();
        world.script("flaky", [Outcome::retry("not now")]);
        world.script("hopeless", std::iter::repeat_n(Outcome::dead("never"), 50));
        Around {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(start())),
            world,
        }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("crash.db")
    }

    /// One process's life: the client asks for everything (again), and the dispatcher runs until nothing is left.
    async fn live(&self, death: Option<Death>) -> Result<Ending, StoreError> {
        let bus = Bus::new(BusLimits::default());
        let store = Arc::new(Mortal::new(
            SqliteStore::open(&self.path(), bus.clone()).await?,
            death,
        ));
        let random = Arc::new(SeededRandom::new(
            death.map_or(0, |death| u64::from(death.step) + 1),
        ));
        let engine = Engine::new(store, bus, self.clock.clone(), random);
        let ending = self.script(&engine).await;
        // The lock on the file is given back, as it is when a process ends.
        engine.close().await;
        ending
    }

    async fn script(&self, engine: &Engine) -> Result<Ending, StoreError> {
        let shop = StoreId::default();
        let due = Some(start() + SignedDuration::from_mins(10));
        let timer = Errand {
            due,
            free: true,
            ..errand("timer")
        };
        let first = ["plain", "flaky", "chain", "hopeless"]
            .map(errand)
            .into_iter()
            .chain([timer])
            .collect();
        for command in [ToyCommand::Plan(first), ToyCommand::Plan(vec![errand("second")])] {
            match engine.run::<Toy>(&shop, "a", command).await {
                Ok(_) => {}
                Err(RunError::Store(error)) => return Err(error),
                Err(other) => panic!("{other}"),
            }
            self.run_out(engine).await?;
        }
        let rows = engine.journal_after(&shop, Toy::KIND, "a", 0, 1000).await?;
        Ok(Ending {
            state: engine.load::<Toy>(&shop, "a").await?.state,
            events: rows.into_iter().map(|row| row.event).collect(),
            outbox: engine.measure().await?,
        })
    }

    async fn run_out(&self, engine: &Engine) -> Result<(), StoreError> {
        let dispatcher = dispatcher(engine, &self.world);
        loop {
            match dispatcher.step().await? {
                Stepped::Performed { .. } => {}
                Stepped::Idle { next_due: Some(due) } => self.clock.set(due),
                Stepped::Idle { next_due: None } => return Ok(()),
            }
        }
    }

    /// Whatever was tried again was tried under the key of the first try.
    fn assert_one_key_each(&self) {
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        for (name, key, _) in self.world.calls() {
            let first = keys.entry(name.clone()).or_insert_with(|| key.clone());
            assert_eq!(*first, key, "{name} was performed under two keys");
        }
        assert_eq!(keys.len(), 7, "{keys:?}");
    }
}

async fn undisturbed() -> Ending {
    let around = Around::new();
    let ending = around.live(None).await.unwrap();
    around.assert_one_key_each();
    assert_eq!(
        ending.state.heard,
        ["plain", "flaky", "chain", "chained", "timer", "second"]
    );
    assert_eq!(ending.state.given_up, ["hopeless"]);
    assert_eq!(ending.outbox, OutboxSize { pending: 0, dead: 0 });
    ending
}

#[tokio::test]
async fn dying_at_any_write_ends_as_if_nothing_had_happened() {
    let expected = undisturbed().await;
    for after_write in [false, true] {
        let mut step = 0;
        loop {
            let around = Around::new();
            let death = Death { step, after_write };
            let first = around.live(Some(death)).await;
            let died = first.is_err();
            let ending = if died { around.live(None).await } else { first }.unwrap();
            assert_eq!(ending, expected, "after {death:?}");
            around.assert_one_key_each();
            if !died {
                break;
            }
            step += 1;
        }
        assert!(step >= 20, "the script has fewer writes than it looks: {step}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn dying_several_times_ends_as_if_nothing_had_happened(deaths in prop::collection::vec((0_u32..16, any::<bool>()), 2..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let expected = undisturbed().await;
            let around = Around::new();
            for (step, after_write) in deaths {
                // A life that outlives its death has come to the end already; the next one finds nothing to do.
                drop(around.live(Some(Death { step, after_write })).await);
            }
            assert_eq!(around.live(None).await.unwrap(), expected);
            around.assert_one_key_each();
        });
    }
}

/// Everything in memory is dropped while many commits are on their way: whatever was answered is there, and whatever is
/// there is whole.
#[test]
fn an_abrupt_end_loses_nothing_that_was_answered() {
    for round in 0..8_u64 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abrupt.db");
        let answered = life_cut_short(&path, 20 + 60 * round);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let engine = reopen(&path).await;
            let mut total = 0;
            for id in 0..8 {
                let id = id.to_string();
                let loaded = engine.load::<Toy>(&StoreId::default(), &id).await.unwrap();
                let rows = engine
                    .journal_after(&StoreId::default(), Toy::KIND, &id, 0, 1000)
                    .await
                    .unwrap();
                assert_eq!(loaded.version, loaded.state.total);
                assert_eq!(rows.len(), usize::try_from(loaded.version).unwrap());
                total += rows.len();
            }
            assert!(total >= answered, "{answered} were answered, {total} are there");
        });
    }
}

/// Runs commands until so many were answered, then drops everything: how many were answered by then.
fn life_cut_short(path: &Path, enough: u64) -> usize {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let answered = runtime.block_on(async {
        let engine = open(path, &Arc::new(ManualClock::new(start())), 1).await;
        let (told, mut tell) = tokio::sync::mpsc::unbounded_channel();
        for task in 0..64 {
            let (engine, told) = (engine.clone(), told.clone());
            tokio::spawn(async move {
                let id = (task % 8).to_string();
                while engine
                    .run::<Toy>(&StoreId::default(), &id, ToyCommand::Add(1))
                    .await
                    .is_ok()
                {
                    if told.send(()).is_err() {
                        return;
                    }
                }
            });
        }
        let mut answered = 0;
        while answered < enough && tell.recv().await.is_some() {
            answered += 1;
        }
        answered
    });
    runtime.shutdown_background();
    usize::try_from(answered).unwrap()
}

/// The former life's threads may need a moment to let go of the file.
async fn reopen(path: &Path) -> Engine {
    let clock = Arc::new(ManualClock::new(start()));
    for _ in 0..1000 {
        match Engine::open_sqlite(path, clock.clone(), Arc::new(SeededRandom::new(2))).await {
            Ok(engine) => return engine,
            Err(StoreError::InUse { .. }) => tokio::task::yield_now().await,
            Err(other) => panic!("{other}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the file was never let go of");
}
