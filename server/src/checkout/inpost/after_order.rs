//! What is done once there is an order: InPost hears how far it is, that it was bought elsewhere, what to pay back.

use super::{One, Performed, failed, refusal};
use crate::checkout::link::Stage;
use crate::checkout::translate::order::order_event;
use crate::engine::perform::Outcome;
use crate::shop::after_sales::{OrderUpdate, RefundClaim, RefundOutcome};
use crate::shop::model::{Order, OrderId, OrderStatus};
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::wire::payment::RefundStatus;
use inpost_pay::{Amount, Error};
use jiff::Timestamp;

impl One<'_> {
    /// Until when an order that was just placed has to be paid, if it has to be.
    pub(super) fn pay_until(&self, placed: &Order) -> Option<Timestamp> {
        if placed.status != OrderStatus::AwaitingPayment {
            return None;
        }
        let until = placed.placed.checked_add(self.checkout.time_to_pay);
        Some(until.unwrap_or(Timestamp::MAX))
    }

    /// The basket was bought on the shop's own pages.
    pub(super) async fn realize(&self) -> Performed {
        if self.link.stage != Stage::Bought {
            return Outcome::Done;
        }
        match self.checkout.inpost.unlink(&self.inpost_id(), true).await {
            Ok(()) => Outcome::Done,
            Err(error) => match refusal(&error) {
                Some(code) if code.means_not_linked() => Outcome::Done,
                Some(code) => Outcome::dead(format!("InPost refused to unlink what was bought: {code}")),
                None => failed(&error),
            },
        }
    }

    /// The order as it is now: an older event that comes late says the same as the newest.
    pub(super) async fn tell_order(&self, id: &OrderId, event_id: &str) -> Performed {
        let order = match self.checkout.shop.order(id).await {
            Ok(Some(order)) => order,
            Ok(None) => return Outcome::Done,
            Err(error) => return Outcome::retry(error.to_string()),
        };
        let event = order_event(&order, event_id, self.checkout.engine.now());
        match self
            .checkout
            .inpost
            .order_event(&id.as_str().into(), &event)
            .await
        {
            Ok(()) => Outcome::Done,
            Err(error) => match refusal(&error) {
                Some(code) => Outcome::dead(format!("InPost refused the order's event: {code}")),
                None => failed(&error),
            },
        }
    }

    /// InPost is not asked: a payment that comes after all is noted, and has to go back. The shop's feed leads to
    /// the event that tells InPost.
    pub(super) async fn give_up_unpaid(&self, id: &OrderId) -> Performed {
        match self
            .checkout
            .shop
            .update_order(id, &OrderUpdate::GiveUpUnpaid)
            .await
        {
            // A refusal says that it has been rejected before.
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::retry(error.to_string()),
        }
    }

    pub(super) async fn refund(&self, id: &str) -> Performed {
        let Some(secret) = &self.checkout.merchant_secret else {
            return Outcome::dead("a refund needs the merchant secret: set inpost.merchant_secret");
        };
        let shop = &self.checkout.shop;
        let (refund, again) = match shop.claim_refund(id).await {
            Ok(RefundClaim::Ask { refund, again }) => (refund, again),
            Ok(RefundClaim::Ended(_)) => return Outcome::Done,
            Ok(RefundClaim::Unknown) => {
                return Outcome::dead("the refund, or the payment that it is of, is not there");
            }
            Err(error) => return Outcome::retry(error.to_string()),
        };
        let amount = Amount::from_minor(refund.amount.minor);
        let answered = self
            .checkout
            .inpost
            .refund(&refund.payment, id, amount, "", secret)
            .await;
        let outcome = match &answered {
            Ok(answer) => outcome_of(answer.status.as_ref()),
            Err(error) if refusal(error).is_some() => {
                if again {
                    RefundOutcome::Unconfirmed
                } else {
                    RefundOutcome::Failed
                }
            }
            Err(error) => return self.refund_not_answered(id, again, error).await,
        };
        if let Err(error) = shop.note_refund(id, outcome).await {
            return Outcome::retry(error.to_string());
        }
        match outcome {
            RefundOutcome::Success => Outcome::Done,
            RefundOutcome::Pending => Outcome::retry("InPost has not decided about the refund yet"),
            RefundOutcome::Failed | RefundOutcome::Unconfirmed => {
                let code = answered.err().and_then(|error| error.code().cloned());
                let code = code.as_ref().map(ErrorCode::as_str);
                tracing::error!(store = %self.checkout.store, refund = id, ?outcome, code,
                    "a refund has not succeeded: karfa order attention lists it");
                Outcome::Done
            }
        }
    }

    /// What InPost has not heard of need not be counted as asked for.
    async fn refund_not_answered(&self, id: &str, again: bool, error: &Error) -> Performed {
        if !again
            && !error.may_have_acted()
            && let Err(error) = self.checkout.shop.release_refund(id).await
        {
            return Outcome::retry(error.to_string());
        }
        failed(error)
    }
}

/// The shape of InPost's answer is not published: one without a status is no proof of anything, and a word that nobody
/// knows is no end.
fn outcome_of(status: Option<&RefundStatus>) -> RefundOutcome {
    match status {
        Some(RefundStatus::Success) => RefundOutcome::Success,
        Some(RefundStatus::Failed) => RefundOutcome::Failed,
        Some(_) => RefundOutcome::Pending,
        None => RefundOutcome::Unconfirmed,
    }
}
