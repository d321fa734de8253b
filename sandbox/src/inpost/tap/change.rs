//! Changing and deleting a basket in the app. Contract, section 5, flows G and H.

use super::{busy, no_answer, no_basket, refused, wrong_answer};
use crate::inpost::deliver::{self, News};
use crate::inpost::merchant;
use crate::inpost::state::{Basket, Link, Merchant, State};
use crate::inpost::{shape, shapes};
use crate::number::Number;
use crate::outgoing::NoAnswer;
use crate::problem::Problem;
use crate::world::{Shared, World};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The basket in this app, with its merchant.
pub(super) fn own<'a>(
    state: &'a mut State,
    number: &Number,
    inpost_basket_id: &str,
    now: Timestamp,
) -> Result<(&'a mut Basket, Merchant), Problem> {
    let basket = state.baskets.get_mut(inpost_basket_id).ok_or_else(no_basket)?;
    if basket.owner(now) != Some(number) {
        return Err(no_basket());
    }
    let merchant = state
        .merchants
        .get(&basket.merchant)
        .cloned()
        .ok_or_else(no_basket)?;
    Ok((basket, merchant))
}

/// Keeps the basket for one tap at a time.
pub(super) fn claim(
    world: &World,
    number: &Number,
    inpost_basket_id: &str,
) -> Result<(Basket, Merchant), Problem> {
    world.change(|state, now| {
        let (basket, merchant) = own(&mut state.inpost, number, inpost_basket_id, now)?;
        if basket.busy {
            return Err(busy());
        }
        basket.busy = true;
        Ok((basket.clone(), merchant))
    })
}

/// Gives the basket free for the next tap; with a new copy of it, if there is one.
pub(super) fn release(world: &World, inpost_basket_id: &str, document: Option<Value>) {
    world.change(|state, now| {
        let Some(basket) = state.inpost.baskets.get_mut(inpost_basket_id) else {
            return;
        };
        basket.busy = false;
        if let (Some(document), Link::Linked { .. }) = (document, &basket.link) {
            basket.document = Some(document);
            basket.changed = now;
            basket.feed.tell("basketProductChanged");
        }
    });
}

/// Sends a basket event and takes over the merchant's answer.
pub(crate) async fn event(
    world: &Shared,
    number: &Number,
    inpost_basket_id: &str,
    event: Value,
) -> Result<Value, Problem> {
    let event = complete(world, number, event)?;
    let (basket, merchant) = claim(world, number, inpost_basket_id)?;
    let outcome = send(world, &merchant, &basket.basket_id, &event).await;
    release(
        world,
        inpost_basket_id,
        outcome.as_ref().ok().and_then(Clone::clone),
    );
    let Some(document) = outcome? else {
        return Ok(json!({ "held": true, "basket": basket.document, "basket_notice": null }));
    };
    Ok(json!({ "basket": document, "basket_notice": document.pointer("/summary/basket_notice") }))
}

/// Adds what the app knows by itself: the event's id, its time, the number.
fn complete(world: &World, number: &Number, event: Value) -> Result<Value, Problem> {
    let Value::Object(mut event) = event else {
        return Err(Problem::unreadable(
            "The body is a basket event: an object with event_type and its data.",
        ));
    };
    if !event.get("event_type").is_some_and(Value::is_string) {
        return Err(Problem::unreadable(
            "event_type is missing: PRODUCTS_QUANTITY, PROMO_CODES or RELATED_PRODUCTS.",
        ));
    }
    let (country_prefix, phone) = number.parts();
    event.entry("event_id").or_insert_with(|| world.id().into());
    event
        .entry("event_data_time")
        .or_insert_with(|| format!("{:.6}", world.time_outside()).into());
    event
        .entry("phone_number")
        .or_insert_with(|| json!({ "country_prefix": country_prefix, "phone": phone }));
    Ok(Value::Object(event))
}

/// The basket after the event; none if the event is held.
async fn send(
    world: &World,
    merchant: &Merchant,
    basket_id: &str,
    event: &Value,
) -> Result<Option<Value>, Problem> {
    let unchanged = "The basket is as it was.";
    let answer = match merchant::ask(world, merchant, merchant::BASKET_EVENT, basket_id, Some(event)).await {
        Ok(answer) => answer,
        Err(NoAnswer::Held) => return Ok(None),
        Err(failure) => {
            let meanwhile = "The shop may have changed the basket all the same: look again.";
            return Err(no_answer(failure, meanwhile));
        }
    };
    if !answer.is_success() {
        return Err(refused(
            &answer,
            "shop-refused",
            "The shop did not accept the change.",
        ));
    }
    let document = answer.json();
    shape::check(&document, &shapes::BASKET).map_err(|error| wrong_answer(&error.message, unchanged))?;
    Ok(Some(document))
}

/// Deletes the basket: gone at once, the merchant hears of it as soon as it can.
pub(crate) async fn delete(
    world: &Shared,
    number: &Number,
    inpost_basket_id: &str,
) -> Result<Value, Problem> {
    let (basket_id, merchant) = world.change(|state, now| {
        let (basket, merchant) = own(&mut state.inpost, number, inpost_basket_id, now)?;
        if basket.busy {
            return Err(busy());
        }
        basket.link = Link::Free;
        basket.feed.tell("basketDeleted");
        Ok((basket.basket_id.clone(), merchant))
    })?;
    let told = deliver::tell(world, &merchant.client_id, News::Deleted { basket_id }).await;
    Ok(json!({ "shop_told": told }))
}

/// Signs the person in or out.
pub(crate) fn sign(world: &World, number: &Number, signed_in: bool) {
    world.change(|state, _| state.inpost.signed_out.insert(number.clone(), !signed_in));
}

/// Takes a notice off the screen.
pub(crate) fn dismiss(world: &World, number: &Number, id: &str) -> Result<(), Problem> {
    world.change(|state, _| {
        let notices = state.inpost.notices.get_mut(number);
        let before = notices.as_ref().map_or(0, |notices| notices.len());
        if let Some(notices) = notices {
            notices.retain(|notice| notice.id != id);
            if notices.len() < before {
                return Ok(());
            }
        }
        Err(Problem::new(
            StatusCode::NOT_FOUND,
            "no-notice",
            "This notice is gone already.",
        ))
    })
}
