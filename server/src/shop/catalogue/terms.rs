//! Whether an order can be placed as it is asked for, and what it then costs. Pure.

use crate::shop::model::{
    Basket, ChosenDelivery, Consent, ConsentKind, Delivery, DeliveryExtra, DeliveryKind, NewOrder,
    OrderRefusal, PlacedIn,
};
use karfa_shared::money::{MoneyError, Price};
use std::collections::HashSet;

/// A consent that a customer gave with an earlier order: its id and version.
pub(super) type GivenBefore = HashSet<(String, String)>;

/// The terms on which an order is placed.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) offer: Delivery,
    pub(super) delivery_price: Price,
    pub(super) total: Price,
}

/// Agrees to an order, or refuses it.
///
/// `priced` is the basket at today's prices; `lapsed` says that a code in it no longer applies.
///
/// # Errors
/// The outer one past what 64 bits hold.
pub(super) fn agree(
    priced: &Basket,
    lapsed: bool,
    cash_method: Option<&str>,
    given_before: &GivenBefore,
    order: &NewOrder,
) -> Result<Result<Terms, OrderRefusal>, MoneyError> {
    let offer = match refuse(priced, cash_method, given_before, order) {
        Ok(offer) => offer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut delivery_price = offer.price;
    for (extra, _, price) in &offer.extras {
        if order.delivery.extras.contains(extra) {
            delivery_price = delivery_price.plus(*price)?;
        }
    }
    let total = priced.final_total.plus(delivery_price)?;
    if total.gross() == order.quoted_gross {
        return Ok(Ok(Terms {
            offer: offer.clone(),
            delivery_price,
            total,
        }));
    }
    Ok(Err(if lapsed {
        OrderRefusal::CodeExpired
    } else {
        OrderRefusal::PriceChanged {
            expected: total.gross(),
        }
    }))
}

fn refuse<'a>(
    priced: &'a Basket,
    cash_method: Option<&str>,
    given_before: &GivenBefore,
    order: &NewOrder,
) -> Result<&'a Delivery, OrderRefusal> {
    if priced.lines.is_empty() {
        return Err(OrderRefusal::EmptyBasket);
    }
    if let Some(short) = priced
        .lines
        .iter()
        .find(|line| line.product.stock < line.quantity)
    {
        return Err(OrderRefusal::OutOfStock {
            name: short.product.name.clone(),
        });
    }
    let offer = delivery(priced, &order.delivery)?;
    complete(priced, order)?;
    payment(priced, cash_method, order)?;
    if priced
        .consents
        .iter()
        .all(|consent| satisfied(consent, given_before, order))
    {
        Ok(offer)
    } else {
        Err(OrderRefusal::ConsentMissing)
    }
}

/// The offer that was chosen, with extras that it has.
fn delivery<'a>(priced: &'a Basket, chosen: &ChosenDelivery) -> Result<&'a Delivery, OrderRefusal> {
    let offer = priced.deliveries.iter().find(|offer| offer.kind == chosen.kind);
    let offer = offer.ok_or(OrderRefusal::DeliveryUnavailable)?;
    let distinct: HashSet<_> = chosen.extras.iter().collect();
    let offered = |extra: &DeliveryExtra| offer.extras.iter().any(|(known, ..)| known == extra);
    if distinct.len() == chosen.extras.len() && chosen.extras.iter().all(offered) {
        Ok(offer)
    } else {
        Err(OrderRefusal::DeliveryUnavailable)
    }
}

/// Whether all is known that the delivery needs.
fn complete(priced: &Basket, order: &NewOrder) -> Result<(), OrderRefusal> {
    let written = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let chosen = &order.delivery;
    let reachable = match chosen.kind {
        DeliveryKind::ParcelLocker => written(chosen.point.as_deref()),
        DeliveryKind::Courier => chosen.address.as_ref().is_some_and(|address| {
            [&address.street, &address.city, &address.postal_code]
                .into_iter()
                .all(|part| written(Some(part)))
        }),
        DeliveryKind::Digital => true,
    };
    let by_mail = priced.lines.iter().any(|line| line.product.digital);
    let mail = written(chosen.mail.as_deref()) || written(Some(&order.customer.mail));
    if reachable && (mail || !by_mail) {
        Ok(())
    } else {
        Err(OrderRefusal::DeliveryIncomplete)
    }
}

/// Paying at the door and the extra of that name go together.
fn payment(priced: &Basket, cash_method: Option<&str>, order: &NewOrder) -> Result<(), OrderRefusal> {
    let cash = order.delivery.extras.contains(&DeliveryExtra::CashOnDelivery);
    let method_is_right = match order.placed_in {
        // What the shop's own pages call their ways to pay is their concern.
        PlacedIn::Shop => true,
        PlacedIn::Wallet => {
            let is_cash_method = cash_method == Some(order.payment_method.as_str());
            priced.payment_methods.contains(&order.payment_method) && cash == is_cash_method
        }
    };
    if method_is_right && cash == order.cash_on_delivery {
        Ok(())
    } else {
        Err(OrderRefusal::PaymentUnavailable)
    }
}

/// A consent counts in the version that the shop asks for now; one of the kind "once" also from an earlier order.
fn satisfied(consent: &Consent, given_before: &GivenBefore, order: &NewOrder) -> bool {
    let given = order
        .consents
        .iter()
        .any(|given| given.accepted && given.id == consent.id && given.version == consent.version);
    match consent.kind {
        ConsentKind::Optional => true,
        ConsentKind::RequiredAlways => given,
        ConsentKind::RequiredOnce => {
            given || given_before.contains(&(consent.id.clone(), consent.version.clone()))
        }
    }
}
