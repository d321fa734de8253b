//! Whether a typed PIN is the cashier's, and patience with those who guess.
//!
//! A cashier who does not exist takes as long to refuse as one who does. After five wrong tries for one cashier at one till
//! that pair is locked: for a minute, then for two, for four, up to an hour. A try counts before its outcome is known, so
//! that many at once are no more than many in a row; it counts in the database, so that a restart frees nobody.

use super::branch::{Branch, Cashier, Till};
use super::register::{Door, Guesses, Register, RegisterError};
use crate::web::password::Password;
use jiff::{SignedDuration, Timestamp};

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

/// Tells cashiers by their PINs. All doorkeepers of one store count together.
#[derive(Clone, Debug)]
pub struct Doorkeeper(Register);

impl Doorkeeper {
    /// One that counts in this register, and tells the time by its clock.
    pub fn new(register: Register) -> Self {
        Doorkeeper(register)
    }

    /// The cashier whose PIN it is. Takes a while, on a thread of its own.
    ///
    /// # Errors
    /// [`RegisterError`]. The inner error says why nobody was signed in.
    pub async fn recognise(
        &self,
        branch: &Branch,
        till: &Till,
        cashier: &str,
        pin: &str,
    ) -> Result<Result<Cashier, SignInRefusal>, RegisterError> {
        let known = branch.cashier(cashier).cloned();
        let door = known.as_ref().map(|known| Door {
            branch: branch.id.clone(),
            till: till.id.clone(),
            cashier: known.id.clone(),
        });
        if let Some(door) = &door {
            let now = self.0.now();
            if let Err(locked) = self.0.count_guess(door, |guesses| counted(guesses, now)).await? {
                return Ok(Err(locked));
            }
        }
        let kept = known
            .as_ref()
            .map_or_else(Password::nobodys, |known| known.pin.clone());
        let typed = pin.to_owned();
        let check = move || is_pin(&typed) && kept.is(&typed);
        let right = tokio::task::spawn_blocking(check).await.unwrap_or(false);
        match (known, door) {
            (Some(known), Some(door)) if right => {
                self.0.forget_guesses(&door).await?;
                Ok(Ok(known))
            }
            _ => Ok(Err(SignInRefusal::Wrong)),
        }
    }
}

/// A try counts as wrong, until it turns out to be right.
fn counted(mut guesses: Guesses, now: Timestamp) -> Result<Guesses, SignInRefusal> {
    // A lock that ends later than any may is of a clock that went wrong meanwhile.
    let may_last = |until: Timestamp| until > now && until.duration_since(now) <= LONGEST_LOCK;
    if let Some(until) = guesses.locked_until.filter(|until| may_last(*until)) {
        let left = until.duration_since(now).as_secs().saturating_add(1);
        return Err(SignInRefusal::Locked {
            for_seconds: u64::try_from(left).unwrap_or(1),
        });
    }
    guesses.wrong = guesses.wrong.saturating_add(1);
    if guesses.wrong >= TRIES {
        let lock = lock_after(guesses.locks);
        guesses.wrong = 0;
        guesses.locks = guesses.locks.saturating_add(1);
        guesses.locked_until = now.checked_add(lock).ok();
    }
    Ok(guesses)
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
    use crate::engine::address::StoreId;
    use crate::engine::random::SeededRandom;
    use crate::till::branch::{Language, PlaceId};
    use crate::till::goods::Goods;
    use jiff::tz::TimeZone;
    use karfa_shared::money::Currency;
    use provider_http::ManualClock;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
    use std::path::Path;
    use std::sync::Arc;

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

    /// A process of the server on the database in this folder.
    async fn process(folder: &Path, clock: &Arc<ManualClock>) -> Doorkeeper {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("d.db"))
            .create_if_missing(true)
            .foreign_keys(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        let register = Register::open(pool, &StoreId::default(), clock.clone(), &SeededRandom::new(1))
            .await
            .unwrap();
        Doorkeeper::new(register)
    }

    async fn doorkeeper() -> (Doorkeeper, Arc<ManualClock>, tempfile::TempDir) {
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        (process(folder.path(), &clock).await, clock, folder)
    }

    async fn attempt(
        door: &Doorkeeper,
        branch: &Branch,
        till: usize,
        who: &str,
        pin: &str,
    ) -> Result<Cashier, SignInRefusal> {
        door.recognise(branch, &branch.tills[till], who, pin)
            .await
            .unwrap()
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
            last = attempt(door, branch, till, who, "0000").await.err();
        }
        last
    }

    #[tokio::test]
    async fn five_wrong_tries_lock_a_cashier_at_a_till_for_a_minute_then_for_two() {
        let (door, clock, _folder) = doorkeeper().await;
        let branch = branch();
        let kari = |pin: &'static str| attempt(&door, &branch, 0, "kari", pin);
        assert_eq!(
            guess(&door, &branch, 0, "kari", 5).await,
            Some(SignInRefusal::Wrong)
        );
        let locked = kari("4711").await.err();
        assert!(
            matches!(locked, Some(SignInRefusal::Locked { for_seconds }) if for_seconds <= 61),
            "the right PIN does not help now: {locked:?}"
        );
        assert!(attempt(&door, &branch, 1, "kari", "4711").await.is_ok());
        assert!(attempt(&door, &branch, 0, "ola", "4711").await.is_ok());
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
        let (door, _, _folder) = doorkeeper().await;
        let branch = Arc::new(branch());
        let tries = (0..12).map(|_| {
            let (door, branch) = (door.clone(), branch.clone());
            tokio::spawn(async move { attempt(&door, &branch, 0, "kari", "0000").await })
        });
        let mut wrong = 0;
        for outcome in tries.collect::<Vec<_>>() {
            wrong += u32::from(outcome.await.unwrap().err() == Some(SignInRefusal::Wrong));
        }
        assert_eq!(wrong, TRIES);
    }

    #[tokio::test]
    async fn a_restart_frees_nobody() {
        let (door, clock, folder) = doorkeeper().await;
        let branch = branch();
        guess(&door, &branch, 0, "kari", 5).await;
        drop(door);
        let door = process(folder.path(), &clock).await;
        let locked = attempt(&door, &branch, 0, "kari", "4711").await.err();
        assert!(
            matches!(locked, Some(SignInRefusal::Locked { .. })),
            "locked by the process before: {locked:?}"
        );
        clock.advance(SignedDuration::from_secs(61));
        guess(&door, &branch, 0, "kari", 4).await;
        let door = process(folder.path(), &clock).await;
        guess(&door, &branch, 0, "kari", 1).await;
        let locked = attempt(&door, &branch, 0, "kari", "4711").await.err();
        assert!(
            matches!(locked, Some(SignInRefusal::Locked { for_seconds }) if for_seconds > 61),
            "tries and locks before count: {locked:?}"
        );
        clock.advance(SignedDuration::from_secs(121));
        assert!(attempt(&door, &branch, 0, "kari", "4711").await.is_ok());
    }

    #[tokio::test]
    async fn nobody_is_never_recognised_and_never_locked() {
        let (door, _, _folder) = doorkeeper().await;
        let branch = branch();
        assert_eq!(
            guess(&door, &branch, 0, "nobody", 6).await,
            Some(SignInRefusal::Wrong)
        );
    }

    #[test]
    fn a_lock_of_a_clock_that_went_wrong_keeps_nobody_out() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let locked_until = |hours| Guesses {
            wrong: 0,
            locks: 1,
            locked_until: now.checked_add(SignedDuration::from_hours(hours)).ok(),
        };
        assert!(counted(locked_until(1), now).is_err());
        assert!(counted(locked_until(2), now).is_ok());
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
