//! Codes and what they are exchanged for. Contract, section 3.

use crate::support::{Fixture, NUMBER, answer, assert_call, header, json_body};
use serde_json::json;
use vipps_mobilepay::wire::qr::QrVersion;
use vipps_mobilepay::{CustomerToken, LocationDescription, MerchantQrId, PersonalQr};

fn code() -> PersonalQr {
    PersonalQr::parse("https://qr.vipps.no/p/qwjhewqhueheuqwhuqwhe").unwrap()
}

#[tokio::test]
async fn a_tokenised_code_is_exchanged() {
    let literal = r#"{"msisdn": "4712345678", "timestamp": 1634025600, "version": "2.0"}"#;
    let fixture = Fixture::answering([answer(200, literal)]);
    let exchanged = fixture.client.exchange_qr(&code()).await.unwrap();
    assert_eq!(exchanged.msisdn.as_str(), NUMBER);
    assert_eq!(exchanged.version, Some(QrVersion::Tokenised));
    assert_eq!(exchanged.made_at().unwrap().to_string(), "2021-10-12T08:00:00Z");
    assert!(!format!("{exchanged:?}").contains(NUMBER));

    let call = fixture.call();
    assert_call(&call, "POST /qr/v1/exchange");
    assert_eq!(header(&call, "idempotency-key"), "");
    let expected =
        json!({"qrCode": "https://qr.vipps.no/p/qwjhewqhueheuqwhuqwhe", "requestedData": ["MSISDN"]});
    assert_eq!(json_body(&call), expected);
}

#[tokio::test]
async fn a_clear_text_code_has_no_time() {
    let fixture = Fixture::answering([answer(200, r#"{"msisdn": "4712345678", "version": "1.0"}"#)]);
    let code = PersonalQr::parse("https://qr.vipps.no/28/2/01/031/4712345678?v=1").unwrap();
    let exchanged = fixture.client.exchange_qr(&code).await.unwrap();
    assert_eq!(
        (exchanged.version.clone(), exchanged.made_at()),
        (Some(QrVersion::ClearText), None)
    );
    assert!(!format!("{code:?}").contains(NUMBER));
}

#[tokio::test]
async fn a_damaged_code_is_refused_with_its_reason() {
    let literal = r#"{"title": "Bad Request", "status": 400, "detail": "The request is wrong.", "extraDetails":
        [{"name": "qrCode", "reason": "The complete data contained in the QR code is required."}]}"#;
    let fixture = Fixture::answering([answer(400, literal)]);
    let error = fixture.client.exchange_qr(&code()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.status.as_u16(), refusal.title.as_str()),
        (400, "Bad Request")
    );
    assert_eq!(refusal.reasons[0].name, "qrCode");
    let expected = "The complete data contained in the QR code is required.";
    assert_eq!(refusal.reasons[0].reason.as_str(), expected);
    assert!(!error.can_retry());
}

#[tokio::test]
async fn the_other_shape_of_an_error_is_read_too() {
    let literal = r#"{"title": "Invalid parameters", "detail": "No such code.", "instance": "abc",
        "invalidParams": [{"name": "merchantQrId", "reason": "Unknown."}]}"#;
    let fixture = Fixture::answering([answer(404, literal)]);
    let id = MerchantQrId::parse("door-1").unwrap();
    let error = fixture.client.merchant_qr(&id).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.reasons[0].name, "merchantQrId");
    assert_eq!(refusal.detail.as_ref().unwrap().as_str(), "No such code.");
}

#[tokio::test]
async fn a_customer_token_is_exchanged() {
    let fixture = Fixture::answering([answer(200, r#"{"msisdn": "4712345678"}"#)]);
    let token = CustomerToken::parse("eyJ0.token").unwrap();
    let exchanged = fixture.client.exchange_customer_token(&token).await.unwrap();
    assert_eq!((exchanged.msisdn.as_str(), exchanged.version), (NUMBER, None));
    assert_call(&fixture.call(), "POST /qr/v1/exchange/customer");
    let expected = json!({"customer": {"customerToken": "eyJ0.token"}, "requestedData": ["MSISDN"]});
    assert_eq!(json_body(&fixture.call()), expected);
}

#[tokio::test]
async fn codes_of_the_merchants_own_are_made_listed_and_taken_back() {
    let one = r#"{"merchantSerialNumber": "123456", "merchantQrId": "door-1", "locationDescription": "Door",
        "qrImageUrl": "https://qr.example/door-1.svg", "qrContent": "https://qr.vipps.no/mc/1"}"#;
    // Named by other software of the merchant's, by other rules.
    let foreign = r#"{"merchantQrId": "Dør nr. 1", "locationDescription": null}"#;
    let all = format!("[{one},{foreign}]");
    let answers = [
        answer(204, ""),
        answer(200, one),
        answer(200, &all),
        answer(204, ""),
    ];
    let fixture = Fixture::answering(answers);
    let (client, id) = (&fixture.client, MerchantQrId::parse("door-1").unwrap());
    client
        .put_merchant_qr(&id, LocationDescription::parse("Door").unwrap())
        .await
        .unwrap();
    let found = client.merchant_qr(&id).await.unwrap();
    assert_eq!(found.location_description.as_deref(), Some("Door"));
    assert_eq!(found.qr_content.as_deref(), Some("https://qr.vipps.no/mc/1"));
    let listed = client.merchant_qrs().await.unwrap();
    assert_eq!(listed[0], found);
    assert_eq!(
        (listed.len(), listed[1].merchant_qr_id.as_str()),
        (2, "Dør nr. 1")
    );
    client.delete_merchant_qr(&id).await.unwrap();

    let calls = fixture.calls();
    assert_call(&calls[0], "PUT /qr/v1/merchant-callback/door-1");
    assert_eq!(json_body(&calls[0]), json!({"locationDescription": "Door"}));
    assert_call(&calls[1], "GET /qr/v1/merchant-callback/door-1");
    assert_call(&calls[2], "GET /qr/v1/merchant-callback");
    assert_call(&calls[3], "DELETE /qr/v1/merchant-callback/door-1");
}
