//! The calls of the partner interface: money that goes back, a transaction's state.

use crate::client::{ID, answering, id};
use crate::fake::{plain, text};
use netgiro::wire::{Done, Refund, TransactionStatus};
use netgiro::{Error, IdempotencyKey, TextError, test_account};

#[tokio::test]
async fn money_goes_back_through_the_partner_interface() {
    let (fake, client) = answering([plain(200, ""), plain(200, "{}")]);
    let key = IdempotencyKey::parse("refund-1").unwrap();
    let refund = Refund::new(id(), 500, key);
    let done = client.refund(&refund).await.unwrap();
    assert_eq!(done.support_id.unwrap().as_str(), "ref-1");
    client.refund(&refund.reason("Skil").unwrap()).await.unwrap();
    let sent = fake.requests();
    assert_eq!(sent[0].method(), "POST");
    assert_eq!(
        sent[0].uri().to_string(),
        "https://partner-api.test.netgiro.is/refund"
    );
    assert_eq!(sent[0].headers()["token"], test_account::SECRET);
    assert!(sent[0].headers()["token"].is_sensitive());
    assert!(!sent[0].headers().contains_key("netgiro_signature"));
    assert_eq!(
        text(sent[0].body()),
        format!(r#"{{"transactionId":"{ID}","refundAmount":500,"idempotencyKey":"refund-1"}}"#)
    );
    assert_eq!(
        text(sent[1].body()),
        format!(
            r#"{{"transactionId":"{ID}","refundAmount":500,"idempotencyKey":"refund-1","reason":"Skil"}}"#
        )
    );
}

#[tokio::test]
async fn a_refused_refund_is_an_error() {
    let refund = Refund::new(id(), 500, IdempotencyKey::parse("refund-1").unwrap());
    let (_, client) = answering([
        plain(400, r#"{"message":"Not refundable"}"#),
        plain(200, r#"{"success":false,"message":"Not refundable"}"#),
        plain(400, ""),
    ]);
    for _ in 0..2 {
        let error = client.refund(&refund).await.unwrap_err();
        assert_eq!(error.message().unwrap().as_str(), "Not refundable");
        assert!(!error.may_have_acted());
    }
    assert!(matches!(client.refund(&refund).await, Err(Error::Http { .. })));
    let (_, client) = answering([plain(200, "OK")]);
    assert!(matches!(client.refund(&refund).await, Ok(Done { .. })));
}

#[test]
fn a_refunds_texts_have_limits() {
    assert!(IdempotencyKey::parse(&"k".repeat(40)).is_ok());
    assert_eq!(
        IdempotencyKey::parse(&"k".repeat(41)),
        Err(TextError::TooLong(40))
    );
    assert_eq!(IdempotencyKey::parse(""), Err(TextError::Empty));
    assert_eq!(IdempotencyKey::parse("a b"), Err(TextError::Character));
    let refund = Refund::new(id(), 1, IdempotencyKey::parse("k").unwrap());
    assert!(refund.clone().reason("á".repeat(100)).is_ok());
    assert_eq!(refund.reason("á".repeat(101)), Err(TextError::TooLong(100)));
}

#[tokio::test]
async fn a_transaction_is_read_from_the_partner_interface() {
    let (fake, client) = answering([
        plain(
            200,
            r#"{"status":"paid","isRefundable":true,"settlementDate":"2024-02-01","totalAmount":4990.0}"#,
        ),
        plain(200, r#"{"Status":"Frozen","IsRefundable":false}"#),
        plain(404, r#"{"message":"Transaction not found"}"#),
        plain(404, ""),
    ]);
    let transaction = client.transaction(&id()).await.unwrap();
    assert_eq!(transaction.status, TransactionStatus::Paid);
    assert!(transaction.is_refundable);
    assert_eq!(transaction.settlement_date.as_deref(), Some("2024-02-01"));
    assert_eq!(transaction.total_amount, Some(4990));
    assert_eq!(transaction.support_id.unwrap().as_str(), "ref-1");
    let sent = fake.request();
    assert_eq!(sent.method(), "GET");
    assert_eq!(
        sent.uri().to_string(),
        format!("https://partner-api.test.netgiro.is/transaction/{ID}")
    );
    assert_eq!(sent.headers()["token"], test_account::SECRET);
    let transaction = client.transaction(&id()).await.unwrap();
    assert_eq!(transaction.status, TransactionStatus::Other("Frozen".into()));
    for expected in [true, false] {
        let error = client.transaction(&id()).await.unwrap_err();
        assert_eq!(error.is_no_such_transaction(), expected, "{error:?}");
    }
}

#[tokio::test]
async fn an_id_cannot_change_which_call_it_is() {
    let (fake, client) = answering([plain(200, r#"{"status":"paid","isRefundable":true}"#)]);
    for id in ["", ".", ".."] {
        let error = client.transaction(&id.into()).await.unwrap_err();
        assert!(!error.may_have_acted() && !error.is_retryable(), "{error:?}");
    }
    client.transaction(&"../refund?x=1".into()).await.unwrap();
    assert_eq!(
        fake.request().uri().to_string(),
        "https://partner-api.test.netgiro.is/transaction/..%2Frefund%3Fx=1"
    );
}
