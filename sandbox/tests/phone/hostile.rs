//! What nobody sends on purpose, to the phone and to the control: a problem with a sentence, and nothing breaks.

use crate::bench::Bench;
use axum::body::Body;
use http::Request;
use serde_json::Value;

const CALLS: [(&str, &str); 18] = [
    ("POST", "/phone/api/4791234567/inbox/x"),
    ("POST", "/phone/api/4791234567/scan"),
    ("POST", "/phone/api/4791234567/products/42"),
    ("POST", "/phone/api/4791234567/session"),
    ("POST", "/phone/api/4791234567/baskets/b/events"),
    ("POST", "/phone/api/4791234567/baskets/b/order"),
    ("POST", "/phone/api/4791234567/orders/o/payment"),
    ("POST", "/phone/api/4791234567/orders/o/refresh"),
    ("DELETE", "/phone/api/4791234567/notices/n"),
    ("DELETE", "/phone/api/4791234567/baskets/%FF"),
    ("GET", "/phone/api/%FF"),
    ("GET", "/phone/api/0"),
    ("POST", "/control/faults"),
    ("DELETE", "/control/faults/x"),
    ("POST", "/control/held/1/release"),
    ("POST", "/control/clock"),
    ("POST", "/control/merchants"),
    ("POST", "/control/netgiro/pace"),
];

#[tokio::test]
async fn the_clock_goes_forward_until_it_is_refused_and_never_back() {
    let bench = Bench::new();
    let mut ahead = 0_i64;
    for tried in 1.. {
        let body = Body::from(r#"{"advance_seconds":316224000}"#);
        let (status, _, text) = bench.raw(Request::post("/control/clock"), body).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        if status != 200 {
            assert_eq!(
                (status, &answer["code"]),
                (422, &Value::from("bad-request")),
                "{text}"
            );
            assert_eq!(tried, 11, "a century can be had");
            break;
        }
        ahead += 316_224_000;
        assert_eq!(answer["ahead_seconds"], ahead, "{text}");
    }
    let (_, _, text) = bench.raw(Request::get("/control/clock"), Body::empty()).await;
    assert!(text.contains("\"now\":\"2126-"), "{text}");
    bench.asks_to_pay("4791234567", 34900).await;
    assert_eq!(
        bench.phone("4791234567").await["inbox"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_with_a_sentence() {
    let bench = Bench::new();
    let bodies: [(&str, Vec<u8>); 9] = [
        ("two MiB", vec![b'a'; 2 * 1024 * 1024]),
        ("no UTF-8", b"{\"link\":\"\xc3\x28\"}".to_vec()),
        ("a deep list", [b'['; 100_000].to_vec()),
        ("a number", b"-1".to_vec()),
        ("a list", b"[]".to_vec()),
        (
            "numbers beyond all",
            br#"{"advance_seconds":9223372036854775807,"milliseconds":4294967295,"action":7}"#.to_vec(),
        ),
        (
            "a clock beyond all",
            br#"{"advance_seconds":9223372036854775807}"#.to_vec(),
        ),
        ("a pace beyond all", br#"{"milliseconds":4294967295}"#.to_vec()),
        (
            "a fault of nothing",
            br#"{"call":"*","kind":"delay","ms":18446744073709551615}"#.to_vec(),
        ),
    ];
    for (method, path) in CALLS {
        for (what, body) in &bodies {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("content-type", "application/json");
            let (status, kind, text) = bench.raw(request, Body::from(body.clone())).await;
            assert!(
                (400..500).contains(&status),
                "{method} {path}, {what}: {status} {text}"
            );
            assert_eq!(
                kind, "application/problem+json",
                "{method} {path}, {what}: {text}"
            );
            let problem: Value = serde_json::from_str(&text).unwrap();
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.len() > 10),
                "{text}"
            );
            assert!(
                problem["code"].is_string() && problem["status"] == status,
                "{text}"
            );
        }
    }
}
