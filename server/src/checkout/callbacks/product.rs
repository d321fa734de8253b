//! Products that the app offers by itself: their list, and a basket that begins with one (InPost contract, section 3).

use super::refusal::Refused;
use super::signed::Signed;
use super::{answer, find_basket};
use crate::checkout::Checkout;
use crate::checkout::machine::Command;
use crate::checkout::translate;
use crate::shop::ShopError;
use crate::shop::model::{Basket, BasketId, ChangedBy, Edit, Product as ShopProduct, ProductId};
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use inpost_pay::wire::error::MerchantErrorCode;
use inpost_pay::wire::goods::Product;
use inpost_pay::wire::product::{ProductBasket, ProductBasketRequest, ProductPage};

/// Products on a page, unless told.
const PAGE: usize = 20;
/// The most products on a page.
const LARGEST_PAGE: usize = 100;

/// `POST /v1/izi/basket/product/{product_id}`: a new basket with the product, or one piece more in the one that is named.
pub(super) async fn begin_basket(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let wish: ProductBasketRequest = call.json()?;
    let checkout = &call.checkout;
    let product = sold(checkout, &id).await?;
    let basket = match wish.basket_id {
        Some(basket) => {
            let known = find_basket(checkout, basket.as_str()).await?;
            add(&call, &known.id, product).await?
        }
        None => {
            let begun = checkout.shop.open_basket().await.map_err(Refused::failed)?;
            add(&call, &begun, product).await?
        }
    };
    // The app has it; under which id is asked for as soon as InPost has heard of ours.
    let _ = checkout
        .run(&basket.id, Command::BegunInApp)
        .await
        .map_err(Refused::failed)?;
    Ok(answer(&ProductBasket {
        basket_id: basket.id.as_str().into(),
        basket: translate::basket::basket(&basket, None, &checkout.facts),
    }))
}

async fn sold(checkout: &Checkout, id: &str) -> Result<ProductId, Refused> {
    let unknown = || Refused::new(MerchantErrorCode::ProductNotFound, "there is no such product");
    let id = ProductId::parse(id).map_err(|_| unknown())?;
    let found = checkout.shop.product(&id).await.map_err(Refused::failed)?;
    found.map(|product| product.id).ok_or_else(unknown)
}

async fn add(call: &Signed, basket: &BasketId, product: ProductId) -> Result<Basket, Refused> {
    let edits = [Edit::Add { product, quantity: 1 }];
    // The call has no id of its own; its signature is good for one call.
    let request = format!("inpost-begin-{}", call.fingerprint());
    let edited = call
        .checkout
        .shop
        .edit(basket, &edits, &request, ChangedBy::Wallet)
        .await;
    edited.map_err(|error| match error {
        ShopError::OutOfStock { .. } => {
            Refused::new(MerchantErrorCode::OutOfStock, "the product is sold out")
        }
        ShopError::BasketOrdered => {
            Refused::new(MerchantErrorCode::OrderExists, "the basket has been ordered")
        }
        ShopError::UnknownProduct => {
            Refused::new(MerchantErrorCode::ProductNotFound, "there is no such product")
        }
        ShopError::OptionsMissing | ShopError::TooMany { .. } | ShopError::BadPromoCode { .. } => {
            Refused::new(MerchantErrorCode::ProductNotAdded, error.to_string())
        }
        ShopError::UnknownBasket => {
            Refused::new(MerchantErrorCode::BasketNotFound, "there is no such basket")
        }
        ShopError::Storage(_) => Refused::failed(error),
    })
}

/// `GET /v1/izi/products`: what can be bought, a page at a time, or of it what `product_id` names.
pub(super) async fn list(RawQuery(query): RawQuery, call: Signed) -> Result<Response, Refused> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())?;
    let checkout = &call.checkout;
    let products = checkout.shop.products().await.map_err(Refused::failed)?;
    let found: Vec<&ShopProduct> = products.iter().filter(|product| asked.fits(product)).collect();
    let content: Vec<Product> = found
        .iter()
        .skip(asked.index.saturating_mul(asked.size))
        .take(asked.size)
        .map(|product| translate::basket::one_piece(product, &checkout.facts))
        .collect();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(answer(&ProductPage {
        content,
        total_items: count(found.len()),
        page_index: count(asked.index),
        page_size: count(asked.size),
    }))
}

/// A page, counted from 0.
struct Asked {
    index: usize,
    size: usize,
    ids: Vec<String>,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Refused> {
        let mut asked = Asked {
            index: 0,
            size: PAGE,
            ids: Vec::new(),
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = || {
                let wrong = || {
                    Refused::new(
                        MerchantErrorCode::BadRequest,
                        "page_index and page_size are whole numbers",
                    )
                };
                value.parse::<usize>().map_err(|_| wrong())
            };
            match name.as_ref() {
                "page_index" => asked.index = number()?,
                "page_size" => asked.size = number()?,
                "product_id" | "product_id[]" => asked.ids.push(value.into_owned()),
                _ => {}
            }
        }
        if (1..=LARGEST_PAGE).contains(&asked.size) {
            Ok(asked)
        } else {
            Err(Refused::new(
                MerchantErrorCode::BadRequest,
                "page_size must be from 1 to 100",
            ))
        }
    }

    /// What is sold as one of its variants cannot be bought itself.
    fn fits(&self, product: &ShopProduct) -> bool {
        let named = self.ids.is_empty() || self.ids.iter().any(|id| id == product.id.as_str());
        named && product.variants.is_empty()
    }
}
