//! What all parts of the sandbox stand on: the state behind its lock, the time, chance, and word of changes.

use crate::calls::{CallRecord, Calls};
use crate::faults::{Fault, Faults};
use crate::held::Held;
use crate::inpost;
use crate::netgiro;
use crate::options::{Options, Patience};
use crate::vipps;
use jiff::{SignedDuration, Timestamp};
use provider_http::Transport;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Everything that a restart must find again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    /// How far `/control/clock` has moved our time ahead, in seconds.
    pub(crate) ahead_s: i64,
    pub(crate) inpost: inpost::State,
    /// A file of an earlier version has none.
    #[serde(default)]
    pub(crate) netgiro: netgiro::State,
    /// A file of an earlier version has none.
    #[serde(default)]
    pub(crate) vipps: vipps::State,
}

/// One sandbox. Shared by all routes; nothing in it is held across an await.
pub(crate) struct World {
    pub(crate) options: Options,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    held: Mutex<Held>,
    random: Mutex<StdRng>,
    vipps_limits: Mutex<vipps::epayment::limits::Limits>,
    /// Whether somebody brings Vipps MobilePay's news to the merchants.
    brings_vipps_news: AtomicBool,
    changed: watch::Sender<u64>,
    /// The last change that is on disk.
    kept: watch::Sender<u64>,
    /// Ends the phones' streams and the background deliveries when the sandbox stops.
    pub(crate) stopping: CancellationToken,
}

/// The world as routes hold it.
pub(crate) type Shared = Arc<World>;

impl World {
    pub(crate) fn new(options: Options, kept: Option<State>) -> Self {
        let state = kept.unwrap_or_else(|| Self::fresh(&options));
        // A restart must not repeat the ids of the time before it.
        let salt = u64::from(state.inpost.starts);
        World {
            state: Mutex::new(state),
            faults: Mutex::default(),
            calls: Mutex::default(),
            held: Mutex::default(),
            random: Mutex::new(StdRng::seed_from_u64(
                options.seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            )),
            vipps_limits: Mutex::default(),
            brings_vipps_news: AtomicBool::new(false),
            changed: watch::Sender::new(0),
            kept: watch::Sender::new(0),
            stopping: CancellationToken::new(),
            options,
        }
    }

    fn fresh(options: &Options) -> State {
        State {
            ahead_s: 0,
            inpost: inpost::State::new(options),
            netgiro: netgiro::State::default(),
            vipps: vipps::State::default(),
        }
    }

    /// Back to the beginning: no baskets, no orders, no faults, no moved clock.
    pub(crate) fn reset(&self) {
        lock(&self.faults).clear();
        lock(&self.calls).clear();
        lock(&self.held).clear();
        lock(&self.vipps_limits).clear();
        self.change(|state, _| {
            let count = state.vipps.count;
            *state = Self::fresh(&self.options);
            // News that is still under way must not be taken for what comes after.
            state.vipps.count = count;
        });
    }

    pub(crate) fn patience(&self) -> Patience {
        self.options.patience
    }

    pub(crate) fn transport(&self) -> &Arc<dyn Transport> {
        &self.options.transport
    }

    /// The time outside, where merchants live; signatures carry it.
    pub(crate) fn time_outside(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// The sandbox's own time: outside's, moved ahead by `/control/clock`.
    pub(crate) fn now(&self) -> Timestamp {
        ahead(self.time_outside(), lock(&self.state).ahead_s)
    }

    /// Looks at the state.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State, Timestamp) -> T) -> T {
        let outside = self.time_outside();
        let state = lock(&self.state);
        let now = ahead(outside, state.ahead_s);
        look(&state, now)
    }

    /// Changes the state, then tells the phones.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let outside = self.time_outside();
        let answer = {
            let mut state = lock(&self.state);
            let now = ahead(outside, state.ahead_s);
            let answer = change(&mut state, now);
            state.inpost.make_room(now);
            state.vipps.make_room(now);
            answer
        };
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
        answer
    }

    /// Wakes whenever something has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A change is on disk, and everything before it.
    pub(crate) fn mark_kept(&self, version: u64) {
        self.kept.send_replace(version);
    }

    /// Waits until everything up to now is on disk. Only where a file is kept.
    pub(crate) async fn wait_until_kept(&self) {
        let now = *self.changed.borrow();
        let mut kept = self.kept.subscribe();
        // The sender lives as long as the world.
        let _ = kept.wait_for(|version| *version >= now).await;
    }

    /// Waits until a condition holds, at most so long; it is looked at again after every change.
    pub(crate) async fn wait_until(&self, at_most: Duration, holds: impl Fn(&State) -> bool) {
        let mut changes = self.changes();
        let wait = async {
            while !self.look(|state, _| holds(state)) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        // Who waits looks at the state afterwards in any case.
        let _ = tokio::time::timeout(at_most, wait).await;
    }

    /// A made-up id that is not met twice.
    pub(crate) fn id(&self) -> String {
        let bytes: [u8; 16] = lock(&self.random).random();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// A made-up number below `limit`, for codes of some digits.
    pub(crate) fn number_below(&self, limit: u64) -> u64 {
        lock(&self.random).random_range(0..limit.max(1))
    }

    /// The faults that this call suffers now.
    pub(crate) fn strike(&self, call: &str) -> Vec<Fault> {
        let mut random = lock(&self.random);
        lock(&self.faults).strike(call, || random.random_range(0..100))
    }

    pub(crate) fn with_faults<T>(&self, with: impl FnOnce(&mut Faults) -> T) -> T {
        with(&mut lock(&self.faults))
    }

    pub(crate) fn with_held<T>(&self, with: impl FnOnce(&mut Held) -> T) -> T {
        with(&mut lock(&self.held))
    }

    /// Counts a call that may come so often in a minute; the seconds to wait, where it is one too many.
    pub(crate) fn count_vipps_call(&self, what: &str, most: usize) -> Result<(), i64> {
        let now = self.now();
        lock(&self.vipps_limits).count(what, most, now)
    }

    /// Whether nobody brings Vipps MobilePay's news yet; the caller does from now on.
    pub(crate) fn is_first_to_bring_vipps_news(&self) -> bool {
        !self.brings_vipps_news.swap(true, Ordering::Relaxed)
    }

    /// Writes a call into the list, and a line into the log.
    pub(crate) fn record(&self, record: CallRecord) {
        tracing::debug!(
            call = record.call,
            method = record.method,
            route = record.route,
            status = record.status,
            error_code = record.error_code,
            "call"
        );
        lock(&self.calls).add(record);
    }

    pub(crate) fn with_calls<T>(&self, with: impl FnOnce(&mut Calls) -> T) -> T {
        with(&mut lock(&self.calls))
    }
}

fn ahead(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(time)
}

/// A panic while the lock was held leaves the state whole enough for an emulation to go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
