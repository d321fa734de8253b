//! Nothing personal and nothing secret is ever logged, at any level.

use crate::bench::{Bench, CLIENT_SECRET, PHONE, SUBSCRIPTION_KEY, WEBHOOK_URL};
use serde_json::json;

#[tokio::test]
async fn no_number_name_token_code_secret_or_address_is_logged() {
    crate::log::begin();
    let bench = Bench::new().await;
    let secret = bench.listen().await;
    let code = bench.personal_qr().await;
    bench.post("/qr/v1/exchange", &json!({"qrCode": code})).await;
    let auth_req_id = bench.login().await;
    bench.answer("approve").await;
    let granted = bench.poll(&auth_req_id).await;
    bench.merchant.answer_next(&[500]);
    bench.paid("k-100000", 25_000).await;
    bench.modify("c-1", "capture", "k-100000", 25_000).await;
    bench.merchant.wait_for(1).await;
    let (_, screen) = bench.phone(PHONE, "GET", "", &serde_json::Value::Null).await;

    let log = crate::log::everything();
    assert!(
        log.contains("vipps.payment.create"),
        "calls are logged by their names"
    );
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    for private in [
        PHONE.to_owned(),
        PHONE[2..].to_owned(),
        CLIENT_SECRET.to_owned(),
        SUBSCRIPTION_KEY.to_owned(),
        WEBHOOK_URL.to_owned(),
        "k-100000".to_owned(),
        secret,
        code.rsplit('/').next().unwrap().to_owned(),
        auth_req_id,
        text(&granted.body["access_token"]),
        text(&granted.body["id_token"]),
        text(&screen["person"]["mail"]),
    ] {
        assert!(!log.contains(&private), "{private} is in the log");
    }
}
