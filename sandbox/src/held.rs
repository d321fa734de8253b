//! Calls to merchants that are held on demand, until somebody releases them: so that one overtakes another.

use crate::outgoing::Call;
use jiff::Timestamp;
use serde_json::{Value, json};

/// At most so many calls are held at a time; the oldest is lost first.
const MOST: usize = 100;

/// A call that waits.
#[derive(Clone, Debug)]
pub(crate) struct HeldCall {
    pub(crate) id: u64,
    pub(crate) call: Call,
    /// The merchant's client id.
    pub(crate) merchant: String,
    /// What the call is about: the id in its path.
    pub(crate) about: String,
    pub(crate) body: Option<Value>,
    pub(crate) at: Timestamp,
}

impl HeldCall {
    /// For the list: nothing personal.
    pub(crate) fn describe(&self) -> Value {
        json!({ "id": self.id, "call": self.call.name, "method": self.call.method, "route": self.call.route, "at": self.at })
    }
}

/// The calls that wait, oldest first.
#[derive(Default)]
pub(crate) struct Held {
    waiting: Vec<HeldCall>,
    last: u64,
}

impl Held {
    /// Keeps a call; its number.
    pub(crate) fn keep(&mut self, mut call: HeldCall) -> u64 {
        self.last += 1;
        call.id = self.last;
        self.waiting.push(call);
        let surplus = self.waiting.len().saturating_sub(MOST);
        self.waiting.drain(..surplus);
        self.last
    }

    /// Takes a call out.
    pub(crate) fn take(&mut self, id: u64) -> Option<HeldCall> {
        let position = self.waiting.iter().position(|call| call.id == id)?;
        Some(self.waiting.remove(position))
    }

    pub(crate) fn list(&self) -> Vec<Value> {
        self.waiting.iter().map(HeldCall::describe).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}
