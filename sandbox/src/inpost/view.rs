//! What the phone shows of InPost: requests, baskets, orders, notices.

use super::hot_products::is_offered;
use super::orders::payment_status;
use super::state::{Order, Payment, State};
use super::tap::bind::is_signed_out;
use super::transactions::{refund_answer, refunded};
use super::{amount, special};
use crate::number::Number;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The shop's name, as the app shows it.
fn shop(state: &State, merchant: &str) -> String {
    state
        .merchants
        .get(merchant)
        .map(|merchant| merchant.name.clone())
        .unwrap_or_default()
}

/// Requests that wait for an answer, newest first.
pub(crate) fn inbox(state: &State, number: &Number, now: Timestamp) -> Vec<Value> {
    let mut waiting: Vec<_> = state
        .baskets
        .values()
        .filter_map(|basket| Some((basket, basket.pending(now)?)))
        .filter(|(_, pending)| pending.number.as_ref() == Some(number))
        .collect();
    waiting.sort_by_key(|(_, pending)| std::cmp::Reverse(pending.since));
    let signed_in = !is_signed_out(state, number);
    waiting
        .into_iter()
        .map(|(basket, pending)| {
            let shop = shop(state, &basket.merchant);
            json!({
                "id": pending.id,
                "provider": "inpost",
                "kind": "link",
                "title": "Link your basket",
                "text": format!("{shop} asks to link a basket with your InPost Pay account. Is it you?"),
                "received_at": pending.since,
                "expires_at": pending.expires,
                "shop": shop,
                "browser": pending.browser,
                "binding_place": pending.place,
                "by_push": pending.by_phone,
                "sign_in_required": !signed_in,
                "inpost_basket_id": basket.inpost_basket_id,
                "answering": pending.answering,
                "failed": pending.failed,
            })
        })
        .collect()
}

/// Linked baskets, newest first.
pub(crate) fn baskets(state: &State, number: &Number, now: Timestamp) -> Vec<Value> {
    let mut own: Vec<_> = state
        .baskets
        .values()
        .filter(|basket| basket.owner(now) == Some(number))
        .collect();
    own.sort_by_key(|basket| std::cmp::Reverse(basket.changed));
    own.into_iter()
        .map(|basket| {
            json!({
                "inpost_basket_id": basket.inpost_basket_id,
                "basket_id": basket.basket_id,
                "provider": "inpost",
                "shop": shop(state, &basket.merchant),
                "basket": basket.document,
                "expires_at": basket.expires(),
                "changed_at": basket.changed,
                "busy": basket.busy,
                "consents_given": state.given(&basket.merchant, number, basket.document.as_ref()),
            })
        })
        .collect()
}

/// What merchants offer in the app itself, in the order in which they told it.
pub(crate) fn hot_products(state: &State, now: Timestamp) -> Vec<Value> {
    let offered = state.hot_products.iter().filter(|one| is_offered(one, now));
    offered
        .map(|one| {
            json!({
                "merchant": one.merchant,
                "shop": shop(state, &one.merchant),
                "product_id": one.product_id,
                "product": one.document,
            })
        })
        .collect()
}

/// Orders, newest first.
pub(crate) fn orders(state: &State, number: &Number, now: Timestamp) -> Vec<Value> {
    let own = state.orders.iter().rev().filter(|order| &order.number == number);
    own.map(|order| describe(state, order, now)).collect()
}

fn describe(state: &State, order: &Order, now: Timestamp) -> Value {
    let mut transactions = state.transactions.iter();
    let transaction =
        transactions.find(|one| one.merchant == order.merchant && one.order_id == order.order_id);
    let refunds = transaction.map_or(&[][..], |one| &one.refunds);
    let refusal = match &order.payment {
        Payment::Due { refusal } => refusal.as_deref(),
        _ => None,
    };
    json!({
        "order_id": order.order_id,
        "customer_order_id": order.answer.pointer("/order_details/customer_order_id"),
        "inpost_basket_id": order.inpost_basket_id,
        "provider": "inpost",
        "shop": shop(state, &order.merchant),
        "made_at": order.made,
        "payment_type": order.payment_type,
        "payment_status": payment_status(&order.payment),
        "payment_refusal": refusal,
        "order_status": order.order_status,
        "merchant_status": order.merchant_status,
        "delivery_references": order.delivery_references,
        "total": amount::text(order.total_minor),
        "currency": "PLN",
        "transaction_id": transaction.map(|one| &one.transaction_id),
        "refunded": amount::text(transaction.map_or(0, |one| refunded(one, now))),
        "refunds": refunds.iter().map(|refund| refund_answer(refund, now)).collect::<Vec<_>>(),
        "busy": order.busy,
        "order": order.answer,
    })
}

/// Notices, newest first.
pub(crate) fn notices(state: &State, number: &Number) -> Vec<Value> {
    let own = state.notices.get(number).into_iter().flatten().rev();
    own.map(|notice| json!(notice)).collect()
}

/// Trusted browsers of this person.
pub(crate) fn browsers(state: &State, number: &Number) -> Vec<Value> {
    let own = state
        .browsers
        .values()
        .filter(|browser| &browser.number == number);
    own.map(|browser| {
        json!({
            "shop": shop(state, &browser.merchant),
            "description": browser.description,
            "since": browser.since,
        })
    })
    .collect()
}

/// Numbers on which something has happened, for the list of phones to pick from.
pub(crate) fn numbers(state: &State, now: Timestamp) -> Vec<(Number, usize)> {
    let mut seen: std::collections::BTreeMap<&Number, Timestamp> = std::collections::BTreeMap::new();
    let mut note = |number, at: Timestamp| {
        let latest = seen.entry(number).or_insert(at);
        *latest = (*latest).max(at);
    };
    for basket in state.baskets.values() {
        if let Some(pending) = basket.pending(now)
            && let Some(number) = &pending.number
        {
            note(number, pending.since);
        }
        if let Some(number) = basket.owner(now) {
            note(number, basket.changed);
        }
    }
    for order in &state.orders {
        note(&order.number, order.made);
    }
    let mut latest: Vec<_> = seen.into_iter().collect();
    latest.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    latest
        .into_iter()
        .take(20)
        .map(|(number, _)| (number.clone(), inbox(state, number, now).len()))
        .collect()
}

/// Numbers that fail in a named way, for the list of phones to pick from.
pub(crate) fn special_numbers() -> Vec<Value> {
    special::NUMBERS
        .iter()
        .map(|(number, what)| json!({ "number": number, "what": what }))
        .collect()
}
