//! Callbacks: only a timely 200 turns a reservation into a payment. Contract, section 5.

use crate::bench::{Bench, CANCELLED_URL, CONFIRMED_URL, GSM, SECRET, SSN, Seen, cart, signature};
use serde_json::{Value, json};

const PAID: (bool, u64) = (true, 10200);
const CANCELLED: (bool, u64) = (false, 10201);
const WAITING_FOR_SHOP: (bool, u64) = (false, 10429);

async fn hold(bench: &Bench) {
    bench
        .fault(&json!({"call": "netgiro.callback", "kind": "hold", "times": 1}))
        .await;
}

async fn held(bench: &Bench) -> Vec<u64> {
    let answer = bench.tap("GET", "/control/held", &Value::Null).await;
    let held = answer.body["held"].as_array().unwrap().iter();
    held.map(|one| one["id"].as_u64().unwrap()).collect()
}

async fn release(bench: &Bench, id: u64) -> Value {
    let path = format!("/control/held/{id}/release");
    bench.tap("POST", &path, &Value::Null).await.body
}

fn verifies(seen: &Seen) -> bool {
    let header = |name: &str| seen.headers[name].to_str().unwrap();
    signature(SECRET, header("netgiro_nonce"), &seen.url, &seen.raw) == header("netgiro_signature")
}

/// A cart that the customer has confirmed and the shop is asked about.
async fn confirmed(bench: &Bench) -> String {
    let id = bench.insert(&cart(GSM, 1)).await;
    bench.act(GSM, "approve").await;
    id
}

#[tokio::test]
async fn the_question_tells_of_the_payment_that_it_becomes_and_is_signed() {
    let bench = Bench::new();
    let id = confirmed(&bench).await;
    let seen = bench.shop.seen();
    assert_eq!(bench.shop.called(), [CONFIRMED_URL]);
    assert!(verifies(&seen[0]));
    assert_eq!(
        (
            &seen[0].body["Success"],
            &seen[0].body["PaymentSuccessful"],
            &seen[0].body["ResultCode"]
        ),
        (&json!(true), &json!(true), &json!(10200))
    );
    let info = &seen[0].body["PaymentInfo"];
    assert_eq!(info["TransactionId"], json!(id));
    assert_eq!(info["ReferenceNumber"], "991100-123");
    assert_eq!(
        (&info["TotalAmount"], &info["StatusId"]),
        (&json!(1000), &json!(2))
    );
    assert_eq!(bench.check(&id).await, PAID);
}

#[tokio::test]
async fn anything_but_200_cancels_the_reservation_and_says_so() {
    for say in [
        Some(201),
        Some(204),
        Some(302),
        Some(400),
        Some(401),
        Some(500),
        None,
    ] {
        let bench = Bench::new();
        bench.shop.next(say);
        let id = confirmed(&bench).await;
        assert_eq!(bench.check(&id).await, CANCELLED, "{say:?}");
        assert_eq!(bench.money(&id).await, (0, 0, 0), "{say:?}");
        let seen = bench.called(2).await;
        assert_eq!(bench.shop.called(), [CONFIRMED_URL, CANCELLED_URL], "{say:?}");
        assert!(verifies(&seen[1]));
        assert_eq!(
            (&seen[1].body["PaymentSuccessful"], &seen[1].body["ResultCode"]),
            (&json!(false), &json!(10201))
        );
        assert_eq!(seen[1].body["PaymentInfo"]["StatusId"], 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_shop_that_never_answers_has_not_accepted() {
    let bench = Bench::new();
    bench.shop.fall_silent();
    let id = confirmed(&bench).await;
    assert_eq!(bench.shop.called()[0], CONFIRMED_URL);
    assert_eq!(bench.check(&id).await, CANCELLED);
    assert_eq!(bench.money(&id).await, (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_is_delayed_beyond_its_time_pays_nothing() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.callback", "kind": "delay", "ms": 12_000, "times": 1}))
        .await;
    let id = bench.insert(&cart(GSM, 1)).await;
    let (router, clock) = (bench.router.clone(), bench.clock.clone());
    let path = format!("/phone/api/{GSM}/inbox/{id}");
    let tap = tokio::spawn(async move {
        let request = axum::http::Request::post(path)
            .body(axum::body::Body::from(r#"{"action":"approve"}"#))
            .unwrap();
        tower::ServiceExt::oneshot(router, request).await
    });
    while bench.check(&id).await != WAITING_FOR_SHOP {
        tokio::task::yield_now().await;
    }
    // The sandbox's clock is the test's; tokio's moves by itself.
    clock.advance(jiff::SignedDuration::from_secs(12));
    assert_eq!(tap.await.unwrap().unwrap().status(), 200);
    assert!(
        bench.shop.called().contains(&CONFIRMED_URL.to_owned()),
        "it arrived"
    );
    assert_eq!(bench.check(&id).await, CANCELLED);
    assert_eq!(bench.money(&id).await, (0, 0, 0));
}

#[tokio::test]
async fn a_callback_without_an_address_that_can_be_called_cancels_the_reservation() {
    let bench = Bench::new();
    let mut wanted = cart(GSM, 1);
    wanted["CallbackUrl"] = json!("www.example.com/callback-success/991100-123");
    let id = bench.insert(&wanted).await;
    bench.act(GSM, "approve").await;
    assert_eq!(bench.check(&id).await, CANCELLED);
}

#[tokio::test]
async fn the_loss_of_an_automatic_callback_changes_nothing() {
    for say in [Some(500), None] {
        let bench = Bench::new();
        bench.shop.next(say);
        let id = bench.insert(&cart(GSM, 0)).await;
        assert_eq!(bench.act(GSM, "approve").await, "paid");
        assert_eq!(bench.check(&id).await, PAID, "{say:?}");
        assert_eq!(bench.money(&id).await, (1000, 0, 0), "{say:?}");
        assert_eq!(bench.shop.called(), [CONFIRMED_URL], "tried once");
    }
}

#[tokio::test]
async fn a_held_callback_that_is_released_in_time_counts() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    assert_eq!(bench.check(&id).await, WAITING_FOR_SHOP);
    assert_eq!(bench.money(&id).await, (0, 1000, 0));
    bench.advance(9);
    assert_eq!(bench.check(&id).await, WAITING_FOR_SHOP);
    let waiting = held(&bench).await;
    assert_eq!(release(&bench, waiting[0]).await["status"], 200);
    assert_eq!(bench.check(&id).await, PAID);
    assert!(verifies(&bench.shop.seen()[0]));
}

#[tokio::test]
async fn a_late_callback_arrives_and_pays_nothing() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    bench.advance(10);
    assert_eq!(bench.check(&id).await, CANCELLED);
    let waiting = held(&bench).await;
    assert_eq!(
        release(&bench, waiting[0]).await["status"],
        200,
        "the shop has accepted"
    );
    assert_eq!(bench.check(&id).await, CANCELLED, "and too late");
    assert_eq!(bench.money(&id).await, (0, 0, 0));
    let seen = bench.called(2).await;
    let question = seen.iter().find(|seen| seen.url == CONFIRMED_URL).unwrap();
    assert!(verifies(question));
    assert_eq!(question.body["PaymentSuccessful"], true, "as it was then");
}

#[tokio::test]
async fn a_lost_callback_cancels_the_reservation() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    let path = format!("/control/held/{}", held(&bench).await[0]);
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.status, 204);
    bench.advance(10);
    assert_eq!(bench.check(&id).await, CANCELLED);
    let mut seen = bench.called(1).await;
    assert_eq!(seen.remove(0).url, CANCELLED_URL);
}

#[tokio::test]
async fn a_refused_release_cancels_the_reservation() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    bench.shop.next(Some(500));
    let waiting = held(&bench).await;
    assert_eq!(release(&bench, waiting[0]).await["status"], 500);
    assert_eq!(bench.check(&id).await, CANCELLED);
}

#[tokio::test]
async fn an_answer_that_is_lost_on_its_way_back_cancels_the_reservation() {
    let bench = Bench::new();
    bench
        .fault(&json!({"call": "netgiro.callback", "kind": "drop_after", "times": 1}))
        .await;
    let id = confirmed(&bench).await;
    assert_eq!(bench.shop.called()[0], CONFIRMED_URL, "the shop has accepted");
    assert_eq!(bench.check(&id).await, CANCELLED, "and nobody heard it");
}

#[tokio::test]
async fn a_duplicate_is_signed_anew_and_a_replay_is_the_same_bytes() {
    for (kind, same) in [("duplicate", false), ("replay", true)] {
        let bench = Bench::new();
        bench
            .fault(&json!({"call": "netgiro.callback", "kind": kind, "times": 1}))
            .await;
        let id = confirmed(&bench).await;
        let seen = bench.shop.seen();
        assert_eq!(seen.len(), 2, "{kind}");
        assert!(seen.iter().all(verifies), "{kind}");
        let nonce = |seen: &Seen| seen.headers["netgiro_nonce"].clone();
        assert_eq!(nonce(&seen[0]) == nonce(&seen[1]), same, "{kind}");
        assert_eq!(bench.check(&id).await, PAID, "{kind}");
        assert_eq!(bench.money(&id).await, (1000, 0, 0), "{kind}");
    }
}

#[tokio::test]
async fn a_forged_callback_does_not_verify() {
    for kind in ["tamper_signature", "unknown_key_version"] {
        let bench = Bench::new();
        bench
            .fault(&json!({"call": "netgiro.callback", "kind": kind, "times": 1}))
            .await;
        bench.shop.next(Some(401));
        let id = confirmed(&bench).await;
        assert!(!verifies(&bench.shop.seen()[0]), "{kind}");
        assert_eq!(bench.check(&id).await, CANCELLED, "the shop did not accept it");
    }
}

#[tokio::test]
async fn a_cart_that_is_cancelled_while_the_shop_is_asked_stays_cancelled() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    assert_eq!(bench.cancel(&id).await, (true, 10201));
    let waiting = held(&bench).await;
    release(&bench, waiting[0]).await;
    assert_eq!(bench.check(&id).await, CANCELLED);
    assert_eq!(bench.money(&id).await, (0, 0, 0));
}

#[tokio::test]
async fn confirming_while_the_shop_is_asked_changes_nothing() {
    let bench = Bench::new();
    hold(&bench).await;
    let id = confirmed(&bench).await;
    assert_eq!(bench.confirm(&id, None).await, WAITING_FOR_SHOP);
    assert_eq!(bench.money(&id).await, (0, 1000, 0));
}

#[tokio::test]
async fn without_an_address_nobody_is_called() {
    let bench = Bench::new();
    let mut wanted = cart(SSN, 0);
    wanted["CallbackUrl"] = Value::Null;
    wanted["CallbackCancelUrl"] = json!("");
    let id = bench.insert(&wanted).await;
    bench.act(GSM, "reject").await;
    assert_eq!(bench.check(&id).await, CANCELLED);
    assert!(bench.shop.seen().is_empty());
}
