//! Tells those who wait, within this process, that something has been committed.
//!
//! A message says only *that* there is news, never what: whoever is woken reads the journal by its cursor. Lost or
//! doubled messages therefore do no harm, as long as one subscribes before reading.

use super::address::Address;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How many may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusLimits {
    /// Waiters on one aggregate.
    pub per_aggregate: usize,
    /// Waiters in all.
    pub in_all: usize,
}

impl Default for BusLimits {
    fn default() -> Self {
        BusLimits {
            per_aggregate: 64,
            in_all: 10_000,
        }
    }
}

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many observers wait already: try again later")]
pub struct TooManyWaiters;

/// The in-process bus. Clones are one bus.
#[derive(Clone)]
pub struct Bus(Arc<Shared>);

struct Shared {
    limits: BusLimits,
    topics: Mutex<Topics>,
    journal: watch::Sender<i64>,
    outbox: watch::Sender<u64>,
}

#[derive(Default)]
struct Topics {
    by_address: HashMap<Address, Topic>,
    waiters: usize,
}

struct Topic {
    news: watch::Sender<u64>,
    waiters: usize,
}

impl Bus {
    /// A bus with room for so many.
    pub fn new(limits: BusLimits) -> Self {
        Bus(Arc::new(Shared {
            limits,
            topics: Mutex::default(),
            journal: watch::Sender::new(0),
            outbox: watch::Sender::new(0),
        }))
    }

    /// News of one aggregate, from now on.
    ///
    /// # Errors
    /// [`TooManyWaiters`] past the limits.
    pub fn subscribe(&self, address: &Address) -> Result<Subscription, TooManyWaiters> {
        let limits = self.0.limits;
        let mut topics = self.0.topics();
        if topics.waiters >= limits.in_all {
            return Err(TooManyWaiters);
        }
        let topic = topics.by_address.entry(address.clone()).or_insert_with(|| Topic {
            news: watch::Sender::new(0),
            waiters: 0,
        });
        if topic.waiters >= limits.per_aggregate {
            return Err(TooManyWaiters);
        }
        topic.waiters += 1;
        let news = topic.news.subscribe();
        topics.waiters += 1;
        Ok(Subscription {
            news,
            address: address.clone(),
            shared: Arc::clone(&self.0),
        })
    }

    /// The newest committed `seq` of all aggregates, as far as this process knows; changes with every commit that has events.
    pub fn journal(&self) -> watch::Receiver<i64> {
        self.0.journal.subscribe()
    }

    /// Changes whenever an effect may have become due earlier than before.
    pub fn outbox(&self) -> watch::Receiver<u64> {
        self.0.outbox.subscribe()
    }

    /// The aggregate has a new version, and `cursor` is its newest `seq`.
    pub fn announce_commit(&self, address: &Address, cursor: i64) {
        if let Some(topic) = self.0.topics().by_address.get(address) {
            topic.news.send_modify(|n| *n = n.wrapping_add(1));
        }
        self.0.journal.send_if_modified(|newest| {
            let newer = cursor > *newest;
            *newest = cursor.max(*newest);
            newer
        });
    }

    /// Effects have been added, ended, or made due.
    pub fn announce_effects(&self) {
        self.0.outbox.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// How many wait at the moment.
    pub fn waiters(&self) -> usize {
        self.0.topics().waiters
    }
}

impl Shared {
    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the waiters on one aggregate; free again when dropped.
pub struct Subscription {
    news: watch::Receiver<u64>,
    address: Address,
    shared: Arc<Shared>,
}

impl Subscription {
    /// Waits for the next announcement since the last call, or since subscribing.
    pub async fn changed(&mut self) {
        if self.news.changed().await.is_err() {
            // The sender lives as long as this subscription counts as a waiter.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.shared.topics();
        topics.waiters = topics.waiters.saturating_sub(1);
        let Some(topic) = topics.by_address.get_mut(&self.address) else {
            return;
        };
        topic.waiters = topic.waiters.saturating_sub(1);
        if topic.waiters == 0 {
            topics.by_address.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::address::StoreId;
    use futures_util::FutureExt as _;

    fn address(id: &str) -> Address {
        Address::new(&StoreId::default(), "toy", id)
    }

    #[tokio::test]
    async fn news_between_subscribing_and_waiting_are_not_lost() {
        let bus = Bus::new(BusLimits::default());
        let mut mine = bus.subscribe(&address("a")).unwrap();
        let mut other = bus.subscribe(&address("b")).unwrap();
        bus.announce_commit(&address("a"), 5);
        assert!(mine.changed().now_or_never().is_some());
        assert!(
            mine.changed().now_or_never().is_none(),
            "one announcement wakes once"
        );
        assert!(
            other.changed().now_or_never().is_none(),
            "another aggregate's news are not ours"
        );
    }

    #[test]
    fn waiters_are_limited_and_free_their_place() {
        let bus = Bus::new(BusLimits {
            per_aggregate: 2,
            in_all: 3,
        });
        let first = bus.subscribe(&address("a")).unwrap();
        let _second = bus.subscribe(&address("a")).unwrap();
        assert_eq!(bus.subscribe(&address("a")).err(), Some(TooManyWaiters));
        let _third = bus.subscribe(&address("b")).unwrap();
        assert_eq!(bus.subscribe(&address("c")).err(), Some(TooManyWaiters));
        assert_eq!(bus.waiters(), 3);
        drop(first);
        assert_eq!(bus.waiters(), 2);
        assert!(bus.subscribe(&address("a")).is_ok());
        assert_eq!(bus.waiters(), 2);
    }

    #[test]
    fn the_newest_seq_never_goes_back() {
        let bus = Bus::new(BusLimits::default());
        let mut journal = bus.journal();
        bus.announce_commit(&address("a"), 7);
        assert_eq!(*journal.borrow_and_update(), 7);
        bus.announce_commit(&address("b"), 3);
        assert!(!journal.has_changed().unwrap());
    }
}
