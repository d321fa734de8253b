//! Decisions about linking and unlinking a basket.

use super::{
    ADOPT_AFTER, BrowserFacts, CONNECTING_TIME, Decided, Event, FIRST_LOOK, LONGEST_PAUSE, LinkEffect,
    MOST_ADOPTING_LOOKS, Refusal,
};
use crate::checkout::link::{Asked, Attempt, Awaited, Client, DeepLinks, Link, PhoneDigest, Stage};
use crate::engine::machine::Decision;
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::Ended;

impl Link {
    pub(super) fn start_phone(
        &self,
        phone: &PhoneNumber,
        place: &str,
        browser: &BrowserFacts,
        now: Timestamp,
    ) -> Decided {
        let attempt = self.attempt.saturating_add(1);
        let start = LinkEffect::StartBinding {
            attempt,
            phone: phone.clone(),
            place: place.to_owned(),
            browser: browser.clone(),
        };
        let client = Client {
            masked_phone_number: Some(phone.masked()),
            name: None,
        };
        let goes_on = self.asks(|asked| asked.is_some_and(|asked| asked.is_of(phone, self.attempt)));
        self.start(
            goes_on,
            Asked::Phone(PhoneDigest::of(phone, attempt)),
            client,
            start,
            now,
        )
    }

    pub(super) fn start_deep_link(&self, place: &str, browser: &BrowserFacts, now: Timestamp) -> Decided {
        let start = LinkEffect::StartDeepLink {
            attempt: self.attempt.saturating_add(1),
            place: place.to_owned(),
            browser: browser.clone(),
        };
        let goes_on = self.asks(|asked| asked.is_none());
        self.start(goes_on, Asked::DeepLink, Client::default(), start, now)
    }

    /// Whether a try is under way whose phone, or the lack of one, `fits`. A trusted browser's try asks nobody.
    fn asks(&self, fits: impl Fn(Option<&PhoneDigest>) -> bool) -> bool {
        match &self.stage {
            Stage::Connecting {
                asked: Asked::Phone(phone),
            }
            | Stage::Waiting {
                awaited: Awaited::Phone(phone),
                ..
            } => fits(Some(phone)),
            Stage::Connecting {
                asked: Asked::DeepLink,
            }
            | Stage::Waiting {
                awaited: Awaited::DeepLink(_),
                ..
            } => fits(None),
            _ => false,
        }
    }

    /// A new try, in place of the one under way unless that one `goes_on`.
    fn start(
        &self,
        goes_on: bool,
        asked: Asked,
        client: Client,
        start: LinkEffect,
        now: Timestamp,
    ) -> Decided {
        let replaces_another_try = match &self.stage {
            Stage::Linked { .. } => return Ok(Decision::nothing()),
            Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => return Err(Refusal::HasOrder),
            Stage::Connecting { .. } | Stage::Waiting { .. } if goes_on => return Ok(Decision::nothing()),
            Stage::Connecting { .. } | Stage::Waiting { .. } => true,
            Stage::Unlinked { .. } => false,
        };
        // Told again while InPost has not heard of it: the telling before may have been given up, and nobody's answer to
        // this try counts until then.
        let tells_first = self.telling_end || replaces_another_try;
        let attempt = self.attempt.saturating_add(1);
        let mut decision = Decision::event(Event::Connecting {
            attempt,
            asked,
            client,
            browser_id: None,
            telling: tells_first,
        });
        if tells_first {
            decision = decision.and_effect(LinkEffect::Unbind);
        }
        Ok(decision.and_effect(start).and_timer(
            later(now, CONNECTING_TIME),
            LinkEffect::StopConnecting { attempt },
        ))
    }

    pub(super) fn start_trusted(&self, browser_id: &str, now: Timestamp) -> Decided {
        let replaces_another_try = match &self.stage {
            Stage::Linked { .. }
            | Stage::Connecting {
                asked: Asked::TrustedBrowser,
            } => return Ok(Decision::nothing()),
            Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => return Err(Refusal::HasOrder),
            Stage::Connecting { .. } | Stage::Waiting { .. } => true,
            Stage::Unlinked { .. } => false,
        };
        let tells_first = self.telling_end || replaces_another_try;
        let attempt = self.attempt.saturating_add(1);
        let mut decision = Decision::event(Event::Connecting {
            attempt,
            asked: Asked::TrustedBrowser,
            client: self.client.clone(),
            browser_id: Some(browser_id.to_owned()),
            telling: tells_first,
        });
        if tells_first {
            decision = decision.and_effect(LinkEffect::Unbind);
        }
        Ok(decision
            .and_effect(LinkEffect::StoreBasket {
                link: Some((attempt, browser_id.to_owned())),
            })
            .and_timer(
                later(now, CONNECTING_TIME),
                LinkEffect::StopConnecting { attempt },
            ))
    }

    pub(super) fn binding_accepted(
        &self,
        attempt: Attempt,
        links: Option<&DeepLinks>,
        time_to_approve: SignedDuration,
        now: Timestamp,
    ) -> Decision<Link> {
        if !self.is_connecting(attempt) {
            return self.undo_what_came_too_late(attempt);
        }
        let awaited = match (&self.stage, links) {
            (
                Stage::Connecting {
                    asked: Asked::Phone(phone),
                },
                None,
            ) => Awaited::Phone(phone.clone()),
            (
                Stage::Connecting {
                    asked: Asked::DeepLink,
                },
                Some(links),
            ) => Awaited::DeepLink(links.clone()),
            _ => return Decision::nothing(),
        };
        let expires = later(now, time_to_approve);
        Decision::event(Event::Waiting {
            attempt,
            awaited,
            expires,
        })
        .and_timer(expires, LinkEffect::Lapse { attempt })
        .and_timer(later(now, FIRST_LOOK), LinkEffect::Look { attempt, looks: 1 })
    }

    pub(super) fn binding_refused(&self, attempt: Attempt, code: &ErrorCode) -> Decision<Link> {
        if !self.is_connecting(attempt) {
            return Decision::nothing();
        }
        Decision::event(Event::Ended {
            why: Ended::Refused,
            code: Some(code.clone()),
            telling: self.telling_end,
        })
    }

    pub(super) fn binding_unavailable(&self, attempt: Attempt, may_have_acted: bool) -> Decision<Link> {
        if !self.is_connecting(attempt) {
            return Decision::nothing();
        }
        if may_have_acted {
            return end_and_tell(Ended::Unavailable);
        }
        Decision::event(Event::Ended {
            why: Ended::Unavailable,
            code: None,
            telling: self.telling_end,
        })
    }

    pub(super) fn confirmed(
        &self,
        inpost_basket_id: &InpostBasketId,
        phone: Option<&PhoneNumber>,
        unasked: bool,
        linked: impl Fn() -> Event,
    ) -> Decided {
        match &self.stage {
            Stage::Unlinked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } if unasked => {
                Ok(Decision::event(linked()))
            }
            Stage::Connecting { .. } | Stage::Waiting { .. } => {
                if !self.may_have_answered(phone) {
                    return Err(Refusal::OtherNumber);
                }
                Ok(Decision::event(linked()))
            }
            Stage::Linked {
                inpost_basket_id: known,
            } if known == inpost_basket_id => Ok(Decision::nothing()),
            Stage::Linked { .. } => Err(Refusal::LinkedOtherwise),
            Stage::Unlinked { .. } => Err(Refusal::NotLinked),
            Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => Err(Refusal::HasOrder),
        }
    }

    pub(super) fn rejected(&self, phone: Option<&PhoneNumber>) -> Decision<Link> {
        match &self.stage {
            Stage::Connecting { .. } | Stage::Waiting { .. } if self.may_have_answered(phone) => {
                Decision::event(Event::Ended {
                    why: Ended::Rejected,
                    code: None,
                    telling: self.telling_end,
                })
            }
            _ => Decision::nothing(),
        }
    }

    pub(super) fn binding_read(
        &self,
        as_of: u64,
        linked: Option<&InpostBasketId>,
        trusted_browser: Option<&String>,
        client: &Client,
        now: Timestamp,
    ) -> Decision<Link> {
        if as_of != self.changes {
            return Decision::nothing();
        }
        let found = |inpost_basket_id: &InpostBasketId| {
            Decision::event(Event::Linked {
                inpost_basket_id: inpost_basket_id.clone(),
                client: client.clone(),
                browser_id: trusted_browser.cloned(),
                at: Some(now),
            })
            // A confirmation is answered with the basket; where we only read of the link, InPost's copy may be old.
            .and_effect(LinkEffect::StoreBasket { link: None })
        };
        match (&self.stage, linked) {
            // While InPost has still to hear of the end of a link, what it says is of that link.
            (Stage::Connecting { .. } | Stage::Waiting { .. } | Stage::Unlinked { .. }, Some(id))
                if !self.telling_end =>
            {
                found(id)
            }
            (Stage::Linked { inpost_basket_id }, Some(id)) if inpost_basket_id != id => found(id),
            (Stage::Linked { .. }, None) if self.is_just_linked(now) => Decision::nothing(),
            (Stage::Linked { .. }, None) => Decision::event(Event::Ended {
                why: Ended::DeletedInApp,
                code: None,
                telling: false,
            }),
            (Stage::Unlinked { .. }, _) if self.browser_id.as_ref() != trusted_browser => {
                Decision::event(Event::BrowserKnown {
                    browser_id: trusted_browser.cloned(),
                    client: trusted_browser.map(|_| client.clone()).unwrap_or_default(),
                })
            }
            _ => Decision::nothing(),
        }
    }

    pub(super) fn look_again(&self, attempt: Attempt, looks: u32, now: Timestamp) -> Decision<Link> {
        if !self.is_waiting(attempt) {
            return Decision::nothing();
        }
        let pause = FIRST_LOOK
            .checked_mul(1 << looks.min(8))
            .unwrap_or(LONGEST_PAUSE)
            .min(LONGEST_PAUSE);
        let looks = looks.saturating_add(1);
        Decision::nothing().and_timer(later(now, pause), LinkEffect::Look { attempt, looks })
    }

    /// InPost's own time may be longer: it is told, so that an approval that comes too late is not asked for any more.
    pub(super) fn time_is_up(&self, attempt: Attempt) -> Decision<Link> {
        if self.is_waiting(attempt) {
            end_and_tell(Ended::Expired)
        } else {
            Decision::nothing()
        }
    }

    pub(super) fn cancel(&self) -> Decided {
        match &self.stage {
            Stage::Connecting { .. } | Stage::Waiting { .. } => Ok(end_and_tell(Ended::Cancelled)),
            Stage::Unlinked { .. } | Stage::Linked { .. } => Ok(Decision::nothing()),
            Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => Err(Refusal::HasOrder),
        }
    }

    pub(super) fn unlink(&self, browser_id: Option<&String>) -> Decided {
        let browser_id = self.browser_id.as_ref().or(browser_id).cloned();
        let decision = match &self.stage {
            Stage::Linked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } => {
                end_and_tell(Ended::Unlinked)
            }
            Stage::Unlinked { .. } if browser_id.is_some() => Decision::event(Event::BrowserKnown {
                browser_id: None,
                client: Client::default(),
            }),
            Stage::Unlinked { .. } => Decision::nothing(),
            Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => return Err(Refusal::HasOrder),
        };
        Ok(match browser_id {
            Some(browser_id) => decision.and_effect(LinkEffect::ForgetBrowser { browser_id }),
            None => decision,
        })
    }

    pub(super) fn unbound(&self) -> Decision<Link> {
        if self.telling_end {
            Decision::event(Event::Unbound)
        } else {
            Decision::nothing()
        }
    }

    pub(super) fn gone(&self) -> Decision<Link> {
        match &self.stage {
            Stage::Linked { .. } => Decision::event(Event::Ended {
                why: Ended::DeletedInApp,
                code: None,
                telling: false,
            }),
            _ => Decision::nothing(),
        }
    }

    /// The browser stays trusted: it is the basket that has ended, not the shopper's trust.
    pub(super) fn basket_ended(&self) -> Decision<Link> {
        match &self.stage {
            Stage::Linked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } => {
                end_and_tell(Ended::Unlinked)
            }
            _ => Decision::nothing(),
        }
    }

    /// InPost knows it by an id that it has not told yet.
    pub(super) fn begun_in_app(&self, now: Timestamp) -> Decision<Link> {
        match &self.stage {
            Stage::Unlinked { ended: None } => {
                Decision::nothing().and_timer(later(now, ADOPT_AFTER), LinkEffect::Adopt { looks: 0 })
            }
            _ => Decision::nothing(),
        }
    }

    /// InPost does not have it linked, and may have by the next look.
    pub(super) fn not_begun_yet(&self, looks: u32, now: Timestamp) -> Decision<Link> {
        let looks = looks.saturating_add(1);
        match &self.stage {
            Stage::Unlinked { ended: None } if looks < MOST_ADOPTING_LOOKS => {
                let pause = ADOPT_AFTER.checked_mul(1 << looks).unwrap_or(LONGEST_PAUSE);
                Decision::nothing().and_timer(later(now, pause), LinkEffect::Adopt { looks })
            }
            _ => Decision::nothing(),
        }
    }

    pub(super) fn basket_changed(&self, revision: i64, tell: bool) -> Decision<Link> {
        if revision <= self.revision {
            return Decision::nothing();
        }
        let decision = Decision::event(Event::BasketChanged { revision });
        // A basket on its way to a trusted browser's app may carry the old content: the new one follows it.
        let reaches_the_app = matches!(
            self.stage,
            Stage::Linked { .. }
                | Stage::Connecting {
                    asked: Asked::TrustedBrowser
                }
        );
        if tell && reaches_the_app {
            decision.and_effect(LinkEffect::StoreBasket { link: None })
        } else {
            decision
        }
    }

    pub(super) fn basket_stored(
        &self,
        attempt: Option<Attempt>,
        inpost_basket_id: &InpostBasketId,
        revision: i64,
        notice: Option<&String>,
        now: Timestamp,
    ) -> Decision<Link> {
        let sent = Event::BasketSent {
            revision,
            notice: notice.cloned(),
        };
        match (&self.stage, attempt) {
            (
                Stage::Connecting {
                    asked: Asked::TrustedBrowser,
                },
                Some(attempt),
            ) if attempt == self.attempt => Decision::event(Event::Linked {
                inpost_basket_id: inpost_basket_id.clone(),
                client: self.client.clone(),
                browser_id: self.browser_id.clone(),
                at: Some(now),
            })
            .and_event(sent),
            (_, Some(attempt)) => self.undo_what_came_too_late(attempt),
            (Stage::Linked { .. }, None)
                if self.sent_revision != Some(revision) || self.sent_notice.as_ref() != notice =>
            {
                Decision::event(sent)
            }
            (_, None) => Decision::nothing(),
        }
    }

    /// The page gave up on InPost, which answers after all: nobody waits for that link any more.
    fn undo_what_came_too_late(&self, attempt: Attempt) -> Decision<Link> {
        match &self.stage {
            Stage::Unlinked {
                ended: Some((Ended::Unavailable, _)),
            } if attempt == self.attempt && !self.telling_end => end_and_tell(Ended::Unavailable),
            _ => Decision::nothing(),
        }
    }

    fn is_connecting(&self, attempt: Attempt) -> bool {
        attempt == self.attempt && matches!(self.stage, Stage::Connecting { .. })
    }

    fn is_waiting(&self, attempt: Attempt) -> bool {
        attempt == self.attempt && matches!(self.stage, Stage::Waiting { .. })
    }

    /// InPost need not say who answered; when it does, it has to be the number that was asked, if one was.
    ///
    /// While InPost has still to hear of the end of an older try, an answer may be to that one, whoever was asked then:
    /// only one that names the number now asked counts. InPost is told before it is asked anew, so nobody answers to a
    /// code earlier than that.
    fn may_have_answered(&self, answered: Option<&PhoneNumber>) -> bool {
        let is_the_one = |asked: &PhoneDigest| match answered {
            Some(phone) => asked.is_of(phone, self.attempt),
            None => !self.telling_end,
        };
        match &self.stage {
            Stage::Connecting {
                asked: Asked::Phone(asked),
            }
            | Stage::Waiting {
                awaited: Awaited::Phone(asked),
                ..
            } => is_the_one(asked),
            _ => !self.telling_end,
        }
    }

    /// A browser stays trusted when the link ended without a word about the browser.
    pub(super) fn keeps_trust_after(&self, why: Ended) -> bool {
        let says_nothing_of_it = matches!(
            why,
            Ended::DeletedInApp | Ended::Unavailable | Ended::Cancelled | Ended::Expired
        );
        self.browser_id.is_some() && says_nothing_of_it
    }
}

fn end_and_tell(why: Ended) -> Decision<Link> {
    Decision::event(Event::Ended {
        why,
        code: None,
        telling: true,
    })
    .and_effect(LinkEffect::Unbind)
}

/// `now` and a while. At the end of time, which no clock reaches, it stays there.
fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
