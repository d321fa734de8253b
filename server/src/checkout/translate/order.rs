//! An order as InPost asks for it, and as it is answered (InPost contract, section 6).

use super::{StoreFacts, amount, basket, delivery_extras, delivery_kind, delivery_type, price};
use crate::shop::model::{
    Address, ChosenDelivery, Customer, DeliveryKind, GivenConsent, NewOrder, Order as ShopOrder,
    OrderRefusal, OrderStatus, PlacedIn,
};
use inpost_pay::UtcTime;
use inpost_pay::wire::basket::{Currency, PaymentType};
use inpost_pay::wire::order::{
    AccountInfo, ClientAddress, DeliveryAddress, DeliveryChoice, Order, OrderDelivery, OrderDetails,
    OrderRequest,
};
use inpost_pay::wire::order_event::{MerchantOrderEvent, MerchantOrderEventData, OrderStatus as WireStatus};
use jiff::Timestamp;
use karfa_shared::money::{Currency as ShopCurrency, Money};
use karfa_shared::phone::PhoneNumber;

/// Why InPost's order cannot be put into the shop's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The customer's number is none.
    #[error(
        "account_info.phone_number is not a phone number: send country_prefix like +48 and phone in digits"
    )]
    Phone,
    /// InPost settles in złoty.
    #[error("order_details.currency must be PLN")]
    Currency,
    /// A delivery that the shop has no word for.
    #[error("delivery.delivery_type must be APM, COURIER or DIGITAL")]
    DeliveryType,
    /// An extra that the shop has no word for.
    #[error("delivery.delivery_codes has a code other than COD, PWW and GW")]
    DeliveryCode,
    /// The order cannot be kept as it came.
    #[error("the order cannot be stored")]
    Original,
}

/// The order in the shop's words.
///
/// # Errors
/// [`Unreadable`] says which field is wrong.
pub fn new_order(request: &OrderRequest) -> Result<NewOrder, Unreadable> {
    if request.order_details.currency != Currency::Pln {
        return Err(Unreadable::Currency);
    }
    let payment = &request.order_details.payment_type;
    Ok(NewOrder {
        quoted_gross: Money::new(
            request.order_details.basket_price.gross.minor(),
            ShopCurrency::Pln,
        ),
        payment_method: payment.as_str().to_owned(),
        cash_on_delivery: *payment == PaymentType::CashOnDelivery,
        customer: customer(&request.account_info)?,
        delivery: chosen_delivery(&request.delivery)?,
        consents: request
            .consents
            .iter()
            .map(|answer| GivenConsent {
                id: answer.consent_id.clone(),
                version: answer.consent_version.clone(),
                accepted: answer.is_accepted,
            })
            .collect(),
        comments: request
            .order_details
            .order_comments
            .clone()
            .map(|text| text.into_string()),
        original: serde_json::to_string(request).map_err(|_| Unreadable::Original)?,
        placed_in: PlacedIn::Wallet,
    })
}

fn customer(account: &AccountInfo) -> Result<Customer, Unreadable> {
    Ok(Customer {
        name: account.name.as_str().to_owned(),
        surname: account.surname.as_str().to_owned(),
        mail: account.mail.as_str().to_owned(),
        phone: phone(&account.phone_number).ok_or(Unreadable::Phone)?,
        address: account
            .client_address
            .as_ref()
            .map(|at| home(account, at))
            .unwrap_or_default(),
    })
}

fn home(account: &AccountInfo, at: &ClientAddress) -> Address {
    Address {
        name: format!("{} {}", account.name.as_str(), account.surname.as_str()),
        country_code: at.country_code.clone(),
        street: at.address.as_str().to_owned(),
        city: at.city.as_str().to_owned(),
        postal_code: at.postal_code.as_str().to_owned(),
    }
}

fn chosen_delivery(choice: &DeliveryChoice) -> Result<ChosenDelivery, Unreadable> {
    let mut extras = Vec::new();
    for code in &choice.delivery_codes {
        extras.extend(delivery_extras(code).ok_or(Unreadable::DeliveryCode)?);
    }
    let kind = delivery_kind(&choice.delivery_type).ok_or(Unreadable::DeliveryType)?;
    let mail = match kind {
        DeliveryKind::Digital => choice.digital_delivery_email.as_ref().or(choice.mail.as_ref()),
        DeliveryKind::ParcelLocker | DeliveryKind::Courier => choice.mail.as_ref(),
    };
    Ok(ChosenDelivery {
        kind,
        extras,
        point: choice.delivery_point.clone().map(|text| text.into_string()),
        address: choice.delivery_address.as_ref().map(address),
        mail: mail.cloned().map(|text| text.into_string()),
        phone: choice.phone_number.as_ref().and_then(phone),
        note: choice.courier_note.clone().map(|text| text.into_string()),
    })
}

fn address(at: &DeliveryAddress) -> Address {
    Address {
        name: at.name.as_str().to_owned(),
        country_code: at.country_code.clone(),
        street: at.address.as_str().to_owned(),
        city: at.city.as_str().to_owned(),
        postal_code: at.postal_code.as_str().to_owned(),
    }
}

/// InPost's phone number as ours; `None` if it is none.
pub fn phone(number: &inpost_pay::PhoneNumber) -> Option<PhoneNumber> {
    PhoneNumber::from_parts(&number.country_prefix, &number.phone).ok()
}

/// The order in InPost's words. What InPost asked for comes back as it was asked.
///
/// `None` if what InPost asked for is no longer readable, which only a damaged database explains.
pub fn order(order: &ShopOrder, store: &StoreFacts) -> Option<Order> {
    let request: OrderRequest = serde_json::from_str(&order.request.original).ok()?;
    let base = order.base_total.plus(order.delivery_price).ok()?;
    let discount = base
        .gross()
        .minor
        .checked_sub(order.total.gross().minor)
        .filter(|minor| *minor != 0);
    Some(Order {
        order_details: OrderDetails {
            order_id: order.id.as_str().into(),
            customer_order_id: Some(order.number.clone()),
            pos_id: Some(store.pos_id.clone()),
            order_creation_date: Some(UtcTime(order.placed)),
            basket_id: order.basket.as_str().into(),
            order_merchant_status_description: Some(status_description(order).to_owned()),
            payment_type: request.order_details.payment_type.clone(),
            order_base_price: price(base),
            order_final_price: price(order.total),
            currency: Currency::Pln,
            delivery_references_list: order.tracking.clone(),
            order_comments: request.order_details.order_comments.clone(),
            order_discount: discount.map(inpost_pay::Amount::from_minor),
            order_additional_parameters: request.order_details.basket_additional_parameters.clone(),
        },
        account_info: request.account_info,
        invoice_details: request.invoice_details,
        delivery: OrderDelivery {
            delivery_date: Some(UtcTime(order.delivery_offer.expected)),
            delivery_price: Some(price(order.delivery_offer.price)),
            delivery_options: chosen_options(order),
            choice: DeliveryChoice {
                delivery_type: delivery_type(order.request.delivery.kind),
                ..request.delivery
            },
        },
        products: order.lines.iter().map(|line| basket::line(line, store)).collect(),
        consents: request.consents,
    })
}

fn chosen_options(order: &ShopOrder) -> Vec<inpost_pay::wire::delivery::DeliveryOption> {
    let chosen = order
        .request
        .delivery
        .extras
        .iter()
        .map(|extra| super::delivery_code(*extra))
        .collect::<Vec<_>>();
    basket::delivery_options(&order.delivery_offer)
        .into_iter()
        .filter(|option| chosen.contains(&option.delivery_code_value))
        .collect()
}

/// The order's status as the shopper reads it in the app.
pub fn status_description(order: &ShopOrder) -> &str {
    if let (Some(text), false) = (&order.description, order.status == OrderStatus::Rejected) {
        return text;
    }
    match order.status {
        OrderStatus::AwaitingPayment => "Oczekuje na płatność",
        _ if !order.tracking.is_empty() && order.status != OrderStatus::Rejected => "Wysłane",
        OrderStatus::Accepted => "Przyjęte do realizacji",
        OrderStatus::Completed => "Zakończone w sklepie",
        OrderStatus::Rejected => "Anulowane",
    }
}

/// What became of the order; `None` as long as it goes ahead. That it was finished elsewhere is never said of one that
/// was paid in the app.
pub fn status(order: &ShopOrder) -> Option<WireStatus> {
    match order.status {
        OrderStatus::Rejected => Some(WireStatus::OrderRejected),
        OrderStatus::Completed if !order.payment.paid => Some(WireStatus::OrderCompleted),
        OrderStatus::Completed | OrderStatus::AwaitingPayment | OrderStatus::Accepted => None,
    }
}

/// How far the order is, for the app to show.
pub fn order_event(order: &ShopOrder, event_id: &str, at: Timestamp) -> MerchantOrderEvent {
    MerchantOrderEvent {
        event_id: event_id.to_owned(),
        event_data_time: UtcTime(at),
        phone_number: None,
        event_data: MerchantOrderEventData {
            order_status: status(order),
            order_merchant_status_description: Some(status_description(order).to_owned()),
            delivery_references_list: order.tracking.clone(),
            delivery: None,
        },
    }
}

/// Why the order was refused, as the shopper reads it in the app.
pub fn refusal_notice(refusal: &OrderRefusal) -> String {
    match refusal {
        OrderRefusal::EmptyBasket => {
            "Koszyk jest pusty. Dodaj produkty w sklepie i spróbuj ponownie.".to_owned()
        }
        OrderRefusal::OutOfStock { name } => {
            format!(
                "Produkt „{name}” jest wyprzedany albo zostało za mało sztuk. Zmień koszyk i spróbuj ponownie."
            )
        }
        OrderRefusal::PriceChanged { expected } => {
            let asked = amount(*expected).to_string().replace('.', ",");
            format!("Cena zmieniła się i wynosi teraz {asked} zł. Sprawdź koszyk i zamów ponownie.")
        }
        OrderRefusal::CodeExpired => "Kod rabatowy stracił ważność. Usuń go i spróbuj ponownie.".to_owned(),
        OrderRefusal::DeliveryUnavailable => "Ta dostawa nie jest dostępna. Wybierz inną.".to_owned(),
        OrderRefusal::DeliveryIncomplete => "Uzupełnij dane dostawy i spróbuj ponownie.".to_owned(),
        OrderRefusal::ConsentMissing => "Zaznacz wymagane zgody i spróbuj ponownie.".to_owned(),
        OrderRefusal::PaymentUnavailable => "Ta metoda płatności nie jest dostępna. Wybierz inną.".to_owned(),
        OrderRefusal::OrderedOtherwise => "Koszyk został już zamówiony z inną metodą płatności.".to_owned(),
    }
}

/// Why the order could not even be read, as the shopper reads it in the app.
pub fn unreadable_notice(error: Unreadable) -> &'static str {
    match error {
        Unreadable::Phone => "Numer telefonu w zamówieniu jest nieprawidłowy. Popraw go i spróbuj ponownie.",
        Unreadable::Currency => "Sklep przyjmuje tylko płatności w złotych.",
        Unreadable::DeliveryType | Unreadable::DeliveryCode => {
            "Sklep nie obsługuje tej dostawy. Wybierz inną i spróbuj ponownie."
        }
        Unreadable::Original => "Nie udało się przyjąć zamówienia. Spróbuj ponownie.",
    }
}
