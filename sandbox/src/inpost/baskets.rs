//! Baskets: the merchant's updates, the trusted browser's shortcut, and the back office's lists.

use super::auth::Caller;
use super::binding::refuse_if_over;
use super::error::{ApiError, Code};
use super::state::{Basket, Link, Merchant, State};
use super::{page, shape, shapes};
use crate::world::{Shared, World};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromWorld};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// `PUT /v1/izi/basket/{basket_id}`: updates a linked basket; with `browser_id` it creates and links one.
pub(crate) async fn put(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let mut document = shape::read(&body, &shapes::BASKET)?;
    let browser_id = take_browser_id(&mut document);
    let fresh_id = world.id();
    confirmed(&world, &merchant, &basket_id).await;
    world.change(|state, now| {
        let state = &mut state.inpost;
        let known = state.basket(&merchant.client_id, &basket_id);
        if let Some(basket) = known {
            refuse_if_over(basket, now)?;
        }
        if known.is_some_and(|basket| basket.owner(now).is_some()) {
            return update(state, &merchant, &basket_id, document, now);
        }
        let Some(browser_id) = browser_id else {
            let message =
                "no linked basket has this id: link it first, or send the browser_id of a trusted browser";
            return Err(ApiError::new(Code::BasketNotFound, message));
        };
        let number = state
            .browser(&merchant.client_id, &browser_id)
            .cloned()
            .ok_or_else(|| {
                ApiError::new(Code::BrowserNotFound, "there is no trusted browser with this id")
            })?;
        let inpost_basket_id = known.map_or(fresh_id, |basket| basket.inpost_basket_id.clone());
        let basket = state
            .baskets
            .entry(inpost_basket_id.clone())
            .or_insert_with(|| Basket::new(&merchant.client_id, &basket_id, &inpost_basket_id, now));
        basket.link = Link::Linked { number };
        basket.document = Some(document);
        basket.changed = now;
        basket.browser_id = Some(browser_id);
        Ok(Json(json!({ "inpost_basket_id": inpost_basket_id })))
    })
}

/// `PUT /v2/izi/basket/{basket_id}`: updates a linked basket, never creates.
pub(crate) async fn put_v2(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let mut document = shape::read(&body, &shapes::BASKET)?;
    take_browser_id(&mut document);
    confirmed(&world, &merchant, &basket_id).await;
    world.change(|state, now| {
        let known = state.inpost.basket(&merchant.client_id, &basket_id);
        let basket =
            known.ok_or_else(|| ApiError::new(Code::BasketNotFound, "there is no basket with this id"))?;
        refuse_if_over(basket, now)?;
        if basket.owner(now).is_none() {
            return Err(ApiError::new(Code::BasketNotBound, "the basket is not linked"));
        }
        update(&mut state.inpost, &merchant, &basket_id, document, now)
    })
}

/// A merchant may update a basket right after it has answered the confirmation, before we have read that answer.
const CONFIRMATION_TAKES: Duration = Duration::from_secs(3);

/// Lets a confirmation that is under way end first.
async fn confirmed(world: &World, merchant: &Merchant, basket_id: &str) {
    let settled = |state: &crate::world::State| {
        let basket = state.inpost.basket(&merchant.client_id, basket_id);
        !basket.is_some_and(|basket| matches!(&basket.link, Link::Pending(pending) if pending.answering))
    };
    world.wait_until(CONFIRMATION_TAKES, settled).await;
}

fn update(
    state: &mut State,
    merchant: &Merchant,
    basket_id: &str,
    document: Value,
    now: Timestamp,
) -> Result<Json<Value>, ApiError> {
    let basket = state
        .basket_mut(&merchant.client_id, basket_id)
        .ok_or_else(|| ApiError::new(Code::BasketNotFound, "there is no basket with this id"))?;
    basket.document = Some(document);
    basket.changed = now;
    basket.feed.tell("merchantBasketProductChanged");
    Ok(Json(json!({ "inpost_basket_id": basket.inpost_basket_id })))
}

/// The browser's id is not part of the basket.
fn take_browser_id(document: &mut Value) -> Option<String> {
    let taken = document.as_object_mut()?.remove("browser_id")?;
    taken.as_str().map(str::to_owned)
}

/// `GET /v1/izi/baskets`.
pub(crate) async fn list(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Query(query): Query<page::Wish>,
) -> Result<Json<Value>, ApiError> {
    let page = page::Page::read(&query)?;
    world.look(|state, now| {
        let linked = state
            .inpost
            .baskets
            .values()
            .filter(|basket| basket.merchant == merchant.client_id);
        let linked = linked.filter(|basket| basket.owner(now).is_some());
        Ok(page.answer(linked.map(|basket| {
            json!({
                "basket_id": basket.basket_id,
                "inpost_basket_id": basket.inpost_basket_id,
                "basket": basket.document,
            })
        })))
    })
}
