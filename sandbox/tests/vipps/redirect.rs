//! Payments that reach the customer by a link or a code.

use crate::bench::{Bench, PHONE, push};
use http::Request;
use serde_json::{Value, json};

/// A payment without a customer, in a flow that has a link.
fn linked(reference: &str, flow: &str, format: &str) -> Value {
    let mut body = push(reference, 25_000);
    body["userFlow"] = json!(flow);
    body["customer"] = Value::Null;
    body["returnUrl"] = json!("https://shop.example/back");
    if !format.is_empty() {
        body["qrFormat"] = json!({ "format": format });
    }
    body
}

#[tokio::test]
async fn a_code_on_the_screen_is_scanned_and_paid() {
    let bench = Bench::new().await;
    let answer = bench.create(&linked("k-100000", "QR", "TEXT/TARGETURL")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let url = answer.body["redirectUrl"].as_str().unwrap().to_owned();
    assert!(
        url.starts_with("http://sandbox.test:8090/phone/open?link=https%3A%2F%2Fqr.vipps.no%2F"),
        "{url}"
    );
    assert_eq!(bench.payment("k-100000").await["redirectUrl"], url.as_str());
    assert!(bench.inbox(PHONE).await.is_empty());

    let (status, scanned) = bench.phone(PHONE, "POST", "/scan", &json!({ "link": url })).await;
    assert_eq!(status, 200, "{scanned}");
    assert_eq!(bench.inbox(PHONE).await[0]["id"], scanned["inbox_id"]);
    let (status, body) = bench
        .phone("4798765432", "POST", "/scan", &json!({ "link": url }))
        .await;
    assert_eq!((status, &body["code"]), (409, &json!("link-taken")));
    assert_eq!(bench.answer("approve").await.0, 200);
    assert_eq!(
        bench.sums("k-100000").await,
        ("AUTHORIZED".into(), [25_000, 0, 0, 0])
    );
    let (status, body) = bench.phone(PHONE, "POST", "/scan", &json!({ "link": url })).await;
    assert_eq!((status, &body["code"]), (404, &json!("link-unknown")));
}

#[tokio::test]
async fn who_came_from_a_page_goes_back_there_whether_they_paid_or_not() {
    for (flow, action, back) in [
        ("WEB_REDIRECT", "approve", json!("https://shop.example/back")),
        ("WEB_REDIRECT", "reject", json!("https://shop.example/back")),
        ("NATIVE_REDIRECT", "approve", json!("https://shop.example/back")),
        ("QR", "approve", Value::Null),
    ] {
        let bench = Bench::new().await;
        let answer = bench.create(&linked("k-100000", flow, "TEXT/TARGETURL")).await;
        let link = json!({ "link": answer.body["redirectUrl"] });
        assert_eq!(bench.phone(PHONE, "POST", "/scan", &link).await.0, 200);
        let (status, tapped) = bench.answer(action).await;
        assert_eq!(status, 200, "{tapped}");
        assert_eq!(tapped["return_url"], back, "{flow} {action}");
    }
}

#[tokio::test]
async fn the_link_inside_is_scanned_as_well() {
    let bench = Bench::new().await;
    let answer = bench.create(&linked("k-100000", "WEB_REDIRECT", "")).await;
    let outer = url::Url::parse(answer.body["redirectUrl"].as_str().unwrap()).unwrap();
    let inner = outer.query_pairs().next().unwrap().1.into_owned();
    assert!(inner.starts_with("https://qr.vipps.no/e/"), "{inner}");
    assert_eq!(
        bench
            .phone(PHONE, "POST", "/scan", &json!({ "link": inner }))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_code_can_be_a_picture() {
    let bench = Bench::new().await;
    for (format, ending, kind) in [
        ("IMAGE/PNG", ".png", "image/png"),
        ("IMAGE/SVG+XML", ".svg", "image/svg+xml"),
        ("", ".svg", "image/svg+xml"),
    ] {
        let reference = format!("k-{}-0000", format.len());
        let answer = bench.create(&linked(&reference, "QR", format)).await;
        let url = answer.body["redirectUrl"].as_str().unwrap().to_owned();
        let path = url
            .strip_prefix("http://sandbox.test:8090")
            .expect("on this sandbox");
        assert!(path.ends_with(ending), "{path}");
        let picture = bench.send(Request::get(path), &Value::Null).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, kind));
    }
    let missing = bench
        .send(Request::get("/vipps/qr-images/nothing.svg"), &Value::Null)
        .await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_link_of_somebody_s_payment_is_not_for_another() {
    let bench = Bench::new().await;
    let mut body = linked("k-100000", "WEB_REDIRECT", "");
    body["customer"] = json!({"phoneNumber": PHONE});
    let url = bench.create(&body).await.body["redirectUrl"].clone();
    assert_eq!(
        bench
            .phone("4798765432", "POST", "/scan", &json!({ "link": url }))
            .await
            .0,
        409
    );
    assert_eq!(
        bench
            .phone("4790000001", "POST", "/scan", &json!({ "link": url }))
            .await
            .0,
        404
    );
    assert_eq!(
        bench
            .phone(PHONE, "POST", "/scan", &json!({ "link": url }))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn nothing_but_a_push_reaches_the_phone_by_itself() {
    for flow in ["WEB_REDIRECT", "NATIVE_REDIRECT", "QR"] {
        let bench = Bench::new().await;
        let mut body = linked("k-100000", flow, "TEXT/TARGETURL");
        body["customer"] = json!({"phoneNumber": PHONE});
        let answer = bench.create(&body).await;
        assert!(bench.inbox(PHONE).await.is_empty(), "{flow}");
        let id = bench.payment("k-100000").await["pspReference"].clone();
        let path = format!("/inbox/{}", id.as_str().unwrap());
        let early = bench
            .phone(PHONE, "POST", &path, &json!({"action": "approve"}))
            .await;
        assert_eq!(
            (early.0, &early.1["code"]),
            (410, &json!("request-gone")),
            "{flow}"
        );
        let phones = bench.send(Request::get("/phone/api"), &Value::Null).await;
        assert_eq!(phones.body["phones"], json!([]), "{flow}");

        let link = json!({ "link": answer.body["redirectUrl"] });
        assert_eq!(bench.phone(PHONE, "POST", "/scan", &link).await.0, 200, "{flow}");
        assert_eq!(bench.inbox(PHONE).await[0]["id"], id, "{flow}");
        assert_eq!(bench.answer("approve").await.0, 200, "{flow}");
    }
}
