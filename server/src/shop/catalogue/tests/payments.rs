//! News of payments: each counts once, and goods come back once.

use super::{Fixture, order_for};
use crate::shop::Shop as _;
use crate::shop::model::{Order, OrderId, OrderStatus, PaymentNews};

fn news(event_id: &str) -> PaymentNews {
    PaymentNews {
        event_id: event_id.to_owned(),
        paid: false,
        rejected: false,
        payment_id: None,
        payment_reference: None,
        payment_method: None,
    }
}

fn paid(event_id: &str) -> PaymentNews {
    PaymentNews {
        paid: true,
        payment_id: Some("pay-1".to_owned()),
        ..news(event_id)
    }
}

fn rejected(event_id: &str) -> PaymentNews {
    PaymentNews {
        rejected: true,
        ..news(event_id)
    }
}

async fn ordered(fixture: &Fixture) -> Order {
    let basket = fixture.basket(&[("soap", 2), ("mittens", 1), ("ebook", 1)]).await;
    fixture
        .shop
        .place_order(&basket.id, &order_for(&basket))
        .await
        .unwrap()
        .unwrap()
}

async fn book(fixture: &Fixture, order: &Order, news: &PaymentNews) -> Order {
    fixture
        .shop
        .record_payment(&order.id, news)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_paid_order_is_accepted() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    let after = book(&fixture, &order, &paid("1")).await;
    assert_eq!((after.status, after.payment.paid), (OrderStatus::Accepted, true));
    assert_eq!(after.payment.payment_id.as_deref(), Some("pay-1"));
    let more = PaymentNews {
        payment_reference: Some("ref".to_owned()),
        ..news("2")
    };
    let after = book(&fixture, &order, &more).await;
    assert!(
        after.payment.paid && after.payment.payment_id.is_some(),
        "what is known stays known"
    );
    assert_eq!(fixture.shop.order(&order.id).await.unwrap().unwrap(), after);
}

#[tokio::test]
async fn a_rejected_order_gives_the_goods_back_once() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    assert_eq!(
        (fixture.stock("soap").await, fixture.stock("mittens").await),
        (58, 0)
    );
    for event in ["1", "1", "2", "3"] {
        assert_eq!(
            book(&fixture, &order, &rejected(event)).await.status,
            OrderStatus::Rejected
        );
        assert_eq!(
            (fixture.stock("soap").await, fixture.stock("mittens").await),
            (60, 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_rejections_at_once_give_the_goods_back_once() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    let tasks: Vec<_> = (0..20)
        .map(|at| {
            let (shop, id) = (fixture.shop.clone(), order.id.clone());
            tokio::spawn(async move {
                shop.record_payment(&id, &rejected(&at.to_string()))
                    .await
                    .unwrap()
                    .unwrap()
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().status, OrderStatus::Rejected);
    }
    assert_eq!(
        (fixture.stock("soap").await, fixture.stock("mittens").await),
        (60, 1)
    );
}

#[tokio::test]
async fn a_rejection_is_final_and_a_late_payment_is_kept_in_the_books() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    book(&fixture, &order, &rejected("1")).await;
    let after = book(&fixture, &order, &paid("2")).await;
    assert_eq!((after.status, after.payment.paid), (OrderStatus::Rejected, true));
    assert_eq!(
        fixture.stock("mittens").await,
        1,
        "what went back is not taken again"
    );
}

#[tokio::test]
async fn repeated_news_count_once() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    book(&fixture, &order, &news("1")).await;
    let again = book(&fixture, &order, &paid("1")).await;
    assert_eq!(
        again.status,
        OrderStatus::AwaitingPayment,
        "the event was known already"
    );
}

#[tokio::test]
async fn news_of_an_unknown_order_are_for_nobody() {
    let fixture = Fixture::new().await;
    let unknown = OrderId::parse("unknown").unwrap();
    assert!(
        fixture
            .shop
            .record_payment(&unknown, &paid("1"))
            .await
            .unwrap()
            .is_none()
    );
}
