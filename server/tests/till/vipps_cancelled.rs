//! Vipps MobilePay, and a cashier who cancels while the provider is busy, silent or unwilling.

use crate::desk::{Desk, assert_money, assert_totals, fault, request_on_phone, tap};
use crate::vipps::{NUMBER, reserved, rung_up, world};
use crate::world::{World, until};
use serde_json::{Value, json};

/// How many payments Vipps MobilePay has.
async fn payments(world: &World) -> usize {
    let (_, all) = world.sandbox("GET", "/control/vipps/payments", None).await;
    all["payments"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_ends_a_request_that_did_not_arrive_and_nobody_is_asked() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    let busy = json!({"call": "vipps.payment.create", "kind": "fail", "status": 429});
    fault(&world, busy).await;
    desk.ask_for_payment("vipps", json!({})).await;
    desk.until_sale("trouble", |sale| !sale["payment"]["problem"].is_null())
        .await;
    // Nothing has to get better, and no time has to go by, for it to be over.
    desk.press("/sale/payment/cancel").await;
    let sale = until("the end of it", async || {
        let sale = desk.sale().await;
        (sale["payment"]["phase"] == "cancelled").then_some(sale)
    })
    .await;
    assert_eq!(sale["payment"]["problem"], Value::Null);
    assert_eq!(payments(&world).await, 0);
    world.sandbox("DELETE", "/control/faults", None).await;
    // The sale goes on.
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_phase("paid").await;
    assert_eq!(payments(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_of_a_request_that_may_have_arrived_looks_first() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    rung_up(&desk).await;
    // It arrived, which nobody learns, and whatever is sent again is put off.
    let create = "vipps.payment.create";
    fault(&world, json!({"call": create, "kind": "drop_after", "times": 1})).await;
    fault(
        &world,
        json!({"call": "vipps.payment.read", "kind": "fail", "status": 500, "times": 1}),
    )
    .await;
    desk.ask_for_payment("vipps", json!({})).await;
    fault(&world, json!({"call": create, "kind": "fail", "status": 429})).await;
    request_on_phone(&world, NUMBER, "payment").await;
    desk.press("/sale/payment/cancel").await;
    let sale = until("the end of it", async || {
        let sale = desk.sale().await;
        (sale["payment"]["phase"] == "cancelled").then_some(sale)
    })
    .await;
    assert_eq!(payments(&world).await, 1);
    assert_eq!(world.phone(NUMBER).await["inbox"], json!([]));
    world.sandbox("DELETE", "/control/faults", None).await;
    assert_money(&world, &sale, 0, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_try_that_is_refused_while_nobody_can_look_is_no_end_of_the_first() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let total = rung_up(&desk).await;
    // It arrived, which nobody learns; what is sent again is turned away before it reaches the payment.
    let create = "vipps.payment.create";
    fault(&world, json!({"call": create, "kind": "drop_after", "times": 1})).await;
    fault(
        &world,
        json!({"call": "vipps.payment.read", "kind": "fail", "status": 500}),
    )
    .await;
    desk.ask_for_payment("vipps", json!({})).await;
    request_on_phone(&world, NUMBER, "payment").await;
    fault(&world, json!({"call": create, "kind": "fail", "status": 403})).await;
    let sale = desk
        .until_sale("the refusal", |sale| {
            sale["payment"]["problem"]["key"] == "vipps.token"
        })
        .await;
    assert_eq!(
        (&sale["payment"]["phase"], &sale["payment"]["checking"]),
        (&json!("requested"), &json!("request")),
        "the customer is being asked: {sale:#}"
    );
    world.sandbox("DELETE", "/control/faults", None).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(payments(&world).await, 1);
    assert_money(&world, &sale, total, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_that_cannot_be_released_stays_in_sight_until_it_is() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    reserved(&world, &desk).await;
    let cancel = "vipps.payment.cancel";
    // Nobody learns of the first answer before the sale is set aside; it is a refusal for good.
    fault(
        &world,
        json!({"call": cancel, "kind": "delay", "ms": 400, "times": 1}),
    )
    .await;
    fault(
        &world,
        json!({"call": cancel, "kind": "fail", "status": 400, "error_code": "4010"}),
    )
    .await;
    let (cancelled, _) = tokio::join!(desk.ask("POST", "/sale/payment/cancel", None), async {
        desk.until_sale("the wish", |sale| sale["payment"]["cancelling"] == true)
            .await;
        desk.press("/sale/finish").await
    });
    cancelled.unwrap();
    let day = async || desk.insist("GET", "/day", None).await["sales"][0].clone();
    let row = day().await;
    let path = format!("/sales/{}", row["id"].as_str().unwrap());
    let refused = until("the refusal", async || {
        let sale = desk.insist("GET", &path, None).await;
        (sale["payment"]["problem"]["key"] == "vipps.4010").then_some(sale)
    })
    .await;
    assert_eq!(refused["payment"]["checking"], "cancel", "{refused:#}");
    assert_eq!(day().await["checking"], true, "money is still reserved");
    world.sandbox("DELETE", "/control/faults", None).await;
    let row = until("the release", async || {
        world.pass(60);
        let row = day().await;
        (row["checking"] == false).then_some(row)
    })
    .await;
    assert_eq!(row["phase"], "cancelled");
    assert_totals(&world, 0, 0, "released").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rest_of_a_partial_capture_is_released_however_often_that_is_refused() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let (total, _) = reserved(&world, &desk).await;
    let refused = json!({"call": "vipps.payment.cancel", "kind": "fail", "status": 409, "times": 4});
    fault(&world, refused).await;
    let part = json!({"amount_minor": total - 500});
    desk.insist("POST", "/sale/payment/capture", Some(part)).await;
    desk.until_phase("paid").await;
    let sale = desk.until_sale_passing(30, "the release of the rest", |sale| {
        sale["payment"]["released_minor"] == 500
    });
    let sale = sale.await;
    assert_eq!(sale["payment"]["problem"], Value::Null, "{sale:#}");
    assert_money(&world, &sale, total - 500, 0).await;
}
