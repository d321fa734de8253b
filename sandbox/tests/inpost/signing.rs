//! The signed calls to the merchant, checked with the client's own verification. Contract, section 3.

use crate::bench::{Bench, PHONE, Seen};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn header<'a>(seen: &'a Seen, name: &str) -> &'a str {
    seen.headers
        .get(name)
        .unwrap_or_else(|| panic!("{name} is missing"))
        .to_str()
        .unwrap()
}

/// Whether the signature is right under the published key, by nothing but the contract's steps.
fn verifies(seen: &Seen, public_key_base64: &str) -> bool {
    let sha256 = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes);
    let hash: String = sha256(public_key_base64.as_bytes())
        .as_ref()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let digest = STANDARD.encode(sha256(&seen.raw));
    let (version, timestamp) = (
        header(seen, "x-public-key-ver"),
        header(seen, "x-signature-timestamp"),
    );
    let text = STANDARD.encode(format!("{digest},karfa-demo,{version},{timestamp}"));
    let key: rsa::RsaPublicKey =
        rsa::pkcs8::DecodePublicKey::from_public_key_der(&STANDARD.decode(public_key_base64).unwrap())
            .unwrap();
    let key = rsa::pkcs1v15::VerifyingKey::<rsa::sha2::Sha256>::new(key);
    let signature = STANDARD.decode(header(seen, "x-signature")).unwrap();
    let signature = rsa::pkcs1v15::Signature::try_from(signature.as_slice()).unwrap();
    hash == header(seen, "x-public-key-hash")
        && rsa::signature::Verifier::verify(&key, text.as_bytes(), &signature).is_ok()
}

async fn published(bench: &Bench, version: &str) -> String {
    let path = format!("/v1/izi/signing-keys/public/{version}");
    let (status, body) = bench.api("GET", &path, &Value::Null).await;
    assert_eq!(
        (status.as_u16(), &body["merchant_external_id"]),
        (200, &json!("karfa-demo"))
    );
    assert_eq!(body["public_key"]["version"], json!(version));
    body["public_key"]["public_key_base64"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn every_call_is_signed_with_a_published_key() {
    let bench = Bench::new().await;
    let id = bench.link().await;
    let order = json!({"payment_type": "BLIK_CODE", "blik_code": "777111"});
    bench
        .tap("POST", &format!("/phone/api/{PHONE}/baskets/{id}/order"), &order)
        .await;
    let key = published(&bench, "1").await;
    let seen = bench.shop.seen();
    assert_eq!(seen.len(), 4);
    for seen in seen {
        assert!(verifies(&seen, &key), "{} {}", seen.method, seen.path);
        assert_eq!(header(&seen, "x-signature-timestamp"), "2026-01-31T12:00:00.000Z");
        assert_eq!(header(&seen, "x-public-key-ver"), "1");
    }
}

#[tokio::test]
async fn after_a_rotation_the_new_key_signs_and_the_old_one_stays_published() {
    let bench = Bench::new().await;
    let old = published(&bench, "1").await;
    let (status, keys) = bench.tap("POST", "/control/keys/rotate", &Value::Null).await;
    assert_eq!((status.as_u16(), &keys["current"]), (200, &json!("2")));
    let (_, all) = bench
        .api("GET", "/v1/izi/signing-keys/public", &Value::Null)
        .await;
    let new = published(&bench, "2").await;
    assert_eq!(
        all,
        json!({
            "merchant_external_id": "karfa-demo",
            "public_keys": [
                {"public_key_base64": old, "version": "1"},
                {"public_key_base64": new, "version": "2"}
            ]
        })
    );
    bench.link().await;
    let call = bench.shop.last("/confirmation");
    assert!(verifies(&call, &new) && !verifies(&call, &old));
    assert_eq!(header(&call, "x-public-key-ver"), "2");

    bench
        .tap("POST", "/control/keys/rotate", &json!({"retire_old": true}))
        .await;
    for version in ["1", "2", "9"] {
        let path = format!("/v1/izi/signing-keys/public/{version}");
        assert_eq!(
            bench.refusal("GET", &path, &Value::Null).await,
            (404, json!("PUBLIC_KEY_NOT_FOUND"))
        );
    }
    assert_ne!(published(&bench, "3").await, new);
}

#[tokio::test]
async fn signatures_are_spoilt_on_demand() {
    for (kind, still_right, version, timestamp) in [
        ("tamper_signature", false, "1", "2026-01-31T12:00:00.000Z"),
        ("stale_timestamp", true, "1", "2026-01-31T11:00:00.000Z"),
        (
            "unknown_key_version",
            false,
            "1-unpublished",
            "2026-01-31T12:00:00.000Z",
        ),
    ] {
        let bench = Bench::new().await;
        let id = bench.push("b-1").await;
        bench
            .fault(&json!({"call": "inpost.merchant.basket.confirmation", "kind": kind, "times": 1}))
            .await;
        bench.answer(&id, &json!({"action": "approve"})).await;
        let call = bench.shop.last("/confirmation");
        assert_eq!(header(&call, "x-public-key-ver"), version, "{kind}");
        assert_eq!(header(&call, "x-signature-timestamp"), timestamp, "{kind}");
        assert_eq!(
            verifies(&call, &published(&bench, "1").await),
            still_right,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_moved_clock_does_not_make_signatures_stale() {
    let bench = Bench::new().await;
    bench
        .tap("POST", "/control/clock", &json!({"advance_seconds": 3600}))
        .await;
    bench.sign_in("karfa-demo").await;
    bench.link().await;
    assert_eq!(
        header(&bench.shop.last("/confirmation"), "x-signature-timestamp"),
        "2026-01-31T12:00:00.000Z"
    );
}

#[tokio::test]
async fn a_replayed_call_is_the_same_to_the_byte() {
    let bench = Bench::new().await;
    let id = bench.push("b-1").await;
    bench
        .fault(&json!({"call": "inpost.merchant.basket.confirmation", "kind": "replay", "times": 1}))
        .await;
    assert_eq!(bench.answer(&id, &json!({"action": "approve"})).await.0, 200);
    let seen = bench.shop.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((&seen[0].raw, &seen[0].headers), (&seen[1].raw, &seen[1].headers));
}
