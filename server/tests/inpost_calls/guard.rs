//! What stands before every call: the signature, the replay guard, the shape of a body.

use crate::world::assert_nothing_changed;
use crate::world::inpost::{
    KEY, MERCHANT, NUMBER, PHONE, PRODUCT, STRANGER, assert_fine, assert_refused, call, confirmation, moment,
    order, payment, pieces, quantity, send, shop, signed, signed_by,
};
use http::{HeaderMap, header};
use inpost_pay::signature::{
    KEY_HASH_HEADER, KEY_VERSION_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_hash, signing_timestamp,
};
use jiff::SignedDuration;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_inpost_has_not_signed_now_is_refused() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let path = format!("/basket/{basket}/event");
    let body = quantity("forged", 3).to_string();
    let bytes = body.as_bytes();
    let now = moment;
    let with = |name: &'static str, value: &str| {
        let mut headers = signed(bytes);
        headers.insert(name, value.parse().unwrap());
        headers
    };
    let without = |name: &str| {
        let mut headers = signed(bytes);
        headers.remove(name);
        headers
    };
    let seconds = SignedDuration::from_secs;
    let before = world.contents().await;
    for (what, headers) in [
        ("nothing signed", HeaderMap::new()),
        (
            "another body",
            signed(quantity("forged", 2).to_string().as_bytes()),
        ),
        ("another merchant", signed_by(&KEY, bytes, "somebody-else", now())),
        ("a stranger's key under our hash", {
            let mut headers = signed_by(&STRANGER, bytes, MERCHANT, now());
            headers.insert(KEY_HASH_HEADER, key_hash(&KEY.public).parse().unwrap());
            headers
        }),
        ("a stranger's key", signed_by(&STRANGER, bytes, MERCHANT, now())),
        (
            "241 seconds old",
            signed_by(&KEY, bytes, MERCHANT, now() - seconds(241)),
        ),
        (
            "250 seconds ahead",
            signed_by(&KEY, bytes, MERCHANT, now() + seconds(250)),
        ),
        ("another time", with(TIMESTAMP_HEADER, &signing_timestamp(now()))),
        ("no time", with(TIMESTAMP_HEADER, "yesterday")),
        ("another version", with(KEY_VERSION_HEADER, "made-up")),
        ("another hash", with(KEY_HASH_HEADER, &key_hash("made up"))),
        ("no base64", with(SIGNATURE_HEADER, "!!!")),
        ("no signature", without(SIGNATURE_HEADER)),
        ("no timestamp", without(TIMESTAMP_HEADER)),
        ("no version", without(KEY_VERSION_HEADER)),
        ("no hash", without(KEY_HASH_HEADER)),
    ] {
        let response = send(&world, "POST", &path, headers, body.clone()).await;
        assert_eq!(response.status(), 401, "{what}");
        assert_refused(&response, 401, "INVALID_SIGNATURE");
    }
    assert_nothing_changed(&world, &before).await;

    let headers = signed_by(&KEY, bytes, MERCHANT, now() - seconds(200));
    let first = send(&world, "POST", &path, headers.clone(), body.clone()).await;
    assert_fine(&first);
    assert_eq!(pieces(&first), 3);
    let after = world.contents().await;
    assert_ne!(after, before, "what is compared would show a change");
    let replayed = send(&world, "POST", &path, headers, body).await;
    assert_refused(&replayed, 401, "INVALID_SIGNATURE");
    assert_nothing_changed(&world, &after).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_shared_by_calls_that_only_read_and_by_no_others() {
    let world = shop().await;
    let one = world.link(NUMBER, PRODUCT).await;
    let link = format!("/basket/{one}/binding");
    let basket = format!("/basket/{one}");
    let products = ["/products?page_index=0", "/products?page_index=1"];

    // What is signed in one millisecond and has no body has one signature.
    let headers = signed(b"");
    for path in [&basket, products[0], products[1]] {
        assert_fine(&send(&world, "GET", path, headers.clone(), "").await);
    }
    let again = send(&world, "GET", &basket, headers.clone(), "").await;
    assert_refused(&again, 401, "INVALID_SIGNATURE");
    let before = world.contents().await;
    let turned = send(&world, "DELETE", &link, headers, "").await;
    assert_refused(&turned, 401, "INVALID_SIGNATURE");
    assert_nothing_changed(&world, &before).await;

    let headers = signed(b"");
    assert_fine(&send(&world, "DELETE", &link, headers.clone(), "").await);
    let elsewhere = format!("/basket/{one}/binding/delete");
    for (method, path) in [("DELETE", &link), ("POST", &elsewhere)] {
        let again = send(&world, method, path, headers.clone(), "").await;
        assert_refused(&again, 401, "INVALID_SIGNATURE");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_is_behind_the_signature() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let before = world.contents().await;
    for (method, path, body) in [
        ("GET", format!("/basket/{basket}"), None),
        (
            "POST",
            format!("/basket/{basket}/confirmation"),
            Some(confirmation(PHONE)),
        ),
        (
            "POST",
            format!("/basket/{basket}/event"),
            Some(quantity("unsigned", 2)),
        ),
        ("DELETE", format!("/basket/{basket}/binding"), None),
        ("POST", format!("/basket/{basket}/binding/delete"), None),
        ("POST", format!("/basket/{basket}/binding"), None),
        ("POST", "/order".to_owned(), Some(order(&basket))),
        ("GET", "/order/0".to_owned(), None),
        ("POST", "/order/0/event".to_owned(), Some(payment("unsigned"))),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        headers.insert("x-http-method-override", "DELETE".parse().unwrap());
        let body = body.as_ref().map(Value::to_string).unwrap_or_default();
        let response = send(&world, method, &path, headers, body).await;
        assert_refused(&response, 401, "INVALID_SIGNATURE");
    }
    assert_nothing_changed(&world, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_cannot_be_read_is_refused() {
    let world = shop().await;
    let basket = world.link(NUMBER, PRODUCT).await;
    let before = world.contents().await;
    let paths = [
        format!("/basket/{basket}/event"),
        format!("/basket/{basket}/confirmation"),
        "/order".to_owned(),
        "/order/0/event".to_owned(),
    ];
    for path in &paths {
        for body in [
            "",
            "{",
            "[]",
            "\"600000321\"",
            "{\"event_id\":600000321}",
            "\u{0}",
        ] {
            let mut headers = signed(body.as_bytes());
            headers.insert(
                header::CONTENT_TYPE,
                "application/json; charset=utf-8".parse().unwrap(),
            );
            let response = send(&world, "POST", path, headers, body).await;
            if path.ends_with("confirmation") && body == "{\"event_id\":600000321}" {
                assert_refused(&response, 400, "BAD_REQUEST");
            } else {
                assert_refused(&response, 400, "MALFORMED_REQUEST");
            }
        }
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            let body = quantity("typed", 2).to_string();
            let mut headers = signed(body.as_bytes());
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            assert_refused(
                &send(&world, "POST", path, headers, body).await,
                400,
                "BAD_REQUEST",
            );
        }
        let large = format!("{{\"event_id\":\"{}\"}}", "x".repeat(256 * 1024));
        let response = send(&world, "POST", path, signed(large.as_bytes()), large.clone()).await;
        assert_refused(&response, 400, "BAD_REQUEST");
        let mut headers = signed(large.as_bytes());
        headers.insert(header::CONTENT_LENGTH, large.len().into());
        assert_refused(
            &send(&world, "POST", path, headers, large).await,
            400,
            "BAD_REQUEST",
        );
    }
    assert_nothing_changed(&world, &before).await;

    // Larger than a browser may send, and fine: an order has long addresses and comments.
    let long = format!(
        "{{\"padding\":\"{}\",{}",
        "x".repeat(100 * 1024),
        &quantity("long", 2).to_string()[1..]
    );
    let response = send(&world, "POST", &paths[0], signed(long.as_bytes()), long).await;
    assert_fine(&response);
    assert_eq!(pieces(&response), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_said_so() {
    let world = shop().await;
    let before = world.contents().await;
    for id in [
        "00000000-0000-7000-8000-000000000000",
        "600000321",
        "..%2F..%2Fetc",
        "%00",
        "a'--",
    ] {
        assert_refused(
            &call(&world, "GET", &format!("/basket/{id}"), None).await,
            404,
            "BASKET_NOT_FOUND",
        );
        let event = call(
            &world,
            "POST",
            &format!("/basket/{id}/event"),
            Some(&quantity("e-1", 1)),
        )
        .await;
        assert_refused(&event, 404, "BASKET_NOT_FOUND");
        let confirmed = call(
            &world,
            "POST",
            &format!("/basket/{id}/confirmation"),
            Some(&confirmation(PHONE)),
        )
        .await;
        assert_refused(&confirmed, 404, "BASKET_NOT_FOUND");
        assert_refused(
            &call(&world, "POST", "/order", Some(&order(id))).await,
            404,
            "BASKET_NOT_FOUND",
        );
        assert_refused(
            &call(&world, "GET", &format!("/order/{id}"), None).await,
            404,
            "ORDER_NOT_FOUND",
        );
        let paid = call(
            &world,
            "POST",
            &format!("/order/{id}/event"),
            Some(&payment("e-2")),
        )
        .await;
        assert_refused(&paid, 404, "ORDER_NOT_FOUND");
        // An unknown basket is not linked, which is what is asked for.
        assert_fine(&call(&world, "DELETE", &format!("/basket/{id}/binding"), None).await);
    }
    for (method, path) in [
        ("GET", "/nothing"),
        ("PUT", "/basket/1"),
        ("DELETE", "/order/1"),
        ("GET", "/order"),
        ("POST", "/basket/1/binding"),
    ] {
        assert_refused(&call(&world, method, path, None).await, 404, "NOT_FOUND");
    }
    assert_refused(
        &call(&world, "GET", "/basket/%FF", None).await,
        400,
        "BAD_REQUEST",
    );
    assert_nothing_changed(&world, &before).await;
}
