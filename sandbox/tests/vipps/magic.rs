//! Amounts and people that fail in a named way, and approving without a phone.

use crate::bench::{Bench, PHONE, push};
use serde_json::{Value, json};

const FAILING: [(i64, &str); 8] = [
    (151, "insufficient-funds"),
    (182, "refused-by-issuer"),
    (183, "suspected-fraud"),
    (184, "limit-exceeded"),
    (186, "expired-card"),
    (187, "invalid-card"),
    (197, "3ds-denied"),
    (202, "sca-required"),
];

async fn force(bench: &Bench, reference: &str, body: &Value) -> (u16, String) {
    let answer = bench
        .post(&format!("/epayment/v1/test/payments/{reference}/approve"), body)
        .await;
    (answer.status, answer.error())
}

#[tokio::test]
async fn an_amount_decides_how_paying_it_fails_and_the_payment_waits_on() {
    let bench = Bench::new().await;
    for (value, code) in FAILING {
        let reference = format!("k-{value}-00000");
        bench.waiting(&reference, value).await;
        let (status, body) = bench.answer("approve").await;
        assert_eq!((status, &body["code"]), (402, &json!(code)), "{value}");
        assert_eq!(bench.inbox(PHONE).await[0]["refusal"], code);
        assert_eq!(bench.sums(&reference).await, ("CREATED".into(), [0; 4]));
        assert_eq!(bench.answer("reject").await.0, 200);
        assert_eq!(bench.sums(&reference).await.0, "ABORTED");
    }
}

#[tokio::test]
async fn nobody_knows_for_an_hour_and_then_it_is_paid() {
    let bench = Bench::new().await;
    bench.listen().await;
    bench.waiting("k-100000", 201).await;
    assert_eq!(bench.answer("approve").await.1["unknown"], true);
    assert_eq!(bench.sums("k-100000").await, ("CREATED".into(), [0; 4]));
    assert_eq!(bench.modify("x", "cancel", "k-100000", 0).await.error(), "6250");
    let (status, body) = bench.answer("reject").await;
    assert_eq!((status, &body["code"]), (409, &json!("payment-unknown")));
    bench.move_clock(3_599).await;
    assert_eq!(
        bench.payment("k-100000").await["state"],
        "CREATED",
        "it does not expire meanwhile"
    );
    bench.move_clock(1).await;
    bench.sign_in().await;
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [201, 0, 0, 0])
    );
    bench.merchant.wait_for(2).await;
    assert_eq!(bench.merchant.names(), ["CREATED", "AUTHORIZED"]);
}

#[tokio::test]
async fn who_has_no_money_cannot_pay_anything() {
    let bench = Bench::new().await;
    let mut body = push("k-100000", 25_000);
    body["customer"]["phoneNumber"] = json!("4790000005");
    bench.create(&body).await;
    let (status, answer) = bench.tap("4790000005", &json!({"action": "approve"})).await;
    assert_eq!((status, &answer["code"]), (402, &json!("insufficient-funds")));
}

#[tokio::test]
async fn who_is_too_young_pays_only_what_is_sold_to_the_young() {
    let bench = Bench::new().await;
    for (reference, age, expected) in [("k-100000", json!(18), 402), ("k-200000", Value::Null, 200)] {
        let mut body = push(reference, 25_000);
        body["customer"]["phoneNumber"] = json!("4790000003");
        body["minimumUserAge"] = age;
        bench.create(&body).await;
        let (status, _) = bench.tap("4790000003", &json!({"action": "approve"})).await;
        assert_eq!(status, expected, "{reference}");
    }
    bench.waiting("k-300000", 25_000).await;
}

#[tokio::test]
async fn a_payment_is_approved_without_a_phone() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 25_000).await;
    assert_eq!(
        force(&bench, "k-100000", &json!({"customer": {"phoneNumber": PHONE}}))
            .await
            .0,
        200
    );
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 0, 0, 0])
    );
}

#[tokio::test]
async fn a_second_approval_does_not_make_the_hour_of_not_knowing_longer() {
    let bench = Bench::new().await;
    bench.waiting("k-100000", 201).await;
    let customer = json!({"customer": {"phoneNumber": PHONE}});
    assert_eq!(force(&bench, "k-100000", &customer).await.0, 200);
    bench.move_clock(3000).await;
    assert_eq!(
        force(&bench, "k-100000", &customer).await,
        (400, "10010".to_owned())
    );
    bench.move_clock(600).await;
    bench.sign_in().await;
    assert_eq!(bench.sums("k-100000").await.0, "AUTHORIZED");
}

#[tokio::test]
async fn an_approval_without_a_phone_is_refused_by_number() {
    let bench = Bench::new().await;
    let customer = |number: &str| json!({"customer": {"phoneNumber": number}});
    bench.paid("k-100000", 25_000).await;
    bench.waiting("k-200000", 25_000).await;
    bench.waiting("k-300000", 151).await;
    let mut code = push("k-400000", 25_000);
    code["userFlow"] = json!("QR");
    code["customer"] = Value::Null;
    bench.create(&code).await;
    for (reference, body, status, number) in [
        ("k-999999", customer(PHONE), 404, "5090"),
        ("k-100000", customer(PHONE), 400, "10010"),
        ("k-200000", customer("4798765432"), 400, "10020"),
        ("k-400000", json!({}), 400, "10030"),
        ("k-400000", customer("4790000001"), 400, "10040"),
        (
            "k-400000",
            json!({"customer": {"phoneNumber": PHONE}, "token": "x"}),
            400,
            "10060",
        ),
        ("k-300000", customer(PHONE), 400, "10070"),
        ("k-200000", customer("12"), 400, "4070"),
        ("k-200000", json!({"phone": PHONE}), 400, "phone"),
    ] {
        assert_eq!(
            force(&bench, reference, &body).await,
            (status, number.to_owned()),
            "{reference} {body}"
        );
    }
    assert_eq!(bench.sums("k-200000").await.0, "CREATED");
    assert_eq!(force(&bench, "k-400000", &customer(PHONE)).await.0, 200);
}
