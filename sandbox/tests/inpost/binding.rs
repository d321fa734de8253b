//! Linking by phone: the check, the start, the confirmation. Contract, sections 2 and 3.

use crate::bench::{Bench, Say, by_phone};
use serde_json::{Value, json};

const BINDING: &str = "/v1/izi/basket/b-1/binding";

#[tokio::test]
async fn an_unknown_basket_is_not_linked_and_an_unknown_browser_not_trusted() {
    let bench = Bench::new().await;
    let not_linked = json!({"basket_linked": false, "browser_trusted": false});
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await,
        (http::StatusCode::OK, not_linked.clone())
    );
    let path = format!("{BINDING}?browser_id=nobody");
    assert_eq!(
        bench.api("GET", &path, &Value::Null).await,
        (http::StatusCode::OK, not_linked)
    );
}

#[tokio::test]
async fn a_customer_approves_and_the_basket_is_linked() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    let (status, body) = bench
        .answer(&id, &json!({"action": "approve", "trust_browser": true}))
        .await;
    assert_eq!(status, 200, "{body}");

    let call = bench.shop.last("/v1/izi/basket/b-1/confirmation");
    assert_eq!(call.method, "POST");
    assert_eq!(call.body["status"], "SUCCESS");
    assert_eq!(
        call.body["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    assert_eq!(call.body["masked_phone_number"], "60*****00");
    assert_eq!(call.body["browser"]["browser_trusted"], true);
    assert_eq!(call.body["inpost_basket_id"], body["inpost_basket_id"]);
    let browser_id = call.body["browser"]["browser_id"]
        .as_str()
        .expect("a trusted browser's id")
        .to_owned();

    let (_, linked) = bench
        .api("GET", &format!("{BINDING}?browser_id={browser_id}"), &Value::Null)
        .await;
    assert_eq!(linked["basket_linked"], true);
    assert_eq!(linked["browser_trusted"], true);
    assert_eq!(linked["inpost_basket_id"], body["inpost_basket_id"]);
    assert_eq!(linked["client_details"]["masked_phone_number"], "60*****00");

    let screen = bench.phone().await;
    assert_eq!(screen["inbox"], json!([]));
    assert_eq!(
        screen["baskets"][0]["basket"]["products"][0]["product_name"],
        "Lampka"
    );
    assert_eq!(
        bench.refusal("POST", BINDING, &by_phone("600000000")).await,
        (409, json!("BASKET_IS_BINDED"))
    );
}

#[tokio::test]
async fn without_trust_there_is_no_browser_id() {
    let bench = Bench::new().await;
    bench.link().await;
    let browser = &bench.shop.last("/confirmation").body["browser"];
    assert_eq!(browser, &json!({"browser_trusted": false}));
}

#[tokio::test]
async fn a_customer_rejects_and_the_shop_hears_of_it() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    let (status, _) = bench.answer(&id, &json!({"action": "reject"})).await;
    assert_eq!(status, 200);
    assert_eq!(bench.shop.last("/confirmation").body["status"], "REJECT");
    assert_eq!(bench.phone().await["inbox"], json!([]));
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
        false
    );
    let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!((status.as_u16(), &body["code"]), (410, &json!("request-gone")));
}

#[tokio::test]
async fn a_request_that_nobody_answers_lapses_after_ten_minutes() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench.advance(599);
    assert_eq!(bench.phone().await["inbox"][0]["id"], json!(id));
    bench.advance(1);
    assert_eq!(bench.phone().await["inbox"], json!([]));
    let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!((status.as_u16(), &body["code"]), (410, &json!("request-gone")));
    assert!(bench.shop.seen().is_empty());
}

#[tokio::test]
async fn a_missing_or_wrong_basket_in_the_answer_means_not_linked() {
    for wrong in [Value::Null, json!({}), json!({"summary": {}})] {
        let bench = Bench::new().await;
        let id = bench.push("b-1").await;
        bench.shop.next("/confirmation", Say::Answer(200, wrong));
        let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (502, &json!("shop-answer-wrong"))
        );
        let screen = bench.phone().await;
        assert_eq!((&screen["baskets"], &screen["inbox"]), (&json!([]), &json!([])));
        assert_eq!(screen["notices"][0]["code"], "shop-answer-wrong");
        assert_eq!(
            bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
            false
        );
    }
}

#[tokio::test]
async fn a_shop_that_refuses_the_confirmation_is_not_linked() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    let refusal = json!({"error_code": "BASKET_NOT_FOUND", "error_message": "gone"});
    bench.shop.next("/confirmation", Say::Answer(404, refusal));
    let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!(
        (status.as_u16(), &body["error_code"]),
        (409, &json!("BASKET_NOT_FOUND"))
    );
    assert_eq!(bench.phone().await["inbox"], json!([]));
}

#[tokio::test]
async fn while_the_shop_is_away_the_customer_can_try_again() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    for _ in 0..2 {
        bench.shop.next("/confirmation", Say::Nothing);
    }
    let (status, body) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (502, &json!("shop-unreachable"))
    );
    assert_eq!(bench.phone().await["inbox"][0]["failed"], true);
    let (status, _) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!(status, 200);
    assert_eq!(bench.shop.seen().len(), 3);
}

#[tokio::test]
async fn a_shop_that_stumbles_once_is_asked_again_at_once() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench.shop.next("/confirmation", Say::Answer(503, json!({})));
    let (status, _) = bench.answer(&id, &json!({"action": "approve"})).await;
    assert_eq!(status, 200);
    assert_eq!(bench.shop.seen().len(), 2);
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_and_approves() {
    let bench = Bench::new().await;
    let (status, _) = bench.api("POST", BINDING, &by_phone("500000010")).await;
    assert_eq!(status, 202);
    let phone = "/phone/api/48500000010";
    let (_, screen) = bench.tap("GET", phone, &Value::Null).await;
    assert_eq!(
        (&screen["signed_in"], &screen["inbox"][0]["sign_in_required"]),
        (&json!(false), &json!(true))
    );
    let inbox = format!("{phone}/inbox/{}", screen["inbox"][0]["id"].as_str().unwrap());
    let (status, body) = bench.tap("POST", &inbox, &json!({"action": "approve"})).await;
    assert_eq!((status.as_u16(), &body["code"]), (403, &json!("sign-in-first")));
    let (status, _) = bench
        .tap("POST", &inbox, &json!({"action": "approve", "sign_in": true}))
        .await;
    assert_eq!(status, 200);
    assert_eq!(bench.tap("GET", phone, &Value::Null).await.1["signed_in"], true);
}

#[tokio::test]
async fn each_special_number_fails_in_its_named_way() {
    let bench = Bench::new().await;
    for (phone, status, code) in [
        ("500000001", 422, "PHONE_BINDING_METHOD_UNAVAILABLE"),
        ("500000002", 403, "MERCHANT_DISABLE"),
        ("500000003", 500, "INTERNAL_SERVER_ERROR"),
        ("500000004", 410, "BASKET_EXPIRED"),
        ("500000006", 409, "BASKET_IS_BINDED"),
        ("500000007", 400, "BAD_REQUEST"),
        ("500000008", 403, "FORBIDDEN"),
    ] {
        let (got, body) = bench.api("POST", BINDING, &by_phone(phone)).await;
        assert_eq!(
            (got.as_u16(), &body["error_code"]),
            (status, &json!(code)),
            "{phone}"
        );
        let (_, screen) = bench
            .tap("GET", &format!("/phone/api/48{phone}"), &Value::Null)
            .await;
        assert_eq!(screen["inbox"], json!([]), "{phone}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_slow_number_answers_after_a_minute() {
    let bench = Bench::new().await;
    let begun = tokio::time::Instant::now();
    let (status, _) = bench.api("POST", BINDING, &by_phone("500000005")).await;
    assert_eq!(status, 202);
    assert!(begun.elapsed() >= std::time::Duration::from_secs(60));
}

#[tokio::test]
async fn a_number_gets_at_most_three_pushes_in_ten_minutes() {
    let bench = Bench::new().await;
    for basket in ["b-1", "b-2", "b-3"] {
        let (status, _) = bench
            .api(
                "POST",
                &format!("/v1/izi/basket/{basket}/binding"),
                &by_phone("600000000"),
            )
            .await;
        assert_eq!(status, 202);
    }
    let fourth = "/v1/izi/basket/b-4/binding";
    assert_eq!(
        bench.refusal("POST", fourth, &by_phone("600000000")).await,
        (422, json!("PHONE_BINDING_METHOD_UNAVAILABLE"))
    );
    assert_eq!(bench.api("POST", fourth, &by_phone("600000001")).await.0, 202);
    bench.advance(299);
    bench.sign_in("karfa-demo").await;
    bench.advance(299);
    bench.sign_in("karfa-demo").await;
    bench.advance(2);
    assert_eq!(
        bench
            .api("POST", "/v1/izi/basket/b-5/binding", &by_phone("600000000"))
            .await
            .0,
        202
    );
}

#[tokio::test]
async fn a_repeated_start_is_one_push_and_an_impatient_one_is_refused() {
    let bench = Bench::new().await;
    let first = bench.push("b-1").await;
    assert_eq!(bench.push("b-1").await, first);
    assert_eq!(bench.phone().await["inbox"].as_array().unwrap().len(), 1);
    bench.advance(31);
    assert_eq!(
        bench.refusal("POST", BINDING, &by_phone("600000000")).await,
        (422, json!("PHONE_BINDING_METHOD_UNAVAILABLE"))
    );
    assert_eq!(bench.phone().await["inbox"][0]["id"], json!(first));
}

#[tokio::test]
async fn another_number_for_the_same_basket_takes_the_first_push_back() {
    let bench = Bench::new().await;
    bench.push("b-1").await;
    assert_eq!(bench.api("POST", BINDING, &by_phone("600000001")).await.0, 202);
    assert_eq!(bench.phone().await["inbox"], json!([]));
}

#[tokio::test]
async fn a_wrong_start_is_refused_with_the_field_that_is_wrong() {
    let bench = Bench::new().await;
    let change = |pointer: &str, value: Value| {
        let mut body = by_phone("600000000");
        *body.pointer_mut(pointer).expect("a field of the request") = value;
        body
    };
    let phone = |prefix: &str, phone: &str| {
        change("/phone_number", json!({"country_prefix": prefix, "phone": phone}))
    };
    for (body, code, message) in [
        (
            Value::Null,
            "MALFORMED_REQUEST",
            "the body is not JSON: line 1 column 0",
        ),
        (
            change("/binding_method", json!("FAX")),
            "BAD_REQUEST",
            "binding_method must be one of PHONE, DEEP_LINK",
        ),
        (
            change("/binding_method", Value::Null),
            "MALFORMED_REQUEST",
            "binding_method is missing",
        ),
        (
            change("/phone_number", Value::Null),
            "MALFORMED_REQUEST",
            "phone_number is missing: the method PHONE needs it",
        ),
        (
            change("/browser", Value::Null),
            "MALFORMED_REQUEST",
            "browser is missing",
        ),
        (
            change("/browser/customer_ip", json!("")),
            "BAD_REQUEST",
            "browser.customer_ip must not be empty",
        ),
        (
            change("/browser/data_time", json!("now")),
            "MALFORMED_REQUEST",
            "browser.data_time must be a time like 2026-01-31T12:00:00.000000Z",
        ),
        (
            phone("48", "600000000"),
            "BAD_REQUEST",
            "phone_number is not a phone number: country_prefix like \"+48\", phone digits only",
        ),
        (
            phone("+48", "60000000"),
            "BAD_REQUEST",
            "phone_number is not a phone number: country_prefix like \"+48\", phone digits only",
        ),
    ] {
        let (status, answer) = bench.api("POST", BINDING, &body).await;
        assert_eq!(status, 400, "{body}");
        assert_eq!(answer, json!({"error_code": code, "error_message": message}));
    }
}

#[tokio::test]
async fn a_basket_that_was_bought_in_the_shop_is_over() {
    let bench = Bench::new().await;
    bench.link().await;
    assert_eq!(
        bench
            .refusal(
                "DELETE",
                &format!("{BINDING}?if_basket_realized=maybe"),
                &Value::Null,
            )
            .await,
        (400, json!("BAD_REQUEST"))
    );
    assert_eq!(
        bench
            .api(
                "DELETE",
                &format!("{BINDING}?if_basket_realized=true"),
                &Value::Null
            )
            .await
            .0,
        204
    );
    assert_eq!(bench.phone().await["baskets"], json!([]));
    for (method, body) in [
        ("GET", Value::Null),
        ("POST", by_phone("600000000")),
        ("DELETE", Value::Null),
    ] {
        let (status, answer) = bench.api(method, BINDING, &body).await;
        assert_eq!(
            (status.as_u16(), &answer["error_code"]),
            (410, &json!("BASKET_EXPIRED")),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_trusted_browser_is_forgotten_on_request() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench
        .answer(&id, &json!({"action": "approve", "trust_browser": true}))
        .await;
    let browser_id = bench.shop.last("/confirmation").body["browser"]["browser_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/izi/browser/{browser_id}/binding");
    bench.sign_in("other").await;
    assert_eq!(bench.api("DELETE", &path, &Value::Null).await.0, 404);
    bench.sign_in("karfa-demo").await;
    assert_eq!(bench.api("DELETE", &path, &Value::Null).await.0, 204);
    assert_eq!(
        bench.refusal("DELETE", &path, &Value::Null).await,
        (404, json!("BROWSER_NOT_FOUND"))
    );
    let (_, body) = bench
        .api("GET", &format!("{BINDING}?browser_id={browser_id}"), &Value::Null)
        .await;
    assert_eq!(
        (&body["browser_trusted"], &body["basket_linked"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn a_merchant_does_not_see_the_baskets_of_another() {
    let bench = Bench::new().await;
    bench.link().await;
    bench.sign_in("other").await;
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
        false
    );
    assert_eq!(bench.api("DELETE", BINDING, &Value::Null).await.0, 404);
}

#[tokio::test]
async fn the_second_generation_gets_a_key_that_a_basket_keeps() {
    let bench = Bench::new().await;
    let path = "/v2/izi/basket/b-1/binding";
    let (status, first) = bench.api("PUT", path, &Value::Null).await;
    assert_eq!(status, 200);
    assert!(
        first["basket_binding_api_key"]
            .as_str()
            .is_some_and(|key| key.len() > 20),
        "{first}"
    );
    assert_eq!(bench.api("PUT", path, &Value::Null).await.1, first);
    assert_ne!(
        bench
            .api("PUT", "/v2/izi/basket/b-2/binding", &Value::Null)
            .await
            .1,
        first
    );
}
