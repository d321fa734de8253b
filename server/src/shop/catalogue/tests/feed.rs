//! The feed: every change of a basket is in it, also one that nobody made in the basket itself.

use super::{CATALOGUE, Fixture, add, order_for, set};
use crate::shop::Shop as _;
use crate::shop::model::{BasketChange, BasketId, ChangedBy, PaymentNews};
use std::time::Duration;

async fn changes(fixture: &Fixture, after: i64) -> Vec<BasketChange> {
    fixture.shop.basket_changes(after, 100).await.unwrap()
}

async fn of(fixture: &Fixture, basket: &BasketId) -> Vec<BasketChange> {
    changes(fixture, 0)
        .await
        .into_iter()
        .filter(|change| change.basket == *basket)
        .collect()
}

#[tokio::test]
async fn each_change_has_a_place_and_says_where_it_came_from() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    fixture
        .shop
        .edit(&basket.id, &[set("soap", 3)], "app", ChangedBy::Wallet)
        .await
        .unwrap();
    fixture
        .shop
        .edit(&basket.id, &[set("soap", 3)], "same", ChangedBy::Shop)
        .await
        .unwrap();
    let feed = changes(&fixture, 0).await;
    assert_eq!(
        feed.iter().map(|change| change.by).collect::<Vec<_>>(),
        [ChangedBy::Shop, ChangedBy::Wallet]
    );
    assert!(feed[0].position < feed[1].position && feed[0].revision < feed[1].revision);
    assert_eq!(changes(&fixture, feed[0].position).await, feed[1..]);
    assert_eq!(fixture.shop.basket_changes(0, 1).await.unwrap(), feed[..1]);
    assert_eq!(fixture.read(&basket.id).await.revision, feed[1].revision);
}

#[tokio::test]
async fn a_follower_is_woken() {
    let fixture = Fixture::new().await;
    let id = fixture.shop.open_basket().await.unwrap();
    let shop = fixture.shop.clone();
    let follower = tokio::spawn(async move { shop.wait_for_basket_change().await });
    fixture.edit(&id, &[add("soap", 1)]).await;
    tokio::time::timeout(Duration::from_secs(5), follower)
        .await
        .expect("woken by the change")
        .unwrap();
}

#[tokio::test]
async fn a_sale_changes_the_baskets_that_show_the_stock() {
    let fixture = Fixture::new().await;
    let (hat, soap) = (
        fixture.basket(&[("hat-red", 1)]).await,
        fixture.basket(&[("soap", 1)]).await,
    );
    let sold = fixture.basket(&[("hat-red", 1), ("soap", 1)]).await;
    let order = fixture
        .shop
        .place_order(&sold.id, &order_for(&sold))
        .await
        .unwrap()
        .unwrap();
    let after = fixture.read(&hat.id).await;
    assert_eq!((hat.lines[0].product.stock, after.lines[0].product.stock), (3, 2));
    assert!(after.revision > hat.revision);
    assert_eq!(
        of(&fixture, &hat.id).await.last().unwrap().revision,
        after.revision
    );
    assert_eq!(
        fixture.read(&soap.id).await,
        soap,
        "59 or 60: a basket holds 10 at most"
    );
    let closed = fixture.read(&sold.id).await;
    let news = PaymentNews {
        event_id: "1".to_owned(),
        paid: false,
        rejected: true,
        payment_id: None,
        payment_reference: None,
        payment_method: None,
    };
    fixture.shop.record_payment(&order.id, &news).await.unwrap();
    assert!(fixture.read(&hat.id).await.revision > after.revision);
    assert_eq!(
        fixture.read(&sold.id).await,
        closed,
        "an ordered basket stays as it was"
    );
}

#[tokio::test]
async fn the_first_look_on_a_new_day_renews_the_baskets() {
    let fixture = Fixture::new().await;
    let (basket, empty) = (
        fixture.basket(&[("soap", 1)]).await,
        fixture.shop.open_basket().await.unwrap(),
    );
    let before = changes(&fixture, 0).await.len();
    fixture.at("2026-10-15T22:00:00Z");
    assert_eq!(changes(&fixture, 0).await.len(), before + 1);
    let renewed = fixture.read(&basket.id).await;
    assert_eq!(renewed.revision, basket.revision + 1);
    assert!(renewed.deliveries[0].expected > basket.deliveries[0].expected);
    assert_eq!(
        renewed.expires, basket.expires,
        "a new date is no sign of the shopper"
    );
    assert_eq!(fixture.read(&empty).await.revision, 1);
    assert_eq!(changes(&fixture, 0).await.len(), before + 1, "once a day");
}

#[tokio::test]
async fn the_feed_tells_of_a_forgotten_basket_and_forgets_it_later() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    fixture.at("2026-10-23T00:00:00Z");
    assert_eq!(
        of(&fixture, &basket.id).await.last().unwrap().revision,
        basket.revision + 1
    );
    assert!(fixture.shop.basket(&basket.id).await.unwrap().is_none());
    fixture.at("2026-11-23T00:00:00Z");
    assert!(of(&fixture, &basket.id).await.is_empty());
}

#[tokio::test]
async fn a_new_edition_of_the_catalogue_changes_every_basket_and_no_stock() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1), ("mittens", 1)]).await;
    let order = fixture.basket(&[("soap", 5)]).await;
    fixture
        .shop
        .place_order(&order.id, &order_for(&order))
        .await
        .unwrap()
        .unwrap();
    let dearer = CATALOGUE
        .replace("24.50", "25.00")
        .replace("\"mittens\"", "\"gloves\"");
    let shop = super::open(&fixture.pool, &fixture.clock, "default", &dearer).await;
    let after = shop.basket(&basket.id).await.unwrap().unwrap();
    assert_eq!(
        after.final_total.gross(),
        super::pln("25.00"),
        "dearer, and without what is no longer sold"
    );
    assert!(after.revision > basket.revision);
    assert_eq!(
        shop.product(&super::product_id("soap"))
            .await
            .unwrap()
            .unwrap()
            .stock,
        55
    );
    let same = super::open(&fixture.pool, &fixture.clock, "default", &dearer).await;
    assert_eq!(same.basket(&basket.id).await.unwrap().unwrap(), after);
}
