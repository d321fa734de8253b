//! From what is stored of a basket to the basket as it is told. Pure: the catalogue, the row and its day are all it knows,
//! so that two reads of an unchanged basket are equal.

use super::discount::{discount_minor, spread};
use super::file::Offered;
use super::goods::{Catalogue, CodeRule, DeliveryRule, Supply};
use crate::shop::model::{
    Basket, BasketId, Delivery, DeliveryExtra, DeliveryKind, Line, OrderId, Product, ProductId, PromoCode,
    PromoOffer,
};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _};
use karfa_shared::money::{Money, MoneyError, Price};

/// The most promotions that are offered at once.
const MOST_OFFERS: usize = 5;
/// The most products that are suggested at once.
const MOST_RELATED: usize = 10;

/// A basket as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredBasket {
    pub(super) id: BasketId,
    pub(super) revision: i64,
    /// The shop's day that it is told for.
    pub(super) dated_on: Date,
    pub(super) expires: Timestamp,
    pub(super) order: Option<OrderId>,
    pub(super) lines: Vec<StoredLine>,
    pub(super) codes: Vec<String>,
}

/// A line as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredLine {
    pub(super) product: ProductId,
    pub(super) quantity: u32,
    /// Pieces in stock; `None` where they are not counted.
    pub(super) pieces: Option<u32>,
}

/// Prices a basket for `day`: its own day when it is told, today when it is ordered.
///
/// # Errors
/// Past what 64 bits hold.
pub(super) fn price(catalogue: &Catalogue, stored: &StoredBasket, day: Date) -> Result<Basket, MoneyError> {
    let zero = Price::zero(catalogue.currency);
    // What the catalogue no longer has is no longer in the basket.
    let known = stored.lines.iter().filter_map(|line| {
        let mut product = catalogue.article(&line.product)?.product.clone();
        // An order keeps its pieces, whatever becomes of the stock.
        let pieces = if stored.order.is_some() {
            Some(line.quantity)
        } else {
            line.pieces
        };
        product.stock = pieces.unwrap_or(u32::MAX).min(product.max_quantity);
        Some(Line {
            product,
            quantity: line.quantity,
            final_total: zero,
        })
    });
    let mut lines: Vec<Line> = known.collect();
    let mut base_total = zero;
    let mut promo_total = zero;
    for line in &lines {
        base_total = base_total.plus(line.base_total()?)?;
        promo_total = promo_total.plus(line.total()?)?;
    }
    let codes = applying(catalogue, &stored.codes, day, promo_total.gross());
    spread(
        &mut lines,
        discount_minor(promo_total.gross(), codes.iter().copied()),
    )?;
    let final_total = lines
        .iter()
        .try_fold(zero, |sum, line| sum.plus(line.final_total))?;
    let deliveries = deliveries(catalogue, &lines, final_total.gross(), stored.dated_on);
    let offers = offers(catalogue, &codes, stored.dated_on);
    let related = related(catalogue, &lines);
    Ok(Basket {
        id: stored.id.clone(),
        revision: stored.revision,
        base_total,
        promo_total,
        final_total,
        promo_codes: codes.iter().copied().map(named).collect(),
        resting_codes: stored
            .codes
            .iter()
            .filter_map(|code| catalogue.code(code))
            .filter(|rule| !codes.iter().any(|applying| applying.code == rule.code))
            .map(named)
            .collect(),
        offers,
        related,
        consents: catalogue.consents.clone(),
        payment_methods: payment_methods(catalogue, &deliveries),
        deliveries,
        lines,
        expires: stored.expires,
        order: stored.order.clone(),
    })
}

fn named(rule: &CodeRule) -> PromoCode {
    PromoCode {
        code: rule.code.clone(),
        name: rule.name.clone(),
    }
}

/// The codes of a basket that apply on `day` to goods of this sum.
pub(super) fn applying<'a>(
    catalogue: &'a Catalogue,
    codes: &[String],
    day: Date,
    goods: Money,
) -> Vec<&'a CodeRule> {
    codes
        .iter()
        .filter_map(|code| catalogue.code(code))
        .filter(|rule| rule.applies(day, goods))
        .collect()
}

/// The codes that are offered on `day` and not in the basket yet.
fn offers(catalogue: &Catalogue, chosen: &[&CodeRule], day: Date) -> Vec<PromoOffer> {
    let known = |rule: &CodeRule| chosen.iter().any(|chosen| chosen.code == rule.code);
    let open = |rule: &&CodeRule| rule.last_day.is_none_or(|last| day <= last) && !known(rule);
    let end = |last: Date| {
        let night = last.at(23, 59, 59, 0).to_zoned(catalogue.time_zone.clone());
        night.map_or(Timestamp::MAX, |night| night.timestamp())
    };
    let rules = catalogue.codes.iter().filter(open);
    rules
        .filter_map(|rule| {
            Some(PromoOffer {
                only_in_app: rule.offered? == Offered::App,
                code: rule.code.clone(),
                description: rule.name.clone(),
                until: rule.last_day.map(end),
            })
        })
        .take(MOST_OFFERS)
        .collect()
}

/// What goes with the lines and is not among them. Its stock is left open.
fn related(catalogue: &Catalogue, lines: &[Line]) -> Vec<Product> {
    let mut found: Vec<Product> = Vec::new();
    for id in lines.iter().flat_map(|line| &line.product.related) {
        let known = lines.iter().any(|line| line.product.id == *id) || found.iter().any(|one| one.id == *id);
        if let (false, Some(article)) = (known, catalogue.article(id)) {
            found.push(article.product.clone());
        }
    }
    found.truncate(MOST_RELATED);
    found
}

/// What is paid at the door can only be chosen where somebody comes to the door.
fn payment_methods(catalogue: &Catalogue, deliveries: &[Delivery]) -> Vec<String> {
    let at_the_door = deliveries.iter().any(|delivery| {
        delivery
            .extras
            .iter()
            .any(|(extra, ..)| *extra == DeliveryExtra::CashOnDelivery)
    });
    let offered =
        |method: &&String| at_the_door || catalogue.cash_on_delivery_method.as_ref() != Some(*method);
    catalogue
        .payment_methods
        .iter()
        .filter(offered)
        .cloned()
        .collect()
}

/// Goods that have to be sent go by parcel; a basket of digital goods alone goes by e-mail.
fn deliveries(catalogue: &Catalogue, lines: &[Line], goods: Money, dated_on: Date) -> Vec<Delivery> {
    let digital = !lines.is_empty() && lines.iter().all(|line| line.product.digital);
    let fits = |rule: &&DeliveryRule| (rule.kind == DeliveryKind::Digital) == digital;
    catalogue
        .deliveries
        .iter()
        .filter(fits)
        .map(|rule| offer(catalogue, rule, goods, dated_on))
        .collect()
}

fn offer(catalogue: &Catalogue, rule: &DeliveryRule, goods: Money, dated_on: Date) -> Delivery {
    let free = rule.free_from.is_some_and(|from| goods.minor >= from.minor);
    Delivery {
        kind: rule.kind,
        price: if free {
            Price::zero(catalogue.currency)
        } else {
            rule.price
        },
        free_from: rule.free_from,
        expected: expected(catalogue, dated_on, rule.working_days),
        extras: rule.extras.clone(),
    }
}

/// The evening of the day that is so many working days after `dated_on`.
fn expected(catalogue: &Catalogue, dated_on: Date, working_days: u16) -> Timestamp {
    let mut day = dated_on;
    for _ in 0..working_days {
        day = day.saturating_add(1.day());
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.saturating_add(1.day());
        }
    }
    let evening = day.at(20, 0, 0, 0).to_zoned(catalogue.time_zone.clone());
    evening.map_or(Timestamp::MAX, |evening| evening.timestamp())
}

/// A product as it is told, with the pieces there are.
pub(super) fn product(
    catalogue: &Catalogue,
    id: &ProductId,
    pieces: impl Fn(&ProductId) -> u32,
) -> Option<Product> {
    let article = catalogue.article(id)?;
    let mut product = article.product.clone();
    product.stock = match article.supply {
        Supply::Counted(_) => pieces(id),
        Supply::Endless => product.max_quantity,
        Supply::Variants => product
            .variants
            .iter()
            .fold(0, |sum: u32, variant| sum.saturating_add(pieces(variant))),
    };
    Some(product)
}
