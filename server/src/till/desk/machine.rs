//! Which sale stands on one till's desk. Pure.
//!
//! A desk has one sale at a time. Whoever begins one while there is one gets that one, so that two windows of a till, or a
//! request that is sent twice, ring up the same sale.

use crate::engine::machine::{Decision, Effect, Machine, RetryPolicy};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::time::Duration;

/// A till's desk. Its id is the branch's and the till's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The id of the sale on it.
    pub sale: Option<String>,
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// There should be a sale; if there is none, this one.
    Begin {
        /// The id of a new sale.
        sale: String,
    },
    /// This sale is over. Another one stays.
    Clear {
        /// Its id.
        sale: String,
    },
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A sale was begun.
    Begun {
        /// Its id.
        sale: String,
    },
    /// The desk is empty.
    Cleared {
        /// The sale that stood there.
        sale: String,
    },
}

/// A desk asks nobody outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nothing {}

impl Effect for Nothing {
    fn name(&self) -> &'static str {
        match *self {}
    }

    fn policy(&self) -> RetryPolicy {
        RetryPolicy {
            max_attempts: 1,
            base: Duration::ZERO,
            cap: Duration::ZERO,
            timeout: Duration::ZERO,
        }
    }
}

impl Machine for Desk {
    const KIND: &'static str = "desk";
    type Command = Command;
    type Event = Event;
    type Effect = Nothing;
    type Refusal = Infallible;

    fn decide(&self, command: &Command, _now: Timestamp) -> Result<Decision<Self>, Infallible> {
        Ok(match (command, &self.sale) {
            (Command::Begin { sale }, None) => Decision::event(Event::Begun { sale: sale.clone() }),
            (Command::Clear { sale }, Some(placed)) if placed == sale => {
                Decision::event(Event::Cleared { sale: sale.clone() })
            }
            (Command::Begin { .. }, Some(_)) | (Command::Clear { .. }, _) => Decision::nothing(),
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Begun { sale } => self.sale = Some(sale.clone()),
            Event::Cleared { .. } => self.sale = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(commands: &[Command]) -> Desk {
        let mut desk = Desk::default();
        for command in commands {
            let decision = desk
                .decide(command, Timestamp::UNIX_EPOCH)
                .expect("a desk refuses nothing");
            for event in &decision.events {
                desk.apply(event);
            }
        }
        desk
    }

    fn begin(sale: &str) -> Command {
        Command::Begin {
            sale: sale.to_owned(),
        }
    }

    fn clear(sale: &str) -> Command {
        Command::Clear {
            sale: sale.to_owned(),
        }
    }

    fn with(sale: &str) -> Desk {
        Desk {
            sale: Some(sale.to_owned()),
        }
    }

    #[test]
    fn who_begins_while_there_is_a_sale_gets_that_one() {
        assert_eq!(after(&[begin("a"), begin("b")]), with("a"));
    }

    #[test]
    fn the_next_sale_stands_where_the_last_one_stood() {
        assert_eq!(after(&[begin("a"), clear("a"), begin("b")]), with("b"));
    }

    #[test]
    fn a_late_word_about_the_last_sale_leaves_the_next_one() {
        assert_eq!(
            after(&[begin("a"), clear("a"), begin("b"), clear("a")]),
            with("b")
        );
    }

    #[test]
    fn an_empty_desk_stays_empty() {
        assert_eq!(after(&[clear("a")]), Desk::default());
    }
}
