//! The day's list over midnight: each branch has the day of its own clocks, and money belongs to the day on which it moved.

use crate::desk::{Desk, Money, at_vipps, tap};
use crate::world::World;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

const NUMBER: &str = "4791234567";

/// Half a minute before the next midnight in Oslo; the date that ends then.
fn shortly_before_midnight(world: &World) -> Date {
    let zone = TimeZone::get("Europe/Oslo").unwrap();
    let today = Timestamp::now().to_zoned(zone.clone()).date();
    let midnight = today.tomorrow().unwrap().to_zoned(zone).unwrap().timestamp();
    let left = midnight.duration_since(Timestamp::now()).as_secs();
    // Of a night with too little left of it, the next one.
    let (left, date) = if left > 120 {
        (left, today)
    } else {
        (left + 86_400, today.checked_add(1.day()).unwrap())
    };
    world.pass(left - 60);
    date
}

async fn day(desk: &Desk<'_>, date: &str) -> Value {
    desk.insist("GET", &format!("/day?date={date}"), None).await
}

/// Sales, taken and given back.
fn sums(day: &Value) -> (usize, i64, i64) {
    let total = |field: &str| {
        let totals = day["totals"].as_array().unwrap().iter();
        totals.map(|total| total[field].as_i64().unwrap()).sum()
    };
    (
        day["sales"].as_array().unwrap().len(),
        total("captured_minor"),
        total("refunded_minor"),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_belongs_to_the_day_of_the_branchs_clocks_on_which_it_moved() {
    let world = World::with(None, crate::desk::two_branches).await;
    let old = shortly_before_midnight(&world);
    let new = old.tomorrow().unwrap();
    let (old, new) = (old.to_string(), new.to_string());
    let desk = Desk::oslo(&world).await;
    let icelandic = Desk::reykjavik(&world).await;
    desk.identify("phone", "912 34 567").await;
    desk.ring_up("skyr-plain", 2).await;
    let asked = desk.ask_for_payment("vipps", json!({})).await;
    assert_eq!(day(&desk, "").await["date"], old.as_str());
    // Asked before midnight, paid after it.
    world.pass(120);
    assert_eq!(day(&desk, "").await["date"], new.as_str());
    // Further west it is not midnight yet.
    assert_eq!(day(&icelandic, "").await["date"], old.as_str());
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_phase("paid").await;
    let total = asked["total_minor"].as_i64().unwrap();
    let listed = crate::world::until("the booking", async || {
        let listed = day(&desk, &new).await;
        (sums(&listed).1 == total).then_some(listed)
    })
    .await;
    assert_eq!(sums(&listed), (1, total, 0));
    assert_eq!(
        sums(&day(&desk, &old).await),
        (1, 0, 0),
        "begun then, and paid later"
    );
    let sale = desk.sale().await;
    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    let refund = json!({"request_id": "a-piece-comes-back", "amount_minor": 100});
    desk.insist("POST", &path, Some(refund)).await;
    desk.until_phase("partly_refunded").await;
    desk.press("/sale/finish").await;
    crate::world::until("the booking", async || {
        (sums(&day(&desk, &new).await) == (1, total, 100)).then_some(())
    })
    .await;
    assert_eq!(
        at_vipps(&world).await,
        Money {
            captured: total,
            refunded: 100
        }
    );
    for (date, net) in [(&old, 0), (&new, total - 100)] {
        let path = format!("/day/compare?date={date}");
        let compared = desk.insist("POST", &path, None).await;
        let of_wallet = &compared["totals"][0];
        assert_eq!(of_wallet["provider_net_minor"], net, "{date}: {compared:#}");
        assert_eq!(of_wallet["not_compared"], 0, "{date}");
    }
}
