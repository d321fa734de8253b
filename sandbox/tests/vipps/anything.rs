//! Whatever is done to a payment, in any order: the money adds up, and the merchant hears of every step once.

use crate::bench::Bench;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

/// What the steps of a history come to: authorised, cancelled, captured, refunded.
fn sums_of(steps: &[Value]) -> [i64; 4] {
    let sum = |names: &[&str]| -> i64 {
        let ours = steps
            .iter()
            .filter(|step| names.contains(&step["name"].as_str().unwrap()));
        ours.map(|step| step["amount"]["value"].as_i64().unwrap()).sum()
    };
    [
        sum(&["AUTHORIZED"]),
        sum(&["CANCELLED", "TERMINATED"]),
        sum(&["CAPTURED"]),
        sum(&["REFUNDED"]),
    ]
}

async fn one_step(bench: &Bench, random: &mut StdRng, reference: &str, step: usize) {
    // An old key comes again now and then.
    let key = format!("k-{}", random.random_range(0..=step));
    let value = [1, 999, 5_000, 12_500, 25_000][random.random_range(0..5)];
    match random.random_range(0..10) {
        0..=3 => drop(bench.modify(&key, "capture", reference, value).await),
        4..=6 => drop(bench.modify(&key, "refund", reference, value).await),
        7 => drop(bench.modify(&key, "cancel", reference, value).await),
        other => {
            let action = ["approve", "reject"][usize::from(other == 9 && random.random_bool(0.2))];
            if !bench.inbox(crate::bench::PHONE).await.is_empty() {
                bench.answer(action).await;
            }
        }
    }
}

#[tokio::test]
async fn money_adds_up_after_any_steps_and_each_is_told_once_and_in_order() {
    let mut ends = std::collections::BTreeSet::new();
    for seed in 0..30 {
        let mut random = StdRng::seed_from_u64(seed);
        let bench = Bench::new().await;
        bench.listen().await;
        bench.waiting("k-100000", 25_000).await;
        if random.random_bool(0.8) {
            bench.answer("approve").await;
        }
        for step in 0..25 {
            one_step(&bench, &mut random, "k-100000", step).await;
            bench.advance(13);
            let (state, sums) = bench.sums("k-100000").await;
            let [authorised, cancelled, captured, refunded] = sums;
            assert!(refunded <= captured, "seed {seed}, step {step}: {sums:?}");
            if state == "AUTHORIZED" {
                assert!(
                    captured + cancelled <= authorised,
                    "seed {seed}, step {step}: {sums:?}"
                );
            } else {
                assert_eq!(
                    [authorised, captured, refunded],
                    [0; 3],
                    "seed {seed}, step {step}: {state}"
                );
            }
        }
        let (state, sums) = bench.sums("k-100000").await;
        let history = bench.get("/epayment/v1/payments/k-100000/events").await.body;
        let history = history.as_array().unwrap();
        assert_eq!(sums_of(history), sums, "seed {seed}");
        bench.wait_until_told().await;
        let told: Vec<Value> = bench
            .merchant
            .heard()
            .into_iter()
            .map(|heard| heard.body)
            .collect();
        assert_eq!(told.len(), history.len(), "seed {seed}");
        for (told, step) in told.iter().zip(history) {
            assert_eq!(
                (&told["name"], &told["pspReference"]),
                (&step["name"], &step["pspReference"]),
                "seed {seed}"
            );
        }
        ends.insert((state, sums[1] > 0, sums[2] > 0, sums[3] > 0));
    }
    assert!(ends.len() >= 5, "the seeds lead to different ends: {ends:?}");
}
