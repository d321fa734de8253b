//! The home page, and what is true of every page.

use super::browser::Demo;
use axum::http::{StatusCode, header};

#[tokio::test]
async fn all_products_are_shown_with_their_prices() {
    let demo = Demo::open().await;
    let page = demo.browser().get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("Koc „Hala”")
        .says("389,00 zł")
        .says("Ostatnia sztuka")
        .says("Wyprzedane");
    page.says("<s>169,00 zł</s>")
        .says("Najniższa cena z 30 dni przed obniżką: 139,00 zł");
    page.says("href=\"/product/koc-hala\"")
        .says_not("href=\"/product/koc-hala-rdza\"");
}

#[tokio::test]
async fn the_language_is_the_browsers_or_the_one_asked_for() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.language = "en-GB,en;q=0.9";
    browser
        .get("/")
        .await
        .says("“Hala” blanket")
        .says("PLN 389.00")
        .says("<html lang=\"en\">");
    let polish = browser.get("/?lang=pl").await;
    polish
        .says("Koc „Hala”")
        .says("href=\"/product/koc-hala?lang=pl\"")
        .says("href=\"/basket?lang=pl\"");
    polish.says("href=\"/?lang=en\"");
    let told = browser
        .get("/product/koc-hala?variant=koc-hala-rdza&error=stock")
        .await;
    told.says("href=\"/product/koc-hala?variant=koc-hala-rdza&#38;lang=pl\"");
    browser.language = "de";
    browser.get("/").await.says("<html lang=\"pl\">");
}

#[tokio::test]
async fn looking_around_starts_no_session_and_every_page_is_the_shoppers_own() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    for path in [
        "/",
        "/product/szalik-mgla",
        "/basket",
        "/thank-you?order=none",
        "/terms",
        "/nowhere",
        "/api/shop/basket",
    ] {
        let page = browser.get(path).await;
        assert!(browser.cookie.is_none(), "{path}");
        assert_eq!(page.header(header::CACHE_CONTROL), "private, no-cache", "{path}");
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_page_has_an_inline_style_or_script_or_asks_a_stranger() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser.buy("szalik-mgla", "1", &[]).await;
    for path in ["/", "/product/sweter-watra", "/basket", "/terms", "/nowhere"] {
        let page = browser.get(path).await;
        for forbidden in [
            " style=",
            "<style",
            " onclick",
            "<script>",
            "src=\"http",
            "href=\"http",
            "src=\"//",
        ] {
            page.says_not(forbidden);
        }
        page.says("<script src=\"/karfa.js\" defer></script>");
    }
}

#[tokio::test]
async fn files_are_kept_by_their_edition_and_nothing_else_is_served() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let home = browser.get("/").await.body;
    let (_, after) = home.split_once("href=\"/demo/shop.css").unwrap();
    let address = format!("/demo/shop.css{}", after.split_once('"').unwrap().0);
    let styles = browser.get(&address).await;
    assert_eq!(styles.header(header::CONTENT_TYPE), "text/css");
    assert_eq!(
        styles.header(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        browser.get("/demo/shop.css").await.header(header::CACHE_CONTROL),
        "public, max-age=300"
    );
    let picture = browser.get("/demo/pictures/koc-hala-rdza.svg").await;
    assert_eq!(picture.header(header::CONTENT_TYPE), "image/svg+xml");
    for path in [
        "/demo/catalogue.toml",
        "/demo/templates/base.html",
        "/demo/../../Cargo.toml",
        "/demo/none.svg",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn other_addresses_are_answered_kindly() {
    let demo = Demo::open().await;
    for path in [
        "/nowhere",
        "/product/nothing",
        "/product/%F0%9F%A7%B6",
        "/product/a%20b",
    ] {
        let page = demo.browser().get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.says("Tu kończy się nitka");
    }
}

#[tokio::test]
async fn the_terms_have_the_places_that_the_consents_link_to() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser
        .get("/terms")
        .await
        .says("Regulamin sklepu Kłębek")
        .says("id=\"privacy\"")
        .says("id=\"newsletter\"");
    browser
        .get("/terms?lang=en")
        .await
        .says("Terms of Kłębek")
        .says("id=\"privacy\"");
}
