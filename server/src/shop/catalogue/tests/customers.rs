//! Customers with an account: one basket on every device, merged at sign-in, and their orders.

use super::{Fixture, codes, order_for, product_id};
use crate::shop::Shop as _;
use crate::shop::customers::{Adopted, Customers as _, Keep};
use crate::shop::model::{Basket, BasketId, ChangedBy, CustomerId};

fn hanka() -> CustomerId {
    CustomerId::parse("hanka").unwrap()
}

/// Products and pieces, in the basket's order.
fn goods(basket: &Basket) -> Vec<(&str, u32)> {
    let lines = basket.lines.iter();
    lines
        .map(|line| (line.product.id.as_str(), line.quantity))
        .collect()
}

impl Fixture {
    async fn adopt(&self, guest: &BasketId, keep: Keep) -> Adopted {
        self.shop.adopt_basket(&hanka(), Some(guest), keep).await.unwrap()
    }

    /// Hanka's basket, with these pieces in it.
    async fn hankas(&self, goods: &[(&str, u32)]) -> BasketId {
        let basket = self.basket(goods).await.id;
        assert_eq!(
            self.adopt(&basket, Keep::Guest).await.basket,
            Some(basket.clone())
        );
        basket
    }
}

#[tokio::test]
async fn the_first_basket_becomes_the_accounts_as_it_is() {
    let fixture = Fixture::new().await;
    let customer = hanka();
    assert_eq!(fixture.shop.basket_of_customer(&customer).await.unwrap(), None);
    let nothing = fixture
        .shop
        .adopt_basket(&customer, None, Keep::Account)
        .await
        .unwrap();
    assert_eq!(nothing, Adopted::default());
    let guest = fixture.basket(&[("soap", 2)]).await;
    let adopted = fixture.adopt(&guest.id, Keep::Account).await;
    assert_eq!(adopted.basket.as_ref(), Some(&guest.id));
    assert_eq!(fixture.read(&guest.id).await, guest);
    assert_eq!(
        fixture.shop.basket_of_customer(&customer).await.unwrap(),
        Some(guest.id)
    );
}

#[tokio::test]
async fn pieces_are_added_up_in_the_basket_that_is_kept_and_the_other_ends() {
    for keep in [Keep::Guest, Keep::Account] {
        let fixture = Fixture::new().await;
        let own = fixture.hankas(&[("soap", 2), ("book", 1)]).await;
        let guest = fixture.basket(&[("scarf", 1), ("soap", 3)]).await.id;
        let (kept, ended) = match keep {
            Keep::Guest => (&guest, &own),
            Keep::Account => (&own, &guest),
        };
        let before = fixture
            .shop
            .basket_changes(0, 100)
            .await
            .unwrap()
            .last()
            .unwrap()
            .position;
        let adopted = fixture.adopt(&guest, keep).await;
        assert_eq!(adopted.basket.as_ref(), Some(kept));
        assert_eq!(adopted.left_out, []);
        let merged = fixture.read(kept).await;
        let mut found = goods(&merged);
        found.sort_unstable();
        assert_eq!(found, [("book", 1), ("scarf", 1), ("soap", 5)], "{keep:?}");
        assert_eq!(fixture.shop.basket(ended).await.unwrap(), None);
        let current = fixture.shop.basket_of_customer(&hanka()).await.unwrap();
        assert_eq!(current.as_ref(), Some(kept));
        // Whoever follows the feed hears of both: what was linked elsewhere can be told, or unlinked.
        let told = fixture.shop.basket_changes(before, 100).await.unwrap();
        let told: Vec<_> = told.iter().map(|change| (&change.basket, change.by)).collect();
        assert_eq!(told, [(kept, ChangedBy::Shop), (ended, ChangedBy::Shop)]);
        // Once more changes nothing.
        let again = fixture.adopt(&guest, keep).await;
        assert_eq!(again.basket.as_ref(), Some(kept));
        assert_eq!(fixture.read(kept).await, merged);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_told_and_nothing_is_taken_away() {
    let fixture = Fixture::new().await;
    // The soap has a limit of 10 in a basket, of the mittens one piece is left, the file is sold once per basket.
    let own = fixture.hankas(&[("soap", 8), ("mittens", 1), ("ebook", 1)]).await;
    let guest = fixture
        .basket(&[("soap", 9), ("mittens", 1), ("ebook", 1)])
        .await
        .id;
    let adopted = fixture.adopt(&guest, Keep::Account).await;
    let left_out: Vec<_> = adopted
        .left_out
        .iter()
        .map(|left| (left.product.id.as_str(), left.pieces))
        .collect();
    assert_eq!(left_out, [("soap", 7), ("mittens", 1), ("ebook", 1)]);
    assert_eq!(
        goods(&fixture.read(&own).await),
        [("soap", 10), ("mittens", 1), ("ebook", 1)]
    );
}

#[tokio::test]
async fn codes_of_both_apply_if_they_apply_to_the_whole() {
    let fixture = Fixture::new().await;
    let own = fixture.hankas(&[("scarf", 1)]).await;
    fixture.edit(&own, &[codes(&["TEN"])]).await;
    let guest = fixture.basket(&[("scarf", 2)]).await.id;
    fixture.edit(&guest, &[codes(&["TWENTY", "TEN"])]).await;
    fixture.adopt(&guest, Keep::Account).await;
    let found: Vec<String> = fixture
        .read(&own)
        .await
        .promo_codes
        .into_iter()
        .map(|code| code.code)
        .collect();
    assert_eq!(found, ["TEN", "TWENTY"]);
}

#[tokio::test]
async fn an_ordered_basket_is_left_alone_and_a_new_one_begins() {
    let fixture = Fixture::new().await;
    let own = fixture.hankas(&[("soap", 1)]).await;
    let order = order_for(&fixture.read(&own).await);
    let order = fixture.shop.place_order(&own, &order).await.unwrap().unwrap();
    assert_eq!(fixture.shop.basket_of_customer(&hanka()).await.unwrap(), None);
    assert_eq!(fixture.adopt(&own, Keep::Guest).await, Adopted::default());
    let next = fixture.shop.basket_of_customer_or_new(&hanka()).await.unwrap();
    assert_ne!(next, own);
    assert_eq!(
        fixture.shop.basket_of_customer_or_new(&hanka()).await.unwrap(),
        next
    );
    assert_eq!(
        fixture.shop.orders_of_customer(&hanka(), 10).await.unwrap(),
        [order]
    );
}

#[tokio::test]
async fn another_customers_basket_is_not_given_away() {
    let fixture = Fixture::new().await;
    let own = fixture.hankas(&[("soap", 1)]).await;
    let other = CustomerId::parse("staszek").unwrap();
    let adopted = fixture
        .shop
        .adopt_basket(&other, Some(&own), Keep::Guest)
        .await
        .unwrap();
    assert_eq!(adopted, Adopted::default());
    assert_eq!(
        fixture.shop.basket_of_customer(&hanka()).await.unwrap(),
        Some(own)
    );
    assert_eq!(fixture.shop.orders_of_customer(&other, 10).await.unwrap(), []);
}

#[tokio::test]
async fn orders_are_told_newest_first_and_only_so_many() {
    let fixture = Fixture::new().await;
    let mut placed = Vec::new();
    for _ in 0..3 {
        let basket = fixture.hankas(&[("soap", 1)]).await;
        let order = order_for(&fixture.read(&basket).await);
        placed.push(
            fixture
                .shop
                .place_order(&basket, &order)
                .await
                .unwrap()
                .unwrap()
                .number,
        );
    }
    let told = fixture.shop.orders_of_customer(&hanka(), 2).await.unwrap();
    let told: Vec<&String> = told.iter().map(|order| &order.number).collect();
    assert_eq!(told, [&placed[2], &placed[1]]);
}

#[tokio::test]
async fn an_expired_basket_is_nobodys() {
    let fixture = Fixture::new().await;
    fixture.hankas(&[("soap", 1)]).await;
    fixture.at("2026-12-15T12:00:00Z");
    assert_eq!(fixture.shop.basket_of_customer(&hanka()).await.unwrap(), None);
    // Clean-up takes it away altogether.
    fixture.shop.basket_changes(0, 10).await.unwrap();
    let guest = fixture.basket(&[("book", 1)]).await.id;
    let adopted = fixture.adopt(&guest, Keep::Account).await;
    assert_eq!(adopted.basket, Some(guest.clone()));
    let product = product_id("book");
    assert_eq!(fixture.read(&guest).await.lines[0].product.id, product);
}
