//! Times in the tables are microseconds. A time that means "not before" is rounded up and the present is rounded down, so
//! that nothing is ever found due before its time.

use jiff::Timestamp;

/// The present, or when something happened.
pub(super) fn at(time: Timestamp) -> i64 {
    time.as_nanosecond()
        .div_euclid(1000)
        .try_into()
        .unwrap_or(i64::MAX)
}

/// Not before this, or not from this on.
pub(super) fn not_before(time: Timestamp) -> i64 {
    let whole = at(time);
    if time.as_nanosecond().rem_euclid(1000) == 0 {
        whole
    } else {
        whole.saturating_add(1)
    }
}

/// A time from the tables.
pub(super) fn read(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_time_never_comes_early() {
        let due = Timestamp::new(1_800_000_000, 1).unwrap();
        assert_eq!(not_before(due), 1_800_000_000_000_001);
        assert_eq!(at(due), 1_800_000_000_000_000);
        let before_1970 = Timestamp::new(-1, -1).unwrap();
        assert_eq!(
            (at(before_1970), not_before(before_1970)),
            (-1_000_001, -1_000_000)
        );
        assert!(read(not_before(due)) >= due);
        assert!(read(not_before(Timestamp::MAX)) >= read(at(Timestamp::MAX)));
    }
}
