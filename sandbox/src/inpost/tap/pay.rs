//! Paying: the payment itself, paying again, and asking the merchant how an order stands. Contract, sections 6, 7.

use super::{busy, no_answer, refused, wrong_answer};
use crate::inpost::deliver::{self, News};
use crate::inpost::merchant;
use crate::inpost::orders::{self, payment_status};
use crate::inpost::special;
use crate::inpost::state::{Merchant, Order, Payment, State, Transaction};
use crate::inpost::{amount, shape, shapes};
use crate::number::Number;
use crate::problem::Problem;
use crate::world::{Shared, World};
use http::StatusCode;
use serde_json::{Value, json};

fn no_order() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no-order",
        "There is no such order in this app.",
    )
}

fn own<'a>(state: &'a mut State, number: &Number, order_id: &str) -> Result<&'a mut Order, Problem> {
    let mut orders = state.orders.iter_mut();
    orders
        .find(|order| order.order_id == order_id && &order.number == number)
        .ok_or_else(no_order)
}

/// Keeps the order for one payment at a time.
fn claim(world: &World, number: &Number, order_id: &str) -> Result<(Order, Merchant), Problem> {
    world.change(|state, _| {
        let order = own(&mut state.inpost, number, order_id)?;
        if order.busy {
            return Err(busy());
        }
        if !matches!(order.payment, Payment::Due { .. }) {
            let detail = "This order is paid, or is paid on delivery: there is nothing to pay here.";
            return Err(
                Problem::new(StatusCode::CONFLICT, "already-ordered", detail).with("order_id", order_id)
            );
        }
        if order.order_status.as_deref().is_some_and(orders::is_final) {
            let detail = "The shop has closed this order: it is not to be paid here any more.";
            return Err(Problem::new(StatusCode::CONFLICT, "order-over", detail).with("order_id", order_id));
        }
        order.busy = true;
        let order = order.clone();
        let merchant = state
            .inpost
            .merchants
            .get(&order.merchant)
            .cloned()
            .ok_or_else(no_order)?;
        Ok((order, merchant))
    })
}

/// Pays an order that was just made.
pub(crate) async fn settle(
    world: &Shared,
    number: &Number,
    order_id: &str,
    blik_code: Option<&str>,
) -> Result<Value, Problem> {
    let (order, _) = claim(world, number, order_id)?;
    charge(world, number, &order, blik_code).await
}

/// Pays an order whose payment failed: creates the same order once more, which the merchant answers with the first.
pub(crate) async fn again(
    world: &Shared,
    number: &Number,
    order_id: &str,
    payment_type: Option<&str>,
    blik_code: Option<&str>,
) -> Result<Value, Problem> {
    let (mut order, merchant) = claim(world, number, order_id)?;
    if let Some(payment_type) = payment_type {
        payment_type.clone_into(&mut order.payment_type);
        if let Some(of_request) = order.request.pointer_mut("/order_details/payment_type") {
            *of_request = payment_type.into();
        }
    }
    match create_again(world, &merchant, &order).await {
        Ok(answer) => {
            world.change(|state, _| {
                if let Ok(kept) = own(&mut state.inpost, number, order_id) {
                    kept.payment_type.clone_from(&order.payment_type);
                    kept.request.clone_from(&order.request);
                    kept.answer = answer;
                }
            });
            charge(world, number, &order, blik_code).await
        }
        Err(problem) => {
            release(world, number, order_id);
            Err(problem)
        }
    }
}

async fn create_again(world: &World, merchant: &Merchant, order: &Order) -> Result<Value, Problem> {
    let nothing_paid = "Nothing was paid: try again.";
    let answer = merchant::ask(world, merchant, merchant::CREATE_ORDER, "", Some(&order.request))
        .await
        .map_err(|failure| no_answer(failure, nothing_paid))?;
    if !answer.is_success() {
        let meanwhile = "The shop did not accept the order like this. Nothing was paid.";
        return Err(refused(&answer, "order-refused", meanwhile).with("order_id", order.order_id.as_str()));
    }
    let made = answer.json();
    shape::check(&made, &shapes::ORDER).map_err(|error| wrong_answer(&error.message, nothing_paid))?;
    if made.pointer("/order_details/order_id").and_then(Value::as_str) != Some(&order.order_id) {
        return Err(wrong_answer(
            "a repeated order got another order_id",
            nothing_paid,
        ));
    }
    Ok(made)
}

fn release(world: &World, number: &Number, order_id: &str) {
    world.change(|state, _| {
        if let Ok(order) = own(&mut state.inpost, number, order_id) {
            order.busy = false;
        }
    });
}

/// Takes the money, or says why not.
async fn charge(
    world: &Shared,
    number: &Number,
    order: &Order,
    blik_code: Option<&str>,
) -> Result<Value, Problem> {
    let ids = (world.id(), world.id());
    let refusal = special::payment(&order.payment_type, blik_code);
    let on_delivery = order.payment_type == "CASH_ON_DELIVERY";
    let payment = match (refusal, on_delivery) {
        (Some(refusal), _) => Payment::Due {
            refusal: Some(refusal.code.to_owned()),
        },
        (None, true) => Payment::OnDelivery,
        (None, false) => Payment::Authorized {
            payment_id: ids.0.clone(),
            payment_reference: ids.1,
        },
    };
    world.change(|state, now| {
        let Ok(kept) = own(&mut state.inpost, number, &order.order_id) else {
            return;
        };
        kept.busy = false;
        kept.payment = payment.clone();
        if let Payment::Authorized { payment_id, .. } = &payment {
            state.inpost.transactions.push(Transaction {
                transaction_id: payment_id.clone(),
                merchant: order.merchant.clone(),
                order_id: order.order_id.clone(),
                amount_minor: order.total_minor,
                at: now,
                refunds: Vec::new(),
            });
        }
    });
    if let Some(refusal) = refusal {
        return Err(
            Problem::new(StatusCode::PAYMENT_REQUIRED, refusal.code, refusal.sentence)
                .with("order_id", order.order_id.as_str()),
        );
    }
    if let Payment::Authorized {
        payment_id,
        payment_reference,
    } = &payment
    {
        let data = json!({
            "payment_status": "AUTHORIZED",
            "payment_id": payment_id,
            "payment_reference": payment_reference,
            "payment_type": order.payment_type,
        });
        let body = event(world, number, &data);
        let news = News::Order {
            order_id: order.order_id.clone(),
            body,
        };
        deliver::tell(world, &order.merchant, news).await;
    }
    Ok(json!({
        "order_id": order.order_id,
        "customer_order_id": order.answer.pointer("/order_details/customer_order_id"),
        "payment_status": payment_status(&payment),
        "total": amount::text(order.total_minor),
    }))
}

fn event(world: &World, number: &Number, data: &Value) -> Value {
    let (country_prefix, phone) = number.parts();
    json!({
        "event_id": world.id(),
        "event_data_time": format!("{:.6}", world.time_outside()),
        "phone_number": { "country_prefix": country_prefix, "phone": phone },
        "event_data": data,
    })
}

/// Gives up an order that is not paid: the merchant hears that it is rejected.
pub(crate) async fn cancel(world: &Shared, number: &Number, order_id: &str) -> Result<Value, Problem> {
    let (order, merchant) = claim(world, number, order_id)?;
    world.change(|state, _| {
        if let Ok(kept) = own(&mut state.inpost, number, order_id) {
            kept.busy = false;
            kept.order_status = Some("ORDER_REJECTED".to_owned());
        }
    });
    let data = json!({ "order_status": "ORDER_REJECTED", "payment_type": order.payment_type });
    let body = event(world, number, &data);
    let told = deliver::tell(
        world,
        &merchant.client_id,
        News::Order {
            order_id: order.order_id,
            body,
        },
    )
    .await;
    Ok(json!({ "shop_told": told }))
}

/// Asks the merchant how an order stands.
pub(crate) async fn refresh(world: &Shared, number: &Number, order_id: &str) -> Result<Value, Problem> {
    let (id, merchant) = world.change(|state, _| {
        let order = own(&mut state.inpost, number, order_id)?.clone();
        let merchant = state
            .inpost
            .merchants
            .get(&order.merchant)
            .cloned()
            .ok_or_else(no_order)?;
        Ok::<_, Problem>((order.order_id, merchant))
    })?;
    let as_before = "The order is shown as it was.";
    let answer = merchant::ask(world, &merchant, merchant::READ_ORDER, &id, None)
        .await
        .map_err(|failure| no_answer(failure, as_before))?;
    if !answer.is_success() {
        return Err(refused(&answer, "shop-refused", as_before));
    }
    let document = answer.json();
    shape::check(&document, &shapes::ORDER).map_err(|error| wrong_answer(&error.message, as_before))?;
    world.change(|state, _| {
        let Ok(order) = own(&mut state.inpost, number, order_id) else {
            return;
        };
        let details = document.get("order_details").unwrap_or(&Value::Null);
        if let Some(status) = details
            .get("order_merchant_status_description")
            .and_then(Value::as_str)
        {
            status.clone_into(&mut order.merchant_status);
        }
        if let Some(references) = orders::references(details) {
            order.delivery_references = references;
        }
        order.answer = document;
    });
    Ok(json!({ "order_id": order_id }))
}
