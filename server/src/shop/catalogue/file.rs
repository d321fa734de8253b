//! The catalogue's file as it is written: TOML in, texts and numbers out. What they mean is checked in `check`.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

use crate::shop::model::{ConsentKind, DeliveryExtra, DeliveryKind};

/// An amount as it is written: `"129.90"`, in quotes, so that no number format stands between the shop and its price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Amount(pub(super) String);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Quoted;
        impl Visitor<'_> for Quoted {
            type Value = Amount;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in quotes, like \"129.90\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                Ok(Amount(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Quoted)
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CatalogueFile {
    pub(super) shop: ShopTable,
    #[serde(default)]
    pub(super) delivery: Vec<DeliveryTable>,
    #[serde(default)]
    pub(super) consent: Vec<ConsentTable>,
    #[serde(default)]
    pub(super) code: Vec<CodeTable>,
    #[serde(default)]
    pub(super) product: Vec<ProductTable>,
}

/// `[shop]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShopTable {
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) time_zone: String,
    pub(super) order_number_prefix: String,
    pub(super) basket_days: u16,
    pub(super) payment_methods: Vec<String>,
    #[serde(default)]
    pub(super) cash_on_delivery_method: Option<String>,
}

/// `[[delivery]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryTable {
    pub(super) kind: DeliveryKind,
    pub(super) price: Amount,
    pub(super) vat: u32,
    #[serde(default)]
    pub(super) free_from: Option<Amount>,
    pub(super) working_days: u16,
    #[serde(default)]
    pub(super) extra: Vec<ExtraTable>,
}

/// `[[delivery.extra]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtraTable {
    pub(super) kind: DeliveryExtra,
    pub(super) name: String,
    pub(super) price: Amount,
}

/// `[[consent]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentTable {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) description: String,
    pub(super) link: String,
    pub(super) link_label: String,
    pub(super) kind: ConsentKind,
}

/// `[[code]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeTable {
    pub(super) code: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) percent: Option<u32>,
    #[serde(default)]
    pub(super) amount: Option<Amount>,
    #[serde(default)]
    pub(super) from: Option<Amount>,
    #[serde(default)]
    pub(super) last_day: Option<String>,
    /// To whom it is offered, `everyone` or `app`; absent: to those alone who know it.
    #[serde(default)]
    pub(super) offered: Option<Offered>,
}

/// To whom a code is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Offered {
    Everyone,
    App,
}

/// `[[product]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductTable {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) description: String,
    pub(super) image: String,
    pub(super) image_alt: String,
    pub(super) unit: String,
    pub(super) price: Amount,
    pub(super) vat: u32,
    #[serde(default)]
    pub(super) promo_price: Option<Amount>,
    #[serde(default)]
    pub(super) lowest_price: Option<Amount>,
    #[serde(default)]
    pub(super) ean: Option<String>,
    #[serde(default)]
    pub(super) stock: Option<u32>,
    pub(super) max_quantity: u32,
    #[serde(default)]
    pub(super) digital: bool,
    /// A wallet's app may offer it by itself.
    #[serde(default)]
    pub(super) hot: bool,
    /// Ids of products that go with it.
    #[serde(default)]
    pub(super) related: Vec<String>,
    #[serde(default)]
    pub(super) variant: Vec<VariantTable>,
    /// The texts in other languages, by two-letter code.
    #[serde(default)]
    pub(super) translated: BTreeMap<String, TextsTable>,
}

/// `[product.translated.en]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextsTable {
    pub(super) name: String,
    pub(super) category: String,
    pub(super) description: String,
    pub(super) image_alt: String,
    pub(super) unit: String,
}

/// `[[product.variant]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantTable {
    pub(super) id: String,
    pub(super) attributes: Vec<(String, String)>,
    #[serde(default)]
    pub(super) translated: BTreeMap<String, VariantTextsTable>,
    pub(super) stock: u32,
    #[serde(default)]
    pub(super) price: Option<Amount>,
    #[serde(default)]
    pub(super) ean: Option<String>,
    #[serde(default)]
    pub(super) image: Option<String>,
    #[serde(default)]
    pub(super) image_alt: Option<String>,
}

/// `[product.variant.translated.en]`, or in one line `translated.en = { attributes = [["Size", "M"]] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantTextsTable {
    pub(super) attributes: Vec<(String, String)>,
    #[serde(default)]
    pub(super) image_alt: Option<String>,
}
