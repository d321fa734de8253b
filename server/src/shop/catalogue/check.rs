//! From the catalogue's file to the catalogue: everything that is wrong with it is told at once, each with its key and
//! what to write instead.

use super::file::{Amount, CatalogueFile, CodeTable, ConsentTable, DeliveryTable, ExtraTable, ShopTable};
use super::goods::{Article, Catalogue, CodeRule, DeliveryRule, Discount, Supply};
use crate::shop::model::{Consent, DeliveryExtra, DeliveryKind, ProductId};
use jiff::tz::TimeZone;
use karfa_shared::money::{Currency, Money, Price, VatRate};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;

/// The most that one amount in the file may be, in minor units.
const MOST_MINOR: i64 = 100_000_000;

/// Stands in for a rate that cannot be read.
const NO_VAT: VatRate = match VatRate::from_hundredths_of_percent(0) {
    Some(rate) => rate,
    None => unreachable!(),
};

/// Why there is no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error("cannot read the catalogue {}: {source}; set catalogue to \"demo\" or to the path of a file", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, or a key is missing, unknown or of the wrong type.
    #[error("{origin}: {message}")]
    Malformed {
        /// The file.
        origin: String,
        /// Where and what.
        message: String,
    },
    /// Values are not acceptable.
    #[error("{origin}: {}", lines(.problems))]
    Wrong {
        /// The file.
        origin: String,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
}

/// One thing that is wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, like `product[2].price`; tables are counted from 1.
    pub key: String,
    /// What is wrong and what to write instead.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.text)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("\n  ")
}

/// Collects what is wrong. Values that cannot be read are replaced by harmless ones until the end, where one problem is
/// enough for there to be no catalogue.
pub(super) struct Checker {
    pub(super) currency: Currency,
    problems: Vec<Problem>,
}

impl Checker {
    pub(super) fn wrong(&mut self, key: &str, text: impl Into<String>) {
        self.problems.push(Problem {
            key: key.to_owned(),
            text: text.into(),
        });
    }

    pub(super) fn require(&mut self, holds: bool, key: &str, text: &str) {
        if !holds {
            self.wrong(key, text);
        }
    }

    pub(super) fn text(&mut self, key: &str, text: String, most: usize) -> String {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.wrong(key, "is empty: write a text");
        } else if length > most {
            self.wrong(key, format!("has {length} characters: shorten it to {most}"));
        }
        text
    }

    pub(super) fn link(&mut self, key: &str, link: String) -> String {
        let fits = (link.starts_with('/') && !link.starts_with("//")) || link.starts_with("https://");
        self.require(
            fits,
            key,
            "write a path that starts with / or an address that starts with https://",
        );
        link
    }

    pub(super) fn amount(&mut self, key: &str, amount: &Amount) -> Money {
        match Money::parse(&amount.0, self.currency) {
            Ok(money) if (0..=MOST_MINOR).contains(&money.minor) => money,
            Ok(_) => {
                let most = Money::new(MOST_MINOR, self.currency).to_decimal_string();
                self.wrong(key, format!("write an amount from 0 to {most}"));
                Money::zero(self.currency)
            }
            Err(error) => {
                self.wrong(key, format!("{:?} is {error}", amount.0));
                Money::zero(self.currency)
            }
        }
    }

    pub(super) fn vat(&mut self, key: &str, percent: u32) -> VatRate {
        let rate = percent
            .checked_mul(100)
            .and_then(VatRate::from_hundredths_of_percent);
        rate.unwrap_or_else(|| {
            self.wrong(
                key,
                format!("{percent} is not a rate of VAT: write whole percent, like 23"),
            );
            NO_VAT
        })
    }

    pub(super) fn price(&mut self, key: &str, amount: &Amount, rate: VatRate) -> Price {
        let gross = self.amount(key, amount);
        Price::from_gross(gross, rate).unwrap_or_else(|error| {
            self.wrong(key, error.to_string());
            Price::zero(self.currency)
        })
    }
}

/// Checks a file, all of it.
pub(super) fn check(origin: &str, file: CatalogueFile, edition: String) -> Result<Catalogue, CatalogueError> {
    let mut checker = Checker {
        currency: Currency::Pln,
        problems: Vec::new(),
    };
    let catalogue = whole(&mut checker, file, edition);
    if checker.problems.is_empty() {
        Ok(catalogue)
    } else {
        Err(CatalogueError::Wrong {
            origin: origin.to_owned(),
            problems: checker.problems,
        })
    }
}

fn whole(c: &mut Checker, file: CatalogueFile, edition: String) -> Catalogue {
    c.currency = currency(c, &file.shop.currency);
    let time_zone = TimeZone::get(&file.shop.time_zone).unwrap_or_else(|_| {
        c.wrong(
            "shop.time_zone",
            "is not a time zone: write one like \"Europe/Warsaw\"",
        );
        TimeZone::UTC
    });
    let deliveries = deliveries(c, file.delivery);
    shop(c, &file.shop, &deliveries);
    let consents = consents(c, file.consent);
    let codes = codes(c, file.code);
    let articles = super::check_products::articles(c, file.product);
    let places: HashMap<ProductId, usize> = articles
        .iter()
        .enumerate()
        .map(|(place, article)| (article.product.id.clone(), place))
        .collect();
    deliverable(c, &articles, &deliveries);
    super::check_products::related(c, &articles, &places);
    Catalogue {
        name: c.text("shop.name", file.shop.name, 60),
        currency: c.currency,
        time_zone,
        order_number_prefix: file.shop.order_number_prefix,
        basket_days: file.shop.basket_days,
        payment_methods: file.shop.payment_methods,
        cash_on_delivery_method: file.shop.cash_on_delivery_method,
        deliveries,
        consents,
        codes,
        articles,
        places,
        edition,
    }
}

fn currency(c: &mut Checker, code: &str) -> Currency {
    let known = [
        Currency::Pln,
        Currency::Isk,
        Currency::Nok,
        Currency::Dkk,
        Currency::Eur,
    ];
    known
        .into_iter()
        .find(|currency| currency.code() == code)
        .unwrap_or_else(|| {
            c.wrong(
                "shop.currency",
                format!("{code:?} is not known: write PLN, ISK, NOK, DKK or EUR"),
            );
            Currency::Pln
        })
}

fn shop(c: &mut Checker, shop: &ShopTable, deliveries: &[DeliveryRule]) {
    let prefix = &shop.order_number_prefix;
    let fits = (1..=8).contains(&prefix.len())
        && prefix
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    c.require(
        fits,
        "shop.order_number_prefix",
        "write 1 to 8 capital letters or digits",
    );
    c.require(
        (1..=60).contains(&shop.basket_days),
        "shop.basket_days",
        "write 1 to 60 days",
    );
    c.require(
        !shop.payment_methods.is_empty(),
        "shop.payment_methods",
        "is empty: name at least one",
    );
    let mut seen = HashSet::new();
    for (at, method) in shop.payment_methods.iter().enumerate() {
        let key = format!("shop.payment_methods[{}]", at + 1);
        let fits = !method.is_empty()
            && method
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit());
        c.require(
            fits,
            &key,
            "write it in capital letters, digits and underscores, like BLIK_CODE",
        );
        c.require(seen.insert(method), &key, "is there twice: leave one out");
    }
    let at_the_door = deliveries.iter().any(|delivery| {
        delivery
            .extras
            .iter()
            .any(|(extra, ..)| *extra == DeliveryExtra::CashOnDelivery)
    });
    match &shop.cash_on_delivery_method {
        Some(method) => {
            c.require(
                shop.payment_methods.contains(method),
                "shop.cash_on_delivery_method",
                "add it to payment_methods too",
            );
            c.require(
                at_the_door,
                "shop.cash_on_delivery_method",
                "add the extra cash_on_delivery to a delivery too",
            );
        }
        None => c.require(
            !at_the_door,
            "shop.cash_on_delivery_method",
            "a delivery has cash_on_delivery: name its method",
        ),
    }
}

fn deliveries(c: &mut Checker, tables: Vec<DeliveryTable>) -> Vec<DeliveryRule> {
    c.require(
        !tables.is_empty(),
        "delivery",
        "is missing: write at least one [[delivery]]",
    );
    let mut seen = HashSet::new();
    let mut rules = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("delivery[{}]", at + 1);
        c.require(
            seen.insert(table.kind),
            &format!("{key}.kind"),
            "is there twice: leave one out",
        );
        c.require(
            table.working_days <= 60,
            &format!("{key}.working_days"),
            "write at most 60 days",
        );
        let rate = c.vat(&format!("{key}.vat"), table.vat);
        let digital = table.kind == DeliveryKind::Digital;
        c.require(
            !digital || table.extra.is_empty(),
            &format!("{key}.extra"),
            "a digital delivery has no extras",
        );
        rules.push(DeliveryRule {
            kind: table.kind,
            price: c.price(&format!("{key}.price"), &table.price, rate),
            free_from: table
                .free_from
                .map(|amount| c.amount(&format!("{key}.free_from"), &amount)),
            working_days: table.working_days,
            extras: extras(c, &key, table.extra, rate),
        });
    }
    rules
}

fn extras(
    c: &mut Checker,
    key: &str,
    tables: Vec<ExtraTable>,
    rate: VatRate,
) -> Vec<(DeliveryExtra, String, Price)> {
    let mut seen = HashSet::new();
    let mut extras = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("{key}.extra[{}]", at + 1);
        c.require(
            seen.insert(table.kind),
            &format!("{key}.kind"),
            "is there twice: leave one out",
        );
        let name = c.text(&format!("{key}.name"), table.name, 60);
        extras.push((
            table.kind,
            name,
            c.price(&format!("{key}.price"), &table.price, rate),
        ));
    }
    extras
}

fn consents(c: &mut Checker, tables: Vec<ConsentTable>) -> Vec<Consent> {
    c.require(
        tables.len() <= 10,
        "consent",
        "at most 10 can be asked for: leave some out",
    );
    let mut seen = HashSet::new();
    let mut consents = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("consent[{}]", at + 1);
        c.require(
            seen.insert(table.id.clone()),
            &format!("{key}.id"),
            "is there twice: choose another",
        );
        consents.push(Consent {
            id: c.text(&format!("{key}.id"), table.id, 64),
            version: c.text(&format!("{key}.version"), table.version, 64),
            description: c.text(&format!("{key}.description"), table.description, 150),
            link: c.link(&format!("{key}.link"), table.link),
            link_label: c.text(&format!("{key}.link_label"), table.link_label, 60),
            kind: table.kind,
        });
    }
    consents
}

fn codes(c: &mut Checker, tables: Vec<CodeTable>) -> Vec<CodeRule> {
    let mut seen = HashSet::new();
    let mut codes = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = format!("code[{}]", at + 1);
        let fits = (3..=32).contains(&table.code.len())
            && table
                .code
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        c.require(
            fits,
            &format!("{key}.code"),
            "write 3 to 32 capital letters, digits or hyphens",
        );
        c.require(
            seen.insert(table.code.clone()),
            &format!("{key}.code"),
            "is there twice: choose another",
        );
        let discount = match (table.percent, &table.amount) {
            (Some(percent), None) => {
                c.require(
                    (1..=100).contains(&percent),
                    &format!("{key}.percent"),
                    "write 1 to 100",
                );
                Discount::Percent(percent.min(100))
            }
            (None, Some(amount)) => Discount::Amount(c.amount(&format!("{key}.amount"), amount)),
            _ => {
                c.wrong(&key, "write either percent or amount");
                Discount::Percent(0)
            }
        };
        let last_day = table.last_day.and_then(|day| {
            let parsed = day.parse().ok();
            c.require(
                parsed.is_some(),
                &format!("{key}.last_day"),
                "write a day like \"2030-12-31\"",
            );
            parsed
        });
        codes.push(CodeRule {
            name: c.text(&format!("{key}.name"), table.name, 60),
            code: table.code,
            discount,
            from: table.from.map(|amount| c.amount(&format!("{key}.from"), &amount)),
            last_day,
            offered: table.offered,
        });
    }
    codes
}

/// Every kind of goods needs a way to its buyer.
fn deliverable(c: &mut Checker, articles: &[Article], deliveries: &[DeliveryRule]) {
    let sold = |digital: bool| {
        articles
            .iter()
            .any(|article| article.supply != Supply::Variants && article.product.digital == digital)
    };
    let delivered = |digital: bool| {
        deliveries
            .iter()
            .any(|delivery| (delivery.kind == DeliveryKind::Digital) == digital)
    };
    c.require(
        !sold(true) || delivered(true),
        "delivery",
        "there are digital products: add one with kind = \"digital\"",
    );
    c.require(
        !sold(false) || delivered(false),
        "delivery",
        "there are products to send: add a parcel_locker or a courier",
    );
}
