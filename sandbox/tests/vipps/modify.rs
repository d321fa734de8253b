//! Capture, refund and cancel: what they do in each state, and the numbers of their refusals.

use crate::bench::{Bench, PHONE};
use serde_json::{Value, json};

/// Brings a payment over 250.00 into a state.
async fn payment_in(bench: &Bench, state: &str) -> String {
    let reference = format!("k-{state}-000");
    bench.waiting(&reference, 25_000).await;
    let capture = async |value| {
        bench
            .modify(&format!("c-{value}"), "capture", &reference, value)
            .await
    };
    match state {
        "created" => {}
        "deciding" => {
            bench.answer("open").await;
        }
        "aborted" => {
            bench.answer("reject").await;
        }
        "expired" => bench.move_clock(600).await,
        "terminated" => {
            bench.modify("x-0", "cancel", &reference, 0).await;
        }
        _ => {
            assert_eq!(bench.answer("approve").await.0, 200);
        }
    }
    match state {
        "captured" => {
            capture(25_000).await;
        }
        "partly-captured" => {
            capture(10_000).await;
        }
        "cancelled" => {
            bench.modify("x-0", "cancel", &reference, 0).await;
        }
        "captured-and-cancelled" => {
            capture(10_000).await;
            bench.modify("x-0", "cancel", &reference, 0).await;
        }
        "refunded" => {
            capture(25_000).await;
            bench.modify("r-0", "refund", &reference, 25_000).await;
        }
        "old" => bench.move_clock(180 * 86_400 + 1).await,
        "captured-old" => {
            capture(25_000).await;
            bench.move_clock(365 * 86_400 + 1).await;
        }
        _ => {}
    }
    bench.sign_in().await;
    reference
}

/// State, call, amount; the number of the refusal, or the sums afterwards.
type Case = (&'static str, &'static str, i64, Result<[i64; 4], &'static str>);

#[rustfmt::skip] // A table is read by its columns.
const CASES: &[Case] = &[
    ("created",                "capture", 25_000, Err("6080")),
    ("created",                "refund",  25_000, Err("6020")),
    ("created",                "cancel",  0,      Ok([0, 25_000, 0, 0])),
    ("deciding",               "cancel",  0,      Err("6250")),
    ("aborted",                "capture", 25_000, Err("6200")),
    ("aborted",                "refund",  25_000, Err("6210")),
    ("aborted",                "cancel",  0,      Err("6050")),
    ("expired",                "capture", 25_000, Err("6200")),
    ("expired",                "refund",  25_000, Err("6210")),
    ("expired",                "cancel",  0,      Err("6050")),
    ("terminated",             "capture", 25_000, Err("6200")),
    ("terminated",             "refund",  25_000, Err("6210")),
    ("terminated",             "cancel",  0,      Err("6190")),
    ("authorised",             "capture", 25_000, Ok([25_000, 0, 25_000, 0])),
    ("authorised",             "capture", 10_000, Ok([25_000, 0, 10_000, 0])),
    ("authorised",             "capture", 25_001, Err("6090")),
    ("authorised",             "capture", 0,      Err("4040")),
    ("authorised",             "refund",  25_000, Err("6150")),
    ("authorised",             "cancel",  0,      Ok([25_000, 25_000, 0, 0])),
    ("partly-captured",        "capture", 15_000, Ok([25_000, 0, 25_000, 0])),
    ("partly-captured",        "capture", 15_001, Err("6090")),
    ("partly-captured",        "refund",  4_000,  Ok([25_000, 0, 10_000, 4_000])),
    ("partly-captured",        "refund",  10_001, Err("6150")),
    ("partly-captured",        "cancel",  0,      Ok([25_000, 15_000, 10_000, 0])),
    ("captured",               "capture", 1_000,  Err("6170")),
    ("captured",               "refund",  25_000, Ok([25_000, 0, 25_000, 25_000])),
    ("captured",               "refund",  25_001, Err("6150")),
    ("captured",               "refund",  0,      Err("4040")),
    ("captured",               "refund",  123,    Err("6260")),
    ("captured",               "refund",  124,    Err("5100")),
    ("captured",               "cancel",  0,      Err("6040")),
    ("cancelled",              "capture", 25_000, Err("6070")),
    ("cancelled",              "refund",  25_000, Err("6150")),
    ("cancelled",              "cancel",  0,      Err("6190")),
    ("captured-and-cancelled", "capture", 1_000,  Err("6070")),
    ("captured-and-cancelled", "refund",  10_000, Ok([25_000, 15_000, 10_000, 10_000])),
    ("captured-and-cancelled", "cancel",  0,      Err("6190")),
    ("refunded",               "refund",  1_000,  Err("6180")),
    ("refunded",               "capture", 1_000,  Err("6170")),
    ("old",                    "capture", 25_000, Err("6100")),
    ("old",                    "cancel",  0,      Err("6030")),
    ("captured-old",           "refund",  25_000, Err("6220")),
];

#[tokio::test]
async fn every_call_in_every_state_does_what_the_contract_says_or_is_refused_by_number() {
    for (state, what, value, expected) in CASES {
        let bench = Bench::new().await;
        let reference = payment_in(&bench, state).await;
        let before = bench.sums(&reference).await;
        let answer = bench.modify("now", what, &reference, *value).await;
        let after = bench.sums(&reference).await;
        match expected {
            Ok(sums) => {
                assert_eq!(answer.status, 200, "{state} {what} {value}: {answer:?}");
                assert_eq!(after.1, *sums, "{state} {what} {value}");
                let expected = if *state == "created" {
                    "TERMINATED"
                } else {
                    "AUTHORIZED"
                };
                assert_eq!(after.0, expected, "{state} {what}");
                assert_eq!(
                    answer.body["aggregate"],
                    bench.payment(&reference).await["aggregate"]
                );
            }
            Err(number) => {
                assert_eq!(
                    (answer.status, answer.error().as_str()),
                    (400, *number),
                    "{state} {what} {value}"
                );
                assert_eq!(after, before, "{state} {what} {value} has changed nothing");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bench = Bench::new().await;
    for what in ["capture", "refund", "cancel"] {
        let answer = bench.modify(what, what, "k-999999", 1_000).await;
        assert_eq!((answer.status, answer.error().as_str()), (404, "5090"), "{what}");
    }
    for path in ["/k-999999", "/k-999999/events"] {
        let answer = bench.get(&format!("/epayment/v1/payments{path}")).await;
        assert_eq!((answer.status, answer.error().as_str()), (404, "5090"), "{path}");
    }
}

#[tokio::test]
async fn bodies_are_checked_field_by_field() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    for (count, (body, wrong)) in [
        (json!({}), "modificationAmount"),
        (
            json!({"modificationAmount": {"value": 1_000}}),
            "modificationAmount.currency",
        ),
        (
            json!({"modificationAmount": {"currency": "NOK"}}),
            "modificationAmount.value",
        ),
        (
            json!({"modificationAmount": {"currency": "NOK", "value": -1}}),
            "modificationAmount.value",
        ),
        (
            json!({"modificationAmount": {"currency": "NOK", "value": "1"}}),
            "modificationAmount.value",
        ),
        (
            json!({"modificationAmount": {"currency": "NOK", "value": 1_000}, "why": "x"}),
            "why",
        ),
        (
            json!({"modificationAmount": {"currency": "DKK", "value": 1_000}}),
            "5040",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        for what in ["capture", "refund"] {
            let path = format!("/epayment/v1/payments/k-100000/{what}");
            let answer = bench.keyed(&format!("{what}-{count}"), &path, &body).await;
            assert_eq!(
                (answer.status, answer.error().as_str()),
                (400, wrong),
                "{what} {body}"
            );
        }
        bench.advance(60);
    }
    let answer = bench
        .keyed(
            "x",
            "/epayment/v1/payments/k-100000/cancel",
            &json!({"force": true}),
        )
        .await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "force"));
    assert_eq!(bench.sums("k-100000").await.1, [25_000, 0, 0, 0]);
}

#[tokio::test]
async fn a_cancellation_of_the_transaction_only_leaves_a_paid_payment_alone() {
    let bench = Bench::new().await;
    let path = |reference: &str| format!("/epayment/v1/payments/{reference}/cancel");
    let only = json!({"cancelTransactionOnly": true});
    bench.paid("k-100000", 25_000).await;
    let answer = bench.keyed("x-1", &path("k-100000"), &only).await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "6060"));
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 0, 0, 0])
    );
    bench.waiting("k-200000", 25_000).await;
    assert_eq!(bench.keyed("x-2", &path("k-200000"), &only).await.status, 200);
    assert_eq!(bench.sums("k-200000").await.0, "TERMINATED");
}

#[tokio::test]
async fn a_cancellation_needs_no_body() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let request = bench.request("POST", "/epayment/v1/payments/k-100000/cancel");
    assert_eq!(bench.send(request, &Value::Null).await.status, 200);
}

#[tokio::test]
async fn who_has_the_payment_open_cannot_have_it_taken_away_for_thirty_seconds() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    let (status, body) = bench.answer("open").await;
    assert_eq!((status, &body["opened"]), (200, &json!(true)));
    assert_eq!(bench.inbox(PHONE).await[0]["opened"], true);
    assert_eq!(bench.modify("x-1", "cancel", "k-100000", 0).await.error(), "6250");
    bench.move_clock(30).await;
    assert_eq!(bench.inbox(PHONE).await[0]["opened"], false);
    assert_eq!(bench.modify("x-2", "cancel", "k-100000", 0).await.status, 200);

    bench.waiting("k-200000", 25_000).await;
    bench.answer("open").await;
    assert_eq!(bench.answer("approve").await.0, 200, "it can be paid meanwhile");
    assert_eq!(bench.sums("k-200000").await.0, "AUTHORIZED");
}
