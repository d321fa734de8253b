//! Linking by a link or a code. Contract, flow B.

use crate::bench::{Bench, by_link};
use serde_json::{Value, json};

const BINDING: &str = "/v1/izi/basket/b-1/binding";

#[tokio::test]
async fn a_link_is_opened_on_a_phone_and_approved_there() {
    let bench = Bench::new().await;
    let (status, body) = bench.api("POST", BINDING, &by_link()).await;
    assert_eq!(status, 200);
    let link = body["deep_link"].as_str().unwrap();
    assert!(link.starts_with("inpostsandbox://izilink?basket_id="));
    assert_eq!(
        (&body["qr_code"], &body["deep_link_hms"]),
        (&json!(link), &json!(format!("{link}&services=hms")))
    );
    assert_eq!(bench.phone().await["inbox"], json!([]));

    let (status, opened) = bench.scan(&body["deep_link"]).await;
    assert_eq!(status, 200);
    let other = bench
        .tap("POST", "/phone/api/48600000001/scan", &json!({ "link": link }))
        .await;
    assert_eq!((other.0.as_u16(), &other.1["code"]), (409, &json!("link-taken")));
    let (status, _) = bench
        .answer(
            opened["inbox_id"].as_str().unwrap(),
            &json!({"action": "approve"}),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
        true
    );
    let (status, body) = bench.scan(&json!("inpost://izilink?basket_id=x")).await;
    assert_eq!((status.as_u16(), &body["code"]), (404, &json!("link-unknown")));
}

#[tokio::test]
async fn a_code_asked_for_again_is_the_same_one_and_who_has_scanned_it_goes_on() {
    let bench = Bench::new().await;
    let (_, first) = bench.api("POST", BINDING, &by_link()).await;
    let (_, opened) = bench.scan(&first["deep_link_hms"]).await;
    bench.advance(590);
    bench.sign_in("karfa-demo").await;
    assert_eq!(
        bench.api("POST", BINDING, &by_link()).await,
        (http::StatusCode::OK, first)
    );
    bench.advance(590);
    let waiting = &bench.phone().await["inbox"][0];
    assert_eq!(
        (&waiting["id"], &waiting["by_push"]),
        (&opened["inbox_id"], &json!(false))
    );
    bench.advance(11);
    assert_eq!(bench.phone().await["inbox"], json!([]), "ten minutes are over");
}

#[tokio::test]
async fn a_basket_changed_while_its_code_is_shown_is_linked_as_it_is_now() {
    let bench = Bench::new().await;
    let (_, shown) = bench.api("POST", BINDING, &by_link()).await;
    let (_, opened) = bench.scan(&shown["qr_code"]).await;
    bench.shop.basket.lock().unwrap()["products"][0]["quantity"]["quantity"] = json!(5);
    let id = opened["inbox_id"].as_str().unwrap();
    assert_eq!(bench.answer(id, &json!({"action": "approve"})).await.0, 200);
    assert_eq!(
        bench.phone().await["baskets"][0]["basket"]["products"][0]["quantity"]["quantity"],
        5
    );
}
