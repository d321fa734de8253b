//! What Netgíró's words come to.

#![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

use super::*;

#[test]
fn a_refunds_key_is_short_and_its_own() {
    let sale = "01936a7e-0000-7000-8000-000000000000";
    let first = short_key(&format!("{sale}-1-ref1")).unwrap();
    assert_eq!(first.as_str().len(), IdempotencyKey::MAX_LENGTH);
    assert_eq!(first, short_key(&format!("{sale}-1-ref1")).unwrap());
    assert_ne!(first, short_key(&format!("{sale}-1-ref2")).unwrap());
    assert_ne!(first, short_key(&format!("{sale}-2-ref1")).unwrap());
}

#[test]
fn an_address_is_made_of_the_public_one() {
    let callback = CallbackAddress::below("https://shop.example/");
    assert_eq!(
        callback.confirmed("a-1"),
        "https://shop.example/netgiro/callback/a-1"
    );
    assert_eq!(
        callback.cancelled("a-1"),
        "https://shop.example/netgiro/callback/a-1/cancelled"
    );
}

#[test]
fn what_netgiro_stopped_waiting_for_may_have_been_done() {
    let stopped = |status| Error::Http {
        status,
        support_id: None,
    };
    assert_eq!(
        failure(&stopped(StatusCode::REQUEST_TIMEOUT)),
        WalletError::Unknown
    );
    assert_eq!(failure(&stopped(StatusCode::BAD_GATEWAY)), WalletError::Unknown);
    assert!(matches!(
        failure(&stopped(StatusCode::FORBIDDEN)),
        WalletError::Refused(_)
    ));
}
