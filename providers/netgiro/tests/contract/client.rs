//! The calls of V1: the bytes that are sent, answers that are thrown away, refusals.

use crate::fake::{Answer, Fake, config, plain, secret, signed, text};
use crate::signature::{BODY, PUBLISHED};
use netgiro::wire::{CancelOutcome, CartState, Confirmation, InsertCart, MalformedBody};
use netgiro::{
    Client, Config, ConfigError, CustomerId, Environment, Error, NoRandomness, NonceSource, RandomNonces,
    ResultCode, SmsCode, TransactionId, signature, test_account,
};
use provider_http::{NotSent, TransportError, Unknown};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub(crate) const ID: &str = "5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11";
const INSERTED: &str = r#"{"Success":true,"Message":"","ResultCode":200,"TransactionId":"5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11","ProcessCartCheckIntervalMiliseconds":1500,"RemoteConfirmationAvailable":true,"AnnouncementMessage":"Til hamingju"}"#;
const WAITING: &str = r#"{"Success":true,"ResultCode":10425,"PaymentSuccessful":false}"#;

fn client(fake: &Arc<Fake>) -> Client {
    let count = AtomicU32::new(0);
    let nonces = move || format!("nonce-{}", count.fetch_add(1, Ordering::Relaxed));
    Client::new(config(), fake.clone(), Arc::new(nonces)).unwrap()
}

pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> (Arc<Fake>, Client) {
    let fake = Fake::answering(answers);
    let client = client(&fake);
    (fake, client)
}

pub(crate) fn id() -> TransactionId {
    ID.into()
}

fn cart() -> InsertCart {
    InsertCart::new(
        1000,
        "991100-123",
        CustomerId::gsm("8223281").unwrap(),
        Confirmation::ServerCallback {
            callback_url: "www.example.com/callback-success/991100-123".into(),
        },
    )
    .callback_cancel_url("www.example.com/callback-cancel/991100-123")
}

#[tokio::test]
async fn the_published_request_is_sent_to_the_byte() {
    let fake = Fake::answering([plain(200, INSERTED)]);
    let nonces = || "39084373214935208".to_owned();
    let client = Client::new(config(), fake.clone(), Arc::new(nonces)).unwrap();
    client.insert_cart(&cart()).await.unwrap();
    let request = fake.request();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri().to_string(),
        "https://api.test.netgiro.is/v1/Checkout/InsertCart"
    );
    assert_eq!(text(request.body()), BODY);
    let headers = request.headers();
    assert_eq!(headers["netgiro_appkey"], test_account::APPLICATION_ID);
    assert!(
        headers["netgiro_appkey"].is_sensitive(),
        "the second generation's key"
    );
    assert_eq!(headers["netgiro_nonce"], "39084373214935208");
    assert_eq!(headers["netgiro_signature"], PUBLISHED);
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["accept"], "application/json");
}

#[tokio::test]
async fn an_inserted_cart_says_how_often_to_look() {
    let without_pace = INSERTED.replace(r#""ProcessCartCheckIntervalMiliseconds":1500,"#, "");
    let nonsense = INSERTED.replace("1500", "-1");
    let (_, client) = answering([
        signed(200, "InsertCart", "a", INSERTED),
        signed(200, "InsertCart", "b", &without_pace),
        signed(200, "InsertCart", "c", &nonsense),
        signed(200, "InsertCart", "d", &INSERTED.replace("1500", "0")),
    ]);
    let inserted = client.insert_cart(&cart()).await.unwrap();
    assert_eq!(inserted.transaction_id, id());
    assert_eq!(inserted.result_code, ResultCode::Accepted);
    assert_eq!(inserted.check_interval, Duration::from_millis(1500));
    assert_eq!(inserted.remote_confirmation_available, Some(true));
    assert_eq!(inserted.announcement_message.unwrap().as_str(), "Til hamingju");
    assert_eq!(inserted.support_id.unwrap().as_str(), "ref-1");
    for _ in 0..3 {
        let inserted = client.insert_cart(&cart()).await.unwrap();
        assert_eq!(inserted.check_interval, Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_cart_that_is_there_is_not_lost_over_its_code() {
    let (_, client) = answering([plain(200, &INSERTED.replace("200", "10200"))]);
    let inserted = client.insert_cart(&cart()).await.unwrap();
    assert_eq!(
        (inserted.transaction_id, inserted.result_code),
        (id(), ResultCode::Completed)
    );
}

#[tokio::test]
async fn a_refused_cart_says_why() {
    let refusal = r#"{"Success":false,"Message":"8223281 er ekki til","ResultCode":10306}"#;
    for status in [200, 400] {
        let (_, client) = answering([signed(status, "InsertCart", "a", refusal)]);
        let error = client.insert_cart(&cart()).await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::NoSuchCustomer));
        assert_eq!(error.message().unwrap().as_str(), "8223281 er ekki til");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.support_id().unwrap().as_str(), "ref-1");
        assert!(!error.may_have_acted() && !error.is_retryable());
        assert!(error.to_string().contains("10306") && !error.to_string().contains("8223281"));
    }
}

#[tokio::test]
async fn every_call_on_a_cart_is_sent_as_the_contract_says() {
    let (fake, client) = answering((0..4).map(|_| plain(200, WAITING)));
    let code = SmsCode::parse("1234").unwrap();
    client.check_cart(&id()).await.unwrap();
    client.confirm_cart(&id(), None).await.unwrap();
    client.confirm_cart(&id(), Some(&code)).await.unwrap();
    client.cancel_cart(&id()).await.unwrap();
    let sent = fake.requests();
    let plain_body = format!(r#"{{"TransactionId":"{ID}"}}"#);
    let with_code = format!(r#"{{"TransactionId":"{ID}","Identifier":"1234"}}"#);
    let expected = [
        ("CheckCart", &plain_body),
        ("ConfirmCart", &plain_body),
        ("ConfirmCart", &with_code),
        ("CancelCart", &plain_body),
    ];
    for (number, (request, (name, body))) in sent.iter().zip(expected).enumerate() {
        let url = format!("https://api.test.netgiro.is/v1/Checkout/{name}");
        assert_eq!(request.uri().to_string(), url);
        assert_eq!(text(request.body()), body);
        let nonce = format!("nonce-{number}");
        assert_eq!(request.headers()["netgiro_nonce"], nonce.as_str());
        let signed = signature::sign(&secret(), &nonce, &url, body.as_bytes());
        assert_eq!(request.headers()["netgiro_signature"], signed.as_str());
    }
}

#[tokio::test]
async fn the_address_that_is_signed_is_the_address_that_is_called() {
    let fake = Fake::answering([plain(200, WAITING), plain(200, WAITING)]);
    for root in ["http://127.0.0.1:8090/Netgiro", "HTTP://LOCALHOST:80/a%20b/"] {
        let config = Config::below(root, test_account::APPLICATION_ID, secret()).unwrap();
        let client = Client::new(config, fake.clone(), Arc::new(|| "n".to_owned())).unwrap();
        client.check_cart(&id()).await.unwrap();
    }
    let urls = [
        "http://127.0.0.1:8090/Netgiro/v1/Checkout/CheckCart",
        "http://localhost/a%20b/v1/Checkout/CheckCart",
    ];
    for (request, url) in fake.requests().iter().zip(urls) {
        assert_eq!(request.uri().to_string(), url);
        let signed = signature::sign(&secret(), "n", url, request.body());
        assert_eq!(request.headers()["netgiro_signature"], signed.as_str());
    }
}

#[tokio::test]
async fn a_tampered_answer_is_thrown_away() {
    let paid = r#"{"Success":true,"ResultCode":10200,"PaymentSuccessful":true}"#;
    let mut tampered = signed(200, "CheckCart", "a", WAITING).unwrap();
    *tampered.body_mut() = paid.into();
    let mut other_nonce = signed(200, "CheckCart", "a", paid).unwrap();
    other_nonce
        .headers_mut()
        .insert("netgiro_nonce", "b".parse().unwrap());
    let mut no_nonce = signed(200, "CheckCart", "a", paid).unwrap();
    no_nonce.headers_mut().remove("netgiro_nonce");
    let mut two = signed(200, "CheckCart", "a", paid).unwrap();
    let value = two.headers()["netgiro_signature"].clone();
    two.headers_mut().append("netgiro_signature", value);
    let mut empty = signed(200, "CheckCart", "a", paid).unwrap();
    empty
        .headers_mut()
        .insert("netgiro_signature", "".parse().unwrap());
    let of_another_call = signed(200, "CancelCart", "a", paid).unwrap();
    for answer in [tampered, other_nonce, no_nonce, two, empty, of_another_call] {
        let (_, client) = answering([Ok(answer)]);
        let error = client.check_cart(&id()).await.unwrap_err();
        assert!(matches!(error, Error::BadSignature { .. }), "{error:?}");
        assert!(error.may_have_acted() && error.is_retryable());
        assert_eq!(error.support_id().unwrap().as_str(), "ref-1");
    }
}

#[tokio::test]
async fn a_refusal_whose_signature_does_not_hold_is_thrown_away_too() {
    let mut refusal = signed(400, "InsertCart", "a", r#"{"Success":false,"ResultCode":400}"#).unwrap();
    *refusal.body_mut() = r#"{"Success":false,"ResultCode":10306}"#.into();
    let (_, client) = answering([Ok(refusal)]);
    let error = client.insert_cart(&cart()).await.unwrap_err();
    assert!(
        matches!(error, Error::BadSignature { .. }) && error.may_have_acted(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_replayed_answer_is_thrown_away() {
    let paid = r#"{"Success":true,"ResultCode":10200,"PaymentSuccessful":true}"#;
    let (_, client) = answering([
        signed(200, "CheckCart", "a", paid),
        signed(200, "CheckCart", "a", paid),
        signed(200, "CheckCart", "b", paid),
    ]);
    assert_eq!(
        client.check_cart(&id()).await.unwrap().state(),
        CartState::Paid { info: None }
    );
    // The same words about the next customer's cart.
    let error = client.check_cart(&"another".into()).await.unwrap_err();
    assert!(matches!(error, Error::BadSignature { .. }), "{error:?}");
    client.check_cart(&"another".into()).await.unwrap();
}

#[tokio::test]
async fn an_answer_about_another_cart_is_not_taken() {
    let body = format!(
        r#"{{"Success":true,"ResultCode":10200,"PaymentSuccessful":true,"PaymentInfo":{{"TransactionId":"{}"}}}}"#,
        ID.to_uppercase()
    );
    let (_, client) = answering([
        signed(200, "CheckCart", "a", &body),
        signed(200, "CheckCart", "b", &body),
    ]);
    let error = client.check_cart(&"another".into()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unreadable {
                reason: MalformedBody::OtherTransaction,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.may_have_acted());
    assert!(
        client.check_cart(&id()).await.is_ok(),
        "the case of a GUID does not matter"
    );
}

#[tokio::test]
async fn the_state_of_a_cart_is_taken_whatever_the_status_that_blames_the_call() {
    let already = r#"{"Success":false,"ResultCode":10200,"PaymentSuccessful":false}"#;
    for status in [200, 400, 409] {
        let (_, client) = answering([plain(status, already)]);
        let answer = client.cancel_cart(&id()).await.unwrap();
        assert_eq!(answer.cancel_outcome(), CancelOutcome::ConfirmedAlready);
        assert_eq!(answer.support_id.unwrap().as_str(), "ref-1");
    }
    for status in [401, 403, 500, 503] {
        let (_, client) = answering([plain(status, already)]);
        let error = client.cancel_cart(&id()).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(error.may_have_acted(), "it speaks of a payment: {error:?}");
    }
}

#[tokio::test]
async fn a_refused_confirmation_is_a_state() {
    let (_, client) = answering([plain(
        200,
        r#"{"Success":true,"PaymentSuccessful":false,"ResultCode":400,"Message":"Rangur kóði"}"#,
    )]);
    let code = SmsCode::parse("0000").unwrap();
    let answer = client.confirm_cart(&id(), Some(&code)).await.unwrap();
    assert_eq!(answer.state(), CartState::Error(ResultCode::Invalid));
    assert_eq!(answer.message.as_str(), "Rangur kóði");
}

#[tokio::test]
async fn a_stranger_is_told_so() {
    let (_, client) = answering([
        plain(401, r#"{"Success":false,"ResultCode":400}"#),
        plain(401, ""),
    ]);
    let error = client.check_cart(&id()).await.unwrap_err();
    assert!(error.is_unauthorised() && !error.may_have_acted() && !error.is_retryable());
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    let error = client.check_cart(&id()).await.unwrap_err();
    assert!(
        matches!(error, Error::Http { .. }) && error.is_unauthorised(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_failure_of_netgiros_own_may_have_acted() {
    let answers = [
        (plain(500, "<html>"), true, true),
        (plain(503, r#"{"Message":"Bilun"}"#), true, true),
        (plain(200, r#"{"Success":false,"ResultCode":500}"#), true, true),
        (plain(429, ""), false, true),
        (plain(404, ""), false, false),
        (plain(302, ""), true, false),
        (plain(200, "<html>"), true, false),
        (plain(200, r#"{"Success":true,"ResultCode":200}"#), true, false),
    ];
    for (answer, may_have_acted, is_retryable) in answers {
        let (fake, client) = answering([answer]);
        let error = client.insert_cart(&cart()).await.unwrap_err();
        assert_eq!(
            (error.may_have_acted(), error.is_retryable()),
            (may_have_acted, is_retryable),
            "{error:?}"
        );
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let (fake, client) = answering([
        Err(TransportError::Unknown(Unknown::Timeout)),
        Err(TransportError::NotSent(NotSent::Connect {
            detail: "refused".into(),
        })),
    ]);
    let error = client.check_cart(&id()).await.unwrap_err();
    assert!(error.may_have_acted() && error.is_retryable() && error.status().is_none());
    let error = client.check_cart(&id()).await.unwrap_err();
    assert!(!error.may_have_acted() && error.is_retryable() && error.support_id().is_none());
    assert_eq!(fake.requests().len(), 2);
}

struct NoNonces;

impl NonceSource for NoNonces {
    fn next_nonce(&self) -> Result<String, NoRandomness> {
        Err(NoRandomness)
    }
}

#[tokio::test]
async fn without_a_nonce_nothing_is_sent() {
    let fake = Fake::answering([]);
    let unsendable: [Arc<dyn NonceSource>; 2] = [Arc::new(NoNonces), Arc::new(|| "a\nb".to_owned())];
    for nonces in unsendable {
        let client = Client::new(config(), fake.clone(), nonces).unwrap();
        let error = client.check_cart(&id()).await.unwrap_err();
        assert!(!error.may_have_acted() && !error.is_retryable(), "{error:?}");
    }
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_cart_that_is_not_there_is_told_from_other_refusals() {
    let no_such_cart = r#"{"Success":false,"ResultCode":10424}"#;
    let (_, client) = answering([
        plain(400, no_such_cart),
        plain(400, r#"{"Success":false,"ResultCode":400}"#),
        Err(TransportError::Unknown(Unknown::Timeout)),
    ]);
    for expected in [true, false, false] {
        let error = client.check_cart(&id()).await.unwrap_err();
        assert_eq!(error.is_no_such_transaction(), expected, "{error:?}");
    }
}

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let build =
        |config: Config| Client::new(config, Fake::answering([]), Arc::new(|| "n".to_owned())).map(drop);
    let address = || "mailto:a@b".parse().unwrap();
    let refused = [
        Config {
            v1_url: address(),
            ..config()
        },
        Config {
            v2_url: address(),
            ..config()
        },
        Config {
            partner_url: address(),
            ..config()
        },
    ];
    for config in refused {
        assert!(matches!(build(config), Err(ConfigError::Address(_))));
    }
    // What follows is not sent as it stands there, so that no signature over it would hold.
    for behind in [
        "https://k:s&cret@shop.test/v1/",
        "https://shop.test/v1/#a",
        "https://shop.test/v1/?a=b",
    ] {
        let v1_url = behind.parse().unwrap();
        let error = build(Config { v1_url, ..config() }).unwrap_err();
        assert!(matches!(error, ConfigError::Address(_)), "{behind}");
        assert!(!format!("{error} {error:?}").contains("s&cret"), "{error}");
    }
    for id in ["", "a\nb"] {
        let config = Config {
            application_id: id.into(),
            ..config()
        };
        assert_eq!(build(config), Err(ConfigError::ApplicationId));
    }
    for secret in ["", "a\nb"] {
        let config = Config {
            secret: secret.into(),
            ..config()
        };
        assert_eq!(build(config), Err(ConfigError::Secret));
    }
    assert!(matches!(
        Config::below("shop", "id", secret()),
        Err(ConfigError::Address(_))
    ));
}

#[test]
fn netgiros_own_addresses_are_the_contracts() {
    let table = [
        (
            Environment::Test,
            "https://api.test.netgiro.is/v1/",
            "https://api.test.netgiro.is/v2/",
            "https://partner-api.test.netgiro.is/",
        ),
        (
            Environment::Production,
            "https://api.netgiro.is/v1/",
            "https://api.netgiro.is/v2/",
            "https://api.netgiro.is/partner/",
        ),
    ];
    for (environment, v1, v2, partner) in table {
        let config = Config::for_environment(environment, "id", secret());
        assert_eq!(
            (
                config.v1_url.as_str(),
                config.v2_url.as_str(),
                config.partner_url.as_str()
            ),
            (v1, v2, partner)
        );
        Client::new(config, Fake::answering([]), Arc::new(RandomNonces::new())).unwrap();
    }
}

#[test]
fn a_client_and_its_errors_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Client>();
    goes::<netgiro::v2::Client>();
    goes::<Config>();
    goes::<Error>();
}

/// Fails if the text of a cause stands in the text of the error as well: who prints the chain would read it twice.
#[track_caller]
fn assert_says_nothing_twice(error: &dyn std::error::Error) {
    let mut cause = error.source();
    while let Some(inner) = cause {
        assert!(
            !error.to_string().contains(&inner.to_string()),
            "{error}: {inner}"
        );
        cause = inner.source();
    }
}

#[test]
fn an_error_and_its_causes_say_nothing_twice() {
    let lost = || TransportError::Unknown(Unknown::Timeout);
    assert!(Error::from(lost()).to_string().contains(&lost().to_string()));
    assert_says_nothing_twice(&Error::from(lost()));
    assert_says_nothing_twice(&netgiro::callback::CallbackError::from(
        MalformedBody::NotAnObject,
    ));
}
