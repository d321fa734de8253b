//! The shop's own checkout: what it asks, what it refuses, and the order that comes of it.

use super::browser::{Answer, Browser, Demo};
use crate::shop::Shop as _;
use crate::shop::model::{DeliveryExtra, Order, OrderId, OrderStatus, PlacedIn};
use axum::http::StatusCode;

/// A form that the shop takes: to a locker, by transfer.
const FORM: [(&str, &str); 10] = [
    ("name", "Janina"),
    ("surname", "Nowak"),
    ("mail", "janina@example.com"),
    ("phone", "600 000 000"),
    ("delivery", "parcel_locker"),
    ("point", "ist01m"),
    ("payment", "transfer"),
    ("consent-terms", "1"),
    ("consent-privacy", "1"),
    ("comments", ""),
];

impl Browser {
    /// Sends the form with `changes`: another value, or an empty one for a box that is not ticked.
    async fn order(&mut self, changes: &[(&str, &str)]) -> Answer {
        let shown = self.get("/checkout").await.field("shown");
        self.order_at(&shown, changes).await
    }

    async fn order_at(&mut self, shown: &str, changes: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = FORM.to_vec();
        fields.push(("shown", shown));
        fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post("/checkout", &fields).await
    }
}

impl Demo {
    /// The order that an answer leads to.
    async fn order_of(&self, answer: &Answer) -> Order {
        let id = answer.location().strip_prefix("/thank-you?order=").unwrap();
        self.shop
            .order(&OrderId::parse(id).unwrap())
            .await
            .unwrap()
            .unwrap()
    }
}

#[tokio::test]
async fn a_plain_form_makes_an_order_that_waits_for_a_transfer() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "2", &[]).await;
    let page = browser.get("/checkout").await;
    page.says("Zamawiam z obowiązkiem zapłaty")
        .says("61,99 zł")
        .says("Akceptuję");
    let answer = browser
        .order(&[("gift_wrap", "1"), ("comments", " Proszę zadzwonić. ")])
        .await;
    let order = demo.order_of(&answer).await;
    assert_eq!(order.request.placed_in, PlacedIn::Shop);
    assert_eq!(order.status, OrderStatus::AwaitingPayment);
    assert_eq!(order.request.delivery.point.as_deref(), Some("IST01M"));
    assert_eq!(order.request.delivery.extras, [DeliveryExtra::GiftWrap]);
    assert_eq!(order.request.customer.phone.digits(), "48600000000");
    assert_eq!(order.request.comments.as_deref(), Some("Proszę zadzwonić."));
    assert_eq!(order.total.gross().minor, 4_900 + 1_299 + 990);
    browser
        .get(answer.location())
        .await
        .says("Kiedy dojdzie przelew")
        .says("Numer konta")
        .says(&order.number)
        .says_not("Nowak")
        .says_not("janina@example.com");
    browser.get("/basket").await.says("Koszyk jest pusty");
    assert_eq!(demo.stock("mydlo-lanolina").await, 598);
}

#[tokio::test]
async fn sent_twice_it_is_one_order() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let shown = browser.get("/checkout").await.field("shown");
    let first = browser.order_at(&shown, &[]).await;
    let again = browser.order_at(&shown, &[]).await;
    assert_eq!(again.location(), first.location());
    assert_eq!(demo.stock("mydlo-lanolina").await, 599);
}

#[tokio::test]
async fn paying_at_the_door_and_a_courier() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let changes = [
        ("delivery", "courier"),
        ("street", "Leśna 1"),
        ("postal_code", "43-470"),
        ("city", "Istebna"),
        ("payment", "on_delivery"),
    ];
    let answer = browser.order(&changes).await;
    let order = demo.order_of(&answer).await;
    assert_eq!(order.status, OrderStatus::Accepted);
    assert_eq!(order.total.gross().minor, 2_450 + 1_699 + 500);
    assert_eq!(order.request.delivery.address.unwrap().city, "Istebna");
    browser
        .get(answer.location())
        .await
        .says("płatność przy odbiorze")
        .says_not("Numer konta");
}

#[tokio::test]
async fn a_file_goes_by_mail_and_asks_for_no_address() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("ebook-pierwszy-sweter", "1", &[]).await;
    let page = browser.get("/checkout").await;
    page.says("value=\"digital\"")
        .says_not("name=\"point\"")
        .says_not("on_delivery")
        .says_not("gift_wrap");
    let order = demo
        .order_of(&browser.order(&[("delivery", "digital"), ("point", "")]).await)
        .await;
    assert_eq!(order.total.gross().minor, 3_200);
    assert_eq!(order.request.delivery.mail.as_deref(), Some("janina@example.com"));
}

#[tokio::test]
async fn each_fault_is_told_at_its_field_and_what_was_typed_stays() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let long = "x".repeat(600);
    for (changes, words) in [
        (vec![("name", "")], "Wypełnij to pole."),
        (vec![("surname", &long[..101])], "To za długie."),
        (vec![("mail", "janina")], "To nie wygląda na adres e-mail."),
        (vec![("phone", "12")], "Podaj numer z dziewięcioma cyframi"),
        (vec![("point", "")], "Wypełnij to pole."),
        (vec![("point", "W!")], "Kod automatu ma od 5 do 8"),
        (vec![("delivery", "courier")], "Wypełnij to pole."),
        (
            vec![
                ("delivery", "courier"),
                ("street", "Leśna 1"),
                ("city", "Istebna"),
                ("postal_code", "43470"),
            ],
            "Kod pocztowy wygląda tak",
        ),
        (
            vec![
                ("delivery", "courier"),
                ("street", "Leśna 1"),
                ("city", "Istebna"),
                ("postal_code", "43-470"),
                ("weekend", "1"),
            ],
            "Tego nie ma przy wybranej dostawie.",
        ),
        (vec![("delivery", "dove")], "Wypełnij to pole."),
        (vec![("consent-terms", "")], "Bez tej zgody"),
        (vec![("comments", &long)], "To za długie."),
    ] {
        let answer = browser.order(&changes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        answer.says(words).says("Popraw, proszę, zaznaczone pola.");
        let kept = changes.iter().all(|(name, _)| *name != "mail");
        assert!(
            !kept || answer.body.contains("value=\"janina@example.com\""),
            "{words}"
        );
    }
    assert_eq!(demo.stock("mydlo-lanolina").await, 600);
}

#[tokio::test]
async fn a_price_that_changed_since_it_was_seen_is_shown_anew() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let shown = browser.get("/checkout").await.field("shown");
    let ways = shown.strip_prefix("2450 ").unwrap();
    let seen = ["2449", "", "x", "-2450", "9223372036854775807"];
    let mut wrong: Vec<String> = seen.iter().map(|seen| format!("{seen} {ways}")).collect();
    // What the delivery and the extras cost is agreed to as well.
    let chosen = ["parcel_locker=1299", "parcel_locker.gift_wrap=990"];
    for (part, other) in [
        (chosen[0], "parcel_locker=0"),
        (chosen[0], "parcel_locker=9223372036854775807"),
        (chosen[0], "parcel_locker=x"),
        (chosen[0], "parcel_locker"),
        (chosen[1], "parcel_locker.gift_wrap=989"),
        (chosen[1], "courier.gift_wrap=990"),
    ] {
        let changed = shown.replacen(part, other, 1);
        assert_ne!(changed, shown, "{part}");
        wrong.push(changed);
    }
    wrong.extend(["2450".to_owned(), shown.replace(' ', "")]);
    for seen in wrong {
        let answer = browser.order_at(&seen, &[("gift_wrap", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{seen}");
        answer
            .says("Cena zmieniła się")
            .says(&format!("value=\"{shown}\""));
    }
    assert_eq!(demo.stock("mydlo-lanolina").await, 600);
    // What was not chosen may cost what it likes.
    let other = shown.replacen("courier=1699", "courier=1", 1);
    assert_ne!(other, shown);
    demo.order_of(&browser.order_at(&other, &[("gift_wrap", "1")]).await)
        .await;
}

#[tokio::test]
async fn the_last_piece_that_someone_else_has_ordered_is_named() {
    let demo = Demo::open().await;
    let (mut first, mut second) = (demo.browser(), demo.browser());
    first.buy("rekawice-zamiec", "1", &[]).await;
    second.buy("rekawice-zamiec", "1", &[]).await;
    assert_eq!(first.order(&[]).await.status, StatusCode::SEE_OTHER);
    let answer = second.order(&[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("Ktoś był szybszy.").says("Rękawice „Zamieć”");
}

#[tokio::test]
async fn without_scripts_the_total_is_worked_out_on_request() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("mydlo-lanolina", "1", &[]).await;
    let answer = browser
        .order(&[
            ("delivery", "courier"),
            ("gift_wrap", "1"),
            ("name", ""),
            ("recount", "1"),
        ])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
        .says("51,39 zł")
        .says_not("Wypełnij to pole.")
        .says("value=\"Nowak\"");
}

#[tokio::test]
async fn an_empty_basket_has_no_checkout_and_an_account_fills_in_what_it_knows() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    assert_eq!(browser.get("/checkout").await.location(), "/basket");
    assert_eq!(
        browser.order_at("0", &[("lang", "en")]).await.location(),
        "/basket?lang=en"
    );
    let who = [
        ("mail", "staszek@klebek.example"),
        ("password", "dwa-oczka-prawe"),
    ];
    browser.post("/sign-in", &who).await;
    browser.buy("mydlo-lanolina", "1", &[]).await;
    browser
        .get("/checkout")
        .await
        .says("value=\"Legierski\"")
        .says("value=\"staszek@klebek.example\"");
    let order = demo.order_of(&browser.order(&[]).await).await;
    browser
        .get("/account")
        .await
        .says(&order.number)
        .says("Czekamy na płatność");
}
