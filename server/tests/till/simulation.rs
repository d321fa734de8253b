//! Whole days at a till that follow from a seed: cashiers who press whatever they are offered, and press again; customers who
//! approve, reject and ignore; calls and answers that are lost, refused, repeated, late and forged; a process that dies. In
//! the end nothing goes wrong any more, and the money is looked at.
//!
//! `KARFA_SEED=17` runs one seed and tells its steps, `KARFA_SEEDS=1000` so many, from 0 on. A failure names its seed and tells
//! its steps.
//!
//! How far a seed repeats a run: everybody's dice, everything that is made up (ids, keys, codes) and the time come from the seed
//! alone, and each step has dice of its own. The time stands still while anything runs; but whether anything does is guessed, because
//! the database works on threads of its own, and requests that are under way together end in any order. What a cashier sees and
//! presses next may hang on that: two runs of a seed are the same for some dozen steps, and then often differ, most of all
//! on a busy machine. So a failure may need its seed some ten times to be met again; the steps that it tells are those that led to it.

/// What a step does: a customer, a network, a clock, a death.
mod acts;
/// What has to be so in the end.
mod books;
/// What cashiers press.
mod cashiers;
/// A time that moves when nothing runs.
mod time;

use crate::world::World;
use karfa::config::{Config, Generation};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use time::Time;

/// The seeds that always run.
const SEEDS: u64 = 24;
/// Runs at the same time.
const AT_ONCE: usize = 2;
/// Steps of a run.
const STEPS: std::ops::Range<u64> = 50..130;

/// Whose payments a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    Vipps,
    NetgiroV1,
    NetgiroV2,
}

/// What is kept of the PIN of all cashiers, with the fewest rounds that are taken.
const KEPT_PIN: &str = "pbkdf2-sha256:100000:73696d756c617465642d73616c742121:231699ecd8b9993206fe456b0cd6a50a8ef3b9a2998a2266d8e2a2a2d2c241b3";

fn oslo(config: &mut Config) {
    only("oslo", config);
}

fn reykjavik(config: &mut Config) {
    only("reykjavik", config);
}

fn only(branch: &str, config: &mut Config) {
    for store in &mut config.stores {
        store.branches.retain(|one| one.id.as_str() == branch);
        let cashiers = store.branches.iter_mut().flat_map(|one| &mut one.cashiers);
        for cashier in cashiers {
            cashier.pin = KEPT_PIN.parse().unwrap();
        }
    }
}

fn reykjavik_v2(config: &mut Config) {
    reykjavik(config);
    for branch in config.stores.iter_mut().flat_map(|store| &mut store.branches) {
        if let Some(account) = &mut branch.netgiro {
            account.generation = Generation::V2;
        }
    }
}

impl Provider {
    fn of(seed: u64) -> Self {
        match seed % 3 {
            0 => Provider::Vipps,
            1 => Provider::NetgiroV1,
            _ => Provider::NetgiroV2,
        }
    }

    fn configure(self) -> fn(&mut Config) {
        match self {
            Provider::Vipps => oslo,
            Provider::NetgiroV1 => reykjavik,
            Provider::NetgiroV2 => reykjavik_v2,
        }
    }

    fn wallet(self) -> &'static str {
        match self {
            Provider::Vipps => "vipps",
            _ => "netgiro",
        }
    }
}

/// A cashier at a till.
struct Till {
    cookies: String,
    /// What was pressed last, to be pressed once more.
    last: Option<Press>,
    /// What the page shows, which may be old.
    shown: Value,
}

/// A button.
#[derive(Clone, Debug)]
struct Press {
    path: String,
    body: Option<Value>,
}

/// What has happened, for whoever has to understand it; told when the run fails.
struct Story {
    seed: u64,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Story {
    fn tell(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(line.into());
    }
}

#[allow(clippy::print_stderr, reason = "a failure is told to whoever runs the tests")]
impl Drop for Story {
    fn drop(&mut self) {
        let asked = std::env::var("KARFA_SEED").is_ok();
        if std::thread::panicking() || asked {
            let lines = self.lines.lock().unwrap().join("\n");
            eprintln!("KARFA_SEED={}\n{lines}", self.seed);
        }
    }
}

/// One run.
struct Simulation {
    provider: Provider,
    seed: u64,
    story: Story,
    time: Time,
    world: Arc<World>,
    tills: Vec<Till>,
    /// Sales that were seen.
    sales: BTreeSet<String>,
    /// Requests so far, for their names.
    requests: u32,
    under_way: tokio::task::JoinSet<()>,
}

/// How often something was so in the end, over all runs: what never happens is not tested.
type Tally = BTreeMap<String, u64>;

fn dice(seed: u64, step: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ (step + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

async fn run(seed: u64) -> Tally {
    let mut simulation = Simulation::begin(seed).await;
    let steps = dice(seed, u64::MAX / 2).random_range(STEPS);
    for step in 0..steps {
        simulation.step(step, &mut dice(seed, step)).await;
    }
    simulation.calm_down().await;
    simulation.check().await
}

fn in_its_own_time(seed: u64) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(run(seed))
}

/// The seeds that fail, and what all others came to.
fn run_all(seeds: &[u64]) -> (Vec<u64>, Tally) {
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    let tally = Mutex::new(Tally::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(seed) =
                    seeds.get(usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap())
                {
                    match catch_unwind(AssertUnwindSafe(|| in_its_own_time(*seed))) {
                        Ok(counted) => {
                            let mut tally = tally.lock().unwrap();
                            for (what, count) in counted {
                                *tally.entry(what).or_default() += count;
                            }
                        }
                        Err(_) => failed.lock().unwrap().push(*seed),
                    }
                }
            });
        }
    });
    (failed.into_inner().unwrap(), tally.into_inner().unwrap())
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "what was met is told to whoever runs more than the usual seeds"
)]
fn whatever_happens_at_a_till_the_money_is_the_same_everywhere() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds: Vec<u64> = match number("KARFA_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("KARFA_SEEDS").unwrap_or(SEEDS)).collect(),
    };
    let (failed, tally) = run_all(&seeds);
    if seeds.len() != usize::try_from(SEEDS).unwrap() {
        eprintln!("{tally:#?}");
    }
    assert!(failed.is_empty(), "KARFA_SEED=… is one of {failed:?}");
    if seeds.len() >= usize::try_from(SEEDS).unwrap() {
        for what in books::WORTH_MEETING {
            assert!(tally.contains_key(*what), "nothing of {what} was met: {tally:#?}");
        }
    }
}
