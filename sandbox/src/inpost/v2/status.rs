//! How a basket stands, and what its button says.

use super::{behind, content};
use crate::assets::language;
use crate::inpost::amount;
use crate::inpost::error::{ApiError, Code};
use crate::inpost::state::{Basket, State};
use crate::world::Shared;
use axum::Json;
use axum::extract::{Query, State as FromWorld};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    merchant_client_id: Option<String>,
    basket_binding_api_key: Option<String>,
    browser_id: Option<String>,
}

/// `GET /v1/inpostpay/widget`.
pub(super) async fn read(
    FromWorld(world): FromWorld<Shared>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let language = language(&headers);
    world.look(|state, now| {
        let state = &state.inpost;
        let merchant = asked
            .merchant_client_id
            .filter(|id| state.merchants.contains_key(id))
            .ok_or_else(|| {
                ApiError::new(Code::NotFound, "there is no merchant with this merchantClientId")
            })?;
        let basket = match &asked.basket_binding_api_key {
            None => None,
            Some(key) => {
                let (owner, basket_id) = behind(state, key)?;
                if owner != merchant {
                    return Err(ApiError::new(
                        Code::BasketNotFound,
                        "the key is of another merchant",
                    ));
                }
                state.basket(&merchant, &basket_id)
            }
        };
        let mut answer = content::status(language);
        if let Some(members) = answer.as_object_mut() {
            members.extend(standing(state, basket, now));
            if let Some(id) = &asked.browser_id {
                let unknown = state.browser(&merchant, id).is_none();
                members.insert("invalidBrowserId".to_owned(), unknown.into());
            }
        }
        Ok(Json(answer))
    })
}

/// What differs from basket to basket.
fn standing(state: &State, basket: Option<&Basket>, now: Timestamp) -> serde_json::Map<String, Value> {
    let mut members = serde_json::Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("enabled", true.into());
    set("bindingState", "UNBOUND".into());
    set("productCount", 0.into());
    let Some(basket) = basket else { return members };
    if let Some(number) = basket.owner(now) {
        set("bindingState", "BOUND".into());
        set("productCount", pieces(basket).into());
        set("basketId", basket.inpost_basket_id.clone().into());
        set("maskedPhone", number.masked().into());
        if let Some(browser_id) = &basket.browser_id
            && state.browsers.contains_key(browser_id)
        {
            set("browserId", browser_id.clone().into());
        }
    } else if let Some(pending) = basket.pending(now)
        && let Some(number) = &pending.number
    {
        set("bindingState", "PENDING".into());
        set("bindingId", pending.id.clone().into());
        set("maskedPhone", number.masked().into());
    }
    members
}

/// How many pieces are in a basket; what is weighed is one.
fn pieces(basket: &Basket) -> i64 {
    let products = basket
        .document
        .as_ref()
        .and_then(|document| document.get("products"));
    let products = products.and_then(Value::as_array).into_iter().flatten();
    products
        .map(|product| {
            let of = |pointer| product.pointer(pointer);
            match of("/quantity/quantity_type").and_then(Value::as_str) {
                Some("INTEGER") => of("/quantity/quantity")
                    .and_then(amount::thousandths)
                    .map_or(1, |thousandths| thousandths / 1000),
                _ => 1,
            }
        })
        .sum()
}
