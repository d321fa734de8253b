//! Ordering: read the basket, compare, create the order at the merchant, pay, tell the merchant. Contract, flow I.

use super::change::{claim, release};
use super::order_request::{self, Draft, OrderWish};
use super::pay;
use super::{no_answer, no_basket, refused, wrong_answer};
use crate::inpost::compare;
use crate::inpost::merchant;
use crate::inpost::state::{Basket, Link, Merchant, Order, Payment};
use crate::inpost::{shape, shapes};
use crate::number::Number;
use crate::problem::Problem;
use crate::world::{Shared, World};
use http::StatusCode;
use serde_json::Value;

/// Reads what the customer chose.
pub(crate) fn read_wish(body: &[u8]) -> Result<OrderWish, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let form = "{payment_type, blik_code?, delivery?, consents?, invoice_details?, order_comments?}";
        Problem::unreadable(format!("An order is {form}: {error}."))
    })
}

/// Orders and pays. An order that exists already but is not paid is paid now.
pub(crate) async fn order(
    world: &Shared,
    number: &Number,
    inpost_basket_id: &str,
    wish: &OrderWish,
) -> Result<Value, Problem> {
    let earlier = world.look(|state, _| {
        let mut orders = state.inpost.orders.iter();
        orders
            .find(|o| o.inpost_basket_id == inpost_basket_id && &o.number == number)
            .map(|o| o.order_id.clone())
    });
    if let Some(order_id) = earlier {
        return pay::again(
            world,
            number,
            &order_id,
            Some(&wish.payment_type),
            wish.blik_code.as_deref(),
        )
        .await;
    }
    let (basket, merchant) = claim(world, number, inpost_basket_id)?;
    let outcome = create(world, number, &basket, &merchant, wish).await;
    match outcome {
        Ok(order_id) => {
            release(world, inpost_basket_id, None);
            pay::settle(world, number, &order_id, wish.blik_code.as_deref()).await
        }
        Err((problem, newer)) => {
            release(world, inpost_basket_id, newer);
            Err(problem)
        }
    }
}

/// A refusal, with the merchant's newer basket where it is known.
type Stopped = (Problem, Option<Value>);

async fn create(
    world: &World,
    number: &Number,
    basket: &Basket,
    merchant: &Merchant,
    wish: &OrderWish,
) -> Result<String, Stopped> {
    let given = world.look(|state, _| {
        let document = basket.document.as_ref();
        state.inpost.given(&basket.merchant, number, document)
    });
    let draft = order_request::draft(number, basket, wish, &given).map_err(|problem| (problem, None))?;
    let theirs = read_basket(world, merchant, &basket.basket_id)
        .await
        .map_err(|problem| (problem, None))?;
    let ours = basket.document.as_ref().unwrap_or(&Value::Null);
    if let Some(what) = compare::difference(ours, &theirs) {
        let detail = format!("The shop has changed {what}. Look at the basket again, then order.");
        let problem = Problem::new(StatusCode::CONFLICT, "basket-changed", detail);
        return Err((problem, Some(theirs)));
    }
    let nothing_paid = "Nothing was paid: try again.";
    let answer = merchant::ask(world, merchant, merchant::CREATE_ORDER, "", Some(&draft.body))
        .await
        .map_err(|failure| (no_answer(failure, nothing_paid), None))?;
    if !answer.is_success() {
        // The next basket carries the shop's notice about the refusal.
        let newer = read_basket(world, merchant, &basket.basket_id).await.ok();
        return Err((
            refused(
                &answer,
                "order-refused",
                "The shop did not accept the order. Nothing was paid.",
            ),
            newer,
        ));
    }
    let made = answer.json();
    let problem = |what: &str| (wrong_answer(what, nothing_paid), None);
    shape::check(&made, &shapes::ORDER).map_err(|error| problem(&error.message))?;
    let of = |name: &str| {
        made.get("order_details")
            .and_then(|details| details.get(name))
            .and_then(Value::as_str)
    };
    if of("basket_id") != Some(&basket.basket_id) {
        return Err(problem("order_details.basket_id is of another basket"));
    }
    let order_id = of("order_id").unwrap_or_default().to_owned();
    let status = of("order_merchant_status_description")
        .unwrap_or_default()
        .to_owned();
    remember(
        world,
        number,
        basket,
        wish,
        &draft,
        (order_id.clone(), status, made),
    );
    Ok(order_id)
}

fn remember(
    world: &World,
    number: &Number,
    basket: &Basket,
    wish: &OrderWish,
    draft: &Draft,
    (order_id, merchant_status, answer): (String, String, Value),
) {
    world.change(|state, now| {
        if let Some(basket) = state.inpost.baskets.get_mut(&basket.inpost_basket_id) {
            basket.link = Link::Ordered;
            basket.changed = now;
            basket.feed.tell("orderCreated");
        }
        let document = basket.document.as_ref().unwrap_or(&Value::Null);
        state
            .inpost
            .remember_consents(&basket.merchant, number, document, &draft.body);
        state.inpost.orders.push(Order {
            merchant: basket.merchant.clone(),
            order_id,
            inpost_basket_id: basket.inpost_basket_id.clone(),
            number: number.clone(),
            request: draft.body.clone(),
            answer,
            payment_type: wish.payment_type.clone(),
            total_minor: draft.total.gross,
            payment: Payment::Due { refusal: None },
            order_status: None,
            merchant_status,
            delivery_references: Vec::new(),
            made: now,
            busy: false,
            events: Vec::new(),
        });
    });
}

/// The merchant's basket, as InPost reads it before every order.
async fn read_basket(world: &World, merchant: &Merchant, basket_id: &str) -> Result<Value, Problem> {
    let nothing = "Nothing was ordered: try again.";
    let answer = merchant::ask(world, merchant, merchant::READ_BASKET, basket_id, None)
        .await
        .map_err(|failure| no_answer(failure, nothing))?;
    if answer.status == 404 {
        return Err(Problem::new(
            no_basket().status,
            "shop-lost-basket",
            "The shop no longer knows this basket.",
        ));
    }
    if !answer.is_success() {
        return Err(refused(
            &answer,
            "shop-refused",
            "The shop did not give the basket. Nothing was ordered.",
        ));
    }
    let document = answer.json();
    shape::check(&document, &shapes::BASKET).map_err(|error| wrong_answer(&error.message, nothing))?;
    Ok(document)
}
