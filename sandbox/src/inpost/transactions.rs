//! Payments and refunds, as the back office handles them. Contract, section 8.

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::keys::hex;
use super::state::{Merchant, Refund, RefundFate, State, Transaction};
use super::{amount, page, shape, shapes, special};
use crate::world::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as FromWorld};
use http::HeaderMap;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(crate) struct OrderQuery {
    order_id: Option<String>,
}

/// `GET /v1/izi/transaction`, all or those of the order that `order_id` names.
pub(crate) async fn list(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Query(query): Query<page::Wish>,
    Query(of): Query<OrderQuery>,
) -> Result<Json<Value>, ApiError> {
    let page = page::Page::read(&query)?;
    world.look(|state, now| {
        let own = state
            .inpost
            .transactions
            .iter()
            .filter(|one| one.merchant == merchant.client_id)
            .filter(|one| of.order_id.as_ref().is_none_or(|id| &one.order_id == id));
        Ok(page.answer(own.map(|one| describe(one, now))))
    })
}

/// `POST /v1/izi/transaction/{id}/refund`, signed with the merchant's secret.
pub(crate) async fn refund(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(transaction_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let wish = shape::read(&body, &shapes::REFUND)?;
    let command_id = headers
        .get("x-command-id")
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.trim().is_empty())
        .ok_or_else(|| ApiError::bad_request("the header X-Command-ID is missing"))?;
    if wish.get("signature").and_then(Value::as_str)
        != Some(&signature(&merchant, command_id, &transaction_id, &wish))
    {
        return Err(ApiError::bad_request(
            "signature is wrong: check its parts, their order and the merchant secret",
        ));
    }
    world.change(|state, now| {
        give_back(
            &mut state.inpost,
            &merchant,
            &transaction_id,
            command_id,
            &wish,
            now,
        )
    })
}

fn signature(merchant: &Merchant, command_id: &str, transaction_id: &str, wish: &Value) -> String {
    let additional = wish
        .pointer("/additional_business_data/additional_data")
        .map(as_written)
        .unwrap_or_default();
    let part = |name| wish.get(name).map(as_written).unwrap_or_default();
    let text = format!(
        "{command_id}{transaction_id}{additional}{}{}{}",
        part("external_refund_id"),
        part("refund_amount"),
        merchant.merchant_secret.expose_secret(),
    );
    format!(
        "SHA-512_{}",
        hex(ring::digest::digest(&ring::digest::SHA512, text.as_bytes()).as_ref())
    )
}

/// A text without its quotes, a number as it stands.
fn as_written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn give_back(
    state: &mut State,
    merchant: &Merchant,
    transaction_id: &str,
    command_id: &str,
    wish: &Value,
    now: Timestamp,
) -> Result<Json<Value>, ApiError> {
    let transaction = state
        .transactions
        .iter_mut()
        .find(|one| one.merchant == merchant.client_id && one.transaction_id == transaction_id)
        .ok_or_else(|| ApiError::new(Code::NotFound, "there is no transaction with this id"))?;
    let external_refund_id = wish.get("external_refund_id").map(as_written).unwrap_or_default();
    let amount_minor = wish.get("refund_amount").and_then(amount::minor).unwrap_or(0);
    let same =
        |refund: &&Refund| refund.command_id == command_id || refund.external_refund_id == external_refund_id;
    if let Some(before) = transaction.refunds.iter().find(same) {
        if before.amount_minor != amount_minor || before.external_refund_id != external_refund_id {
            return Err(ApiError::bad_request(
                "another refund was made under this X-Command-ID or external_refund_id",
            ));
        }
        return Ok(Json(refund_answer(before, now)));
    }
    let left = transaction.amount_minor.saturating_sub(promised(transaction));
    if amount_minor == 0 || amount_minor > left {
        return Err(ApiError::bad_request(format!(
            "refund_amount must be above 0.00 and at most {}",
            amount::text(left)
        )));
    }
    let refund = Refund {
        external_refund_id,
        command_id: command_id.to_owned(),
        amount_minor,
        at: now,
        fate: special::refund(amount_minor),
    };
    let answer = refund_answer(&refund, now);
    transaction.refunds.push(refund);
    Ok(Json(answer))
}

/// What is paid back or is to be.
fn promised(transaction: &Transaction) -> i64 {
    let refunds = transaction.refunds.iter();
    let kept = refunds.filter(|refund| refund.fate != RefundFate::Failed);
    kept.map(|refund| refund.amount_minor).sum()
}

/// What is paid back.
pub(crate) fn refunded(transaction: &Transaction, now: Timestamp) -> i64 {
    let refunds = transaction.refunds.iter();
    let done = refunds.filter(|refund| refund.status(now) == "SUCCESS");
    done.map(|refund| refund.amount_minor).sum()
}

pub(crate) fn refund_answer(refund: &Refund, now: Timestamp) -> Value {
    let description = match refund.fate {
        RefundFate::Paid => "the money is on its way",
        RefundFate::Slow => "the bank takes a minute",
        RefundFate::Failed => "the bank refuses: ask for it again under another id",
    };
    json!({
        "external_refund_id": refund.external_refund_id,
        "refund_amount": amount::text(refund.amount_minor),
        "status": refund.status(now),
        "description": description,
    })
}

fn describe(transaction: &Transaction, now: Timestamp) -> Value {
    let status = match refunded(transaction, now) {
        0 => "AUTHORIZED",
        all if all >= transaction.amount_minor => "REFUNDED",
        _ => "PARTIALLY_REFUNDED",
    };
    let refunds = transaction.refunds.iter();
    json!({
        "transaction_id": transaction.transaction_id,
        "order_id": transaction.order_id,
        "amount": amount::text(transaction.amount_minor),
        "currency": "PLN",
        "status": status,
        "created_date": format!("{:.6}", transaction.at),
        "refunds": refunds.map(|refund| refund_answer(refund, now)).collect::<Vec<_>>(),
    })
}
