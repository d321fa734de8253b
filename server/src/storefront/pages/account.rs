//! The account of whoever has signed in: their orders, how far they are, and the way out.

use super::thanks::status;
use crate::shop::model::Order;
use crate::storefront::format::{date, money};
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::storefront::{Storefront, path};
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

/// The most orders on the page.
pub(super) const MOST_ORDERS: u32 = 50;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    orders: Vec<OrderView>,
}

/// An order in the list.
struct OrderView {
    number: String,
    url: String,
    placed: String,
    status_code: &'static str,
    status: String,
    total: String,
    things: Vec<String>,
    tracking: Vec<String>,
}

/// The account's page; the way in for whoever has not signed in.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let Some(account) = &visitor.account else {
        return Ok(Redirect::to(&speech.url(path::SIGN_IN)).into_response());
    };
    let orders = storefront
        .shop
        .orders_of_customer(&account.id, MOST_ORDERS)
        .await?;
    page(&AccountPage {
        frame: Frame::new(&storefront, &speech, &visitor),
        name: account.name.clone(),
        orders: orders
            .iter()
            .map(|order| order_view(&storefront, &speech, order))
            .collect(),
    })
}

fn order_view(storefront: &Storefront, speech: &Speech, order: &Order) -> OrderView {
    let (status_code, status) = status(speech.language.texts(), order);
    let things = order.lines.iter().map(|line| {
        let name = line.product.texts(speech.language.code()).name;
        if line.quantity == 1 {
            name
        } else {
            format!("{}\u{a0}× {name}", line.quantity)
        }
    });
    OrderView {
        number: order.number.clone(),
        url: speech.url(&format!("{}?order={}", path::THANKS, order.id)),
        placed: date(speech.language, order.placed, &storefront.time_zone),
        status_code,
        status,
        total: money(speech.language, order.total.gross()),
        things: things.collect(),
        tracking: order.tracking.clone(),
    }
}
