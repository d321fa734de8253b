//! What is in the basket, what it costs, and the button that takes it to the app.

use crate::shop::model::{Basket, Delivery, DeliveryKind, Line, Product, ProductId, PromoCode, PromoOffer};
use crate::storefront::Storefront;
use crate::storefront::format::{day, money};
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use karfa_shared::money::{Money, MoneyError};

#[derive(Template)]
#[template(path = "basket.html")]
struct BasketPage {
    frame: Frame,
    /// `None`: nothing is in it.
    filled: Option<Filled>,
    error: Option<String>,
    /// What became of the basket at sign-in.
    merged: Option<Merged>,
    /// A code that was refused, to be corrected.
    typed_code: String,
}

/// A guest's basket and the account's have become one.
struct Merged {
    /// What had no room, with the pieces.
    left_out: Vec<String>,
}

/// A basket with something in it.
struct Filled {
    lines: Vec<LineView>,
    codes: Vec<CodeView>,
    goods: String,
    /// What reduced prices save.
    saved: Option<String>,
    /// What codes take off.
    discount: Option<String>,
    total: String,
    vat: String,
    deliveries: Vec<DeliveryView>,
    free_from_left: Option<String>,
    offers: Vec<OfferView>,
    related: Vec<RelatedView>,
}

/// A promotion that may still be chosen.
struct OfferView {
    code: String,
    description: String,
    only_in_app: bool,
}

/// Something that goes with what is in the basket.
struct RelatedView {
    url: String,
    name: String,
    image: String,
    price: String,
}

struct LineView {
    id: String,
    url: String,
    name: String,
    attributes: Vec<(String, String)>,
    image: String,
    unit_price: String,
    quantity: u32,
    most: u32,
    total: String,
    regular_total: Option<String>,
    /// Fewer are left than are in the basket.
    only_left: Option<u32>,
}

struct CodeView {
    code: String,
    name: String,
    /// It takes nothing off at present.
    resting: bool,
}

pub(in crate::storefront) struct DeliveryView {
    pub(in crate::storefront) name: &'static str,
    pub(in crate::storefront) price: String,
    pub(in crate::storefront) when: String,
}

/// The basket's page.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let filled = visitor.basket.as_ref().filter(|basket| !basket.lines.is_empty());
    let filled = filled
        .map(|basket| filled_view(&storefront, &speech, basket))
        .transpose();
    page(&BasketPage {
        frame: Frame::new(&storefront, &speech, &visitor),
        filled: filled.map_err(|error| PageError::Broken(Box::new(error)))?,
        error: error(&speech),
        merged: merged(&storefront, &speech).await?,
        typed_code: speech.query("code").unwrap_or_default().to_owned(),
    })
}

/// What a sign-in asked to be told: `left=soap.2~mittens.1`. What is no product of ours is not repeated.
async fn merged(storefront: &Storefront, speech: &Speech) -> Result<Option<Merged>, PageError> {
    if speech.query("merged").is_none() {
        return Ok(None);
    }
    let mut left_out = Vec::new();
    for told in speech.query("left").unwrap_or_default().split('~').take(5) {
        let Some((id, pieces)) = told.rsplit_once('.') else {
            continue;
        };
        let (Ok(id), Ok(pieces)) = (ProductId::parse(id), pieces.parse::<u32>()) else {
            continue;
        };
        if let Some(product) = storefront.shop.product(&id).await? {
            let name = product.texts(speech.language.code()).name;
            left_out.push(format!("{pieces}\u{a0}× {name}"));
        }
    }
    Ok(Some(Merged { left_out }))
}

fn error(speech: &Speech) -> Option<String> {
    let t = speech.language.texts();
    let number = speech
        .query("number")
        .and_then(|number| number.parse::<u32>().ok())
        .unwrap_or(0);
    Some(match speech.query("error")? {
        "stock" => format!("{} {number}", t.error_stock),
        "many" => format!("{} {number}", t.error_many),
        "code" => t.error_code.to_owned(),
        "ordered" => t.error_ordered.to_owned(),
        _ => t.error_form.to_owned(),
    })
}

fn filled_view(storefront: &Storefront, speech: &Speech, basket: &Basket) -> Result<Filled, MoneyError> {
    let show = |amount| money(speech.language, amount);
    let less = |from: Money, to: Money| {
        let off = Money::new(to.minor - from.minor, from.currency);
        Some(off).filter(|off| off.minor < 0).map(show)
    };
    let goods = basket.final_total.gross();
    let free_from = basket
        .deliveries
        .iter()
        .filter(|offer| offer.price.gross().minor > 0);
    let missing = free_from
        .filter_map(|offer| Some(offer.free_from?.minor - goods.minor))
        .filter(|left| *left > 0)
        .min();
    let deliveries = basket
        .deliveries
        .iter()
        .map(|offer| delivery_view(storefront, speech, offer));
    Ok(Filled {
        lines: basket
            .lines
            .iter()
            .map(|line| line_view(speech, line))
            .collect::<Result<_, _>>()?,
        codes: basket
            .promo_codes
            .iter()
            .map(|code| code_view(code, false))
            .chain(basket.resting_codes.iter().map(|code| code_view(code, true)))
            .collect(),
        goods: show(basket.base_total.gross()),
        saved: less(basket.base_total.gross(), basket.promo_total.gross()),
        discount: less(basket.promo_total.gross(), goods),
        total: show(goods),
        vat: show(basket.final_total.vat()),
        deliveries: deliveries.collect(),
        offers: basket.offers.iter().map(offer_view).collect(),
        related: basket
            .related
            .iter()
            .map(|product| related_view(speech, product))
            .collect(),
        free_from_left: missing.map(|left| show(Money::new(left, goods.currency))),
    })
}

fn code_view(code: &PromoCode, resting: bool) -> CodeView {
    CodeView {
        code: code.code.clone(),
        name: code.name.clone(),
        resting,
    }
}

fn offer_view(offer: &PromoOffer) -> OfferView {
    OfferView {
        code: offer.code.clone(),
        description: offer.description.clone(),
        only_in_app: offer.only_in_app,
    }
}

fn related_view(speech: &Speech, product: &Product) -> RelatedView {
    RelatedView {
        url: speech.url(&product.link),
        name: product.texts(speech.language.code()).name,
        image: product.image.clone(),
        price: money(speech.language, product.price().gross()),
    }
}

fn line_view(speech: &Speech, line: &Line) -> Result<LineView, MoneyError> {
    let product = &line.product;
    let texts = product.texts(speech.language.code());
    let show = |amount| money(speech.language, amount);
    let total = line.total()?.gross();
    let regular = line.base_total()?.gross();
    Ok(LineView {
        id: product.id.to_string(),
        url: speech.url(&product.link),
        name: texts.name,
        attributes: texts.attributes,
        image: product.image.clone(),
        unit_price: show(product.price().gross()),
        quantity: line.quantity,
        most: product.max_quantity.min(product.stock).max(line.quantity),
        total: show(total),
        regular_total: Some(regular).filter(|regular| *regular != total).map(show),
        only_left: Some(product.stock).filter(|left| *left < line.quantity),
    })
}

/// A delivery, as the basket and the thank-you page tell it.
pub(in crate::storefront) fn delivery_view(
    storefront: &Storefront,
    speech: &Speech,
    offer: &Delivery,
) -> DeliveryView {
    let t = speech.language.texts();
    let price = offer.price.gross();
    DeliveryView {
        name: match offer.kind {
            DeliveryKind::ParcelLocker => t.parcel_locker,
            DeliveryKind::Courier => t.courier,
            DeliveryKind::Digital => t.by_mail,
        },
        price: if price.minor == 0 {
            t.free.to_owned()
        } else {
            money(speech.language, price)
        },
        when: match offer.kind {
            DeliveryKind::Digital => t.right_away.to_owned(),
            _ => format!(
                "{} {}",
                t.expected,
                day(speech.language, offer.expected, &storefront.time_zone)
            ),
        },
    }
}
