//! Signing in, the customer by scan or number, and the club.

use crate::desk::{Desk, fault, request_on_phone, tap, two_branches};
use crate::world::{World, until};
use http::StatusCode;
use serde_json::{Value, json};

const PHONE: &str = "4741234567";
const NUMBER: &str = "41 23 45 67";

async fn world() -> World {
    World::with(None, two_branches).await
}

fn state_of(sale: &Value) -> &Value {
    &sale["customer"]["membership"]["state"]
}

async fn until_member(desk: &Desk<'_>, state: &str) -> Value {
    desk.until_sale(state, |sale| state_of(sale) == state).await
}

async fn personal_qr(world: &World, phone: &str) -> String {
    world.phone(phone).await["personal_qr"]
        .as_str()
        .map(str::to_owned)
        .expect("the phone shows its code")
}

fn scan_of(text: &str) -> Value {
    json!({"request_id": format!("scan-of-{}", text.len()), "text": text})
}

#[tokio::test]
async fn a_wrong_pin_opens_nothing_and_five_lock_the_door() {
    let world = world().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    let view = desk.insist("GET", "/session", None).await;
    assert_eq!(view["seat"]["cashier"]["id"], "kari");
    assert_eq!(view["seat"]["wallets"][0]["name"], "Vipps");
    assert!(
        view["branches"][0]["shown_pin"]
            .as_str()
            .unwrap()
            .starts_with("1234")
    );
    desk.insist("DELETE", "/session", None).await;
    assert_eq!(desk.refused("GET", "/desk", None).await, "not_signed_in");
    let wrong = json!({"branch": "oslo", "till": "1", "cashier": "kari", "pin": "0000"});
    for _ in 0..5 {
        assert_eq!(
            desk.refused("POST", "/session", Some(wrong.clone())).await,
            "wrong_pin"
        );
    }
    let (status, locked) = desk.ask("POST", "/session", Some(wrong)).await.unwrap();
    assert_eq!(
        (status, &locked["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("pin_locked"))
    );
    let right = json!({"branch": "oslo", "till": "1", "cashier": "kari", "pin": "1234"});
    assert_eq!(
        desk.refused("POST", "/session", Some(right.clone())).await,
        "pin_locked"
    );
    world.pass(61);
    desk.insist("POST", "/session", Some(right)).await;
    world.pass(12 * 60 * 60);
    assert_eq!(
        desk.refused("GET", "/goods", None).await,
        "not_signed_in",
        "a shift has an end"
    );
}

#[tokio::test]
async fn goods_and_customers_are_told_apart_by_what_was_scanned() {
    let world = world().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    let goods = desk.insist("GET", "/goods", None).await;
    let ean = goods["goods"][0]["ean"].as_str().unwrap();
    let rung = desk.insist("POST", "/sale/scan", Some(scan_of(ean))).await;
    assert_eq!(rung["was"], "good");
    assert_eq!(rung["desk"]["sale"]["lines"][0]["quantity"], 1);
    let code = personal_qr(&world, PHONE).await;
    let known = desk.insist("POST", "/sale/scan", Some(scan_of(&code))).await;
    assert_eq!(known["was"], "customer");
    let customer = &known["desk"]["sale"]["customer"];
    assert_eq!(customer["kind"], "personal_qr");
    assert!(!customer.to_string().contains("41234567"), "{customer}");
    assert_eq!(customer["membership"]["state"], "not_member");
    let old = format!("https://qr.vipps.no/28/2/01/031/{PHONE}?v=1");
    let scanned = desk.insist("POST", "/sale/scan", Some(scan_of(&old))).await;
    assert_eq!(scanned["note"], "qr_old");
    for (text, why) in [
        ("https://qr.vipps.no/p/0123456789abcdef", "qr_expired"),
        ("https://qr.vipps.no/p/01", "qr_damaged"),
        ("https://example.org/p/0123456789abcdef", "qr_foreign"),
        ("2099999999999", "unknown_barcode"),
        ("neither", "unknown_scan"),
    ] {
        let code = desk.refused("POST", "/sale/scan", Some(scan_of(text))).await;
        assert_eq!(code, why, "{text}");
    }
    let kept = desk.sale().await;
    assert!(kept["customer"].is_object(), "a bad scan forgets nobody");
    desk.insist("DELETE", "/sale/customer", None).await;
    assert!(desk.sale().await["customer"].is_null());
    assert_eq!(world.count("select count(*) from sale_customer").await, 0);
}

#[tokio::test]
async fn a_code_that_nobody_can_exchange_now_serves_for_the_payment() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    let code = personal_qr(&world, PHONE).await;
    fault(
        &world,
        json!({"call": "vipps.qr.exchange", "kind": "fail", "status": 503, "times": 5}),
    )
    .await;
    let scanned = desk.insist("POST", "/sale/scan", Some(scan_of(&code))).await;
    assert_eq!(scanned["note"], "qr_not_exchanged");
    assert_eq!(state_of(&scanned["desk"]["sale"]), "unknown");
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, PHONE, "payment", "approve").await;
    desk.until_phase("paid").await;
}

#[tokio::test]
async fn a_stranger_who_consents_is_a_member_and_the_purchase_is_booked_once() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    let asked = desk.press("/sale/enrolment").await;
    let membership = &asked["customer"]["membership"];
    assert_eq!(membership["state"], "enrolling", "{membership}");
    let message = membership["binding_message"].as_str().unwrap().to_owned();
    // The same customer at the other till: asked once.
    let other = Desk::sign_in(&world, "oslo", "2", "ola").await;
    other.ring_up("mittens-snow", 1).await;
    other.identify("phone", NUMBER).await;
    let joined_in = other.press("/sale/enrolment").await;
    assert_eq!(joined_in["customer"]["membership"]["binding_message"], *message);
    let phone = world.phone(PHONE).await;
    let consents: Vec<_> = phone["inbox"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "consent")
        .collect();
    assert_eq!(consents.len(), 1);
    assert_eq!(consents[0]["binding_message"], *message);
    tap(&world, PHONE, "consent", "approve").await;
    until_member(&desk, "member").await;
    until_member(&other, "member").await;
    assert_eq!(world.count("select count(*) from member").await, 1);
    until("the number is forgotten", async || {
        (world.count("select count(*) from enrolment").await == 0).then_some(())
    })
    .await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, PHONE, "payment", "approve").await;
    desk.until_phase("paid").await;
    until("the purchase", async || {
        (world.count("select count(*) from purchase").await == 1).then_some(())
    })
    .await;
    for sql in [
        "select count(*) from journal where event like '%41234567%'",
        "select count(*) from aggregate where state like '%41234567%'",
    ] {
        assert_eq!(world.count(sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn who_joins_when_a_part_has_come_back_has_bought_the_rest() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, PHONE, "payment", "approve").await;
    let sale = desk.until_phase("paid").await;
    let path = format!("/sales/{}/refund", sale["id"].as_str().unwrap());
    let part = json!({"request_id": "a-part-of-it", "amount_minor": 4_900});
    desk.insist("POST", &path, Some(part)).await;
    desk.until_phase("partly_refunded").await;
    until("the row to follow", async || {
        let sql = "select coalesce(max(refunded_minor), 0) from sale_row";
        (world.count(sql).await == 4_900).then_some(())
    })
    .await;
    desk.press("/sale/enrolment").await;
    tap(&world, PHONE, "consent", "approve").await;
    until_member(&desk, "member").await;
    until("the purchase", async || {
        let sql = "select coalesce(sum(amount_minor), 0) from purchase";
        (world.count(sql).await == 30_000).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_refuses_or_lets_it_lapse_is_no_member_and_the_sale_goes_on() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.press("/sale/enrolment").await;
    tap(&world, PHONE, "consent", "reject").await;
    let refused = until_member(&desk, "refused").await;
    assert!(refused["can"].as_array().unwrap().contains(&json!("request")));
    // Asked again, and nobody answers.
    desk.press("/sale/enrolment").await;
    request_on_phone(&world, PHONE, "consent").await;
    world.pass(601);
    until_member(&desk, "lapsed").await;
    assert_eq!(world.count("select count(*) from member").await, 0);
    for (number, why) in [
        ("90000001", "unknown_user"),
        ("90000002", "invalid_user"),
        ("90000004", "old_app"),
        ("90000006", "too_many"),
    ] {
        desk.identify("phone", number).await;
        desk.press("/sale/enrolment").await;
        let sale = until_member(&desk, "not_possible").await;
        assert_eq!(sale["customer"]["membership"]["why"], why, "{number}");
    }
    desk.identify("phone", NUMBER).await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, PHONE, "payment", "approve").await;
    desk.until_phase("paid").await;
}

#[tokio::test]
async fn a_login_goes_on_whatever_is_lost_on_the_way() {
    for what in [
        json!({"call": "vipps.login.start", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.login.start", "kind": "fail", "status": 503, "times": 1}),
        json!({"call": "vipps.login.poll", "kind": "drop_before", "times": 2}),
        json!({"call": "vipps.login.poll", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.login.userinfo", "kind": "drop_after", "times": 1}),
        json!({"call": "vipps.login.userinfo", "kind": "fail", "status": 500, "times": 2}),
    ] {
        let world = world().await;
        let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
        desk.ring_up("mittens-snow", 1).await;
        desk.identify("phone", NUMBER).await;
        fault(&world, what.clone()).await;
        desk.press("/sale/enrolment").await;
        // Whoever is asked twice consents twice.
        let sale = desk
            .until_sale(&what.to_string(), |sale| {
                state_of(sale) == "enrolling" || state_of(sale) == "member"
            })
            .await;
        assert!(sale["customer"].is_object());
        until(&what.to_string(), async || {
            let phone = world.phone(PHONE).await;
            for entry in phone["inbox"]
                .as_array()?
                .iter()
                .filter(|entry| entry["kind"] == "consent")
            {
                let path = format!("/phone/api/{PHONE}/inbox/{}", entry["id"].as_str()?);
                world
                    .sandbox("POST", &path, Some(json!({"action": "approve"})))
                    .await;
            }
            world.pass(1);
            (state_of(&desk.sale().await) == "member").then_some(())
        })
        .await;
        assert_eq!(world.count("select count(*) from member").await, 1, "{what}");
    }
}

#[tokio::test]
async fn a_consent_has_the_time_at_which_it_was_given_and_not_the_one_at_which_it_was_heard_of() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    // What the phone says is from another time than the shop's.
    let ahead = json!({"advance_seconds": 7_200});
    world.sandbox("POST", "/control/clock", Some(ahead)).await;
    desk.identify("phone", NUMBER).await;
    desk.press("/sale/enrolment").await;
    tap(&world, PHONE, "consent", "approve").await;
    until_member(&desk, "member").await;
    let said = "select count(*) from consent join member using (store, phone)";
    assert!(world.count(said).await > 0);
    let apart = "unixepoch(at) - unixepoch(since) between 7100 and 7300";
    let right = world.count(&format!("{said} where {apart}")).await;
    assert_eq!(right, world.count(said).await);
}

#[tokio::test]
async fn a_consent_is_not_lost_while_nobody_can_verify_it() {
    for what in [
        json!({"call": "vipps.login.keys", "kind": "fail", "status": 503, "times": 4}),
        json!({"call": "vipps.login.keys", "kind": "fail", "status": 429, "times": 4}),
        json!({"call": "vipps.login.keys", "kind": "drop_after", "times": 4}),
    ] {
        let world = world().await;
        let desk = Desk::oslo(&world).await;
        desk.ring_up("mittens-snow", 1).await;
        desk.identify("phone", NUMBER).await;
        desk.press("/sale/enrolment").await;
        fault(&world, what.clone()).await;
        tap(&world, PHONE, "consent", "approve").await;
        until_member(&desk, "member").await;
        let (_, log) = world.sandbox("GET", "/control/calls", None).await;
        let calls = log["calls"].as_array().unwrap();
        let starts = calls.iter().filter(|call| call["call"] == "vipps.login.start");
        assert_eq!(starts.count(), 1, "{what}: asked once");
        until("the grant is forgotten", async || {
            (world.count("select count(*) from enrolment").await == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn whom_the_userinfo_does_not_name_as_the_id_token_does_is_no_member() {
    // At once, and when who it is could not be read at first.
    for failures in [0, 1] {
        let world = world().await;
        let desk = Desk::oslo(&world).await;
        if failures > 0 {
            let broken =
                json!({"call": "vipps.login.userinfo", "kind": "fail", "status": 500, "times": failures});
            fault(&world, broken).await;
        }
        desk.identify("phone", "90 00 00 08").await;
        desk.press("/sale/enrolment").await;
        tap(&world, "4790000008", "consent", "approve").await;
        let sale = desk
            .until_sale("its end", |sale| state_of(sale) != "enrolling")
            .await;
        let membership = &sale["customer"]["membership"];
        assert_eq!(
            (&membership["state"], &membership["why"]),
            (&json!("not_possible"), &json!("id_token")),
            "{sale:#}"
        );
        assert_eq!(world.count("select count(*) from member").await, 0);
        until("the grant is forgotten", async || {
            (world.count("select count(*) from enrolment").await == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_consent_that_nobody_can_verify_in_time_makes_no_member_and_is_not_called_lapsed() {
    let world = world().await;
    let desk = Desk::oslo(&world).await;
    desk.ring_up("mittens-snow", 1).await;
    desk.identify("phone", NUMBER).await;
    desk.press("/sale/enrolment").await;
    fault(
        &world,
        json!({"call": "vipps.login.keys", "kind": "fail", "status": 503, "times": 1_000_000}),
    )
    .await;
    tap(&world, PHONE, "consent", "approve").await;
    let sale = desk
        .until_sale_passing(10, "its end", |sale| state_of(sale) != "enrolling")
        .await;
    assert_eq!(sale["customer"]["membership"]["why"], "answer_lost", "{sale:#}");
    assert_eq!(world.count("select count(*) from member").await, 0);
    until("the grant is forgotten", async || {
        (world.count("select count(*) from enrolment").await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn only_a_manager_has_the_members_as_a_file() {
    let world = world().await;
    let desk = Desk::sign_in(&world, "oslo", "1", "kari").await;
    assert_eq!(desk.refused("GET", "/members.csv", None).await, "managers_only");
    assert_eq!(desk.refused("POST", "/members.csv", None).await, "managers_only");
    assert_eq!(
        desk.insist("POST", "/members", Some(json!({"text": "dahl"})))
            .await["count"],
        0
    );
}
