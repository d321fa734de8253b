//! The catalogue as the shop uses it: checked, and looked up by id. It does not change while the shop runs.

use super::check::{self, CatalogueError};
use super::file::{CatalogueFile, Offered};
use crate::shop::model::{Consent, DeliveryExtra, DeliveryKind, Product, ProductId};
use crate::toml_error::one_sentence;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use karfa_shared::money::{Currency, Money, Price};
use std::collections::HashMap;
use std::path::Path;

/// What a shop sells, how it delivers, and what it asks of its customers.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) name: String,
    pub(super) currency: Currency,
    pub(super) time_zone: TimeZone,
    pub(super) order_number_prefix: String,
    pub(super) basket_days: u16,
    pub(super) payment_methods: Vec<String>,
    pub(super) cash_on_delivery_method: Option<String>,
    pub(super) deliveries: Vec<DeliveryRule>,
    pub(super) consents: Vec<Consent>,
    pub(super) codes: Vec<CodeRule>,
    pub(super) articles: Vec<Article>,
    pub(super) places: HashMap<ProductId, usize>,
    /// Tells one edition of the file from another.
    pub(super) edition: String,
}

/// Something in the catalogue, and where its pieces come from.
#[derive(Debug)]
pub(super) struct Article {
    /// As sold; its stock is filled in when it is told.
    pub(super) product: Product,
    pub(super) supply: Supply,
}

/// Where an article's pieces come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Supply {
    /// Counted in the database, beginning with so many.
    Counted(u32),
    /// Never runs out: a file or a code.
    Endless,
    /// Sold as one of its variants.
    Variants,
}

/// A delivery, as the file has it.
#[derive(Debug)]
pub(super) struct DeliveryRule {
    pub(super) kind: DeliveryKind,
    pub(super) price: Price,
    pub(super) free_from: Option<Money>,
    pub(super) working_days: u16,
    pub(super) extras: Vec<(DeliveryExtra, String, Price)>,
}

/// A promotion code, as the file has it.
#[derive(Clone, Debug)]
pub(super) struct CodeRule {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) discount: Discount,
    /// Applies to baskets of at least this much.
    pub(super) from: Option<Money>,
    /// The last day on which it applies.
    pub(super) last_day: Option<Date>,
    /// To whom it is offered.
    pub(super) offered: Option<Offered>,
}

/// What a code takes off the sum of the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Discount {
    /// Percent, 1 to 100, rounded half up once per basket.
    Percent(u32),
    /// An amount, at most what the goods cost.
    Amount(Money),
}

impl Catalogue {
    /// The catalogue of the demo shop, which is part of the binary.
    ///
    /// # Errors
    /// [`CatalogueError`], if the binary was built with a faulty one.
    pub fn demo() -> Result<Self, CatalogueError> {
        const TEXT: &str = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../assets/demo/catalogue.toml"
        ));
        Self::parse("assets/demo/catalogue.toml", TEXT)
    }

    /// Reads and checks a catalogue's file.
    ///
    /// # Errors
    /// [`CatalogueError`] names the file, the key, and what to write instead.
    pub fn read(path: &Path) -> Result<Self, CatalogueError> {
        let text = std::fs::read_to_string(path).map_err(|source| CatalogueError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Checks the text of a catalogue; `origin` is what errors call it.
    ///
    /// # Errors
    /// As [`Catalogue::read`].
    pub fn parse(origin: &str, text: &str) -> Result<Self, CatalogueError> {
        let file: CatalogueFile = toml::from_str(text).map_err(|error| CatalogueError::Malformed {
            origin: origin.to_owned(),
            message: one_sentence(&error, text),
        })?;
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let edition = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        check::check(origin, file, edition)
    }

    /// The shop's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The time zone in which the shop's days begin.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    pub(super) fn article(&self, id: &ProductId) -> Option<&Article> {
        self.places.get(id).and_then(|place| self.articles.get(*place))
    }

    pub(super) fn code(&self, code: &str) -> Option<&CodeRule> {
        self.codes.iter().find(|rule| rule.code == code)
    }
}

impl CodeRule {
    /// Whether it applies on `day` to goods of this sum.
    pub(super) fn applies(&self, day: Date, goods: Money) -> bool {
        self.last_day.is_none_or(|last| day <= last) && self.from.is_none_or(|from| goods.minor >= from.minor)
    }
}
