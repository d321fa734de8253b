//! Faults on demand: what goes wrong, on which call, how often.

use serde::{Deserialize, Serialize};

/// At most so many faults wait at a time.
const MOST: usize = 100;
/// The longest delay, 10 minutes.
const LONGEST_MS: u64 = 600_000;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The call waits `ms` before it is handled.
    Delay,
    /// The connection closes without an answer; nothing was done.
    DropBefore,
    /// The connection closes without an answer; everything was done.
    DropAfter,
    /// The call is handled twice, one after the other; the second answer counts.
    Duplicate,
    /// The answer is an error; nothing was done.
    Fail,
    /// The answer is an error; everything was done.
    FailAfter,
    /// To merchants, and in Netgíró's answers: the signature does not fit the body.
    TamperSignature,
    /// To merchants: the accepted call is sent once more, to the byte.
    Replay,
    /// To merchants: the call waits until it is released, and others overtake it.
    Hold,
    /// To merchants: signed an hour ago.
    StaleTimestamp,
    /// To merchants: signed with a key that was never published.
    UnknownKeyVersion,
}

impl Kind {
    pub(crate) const ALL: &'static [Kind] = &[
        Kind::Delay,
        Kind::DropBefore,
        Kind::DropAfter,
        Kind::Duplicate,
        Kind::Fail,
        Kind::FailAfter,
        Kind::TamperSignature,
        Kind::Replay,
        Kind::Hold,
        Kind::StaleTimestamp,
        Kind::UnknownKeyVersion,
    ];

    /// The kind as `/control` writes it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Kind::Delay => "delay",
            Kind::DropBefore => "drop_before",
            Kind::DropAfter => "drop_after",
            Kind::Duplicate => "duplicate",
            Kind::Fail => "fail",
            Kind::FailAfter => "fail_after",
            Kind::TamperSignature => "tamper_signature",
            Kind::Replay => "replay",
            Kind::Hold => "hold",
            Kind::StaleTimestamp => "stale_timestamp",
            Kind::UnknownKeyVersion => "unknown_key_version",
        }
    }

    /// Whether only something signed can suffer it.
    pub(crate) const fn needs_signature(self) -> bool {
        matches!(
            self,
            Kind::TamperSignature
                | Kind::Replay
                | Kind::Hold
                | Kind::StaleTimestamp
                | Kind::UnknownKeyVersion
        )
    }
}

/// What `/control/faults` is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    pub(crate) call: String,
    pub(crate) kind: Kind,
    pub(crate) ms: Option<u64>,
    pub(crate) status: Option<u16>,
    pub(crate) error_code: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) chance_percent: Option<u8>,
}

/// A fault that waits for its call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) id: u64,
    /// The call's name, or its beginning with a `*`.
    pub(crate) call: String,
    pub(crate) kind: Kind,
    /// How long a `delay` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ms: Option<u64>,
    /// The status of `fail` and `fail_after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// The `error_code` of `fail` and `fail_after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<String>,
    /// How many calls still suffer it; always, where there is none.
    pub(crate) times_left: Option<u32>,
    /// Of a hundred calls so many suffer it.
    pub(crate) chance_percent: u8,
}

impl Fault {
    fn matches(&self, call: &str) -> bool {
        match self.call.strip_suffix('*') {
            Some(beginning) => call.starts_with(beginning),
            None => self.call == call,
        }
    }
}

/// The waiting faults, in the order in which they were asked for.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
    next: u64,
}

impl Faults {
    /// Takes a wish, or says what is wrong with it. `names` are the calls that exist; `signed` those that we sign.
    pub(crate) fn add(
        &mut self,
        wish: Wish,
        names: &[&'static str],
        signed: &[&'static str],
    ) -> Result<Fault, String> {
        if self.waiting.len() >= MOST {
            return Err(format!(
                "{MOST} faults wait already: take some away with DELETE /control/faults"
            ));
        }
        let mut fault = Fault {
            id: self.next + 1,
            call: wish.call,
            kind: wish.kind,
            ms: wish.ms,
            status: wish.status,
            error_code: wish.error_code,
            times_left: wish.times,
            chance_percent: wish.chance_percent.unwrap_or(100),
        };
        let hit: Vec<_> = names.iter().filter(|name| fault.matches(name)).collect();
        if hit.is_empty() {
            return Err(format!(
                "there is no call {:?}; the calls are: {}",
                fault.call,
                names.join(", ")
            ));
        }
        if fault.kind.needs_signature() && !hit.iter().any(|name| signed.contains(name)) {
            let word = fault.kind.word();
            return Err(format!(
                "{word} plays on what a provider signs, such as {}",
                signed.join(", ")
            ));
        }
        if fault.times_left == Some(0) {
            return Err(
                "times is the number of calls that suffer, from 1; leave it out for always".to_owned(),
            );
        }
        if !(1..=100).contains(&fault.chance_percent) {
            return Err("chance_percent is a whole number from 1 to 100".to_owned());
        }
        let is_delay = fault.kind == Kind::Delay;
        let is_failure = matches!(fault.kind, Kind::Fail | Kind::FailAfter);
        match fault.ms {
            None if is_delay => return Err("a delay needs ms, its length in milliseconds".to_owned()),
            Some(_) if !is_delay => return Err("ms belongs to the kind delay only".to_owned()),
            Some(ms) if ms > LONGEST_MS => return Err(format!("ms is at most {LONGEST_MS}")),
            _ => {}
        }
        if !is_failure && (fault.status.is_some() || fault.error_code.is_some()) {
            return Err("status and error_code belong to the kinds fail and fail_after only".to_owned());
        }
        if is_failure {
            let status = fault.status.unwrap_or(500);
            if !(400..=599).contains(&status) {
                return Err("status is an HTTP status from 400 to 599".to_owned());
            }
            fault.status = Some(status);
            fault
                .error_code
                .get_or_insert_with(|| "INTERNAL_SERVER_ERROR".to_owned());
        }
        self.next += 1;
        self.waiting.push(fault.clone());
        Ok(fault)
    }

    /// The faults that this call suffers; each counts down. `dice` gives numbers from 0 to 99.
    pub(crate) fn strike(&mut self, call: &str, mut dice: impl FnMut() -> u8) -> Vec<Fault> {
        let mut struck = Vec::new();
        for fault in self.waiting.iter_mut().filter(|fault| fault.matches(call)) {
            if fault.chance_percent < 100 && dice() >= fault.chance_percent {
                continue;
            }
            if let Some(left) = &mut fault.times_left {
                *left = left.saturating_sub(1);
            }
            struck.push(fault.clone());
        }
        self.waiting.retain(|fault| fault.times_left != Some(0));
        struck
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.waiting
    }

    /// Takes one away; whether it was there.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|fault| fault.id != id);
        self.waiting.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["inpost.token", "inpost.merchant.order.event"];
    const SIGNED: &[&str] = &["inpost.merchant.order.event"];

    fn wish(call: &str, kind: Kind) -> Wish {
        Wish {
            call: call.into(),
            kind,
            ms: None,
            status: None,
            error_code: None,
            times: None,
            chance_percent: None,
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_asked_to() {
        let mut faults = Faults::default();
        faults
            .add(
                Wish {
                    times: Some(2),
                    ..wish("inpost.token", Kind::DropBefore)
                },
                NAMES,
                SIGNED,
            )
            .unwrap();
        assert_eq!(faults.strike("inpost.merchant.order.event", || 0).len(), 0);
        assert_eq!(faults.strike("inpost.token", || 0).len(), 1);
        assert_eq!(faults.strike("inpost.token", || 0).len(), 1);
        assert_eq!(faults.strike("inpost.token", || 0).len(), 0);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_star_strikes_every_call_that_begins_so() {
        let mut faults = Faults::default();
        faults.add(wish("inpost.*", Kind::Fail), NAMES, SIGNED).unwrap();
        for name in NAMES {
            assert_eq!(
                faults.strike(name, || 0).first().and_then(|fault| fault.status),
                Some(500)
            );
        }
    }

    #[test]
    fn a_chance_strikes_only_when_the_dice_say_so() {
        let mut faults = Faults::default();
        let unlikely = Wish {
            chance_percent: Some(10),
            ..wish("inpost.token", Kind::DropAfter)
        };
        faults.add(unlikely, NAMES, SIGNED).unwrap();
        assert_eq!(faults.strike("inpost.token", || 10).len(), 0);
        assert_eq!(faults.strike("inpost.token", || 9).len(), 1);
    }

    #[test]
    fn a_wish_that_makes_no_sense_is_refused_with_a_reason() {
        let mut faults = Faults::default();
        let delay = wish("inpost.token", Kind::Delay);
        for (bad, says) in [
            (wish("inpost.tokn", Kind::Fail), "there is no call"),
            (wish("inpost.token", Kind::Replay), "a provider signs"),
            (delay.clone(), "needs ms"),
            (
                Wish {
                    ms: Some(LONGEST_MS + 1),
                    ..delay
                },
                "at most",
            ),
            (
                Wish {
                    ms: Some(1),
                    ..wish("inpost.token", Kind::Fail)
                },
                "delay only",
            ),
            (
                Wish {
                    status: Some(200),
                    ..wish("inpost.token", Kind::Fail)
                },
                "400 to 599",
            ),
            (
                Wish {
                    status: Some(500),
                    ..wish("inpost.token", Kind::DropAfter)
                },
                "fail and fail_after",
            ),
            (
                Wish {
                    times: Some(0),
                    ..wish("inpost.token", Kind::Fail)
                },
                "from 1",
            ),
            (
                Wish {
                    chance_percent: Some(0),
                    ..wish("inpost.token", Kind::Fail)
                },
                "1 to 100",
            ),
        ] {
            let refusal = faults.add(bad, NAMES, SIGNED).unwrap_err();
            assert!(refusal.contains(says), "{refusal:?} does not say {says:?}");
        }
        assert!(faults.list().is_empty());
    }
}
