//! A time that moves when nothing runs: the runtime's clock is paused and does not go on by itself.
//!
//! Nothing runs when no task wakes, and no thread of a database works, which Linux tells; elsewhere the wait alone has to do.

use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::task::spawn_blocking;

/// How long nothing must have run until it is taken for rest: so many ticks.
const TICKS_OF_REST: u32 = 3;
/// Longer than this nobody waits for rest: something runs for ever.
const MOST_TICKS: u32 = 4_000;
/// A tick of the real time.
const TICK: Duration = Duration::from_micros(150);

/// See [`Time::stands_still`].
pub(super) struct Time {
    metrics: RuntimeMetrics,
    /// As long as it lives the paused clock does not go on by itself.
    _held: mpsc::Sender<()>,
}

impl Time {
    /// From here on time moves only when it is moved. The runtime was started with its clock paused.
    pub(super) fn stands_still() -> Self {
        let (held, released) = mpsc::channel::<()>();
        // A paused clock goes on by itself when all tasks wait, but not while something blocks.
        spawn_blocking(move || released.recv());
        Time {
            metrics: Handle::current().metrics(),
            _held: held,
        }
    }

    async fn tick() {
        spawn_blocking(|| std::thread::sleep(TICK)).await.unwrap();
    }

    /// Waits until nothing runs.
    pub(super) async fn rest(&self) {
        let mut rested = 0;
        for _ in 0..MOST_TICKS {
            let before = self.metrics.worker_park_unpark_count(0);
            Self::tick().await;
            // Parked, and woken by the tick.
            let nothing_else_woke = self.metrics.worker_park_unpark_count(0) - before <= 2;
            rested = if nothing_else_woke { rested + 1 } else { 0 };
            if rested >= TICKS_OF_REST && !a_database_works() {
                return;
            }
        }
    }
}

/// Whether a thread of a database of this process runs, or would if there were a processor for it.
fn a_database_works() -> bool {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let mut standings = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    standings.any(|standing| {
        let (name, state) = standing.split_once(") ").unwrap_or_default();
        name.contains("(sqlx-sqlite") && state.starts_with(['R', 'D'])
    })
}
