//! Additions, quantities, codes, and what a basket tells of itself.

use super::{Fixture, add, codes, pln, product_id, set};
use crate::shop::model::{BasketId, ChangedBy, DeliveryKind, Edit};
use crate::shop::{Shop as _, ShopError};
use proptest::prelude::*;
use std::collections::HashSet;

async fn refused(fixture: &Fixture, id: &BasketId, edits: &[Edit]) -> ShopError {
    fixture
        .shop
        .edit(id, edits, "refused", ChangedBy::Shop)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_basket_is_filled_and_emptied() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 2), ("scarf", 1)]).await;
    assert_eq!(basket.count(), 3);
    assert_eq!(basket.base_total.gross(), pln("218.00"));
    assert_eq!(basket.promo_total.gross(), pln("178.00"));
    assert_eq!(basket.final_total, basket.promo_total);
    let basket = fixture
        .edit(&basket.id, &[set("soap", 1), set("scarf", 0), set("book", 0)])
        .await;
    assert_eq!(
        basket
            .lines
            .iter()
            .map(|line| line.product.id.as_str())
            .collect::<Vec<_>>(),
        ["soap"]
    );
    let basket = fixture.edit(&basket.id, &[set("soap", 0)]).await;
    assert_eq!((basket.count(), basket.final_total.gross()), (0, pln("0.00")));
}

#[tokio::test]
async fn the_same_request_changes_a_basket_once() {
    let fixture = Fixture::new().await;
    let id = fixture.shop.open_basket().await.unwrap();
    let first = fixture
        .shop
        .edit(&id, &[add("soap", 1)], "click-1", ChangedBy::Shop)
        .await
        .unwrap();
    let again = fixture
        .shop
        .edit(&id, &[add("soap", 1)], "click-1", ChangedBy::Shop)
        .await
        .unwrap();
    assert_eq!(first, again);
    let other = fixture
        .shop
        .edit(&id, &[add("soap", 1)], "click-2", ChangedBy::Shop)
        .await
        .unwrap();
    assert_eq!(other.count(), 2);
    assert!(other.revision > first.revision);
}

#[tokio::test]
async fn a_refused_request_may_be_made_again() {
    let fixture = Fixture::new().await;
    let id = fixture.shop.open_basket().await.unwrap();
    let too_many = refused(&fixture, &id, &[add("soap", 1), add("mittens", 2)]).await;
    assert!(
        matches!(too_many, ShopError::OutOfStock { available: 1 }),
        "{too_many}"
    );
    assert_eq!(fixture.read(&id).await.count(), 0, "all edits or none");
    let basket = fixture
        .shop
        .edit(&id, &[add("mittens", 1)], "refused", ChangedBy::Shop)
        .await
        .unwrap();
    assert_eq!(basket.count(), 1);
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused() {
    let fixture = Fixture::new().await;
    let id = fixture.shop.open_basket().await.unwrap();
    assert!(matches!(
        refused(&fixture, &id, &[add("nothing", 1)]).await,
        ShopError::UnknownProduct
    ));
    assert!(matches!(
        refused(&fixture, &id, &[add("hat", 1)]).await,
        ShopError::OptionsMissing
    ));
    assert!(matches!(
        refused(&fixture, &id, &[add("kilim", 1)]).await,
        ShopError::OutOfStock { available: 0 }
    ));
    assert!(matches!(
        refused(&fixture, &id, &[add("soap", 11)]).await,
        ShopError::TooMany { most: 10 }
    ));
    assert!(matches!(
        refused(&fixture, &id, &[add("soap", u32::MAX)]).await,
        ShopError::OutOfStock { available: 60 }
    ));
    assert!(matches!(
        refused(&fixture, &id, &[add("ebook", 2)]).await,
        ShopError::TooMany { most: 1 }
    ));
    let stranger = BasketId::parse("0123456789abcdef0123456789abcdef").unwrap();
    assert!(matches!(
        refused(&fixture, &stranger, &[add("soap", 1)]).await,
        ShopError::UnknownBasket
    ));
    assert!(fixture.shop.basket(&stranger).await.unwrap().is_none());
}

#[tokio::test]
async fn codes_apply_all_or_none() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("scarf", 1)]).await;
    let basket = fixture.edit(&basket.id, &[codes(&[" ten ", "TEN"])]).await;
    assert_eq!(
        basket
            .promo_codes
            .iter()
            .map(|code| code.code.as_str())
            .collect::<Vec<_>>(),
        ["TEN"]
    );
    assert_eq!(basket.final_total.gross(), pln("116.10"));
    for bad in ["OLD", "TWENTY", "NONSENSE", ""] {
        let error = refused(&fixture, &basket.id, &[codes(&["TEN", bad])]).await;
        assert!(
            matches!(&error, ShopError::BadPromoCode { code } if code == bad),
            "{bad}: {error}"
        );
    }
    assert_eq!(fixture.read(&basket.id).await, basket);
    let basket = fixture
        .edit(&basket.id, &[add("soap", 1), codes(&["TEN", "TWENTY"])])
        .await;
    assert_eq!(
        basket.final_total.gross(),
        pln("118.15"),
        "153.50 less 15.35 less 20.00"
    );
    let basket = fixture.edit(&basket.id, &[codes(&[])]).await;
    assert_eq!(basket.final_total.gross(), pln("153.50"));
}

#[tokio::test]
async fn a_code_rests_while_the_basket_is_too_small() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("scarf", 1), ("soap", 1)]).await;
    let basket = fixture.edit(&basket.id, &[codes(&["TWENTY"])]).await;
    assert_eq!(basket.promo_codes.len(), 1);
    let basket = fixture.edit(&basket.id, &[set("soap", 0)]).await;
    assert_eq!(
        (basket.promo_codes.len(), basket.final_total.gross()),
        (0, pln("129.00"))
    );
    let basket = fixture.edit(&basket.id, &[add("soap", 1)]).await;
    assert_eq!(
        (basket.promo_codes.len(), basket.final_total.gross()),
        (1, pln("133.50"))
    );
}

#[tokio::test]
async fn digital_goods_alone_are_delivered_by_mail() {
    let fixture = Fixture::new().await;
    let kinds = |basket: &crate::shop::model::Basket| {
        basket
            .deliveries
            .iter()
            .map(|delivery| delivery.kind)
            .collect::<Vec<_>>()
    };
    let basket = fixture.basket(&[("ebook", 1)]).await;
    assert_eq!(kinds(&basket), [DeliveryKind::Digital]);
    assert!(!basket.payment_methods.contains(&"CASH_ON_DELIVERY".to_owned()));
    let basket = fixture.edit(&basket.id, &[add("soap", 1)]).await;
    assert_eq!(
        kinds(&basket),
        [DeliveryKind::ParcelLocker, DeliveryKind::Courier]
    );
    assert!(basket.payment_methods.contains(&"CASH_ON_DELIVERY".to_owned()));
}

#[tokio::test]
async fn delivery_is_free_from_an_amount_and_dated_in_working_days() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let [locker, courier] = &basket.deliveries[..] else {
        panic!("two deliveries")
    };
    assert_eq!(
        (locker.price.gross(), courier.price.gross()),
        (pln("12.99"), pln("16.99"))
    );
    // Thursday: the courier comes on Friday, the locker is reached on Monday, at 20:00 in Warsaw.
    assert_eq!(courier.expected.to_string(), "2026-10-16T18:00:00Z");
    assert_eq!(locker.expected.to_string(), "2026-10-19T18:00:00Z");
    let basket = fixture.edit(&basket.id, &[add("scarf", 3)]).await;
    assert_eq!(basket.deliveries[0].price.gross(), pln("0.00"));
}

#[tokio::test]
async fn an_unchanged_basket_reads_the_same_over_midnight() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let basket = fixture.edit(&basket.id, &[codes(&["THURSDAY"])]).await;
    fixture.at("2026-10-15T21:59:59Z");
    assert_eq!(fixture.read(&basket.id).await, basket);
    fixture.at("2026-10-15T22:00:00Z");
    assert_eq!(
        fixture.read(&basket.id).await,
        basket,
        "Friday in Warsaw, but nobody was told yet"
    );
}

#[tokio::test]
async fn a_basket_is_forgotten_a_week_after_its_last_change() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    assert_eq!(basket.expires.to_string(), "2026-10-22T12:00:00Z");
    fixture.at("2026-10-22T11:59:59Z");
    assert!(fixture.shop.basket(&basket.id).await.unwrap().is_some());
    fixture.at("2026-10-22T12:00:00Z");
    assert!(fixture.shop.basket(&basket.id).await.unwrap().is_none());
    assert!(matches!(
        refused(&fixture, &basket.id, &[add("soap", 1)]).await,
        ShopError::UnknownBasket
    ));
}

#[tokio::test]
async fn basket_ids_are_never_the_same() {
    let fixture = Fixture::new().await;
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let id = fixture.shop.open_basket().await.unwrap();
        assert_eq!(id.as_str().len(), 32);
        assert!(seen.insert(id));
    }
}

#[tokio::test]
async fn variants_are_products_with_a_parent() {
    let fixture = Fixture::new().await;
    let products = fixture.shop.products().await.unwrap();
    let order: Vec<&str> = products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(
        order,
        [
            "soap", "scarf", "mittens", "kilim", "book", "ebook", "hat", "hat-red", "hat-blue"
        ]
    );
    let hat = fixture.shop.product(&product_id("hat")).await.unwrap().unwrap();
    assert_eq!((hat.stock, hat.variants.len()), (7, 2));
    let blue = fixture
        .shop
        .product(&product_id("hat-blue"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (blue.stock, blue.price().gross(), blue.variant_of),
        (4, pln("139.00"), Some(hat.id))
    );
    assert_eq!(blue.link, "/product/hat?variant=hat-blue");
}

#[tokio::test]
async fn stores_share_a_database_and_nothing_else() {
    let fixture = Fixture::new().await;
    let other = super::open(&fixture.pool, &fixture.clock, "other", super::CATALOGUE).await;
    let basket = fixture.basket(&[("mittens", 1)]).await;
    assert!(other.basket(&basket.id).await.unwrap().is_none());
    fixture
        .shop
        .place_order(&basket.id, &super::order_for(&basket))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(fixture.stock("mittens").await, 0);
    assert_eq!(
        other
            .product(&product_id("mittens"))
            .await
            .unwrap()
            .unwrap()
            .stock,
        1
    );
    assert!(other.basket_changes(0, 100).await.unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is asked for, a basket never holds more than one may, nor more than there is.
    #[test]
    fn no_sequence_of_edits_breaks_the_limits(edits in prop::collection::vec((0_usize..4, 0_u32..14, any::<bool>()), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let id = fixture.shop.open_basket().await.unwrap();
            for (at, (product, quantity, adds)) in edits.into_iter().enumerate() {
                let product = ["soap", "mittens", "hat-red", "ebook"][product];
                let edit = if adds { add(product, quantity) } else { set(product, quantity) };
                let _ = fixture.shop.edit(&id, &[edit], &format!("edit-{at}"), ChangedBy::Shop).await;
                let basket = fixture.read(&id).await;
                for line in &basket.lines {
                    prop_assert!(line.quantity >= 1 && line.quantity <= line.product.stock);
                    prop_assert!(line.quantity <= line.product.max_quantity);
                }
            }
            Ok(())
        })?;
    }
}
