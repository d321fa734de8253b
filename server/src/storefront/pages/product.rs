//! One product: pictures, variants, price, stock, and the form that puts it into the basket.

use super::card::{Card, card};
use super::not_found;
use crate::shop::model::{Product, ProductId};
use crate::storefront::Storefront;
use crate::storefront::format::money;
use crate::storefront::forms::request_id;
use crate::storefront::frame::{Frame, PageError, Visitor, page};
use crate::storefront::language::Speech;
use crate::storefront::texts::Texts;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage {
    frame: Frame,
    view: View,
    notice: Option<Notice>,
    /// What goes with it.
    related: Vec<Card>,
}

/// The product as the page shows it: the chosen variant, or the product itself.
struct View {
    /// What the form and the button name: the variant, once one is chosen.
    id: String,
    parent: String,
    name: String,
    category: String,
    description: String,
    image: String,
    image_alt: String,
    price: String,
    regular_price: Option<String>,
    lowest_price: Option<String>,
    vat: String,
    stock: String,
    /// A variant has to be chosen first.
    undecided: bool,
    sold_out: bool,
    /// All variants are sold out, or there are none and this is.
    all_sold_out: bool,
    most: u32,
    groups: Vec<Group>,
    /// The variants as JSON, for the page's script.
    variants: String,
    request_id: String,
}

/// One attribute, with the values to choose from.
struct Group {
    field: String,
    name: String,
    values: Vec<Choice>,
}

/// A value of an attribute.
struct Choice {
    /// In the shop's own language: what the form sends.
    value: String,
    label: String,
    checked: bool,
    sold_out: bool,
}

/// A variant as the page's script knows it.
#[derive(Serialize)]
struct VariantView {
    id: String,
    options: Vec<String>,
    price: String,
    image: String,
    alt: String,
    stock: String,
    most: u32,
    url: String,
}

/// What is told above the product.
struct Notice {
    text: String,
    /// Good news, with a link to the basket.
    added: bool,
}

/// A product's page. A variant is shown on its product's.
pub(in crate::storefront) async fn show(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let found = match ProductId::parse(&id) {
        Ok(id) => storefront.shop.product(&id).await?,
        Err(_) => None,
    };
    let Some(product) = found else {
        return not_found::show(State(storefront), speech, shopper).await;
    };
    if product.variant_of.is_some() {
        return Ok(Redirect::to(&speech.url(&product.link)).into_response());
    }
    let products = storefront.shop.products().await?;
    let variants: Vec<&Product> = products
        .iter()
        .filter(|variant| variant.variant_of.as_ref() == Some(&product.id))
        .collect();
    let asked = speech.query("variant");
    let chosen = variants
        .iter()
        .find(|variant| asked == Some(variant.id.as_str()))
        .copied();
    let visitor = Visitor::of(&storefront, &shopper).await?;
    page(&ProductPage {
        frame: Frame::new(&storefront, &speech, &visitor),
        notice: notice(&speech, chosen.unwrap_or(&product)),
        related: related(&speech, &product, &products),
        view: view(&storefront, &speech, &product, &variants, chosen),
    })
}

/// What goes with a product; of a variant its family is shown.
fn related(speech: &Speech, product: &Product, products: &[Product]) -> Vec<Card> {
    let named = product.related.iter().filter_map(|id| {
        let found = products.iter().find(|known| known.id == *id)?;
        match &found.variant_of {
            Some(family) => products.iter().find(|known| known.id == *family),
            None => Some(found),
        }
    });
    named.map(|found| card(speech, found, products)).collect()
}

fn view(
    storefront: &Storefront,
    speech: &Speech,
    product: &Product,
    variants: &[&Product],
    chosen: Option<&Product>,
) -> View {
    let shown = chosen.unwrap_or(product);
    let texts = shown.texts(speech.language.code());
    let money = |amount| money(speech.language, amount);
    let undecided = !variants.is_empty() && chosen.is_none();
    View {
        id: shown.id.to_string(),
        parent: product.id.to_string(),
        name: texts.name,
        category: texts.category,
        description: texts.description,
        image: shown.image.clone(),
        image_alt: texts.image_alt,
        price: money(shown.price().gross()),
        regular_price: shown.promo_price.map(|_| money(shown.base_price.gross())),
        lowest_price: shown.lowest_price.map(|price| money(price.gross())),
        vat: format!("{}\u{a0}%", shown.vat_rate.hundredths_of_percent() / 100),
        stock: if undecided && product.stock > 0 {
            speech.language.texts().choose_first.to_owned()
        } else {
            stock(speech.language.texts(), shown)
        },
        undecided,
        sold_out: shown.stock == 0,
        all_sold_out: product.stock == 0,
        most: most(shown),
        groups: groups(speech, variants, chosen),
        variants: variants_json(speech, variants),
        request_id: request_id(storefront),
    }
}

/// The most pieces that can be asked for.
fn most(product: &Product) -> u32 {
    product.max_quantity.min(product.stock).max(1)
}

fn stock(t: &Texts, product: &Product) -> String {
    match product.stock {
        _ if product.digital => t.at_once.to_owned(),
        0 => t.sold_out.to_owned(),
        1 => t.last_piece.to_owned(),
        few @ 2..=3 => format!("{} {few}", t.few_left),
        _ => t.in_stock.to_owned(),
    }
}

fn groups(speech: &Speech, variants: &[&Product], chosen: Option<&Product>) -> Vec<Group> {
    let Some(first) = variants.first() else {
        return Vec::new();
    };
    let names = first.texts(speech.language.code()).attributes;
    let group = |(at, (name, _)): (usize, (String, String))| Group {
        field: format!("option{}", at + 1),
        name,
        values: choices(speech, variants, chosen, at),
    };
    names.into_iter().enumerate().map(group).collect()
}

fn choices(speech: &Speech, variants: &[&Product], chosen: Option<&Product>, at: usize) -> Vec<Choice> {
    let value = |product: &Product| product.attributes.get(at).map(|(_, value)| value.clone());
    let mut seen = BTreeSet::new();
    let mut choices = Vec::new();
    for variant in variants {
        let Some(own) = value(variant).filter(|own| seen.insert(own.clone())) else {
            continue;
        };
        let alike = variants
            .iter()
            .filter(|other| value(other).as_ref() == Some(&own));
        choices.push(Choice {
            label: variant
                .texts(speech.language.code())
                .attributes
                .get(at)
                .map_or(own.clone(), |(_, label)| label.clone()),
            checked: chosen.is_some_and(|chosen| value(chosen).as_ref() == Some(&own)),
            sold_out: alike.fold(0, |sum: u32, product| sum.saturating_add(product.stock)) == 0,
            value: own,
        });
    }
    choices
}

fn variants_json(speech: &Speech, variants: &[&Product]) -> String {
    let view = |variant: &&Product| VariantView {
        id: variant.id.to_string(),
        options: variant
            .attributes
            .iter()
            .map(|(_, value)| value.clone())
            .collect(),
        price: money(speech.language, variant.price().gross()),
        image: variant.image.clone(),
        alt: variant.texts(speech.language.code()).image_alt,
        stock: stock(speech.language.texts(), variant),
        most: if variant.stock == 0 { 0 } else { most(variant) },
        url: speech.url(&variant.link),
    };
    serde_json::to_string(&variants.iter().map(view).collect::<Vec<_>>()).unwrap_or_default()
}

/// What a form's answer asked to be told.
fn notice(speech: &Speech, shown: &Product) -> Option<Notice> {
    let t = speech.language.texts();
    if speech.query("added").is_some() {
        return Some(Notice {
            text: t.added.to_owned(),
            added: true,
        });
    }
    let text = match speech.query("error")? {
        "options" => t.error_options.to_owned(),
        "stock" => format!("{} {}", t.error_stock, shown.stock),
        "many" => format!("{} {}", t.error_many, shown.max_quantity),
        _ => t.error_form.to_owned(),
    };
    Some(Notice { text, added: false })
}
