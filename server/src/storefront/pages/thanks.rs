//! The order that was placed, for the session that it was placed in and for nobody else. It shows no personal data: who
//! has ordered knows their address.

use super::basket::delivery_view;
use super::not_found;
use crate::shop::model::{DeliveryKind, Order, OrderId, OrderStatus};
use crate::storefront::Storefront;
use crate::storefront::format::money;
use crate::storefront::frame::{Frame, PageError, open_basket, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage {
    frame: Frame,
    number: String,
    /// For the page's script: as long as it is `awaiting_payment` it looks again.
    status_code: &'static str,
    status: &'static str,
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
    if !shopper.owns(&order.basket).await? {
        return not_found::show(State(storefront), speech, shopper).await;
    }
    // This is the thanks: the widget on the next page need not lead here again.
    shopper.thank_once(&order.basket).await?;
    let basket = open_basket(&storefront, &shopper).await?;
    let frame = Frame::new(&storefront, &speech, basket.as_ref());
    page(&thanks_page(&storefront, &speech, frame, &order)?)
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
    let (status_code, status, title, text) = match order.status {
        OrderStatus::AwaitingPayment => ("awaiting_payment", t.status_awaiting, t.thanks, t.thanks_awaiting),
        OrderStatus::Accepted if order.payment.paid => {
            ("accepted", t.status_accepted, t.thanks, t.thanks_accepted)
        }
        OrderStatus::Completed => ("accepted", t.status_accepted, t.thanks, t.thanks_accepted),
        OrderStatus::Accepted => ("accepted", t.status_accepted_cash, t.thanks, t.thanks_accepted),
        OrderStatus::Rejected => ("rejected", t.status_rejected, t.sorry, t.sorry_text),
    };
    Ok(ThanksPage {
        number: order.number.clone(),
        status_code,
        status,
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
