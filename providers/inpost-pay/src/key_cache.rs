//! InPost's signing keys of one merchant, kept for a day. Contract, section 3.

use crate::signature::{self, KeyError, SignatureError, SignatureHeaders, VerifyingKey};
use crate::wire::signing_key::SigningKeys;
use crate::{Client, Error};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use provider_http::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a key set is used before it is fetched again.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// A stranger may send made-up versions: at most one fetch in this time.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// After a fetch that failed or was abandoned.
const PAUSE_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);

/// Where a [`KeyCache`] gets the keys: a [`Client`], or a test's own.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// Every key in force.
    async fn signing_keys(&self) -> Result<SigningKeys, Error>;
}

#[async_trait]
impl KeySource for Client {
    async fn signing_keys(&self) -> Result<SigningKeys, Error> {
        Client::signing_keys(self).await
    }
}

/// The keys of one merchant: one cache for each store.
///
/// A set is used for a day and fetched again for a version that it lacks, at most once a minute, by one caller at a
/// time. A set that cannot be renewed stays in use.
pub struct KeyCache {
    source: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
    /// Held across a fetch; whoever has it may fetch.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    set: Option<KeySet>,
    attempt: Option<Attempt>,
}

struct KeySet {
    fetched_at: Timestamp,
    merchant_external_id: Arc<str>,
    keys: HashMap<String, Result<Arc<VerifyingKey>, KeyError>>,
}

/// The last fetch, at its beginning while it runs, at its end afterwards.
struct Attempt {
    at: Timestamp,
    end: AttemptEnd,
}

enum AttemptEnd {
    /// It runs, or its caller was dropped.
    Open,
    Fetched,
    Failed(Error),
}

/// A key together with the merchant it signs for.
#[derive(Clone, Debug)]
struct MerchantKey {
    merchant_external_id: Arc<str>,
    key: Arc<VerifyingKey>,
}

impl std::fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyCache").finish_non_exhaustive()
    }
}

impl KeyCache {
    /// An empty cache.
    pub fn new(source: Arc<dyn KeySource>, clock: Arc<dyn Clock>) -> Self {
        Self {
            source,
            clock,
            held: Mutex::default(),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// Verifies a call of InPost: the time first, then the key of its version, then the signature.
    ///
    /// # Errors
    /// [`SignatureError`], the first reason found.
    pub async fn verify(&self, headers: &SignatureHeaders<'_>, body: &[u8]) -> Result<(), SignatureError> {
        headers.check_time(self.clock.now())?;
        let found = self.key(headers.key_version, headers.key_hash).await?;
        signature::verify(
            headers,
            body,
            &found.merchant_external_id,
            &found.key,
            self.clock.now(),
        )
    }

    /// A version with another hash than the one that is known has been made anew: it counts as unknown.
    async fn key(&self, version: &str, hash: &str) -> Result<MerchantKey, SignatureError> {
        if let Some(found) = self.held().fresh(version, hash, self.clock.now()) {
            return found;
        }
        let _turn = self.turn.lock().await;
        if self.begin(version, hash) {
            let fetched = self.source.signing_keys().await;
            self.keep(fetched);
        }
        self.held().settle(version)
    }

    /// Whether this caller is to fetch. The attempt counts from here, so that one that is abandoned counts too.
    fn begin(&self, version: &str, hash: &str) -> bool {
        let now = self.clock.now();
        let mut held = self.held();
        let needed = held.fresh(version, hash, now).is_none() && !held.paused(now);
        if needed {
            held.attempt = Some(Attempt {
                at: now,
                end: AttemptEnd::Open,
            });
        }
        needed
    }

    fn keep(&self, fetched: Result<SigningKeys, Error>) {
        let now = self.clock.now();
        let mut held = self.held();
        let end = match fetched {
            Ok(keys) => {
                held.set = Some(KeySet::new(&keys, now));
                AttemptEnd::Fetched
            }
            Err(error) => AttemptEnd::Failed(error),
        };
        held.attempt = Some(Attempt { at: now, end });
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// The key of this version from a set that need not be renewed.
    fn fresh(
        &self,
        version: &str,
        hash: &str,
        now: Timestamp,
    ) -> Option<Result<MerchantKey, SignatureError>> {
        self.set
            .as_ref()
            .filter(|set| is_within(set.fetched_at, now, LIFE))?
            .find(version)
            .filter(|found| found.as_ref().map_or(true, |found| found.key.hash() == hash))
    }

    fn paused(&self, now: Timestamp) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| {
            let pause = match attempt.end {
                AttemptEnd::Fetched => PAUSE,
                AttemptEnd::Open | AttemptEnd::Failed(_) => PAUSE_AFTER_FAILURE,
            };
            is_within(attempt.at, now, pause)
        })
    }

    /// The answer when nothing is fetched any more: an old set is better than none.
    fn settle(&self, version: &str) -> Result<MerchantKey, SignatureError> {
        if let Some(found) = self.set.as_ref().and_then(|set| set.find(version)) {
            return found;
        }
        Err(match self.attempt.as_ref().map(|attempt| &attempt.end) {
            Some(AttemptEnd::Fetched) => SignatureError::UnknownKeyVersion,
            Some(AttemptEnd::Failed(error)) => SignatureError::KeysUnavailable(Some(error.clone())),
            Some(AttemptEnd::Open) | None => SignatureError::KeysUnavailable(None),
        })
    }
}

impl KeySet {
    fn new(keys: &SigningKeys, fetched_at: Timestamp) -> Self {
        let parse = VerifyingKey::parse;
        let parsed = keys
            .public_keys
            .iter()
            .map(|key| (key.version.clone(), parse(key).map(Arc::new)));
        let merchant_external_id = keys.merchant_external_id.as_str().into();
        Self {
            fetched_at,
            merchant_external_id,
            keys: parsed.collect(),
        }
    }

    fn find(&self, version: &str) -> Option<Result<MerchantKey, SignatureError>> {
        let found = self.keys.get(version)?;
        Some(match found {
            Ok(key) => Ok(MerchantKey {
                merchant_external_id: self.merchant_external_id.clone(),
                key: key.clone(),
            }),
            Err(error) => Err(SignatureError::UnusableKey(*error)),
        })
    }
}

/// In either direction, so that a clock set back does not freeze the cache.
fn is_within(then: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    now.duration_since(then).abs() < span
}
