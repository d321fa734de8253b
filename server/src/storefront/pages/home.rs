//! All products, in the order of the catalogue.

use crate::shop::model::Product;
use crate::storefront::Storefront;
use crate::storefront::format::money;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    cards: Vec<Card>,
}

/// A product among others.
struct Card {
    url: String,
    image: String,
    image_alt: String,
    category: String,
    name: String,
    price: String,
    /// The variants differ in price, and this is the lowest.
    from: bool,
    regular_price: Option<String>,
    lowest_price: Option<String>,
    sold_out: bool,
    last_piece: bool,
    /// Values of the last attribute, for dots of colour.
    dots: Vec<String>,
}

/// The home page.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let products = storefront.shop.products().await?;
    let families = products.iter().filter(|product| product.variant_of.is_none());
    let cards = families
        .map(|product| card(&speech, product, &products))
        .collect();
    page(&HomePage {
        frame: Frame::new(&storefront, &speech, &visitor),
        cards,
    })
}

fn card(speech: &Speech, product: &Product, products: &[Product]) -> Card {
    let variants: Vec<&Product> = products
        .iter()
        .filter(|variant| variant.variant_of.as_ref() == Some(&product.id))
        .collect();
    let prices = || {
        variants
            .iter()
            .map(|variant| variant.price().gross())
            .chain(variants.is_empty().then(|| product.price().gross()))
    };
    let lowest = prices()
        .min_by_key(|price| price.minor)
        .unwrap_or(product.price().gross());
    let mut dots: Vec<String> = Vec::new();
    for variant in &variants {
        if let Some((_, value)) = variant
            .attributes
            .last()
            .filter(|(_, value)| !dots.contains(value))
        {
            dots.push(value.clone());
        }
    }
    let texts = product.texts(speech.language.code());
    let money = |amount| money(speech.language, amount);
    Card {
        url: speech.url(&product.link),
        image: product.image.clone(),
        image_alt: texts.image_alt,
        category: texts.category,
        name: texts.name,
        price: money(lowest),
        from: prices().any(|price| price != lowest),
        regular_price: product.promo_price.map(|_| money(product.base_price.gross())),
        lowest_price: product.lowest_price.map(|price| money(price.gross())),
        sold_out: product.stock == 0,
        last_piece: product.stock == 1 && !product.digital,
        dots,
    }
}
