//! Hot products: what a merchant offers in the app itself. Contract, section 2.
//!
//! The contract names the calls and their errors; the shape is that of the vendor's own plugins.

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::state::{HotProduct, Merchant, State};
use super::{amount, deep_link, page, shape, shapes};
use crate::world::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as FromWorld};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Hot products that a merchant can have.
const MOST: usize = 20;

/// `POST /v1/izi/products`: all of them, or none.
pub(crate) async fn add(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let wish = shape::read(&body, &shapes::HOT_PRODUCTS)?;
    let products = wish
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let new = products
        .map(|document| {
            let id = document.get("product_id").and_then(Value::as_str);
            let id = id.ok_or_else(|| ApiError::malformed("content[].product_id is missing"))?;
            Ok(HotProduct {
                merchant: merchant.client_id.clone(),
                product_id: id.to_owned(),
                document: document.clone(),
            })
        })
        .collect::<Result<Vec<_>, ApiError>>()?;
    world.change(|state, _| take(&mut state.inpost, &merchant, new))
}

fn take(state: &mut State, merchant: &Merchant, new: Vec<HotProduct>) -> Result<Json<Value>, ApiError> {
    let mut known: Vec<&str> = own(state, merchant).map(|one| one.product_id.as_str()).collect();
    for product in &new {
        if known.contains(&product.product_id.as_str()) {
            let message = "a hot product with this product_id is there already: PUT changes it";
            return Err(ApiError::new(Code::ProductExists, message));
        }
        known.push(&product.product_id);
    }
    if known.len() > MOST {
        let message = format!("a merchant has at most {MOST} hot products: delete some first");
        return Err(ApiError::new(Code::MaxLimitProducts, message));
    }
    let content: Vec<Value> = new
        .iter()
        .map(|product| {
            let link = deep_link::product(&product.product_id, &merchant.pos_id);
            json!({ "product_id": product.product_id, "qr_code": link, "deep_link": link })
        })
        .collect();
    state.hot_products.extend(new);
    Ok(Json(json!({ "content": content })))
}

/// `GET /v1/izi/products`, all or those that `product_id` names, once or more often.
pub(crate) async fn list(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let page = page::Page::read(&page::Wish::of(&pairs))?;
    let wished: Vec<&str> = pairs
        .iter()
        .filter(|(name, _)| matches!(name.as_ref(), "product_id" | "product_id[]"))
        .map(|(_, id)| id.as_ref())
        .collect();
    world.look(|state, now| {
        let found = own(&state.inpost, &merchant)
            .filter(|one| wished.is_empty() || wished.contains(&one.product_id.as_str()));
        Ok(page.answer(found.map(|one| describe(one, &merchant, now))))
    })
}

/// `PUT /v1/izi/product/{product_id}`.
pub(crate) async fn change(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(product_id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let mut document = shape::read(&body, &shapes::HOT_PRODUCT)?;
    if let Some(members) = document.as_object_mut() {
        members.insert("product_id".to_owned(), product_id.clone().into());
    }
    world.change(|state, now| {
        let product = own_mut(&mut state.inpost, &merchant, &product_id).ok_or_else(unknown)?;
        product.document = document;
        Ok(Json(describe(product, &merchant, now)))
    })
}

/// `DELETE /v1/izi/product/{product_id}`.
pub(crate) async fn remove(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(product_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    world.change(|state, _| {
        own_mut(&mut state.inpost, &merchant, &product_id).ok_or_else(unknown)?;
        let is_it = |one: &HotProduct| one.merchant == merchant.client_id && one.product_id == product_id;
        state.inpost.hot_products.retain(|one| !is_it(one));
        Ok(Json(json!({})))
    })
}

fn unknown() -> ApiError {
    ApiError::new(
        Code::ProductNotFound,
        "there is no hot product with this product_id",
    )
}

fn own<'a>(state: &'a State, merchant: &'a Merchant) -> impl Iterator<Item = &'a HotProduct> {
    let products = state.hot_products.iter();
    products.filter(|one| one.merchant == merchant.client_id)
}

fn own_mut<'a>(state: &'a mut State, merchant: &Merchant, product_id: &str) -> Option<&'a mut HotProduct> {
    let mut products = state.hot_products.iter_mut();
    products.find(|one| one.merchant == merchant.client_id && one.product_id == product_id)
}

/// Whether the app offers it now: within its days, and in stock.
pub(crate) fn is_offered(product: &HotProduct, now: Timestamp) -> bool {
    let at = |pointer| product.document.pointer(pointer).and_then(shape::time);
    let begun = at("/product_availability/start_date").is_none_or(|start| now >= start);
    let over = at("/product_availability/end_date").is_some_and(|end| now >= end);
    let left = product
        .document
        .pointer("/quantity/available_quantity")
        .and_then(amount::thousandths);
    begun && !over && left != Some(0)
}

fn describe(product: &HotProduct, merchant: &Merchant, now: Timestamp) -> Value {
    let link = deep_link::product(&product.product_id, &merchant.pos_id);
    let status = if is_offered(product, now) {
        "ACTIVE"
    } else {
        "INACTIVE"
    };
    let mut document = product.document.clone();
    if let Some(members) = document.as_object_mut() {
        members.insert("status".to_owned(), status.into());
        members.insert("qr_code".to_owned(), link.clone().into());
        members.insert("deep_link".to_owned(), link.into());
    }
    document
}
