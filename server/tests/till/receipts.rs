//! The receipt that goes with a request: on the customer's phone it is what the till has rung up, with either wallet.

use crate::desk::{Desk, request_on_phone, two_branches};
use crate::world::World;
use serde_json::{Value, json};

/// What the phone shows of a line, in the order of the till.
type Line = (&'static str, &'static str, i64);

/// Three pots of skyr; two pairs of mittens, a tenth off; a hat that comes back; and of it all ten crowns (NOK) or a
/// thousand (ISK) off.
async fn rung_up(desk: &Desk<'_>) -> Value {
    desk.ring_up("skyr-plain", 3).await;
    let mittens = desk.ring_up("mittens-snow", 2).await["lines"][1]["id"].clone();
    let edits = json!([
        {"edit": "discount", "line": mittens, "discount": {"kind": "percent", "hundredths": 1_000}},
        {"edit": "return", "good": "hat-fjell", "quantity": 1},
        {"edit": "discount", "line": null, "discount": {"kind": "amount", "minor": 1_000}},
    ]);
    let edit = json!({"request_id": "reductions-and-a-return", "edits": edits});
    desk.insist("POST", "/sale/lines", Some(edit)).await["sale"].clone()
}

/// Asks for the payment; the lines of the receipt on the phone, which sum up to what is asked for.
async fn on_the_phone(desk: &Desk<'_>, wallet: &str, number: &str) -> Vec<Value> {
    let sale = rung_up(desk).await;
    desk.ask_for_payment(wallet, json!({})).await;
    let id = request_on_phone(desk.world, number, "payment").await;
    let phone = desk.world.phone(number).await;
    let mut inbox = phone["inbox"].as_array().unwrap().iter();
    let request = inbox.find(|item| item["id"] == id.as_str()).unwrap().clone();
    assert_eq!(request["amount"]["value"], sale["total_minor"]);
    let lines = request["lines"].as_array().unwrap().clone();
    let sum: i64 = lines.iter().map(|line| line["value"].as_i64().unwrap()).sum();
    assert_eq!(sum, sale["total_minor"].as_i64().unwrap());
    lines
}

fn assert_shown(lines: &[Value], expected: &[Line]) {
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (&line["name"], &line["quantity"], &line["value"]))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, quantity, value)| (json!(name), json!(quantity), json!(value)))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, quantity, value)| (name, quantity, value))
        .collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn the_receipt_in_vipps_is_the_tills() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::oslo(&world).await;
    desk.identify("phone", "41 23 45 67").await;
    let lines = on_the_phone(&desk, "vipps", "4741234567").await;
    assert_shown(
        &lines,
        &[
            ("Skyr naturell", "3", 10_327),
            ("Votter Snø", "2", 61_963),
            ("Lue Fjell", "1", -39_900),
        ],
    );
}

#[tokio::test]
async fn the_receipt_at_netgiro_is_the_tills() {
    let world = World::with(None, two_branches).await;
    let desk = Desk::reykjavik(&world).await;
    desk.identify("phone", "822 3281").await;
    let lines = on_the_phone(&desk, "netgiro", "8223281").await;
    assert_shown(
        &lines,
        &[
            ("Skyr hreint", "3", 1_052),
            ("Vettlingar Snjór", "2", 8_097),
            ("Húfa Fjall", "-1", -5_790),
        ],
    );
}
