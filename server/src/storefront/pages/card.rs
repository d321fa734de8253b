//! A product among others: on the home page, and beside what it goes with.

use crate::shop::model::Product;
use crate::storefront::format::money;
use crate::storefront::language::Speech;

/// A product among others.
pub(super) struct Card {
    pub(super) url: String,
    pub(super) image: String,
    pub(super) image_alt: String,
    pub(super) category: String,
    pub(super) name: String,
    pub(super) price: String,
    /// The variants differ in price, and this is the lowest.
    pub(super) from: bool,
    pub(super) regular_price: Option<String>,
    pub(super) lowest_price: Option<String>,
    pub(super) sold_out: bool,
    pub(super) last_piece: bool,
    /// Values of the last attribute, for dots of colour.
    pub(super) dots: Vec<String>,
}

/// The card of a product; `products` are all that there are, its variants among them.
pub(super) fn card(speech: &Speech, product: &Product, products: &[Product]) -> Card {
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
