//! Faults on demand, the clock, the list of calls, a fresh start; over TCP where the connection itself is the matter.

use crate::bench::{Bench, PHONE, by_phone};
use crate::served::Served;
use bytes::Bytes;
use http::Request;
use provider_http::{Transport, TransportError};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

const BINDING: &str = "/v1/izi/basket/b-1/binding";

async fn inbox_length(bench: &Bench) -> usize {
    bench.phone().await["inbox"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_failed_call_does_nothing_or_everything_as_asked() {
    let bench = Bench::new().await;
    let fault = json!({"call": "inpost.binding.start", "kind": "fail", "status": 503, "error_code": "BAD_GATEWAY", "times": 1});
    bench.fault(&fault).await;
    assert_eq!(
        bench.refusal("POST", BINDING, &by_phone("600000000")).await,
        (503, json!("BAD_GATEWAY"))
    );
    assert_eq!(inbox_length(&bench).await, 0);
    bench
        .fault(&json!({"call": "inpost.binding.start", "kind": "fail_after", "times": 1}))
        .await;
    assert_eq!(
        bench.refusal("POST", BINDING, &by_phone("600000000")).await,
        (500, json!("INTERNAL_SERVER_ERROR"))
    );
    assert_eq!(inbox_length(&bench).await, 1);
    assert_eq!(bench.api("POST", BINDING, &by_phone("600000000")).await.0, 202);
}

#[tokio::test]
async fn a_failed_token_call_has_the_token_services_shape() {
    let bench = Bench::new().await;
    bench
        .fault(&json!({"call": "inpost.token", "kind": "fail", "status": 503, "error_code": "unavailable"}))
        .await;
    let (status, body) = bench.form("/inpost/auth/token", "").await;
    assert_eq!((status.as_u16(), &body["error"]), (503, &json!("unavailable")));
}

#[tokio::test]
async fn in_one_process_a_dropped_call_is_an_unknown_outcome() {
    let bench = Bench::new().await;
    for (kind, pushes) in [("drop_before", 0), ("drop_after", 1)] {
        bench
            .fault(&json!({"call": "inpost.token", "kind": kind, "times": 1}))
            .await;
        bench
            .fault(&json!({"call": "inpost.binding.start", "kind": kind, "times": 1}))
            .await;
        let form = "client_id=karfa-demo&client_secret=karfa-demo-secret&grant_type=client_credentials";
        let request = Request::post("http://sandbox.test/inpost/auth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form));
        let answer = bench.sandbox.transport().send(request.unwrap()).await;
        assert!(matches!(answer, Err(TransportError::Unknown(_))), "{answer:?}");
        assert_eq!(
            bench.api("POST", BINDING, &by_phone("600000000")).await.0,
            503,
            "the router's mark of a drop"
        );
        assert_eq!(inbox_length(&bench).await, pushes, "{kind}");
    }
}

#[tokio::test]
async fn over_tcp_a_dropped_connection_gives_no_byte_of_an_answer() {
    let bench = Bench::new().await;
    let served = Served::start(bench.sandbox.clone()).await;
    bench
        .fault(&json!({"call": "inpost.payment_methods", "kind": "drop_before", "times": 1}))
        .await;
    let path = "/inpost/v1/izi/payment-methods";
    assert_eq!(served.ask("GET", path, "", "").await, "");
    assert_eq!(served.call("GET", path, "", "").await.0, 401);
    served.stop().await;
}

/// Reads until something is there; the stream must not end before.
async fn read_until(stream: &mut TcpStream, wanted: &str) {
    let mut seen = String::new();
    let mut buffer = [0; 4096];
    while !seen.contains(wanted) {
        let length = stream.read(&mut buffer).await.unwrap();
        assert_ne!(length, 0, "the stream ended early: {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
}

#[tokio::test]
async fn an_open_stream_does_not_keep_the_sandbox_from_stopping() {
    let bench = Bench::new().await;
    let served = Served::start(bench.sandbox.clone()).await;
    let request = format!("GET /phone/api/{PHONE}/stream HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut stream = served.send(&request).await;
    read_until(&mut stream, "event: screen").await;
    bench.push("b-1").await;
    read_until(&mut stream, "\"kind\":\"link\"").await;
    served.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_delayed_call_waits_and_then_acts() {
    let bench = Bench::new().await;
    bench
        .fault(&json!({"call": "inpost.binding.start", "kind": "delay", "ms": 5000, "times": 1}))
        .await;
    let begun = tokio::time::Instant::now();
    assert_eq!(bench.api("POST", BINDING, &by_phone("600000000")).await.0, 202);
    assert!(begun.elapsed() >= std::time::Duration::from_secs(5));
    assert_eq!(inbox_length(&bench).await, 1);
}

#[tokio::test]
async fn a_duplicated_call_acts_twice() {
    let bench = Bench::new().await;
    bench.link().await;
    bench
        .fault(&json!({"call": "inpost.binding.delete", "kind": "duplicate", "times": 1}))
        .await;
    assert_eq!(
        bench.refusal("DELETE", BINDING, &Value::Null).await,
        (409, json!("BASKET_NOT_BOUND"))
    );
}

#[tokio::test]
async fn calls_to_the_shop_are_dropped_doubled_and_failed_on_demand() {
    for (kind, calls, code) in [
        ("drop_before", 0, "shop-unreachable"),
        ("drop_after", 2, "shop-unreachable"),
        ("fail", 0, "shop-error"),
    ] {
        let bench = Bench::new().await;
        let id = bench.push("b-1").await;
        bench
            .fault(&json!({"call": "inpost.merchant.basket.confirmation", "kind": kind}))
            .await;
        let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
        assert_eq!((status.as_u16(), &body["code"]), (502, &json!(code)), "{kind}");
        assert_eq!(bench.shop.seen().len(), calls, "{kind}");
        assert_eq!(bench.tap("DELETE", "/control/faults", &Value::Null).await.0, 204);
        assert_eq!(
            bench.answer(&id, &json!({"action": "approve"})).await.0,
            200,
            "{kind}"
        );
    }
    let bench = Bench::new().await;
    bench
        .fault(&json!({"call": "inpost.merchant.basket.confirmation", "kind": "duplicate", "times": 1}))
        .await;
    bench.link().await;
    assert_eq!(bench.shop.seen().len(), 2);
}

#[tokio::test]
async fn a_spoilt_event_is_signed_anew_until_it_is_taken() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    bench.shop.next(
        "/event",
        crate::bench::Say::Answer(401, json!({"error_code": "INVALID_SIGNATURE"})),
    );
    let order = json!({"payment_type": "CARD"});
    bench
        .tap("POST", &format!("/phone/api/{PHONE}/baskets/{id}/order"), &order)
        .await;
    while bench.phone().await["orders"][0]["merchant_status"] != "Paid" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_control_says_what_is_wrong_with_a_wish() {
    let bench = Bench::new().await;
    for (path, wish, says) in [
        (
            "/control/faults",
            json!({"call": "nothing", "kind": "fail"}),
            "inpost.binding.start",
        ),
        (
            "/control/faults",
            json!({"call": "inpost.token", "kind": "explode"}),
            "unknown variant",
        ),
        ("/control/faults", json!({"call": "inpost.token"}), "kind"),
        (
            "/control/faults",
            json!({"call": "inpost.token", "kind": "delay"}),
            "needs ms",
        ),
        ("/control/clock", json!({"advance_seconds": -1}), "forward"),
        ("/control/clock", json!({"advance": 1}), "advance_seconds"),
        (
            "/control/merchants",
            json!({"client_id": "x", "client_secret": "y", "callback_url": "ftp://x"}),
            "callback_url",
        ),
        ("/control/keys/rotate", json!({"now": true}), "retire_old"),
    ] {
        let (status, body) = bench.tap("POST", path, &wish).await;
        assert_eq!(status, 422, "{path} {wish}");
        assert!(body["detail"].as_str().unwrap().contains(says), "{body}");
    }
    assert_eq!(bench.tap("GET", "/control/nothing", &Value::Null).await.0, 404);
    assert_eq!(bench.tap("PUT", "/control/faults", &Value::Null).await.0, 405);
}

#[tokio::test]
async fn faults_are_listed_and_taken_away() {
    let bench = Bench::new().await;
    bench.fault(&json!({"call": "inpost.*", "kind": "fail"})).await;
    let (_, list) = bench.tap("GET", "/control/faults", &Value::Null).await;
    assert_eq!(list["faults"][0]["call"], "inpost.*");
    assert!(
        list["calls"]
            .as_array()
            .unwrap()
            .contains(&json!("inpost.merchant.order.event"))
    );
    let one = format!("/control/faults/{}", list["faults"][0]["id"]);
    assert_eq!(bench.tap("DELETE", &one, &Value::Null).await.0, 204);
    assert_eq!(bench.tap("DELETE", &one, &Value::Null).await.0, 404);
    assert_eq!(
        bench.api("GET", "/v1/izi/payment-methods", &Value::Null).await.0,
        200
    );
}

#[tokio::test]
async fn the_list_of_calls_names_routes_and_nobody() {
    let bench = Bench::new().await;
    bench.link().await;
    let (_, list) = bench.tap("GET", "/control/calls", &Value::Null).await;
    let lines: Vec<String> = list["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| {
            let word = |name: &str| call[name].as_str().unwrap().to_owned();
            format!(
                "{} {} {} {}",
                word("direction"),
                word("method"),
                word("route"),
                call["status"]
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "from_merchant POST /auth/token 200",
            "from_merchant POST /v1/izi/basket/{basket_id}/binding 202",
            "to_merchant POST /v1/izi/basket/{id}/confirmation 200",
        ]
    );
    let text = list.to_string();
    for personal in ["600000000", "b-1", "Bearer"] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(bench.tap("DELETE", "/control/calls", &Value::Null).await.0, 204);
    assert_eq!(
        bench.tap("GET", "/control/calls", &Value::Null).await.1["calls"],
        json!([])
    );
}

#[tokio::test]
async fn the_clock_moves_on_demand_and_a_reset_starts_afresh() {
    let bench = Bench::new().await;
    bench.push("b-1").await;
    let (_, clock) = bench
        .tap("POST", "/control/clock", &json!({"advance_seconds": 600}))
        .await;
    assert_eq!(
        (&clock["now"], &clock["ahead_seconds"]),
        (&json!("2026-01-31T12:10:00Z"), &json!(600))
    );
    assert_eq!(inbox_length(&bench).await, 0);
    bench
        .fault(&json!({"call": "inpost.token", "kind": "fail"}))
        .await;
    assert_eq!(bench.tap("POST", "/control/reset", &Value::Null).await.0, 204);
    let (_, clock) = bench.tap("GET", "/control/clock", &Value::Null).await;
    assert_eq!(clock["ahead_seconds"], 0);
    bench.sign_in("karfa-demo").await;
    bench.link().await;
}

#[tokio::test]
async fn a_merchant_is_added_while_the_sandbox_runs() {
    let bench = Bench::new().await;
    let merchant = json!({"client_id": "third", "client_secret": "karfa-demo-secret", "callback_url": "http://third.test/inpost/"});
    let (status, body) = bench.tap("POST", "/control/merchants", &merchant).await;
    let described = json!({"client_id": "third", "pos_id": "third", "name": "third", "callback_url": "http://third.test/inpost"});
    assert_eq!((status.as_u16(), body), (201, described));
    bench.sign_in("third").await;
    bench.link().await;
    let (_, list) = bench.tap("GET", "/control/merchants", &Value::Null).await;
    assert!(
        !list.to_string().contains("karfa-demo-secret"),
        "secrets are not told"
    );
}

#[tokio::test]
async fn what_the_framework_refuses_has_the_right_shape_too() {
    let bench = Bench::new().await;
    for (path, code) in [
        ("/v1/izi/baskets?page_size=1&page_size=2", 400),
        ("/v1/izi/basket/%ff/binding", 400),
    ] {
        let (status, body) = bench.api("GET", path, &Value::Null).await;
        assert_eq!(
            (status.as_u16(), &body["error_code"]),
            (code, &json!("BAD_REQUEST")),
            "{path}"
        );
    }
    let large = json!({"call": "x".repeat(70_000), "kind": "fail"});
    for (method, path, body, status) in [
        ("DELETE", "/control/faults/one", Value::Null, 400),
        ("GET", "/control/calls?after=first", Value::Null, 400),
        ("POST", "/control/faults", large, 413),
    ] {
        let (got, problem) = bench.tap(method, path, &body).await;
        assert_eq!(got, status, "{path}");
        assert!(
            problem["detail"].is_string() && problem["code"].is_string(),
            "{path}: {problem}"
        );
    }
}
