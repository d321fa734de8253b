//! Putting a product into the basket.

use super::visit::Visit;
use super::{CheckoutError, failed};
use crate::checkout::Checkout;
use crate::checkout::translate::basket::settles_in;
use crate::shop::ShopError;
use crate::shop::model::{BasketId, ChangedBy, Edit, ProductId};
use crate::web::problem::{JsonBody, Problem};
use axum::Json;
use axum::http::StatusCode;
use karfa_shared::widget::{AddItem, CannotBeBound, LinkView};

/// `POST items`: adds a product, once per request id. InPost hears of it through the feed of baskets.
pub(super) async fn add(visit: Visit, JsonBody(item): JsonBody<AddItem>) -> Result<Json<LinkView>, Problem> {
    let basket = put(&visit, &item).await?;
    Ok(Json(visit.checkout.view(&basket).await.map_err(failed)?))
}

/// Adds a product to the session's basket, or to a new one: which basket it was.
pub(super) async fn put(visit: &Visit, item: &AddItem) -> Result<BasketId, Problem> {
    let request_id = checked_request_id(&item.request_id)?;
    let product = ProductId::parse(&item.product_id).map_err(|_| refused(ShopError::UnknownProduct))?;
    let quantity = item.quantity.unwrap_or(1);
    if quantity == 0 {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "quantity",
            "quantity must be 1 or more.",
        ));
    }
    let shop = &visit.checkout.shop;
    if visit
        .shopper
        .current(shop.as_ref())
        .await
        .map_err(failed)?
        .is_none()
    {
        // Whoever asks for what there is not gets no basket for it.
        match why_not(&visit.checkout, &item.product_id).await.map_err(failed)? {
            Some(CannotBeBound::UnknownProduct) => return Err(refused(ShopError::UnknownProduct)),
            Some(CannotBeBound::OptionsMissing) => return Err(refused(ShopError::OptionsMissing)),
            Some(CannotBeBound::OutOfStock) => return Err(refused(ShopError::OutOfStock { available: 0 })),
            Some(CannotBeBound::Currency) => return Err(wrong_currency()),
            Some(CannotBeBound::EmptyBasket) | None => {}
        }
    }
    let basket = visit.basket_or_new().await.map_err(failed)?;
    let edits = [Edit::Add { product, quantity }];
    shop.edit(&basket, &edits, request_id, ChangedBy::Shop)
        .await
        .map_err(refused)?;
    Ok(basket)
}

fn wrong_currency() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "currency",
        "InPost Pay takes baskets in złoty only.",
    )
}

fn checked_request_id(id: &str) -> Result<&str, Problem> {
    let allowed = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if allowed && (8..=64).contains(&id.len()) {
        return Ok(id);
    }
    Err(Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "request_id",
        "request_id must be 8 to 64 letters, digits and hyphens, made anew for every click.",
    ))
}

/// Why a product cannot be linked; `None` if it can.
pub(super) async fn why_not(checkout: &Checkout, id: &str) -> Result<Option<CannotBeBound>, CheckoutError> {
    let Ok(id) = ProductId::parse(id) else {
        return Ok(Some(CannotBeBound::UnknownProduct));
    };
    Ok(match checkout.shop.product(&id).await? {
        None => Some(CannotBeBound::UnknownProduct),
        Some(product) if !product.variants.is_empty() => Some(CannotBeBound::OptionsMissing),
        Some(product) if product.stock == 0 => Some(CannotBeBound::OutOfStock),
        Some(product) if !settles_in(product.price().gross().currency) => Some(CannotBeBound::Currency),
        Some(_) => None,
    })
}

fn refused(error: ShopError) -> Problem {
    let (status, code) = match &error {
        ShopError::UnknownProduct => (StatusCode::NOT_FOUND, "unknown_product"),
        ShopError::OptionsMissing => (StatusCode::UNPROCESSABLE_ENTITY, "options_missing"),
        ShopError::OutOfStock { .. } => (StatusCode::CONFLICT, "out_of_stock"),
        ShopError::TooMany { .. } => (StatusCode::CONFLICT, "too_many"),
        ShopError::BasketOrdered => (StatusCode::CONFLICT, "basket_ordered"),
        ShopError::UnknownBasket | ShopError::BadPromoCode { .. } | ShopError::Storage(_) => {
            return failed(error);
        }
    };
    Problem::new(status, code, error.to_string())
}
