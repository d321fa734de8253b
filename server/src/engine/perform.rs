//! Who performs effects: one performer per machine, behind a trait, and the registry's view of it without types.

use super::address::StoreId;
use super::machine::Machine;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// An effect to be performed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task<E> {
    /// The shop it belongs to.
    pub store: StoreId,
    /// The aggregate that decided on it.
    pub aggregate_id: String,
    /// What is to be done.
    pub effect: E,
    /// Idempotency key, a uuid: stored before the first try and the same at every try.
    pub key: String,
    /// Which try this is, from 1.
    pub attempt: u32,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<C> {
    /// Done, and the machine need not hear of it.
    Done,
    /// Done, and this is what the machine hears: decided and committed together with the effect's end. If the machine
    /// refuses it, the effect is done all the same.
    Command(C),
    /// Not done; trying again may help.
    Retry {
        /// Why. Logged and stored: without personal data.
        why: String,
        /// The provider's own wish how long to wait at least.
        after: Option<Duration>,
    },
    /// Not done, and trying again by itself will not help: dead at once, until an operator retries it.
    Dead {
        /// Why. Logged and stored: without personal data.
        why: String,
    },
}

impl<C> Outcome<C> {
    /// Not done; trying again after the usual pause may help. `why` is without personal data.
    pub fn retry(why: impl Into<String>) -> Self {
        Outcome::Retry {
            why: why.into(),
            after: None,
        }
    }

    /// Not done, and trying again will not help. `why` is without personal data.
    pub fn dead(why: impl Into<String>) -> Self {
        Outcome::Dead { why: why.into() }
    }
}

/// Performs the effects of one machine.
///
/// An effect is performed at least once: a crash between the outside world's answer and its commit makes it be performed
/// again, under the same key. A try is cut off at the policy's timeout, and a panic counts as a failed try.
#[async_trait]
pub trait Perform<M: Machine>: Send + Sync + 'static {
    /// Tries once.
    async fn perform(&self, task: &Task<M::Effect>) -> Outcome<M::Command>;

    /// The names of effects that ask nobody outside. They have places of their own, so that a slow provider does not hold
    /// them up.
    fn local(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the machine hears when there are no more tries; decided and committed together with the effect's end. `None`:
    /// the machine need not hear of it, and the effect stays, dead, until an operator retries it.
    fn given_up(&self, task: &Task<M::Effect>) -> Option<M::Command>;
}

#[async_trait]
impl<M: Machine, P: Perform<M> + ?Sized> Perform<M> for Arc<P> {
    async fn perform(&self, task: &Task<M::Effect>) -> Outcome<M::Command> {
        self.as_ref().perform(task).await
    }

    fn local(&self) -> &'static [&'static str] {
        self.as_ref().local()
    }

    fn given_up(&self, task: &Task<M::Effect>) -> Option<M::Command> {
        self.as_ref().given_up(task)
    }
}
