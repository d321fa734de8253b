//! Releasing a call that was held: late, and perhaps after others that came later.

use super::deliver::note_order_answer;
use super::merchant;
use super::state::Link;
use super::{shape, shapes};
use crate::held::HeldCall;
use crate::outgoing::NoAnswer;
use crate::world::Shared;
use serde_json::{Value, json};

/// Sends it now. What the merchant answers to an event is taken over as if it had come in time.
pub(crate) async fn release(world: &Shared, held: &HeldCall) -> Result<Value, NoAnswer> {
    let merchant = world.look(|state, _| state.inpost.merchants.get(&held.merchant).cloned());
    let merchant = merchant.ok_or(NoAnswer::BadAddress)?;
    let answer = merchant::release(world, &merchant, held).await?;
    if held.call.name == merchant::BASKET_EVENT.name && answer.is_success() {
        let document = answer.json();
        if shape::check(&document, &shapes::BASKET).is_ok() {
            world.change(|state, now| {
                if let Some(basket) = state.inpost.basket_mut(&held.merchant, &held.about)
                    && matches!(basket.link, Link::Linked { .. })
                {
                    basket.document = Some(document);
                    basket.changed = now;
                    basket.feed.tell("basketProductChanged");
                }
            });
        }
    }
    if held.call.name == merchant::ORDER_EVENT.name {
        note_order_answer(world, &held.merchant, &held.about, &answer);
    }
    Ok(json!({ "status": answer.status, "error_code": answer.error_code() }))
}
