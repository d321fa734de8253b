//! A login that waits for its user, and what becomes of it. Pure.

use super::super::accounts::{CLUB_CONSENTS, SALES_UNITS};
use super::super::state::State;
use crate::number::Number;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The scope that asks for the customer club's consents.
pub(crate) const CONSENTS_SCOPE: &str = "delegatedConsents";
/// The least pause between two questions, in seconds.
pub(crate) const INTERVAL_S: i64 = 5;
/// What a question too soon adds to it.
const SLOW_DOWN_S: i64 = 5;
/// A question may come so much too soon: the network carries one faster than another.
const GRACE_MS: i64 = 500;
/// The event that says: ask now.
const PING: &str = "login.merchant-initiated.ping.v1";

/// How a login stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(crate) enum Answer {
    /// The user has not answered.
    Waits,
    /// The user agreed, to these consents.
    Approved {
        accepted: BTreeSet<String>,
        at: Timestamp,
    },
    /// The user refused.
    Rejected,
    /// The merchant has its tokens.
    Collected {
        accepted: BTreeSet<String>,
        at: Timestamp,
    },
}

/// A login.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    /// In the phone's inbox; the merchant's `auth_req_id` is a secret of the merchant's.
    pub(crate) id: String,
    pub(crate) count: u64,
    pub(crate) number: Number,
    /// The sales unit, where one was named.
    pub(crate) msn: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) binding_message: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) interval_s: i64,
    pub(crate) asked: Option<Timestamp>,
    pub(crate) answer: Answer,
}

/// What a question finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing yet.
    Pending,
    /// Nothing yet, and too soon.
    SlowDown,
    /// The user agreed just now.
    Approved,
    /// The user refused.
    Denied,
    /// Too late.
    Expired,
    /// It was collected already.
    Used,
}

impl Login {
    /// Whether the user can still answer.
    pub(crate) fn waits(&self, now: Timestamp) -> bool {
        self.answer == Answer::Waits && now < self.expires
    }

    /// Whether it asks for the club's consents.
    pub(crate) fn asks_for_consents(&self) -> bool {
        self.scopes.iter().any(|scope| scope == CONSENTS_SCOPE)
    }

    /// The merchant asks what became of it.
    pub(crate) fn ask(&mut self, now: Timestamp) -> Found {
        if matches!(self.answer, Answer::Collected { .. }) {
            return Found::Used;
        }
        if self.answer == Answer::Rejected {
            return Found::Denied;
        }
        if now >= self.expires {
            return Found::Expired;
        }
        if let Answer::Approved { accepted, at } = &self.answer {
            self.answer = Answer::Collected {
                accepted: accepted.clone(),
                at: *at,
            };
            return Found::Approved;
        }
        let pause = SignedDuration::from_millis(self.interval_s * 1000 - GRACE_MS);
        let too_soon = self.asked.is_some_and(|last| now.duration_since(last) < pause);
        self.asked = Some(now);
        if too_soon {
            self.interval_s += SLOW_DOWN_S;
            return Found::SlowDown;
        }
        Found::Pending
    }
}

/// Why an approval does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoConsent {
    /// Nothing waits.
    Gone,
    /// A consent that is required was not given.
    Missing(&'static str),
    /// There is no such consent.
    Unknown,
}

impl State {
    /// The login with this id in the inbox.
    pub(crate) fn login_in_inbox(&self, number: &Number, id: &str) -> Option<String> {
        let found = self
            .logins
            .iter()
            .find(|(_, login)| login.id == id && login.number == *number);
        found.map(|(auth_req_id, _)| auth_req_id.clone())
    }

    /// The user agrees; `given` are the consents that were ticked, all required ones where nothing was said.
    pub(crate) fn approve_login(
        &mut self,
        auth_req_id: &str,
        given: Option<BTreeSet<String>>,
        now: Timestamp,
    ) -> Result<(), NoConsent> {
        let login = self.logins.get_mut(auth_req_id).filter(|login| login.waits(now));
        let login = login.ok_or(NoConsent::Gone)?;
        let mut accepted = BTreeSet::new();
        if login.asks_for_consents() {
            let required = || CLUB_CONSENTS.iter().filter(|consent| consent.required);
            accepted = given.unwrap_or_else(|| required().map(|consent| consent.id.to_owned()).collect());
            if accepted
                .iter()
                .any(|id| CLUB_CONSENTS.iter().all(|consent| consent.id != id))
            {
                return Err(NoConsent::Unknown);
            }
            if let Some(missing) = required().find(|consent| !accepted.contains(consent.id)) {
                return Err(NoConsent::Missing(missing.id));
            }
        }
        login.answer = Answer::Approved { accepted, at: now };
        self.ping(auth_req_id, now);
        Ok(())
    }

    /// The user refuses.
    pub(crate) fn reject_login(&mut self, auth_req_id: &str, now: Timestamp) -> Result<(), NoConsent> {
        let login = self.logins.get_mut(auth_req_id).filter(|login| login.waits(now));
        login.ok_or(NoConsent::Gone)?.answer = Answer::Rejected;
        self.ping(auth_req_id, now);
        Ok(())
    }

    /// A login belongs to a client, so all its sales units hear of it, unless one was named.
    fn ping(&mut self, auth_req_id: &str, now: Timestamp) {
        let named = self.logins.get(auth_req_id).and_then(|login| login.msn.clone());
        let body = json!({ "auth_req_id": auth_req_id });
        for unit in SALES_UNITS {
            if named.as_deref().is_none_or(|msn| msn == unit.msn) {
                self.tell(unit.msn, PING, auth_req_id, &body, now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(now: Timestamp) -> Login {
        Login {
            id: "l-1".into(),
            count: 1,
            number: Number::parse("4791234567").unwrap(),
            msn: None,
            scopes: vec!["openid".into()],
            binding_message: None,
            created: now,
            expires: now.checked_add(SignedDuration::from_secs(600)).unwrap(),
            interval_s: INTERVAL_S,
            asked: None,
            answer: Answer::Waits,
        }
    }

    #[test]
    fn a_question_too_soon_makes_the_pause_longer_for_good() {
        let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let at = |ms| start.checked_add(SignedDuration::from_millis(ms)).unwrap();
        let mut login = login(start);
        assert_eq!(login.ask(at(0)), Found::Pending);
        assert_eq!(login.ask(at(4_600)), Found::Pending);
        assert_eq!(login.ask(at(9_000)), Found::SlowDown);
        assert_eq!(login.ask(at(15_000)), Found::SlowDown);
        assert_eq!(login.interval_s, 15);
        assert_eq!(login.ask(at(30_000)), Found::Pending);
        assert_eq!(login.ask(at(600_000)), Found::Expired);
    }

    #[test]
    fn an_answer_is_given_whenever_it_is_asked_for() {
        let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let mut login = login(start);
        assert_eq!(login.ask(start), Found::Pending);
        login.answer = Answer::Approved {
            accepted: BTreeSet::new(),
            at: start,
        };
        assert_eq!(login.ask(start), Found::Approved);
        assert_eq!(login.ask(start), Found::Used);
    }
}
