//! Netgíró, and a backend that dies at every point on the way: with a code that a customer reads out, and with a code of
//! the app, which can be used once.

use crate::desk::{Desk, in_tables};
use crate::netgiro_desk::{assert_agrees, carts_of, kennitala, reykjavik};
use crate::world::{World, until};
use serde_json::{Value, json};

const OVER: [&str; 5] = ["paid", "declined", "cancelled", "expired", "failed"];

/// What is left when everything is over.
#[derive(Debug, PartialEq, Eq)]
struct End {
    phase: Value,
    captured: Value,
    carts_paid: usize,
}

/// A press that may meet a dying server.
async fn try_to(desk: &Desk<'_>, path: &str, body: Value) {
    desk.ask("POST", path, Some(body)).await;
}

/// The newest code in the customer's messages.
async fn newest_code(world: &World, number: &str) -> Option<String> {
    let phone = world.phone(number).await;
    let mut inbox = phone["inbox"].as_array()?.iter();
    inbox.find_map(|item| item["code"].as_str().map(str::to_owned))
}

/// The sale once the customer or the cashier has something to do, or nobody has.
async fn settled(desk: &Desk<'_>) -> Value {
    desk.until_sale_passing(2, "something to do", |sale| {
        let payment = &sale["payment"];
        let phase = payment["phase"].as_str().unwrap_or_default();
        let is_known = payment["checking"].is_null() && payment["cancelling"] == false;
        // A code that is under way is not asked for again.
        let wants_code = sale["can"]
            .as_array()
            .is_some_and(|can| can.contains(&json!("enter_code")));
        is_known && (OVER.contains(&phase) || wants_code)
    })
    .await
}

async fn end(world: &World, desk: &Desk<'_>) -> End {
    let sale = desk.sale().await;
    assert_agrees(world, &sale, "the end").await;
    let carts = carts_of(world, &sale).await;
    let total = sale["total_minor"].as_i64().unwrap();
    let money = in_tables(world).await;
    assert_eq!(money.captured - money.refunded, total);
    End {
        phase: sale["payment"]["phase"].clone(),
        captured: sale["payment"]["captured_minor"].clone(),
        carts_paid: carts
            .iter()
            .filter(|cart| cart["paid"].as_i64() > cart["refunded"].as_i64())
            .count(),
    }
}

async fn begin(world: &World) -> Desk<'_> {
    let pace = json!({"milliseconds": 500});
    world.sandbox("POST", "/control/netgiro/pace", Some(pace)).await;
    let desk = Desk::reykjavik(world).await;
    let edit = json!({"request_id": "one-of-it-once", "edits": [{"edit": "add", "good": "skyr-plain", "quantity": 1}]});
    desk.insist("POST", "/sale/lines", Some(edit)).await;
    desk
}

/// A kennitala, the message's code, and the till's own word at the end.
async fn by_kennitala(dies_at: Option<usize>) -> (End, usize) {
    let world = World::with(dies_at, reykjavik).await;
    let desk = begin(&world).await;
    let ssn = kennitala(1);
    desk.identify("national_id", &ssn).await;
    let number = format!("6{}", &ssn[4..]);
    loop {
        desk.pay_once("netgiro", json!({"confirmation": "manual"})).await;
        let sale = settled(&desk).await;
        match sale["payment"]["phase"].as_str() {
            Some("paid") => break,
            Some("awaiting_code") => {
                let code = until("the message", async || newest_code(&world, &number).await).await;
                try_to(&desk, "/sale/payment/code", json!({"code": code})).await;
            }
            // The answer to the request was lost with the server: the cashier asks anew.
            _ => assert_eq!(sale["payment"]["problem"]["key"], "lost_request", "{sale:#}"),
        }
        assert_eq!(sale["payment"]["wrong_codes"], 0, "{sale:#}");
    }
    (end(&world, &desk).await, world.backend.points())
}

/// A code of the app, which can be used once.
async fn by_code(dies_at: Option<usize>) -> (End, usize) {
    let world = World::with(dies_at, reykjavik).await;
    let desk = begin(&world).await;
    let number = "6912345";
    loop {
        // The code of a request that was lost is used up.
        let shown = world.phone(number).await["app_code"].as_str().unwrap().to_owned();
        desk.identify("app_code", &shown).await;
        let sale = desk.sale().await;
        let wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": "netgiro", "confirmation": "manual"});
        try_to(&desk, "/sale/payment", wish).await;
        if desk.sale().await["payment"].is_null() {
            continue;
        }
        let sale = settled(&desk).await;
        if sale["payment"]["phase"] == "paid" {
            break;
        }
        assert_eq!(sale["payment"]["problem"]["key"], "lost_request", "{sale:#}");
    }
    (end(&world, &desk).await, world.backend.points())
}

/// Dies at every point, and ends as if nothing had happened.
async fn dies_everywhere(journey: impl AsyncFn(Option<usize>) -> (End, usize)) {
    let (undisturbed, points) = journey(None).await;
    assert_eq!((&undisturbed.phase, undisturbed.carts_paid), (&json!("paid"), 1));
    for dies_at in 0..points {
        let (end, _) = journey(Some(dies_at)).await;
        assert_eq!(end, undisturbed, "the process died at point {dies_at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_read_out_survives_a_death_at_any_point() {
    dies_everywhere(by_kennitala).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_of_the_app_pays_once_whenever_the_server_dies() {
    dies_everywhere(by_code).await;
}
