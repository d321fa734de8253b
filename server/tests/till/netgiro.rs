//! Netgíró: refunds, refusals, reservations, the second generation, and a backend that dies on the way. What becomes of each kind
//! of customer and confirmation is in `netgiro_table`.

use crate::desk::{Desk, Money, at_netgiro, fault, in_tables, shown, tap, two_branches};
use crate::netgiro_desk::{carts_of, told};
use crate::world::{World, until};
use karfa::config::{Config, Generation};
use serde_json::{Value, json};

const NUMBER: &str = "8223281";
/// Its check digit, the ninth, is wrong.
const WRONG_KENNITALA: &str = "1111111129";

const CONFIRMATIONS: [&str; 3] = ["manual", "automatic", "server_callback"];

/// How the customer is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Phone,
    AppCode,
}

async fn identify(world: &World, desk: &Desk<'_>, kind: Kind) {
    match kind {
        Kind::Phone => desk.identify("phone", "822 3281").await,
        Kind::AppCode => {
            world
                .sandbox("POST", &format!("/phone/api/{NUMBER}/app-code"), None)
                .await;
            let code = world.phone(NUMBER).await["app_code"].as_str().unwrap().to_owned();
            desk.identify("app_code", &code).await
        }
    };
}

/// The sale is over: paid, or certainly not.
fn is_settled(sale: &Value) -> bool {
    let payment = &sale["payment"];
    let phase = payment["phase"].as_str().unwrap_or_default();
    let over = ["paid", "declined", "cancelled", "expired", "failed"].contains(&phase);
    over && payment["checking"].is_null() && payment["cancelling"] == false
}

/// The next customer, and an empty inbox for them.
async fn leave(world: &World, desk: &Desk<'_>, sale: &Value) {
    let way = if sale["payment"]["phase"] == "paid" {
        "/sale/finish"
    } else {
        "/sale/discard"
    };
    desk.press(way).await;
    let inbox = world.phone(NUMBER).await["inbox"].as_array().cloned().unwrap();
    for entry in inbox {
        let path = format!("/phone/api/{NUMBER}/inbox/{}", entry["id"].as_str().unwrap());
        world
            .sandbox("POST", &path, Some(json!({"action": "reject"})))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_once_and_its_answer_may_be_lost() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("sweater-havn", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    desk.ask_for_payment("netgiro", json!({})).await;
    tap(&world, NUMBER, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    for (n, kind) in ["drop_after", "drop_before", "duplicate"].into_iter().enumerate() {
        fault(
            &world,
            json!({"call": "netgiro.refund", "kind": kind, "times": 1}),
        )
        .await;
        let refund = json!({"request_id": format!("refund-number-{n}"), "amount_minor": 100});
        desk.insist("POST", &path, Some(refund)).await;
        let so_far = 100 * (i64::try_from(n).unwrap() + 1);
        let sale = desk
            .until_sale("the refund", |sale| sale["payment"]["refunded_minor"] == so_far)
            .await;
        assert_eq!(sale["payment"]["phase"], "partly_refunded");
        let expected = Money {
            captured: total,
            refunded: so_far,
        };
        assert_eq!(at_netgiro(&world).await, expected, "{kind}");
        until("the booking", async || {
            (in_tables(&world).await == expected).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_nobody_knows_is_shown_with_its_number_and_is_no_payment() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 0016").await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("netgiro", json!({})).await;
    tap(&world, "8220016", "payment", "approve").await;
    let sale = desk
        .until_sale("the number", |sale| {
            sale["payment"]["problem"]["number"] == "10999"
        })
        .await;
    assert_eq!(sale["payment"]["problem"]["key"], "netgiro.10999");
    assert_eq!(shown(&sale).captured, 0);
    assert_eq!(sale["payment"]["phase"], "awaiting_customer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_nobody_knows_ends_with_the_payments_time() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    for is_cancelled in [false, true] {
        desk.identify("phone", "822 0016").await;
        let sale = desk.ring_up("skyr-plain", 1).await;
        desk.ask_for_payment("netgiro", json!({})).await;
        tap(&world, "8220016", "payment", "approve").await;
        desk.until_sale("the number", |sale| {
            sale["payment"]["problem"]["number"] == "10999"
        })
        .await;
        if is_cancelled {
            desk.ask("POST", "/sale/payment/cancel", None).await;
            desk.press("/sale/finish").await;
        }
        let row = async || {
            let day = desk.insist("GET", "/day", None).await;
            let mut rows = day["sales"].as_array().unwrap().iter();
            rows.find(|row| row["id"] == sale["id"]).unwrap().clone()
        };
        let row = until("an end", async || {
            world.pass(10);
            let row = row().await;
            let is_open = row["phase"] == "awaiting_customer" || row["checking"] == true;
            (!is_open).then_some(row)
        })
        .await;
        // Where the cashier does not cancel it, the till does.
        assert_eq!(
            (&row["phase"], &row["captured_minor"]),
            (&json!("cancelled"), &json!(0))
        );
        let path = format!("/sales/{}", sale["id"].as_str().unwrap());
        let over = desk.insist("GET", &path, None).await;
        assert_eq!(over["payment"]["problem"]["number"], "10999", "{over:#}");
        if !is_cancelled {
            desk.press("/sale/discard").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_no_customer_is_told_by_number() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.ring_up("skyr-plain", 1).await;
    for (number, key) in [
        ("822 0005", "netgiro.10306"),
        ("822 0006", "netgiro.400"),
        ("822 0011", "netgiro.10302"),
        ("822 0014", "netgiro.10423"),
    ] {
        desk.identify("phone", number).await;
        let sale = desk.ask_for_payment("netgiro", json!({})).await;
        assert_eq!(sale["payment"]["phase"], "failed", "{number}");
        assert_eq!(sale["payment"]["problem"]["key"], key);
        assert_eq!(sale["payment"]["problem"]["can_retry"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_is_given_back_or_confirmed_by_the_cashier() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    desk.ask_for_payment(
        "netgiro",
        json!({"confirmation": "manual", "capture_by_hand": true}),
    )
    .await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_phase("authorised").await;
    fault(
        &world,
        json!({"call": "netgiro.cancel_cart", "kind": "drop_after", "times": 1}),
    )
    .await;
    desk.press("/sale/payment/cancel").await;
    let sale = desk.until_phase("cancelled").await;
    assert_eq!((shown(&sale).captured, at_netgiro(&world).await.captured), (0, 0));

    desk.ask_for_payment(
        "netgiro",
        json!({"confirmation": "manual", "capture_by_hand": true}),
    )
    .await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.until_phase("authorised").await;
    desk.insist(
        "POST",
        "/sale/payment/capture",
        Some(json!({"amount_minor": total})),
    )
    .await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(
        (shown(&sale).captured, at_netgiro(&world).await.captured),
        (total, total)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_that_comes_too_late_ends_in_paid() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    fault(&world, json!({"call": "netgiro.callback", "kind": "drop_before"})).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(&world, NUMBER, "payment", "approve").await;
    desk.ask("POST", "/sale/payment/cancel", None).await;
    let sale = desk.until_phase("paid").await;
    assert_eq!(
        (shown(&sale).captured, at_netgiro(&world).await.captured),
        (total, total)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_identity_number_is_refused_before_anybody_is_asked() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    let wrong = json!({"kind": "national_id", "text": WRONG_KENNITALA});
    let code = desk.refused("POST", "/sale/customer", Some(wrong)).await;
    assert_eq!(code, "national_id");
    let (_, log) = world.sandbox("GET", "/control/calls", None).await;
    let mut calls = log["calls"].as_array().unwrap().iter();
    let asked = calls.find(|call| {
        call["call"]
            .as_str()
            .is_some_and(|name| name.starts_with("netgiro."))
    });
    assert_eq!(asked, None);
}

fn second_generation(config: &mut Config) {
    two_branches(config);
    for branch in config.stores.iter_mut().flat_map(|store| &mut store.branches) {
        if let Some(account) = &mut branch.netgiro {
            account.generation = Generation::V2;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_generation_pays_reserves_refuses_and_gives_back() {
    let world = World::with(None, second_generation).await;
    world
        .sandbox(
            "POST",
            "/control/netgiro/pace",
            Some(json!({"milliseconds": 500})),
        )
        .await;
    let desk = Desk::reykjavik(&world).await;
    let mut captured = 0;
    for (kind, by, agrees) in [
        (Kind::Phone, "automatic", true),
        (Kind::Phone, "manual", true),
        (Kind::AppCode, "automatic", true),
        (Kind::AppCode, "manual", true),
        (Kind::Phone, "manual", false),
        (Kind::Phone, "automatic", false),
    ] {
        identify(&world, &desk, kind).await;
        let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
            .as_i64()
            .unwrap();
        desk.ask_for_payment("netgiro", json!({"confirmation": by})).await;
        match kind {
            Kind::Phone if agrees => tap(&world, NUMBER, "payment", "approve").await,
            Kind::Phone => tap(&world, NUMBER, "payment", "reject").await,
            // The code was the customer's word already.
            Kind::AppCode => {}
        }
        let sale = desk.until_sale("an end", is_settled).await;
        let paid = if agrees { total } else { 0 };
        captured += paid;
        assert_eq!(shown(&sale).captured, paid, "{kind:?} {by} {agrees}: {sale:#}");
        assert_eq!(
            at_netgiro(&world).await.captured,
            captured,
            "{kind:?} {by} {agrees}"
        );
        if agrees {
            let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
            let refund = json!({"request_id": format!("all-of-it-{captured}"), "amount_minor": total});
            fault(
                &world,
                json!({"call": "netgiro.v2.refund", "kind": "drop_after", "times": 1}),
            )
            .await;
            desk.insist("POST", &path, Some(refund)).await;
            desk.until_phase("refunded").await;
            let expected = Money {
                captured,
                refunded: captured,
            };
            assert_eq!(at_netgiro(&world).await, expected);
            until("the booking", async || {
                (in_tables(&world).await == expected).then_some(())
            })
            .await;
            desk.press("/sale/finish").await;
        } else {
            leave(&world, &desk, &sale).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_generation_names_a_payment_whose_answer_was_lost() {
    let world = World::with(None, second_generation).await;
    let desk = Desk::reykjavik(&world).await;
    identify(&world, &desk, Kind::Phone).await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    fault(
        &world,
        json!({"call": "netgiro.v2.payment", "kind": "drop_after", "times": 1}),
    )
    .await;
    let wish = json!({"sale": desk.sale().await["id"], "amount_minor": total, "wallet": "netgiro", "confirmation": "automatic"});
    let (_, ()) = tokio::join!(
        desk.insist("POST", "/sale/payment", Some(wish)),
        tap(&world, NUMBER, "payment", "approve")
    );
    let sale = desk.until_phase("paid").await;
    assert_eq!(
        (shown(&sale).captured, at_netgiro(&world).await.captured),
        (total, total)
    );
}

/// What is left when everything is over.
#[derive(Debug, PartialEq, Eq)]
struct End {
    phase: Value,
    captured: Value,
    paid_carts: usize,
    movements: i64,
}

/// Somebody looks for a payment in Netgíró's portal, and says what stands there.
async fn look(world: &World, desk: &Desk<'_>, sale: &Value) {
    let carts = carts_of(world, sale).await;
    let mut carts = carts.iter();
    let found = carts.find(|cart| cart["reference"] == sale["payment"]["reference"]);
    let word = told(sale, &json!(found.map(|cart| cart["transaction_id"].clone())));
    let path = format!("/sales/{}/looked-up", sale["id"].as_str().unwrap());
    desk.ask("POST", &path, Some(word)).await;
}

async fn journey(by: &'static str, dies_at: Option<usize>) -> (End, usize) {
    let world = World::with(dies_at, |config| {
        for store in &mut config.stores {
            store.branches.retain(|branch| branch.id.as_str() == "reykjavik");
        }
    })
    .await;
    world
        .sandbox(
            "POST",
            "/control/netgiro/pace",
            Some(json!({"milliseconds": 500})),
        )
        .await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let edit = json!({"request_id": "one-of-it-once", "edits": [{"edit": "add", "good": "skyr-plain", "quantity": 1}]});
    desk.insist("POST", "/sale/lines", Some(edit)).await;
    // A request whose answer was lost may come to nothing, and is made anew. It is never paid twice.
    let sale = until("the payment", async || {
        desk.pay_once("netgiro", json!({"confirmation": by})).await;
        let inbox = world.phone(NUMBER).await["inbox"].as_array().cloned().unwrap();
        if let Some(id) = inbox.iter().find_map(|entry| entry["id"].as_str()) {
            let path = format!("/phone/api/{NUMBER}/inbox/{id}");
            world
                .sandbox("POST", &path, Some(json!({"action": "approve"})))
                .await;
        }
        world.pass(5);
        let sale = desk.sale().await;
        if sale["can"].as_array().unwrap().contains(&json!("tell_unpaid")) {
            look(&world, &desk, &sale).await;
        }
        (sale["payment"]["phase"] == "paid" && is_settled(&sale)).then_some(sale)
    })
    .await;
    let (_, carts) = world.sandbox("GET", "/control/netgiro/carts", None).await;
    let paid = |cart: &&Value| {
        cart["paid"]
            .as_i64()
            .is_some_and(|paid| paid > cart["refunded"].as_i64().unwrap_or(0))
    };
    let net = async || {
        let money = in_tables(&world).await;
        money.captured - money.refunded
    };
    let total = sale["total_minor"].as_i64().unwrap();
    until("the booking", async || (net().await == total).then_some(())).await;
    let end = End {
        phase: sale["payment"]["phase"].clone(),
        captured: sale["payment"]["captured_minor"].clone(),
        paid_carts: carts["carts"].as_array().unwrap().iter().filter(paid).count(),
        movements: i64::from(net().await == total),
    };
    (end, world.backend.points())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_at_any_point_never_takes_the_money_twice() {
    for by in CONFIRMATIONS {
        let (undisturbed, points) = journey(by, None).await;
        assert_eq!(
            (&undisturbed.phase, undisturbed.paid_carts),
            (&json!("paid"), 1),
            "{by}"
        );
        for dies_at in 0..points {
            let (end, _) = journey(by, Some(dies_at)).await;
            assert_eq!(end, undisturbed, "{by}: the process died at point {dies_at}");
        }
    }
}
