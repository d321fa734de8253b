//! What becomes of orders once they are placed: told once, refused when it does not fit, followed by position.

use super::{Fixture, order_for, pln, product_id};
use crate::shop::Shop as _;
use crate::shop::after_sales::{
    AfterSales as _, Matter, OrderNews, OrderUpdate, RefundClaim, RefundOutcome, UpdateRefusal,
};
use crate::shop::model::{NewOrder, Order, OrderId, OrderRefusal, OrderStatus, PaymentNews, PlacedIn};

async fn ordered(fixture: &Fixture) -> Order {
    let basket = fixture.basket(&[("soap", 2)]).await;
    let placed = fixture.shop.place_order(&basket.id, &order_for(&basket)).await;
    placed.unwrap().unwrap()
}

async fn pay(fixture: &Fixture, order: &Order) {
    let news = PaymentNews {
        event_id: "paid".to_owned(),
        paid: true,
        rejected: false,
        payment_id: Some("pay-1".to_owned()),
        payment_reference: None,
        payment_method: None,
    };
    fixture.shop.record_payment(&order.id, &news).await.unwrap();
}

async fn update(fixture: &Fixture, order: &Order, update: OrderUpdate) -> Result<Order, UpdateRefusal> {
    fixture.shop.update_order(&order.id, &update).await.unwrap()
}

async fn news(fixture: &Fixture) -> Vec<OrderNews> {
    let changes = fixture.shop.order_changes(0, 100).await.unwrap();
    changes.into_iter().map(|change| change.news).collect()
}

async fn soap(fixture: &Fixture) -> u32 {
    fixture
        .shop
        .product(&product_id("soap"))
        .await
        .unwrap()
        .unwrap()
        .stock
}

#[tokio::test]
async fn what_the_shop_does_with_an_order_is_kept_and_in_the_feed_once() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    update(&fixture, &order, OrderUpdate::Describe(" Pakujemy ".to_owned()))
        .await
        .unwrap();
    let ship = || OrderUpdate::Ship(vec!["601".to_owned(), "602".to_owned()]);
    update(&fixture, &order, ship()).await.unwrap();
    update(&fixture, &order, ship()).await.unwrap();
    let now = fixture.shop.order(&order.id).await.unwrap().unwrap();
    assert_eq!(now.description.as_deref(), Some("Pakujemy"));
    assert_eq!(now.tracking, ["601", "602"]);
    assert_eq!(
        news(&fixture).await,
        [OrderNews::Placed, OrderNews::Updated, OrderNews::Updated]
    );
    let first = fixture.shop.order_changes(0, 1).await.unwrap();
    let rest = fixture.shop.order_changes(first[0].position, 100).await.unwrap();
    assert_eq!(
        (first.len(), rest.len()),
        (1, 2),
        "the feed goes on after a position"
    );
    let unknown = OrderId::parse("nobody").unwrap();
    let refused = fixture.shop.update_order(&unknown, &ship()).await.unwrap();
    assert_eq!(refused, Err(UpdateRefusal::Unknown));
}

#[tokio::test]
async fn an_unpaid_order_gives_its_goods_back_once_and_a_paid_one_keeps_them() {
    let fixture = Fixture::new().await;
    let before = soap(&fixture).await;
    let order = ordered(&fixture).await;
    assert_eq!(soap(&fixture).await, before - 2);
    for _ in 0..2 {
        let given_up = update(&fixture, &order, OrderUpdate::GiveUpUnpaid).await.unwrap();
        assert_eq!(given_up.status, OrderStatus::Rejected);
        assert_eq!(soap(&fixture).await, before);
    }
    assert_eq!(
        update(&fixture, &order, OrderUpdate::Describe("?".to_owned())).await,
        Err(UpdateRefusal::Rejected)
    );

    let paid = ordered(&fixture).await;
    pay(&fixture, &paid).await;
    let kept = update(&fixture, &paid, OrderUpdate::GiveUpUnpaid).await.unwrap();
    assert_eq!(kept.status, OrderStatus::Accepted);
    assert_eq!(soap(&fixture).await, before - 2);
    let rejected = update(&fixture, &paid, OrderUpdate::Reject).await.unwrap();
    assert_eq!(rejected.status, OrderStatus::Rejected);
    assert_eq!(soap(&fixture).await, before);
}

#[tokio::test]
async fn only_an_unpaid_order_of_the_app_is_completed_in_the_shop() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    let done = update(&fixture, &order, OrderUpdate::Complete).await.unwrap();
    assert_eq!(done.status, OrderStatus::Completed);
    let again = fixture.shop.order(&order.id).await.unwrap().unwrap();
    assert_eq!(again.status, OrderStatus::Completed);
    let given_up = update(&fixture, &order, OrderUpdate::GiveUpUnpaid).await.unwrap();
    assert_eq!(
        given_up.status,
        OrderStatus::Completed,
        "its deadline has no hold on it"
    );

    let paid = ordered(&fixture).await;
    pay(&fixture, &paid).await;
    assert_eq!(
        update(&fixture, &paid, OrderUpdate::Complete).await,
        Err(UpdateRefusal::Settled)
    );
}

#[tokio::test]
async fn an_order_of_the_shops_own_pages_is_not_the_apps() {
    let fixture = Fixture::new().await;
    let basket = fixture.basket(&[("soap", 1)]).await;
    let on_the_site = NewOrder {
        placed_in: PlacedIn::Shop,
        payment_method: "transfer".to_owned(),
        ..order_for(&basket)
    };
    let order = fixture.shop.place_order(&basket.id, &on_the_site).await;
    let order = order.unwrap().unwrap();
    let in_the_app = NewOrder {
        placed_in: PlacedIn::Wallet,
        ..on_the_site.clone()
    };
    assert_eq!(
        fixture.shop.place_order(&basket.id, &in_the_app).await.unwrap(),
        Err(OrderRefusal::OrderedOtherwise)
    );
    let again = fixture.shop.place_order(&basket.id, &on_the_site).await;
    assert_eq!(again.unwrap().unwrap().id, order.id);
    let change = fixture.shop.order_changes(0, 10).await.unwrap().remove(0);
    assert_eq!((change.placed_in, change.basket), (PlacedIn::Shop, basket.id));
    assert_eq!(
        update(&fixture, &order, OrderUpdate::Complete).await,
        Err(UpdateRefusal::NotOfAnApp)
    );
}

#[tokio::test]
async fn no_more_is_paid_back_than_was_paid() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    let refund = async |amount: &str| {
        let asked = fixture.shop.request_refund(&order.id, None, pln(amount)).await;
        asked.unwrap()
    };
    assert_eq!(refund("1.00").await, Err(UpdateRefusal::NotPaid));
    pay(&fixture, &order).await;
    assert!(matches!(refund("0.00").await, Err(UpdateRefusal::TooMuch { .. })));
    let unknown = fixture
        .shop
        .request_refund(&order.id, Some("pay-9"), pln("1.00"))
        .await;
    assert_eq!(unknown.unwrap(), Err(UpdateRefusal::UnknownPayment));
    let first = refund("1.00").await.unwrap();
    let left = order.total.gross().minor - 100;
    assert!(matches!(
        refund(&order.total.gross().to_decimal_string()).await,
        Err(UpdateRefusal::TooMuch { left: known }) if known.minor == left
    ));
    // What the provider refused can be asked for again, under another id.
    fixture
        .shop
        .note_refund(&first.id, RefundOutcome::Failed)
        .await
        .unwrap();
    let whole = refund(&order.total.gross().to_decimal_string()).await.unwrap();
    assert_ne!(whole.id, first.id);
    assert_eq!(
        news(&fixture).await,
        [
            OrderNews::Placed,
            OrderNews::Refund(first.id),
            OrderNews::Refund(whole.id)
        ]
    );
}

#[tokio::test]
async fn a_refund_that_has_ended_is_never_asked_for_again() {
    for end in [
        RefundOutcome::Success,
        RefundOutcome::Failed,
        RefundOutcome::Unconfirmed,
    ] {
        let fixture = Fixture::new().await;
        let order = ordered(&fixture).await;
        pay(&fixture, &order).await;
        let refund = fixture.shop.request_refund(&order.id, None, pln("1.00")).await;
        let refund = refund.unwrap().unwrap();
        let claim = async || fixture.shop.claim_refund(&refund.id).await.unwrap();
        let ask = |again| RefundClaim::Ask {
            refund: refund.clone(),
            again,
        };
        assert_eq!(claim().await, ask(false));
        // Taken back, it has not been asked for.
        fixture.shop.release_refund(&refund.id).await.unwrap();
        assert_eq!(claim().await, ask(false));
        assert_eq!(claim().await, ask(true), "the process ended in between");
        fixture
            .shop
            .note_refund(&refund.id, RefundOutcome::Pending)
            .await
            .unwrap();
        fixture.shop.release_refund(&refund.id).await.unwrap();
        assert_eq!(claim().await, ask(true), "the provider has answered once");
        fixture.shop.note_refund(&refund.id, end).await.unwrap();
        assert_eq!(claim().await, RefundClaim::Ended(end));
        // And an end is the end.
        for late in [
            RefundOutcome::Pending,
            RefundOutcome::Failed,
            RefundOutcome::Success,
        ] {
            fixture.shop.note_refund(&refund.id, late).await.unwrap();
            assert_eq!(claim().await, RefundClaim::Ended(end));
        }
        let left = order.total.gross().minor - if end == RefundOutcome::Failed { 0 } else { 100 };
        let more = fixture
            .shop
            .request_refund(&order.id, None, order.total.gross())
            .await
            .unwrap();
        match end {
            RefundOutcome::Failed => assert!(more.is_ok()),
            _ => assert!(matches!(more, Err(UpdateRefusal::TooMuch { left: known }) if known.minor == left)),
        }
    }
}

#[tokio::test]
async fn what_others_write_into_the_books_does_not_go_past_the_payment_either() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    pay(&fixture, &order).await;
    let total = order.total.gross();
    for id in ["a", "b", "c"] {
        let minor = if id == "c" { 1 } else { total.minor };
        let row = sqlx::query(
            "insert into order_refund (store, id, order_id, amount, requested_at) values ('default', ?, ?, ?, '2026')",
        );
        let row = row.bind(id).bind(order.id.as_str()).bind(minor);
        row.execute(&fixture.pool).await.unwrap();
    }
    let claim = async |id: &str| fixture.shop.claim_refund(id).await.unwrap();
    assert!(matches!(claim("a").await, RefundClaim::Ask { refund, .. } if refund.payment == "pay-1"));
    for id in ["b", "c"] {
        assert_eq!(claim(id).await, RefundClaim::Ended(RefundOutcome::Failed));
    }
    assert!(matches!(claim("a").await, RefundClaim::Ask { again: true, .. }));
    assert_eq!(claim("nothing").await, RefundClaim::Unknown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_refunds_at_once_no_more_are_claimed_than_was_paid() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    pay(&fixture, &order).await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (shop, id, whole) = (fixture.shop.clone(), order.id.clone(), order.total.gross());
            tokio::spawn(async move { shop.request_refund(&id, None, whole).await.unwrap() })
        })
        .collect();
    let mut granted = 0;
    for one in tries {
        granted += u32::from(one.await.unwrap().is_ok());
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn refunds_are_listed_until_they_have_succeeded_or_someone_has_looked() {
    let fixture = Fixture::new().await;
    let order = ordered(&fixture).await;
    pay(&fixture, &order).await;
    let mut wanted = Vec::new();
    for outcome in [
        None,
        Some(RefundOutcome::Pending),
        Some(RefundOutcome::Failed),
        Some(RefundOutcome::Unconfirmed),
        Some(RefundOutcome::Success),
    ] {
        let refund = fixture.shop.request_refund(&order.id, None, pln("1.00")).await;
        let refund = refund.unwrap().unwrap();
        if let Some(outcome) = outcome {
            fixture.shop.note_refund(&refund.id, outcome).await.unwrap();
        }
        if outcome != Some(RefundOutcome::Success) {
            wanted.push(Matter::Refund { refund, outcome });
        }
    }
    let listed = async || {
        let all = fixture.shop.attention(100).await.unwrap();
        all.into_iter().map(|item| item.matter).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, wanted);
    assert_eq!(fixture.shop.attention(1).await.unwrap().len(), 1);
    fixture.shop.looked_at(&order.id).await.unwrap();
    wanted.truncate(2);
    assert_eq!(
        listed().await,
        wanted,
        "what is under way is not over by looking at it"
    );
}

#[tokio::test]
async fn a_transfer_that_does_not_come_is_listed_after_a_week() {
    let fixture = Fixture::new().await;
    let placed = async || {
        let basket = fixture.basket(&[("soap", 1)]).await;
        let on_the_site = NewOrder {
            placed_in: PlacedIn::Shop,
            payment_method: "transfer".to_owned(),
            ..order_for(&basket)
        };
        let order = fixture.shop.place_order(&basket.id, &on_the_site).await;
        order.unwrap().unwrap()
    };
    let (forgotten, sent) = (placed().await, placed().await);
    update(&fixture, &sent, OrderUpdate::Ship(vec!["601".to_owned()]))
        .await
        .unwrap();
    fixture.clock.advance(jiff::SignedDuration::from_hours(7 * 24));
    assert_eq!(fixture.shop.attention(100).await.unwrap(), []);
    fixture.clock.advance(jiff::SignedDuration::from_secs(1));
    let listed = fixture.shop.attention(100).await.unwrap();
    let [item] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert_eq!((&item.order, &item.matter), (&forgotten.id, &Matter::Unpaid));
    assert_eq!(item.number, forgotten.number);
    update(&fixture, &forgotten, OrderUpdate::Reject).await.unwrap();
    assert_eq!(fixture.shop.attention(100).await.unwrap(), []);
}
