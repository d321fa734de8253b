//! A branch where Netgíró is taken, and the carts that Netgíró has of its sales.

use crate::desk::{at_netgiro, in_tables};
use crate::world::{World, until};
use karfa::config::Config;
use serde_json::{Value, json};

/// The branch that takes Netgíró, alone.
pub(crate) fn reykjavik(config: &mut Config) {
    for store in &mut config.stores {
        store.branches.retain(|branch| branch.id.as_str() == "reykjavik");
    }
}

/// What customers have reserved and not paid.
pub(crate) async fn reserved(world: &World) -> i64 {
    let (_, all) = world.sandbox("GET", "/control/netgiro/carts", None).await;
    all["totals"]["reserved"].as_i64().unwrap()
}

/// Netgíró's clock goes on; the shop's stays.
pub(crate) async fn time_passes_at_netgiro(world: &World, seconds: u32) {
    let advance = json!({"advance_seconds": seconds});
    let (status, answer) = world.sandbox("POST", "/control/clock", Some(advance)).await;
    assert!(status.is_success(), "{answer}");
}

/// The carts of a sale, of all its attempts.
pub(crate) async fn carts_of(world: &World, sale: &Value) -> Vec<Value> {
    let (_, all) = world.sandbox("GET", "/control/netgiro/carts", None).await;
    let id = sale["id"].as_str().unwrap();
    let carts = all["carts"].as_array().unwrap().iter();
    carts
        .filter(|cart| cart["reference"].as_str().unwrap().starts_with(id))
        .cloned()
        .collect()
}

/// Netgíró, the tables and the page tell of the same money, and no sale is paid twice.
pub(crate) async fn assert_agrees(world: &World, sale: &Value, about: &str) {
    let carts = carts_of(world, sale).await;
    let amount = |cart: &Value, field: &str| cart[field].as_i64().unwrap();
    let kept: Vec<&Value> = carts
        .iter()
        .filter(|cart| amount(cart, "paid") > amount(cart, "refunded"))
        .collect();
    assert!(kept.len() <= 1, "{about}: paid twice: {carts:#?}");
    let payment = &sale["payment"];
    let shown = |field: &str| payment[field].as_i64().unwrap();
    let of_payment = |field: &str| -> i64 {
        carts
            .iter()
            .filter(|cart| cart["reference"] == payment["reference"])
            .map(|cart| amount(cart, field))
            .sum()
    };
    assert_eq!(
        (of_payment("paid"), of_payment("refunded")),
        (shown("captured_minor"), shown("refunded_minor")),
        "{about}: {carts:#?} {sale:#}"
    );
    let net: i64 = kept
        .iter()
        .map(|cart| amount(cart, "paid") - amount(cart, "refunded"))
        .sum();
    assert_eq!(net, shown("captured_minor") - shown("refunded_minor"), "{about}");
    until("the booking", async || {
        let (tables, provider) = (in_tables(world).await, at_netgiro(world).await);
        (tables == provider).then_some(())
    })
    .await;
}

/// What somebody says who has looked for the payment of a sale in the portal: its id there, or that it was not paid.
pub(crate) fn told(sale: &Value, transaction: &Value) -> Value {
    json!({"reference": sale["payment"]["reference"], "transaction": transaction})
}

/// Waits until all that was to go wrong has done so.
pub(crate) async fn no_faults(world: &World) {
    until("the faults to strike", async || {
        let (_, left) = world.sandbox("GET", "/control/faults", None).await;
        left["faults"].as_array()?.is_empty().then_some(())
    })
    .await;
}

/// The kennitala of somebody whom no other row has met, with a right check digit.
pub(crate) fn kennitala(serial: u32) -> String {
    (0..)
        .map(|year| format!("0104{:02}{:02}", (year + serial) % 100, 20 + serial % 80))
        .find_map(|first| {
            let sum: u32 = first
                .bytes()
                .zip([3, 2, 7, 6, 5, 4, 3, 2])
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            let check = (11 - sum % 11) % 11;
            (check < 10).then(|| format!("{first}{check}9"))
        })
        .unwrap()
}
