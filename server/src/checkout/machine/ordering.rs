//! Decisions about the order of a linked basket. A basket has one order, whatever is repeated.

use super::{Decided, Event, LinkEffect, Refusal};
use crate::checkout::link::{Link, Stage};
use crate::engine::machine::Decision;
use crate::shop::model::{NewOrder, OrderId};
use jiff::Timestamp;

impl Link {
    pub(super) fn place_order(&self, order: &NewOrder) -> Decided {
        match &self.stage {
            Stage::Linked { .. } => Ok(Decision::event(Event::Ordering {
                payment_method: order.payment_method.clone(),
            })
            .and_effect(LinkEffect::PlaceOrder {
                order: Box::new(order.clone()),
            })),
            Stage::Ordering { payment_method, .. } | Stage::Ordered { payment_method, .. } => {
                if *payment_method == order.payment_method {
                    Ok(Decision::nothing())
                } else {
                    Err(Refusal::OrderedOtherwise)
                }
            }
            Stage::Bought => Err(Refusal::HasOrder),
            Stage::Unlinked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } => {
                Err(Refusal::NotLinked)
            }
        }
    }

    pub(super) fn order_placed(
        &self,
        order_id: &OrderId,
        payment_method: &str,
        pay_until: Option<Timestamp>,
    ) -> Decision<Link> {
        let Stage::Ordering { .. } = &self.stage else {
            return Decision::nothing();
        };
        let decision = Decision::event(Event::Ordered {
            order_id: order_id.clone(),
            payment_method: payment_method.to_owned(),
        });
        match pay_until {
            Some(due) => decision.and_timer(
                due,
                LinkEffect::GiveUpUnpaid {
                    order_id: order_id.clone(),
                },
            ),
            None => decision,
        }
    }

    /// An order in the app that comes at the same time finds the basket ordered: the shop decides which was first.
    pub(super) fn bought_in_shop(&self) -> Decision<Link> {
        match &self.stage {
            // Whether anybody wants to link it is not always known here: where the vendor's widget asks, it is not.
            Stage::Unlinked { .. } => Decision::event(Event::BoughtInShop),
            Stage::Connecting { .. }
            | Stage::Waiting { .. }
            | Stage::Linked { .. }
            | Stage::Ordering { .. } => Decision::event(Event::BoughtInShop).and_effect(LinkEffect::Realize),
            Stage::Ordered { .. } | Stage::Bought => Decision::nothing(),
        }
    }

    /// Told twice by the feed it is the same event to InPost.
    pub(super) fn order_updated(&self, order_id: &OrderId, position: i64) -> Decision<Link> {
        match &self.stage {
            Stage::Ordering { .. } | Stage::Ordered { .. } => {
                Decision::nothing().and_effect(LinkEffect::TellOrder {
                    order_id: order_id.clone(),
                    event_id: format!("{order_id}-{position}"),
                })
            }
            _ => Decision::nothing(),
        }
    }

    pub(super) fn refund_requested(&self, refund: &str) -> Decision<Link> {
        match &self.stage {
            Stage::Ordered { .. } => Decision::nothing().and_effect(LinkEffect::Refund {
                refund: refund.to_owned(),
            }),
            _ => Decision::nothing(),
        }
    }

    pub(super) fn order_refused(&self, notice: &str) -> Decision<Link> {
        match &self.stage {
            Stage::Ordering { .. } | Stage::Linked { .. } => Decision::event(Event::OrderRefused {
                notice: notice.to_owned(),
            })
            .and_effect(LinkEffect::StoreBasket { link: None }),
            _ => Decision::nothing(),
        }
    }
}
