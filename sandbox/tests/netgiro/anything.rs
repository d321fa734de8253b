//! Anything in any order: what is paid stays paid, what is over stays over, and no króna is made or lost. A failure
//! names its seed.

use crate::bench::{Bench, GSM, SSN, cart};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const RUNS: u64 = 100;
const STEPS: u32 = 10;

/// One thing that somebody does to a cart.
async fn step(bench: &Bench, random: &mut StdRng, id: &str) -> String {
    let inbox = format!("/phone/api/{GSM}/inbox/{id}");
    let shown = bench.phone(GSM).await;
    let item = shown["inbox"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == id);
    let code = item.and_then(|item| item["code"].as_str());
    match random.random_range(0..9) {
        0 | 1 => {
            bench.tap("POST", &inbox, &json!({"action": "approve"})).await;
            "approve".into()
        }
        2 => {
            bench.tap("POST", &inbox, &json!({"action": "reject"})).await;
            "reject".into()
        }
        3 | 4 => format!("confirm with {code:?}: {:?}", bench.confirm(id, code).await),
        5 => format!("wrong code: {:?}", bench.confirm(id, Some("wrong")).await),
        6 => format!("cancel: {:?}", bench.cancel(id).await),
        7 => {
            let seconds = random.random_range(1..400);
            bench.advance(seconds);
            format!("{seconds} s")
        }
        _ => {
            let held = bench.tap("GET", "/control/held", &Value::Null).await.body;
            let Some(held) = held["held"][0]["id"].as_u64() else {
                return "nothing is held".into();
            };
            let path = format!("/control/held/{held}/release");
            format!("release: {}", bench.tap("POST", &path, &Value::Null).await.body)
        }
    }
}

#[tokio::test]
async fn whatever_is_done_in_whatever_order_the_money_is_right() {
    let mut ends = std::collections::BTreeMap::new();
    let bench = Bench::new();
    for seed in 0..RUNS {
        let mut random = StdRng::seed_from_u64(seed);
        let customer = match random.random_range(0..3) {
            0 => GSM.to_owned(),
            1 => SSN.to_owned(),
            _ => bench.phone(GSM).await["app_code"].as_str().unwrap().to_owned(),
        };
        if random.random_bool(0.3) {
            let hold = json!({"call": "netgiro.callback", "kind": "hold", "times": 1});
            bench.fault(&hold).await;
        }
        if random.random_bool(0.2) {
            bench.shop.next(Some(500));
        }
        let id = bench.insert(&cart(&customer, random.random_range(0..3))).await;
        let mut done = Vec::new();
        let mut ended = None;
        for _ in 0..STEPS {
            done.push(step(&bench, &mut random, &id).await);
            // In one look: a callback may be on its way meanwhile.
            let known = bench.known(&id).await;
            let amount = |name: &str| known[name].as_i64().unwrap();
            let (code, money) = (
                known["result_code"].as_u64().unwrap(),
                (amount("paid"), amount("reserved"), amount("refunded")),
            );
            let story = format!("seed {seed}: {done:?} -> {code}, {money:?}");
            let right = match code {
                10200 => (1000, 0, 0),
                10426 | 10429 => (0, 1000, 0),
                10201 | 10425 | 10428 => (0, 0, 0),
                _ => panic!("{story}"),
            };
            assert_eq!(money, right, "{story}");
            if let Some(end) = ended {
                assert_eq!(code, end, "{story}: it was over");
            }
            ended = ended.or(matches!(code, 10200 | 10201).then_some(code));
        }
        *ends.entry(ended).or_insert(0) += 1;
        bench.tap("POST", "/control/reset", &Value::Null).await;
    }
    for end in [Some(10200), Some(10201)] {
        assert!(ends[&end] > 20, "the walk does not come far: {ends:?}");
    }
}
