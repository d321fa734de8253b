//! The thank-you page: for the session of the order, and for nobody else.

use super::browser::Demo;
use crate::shop::Shop as _;
use crate::shop::model::PaymentNews;
use axum::http::StatusCode;

fn news(paid: bool) -> PaymentNews {
    PaymentNews {
        event_id: paid.to_string(),
        paid,
        rejected: !paid,
        payment_id: None,
        payment_reference: None,
        payment_method: None,
    }
}

#[tokio::test]
async fn the_shopper_is_thanked_and_told_what_comes_when() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser
        .buy("sweter-watra", "1", &[("option1", "S"), ("option2", "owies")])
        .await;
    browser.post("/basket/codes", &[("code", "KLEBEK10")]).await;
    let order = demo.order(&demo.newest_basket().await).await;
    let address = format!("/thank-you?order={}", order.id);
    let page = browser.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("Dziękujemy!")
        .says("KL-2026-00001")
        .says("Czekamy na płatność")
        .says("data-order-status=\"awaiting_payment\"");
    page.says("Sweter „Watra”")
        .says("1 szt. · S · owies")
        .says("−44,90 zł");
    page.says("Do automatu paczkowego IST01M")
        .says("najpóźniej poniedziałek, 19 października");
    page.says("data-order-total>404,10 zł")
        .says("data-basket-count=\"0\"");
    demo.shop.record_payment(&order.id, &news(true)).await.unwrap();
    browser
        .get(&address)
        .await
        .says("Przyjęte i opłacone")
        .says("data-order-status=\"accepted\"");
    browser
        .get(&format!("{address}&lang=en"))
        .await
        .says("Thank you!")
        .says("Accepted and paid");
}

#[tokio::test]
async fn no_personal_data_is_shown() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    let order = demo.order(&demo.newest_basket().await).await;
    let page = browser.get(&format!("/thank-you?order={}", order.id)).await;
    for personal in ["Janina", "Nowak", "janina@", "600", "Ustroń"] {
        page.says_not(personal);
    }
}

#[tokio::test]
async fn a_strangers_order_looks_like_none() {
    let demo = Demo::open().await;
    let (mut buyer, mut stranger) = (demo.browser(), demo.browser());
    buyer.buy("szalik-mgla", "1", &[]).await;
    stranger.buy("mydlo-lanolina", "1", &[]).await;
    stranger.buy("mydlo-lanolina", "1", &[]).await;
    let baskets = demo.shop.basket_changes(0, 10).await.unwrap();
    let order = demo.order(&baskets[0].basket).await;
    let of_another = stranger.get(&format!("/thank-you?order={}", order.id)).await;
    let of_nobody = stranger
        .get("/thank-you?order=01890000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(
        (of_another.status, of_nobody.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    assert_eq!(
        of_another.body.replace(order.id.as_str(), ""),
        of_nobody.body.replace("01890000-0000-7000-8000-000000000000", "")
    );
    for path in ["/thank-you", "/thank-you?order=", "/thank-you?order=%3Cb%3E"] {
        assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        buyer.get(&format!("/thank-you?order={}", order.id)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_rejected_order_is_not_thanked_for() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("ebook-pierwszy-sweter", "1", &[]).await;
    let order = demo.order(&demo.newest_basket().await).await;
    let address = format!("/thank-you?order={}", order.id);
    browser
        .get(&address)
        .await
        .says("E-mailem, na podany adres")
        .says("od razu po zapłacie")
        .says("za darmo");
    demo.shop.record_payment(&order.id, &news(false)).await.unwrap();
    browser
        .get(&address)
        .await
        .says("Zamówienie anulowane")
        .says_not("Dziękujemy")
        .says_not("od razu po zapłacie");
}
