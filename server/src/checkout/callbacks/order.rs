//! Creating and reading an order, and news of it (InPost contract, sections 6 and 7).

use super::answer;
use super::refusal::Refused;
use super::signed::Signed;
use crate::checkout::link::{Link, Stage};
use crate::checkout::machine::{Command, Event, Refusal};
use crate::checkout::translate::order::{
    new_order, order as in_inposts_words, status, status_description, unreadable_notice,
};
use crate::checkout::{Checkout, CheckoutError};
use crate::engine::machine::Machine as _;
use crate::engine::run::Committed;
use crate::shop::model::{BasketId, NewOrder, Order, OrderId, PaymentNews, PlacedIn};
use axum::extract::Path;
use axum::response::Response;
use inpost_pay::wire::error::MerchantErrorCode;
use inpost_pay::wire::order::OrderRequest;
use inpost_pay::wire::order_event::{AppOrderEvent, AppOrderEventAnswer, OrderStatus, PaymentStatus};
use std::time::Duration;
use tokio::time::Instant;

/// How long InPost is kept waiting for the shop. The order goes on by itself after that, and InPost asks again.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many journal entries are read at once; an order makes two.
const PAGE: u32 = 50;

/// `POST /v1/izi/order`. Repeated, it returns the first order.
pub(super) async fn create(call: Signed) -> Result<Response, Refused> {
    let request: OrderRequest = call.json()?;
    let checkout = &call.checkout;
    let unknown = || Refused::new(MerchantErrorCode::BasketNotFound, "there is no such basket");
    let basket = BasketId::parse(request.order_details.basket_id.as_str()).map_err(|_| unknown())?;
    let order = match new_order(&request) {
        Ok(order) => order,
        Err(error) => {
            let notice = unreadable_notice(error).to_owned();
            // Of no effect unless the basket is linked: otherwise nobody waits for a notice.
            let _ = checkout
                .run(&basket, Command::OrderRefused { notice })
                .await
                .map_err(Refused::failed)?;
            return Err(Refused::new(MerchantErrorCode::OrderNotCreate, error.to_string()));
        }
    };
    let asked = ask(checkout, &basket, order).await?;
    match outcome(checkout, &basket, &asked)
        .await
        .map_err(Refused::failed)?
    {
        Some(Placed::Order(id)) => full_order(checkout, &id).await,
        Some(Placed::InShop) => Err(Refused::new(
            MerchantErrorCode::OrderExists,
            "the basket has been ordered",
        )),
        Some(Placed::Refused(notice)) => Err(Refused::new(MerchantErrorCode::OrderNotCreate, notice)),
        None => Err(Refused::new(
            MerchantErrorCode::ServiceUnavailable,
            "the order is being placed, ask again",
        )),
    }
}

/// Has the machine take the order. Where it knows of no link InPost is asked once: a confirmation may have been lost.
async fn ask(checkout: &Checkout, basket: &BasketId, order: NewOrder) -> Result<Committed<Link>, Refused> {
    let command = Command::PlaceOrder {
        order: Box::new(order),
    };
    let mut answered = checkout
        .run(basket, command.clone())
        .await
        .map_err(Refused::failed)?;
    if matches!(answered, Err(Refusal::NotLinked)) && known(checkout, basket).await? {
        checkout.reconcile(basket, None).await.map_err(Refused::failed)?;
        answered = checkout.run(basket, command).await.map_err(Refused::failed)?;
    }
    answered.map_err(|refusal| match refusal {
        Refusal::OrderedOtherwise => Refused::new(
            MerchantErrorCode::OrderNotCreate,
            "the basket was ordered with another payment method",
        ),
        Refusal::HasOrder => Refused::new(MerchantErrorCode::OrderExists, "the basket has been ordered"),
        Refusal::NotLinked | Refusal::OtherNumber | Refusal::LinkedOtherwise => {
            Refused::new(MerchantErrorCode::BasketNotFound, "the basket is not linked")
        }
    })
}

async fn known(checkout: &Checkout, basket: &BasketId) -> Result<bool, Refused> {
    Ok(checkout
        .shop
        .basket(basket)
        .await
        .map_err(Refused::failed)?
        .is_some())
}

enum Placed {
    Order(OrderId),
    Refused(String),
    /// On the shop's own pages, a moment before.
    InShop,
}

/// Waits on the journal for what came of the order. `None`: it is still being placed.
async fn outcome(
    checkout: &Checkout,
    basket: &BasketId,
    asked: &Committed<Link>,
) -> Result<Option<Placed>, CheckoutError> {
    if let Stage::Ordered { order_id, .. } = &asked.state.stage {
        return Ok(Some(Placed::Order(order_id.clone())));
    }
    let deadline = Instant::now() + PATIENCE;
    let mut cursor = asked.cursor;
    loop {
        let waited = checkout
            .engine
            .wait_after(&checkout.store, Link::KIND, basket.as_str(), cursor, deadline)
            .await?;
        if waited.is_none() {
            return Ok(None);
        }
        let rows = checkout
            .engine
            .journal_after(&checkout.store, Link::KIND, basket.as_str(), cursor, PAGE)
            .await?;
        for row in rows {
            cursor = row.seq;
            match serde_json::from_str::<Event>(&row.event) {
                Ok(Event::Ordered { order_id, .. }) => return Ok(Some(Placed::Order(order_id))),
                Ok(Event::OrderRefused { notice }) => return Ok(Some(Placed::Refused(notice))),
                Ok(Event::BoughtInShop) => return Ok(Some(Placed::InShop)),
                Ok(_) => {}
                Err(_) => tracing::error!(seq = row.seq, "a journal entry cannot be read"),
            }
        }
    }
}

async fn full_order(checkout: &Checkout, id: &OrderId) -> Result<Response, Refused> {
    let found = checkout.shop.order(id).await.map_err(Refused::failed)?;
    let order = found.filter(of_an_app).ok_or_else(no_order)?;
    let unreadable = || Refused::new(MerchantErrorCode::InternalServerError, "the order cannot be read");
    Ok(answer(
        &in_inposts_words(&order, &checkout.facts).ok_or_else(unreadable)?,
    ))
}

/// Orders of the shop's own pages are none of InPost's.
fn of_an_app(order: &Order) -> bool {
    order.request.placed_in == PlacedIn::Wallet
}

fn no_order() -> Refused {
    Refused::new(MerchantErrorCode::OrderNotFound, "there is no such order")
}

/// `GET /v1/izi/order/{id}`.
pub(super) async fn read(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let id = OrderId::parse(&id).map_err(|_| no_order())?;
    full_order(&call.checkout, &id).await
}

/// `POST /v1/izi/order/{id}/event`: the order was paid, or given up. The same event counts once.
pub(super) async fn event(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let event: AppOrderEvent = call.json()?;
    let id = OrderId::parse(&id).map_err(|_| no_order())?;
    let known = call.checkout.shop.order(&id).await.map_err(Refused::failed)?;
    if !known.is_some_and(|order| of_an_app(&order)) {
        return Err(no_order());
    }
    let data = event.event_data;
    let news = PaymentNews {
        event_id: event.event_id,
        paid: data.payment_status == Some(PaymentStatus::Authorized),
        rejected: data.order_status == Some(OrderStatus::OrderRejected),
        payment_id: data.payment_id,
        payment_reference: data.payment_reference,
        payment_method: data.payment_type.map(|method| method.as_str().to_owned()),
    };
    let booked = call
        .checkout
        .shop
        .record_payment(&id, &news)
        .await
        .map_err(Refused::failed)?;
    let order = booked.ok_or_else(no_order)?;
    Ok(answer(&AppOrderEventAnswer {
        order_merchant_status_description: status_description(&order).to_owned(),
        order_status: status(&order),
        delivery_references_list: order.tracking,
    }))
}
