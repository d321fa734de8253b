//! What the app did to a basket: `POST …/basket/{id}/event`. Contract, section 5.

use super::goods::Quantity;
use crate::{PhoneNumber, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// What changed.
    pub enum BasketEventType {
        /// Quantities.
        ProductsQuantity = "PRODUCTS_QUANTITY",
        /// Codes.
        PromoCodes = "PROMO_CODES",
        /// A suggested product was added.
        RelatedProducts = "RELATED_PRODUCTS",
    }
}

/// A change that the customer made in the app.
///
/// The answer is the full updated basket with status 200; a failure is told by its `basket_notice`. A list is `None`
/// when it was not sent, which an empty list of codes must not be mistaken for: that one removes all codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketEvent {
    /// The event's id: a repeated event has the same.
    pub event_id: String,
    /// When it happened.
    pub event_data_time: UtcTime,
    /// What changed.
    pub event_type: BasketEventType,
    /// Whose app it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// New quantities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_event_data: Option<Vec<QuantityChange>>,
    /// The complete new list of codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_codes_event_data: Option<Vec<PromoCodeChange>>,
    /// Suggested products to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_products_event_data: Option<Vec<RelatedProductChange>>,
}

impl BasketEvent {
    /// An event that says nothing yet.
    pub fn new(event_id: impl Into<String>, event_data_time: UtcTime, event_type: BasketEventType) -> Self {
        Self {
            event_id: event_id.into(),
            event_data_time,
            event_type,
            phone_number: None,
            quantity_event_data: None,
            promo_codes_event_data: None,
            related_products_event_data: None,
        }
    }
}

/// The new absolute quantity of a product. 0 removes it; removing a missing one changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityChange {
    /// The product.
    pub product_id: String,
    /// Its new quantity.
    pub quantity: Quantity,
}

/// A code of the complete new list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoCodeChange {
    /// What the customer reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The code.
    pub promo_code_value: String,
}

/// A suggested product to add.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedProductChange {
    /// The product.
    pub product_id: String,
    /// Its bar code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// How many.
    pub quantity: Quantity,
}
