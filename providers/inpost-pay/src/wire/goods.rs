//! A good: in a basket, suggested beside it, in an order, or on a page of products. Contract, section 4.

use super::delivery::DeliveryType;
use super::or_default;
use crate::{Price, Units};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// Whether a quantity counts pieces or measures.
    #[derive(Default)]
    pub enum QuantityType {
        /// Whole pieces; the price is that of one piece.
        #[default]
        Integer = "INTEGER",
        /// A measure such as kilograms; the price is that of the whole chosen quantity.
        Decimal = "DECIMAL",
    }
}

open_enum! {
    /// What kind of good a product is.
    pub enum ProductType {
        /// Delivered as a parcel.
        Product = "PRODUCT",
        /// Delivered as data.
        Digital = "DIGITAL",
    }
}

/// A good in the basket or in the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The merchant's id.
    pub product_id: String,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_category: Option<String>,
    /// Its bar code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Its name.
    pub product_name: String,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_description: Option<String>,
    /// Its page in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_link: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_image: Option<String>,
    /// Further pictures, at most 10.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub additional_product_images: Vec<ProductImage>,
    /// Its price before promotions: of a piece for INTEGER, of the whole chosen quantity for DECIMAL.
    pub base_price: Price,
    /// Its price after promotions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_price: Option<Price>,
    /// Its lowest price of the last 30 days (Omnibus).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_price: Option<Price>,
    /// How many.
    pub quantity: Quantity,
    /// Chosen properties, at most 255 characters each.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub product_attributes: Vec<ProductAttribute>,
    /// Other forms of the product.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub variants: Vec<Variant>,
    /// Which deliveries can carry it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_product: Vec<DeliveryProduct>,
    /// A thing or data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<ProductType>,
}

/// A picture in two sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductImage {
    /// Address of the small one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small_size: Option<String>,
    /// Address of the normal one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normal_size: Option<String>,
}

/// How many of a product, and how many there may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// The quantity; in a basket event the new absolute one, where 0 removes.
    pub quantity: Units,
    /// Pieces or a measure.
    #[serde(default, deserialize_with = "or_default")]
    pub quantity_type: QuantityType,
    /// The unit's name: `szt.`, `kg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_unit: Option<String>,
    /// How many are in stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_quantity: Option<Units>,
    /// How many one customer may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<Units>,
}

impl Quantity {
    /// So many pieces, without unit and limits.
    pub fn pieces(pieces: u32) -> Self {
        Self {
            quantity: Units::whole(pieces),
            ..Self::default()
        }
    }
}

/// A property of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAttribute {
    /// Its name, at most 255 characters.
    pub attribute_name: String,
    /// Its value, at most 255 characters.
    pub attribute_value: String,
}

/// Another form of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id.
    pub variant_id: String,
    /// Its name: `Size`.
    pub variant_name: String,
    /// What the customer reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_description: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_type: Option<String>,
    /// Its values as one text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_values: Option<String>,
}

/// Whether a delivery can carry a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryProduct {
    /// The delivery.
    pub delivery_type: DeliveryType,
    /// Whether it can.
    pub if_delivery_available: bool,
}

/// A good to suggest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedProduct {
    /// The good.
    #[serde(flatten)]
    pub product: Product,
    /// Which deliveries can carry it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_related_products: Vec<DeliveryRelatedProduct>,
}

/// Whether a delivery can carry a suggested product, and at no cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRelatedProduct {
    /// The delivery.
    pub delivery_type: DeliveryType,
    /// Whether it can.
    pub if_delivery_available: bool,
    /// Whether it then costs nothing.
    pub if_delivery_free: bool,
}
