//! Who a customer is stands nowhere that lasts: not in the sales, not in the journal of what happened to them, not in what is
//! still to be done when they are over.

use crate::desk::{Desk, request_on_phone, tap};
use crate::forgotten::all_is_done;
use crate::netgiro_desk::{kennitala, reykjavik};
use crate::world::World;
use serde_json::json;
use std::collections::BTreeSet;

const NORWEGIAN: &str = "91234567";
const ICELANDER: &str = "6912345";

/// Rows of tables that keep what happened, for as long as somebody may ask.
fn lasting(rows: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    // The club knows its members and what they bought; who else was asked or served is forgotten (`forgotten`).
    let of_the_club = [
        "member: ",
        "consent: ",
        "purchase: ",
        "enrolment: ",
        "sale_customer: ",
    ];
    rows.iter()
        .filter(move |row| !of_the_club.iter().any(|table| row.starts_with(table)))
}

async fn stands_nowhere(world: &World, secrets: &[&str]) {
    let rows = world.contents().await;
    assert!(rows.iter().any(|row| row.starts_with("journal: ")), "a journal");
    assert!(rows.iter().any(|row| row.starts_with("aggregate: ")), "sales");
    for secret in secrets {
        let found: Vec<&String> = lasting(&rows).filter(|row| row.contains(secret)).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_and_a_name_stand_in_the_clubs_register_alone() {
    let world = World::with(None, crate::desk::two_branches).await;
    let desk = Desk::oslo(&world).await;
    let number = format!("47{NORWEGIAN}");
    let phone = world.phone(&number).await;
    let [surname, mail, code] = [
        &phone["person"]["surname"],
        &phone["person"]["mail"],
        &phone["personal_qr"],
    ]
    .map(|text| text.as_str().unwrap().to_owned());
    let scan = json!({"request_id": "a-scan-of-a-code", "text": code});
    desk.insist("POST", "/sale/scan", Some(scan)).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.press("/sale/enrolment").await;
    tap(&world, &number, "consent", "approve").await;
    desk.until_sale("the member", |sale| {
        sale["customer"]["membership"]["state"] == "member"
    })
    .await;
    desk.ask_for_payment("vipps", json!({})).await;
    tap(&world, &number, "payment", "approve").await;
    desk.until_phase("paid").await;
    let token = code.rsplit('/').next().unwrap();
    stands_nowhere(&world, &[NORWEGIAN, &surname, &mail, token]).await;
    assert_eq!(
        world
            .count(&format!("select count(*) from member where phone = '{number}'"))
            .await,
        1
    );
    desk.press("/sale/finish").await;
    stands_nowhere(&world, &[NORWEGIAN, &surname, &mail, token]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kennitala_its_code_and_the_apps_code_stand_nowhere() {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let ssn = kennitala(3);
    let number = format!("6{}", &ssn[4..]);
    desk.identify("national_id", &ssn).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "manual"}))
        .await;
    desk.until_phase("awaiting_code").await;
    request_on_phone(&world, &number, "sms").await;
    let phone = world.phone(&number).await;
    let code = phone["inbox"][0]["code"].as_str().unwrap().to_owned();
    let entry = json!({"code": code});
    desk.insist("POST", "/sale/payment/code", Some(entry)).await;
    desk.until_phase("paid").await;
    desk.press("/sale/finish").await;
    let phone = world.phone(ICELANDER).await;
    let [typed, scanned] =
        ["app_code", "app_code_barcode"].map(|name| phone[name].as_str().unwrap().to_owned());
    desk.identify("app_code", &typed).await;
    desk.ring_up("skyr-plain", 1).await;
    desk.ask_for_payment("netgiro", json!({"confirmation": "manual"}))
        .await;
    desk.until_phase("paid").await;
    desk.press("/sale/finish").await;
    all_is_done(&world).await;
    // A code of four digits stands in many a number: in what was entered it would stand by itself.
    let entered = format!("\"{code}\"");
    stands_nowhere(&world, &[&ssn, &typed, &scanned, &entered]).await;
}
