//! The page for browsers without scripts, form by form.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
mod world;

use axum::body::Body;
use http::{Request, header};
use serde_json::json;
use std::sync::Mutex;
use world::{World, until};

const NUMBER: &str = "48600000341";
const PRODUCT: &str = "szalik-mgla";
const OWN: &str = "http://127.0.0.1:8080";
const PAGE: &str = "/plain?product=szalik-mgla&lang=en";
const AFTER: &str = "/plain?product=szalik-mgla&lang=en&tried=1";

/// An answer, as a person sees it.
struct Shown {
    status: u16,
    location: Option<String>,
    text: String,
}

impl Shown {
    #[track_caller]
    fn says(&self, text: &str) {
        assert!(
            self.text.contains(text),
            "{text:?} is not in {} {}",
            self.status,
            self.text
        );
    }

    #[track_caller]
    fn does_not_say(&self, text: &str) {
        assert!(!self.text.contains(text), "{text:?} is in {}", self.text);
    }

    /// The value of a hidden field.
    fn request_id(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"request_id\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }
}

/// A browser without scripts.
struct Browser {
    world: World,
    cookies: Mutex<Vec<(String, String)>>,
}

impl Browser {
    async fn new() -> Self {
        Browser {
            world: World::new(None).await,
            cookies: Mutex::default(),
        }
    }

    async fn go(&self, method: &str, path: &str, origin: Option<&str>, body: &str) -> Shown {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let jar: Vec<String> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        let response = self
            .world
            .ask(request.body(Body::from(body.to_owned())).unwrap())
            .await;
        let mut cookies = self.cookies.lock().unwrap();
        for value in response.headers().get_all(header::SET_COOKIE) {
            let text = value.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            cookies.retain(|(known, _)| known != name);
            if !text.contains("Max-Age=0") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        if path.starts_with("/plain") && response.status() != 403 {
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap();
            assert!(
                policy.starts_with("default-src 'none'; style-src 'self';"),
                "{policy}"
            );
            assert!(
                !policy.contains("script-src") && !policy.contains("unsafe"),
                "{policy}"
            );
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{path}");
        }
        Shown {
            status: response.status().as_u16(),
            location: response
                .headers()
                .get(header::LOCATION)
                .map(|to| to.to_str().unwrap().to_owned()),
            text: String::from_utf8(response.body().to_vec()).unwrap(),
        }
    }

    async fn open(&self, path: &str) -> Shown {
        self.go("GET", path, None, "").await
    }

    async fn send(&self, path: &str, body: &str) -> Shown {
        self.go("POST", path, Some(OWN), body).await
    }

    /// Sends the number, and is led to the page that says what came of it.
    async fn connect(&self, phone: &str) -> Shown {
        let id = self.open(PAGE).await.request_id();
        let body = format!("request_id={id}&prefix=%2B48&phone={phone}");
        let sent = self
            .send("/plain/connect?product=szalik-mgla&lang=en", &body)
            .await;
        assert_eq!(
            (sent.status, sent.location.as_deref()),
            (303, Some(AFTER)),
            "{}",
            sent.text
        );
        self.open(AFTER).await
    }

    async fn tap(&self, action: &str) {
        let push = until("the push", async || {
            let phone = self.world.phone(NUMBER).await;
            phone["inbox"][0]["id"].as_str().map(str::to_owned)
        })
        .await;
        let path = format!("/phone/api/{NUMBER}/inbox/{push}");
        let (status, answer) = self
            .world
            .sandbox("POST", &path, Some(json!({"action": action})))
            .await;
        assert!(status.is_success(), "{answer}");
    }

    async fn until_it_says(&self, text: &str) -> Shown {
        until(text, async || {
            let shown = self.open(AFTER).await;
            shown.text.contains(text).then_some(shown)
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_links_and_orders_without_a_script() {
    let browser = Browser::new().await;
    let first = browser.open(PAGE).await;
    first.says("<h1>Connect your basket with the app</h1>");
    first.does_not_say("<script");
    assert!(
        browser.cookies.lock().unwrap().is_empty(),
        "whoever only looks leaves nothing behind"
    );

    let waiting = browser.connect("600000341").await;
    waiting.says("<h1>Approve in the app</h1>");
    waiting.says("http-equiv=\"refresh\" content=\"5\"");
    waiting.says("Time left: 10 min");
    waiting.says("href=\"http://127.0.0.1:8080/product/szalik-mgla\"");

    // The button's page has not said where it stands: it stood at a product.
    let asked = until("the push", async || {
        let phone = browser.world.phone(NUMBER).await;
        phone["inbox"].get(0).cloned()
    })
    .await;
    assert_eq!(asked["binding_place"], "PRODUCT_CARD", "{asked}");
    browser.tap("approve").await;
    let linked = browser.until_it_says("60*****41").await;
    linked.says("Pieces in the basket: 1");
    linked.says("inpost");
    linked.says("http-equiv=\"refresh\" content=\"15\"");

    let phone = browser.world.phone(NUMBER).await;
    let basket = phone["baskets"][0]["inpost_basket_id"].as_str().unwrap();
    let path = format!("/phone/api/{NUMBER}/baskets/{basket}/order");
    let order = json!({"payment_type": "CASH_ON_DELIVERY"});
    let (status, answer) = browser.world.sandbox("POST", &path, Some(order)).await;
    assert!(status.is_success(), "{answer}");
    let thanks = browser
        .until_it_says("0;url=http://127.0.0.1:8080/thank-you?order=")
        .await;
    thanks.says("Thank you for your purchase!");
    browser
        .open(PAGE)
        .await
        .says("<h1>Connect your basket with the app</h1>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_twice_adds_one_piece_and_sends_one_push() {
    let browser = Browser::new().await;
    let id = browser.open(PAGE).await.request_id();
    let body = format!("request_id={id}&prefix=48&phone=600000341");
    for _ in 0..2 {
        let sent = browser
            .send("/plain/connect?product=szalik-mgla&lang=en", &body)
            .await;
        assert_eq!(sent.status, 303, "{}", sent.text);
    }
    assert_eq!(
        browser.world.phone(NUMBER).await["inbox"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    browser.tap("approve").await;
    browser.until_it_says("Pieces in the basket: 1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_ending_says_what_to_do_and_the_number_can_be_typed_again() {
    let browser = Browser::new().await;
    browser.connect("600000341").await;
    browser.tap("reject").await;
    let rejected = browser.until_it_says("Rejected in the app").await;
    rejected.says("role=\"alert\"");
    rejected.says("name=\"phone\"");
    rejected.does_not_say("name=\"request_id\"");

    // The product is in the basket: the next try adds none.
    let again = browser
        .send(
            "/plain/connect?product=szalik-mgla&lang=en&tried=1",
            "prefix=48&phone=600000341",
        )
        .await;
    assert_eq!(again.status, 303);
    browser.open(AFTER).await.says("Approve in the app");
    let cancelled = browser
        .send("/plain/cancel?product=szalik-mgla&lang=en&tried=1", "")
        .await;
    assert_eq!(cancelled.location.as_deref(), Some(AFTER));
    browser.open(AFTER).await.says("Cancelled");

    // The numbers that the sandbox refuses (sandbox/README.md).
    for (number, title) in [
        ("500000001", "No request can be sent to this number"),
        ("500000002", "InPost Pay is not available here now"),
        ("500000004", "This basket has expired"),
    ] {
        let body = format!("prefix=48&phone={number}");
        browser
            .send("/plain/connect?product=szalik-mgla&lang=en&tried=1", &body)
            .await;
        browser.until_it_says(title).await;
    }
    // Whoever comes anew does not read what ended yesterday.
    browser.open(PAGE).await.does_not_say("This basket has expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_cannot_be_one_comes_back_with_what_is_wrong_and_stands_in_no_address() {
    let browser = Browser::new().await;
    let id = browser.open(PAGE).await.request_id();
    for (phone, error) in [("", "Enter a phone number."), ("12", "There is no such number.")] {
        let body = format!("request_id={id}&prefix=48&phone={phone}");
        let shown = browser
            .send("/plain/connect?product=szalik-mgla&lang=en", &body)
            .await;
        assert_eq!((shown.status, &shown.location), (422, &None));
        shown.says(error);
        shown.says(&format!("value=\"{phone}\""));
        assert_eq!(shown.request_id(), id, "what is sent at last adds once");
    }
    assert!(browser.cookies.lock().unwrap().is_empty(), "nothing was begun");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_linked_basket_takes_another_product_and_can_be_unlinked() {
    let browser = Browser::new().await;
    browser.connect("600000341").await;
    browser.tap("approve").await;
    browser.until_it_says("60*****41").await;

    let other = "/plain?product=mydlo-lanolina&lang=en";
    let offered = browser.open(other).await;
    offered.says("Add to the basket in the app");
    offered.does_not_say("http-equiv");
    let body = format!("request_id={}", offered.request_id());
    for _ in 0..2 {
        assert_eq!(
            browser
                .send("/plain/add?product=mydlo-lanolina&lang=en", &body)
                .await
                .status,
            303
        );
    }
    browser.open(AFTER).await.says("Pieces in the basket: 2");

    let asked = browser.open(&format!("{AFTER}&ask=other")).await;
    asked.says("Do you really want to connect these purchases with a phone number different than 60*****41?");
    let unlinked = browser
        .send("/plain/unlink?product=szalik-mgla&lang=en&tried=1", "")
        .await;
    assert_eq!(unlinked.location.as_deref(), Some(AFTER));
    browser.open(AFTER).await.says("name=\"phone\"");
    until("an empty phone", async || {
        let baskets = browser.world.phone(NUMBER).await["baskets"].as_array().cloned();
        baskets.filter(Vec::is_empty)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_linked_says_why_and_leads_back_to_the_shop() {
    let browser = Browser::new().await;
    for (query, title) in [
        ("?product=kilim-pasieka&lang=en", "Sold out"),
        (
            "?product=skarpety-baca&lang=en",
            "Choose the product&#39;s options",
        ),
        ("?product=no-such&lang=en", "This product cannot be bought"),
        ("?lang=en", "The basket is empty"),
    ] {
        let shown = browser.open(&format!("/plain{query}")).await;
        assert_eq!(shown.status, 200, "{query}");
        shown.says(title);
        shown.does_not_say("<form");
        shown.says("Back to the shop");
        let sent = browser
            .send(
                &format!("/plain/connect{query}"),
                "request_id=12345678&prefix=48&phone=600000341",
            )
            .await;
        assert_eq!(sent.location, Some(format!("/plain{query}")), "{query}");
    }
    browser
        .open("/plain?product=kilim-pasieka")
        .await
        .says("href=\"http://127.0.0.1:8080/product/kilim-pasieka\"");
    let lost = browser.send("/plain/cancel?lang=en", "").await;
    assert_eq!(lost.status, 409);
    lost.says("The basket is empty");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_language_is_spoken_and_nothing_of_the_address_is_believed() {
    let browser = Browser::new().await;
    for (lang, text) in [
        ("pl", "Połącz koszyk z aplikacją"),
        ("en", "Connect your basket with the app"),
        ("nb", "lang=\"nb\""),
        ("da", "lang=\"da\""),
        ("fi", "lang=\"fi\""),
        ("sv", "lang=\"sv\""),
        ("is", "lang=\"is\""),
        ("xx", "lang=\"en\""),
    ] {
        browser
            .open(&format!("/plain?product={PRODUCT}&lang={lang}"))
            .await
            .says(text);
    }
    let hostile = browser
        .open("/plain?product=%22%3E%3Cscript%3E&place=%22%3E%3Cb%3E&lang=%22%3E%3Ci%3E")
        .await;
    for tag in ["<script", "<b>", "<i>"] {
        hostile.does_not_say(tag);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_sends_no_form_and_many_are_too_many() {
    let browser = Browser::new().await;
    let body = "request_id=12345678&prefix=48&phone=600000341";
    for path in ["connect", "add", "cancel", "unlink"] {
        let path = format!("/plain/{path}?product={PRODUCT}");
        for origin in ["https://evil.example", "null"] {
            assert_eq!(
                browser.go("POST", &path, Some(origin), body).await.status,
                403,
                "{path}"
            );
        }
    }
    assert!(browser.cookies.lock().unwrap().is_empty());

    browser.connect("600000341").await;
    let refused = until("a refusal", async || {
        let sent = browser
            .send("/plain/connect?lang=en&tried=1", "prefix=48&phone=600000341")
            .await;
        (sent.status != 303).then_some(sent)
    })
    .await;
    assert_eq!(refused.status, 429);
    refused.says("Too many tries");
}
