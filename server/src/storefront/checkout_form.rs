//! What was typed at the checkout, and the order that comes of it. Pure.

use crate::shop::model::{
    Address, Basket, ChosenDelivery, Customer, Delivery, DeliveryExtra, DeliveryKind, GivenConsent, NewOrder,
    PlacedIn,
};
use karfa_shared::money::{Money, MoneyError};
use karfa_shared::phone::PhoneNumber;
use std::collections::BTreeMap;

/// What the books call a payment by bank transfer, and one at the door.
pub(super) const TRANSFER: &str = "TRANSFER";
const ON_DELIVERY: &str = "CASH_ON_DELIVERY";
/// The most characters of one field, and of the word to the shop.
const LONGEST: usize = 100;
const LONGEST_COMMENT: usize = 500;
/// No basket costs more, in minor units.
const MOST_MINOR: i64 = 1_000_000_000_000;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    Mail,
    Phone,
    Point,
    PostalCode,
    TooLong,
    /// The chosen delivery does not have it.
    NotHere,
    /// A consent that is needed.
    Agree,
}

/// What is wrong, by the field's name.
pub(super) type Faults = BTreeMap<String, Fault>;

/// The fields as they were typed. Personal data.
#[derive(Clone, Default)]
pub(super) struct Typed(BTreeMap<String, String>);

impl Typed {
    pub(super) fn new(fields: BTreeMap<String, String>) -> Self {
        Typed(fields)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// A field without the space around it; empty if it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// Whether a box was ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The delivery that was chosen; the first one until then.
    pub(super) fn delivery<'a>(&self, basket: &'a Basket) -> Option<&'a Delivery> {
        let chosen = self.text("delivery");
        let mut offers = basket.deliveries.iter();
        if chosen.is_empty() {
            return offers.next();
        }
        offers.find(|offer| delivery_word(offer.kind) == chosen)
    }

    pub(super) fn pays_on_delivery(&self) -> bool {
        self.text("payment") == "on_delivery"
    }

    /// The extras that were chosen, whether the delivery has them or not.
    fn extras(&self) -> Vec<DeliveryExtra> {
        let ticked = [DeliveryExtra::Weekend, DeliveryExtra::GiftWrap];
        let mut extras: Vec<_> = ticked
            .into_iter()
            .filter(|extra| self.ticked(extra_word(*extra)))
            .collect();
        if self.pays_on_delivery() {
            extras.push(DeliveryExtra::CashOnDelivery);
        }
        extras
    }

    /// What is to be paid for goods of this price as they are to be sent.
    ///
    /// # Errors
    /// Past what 64 bits hold.
    pub(super) fn total(&self, basket: &Basket, goods: Money) -> Result<Money, MoneyError> {
        let Some(offer) = self.delivery(basket) else {
            return Ok(goods);
        };
        let mut total = goods.plus(offer.price.gross())?;
        let chosen = self.extras();
        for (extra, _, price) in &offer.extras {
            if chosen.contains(extra) {
                total = total.plus(price.gross())?;
            }
        }
        Ok(total)
    }

    /// What was to be paid as the page had it; `None` if it did not say all that it takes.
    fn total_as_shown(&self, offer: &Delivery) -> Option<i64> {
        let mut shown = self.text("shown").split(' ');
        let price = |text: &str| text.parse().ok().filter(|minor| (0..=MOST_MINOR).contains(minor));
        let goods = shown.next().and_then(price)?;
        let ways: BTreeMap<&str, &str> = shown.filter_map(|way| way.split_once('=')).collect();
        let priced = |way: &str| ways.get(way).and_then(|text| price(text));
        let chosen = self.extras();
        let extras = chosen
            .into_iter()
            .map(|extra| priced(&extra_way(offer.kind, extra)));
        let parts = [priced(delivery_word(offer.kind))].into_iter().chain(extras);
        parts.sum::<Option<i64>>()?.checked_add(goods)
    }

    /// The order, or what is wrong with each field.
    ///
    /// # Errors
    /// The outer one past what 64 bits hold.
    pub(super) fn order(&self, basket: &Basket) -> Result<Result<NewOrder, Faults>, MoneyError> {
        let mut faults = Faults::new();
        for name in ["name", "surname", "mail", "phone"] {
            self.need(name, &mut faults);
        }
        if !is_mail(self.text("mail")) {
            faults.entry("mail".to_owned()).or_insert(Fault::Mail);
        }
        let phone = phone(self.text("phone"));
        if phone.is_none() {
            faults.entry("phone".to_owned()).or_insert(Fault::Phone);
        }
        if self.text("comments").chars().count() > LONGEST_COMMENT {
            faults.insert("comments".to_owned(), Fault::TooLong);
        }
        let offer = self.delivery(basket);
        if let Some(offer) = offer {
            self.check_delivery(offer, &mut faults);
        } else {
            faults.insert("delivery".to_owned(), Fault::Missing);
        }
        for consent in &basket.consents {
            let name = consent_field(&consent.id);
            if consent.kind != crate::shop::model::ConsentKind::Optional && !self.ticked(&name) {
                faults.insert(name, Fault::Agree);
            }
        }
        let (Some(offer), Some(phone), true) = (offer, phone, faults.is_empty()) else {
            return Ok(Err(faults));
        };
        // The prices that were on the page: if one has changed since, the shop refuses, and the new one is shown.
        let seen = self.total_as_shown(offer).unwrap_or(-1);
        Ok(Ok(NewOrder {
            quoted_gross: Money::new(seen, basket.final_total.gross().currency),
            payment_method: if self.pays_on_delivery() {
                ON_DELIVERY
            } else {
                TRANSFER
            }
            .to_owned(),
            cash_on_delivery: self.pays_on_delivery(),
            customer: Customer {
                name: self.text("name").to_owned(),
                surname: self.text("surname").to_owned(),
                mail: self.text("mail").to_owned(),
                phone: phone.clone(),
                address: Address::default(),
            },
            delivery: self.chosen(offer, phone),
            consents: self.consents(basket),
            comments: Some(self.text("comments"))
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            original: String::new(),
            placed_in: PlacedIn::Shop,
        }))
    }

    fn check_delivery(&self, offer: &Delivery, faults: &mut Faults) {
        match offer.kind {
            DeliveryKind::ParcelLocker => {
                self.need("point", faults);
                let code = self.text("point");
                if !(5..=8).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    faults.entry("point".to_owned()).or_insert(Fault::Point);
                }
            }
            DeliveryKind::Courier => {
                for name in ["street", "postal_code", "city"] {
                    self.need(name, faults);
                }
                if !is_postal_code(self.text("postal_code")) {
                    faults
                        .entry("postal_code".to_owned())
                        .or_insert(Fault::PostalCode);
                }
            }
            DeliveryKind::Digital => {}
        }
        for extra in self.extras() {
            if offer.extras.iter().all(|(known, ..)| *known != extra) {
                let field = match extra {
                    DeliveryExtra::CashOnDelivery => "payment",
                    other => extra_word(other),
                };
                faults.insert(field.to_owned(), Fault::NotHere);
            }
        }
    }

    fn need(&self, name: &str, faults: &mut Faults) {
        let text = self.text(name);
        if text.is_empty() {
            faults.insert(name.to_owned(), Fault::Missing);
        } else if text.chars().count() > LONGEST {
            faults.insert(name.to_owned(), Fault::TooLong);
        }
    }

    fn chosen(&self, offer: &Delivery, phone: PhoneNumber) -> ChosenDelivery {
        let name = format!("{} {}", self.text("name"), self.text("surname"));
        ChosenDelivery {
            kind: offer.kind,
            extras: self.extras(),
            point: (offer.kind == DeliveryKind::ParcelLocker).then(|| self.text("point").to_uppercase()),
            address: (offer.kind == DeliveryKind::Courier).then(|| Address {
                name,
                country_code: "PL".to_owned(),
                street: self.text("street").to_owned(),
                city: self.text("city").to_owned(),
                postal_code: self.text("postal_code").to_owned(),
            }),
            mail: Some(self.text("mail").to_owned()),
            phone: Some(phone),
            note: None,
        }
    }

    fn consents(&self, basket: &Basket) -> Vec<GivenConsent> {
        let given = basket.consents.iter().map(|consent| GivenConsent {
            id: consent.id.clone(),
            version: consent.version.clone(),
            accepted: self.ticked(&consent_field(&consent.id)),
        });
        given.collect()
    }
}

/// All prices of a page in minor units: the goods' and those of what can be chosen. `2450 courier=1699 courier.weekend=500`.
pub(super) fn shown_prices(basket: &Basket) -> String {
    let mut shown = vec![basket.final_total.gross().minor.to_string()];
    for offer in &basket.deliveries {
        shown.push(format!(
            "{}={}",
            delivery_word(offer.kind),
            offer.price.gross().minor
        ));
        for (extra, _, price) in &offer.extras {
            shown.push(format!(
                "{}={}",
                extra_way(offer.kind, *extra),
                price.gross().minor
            ));
        }
    }
    shown.join(" ")
}

fn extra_way(kind: DeliveryKind, extra: DeliveryExtra) -> String {
    format!("{}.{}", delivery_word(kind), extra_word(extra))
}

/// The name of a consent's box.
pub(super) fn consent_field(id: &str) -> String {
    format!("consent-{id}")
}

/// A delivery's value in the form.
pub(super) fn delivery_word(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::ParcelLocker => "parcel_locker",
        DeliveryKind::Courier => "courier",
        DeliveryKind::Digital => "digital",
    }
}

/// An extra's name in the form.
pub(super) fn extra_word(extra: DeliveryExtra) -> &'static str {
    match extra {
        DeliveryExtra::CashOnDelivery => "cash_on_delivery",
        DeliveryExtra::Weekend => "weekend",
        DeliveryExtra::GiftWrap => "gift_wrap",
    }
}

/// Something on both sides of one `@`, with a dot after it: whether it exists, only a letter tells.
fn is_mail(text: &str) -> bool {
    let plain =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    text.split_once('@').is_some_and(|(before, host)| {
        let dotted = host
            .rsplit_once('.')
            .is_some_and(|(left, right)| !left.is_empty() && !right.is_empty());
        plain(before) && plain(host) && !host.contains('@') && dotted
    })
}

fn is_postal_code(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, b'-', c, d, e] if [a, b, c, d, e].iter().all(|digit| digit.is_ascii_digit()))
}

/// A number with its country code, or a Polish one without.
fn phone(text: &str) -> Option<PhoneNumber> {
    if text.starts_with('+') || text.starts_with("00") {
        PhoneNumber::parse(text).ok()
    } else {
        PhoneNumber::from_parts("48", text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_told_from_what_is_none() {
        for right in ["a@b.pl", "jan.nowak+sklep@poczta.example", "ąę@żółw.example"] {
            assert!(is_mail(right), "{right}");
        }
        for wrong in [
            "",
            "a",
            "@b.pl",
            "a@",
            "a@b",
            "a@b.",
            "a@.pl",
            "a b@c.pl",
            "a@b@c.pl",
            "a@b.pl\nBcc: c@d.pl",
        ] {
            assert!(!is_mail(wrong), "{wrong:?}");
        }
        assert!(is_postal_code("43-470"));
        for wrong in ["", "43470", "43-47", "43-4700", "ab-cde", "4３-470"] {
            assert!(!is_postal_code(wrong), "{wrong}");
        }
        let digits = |text| phone(text).map(|phone| phone.digits());
        assert_eq!(digits("600 000 000").as_deref(), Some("48600000000"));
        assert_eq!(digits("+354 822 3281").as_deref(), Some("3548223281"));
        assert_eq!(digits("0048600000000").as_deref(), Some("48600000000"));
        for wrong in ["", "12", "600 000 00x", "600 000 000 0"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}
