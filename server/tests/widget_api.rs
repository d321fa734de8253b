//! Bad input on the browser's API: each is a problem that says what to do, and changes nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

#[allow(dead_code, reason = "each file of tests uses some of the world")]
mod world;

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::select_all;
use http::request::Builder;
use http::{Request, Response, header};
use karfa_shared::widget::path;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use world::{World, assert_nothing_changed};

const NUMBER: &str = "48600000321";
const PRODUCT: &str = "szalik-mgla";
const OWN: &str = "http://127.0.0.1:8080";
/// So often one session may ask to be linked, without a pause.
const A_SESSION: usize = 8;
/// Those that take a body.
const WITH_BODY: [&str; 3] = [path::CAN_BE_BOUND, path::ITEMS, path::BIND];
const POSTS: [&str; 5] = [
    path::CAN_BE_BOUND,
    path::ITEMS,
    path::BIND,
    path::CANCEL,
    path::UNBIND,
];

/// A request of a page of the shop, with the cookies that the browser has.
fn request(world: &World, method: &str, path: &str) -> Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, OWN);
    let cookies = world.cookies();
    if cookies.is_empty() {
        request
    } else {
        request.header(header::COOKIE, cookies)
    }
}

async fn send(world: &World, request: Builder, body: impl Into<Body>) -> Response<Bytes> {
    world.ask(request.body(body.into()).unwrap()).await
}

async fn post(world: &World, path: &str, body: &Value) -> Response<Bytes> {
    let request = request(world, "POST", path).header(header::CONTENT_TYPE, "application/json");
    send(world, request, body.to_string()).await
}

async fn get(world: &World, path: &str) -> Response<Bytes> {
    send(world, request(world, "GET", path), "").await
}

fn item(product: &str) -> Value {
    json!({"product_id": product, "request_id": "one-click-of-the-button"})
}

fn bind(prefix: &str, phone: &str) -> Value {
    json!({"method": "phone", "prefix": prefix, "phone": phone, "binding_place": "PRODUCT_CARD"})
}

/// The refusal is a problem with this status and code, starts no session, and tells nothing from inside or about the
/// shopper.
#[track_caller]
fn assert_problem(response: &Response<Bytes>, status: u16, code: &str) {
    let text = String::from_utf8_lossy(response.body());
    let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    assert_eq!(
        (response.status().as_u16(), &body["code"]),
        (status, &json!(code)),
        "{text}"
    );
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], format!("urn:karfa:problem:{code}"));
    let mut keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["code", "detail", "status", "title", "type"]);
    assert!(
        body["detail"].as_str().unwrap().len() > 12,
        "it says what to do: {text}"
    );
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert!(sets_no_cookie(response));
    for inner in [
        "6000003",
        "sqlx",
        "SELECT",
        "select ",
        "serde",
        "src/",
        "::",
        "invalid type",
        "column",
    ] {
        assert!(!text.contains(inner), "{inner} in {text}");
    }
}

/// Whether no cookie is set; one that opens nothing may be taken away.
fn sets_no_cookie(response: &Response<Bytes>) -> bool {
    let cookies = response.headers().get_all(header::SET_COOKIE);
    cookies
        .iter()
        .all(|cookie| cookie.to_str().unwrap().contains("Max-Age=0"))
}

/// A session with a scarf in its basket. The basket's id.
async fn basket(world: &World) -> String {
    let view = world.insist("POST", path::ITEMS, Some(item(PRODUCT))).await;
    view["basket_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_cannot_be_read_is_a_problem() {
    let json = Some("application/json");
    let text = |body: &str| body.as_bytes().to_vec();
    let good = item(PRODUCT).to_string();
    let large = format!("{{\"product_id\":\"{}\"}}", "6000003".repeat(10_000));
    let bad = [
        (json, text(""), 400, "malformed_json"),
        (json, text("{"), 400, "malformed_json"),
        (json, text("{\"other\":6000003"), 400, "malformed_json"),
        (json, text("\u{0}"), 400, "malformed_json"),
        (json, text("<xml/>"), 400, "malformed_json"),
        (json, vec![b'{', 0xff, 0xfe, b'}'], 400, "malformed_json"),
        (json, text("null"), 422, "unexpected_json"),
        (json, text("7"), 422, "unexpected_json"),
        (json, text("\"600000321\""), 422, "unexpected_json"),
        (
            json,
            text("{\"product_id\":600000321,\"method\":\"phone\",\"phone\":600000321}"),
            422,
            "unexpected_json",
        ),
        (
            json,
            text("{\"product_id\":[],\"method\":\"smoke\"}"),
            422,
            "unexpected_json",
        ),
        (Some("text/plain"), text(&good), 415, "content_type"),
        (
            Some("application/x-www-form-urlencoded"),
            text(&good),
            415,
            "content_type",
        ),
        (Some("multipart/form-data"), text(&good), 415, "content_type"),
        (None, text(&good), 415, "content_type"),
        (json, text(&large), 413, "too_large"),
    ];
    let world = World::new(None).await;
    for with_session in [false, true] {
        for path in WITH_BODY {
            for some in bad.chunks(A_SESSION) {
                world.forget_cookies();
                if with_session {
                    basket(&world).await;
                }
                let before = world.contents().await;
                for (content_type, body, status, code) in some {
                    let mut request = request(&world, "POST", path);
                    if let Some(content_type) = content_type {
                        request = request.header(header::CONTENT_TYPE, *content_type);
                    }
                    let response = send(&world, request, body.clone()).await;
                    let sent = String::from_utf8_lossy(body).chars().take(80).collect::<String>();
                    assert_eq!(response.status(), *status, "{path}: {sent}");
                    assert_problem(&response, *status, code);
                }
                assert_nothing_changed(&world, &before).await;
            }
        }
    }
    // By what it announces alone, before any of it is read.
    for announced in ["65537", "99999999999999999999999", "many"] {
        let request = request(&world, "POST", path::ITEMS).header(header::CONTENT_LENGTH, announced);
        assert_problem(&send(&world, request, "").await, 413, "too_large");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_put_into_the_basket_is_a_problem() {
    let world = World::new(None).await;
    let refused = [
        ("unicorn", 404, "unknown_product"),
        ("", 404, "unknown_product"),
        ("../../etc/passwd", 404, "unknown_product"),
        ("a'; drop table stock; --", 404, "unknown_product"),
        ("skarpety-baca", 422, "options_missing"),
        ("kilim-pasieka", 409, "out_of_stock"),
    ];
    // Whoever asks for nothing that there is leaves nothing behind.
    let before = world.contents().await;
    for (product, status, code) in refused {
        assert_problem(&post(&world, path::ITEMS, &item(product)).await, status, code);
    }
    assert_nothing_changed(&world, &before).await;

    basket(&world).await;
    let before = world.contents().await;
    for (product, status, code) in refused {
        let asked = json!({"product_id": product, "request_id": "another-click"});
        assert_problem(&post(&world, path::ITEMS, &asked).await, status, code);
    }
    for (quantity, status, code) in [
        (json!(0), 422, "quantity"),
        (json!(6), 409, "too_many"),
        (json!(15), 409, "out_of_stock"),
        (json!(4_294_967_295_u32), 409, "out_of_stock"),
        (json!(4_294_967_296_u64), 422, "unexpected_json"),
        (json!(-1), 422, "unexpected_json"),
        (json!(1.5), 422, "unexpected_json"),
        (json!("2"), 422, "unexpected_json"),
    ] {
        let asked = json!({"product_id": PRODUCT, "request_id": "another-click", "quantity": quantity});
        assert_problem(&post(&world, path::ITEMS, &asked).await, status, code);
    }
    for request_id in [
        "",
        "1234567",
        &"x".repeat(65),
        "with space",
        "ąęśćżźńłó",
        "semi;colon-1",
        "line\nbreak-1",
    ] {
        let asked = json!({"product_id": PRODUCT, "request_id": request_id});
        assert_problem(&post(&world, path::ITEMS, &asked).await, 422, "request_id");
    }
    assert_problem(
        &post(&world, path::ITEMS, &json!({"product_id": PRODUCT})).await,
        422,
        "unexpected_json",
    );
    assert_nothing_changed(&world, &before).await;

    // The same click again is no second piece.
    let again = world.insist("POST", path::ITEMS, Some(item(PRODUCT))).await;
    assert_eq!(again["count"], 1);
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_linked_says_why_and_leaves_nothing_behind() {
    let world = World::new(None).await;
    let before = world.contents().await;
    for (product, reason) in [
        (json!("unicorn"), "unknown_product"),
        (json!("a'b"), "unknown_product"),
        (json!("skarpety-baca"), "options_missing"),
        (json!("kilim-pasieka"), "out_of_stock"),
        (Value::Null, "empty_basket"),
    ] {
        let response = post(&world, path::CAN_BE_BOUND, &json!({"product_id": product})).await;
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(
            (&answer["can_be_bound"], &answer["reason"]),
            (&json!(false), &json!(reason)),
            "{answer}"
        );
        assert_eq!(answer["link"]["basket_id"], Value::Null);
        assert!(!response.headers().contains_key(header::SET_COOKIE));
    }
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_priced_in_zloty_is_not_linked() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = folder.path().join("euro.toml");
    let demo = include_str!("../../assets/demo/catalogue.toml");
    std::fs::write(&catalogue, demo.replace("\"PLN\"", "\"EUR\"")).unwrap();
    let world = World::with_catalogue(&catalogue).await;
    let before = world.contents().await;
    let asked = post(&world, path::CAN_BE_BOUND, &json!({"product_id": PRODUCT})).await;
    let answer: Value = serde_json::from_slice(asked.body()).unwrap();
    assert_eq!(
        (&answer["can_be_bound"], &answer["reason"]),
        (&json!(false), &json!("currency"))
    );
    assert_problem(&post(&world, path::ITEMS, &item(PRODUCT)).await, 409, "currency");
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_nobodys_is_a_problem_that_does_not_repeat_it() {
    let world = World::new(None).await;
    let wrong = [
        ("48", ""),
        ("48", "   "),
        ("48", "6000003"),
        ("48", "60000032"),
        ("48", "6000003210"),
        ("48", "60000032160000032160000"),
        ("48", "six"),
        ("48", "600000321; drop"),
        ("", "600000321"),
        ("0", "600000321"),
        ("999", "600000321"),
        ("4800000", "600000321"),
        ("+", "600000321"),
        ("pl", "600000321"),
    ];
    for some in wrong.chunks(A_SESSION) {
        world.forget_cookies();
        basket(&world).await;
        let before = world.contents().await;
        for (prefix, phone) in some {
            let response = post(&world, path::BIND, &bind(prefix, phone)).await;
            assert_eq!(response.status(), 422, "{prefix} {phone}");
            assert_problem(&response, 422, "phone");
        }
        assert_nothing_changed(&world, &before).await;
    }
    let before = world.contents().await;
    let numberless = json!({"method": "phone", "binding_place": "PRODUCT_CARD"});
    assert_problem(&post(&world, path::BIND, &numberless).await, 422, "phone");
    assert_nothing_changed(&world, &before).await;
    assert_eq!(world.phone(NUMBER).await["inbox"], json!([]), "nobody was asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_inpost_has_no_word_for_stops_nobody() {
    for (said, told) in [
        ("", "BASKET_SUMMARY"),
        ("SIDEBAR", "BASKET_SUMMARY"),
        (" minicart_page ", "MINICART_PAGE"),
        ("PRODUCT_CARD", "PRODUCT_CARD"),
    ] {
        let world = World::new(None).await;
        basket(&world).await;
        let mut wish = bind("48", "600000341");
        wish["binding_place"] = json!(said);
        let answer = world.insist("POST", path::BIND, Some(wish)).await;
        assert_eq!(answer["link"]["status"], "waiting", "{said:?}: {answer}");
        let asked = world.phone("48600000341").await;
        assert_eq!(asked["inbox"][0]["binding_place"], told, "{said:?}: {asked}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_changes_nothing_and_reads_nothing() {
    let world = World::new(None).await;
    let id = world.link(NUMBER, PRODUCT).await;
    let before = world.contents().await;
    for foreign in [
        "https://evil.example",
        "http://127.0.0.1:8081",
        "https://127.0.0.1:8080.evil.example",
        "null",
    ] {
        let from_there = |method: &str, path: &str| {
            let mut request = request(&world, method, path).header(header::CONTENT_TYPE, "application/json");
            request
                .headers_mut()
                .unwrap()
                .insert(header::ORIGIN, foreign.parse().unwrap());
            request
        };
        for path in POSTS {
            let body = bind("48", "600000322").to_string();
            let response = send(&world, from_there("POST", path), body).await;
            assert_problem(&response, 403, "foreign_origin");
            assert!(!response.headers().contains_key(header::SET_COOKIE));
        }
        // What its scripts can read is the refusal, and nothing else.
        let read = send(&world, from_there("GET", path::LINK), "").await;
        assert_problem(&read, 403, "foreign_origin");
    }
    for site in ["cross-site", "same-site"] {
        for path in POSTS {
            let mut request = request(&world, "POST", path).header("sec-fetch-site", site);
            request.headers_mut().unwrap().remove(header::ORIGIN);
            assert_problem(&send(&world, request, "{}").await, 403, "foreign_origin");
        }
    }
    assert_nothing_changed(&world, &before).await;
    let view = world.insist("GET", path::LINK, None).await;
    assert_eq!(
        (&view["basket_id"], &view["status"]),
        (&json!(id), &json!("linked"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_there_is_nothing_to_see_or_to_change() {
    let world = World::new(None).await;
    let before = world.contents().await;
    for cookie in [
        None,
        Some("karfa_session=AAAAAAAAAAAAAAAAAAAAAA"),
        Some("karfa_session=not an id"),
        Some("karfa_session="),
    ] {
        let with = |method: &str, path: &str| {
            let request = request(&world, method, path).header(header::CONTENT_TYPE, "application/json");
            match cookie {
                Some(cookie) => request.header(header::COOKIE, cookie),
                None => request,
            }
        };
        for path in [path::CANCEL, path::UNBIND] {
            assert_problem(&send(&world, with("POST", path), "").await, 409, "no_basket");
        }
        let asked = bind("48", "600000321").to_string();
        assert_problem(
            &send(&world, with("POST", path::BIND), asked).await,
            409,
            "no_basket",
        );
        assert_problem(
            &send(&world, with("GET", path::MOBILE_LINK), "").await,
            409,
            "no_basket",
        );
        let link = send(&world, with("GET", path::LINK), "").await;
        assert_eq!(link.status(), 200);
        assert!(sets_no_cookie(&link), "looking starts no session");
        let view: Value = serde_json::from_slice(link.body()).unwrap();
        assert_eq!(
            (&view["basket_id"], &view["status"]),
            (&Value::Null, &json!("unlinked"))
        );
    }
    assert_nothing_changed(&world, &before).await;

    basket(&world).await;
    assert_problem(&get(&world, path::MOBILE_LINK).await, 409, "not_linked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_basket_of_another_session_cannot_be_watched() {
    let world = World::new(None).await;
    let theirs = world.link(NUMBER, PRODUCT).await;
    let address = world.listen().await;
    let owner = world.cookies();
    world.forget_cookies();
    for with_session in [false, true] {
        if with_session {
            let own = basket(&world).await;
            assert_ne!(own, theirs);
        }
        let cookies = world.cookies();
        let before = world.contents().await;
        for id in [
            theirs.as_str(),
            "00000000000000000000000000000000",
            "",
            "..%2F",
            "a'--",
        ] {
            let path = format!("{}?basket={id}&after=0", path::OBSERVE);
            assert_problem(&get(&world, &path).await, 403, "foreign_basket");
            assert_eq!(knock(address, id, &cookies, own_origin(address)).await, 403);
        }
        for query in [
            "",
            "?after=0",
            "?basket=1&after=soon",
            "?basket=1&after=99999999999999999999",
            "?basket=%FF&basket=1",
        ] {
            assert_problem(
                &get(&world, &format!("{}{query}", path::OBSERVE)).await,
                400,
                "query",
            );
        }
        assert_nothing_changed(&world, &before).await;
    }
    // The owner does, from the shop's own pages alone.
    assert_eq!(knock(address, &theirs, &owner, own_origin(address)).await, 101);
    assert_eq!(
        knock(address, &theirs, &owner, "https://evil.example".to_owned()).await,
        403
    );
    let plain = get(&world, &format!("{}?basket={theirs}", path::LIVE)).await;
    assert!(plain.status().is_client_error());
    assert_eq!(plain.headers()[header::CONTENT_TYPE], "application/problem+json");
}

fn own_origin(address: std::net::SocketAddr) -> String {
    format!("http://{address}")
}

/// The status that a websocket is answered with.
async fn knock(address: std::net::SocketAddr, basket: &str, cookies: &str, origin: String) -> u16 {
    let url = format!("ws://{address}{}?basket={basket}&after=0", path::LIVE);
    let mut request = url.into_client_request().unwrap();
    request
        .headers_mut()
        .insert(header::ORIGIN, origin.parse().unwrap());
    request
        .headers_mut()
        .insert(header::COOKIE, cookies.parse().unwrap());
    match connect_async(request).await {
        Ok((_, response)) => response.status().as_u16(),
        Err(Error::Http(response)) => {
            let body = String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned();
            assert!(body.contains("\"code\""), "{body}");
            response.status().as_u16()
        }
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_observer_too_many_is_sent_away_and_the_others_stay() {
    let world = World::new(None).await;
    let id = world.link(NUMBER, PRODUCT).await;
    let view = world.insist("GET", path::LINK, None).await;
    let quiet = format!("{}?basket={id}&after={}", path::OBSERVE, view["cursor"]);
    let before = world.contents().await;
    // Nothing happens, so whoever is answered at once was not let in.
    let crowd: Vec<_> = (0..9).map(|_| Box::pin(get(&world, &quiet))).collect();
    let (first, _, others) = select_all(crowd).await;
    assert_problem(&first, 429, "too_many_observers");
    assert_eq!(others.len(), 8);
    drop(others);
    // Their places are free again.
    let news = format!("{}?basket={id}&after=0", path::OBSERVE);
    assert_eq!(get(&world, &news).await.status(), 200);
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_asked_that_way_is_a_problem() {
    let world = World::new(None).await;
    let before = world.contents().await;
    for path in POSTS {
        let response = get(&world, path).await;
        assert_problem(&response, 405, "method");
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }
    for path in [path::LINK, path::MOBILE_LINK, path::OBSERVE] {
        assert_problem(&post(&world, path, &json!({})).await, 405, "method");
    }
    assert_nothing_changed(&world, &before).await;
}
