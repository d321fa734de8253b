//! The codes that a phone shows: kept while they live, fresh when they do not, or when one is wished for; and drawn.

use crate::bench::{Bench, ICELANDIC, NORWEGIAN};
use axum::body::Body;
use http::Request;
use serde_json::Value;

/// What a code is called on the screen, its path, and a phone that shows it.
const CODES: [(&str, &str, &str); 2] = [
    ("personal_qr", "personal-qr", NORWEGIAN),
    ("app_code", "app-code", ICELANDIC),
];

#[tokio::test]
async fn a_code_stays_until_it_expires_or_a_fresh_one_is_wished_for() {
    let bench = Bench::new();
    for (name, path, phone) in CODES {
        let shown = async || bench.phone(phone).await[name].clone();
        let first = shown().await;
        assert!(first.is_string(), "{name}");
        bench.advance(299);
        assert_eq!(shown().await, first, "{name}");
        bench.advance(2);
        let second = shown().await;
        assert_ne!(second, first, "{name}");

        let request = Request::post(format!("/phone/api/{phone}/{path}"));
        let (status, _, text) = bench.raw(request, Body::empty()).await;
        let fresh: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(status, 200, "{text}");
        assert_ne!(fresh[name], second, "{name}");
        assert_eq!(fresh[name], shown().await, "{name}");
        let until = format!("{name}_expires_at");
        assert_eq!(fresh[&until], bench.phone(phone).await[&until]);
    }
}

#[tokio::test]
async fn a_code_is_drawn_anew_with_its_text() {
    let bench = Bench::new();
    for (_, path, phone) in CODES {
        let drawn = async || {
            let request = Request::get(format!("/phone/api/{phone}/{path}.svg"));
            bench.raw(request, Body::empty()).await
        };
        let (status, kind, first) = drawn().await;
        assert_eq!((status, kind.as_str()), (200, "image/svg+xml"), "{first}");
        assert!(first.starts_with("<svg "), "{first}");
        assert_eq!(drawn().await.2, first);
        bench.advance(1);
        let request = Request::post(format!("/phone/api/{phone}/{path}"));
        assert_eq!(bench.raw(request, Body::empty()).await.0, 200);
        assert_ne!(drawn().await.2, first);
    }
}

#[tokio::test]
async fn who_has_no_app_shows_no_code_and_is_told_so() {
    let bench = Bench::new();
    for (name, path, phone) in [
        ("personal_qr", "personal-qr", "4790000001"),
        ("app_code", "app-code", "8220003"),
    ] {
        assert_eq!(bench.phone(phone).await[name], Value::Null);
        for request in [
            Request::post(format!("/phone/api/{phone}/{path}")),
            Request::get(format!("/phone/api/{phone}/{path}.svg")),
        ] {
            let (status, kind, text) = bench.raw(request, Body::empty()).await;
            assert_eq!((status, kind.as_str()), (404, "application/problem+json"));
            assert!(text.contains("\"no-code\""), "{text}");
        }
    }
}
