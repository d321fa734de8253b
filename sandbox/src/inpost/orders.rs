//! Orders as the merchant sees them: status news and the back office's list.

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::state::{Order, Payment};
use super::{page, shape, shapes};
use crate::world::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromWorld};
use http::StatusCode;
use serde_json::{Value, json};

/// Events remembered for an order, to take each once.
const MOST_EVENTS: usize = 200;

/// `POST /v1/izi/order/{order_id}/event`. Answers 201, as the real one does, whatever its documents say.
pub(crate) async fn event(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(order_id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let event = shape::read(&body, &shapes::ORDER_EVENT)?;
    world.change(|state, _| {
        let order = state
            .inpost
            .order_mut(&merchant.client_id, &order_id)
            .ok_or_else(|| ApiError::new(Code::OrderNotFound, "there is no order with this id"))?;
        take(order, &event)?;
        Ok(StatusCode::CREATED)
    })
}

fn take(order: &mut Order, event: &Value) -> Result<(), ApiError> {
    let id = event.get("event_id").and_then(Value::as_str).unwrap_or_default();
    if order.events.iter().any(|seen| seen == id) {
        return Ok(());
    }
    let data = event.get("event_data").unwrap_or(&Value::Null);
    if let Some(status) = data.get("order_status").and_then(Value::as_str) {
        let final_already = order.order_status.as_deref().is_some_and(is_final);
        if final_already && order.order_status.as_deref() != Some(status) {
            let message = "the order is completed or rejected already: its status no longer changes";
            return Err(ApiError::new(Code::StatusOrderError, message));
        }
        if status == "ORDER_COMPLETED" && !matches!(order.payment, Payment::Due { .. }) {
            let message =
                "ORDER_COMPLETED is for an unpaid order that was finished in the shop; this one is paid";
            return Err(ApiError::new(Code::StatusOrderError, message));
        }
        order.order_status = Some(status.to_owned());
    }
    if let Some(description) = data
        .get("order_merchant_status_description")
        .and_then(Value::as_str)
    {
        description.clone_into(&mut order.merchant_status);
    }
    if let Some(references) = references(data) {
        order.delivery_references = references;
    }
    if let (Some(Value::Object(newer)), Some(Value::Object(delivery))) =
        (data.get("delivery"), order.answer.get_mut("delivery"))
    {
        delivery.extend(newer.clone());
    }
    if order.events.len() >= MOST_EVENTS {
        order.events.remove(0);
    }
    order.events.push(id.to_owned());
    Ok(())
}

/// `delivery_references_list`, where it is given.
pub(crate) fn references(data: &Value) -> Option<Vec<String>> {
    let list = data.get("delivery_references_list")?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Whether an order with this status is over.
pub(crate) fn is_final(status: &str) -> bool {
    matches!(status, "ORDER_COMPLETED" | "ORDER_REJECTED")
}

/// `GET /v1/izi/orders`.
pub(crate) async fn list(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Query(query): Query<page::Wish>,
) -> Result<Json<Value>, ApiError> {
    let page = page::Page::read(&query)?;
    world.look(|state, _| {
        let orders = state
            .inpost
            .orders
            .iter()
            .filter(|order| order.merchant == merchant.client_id);
        Ok(page.answer(orders.map(|order| order.answer.clone())))
    })
}

/// The word for how far the payment is, as transactions and the phone write it.
pub(crate) fn payment_status(payment: &Payment) -> &'static str {
    match payment {
        Payment::Due { .. } => "PENDING",
        Payment::Authorized { .. } => "AUTHORIZED",
        Payment::OnDelivery => "ON_DELIVERY",
    }
}

/// `GET /v1/izi/payment-methods`.
pub(crate) async fn payment_methods(Caller(_): Caller) -> Json<Value> {
    Json(json!({ "payment_type": PAYMENT_TYPES }))
}

/// What the emulated app can pay with.
const PAYMENT_TYPES: &[&str] = &[
    "CARD",
    "CARD_TOKEN",
    "GOOGLE_PAY",
    "APPLE_PAY",
    "BLIK_CODE",
    "BLIK_TOKEN",
    "PAY_BY_LINK",
    "SHOPPING_LIMIT",
    "DEFERRED_PAYMENT",
    "CASH_ON_DELIVERY",
];
