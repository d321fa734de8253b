//! Who logged in: signature, issuer, audience, end, and the keys that are fetched for it. Contract, section 4.

use crate::support::{Answer, Fixture, answer, assert_call, header, timeout};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use rsa::pkcs1v15::SigningKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, rand_core::OsRng};
use serde_json::{Value, json};
use std::sync::LazyLock;
use vipps_mobilepay::id_token::{IdTokenError, verify};
use vipps_mobilepay::wire::login::Jwks;
use vipps_mobilepay::{IdToken, wire};

static ONE: LazyLock<RsaPrivateKey> = LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap());
static OTHER: LazyLock<RsaPrivateKey> = LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap());

const ISSUER: &str = "https://api.example/vipps/access-management-1.0/access/";

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn signed_by(key: &RsaPrivateKey, header: &Value, claims: &Value) -> IdToken {
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = SigningKey::<Sha256>::new(key.clone())
        .sign(text.as_bytes())
        .to_vec();
    IdToken::parse(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))).unwrap()
}

fn token(claims: &Value) -> IdToken {
    signed_by(&ONE, &json!({"alg": "RS256", "kid": "k1", "typ": "JWT"}), claims)
}

fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "user-1", "aud": ["client-1"], "exp": 1000, "iat": 0})
}

fn with(field: &str, value: impl Into<Value>) -> IdToken {
    let mut claims = claims();
    claims[field] = value.into();
    token(&claims)
}

fn jwk(kid: &str, key: &RsaPrivateKey) -> Value {
    let number = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
        "n": number(key.n().to_bytes_be()), "e": number(key.e().to_bytes_be()),
    })
}

fn published(keys: &[Value]) -> Answer {
    answer(200, &json!({"keys": keys}).to_string())
}

fn keys() -> Jwks {
    let elliptic = json!({"kty": "EC", "kid": "k3", "crv": "P-256", "x": "a", "y": "b"});
    let all = json!({"keys": [elliptic, jwk("k2", &OTHER), jwk("k1", &ONE)]});
    wire::read(all.to_string().as_bytes()).unwrap()
}

fn verified(token: &IdToken, now: i64) -> Result<(), IdTokenError> {
    verify(
        token,
        &keys(),
        ISSUER,
        "client-1",
        Timestamp::from_second(now).unwrap(),
    )
    .map(drop)
}

#[test]
fn a_token_of_the_provider_for_this_merchant_is_believed() {
    let now = Timestamp::from_second(500).unwrap();
    let found = verify(&token(&claims()), &keys(), ISSUER, "client-1", now).unwrap();
    assert_eq!(found.subject.as_str(), "user-1");
    assert_eq!(found.expires_at.as_second(), 1000);
    assert!(!format!("{found:?}").contains("user-1"));
    verified(&with("aud", "client-1"), 500).unwrap();
}

#[test]
fn a_token_ends_when_it_says_give_or_take_the_clocks() {
    verified(&token(&claims()), 1029).unwrap();
    assert!(matches!(
        verified(&token(&claims()), 1030),
        Err(IdTokenError::Expired)
    ));
    assert!(matches!(
        verified(&with("exp", i64::MAX), 0),
        Err(IdTokenError::Malformed)
    ));
}

#[test]
fn a_token_of_another_issuer_is_not_believed() {
    for issuer in [
        "https://api.example/vipps/access-management-1.0/access",
        "https://evil.example/",
        "",
    ] {
        assert!(
            matches!(verified(&with("iss", issuer), 500), Err(IdTokenError::Issuer)),
            "{issuer}"
        );
    }
}

#[test]
fn a_token_for_somebody_else_is_not_believed() {
    for audience in [
        json!("client-2"),
        json!([]),
        json!(["client-2"]),
        json!(["client-1", "client-2"]),
    ] {
        assert!(
            matches!(
                verified(&with("aud", audience.clone()), 500),
                Err(IdTokenError::Audience)
            ),
            "{audience}"
        );
    }
    let mut several = claims();
    several["aud"] = json!(["client-1", "client-2"]);
    several["azp"] = "client-2".into();
    assert!(matches!(
        verified(&token(&several), 500),
        Err(IdTokenError::Audience)
    ));
    several["azp"] = "client-1".into();
    verified(&token(&several), 500).unwrap();
}

#[test]
fn a_token_of_another_key_is_not_believed() {
    let header = json!({"alg": "RS256", "kid": "k1"});
    assert!(matches!(
        verified(&signed_by(&OTHER, &header, &claims()), 500),
        Err(IdTokenError::BadSignature)
    ));
    let header = json!({"alg": "RS256", "kid": "k2"});
    verified(&signed_by(&OTHER, &header, &claims()), 500).unwrap();
    let header = json!({"alg": "RS256", "kid": "k3"});
    assert!(matches!(
        verified(&signed_by(&ONE, &header, &claims()), 500),
        Err(IdTokenError::UnusableKey)
    ));
    for header in [json!({"alg": "RS256", "kid": "k4"}), json!({"alg": "RS256"})] {
        assert!(matches!(
            verified(&signed_by(&ONE, &header, &claims()), 500),
            Err(IdTokenError::UnknownKey)
        ));
    }
}

#[test]
fn only_rs256_is_believed() {
    for algorithm in ["none", "HS256", "RS512", "rs256", ""] {
        let header = json!({"alg": algorithm, "kid": "k1"});
        let token = signed_by(&ONE, &header, &claims());
        assert!(
            matches!(verified(&token, 500), Err(IdTokenError::Algorithm)),
            "{algorithm}"
        );
    }
}

#[test]
fn a_changed_token_is_not_believed() {
    let good = token(&claims());
    let parts: Vec<&str> = good.as_str().split('.').collect();
    let mut forged = claims();
    forged["sub"] = "user-2".into();
    let forged = format!("{}.{}.{}", parts[0], encode(&forged), parts[2]);
    assert!(matches!(
        verified(&IdToken::parse(forged).unwrap(), 500),
        Err(IdTokenError::BadSignature)
    ));
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert!(matches!(
        verified(&IdToken::parse(unsigned).unwrap(), 500),
        Err(IdTokenError::BadSignature)
    ));
}

#[test]
fn what_is_no_token_is_refused_without_a_panic() {
    let good = token(&claims());
    let longer = format!("{}.e30", good.as_str());
    for text in ["a", ".", "..", "a.b", "a.b.c", "e30.e30.", "bm8.bm8.bm8", &longer] {
        let token = IdToken::parse(text).unwrap();
        assert!(
            matches!(
                verified(&token, 500),
                Err(IdTokenError::Malformed | IdTokenError::Algorithm)
            ),
            "{text}"
        );
    }
    let sentence = signed_by(&ONE, &json!({"alg": "RS256", "kid": "k1"}), &json!("no claims"));
    assert!(matches!(verified(&sentence, 500), Err(IdTokenError::Malformed)));
}

/// Asks the client as the till does.
async fn ask(fixture: &Fixture, token: &IdToken) -> Result<(), IdTokenError> {
    fixture.client.verify_id_token(token).await.map(drop)
}

fn of_key(kid: &str, key: &RsaPrivateKey) -> IdToken {
    let mut claims = claims();
    claims["exp"] = 1_000_000.into();
    signed_by(key, &json!({"alg": "RS256", "kid": kid}), &claims)
}

#[tokio::test]
async fn the_keys_are_fetched_once_and_kept_for_a_day() {
    let fixture = Fixture::answering([published(&[jwk("k1", &ONE)]), published(&[jwk("k1", &ONE)])]);
    let token = of_key("k1", &ONE);
    ask(&fixture, &token).await.unwrap();
    assert_call(
        &fixture.call(),
        "GET /access-management-1.0/access/.well-known/jwks.json",
    );
    assert_eq!(header(&fixture.call(), "authorization"), "");
    fixture.clock.advance(SignedDuration::from_secs(24 * 3600 - 1));
    ask(&fixture, &token).await.unwrap();
    assert_eq!(fixture.calls().len(), 1);
    fixture.clock.advance(SignedDuration::from_secs(1));
    ask(&fixture, &token).await.unwrap();
    assert_eq!(fixture.calls().len(), 2);
}

#[tokio::test]
async fn a_crowd_causes_one_fetch() {
    let fixture = Fixture::answering([published(&[jwk("k1", &ONE)])]);
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let client = fixture.client.clone();
        crowd.spawn(async move { client.verify_id_token(&of_key("k1", &ONE)).await });
    }
    assert!(crowd.join_all().await.iter().all(Result::is_ok));
    assert_eq!(fixture.calls().len(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_but_made_up_names_do_not_flood() {
    let fixture = Fixture::answering([published(&[jwk("k1", &ONE)]), published(&[jwk("k2", &OTHER)])]);
    ask(&fixture, &of_key("k1", &ONE)).await.unwrap();
    let new = of_key("k2", &OTHER);
    for _ in 0..5 {
        assert!(matches!(ask(&fixture, &new).await, Err(IdTokenError::UnknownKey)));
    }
    assert_eq!(fixture.calls().len(), 1);
    fixture.clock.advance(SignedDuration::from_secs(10));
    ask(&fixture, &new).await.unwrap();
    assert_eq!(fixture.calls().len(), 2);
}

#[tokio::test]
async fn an_outage_says_nothing_about_the_token_and_an_old_key_is_better_than_none() {
    let fixture = Fixture::answering([
        timeout(),
        published(&[jwk("k1", &ONE)]),
        answer(503, ""),
        timeout(),
    ]);
    let token = of_key("k1", &ONE);
    assert!(matches!(
        ask(&fixture, &token).await,
        Err(IdTokenError::KeysUnavailable(Some(_)))
    ));
    assert!(matches!(
        ask(&fixture, &token).await,
        Err(IdTokenError::KeysUnavailable(Some(_)))
    ));
    assert_eq!(
        fixture.calls().len(),
        1,
        "a failure is not asked for again at once"
    );
    fixture.clock.advance(SignedDuration::from_secs(10));
    ask(&fixture, &token).await.unwrap();

    fixture.clock.advance(SignedDuration::from_hours(25));
    ask(&fixture, &token).await.unwrap();
    assert_eq!(fixture.calls().len(), 3);
    fixture.clock.advance(SignedDuration::from_secs(10));
    let unknown = ask(&fixture, &of_key("k2", &OTHER)).await;
    assert!(matches!(unknown, Err(IdTokenError::KeysUnavailable(Some(_)))));
}

#[tokio::test]
async fn what_is_no_token_fetches_nothing() {
    let fixture = Fixture::new();
    assert!(matches!(
        ask(&fixture, &IdToken::parse("a.b.c").unwrap()).await,
        Err(IdTokenError::Malformed)
    ));
    assert!(fixture.calls().is_empty());
}
