//! What Netgíró's words come to.

#![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

use super::*;
use bytes::Bytes;
use provider_http::{SystemClock, Transport};

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

/// A wallet at which these may confirm.
fn confirmed_by(confirmations: &[Confirmation]) -> Vec<Confirmation> {
    let url = || "https://netgiro.test/".parse().unwrap();
    let config = netgiro::Config {
        v1_url: url(),
        v2_url: url(),
        partner_url: url(),
        application_id: "an-application".to_owned(),
        secret: "a-secret".into(),
    };
    let client = netgiro::v2::Client::new(config, Arc::new(Unreachable)).unwrap();
    let terms = NetgiroTerms {
        location: "reykjavik".to_owned(),
        callback: CallbackAddress::below("https://shop.example/"),
        confirmations: confirmations.to_vec(),
    };
    let wallet = NetgiroWallet::new(Generation::V2 { client }, terms, Arc::new(SystemClock));
    wallet.choice().confirmations
}

/// Nobody is there.
struct Unreachable;

#[async_trait]
impl Transport for Unreachable {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::NotSent(NotSent::Connect {
            detail: "nobody is there".into(),
        }))
    }
}

#[test]
fn where_nobody_is_left_to_confirm_the_till_does() {
    assert_eq!(confirmed_by(&[]), [Confirmation::Manual]);
    assert_eq!(
        confirmed_by(&[Confirmation::ServerCallback]),
        [Confirmation::Manual]
    );
    assert_eq!(
        confirmed_by(&[Confirmation::Automatic]),
        [Confirmation::Automatic]
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
