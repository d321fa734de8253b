//! How long to wait before the next try: exponential, with full jitter, so that many do not come back at once.

use super::machine::RetryPolicy;
use super::random::Random;
use std::time::Duration;

/// A provider's own wish to wait is honoured up to here.
pub const LONGEST_WISH: Duration = Duration::from_secs(24 * 60 * 60);

/// The pause after try number `attempt` (from 1): anything between nothing and `base * 2^(attempt-1)`, at most `cap`;
/// never less than `wish`, what the provider asked for, which counts up to [`LONGEST_WISH`].
pub fn pause(policy: &RetryPolicy, attempt: u32, wish: Option<Duration>, random: &dyn Random) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let bound = policy.base.saturating_mul(1_u32 << doublings).min(policy.cap);
    let bound_us = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
    let jittered = Duration::from_micros(match bound_us.checked_add(1) {
        Some(choices) => random.next_u64() % choices,
        None => random.next_u64(),
    });
    jittered.max(wish.unwrap_or_default().min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::SeededRandom;
    use proptest::prelude::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 8,
        base: Duration::from_millis(200),
        cap: Duration::from_secs(5),
        timeout: Duration::from_secs(10),
    };

    #[test]
    fn the_bound_doubles_until_the_cap() {
        let random = SeededRandom::new(3);
        for (attempt, bound_ms) in [
            (1, 200),
            (2, 400),
            (3, 800),
            (4, 1600),
            (5, 3200),
            (6, 5000),
            (60, 5000),
        ] {
            let pauses: Vec<_> = (0..2000)
                .map(|_| pause(&POLICY, attempt, None, &random))
                .collect();
            let bound = Duration::from_millis(bound_ms);
            let longest = pauses.iter().max().unwrap();
            let shortest = pauses.iter().min().unwrap();
            assert!(
                *longest <= bound && *longest > bound.mul_f64(0.95),
                "{attempt}: {longest:?}"
            );
            assert!(
                *shortest < bound.mul_f64(0.05),
                "full jitter reaches down to nothing: {shortest:?}"
            );
        }
    }

    #[test]
    fn a_provider_s_wish_is_the_least_pause() {
        let random = SeededRandom::new(3);
        let wish = Duration::from_secs(30);
        assert_eq!(pause(&POLICY, 1, Some(wish), &random), wish);
        assert_eq!(pause(&POLICY, 1, Some(LONGEST_WISH * 9), &random), LONGEST_WISH);
    }

    proptest! {
        #[test]
        fn no_policy_overflows(base_ms: u64, cap_ms: u64, attempt: u32, seed: u64) {
            let policy = RetryPolicy {
                base: Duration::from_millis(base_ms), cap: Duration::from_millis(cap_ms), ..POLICY
            };
            let chosen = pause(&policy, attempt, None, &SeededRandom::new(seed));
            prop_assert!(chosen <= policy.cap);
        }
    }
}
