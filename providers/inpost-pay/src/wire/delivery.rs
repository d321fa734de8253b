//! A delivery: on offer with a basket, chosen with an order. Contract, section 4.

use super::or_default;
use crate::{Amount, Price, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// How the goods reach the customer.
    pub enum DeliveryType {
        /// A parcel locker.
        Apm = "APM",
        /// A courier.
        Courier = "COURIER",
        /// By mail or download.
        Digital = "DIGITAL",
    }
}

open_enum! {
    /// An option of a delivery. The combined `CODPWW` has been seen and is kept as `Other`.
    pub enum DeliveryCode {
        /// Cash on delivery.
        CashOnDelivery = "COD",
        /// Parcel at the weekend.
        Weekend = "PWW",
        /// Gift wrapping.
        GiftWrapping = "GW",
    }
}

/// A delivery on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Locker, courier or digital.
    pub delivery_type: DeliveryType,
    /// When it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<UtcTime>,
    /// Its price without options.
    pub delivery_price: Price,
    /// From this gross value of goods it costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_delivery_minimum_gross_price: Option<Amount>,
    /// What may be added to it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_options: Vec<DeliveryOption>,
}

impl Delivery {
    /// A delivery without date, threshold or options.
    pub fn new(delivery_type: DeliveryType, delivery_price: Price) -> Self {
        Self {
            delivery_type,
            delivery_date: None,
            delivery_price,
            free_delivery_minimum_gross_price: None,
            delivery_options: Vec::new(),
        }
    }
}

/// Something added to a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOption {
    /// What the customer reads.
    pub delivery_name: String,
    /// Its code, chosen by the order's `delivery_codes`.
    pub delivery_code_value: DeliveryCode,
    /// What it adds to the delivery's price.
    pub delivery_option_price: Price,
}
