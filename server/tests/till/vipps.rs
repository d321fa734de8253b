//! Vipps MobilePay, from the first scan to the last refund.

use crate::desk::{Desk, assert_money, fault, request_on_phone, scan, tap, two_branches};
use crate::world::{World, until};
use serde_json::{Value, json};

/// The number that [`rung_up`] names.
pub(crate) const NUMBER: &str = "4791234567";
const OTHER_NUMBER: &str = "4798765432";

/// A sale of a known customer, ready to be paid. Its total.
pub(crate) async fn rung_up(desk: &Desk<'_>) -> i64 {
    desk.identify("phone", "912 34 567").await;
    desk.ring_up("skyr-plain", 2).await["total_minor"]
        .as_i64()
        .unwrap()
}

/// Rings up, asks, and the customer agrees: reserved, to be captured by hand. The total and the sale.
pub(crate) async fn reserved(world: &World, desk: &Desk<'_>) -> (i64, Value) {
    let total = rung_up(desk).await;
    desk.ask_for_payment("vipps", json!({"capture_by_hand": true}))
        .await;
    tap(world, NUMBER, "payment", "approve").await;
    (total, desk.until_phase("authorised").await)
}

/// The branches that tests need, and nothing that goes wrong.
pub(crate) async fn world() -> World {
    World::with(None, two_branches).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_on_the_screen_is_scanned_and_paid() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = desk.ring_up("skyr-plain", 2).await["total_minor"]
        .as_i64()
        .unwrap();
    let sale = desk.ask_for_payment("vipps", json!({"by_code": true})).await;
    assert_eq!(sale["payment"]["phase"], "awaiting_customer", "{sale:#}");
    scan(&world, NUMBER, sale["payment"]["code_to_scan"].as_str().unwrap()).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_money(&world, &sale, total, 0).await;
    desk.press("/sale/finish").await;
    assert_eq!(desk.sale().await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanned_customer_pays_and_gets_money_back() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let code = world.phone(NUMBER).await["personal_qr"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"request_id": "a-scan-of-an-app", "text": code});
    let scanned = desk.insist("POST", "/sale/scan", Some(body)).await;
    assert_eq!(scanned["was"], "customer", "{scanned:#}");
    let total = desk.ring_up("mittens-snow", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    let sale = desk.ask_for_payment("vipps", json!({})).await;
    assert_eq!(sale["payment"]["phase"], "awaiting_customer", "{sale:#}");
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_money(&world, &sale, total, 0).await;

    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    let part = json!({"request_id": "a-part-of-it", "amount_minor": 1000});
    let sale = desk.insist("POST", &path, Some(part.clone())).await;
    assert_eq!(sale["payment"]["phase"], "partly_refunded", "{sale:#}");
    assert_money(&world, &sale, total, 1000).await;
    let sale = desk.insist("POST", &path, Some(part)).await;
    assert_money(&world, &sale, total, 1000).await;
    let too_much = json!({"request_id": "more-than-there-is", "amount_minor": total});
    assert_eq!(desk.refused("POST", &path, Some(too_much)).await, "not_to_refund");
    let rest = json!({"request_id": "the-rest-of-it", "amount_minor": total - 1000});
    let sale = desk.insist("POST", &path, Some(rest)).await;
    assert_eq!(sale["payment"]["phase"], "refunded");
    assert_money(&world, &sale, total, total).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_refuses_can_be_asked_again() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = rung_up(&desk).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "reject").await;
    let sale = desk.until_phase("declined").await;
    assert_eq!(sale["payment"]["problem"]["key"], "vipps.aborted", "{sale:#}");
    assert_money(&world, &sale, 0, 0).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_money(&world, &sale, total, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_nobody_answers_expires() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    desk.ask_for_payment("vipps", json!({})).await;
    world
        .sandbox("POST", "/control/clock", Some(json!({"advance_seconds": 660})))
        .await;
    let sale = desk.until_phase("expired").await;
    assert_money(&world, &sale, 0, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_till_takes_a_request_back() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    desk.ask_for_payment("vipps", json!({})).await;
    request_on_phone(&world, NUMBER, "payment").await;
    desk.press("/sale/payment/cancel").await;
    let sale = desk.until_phase("cancelled").await;
    assert_money(&world, &sale, 0, 0).await;
    assert_eq!(world.phone(NUMBER).await["inbox"], json!([]));
    desk.press("/sale/discard").await;
    assert_eq!(desk.sale().await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_is_paying_is_quicker_than_the_cancellation() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = rung_up(&desk).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "open").await;
    let (pressed, ()) = tokio::join!(desk.press("/sale/payment/cancel"), async {
        desk.until_sale("6250", |sale| sale["payment"]["problem"]["key"] == "vipps.6250")
            .await;
        tap(&world, NUMBER, "payment", "approve").await;
    });
    let sale = desk
        .until_sale("an end", |sale| {
            let phase = &sale["payment"]["phase"];
            (phase == "cancelled" || phase == "paid") && sale["payment"]["cancelling"] == false
        })
        .await;
    // Authorised in between, it is released; either way the provider and the till say the same.
    let captured = if sale["payment"]["phase"] == "paid" {
        total
    } else {
        0
    };
    assert_money(&world, &sale, captured, 0).await;
    assert_eq!(pressed["id"], sale["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authorised_amount_is_captured_in_part_and_the_rest_released() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, sale) = reserved(&world, &desk).await;
    assert_money(&world, &sale, 0, 0).await;
    let too_much = json!({"amount_minor": total + 1});
    assert_eq!(
        desk.refused("POST", "/sale/payment/capture", Some(too_much))
            .await,
        "not_to_capture"
    );
    let part = json!({"amount_minor": total - 500});
    desk.insist("POST", "/sale/payment/capture", Some(part)).await;
    let sale = desk
        .until_sale("the release of the rest", |sale| {
            sale["payment"]["released_minor"] == 500
        })
        .await;
    assert_eq!(sale["payment"]["phase"], "paid");
    assert_money(&world, &sale, total - 500, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authorised_amount_is_given_up() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    reserved(&world, &desk).await;
    desk.press("/sale/payment/cancel").await;
    let sale = desk.until_phase("cancelled").await;
    assert_money(&world, &sale, 0, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_capture_that_fails_is_tried_again_under_its_key() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = rung_up(&desk).await;
    fault(&world, json!({"call": "vipps.payment.capture", "kind": "fail", "status": 400, "error_code": "6280", "times": 2})).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_sale("6280", |sale| sale["payment"]["problem"]["key"] == "vipps.6280")
        .await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(sale["payment"]["problem"], Value::Null, "{sale:#}");
    assert_money(&world, &sale, total, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_push_is_allowed_a_code_is_offered() {
    let world = World::with(None, |_| ()).await;
    let desk = Desk::sign_in(&world, "bergen", "1", "marit").await;
    let total = rung_up(&desk).await;
    let sale = desk.ask_for_payment("vipps", json!({})).await;
    let problem = &sale["payment"]["problem"];
    assert_eq!(sale["payment"]["phase"], "failed", "{sale:#}");
    assert_eq!(
        (&problem["key"], &problem["offer_code"]),
        (&json!("vipps.5080"), &json!(true))
    );
    assert!(problem["trace_id"].is_string());
    let sale = desk.ask_for_payment("vipps", json!({"by_code": true})).await;
    scan(&world, NUMBER, sale["payment"]["code_to_scan"].as_str().unwrap()).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_money(&world, &sale, total, 0).await;
}

/// What goes wrong on the way, and is right in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_on_the_way_money_is_the_same_everywhere() {
    let faults = [
        json!({"call": "vipps.payment.create", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.payment.create", "kind": "drop_before", "times": 1}),
        json!({"call": "vipps.payment.create", "kind": "fail", "status": 500, "times": 2}),
        json!({"call": "vipps.payment.create", "kind": "fail_after", "status": 503, "times": 1}),
        json!({"call": "vipps.payment.create", "kind": "duplicate", "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "fail_after", "status": 500, "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "fail", "status": 429, "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "fail", "status": 423, "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "fail", "status": 401, "times": 1}),
        json!({"call": "vipps.payment.capture", "kind": "duplicate", "times": 1}),
        json!({"call": "vipps.payment.refund", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.payment.refund", "kind": "fail", "status": 500, "times": 1}),
        json!({"call": "vipps.payment.read", "kind": "fail", "status": 429, "times": 2}),
        json!({"call": "vipps.payment.read", "kind": "drop_after", "times": 2}),
        json!({"call": "vipps.token", "kind": "fail", "status": 500, "times": 1}),
        json!({"call": "vipps.webhook", "kind": "drop_before"}),
        json!({"call": "vipps.webhook", "kind": "drop_after"}),
        json!({"call": "vipps.webhook", "kind": "duplicate"}),
        json!({"call": "vipps.webhook", "kind": "tamper_signature"}),
        json!({"call": "vipps.webhook", "kind": "stale_timestamp"}),
        json!({"call": "vipps.webhook", "kind": "replay"}),
    ];
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (mut captured, mut refunded) = (0, 0);
    for one in faults {
        world.sandbox("DELETE", "/control/faults", None).await;
        let total = rung_up(&desk).await;
        fault(&world, one.clone()).await;
        desk.ask_for_payment("vipps", json!({})).await;
        tap(&world, NUMBER, "payment", "approve").await;
        let sale = desk.until_phase("paid").await;
        assert_eq!(sale["payment"]["captured_minor"], total, "{one}");
        let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
        let refund = json!({"request_id": "some-of-it-back", "amount_minor": 700});
        desk.insist("POST", &path, Some(refund)).await;
        let sale = desk.until_phase("partly_refunded").await;
        assert_eq!(sale["payment"]["refunded_minor"], 700, "{one}");
        captured += total;
        refunded += 700;
        crate::desk::assert_totals(&world, captured, refunded, &one.to_string()).await;
        desk.press("/sale/finish").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_whose_answer_is_lost_is_made_again() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    for kind in ["drop_after", "drop_before", "duplicate"] {
        rung_up(&desk).await;
        desk.ask_for_payment("vipps", json!({})).await;
        fault(
            &world,
            json!({"call": "vipps.payment.cancel", "kind": kind, "times": 1}),
        )
        .await;
        desk.press("/sale/payment/cancel").await;
        let sale = desk.until_phase("cancelled").await;
        assert_money(&world, &sale, 0, 0).await;
        desk.press("/sale/discard").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tills_ask_one_customer_and_both_are_paid() {
    let world = world().await;
    let one = Desk::oslo(&world).await;
    let two = Desk::sign_in(&world, "oslo", "2", "ola").await;
    let total = rung_up(&one).await;
    assert_eq!(rung_up(&two).await, total);
    one.ask_for_payment("vipps", json!({})).await;
    two.ask_for_payment("vipps", json!({})).await;
    for _ in 0..2 {
        tap(&world, NUMBER, "payment", "approve").await;
    }
    let first = one.until_phase("paid").await;
    let second = two.until_phase("paid").await;
    assert_ne!(first["payment"]["reference"], second["payment"]["reference"]);
    crate::desk::assert_totals(&world, 2 * total, 0, "two tills").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cashier_who_looks_at_an_old_total_asks_for_nothing() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = rung_up(&desk).await;
    let sale = desk.ring_up("skyr-plain", 1).await;
    let old = json!({"sale": sale["id"], "amount_minor": total, "wallet": "vipps"});
    assert_eq!(
        desk.refused("POST", "/sale/payment", Some(old)).await,
        "amount_changed"
    );
    let other = json!({"sale": "another", "amount_minor": sale["total_minor"], "wallet": "vipps"});
    assert_eq!(
        desk.refused("POST", "/sale/payment", Some(other)).await,
        "other_sale"
    );
    let foreign = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": "netgiro"});
    assert_eq!(
        desk.refused("POST", "/sale/payment", Some(foreign)).await,
        "no_such_wallet"
    );
    assert_eq!(world.phone(NUMBER).await["inbox"], json!([]));
    assert_eq!(desk.sale().await["payment"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_windows_of_one_till_see_the_same_sale() {
    let world = world().await;
    let one = Desk::oslo(&world).await;
    let two = Desk::sign_in(&world, "oslo", "1", "ola").await;
    let before = two.insist("GET", "/desk", None).await["cursor"].as_i64().unwrap();
    let path = format!("/live?after={before}");
    let (seen, rung) = tokio::join!(two.insist("GET", &path, None), one.ring_up("skyr-plain", 1));
    assert!(seen["cursor"].as_i64().unwrap() > before);
    assert_eq!(two.sale().await["id"], rung["id"]);
    assert_eq!(two.ring_up("skyr-plain", 1).await["lines"][0]["quantity"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_webhook_is_refused_and_changes_nothing() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    let sale = desk.ask_for_payment("vipps", json!({})).await;
    let forged = json!({
        "msn": "123456", "reference": sale["payment"]["reference"], "pspReference": "1", "name": "AUTHORIZED",
        "amount": {"currency": "NOK", "value": 1}, "timestamp": "2026-11-22T12:00:00Z", "success": true,
    });
    let before = world.count("select max(seq) from journal").await;
    let request = http::Request::post("/vipps/webhooks")
        .header("x-ms-date", "Sun, 22 Nov 2026 12:00:00 GMT")
        .header("x-ms-content-sha256", "AAAA")
        .header(
            "authorization",
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA",
        )
        .body(axum::body::Body::from(forged.to_string()))
        .unwrap();
    assert_eq!(world.ask(request).await.status(), 401);
    assert_eq!(world.count("select max(seq) from journal").await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_of_another_country_pays_too_and_a_wrong_number_does_not() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.identify("phone", &format!("+{OTHER_NUMBER}")).await;
    desk.ring_up("skyr-plain", 1).await;
    let nobody = json!({"kind": "phone", "text": "900 00 001"});
    desk.insist("POST", "/sale/customer", Some(nobody)).await;
    let sale = desk.ask_for_payment("vipps", json!({})).await;
    assert_eq!(sale["payment"]["phase"], "failed");
    assert_eq!(sale["payment"]["problem"]["key"], "vipps.7010");
    desk.identify("phone", &format!("+{OTHER_NUMBER}")).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, OTHER_NUMBER, "payment", "approve").await;
    desk.until_phase("paid").await;
}

/// What is left when everything is over.
#[derive(Debug, PartialEq, Eq)]
struct End {
    phase: Value,
    shown: (Value, Value),
    problem: Value,
    payments: usize,
    movements: i64,
    desk: Value,
}

async fn journey(dies_at: Option<usize>) -> (End, usize, bool) {
    let world = World::with(dies_at, two_branches).await;
    let desk = Desk::oslo(&world).await;
    desk.identify("phone", "912 34 567").await;
    let edit = json!({"request_id": "two-of-it-once", "edits": [{"edit": "add", "good": "skyr-plain", "quantity": 2}]});
    desk.insist("POST", "/sale/lines", Some(edit)).await;
    desk.pay_once("vipps", json!({})).await;
    until("the payment", async || {
        let inbox = world.phone(NUMBER).await["inbox"].as_array().cloned().unwrap();
        let Some(id) = inbox.iter().find_map(|entry| entry["id"].as_str()) else {
            return desk.sale().await["payment"]["authorised_minor"]
                .as_i64()
                .filter(|minor| *minor > 0)
                .map(drop);
        };
        let path = format!("/phone/api/{NUMBER}/inbox/{id}");
        world
            .sandbox("POST", &path, Some(json!({"action": "approve"})))
            .await
            .0
            .is_success()
            .then_some(())
    })
    .await;
    let sale = desk.until_phase("paid").await;
    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    desk.insist(
        "POST",
        &path,
        Some(json!({"request_id": "some-of-it-back", "amount_minor": 700})),
    )
    .await;
    let sale = desk.until_phase("partly_refunded").await;
    let (captured, refunded) = (
        sale["payment"]["captured_minor"].as_i64().unwrap(),
        sale["payment"]["refunded_minor"].as_i64().unwrap(),
    );
    assert_money(&world, &sale, captured, refunded).await;
    desk.finish().await;
    let (_, all) = world.sandbox("GET", "/control/vipps/payments", None).await;
    let end = End {
        phase: sale["payment"]["phase"].clone(),
        shown: (
            sale["payment"]["captured_minor"].clone(),
            sale["payment"]["refunded_minor"].clone(),
        ),
        problem: sale["payment"]["problem"].clone(),
        payments: all["payments"].as_array().unwrap().len(),
        movements: world.count("select count(*) from movement").await,
        desk: desk.sale().await,
    };
    (end, world.backend.points(), world.has_died())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_point_of_a_sale_ends_as_if_nothing_had_happened() {
    let (undisturbed, points, _) = journey(None).await;
    assert_eq!(undisturbed.phase, "partly_refunded");
    assert_eq!((undisturbed.payments, undisturbed.movements), (1, 2));
    let mut deaths = 0;
    for dies_at in 0..points {
        let (end, _, died) = journey(Some(dies_at)).await;
        deaths += usize::from(died);
        assert_eq!(end, undisturbed, "the process died at point {dies_at}");
    }
    assert!(
        deaths > points / 2,
        "only {deaths} of {points} points were reached again"
    );
}
