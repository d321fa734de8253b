//! Orders: once per basket, on the terms that were agreed, and never more than there is.

use super::{Fixture, add, codes, order_for, pln, set};
use crate::shop::model::{
    Address, Basket, ChangedBy, DeliveryExtra, DeliveryKind, NewOrder, Order, OrderRefusal, OrderStatus,
};
use crate::shop::{Shop as _, ShopError};
use karfa_shared::phone::PhoneNumber;
use proptest::prelude::*;
use sqlx::Row as _;

async fn place(fixture: &Fixture, basket: &Basket, order: &NewOrder) -> Result<Order, OrderRefusal> {
    fixture.shop.place_order(&basket.id, order).await.unwrap()
}

/// Changes an acceptable order and tells what the shop says to it.
async fn refusal(fixture: &Fixture, basket: &Basket, change: impl FnOnce(&mut NewOrder)) -> OrderRefusal {
    let mut order = order_for(basket);
    change(&mut order);
    let refusal = place(fixture, basket, &order).await.unwrap_err();
    assert!(
        fixture.read(&basket.id).await.order.is_none(),
        "nothing has changed"
    );
    refusal
}

#[tokio::test]
async fn an_order_takes_the_goods_and_closes_the_basket() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 2), ("mittens", 1)]).await;
    let order = place(&fixture, &basket, &order_for(&basket)).await.unwrap();
    assert_eq!(order.number, "T-2026-00001");
    assert_eq!(order.status, OrderStatus::AwaitingPayment);
    assert_eq!(
        order.total.gross(),
        pln("150.99"),
        "138.00 and 12.99 for the locker"
    );
    assert_eq!(order.total.net().plus(order.total.vat()), Ok(order.total.gross()));
    assert_eq!(
        (fixture.stock("soap").await, fixture.stock("mittens").await),
        (58, 0)
    );
    let closed = fixture.read(&basket.id).await;
    assert_eq!(closed.order, Some(order.id.clone()));
    assert_eq!(
        (closed.count(), closed.final_total),
        (3, basket.final_total),
        "it still shows what was bought"
    );
    let edited = fixture
        .shop
        .edit(&basket.id, &[add("soap", 1)], "late", ChangedBy::Wallet)
        .await;
    assert!(matches!(edited, Err(ShopError::BasketOrdered)));
    assert_eq!(fixture.shop.order(&order.id).await.unwrap().unwrap(), order);
    assert_eq!(
        fixture.shop.order_of_basket(&basket.id).await.unwrap().unwrap(),
        order
    );
}

#[tokio::test]
async fn a_repeated_order_returns_the_first_one() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 2)]).await;
    let first = place(&fixture, &basket, &order_for(&basket)).await.unwrap();
    let mut again = order_for(&basket);
    again.quoted_gross = pln("0.01");
    assert_eq!(place(&fixture, &basket, &again).await.unwrap(), first);
    again.payment_method = "CARD".to_owned();
    assert_eq!(
        place(&fixture, &basket, &again).await.unwrap_err(),
        OrderRefusal::OrderedOtherwise
    );
    assert_eq!(fixture.stock("soap").await, 58);
}

#[tokio::test]
async fn the_price_must_be_equal_to_the_grosz() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    for quoted in ["37.48", "37.50", "24.50", "0.00"] {
        let refusal = refusal(&fixture, &basket, |order| order.quoted_gross = pln(quoted)).await;
        assert_eq!(
            refusal,
            OrderRefusal::PriceChanged {
                expected: pln("37.49")
            }
        );
    }
    assert_eq!(fixture.stock("soap").await, 60);
}

#[tokio::test]
async fn an_empty_or_unknown_basket_is_not_ordered() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let order = order_for(&basket);
    fixture.edit(&basket.id, &[set("soap", 0)]).await;
    assert_eq!(
        place(&fixture, &basket, &order).await.unwrap_err(),
        OrderRefusal::EmptyBasket
    );
    let unknown = crate::shop::model::BasketId::parse("unknown").unwrap();
    assert_eq!(
        fixture
            .shop
            .place_order(&unknown, &order)
            .await
            .unwrap()
            .unwrap_err(),
        OrderRefusal::EmptyBasket
    );
}

#[tokio::test]
async fn what_was_sold_meanwhile_is_named() {
    let fixture = Fixture::new().await;
    let (first, second) = (
        fixture.basket(&[("mittens", 1)]).await,
        fixture.basket(&[("mittens", 1)]).await,
    );
    place(&fixture, &first, &order_for(&first)).await.unwrap();
    let refused = refusal(&fixture, &second, |_| ()).await;
    assert_eq!(
        refused,
        OrderRefusal::OutOfStock {
            name: "Rękawice".to_owned()
        }
    );
}

#[tokio::test]
async fn the_delivery_must_be_offered_and_complete() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let digital = refusal(&fixture, &basket, |order| {
        order.delivery.kind = DeliveryKind::Digital;
    })
    .await;
    assert_eq!(digital, OrderRefusal::DeliveryUnavailable);
    let weekend = refusal(&fixture, &basket, |order| {
        order.delivery.extras = vec![DeliveryExtra::Weekend];
    })
    .await;
    assert_eq!(weekend, OrderRefusal::DeliveryUnavailable);
    let twice = refusal(&fixture, &basket, |order| {
        order.delivery.extras = vec![DeliveryExtra::GiftWrap; 2];
    })
    .await;
    assert_eq!(twice, OrderRefusal::DeliveryUnavailable);
    for point in [None, Some(" ".to_owned())] {
        let nowhere = refusal(&fixture, &basket, |order| order.delivery.point = point).await;
        assert_eq!(nowhere, OrderRefusal::DeliveryIncomplete);
    }
    let by_courier = |address: Option<Address>| {
        move |order: &mut NewOrder| {
            order.delivery.kind = DeliveryKind::Courier;
            order.delivery.address = address;
            order.quoted_gross = pln("41.49");
        }
    };
    assert_eq!(
        refusal(&fixture, &basket, by_courier(None)).await,
        OrderRefusal::DeliveryIncomplete
    );
    let address = Address {
        name: "Janina Nowak".to_owned(),
        country_code: "PL".to_owned(),
        street: "Wełniana 3".to_owned(),
        city: "Bielsko-Biała".to_owned(),
        postal_code: "43-300".to_owned(),
    };
    let without_city = Address {
        city: String::new(),
        ..address.clone()
    };
    assert_eq!(
        refusal(&fixture, &basket, by_courier(Some(without_city))).await,
        OrderRefusal::DeliveryIncomplete
    );
    let mut order = order_for(&basket);
    by_courier(Some(address))(&mut order);
    assert_eq!(
        place(&fixture, &basket, &order)
            .await
            .unwrap()
            .delivery_price
            .gross(),
        pln("16.99")
    );
}

#[tokio::test]
async fn extras_are_paid_even_where_delivery_is_free() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("scarf", 3)]).await;
    let mut order = order_for(&basket);
    order.delivery.extras = vec![DeliveryExtra::GiftWrap];
    order.quoted_gross = pln("396.90");
    let order = place(&fixture, &basket, &order).await.unwrap();
    assert_eq!(
        (order.delivery_price.gross(), order.total.gross()),
        (pln("9.90"), pln("396.90"))
    );
    assert_eq!(order.delivery_price.vat(), pln("1.85"));
}

#[tokio::test]
async fn goods_by_mail_need_an_address() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("ebook", 1)]).await;
    let nowhere = refusal(&fixture, &basket, |order| order.customer.mail.clear()).await;
    assert_eq!(nowhere, OrderRefusal::DeliveryIncomplete);
    let mut order = order_for(&basket);
    order.customer.mail.clear();
    order.delivery.mail = Some("janina@example.com".to_owned());
    let order = place(&fixture, &basket, &order).await.unwrap();
    assert_eq!(order.total.gross(), pln("32.00"));
    assert_eq!(order.delivery_offer.kind, DeliveryKind::Digital);
}

#[tokio::test]
async fn cash_on_delivery_is_accepted_at_once() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let cash = |order: &mut NewOrder| {
        order.payment_method = "CASH_ON_DELIVERY".to_owned();
        order.cash_on_delivery = true;
        order.delivery.extras = vec![DeliveryExtra::CashOnDelivery];
        order.quoted_gross = pln("41.49");
    };
    let mut order = order_for(&basket);
    cash(&mut order);
    assert_eq!(
        place(&fixture, &basket, &order).await.unwrap().status,
        OrderStatus::Accepted
    );

    let basket = fixture.basket(&[("soap", 1)]).await;
    let unknown = refusal(&fixture, &basket, |order| {
        order.payment_method = "BEADS".to_owned();
    })
    .await;
    assert_eq!(unknown, OrderRefusal::PaymentUnavailable);
    let without_extra = refusal(&fixture, &basket, |order| {
        cash(order);
        order.delivery.extras.clear();
    });
    assert_eq!(without_extra.await, OrderRefusal::PaymentUnavailable);
    let other_method = refusal(&fixture, &basket, |order| {
        cash(order);
        order.payment_method = "CARD".to_owned();
    });
    assert_eq!(other_method.await, OrderRefusal::PaymentUnavailable);
}

#[tokio::test]
async fn required_consents_are_needed_in_their_version() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let none = refusal(&fixture, &basket, |order| order.consents.clear()).await;
    assert_eq!(none, OrderRefusal::ConsentMissing);
    let refused = refusal(&fixture, &basket, |order| order.consents[0].accepted = false).await;
    assert_eq!(refused, OrderRefusal::ConsentMissing);
    let old = refusal(&fixture, &basket, |order| {
        order.consents[0].version = "1".to_owned();
    })
    .await;
    assert_eq!(old, OrderRefusal::ConsentMissing);
    let mut order = order_for(&basket);
    order.consents.retain(|consent| consent.id != "newsletter");
    place(&fixture, &basket, &order).await.unwrap();
}

#[tokio::test]
async fn a_consent_once_given_is_not_asked_of_that_customer_again() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let terms_only = |order: &mut NewOrder| order.consents.retain(|consent| consent.id == "terms");
    assert_eq!(
        refusal(&fixture, &basket, terms_only).await,
        OrderRefusal::ConsentMissing
    );
    place(&fixture, &basket, &order_for(&basket)).await.unwrap();

    let basket = fixture.basket(&[("soap", 1)]).await;
    let stranger = refusal(&fixture, &basket, |order| {
        terms_only(order);
        order.customer.phone = PhoneNumber::parse("+48 601 000 000").unwrap();
    });
    assert_eq!(stranger.await, OrderRefusal::ConsentMissing);
    let mut order = order_for(&basket);
    terms_only(&mut order);
    place(&fixture, &basket, &order).await.unwrap();
}

#[tokio::test]
async fn a_code_that_lapsed_overnight_is_told_and_the_next_read_is_without_it() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("scarf", 1)]).await;
    let basket = fixture.edit(&basket.id, &[codes(&["THURSDAY"])]).await;
    assert_eq!(basket.final_total.gross(), pln("64.50"));
    fixture.at("2026-10-15T22:00:01Z");
    assert_eq!(
        refusal(&fixture, &basket, |_| ()).await,
        OrderRefusal::CodeExpired
    );
    let renewed = fixture.read(&basket.id).await;
    assert!(renewed.promo_codes.is_empty() && renewed.revision > basket.revision);
    place(&fixture, &renewed, &order_for(&renewed)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_piece_is_sold_twice_however_many_ask_at_once() {
    let fixture = Fixture::new().await;
    let mut baskets = Vec::new();
    for _ in 0..40 {
        baskets.push(fixture.basket(&[("hat-red", 1), ("soap", 1)]).await);
    }
    let mut tasks = Vec::new();
    for basket in baskets {
        let shop = fixture.shop.clone();
        tasks.push(tokio::spawn(async move {
            shop.place_order(&basket.id, &order_for(&basket)).await.unwrap()
        }));
    }
    let mut sold = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => sold += 1,
            Err(refusal) => assert_eq!(
                refusal,
                OrderRefusal::OutOfStock {
                    name: "Czapka".to_owned()
                }
            ),
        }
    }
    assert_eq!(
        (sold, fixture.stock("hat-red").await, fixture.stock("soap").await),
        (3, 0, 57)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_basket_ordered_by_many_at_once_has_one_order() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 2)]).await;
    let order = order_for(&basket);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (shop, id, order) = (fixture.shop.clone(), basket.id.clone(), order.clone());
            tokio::spawn(async move { shop.place_order(&id, &order).await.unwrap().unwrap() })
        })
        .collect();
    let mut ids = std::collections::HashSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap().id);
    }
    assert_eq!((ids.len(), fixture.stock("soap").await), (1, 58));
}

#[tokio::test]
async fn orders_outlive_the_process_and_are_readable_by_sql() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 2), ("book", 1)]).await;
    let basket = fixture.edit(&basket.id, &[codes(&["TEN"])]).await;
    let order = place(&fixture, &basket, &order_for(&basket)).await.unwrap();
    let pool = super::pool(&fixture.folder).await;
    let again = super::open(&pool, &fixture.clock, "default", super::CATALOGUE).await;
    assert_eq!(again.order(&order.id).await.unwrap().unwrap(), order);
    assert_eq!(
        again.basket(&basket.id).await.unwrap().unwrap().order,
        Some(order.id.clone())
    );
    let row = sqlx::query(
        "select total_gross, (select sum(final_gross) from shop_order_line) as lines, customer_phone, status from shop_order",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(row.get::<i64, _>("total_gross"), order.total.gross().minor);
    assert_eq!(row.get::<i64, _>("lines"), order.goods_total.gross().minor);
    assert_eq!(row.get::<String, _>("customer_phone"), "48600000000");
    assert_eq!(row.get::<String, _>("status"), "awaiting_payment");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// What the basket quotes is what the order costs, and both are the sum of their lines.
    #[test]
    fn the_quoted_total_is_the_orders_total(
        soap in 0_u32..=10,
        scarf in 0_u32..=5,
        book in 0_u32..=5,
        blue in 1_u32..=4,
        wanted in prop::sample::subsequence(vec!["TEN", "TWENTY", "THURSDAY"], 0..=3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let goods = [("soap", soap), ("scarf", scarf), ("book", book), ("hat-blue", blue)];
            let basket = fixture.basket(&goods).await;
            let edit = codes(&wanted);
            let request = fixture.shop.edit(&basket.id, &[edit], "codes", ChangedBy::Shop).await;
            let basket = request.unwrap_or(basket);
            prop_assert_eq!(&fixture.read(&basket.id).await, &basket);
            let new = order_for(&basket);
            let order = place(&fixture, &basket, &new).await.unwrap();
            prop_assert_eq!(order.total.gross(), new.quoted_gross);
            prop_assert_eq!(order.goods_total, basket.final_total);
            let zero = karfa_shared::money::Price::zero(order.total.gross().currency);
            let lines = order.lines.iter().try_fold(zero, |sum, line| sum.plus(line.final_total)).unwrap();
            prop_assert_eq!(lines, order.goods_total);
            prop_assert_eq!(lines.plus(order.delivery_price).unwrap(), order.total);
            Ok(())
        })?;
    }
}
