//! The shop's own checkout: a plain form, an order without an app.

use super::checkout_form::{Fault, Faults, Typed, consent_field, delivery_word, extra_word, shown_prices};
use super::format::money;
use super::forms::to;
use super::frame::{Frame, PageError, Visitor, page};
use super::language::Speech;
use super::pages::basket::delivery_view;
use super::texts::Texts;
use super::{Storefront, path};
use crate::shop::model::{Basket, ConsentKind, Delivery, DeliveryExtra, DeliveryKind, Order, OrderRefusal};
use crate::web::shopper::Shopper;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage {
    frame: Frame,
    error: Option<String>,
    who: Vec<Field>,
    offers: Vec<Offer>,
    delivery_fault: Option<&'static str>,
    extras: Vec<Choice>,
    payments: Vec<Choice>,
    payment_fault: Option<&'static str>,
    comments: Field,
    consents: Vec<ConsentView>,
    things: Vec<(String, String)>,
    /// In minor units, for the page's script.
    goods_minor: i64,
    /// Goes along with the form, so that a price that changes meanwhile is noticed.
    shown: String,
    currency: &'static str,
    total: String,
}

/// A field for text.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<&'static str>,
    value: String,
    required: bool,
    fault: Option<&'static str>,
}

/// A delivery to choose, with what it needs to know.
struct Offer {
    value: &'static str,
    name: &'static str,
    when: String,
    price: String,
    price_minor: i64,
    /// The extras it has and their prices in minor units, for the page's script: `weekend:500 gift_wrap:990`.
    extras: String,
    checked: bool,
    fields: Vec<Field>,
}

/// A box or a radio button.
struct Choice {
    value: &'static str,
    label: &'static str,
    price: Option<String>,
    hint: Option<&'static str>,
    checked: bool,
    fault: Option<&'static str>,
}

/// A consent: its sentence, with a link in it.
struct ConsentView {
    name: String,
    before: String,
    label: String,
    after: String,
    link: String,
    required: bool,
    checked: bool,
    fault: Option<&'static str>,
}

/// `GET /checkout`.
pub(super) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let Some(basket) = to_order(&visitor) else {
        return Ok(to(path::BASKET, &[], speech.form_lang()));
    };
    let mut typed = Typed::default();
    if let Some(account) = &visitor.account {
        for (name, value) in [
            ("name", &account.name),
            ("surname", &account.surname),
            ("mail", &account.mail),
        ] {
            typed.set(name, value);
        }
    }
    form_page(
        &storefront,
        &speech,
        &visitor,
        basket,
        &typed,
        &Faults::new(),
        None,
    )
}

/// `POST /checkout`.
pub(super) async fn submit(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, PageError> {
    let Ok(Form(fields)) = form else {
        return Ok(to(path::CHECKOUT, &[], None));
    };
    let typed = Typed::new(fields);
    let lang = Some(typed.text("lang")).filter(|lang| !lang.is_empty());
    let speech = speech.of_answer(lang);
    // Sent twice: the first time has made the order.
    if let Some(order) = ordered(&storefront, &shopper).await? {
        return Ok(thanks(&order, lang));
    }
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let Some(basket) = to_order(&visitor) else {
        return Ok(to(path::BASKET, &[], lang));
    };
    let again =
        |faults: &Faults, error| form_page(&storefront, &speech, &visitor, basket, &typed, faults, error);
    if typed.ticked("recount") {
        return again(&Faults::new(), None);
    }
    let t = speech.language.texts();
    let order = match typed.order(basket).map_err(broken)? {
        Ok(order) => order,
        Err(faults) => return refused(again(&faults, Some(t.checkout.check_below.to_owned()))?),
    };
    match storefront.shop.place_order(&basket.id, &order).await? {
        Ok(order) => Ok(thanks(&order, lang)),
        Err(refusal) => {
            let error = told(t, &refusal);
            // The refusal may be about a basket that has changed since.
            let visitor = Visitor::of(&storefront, &shopper).await?;
            let Some(basket) = to_order(&visitor) else {
                return Ok(to(path::BASKET, &[], lang));
            };
            refused(form_page(
                &storefront,
                &speech,
                &visitor,
                basket,
                &typed,
                &Faults::new(),
                Some(error),
            )?)
        }
    }
}

/// The basket, if there is something in it to order.
fn to_order(visitor: &Visitor) -> Option<&Basket> {
    visitor.basket.as_ref().filter(|basket| !basket.lines.is_empty())
}

/// The order of the newest basket, if it has one.
async fn ordered(storefront: &Storefront, shopper: &Shopper) -> Result<Option<Order>, PageError> {
    match shopper.newest().await? {
        Some(basket) => Ok(storefront.shop.order_of_basket(&basket).await?),
        None => Ok(None),
    }
}

fn thanks(order: &Order, lang: Option<&str>) -> Response {
    to(path::THANKS, &[("order", order.id.as_str())], lang)
}

fn refused(mut answer: Response) -> Result<Response, PageError> {
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> PageError {
    PageError::Broken(Box::new(error))
}

fn told(t: &Texts, refusal: &OrderRefusal) -> String {
    match refusal {
        OrderRefusal::OutOfStock { name } => format!("{} {name}", t.checkout.sold_out),
        OrderRefusal::PriceChanged { .. } | OrderRefusal::CodeExpired => t.checkout.price_changed.to_owned(),
        _ => t.checkout.changed.to_owned(),
    }
}

fn words(t: &Texts, fault: Fault) -> &'static str {
    match fault {
        Fault::Missing => t.checkout.missing,
        Fault::Mail => t.checkout.bad_mail,
        Fault::Phone => t.checkout.bad_phone,
        Fault::Point => t.checkout.bad_point,
        Fault::PostalCode => t.checkout.bad_postal_code,
        Fault::TooLong => t.checkout.too_long,
        Fault::NotHere => t.checkout.not_here,
        Fault::Agree => t.checkout.agree,
    }
}

/// What the views are made from.
struct Drawing<'a> {
    storefront: &'a Storefront,
    speech: &'a Speech,
    basket: &'a Basket,
    typed: &'a Typed,
    faults: &'a Faults,
}

fn form_page(
    storefront: &Storefront,
    speech: &Speech,
    visitor: &Visitor,
    basket: &Basket,
    typed: &Typed,
    faults: &Faults,
    error: Option<String>,
) -> Result<Response, PageError> {
    let drawing = Drawing {
        storefront,
        speech,
        basket,
        typed,
        faults,
    };
    let goods = basket.final_total.gross();
    let total = typed.total(basket, goods).map_err(broken)?;
    page(&CheckoutPage {
        frame: Frame::new(storefront, speech, visitor),
        error,
        who: drawing.who(),
        offers: basket
            .deliveries
            .iter()
            .map(|offer| drawing.offer(offer))
            .collect(),
        delivery_fault: drawing.fault("delivery"),
        extras: drawing.extras(),
        payments: drawing.payments(),
        payment_fault: drawing.fault("payment"),
        comments: drawing.field("comments", drawing.t().checkout.comments, "text", "off"),
        consents: drawing.consents(),
        things: drawing.things(),
        goods_minor: goods.minor,
        shown: shown_prices(basket),
        currency: goods.currency.code(),
        total: money(speech.language, total),
    })
}

impl Drawing<'_> {
    fn t(&self) -> &'static Texts {
        self.speech.language.texts()
    }

    fn fault(&self, name: &str) -> Option<&'static str> {
        self.faults.get(name).map(|fault| words(self.t(), *fault))
    }

    fn field(
        &self,
        name: &'static str,
        label: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
    ) -> Field {
        Field {
            name,
            label,
            kind,
            autocomplete,
            hint: None,
            value: self.typed.text(name).to_owned(),
            required: false,
            fault: self.fault(name),
        }
    }

    fn who(&self) -> Vec<Field> {
        let t = &self.t().checkout;
        let fields = [
            self.field("name", t.name, "text", "given-name"),
            self.field("surname", t.surname, "text", "family-name"),
            self.field("mail", t.mail, "email", "email"),
            self.field("phone", t.phone, "tel", "tel"),
        ];
        let needed = |field| Field {
            required: true,
            ..field
        };
        fields.into_iter().map(needed).collect()
    }

    fn offer(&self, offer: &Delivery) -> Offer {
        let t = &self.t().checkout;
        let view = delivery_view(self.storefront, self.speech, offer);
        let fields = match offer.kind {
            DeliveryKind::ParcelLocker => vec![Field {
                hint: Some(t.point_hint),
                ..self.field("point", t.point, "text", "off")
            }],
            DeliveryKind::Courier => vec![
                self.field("street", t.street, "text", "street-address"),
                self.field("postal_code", t.postal_code, "text", "postal-code"),
                self.field("city", t.city, "text", "address-level2"),
            ],
            DeliveryKind::Digital => Vec::new(),
        };
        let extras = offer
            .extras
            .iter()
            .map(|(extra, _, price)| format!("{}:{}", extra_word(*extra), price.gross().minor));
        Offer {
            value: delivery_word(offer.kind),
            name: view.name,
            when: view.when,
            price: view.price,
            price_minor: offer.price.gross().minor,
            extras: extras.collect::<Vec<_>>().join(" "),
            checked: self
                .typed
                .delivery(self.basket)
                .is_some_and(|chosen| chosen.kind == offer.kind),
            fields,
        }
    }

    /// The cheapest price of an extra among the deliveries that have it.
    fn price_of(&self, extra: DeliveryExtra) -> Option<String> {
        let offers = self.basket.deliveries.iter();
        let prices = offers.flat_map(|offer| offer.extras.iter().filter(|(known, ..)| *known == extra));
        let cheapest = prices
            .map(|(.., price)| price.gross())
            .min_by_key(|price| price.minor)?;
        Some(money(self.speech.language, cheapest))
    }

    fn extras(&self) -> Vec<Choice> {
        let t = &self.t().checkout;
        let labelled = [
            (DeliveryExtra::Weekend, t.weekend),
            (DeliveryExtra::GiftWrap, t.gift_wrap),
        ];
        let choice = |(extra, label)| {
            Some(Choice {
                value: extra_word(extra),
                label,
                price: Some(self.price_of(extra)?),
                hint: None,
                checked: self.typed.ticked(extra_word(extra)),
                fault: self.fault(extra_word(extra)),
            })
        };
        labelled.into_iter().filter_map(choice).collect()
    }

    fn payments(&self) -> Vec<Choice> {
        let t = &self.t().checkout;
        let on_delivery = self.typed.pays_on_delivery();
        let mut payments = vec![Choice {
            value: "transfer",
            label: t.transfer,
            price: None,
            hint: Some(t.transfer_hint),
            checked: !on_delivery,
            fault: None,
        }];
        if let Some(price) = self.price_of(DeliveryExtra::CashOnDelivery) {
            payments.push(Choice {
                value: "on_delivery",
                label: t.on_delivery,
                price: Some(price),
                hint: None,
                checked: on_delivery,
                fault: None,
            });
        }
        payments
    }

    fn consents(&self) -> Vec<ConsentView> {
        let view = |consent: &crate::shop::model::Consent| {
            let name = consent_field(&consent.id);
            let (before, label, after) = match consent.description.split_once(&consent.link_label) {
                Some((before, after)) => (before.to_owned(), consent.link_label.clone(), after.to_owned()),
                None => (
                    format!("{} ", consent.description),
                    consent.link_label.clone(),
                    String::new(),
                ),
            };
            ConsentView {
                before,
                label,
                after,
                link: self.speech.url(&consent.link),
                required: consent.kind != ConsentKind::Optional,
                checked: self.typed.ticked(&name),
                fault: self.fault(&name),
                name,
            }
        };
        self.basket.consents.iter().map(view).collect()
    }

    fn things(&self) -> Vec<(String, String)> {
        let thing = |line: &crate::shop::model::Line| {
            let name = line.product.texts(self.speech.language.code()).name;
            (
                format!("{}\u{a0}× {name}", line.quantity),
                money(self.speech.language, line.final_total.gross()),
            )
        };
        self.basket.lines.iter().map(thing).collect()
    }
}
