//! What a state machine is, and what it decides. Pure: no I/O, no clock, no randomness, no async.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// The state of one aggregate, and how it changes.
///
/// `decide` must be total: every state and every command have an answer, and none panics. The new state follows from
/// the events alone (`apply`), so that the journal explains the state.
pub trait Machine: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {
    /// Name of the kind in the tables, like `link`. Never changes once data exists.
    const KIND: &'static str;
    /// What may be asked of it: by a browser, a provider's call, a provider's answer or a timer.
    type Command: Send + Sync;
    /// What has happened. Journalled for good: at most what a page shows of a person, never a whole number or address.
    type Event: Serialize + DeserializeOwned + Clone + Send + Sync;
    /// What is to be done in the outside world. May hold personal data: the row is deleted once done.
    type Effect: Effect;
    /// Why a command is not accepted in this state. Nothing changes then.
    type Refusal: std::error::Error + Send + Sync + 'static;

    /// Decides on a command in this state.
    ///
    /// # Errors
    /// The refusal, when the command is not for this state.
    fn decide(&self, command: &Self::Command, now: Timestamp) -> Result<Decision<Self>, Self::Refusal>;

    /// The state after an event.
    fn apply(&mut self, event: &Self::Event);
}

/// Something to be done outside, through a provider's client, the shop, or simply later.
pub trait Effect: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// A name for logs and metrics, without personal data.
    fn name(&self) -> &'static str;
    /// How often, and how patiently, it is tried.
    fn policy(&self) -> RetryPolicy;
}

/// How an effect is retried: exponential backoff with full jitter between the tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, at least 1. After the last one the effect is dead, until an operator retries it.
    pub max_attempts: u32,
    /// Upper bound of the first pause.
    pub base: Duration,
    /// No pause is longer.
    pub cap: Duration,
    /// How long one try may take; its lease ends a little later.
    pub timeout: Duration,
}

/// What a machine decided: nothing of it happens before all of it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<M: Machine> {
    /// What has happened, in order.
    pub events: Vec<M::Event>,
    /// What is to be done.
    pub effects: Vec<Planned<M::Effect>>,
    /// Other keys under which the aggregate can be found from now on, as (kind, key).
    pub lookups: Vec<(&'static str, String)>,
}

impl<M: Machine> Decision<M> {
    /// Nothing happens: the command was known already, or changes nothing.
    pub fn nothing() -> Self {
        Decision {
            events: Vec::new(),
            effects: Vec::new(),
            lookups: Vec::new(),
        }
    }

    /// One event.
    pub fn event(event: M::Event) -> Self {
        Self::nothing().and_event(event)
    }

    /// And this event.
    #[must_use]
    pub fn and_event(mut self, event: M::Event) -> Self {
        self.events.push(event);
        self
    }

    /// And this effect, as soon as possible, after the effects that wait in the same lane.
    #[must_use]
    pub fn and_effect(mut self, effect: M::Effect) -> Self {
        self.effects.push(Planned {
            effect,
            due: None,
            lane: Lane::Ordered,
        });
        self
    }

    /// And this effect, not before `due`, beside all others: a timer.
    #[must_use]
    pub fn and_timer(mut self, due: Timestamp, effect: M::Effect) -> Self {
        self.effects.push(Planned {
            effect,
            due: Some(due),
            lane: Lane::Free,
        });
        self
    }

    /// And this key finds the aggregate.
    #[must_use]
    pub fn and_lookup(mut self, kind: &'static str, key: impl Into<String>) -> Self {
        self.lookups.push((kind, key.into()));
        self
    }
}

/// An effect with its time and its place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned<E> {
    /// What is to be done.
    pub effect: E,
    /// Not before; at once when absent.
    pub due: Option<Timestamp>,
    /// Whether it waits for earlier effects of its aggregate.
    pub lane: Lane,
}

/// Which effects of one aggregate wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// One after the other, in the order they were decided; a dead one lets the next go, and a newcomer makes what
    /// waits for its next try due at once.
    Ordered,
    /// On its own.
    Free,
}
