//! Pages of products, and a basket begun in the app. Contract, sections 2 and 3.

use super::basket::{Basket, Currency, PaymentType};
use super::goods::{Product, ProductAttribute, QuantityType};
use super::or_default;
use crate::{BasketId, PhoneNumber, Price, Units};
use serde::{Deserialize, Serialize};

/// A page of the merchant's products: the answer of `GET /v1/izi/products`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    /// The products of this page.
    #[serde(default, deserialize_with = "or_default")]
    pub content: Vec<Product>,
    /// How many there are in all.
    pub total_items: u64,
    /// Which page this is.
    pub page_index: u64,
    /// How many products a page holds.
    pub page_size: u64,
}

/// A product that the app itself offers. The contract names the calls and not the shape, which is that of InPost's own
/// plugins: a basket's product with one price and the pieces that are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotProduct {
    /// The merchant's id of it.
    pub product_id: String,
    /// EAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Name.
    pub product_name: String,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_description: Option<String>,
    /// The page of the product in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_link: Option<String>,
    /// Its picture.
    pub product_image: String,
    /// What one piece costs now.
    pub price: Price,
    /// Always złoty.
    pub currency: Currency,
    /// What is left.
    pub quantity: HotQuantity,
    /// What tells it from its siblings.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub product_attributes: Vec<ProductAttribute>,
}

/// How much of a hot product is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotQuantity {
    /// Pieces that are left.
    pub available_quantity: Units,
    /// By the piece or by measure.
    pub quantity_type: QuantityType,
    /// Word for one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_unit: Option<String>,
}

/// New hot products: the body of `POST /v1/izi/products`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewHotProducts {
    /// The products.
    pub content: Vec<HotProduct>,
}

/// A page of the hot products that InPost has: the answer of its `GET /v1/izi/products`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotProductPage {
    /// The products of this page.
    #[serde(default, deserialize_with = "or_default")]
    pub content: Vec<HotProduct>,
    /// How many there are in all.
    pub total_items: u64,
    /// Which page this is.
    pub page_index: u64,
    /// How many products a page holds.
    pub page_size: u64,
}

/// A basket begun in the app with a product: `POST …/basket/product/{product_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductBasketRequest {
    /// The basket to add to; absent for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_id: Option<BasketId>,
    /// Whose app it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
}

/// The answer to it: the basket and the merchant's id of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductBasket {
    /// The merchant's id of the basket.
    pub basket_id: BasketId,
    /// The basket.
    #[serde(flatten)]
    pub basket: Basket,
}

/// The ways to pay that InPost has opened for a merchant: the answer of `GET /v1/izi/payment-methods`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethods {
    /// The ways to pay.
    #[serde(default, deserialize_with = "or_default")]
    pub payment_type: Vec<PaymentType>,
}
