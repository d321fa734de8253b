//! Effects: lanes, retries, death, leases, timers.

use super::toy::{Bench, Errand, Toy, ToyCommand, errand, start};
use crate::engine::dispatcher::{Dispatcher, StepResult, Stepped};
use crate::engine::perform::{Outcome, Perform, Task};
use crate::engine::store::OutboxSize;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

impl Bench {
    async fn plan(&self, id: &str, errands: impl IntoIterator<Item = Errand>) {
        self.run(id, ToyCommand::Plan(errands.into_iter().collect()))
            .await;
    }

    /// One step that performs something.
    async fn step(&self) -> StepResult {
        match self.dispatcher.step().await.unwrap() {
            Stepped::Performed { result, .. } => result,
            Stepped::Idle { next_due } => panic!("nothing was due before {next_due:?}"),
        }
    }

    async fn next_due(&self) -> Option<Timestamp> {
        match self.dispatcher.step().await.unwrap() {
            Stepped::Idle { next_due } => next_due,
            performed @ Stepped::Performed { .. } => panic!("{performed:?}"),
        }
    }

    async fn drain(&self) -> usize {
        self.dispatcher.drain(100).await.unwrap()
    }

    /// Performs everything, moving the clock from one due time to the next.
    async fn run_out(&self) {
        loop {
            self.drain().await;
            match self.next_due().await {
                Some(due) => self.clock.set(due),
                None => return,
            }
        }
    }

    async fn outbox(&self) -> OutboxSize {
        self.engine.measure().await.unwrap()
    }
}

fn free(name: &str) -> Errand {
    Errand {
        free: true,
        ..errand(name)
    }
}

fn fails() -> Outcome<ToyCommand> {
    Outcome::retry("not now")
}

#[tokio::test]
async fn an_effect_is_performed_once_and_the_machine_hears_of_it() {
    let bench = Bench::new().await;
    bench.plan("a", [errand("x")]).await;
    assert_eq!(bench.step().await, StepResult::Commanded);
    assert_eq!(bench.next_due().await, None);
    assert_eq!(bench.state("a").await.heard, ["x"]);
    assert_eq!(bench.outbox().await, OutboxSize::default(), "the row is gone");
    let (_, key, attempt) = &bench.world.calls()[0];
    assert_eq!(*attempt, 1);
    assert_eq!(uuid::Uuid::parse_str(key).unwrap().get_version_num(), 7);
}

#[tokio::test]
async fn done_refused_and_nothing_end_an_effect_too() {
    let bench = Bench::new().await;
    bench.world.script("done", [Outcome::Done]);
    bench
        .world
        .script("refused", [Outcome::Command(ToyCommand::Refuse)]);
    bench
        .world
        .script("nothing", [Outcome::Command(ToyCommand::Nothing)]);
    bench.plan("a", ["done", "refused", "nothing"].map(errand)).await;
    assert_eq!(bench.step().await, StepResult::Done);
    assert_eq!(bench.step().await, StepResult::Refused);
    assert_eq!(bench.step().await, StepResult::Commanded);
    assert_eq!(bench.outbox().await, OutboxSize::default());
    assert_eq!(bench.state("a").await.heard, [""; 0]);
}

#[tokio::test]
async fn ordered_effects_keep_their_order_while_one_is_retried() {
    let bench = Bench::new().await;
    bench.world.script("o1", [fails(), fails()]);
    bench.plan("a", [errand("o1"), errand("o2"), free("f")]).await;
    bench.plan("b", [errand("other")]).await;
    bench.run_out().await;
    assert_eq!(bench.state("a").await.heard, ["f", "o1", "o2"]);
    assert_eq!(bench.world.names(), ["o1", "f", "other", "o1", "o1", "o2"]);
    let keys: Vec<_> = bench
        .world
        .calls()
        .into_iter()
        .filter(|c| c.0 == "o1")
        .map(|c| (c.1, c.2))
        .collect();
    assert!(
        keys.iter().all(|(key, _)| *key == keys[0].0),
        "one key at every try"
    );
    assert_eq!(
        keys.iter().map(|(_, attempt)| *attempt).collect::<Vec<_>>(),
        [1, 2, 3]
    );
}

#[tokio::test]
async fn the_pauses_stay_within_the_policy() {
    for seed in 0..20 {
        let bench = Bench::seeded(seed).await;
        bench
            .world
            .script("x", [fails(), fails(), fails(), fails(), fails()]);
        bench
            .plan(
                "a",
                [Errand {
                    max_attempts: 6,
                    ..errand("x")
                }],
            )
            .await;
        for bound in [1, 2, 4, 8, 8] {
            let now = bench.engine.now();
            let StepResult::Retry { due } = bench.step().await else {
                panic!("expected a retry")
            };
            let pause = due.duration_since(now);
            assert!(
                pause >= SignedDuration::ZERO && pause <= SignedDuration::from_secs(bound),
                "{pause:?}"
            );
            bench.clock.set(due);
        }
        assert_eq!(bench.step().await, StepResult::Commanded);
    }
}

#[tokio::test]
async fn a_provider_s_wish_to_wait_is_granted() {
    let bench = Bench::new().await;
    let after = Some(Duration::from_secs(90));
    bench.world.script(
        "x",
        [Outcome::Retry {
            why: "slow down".to_owned(),
            after,
        }],
    );
    bench.plan("a", [errand("x")]).await;
    assert_eq!(
        bench.step().await,
        StepResult::Retry {
            due: start() + SignedDuration::from_secs(90)
        }
    );
    bench.advance(Duration::from_secs(89));
    assert_eq!(
        bench.next_due().await,
        Some(start() + SignedDuration::from_secs(90))
    );
}

#[tokio::test]
async fn an_effect_dies_after_its_last_try_and_an_operator_revives_it() {
    let bench = Bench::new().await;
    bench.world.script("keep", [fails(), fails(), fails()]);
    bench.plan("a", [errand("keep"), errand("next")]).await;
    bench.run_out().await;
    assert_eq!(bench.state("a").await.heard, ["next"]);
    assert_eq!(bench.outbox().await, OutboxSize { pending: 0, dead: 1 });
    let dead = bench.engine.dead_letters(&bench.store, 0, 10).await.unwrap();
    assert_eq!(
        (
            dead[0].name.as_str(),
            dead[0].attempts,
            dead[0].last_error.as_str()
        ),
        ("errand", 3, "not now")
    );

    let bench = bench.restart().await;
    assert!(bench.engine.retry_dead(&bench.store, dead[0].id).await.unwrap());
    assert_eq!(bench.step().await, StepResult::Commanded);
    assert_eq!(bench.state("a").await.heard, ["next", "keep"]);
    let calls = bench.world.calls();
    assert_eq!(
        calls.last().unwrap().1,
        dead[0].key,
        "the operator's retry uses the same key"
    );
}

#[tokio::test]
async fn an_effect_that_the_machine_takes_back_leaves_nothing() {
    let bench = Bench::new().await;
    bench.world.script("x", [fails(), fails(), fails()]);
    bench.plan("a", [errand("x"), errand("next")]).await;
    bench.run_out().await;
    let state = bench.state("a").await;
    assert_eq!(
        (state.given_up, state.heard),
        (vec!["x".to_owned()], vec!["next".to_owned()])
    );
    assert_eq!(bench.outbox().await, OutboxSize { pending: 0, dead: 0 });
}

#[tokio::test]
async fn an_effect_that_is_hopeless_dies_at_once() {
    let bench = Bench::new().await;
    bench.world.script("x", [Outcome::dead("no such account")]);
    bench.plan("a", [errand("x")]).await;
    assert_eq!(bench.step().await, StepResult::Dead);
    assert_eq!(bench.state("a").await.given_up, ["x"]);
}

#[tokio::test]
async fn a_panic_is_a_try_that_failed() {
    let bench = Bench::new().await;
    bench.world.panic_once();
    bench.plan("a", [errand("x")]).await;
    assert!(matches!(bench.step().await, StepResult::Retry { .. }));
    bench.run_out().await;
    assert_eq!(bench.state("a").await.heard, ["x"]);
}

#[tokio::test]
async fn a_timer_rings_when_the_clock_says_so() {
    let bench = Bench::new().await;
    let due = start() + SignedDuration::from_mins(10);
    bench
        .plan(
            "a",
            [
                Errand {
                    due: Some(due),
                    ..free("late")
                },
                errand("now"),
            ],
        )
        .await;
    assert_eq!(bench.drain().await, 1);
    assert_eq!(bench.next_due().await, Some(due));
    let bench = bench.restart().await;
    bench.clock.set(due - SignedDuration::from_nanos(1));
    assert_eq!(bench.next_due().await, Some(due));
    bench.clock.set(due);
    assert_eq!(bench.step().await, StepResult::Commanded);
    assert_eq!(bench.state("a").await.heard, ["now", "late"]);
}

#[tokio::test]
async fn a_claim_that_ran_out_is_taken_over_and_its_late_outcome_is_thrown_away() {
    let bench = Bench::new().await;
    bench.plan("a", [errand("x")]).await;
    let kinds = ["toy".to_owned()];
    let slow = bench
        .engine
        .store()
        .claim(&kinds, bench.engine.now(), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        bench.next_due().await,
        Some(start() + SignedDuration::from_secs(35)),
        "timeout and margin"
    );
    bench.advance(Duration::from_secs(35));
    assert_eq!(bench.step().await, StepResult::Commanded);
    let late = crate::engine::store::End::Done;
    assert!(!bench.engine.store().end(slow.claim, late).await.unwrap());
    assert_eq!(
        bench.world.calls(),
        [("x".to_owned(), slow.key, 2)],
        "under the same key"
    );
}

#[tokio::test]
async fn what_a_dead_process_had_claimed_is_performed_at_once() {
    let bench = Bench::new().await;
    bench
        .plan(
            "a",
            [Errand {
                max_attempts: 1,
                ..errand("x")
            }],
        )
        .await;
    bench
        .engine
        .store()
        .claim(&["toy".to_owned()], bench.engine.now(), 1)
        .await
        .unwrap();
    let bench = bench.restart().await;
    bench.world.script("x", [fails()]);
    assert_eq!(
        bench.step().await,
        StepResult::Dead,
        "the lost try does not count, the failed one does"
    );
    assert_eq!(bench.world.calls().len(), 1);
}

#[tokio::test]
async fn an_effect_that_kills_the_process_again_and_again_dies_unperformed() {
    let mut bench = Bench::new().await;
    bench.plan("a", [errand("x")]).await;
    for _ in 0..5 {
        bench
            .engine
            .store()
            .claim(&["toy".to_owned()], bench.engine.now(), 1)
            .await
            .unwrap();
        bench = bench.restart().await;
    }
    assert_eq!(bench.step().await, StepResult::Dead);
    assert_eq!(bench.world.calls(), []);
    assert_eq!(bench.state("a").await.given_up, ["x"]);
}

#[tokio::test]
async fn an_effect_that_cannot_be_read_dies_and_its_content_is_not_told() {
    let bench = Bench::new().await;
    let commit = crate::engine::store::Commit {
        address: crate::engine::address::Address::new(&bench.store, "toy", "a"),
        expected_version: 0,
        state: serde_json::to_string(&Toy::default()).unwrap(),
        events: Vec::new(),
        effects: vec![crate::engine::store::NewEffect {
            name: "old".to_owned(),
            body: "{\"phone\":\"600000000\"}".to_owned(),
            key: "k".to_owned(),
            lane: crate::engine::machine::Lane::Free,
            due: start(),
            lease: Duration::from_secs(1),
        }],
        lookups: Vec::new(),
        at: start(),
        ends: None,
    };
    bench.engine.store().commit(commit).await.unwrap();
    assert_eq!(bench.step().await, StepResult::Dead);
    let dead = bench.engine.dead_letters(&bench.store, 0, 10).await.unwrap();
    assert!(!dead[0].last_error.contains("600"), "{}", dead[0].last_error);
}

/// In the background, on the real clock: woken by commits, by due times, and stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_background_dispatcher_is_woken_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let random = std::sync::Arc::new(crate::engine::random::SeededRandom::new(1));
    let clock = std::sync::Arc::new(provider_http::SystemClock);
    let engine = crate::engine::Engine::open_sqlite(&folder.path().join("test.db"), clock, random)
        .await
        .unwrap();
    let world = super::toy::World::default();
    let shop = crate::engine::address::StoreId::default();
    let shutdown = CancellationToken::new();
    let dispatcher = super::toy::dispatcher(&engine, &world);
    let background = tokio::spawn(dispatcher.run(shutdown.clone()));
    let soon = tokio::time::Instant::now() + Duration::from_secs(20);
    let late = engine.now() + SignedDuration::from_millis(150);
    for id in 0..40 {
        let errands = vec![
            errand("x"),
            errand("y"),
            Errand {
                due: Some(late),
                ..free("z")
            },
        ];
        engine
            .run::<Toy>(&shop, &id.to_string(), ToyCommand::Plan(errands))
            .await
            .unwrap();
    }
    for id in 0..40 {
        let all = |toy: &Toy| toy.heard.len() == 3;
        let toy = engine
            .wait_until::<Toy>(&shop, &id.to_string(), all, soon)
            .await
            .unwrap()
            .unwrap()
            .state;
        assert_eq!(
            toy.heard.iter().filter(|name| *name != "z").collect::<Vec<_>>(),
            ["x", "y"]
        );
    }
    shutdown.cancel();
    background.await.unwrap();
    assert_eq!(world.calls().len(), 120);
}

/// A provider that never answers; what is local ends at once.
struct Hangs;

#[async_trait]
impl Perform<Toy> for Hangs {
    async fn perform(&self, task: &Task<Errand>) -> Outcome<ToyCommand> {
        if !task.effect.name.starts_with("local") {
            std::future::pending::<()>().await;
        }
        Outcome::Command(ToyCommand::Heard(task.effect.name.clone()))
    }

    fn local(&self) -> &'static [&'static str] {
        &["local"]
    }

    fn given_up(&self, _: &Task<Errand>) -> Option<ToyCommand> {
        None
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_asks_nobody_outside_is_not_held_up_by_a_provider() {
    let bench = Bench::new().await;
    for id in ["a", "b", "c"] {
        bench.plan(id, [free("slow")]).await;
    }
    let dispatcher = Dispatcher::builder(bench.engine.clone())
        .register::<Toy>(Hangs)
        .concurrency(2)
        .build();
    let shutdown = CancellationToken::new();
    let background = tokio::spawn(dispatcher.run(shutdown.clone()));
    let soon = tokio::time::Instant::now() + Duration::from_secs(20);
    for id in ["d", "e", "f", "g", "h", "i"] {
        bench.plan(id, [free("local")]).await;
        let heard = |toy: &Toy| toy.heard == ["local"];
        let told = bench
            .engine
            .wait_until::<Toy>(&bench.store, id, heard, soon)
            .await;
        assert!(told.unwrap().is_some(), "{id}");
    }
    background.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_set_forward_is_noticed_by_the_background_dispatcher() {
    let bench = Bench::new().await;
    let due = start() + SignedDuration::from_hours(1);
    bench
        .plan(
            "a",
            [Errand {
                due: Some(due),
                ..free("late")
            }],
        )
        .await;
    let shutdown = CancellationToken::new();
    let background = tokio::spawn(bench.dispatcher.clone().run(shutdown.clone()));
    bench.clock.set(due);
    let soon = tokio::time::Instant::now() + Duration::from_secs(20);
    let rung = bench
        .engine
        .wait_until::<Toy>(&bench.store, "a", |toy| toy.heard == ["late"], soon)
        .await
        .unwrap();
    assert!(rung.is_some());
    shutdown.cancel();
    background.await.unwrap();
}
