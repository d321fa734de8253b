//! The order that was placed, for the session that it was placed in and for nobody else. It shows no personal data: who
//! has ordered knows their address.

use super::account::MOST_ORDERS;
use super::basket::delivery_view;
use super::not_found;
use crate::shop::model::{DeliveryKind, Order, OrderId, OrderStatus};
use crate::storefront::Storefront;
use crate::storefront::checkout_form::TRANSFER;
use crate::storefront::format::money;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::storefront::texts::Texts;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Where transfers to the demo shop go: the account of nobody, at no bank.
const ACCOUNT_NUMBER: &str = "00 0000 0000 0000 0000 0000 0000";

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage {
    frame: Frame,
    number: String,
    /// For the page's script: as long as it is `awaiting_payment` it looks again.
    status_code: &'static str,
    status: String,
    /// The account that a transfer is awaited on.
    transfer_to: Option<&'static str>,
    tracking: Vec<String>,
    title: &'static str,
    text: &'static str,
    rejected: bool,
    lines: Vec<LineView>,
    discount: Option<String>,
    delivery: &'static str,
    point: Option<String>,
    when: String,
    delivery_price: String,
    total: String,
    vat: String,
}

struct LineView {
    name: String,
    attributes: Vec<(String, String)>,
    image: String,
    quantity: u32,
    total: String,
}

/// The thank-you page of `?order=`.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let order = match speech.query("order").map(OrderId::parse) {
        Some(Ok(id)) => storefront.shop.order(&id).await?,
        _ => None,
    };
    let Some(order) = order else {
        return not_found::show(State(storefront), speech, shopper).await;
    };
    // A stranger's order looks like none at all.
    if !is_of(&storefront, &shopper, &order).await? {
        return not_found::show(State(storefront), speech, shopper).await;
    }
    // This is the thanks: the widget on the next page need not lead here again.
    shopper.thank_once(&order.basket).await?;
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let frame = Frame::new(&storefront, &speech, &visitor);
    page(&thanks_page(&storefront, &speech, frame, &order)?)
}

/// Whether it is an order of this session, or of the customer who has signed in.
async fn is_of(storefront: &Storefront, shopper: &Shopper, order: &Order) -> Result<bool, PageError> {
    if shopper.owns(&order.basket).await? {
        return Ok(true);
    }
    let Some(customer) = shopper.customer().await? else {
        return Ok(false);
    };
    let orders = storefront.shop.orders_of_customer(&customer, MOST_ORDERS).await?;
    Ok(orders.iter().any(|known| known.id == order.id))
}

/// Where an order stands: a word for the page's script and styles, and one for the shopper.
pub(super) fn status(t: &Texts, order: &Order) -> (&'static str, String) {
    let (code, words) = match order.status {
        OrderStatus::AwaitingPayment => ("awaiting_payment", t.status_awaiting),
        OrderStatus::Accepted if !order.payment.paid => ("accepted", t.status_accepted_cash),
        OrderStatus::Accepted | OrderStatus::Completed => ("accepted", t.status_accepted),
        OrderStatus::Rejected => ("rejected", t.status_rejected),
    };
    // The shop's own words are of the last thing that it did.
    let words = match &order.description {
        Some(description) if order.status != OrderStatus::Rejected => description.clone(),
        _ => words.to_owned(),
    };
    (code, words)
}

fn thanks_page(
    storefront: &Storefront,
    speech: &Speech,
    frame: Frame,
    order: &Order,
) -> Result<ThanksPage, PageError> {
    let t = frame.t;
    let show = |amount| money(speech.language, amount);
    let mut lines = Vec::with_capacity(order.lines.len());
    let mut before_codes = 0_i64;
    for line in &order.lines {
        let total = line
            .total()
            .map_err(|error| PageError::Broken(Box::new(error)))?
            .gross();
        before_codes = before_codes.saturating_add(total.minor);
        let texts = line.product.texts(speech.language.code());
        lines.push(LineView {
            name: texts.name,
            attributes: texts.attributes,
            image: line.product.image.clone(),
            quantity: line.quantity,
            total: show(total),
        });
    }
    let mut off = order.goods_total.gross();
    off.minor = off.minor.saturating_sub(before_codes);
    let (status_code, status) = status(t, order);
    let by_transfer =
        order.status == OrderStatus::AwaitingPayment && order.request.payment_method == TRANSFER;
    let (title, text) = match order.status {
        OrderStatus::Rejected => (t.sorry, t.sorry_text),
        OrderStatus::AwaitingPayment if by_transfer => (t.thanks, t.checkout.thanks_transfer),
        OrderStatus::AwaitingPayment => (t.thanks, t.thanks_awaiting),
        OrderStatus::Accepted | OrderStatus::Completed => (t.thanks, t.thanks_accepted),
    };
    Ok(ThanksPage {
        number: order.number.clone(),
        status_code,
        status,
        transfer_to: by_transfer.then_some(ACCOUNT_NUMBER),
        tracking: order.tracking.clone(),
        title,
        text,
        rejected: order.status == OrderStatus::Rejected,
        lines,
        discount: (off.minor < 0).then(|| show(off)),
        delivery: match order.request.delivery.kind {
            DeliveryKind::ParcelLocker => t.to_locker,
            DeliveryKind::Courier => t.to_door,
            DeliveryKind::Digital => t.to_mail,
        },
        point: order
            .request
            .delivery
            .point
            .clone()
            .filter(|_| order.request.delivery.kind == DeliveryKind::ParcelLocker),
        when: delivery_view(storefront, speech, &order.delivery_offer).when,
        delivery_price: if order.delivery_price.gross().minor == 0 {
            t.free.to_owned()
        } else {
            show(order.delivery_price.gross())
        },
        total: show(order.total.gross()),
        vat: show(order.total.vat()),
        frame,
    })
}
