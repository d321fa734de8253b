//! What is meant for one sale, or for one customer, never meets another.

use crate::desk::{Desk, two_branches};
use crate::world::World;
use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_press_of_a_button_leaves_the_next_sale_alone() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    let first = desk.ring_up("skyr-plain", 1).await;
    let meant = format!("?sale={}", first["id"].as_str().unwrap());
    desk.insist("POST", &format!("/sale/discard{meant}"), None).await;
    let second = desk.ring_up("skyr-plain", 2).await;
    let more = json!({"request_id": "an-edit-of-the-first", "edits": [{"edit": "add", "good": "skyr-plain", "quantity": 1}]});
    let presses = [
        ("/sale/discard", None),
        ("/sale/finish", None),
        ("/sale/payment/cancel", None),
        ("/sale/payment/capture", Some(json!({"amount_minor": 100}))),
        ("/sale/payment/code", Some(json!({"code": "1234"}))),
        ("/sale/lines", Some(more)),
    ];
    for (path, body) in presses {
        let refused = desk.refused("POST", &format!("{path}{meant}"), body).await;
        assert_eq!(refused, "other_sale", "{path}");
    }
    assert_eq!(desk.sale().await, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_asked_to_pay_but_whom_the_sale_shows() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    desk.identify("phone", "912 34 567").await;
    let sale = desk.ring_up("skyr-plain", 1).await;
    // As if the process had ended after the sale learned of its customer, and before the number was kept.
    let options = SqliteConnectOptions::new().filename(&world.database);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let other = json!({"phone": {"country_prefix": "47", "national": "98765432"}}).to_string();
    let changed = sqlx::query("update sale_customer set customer = ?")
        .bind(other)
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": "vipps"});
    assert_eq!(
        desk.refused("POST", "/sale/payment", Some(wish)).await,
        "no_customer"
    );
    assert_eq!(world.phone("4798765432").await["inbox"], json!([]));
    assert_eq!(desk.sale().await["payment"], Value::Null);
}
