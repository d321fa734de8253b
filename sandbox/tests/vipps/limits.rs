//! How often a call may be made for one payment.

use crate::bench::{Bench, push};

#[tokio::test]
async fn five_changes_of_a_kind_a_minute_and_then_one_waits() {
    let bench = Bench::new().await;
    bench.paid("k-100000", 25_000).await;
    for what in ["capture", "refund", "cancel"] {
        for count in 0..5 {
            bench
                .modify(&format!("{what}-{count}"), what, "k-100000", 1_000)
                .await;
            bench.advance(1);
        }
        let before = bench.sums("k-100000").await;
        let answer = bench.modify(&format!("{what}-5"), what, "k-100000", 1_000).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, "55"),
            "{what}"
        );
        assert_eq!(answer.body["statusCode"], 429);
        assert_eq!(bench.sums("k-100000").await, before);
    }
    bench.advance(55);
    let later = bench.modify("refund-5", "refund", "k-100000", 1_000).await;
    assert_ne!(later.status, 429, "the key has not kept it");
}

#[tokio::test]
async fn five_creations_of_one_reference_a_minute_and_another_reference_is_free() {
    let bench = Bench::new().await;
    for _ in 0..5 {
        assert_eq!(bench.create(&push("k-100000", 25_000)).await.status, 201);
    }
    assert_eq!(bench.create(&push("k-100000", 25_000)).await.status, 429);
    assert_eq!(bench.create(&push("k-200000", 25_000)).await.status, 201);
    bench.advance(60);
    assert_eq!(bench.create(&push("k-100000", 25_000)).await.status, 201);
}

#[tokio::test]
async fn a_payment_is_read_120_times_a_minute() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    for path in [
        "/epayment/v1/payments/k-100000",
        "/epayment/v1/payments/k-100000/events",
    ] {
        for _ in 0..120 {
            assert_eq!(bench.get(path).await.status, 200);
        }
        let answer = bench.get(path).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    }
    bench.advance(60);
    assert_eq!(bench.get("/epayment/v1/payments/k-100000").await.status, 200);
}
