//! The catalogue's file: the demo's is right, and what is wrong in another is told with its key.

use super::{CATALOGUE, Catalogue};
use crate::shop::catalogue::CatalogueError;
use std::path::Path;

fn error(catalogue: &str) -> String {
    Catalogue::parse("shop.toml", catalogue).unwrap_err().to_string()
}

/// What is said of the catalogue with one thing replaced.
fn said(from: &str, to: &str) -> String {
    assert!(CATALOGUE.contains(from), "{from}");
    error(&CATALOGUE.replacen(from, to, 1))
}

#[test]
fn the_demo_catalogue_is_right() {
    let catalogue = Catalogue::demo().unwrap_or_else(|error| panic!("{error}"));
    let translated = catalogue
        .articles
        .iter()
        .all(|article| article.product.translations.contains_key("en"));
    assert!(translated, "every product of the demo speaks English too");
    let rates: std::collections::BTreeSet<u32> = catalogue
        .articles
        .iter()
        .map(|article| article.product.vat_rate.hundredths_of_percent())
        .collect();
    assert_eq!(rates.into_iter().collect::<Vec<_>>(), [500, 800, 2300]);
}

#[test]
fn the_pictures_of_the_demo_exist() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    for article in Catalogue::demo().unwrap().articles {
        let picture = demo.join(article.product.image.trim_start_matches('/'));
        assert!(picture.is_file(), "{}", picture.display());
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Catalogue::read(Path::new("/nowhere/shop.toml")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot read the catalogue /nowhere/shop.toml: "),
        "{error}"
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let error = error("[shop]\ncurrency = PLN");
    assert!(error.starts_with("shop.toml: line 2, currency: "), "{error}");
}

#[test]
fn an_unknown_key_is_told_with_those_that_exist() {
    let error = said("max_quantity = 10", "max_quantitty = 10");
    assert!(
        error.contains("unknown field `max_quantitty`") && error.contains("`max_quantity`"),
        "{error}"
    );
}

#[test]
fn an_amount_without_quotes_is_refused() {
    let error = said("price = \"24.50\"", "price = 24.50");
    assert!(
        error.contains("expected an amount in quotes, like \"129.90\""),
        "{error}"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_key_and_a_remedy() {
    let cases = [
        (
            "\"24.50\"",
            "\"24,50\"",
            "product[1].price: \"24,50\" is not an amount with at most 2 decimals: write it like 12.50",
        ),
        (
            "\"24.50\"",
            "\"-1.00\"",
            "product[1].price: write an amount from 0 to 1000000.00",
        ),
        (
            "\"24.50\"",
            "\"0.00\"",
            "product[1].price: is 0: write what one piece costs",
        ),
        (
            "vat = 5\n",
            "vat = 500\n",
            "product[5].vat: 500 is not a rate of VAT: write whole percent, like 23",
        ),
        (
            "\"soap\"",
            "\"so ap\"",
            "product[1].id: an id has 1 to 64 letters, digits, hyphens or underscores",
        ),
        (
            "\"scarf\"",
            "\"soap\"",
            "product[2]: the id soap is there twice: choose another",
        ),
        (
            "promo_price = \"129.00\"",
            "promo_price = \"169.00\"",
            "product[2].promo_price: write less than price",
        ),
        (
            "lowest_price = \"139.00\"\n",
            "",
            "product[2].lowest_price: goes together with promo_price",
        ),
        (
            "2000417000011",
            "2000417000012",
            "product[1].ean: is not an EAN-13",
        ),
        (
            "stock = 60\n",
            "",
            "product[1].stock: is missing: write how many pieces there are",
        ),
        (
            "digital = true",
            "digital = true\nstock = 1",
            "product[6].stock: a digital product does not run out",
        ),
        (
            "[[\"Kolor\", \"niebieski\"]]",
            "[[\"Kolor\", \"czerwony\"]]",
            "product[7].variant[2].attributes: another variant",
        ),
        (
            "[[\"Kolor\", \"niebieski\"]]",
            "[[\"Barwa\", \"niebieski\"]]",
            "product[7].variant[2].attributes: name the same",
        ),
        (
            "translated.en = { attributes = [[\"Colour\", \"red\"]] }\n",
            "",
            "product[7].variant[1].translated.en: is missing",
        ),
        (
            "image = \"/demo/pictures/soap.svg\"",
            "image = \"soap.svg\"",
            "product[1].image: write a path that starts with /",
        ),
        (
            "currency = \"PLN\"",
            "currency = \"USD\"",
            "shop.currency: \"USD\" is not known: write PLN, ISK, NOK, DKK or EUR",
        ),
        (
            "Europe/Warsaw",
            "Europe/Sopot",
            "shop.time_zone: is not a time zone: write one like \"Europe/Warsaw\"",
        ),
        (
            "basket_days = 7",
            "basket_days = 0",
            "shop.basket_days: write 1 to 60 days",
        ),
        (
            "\"T\"",
            "\"t\"",
            "shop.order_number_prefix: write 1 to 8 capital letters or digits",
        ),
        (
            "\"CARD\"",
            "\"card\"",
            "shop.payment_methods[2]: write it in capital letters",
        ),
        (
            "cash_on_delivery_method = \"CASH_ON_DELIVERY\"\n",
            "",
            "shop.cash_on_delivery_method: a delivery has",
        ),
        (
            "kind = \"digital\"",
            "kind = \"courier\"",
            "delivery[3].kind: is there twice: leave one out",
        ),
        ("percent = 10", "percent = 101", "code[1].percent: write 1 to 100"),
        ("percent = 10", "", "code[1]: write either percent or amount"),
        (
            "\"2026-10-15\"",
            "\"15.10.2026\"",
            "code[3].last_day: write a day like \"2030-12-31\"",
        ),
        (
            "description = \"Akceptuję regulamin.\"",
            "description = \" \"",
            "consent[1].description: is empty: write a text",
        ),
    ];
    for (from, to, expected) in cases {
        let error = said(from, to);
        assert!(
            error.starts_with("shop.toml: ") && error.contains(expected),
            "{from} -> {to}: {error}"
        );
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let wrong = CATALOGUE
        .replace("basket_days = 7", "basket_days = 0")
        .replace("percent = 10", "percent = 0");
    let error = Catalogue::parse("shop.toml", &wrong).unwrap_err();
    let CatalogueError::Wrong { problems, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(problems.len(), 2);
}
