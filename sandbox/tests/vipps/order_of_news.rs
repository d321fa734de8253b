//! When news comes: in order, again after the contract's pauses, twice, held, lost.

use crate::bench::{Bench, WEBHOOK_URL};
use serde_json::{Value, json};

/// How many calls came, after everything that was to come by now has come.
async fn count_after_a_try(bench: &Bench, expected: usize) -> usize {
    bench.merchant.wait_for(expected).await;
    // One more round of everything that is ready: nothing else may come of it.
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    bench.merchant.heard().len()
}

#[tokio::test]
async fn news_that_nobody_takes_is_repeated_with_the_contract_s_pauses() {
    let bench = Bench::new().await;
    bench
        .register(WEBHOOK_URL, &["epayments.payment.created.v1"])
        .await;
    bench
        .merchant
        .answer_next(&[500, 0, 302, 404, 503, 500, 500, 500]);
    bench.waiting("k-100000", 25_000).await;
    assert_eq!(count_after_a_try(&bench, 1).await, 1);
    for (tries, pause) in [
        (2, 2),
        (3, 2),
        (4, 2),
        (5, 2),
        (6, 60),
        (7, 120),
        (8, 3600),
        (9, 3600),
    ] {
        bench.move_clock(pause - 1).await;
        assert_eq!(
            count_after_a_try(&bench, tries - 1).await,
            tries - 1,
            "before {pause} s have passed"
        );
        bench.move_clock(1).await;
        assert_eq!(count_after_a_try(&bench, tries).await, tries, "after {pause} s");
    }
    bench.wait_until_told().await;
    bench.move_clock(86_400).await;
    assert_eq!(
        count_after_a_try(&bench, 9).await,
        9,
        "what was taken is not repeated"
    );
    let heard = bench.merchant.heard();
    assert!(heard.iter().all(|one| one.body == heard[0].body));
}

#[tokio::test]
async fn news_that_fails_blocks_the_later_news_of_its_payment_only() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.merchant.answer_next(&[500]);
    bench.paid("k-100000", 25_000).await;
    assert_eq!(count_after_a_try(&bench, 1).await, 1);
    bench.waiting("k-200000", 25_000).await;
    bench.merchant.wait_for(2).await;
    bench.move_clock(2).await;
    let heard = bench.merchant.wait_for(4).await;
    let lines: Vec<String> = heard
        .iter()
        .map(|heard| {
            format!(
                "{} {}",
                heard.body["reference"].as_str().unwrap(),
                heard.body["name"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "k-100000 CREATED",
            "k-200000 CREATED",
            "k-100000 CREATED",
            "k-100000 AUTHORIZED"
        ]
    );
}

#[tokio::test]
async fn one_deaf_webhook_does_not_block_another() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench
        .register("http://other.test/hooks", &["epayments.payment.authorized.v1"])
        .await;
    bench.merchant.answer_next(&[500]);
    bench.waiting("k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    bench.answer("approve").await;
    assert_eq!(bench.merchant.wait_for(2).await[1].uri, "http://other.test/hooks");
}

#[tokio::test]
async fn news_is_given_up_after_seven_days() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.merchant.answer_next(&[500; 40]);
    bench.waiting("k-100000", 25_000).await;
    bench.answer("reject").await;
    let mut tries = 1;
    for pause in [2, 2, 2, 2, 60, 120]
        .into_iter()
        .chain([3600; 24])
        .chain([86_400; 5])
    {
        bench.merchant.wait_for(tries).await;
        bench.move_clock(pause).await;
        tries += 1;
    }
    let heard = bench.merchant.wait_for(tries + 1).await;
    assert_eq!(tries, 36);
    assert!(heard[..36].iter().all(|one| one.body["name"] == "CREATED"));
    assert_eq!(heard[36].body["name"], "ABORTED", "the next news has its turn");
}

#[tokio::test]
async fn a_held_event_is_overtaken_and_comes_when_it_is_released() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench
        .fault(&json!({"call": "vipps.webhook", "kind": "hold", "times": 1}))
        .await;
    bench.paid("k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    assert_eq!(bench.merchant.names(), ["AUTHORIZED"]);
    let held = bench.control("GET", "/held", &Value::Null).await;
    let id = held["held"][0]["id"].as_u64().unwrap();
    assert_eq!(held["held"][0]["call"], "vipps.webhook");
    let released = bench
        .control("POST", &format!("/held/{id}/release"), &Value::Null)
        .await;
    assert_eq!(released, json!({"status": 200}));
    assert_eq!(bench.merchant.names(), ["AUTHORIZED", "CREATED"]);
}

#[tokio::test]
async fn a_held_event_can_be_lost_for_good() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench
        .fault(&json!({"call": "vipps.webhook", "kind": "hold", "times": 1}))
        .await;
    bench.paid("k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    bench.control("DELETE", "/held/1", &Value::Null).await;
    bench.wait_until_told().await;
    bench.move_clock(86_400).await;
    assert_eq!(count_after_a_try(&bench, 1).await, 1);
}

#[tokio::test]
async fn an_event_can_come_twice() {
    for (kind, same_bytes) in [("duplicate", false), ("replay", true)] {
        let bench = Bench::new().await;
        bench.listen().await;
        bench
            .fault(&json!({"call": "vipps.webhook", "kind": kind, "times": 1}))
            .await;
        bench.waiting("k-100000", 25_000).await;
        let heard = bench.merchant.wait_for(2).await;
        assert_eq!(heard[0].raw, heard[1].raw);
        if same_bytes {
            assert_eq!(heard[0].headers, heard[1].headers);
        }
        bench.wait_until_told().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_brings_the_event_again() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench
        .fault(&json!({"call": "vipps.webhook", "kind": "drop_after", "times": 1}))
        .await;
    bench.waiting("k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    bench.move_clock(2).await;
    let heard = bench.merchant.wait_for(2).await;
    assert_eq!(heard[0].body, heard[1].body);
}

#[tokio::test]
async fn the_list_of_calls_shows_how_a_webhook_went_and_nothing_of_its_body() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.merchant.answer_next(&[503]);
    bench.waiting("k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    bench.move_clock(2).await;
    bench.merchant.wait_for(2).await;
    bench.wait_until_told().await;
    let calls = bench.control("GET", "/calls", &Value::Null).await;
    let statuses: Vec<&Value> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["call"] == "vipps.webhook")
        .map(|call| &call["status"])
        .collect();
    assert_eq!(statuses, [503, 200]);
    assert!(!calls.to_string().contains("k-100000") && !calls.to_string().contains(WEBHOOK_URL));
}
