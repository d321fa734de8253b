//! The app's changes of a basket (InPost contract, section 5). What fails is told with the unchanged basket, not as an
//! error; and nothing is sent to InPost from here, for that would never end.

use super::refusal::Refused;
use super::signed::Signed;
use super::{answer, find_basket};
use crate::checkout::Checkout;
use crate::checkout::link::Stage;
use crate::checkout::translate::{self, basket::Notice};
use crate::shop::ShopError;
use crate::shop::model::{Basket, ChangedBy, Edit, ProductId};
use axum::extract::Path;
use axum::response::Response;
use inpost_pay::wire::basket_event::{BasketEvent, BasketEventType};
use inpost_pay::wire::error::MerchantErrorCode;
use inpost_pay::wire::goods::Quantity;

/// `POST /v1/izi/basket/{id}/event`.
pub(super) async fn handle(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let event: BasketEvent = call.json()?;
    let checkout = &call.checkout;
    let basket = find_basket(checkout, &id).await?;
    match stage(checkout, &basket).await? {
        Stage::Linked { .. } => {}
        Stage::Ordering { .. } | Stage::Ordered { .. } | Stage::Bought => return Err(has_order()),
        Stage::Unlinked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. } => {
            return Err(Refused::new(
                MerchantErrorCode::BasketNotFound,
                "the basket is not linked",
            ));
        }
    }
    let (basket, notice) = match edits(&event) {
        Err(failure) => (basket, Some(Notice::Error(failure))),
        Ok(edits) => {
            let request_id = format!("inpost-{}", event.event_id);
            match checkout
                .shop
                .edit(&basket.id, &edits, &request_id, ChangedBy::Wallet)
                .await
            {
                Ok(changed) => {
                    let notice = news_of_codes(&basket, &changed, &event);
                    (changed, notice)
                }
                Err(error) => (basket, Some(Notice::Error(bad_news(error)?))),
            }
        }
    };
    Ok(answer(&translate::basket::basket(
        &basket,
        notice.as_ref(),
        &checkout.facts,
    )))
}

/// Where the link stands. Where we know of none InPost is asked once: a confirmation may have been lost.
async fn stage(checkout: &Checkout, basket: &Basket) -> Result<Stage, Refused> {
    let load = async || checkout.load(&basket.id).await.map_err(Refused::failed);
    let link = load().await?.state;
    if link.inpost_basket_id().is_some() || matches!(link.stage, Stage::Ordered { .. } | Stage::Bought) {
        return Ok(link.stage);
    }
    checkout
        .reconcile(&basket.id, None)
        .await
        .map_err(Refused::failed)?;
    Ok(load().await?.state.stage)
}

fn has_order() -> Refused {
    Refused::new(MerchantErrorCode::OrderExists, "the basket has been ordered")
}

/// What the shop is to change; the error is a sentence for the shopper.
fn edits(event: &BasketEvent) -> Result<Vec<Edit>, String> {
    match event.event_type {
        BasketEventType::ProductsQuantity => {
            let changes = event.quantity_event_data.iter().flatten();
            changes
                .map(|change| {
                    let product = product(&change.product_id)?;
                    Ok(Edit::Dated {
                        topic: format!("quantity:{product}"),
                        at: event.event_data_time.0,
                        edit: Box::new(Edit::SetQuantity {
                            product,
                            quantity: pieces(&change.quantity)?,
                        }),
                    })
                })
                .collect()
        }
        BasketEventType::PromoCodes => {
            // An empty list removes all codes; no list says nothing of them.
            let Some(codes) = &event.promo_codes_event_data else {
                return Ok(Vec::new());
            };
            let codes = codes.iter().map(|code| code.promo_code_value.clone());
            Ok(vec![Edit::Dated {
                topic: "codes".to_owned(),
                at: event.event_data_time.0,
                edit: Box::new(Edit::SetPromoCodes(codes.collect())),
            }])
        }
        BasketEventType::RelatedProducts => {
            let added = event.related_products_event_data.iter().flatten();
            added
                .map(|added| {
                    let product = product(&added.product_id)?;
                    Ok(Edit::Add {
                        product,
                        quantity: pieces(&added.quantity)?,
                    })
                })
                .collect()
        }
        BasketEventType::Other(_) => Err("Ta zmiana koszyka nie jest obsługiwana.".to_owned()),
    }
}

fn product(id: &str) -> Result<ProductId, String> {
    ProductId::parse(id).map_err(|_| "Sklep nie ma tego produktu.".to_owned())
}

fn pieces(quantity: &Quantity) -> Result<u32, String> {
    let whole = quantity
        .quantity
        .as_whole()
        .and_then(|pieces| u32::try_from(pieces).ok());
    whole.ok_or_else(|| "Podaj liczbę sztuk.".to_owned())
}

/// A code that was accepted or removed is worth a word, and so is one that has come or gone with the sum of the goods.
fn news_of_codes(before: &Basket, after: &Basket, event: &BasketEvent) -> Option<Notice> {
    if before.promo_codes == after.promo_codes {
        return None;
    }
    let only_in = |one: &Basket, other: &Basket| {
        let code = one
            .promo_codes
            .iter()
            .find(|code| !other.promo_codes.contains(code));
        code.map(|code| code.code.clone()).unwrap_or_default()
    };
    let more = after.promo_codes.len() >= before.promo_codes.len();
    let text = match (event.event_type == BasketEventType::PromoCodes, more) {
        (true, true) => "Kod rabatowy został dodany.".to_owned(),
        (true, false) => "Kod rabatowy został usunięty.".to_owned(),
        (false, true) => format!("Kod „{}” znów obniża cenę.", only_in(after, before)),
        (false, false) => format!("Koszyk jest za mały na kod „{}”.", only_in(before, after)),
    };
    Some(Notice::Attention(text))
}

/// What went wrong, as a sentence for the shopper; our own failures are not.
fn bad_news(error: ShopError) -> Result<String, Refused> {
    Ok(match error {
        ShopError::UnknownProduct => "Sklep nie ma już tego produktu.".to_owned(),
        ShopError::OptionsMissing => "Wybierz wariant produktu w sklepie.".to_owned(),
        ShopError::OutOfStock { available: 0 } => "Produkt jest wyprzedany.".to_owned(),
        ShopError::OutOfStock { available } => format!("W magazynie zostało tylko {available} szt."),
        ShopError::TooMany { most } => format!("Najwięcej {most} szt. jednego produktu."),
        ShopError::BadPromoCode { code } => {
            format!("Kod „{code}” nie działa. Sprawdź pisownię i datę ważności.")
        }
        ShopError::UnknownBasket => {
            return Err(Refused::new(
                MerchantErrorCode::BasketNotFound,
                "there is no such basket",
            ));
        }
        ShopError::BasketOrdered => return Err(has_order()),
        ShopError::Storage(_) => return Err(Refused::failed(error)),
    })
}
