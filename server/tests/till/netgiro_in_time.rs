//! Netgíró, and time: how often it is asked, and what becomes of a payment that nobody answers and Netgíró keeps open.

use crate::desk::{Desk, fault, request_on_phone, tap};
use crate::netgiro_desk::{assert_agrees, carts_of, kennitala, no_faults, reykjavik};
use crate::world::{World, until};
use karfa::config::{Config, Generation};
use serde_json::json;

const NUMBER: &str = "8223281";
/// Ten minutes, and one for clocks that differ.
const TIME_TO_ANSWER_S: i64 = 661;

fn second_generation(config: &mut Config) {
    reykjavik(config);
    for branch in config.stores.iter_mut().flat_map(|store| &mut store.branches) {
        if let Some(account) = &mut branch.netgiro {
            account.generation = Generation::V2;
        }
    }
}

/// How long after the look before the next one in the chain comes, in tenths of a second.
async fn pause(world: &World) -> Option<i64> {
    let sql = "select coalesce(max((due - created + 50000) / 100000), -1) from outbox \
               where effect_name = 'look' and effect like '%pause_ms%'";
    Some(world.count(sql).await).filter(|tenths| *tenths >= 0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn netgiro_is_asked_at_the_pace_that_it_names() {
    type Configure = fn(&mut Config);
    let paces: [(Configure, u32, i64); 4] = [
        (reykjavik, 700, 7),
        (reykjavik, 8_000, 80),
        (second_generation, 700, 7),
        (second_generation, 8_000, 80),
    ];
    for (configure, pace_ms, tenths) in paces {
        let world = World::with(None, configure).await;
        let pace = json!({"milliseconds": pace_ms});
        world.sandbox("POST", "/control/netgiro/pace", Some(pace)).await;
        let desk = Desk::reykjavik(&world).await;
        desk.identify("phone", "822 3281").await;
        desk.ring_up("skyr-plain", 1).await;
        desk.ask_for_payment("netgiro", json!({"confirmation": "manual"}))
            .await;
        let first = until("the first look to be planned", async || pause(&world).await).await;
        assert_eq!(first, 50, "{pace_ms} ms");
        world.pass(5);
        let next = until("the next look to be planned", async || {
            pause(&world).await.filter(|tenths| *tenths != first)
        })
        .await;
        assert_eq!(next, tenths, "{pace_ms} ms");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_answers_in_time_is_taken_back_at_netgiro() {
    for by in ["automatic", "manual", "server_callback"] {
        for (kind, waits_for) in [("phone", "payment"), ("national_id", "sms")] {
            let world = World::with(None, reykjavik).await;
            let desk = Desk::reykjavik(&world).await;
            let (typed, number) = named(kind);
            desk.identify(kind, &typed).await;
            desk.ring_up("skyr-plain", 1).await;
            desk.ask_for_payment("netgiro", json!({"confirmation": by})).await;
            request_on_phone(&world, &number, waits_for).await;
            // Its first answer may be lost.
            let lost = json!({"call": "netgiro.cancel_cart", "kind": "drop_after", "times": 1});
            fault(&world, lost).await;
            world.pass(TIME_TO_ANSWER_S);
            let sale = desk.until_phase("cancelled").await;
            no_faults(&world).await;
            let carts = carts_of(&world, &sale).await;
            assert_eq!(carts[0]["status"], "cancelled", "{kind} {by}: {carts:#?}");
            assert_eq!(world.phone(&number).await["inbox"], json!([]), "{kind} {by}");
            assert_agrees(&world, &sale, by).await;
            assert!(sale["can"].as_array().unwrap().contains(&json!("request")));
        }
    }
}

fn named(kind: &str) -> (String, String) {
    if kind == "phone" {
        return ("822 3281".to_owned(), NUMBER.to_owned());
    }
    let ssn = kennitala(1);
    let number = format!("6{}", &ssn[4..]);
    (ssn, number)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_pays_while_the_till_takes_it_back_has_paid() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"].clone();
    fault(&world, json!({"call": "netgiro.callback", "kind": "drop_before"})).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    request_on_phone(&world, NUMBER, "payment").await;
    let lost = json!({"call": "netgiro.cancel_cart", "kind": "drop_before", "times": 1});
    fault(&world, lost).await;
    world.pass(TIME_TO_ANSWER_S);
    until("the cancellation to be lost", async || {
        let (_, log) = world.sandbox("GET", "/control/calls", None).await;
        let calls = log["calls"].as_array()?;
        calls
            .iter()
            .find(|call| call["call"] == "netgiro.cancel_cart")
            .map(drop)
    })
    .await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["captured_minor"], total);
    assert_eq!(sale["payment"]["problem"]["key"], "paid_already", "{sale:#}");
    assert_eq!(carts_of(&world, &sale).await[0]["paid"], total);
    assert_agrees(&world, &sale, "the end").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn until_it_can_be_read_a_cart_that_is_confirmed_already_is_neither_cancelled_nor_paid() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    desk.ring_up("skyr-plain", 1).await;
    fault(&world, json!({"call": "netgiro.callback", "kind": "drop_before"})).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    let unreadable = json!({"call": "netgiro.check_cart", "kind": "fail", "status": 503});
    fault(&world, unreadable).await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.press("/sale/payment/cancel").await;
    let doubtful = desk
        .until_sale("the cancellation to be in doubt", |sale| {
            sale["payment"]["checking"] == "cancel"
        })
        .await;
    assert_eq!(doubtful["payment"]["captured_minor"], 0);
    world.sandbox("DELETE", "/control/faults", None).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["problem"]["key"], "paid_already", "{sale:#}");
    assert_agrees(&world, &sale, "the end").await;
}
