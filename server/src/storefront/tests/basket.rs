//! The basket's page and its forms.

use super::browser::Demo;

#[tokio::test]
async fn an_empty_basket_has_no_button() {
    let demo = Demo::open().await;
    demo.browser()
        .get("/basket")
        .await
        .says("Koszyk jest pusty")
        .says_not("<inpost-izi-button");
}

#[tokio::test]
async fn the_basket_adds_up() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    browser.buy("ksiazka-rekawice", "1", &[]).await;
    let page = browser.get("/basket").await;
    page.says("<dd>228,00 zł</dd>")
        .says("−40,00 zł")
        .says("data-basket-total>188,00 zł");
    page.says("<dd>26,93 zł</dd>")
        .says("Do darmowej dostawy brakuje <strong>112,00 zł</strong>");
    page.says("Automat paczkowy")
        .says("12,99 zł")
        .says("najpóźniej poniedziałek, 19 października");
    page.says("<inpost-izi-button basket=\"true\" binding_place=\"BASKET_SUMMARY\" language=\"pl\"");
}

#[tokio::test]
async fn quantities_change_and_lines_go() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    let changed = browser
        .post(
            "/basket/lines",
            &[("product", "szalik-mgla"), ("quantity", "3"), ("lang", "en")],
        )
        .await;
    assert_eq!(changed.location(), "/basket?lang=en");
    browser
        .get("/basket")
        .await
        .says("data-basket-count=\"3\"")
        .says("data-basket-total>387,00 zł")
        .says("za darmo");
    let much = browser
        .post("/basket/lines", &[("product", "szalik-mgla"), ("quantity", "6")])
        .await;
    browser
        .get(much.location())
        .await
        .says("mieści się najwyżej: 5")
        .says("data-basket-count=\"3\"");
    let gone = browser
        .post("/basket/lines", &[("product", "szalik-mgla"), ("quantity", "0")])
        .await;
    browser.get(gone.location()).await.says("Koszyk jest pusty");
}

#[tokio::test]
async fn codes_come_and_go() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "2", &[]).await;
    assert_eq!(
        browser
            .post("/basket/codes", &[("code", " klebek10 ")])
            .await
            .location(),
        "/basket"
    );
    browser.post("/basket/codes", &[("code", "CIEPLO20")]).await;
    let page = browser.get("/basket").await;
    page.says("KLEBEK10")
        .says("CIEPLO20")
        .says("−45,80 zł")
        .says("data-basket-total>212,20 zł");
    let refused = browser.post("/basket/codes", &[("code", "\"><b>ZIMA15")]).await;
    let page = browser.get(refused.location()).await;
    page.says("Ten kod nie działa")
        .says_not("<b>ZIMA15")
        .says("data-basket-total>212,20 zł");
    browser
        .post("/basket/codes", &[("code", "KLEBEK10"), ("remove", "1")])
        .await;
    browser
        .get("/basket")
        .await
        .says("data-basket-total>238,00 zł")
        .says_not("Usuń kod KLEBEK10")
        .says("Usuń kod CIEPLO20");
}

#[tokio::test]
async fn a_code_that_the_basket_has_become_too_small_for_says_so_and_works_again_in_a_larger_one() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "2", &[]).await;
    browser.post("/basket/codes", &[("code", "CIEPLO20")]).await;
    let with = browser.get("/basket").await;
    with.says("data-basket-total>238,00 zł")
        .says_not("Teraz nie obniża ceny");
    let pieces = |number| [("product", "szalik-mgla"), ("quantity", number)];
    browser.post("/basket/lines", &pieces("1")).await;
    let small = browser.get("/basket").await;
    small
        .says("data-basket-total>129,00 zł")
        .says("Teraz nie obniża ceny")
        .says("Usuń kod CIEPLO20");
    browser.post("/basket/lines", &pieces("2")).await;
    let large = browser.get("/basket").await;
    large
        .says("data-basket-total>238,00 zł")
        .says_not("Teraz nie obniża ceny");
    browser.post("/basket/lines", &pieces("1")).await;
    browser
        .post("/basket/codes", &[("code", "CIEPLO20"), ("remove", "1")])
        .await;
    let without = browser.get("/basket").await;
    without
        .says_not("Teraz nie obniża ceny")
        .says_not("Usuń kod CIEPLO20");
}

#[tokio::test]
async fn what_goes_with_the_basket_is_shown_and_so_are_codes_for_everyone() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    let page = browser.get("/basket").await;
    page.says("Pasuje do tego").says("Mydło do wełny z lanoliną");
    page.says("Użyj: KLEBEK10").says("10% na pierwsze zakupy");
    // A code for the app alone is named, and cannot be seen here.
    page.says("20 zł taniej od 150 zł")
        .says("tylko w aplikacji")
        .says_not("CIEPLO20");
    browser.post("/basket/codes", &[("code", "KLEBEK10")]).await;
    browser.buy("mydlo-lanolina", "1", &[]).await;
    browser
        .get("/basket")
        .await
        .says("Usuń kod KLEBEK10")
        .says_not("Użyj: KLEBEK10")
        .says_not("Pasuje do tego");
}

#[tokio::test]
async fn what_was_sold_meanwhile_is_told_in_the_basket() {
    let demo = Demo::open().await;
    let (mut quick, mut slow) = (demo.browser(), demo.browser());
    slow.buy("rekawice-zamiec", "1", &[]).await;
    quick.buy("rekawice-zamiec", "1", &[]).await;
    demo.order(&demo.newest_basket().await).await;
    slow.get("/basket").await.says("Zostało sztuk: 0");
}

#[tokio::test]
async fn a_basket_belongs_to_its_session() {
    let demo = Demo::open().await;
    let (mut first, mut second) = (demo.browser(), demo.browser());
    first.buy("szalik-mgla", "1", &[]).await;
    second.get("/basket").await.says("Koszyk jest pusty");
    let set = second
        .post("/basket/lines", &[("product", "szalik-mgla"), ("quantity", "3")])
        .await;
    second.get(set.location()).await.says("Koszyk jest pusty");
    first.get("/basket").await.says("data-basket-count=\"1\"");
}

#[tokio::test]
async fn after_an_order_a_new_basket_begins() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    demo.order(&demo.newest_basket().await).await;
    let late = browser
        .post("/basket/lines", &[("product", "szalik-mgla"), ("quantity", "3")])
        .await;
    browser
        .get(late.location())
        .await
        .says("Tamten koszyk jest już zamówiony")
        .says("data-basket-count=\"0\"");
    browser.buy("mydlo-lanolina", "2", &[]).await;
    browser
        .get("/basket")
        .await
        .says("data-basket-count=\"2\"")
        .says_not("Szalik");
    assert_eq!(demo.stock("szalik-mgla").await, 13);
}
