//! The key of one basket: when InPost is asked for it.
//!
//! Pure. InPost gives the same basket a key as often as it is asked (InPost contract, section 2, `PUT v2 binding`), so
//! asking twice costs nothing but the call.

use crate::engine::machine::{Decision, Effect, Machine, RetryPolicy};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::time::Duration;

/// A key that is younger is given out again without asking. A shopper clicks twice; the widget clicks by itself after
/// unlinking.
pub const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// The key itself. Whoever has it can link the basket, so it goes to the shopper's page and into no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// What InPost gave; `None` if that is nothing.
    pub fn new(text: String) -> Option<Self> {
        Some(Key(text)).filter(|key| !key.0.is_empty())
    }

    /// For the page.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A key, and since when there is this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The key.
    pub key: Key,
    /// Since when.
    pub at: Timestamp,
}

/// What is known of a basket's key. Its id is the basket's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingKey {
    /// The newest key.
    pub given: Option<Given>,
    /// InPost is being asked.
    pub asking: bool,
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The shopper clicked: there should be a key that InPost knows.
    Ask,
    /// InPost has given this one.
    Give(Key),
    /// InPost gave none.
    Fail,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// InPost is being asked.
    Asked,
    /// There is a key.
    Given {
        /// Which.
        key: Key,
        /// Since when.
        at: Timestamp,
    },
    /// InPost gave none; an older one may still do.
    Failed,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum KeyEffect {
    /// Ask InPost.
    AskKey,
}

impl Effect for KeyEffect {
    fn name(&self) -> &'static str {
        match self {
            KeyEffect::AskKey => "ask_key",
        }
    }

    fn policy(&self) -> RetryPolicy {
        // Someone looks at a busy button: few tries, soon over.
        RetryPolicy {
            max_attempts: 3,
            base: Duration::from_millis(400),
            cap: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
        }
    }
}

impl Machine for BindingKey {
    const KIND: &'static str = "binding_key";
    type Command = Command;
    type Event = Event;
    type Effect = KeyEffect;
    type Refusal = Infallible;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision<Self>, Infallible> {
        Ok(match command {
            Command::Ask if self.asking || self.is_fresh(now) => Decision::nothing(),
            Command::Ask => Decision::event(Event::Asked).and_effect(KeyEffect::AskKey),
            Command::Give(key) => Decision::event(Event::Given {
                key: key.clone(),
                at: now,
            }),
            Command::Fail if self.asking => Decision::event(Event::Failed),
            Command::Fail => Decision::nothing(),
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Asked => self.asking = true,
            Event::Given { key, at } => {
                self.asking = false;
                self.given = Some(Given {
                    key: key.clone(),
                    at: *at,
                });
            }
            Event::Failed => self.asking = false,
        }
    }
}

impl BindingKey {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.given
            .as_ref()
            .is_some_and(|given| now.duration_since(given.at) < FRESH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn key(text: &str) -> Key {
        Key::new(text.to_owned()).expect("a key")
    }

    /// Runs commands at their seconds; how often InPost is asked, and the state in the end.
    fn run(commands: &[(i64, Command)]) -> (usize, BindingKey) {
        let mut state = BindingKey::default();
        let mut asked = 0;
        for (second, command) in commands {
            let now = NOW + SignedDuration::from_secs(*second);
            let Ok(decision) = state.decide(command, now);
            asked += decision.effects.len();
            for event in &decision.events {
                state.apply(event);
            }
        }
        (asked, state)
    }

    #[test]
    fn clicks_while_inpost_is_asked_ask_once() {
        let (asked, state) = run(&[(0, Command::Ask), (1, Command::Ask), (2, Command::Ask)]);
        assert_eq!((asked, state.asking), (1, true));
    }

    #[test]
    fn a_fresh_key_is_given_again_and_an_old_one_is_asked_for_anew() {
        let given = (0, Command::Give(key("one")));
        let fresh = FRESH.as_secs();
        let (asked, state) = run(&[(0, Command::Ask), given.clone(), (fresh - 1, Command::Ask)]);
        assert_eq!((asked, state.asking), (1, false));
        let (asked, state) = run(&[(0, Command::Ask), given, (fresh, Command::Ask)]);
        assert_eq!((asked, state.asking), (2, true));
        assert_eq!(
            state.given.map(|given| given.key),
            Some(key("one")),
            "the old one stays until there is another"
        );
    }

    #[test]
    fn a_failure_leaves_the_older_key_and_lets_the_next_click_ask() {
        let (asked, state) = run(&[
            (0, Command::Ask),
            (0, Command::Give(key("one"))),
            (100, Command::Ask),
            (101, Command::Fail),
            (102, Command::Ask),
            (103, Command::Give(key("two"))),
            (104, Command::Fail),
        ]);
        assert_eq!((asked, state.asking), (3, false));
        assert_eq!(state.given.map(|given| given.key), Some(key("two")));
    }

    #[test]
    fn every_command_is_decided_in_every_state() {
        let states = [
            run(&[]),
            run(&[(0, Command::Ask)]),
            run(&[(0, Command::Give(key("one")))]),
            run(&[(0, Command::Give(key("one"))), (100, Command::Ask)]),
        ];
        for (_, state) in states {
            for command in [Command::Ask, Command::Give(key("two")), Command::Fail] {
                let Ok(decision) = state.decide(&command, NOW + SignedDuration::from_secs(100));
                assert!(decision.events.len() <= 1, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn the_key_prints_nothing() {
        assert_eq!(format!("{:?}", Command::Give(key("secret-key"))), "Give(Key(..))");
        assert_eq!(Key::new(String::new()), None);
    }
}
