//! News of payments: each counts once, goods come back once, and so does money that was not to be taken.

use super::{Fixture, order_for, pln};
use crate::shop::Shop as _;
use crate::shop::after_sales::{AfterSales as _, Matter, OrderNews, OrderUpdate, Refund};
use crate::shop::model::{DeliveryExtra, Order, OrderId, OrderStatus, PaymentNews};

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

async fn ordered_soap(fixture: &Fixture) -> Order {
    let basket = fixture.basket(&[("soap", 1)]).await;
    let placed = fixture.shop.place_order(&basket.id, &order_for(&basket)).await;
    placed.unwrap().unwrap()
}

async fn ordered_at_the_door(fixture: &Fixture) -> Order {
    let basket = fixture.basket(&[("soap", 1)]).await;
    let mut order = order_for(&basket);
    order.payment_method = "CASH_ON_DELIVERY".to_owned();
    order.cash_on_delivery = true;
    order.delivery.extras = vec![DeliveryExtra::CashOnDelivery];
    order.quoted_gross = pln("41.49");
    fixture
        .shop
        .place_order(&basket.id, &order)
        .await
        .unwrap()
        .unwrap()
}

/// The refunds of an order, as the feed has them.
async fn refunds(fixture: &Fixture, order: &Order) -> Vec<Refund> {
    let listed = fixture.shop.attention(100).await.unwrap();
    let of_order = listed.into_iter().filter(|item| item.order == order.id);
    let refund = |matter| match matter {
        Matter::Refund { refund, .. } => Some(refund),
        _ => None,
    };
    of_order.filter_map(|item| refund(item.matter)).collect()
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
    assert_eq!(fixture.shop.order(&order.id).await.unwrap().unwrap(), after);
}

#[tokio::test]
async fn only_the_payment_that_was_made_is_the_orders() {
    let fixture = Fixture::new().await;
    let declined = |event| PaymentNews {
        payment_id: Some("declined".to_owned()),
        payment_reference: Some("nothing".to_owned()),
        payment_method: Some("CARD".to_owned()),
        ..news(event)
    };
    let made = PaymentNews {
        payment_reference: Some("ref".to_owned()),
        payment_method: Some("BLIK_CODE".to_owned()),
        ..paid("2")
    };
    // In whichever order they come.
    for order_of_news in [[declined("1"), made.clone()], [made.clone(), declined("1")]] {
        let order = ordered_soap(&fixture).await;
        let mut after = order.clone();
        for one in &order_of_news {
            after = book(&fixture, &order, one).await;
        }
        assert_eq!(after.status, OrderStatus::Accepted);
        assert_eq!(after.payment.payment_id.as_deref(), Some("pay-1"));
        assert_eq!(after.payment.payment_reference.as_deref(), Some("ref"));
        assert_eq!(after.payment.payment_method.as_deref(), Some("BLIK_CODE"));
        assert_eq!(refunds(&fixture, &order).await, []);
    }
}

#[tokio::test]
async fn the_id_of_a_payment_may_come_later_than_the_payment() {
    let fixture = Fixture::new().await;
    let order = ordered_soap(&fixture).await;
    let unnamed = PaymentNews {
        payment_id: None,
        ..paid("1")
    };
    assert!(book(&fixture, &order, &unnamed).await.payment.paid);
    let after = book(&fixture, &order, &paid("2")).await;
    assert_eq!(after.payment.payment_id.as_deref(), Some("pay-1"));
    assert_eq!(refunds(&fixture, &order).await, [], "it is one payment");
}

#[tokio::test]
async fn a_second_payment_goes_back_whole_and_once() {
    let fixture = Fixture::new().await;
    let order = ordered_soap(&fixture).await;
    book(&fixture, &order, &paid("1")).await;
    let second = |event| PaymentNews {
        payment_id: Some("pay-2".to_owned()),
        ..paid(event)
    };
    for event in ["2", "2", "3"] {
        let after = book(&fixture, &order, &second(event)).await;
        assert_eq!(after.status, OrderStatus::Accepted);
        assert_eq!(after.payment.payment_id.as_deref(), Some("pay-1"));
    }
    book(&fixture, &order, &paid("4")).await;
    let back = refunds(&fixture, &order).await;
    let [refund] = back.as_slice() else {
        panic!("{back:?}")
    };
    assert_eq!(
        (refund.payment.as_str(), refund.amount),
        ("pay-2", order.total.gross())
    );
    // And of the order's own payment everything can still go back.
    let own = fixture
        .shop
        .request_refund(&order.id, None, order.total.gross())
        .await;
    assert_eq!(own.unwrap().unwrap().payment, "pay-1");
}

#[tokio::test]
async fn a_paid_sent_or_finished_order_is_not_taken_back_by_the_provider() {
    let fixture = Fixture::new().await;
    let ship = OrderUpdate::Ship(vec!["601".to_owned()]);

    let paid_one = ordered_soap(&fixture).await;
    book(&fixture, &paid_one, &paid("1")).await;
    let sent = ordered_soap(&fixture).await;
    book(&fixture, &sent, &paid("1")).await;
    fixture.shop.update_order(&sent.id, &ship).await.unwrap().unwrap();
    let finished = ordered_soap(&fixture).await;
    let done = fixture
        .shop
        .update_order(&finished.id, &OrderUpdate::Complete)
        .await;
    done.unwrap().unwrap();
    let at_the_door = ordered_at_the_door(&fixture).await;
    fixture
        .shop
        .update_order(&at_the_door.id, &ship)
        .await
        .unwrap()
        .unwrap();

    let stock = fixture.stock("soap").await;
    for (order, status) in [
        (&paid_one, OrderStatus::Accepted),
        (&sent, OrderStatus::Accepted),
        (&finished, OrderStatus::Completed),
        (&at_the_door, OrderStatus::Accepted),
    ] {
        assert_eq!(book(&fixture, order, &rejected("2")).await.status, status);
    }
    assert_eq!(
        fixture.stock("soap").await,
        stock,
        "what was sold is not sold again"
    );

    // Where goods or money are out, someone has to know; of the one that the shop finished nobody.
    let listed = async || {
        let all = fixture.shop.attention(100).await.unwrap();
        assert!(
            all.iter().all(|item| item.matter == Matter::RejectedAfterAll),
            "{all:?}"
        );
        all.into_iter().map(|item| item.order).collect::<Vec<_>>()
    };
    let mut found = listed().await;
    found.sort();
    let mut wanted = vec![paid_one.id.clone(), sent.id.clone(), at_the_door.id.clone()];
    wanted.sort();
    assert_eq!(found, wanted);
    assert!(fixture.shop.looked_at(&sent.id).await.unwrap());
    assert!(!listed().await.contains(&sent.id));
    fixture.clock.advance(jiff::SignedDuration::from_secs(1));
    book(&fixture, &sent, &rejected("3")).await;
    assert!(
        listed().await.contains(&sent.id),
        "something new has happened to it"
    );
    assert!(
        !fixture
            .shop
            .looked_at(&OrderId::parse("nobody").unwrap())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn what_is_to_be_paid_at_the_door_can_be_rejected_until_it_is_sent() {
    let fixture = Fixture::new().await;
    let stock = fixture.stock("soap").await;
    let order = ordered_at_the_door(&fixture).await;
    assert_eq!(
        book(&fixture, &order, &rejected("1")).await.status,
        OrderStatus::Rejected
    );
    assert_eq!(fixture.stock("soap").await, stock);
    assert_eq!(fixture.shop.attention(100).await.unwrap(), []);
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
async fn money_for_an_order_that_does_not_go_ahead_goes_back_and_the_app_is_told() {
    for end in [
        None,
        Some(OrderUpdate::GiveUpUnpaid),
        Some(OrderUpdate::Reject),
        Some(OrderUpdate::Complete),
    ] {
        let fixture = Fixture::new().await;
        let order = ordered(&fixture).await;
        let status = match &end {
            Some(update) => {
                fixture
                    .shop
                    .update_order(&order.id, update)
                    .await
                    .unwrap()
                    .unwrap()
                    .status
            }
            None => book(&fixture, &order, &rejected("1")).await.status,
        };
        let position = fixture
            .shop
            .order_changes(0, 100)
            .await
            .unwrap()
            .last()
            .unwrap()
            .position;
        let stock = fixture.stock("mittens").await;
        for event in ["2", "2", "3"] {
            let after = book(&fixture, &order, &paid(event)).await;
            assert_eq!((after.status, after.payment.paid), (status, true));
        }
        assert_eq!(
            fixture.stock("mittens").await,
            stock,
            "what went back is not taken again"
        );
        let back = refunds(&fixture, &order).await;
        let [refund] = back.as_slice() else {
            panic!("{back:?}")
        };
        assert_eq!(
            (refund.payment.as_str(), refund.amount),
            ("pay-1", order.total.gross())
        );
        let changes = fixture.shop.order_changes(position, 100).await.unwrap();
        let told: Vec<OrderNews> = changes.into_iter().map(|change| change.news).collect();
        let mut wanted = vec![OrderNews::Refund(refund.id.clone())];
        if status == OrderStatus::Rejected {
            wanted.push(OrderNews::Updated);
        }
        assert_eq!(told, wanted);
    }
}

#[tokio::test]
async fn money_that_cannot_be_sent_back_is_listed() {
    let fixture = Fixture::new().await;
    let order = ordered_soap(&fixture).await;
    book(&fixture, &order, &rejected("1")).await;
    let unnamed = PaymentNews {
        payment_id: None,
        ..paid("2")
    };
    book(&fixture, &order, &unnamed).await;
    assert_eq!(refunds(&fixture, &order).await, []);
    let listed = fixture.shop.attention(100).await.unwrap();
    let [item] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    let left = order.total.gross();
    assert_eq!(item.matter, Matter::PayBack { payment: None, left });
    fixture.shop.looked_at(&order.id).await.unwrap();
    assert_eq!(fixture.shop.attention(100).await.unwrap(), []);
}

#[tokio::test]
async fn an_order_that_the_shop_rejects_after_it_was_paid_is_listed_until_its_money_goes_back() {
    let fixture = Fixture::new().await;
    let order = ordered_soap(&fixture).await;
    book(&fixture, &order, &paid("1")).await;
    fixture.shop.looked_at(&order.id).await.unwrap();
    assert_eq!(fixture.shop.attention(100).await.unwrap(), []);
    fixture
        .shop
        .update_order(&order.id, &OrderUpdate::Reject)
        .await
        .unwrap()
        .unwrap();
    let left = order.total.gross();
    let listed = fixture.shop.attention(100).await.unwrap();
    let [item] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    let payment = Some("pay-1".to_owned());
    assert_eq!(item.matter, Matter::PayBack { payment, left });
    let refund = fixture
        .shop
        .request_refund(&order.id, Some("pay-1"), left)
        .await
        .unwrap()
        .unwrap();
    let listed = fixture.shop.attention(100).await.unwrap();
    let [item] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert_eq!(
        item.matter,
        Matter::Refund {
            refund,
            outcome: None
        }
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
