//! The keys that sign id tokens, kept for a day.

use crate::Error;
use crate::id_token::{IdTokenError, find};
use crate::wire::login::{Jwk, Jwks};
use jiff::{SignedDuration, Timestamp};
use provider_http::Clock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a set of keys is used.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// The least time between two fetches, so that made-up names of keys cannot cause one each.
pub(crate) const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// Fetches the keys once however many ask, again for a name that is not among them, and never more often than every
/// [`PAUSE`]. When they cannot be fetched, a former key is better than none.
pub(crate) struct KeyCache {
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
    /// Held across a fetch.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    keys: Option<(Timestamp, Jwks)>,
    /// The last fetch that was begun, and how it failed if it did.
    attempt: Option<(Timestamp, Option<Error>)>,
    /// Whether the last fetch brought keys.
    fetched: bool,
}

impl KeyCache {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            held: Mutex::default(),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// The key of this name.
    pub(crate) async fn key<F, Fut>(&self, key_id: &str, fetch: F) -> Result<Jwk, IdTokenError>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Jwks, Error>>,
    {
        if let Some(key) = self.held().fresh(key_id, self.clock.now()) {
            return Ok(key);
        }
        let _turn = self.turn.lock().await;
        if self.begin(key_id) {
            let fetched = fetch().await;
            self.keep(fetched);
        }
        self.held().settle(key_id)
    }

    /// Whether this caller is to fetch. The attempt counts from here, so that one that is abandoned counts too.
    fn begin(&self, key_id: &str) -> bool {
        let now = self.clock.now();
        let mut held = self.held();
        let paused = held
            .attempt
            .as_ref()
            .is_some_and(|(at, _)| is_within(*at, now, PAUSE));
        let needed = !paused && held.fresh(key_id, now).is_none();
        if needed {
            held.attempt = Some((now, None));
            held.fetched = false;
        }
        needed
    }

    fn keep(&self, fetched: Result<Jwks, Error>) {
        let now = self.clock.now();
        let mut held = self.held();
        match fetched {
            Ok(keys) => {
                held.keys = Some((now, keys));
                held.attempt = Some((now, None));
                held.fetched = true;
            }
            Err(error) => held.attempt = Some((now, Some(error))),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn fresh(&self, key_id: &str, now: Timestamp) -> Option<Jwk> {
        let (_, keys) = self.keys.as_ref().filter(|(at, _)| is_within(*at, now, LIFE))?;
        find(keys, key_id).cloned()
    }

    /// The answer when nothing is fetched any more.
    fn settle(&self, key_id: &str) -> Result<Jwk, IdTokenError> {
        let known = self.keys.as_ref().and_then(|(_, keys)| find(keys, key_id));
        known.cloned().ok_or_else(|| {
            if self.fetched {
                IdTokenError::UnknownKey
            } else {
                IdTokenError::KeysUnavailable(self.attempt.as_ref().and_then(|(_, error)| error.clone()))
            }
        })
    }
}

/// In either direction, so that a clock set back does not freeze the cache.
fn is_within(then: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    now.duration_since(then).abs() < span
}
