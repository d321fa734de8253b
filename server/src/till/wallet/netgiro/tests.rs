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

fn config() -> netgiro::Config {
    let url = || "https://netgiro.test/".parse().unwrap();
    netgiro::Config {
        v1_url: url(),
        v2_url: url(),
        partner_url: url(),
        application_id: "an-application".to_owned(),
        secret: "a-secret".into(),
    }
}

fn terms(confirmations: &[Confirmation]) -> NetgiroTerms {
    NetgiroTerms {
        location: "reykjavik".to_owned(),
        callback: CallbackAddress::below("https://shop.example/"),
        confirmations: confirmations.to_vec(),
    }
}

/// A wallet at which these may confirm.
fn confirmed_by(confirmations: &[Confirmation]) -> Vec<Confirmation> {
    let client = netgiro::v2::Client::new(config(), Arc::new(Unreachable)).unwrap();
    let wallet = NetgiroWallet::new(
        Generation::V2 { client },
        terms(confirmations),
        Arc::new(SystemClock),
    );
    wallet.choice().confirmations
}

/// Netgíró answers this, whatever it is asked.
struct Says(http::StatusCode, serde_json::Value);

#[async_trait]
impl Transport for Says {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let mut answer = http::Response::new(Bytes::from(self.1.to_string()));
        *answer.status_mut() = self.0;
        Ok(answer)
    }
}

fn first_generation(says: serde_json::Value) -> NetgiroWallet {
    let transport = Arc::new(Says(StatusCode::OK, says));
    let client =
        netgiro::Client::new(config(), transport, Arc::new(netgiro::RandomNonces::default())).unwrap();
    NetgiroWallet::new(
        Generation::V1(client),
        terms(&[Confirmation::Automatic]),
        Arc::new(SystemClock),
    )
}

const CART: &str = "5f1c7c3e-6c0f-4b0e-9d5e-6d0a4c2b1a90";

fn payment() -> Handle {
    Handle {
        reference: "01936a7e-0000-7000-8000-000000000000-1".to_owned(),
        provider_id: Some(CART.to_owned()),
        amount: Money::new(1000, karfa_shared::money::Currency::Isk),
    }
}

#[tokio::test]
async fn only_what_names_the_payment_and_calls_it_cancelled_undoes_it() {
    let ours = payment().reference;
    let info = |status: i64, reference: &str, amount: i64| {
        serde_json::json!({
            "TransactionId": CART, "StatusId": status, "ReferenceNumber": reference, "TotalAmount": amount
        })
    };
    for (code, info, standing) in [
        (10201, info(5, &ours, 1000), Standing::Void),
        (10202, info(5, &ours, 1000), Standing::Void),
        // There may be no such cart: it says the same.
        (10201, serde_json::Value::Null, Standing::Gone),
        (10201, info(2, &ours, 1000), Standing::Gone),
        (10201, info(5, "another-sale-1", 1000), Standing::Gone),
        (10201, info(5, &ours, 999), Standing::Gone),
        (10425, info(5, &ours, 1000), Standing::Waiting),
        (10200, info(5, &ours, 1000), Standing::Waiting),
    ] {
        let wallet = first_generation(serde_json::json!({
            "Success": true, "Message": "", "ResultCode": code, "PaymentSuccessful": false, "PaymentInfo": info
        }));
        let report = wallet.read(&payment()).await.unwrap().unwrap();
        assert_eq!(report.standing, standing, "{code} {info}");
        assert!(wallet.may_be_undone());
    }
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

#[tokio::test]
async fn an_address_where_nobody_is_does_not_say_that_there_is_no_such_payment() {
    let unknown = serde_json::json!({"Success": false, "Message": "Transaction not found"});
    for (status, says, is_told) in [
        (StatusCode::BAD_REQUEST, unknown, true),
        (StatusCode::NOT_FOUND, serde_json::Value::Null, false),
        (
            StatusCode::NOT_FOUND,
            serde_json::json!({"message": "no Route matched"}),
            false,
        ),
    ] {
        let client = netgiro::v2::Client::new(config(), Arc::new(Says(status, says))).unwrap();
        let wallet = NetgiroWallet::new(
            Generation::V2 { client },
            terms(&[Confirmation::Manual]),
            Arc::new(SystemClock),
        );
        let read = wallet.read(&payment()).await;
        assert_eq!(read == Ok(None), is_told, "{read:?}");
        assert!(
            is_told || matches!(read, Err(WalletError::Refused(_))),
            "{read:?}"
        );
    }
}
