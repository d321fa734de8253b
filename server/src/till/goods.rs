//! What a branch sells: one file for all branches, read for one language and one currency.
//!
//! Belongs here: reading the file, and finding a good by id or barcode. Does not belong here: what a sale makes of it.

use super::branch::Language;
use crate::toml_error::one_sentence;
use karfa_shared::money::{Currency, Money, VatRate};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The most goods in a file.
const MOST_GOODS: usize = 10_000;
/// The longest id and the longest name, in characters. Receipts at the wallets allow no longer names.
const LONGEST_ID: usize = 64;
const LONGEST_NAME: usize = 100;

/// The goods are wrong. The text is one sentence for the merchant.
#[derive(Debug, thiserror::Error)]
#[error("the goods in {origin} cannot be used: {message}")]
pub struct GoodsError {
    origin: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoodsFile {
    group: Vec<GroupTable>,
    good: Vec<GoodTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    id: String,
    name: BTreeMap<Language, String>,
    /// Hundredths of a percent.
    vat: HashMap<Currency, u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoodTable {
    id: String,
    group: String,
    name: BTreeMap<Language, String>,
    price: HashMap<Currency, String>,
    #[serde(default)]
    ean: Option<String>,
}

/// One thing for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Id, the same in every branch.
    pub id: String,
    /// Name in the branch's language.
    pub name: String,
    /// Heading that it stands under.
    pub group: String,
    /// Price of one piece, VAT included.
    pub price: Money,
    /// VAT.
    pub vat: VatRate,
    /// EAN-13 or EAN-8, where it has one.
    pub ean: Option<String>,
}

/// What one branch sells.
#[derive(Clone, Debug, Default)]
pub struct Goods {
    list: Vec<Good>,
    by_id: HashMap<String, usize>,
    by_ean: HashMap<String, usize>,
}

impl Goods {
    /// The demo's, which are part of the binary.
    ///
    /// # Errors
    /// [`GoodsError`], if the binary was built with a faulty file.
    pub fn demo(language: Language, currency: Currency) -> Result<Self, GoodsError> {
        const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/till/goods.toml"));
        Self::parse(TEXT, "assets/till/goods.toml", language, currency)
    }

    /// Reads a file for a branch. What has no price in its currency is not sold there.
    ///
    /// # Errors
    /// [`GoodsError`] says what is wrong with it.
    pub fn read(path: &Path, language: Language, currency: Currency) -> Result<Self, GoodsError> {
        let origin = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| GoodsError {
            origin: origin.clone(),
            message: format!("{error}: set goods to \"demo\" or to the path of a file"),
        })?;
        Self::parse(&text, &origin, language, currency)
    }

    /// As [`Goods::read`], of a text; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`Goods::read`].
    pub fn parse(
        text: &str,
        origin: &str,
        language: Language,
        currency: Currency,
    ) -> Result<Self, GoodsError> {
        let wrong = |message| GoodsError {
            origin: origin.to_owned(),
            message,
        };
        let file: GoodsFile = toml::from_str(text).map_err(|error| wrong(one_sentence(&error, text)))?;
        if file.good.len() > MOST_GOODS {
            return Err(wrong(format!("there are more than {MOST_GOODS}")));
        }
        let mut goods = Goods::default();
        for table in file.good {
            let group = file
                .group
                .iter()
                .find(|group| group.id == table.group)
                .ok_or_else(|| {
                    wrong(format!(
                        "“{}” is in the group “{}”, which is not there",
                        table.id, table.group
                    ))
                })?;
            if let Some(good) = good(table, group, language, currency).map_err(wrong)? {
                goods.add(good).map_err(wrong)?;
            }
        }
        if goods.list.is_empty() {
            return Err(wrong(format!("nothing has a price in {}", currency.code())));
        }
        Ok(goods)
    }

    fn add(&mut self, good: Good) -> Result<(), String> {
        let at = self.list.len();
        if self.by_id.insert(good.id.clone(), at).is_some() {
            return Err(format!("“{}” stands twice", good.id));
        }
        if let Some(ean) = &good.ean
            && self.by_ean.insert(ean.clone(), at).is_some()
        {
            return Err(format!("the barcode of “{}” stands twice", good.id));
        }
        self.list.push(good);
        Ok(())
    }

    /// All, in the order of the file.
    pub fn all(&self) -> &[Good] {
        &self.list
    }

    /// One by its id.
    pub fn get(&self, id: &str) -> Option<&Good> {
        self.by_id.get(id).and_then(|at| self.list.get(*at))
    }

    /// One by its barcode, as a scanner reads it: a UPC-A of 12 digits is an EAN-13 with a zero in front.
    pub fn by_ean(&self, scanned: &str) -> Option<&Good> {
        let at = self
            .by_ean
            .get(scanned)
            .or_else(|| self.by_ean.get(&format!("0{scanned}")));
        at.and_then(|at| self.list.get(*at))
    }

    /// As the page is told.
    pub fn view(&self) -> karfa_shared::till::Goods {
        let goods = self.list.iter().map(|good| karfa_shared::till::Good {
            id: good.id.clone(),
            name: good.name.clone(),
            group: good.group.clone(),
            price_minor: good.price.minor,
            vat: good.vat.hundredths_of_percent(),
            ean: good.ean.clone(),
        });
        karfa_shared::till::Goods {
            goods: goods.collect(),
        }
    }
}

/// `None`: not sold in this currency.
fn good(
    table: GoodTable,
    group: &GroupTable,
    language: Language,
    currency: Currency,
) -> Result<Option<Good>, String> {
    let id = table.id;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(plain) {
        return Err(format!(
            "the id “{id}” must be 1 to {LONGEST_ID} lower-case letters, digits and hyphens"
        ));
    }
    let Some(price) = table.price.get(&currency) else {
        return Ok(None);
    };
    let price = Money::parse(price, currency).map_err(|error| format!("the price of “{id}” is {error}"))?;
    if price.minor <= 0 {
        return Err(format!("the price of “{id}” must be more than nothing"));
    }
    let rate = group.vat.get(&currency).copied();
    let vat = rate
        .and_then(VatRate::from_hundredths_of_percent)
        .ok_or_else(|| {
            format!(
                "the group “{}” needs vat.{}, in hundredths of a percent up to 10000",
                group.id,
                currency.code()
            )
        })?;
    if table.ean.as_deref().is_some_and(|ean| !is_ean(ean)) {
        return Err(format!("the barcode of “{id}” is neither an EAN-13 nor an EAN-8"));
    }
    let name = name_in(&table.name, language).ok_or_else(|| {
        format!(
            "“{id}” has no name in {} or en of at most {LONGEST_NAME} characters",
            language.tag()
        )
    })?;
    let heading = name_in(&group.name, language)
        .ok_or_else(|| format!("the group “{}” has no name in {} or en", group.id, language.tag()))?;
    Ok(Some(Good {
        id,
        name,
        group: heading,
        price,
        vat,
        ean: table.ean,
    }))
}

/// In the language, or in English.
fn name_in(names: &BTreeMap<Language, String>, language: Language) -> Option<String> {
    names
        .get(&language)
        .or_else(|| names.get(&Language::En))
        .filter(|name| !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME)
        .cloned()
}

/// Whether a text is a barcode of 13 or 8 digits with the right check digit (GS1 General Specifications, section 7.9).
pub fn is_ean(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| matches!(digits.len(), 8 | 13)) else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { digit * 3 } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[group]]
        id = "wool"
        name = { nb = "Ull", en = "Wool" }
        vat = { NOK = 2500 }
        [[good]]
        id = "mittens"
        group = "wool"
        name = { nb = "Votter", en = "Mittens" }
        price = { NOK = "349.00" }
        ean = "4006381333931"
    "#;

    fn parse(text: &str) -> Result<Goods, GoodsError> {
        Goods::parse(text, "goods.toml", Language::Nb, Currency::Nok)
    }

    #[test]
    fn a_good_is_found_by_id_and_by_barcode_in_the_branchs_words() {
        let goods = parse(GOOD).unwrap();
        let mittens = goods.by_ean("4006381333931").unwrap();
        assert_eq!(mittens, goods.get("mittens").unwrap());
        assert_eq!((mittens.name.as_str(), mittens.group.as_str()), ("Votter", "Ull"));
        assert_eq!(mittens.price, Money::new(34_900, Currency::Nok));
        assert!(goods.by_ean("4006381333932").is_none());
        let danish = Goods::parse(GOOD, "goods.toml", Language::Da, Currency::Nok).unwrap();
        assert_eq!(
            danish.all()[0].name,
            "Mittens",
            "English where there is nothing else"
        );
        let upc = parse(&GOOD.replace("4006381333931", "0036000291452")).unwrap();
        assert!(
            upc.by_ean("036000291452").is_some(),
            "a UPC-A as a scanner reads it"
        );
    }

    #[test]
    fn barcodes_have_a_check_digit() {
        for right in ["4006381333931", "96385074", "7038010009457"] {
            assert!(is_ean(right), "{right}");
        }
        for wrong in ["4006381333932", "96385075", "400638133393", "", "40063813339x1"] {
            assert!(!is_ean(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_goods_name() {
        for (from, to, word) in [
            ("id = \"mittens\"", "id = \"Mit tens\"", "lower-case"),
            ("group = \"wool\"", "group = \"food\"", "food"),
            ("349.00", "0.00", "more than nothing"),
            ("349.00", "349.001", "price of “mittens”"),
            ("NOK = 2500", "NOK = 25000", "vat.NOK"),
            ("NOK = \"349.00\"", "DKK = \"349.00\"", "price in NOK"),
            ("4006381333931", "4006381333932", "barcode"),
            (
                "nb = \"Votter\", en = \"Mittens\"",
                "fi = \"Lapaset\"",
                "no name in nb or en",
            ),
            ("ean =", "eam =", "eam"),
        ] {
            let error = parse(&GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let (head, table) = GOOD.split_once("[[good]]").unwrap();
        let twice = format!("{head}[[good]]{table}\n[[good]]{table}");
        assert!(parse(&twice).unwrap_err().to_string().contains("stands twice"));
    }

    #[test]
    fn the_demos_goods_are_sold_everywhere_under_a_name_of_their_own_language() {
        let mut counts = Vec::new();
        for (language, currency) in [
            (Language::Nb, Currency::Nok),
            (Language::Da, Currency::Dkk),
            (Language::Fi, Currency::Eur),
            (Language::Is, Currency::Isk),
            (Language::En, Currency::Isk),
        ] {
            counts.push(Goods::demo(language, currency).unwrap().all().len());
        }
        assert!(counts.iter().all(|count| *count == 24), "{counts:?}");
    }
}
