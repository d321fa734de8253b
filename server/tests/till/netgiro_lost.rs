//! Netgíró, and a payment of which nobody tells the till: the customer's word was enough, and neither the answer to the
//! request nor the callback arrived. The cashier looks in Netgíró's portal, and says what stands there.

use crate::desk::{Desk, at_netgiro, fault, in_tables, request_on_phone, shown, tap};
use crate::netgiro_desk::{
    assert_agrees, carts_of, no_faults, reserved, reykjavik, time_passes_at_netgiro, told,
};
use crate::world::{World, until};
use karfa::config::{Config, Generation};
use serde_json::{Value, json};

const NUMBER: &str = "6912345";
/// How long the till waits for a callback.
const ELEVEN_MINUTES: u32 = 11 * 60 + 1;

fn second_generation(config: &mut Config) {
    reykjavik(config);
    for branch in config.stores.iter_mut().flat_map(|store| &mut store.branches) {
        if let Some(account) = &mut branch.netgiro {
            account.generation = Generation::V2;
        }
    }
}

fn can(sale: &Value, action: &str) -> bool {
    sale["can"].as_array().unwrap().contains(&json!(action))
}

/// The sale of a customer who may have been asked: the answer is lost, and whatever callback comes too.
async fn lost(desk: &Desk<'_>, call: &str) -> Value {
    let world = desk.world;
    desk.identify("phone", NUMBER).await;
    desk.ring_up("skyr-plain", 1).await;
    for call in [
        call,
        "netgiro.callback",
        "netgiro.v2.callback",
        "netgiro.v2.callback",
    ] {
        fault(world, json!({"call": call, "kind": "drop_after", "times": 1})).await;
    }
    for call in ["netgiro.callback", "netgiro.v2.callback", "netgiro.v2.callback"] {
        fault(world, json!({"call": call, "kind": "drop_before", "times": 1})).await;
    }
    let sale = desk
        .ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    assert_eq!(sale["payment"]["checking"], "request", "{sale:#}");
    sale
}

/// Waits until the till has given up waiting for a callback.
async fn until_lost(desk: &Desk<'_>) -> Value {
    desk.world.pass(ELEVEN_MINUTES.into());
    desk.until_sale("the end of the waiting", |sale| {
        sale["payment"]["problem"]["key"] == "lost_automatic"
    })
    .await
}

fn word(sale: &Value) -> String {
    format!("/sales/{}/looked-up", sale["id"].as_str().unwrap())
}

/// The day's row of a sale.
/// Waits until the day's row of a sale says whether it is being checked: a row is written a moment after its sale.
async fn until_checking(desk: &Desk<'_>, sale: &Value, checking: bool) {
    until("the day's row", async || {
        let day = desk.insist("GET", "/day", None).await;
        let mut rows = day["sales"].as_array().unwrap().iter();
        let row = rows.find(|row| row["id"] == sale["id"]).unwrap();
        (row["checking"] == checking).then_some(())
    })
    .await;
}

async fn compared(desk: &Desk<'_>) -> Value {
    desk.insist("POST", "/day/compare", None).await["totals"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_the_portal_has_is_taken_over_by_its_id() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let sale = lost(&desk, "netgiro.insert_cart").await;
    tap(&world, NUMBER, "payment", "approve").await;
    let total = sale["total_minor"].as_i64().unwrap();
    until("the money", async || {
        (at_netgiro(&world).await.captured == total).then_some(())
    })
    .await;
    let sale = until_lost(&desk).await;

    // Not known is not "failed": nobody is asked a second time, and the day says so.
    assert_eq!(shown(&sale).captured, 0, "{sale:#}");
    assert!(!can(&sale, "request") && !can(&sale, "discard"), "{sale:#}");
    let again = json!({"sale": sale["id"], "amount_minor": total, "wallet": "netgiro"});
    assert_eq!(
        desk.refused("POST", "/sale/payment", Some(again)).await,
        "payment_under_way"
    );
    until_checking(&desk, &sale, true).await;
    assert_eq!(compared(&desk).await["not_compared"], 1);

    // Only the id of this very payment counts.
    let nothing_of_ours = told(&sale, &json!("00000000-0000-4000-8000-000000000000"));
    assert_eq!(
        desk.refused("POST", &word(&sale), Some(nothing_of_ours)).await,
        "not_this_payment"
    );
    let cart = carts_of(&world, &sale).await.remove(0);
    let found = told(&sale, &cart["transaction_id"]);
    desk.insist("POST", &word(&sale), Some(found)).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["problem"], Value::Null, "{sale:#}");
    assert_agrees(&world, &sale, "found in the portal").await;
    until_checking(&desk, &sale, false).await;
    let day = compared(&desk).await;
    assert_eq!(
        (&day["provider_net_minor"], &day["not_compared"]),
        (&json!(total), &json!(0))
    );

    // It is a payment like any other.
    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    let back = json!({"request_id": "all-of-it-back", "amount_minor": total});
    desk.insist("POST", &path, Some(back)).await;
    let sale = desk.until_phase("refunded").await;
    assert_agrees(&world, &sale, "given back").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sees_the_request_in_the_portal_need_not_wait_eleven_minutes() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let sale = lost(&desk, "netgiro.insert_cart").await;
    assert!(
        can(&sale, "enter_transaction") && !can(&sale, "tell_unpaid"),
        "{sale:#}"
    );
    let nothing = told(&sale, &Value::Null);
    assert_eq!(
        desk.refused("POST", &word(&sale), Some(nothing)).await,
        "may_be_paid_yet",
        "the customer may agree a moment later"
    );
    let cart = carts_of(&world, &sale).await.remove(0);
    let found = told(&sale, &cart["transaction_id"]);
    desk.insist("POST", &word(&sale), Some(found)).await;
    let sale = desk.until_phase("awaiting_customer").await;
    assert!(can(&sale, "cancel"), "it has a name now: {sale:#}");
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_agrees(&world, &sale, "found at once").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_sales_payment_does_not_pay_this_one() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", NUMBER).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(&world, NUMBER, "payment", "approve").await;
    let first = desk.until_phase("paid").await;
    let cart = carts_of(&world, &first).await.remove(0);
    desk.press("/sale/finish").await;
    let second = lost(&desk, "netgiro.insert_cart").await;
    let found = told(&second, &cart["transaction_id"]);
    assert_eq!(
        desk.refused("POST", &word(&second), Some(found)).await,
        "not_this_payment"
    );
    assert_eq!(shown(&desk.sale().await).captured, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_portal_does_not_have_is_asked_for_again_on_the_cashiers_word() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let first = lost(&desk, "netgiro.insert_cart").await;
    time_passes_at_netgiro(&world, ELEVEN_MINUTES).await;
    until_lost(&desk).await;
    let sale = desk
        .insist("POST", &word(&first), Some(told(&first, &Value::Null)))
        .await;
    assert_eq!(sale["payment"]["phase"], "failed", "{sale:#}");
    assert_eq!(sale["payment"]["problem"]["key"], "looked_unpaid");
    assert!(can(&sale, "request"));
    let words = world
        .count("select count(*) from journal where event like '%\"told_by\":\"gudrun\"%'")
        .await;
    assert_eq!(words, 1, "whose word it was is kept");
    world.sandbox("DELETE", "/control/faults", None).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_agrees(&world, &sale, "asked again").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_comes_late_hits_no_other_attempt() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let first = lost(&desk, "netgiro.insert_cart").await;
    until_lost(&desk).await;
    let unpaid = told(&first, &Value::Null);
    desk.insist("POST", &word(&first), Some(unpaid.clone())).await;
    world.sandbox("DELETE", "/control/faults", None).await;
    for call in ["netgiro.insert_cart", "netgiro.callback"] {
        fault(&world, json!({"call": call, "kind": "drop_after"})).await;
    }
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    let second = until_lost(&desk).await;
    assert_ne!(second["payment"]["reference"], first["payment"]["reference"]);
    // A window that still showed the first one.
    assert_eq!(
        desk.refused("POST", &word(&first), Some(unpaid)).await,
        "not_lost"
    );
    let cart = carts_of(&world, &second).await.remove(1);
    let of_the_first = told(&first, &cart["transaction_id"]);
    assert_eq!(
        desk.refused("POST", &word(&first), Some(of_the_first)).await,
        "not_lost"
    );
    let sale = desk.sale().await;
    assert_eq!(sale["payment"]["phase"], "requested", "nobody said so: {sale:#}");
    let of_the_second = told(&second, &cart["transaction_id"]);
    desk.insist("POST", &word(&second), Some(of_the_second)).await;
    // Its time is over, and it has a name to take it back by.
    desk.until_phase("cancelled").await;
    let words = world
        .count("select count(*) from journal where event like '%\"event\":\"named\"%\"told_by\":\"gudrun\"%'")
        .await;
    assert_eq!(words, 1, "whose word it was is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_was_wrong_is_taken_back_by_the_id() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let sale = lost(&desk, "netgiro.insert_cart").await;
    tap(&world, NUMBER, "payment", "approve").await;
    until_lost(&desk).await;
    let wrong = desk
        .insist("POST", &word(&sale), Some(told(&sale, &Value::Null)))
        .await;
    assert!(
        can(&wrong, "enter_transaction") && !can(&wrong, "tell_unpaid"),
        "{wrong:#}"
    );
    let cart = carts_of(&world, &sale).await.remove(0);
    let found = told(&sale, &cart["transaction_id"]);
    desk.insist("POST", &word(&sale), Some(found)).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["problem"], Value::Null, "{sale:#}");
    assert!(!can(&sale, "request"), "{sale:#}");
    assert_agrees(&world, &sale, "the word was wrong").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_of_which_nobody_knows_makes_room_for_the_next_customer_and_stays_in_sight() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let sale = lost(&desk, "netgiro.insert_cart").await;
    assert!(can(&sale, "finish"), "{sale:#}");
    tap(&world, NUMBER, "payment", "approve").await;
    desk.press("/sale/finish").await;
    assert_eq!(desk.sale().await, Value::Null);
    world.pass(ELEVEN_MINUTES.into());
    let path = format!("/sales/{}", sale["id"].as_str().unwrap());
    let lost = until("the end of the waiting", async || {
        let sale = desk.insist("GET", &path, None).await;
        (sale["payment"]["problem"]["key"] == "lost_automatic").then_some(sale)
    })
    .await;
    assert!(
        can(&lost, "enter_transaction") && can(&lost, "tell_unpaid"),
        "{lost:#}"
    );
    until_checking(&desk, &sale, true).await;
    // The sale was given up: what turns out to be paid goes back.
    let cart = carts_of(&world, &sale).await.remove(0);
    let found = told(&sale, &cart["transaction_id"]);
    desk.insist("POST", &word(&sale), Some(found)).await;
    let given_back = until("the money to go back", async || {
        world.pass(1);
        let sale = desk.insist("GET", &path, None).await;
        (sale["payment"]["phase"] == "refunded").then_some(sale)
    })
    .await;
    assert_agrees(&world, &given_back, "given back").await;
    until_checking(&desk, &sale, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_that_comes_after_all_ends_the_doubt() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", NUMBER).await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    fault(
        &world,
        json!({"call": "netgiro.insert_cart", "kind": "drop_after", "times": 1}),
    )
    .await;
    fault(
        &world,
        json!({"call": "netgiro.callback", "kind": "hold", "times": 1}),
    )
    .await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(&world, NUMBER, "payment", "approve").await;
    let held = until("a held callback", async || {
        let (_, held) = world.sandbox("GET", "/control/held", None).await;
        held["held"][0]["id"].as_u64()
    })
    .await;
    until_lost(&desk).await;
    let path = format!("/control/held/{held}/release");
    world.sandbox("POST", &path, None).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(shown(&sale).captured, total);
    assert_agrees(&world, &sale, "the callback").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_generations_portal_names_a_payment_too() {
    let world = World::with(None, second_generation).await;
    let desk = Desk::reykjavik(&world).await;
    let sale = lost(&desk, "netgiro.v2.payment").await;
    request_on_phone(&world, NUMBER, "payment").await;
    let cart = carts_of(&world, &sale).await.remove(0);
    let found = told(&sale, &cart["transaction_id"]);
    desk.insist("POST", &word(&sale), Some(found)).await;
    desk.until_phase("awaiting_customer").await;
    world.sandbox("DELETE", "/control/faults", None).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_agrees(&world, &sale, "found").await;
    assert_eq!(in_tables(&world).await, at_netgiro(&world).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_that_nobody_waits_for_any_more_is_refused_and_not_kept_from_the_customer() {
    let world = World::with(None, second_generation).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", NUMBER).await;
    desk.ring_up("skyr-plain", 1).await;
    fault(
        &world,
        json!({"call": "netgiro.v2.payment", "kind": "drop_after", "times": 1}),
    )
    .await;
    let sale = desk
        .ask_for_payment("netgiro", json!({"confirmation": "manual"}))
        .await;
    assert_eq!(sale["payment"]["problem"]["key"], "lost_request", "{sale:#}");
    tap(&world, NUMBER, "payment", "approve").await;
    until("the end of the reservation", async || {
        let carts = carts_of(&world, &sale).await;
        (carts[0]["status"] == "cancelled").then_some(())
    })
    .await;
    assert_eq!(reserved(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_netgiro_takes_back_after_two_lost_callbacks_is_shown_as_given_back() {
    let world = World::with(None, second_generation).await;
    let desk = Desk::reykjavik(&world).await;
    // Netgíró's word of the end arrives, or does not.
    for (refused, is_told) in [("drop_before", false), ("tamper_signature", true)] {
        desk.identify("phone", NUMBER).await;
        let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
            .as_i64()
            .unwrap();
        let callback = "netgiro.v2.callback";
        fault(
            &world,
            json!({"call": callback, "kind": "delay", "ms": 800, "times": 2}),
        )
        .await;
        fault(&world, json!({"call": callback, "kind": refused, "times": 2})).await;
        if !is_told {
            let told = json!({"call": "netgiro.v2.callback_cancel", "kind": "drop_before", "times": 2});
            fault(&world, told).await;
        }
        desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
            .await;
        // The status call says "confirmed" while Netgíró still calls, and the customer goes.
        let ((), sale) = tokio::join!(
            tap(&world, NUMBER, "payment", "approve"),
            until("the status", async || {
                let sale = desk.press("/sale/payment/check").await;
                (sale["payment"]["phase"] == "paid").then_some(sale)
            })
        );
        assert_eq!(shown(&sale).captured, total, "{sale:#}");
        desk.press("/sale/finish").await;
        let path = format!("/sales/{}", sale["id"].as_str().unwrap());
        let sale = until("the truth", async || {
            if !is_told && at_netgiro(&world).await.refunded > in_tables(&world).await.refunded {
                world.pass(5);
            }
            let sale = desk.insist("GET", &path, None).await;
            (sale["payment"]["phase"] == "refunded").then_some(sale)
        })
        .await;
        assert_eq!(sale["payment"]["problem"]["key"], "undone", "{sale:#}");
        assert_agrees(&world, &sale, "undone").await;
        let day = compared(&desk).await;
        let net = day["captured_minor"].as_i64().unwrap() - day["refunded_minor"].as_i64().unwrap();
        assert_eq!((net, &day["provider_net_minor"]), (0, &json!(0)), "{day:#}");
        no_faults(&world).await;
    }
}
