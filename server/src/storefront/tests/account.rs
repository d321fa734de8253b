//! Signing in: who may, what becomes of the session and of the guest's basket, and what the account shows.

use super::browser::{Answer, Browser, Demo};
use crate::shop::Shop as _;
use crate::shop::customers::Customers as _;
use crate::shop::model::{BasketId, CustomerId};
use crate::storefront::Tie;
use axum::http::{StatusCode, header};
use jiff::SignedDuration;

const MAIL: &str = "hanka@klebek.example";
const PASSWORD: &str = "czerwona-nitka";

impl Browser {
    async fn sign_in(&mut self) -> Answer {
        self.post("/sign-in", &[("mail", MAIL), ("password", PASSWORD)])
            .await
    }
}

impl Demo {
    async fn hankas_basket(&self) -> Option<BasketId> {
        let hanka = CustomerId::parse("hanka").unwrap();
        self.shop.basket_of_customer(&hanka).await.unwrap()
    }

    /// Products and pieces of a basket, sorted.
    async fn goods(&self, basket: &BasketId) -> Vec<(String, u32)> {
        let basket = self.shop.basket(basket).await.unwrap().unwrap();
        let lines = basket.lines.iter();
        let mut goods: Vec<_> = lines
            .map(|line| (line.product.id.to_string(), line.quantity))
            .collect();
        goods.sort();
        goods
    }
}

#[tokio::test]
async fn the_form_shows_who_one_can_be_and_the_header_who_one_is() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let page = browser.get("/sign-in").await;
    page.says(MAIL)
        .says(PASSWORD)
        .says("autocomplete=\"current-password\"");
    assert!(browser.cookie.is_none(), "looking around leaves nothing behind");
    assert_eq!(browser.get("/account").await.location(), "/sign-in");
    assert_eq!(browser.sign_in().await.location(), "/account");
    browser
        .get("/account")
        .await
        .says("Dzień dobry, Hanka")
        .says("Jeszcze nic tu nie ma");
    browser.get("/").await.says("Hanka").says_not("Zaloguj się");
    assert_eq!(browser.get("/sign-in").await.location(), "/account");
    assert_eq!(browser.post("/sign-out", &[]).await.location(), "/");
    browser.get("/").await.says("Zaloguj się").says_not("Hanka");
}

#[tokio::test]
async fn a_wrong_password_or_address_is_told_the_same_and_signs_nobody_in() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let mut told = Vec::new();
    for (mail, password) in [
        (MAIL, "czerwona-nitkA"),
        ("nobody@klebek.example", PASSWORD),
        (MAIL, ""),
    ] {
        let page = browser
            .post("/sign-in", &[("mail", mail), ("password", password)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.says("nie pasują do siebie")
            .says(&format!("value=\"{mail}\""));
        told.push(page.body.replace(&format!("value=\"{mail}\""), ""));
        // What was typed as a password comes back nowhere, but for the one on show.
        page.says_not("czerwona-nitkA");
    }
    assert!(
        told.iter().all(|page| *page == told[0]),
        "nothing tells which of the two was wrong"
    );
    assert_eq!(browser.get("/account").await.location(), "/sign-in");
    let page = browser.post("/sign-in", &[("mail", MAIL)]).await;
    assert_eq!(page.location(), "/sign-in?error=form");
    let english = browser
        .post("/sign-in", &[("mail", MAIL), ("password", "x"), ("lang", "en")])
        .await;
    english.says("do not belong together");
}

#[tokio::test]
async fn signing_in_renews_the_session_so_that_a_planted_one_is_worth_nothing() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let planted = browser.cookie.clone();
    assert!(planted.is_some());
    browser.sign_in().await;
    assert_ne!(browser.cookie, planted);
    browser.get("/account").await.says("Hanka");
    // Whoever planted it has neither the account nor the basket.
    let mut thief = demo.browser();
    thief.cookie = planted;
    assert_eq!(thief.get("/account").await.location(), "/sign-in");
    thief.get("/basket").await.says("Koszyk jest pusty");
}

#[tokio::test]
async fn signing_out_leaves_the_basket_with_the_account() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "2", &[]).await;
    browser.sign_in().await;
    let old = browser.cookie.clone();
    browser.post("/sign-out", &[]).await;
    browser.get("/basket").await.says("Koszyk jest pusty");
    browser.cookie = old;
    browser.get("/basket").await.says("Koszyk jest pusty");
    assert_eq!(browser.get("/account").await.location(), "/sign-in");

    let mut phone = demo.browser();
    phone.sign_in().await;
    phone.get("/basket").await.says("Mydło").says("value=\"2\"");
}

#[tokio::test]
async fn two_devices_of_a_customer_fill_one_basket() {
    let demo = Demo::open().await;
    let (mut desk, mut phone) = (demo.browser(), demo.browser());
    desk.sign_in().await;
    phone.sign_in().await;
    desk.buy("mydlo-lanolina", "1", &[]).await;
    phone.buy("ksiazka-rekawice", "1", &[]).await;
    for browser in [&mut desk, &mut phone] {
        browser.get("/basket").await.says("Mydło").says("Rękawice");
    }
    // Ordered on one, it is over on the other too, and the order is in the account on both.
    let order = demo.order(&demo.hankas_basket().await.unwrap()).await;
    for browser in [&mut desk, &mut phone] {
        browser.get("/basket").await.says("Koszyk jest pusty");
        browser
            .get("/account")
            .await
            .says(&order.number)
            .says("Czekamy na płatność");
        let page = browser.get(&format!("/thank-you?order={}", order.id)).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let mut stranger = demo.browser();
    let page = stranger.get(&format!("/thank-you?order={}", order.id)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // The next one is one again.
    desk.buy("mydlo-lanolina", "1", &[]).await;
    phone.get("/basket").await.says("Mydło").says_not("Rękawice");
}

#[tokio::test]
async fn a_guests_basket_and_the_accounts_become_one_and_what_has_no_room_is_told() {
    let demo = Demo::open().await;
    let mut desk = demo.browser();
    desk.sign_in().await;
    desk.buy("mydlo-lanolina", "8", &[]).await;
    let own = demo.hankas_basket().await.unwrap();

    let mut phone = demo.browser();
    phone.buy("mydlo-lanolina", "5", &[]).await;
    phone.buy("ksiazka-rekawice", "1", &[]).await;
    let answer = phone.sign_in().await;
    assert_eq!(answer.location(), "/basket?merged=1&left=mydlo-lanolina.3");
    phone
        .get(answer.location())
        .await
        .says("leży teraz w koszyku twojego konta")
        .says("Nie zmieściło się: 3 × Mydło do wełny z lanoliną");
    // Nothing is linked: it goes on under the account's id.
    assert_eq!(demo.hankas_basket().await.as_ref(), Some(&own));
    let merged = [
        ("ksiazka-rekawice".to_owned(), 1),
        ("mydlo-lanolina".to_owned(), 10),
    ];
    assert_eq!(demo.goods(&own).await, merged);
    desk.get("/basket").await.says("Rękawice");
    // Signing in twice adds nothing.
    assert_eq!(phone.sign_in().await.location(), "/account");
    assert_eq!(demo.goods(&own).await, merged);
}

#[tokio::test]
async fn a_linked_guests_basket_goes_on_under_its_id_and_the_other_device_follows() {
    let demo = Demo::open().await;
    let mut desk = demo.browser();
    desk.sign_in().await;
    desk.buy("mydlo-lanolina", "1", &[]).await;
    let own = demo.hankas_basket().await.unwrap();
    let mut phone = demo.browser();
    phone.buy("ksiazka-rekawice", "1", &[]).await;
    let guests = demo.newest_basket().await;
    demo.ties.set(&guests, Tie::Tied);
    demo.ties.set(&own, Tie::Tied);
    phone.sign_in().await;
    assert_eq!(demo.hankas_basket().await, Some(guests));
    // The other one has ended: its link ends with it.
    assert_eq!(demo.shop.basket(&own).await.unwrap(), None);
    desk.get("/basket").await.says("Mydło").says("Rękawice");
}

#[tokio::test]
async fn a_linked_basket_of_the_account_stays_linked_when_an_unlinked_one_joins() {
    let demo = Demo::open().await;
    let mut desk = demo.browser();
    desk.sign_in().await;
    desk.buy("mydlo-lanolina", "1", &[]).await;
    let own = demo.hankas_basket().await.unwrap();
    demo.ties.set(&own, Tie::Tied);
    let mut phone = demo.browser();
    phone.buy("ksiazka-rekawice", "1", &[]).await;
    phone.sign_in().await;
    assert_eq!(demo.hankas_basket().await, Some(own));
    phone.get("/basket").await.says("Mydło").says("Rękawice");
}

#[tokio::test]
async fn whoever_changes_places_takes_nothing_along() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    browser.sign_in().await;
    let hankas = demo.hankas_basket().await.unwrap();
    let order = demo.order(&hankas).await;
    browser.buy("ksiazka-rekawice", "1", &[]).await;
    let other = [
        ("mail", "staszek@klebek.example"),
        ("password", "dwa-oczka-prawe"),
    ];
    assert_eq!(browser.post("/sign-in", &other).await.location(), "/account");
    browser
        .get("/account")
        .await
        .says("Staszek")
        .says_not(&order.number);
    browser.get("/basket").await.says("Koszyk jest pusty");
    let page = browser.get(&format!("/thank-you?order={}", order.id)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_made_up_address_of_what_was_left_out_shows_nothing_of_its_own() {
    let demo = Demo::open().await;
    let page = demo
        .browser()
        .get("/basket?merged=1&left=%3Cb%3E.2~unicorn.3~mydlo-lanolina.x~..~mydlo-lanolina.2")
        .await;
    page.says("Nie zmieściło się: 2 × Mydło")
        .says_not("unicorn")
        .says_not("<b>");
}

#[tokio::test]
async fn guessing_passwords_has_to_wait_and_so_has_sending_forms_without_end() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let wrong = [("mail", MAIL), ("password", "x")];
    for _ in 0..5 {
        assert_eq!(
            browser.post("/sign-in", &wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let refused = browser.post("/sign-in", &wrong).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("Nie tak szybko");
    assert_eq!(refused.header(header::RETRY_AFTER), "11");
    assert_eq!(
        browser.sign_in().await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the right one waits too"
    );
    demo.clock.advance(SignedDuration::from_secs(11));
    assert_eq!(browser.sign_in().await.location(), "/account");

    let line = [("product", "mydlo-lanolina"), ("quantity", "2")];
    let mut sent = 0;
    while browser.post("/basket/lines", &line).await.status == StatusCode::SEE_OTHER {
        sent += 1;
        assert!(sent < 100, "forms are counted");
    }
    assert!(sent >= 30, "nobody's fingers are that fast: {sent}");
    assert_eq!(
        browser.get("/basket").await.status,
        StatusCode::OK,
        "pages are not"
    );
}
