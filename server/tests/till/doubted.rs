//! Calls whose first try was done and whose answer was lost: a refusal of the next try says nothing of the first.

use crate::desk::{Desk, at_netgiro, at_vipps, fault, in_tables, shown, tap, two_branches};
use crate::netgiro_desk::{no_faults, told};
use crate::world::{World, until};
use karfa::config::{Config, Generation};
use serde_json::{Value, json};

/// A provider's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    Vipps,
    NetgiroV1,
    NetgiroV2,
}

/// What changes a payment that a customer has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Capture,
    Cancel,
    Refund,
}

/// Less than any sale.
const PART: i64 = 100;

fn second_generation(config: &mut Config) {
    two_branches(config);
    for branch in config.stores.iter_mut().flat_map(|store| &mut store.branches) {
        if let Some(account) = &mut branch.netgiro {
            account.generation = Generation::V2;
        }
    }
}

impl Provider {
    async fn world(self) -> World {
        match self {
            Provider::NetgiroV2 => World::with(None, second_generation).await,
            _ => World::with(None, two_branches).await,
        }
    }

    async fn desk(self, world: &World) -> Desk<'_> {
        match self {
            Provider::Vipps => Desk::oslo(world).await,
            _ => Desk::reykjavik(world).await,
        }
    }

    fn wallet(self) -> &'static str {
        match self {
            Provider::Vipps => "vipps",
            _ => "netgiro",
        }
    }

    fn call(self, change: Change) -> &'static str {
        match (self, change) {
            (Provider::Vipps, Change::Capture) => "vipps.payment.capture",
            (Provider::Vipps, Change::Cancel) => "vipps.payment.cancel",
            (Provider::Vipps, Change::Refund) => "vipps.payment.refund",
            (Provider::NetgiroV1, Change::Capture) => "netgiro.confirm_cart",
            (Provider::NetgiroV1, Change::Cancel) => "netgiro.cancel_cart",
            (Provider::NetgiroV1, Change::Refund) => "netgiro.refund",
            (Provider::NetgiroV2, Change::Capture) => "netgiro.v2.capture",
            (Provider::NetgiroV2, Change::Cancel) => "netgiro.v2.cancel",
            (Provider::NetgiroV2, Change::Refund) => "netgiro.v2.refund",
        }
    }

    /// The call that tells how a payment stands.
    fn read(self) -> &'static str {
        match self {
            Provider::Vipps => "vipps.payment.read",
            Provider::NetgiroV1 => "netgiro.check_cart",
            Provider::NetgiroV2 => "netgiro.v2.status",
        }
    }

    fn tells_of_refunds(self) -> bool {
        self == Provider::Vipps
    }

    async fn has(self, world: &World) -> (i64, i64) {
        let money = match self {
            Provider::Vipps => at_vipps(world).await,
            _ => at_netgiro(world).await,
        };
        (money.captured, money.refunded)
    }
}

fn payment_of(change: Change, sale: &Value) -> String {
    let id = sale["id"].as_str().unwrap();
    match change {
        Change::Capture => "/sale/payment/capture".to_owned(),
        Change::Cancel => "/sale/payment/cancel".to_owned(),
        Change::Refund => format!("/sales/{id}/refund"),
    }
}

/// A payment that is reserved, or paid where money is to go back.
async fn agreed(provider: Provider, change: Change, desk: &Desk<'_>) -> Value {
    let world = desk.world;
    let (number, name) = match provider {
        Provider::Vipps => ("4791234567", "912 34 567"),
        _ => ("8223281", "822 3281"),
    };
    desk.identify("phone", name).await;
    desk.ring_up("skyr-plain", 1).await;
    let by_hand = change != Change::Refund;
    desk.ask_for_payment(provider.wallet(), json!({"capture_by_hand": by_hand}))
        .await;
    tap(world, number, "payment", "approve").await;
    desk.until_phase(if by_hand { "authorised" } else { "paid" })
        .await
}

/// The change is asked for; it is done, which nobody learns, and every try after it is turned away.
async fn doubted(provider: Provider, change: Change, desk: &Desk<'_>, sale: &Value) {
    let (world, call) = (desk.world, provider.call(change));
    fault(world, json!({"call": call, "kind": "drop_after", "times": 1})).await;
    let body = match change {
        Change::Capture => Some(json!({"amount_minor": sale["total_minor"]})),
        Change::Cancel => None,
        Change::Refund => Some(json!({"request_id": "money-that-goes-back", "amount_minor": PART})),
    };
    let path = payment_of(change, sale);
    let (asked, ()) = tokio::join!(desk.ask("POST", &path, body), async {
        until("the first try", async || {
            let (_, left) = world.sandbox("GET", "/control/faults", None).await;
            let left = left["faults"].as_array()?.iter();
            let waits = left.filter(|fault| fault["kind"] == "drop_after").count();
            (waits == 0).then_some(())
        })
        .await;
        fault(world, json!({"call": call, "kind": "fail", "status": 403})).await;
    });
    assert!(asked.unwrap().0.is_success(), "{provider:?} {change:?}");
}

/// Nothing goes wrong any more: the money is where it was meant to go, once, and everybody says so.
async fn ends(provider: Provider, change: Change, desk: &Desk<'_>) {
    let about = format!("{provider:?} {change:?}");
    let phase = match change {
        Change::Capture => "paid",
        Change::Cancel => "cancelled",
        Change::Refund => "partly_refunded",
    };
    let sale = desk.until_sale_passing(30, &about, |sale| {
        let payment = &sale["payment"];
        payment["phase"] == phase && payment["checking"].is_null() && payment["cancelling"] == false
    });
    let sale = sale.await;
    let total = sale["total_minor"].as_i64().unwrap();
    let money = match change {
        Change::Capture => (total, 0),
        Change::Cancel => (0, 0),
        Change::Refund => (total, PART),
    };
    assert_eq!(provider.has(desk.world).await, money, "{about}");
    assert_eq!((shown(&sale).captured, shown(&sale).refunded), money, "{about}");
    // A cancelled payment says why it ended; nothing says more than is so.
    let problem = &sale["payment"]["problem"]["key"];
    assert!(
        problem.is_null() || (change == Change::Cancel && problem != "netgiro.token"),
        "{about}: {sale:#}"
    );
    until("the booking", async || {
        let tables = in_tables(desk.world).await;
        ((tables.captured, tables.refunded) == money).then_some(())
    })
    .await;
}

const ALL: [(Provider, Change); 9] = [
    (Provider::Vipps, Change::Capture),
    (Provider::Vipps, Change::Cancel),
    (Provider::Vipps, Change::Refund),
    (Provider::NetgiroV1, Change::Capture),
    (Provider::NetgiroV1, Change::Cancel),
    (Provider::NetgiroV1, Change::Refund),
    (Provider::NetgiroV2, Change::Capture),
    (Provider::NetgiroV2, Change::Cancel),
    (Provider::NetgiroV2, Change::Refund),
];

fn can(sale: &Value, action: &str) -> bool {
    sale["can"].as_array().unwrap().contains(&json!(action))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_read_is_read_after_a_refusal() {
    for (provider, change) in ALL {
        if change == Change::Refund && !provider.tells_of_refunds() {
            continue;
        }
        let world = provider.world().await;
        let desk = provider.desk(&world).await;
        let sale = agreed(provider, change, &desk).await;
        doubted(provider, change, &desk, &sale).await;
        // Nothing gets better for it to be known.
        ends(provider, change, &desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_can_look_either_it_stays_unknown_until_somebody_can() {
    for (provider, change) in ALL {
        let world = provider.world().await;
        let desk = provider.desk(&world).await;
        let sale = agreed(provider, change, &desk).await;
        fault(
            &world,
            json!({"call": provider.read(), "kind": "fail", "status": 403}),
        )
        .await;
        doubted(provider, change, &desk, &sale).await;
        stays_unknown(provider, change, &desk).await;
        world.sandbox("DELETE", "/control/faults", None).await;
        ends(provider, change, &desk).await;
    }
}

/// How often the provider was called.
async fn calls(world: &World) -> usize {
    let (_, log) = world.sandbox("GET", "/control/calls", None).await;
    log["calls"].as_array().unwrap().len()
}

async fn stays_unknown(provider: Provider, change: Change, desk: &Desk<'_>) {
    let word = match change {
        Change::Capture => "capture",
        Change::Cancel => "cancel",
        Change::Refund => "refund",
    };
    let told = |sale: &Value| !sale["payment"]["problem"].is_null();
    desk.until_sale(&format!("{provider:?} {change:?}: a refusal"), told)
        .await;
    for _ in 0..4 {
        let before = calls(desk.world).await;
        until("another call", async || {
            desk.world.pass(30);
            (calls(desk.world).await > before).then_some(())
        })
        .await;
        let sale = desk.sale().await;
        assert_eq!(sale["payment"]["checking"], word, "{provider:?}: {sale:#}");
        assert!(!can(&sale, "refund"), "{provider:?} {change:?}: {sale:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_may_have_gone_back_is_not_called_refused() {
    for provider in [Provider::NetgiroV1, Provider::NetgiroV2] {
        let world = provider.world().await;
        let desk = provider.desk(&world).await;
        let sale = agreed(provider, Change::Refund, &desk).await;
        doubted(provider, Change::Refund, &desk, &sale).await;
        stays_unknown(provider, Change::Refund, &desk).await;
        let sale = desk.sale().await;
        let problem = &sale["payment"]["problem"];
        assert_eq!(
            (&problem["key"], &problem["number"]),
            (&json!("refund_doubted"), &json!("403"))
        );
        // Nobody gives it back twice, and the till is not held up.
        let path = payment_of(Change::Refund, &sale);
        let again = json!({"request_id": "once-more-please", "amount_minor": PART});
        assert_eq!(desk.refused("POST", &path, Some(again)).await, "refund_under_way");
        assert!(can(&sale, "finish"), "{sale:#}");
        desk.press("/sale/finish").await;
        assert_eq!(desk.sale().await, Value::Null);
        let day = desk.insist("GET", "/day", None).await["sales"][0].clone();
        assert_eq!((&day["id"], &day["checking"]), (&sale["id"], &json!(true)));
        // As soon as Netgíró answers under the same key, it is known.
        world.sandbox("DELETE", "/control/faults", None).await;
        let path = format!("/sales/{}", sale["id"].as_str().unwrap());
        let sale = until("the refund", async || {
            world.pass(30);
            let sale = desk.insist("GET", &path, None).await;
            (sale["payment"]["phase"] == "partly_refunded").then_some(sale)
        })
        .await;
        assert_eq!(sale["payment"]["checking"], Value::Null);
        assert_eq!(provider.has(&world).await.1, PART, "{provider:?}");
        no_faults(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_certainly_did_not_arrive_before_is_refused_for_good() {
    for provider in [Provider::NetgiroV1, Provider::NetgiroV2] {
        let world = provider.world().await;
        let desk = provider.desk(&world).await;
        let sale = agreed(provider, Change::Refund, &desk).await;
        let call = provider.call(Change::Refund);
        // Put off, and then refused: no try was done.
        fault(
            &world,
            json!({"call": call, "kind": "fail", "status": 429, "times": 1}),
        )
        .await;
        let refund = json!({"request_id": "money-that-goes-back", "amount_minor": PART});
        let path = payment_of(Change::Refund, &sale);
        let (asked, ()) = tokio::join!(desk.ask("POST", &path, Some(refund)), async {
            no_faults(&world).await;
            fault(&world, json!({"call": call, "kind": "fail", "status": 403})).await;
        });
        assert!(asked.unwrap().0.is_success());
        let sale = desk
            .until_sale("the refusal", |sale| {
                sale["payment"]["problem"]["key"] == "netgiro.token"
            })
            .await;
        assert_eq!(
            (&sale["payment"]["phase"], &sale["payment"]["checking"]),
            (&json!("paid"), &Value::Null),
            "{provider:?}: {sale:#}"
        );
        assert!(can(&sale, "refund"));
        assert_eq!(provider.has(&world).await.1, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stray_money_that_may_have_gone_back_is_no_work_for_a_hand() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let total = desk.ring_up("skyr-plain", 1).await["total_minor"]
        .as_i64()
        .unwrap();
    // Neither the answer nor, for now, the callback arrives; somebody overlooks it in the portal.
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
    let sale = desk
        .ask_for_payment("netgiro", json!({"confirmation": "automatic"}))
        .await;
    tap(&world, "8223281", "payment", "approve").await;
    let held = until("a held callback", async || {
        let (_, held) = world.sandbox("GET", "/control/held", None).await;
        held["held"][0]["id"].as_u64()
    })
    .await;
    world.pass(11 * 60 + 1);
    desk.until_sale("the end of the waiting", |sale| can(sale, "tell_unpaid"))
        .await;
    let word = format!("/sales/{}/looked-up", sale["id"].as_str().unwrap());
    desk.insist("POST", &word, Some(told(&sale, &Value::Null))).await;
    // Another one is asked for in its place: what the first brings is nobody's.
    desk.ask_for_payment("netgiro", json!({})).await;
    fault(
        &world,
        json!({"call": "netgiro.refund", "kind": "drop_after", "times": 1}),
    )
    .await;
    world
        .sandbox("POST", &format!("/control/held/{held}/release"), None)
        .await;
    until("the first try", async || {
        (at_netgiro(&world).await.refunded == total).then_some(())
    })
    .await;
    fault(
        &world,
        json!({"call": "netgiro.refund", "kind": "fail", "status": 403, "times": 2}),
    )
    .await;
    until("the booking", async || {
        world.pass(5);
        (in_tables(&world).await.refunded == total).then_some(())
    })
    .await;
    assert_eq!(at_netgiro(&world).await.refunded, total, "once");
}
