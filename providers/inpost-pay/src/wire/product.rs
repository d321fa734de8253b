//! Pages of products, and a basket begun in the app. Contract, sections 2 and 3.

use super::basket::{Basket, PaymentType, Product};
use super::or_default;
use crate::{BasketId, PhoneNumber};
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
