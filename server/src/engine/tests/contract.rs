//! What every store must do. Each function takes any store, freshly made; a new database adds one more call of
//! [`contract_tests`].

use super::toy::start;
use crate::engine::address::{Address, StoreId};
use crate::engine::bus::{Bus, BusLimits};
use crate::engine::machine::Lane;
use crate::engine::sqlite::SqliteStore;
use crate::engine::store::{Claim, Commit, CommitOutcome, End, NewEffect, OutboxSize, SessionRow, Store};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// A test per contract function, on stores that `$open` makes.
macro_rules! contract_tests {
    ($open:ident: $($name:ident),+ $(,)?) => {
        $(#[tokio::test]
        async fn $name() {
            let (store, bus, _keep) = $open().await;
            super::$name(&store, &bus).await;
        })+
    };
}

mod sqlite {
    use super::*;

    async fn open() -> (SqliteStore, Bus, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let bus = Bus::new(BusLimits::default());
        let store = SqliteStore::open(&folder.path().join("contract.db"), bus.clone())
            .await
            .unwrap();
        (store, bus, folder)
    }

    contract_tests!(open:
        a_commit_is_found_again,
        a_commit_on_an_old_version_changes_nothing,
        one_conflict_among_many_disturbs_nobody,
        one_failure_among_many_disturbs_nobody,
        the_journal_is_read_by_cursor_and_by_aggregate,
        stores_do_not_see_each_other,
        a_look_up_key_moves_to_the_last_one_who_takes_it,
        a_claim_is_exclusive_until_it_runs_out,
        an_outdated_claim_ends_nothing,
        ordered_effects_wait_and_free_ones_do_not,
        a_newcomer_wakes_its_queue,
        a_dead_effect_lets_the_next_go_and_can_be_retried,
        released_claims_count_as_lost,
        only_registered_kinds_are_claimed,
        the_end_of_an_effect_shares_the_commit,
        a_replay_is_seen_until_it_expires,
        a_follower_never_goes_back,
        sessions_live_until_they_expire,
        a_sweep_is_bounded,
        commits_are_announced,
    );
}

fn at(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn address(id: &str) -> Address {
    Address::new(&StoreId::default(), "toy", id)
}

fn commit(id: &str, expected_version: i64) -> Commit {
    Commit {
        address: address(id),
        expected_version,
        state: format!("{{\"v\":{}}}", expected_version + 1),
        events: vec![format!("\"{id} {}\"", expected_version + 1)],
        effects: Vec::new(),
        lookups: Vec::new(),
        at: start(),
        ends: None,
    }
}

fn effect(key: &str, lane: Lane, due: Timestamp) -> NewEffect {
    NewEffect {
        name: "say".to_owned(),
        body: format!("\"{key}\""),
        key: key.to_owned(),
        lane,
        due,
        lease: Duration::from_secs(30),
    }
}

fn kinds() -> Vec<String> {
    vec!["toy".to_owned()]
}

/// Commits an aggregate with these ordered effects, all due at the start.
async fn with_effects(store: &dyn Store, id: &str, keys: &[&str]) {
    let effects = keys
        .iter()
        .map(|key| effect(key, Lane::Ordered, start()))
        .collect();
    committed(
        store,
        Commit {
            effects,
            ..commit(id, 0)
        },
    )
    .await;
}

async fn committed(store: &dyn Store, commit: Commit) -> (i64, i64) {
    match store.commit(commit).await.unwrap() {
        CommitOutcome::Committed { version, cursor } => (version, cursor),
        other => panic!("not committed: {other:?}"),
    }
}

/// Claims what is due: (key, claim, attempt, lost) of each.
async fn claim(store: &dyn Store, now: Timestamp) -> Vec<(String, Claim, u32, u32)> {
    let claimed = store.claim(&kinds(), now, 10).await.unwrap();
    claimed
        .into_iter()
        .map(|c| (c.key, c.claim, c.attempt, c.lost))
        .collect()
}

async fn claimed_keys(store: &dyn Store, now: Timestamp) -> Vec<String> {
    claim(store, now).await.into_iter().map(|(key, ..)| key).collect()
}

async fn a_commit_is_found_again(store: &dyn Store, _: &Bus) {
    assert_eq!(store.load(&address("a")).await.unwrap(), None);
    assert_eq!(committed(store, commit("a", 0)).await, (1, 1));
    let stored = store.load(&address("a")).await.unwrap().unwrap();
    assert_eq!(
        (stored.state.as_str(), stored.version, stored.cursor),
        ("{\"v\":1}", 1, 1)
    );
    let silent = Commit {
        events: Vec::new(),
        ..commit("a", 1)
    };
    assert_eq!(
        committed(store, silent).await,
        (2, 1),
        "without events the cursor stays"
    );
}

async fn a_commit_on_an_old_version_changes_nothing(store: &dyn Store, _: &Bus) {
    committed(store, commit("a", 0)).await;
    for wrong in [0, 2] {
        let late = Commit {
            effects: vec![effect("k", Lane::Free, start())],
            lookups: vec![("name".to_owned(), "x".to_owned())],
            ..commit("a", wrong)
        };
        assert_eq!(store.commit(late).await.unwrap(), CommitOutcome::Conflict);
    }
    assert_eq!(store.load(&address("a")).await.unwrap().unwrap().version, 1);
    assert_eq!(store.journal_of_all_after(0, 10).await.unwrap().len(), 1);
    assert_eq!(store.outbox_size().await.unwrap(), OutboxSize::default());
    assert_eq!(store.find(&StoreId::default(), "name", "x").await.unwrap(), None);
}

async fn one_conflict_among_many_disturbs_nobody(store: &dyn Store, _: &Bus) {
    let commits = (0..100).map(|n| store.commit(commit(&format!("a{n}"), i64::from(n == 50))));
    let outcomes: Vec<_> = join_all(commits).await.into_iter().map(Result::unwrap).collect();
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(*outcome == CommitOutcome::Conflict, n == 50, "{n}: {outcome:?}");
    }
    assert_eq!(store.journal_of_all_after(0, 1000).await.unwrap().len(), 99);
}

async fn one_failure_among_many_disturbs_nobody(store: &dyn Store, _: &Bus) {
    with_effects(store, "first", &["taken"]).await;
    let commits = (0..100).map(|n| {
        let key = if n == 50 {
            "taken".to_owned()
        } else {
            format!("k{n}")
        };
        store.commit(Commit {
            effects: vec![effect(&key, Lane::Free, start())],
            ..commit(&format!("a{n}"), 0)
        })
    });
    for (n, outcome) in join_all(commits).await.into_iter().enumerate() {
        assert_eq!(outcome.is_err(), n == 50, "{n}: {outcome:?}");
    }
    assert_eq!(
        store.load(&address("a50")).await.unwrap(),
        None,
        "a failed commit leaves nothing"
    );
    assert_eq!(store.journal_of_all_after(0, 1000).await.unwrap().len(), 100);
    assert_eq!(store.outbox_size().await.unwrap().pending, 100);
}

async fn the_journal_is_read_by_cursor_and_by_aggregate(store: &dyn Store, _: &Bus) {
    committed(store, commit("a", 0)).await;
    committed(store, commit("b", 0)).await;
    let two = Commit {
        events: vec!["1".to_owned(), "2".to_owned()],
        ..commit("a", 1)
    };
    assert_eq!(committed(store, two).await, (2, 4));
    let rows = store.journal_after(&address("a"), 0, 10).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| (r.seq, r.version)).collect::<Vec<_>>(),
        [(1, 1), (3, 2), (4, 2)]
    );
    assert_eq!(
        (rows[2].event.as_str(), rows[2].at, &rows[2].address),
        ("2", start(), &address("a"))
    );
    assert_eq!(store.journal_after(&address("a"), 3, 10).await.unwrap().len(), 1);
    assert_eq!(store.journal_after(&address("a"), 4, 10).await.unwrap().len(), 0);
    let all = store.journal_of_all_after(1, 2).await.unwrap();
    assert_eq!(all.iter().map(|r| r.seq).collect::<Vec<_>>(), [2, 3]);
}

async fn stores_do_not_see_each_other(store: &dyn Store, _: &Bus) {
    let mine = StoreId::default();
    let theirs = StoreId::parse("theirs").unwrap();
    let lookups = vec![("name".to_owned(), "x".to_owned())];
    committed(
        store,
        Commit {
            lookups,
            ..commit("a", 0)
        },
    )
    .await;
    assert_eq!(
        store.load(&Address::new(&theirs, "toy", "a")).await.unwrap(),
        None
    );
    assert_eq!(
        store.load(&Address::new(&mine, "other", "a")).await.unwrap(),
        None
    );
    assert_eq!(store.find(&theirs, "name", "x").await.unwrap(), None);
    assert!(
        store
            .journal_after(&Address::new(&theirs, "toy", "a"), 0, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.first_seen(&mine, "s", "k", at(0), at(9)).await.unwrap());
    assert!(store.first_seen(&theirs, "s", "k", at(0), at(9)).await.unwrap());
    let session = SessionRow {
        id: "s".to_owned(),
        data: "{}".to_owned(),
        expires: at(9),
    };
    assert!(store.create_session(&mine, session).await.unwrap());
    assert_eq!(store.load_session(&theirs, "s", at(0)).await.unwrap(), None);
}

async fn a_look_up_key_moves_to_the_last_one_who_takes_it(store: &dyn Store, _: &Bus) {
    let lookups = vec![("name".to_owned(), "x".to_owned())];
    for id in ["a", "b"] {
        committed(
            store,
            Commit {
                lookups: lookups.clone(),
                ..commit(id, 0)
            },
        )
        .await;
        assert_eq!(
            store.find(&StoreId::default(), "name", "x").await.unwrap(),
            Some(address(id))
        );
    }
    assert_eq!(store.find(&StoreId::default(), "name", "y").await.unwrap(), None);
    assert_eq!(store.find(&StoreId::default(), "other", "x").await.unwrap(), None);
}

async fn a_claim_is_exclusive_until_it_runs_out(store: &dyn Store, _: &Bus) {
    let effects = vec![effect("k", Lane::Free, at(5))];
    committed(
        store,
        Commit {
            effects,
            ..commit("a", 0)
        },
    )
    .await;
    assert_eq!(store.next_due(&kinds()).await.unwrap(), Some(at(5)));
    assert!(claimed_keys(store, at(4)).await.is_empty(), "not due");
    assert_eq!(claim(store, at(5)).await[0].2, 1);
    assert_eq!(
        store.next_due(&kinds()).await.unwrap(),
        Some(at(35)),
        "the end of the lease"
    );
    assert!(
        claimed_keys(store, at(34)).await.is_empty(),
        "claimed by someone else"
    );
    let again = claim(store, at(35)).await;
    assert_eq!(
        (again[0].0.as_str(), again[0].2, again[0].3),
        ("k", 2, 1),
        "the same key, one try lost"
    );
}

async fn an_outdated_claim_ends_nothing(store: &dyn Store, _: &Bus) {
    with_effects(store, "a", &["k"]).await;
    let old = claim(store, at(0)).await[0].1;
    let new = claim(store, at(100)).await[0].1;
    let retry = End::Retry {
        due: at(0),
        why: "x".to_owned(),
    };
    for end in [End::Done, retry, End::Dead { why: "x".to_owned() }] {
        assert!(!store.end(old, end.clone()).await.unwrap());
        let late = Commit {
            ends: Some((old, end)),
            ..commit("a", 1)
        };
        assert_eq!(store.commit(late).await.unwrap(), CommitOutcome::ClaimLost);
    }
    assert_eq!(store.load(&address("a")).await.unwrap().unwrap().version, 1);
    assert!(store.end(new, End::Done).await.unwrap());
    assert!(!store.end(new, End::Done).await.unwrap(), "it is gone");
    assert_eq!(store.outbox_size().await.unwrap(), OutboxSize::default());
    assert_eq!(store.next_due(&kinds()).await.unwrap(), None);
}

async fn ordered_effects_wait_and_free_ones_do_not(store: &dyn Store, _: &Bus) {
    let mut effects: Vec<_> = ["o1", "o2"].map(|key| effect(key, Lane::Ordered, at(0))).into();
    effects.push(effect("f", Lane::Free, at(0)));
    committed(
        store,
        Commit {
            effects,
            ..commit("a", 0)
        },
    )
    .await;
    with_effects(store, "b", &["other"]).await;
    let first = claim(store, at(0)).await;
    assert_eq!(
        first.iter().map(|(key, ..)| key.as_str()).collect::<Vec<_>>(),
        ["o1", "f", "other"]
    );
    let retry = End::Retry {
        due: at(60),
        why: "x".to_owned(),
    };
    assert!(store.end(first[0].1, retry).await.unwrap());
    assert!(store.end(first[1].1, End::Done).await.unwrap());
    assert!(store.end(first[2].1, End::Done).await.unwrap());
    assert!(
        claimed_keys(store, at(59)).await.is_empty(),
        "o2 waits for the retry of o1"
    );
    assert_eq!(store.next_due(&kinds()).await.unwrap(), Some(at(60)));
    let second = claim(store, at(60)).await;
    assert_eq!((second[0].0.as_str(), second[0].2, second[0].3), ("o1", 2, 0));
    assert!(store.end(second[0].1, End::Done).await.unwrap());
    assert_eq!(claimed_keys(store, at(60)).await, ["o2"]);
}

async fn a_newcomer_wakes_its_queue(store: &dyn Store, _: &Bus) {
    let later = |why: &str| End::Retry {
        due: at(600),
        why: why.to_owned(),
    };
    for id in ["a", "b"] {
        with_effects(store, id, &[id]).await;
        let waiting = claim(store, at(0)).await[0].1;
        assert!(store.end(waiting, later("x")).await.unwrap());
    }
    let newcomer = |lane| Commit {
        effects: vec![effect(&format!("{lane:?}"), lane, at(5))],
        at: at(5),
        ..commit("a", 1)
    };
    committed(store, newcomer(Lane::Free)).await;
    assert_eq!(claimed_keys(store, at(5)).await, ["Free"], "a timer wakes nobody");
    committed(
        store,
        Commit {
            expected_version: 2,
            ..newcomer(Lane::Ordered)
        },
    )
    .await;
    let woken = claim(store, at(5)).await;
    assert_eq!(
        woken[0].0, "a",
        "first what waited first, and b's queue sleeps on"
    );
    assert_eq!(woken.len(), 1);
    assert!(store.end(woken[0].1, End::Done).await.unwrap());
    assert_eq!(claimed_keys(store, at(5)).await, ["Ordered"]);
}

async fn a_dead_effect_lets_the_next_go_and_can_be_retried(store: &dyn Store, _: &Bus) {
    let (mine, theirs) = (StoreId::default(), StoreId::parse("theirs").unwrap());
    with_effects(store, "a", &["k1", "k2"]).await;
    let first = claim(store, at(0)).await[0].1;
    assert!(
        store
            .end(
                first,
                End::Dead {
                    why: "no such thing".to_owned()
                }
            )
            .await
            .unwrap()
    );
    assert_eq!(
        store.outbox_size().await.unwrap(),
        OutboxSize { pending: 1, dead: 1 }
    );
    assert_eq!(claimed_keys(store, at(0)).await, ["k2"]);
    let dead = store.dead_letters(&mine, 0, 10).await.unwrap();
    assert_eq!(
        (dead[0].key.as_str(), dead[0].attempts, dead[0].created),
        ("k1", 1, start())
    );
    assert_eq!(
        (dead[0].last_error.as_str(), &dead[0].address),
        ("no such thing", &address("a"))
    );
    assert!(store.dead_letters(&theirs, 0, 10).await.unwrap().is_empty());
    assert!(
        store
            .dead_letters(&mine, dead[0].id, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!store.retry_dead(&theirs, dead[0].id, at(1)).await.unwrap());
    assert!(store.retry_dead(&mine, dead[0].id, at(1)).await.unwrap());
    assert!(
        !store.retry_dead(&mine, dead[0].id, at(1)).await.unwrap(),
        "it is no longer dead"
    );
    assert!(
        !store.end(first, End::Done).await.unwrap(),
        "nor is it the old claim's"
    );
    let again = claim(store, at(1)).await;
    assert_eq!(
        (again[0].0.as_str(), again[0].2, again[0].3),
        ("k1", 1, 0),
        "all its tries anew, the old key"
    );
}

async fn released_claims_count_as_lost(store: &dyn Store, _: &Bus) {
    with_effects(store, "a", &["k"]).await;
    let before = claim(store, at(0)).await[0].1;
    assert_eq!(store.release_claims().await.unwrap(), 1);
    assert_eq!(store.release_claims().await.unwrap(), 0);
    let after = claim(store, at(0)).await;
    assert_eq!((after[0].2, after[0].3), (2, 1));
    assert!(!store.end(before, End::Done).await.unwrap());
}

async fn only_registered_kinds_are_claimed(store: &dyn Store, _: &Bus) {
    with_effects(store, "a", &["k"]).await;
    let others = vec!["other".to_owned()];
    assert!(store.claim(&others, at(0), 10).await.unwrap().is_empty());
    assert_eq!(store.next_due(&others).await.unwrap(), None);
    assert!(store.claim(&[], at(0), 10).await.unwrap().is_empty());
    let both = vec!["other".to_owned(), "toy".to_owned()];
    assert_eq!(store.claim(&both, at(0), 10).await.unwrap().len(), 1);
}

async fn the_end_of_an_effect_shares_the_commit(store: &dyn Store, _: &Bus) {
    with_effects(store, "a", &["k"]).await;
    let held = claim(store, at(0)).await[0].1;
    let conflicting = Commit {
        ends: Some((held, End::Done)),
        ..commit("a", 7)
    };
    assert_eq!(store.commit(conflicting).await.unwrap(), CommitOutcome::Conflict);
    assert_eq!(
        store.outbox_size().await.unwrap().pending,
        1,
        "a conflict does not end the effect"
    );
    committed(
        store,
        Commit {
            ends: Some((held, End::Done)),
            ..commit("a", 1)
        },
    )
    .await;
    assert_eq!(store.outbox_size().await.unwrap().pending, 0);
}

async fn a_replay_is_seen_until_it_expires(store: &dyn Store, _: &Bus) {
    let shop = StoreId::default();
    let callers = (0..20).map(|_| store.first_seen(&shop, "s", "k", at(0), at(10)));
    let firsts = join_all(callers)
        .await
        .into_iter()
        .filter(|first| *first.as_ref().unwrap())
        .count();
    assert_eq!(firsts, 1, "exactly one of several callers is the first");
    assert!(!store.first_seen(&shop, "s", "k", at(9), at(20)).await.unwrap());
    assert!(
        store
            .first_seen(&shop, "other", "k", at(9), at(20))
            .await
            .unwrap()
    );
    assert!(
        store.first_seen(&shop, "s", "k", at(10), at(30)).await.unwrap(),
        "expired, and remembered anew"
    );
    assert!(!store.first_seen(&shop, "s", "k", at(29), at(40)).await.unwrap());
}

async fn a_follower_never_goes_back(store: &dyn Store, _: &Bus) {
    assert_eq!(store.follower_cursor("f").await.unwrap(), 0);
    store.advance_follower("f", 7).await.unwrap();
    store.advance_follower("f", 3).await.unwrap();
    store.advance_follower("g", 1).await.unwrap();
    assert_eq!(store.follower_cursor("f").await.unwrap(), 7);
    assert_eq!(store.follower_cursor("g").await.unwrap(), 1);
}

async fn sessions_live_until_they_expire(store: &dyn Store, _: &Bus) {
    let shop = StoreId::default();
    let row = |data: &str, expires| SessionRow {
        id: "s".to_owned(),
        data: data.to_owned(),
        expires,
    };
    assert!(store.create_session(&shop, row("1", at(10))).await.unwrap());
    assert!(
        !store.create_session(&shop, row("2", at(10))).await.unwrap(),
        "the id is taken"
    );
    assert_eq!(
        store.load_session(&shop, "s", at(9)).await.unwrap(),
        Some(row("1", at(10)))
    );
    store.save_session(&shop, row("3", at(20))).await.unwrap();
    assert_eq!(
        store.load_session(&shop, "s", at(19)).await.unwrap(),
        Some(row("3", at(20)))
    );
    assert_eq!(store.load_session(&shop, "s", at(20)).await.unwrap(), None);
    assert!(store.touch_session(&shop, "s", at(30)).await.unwrap());
    assert!(!store.touch_session(&shop, "other", at(30)).await.unwrap());
    assert_eq!(
        store.load_session(&shop, "s", at(20)).await.unwrap(),
        Some(row("3", at(30)))
    );
    store.delete_session(&shop, "s").await.unwrap();
    assert_eq!(store.load_session(&shop, "s", at(0)).await.unwrap(), None);
}

async fn a_sweep_is_bounded(store: &dyn Store, _: &Bus) {
    let shop = StoreId::default();
    for n in 0..5 {
        let row = SessionRow {
            id: format!("s{n}"),
            data: "{}".to_owned(),
            expires: at(n),
        };
        store.save_session(&shop, row).await.unwrap();
        store
            .first_seen(&shop, "s", &format!("k{n}"), at(-1), at(n))
            .await
            .unwrap();
    }
    assert_eq!(store.sweep(at(2), 4).await.unwrap(), 4);
    assert_eq!(store.sweep(at(2), 4).await.unwrap(), 2);
    assert_eq!(store.sweep(at(2), 4).await.unwrap(), 0);
    assert!(store.load_session(&shop, "s3", at(2)).await.unwrap().is_some());
    assert!(!store.first_seen(&shop, "s", "k3", at(2), at(9)).await.unwrap());
    // The journal forgets what happened half a year ago; the state stays.
    with_effects(store, "a", &["k"]).await;
    let rows = async || store.journal_of_all_after(0, 100).await.unwrap().len();
    let before = rows().await;
    assert!(before > 0);
    store.sweep(at(170 * 86_400), 1_000).await.unwrap();
    assert_eq!(rows().await, before);
    store.sweep(at(190 * 86_400), 1_000).await.unwrap();
    assert_eq!(rows().await, 0);
    assert!(store.load(&address("a")).await.unwrap().is_some());
    // It is looked at from its beginning, no further than may be forgotten: what is young there ends the look.
    for (id, days) in [("young", 100), ("old", 0)] {
        let at = at(days * 86_400);
        committed(store, Commit { at, ..commit(id, 0) }).await;
    }
    let before = rows().await;
    assert_eq!(store.sweep(at(190 * 86_400), 1).await.unwrap(), 0);
    assert_eq!(rows().await, before);
    store.sweep(at(300 * 86_400), 1_000).await.unwrap();
    assert_eq!(rows().await, 0);
}

async fn commits_are_announced(store: &dyn Store, bus: &Bus) {
    let mut news = bus.subscribe(&address("a")).unwrap();
    let (mut journal, mut outbox) = (bus.journal(), bus.outbox());
    with_effects(store, "a", &["k"]).await;
    tokio::time::timeout(Duration::from_secs(5), news.changed())
        .await
        .unwrap();
    assert_eq!(*journal.borrow_and_update(), 1);
    assert!(outbox.has_changed().unwrap());
    outbox.mark_unchanged();
    assert_eq!(
        store.commit(commit("a", 0)).await.unwrap(),
        CommitOutcome::Conflict
    );
    assert!(
        !outbox.has_changed().unwrap() && !journal.has_changed().unwrap(),
        "a conflict is no news"
    );
}
