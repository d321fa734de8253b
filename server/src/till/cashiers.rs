//! Whether a typed PIN is the cashier's, and patience with those who guess.
//!
//! A cashier who does not exist takes as long to refuse as one who does. After five wrong tries for one cashier at one till
//! that pair is locked: for a minute, then for two, for four, up to an hour. A try counts before its outcome is known, so
//! that many at once are no more than many in a row.

use super::branch::{Branch, Cashier, PlaceId, Till};
use crate::web::password::Password;
use jiff::{SignedDuration, Timestamp};
use provider_http::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Wrong tries before a lock.
const TRIES: u32 = 5;
/// The first lock. Each next one is twice as long.
const FIRST_LOCK: SignedDuration = SignedDuration::from_mins(1);
/// No lock is longer.
const LONGEST_LOCK: SignedDuration = SignedDuration::from_hours(1);
/// Digits of a PIN.
const PIN_LENGTH: std::ops::RangeInclusive<usize> = 4..=8;

/// Nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// No such cashier, or another PIN.
    Wrong,
    /// Too many wrong tries.
    Locked {
        /// How long, at least.
        for_seconds: u64,
    },
}

/// Tells cashiers by their PINs. Clones count together.
#[derive(Clone)]
pub struct Doorkeeper(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    /// As many as there are cashiers and tills, at most.
    guesses: Mutex<HashMap<Place, Guesses>>,
}

type Place = (PlaceId, PlaceId, PlaceId);

#[derive(Default)]
struct Guesses {
    wrong: u32,
    locks: u32,
    locked_until: Option<Timestamp>,
}

impl Doorkeeper {
    /// One that tells the time by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Doorkeeper(Arc::new(Inner {
            clock,
            guesses: Mutex::default(),
        }))
    }

    /// The cashier whose PIN it is. Takes a while, on a thread of its own.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    pub async fn recognise(
        &self,
        branch: &Branch,
        till: &Till,
        cashier: &str,
        pin: &str,
    ) -> Result<Cashier, SignInRefusal> {
        let known = branch.cashier(cashier).cloned();
        let place = known
            .as_ref()
            .map(|known| (branch.id.clone(), till.id.clone(), known.id.clone()));
        if let Some(place) = &place {
            self.count(place)?;
        }
        let kept = known
            .as_ref()
            .map_or_else(Password::nobodys, |known| known.pin.clone());
        let typed = pin.to_owned();
        let check = move || is_pin(&typed) && kept.is(&typed);
        let right = tokio::task::spawn_blocking(check).await.unwrap_or(false);
        match (known, place) {
            (Some(known), Some(place)) if right => {
                self.forget(&place);
                Ok(known)
            }
            _ => Err(SignInRefusal::Wrong),
        }
    }

    /// Counts a try as wrong, until it turns out to be right.
    fn count(&self, place: &Place) -> Result<(), SignInRefusal> {
        let now = self.0.clock.now();
        let mut guesses = self.0.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        let guesses = guesses.entry(place.clone()).or_default();
        if let Some(until) = guesses.locked_until.filter(|until| *until > now) {
            let left = until.duration_since(now).as_secs().saturating_add(1);
            return Err(SignInRefusal::Locked {
                for_seconds: u64::try_from(left).unwrap_or(1),
            });
        }
        guesses.wrong += 1;
        if guesses.wrong >= TRIES {
            let lock = lock_after(guesses.locks);
            guesses.wrong = 0;
            guesses.locks = guesses.locks.saturating_add(1);
            guesses.locked_until = now.checked_add(lock).ok();
        }
        Ok(())
    }

    fn forget(&self, place: &Place) {
        let mut guesses = self.0.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.remove(place);
    }
}

/// The lock after so many locks.
fn lock_after(locks: u32) -> SignedDuration {
    let times = 2_i32.checked_pow(locks).unwrap_or(i32::MAX);
    FIRST_LOCK
        .checked_mul(times)
        .map_or(LONGEST_LOCK, |lock| lock.min(LONGEST_LOCK))
}

/// Whether a text may be a PIN: 4 to 8 digits.
pub fn is_pin(text: &str) -> bool {
    PIN_LENGTH.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::branch::Language;
    use crate::till::goods::Goods;
    use jiff::tz::TimeZone;
    use karfa_shared::money::Currency;
    use provider_http::ManualClock;

    fn branch() -> Branch {
        let cashier = |id: &str| Cashier {
            id: PlaceId::parse(id).unwrap(),
            name: id.to_owned(),
            manager: false,
            pin: Password::keep("4711", b"sixteen bytes it"),
        };
        Branch {
            id: PlaceId::parse("oslo").unwrap(),
            name: "Oslo".to_owned(),
            language: Language::Nb,
            currency: Currency::Nok,
            country_prefix: "47".to_owned(),
            time_zone: TimeZone::UTC,
            goods: Arc::new(Goods::default()),
            club: None,
            vipps: None,
            receipt_head: Vec::new(),
            tills: ["1", "2"]
                .map(|id| Till {
                    id: PlaceId::parse(id).unwrap(),
                    name: id.to_owned(),
                })
                .to_vec(),
            cashiers: vec![cashier("kari"), cashier("ola")],
            shown_pin: None,
            wallets: Vec::new(),
        }
    }

    fn doorkeeper() -> (Doorkeeper, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        (Doorkeeper::new(clock.clone()), clock)
    }

    async fn guess(
        door: &Doorkeeper,
        branch: &Branch,
        till: usize,
        who: &str,
        times: u32,
    ) -> Option<SignInRefusal> {
        let mut last = None;
        for _ in 0..times {
            last = door
                .recognise(branch, &branch.tills[till], who, "0000")
                .await
                .err();
        }
        last
    }

    #[tokio::test]
    async fn five_wrong_tries_lock_a_cashier_at_a_till_for_a_minute_then_for_two() {
        let (door, clock) = doorkeeper();
        let branch = branch();
        let kari = |pin: &'static str| door.recognise(&branch, &branch.tills[0], "kari", pin);
        assert_eq!(
            guess(&door, &branch, 0, "kari", 5).await,
            Some(SignInRefusal::Wrong)
        );
        let locked = kari("4711").await.err();
        assert!(
            matches!(locked, Some(SignInRefusal::Locked { for_seconds }) if for_seconds <= 61),
            "the right PIN does not help now: {locked:?}"
        );
        assert!(
            door.recognise(&branch, &branch.tills[1], "kari", "4711")
                .await
                .is_ok()
        );
        assert!(
            door.recognise(&branch, &branch.tills[0], "ola", "4711")
                .await
                .is_ok()
        );
        clock.advance(SignedDuration::from_secs(60));
        assert_eq!(
            guess(&door, &branch, 0, "kari", 5).await,
            Some(SignInRefusal::Wrong)
        );
        clock.advance(SignedDuration::from_secs(61));
        assert!(matches!(kari("4711").await, Err(SignInRefusal::Locked { .. })));
        clock.advance(SignedDuration::from_secs(59));
        assert!(kari("4711").await.is_ok());
        assert_eq!(
            guess(&door, &branch, 0, "kari", 4).await,
            Some(SignInRefusal::Wrong)
        );
        assert!(
            kari("4711").await.is_ok(),
            "the count begins anew after a right PIN"
        );
    }

    #[tokio::test]
    async fn many_tries_at_once_are_no_more_than_in_a_row() {
        let (door, _) = doorkeeper();
        let branch = Arc::new(branch());
        let tries = (0..12).map(|_| {
            let (door, branch) = (door.clone(), branch.clone());
            tokio::spawn(async move { door.recognise(&branch, &branch.tills[0], "kari", "0000").await })
        });
        let mut wrong = 0;
        for outcome in tries.collect::<Vec<_>>() {
            wrong += u32::from(outcome.await.unwrap().err() == Some(SignInRefusal::Wrong));
        }
        assert_eq!(wrong, TRIES);
    }

    #[tokio::test]
    async fn nobody_is_never_recognised_and_never_locked() {
        let (door, _) = doorkeeper();
        let branch = branch();
        assert_eq!(
            guess(&door, &branch, 0, "nobody", 6).await,
            Some(SignInRefusal::Wrong)
        );
    }

    #[test]
    fn a_lock_doubles_up_to_an_hour() {
        let minutes: Vec<_> = [0, 1, 2, 5, 6, 31, 32, u32::MAX]
            .map(|locks| lock_after(locks).as_secs() / 60)
            .to_vec();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn a_pin_has_four_to_eight_digits() {
        for good in ["0000", "12345678"] {
            assert!(is_pin(good));
        }
        for bad in ["", "123", "123456789", "12a4", "１２３４"] {
            assert!(!is_pin(bad), "{bad}");
        }
    }
}
