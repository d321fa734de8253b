//! The list of calls that were made, for tests and for the curious. Routes, statuses and faults; never a body, a
//! number, a name or a token.

use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;

/// Calls kept; older ones are forgotten.
const KEPT: usize = 1000;

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    /// A merchant called the emulated provider.
    FromMerchant,
    /// A page in a shopper's browser called the emulated provider.
    FromBrowser,
    /// The emulated provider called a merchant.
    ToMerchant,
}

/// One call. `route` is the template, not the path.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CallRecord {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    pub(crate) direction: Direction,
    pub(crate) call: &'static str,
    pub(crate) method: &'static str,
    pub(crate) route: &'static str,
    /// Nothing where the connection was dropped or never answered.
    pub(crate) status: Option<u16>,
    /// The provider's error code, where the answer was one.
    pub(crate) error_code: Option<String>,
    /// The faults that were played on this call.
    pub(crate) faults: Vec<&'static str>,
}

/// The last calls, oldest first.
#[derive(Default)]
pub(crate) struct Calls {
    records: VecDeque<CallRecord>,
    next: u64,
}

impl Calls {
    /// Adds a call and gives it its number.
    pub(crate) fn add(&mut self, mut record: CallRecord) {
        self.next += 1;
        record.seq = self.next;
        if self.records.len() >= KEPT {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// The calls after number `after`.
    pub(crate) fn since(&self, after: u64) -> Vec<CallRecord> {
        self.records
            .iter()
            .filter(|record| record.seq > after)
            .cloned()
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
    }
}
