//! What is left of a sale when it is over: its money, and nobody's number.

use crate::desk::{Desk, tap, two_branches};
use crate::netgiro_desk::{kennitala, reykjavik};
use crate::world::{World, until};
use serde_json::json;

const NUMBER: &str = "4791234567";
const KEPT: &str = "select count(*) from sale_customer";

async fn nobody_is_kept(world: &World) {
    until("the customer to be forgotten", async || {
        (world.count(KEPT).await == 0).then_some(())
    })
    .await;
}

/// Nothing is to be done any more, and nothing has died.
pub(crate) async fn all_is_done(world: &World) {
    until("an empty outbox", async || {
        (world
            .count("select count(*) from outbox where effect_name not like '%look%'")
            .await
            == 0)
            .then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_the_customer_was_is_forgotten_when_the_sale_is_over() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::sign_in(&world, "reykjavik", "1", "jon").await;
    desk.identify("phone", "822 3281").await;
    desk.ring_up("skyr-plain", 1).await;
    assert_eq!(world.count(KEPT).await, 1);
    desk.ask_for_payment("netgiro", json!({})).await;
    tap(&world, "8223281", "payment", "approve").await;
    desk.until_phase("paid").await;
    assert_eq!(world.count(KEPT).await, 1, "the sale is on the desk");
    desk.press("/sale/finish").await;
    nobody_is_kept(&world).await;

    desk.identify("national_id", &kennitala(1)).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.press("/sale/discard").await;
    nobody_is_kept(&world).await;
    all_is_done(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_may_yet_join_the_club_is_known_for_the_day() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    desk.identify("phone", "912 34 567").await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_phase("paid").await;
    desk.press("/sale/finish").await;
    all_is_done(&world).await;
    assert_eq!(world.count(KEPT).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_of_nothing_is_finished_and_leaves_nothing_undone() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    let sale = desk.ring_up("skyr-plain", 1).await;
    let gift = json!({"edit": "discount", "line": sale["lines"][0]["id"], "discount": {"kind": "percent", "hundredths": 10_000}});
    let edit = json!({"request_id": "a-gift-to-somebody", "edits": [gift]});
    let sale = desk.insist("POST", "/sale/lines", Some(edit)).await["sale"].clone();
    assert_eq!(sale["total_minor"], 0, "{sale:#}");
    desk.press("/sale/finish").await;
    all_is_done(&world).await;
    assert_eq!(world.count("select count(*) from purchase").await, 0);
}
