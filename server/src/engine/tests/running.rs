//! Commands, versions, the journal and those who wait for it.

use super::toy::{Bench, No, Toy, ToyCommand, ToyEvent, errand, open, start};
use crate::engine::observe::WaitError;
use crate::engine::run::RunError;
use crate::engine::store::StoreError;
use crate::engine::{Engine, machine::Machine};
use jiff::Timestamp;
use proptest::prelude::*;
use provider_http::ManualClock;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

#[tokio::test]
async fn a_command_is_decided_committed_and_loaded_again() {
    let bench = Bench::new().await;
    let before = bench.engine.load::<Toy>(&bench.store, "a").await.unwrap();
    assert_eq!(
        (before.version, before.cursor, before.state),
        (0, 0, Toy::default())
    );
    let done = bench
        .engine
        .run::<Toy>(&bench.store, "a", ToyCommand::Add(5))
        .await
        .unwrap();
    assert_eq!((done.version, done.cursor, done.state.total), (1, 1, 5));
    assert_eq!(done.events, [ToyEvent::Added(5)]);
    let bench = bench.restart().await;
    let after = bench.engine.load::<Toy>(&bench.store, "a").await.unwrap();
    assert_eq!((after.version, after.cursor, after.state.total), (1, 1, 5));
}

#[tokio::test]
async fn a_refused_command_and_one_that_does_nothing_change_nothing() {
    let bench = Bench::new().await;
    bench.run("a", ToyCommand::Add(1)).await;
    let refused = bench
        .engine
        .run::<Toy>(&bench.store, "a", ToyCommand::Refuse)
        .await;
    assert!(matches!(refused, Err(RunError::Refused(No))));
    let nothing = bench
        .engine
        .run::<Toy>(&bench.store, "a", ToyCommand::Nothing)
        .await
        .unwrap();
    assert_eq!((nothing.version, nothing.cursor, nothing.events.len()), (1, 1, 0));
}

#[tokio::test]
async fn an_aggregate_is_found_by_its_other_keys() {
    let bench = Bench::new().await;
    bench
        .run("a", ToyCommand::Call("nickname", "ann".to_owned()))
        .await;
    let found = bench
        .engine
        .find::<Toy>(&bench.store, "nickname", "ann")
        .await
        .unwrap();
    assert_eq!(found.as_deref(), Some("a"));
    assert_eq!(
        bench
            .engine
            .find::<Toy>(&bench.store, "nickname", "bob")
            .await
            .unwrap(),
        None
    );
}

/// Two engines on one store do not know of each other, as two processes on one database would not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_many_change_one_aggregate() {
    let bench = Bench::new().await;
    let store = bench.engine.0.store.clone();
    let (clock, random) = (bench.engine.0.clock.clone(), bench.engine.0.random.clone());
    let other = Engine::new(store, bench.engine.bus().clone(), clock, random);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200 {
        let engine = if n % 2 == 0 {
            bench.engine.clone()
        } else {
            other.clone()
        };
        let shop = bench.store.clone();
        tasks.spawn(async move {
            engine
                .run::<Toy>(&shop, "a", ToyCommand::Add(1))
                .await
                .map(|done| done.cursor)
        });
    }
    let results = tasks.join_all().await;
    let done: Vec<i64> = results.into_iter().filter_map(Result::ok).collect();
    let loaded = bench.engine.load::<Toy>(&bench.store, "a").await.unwrap();
    assert_eq!(loaded.state.total, i64::try_from(done.len()).unwrap());
    assert_eq!(loaded.version, loaded.state.total);
    assert!(
        done.len() >= 100,
        "taking turns lets at least one engine's commands through: {}",
        done.len()
    );
    let mut distinct = done.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(
        distinct.len(),
        done.len(),
        "every commit has its own place in the journal"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_engine_contends_with_nobody() {
    let bench = Bench::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (engine, shop) = (bench.engine.clone(), bench.store.clone());
        tasks.spawn(async move { engine.run::<Toy>(&shop, "a", ToyCommand::Add(1)).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!(bench.state("a").await.total, 300);
}

#[tokio::test]
async fn a_waiter_is_told_what_is_there_already() {
    let bench = Bench::new().await;
    bench.run("a", ToyCommand::Add(1)).await;
    let waited = bench
        .engine
        .wait_after(&bench.store, Toy::KIND, "a", 0, Instant::now())
        .await
        .unwrap();
    assert_eq!(waited, Some(1));
}

#[tokio::test]
async fn a_waiter_goes_away_at_the_deadline() {
    let bench = Bench::new().await;
    bench.run("a", ToyCommand::Add(1)).await;
    let deadline = Instant::now() + Duration::from_millis(20);
    let waited = bench
        .engine
        .wait_after(&bench.store, Toy::KIND, "a", 1, deadline)
        .await
        .unwrap();
    assert_eq!(waited, None);
    assert_eq!(bench.engine.bus().waiters(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_wake_up_is_lost() {
    const LAST: i64 = 300;
    let bench = Bench::new().await;
    let mut watchers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (engine, shop) = (bench.engine.clone(), bench.store.clone());
        watchers.spawn(async move {
            let mut seen = 0;
            while seen < LAST {
                seen = engine
                    .wait_after(&shop, Toy::KIND, "a", seen, soon())
                    .await
                    .unwrap()
                    .expect("a wake-up was lost");
            }
        });
    }
    for _ in 0..LAST {
        bench.run("a", ToyCommand::Add(1)).await;
    }
    watchers.join_all().await;
}

#[tokio::test]
async fn wait_until_returns_when_the_state_is_as_wished() {
    let bench = Bench::new().await;
    let (engine, shop) = (bench.engine.clone(), bench.store.clone());
    let waiter = tokio::spawn(async move {
        engine
            .wait_until::<Toy>(&shop, "a", |toy| toy.total >= 3, soon())
            .await
            .unwrap()
    });
    for _ in 0..3 {
        bench.run("a", ToyCommand::Add(1)).await;
    }
    assert_eq!(waiter.await.unwrap().unwrap().state.total, 3);
    let late = bench
        .engine
        .wait_until::<Toy>(&bench.store, "a", |toy| toy.total > 3, Instant::now())
        .await
        .unwrap();
    assert_eq!(late, None);
}

#[tokio::test]
async fn too_many_waiters_are_refused() {
    let bench = Bench::new().await;
    let address = crate::engine::address::Address::new(&bench.store, Toy::KIND, "a");
    let _places: Vec<_> = std::iter::from_fn(|| bench.engine.bus().subscribe(&address).ok()).collect();
    let refused = bench
        .engine
        .wait_after(&bench.store, Toy::KIND, "a", 0, soon())
        .await;
    assert!(matches!(refused, Err(WaitError::TooManyWaiters(_))));
}

#[tokio::test]
async fn a_follower_of_everything_is_woken_and_goes_on_where_it_was() {
    let bench = Bench::new().await;
    assert!(!bench.engine.wait_for_any_after(0, Instant::now()).await.unwrap());
    let engine = bench.engine.clone();
    let waiter = tokio::spawn(async move { engine.wait_for_any_after(0, soon()).await.unwrap() });
    bench.run("a", ToyCommand::Add(1)).await;
    assert!(waiter.await.unwrap());
    bench.engine.advance_follower("f", 1).await.unwrap();
    bench.run("b", ToyCommand::Add(1)).await;
    let bench = bench.restart().await;
    let cursor = bench.engine.follower_cursor("f").await.unwrap();
    assert!(
        bench
            .engine
            .wait_for_any_after(cursor, Instant::now())
            .await
            .unwrap()
    );
    let rows = bench.engine.journal_of_all_after(cursor, 10).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.address.id.as_str()).collect::<Vec<_>>(),
        ["b"]
    );
}

#[tokio::test]
async fn a_replayed_key_is_seen_until_its_time_is_over() {
    let bench = Bench::new().await;
    let ttl = Duration::from_secs(60);
    assert!(
        bench
            .engine
            .first_seen(&bench.store, "signature", "k", ttl)
            .await
            .unwrap()
    );
    let bench = bench.restart().await;
    assert!(
        !bench
            .engine
            .first_seen(&bench.store, "signature", "k", ttl)
            .await
            .unwrap()
    );
    bench.advance(ttl);
    assert!(
        bench
            .engine
            .first_seen(&bench.store, "signature", "k", ttl)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_second_process_is_told_that_the_database_is_in_use() {
    let bench = Bench::new().await;
    let again = Engine::open_sqlite(
        &bench.path(),
        Arc::new(ManualClock::new(start())),
        Arc::new(crate::engine::random::SystemRandom),
    )
    .await;
    assert!(matches!(again.err(), Some(StoreError::InUse { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new().await;
    bench.run("a", ToyCommand::Add(1)).await;
    for entry in std::fs::read_dir(bench.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
    }
}

#[tokio::test]
async fn a_missing_folder_is_named_and_a_closed_engine_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(start()));
    let path = folder.path().join("no/such/folder.db");
    let missing = Engine::open_sqlite(
        &path,
        clock.clone(),
        Arc::new(crate::engine::random::SystemRandom),
    )
    .await;
    let text = missing.err().unwrap().to_string();
    assert!(
        text.contains("no/such/folder.db") && text.contains("folder exists"),
        "{text}"
    );
    let engine = open(&folder.path().join("closed.db"), &clock, 1).await;
    engine.close().await;
    let refused = engine
        .first_seen(
            &crate::engine::address::StoreId::default(),
            "s",
            "k",
            Duration::ZERO,
        )
        .await;
    assert!(matches!(refused, Err(StoreError::Closed)));
}

fn any_command() -> impl Strategy<Value = ToyCommand> {
    prop_oneof![
        4 => (-1000_i64..1000).prop_map(ToyCommand::Add),
        2 => prop::collection::vec("[a-e]", 0..4)
            .prop_map(|names| ToyCommand::Plan(names.iter().map(|name| errand(name)).collect())),
        1 => Just(ToyCommand::Nothing),
        1 => Just(ToyCommand::Refuse),
        1 => "[a-c]".prop_map(|key| ToyCommand::Call("nickname", key)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_the_fold_of_the_journal(commands in prop::collection::vec(("[ab]", any_command()), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            for (id, command) in commands {
                let refuse = matches!(command, ToyCommand::Refuse);
                let result = bench.engine.run::<Toy>(&bench.store, &id, command).await;
                assert_eq!(result.is_err(), refuse);
                if refuse { continue }
                // Half of what is planned is also done, so that the outcomes are commands in between.
                bench.dispatcher.step().await.unwrap();
            }
            for id in ["a", "b"] {
                let loaded = bench.engine.load::<Toy>(&bench.store, id).await.unwrap();
                let rows = bench.engine.journal_after(&bench.store, Toy::KIND, id, 0, 1000).await.unwrap();
                let mut folded = Toy::default();
                for row in &rows {
                    folded.apply(&serde_json::from_str(&row.event).unwrap());
                }
                assert_eq!(loaded.state, folded);
                assert_eq!(loaded.cursor, rows.last().map_or(0, |row| row.seq));
                assert!(rows.is_sorted_by(|a, b| a.seq < b.seq && a.version <= b.version));
            }
        });
    }
}

#[tokio::test]
async fn journal_rows_carry_the_given_time() {
    let bench = Bench::new().await;
    bench.advance(Duration::from_micros(1_500_001));
    bench.run("a", ToyCommand::Add(1)).await;
    let rows = bench
        .engine
        .journal_after(&bench.store, Toy::KIND, "a", 0, 10)
        .await
        .unwrap();
    let expected: Timestamp = "2026-03-01T12:00:01.500001Z".parse().unwrap();
    assert_eq!(rows[0].at, expected);
}
