//! The product's page and its form.

use super::browser::Demo;

#[tokio::test]
async fn a_reduced_product_tells_its_lowest_price() {
    let demo = Demo::open().await;
    let page = demo.browser().get("/product/szalik-mgla").await;
    page.says("129,00 zł")
        .says("<s>169,00 zł</s>")
        .says("Najniższa cena z 30 dni przed obniżką: 139,00 zł");
    page.says("zawiera VAT 23 %");
    page.says(
        "<inpost-izi-button data-product-id=\"szalik-mgla\" binding_place=\"PRODUCT_CARD\" language=\"pl\"",
    );
}

#[tokio::test]
async fn the_button_stands_below_the_shops_own() {
    let demo = Demo::open().await;
    let page = demo.browser().get("/product/szalik-mgla").await.body;
    assert!(page.find("Dodaj do koszyka").unwrap() < page.find("<inpost-izi-button").unwrap());
}

#[tokio::test]
async fn until_a_variant_is_chosen_the_button_names_the_product() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    browser
        .get("/product/sweter-watra")
        .await
        .says("data-product-id=\"sweter-watra\"")
        .says_not(" checked");
    let chosen = browser
        .get("/product/sweter-watra?variant=sweter-watra-m-grafit")
        .await;
    chosen.says("data-product-id=\"sweter-watra-m-grafit\"");
    chosen
        .says("value=\"M\" required checked")
        .says("value=\"grafit\" required checked");
    let page = browser.get("/product/sweter-watra-m-grafit").await;
    assert_eq!(
        page.location(),
        "/product/sweter-watra?variant=sweter-watra-m-grafit"
    );
    browser
        .get("/product/sweter-watra?variant=koc-hala-ecru")
        .await
        .says_not(" checked");
}

#[tokio::test]
async fn a_sold_out_product_cannot_be_bought() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let page = browser.get("/product/kilim-pasieka").await;
    page.says("Wyprzedane")
        .says_not("<form")
        .says_not("<inpost-izi-button");
    let sold_out = browser
        .get("/product/sweter-watra?variant=sweter-watra-l-grafit")
        .await;
    sold_out.says("type=\"submit\" disabled");
}

#[tokio::test]
async fn a_product_goes_into_the_basket() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let answer = browser.buy("szalik-mgla", "2", &[]).await;
    assert_eq!(answer.location(), "/product/szalik-mgla?added=1");
    let page = browser.get(answer.location()).await;
    page.says("Jest w koszyku.")
        .says("data-basket-count=\"2\"")
        .says("2 produkty");
    assert_eq!(
        browser.get("/api/shop/basket").await.body,
        "{\"count\":2,\"text\":\"2\u{a0}produkty\"}"
    );
}

#[tokio::test]
async fn a_form_that_is_sent_twice_adds_once() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let request_id = browser.get("/product/szalik-mgla").await.field("request_id");
    let fields = [
        ("product", "szalik-mgla"),
        ("quantity", "1"),
        ("request_id", request_id.as_str()),
    ];
    browser.post("/basket/items", &fields).await;
    browser.post("/basket/items", &fields).await;
    browser.get("/basket").await.says("data-basket-count=\"1\"");
}

#[tokio::test]
async fn options_choose_a_variant() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let answer = browser
        .buy(
            "sweter-watra",
            "1",
            &[("option1", "M"), ("option2", "grafit"), ("lang", "en")],
        )
        .await;
    assert_eq!(
        answer.location(),
        "/product/sweter-watra?variant=sweter-watra-m-grafit&added=1&lang=en"
    );
    browser
        .get("/basket?lang=en")
        .await
        .says("“Watra” sweater")
        .says("Size: M · Colour: graphite");
}

#[tokio::test]
async fn without_all_options_nothing_is_added() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let some: [&[(&str, &str)]; 3] = [
        &[],
        &[("option1", "M")],
        &[("option1", "M"), ("option2", "plaid")],
    ];
    for options in some {
        let answer = browser.buy("sweter-watra", "1", options).await;
        assert_eq!(answer.location(), "/product/sweter-watra?error=options");
    }
    browser
        .get("/product/sweter-watra?error=options")
        .await
        .says("Wybierz najpierw wariant.");
    assert!(browser.cookie.is_none(), "and no session began");
}

#[tokio::test]
async fn too_many_pieces_are_refused_with_the_number_that_there_are() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let answer = browser.buy("rekawice-zamiec", "2", &[]).await;
    assert_eq!(answer.location(), "/product/rekawice-zamiec?error=stock");
    browser
        .get(answer.location())
        .await
        .says("Nie mamy tylu sztuk. Na półce zostało: 1");
    let answer = browser.buy("szalik-mgla", "6", &[]).await;
    browser
        .get(answer.location())
        .await
        .says("Do jednego koszyka mieści się najwyżej: 5");
}

#[tokio::test]
async fn a_mangled_form_changes_nothing() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    for fields in [
        vec![],
        vec![
            ("product", "szalik-mgla"),
            ("quantity", "x"),
            ("request_id", "12345678"),
        ],
        vec![
            ("product", "szalik-mgla"),
            ("quantity", "-1"),
            ("request_id", "12345678"),
        ],
        vec![
            ("product", "szalik-mgla"),
            ("quantity", "0"),
            ("request_id", "12345678"),
        ],
        vec![
            ("product", "szalik-mgla"),
            ("quantity", "1"),
            ("request_id", "<script>"),
        ],
        vec![
            ("product", "../etc"),
            ("quantity", "1"),
            ("request_id", "12345678"),
        ],
    ] {
        let answer = browser.post("/basket/items", &fields).await;
        let page = browser.get(answer.location()).await;
        page.says("Tego nie udało się odczytać")
            .says("data-basket-count=\"0\"");
    }
    let unknown = [
        ("product", "nothing"),
        ("quantity", "1"),
        ("request_id", "12345678"),
    ];
    assert_eq!(browser.post("/basket/items", &unknown).await.location(), "/");
}

#[tokio::test]
async fn what_goes_with_a_product_is_shown_beside_it() {
    let demo = Demo::open().await;
    let mut browser = demo.browser();
    let page = browser.get("/product/wloczka-redyk").await;
    page.says("Pasuje do tego")
        .says("/product/ebook-pierwszy-sweter")
        .says("/product/mydlo-lanolina");
    browser
        .get("/product/mydlo-lanolina")
        .await
        .says_not("Pasuje do tego");
}
