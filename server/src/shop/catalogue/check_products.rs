//! Checks the products of a catalogue's file.

use super::check::Checker;
use super::file::{ProductTable, TextsTable, VariantTable};
use super::goods::{Article, Supply};
use crate::shop::model::{Product, ProductId, ProductTexts};
use karfa_shared::money::{Price, VatRate};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The most products and variants of one catalogue.
const MOST_ARTICLES: usize = 2_000;
/// The longest name or attribute that a wallet's app shows.
const MOST_NAME: usize = 255;

/// The products in the order of the file, each followed by its variants.
pub(super) fn articles(c: &mut Checker, tables: Vec<ProductTable>) -> Vec<Article> {
    c.require(
        !tables.is_empty(),
        "product",
        "is missing: write at least one [[product]]",
    );
    let mut seen = HashSet::new();
    let mut articles = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("product[{}]", at + 1);
        if let Some(family) = family(c, &key, table) {
            for article in &family {
                let again = !seen.insert(article.product.id.clone());
                c.require(
                    !again,
                    &key,
                    &format!("the id {} is there twice: choose another", article.product.id),
                );
            }
            articles.extend(family);
        }
    }
    c.require(
        articles.len() <= MOST_ARTICLES,
        "product",
        "are too many: this shop is made for up to 2000",
    );
    articles
}

/// A product and its variants. `None` if not even its id can be read.
fn family(c: &mut Checker, key: &str, table: ProductTable) -> Option<Vec<Article>> {
    let id = id(c, key, &table.id)?;
    let rate = c.vat(&format!("{key}.vat"), table.vat);
    let base_price = c.price(&format!("{key}.price"), &table.price, rate);
    c.require(
        base_price.gross().minor > 0,
        &format!("{key}.price"),
        "is 0: write what one piece costs",
    );
    let (promo_price, lowest_price) = reduced(c, key, &table, base_price, rate);
    let most = (1..=999).contains(&table.max_quantity);
    c.require(most, &format!("{key}.max_quantity"), "write 1 to 999");
    let parent = Product {
        link: format!("/product/{id}"),
        id,
        variant_of: None,
        attributes: Vec::new(),
        variants: Vec::new(),
        name: c.text(&format!("{key}.name"), table.name, MOST_NAME),
        description: c.text(&format!("{key}.description"), table.description, 2_000),
        category: c.text(&format!("{key}.category"), table.category, 60),
        ean: ean(c, &format!("{key}.ean"), table.ean),
        image: c.link(&format!("{key}.image"), table.image),
        image_alt: c.text(&format!("{key}.image_alt"), table.image_alt, MOST_NAME),
        base_price,
        promo_price,
        lowest_price,
        vat_rate: rate,
        stock: 0,
        max_quantity: table.max_quantity,
        unit: c.text(&format!("{key}.unit"), table.unit, 20),
        digital: table.digital,
        translations: translations(c, key, table.translated),
        hot: table.hot,
        related: table
            .related
            .iter()
            .filter_map(|related| self::id(c, &format!("{key}.related"), related))
            .collect(),
    };
    let supply = match (table.stock, table.digital, table.variant.is_empty()) {
        (None, true, true) => Supply::Endless,
        (None, false, false) => Supply::Variants,
        (Some(pieces), false, true) => Supply::Counted(pieces),
        (None, false, true) => {
            c.wrong(
                &format!("{key}.stock"),
                "is missing: write how many pieces there are",
            );
            Supply::Counted(0)
        }
        (_, true, false) => {
            c.wrong(
                &format!("{key}.variant"),
                "a digital product has no variants: make each a product",
            );
            Supply::Endless
        }
        (Some(_), true, true) => {
            c.wrong(
                &format!("{key}.stock"),
                "a digital product does not run out: leave it out",
            );
            Supply::Endless
        }
        (Some(_), false, false) => {
            c.wrong(
                &format!("{key}.stock"),
                "belongs to the variants: leave it out here",
            );
            Supply::Variants
        }
    };
    let variants = variants(c, key, &parent, table.variant);
    let mut parent = parent;
    parent.variants = variants
        .iter()
        .map(|variant| variant.product.id.clone())
        .collect();
    let mut family = vec![Article {
        product: parent,
        supply,
    }];
    family.extend(variants);
    Some(family)
}

/// What goes with a product can be bought without a further choice.
pub(super) fn related(c: &mut Checker, articles: &[Article], places: &HashMap<ProductId, usize>) {
    for article in articles {
        for related in &article.product.related {
            let found = places.get(related).and_then(|place| articles.get(*place));
            let key = format!("product {:?}: related", article.product.id.as_str());
            c.require(
                found.is_some_and(|found| found.supply != Supply::Variants),
                &key,
                "names what cannot be bought as it is: write ids of products without variants, or of variants",
            );
        }
    }
}

fn id(c: &mut Checker, key: &str, text: &str) -> Option<ProductId> {
    let id = ProductId::parse(text);
    if let Err(error) = id {
        c.wrong(&format!("{key}.id"), error.to_string());
    }
    id.ok()
}

fn reduced(
    c: &mut Checker,
    key: &str,
    table: &ProductTable,
    base: Price,
    rate: VatRate,
) -> (Option<Price>, Option<Price>) {
    let promo = table
        .promo_price
        .as_ref()
        .map(|amount| c.price(&format!("{key}.promo_price"), amount, rate));
    let lowest = table
        .lowest_price
        .as_ref()
        .map(|amount| c.price(&format!("{key}.lowest_price"), amount, rate));
    if let Some(promo) = promo {
        let (promo, base) = (promo.gross().minor, base.gross().minor);
        c.require(
            0 < promo && promo < base,
            &format!("{key}.promo_price"),
            "write less than price, and more than 0",
        );
    }
    let positive = lowest.is_none_or(|lowest| lowest.gross().minor > 0);
    c.require(positive, &format!("{key}.lowest_price"), "write more than 0");
    c.require(
        promo.is_some() == lowest.is_some(),
        &format!("{key}.lowest_price"),
        "goes together with promo_price: a reduced price is told with the lowest of the 30 days before",
    );
    (promo, lowest)
}

fn ean(c: &mut Checker, key: &str, ean: Option<String>) -> Option<String> {
    if let Some(ean) = &ean {
        let digits: Vec<u32> = ean.chars().filter_map(|digit| digit.to_digit(10)).collect();
        let sum: u32 = digits
            .iter()
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| digit * weight)
            .sum();
        let valid = ean.len() == 13 && digits.len() == 13 && sum.is_multiple_of(10);
        c.require(
            valid,
            key,
            "is not an EAN-13: write its 13 digits, the check digit last",
        );
    }
    ean
}

fn language(c: &mut Checker, key: &str, language: &str) {
    let fits = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    c.require(fits, key, "is not a language: write two small letters, like en");
}

fn translations(
    c: &mut Checker,
    key: &str,
    tables: BTreeMap<String, TextsTable>,
) -> BTreeMap<String, ProductTexts> {
    let mut translations = BTreeMap::new();
    for (code, table) in tables {
        let key = format!("{key}.translated.{code}");
        language(c, &key, &code);
        let texts = ProductTexts {
            name: c.text(&format!("{key}.name"), table.name, MOST_NAME),
            description: c.text(&format!("{key}.description"), table.description, 2_000),
            category: c.text(&format!("{key}.category"), table.category, 60),
            image_alt: c.text(&format!("{key}.image_alt"), table.image_alt, MOST_NAME),
            attributes: Vec::new(),
            unit: c.text(&format!("{key}.unit"), table.unit, 20),
        };
        translations.insert(code, texts);
    }
    translations
}

fn variants(c: &mut Checker, key: &str, parent: &Product, tables: Vec<VariantTable>) -> Vec<Article> {
    let mut options = HashSet::new();
    let mut names: Option<Vec<String>> = None;
    let mut articles = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("{key}.variant[{}]", at + 1);
        let attributes_key = format!("{key}.attributes");
        attributes(c, &attributes_key, &table.attributes);
        let own: Vec<String> = table.attributes.iter().map(|(name, _)| name.clone()).collect();
        let first = names.get_or_insert_with(|| own.clone());
        c.require(
            *first == own,
            &attributes_key,
            "name the same attributes in all variants, in the same order",
        );
        c.require(
            options.insert(table.attributes.clone()),
            &attributes_key,
            "another variant has the same ones",
        );
        articles.extend(variant(c, &key, parent, table));
    }
    articles
}

fn attributes(c: &mut Checker, key: &str, attributes: &[(String, String)]) {
    c.require(
        (1..=4).contains(&attributes.len()),
        key,
        "write 1 to 4 of them, like [[\"Rozmiar\", \"M\"]]",
    );
    for (name, value) in attributes {
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= MOST_NAME;
        c.require(
            fits(name) && fits(value),
            key,
            "write names and values of 1 to 255 characters",
        );
    }
}

fn variant(c: &mut Checker, key: &str, parent: &Product, table: VariantTable) -> Option<Article> {
    let id = id(c, key, &table.id)?;
    let mut product = parent.clone();
    product.link = format!("{}?variant={id}", parent.link);
    product.id = id;
    product.variant_of = Some(parent.id.clone());
    product.attributes = table.attributes;
    if let Some(amount) = &table.price {
        let key = format!("{key}.price");
        product.base_price = c.price(&key, amount, parent.vat_rate);
        c.require(
            product.base_price.gross().minor > 0,
            &key,
            "is 0: write what one piece costs",
        );
        c.require(
            parent.promo_price.is_none(),
            &key,
            "the product is reduced: give it one price for all variants",
        );
    }
    product.ean = ean(c, &format!("{key}.ean"), table.ean);
    if let Some(image) = table.image {
        product.image = c.link(&format!("{key}.image"), image);
    }
    if let Some(image_alt) = table.image_alt {
        product.image_alt = c.text(&format!("{key}.image_alt"), image_alt, MOST_NAME);
    }
    let mut translated = table.translated;
    for (code, texts) in &mut product.translations {
        let key = format!("{key}.translated.{code}");
        let Some(own) = translated.remove(code) else {
            c.wrong(&key, "is missing: the product has texts in this language");
            continue;
        };
        attributes(c, &format!("{key}.attributes"), &own.attributes);
        let complete = own.attributes.len() == product.attributes.len();
        c.require(
            complete,
            &format!("{key}.attributes"),
            "write as many as in the shop's own language",
        );
        texts.attributes = own.attributes;
        if let Some(image_alt) = own.image_alt {
            texts.image_alt = c.text(&format!("{key}.image_alt"), image_alt, MOST_NAME);
        }
    }
    for code in translated.keys() {
        c.wrong(
            &format!("{key}.translated.{code}"),
            "the product itself has no texts in this language: add them there",
        );
    }
    Some(Article {
        product,
        supply: Supply::Counted(table.stock),
    })
}
