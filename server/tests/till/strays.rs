//! Netgíró, and money of a payment that nobody waited for any more and that could not be given back: it stands in the day's
//! list until a cashier has had it given back.

use crate::desk::{Desk, at_netgiro, fault, in_tables, tap};
use crate::netgiro_desk::{carts_of, reykjavik, told};
use crate::world::{PATIENCE, World, until};
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const NUMBER: &str = "8223281";
const REFUND: &str = "netgiro.refund";

/// The day's lines of such money, once they are as they should be; so many seconds go by between two looks, a day and more
/// if need be.
async fn until_lines(
    desk: &Desk<'_>,
    seconds: i64,
    what: &str,
    is_so: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    let deadline = Instant::now() + 4 * PATIENCE;
    while Instant::now() < deadline {
        desk.world.pass(seconds);
        let (status, day) = desk.ask("GET", "/day", None).await.unwrap();
        if status == StatusCode::UNAUTHORIZED {
            // The shift is over, and the next one begins.
            let who = json!({"branch": "reykjavik", "till": "1", "cashier": "gudrun", "pin": "1234"});
            desk.insist("POST", "/session", Some(who)).await;
            continue;
        }
        let lines = day["strays"].as_array().cloned().unwrap();
        if is_so(&lines) {
            return lines;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain for {what}")
}

fn is_kept(lines: &[Value]) -> bool {
    lines.len() == 1 && !lines[0]["problem"].is_null()
}

/// A payment of which no answer came, that somebody has overlooked in the portal, and that the customer had made; another one
/// is asked for in its place. The total, the sale, and the callback that is held back.
async fn overlooked(desk: &Desk<'_>) -> (i64, Value, u64) {
    let world = desk.world;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    for (call, kind) in [
        ("netgiro.insert_cart", "drop_after"),
        ("netgiro.callback", "hold"),
    ] {
        fault(world, json!({"call": call, "kind": kind, "times": 1})).await;
    }
    let sale = desk
        .ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(world, NUMBER, "payment", "approve").await;
    let held = until("a held callback", async || {
        let (_, held) = world.sandbox("GET", "/control/held", None).await;
        held["held"][0]["id"].as_u64()
    })
    .await;
    world.pass(11 * 60 + 1);
    desk.until_sale("the end of the waiting", |sale| {
        sale["can"].as_array().unwrap().contains(&json!("tell_unpaid"))
    })
    .await;
    let word = format!("/sales/{}/looked-up", sale["id"].as_str().unwrap());
    desk.insist("POST", &word, Some(told(&sale, &Value::Null))).await;
    desk.ask_for_payment("netgiro", json!({})).await;
    (total, sale, held)
}

/// Netgíró's call arrives after all.
async fn call_comes(world: &World, held: u64) {
    let path = format!("/control/held/{held}/release");
    world.sandbox("POST", &path, None).await;
}

fn give_back(sale: &Value) -> (String, Option<Value>) {
    let path = format!("/sales/{}/give-back", sale["id"].as_str().unwrap());
    (path, Some(json!({"attempt": 1})))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_could_not_be_given_back_stands_in_the_days_list_until_it_is() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let (total, sale, held) = overlooked(&desk).await;
    fault(&world, json!({"call": REFUND, "kind": "fail", "status": 403})).await;
    call_comes(&world, held).await;
    let line = until_lines(&desk, 1, "the line", is_kept).await.remove(0);
    let cart = carts_of(&world, &sale).await.remove(0);
    assert_eq!(
        line,
        json!({
            "sale": sale["id"],
            "number": sale["number"],
            "attempt": 1,
            "wallet": "netgiro",
            "amount_minor": total,
            "reference": sale["payment"]["reference"],
            "provider_id": cart["transaction_id"],
            "problem": {
                "key": "netgiro.token", "number": "403", "trace_id": null, "offer_code": false, "can_retry": true,
            },
        })
    );
    assert_eq!(in_tables(&world).await, at_netgiro(&world).await, "it is counted");

    // Refused once more, it stays; and with nothing to give back of the newest payment, nothing is.
    let (path, body) = give_back(&sale);
    desk.insist("POST", &path, body.clone()).await;
    until_lines(&desk, 1, "the line again", is_kept).await;
    let newest = json!({"attempt": 2});
    assert_eq!(desk.refused("POST", &path, Some(newest)).await, "not_to_refund");
    // Another day's list has it too: it waits for somebody.
    let other = desk.insist("GET", "/day?date=2026-01-02", None).await;
    assert_eq!(other["strays"].as_array().unwrap().len(), 1, "{other:#}");

    world.sandbox("DELETE", "/control/faults", None).await;
    let (one, two) = tokio::join!(
        desk.insist("POST", &path, body.clone()),
        desk.insist("POST", &path, body.clone())
    );
    assert_eq!((&one["id"], &two["id"]), (&sale["id"], &sale["id"]));
    until_lines(&desk, 1, "no line", <[Value]>::is_empty).await;
    until("the booking", async || {
        (in_tables(&world).await == at_netgiro(&world).await).then_some(())
    })
    .await;
    assert_eq!(at_netgiro(&world).await.refunded, total, "once");
    desk.insist("POST", &path, body).await;
    assert_eq!(at_netgiro(&world).await.refunded, total, "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_have_gone_back_is_asked_for_under_the_same_key() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let (total, sale, held) = overlooked(&desk).await;
    // It goes back, which nobody hears; and then Netgíró lets nobody in for a day.
    fault(&world, json!({"call": REFUND, "kind": "drop_after", "times": 1})).await;
    call_comes(&world, held).await;
    until("the first try", async || {
        (at_netgiro(&world).await.refunded == total).then_some(())
    })
    .await;
    fault(&world, json!({"call": REFUND, "kind": "fail", "status": 403})).await;
    let lines = until_lines(&desk, 0, "the line", |lines| lines.len() == 1).await;
    assert_eq!(lines[0]["problem"], Value::Null, "it is being given back");
    let line = until_lines(&desk, 300, "the end of the tries", is_kept)
        .await
        .remove(0);
    assert_eq!(line["problem"]["key"], "return_unknown", "{line:#}");

    // Refused again, it is no more certain than before.
    let (path, body) = give_back(&sale);
    let asked = desk.ask("POST", &path, body.clone());
    let (asked, lines) = tokio::join!(
        asked,
        until_lines(&desk, 1, "another try", |lines| {
            lines.len() == 1 && lines[0]["problem"].is_null()
        })
    );
    assert!(asked.unwrap().0.is_success(), "{lines:#?}");
    world.sandbox("DELETE", "/control/faults", None).await;
    until_lines(&desk, 300, "no line", <[Value]>::is_empty).await;
    assert_eq!(at_netgiro(&world).await.refunded, total, "once");
    until("the booking", async || {
        (in_tables(&world).await == at_netgiro(&world).await).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_strayed_nothing_is_given_back() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let sale = desk.ring_up("skyr-plain", 1).await;
    let (path, body) = give_back(&sale);
    assert_eq!(desk.refused("POST", &path, body).await, "not_to_refund");
    let day = desk.insist("GET", "/day", None).await;
    assert_eq!(day["strays"], json!([]));
}
