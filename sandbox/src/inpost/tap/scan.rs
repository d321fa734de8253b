//! Opening a link, or scanning a code. Contract, flow B.

use super::hot_product;
use crate::inpost::deep_link::{self, Target};
use crate::inpost::state::{Basket, Link, State};
use crate::number::Number;
use crate::problem::Problem;
use crate::world::Shared;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

fn unknown() -> Problem {
    let detail = "This link or code is of no basket that waits to be linked. Ask the shop for a new one.";
    Problem::new(StatusCode::NOT_FOUND, "link-unknown", detail)
}

/// Opens a link, or the text of a code: the request appears on this phone, or a basket begins with a hot product.
pub(crate) async fn scan(world: &Shared, number: &Number, link: &str) -> Result<Value, Problem> {
    match deep_link::read(link).ok_or_else(unknown)? {
        Target::Basket(id) => world.change(|state, now| open(state.inpost.baskets.get_mut(&id), number, now)),
        Target::Binding(id) => {
            world.change(|state, now| open(waiting_for(&mut state.inpost, &id), number, now))
        }
        Target::Product { product_id, pos_id } => {
            let merchant = world.look(|state, _| {
                let mut merchants = state.inpost.merchants.values();
                merchants
                    .find(|merchant| merchant.pos_id == pos_id)
                    .map(|merchant| merchant.client_id.clone())
            });
            hot_product::start(world, number, &product_id, Some(&merchant.ok_or_else(unknown)?)).await
        }
    }
}

fn waiting_for<'a>(state: &'a mut State, binding: &str) -> Option<&'a mut Basket> {
    let mut baskets = state.baskets.values_mut();
    baskets.find(|basket| {
        basket.binding.as_deref() == Some(binding)
            || matches!(&basket.link, Link::Pending(pending) if pending.id == binding)
    })
}

fn open(basket: Option<&mut Basket>, number: &Number, now: Timestamp) -> Result<Value, Problem> {
    let basket = basket.ok_or_else(unknown)?;
    if basket.owner(now) == Some(number) {
        return Ok(json!({ "inpost_basket_id": basket.inpost_basket_id }));
    }
    if basket.pending(now).is_none() {
        return Err(unknown());
    }
    let Link::Pending(pending) = &mut basket.link else {
        return Err(unknown());
    };
    if pending.number.as_ref().is_some_and(|other| other != number) {
        let detail = "Another phone has opened this link already.";
        return Err(Problem::new(StatusCode::CONFLICT, "link-taken", detail));
    }
    pending.number = Some(number.clone());
    Ok(json!({ "inbox_id": pending.id }))
}
