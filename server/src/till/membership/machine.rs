//! How one customer comes to be a member of the club. Pure.
//!
//! Belongs here: what may follow what. Does not belong here: who the customer is. Nothing in here names anybody: the
//! aggregate's id is a digest of the number, and the number stands in the register.

use crate::engine::machine::{Decision, Effect, Lane, Machine, Planned, RetryPolicy};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::time::Duration;

/// How long the provider may take to ask the customer.
const START_WITHIN: SignedDuration = SignedDuration::from_mins(1);
/// How much longer than the login lives its outcome is asked for.
const GRACE: SignedDuration = SignedDuration::from_secs(20);
/// How long a grant can be used (`expires_in`; Vipps MobilePay contract, section 4).
const GRANT_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// What "slow down" adds to the pause (CIBA; Vipps MobilePay contract, section 4).
const SLOWER_MS: u32 = 5_000;
/// The longest pause after failures.
const LONGEST_PAUSE_MS: u32 = 30_000;
/// A login whose answer was lost is started anew so often.
const MOST_RESTARTS: u32 = 1;

/// How a customer stands to the club.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Where it stands.
    pub stage: Stage,
    /// Counts the askings, so that what belongs to an earlier one is told from this one's.
    pub n: u32,
}

/// Where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// The customer was never asked.
    #[default]
    Unknown,
    /// The customer is asked.
    Enrolling(Enrolling),
    /// The customer has consented, and is in the register.
    Member,
    /// The customer said no.
    Refused,
    /// The customer did not answer.
    Lapsed,
    /// The customer could not be asked.
    NotPossible {
        /// A key of the page's texts.
        why: String,
    },
}

/// A customer who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolling {
    /// The branch whose account asks.
    pub branch: String,
    /// Shown on the till and on the phone.
    pub binding_message: String,
    /// Until then the customer can answer.
    pub expires_at: Timestamp,
    /// The least time between two questions, as soon as the login is started.
    pub pause_ms: Option<u32>,
    /// Questions in a row that came to nothing.
    pub failures: u32,
    /// Names the chain of questions: one that was overtaken by a ping asks no more.
    pub chain: u32,
    /// How often it was started anew.
    pub restarts: u32,
    /// A till shows that it waits.
    pub shown: bool,
    /// The customer has consented, and who they are is still to be read.
    #[serde(default)]
    pub consented: bool,
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The cashier asks the customer to join. Where the customer is asked already, this joins in.
    Enrol {
        /// The branch whose account asks.
        branch: String,
        /// To be shown on the till and on the phone.
        binding_message: String,
    },
    /// The till no longer waits. The customer may answer all the same.
    Leave,
    /// The provider asks the customer.
    Started {
        /// [`Membership::n`].
        n: u32,
        /// How long the customer has to answer, in seconds.
        expires_in_s: u32,
        /// The least time between two questions, in seconds.
        pause_s: u32,
    },
    /// The provider says how it stands, or does not.
    Asked {
        /// [`Membership::n`].
        n: u32,
        /// [`Enrolling::chain`].
        chain: u32,
        /// What it says.
        answer: Answer,
    },
    /// The customer cannot be asked.
    NotPossible {
        /// [`Membership::n`].
        n: u32,
        /// A key of the page's texts.
        why: String,
    },
    /// The provider says that there is news (ping).
    Ping,
    /// The time is over.
    Deadline {
        /// [`Membership::n`].
        n: u32,
    },
}

/// How a login stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The customer has not answered.
    Pending,
    /// The same, and the question came too soon.
    SlowDown,
    /// The provider could not be asked; its wish how long to wait.
    Later {
        /// In milliseconds.
        after_ms: Option<u32>,
    },
    /// The customer has consented. Who they are cannot be verified or read just now; the provider's wish how long to wait.
    Consented {
        /// In milliseconds.
        after_ms: Option<u32>,
    },
    /// The customer has consented and is in the register.
    Joined,
    /// The customer said no.
    Refused,
    /// The customer did not answer in time.
    Lapsed,
    /// The customer has answered, and the answer was lost on the way.
    Lost,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The customer is to be asked.
    Enrolling {
        /// The branch whose account asks.
        branch: String,
        /// Shown on the till and on the phone.
        binding_message: String,
        /// Until then it must be started.
        expires_at: Timestamp,
    },
    /// The customer is asked.
    Started {
        /// The pause between two questions.
        pause_ms: u32,
        /// Until then the customer can answer.
        expires_at: Timestamp,
    },
    /// To be started anew.
    StartedAnew {
        /// Until then it must be started.
        expires_at: Timestamp,
    },
    /// The customer has consented.
    Consented {
        /// Until then the grant can be used.
        expires_at: Timestamp,
    },
    /// Asked again later.
    Waiting {
        /// The pause from now on.
        pause_ms: u32,
        /// Questions in a row that came to nothing.
        failures: u32,
    },
    /// There is news: a new chain of questions.
    Pinged,
    /// A till waits for it again.
    Awaited,
    /// No till waits for it.
    Left,
    /// In the register.
    Joined,
    /// Said no.
    Refused,
    /// Did not answer.
    Lapsed,
    /// Could not be asked.
    NotPossible {
        /// A key of the page's texts.
        why: String,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum MembershipEffect {
    /// Start a login.
    Start {
        /// [`Membership::n`].
        n: u32,
    },
    /// Ask how it stands.
    Ask {
        /// [`Membership::n`].
        n: u32,
        /// [`Enrolling::chain`].
        chain: u32,
    },
    /// Say that the time is over.
    Deadline {
        /// [`Membership::n`].
        n: u32,
    },
    /// Forget the number.
    Forget {
        /// [`Membership::n`].
        n: u32,
    },
}

impl Effect for MembershipEffect {
    fn name(&self) -> &'static str {
        match self {
            MembershipEffect::Start { .. } => "membership_start",
            MembershipEffect::Ask { .. } => "membership_ask",
            MembershipEffect::Deadline { .. } => "membership_deadline",
            MembershipEffect::Forget { .. } => "membership_forget",
        }
    }

    fn policy(&self) -> RetryPolicy {
        RetryPolicy {
            max_attempts: match self {
                MembershipEffect::Start { .. } => 5,
                MembershipEffect::Ask { .. } => 3,
                MembershipEffect::Deadline { .. } | MembershipEffect::Forget { .. } => 100,
            },
            base: Duration::from_secs(1),
            cap: Duration::from_secs(10),
            timeout: Duration::from_secs(20),
        }
    }
}

impl Machine for Membership {
    const KIND: &'static str = "membership";
    type Command = Command;
    type Event = Event;
    type Effect = MembershipEffect;
    /// Every command is for every stage, or means nothing to it.
    type Refusal = Infallible;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision<Self>, Infallible> {
        let enrolling = match &self.stage {
            Stage::Enrolling(enrolling) => Some(enrolling),
            _ => None,
        };
        Ok(match (command, enrolling) {
            (Command::Enrol { .. }, Some(enrolling)) if enrolling.shown => Decision::nothing(),
            (Command::Enrol { .. }, Some(_)) => Decision::event(Event::Awaited),
            (
                Command::Enrol {
                    branch,
                    binding_message,
                },
                None,
            ) => self.enrol(branch, binding_message, now),
            (Command::Leave, Some(enrolling)) if enrolling.shown => Decision::event(Event::Left),
            (
                Command::Started {
                    n,
                    expires_in_s,
                    pause_s,
                },
                Some(enrolling),
            ) if *n == self.n && enrolling.pause_ms.is_none() => {
                self.started(enrolling, *expires_in_s, *pause_s, now)
            }
            (Command::Asked { n, chain, answer }, Some(enrolling))
                if *n == self.n && *chain == enrolling.chain && enrolling.pause_ms.is_some() =>
            {
                self.asked(enrolling, answer, now)
            }
            // Whoever consents is a member, whatever became of the asking.
            (
                Command::Asked {
                    answer: Answer::Joined,
                    ..
                },
                _,
            ) if self.stage != Stage::Member => self.ends(Event::Joined),
            (Command::NotPossible { n, why }, Some(_)) if *n == self.n => {
                self.ends(Event::NotPossible { why: why.clone() })
            }
            (Command::Ping, Some(enrolling)) if enrolling.pause_ms.is_some() => {
                Decision::event(Event::Pinged).and_effect(MembershipEffect::Ask {
                    n: self.n,
                    chain: enrolling.chain.saturating_add(1),
                })
            }
            (Command::Deadline { n }, Some(enrolling))
                if *n == self.n && now >= later(enrolling.expires_at, GRACE) =>
            {
                match enrolling.pause_ms {
                    Some(_) if enrolling.consented => self.ends(not_possible("answer_lost")),
                    Some(_) => self.ends(Event::Lapsed),
                    None => self.ends(not_possible("unreachable")),
                }
            }
            _ => Decision::nothing(),
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Enrolling {
                branch,
                binding_message,
                expires_at,
            } => {
                self.n = self.n.saturating_add(1);
                self.stage = Stage::Enrolling(Enrolling {
                    branch: branch.clone(),
                    binding_message: binding_message.clone(),
                    expires_at: *expires_at,
                    pause_ms: None,
                    failures: 0,
                    chain: 0,
                    restarts: 0,
                    shown: true,
                    consented: false,
                });
            }
            Event::Joined => self.stage = Stage::Member,
            Event::Refused => self.stage = Stage::Refused,
            Event::Lapsed => self.stage = Stage::Lapsed,
            Event::NotPossible { why } => self.stage = Stage::NotPossible { why: why.clone() },
            _ => {
                if let Stage::Enrolling(enrolling) = &mut self.stage {
                    enrolling.apply(event);
                }
            }
        }
    }
}

impl Enrolling {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Started { pause_ms, expires_at } => {
                self.pause_ms = Some(*pause_ms);
                self.expires_at = *expires_at;
            }
            Event::StartedAnew { expires_at } => {
                self.pause_ms = None;
                self.consented = false;
                self.expires_at = *expires_at;
                self.restarts = self.restarts.saturating_add(1);
                self.chain = self.chain.saturating_add(1);
            }
            Event::Consented { expires_at } => {
                self.consented = true;
                self.expires_at = *expires_at;
            }
            Event::Waiting { pause_ms, failures } => {
                self.pause_ms = Some(*pause_ms);
                self.failures = *failures;
            }
            Event::Pinged => self.chain = self.chain.saturating_add(1),
            Event::Awaited => self.shown = true,
            Event::Left => self.shown = false,
            _ => {}
        }
    }
}

impl Membership {
    fn enrol(&self, branch: &str, binding_message: &str, now: Timestamp) -> Decision<Self> {
        let n = self.n.saturating_add(1);
        let expires_at = later(now, START_WITHIN);
        Decision::event(Event::Enrolling {
            branch: branch.to_owned(),
            binding_message: binding_message.to_owned(),
            expires_at,
        })
        .and_effect(MembershipEffect::Start { n })
        .and_timer(later(expires_at, GRACE), MembershipEffect::Deadline { n })
    }

    fn started(
        &self,
        enrolling: &Enrolling,
        expires_in_s: u32,
        pause_s: u32,
        now: Timestamp,
    ) -> Decision<Self> {
        let pause_ms = pause_s.max(1).saturating_mul(1_000);
        let expires_at = later(now, SignedDuration::from_secs(i64::from(expires_in_s)));
        let n = self.n;
        Decision::event(Event::Started { pause_ms, expires_at })
            .and_timer(
                later_ms(now, pause_ms),
                MembershipEffect::Ask {
                    n,
                    chain: enrolling.chain,
                },
            )
            .and_timer(later(expires_at, GRACE), MembershipEffect::Deadline { n })
    }

    fn asked(&self, enrolling: &Enrolling, answer: &Answer, now: Timestamp) -> Decision<Self> {
        let pause_ms = enrolling.pause_ms.unwrap_or(SLOWER_MS);
        match answer {
            Answer::Pending => self.wait(enrolling, pause_ms, pause_ms, 0, now),
            Answer::SlowDown => {
                let slower = pause_ms.saturating_add(SLOWER_MS);
                self.wait(enrolling, slower, slower, 0, now)
            }
            Answer::Later { after_ms } => self.back_off(enrolling, *after_ms, now),
            Answer::Consented { after_ms } => {
                let mut decision = self.back_off(enrolling, *after_ms, now);
                if enrolling.consented {
                    return decision;
                }
                let expires_at = later(now, GRANT_LIFE);
                decision.events.push(Event::Consented { expires_at });
                decision.and_timer(later(expires_at, GRACE), MembershipEffect::Deadline { n: self.n })
            }
            Answer::Joined => self.ends(Event::Joined),
            Answer::Refused => self.ends(Event::Refused),
            Answer::Lapsed => self.ends(Event::Lapsed),
            Answer::Lost if enrolling.restarts < MOST_RESTARTS => {
                let (n, expires_at) = (self.n, later(now, START_WITHIN));
                Decision::event(Event::StartedAnew { expires_at })
                    .and_effect(MembershipEffect::Start { n })
                    .and_timer(later(expires_at, GRACE), MembershipEffect::Deadline { n })
            }
            Answer::Lost => self.ends(not_possible("answer_lost")),
        }
    }

    fn back_off(&self, enrolling: &Enrolling, after_ms: Option<u32>, now: Timestamp) -> Decision<Self> {
        let pause_ms = enrolling.pause_ms.unwrap_or(SLOWER_MS);
        let failures = enrolling.failures.saturating_add(1);
        let doubled = pause_ms.saturating_mul(2_u32.saturating_pow(failures.min(8)));
        let backed_off = doubled.min(LONGEST_PAUSE_MS).max(pause_ms);
        let next = backed_off.max(after_ms.unwrap_or(0));
        self.wait(enrolling, pause_ms, next, failures, now)
    }

    fn wait(
        &self,
        enrolling: &Enrolling,
        pause_ms: u32,
        next_ms: u32,
        failures: u32,
        now: Timestamp,
    ) -> Decision<Self> {
        let ask = MembershipEffect::Ask {
            n: self.n,
            chain: enrolling.chain,
        };
        // Only what changes is news.
        let quiet = enrolling.pause_ms == Some(pause_ms) && enrolling.failures == failures;
        let decision = if quiet {
            Decision::nothing()
        } else {
            Decision::event(Event::Waiting { pause_ms, failures })
        };
        decision.and_timer(later_ms(now, next_ms), ask)
    }

    /// Whatever came of it, the number is not needed any more.
    fn ends(&self, event: Event) -> Decision<Self> {
        let mut decision = Decision::event(event);
        decision.effects.push(Planned {
            effect: MembershipEffect::Forget { n: self.n },
            due: None,
            lane: Lane::Free,
        });
        decision
    }
}

fn not_possible(why: &str) -> Event {
    Event::NotPossible { why: why.to_owned() }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn later_ms(at: Timestamp, by_ms: u32) -> Timestamp {
    later(at, SignedDuration::from_millis(i64::from(by_ms)))
}

#[cfg(test)]
mod table;
