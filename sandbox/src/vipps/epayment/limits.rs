//! How often a call may be made for one payment: contract, section 5. Not kept over a restart.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// The window, in seconds.
const WINDOW_S: i64 = 60;
/// So many payments and calls are counted; past that all counting begins anew.
const MOST: usize = 4000;

/// The calls of the last minute.
#[derive(Default)]
pub(crate) struct Limits {
    calls: BTreeMap<String, VecDeque<Timestamp>>,
}

impl Limits {
    /// Counts a call; the seconds to wait, where it is one too many.
    pub(crate) fn count(&mut self, what: &str, most: usize, now: Timestamp) -> Result<(), i64> {
        if self.calls.len() >= MOST && !self.calls.contains_key(what) {
            self.calls.clear();
        }
        let calls = self.calls.entry(what.to_owned()).or_default();
        let window = SignedDuration::from_secs(WINDOW_S);
        calls.retain(|at| now.duration_since(*at) < window);
        if calls.len() < most {
            calls.push_back(now);
            return Ok(());
        }
        let wait = calls.front().map_or(WINDOW_S, |oldest| {
            let left = window.saturating_sub(now.duration_since(*oldest));
            left.as_secs() + i64::from(left.subsec_nanos() > 0)
        });
        Err(wait.max(1))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.calls.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_too_many_waits_until_the_oldest_is_a_minute_old() {
        let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let at = |seconds| start.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        let mut limits = Limits::default();
        assert_eq!(limits.count("capture a", 2, at(0)), Ok(()));
        assert_eq!(limits.count("capture a", 2, at(10)), Ok(()));
        assert_eq!(limits.count("capture a", 2, at(20)), Err(40));
        assert_eq!(limits.count("capture b", 2, at(20)), Ok(()));
        assert_eq!(limits.count("capture a", 2, at(60)), Ok(()));
    }
}
