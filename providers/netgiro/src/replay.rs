//! Signed answers that came before: the same one again is a replay.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many answers are remembered. Older ones are still caught by what they are about: see `Client`.
const CAPACITY: usize = 4096;

/// The signatures of the last answers. A signature covers nonce, URL and body, so that an equal one is the same answer.
#[derive(Default)]
pub(crate) struct SeenAnswers(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    order: VecDeque<String>,
    signatures: HashSet<String>,
}

impl SeenAnswers {
    /// Remembers an answer by its verified signature; `false` if it came before.
    pub(crate) fn is_new(&self, signature: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = signature.to_ascii_lowercase();
        if !seen.signatures.insert(signature.clone()) {
            return false;
        }
        seen.order.push_back(signature);
        if seen.order.len() > CAPACITY
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.signatures.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_new_once_whatever_the_case_of_its_signature() {
        let seen = SeenAnswers::default();
        assert!(seen.is_new("ab"));
        assert!(!seen.is_new("ab"));
        assert!(!seen.is_new("AB"));
    }

    #[test]
    fn the_memory_has_a_limit_and_forgets_the_oldest() {
        let seen = SeenAnswers::default();
        for number in 0..=CAPACITY {
            assert!(seen.is_new(&number.to_string()));
        }
        assert!(!seen.is_new("1"), "the second is the oldest that is still known");
        assert!(seen.is_new("0"), "the first has been forgotten");
    }
}
