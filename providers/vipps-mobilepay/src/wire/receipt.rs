//! The receipt that the customer sees in the app. Contract, section 5, receipt.

use crate::{Currency, Invalid, Quantity};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

/// What was bought, and the sum below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    order_lines: Vec<OrderLine>,
    bottom_line: BottomLine,
}

impl Receipt {
    /// A receipt.
    ///
    /// # Errors
    /// [`Invalid`] if there is no line, or if a line's rate of tax is above 10000.
    pub fn parse(order_lines: Vec<OrderLine>, bottom_line: BottomLine) -> Result<Self, Invalid> {
        if order_lines.is_empty() {
            return Err(Invalid::new("a receipt", "at least one line"));
        }
        if order_lines
            .iter()
            .any(|line| line.tax_rate > Some(OrderLine::MAX_TAX_RATE))
        {
            return Err(Invalid::new(
                "a rate of tax",
                "0 to 10000 hundredths of a percent",
            ));
        }
        Ok(Self {
            order_lines,
            bottom_line,
        })
    }

    /// The lines; never none in one that was made by [`parse`](Self::parse).
    pub fn order_lines(&self) -> &[OrderLine] {
        &self.order_lines
    }

    /// The sum below them.
    pub fn bottom_line(&self) -> &BottomLine {
        &self.bottom_line
    }
}

/// A line of the receipt. Amounts are in minor units, with tax and discount in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// What it is.
    pub name: String,
    /// The merchant's name of it.
    pub id: String,
    /// What the line costs.
    pub total_amount: i64,
    /// What the line costs without its tax.
    pub total_amount_excluding_tax: i64,
    /// The tax of the line.
    pub total_tax_amount: i64,
    /// The rate of the tax in hundredths of a percent, 0 to 10000: 2500 is 25 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rate: Option<u16>,
    /// How many of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_info: Option<UnitInfo>,
    /// What was taken off, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<i64>,
    /// The product's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_url: Option<String>,
    /// Whether the goods came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_return: Option<bool>,
    /// Whether the line is for shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_shipping: Option<bool>,
}

impl OrderLine {
    /// The highest rate of tax: 100 % in hundredths of a percent.
    pub const MAX_TAX_RATE: u16 = 10_000;
}

/// How many of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitInfo {
    /// What one costs, in minor units.
    pub unit_price: i64,
    /// How many.
    pub quantity: Quantity,
    /// Of what.
    pub quantity_unit: QuantityUnit,
}

open_enum! {
    /// What is counted.
    pub enum QuantityUnit {
        /// Pieces.
        Pieces = "PCS",
        /// Kilograms.
        Kilogram = "KG",
        /// Kilometres.
        Kilometre = "KM",
        /// Minutes.
        Minute = "MINUTE",
        /// Litres.
        Litre = "LITRE",
        /// Kilowatt-hours.
        KilowattHour = "KWH",
    }
}

/// The sum of the receipt, and what is printed below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BottomLine {
    /// The currency of every amount.
    pub currency: Currency,
    /// The tip, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip_amount: Option<i64>,
    /// The till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pos_id: Option<String>,
    /// What was paid by other means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_sources: Option<PaymentSources>,
    /// A code that the app shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<Barcode>,
    /// The merchant's number of the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_number: Option<String>,
}

impl BottomLine {
    /// A sum in this currency, with nothing else below it.
    pub fn new(currency: Currency) -> Self {
        Self {
            currency,
            tip_amount: None,
            pos_id: None,
            payment_sources: None,
            barcode: None,
            receipt_number: None,
        }
    }
}

/// What was paid by other means, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSources {
    /// By gift card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card: Option<i64>,
    /// By card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<i64>,
    /// By voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<i64>,
    /// In cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash: Option<i64>,
}

/// A code that the app shows with the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barcode {
    /// Its kind, such as `EAN-13`.
    pub format: String,
    /// Its content.
    pub data: String,
}
