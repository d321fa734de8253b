//! A basket begun in the app, with a hot product. Contract, section 3.

use super::{no_answer, refused, wrong_answer};
use crate::inpost::hot_products::is_offered;
use crate::inpost::state::{Basket, Link, Merchant, State};
use crate::inpost::{merchant, shape, shapes};
use crate::number::Number;
use crate::problem::Problem;
use crate::world::Shared;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Asks the merchant for a basket with this product; it goes into the basket of that merchant that is linked already,
/// if there is one. `client_id` names the merchant where several offer a product with this id.
pub(crate) async fn start(
    world: &Shared,
    number: &Number,
    product_id: &str,
    client_id: Option<&str>,
) -> Result<Value, Problem> {
    let (merchant, basket_id) =
        world.look(|state, now| offered(&state.inpost, number, product_id, client_id, now))?;
    let (country_prefix, phone) = number.parts();
    let mut body = json!({ "phone_number": { "country_prefix": country_prefix, "phone": phone } });
    if let (Some(body), Some(basket_id)) = (body.as_object_mut(), basket_id) {
        body.insert("basket_id".to_owned(), basket_id.into());
    }
    let nothing = "Nothing was put into a basket: try again.";
    let answer = merchant::ask(world, &merchant, merchant::START_BASKET, product_id, Some(&body))
        .await
        .map_err(|failure| no_answer(failure, nothing))?;
    if !answer.is_success() {
        return Err(refused(
            &answer,
            "shop-refused",
            "The shop did not begin a basket with this product.",
        ));
    }
    let mut document = answer.json();
    shape::check(&document, &shapes::STARTED_BASKET)
        .and_then(|()| shape::check(&document, &shapes::BASKET))
        .map_err(|error| wrong_answer(&error.message, nothing))?;
    let basket_id = document
        .as_object_mut()
        .and_then(|members| members.remove("basket_id"));
    let basket_id = basket_id
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let fresh = world.id();
    let linked = world.change(|state, now| {
        link(
            &mut state.inpost,
            &merchant,
            &basket_id,
            number,
            document,
            (fresh, now),
        )
    });
    let inpost_basket_id =
        linked.ok_or_else(|| wrong_answer("basket_id is of a basket that is somebody's or over", nothing))?;
    Ok(json!({ "inpost_basket_id": inpost_basket_id }))
}

/// The merchant that offers the product, and its basket in this app.
fn offered(
    state: &State,
    number: &Number,
    product_id: &str,
    client_id: Option<&str>,
    now: Timestamp,
) -> Result<(Merchant, Option<String>), Problem> {
    let gone = || {
        let detail = "The app does not offer this product any more.";
        Problem::new(StatusCode::NOT_FOUND, "no-product", detail)
    };
    let mut products = state.hot_products.iter();
    let product = products
        .find(|one| {
            one.product_id == product_id
                && client_id.is_none_or(|id| one.merchant == id)
                && is_offered(one, now)
        })
        .ok_or_else(gone)?;
    let merchant = state.merchants.get(&product.merchant).cloned().ok_or_else(gone)?;
    let mut baskets = state.baskets.values();
    let open =
        baskets.find(|basket| basket.merchant == merchant.client_id && basket.owner(now) == Some(number));
    Ok((merchant, open.map(|basket| basket.basket_id.clone())))
}

/// Takes over the merchant's basket, unless it is somebody else's or over.
fn link(
    state: &mut State,
    merchant: &Merchant,
    basket_id: &str,
    number: &Number,
    document: Value,
    (fresh, now): (String, Timestamp),
) -> Option<String> {
    let known = state.basket(&merchant.client_id, basket_id);
    let others = known.is_some_and(|basket| {
        matches!(basket.link, Link::Ordered | Link::Realized)
            || basket.owner(now).is_some_and(|owner| owner != number)
    });
    if others {
        return None;
    }
    let id = known.map_or(fresh, |basket| basket.inpost_basket_id.clone());
    let basket = state
        .baskets
        .entry(id.clone())
        .or_insert_with(|| Basket::new(&merchant.client_id, basket_id, &id, now));
    basket.link = Link::Linked {
        number: number.clone(),
    };
    basket.document = Some(document);
    basket.changed = now;
    basket.feed.tell("basketProductChanged");
    Some(id)
}
