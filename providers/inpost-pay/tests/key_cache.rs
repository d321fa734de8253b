//! The key cache: a day's life, rotation, a stranger's made-up versions, an outage. Contract, section 3.

#![allow(clippy::unwrap_used, clippy::panic)] // In tests a failed expectation is the point.

/// A signing key as InPost holds one.
mod support;

use async_trait::async_trait;
use inpost_pay::signature::{KEY_HASH_HEADER, SignatureError, SignatureHeaders, key_hash, signing_timestamp};
use inpost_pay::wire::signing_key::{PublicKey, SigningKeys};
use inpost_pay::{Error, KeyCache, KeySource};
use jiff::{SignedDuration, Timestamp};
use provider_http::{Clock, ManualClock, Unknown};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use support::{MERCHANT, SIGNED_AT, public_key, signed_headers};

/// InPost's keys: counts who asks, can rotate, and can be down.
#[derive(Default)]
struct Keys {
    versions: Mutex<Vec<&'static str>>,
    down: Mutex<bool>,
    asked: AtomicU32,
}

#[async_trait]
impl KeySource for Keys {
    async fn signing_keys(&self) -> Result<SigningKeys, Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if *self.down.lock().unwrap() {
            return Err(Error::Unknown(Unknown::Timeout));
        }
        let mut public_keys: Vec<_> = self
            .versions
            .lock()
            .unwrap()
            .iter()
            .map(|version| public_key(version))
            .collect();
        public_keys.push(PublicKey {
            public_key_base64: "broken".into(),
            version: "broken".into(),
        });
        Ok(SigningKeys {
            merchant_external_id: MERCHANT.into(),
            public_keys,
        })
    }
}

struct Fixture {
    clock: Arc<ManualClock>,
    keys: Arc<Keys>,
    cache: Arc<KeyCache>,
}

impl Fixture {
    fn new(versions: &[&'static str]) -> Self {
        let clock = Arc::new(ManualClock::new(SIGNED_AT.parse::<Timestamp>().unwrap()));
        let keys = Arc::new(Keys {
            versions: Mutex::new(versions.to_vec()),
            ..Keys::default()
        });
        let cache = Arc::new(KeyCache::new(keys.clone(), clock.clone()));
        Self { clock, keys, cache }
    }

    /// A call that is signed now with this version.
    async fn call(&self, version: &str) -> Result<(), SignatureError> {
        let headers = signed_headers(b"body", version, &signing_timestamp(self.clock.now()));
        self.cache
            .verify(&SignatureHeaders::read(&headers)?, b"body")
            .await
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn asked(&self) -> u32 {
        self.keys.asked.load(Ordering::SeqCst)
    }

    fn rotate(&self, versions: &[&'static str]) {
        *self.keys.versions.lock().unwrap() = versions.to_vec();
    }

    fn down(&self, down: bool) {
        *self.keys.down.lock().unwrap() = down;
    }
}

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn keys_are_fetched_once_a_day() {
    let fixture = Fixture::new(&["1", "2"]);
    fixture.call("1").await.unwrap();
    fixture.call("2").await.unwrap();
    fixture.pass(DAY - 1);
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 1);
    fixture.pass(1);
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 2);
}

#[tokio::test]
async fn many_first_calls_cause_one_fetch() {
    let fixture = Fixture::new(&["1"]);
    let headers = signed_headers(b"body", "1", SIGNED_AT);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (cache, headers) = (fixture.cache.clone(), headers.clone());
        tasks.spawn(async move {
            cache
                .verify(&SignatureHeaders::read(&headers).unwrap(), b"body")
                .await
        });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!(fixture.asked(), 1);
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.pass(61);
    fixture.rotate(&["1", "2"]);
    fixture.call("2").await.unwrap();
    assert_eq!(fixture.asked(), 2);
}

#[tokio::test]
async fn made_up_versions_cause_at_most_one_fetch_a_minute() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.pass(60);
    for version in ["x", "y", "z"] {
        let error = fixture.call(version).await.unwrap_err();
        assert!(matches!(error, SignatureError::UnknownKeyVersion), "{error:?}");
    }
    assert_eq!(fixture.asked(), 2);
    fixture.pass(59);
    fixture.call("x").await.unwrap_err();
    assert_eq!(fixture.asked(), 2);
    fixture.call("1").await.unwrap();
    fixture.pass(1);
    fixture.call("x").await.unwrap_err();
    assert_eq!(fixture.asked(), 3);
}

#[tokio::test]
async fn a_stale_call_causes_no_fetch() {
    let fixture = Fixture::new(&["1"]);
    let headers = signed_headers(b"body", "1", SIGNED_AT);
    fixture.pass(241);
    let error = fixture
        .cache
        .verify(&SignatureHeaders::read(&headers).unwrap(), b"body")
        .await
        .unwrap_err();
    assert!(matches!(error, SignatureError::Stale { .. }), "{error:?}");
    assert_eq!(fixture.asked(), 0);
}

#[tokio::test]
async fn old_keys_stay_in_use_while_new_ones_cannot_be_fetched() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.pass(DAY);
    fixture.down(true);
    fixture.call("1").await.unwrap();
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 2);
    let error = fixture.call("2").await.unwrap_err();
    assert!(
        matches!(error, SignatureError::KeysUnavailable(Some(Error::Unknown(_)))),
        "{error:?}"
    );
    fixture.pass(5);
    fixture.down(false);
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 3);
}

#[tokio::test]
async fn without_any_keys_the_caller_is_not_blamed() {
    let fixture = Fixture::new(&["1"]);
    fixture.down(true);
    for _ in 0..3 {
        let error = fixture.call("1").await.unwrap_err();
        assert!(
            matches!(error, SignatureError::KeysUnavailable(Some(_))),
            "{error:?}"
        );
    }
    assert_eq!(fixture.asked(), 1);
    fixture.down(false);
    fixture.pass(5);
    fixture.call("1").await.unwrap();
}

#[tokio::test]
async fn a_withdrawn_key_ends_with_the_next_fetch() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.rotate(&["2"]);
    fixture.pass(DAY);
    let error = fixture.call("1").await.unwrap_err();
    assert!(matches!(error, SignatureError::UnknownKeyVersion), "{error:?}");
    fixture.call("2").await.unwrap();
    assert_eq!(fixture.asked(), 2);
}

#[tokio::test]
async fn an_unusable_key_harms_no_other() {
    let fixture = Fixture::new(&["1"]);
    let error = fixture.call("broken").await.unwrap_err();
    assert!(matches!(error, SignatureError::UnusableKey(_)), "{error:?}");
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 1);
}

#[tokio::test]
async fn an_abandoned_fetch_counts_against_a_stranger() {
    let fixture = Fixture::new(&["1"]);
    let headers = signed_headers(b"body", "1", SIGNED_AT);
    let read = SignatureHeaders::read(&headers).unwrap();
    for _ in 0..3 {
        let hurried = fixture.cache.verify(&read, b"body");
        tokio::select! { biased; _ = hurried => {}, () = std::future::ready(()) => {} }
    }
    assert_eq!(fixture.asked(), 1);
    fixture.pass(5);
    fixture.call("1").await.unwrap();
}

#[tokio::test]
async fn a_clock_set_back_does_not_freeze_the_cache() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.pass(-10 * DAY);
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 2);
}

#[tokio::test]
async fn a_known_version_with_another_hash_is_fetched_anew_at_most_once_a_minute() {
    let fixture = Fixture::new(&["1"]);
    fixture.call("1").await.unwrap();
    fixture.pass(60);
    let mut headers = signed_headers(b"body", "1", &signing_timestamp(fixture.clock.now()));
    let other = key_hash("another key").parse().unwrap();
    headers.insert(KEY_HASH_HEADER, other);
    for _ in 0..2 {
        let read = SignatureHeaders::read(&headers).unwrap();
        let error = fixture.cache.verify(&read, b"body").await.unwrap_err();
        assert!(matches!(error, SignatureError::WrongKeyHash), "{error:?}");
        assert_eq!(fixture.asked(), 2, "the key may have been made anew");
    }
    fixture.call("1").await.unwrap();
    assert_eq!(fixture.asked(), 2);
}
