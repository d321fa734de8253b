//! The end of a link, by the shop. Contract, sections 2 and 3, flows E and J.

use crate::bench::{Bench, PHONE};
use serde_json::{Value, json};

const BINDING: &str = "/v1/izi/basket/b-1/binding";

#[tokio::test]
async fn the_shop_unlinks_and_the_basket_leaves_the_app() {
    let bench = Bench::new().await;
    assert_eq!(
        bench.refusal("DELETE", BINDING, &Value::Null).await,
        (404, json!("BASKET_NOT_FOUND"))
    );
    bench.link().await;
    assert_eq!(bench.api("DELETE", BINDING, &Value::Null).await.0, 204);
    assert_eq!(bench.phone().await["baskets"], json!([]));
    assert_eq!(
        bench.refusal("DELETE", BINDING, &Value::Null).await,
        (409, json!("BASKET_NOT_BOUND"))
    );
    bench.link().await;
}

#[tokio::test]
async fn unlinking_takes_back_a_push_that_is_out() {
    let bench = Bench::new().await;
    bench.push("b-1").await;
    assert_eq!(bench.api("DELETE", BINDING, &Value::Null).await.0, 204);
    assert_eq!(bench.phone().await["inbox"], json!([]));
    bench.push("b-1").await;
}

#[tokio::test]
async fn the_shop_unlinking_a_basket_leaves_a_notice_that_can_be_dismissed() {
    let bench = Bench::new().await;
    bench.link().await;
    bench
        .api("DELETE", "/v1/izi/basket/b-1/binding", &Value::Null)
        .await;
    let screen = bench.phone().await;
    assert_eq!(screen["notices"][0]["code"], "basket-unlinked");
    let path = format!(
        "/phone/api/{PHONE}/notices/{}",
        screen["notices"][0]["id"].as_str().unwrap()
    );
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 204);
    assert_eq!(bench.tap("DELETE", &path, &Value::Null).await.0, 404);
    assert_eq!(bench.phone().await["notices"], json!([]));
}

#[tokio::test]
async fn a_basket_that_was_unlinked_is_linked_anew_however_late() {
    let bench = Bench::new().await;
    bench.link().await;
    assert_eq!(bench.api("DELETE", BINDING, &Value::Null).await.0, 204);
    bench.advance(8 * 24 * 3600);
    bench.sign_in("karfa-demo").await;
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
        false
    );
    bench.link().await;
    assert_eq!(
        bench.api("GET", BINDING, &Value::Null).await.1["basket_linked"],
        true
    );
}
