//! The day's list: totals that are the provider's, and what only the provider knows of.

use crate::desk::{Desk, fault, tap, two_branches};
use crate::world::{World, until};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const PHONE: &str = "4741234567";
const NUMBER: &str = "41 23 45 67";
const TOTAL: i64 = 34_900;

async fn world() -> World {
    World::with(None, two_branches).await
}

/// A pair of mittens is paid, booked, and in the list. The payment's reference.
async fn sold(world: &World, desk: &Desk<'_>) -> String {
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(world, PHONE, "payment", "approve").await;
    desk.until_phase("paid").await;
    until("the sale in the day's list", async || {
        let day = desk.insist("GET", "/day", None).await;
        (day["sales"][0]["phase"] == "paid" && day["totals"][0]["captured_minor"] == TOTAL).then_some(())
    })
    .await;
    let (_, all) = world.sandbox("GET", "/control/vipps/payments", None).await;
    all["payments"][0]["reference"]
        .as_str()
        .map(str::to_owned)
        .unwrap()
}

/// What a merchant does in the provider's own portal, past the till.
async fn refund_in_the_portal(world: &World, reference: &str, amount_minor: i64) {
    let request = |path: &str| {
        Request::post(format!("/vipps{path}"))
            .header("client_id", "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a")
            .header("client_secret", "karfa-demo-secret")
            .header("Ocp-Apim-Subscription-Key", "0123456789abcdef0123456789abcdef")
            .header("Merchant-Serial-Number", "123456")
    };
    let token = request("/accesstoken/get").body(Body::empty()).unwrap();
    let (_, token) = world.ask_sandbox(token).await;
    let bearer = token["access_token"].as_str().unwrap();
    let body = json!({"modificationAmount": {"currency": "NOK", "value": amount_minor}});
    let refund = request(&format!("/epayment/v1/payments/{reference}/refund"))
        .header("Authorization", format!("Bearer {bearer}"))
        .header("Idempotency-Key", "from-the-portal-0001")
        .header("Content-Type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, answer) = world.ask_sandbox(refund).await;
    assert!(status.is_success(), "{status} {answer}");
}

#[tokio::test]
async fn the_days_totals_are_the_providers() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    sold(&world, &desk).await;
    let day = desk.insist("POST", "/day/compare", None).await;
    let total = &day["totals"][0];
    assert_eq!(total["provider_net_minor"], TOTAL);
    assert_eq!(
        (&total["payments"], &total["not_compared"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(desk.refused("GET", "/day?date=22.11.2026", None).await, "date");
    let other = Desk::sign_in(&world, "oslo", "2", "ola").await;
    assert_eq!(other.insist("GET", "/day", None).await["sales"], json!([]));
}

#[tokio::test]
async fn a_refund_in_the_providers_portal_is_in_the_list_after_the_comparison() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    let reference = sold(&world, &desk).await;
    fault(&world, json!({"call": "vipps.webhook", "kind": "hold"})).await;
    refund_in_the_portal(&world, &reference, 1_234).await;
    let before = desk.insist("GET", "/day", None).await;
    assert_eq!(before["totals"][0]["refunded_minor"], 0, "nobody has looked yet");
    let day = desk.insist("POST", "/day/compare", None).await;
    let total = &day["totals"][0];
    assert_eq!(
        (&total["captured_minor"], &total["refunded_minor"]),
        (&json!(TOTAL), &json!(1_234)),
        "{day:#}"
    );
    assert_eq!(total["provider_net_minor"], TOTAL - 1_234);
    assert_eq!(day["sales"][0]["phase"], "partly_refunded");
    assert_eq!(day["sales"][0]["refunded_minor"], 1_234);
    let shown = desk.sale().await;
    assert_eq!(shown["payment"]["refunded_minor"], 1_234, "{shown:#}");
    let again = desk.insist("POST", "/day/compare", None).await;
    assert_eq!(again["totals"], day["totals"], "it is booked once");
    assert_eq!(world.count("select count(*) from movement").await, 2);
}

#[tokio::test]
async fn a_difference_that_no_sale_believes_is_still_shown() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    sold(&world, &desk).await;
    world.sandbox("POST", "/control/reset", None).await;
    let day = desk.insist("POST", "/day/compare", None).await;
    let total = &day["totals"][0];
    assert_eq!(total["captured_minor"], TOTAL, "{day:#}");
    assert_ne!(total["provider_net_minor"], Value::from(TOTAL), "{day:#}");
}

/// Changes the database past the backend.
async fn change(world: &World, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.database);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(sql).execute(&pool).await.unwrap();
}

#[tokio::test]
async fn money_that_is_about_to_be_booked_is_no_difference() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    change(
        &world,
        "create trigger late before insert on movement begin select raise(abort, 'not yet'); end",
    )
    .await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, PHONE, "payment", "approve").await;
    desk.until_phase("paid").await;
    let reads = async || {
        let (_, log) = world.sandbox("GET", "/control/calls", None).await;
        let calls = log["calls"].as_array().unwrap();
        let reads = calls.iter().filter(|call| call["call"] == "vipps.payment.read");
        reads.count()
    };
    let before = reads().await;
    let booked = async {
        until("the comparison, and the sale's own look", async || {
            (reads().await >= before + 2).then_some(())
        })
        .await;
        change(&world, "drop trigger late").await;
        world.pass(60);
    };
    let (day, ()) = tokio::join!(desk.insist("POST", "/day/compare", None), booked);
    let total = &day["totals"][0];
    assert_eq!(
        (&total["captured_minor"], &total["provider_net_minor"]),
        (&json!(TOTAL), &json!(TOTAL)),
        "{day:#}"
    );
}
