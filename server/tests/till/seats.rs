//! Who sits at a till, until when, and how much they may ask.

use crate::desk::{Desk, two_branches};
use crate::world::{PATIENCE, World, until};
use futures_util::StreamExt as _;
use http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const NUMBER: &str = "41 23 45 67";

type Window = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn world() -> World {
    World::with(None, two_branches).await
}

/// A window that watches the desk, from the first view on.
async fn window(at: SocketAddr, desk: &Desk<'_>) -> Window {
    let mut request = format!("ws://{at}/api/till/live?after=-1")
        .into_client_request()
        .unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", desk.cookies().parse().unwrap());
    headers.insert("host", "127.0.0.1:8080".parse().unwrap());
    headers.insert("origin", "http://127.0.0.1:8080".parse().unwrap());
    let (mut window, _) = connect_async(request).await.unwrap();
    assert!(heard(&mut window).await.is_some(), "the desk as it is");
    window
}

/// The next view that a window is shown; `None` when it is closed.
async fn heard(window: &mut Window) -> Option<Value> {
    loop {
        match timeout(PATIENCE, window.next()).await.expect("news in time") {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(text.as_str()).ok(),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

#[tokio::test]
async fn a_window_that_watches_is_closed_at_sign_out_and_the_next_cashiers_is_not() {
    let world = world().await;
    let address = world.listen().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    let mut watching = window(address, &desk).await;
    let beside = Desk::sign_in(&world, "oslo", "1", "ola").await;
    let mut other = window(address, &beside).await;
    desk.insist("DELETE", "/session", None).await;
    assert_eq!(heard(&mut watching).await, None);
    beside.ring_up("mittens-snow", 1).await;
    while heard(&mut other).await.expect("still shown")["sale"].is_null() {}
}

#[tokio::test]
async fn another_cashier_in_the_same_browser_ends_what_the_first_one_watches() {
    let world = world().await;
    let address = world.listen().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    let mut watching = window(address, &desk).await;
    let who = json!({"branch": "oslo", "till": "2", "cashier": "ola", "pin": "1234"});
    desk.insist("POST", "/session", Some(who)).await;
    assert_eq!(heard(&mut watching).await, None);
}

#[tokio::test]
async fn nothing_is_shown_after_the_shift() {
    let world = world().await;
    let address = world.listen().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    let mut watching = window(address, &desk).await;
    world.pass(12 * 60 * 60);
    let next = Desk::sign_in(&world, "oslo", "1", "ola").await;
    next.ring_up("mittens-snow", 1).await;
    assert_eq!(heard(&mut watching).await, None);
}

#[tokio::test]
async fn who_asks_a_provider_too_often_waits_and_others_do_not() {
    let world = world().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    for (path, most, body) in [
        ("/day/compare", 6, None),
        ("/sale/payment/check", 30, None),
        (
            "/sale/scan",
            0,
            Some(
                json!({"request_id": "one-code-too-many", "text": "https://qr.vipps.no/p/0123456789abcdef"}),
            ),
        ),
        ("/sale/enrolment", 0, None),
    ] {
        for _ in 0..most {
            desk.insist("POST", path, body.clone()).await;
        }
        let (status, refused) = desk.ask("POST", path, body).await.unwrap();
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::TOO_MANY_REQUESTS, &json!("too_many")),
            "{path}"
        );
    }
    let sale = desk.sale().await;
    let path = format!("/sales/{}/looked-up", sale["id"].as_str().unwrap());
    let found = json!({"reference": "of-no-payment", "transaction": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"});
    assert_eq!(desk.refused("POST", &path, Some(found)).await, "too_many");
    // Who signs in anew asks no more often.
    let anew = Desk::sign_in(&world, "oslo", "1", "kari").await;
    assert_eq!(
        anew.refused("POST", "/sale/payment/check", None).await,
        "too_many"
    );
    // Goods cost nobody anything, and a till beside asks for itself.
    for n in 0..40 {
        let rung = json!({"request_id": format!("scan-of-goods-{n}"), "text": "2099999999999"});
        assert_eq!(
            desk.refused("POST", "/sale/scan", Some(rung)).await,
            "unknown_barcode"
        );
    }
    let beside = Desk::sign_in(&world, "oslo", "2", "ola").await;
    beside.ring_up("mittens-snow", 1).await;
    beside.insist("POST", "/sale/payment/check", None).await;
    world.pass(30);
    desk.insist("POST", "/sale/payment/check", None).await;
    desk.insist("POST", "/day/compare", None).await;
}

#[tokio::test]
async fn a_member_is_not_asked_to_join() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.press("/sale/enrolment").await;
    crate::desk::tap(&world, "4741234567", "consent", "approve").await;
    let sale = desk
        .until_sale("a member", |sale| {
            sale["customer"]["membership"]["state"] == "member"
        })
        .await;
    assert!(
        !sale["can"].as_array().unwrap().contains(&json!("enrol")),
        "{sale:#}"
    );
    assert_eq!(
        desk.refused("POST", "/sale/enrolment", None).await,
        "member_already"
    );
    until("nobody to be asked", async || {
        (world.count("select count(*) from enrolment").await == 0).then_some(())
    })
    .await;
}
