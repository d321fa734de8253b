//! Vipps MobilePay, and money of which nobody knows whether it was taken while the next customer waits.

use crate::desk::{Desk, at_vipps, fault, in_tables, tap};
use crate::vipps::{reserved, rung_up, world};
use crate::world::{World, until};
use serde_json::{Value, json};

const CAPTURE: &str = "vipps.payment.capture";
const READ: &str = "vipps.payment.read";

fn can(sale: &Value, action: &str) -> bool {
    sale["can"].as_array().unwrap().contains(&json!(action))
}

/// The day's newest row, once nothing of it is unknown and it is in this phase.
async fn until_row(desk: &Desk<'_>, phase: &str) -> Value {
    until(phase, async || {
        let day = desk.insist("GET", "/day", None).await;
        let row = day["sales"][0].clone();
        (row["phase"] == phase && row["checking"] == false).then_some(row)
    })
    .await
}

fn path_of(sale: &Value) -> String {
    format!("/sales/{}", sale["id"].as_str().unwrap())
}

/// Reads a sale of the day's list until it is as it should be; time goes by meanwhile.
async fn until_listed(desk: &Desk<'_>, path: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    until(what, async || {
        desk.world.pass(5);
        let sale = desk.insist("GET", path, None).await;
        is_so(&sale).then_some(sale)
    })
    .await
}

/// The customer has agreed, the cashier takes the money, and from then on Vipps MobilePay tells nothing. The sale then.
async fn taken_in_the_dark(desk: &Desk<'_>, capture: Value) -> (i64, Value) {
    let (total, _) = reserved(desk.world, desk).await;
    fault(desk.world, capture).await;
    fault(
        desk.world,
        json!({"call": CAPTURE, "kind": "fail", "status": 500}),
    )
    .await;
    fault(desk.world, json!({"call": READ, "kind": "fail", "status": 500})).await;
    let take = json!({"amount_minor": total});
    let asked = desk.ask("POST", "/sale/payment/capture", Some(take)).await;
    assert!(asked.unwrap().0.is_success());
    let sale = desk
        .until_sale("the doubt", |sale| sale["payment"]["checking"] == "capture")
        .await;
    (total, sale)
}

/// Everything works again.
async fn all_is_well(world: &World) {
    world.sandbox("DELETE", "/control/faults", None).await;
}

/// A capture of which the answer is lost.
fn done_unheard() -> Value {
    json!({"call": CAPTURE, "kind": "drop_after", "times": 1})
}

/// A capture that does not arrive.
fn not_done() -> Value {
    json!({"call": CAPTURE, "kind": "fail", "status": 500, "times": 1})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_was_taken_unheard_keeps_no_customer_waiting_and_is_counted_once_it_is_known() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    for capture in [done_unheard(), not_done()] {
        let before = in_tables(&world).await.captured;
        let (total, sale) = taken_in_the_dark(&desk, capture).await;
        assert!(can(&sale, "finish") && !can(&sale, "cancel"), "{sale:#}");
        desk.press("/sale/finish").await;
        assert_eq!(desk.sale().await, Value::Null);
        // The next customer is served at this till.
        desk.ring_up("skyr-plain", 1).await;
        desk.press("/sale/discard").await;

        let aside = desk.insist("GET", &path_of(&sale), None).await;
        assert_eq!(aside["payment"]["checking"], "capture", "{aside:#}");
        let row = desk.insist("GET", "/day", None).await["sales"][0].clone();
        assert_eq!(
            (&row["id"], &row["checking"], &row["captured_minor"]),
            (&sale["id"], &json!(true), &json!(0))
        );
        assert_eq!(
            in_tables(&world).await.captured,
            before,
            "not counted before it is known"
        );

        all_is_well(&world).await;
        let paid = until_listed(&desk, &path_of(&sale), "the end", |sale| {
            sale["payment"]["phase"] == "paid" && sale["payment"]["checking"].is_null()
        })
        .await;
        assert_eq!(paid["payment"]["captured_minor"], total);
        until("the booking", async || {
            (in_tables(&world).await == at_vipps(&world).await).then_some(())
        })
        .await;
        assert_eq!(in_tables(&world).await.captured, before + total);
        assert_eq!(in_tables(&world).await.refunded, 0, "it is kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_members_purchase_is_booked_once_when_the_money_is_known() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    desk.press("/sale/enrolment").await;
    tap(&world, crate::vipps::NUMBER, "consent", "approve").await;
    desk.until_sale("the member", |sale| {
        sale["customer"]["membership"]["state"] == "member"
    })
    .await;
    desk.press("/sale/discard").await;
    let (total, sale) = taken_in_the_dark(&desk, done_unheard()).await;
    desk.press("/sale/finish").await;
    assert_eq!(world.count("select count(*) from purchase").await, 0);
    all_is_well(&world).await;
    until_listed(&desk, &path_of(&sale), "the end", |sale| {
        sale["payment"]["phase"] == "paid"
    })
    .await;
    until("the purchase", async || {
        (world.count("select count(*) from purchase").await == 1).then_some(())
    })
    .await;
    assert_eq!(world.count("select sum(amount_minor) from purchase").await, total);
    until("nobody to be known", async || {
        (world.count("select count(*) from sale_customer").await == 0).then_some(())
    })
    .await;
}

/// A sale that left the desk with its capture unknown; the provider refused it for good in the end.
async fn refused_after_all(desk: &Desk<'_>) -> (i64, Value) {
    let (total, sale) = taken_in_the_dark(desk, not_done()).await;
    desk.press("/sale/finish").await;
    all_is_well(desk.world).await;
    let refusal = json!({"call": CAPTURE, "kind": "fail", "status": 400, "error_code": "6260", "times": 1});
    fault(desk.world, refusal).await;
    let path = path_of(&sale);
    let sale = until_listed(desk, &path, "the refusal", |sale| {
        sale["payment"]["phase"] == "authorised"
    })
    .await;
    assert_eq!(sale["payment"]["problem"]["key"], "vipps.6260", "{sale:#}");
    assert_eq!(sale["payment"]["checking"], Value::Null, "it is known: {sale:#}");
    assert!(can(&sale, "capture") && can(&sale, "cancel"), "{sale:#}");
    let row = until_row(desk, "authorised").await;
    assert_eq!(row["captured_minor"], 0);
    (total, sale)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_taken_stays_reserved_and_is_taken_from_the_days_list() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, sale) = refused_after_all(&desk).await;
    let path = format!("{}/capture", path_of(&sale));
    let too_much = json!({"amount_minor": total + 1});
    assert_eq!(
        desk.refused("POST", &path, Some(too_much)).await,
        "not_to_capture"
    );
    let all = json!({"amount_minor": total});
    desk.insist("POST", &path, Some(all)).await;
    let paid = until_listed(&desk, &path_of(&sale), "the money", |sale| {
        sale["payment"]["phase"] == "paid"
    })
    .await;
    crate::desk::assert_money(&world, &paid, total, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_taken_is_released_from_the_days_list() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (_, sale) = refused_after_all(&desk).await;
    desk.insist("POST", &format!("{}/cancel", path_of(&sale)), None)
        .await;
    let released = until_listed(&desk, &path_of(&sale), "the release", |sale| {
        sale["payment"]["phase"] == "cancelled"
    })
    .await;
    assert!(!can(&released, "capture"), "{released:#}");
    crate::desk::assert_money(&world, &released, 0, 0).await;
    until_row(&desk, "cancelled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_taken_stands_in_the_list_of_every_day_until_somebody_decides() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (_, sale) = refused_after_all(&desk).await;
    let begun = desk.insist("GET", "/day", None).await;
    assert_eq!(begun["sales"][0]["date"], Value::Null, "{begun:#}");
    world.pass(3 * 86_400);
    let desk = Desk::oslo(&world).await;
    let listed = async || {
        let day = desk.insist("GET", "/day", None).await;
        let rows = day["sales"].as_array().unwrap().iter();
        rows.map(|row| (row["id"].clone(), row["date"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed().await, [(sale["id"].clone(), begun["date"].clone())]);
    desk.insist("POST", &format!("{}/cancel", path_of(&sale)), None)
        .await;
    until("the release", async || listed().await.is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_sale_on_a_desk_nobody_decides_elsewhere() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, sale) = reserved(&world, &desk).await;
    let listed = desk.insist("GET", &path_of(&sale), None).await;
    assert!(!can(&listed, "capture") && !can(&listed, "cancel"), "{listed:#}");
    for (word, body) in [
        ("capture", Some(json!({"amount_minor": total}))),
        ("cancel", None),
    ] {
        let path = format!("{}/{word}", path_of(&sale));
        assert_eq!(desk.refused("POST", &path, body).await, "on_a_desk");
    }
    let same = desk.sale().await;
    assert_eq!(same["payment"]["phase"], "authorised");
    assert!(can(&same, "capture") && can(&same, "cancel"), "{same:#}");
    desk.insist(
        "POST",
        "/sale/payment/capture",
        Some(json!({"amount_minor": total})),
    )
    .await;
    desk.until_phase("paid").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_branch_takes_and_releases_nothing() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, sale) = refused_after_all(&desk).await;
    let elsewhere = Desk::reykjavik(&world).await;
    for (word, body) in [
        ("capture", Some(json!({"amount_minor": total}))),
        ("cancel", None),
    ] {
        let path = format!("{}/{word}", path_of(&sale));
        assert_eq!(elsewhere.refused("POST", &path, body).await, "not_found");
    }
    let same = desk.insist("GET", &path_of(&sale), None).await;
    assert_eq!(same["payment"]["phase"], "authorised");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_being_taken_as_it_should_does_not_leave_the_desk() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, _) = reserved(&world, &desk).await;
    let slow = json!({"call": CAPTURE, "kind": "delay", "ms": 600, "times": 1});
    fault(&world, slow).await;
    let take = json!({"amount_minor": total});
    let (_, ()) = tokio::join!(desk.ask("POST", "/sale/payment/capture", Some(take)), async {
        let sale = desk
            .until_sale("the capture", |sale| sale["payment"]["phase"] == "capturing")
            .await;
        assert!(!can(&sale, "finish"), "{sale:#}");
        assert_eq!(desk.refused("POST", "/sale/finish", None).await, "not_settled");
    });
    desk.until_phase("paid").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_cannot_be_taken_yet_is_told_to_a_page_that_is_loaded_anew() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, _) = reserved(&world, &desk).await;
    fault(
        &world,
        json!({"call": CAPTURE, "kind": "fail", "status": 400, "error_code": "6280"}),
    )
    .await;
    let part = json!({"amount_minor": total - 700});
    desk.insist("POST", "/sale/payment/capture", Some(part.clone()))
        .await;
    let sale = desk
        .until_sale("6280", |sale| sale["payment"]["problem"]["key"] == "vipps.6280")
        .await;
    assert_eq!(sale["payment"]["capturing_minor"], total - 700, "{sale:#}");
    let all = json!({"amount_minor": total});
    assert_eq!(
        desk.refused("POST", "/sale/payment/capture", Some(all)).await,
        "not_to_capture"
    );
    all_is_well(&world).await;
    desk.insist("POST", "/sale/payment/capture", Some(part)).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["capturing_minor"], Value::Null, "{sale:#}");
    crate::desk::assert_money(&world, &sale, total - 700, 0).await;
}
