//! Decisions about the order of a linked basket. A basket has one order, whatever is repeated.

use super::{Decided, Event, LinkEffect, Refusal};
use crate::checkout::link::{Link, Stage};
use crate::engine::machine::Decision;
use crate::shop::model::{NewOrder, OrderId};

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
            Stage::Unlinked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } => {
                Err(Refusal::NotLinked)
            }
        }
    }

    pub(super) fn order_placed(&self, order_id: &OrderId, payment_method: &str) -> Decision<Link> {
        match &self.stage {
            Stage::Ordering { .. } => Decision::event(Event::Ordered {
                order_id: order_id.clone(),
                payment_method: payment_method.to_owned(),
            }),
            _ => Decision::nothing(),
        }
    }

    pub(super) fn order_refused(&self, notice: &str) -> Decision<Link> {
        match &self.stage {
            Stage::Ordering { .. } | Stage::Linked { .. } => Decision::event(Event::OrderRefused {
                notice: notice.to_owned(),
            })
            .and_effect(LinkEffect::StoreBasket {
                link: None,
                notice: Some(notice.to_owned()),
            }),
            _ => Decision::nothing(),
        }
    }
}
