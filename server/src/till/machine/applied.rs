//! What follows from an event. Decides nothing.

use super::vocabulary::SaleEvent;
use crate::till::sale::{Payment, Refund, RefundStanding, Sale, Stray, StrayMoney};
use karfa_shared::till::Phase;

/// So many requests are remembered: a page repeats its last one, not one of an hour ago.
const REMEMBERED_REQUESTS: usize = 64;

impl Sale {
    pub(super) fn applied(&mut self, event: &SaleEvent) {
        self.revision += 1;
        match event {
            SaleEvent::Opened { facts } => self.facts = Some(facts.clone()),
            SaleEvent::Edited {
                request_id,
                lines,
                discount,
                lines_so_far,
            } => {
                self.lines.clone_from(lines);
                self.discount = *discount;
                self.lines_so_far = *lines_so_far;
                if self.requests.len() >= REMEMBERED_REQUESTS {
                    self.requests.remove(0);
                }
                self.requests.push(request_id.clone());
            }
            SaleEvent::Identified { seen } => self.customer = Some(seen.clone()),
            SaleEvent::Forgotten => self.customer = None,
            SaleEvent::Requested { payment } => {
                self.attempts = payment.attempt;
                self.payment = Some(payment.as_ref().clone());
            }
            SaleEvent::Strayed { stray } => self.strays.push(stray.clone()),
            SaleEvent::StrayMoved {
                attempt,
                provider_id,
                money,
            } => {
                for stray in self.strays.iter_mut().filter(|stray| stray.attempt == *attempt) {
                    stray.moved(*money);
                    if provider_id.is_some() {
                        stray.handle.provider_id.clone_from(provider_id);
                    }
                }
            }
            SaleEvent::StrayKept {
                attempt,
                problem,
                in_doubt,
            } => {
                for stray in self.strays.iter_mut().filter(|stray| stray.attempt == *attempt) {
                    stray.moved(StrayMoney::NotGivenBack);
                    stray.problem = Some(problem.clone());
                    stray.in_doubt |= in_doubt;
                }
            }
            SaleEvent::Left { ended } => self.ended = Some(*ended),
            of_payment => {
                if let Some(payment) = &mut self.payment {
                    payment.applied(of_payment);
                }
            }
        }
    }
}

impl Stray {
    fn moved(&mut self, money: StrayMoney) {
        self.money = Some(money);
        self.problem = None;
        if money == StrayMoney::GivingBack && !self.in_doubt {
            self.give_backs += 1;
        }
    }
}

impl Payment {
    fn applied(&mut self, event: &SaleEvent) {
        match event {
            SaleEvent::Placed { requested } => {
                if requested.provider_id.is_some() {
                    self.provider_id.clone_from(&requested.provider_id);
                }
                self.code_to_scan.clone_from(&requested.code_to_scan);
                self.ask_every_ms = requested.ask_every_ms;
                self.expires_at = requested.expires_at.or(self.expires_at);
            }
            SaleEvent::Named { provider_id, .. } => {
                self.provider_id = Some(provider_id.clone());
                self.lost = false;
            }
            SaleEvent::NotArrived => self.tries_in_vain += 1,
            SaleEvent::Unanswered => self.unanswered = true,
            SaleEvent::Lost => self.lost = true,
            SaleEvent::Moved { phase } => self.moved(*phase),
            SaleEvent::Saw { amounts } => self.seen = *amounts,
            SaleEvent::Doubted { checking } => self.checking = *checking,
            SaleEvent::Troubled { problem } => self.problem.clone_from(problem),
            SaleEvent::CodeSent => {
                self.codes += 1;
                self.code_under_way = true;
            }
            SaleEvent::CodeAnswered { wrong } => {
                self.code_under_way = false;
                if *wrong {
                    self.wrong_codes += 1;
                }
            }
            SaleEvent::CaptureBegan { amount_minor } => {
                self.captures += 1;
                self.capture_under_way = Some(*amount_minor);
                self.given_up = false;
            }
            SaleEvent::CaptureEnded => {
                self.capture_under_way = None;
                self.given_up = false;
            }
            SaleEvent::CancelWanted => self.cancelling = true,
            SaleEvent::CancelBegan => {
                self.cancels += 1;
                self.cancel_under_way = true;
            }
            SaleEvent::CancelEnded { refused } => {
                self.cancel_under_way = false;
                if *refused {
                    self.cancelling = false;
                }
            }
            SaleEvent::RefundBegan {
                request_id,
                amount_minor,
            } => {
                let n = self.refunds.last().map_or(1, |last| last.n + 1);
                self.refunds.push(Refund {
                    request_id: request_id.clone(),
                    n,
                    amount_minor: *amount_minor,
                    seen_before_minor: self.seen.refunded_minor,
                    standing: RefundStanding::UnderWay,
                });
                self.tries_in_vain = 0;
                self.given_up = false;
            }
            SaleEvent::RefundEnded { standing } => {
                self.given_up = false;
                let under_way = |refund: &&mut Refund| refund.standing == RefundStanding::UnderWay;
                if let Some(refund) = self.refunds.iter_mut().find(under_way) {
                    refund.standing = *standing;
                }
            }
            SaleEvent::RequestGivenUp => self.request_given_up = true,
            SaleEvent::CallGivenUp => self.given_up = true,
            SaleEvent::CallResumed => self.given_up = false,
            SaleEvent::WatchBegan => {
                self.chain += 1;
                self.watched = true;
            }
            SaleEvent::WatchEnded => self.watched = false,
            // Of the sale, not of its payment.
            SaleEvent::Opened { .. }
            | SaleEvent::Edited { .. }
            | SaleEvent::Identified { .. }
            | SaleEvent::Forgotten
            | SaleEvent::Requested { .. }
            | SaleEvent::Strayed { .. }
            | SaleEvent::StrayMoved { .. }
            | SaleEvent::StrayKept { .. }
            | SaleEvent::Left { .. } => {}
        }
    }

    fn moved(&mut self, phase: Phase) {
        self.phase = phase;
        if self.is_dead() {
            // Nothing is under way any more, and nothing unknown.
            self.cancelling = false;
            self.cancel_under_way = false;
            self.code_under_way = false;
            self.capture_under_way = None;
            self.given_up = false;
            self.lost = false;
            self.checking = None;
        }
    }
}
