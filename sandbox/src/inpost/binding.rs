//! Linking: the check, the start, the end, and the trusted browser. Contract, section 2.

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::special::{self, Fate};
use super::state::{Basket, Link, Merchant, Notice, Pending, State, later};
use super::{deep_link, shape, shapes, spam};
use crate::number::Number;
use crate::people;
use crate::world::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromWorld};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// A binding that nobody answers lapses after ten minutes.
const PENDING_LIFE_S: i64 = 600;
/// A repeated start within this time is a repeated request, not a second push: the answer to the first may be lost.
const REPEAT_S: i64 = 30;

#[derive(Deserialize)]
pub(crate) struct BrowserQuery {
    browser_id: Option<String>,
}

/// `GET /v1/izi/basket/{basket_id}/binding`.
pub(crate) async fn read(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
    Query(query): Query<BrowserQuery>,
) -> Result<Json<Value>, ApiError> {
    world.look(|state, now| {
        let basket = state.inpost.basket(&merchant.client_id, &basket_id);
        if let Some(basket) = basket {
            refuse_if_over(basket, now)?;
        }
        let owner = basket.and_then(|basket| basket.owner(now));
        let browser = query
            .browser_id
            .as_deref()
            .and_then(|id| state.inpost.browser(&merchant.client_id, id));
        let mut answer = json!({ "basket_linked": owner.is_some(), "browser_trusted": browser.is_some() });
        if let (Some(answer), Some(number)) = (answer.as_object_mut(), owner.or(browser)) {
            answer.insert("client_details".to_owned(), client_details(number));
        }
        if let (Some(answer), Some(_), Some(basket)) = (answer.as_object_mut(), owner, basket) {
            answer.insert(
                "inpost_basket_id".to_owned(),
                basket.inpost_basket_id.clone().into(),
            );
        }
        Ok(Json(answer))
    })
}

/// `POST /v1/izi/basket/{basket_id}/binding`.
pub(crate) async fn start(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let wish = Wish::read(&body)?;
    if let Some(number) = &wish.number {
        let fate = special::fate(number);
        if let Some(refusal) = fate.refusal() {
            return Err(refusal);
        }
        if let Fate::Slow(time) = fate {
            tokio::time::sleep(time).await;
        }
    }
    let ids = (world.id(), world.id());
    let inpost_basket_id =
        world.change(|state, now| begin(&mut state.inpost, now, &merchant, &basket_id, &wish, ids))?;
    if wish.number.is_some() {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    let link = deep_link::plain(&inpost_basket_id);
    let hms = deep_link::huawei(&inpost_basket_id);
    let answer = json!({ "qr_code": link, "deep_link": link, "deep_link_hms": hms });
    Ok(Json(answer).into_response())
}

/// What the start of a binding asks for.
pub(super) struct Wish {
    /// The number to push to; none for a deep link.
    pub(super) number: Option<Number>,
    pub(super) place: String,
    pub(super) browser: String,
}

impl Wish {
    fn read(body: &[u8]) -> Result<Self, ApiError> {
        let value = shape::read(body, &shapes::BINDING)?;
        let text = |pointer: &str| {
            value
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let by_phone = text("/binding_method") == "PHONE";
        if by_phone && value.get("phone_number").is_none_or(Value::is_null) {
            return Err(ApiError::malformed(
                "phone_number is missing: the method PHONE needs it",
            ));
        }
        let number = match by_phone {
            false => None,
            true => {
                let parsed = Number::from_parts(
                    &text("/phone_number/country_prefix"),
                    &text("/phone_number/phone"),
                );
                Some(parsed.ok_or_else(|| {
                    ApiError::bad_request(
                        "phone_number is not a phone number: country_prefix like \"+48\", phone digits only",
                    )
                })?)
            }
        };
        Ok(Wish {
            number,
            place: text("/binding_place"),
            browser: text("/browser/description"),
        })
    }
}

/// Begins a binding; the basket's `inpost_basket_id`.
pub(super) fn begin(
    state: &mut State,
    now: Timestamp,
    merchant: &Merchant,
    basket_id: &str,
    wish: &Wish,
    (binding, inpost_basket_id): (String, String),
) -> Result<String, ApiError> {
    let known = state.basket(&merchant.client_id, basket_id);
    if let Some(basket) = known {
        refuse_if_over(basket, now)?;
        if basket.owner(now).is_some() {
            let message = "the basket is linked already: read its binding";
            return Err(ApiError::new(Code::BasketIsBinded, message));
        }
    }
    let inpost_basket_id = known.map_or(inpost_basket_id, |basket| basket.inpost_basket_id.clone());
    // A code that is asked for again is the same code: whoever has scanned it goes on. A push takes the place of a code
    // that nobody has scanned.
    let kept = known
        .and_then(|basket| basket.pending(now))
        .filter(|pending| !pending.by_phone && (wish.number.is_none() || pending.number.is_none()))
        .cloned();
    if let Some(number) = &wish.number {
        if let Some(pending) = known.and_then(|basket| basket.pending(now))
            && pending.number.as_ref() == Some(number)
        {
            if now < later(pending.since, REPEAT_S) {
                return Ok(inpost_basket_id);
            }
            let message = "a push for this basket is still waiting on this number";
            return Err(ApiError::new(Code::PhoneBindingMethodUnavailable, message));
        }
        spam::allow(state, number, now)?;
    }
    let pending = Pending {
        id: binding,
        number: wish.number.clone(),
        by_phone: wish.number.is_some(),
        since: now,
        expires: later(now, PENDING_LIFE_S),
        place: wish.place.clone(),
        browser: wish.browser.clone(),
        answering: false,
        failed: false,
    };
    let pending = match kept {
        Some(before) => Pending {
            id: before.id,
            number: pending.number.or(before.number),
            answering: before.answering,
            ..pending
        },
        None => pending,
    };
    let basket = state
        .baskets
        .entry(inpost_basket_id.clone())
        .or_insert_with(|| Basket::new(&merchant.client_id, basket_id, &inpost_basket_id, now));
    basket.link = Link::Pending(pending);
    Ok(inpost_basket_id)
}

/// `PUT /v2/izi/basket/{basket_id}/binding`: a key with which the vendor's widget goes on by itself. The same basket
/// keeps its key, so that a repeated call starts nothing twice.
pub(crate) async fn start_v2(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let fresh = world.id();
    world.change(|state, now| {
        if let Some(basket) = state.inpost.basket(&merchant.client_id, &basket_id) {
            refuse_if_over(basket, now)?;
        }
        let whose = (merchant.client_id, basket_id);
        let keys = &mut state.inpost.binding_keys;
        let known = keys
            .iter()
            .find(|(_, basket)| **basket == whose)
            .map(|(key, _)| key.clone());
        let key = known.unwrap_or(fresh);
        keys.insert(key.clone(), whose);
        Ok(Json(json!({ "basket_binding_api_key": key })))
    })
}

#[derive(Deserialize)]
pub(crate) struct RealizedQuery {
    if_basket_realized: Option<String>,
}

/// `DELETE /v1/izi/basket/{basket_id}/binding`.
pub(crate) async fn end(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(basket_id): Path<String>,
    Query(query): Query<RealizedQuery>,
) -> Result<StatusCode, ApiError> {
    let realized = match query.if_basket_realized.as_deref() {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::bad_request("if_basket_realized must be true or false")),
    };
    let notice = world.id();
    world.change(|state, now| {
        let basket = state
            .inpost
            .basket_mut(&merchant.client_id, &basket_id)
            .ok_or_else(|| ApiError::new(Code::BasketNotFound, "there is no basket with this id"))?;
        refuse_if_over(basket, now)?;
        if basket.owner(now).is_none() && basket.pending(now).is_none() {
            return Err(ApiError::new(Code::BasketNotBound, "the basket is not linked"));
        }
        let owner = basket.owner(now).cloned();
        basket.link = if realized { Link::Realized } else { Link::Free };
        basket.feed.tell("basketDeleted");
        if let Some(number) = owner {
            let (code, text) = match realized {
                true => ("basket-bought", "A basket was bought in the shop itself."),
                false => ("basket-unlinked", "The shop has taken a basket out of the app."),
            };
            let shop = merchant.name.clone();
            state.inpost.tell(
                &number,
                Notice {
                    id: notice,
                    at: now,
                    code: code.to_owned(),
                    text: text.to_owned(),
                    shop,
                },
            );
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

/// `DELETE /v1/izi/browser/{browser_id}/binding`.
pub(crate) async fn forget_browser(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(browser_id): Path<String>,
) -> Result<StatusCode, ApiError> {
    world.change(|state, _| {
        if state.inpost.browser(&merchant.client_id, &browser_id).is_none() {
            return Err(ApiError::new(
                Code::BrowserNotFound,
                "there is no trusted browser with this id",
            ));
        }
        state.inpost.browsers.remove(&browser_id);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// A basket that has left the app for good: by time, by an order, or because the shop sold it. One that was unlinked or
/// deleted has not: the app holds nothing of it, and it can be linked anew.
pub(crate) fn refuse_if_over(basket: &Basket, now: Timestamp) -> Result<(), ApiError> {
    let over = |message: &str| Err(ApiError::new(Code::BasketExpired, message));
    match basket.link {
        Link::Ordered => over("an order was made of this basket: begin a new one"),
        Link::Realized => over("this basket was bought in the shop: begin a new one"),
        Link::Linked { .. } if basket.is_expired(now) => {
            over("the basket's expiry date has passed: begin a new one")
        }
        _ => Ok(()),
    }
}

/// `client_details` of the contract.
fn client_details(number: &Number) -> Value {
    let person = people::person(number);
    let (country_prefix, phone) = number.parts();
    json!({
        "phone_number": { "country_prefix": country_prefix, "phone": phone },
        "masked_phone_number": number.masked(),
        "name": person.name,
        "surname": person.surname,
    })
}
