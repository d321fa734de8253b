//! Signatures: what InPost signs is accepted, everything else is refused for a named reason. Contract, section 3.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // In tests a failed expectation is the point.

/// A signing key as InPost holds one.
mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use inpost_pay::signature::{
    KEY_HASH_HEADER, KEY_VERSION_HEADER, KeyError, SIGNATURE_HEADER, SignatureError, SignatureHeaders,
    TIMESTAMP_HEADER, VerifyingKey, key_hash, signing_text, signing_timestamp, verify,
};
use inpost_pay::wire::signing_key::PublicKey;
use jiff::{SignedDuration, Timestamp};
use rsa::sha2::{Digest, Sha256};
use support::{MERCHANT, SIGNED_AT, public_key, sign, signed_headers};

const BODY: &[u8] = br#"{"event_id":"e-1"}"#;

fn signed_at() -> Timestamp {
    SIGNED_AT.parse().unwrap()
}

fn check(headers: &HeaderMap, body: &[u8], merchant: &str, now: Timestamp) -> Result<(), SignatureError> {
    let key = VerifyingKey::parse(&public_key("2")).unwrap();
    verify(&SignatureHeaders::read(headers)?, body, merchant, &key, now)
}

fn check_changed(header: &'static str, value: &str) -> Result<(), SignatureError> {
    let mut headers = signed_headers(BODY, "2", SIGNED_AT);
    headers.insert(header, value.parse().unwrap());
    check(&headers, BODY, MERCHANT, signed_at())
}

/// Computed with coreutils and openssl, not with our own code.
#[test]
fn the_signing_text_is_that_of_the_contract() {
    assert_eq!(
        signing_text(br#"{"a":1}"#, "merchant-1", "2", "2024-01-31T12:00:00.000Z"),
        "QVZxOWYxekZlaTNaUzNXUThFcllDRUp6a0Y3alBzWE92cTVpSjJxWCtHST0sbWVyY2hhbnQtMSwyLDIwMjQtMDEtMzFUMTI6MDA6MDAuMDAwWg=="
    );
    assert_eq!(
        key_hash("MIIB"),
        "bd7f32578c72343bdb2f56a6b320ed68a08a3c31f7edce306a595f55aa1502e5"
    );
    assert_eq!(signing_timestamp(signed_at()), SIGNED_AT);
}

#[test]
fn an_empty_body_hashes_the_empty_input() {
    let text = STANDARD.decode(signing_text(b"", "m", "1", "t")).unwrap();
    assert_eq!(text, b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=,m,1,t");
}

#[test]
fn what_inpost_signed_is_accepted() {
    check(&signed_headers(BODY, "2", SIGNED_AT), BODY, MERCHANT, signed_at()).unwrap();
    check(&signed_headers(b"", "2", SIGNED_AT), b"", MERCHANT, signed_at()).unwrap();
}

#[test]
fn another_body_is_refused() {
    let headers = signed_headers(BODY, "2", SIGNED_AT);
    for body in [
        br#"{"event_id":"e-2"}"#.as_slice(),
        br#"{"event_id": "e-1"}"#,
        b"",
    ] {
        let error = check(&headers, body, MERCHANT, signed_at()).unwrap_err();
        assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
    }
}

#[test]
fn another_merchants_call_is_refused() {
    let error = check(
        &signed_headers(BODY, "2", SIGNED_AT),
        BODY,
        "merchant-2",
        signed_at(),
    )
    .unwrap_err();
    assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
}

#[test]
fn another_version_is_refused_even_if_signed() {
    let error = check(&signed_headers(BODY, "1", SIGNED_AT), BODY, MERCHANT, signed_at()).unwrap_err();
    assert!(matches!(error, SignatureError::UnknownKeyVersion), "{error:?}");
    // The version is part of the signed text: relabelling a signature of version 1 does not help.
    let mut relabelled = signed_headers(BODY, "1", SIGNED_AT);
    relabelled.insert(KEY_VERSION_HEADER, "2".parse().unwrap());
    let error = check(&relabelled, BODY, MERCHANT, signed_at()).unwrap_err();
    assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
}

#[test]
fn another_time_than_the_signed_one_is_refused() {
    let error = check_changed(TIMESTAMP_HEADER, "2024-01-31T12:00:00.001Z").unwrap_err();
    assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
    // The same moment in other words is another text.
    let error = check_changed(TIMESTAMP_HEADER, "2024-01-31T12:00:00Z").unwrap_err();
    assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
}

#[test]
fn a_call_is_accepted_for_240_seconds_in_either_direction() {
    let headers = signed_headers(BODY, "2", SIGNED_AT);
    for seconds in [-240, -1, 0, 1, 240] {
        check(
            &headers,
            BODY,
            MERCHANT,
            signed_at() + SignedDuration::from_secs(seconds),
        )
        .unwrap();
    }
    for seconds in [-241, 241, 100_000_000] {
        let error = check(
            &headers,
            BODY,
            MERCHANT,
            signed_at() + SignedDuration::from_secs(seconds),
        )
        .unwrap_err();
        assert!(
            matches!(error, SignatureError::Stale { age } if age.as_secs() == seconds),
            "{error:?}"
        );
    }
    let just_too_old = signed_at() + SignedDuration::new(240, 1);
    assert!(matches!(
        check(&headers, BODY, MERCHANT, just_too_old),
        Err(SignatureError::Stale { .. })
    ));
}

#[test]
fn every_header_is_needed_once() {
    for name in [
        SIGNATURE_HEADER,
        TIMESTAMP_HEADER,
        KEY_VERSION_HEADER,
        KEY_HASH_HEADER,
    ] {
        let mut headers = signed_headers(BODY, "2", SIGNED_AT);
        let value = headers.remove(name).unwrap();
        let error = check(&headers, BODY, MERCHANT, signed_at()).unwrap_err();
        assert!(
            matches!(error, SignatureError::MissingHeader(missing) if missing == name),
            "{error:?}"
        );

        headers.append(name, value.clone());
        headers.append(name, value);
        let error = check(&headers, BODY, MERCHANT, signed_at()).unwrap_err();
        assert!(
            matches!(error, SignatureError::MalformedHeader(twice) if twice == name),
            "{error:?}"
        );

        headers.insert(name, HeaderValue::from_bytes(b"\xff").unwrap());
        let error = check(&headers, BODY, MERCHANT, signed_at()).unwrap_err();
        assert!(
            matches!(error, SignatureError::MalformedHeader(no_text) if no_text == name),
            "{error:?}"
        );
    }
}

#[test]
fn a_time_that_is_none_is_refused() {
    for wrong in ["", "1706702400", "2024-01-31 noon", "2024-01-31T12:00:00.000"] {
        let error = check_changed(TIMESTAMP_HEADER, wrong).unwrap_err();
        assert!(
            matches!(error, SignatureError::MalformedHeader(TIMESTAMP_HEADER)),
            "{wrong}: {error:?}"
        );
    }
}

#[test]
fn another_hash_is_refused() {
    let text = public_key("2").public_key_base64;
    let of_der: String = Sha256::digest(STANDARD.decode(&text).unwrap())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let right = key_hash(&text);
    for wrong in [of_der.as_str(), &right.to_uppercase(), "", &right[1..]] {
        let error = check_changed(KEY_HASH_HEADER, wrong).unwrap_err();
        assert!(
            matches!(error, SignatureError::WrongKeyHash),
            "{wrong}: {error:?}"
        );
    }
    check_changed(KEY_HASH_HEADER, &right).unwrap();
}

#[test]
fn a_signature_that_is_no_base64_is_refused() {
    let unpadded = sign("x").trim_end_matches('=').to_owned();
    for wrong in ["%%%", "abc", unpadded.as_str()] {
        let error = check_changed(SIGNATURE_HEADER, wrong).unwrap_err();
        assert!(
            matches!(error, SignatureError::MalformedHeader(SIGNATURE_HEADER)),
            "{wrong}: {error:?}"
        );
    }
}

#[test]
fn a_signature_over_another_text_is_refused() {
    let raw_text = STANDARD
        .decode(signing_text(BODY, MERCHANT, "2", SIGNED_AT))
        .unwrap();
    let over_raw_text = sign(std::str::from_utf8(&raw_text).unwrap());
    for wrong in [over_raw_text.as_str(), "", "AAAA"] {
        let error = check_changed(SIGNATURE_HEADER, wrong).unwrap_err();
        assert!(matches!(error, SignatureError::BadSignature), "{error:?}");
    }
}

#[test]
fn a_key_that_is_no_rsa_key_is_refused() {
    let parse = |text: &str| {
        VerifyingKey::parse(&PublicKey {
            public_key_base64: text.into(),
            version: "1".into(),
        })
        .unwrap_err()
    };
    assert_eq!(parse("no base64"), KeyError::Base64);
    assert_eq!(parse("AAAA"), KeyError::Der);
    assert_eq!(parse(""), KeyError::Der);
    // An elliptic curve's key, made with openssl.
    let curve = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAErH95PNmwQoRMRX6h013nRlqFaqeUSNhFFrZWA+esWackL7yadbiuUlrVlzzceFQbyMw1//hof3qglX3eS/fYQQ==";
    assert_eq!(parse(curve), KeyError::NotRsa);
    let key = VerifyingKey::parse(&public_key("7")).unwrap();
    assert_eq!(
        (key.version(), key.hash()),
        ("7", key_hash(&public_key("7").public_key_base64).as_str())
    );
}

#[test]
fn errors_do_not_repeat_what_a_stranger_sent() {
    let error = check_changed(TIMESTAMP_HEADER, "<script>").unwrap_err();
    assert!(!error.to_string().contains("script"));
}
