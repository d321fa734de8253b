//! A merchant-initiated login, from the discovery to the userinfo.

use crate::bench::{Bench, CLIENT_ID, PHONE, SUBSCRIPTION_KEY};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};

/// The claims of an id token whose signature a published key confirms.
async fn verified(bench: &Bench, id_token: &str) -> Value {
    let parts: Vec<&str> = id_token.split('.').collect();
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let json_of = |part: &str| serde_json::from_slice::<Value>(&decoded(part)).unwrap();
    let head = json_of(parts[0]);
    assert_eq!(head["alg"], "RS256");
    let request = Request::get("/vipps/access-management-1.0/access/.well-known/jwks.json");
    let keys = bench.send(request, &Value::Null).await.body;
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == head["kid"]);
    let number = |name: &str| decoded(key.expect("a published key")[name].as_str().unwrap());
    let public = RsaPublicKeyComponents {
        n: number("n"),
        e: number("e"),
    };
    let text = format!("{}.{}", parts[0], parts[1]);
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &decoded(parts[2]))
        .expect("the signature is right");
    json_of(parts[1])
}

async fn userinfo(bench: &Bench, token: &str) -> Value {
    let request =
        Request::get("/vipps/vipps-userinfo-api/userinfo").header("authorization", format!("Bearer {token}"));
    let answer = bench.send(request, &Value::Null).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn the_discovery_says_where_everything_is() {
    let bench = Bench::new().await;
    let request = Request::get("/vipps/access-management-1.0/access/.well-known/openid-configuration")
        .header("host", "sandbox.test:8090");
    let found = bench.send(request, &Value::Null).await.body;
    let base = "http://sandbox.test:8090/vipps";
    for (name, path) in [
        ("issuer", "/access-management-1.0/access/"),
        ("token_endpoint", "/access-management-1.0/access/oauth2/token"),
        ("jwks_uri", "/access-management-1.0/access/.well-known/jwks.json"),
        ("userinfo_endpoint", "/vipps-userinfo-api/userinfo"),
        (
            "backchannel_authentication_endpoint",
            "/vipps-login-ciba/api/backchannel/authentication",
        ),
    ] {
        assert_eq!(found[name], format!("{base}{path}"), "{name}");
    }
    assert_eq!(
        found["backchannel_token_delivery_modes_supported"],
        json!(["poll"])
    );
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["RS256"]));
}

#[tokio::test]
async fn a_customer_consents_and_the_merchant_learns_who_it_is() {
    let bench = Bench::new().await;
    let started = bench.start_login(PHONE, &[("binding_message", "ABC-123")]).await;
    assert_eq!(
        (&started.body["expires_in"], &started.body["interval"]),
        (&json!(600), &json!(5))
    );
    let auth_req_id = started.body["auth_req_id"].as_str().unwrap().to_owned();
    let pending = bench.poll(&auth_req_id).await;
    assert_eq!(
        (pending.status, &pending.body["error"]),
        (400, &json!("authorization_pending"))
    );

    let item = &bench.inbox(PHONE).await[0];
    assert_eq!(
        (&item["provider"], &item["kind"]),
        (&json!("vipps"), &json!("consent"))
    );
    assert_eq!(item["binding_message"], "ABC-123");
    assert_eq!(item["expires_at"], "2026-01-31T12:10:00Z");
    assert_eq!(
        item["scopes"],
        json!(["openid", "name", "phoneNumber", "delegatedConsents"])
    );
    let ids: Vec<&Value> = item["consents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, ["membership", "email", "sms"]);

    let consents = json!([
        {"id": "membership", "accepted": true}, {"id": "email", "accepted": true}, {"id": "sms", "accepted": false}
    ]);
    let (status, body) = bench
        .tap(PHONE, &json!({"action": "approve", "consents": consents}))
        .await;
    assert_eq!((status, body), (200, json!({"state": "APPROVED"})));
    assert!(bench.inbox(PHONE).await.is_empty());

    let granted = bench.poll(&auth_req_id).await;
    assert_eq!(granted.status, 200, "{granted:?}");
    assert_eq!(
        (&granted.body["token_type"], &granted.body["expires_in"]),
        (&json!("Bearer"), &json!(300))
    );
    assert!(granted.body.get("refresh_token").is_none());
    let claims = verified(&bench, granted.body["id_token"].as_str().unwrap()).await;
    assert_eq!(
        claims["iss"],
        "http://sandbox.test:8090/vipps/access-management-1.0/access/"
    );
    assert_eq!(claims["aud"], json!([CLIENT_ID]));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        300
    );

    let who = userinfo(&bench, granted.body["access_token"].as_str().unwrap()).await;
    assert_eq!(who["sub"], claims["sub"]);
    assert_eq!(who["phone_number"], PHONE);
    let names = [&who["given_name"], &who["family_name"]].map(|name| name.as_str().unwrap());
    assert_eq!(who["name"], names.join(" "));
    assert!(
        who.get("email").is_none() && who.get("birthdate").is_none(),
        "nobody asked for it"
    );
    let delegated = &who["delegatedConsents"];
    assert_eq!(delegated["timeOfConsent"], "2026-01-31T12:00:00Z");
    let accepted: Vec<(&Value, &Value, &Value)> = delegated["consents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["id"], &one["accepted"], &one["required"]))
        .collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(
        accepted,
        [
            (&json!("membership"), &yes, &yes),
            (&json!("email"), &yes, &no),
            (&json!("sms"), &no, &no)
        ]
    );
    assert!(delegated["consents"][0]["textDisplayedToUser"].is_string());
}

#[tokio::test]
async fn every_scope_shows_what_it_is_named_after() {
    let bench = Bench::new().await;
    let scope = "openid name address email phoneNumber birthDate";
    let started = bench.start_login(PHONE, &[("scope", scope)]).await;
    bench.answer("approve").await;
    let granted = bench.poll(started.body["auth_req_id"].as_str().unwrap()).await;
    let who = userinfo(&bench, granted.body["access_token"].as_str().unwrap()).await;
    for name in [
        "name",
        "given_name",
        "family_name",
        "birthdate",
        "email",
        "phone_number",
    ] {
        assert!(who[name].is_string(), "{name} in {who}");
    }
    for name in ["street_address", "postal_code", "region", "country", "formatted"] {
        assert!(who["address"][name].is_string(), "{name} in {who}");
    }
    assert_eq!(who["address"]["country"], "NO");
    assert!(who.get("delegatedConsents").is_none());
}

#[tokio::test]
async fn tokens_are_handed_out_once_and_live_for_five_minutes() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    bench.answer("approve").await;
    let granted = bench.poll(&auth_req_id).await;
    let again = bench.poll(&auth_req_id).await;
    assert_eq!(
        (again.status, &again.body["error"]),
        (400, &json!("invalid_grant"))
    );
    let token = granted.body["access_token"].as_str().unwrap();
    let ask = || {
        let request = Request::get("/vipps/vipps-userinfo-api/userinfo");
        request.header("authorization", format!("Bearer {token}"))
    };
    bench.move_clock(299).await;
    assert_eq!(bench.send(ask(), &Value::Null).await.status, 200);
    bench.move_clock(1).await;
    assert_eq!(bench.send(ask(), &Value::Null).await.status, 401);
}

#[tokio::test]
async fn the_userinfo_refuses_a_subscription_key_and_the_merchant_s_own_token() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    bench.answer("approve").await;
    let granted = bench.poll(&auth_req_id).await;
    let token = granted.body["access_token"].as_str().unwrap();
    let with_key = Request::get("/vipps/vipps-userinfo-api/userinfo")
        .header("authorization", format!("Bearer {token}"))
        .header("ocp-apim-subscription-key", SUBSCRIPTION_KEY);
    assert_eq!(bench.send(with_key, &Value::Null).await.status, 401);
    let own = bench.request("GET", "/vipps-userinfo-api/userinfo");
    let mut own = own;
    own.headers_mut().unwrap().remove("ocp-apim-subscription-key");
    assert_eq!(bench.send(own, &Value::Null).await.status, 401);
}

#[tokio::test]
async fn a_new_key_signs_the_next_token_and_is_published() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    bench.answer("approve").await;
    bench.control("POST", "/vipps/keys/rotate", &Value::Null).await;
    let granted = bench.poll(&auth_req_id).await;
    let id_token = granted.body["id_token"].as_str().unwrap();
    verified(&bench, id_token).await;
    let head = URL_SAFE_NO_PAD
        .decode(id_token.split('.').next().unwrap())
        .unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    assert_eq!(head["kid"], "sandbox-2");
}

#[tokio::test]
async fn a_token_that_was_signed_before_the_key_changed_can_still_be_verified() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    bench.answer("approve").await;
    let granted = bench.poll(&auth_req_id).await;
    let id_token = granted.body["id_token"].as_str().unwrap();
    bench.control("POST", "/vipps/keys/rotate", &Value::Null).await;
    verified(&bench, id_token).await;
    let told = bench.control("POST", "/vipps/keys/rotate", &Value::Null).await;
    assert_eq!(
        told,
        json!({"current": "sandbox-3", "published": ["sandbox-3", "sandbox-2"]})
    );
    assert_eq!(bench.control("GET", "/vipps/keys", &Value::Null).await, told);
    let keys = bench
        .get("/access-management-1.0/access/.well-known/jwks.json")
        .await;
    let kids: Vec<&Value> = keys.body["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["kid"])
        .collect();
    assert_eq!(kids, ["sandbox-3", "sandbox-2"], "the oldest is gone");
}

#[tokio::test]
async fn a_ping_says_when_to_ask_and_the_answer_is_there_at_once() {
    for action in ["approve", "reject"] {
        let bench = Bench::new().await;
        bench
            .register("http://shop.test/hooks", &["login.merchant-initiated.ping.v1"])
            .await;
        let auth_req_id = bench.login().await;
        bench.poll(&auth_req_id).await;
        bench.answer(action).await;
        let heard = bench.merchant.wait_for(1).await;
        assert_eq!(heard[0].body, json!({ "auth_req_id": auth_req_id }));
        let status = bench.poll(&auth_req_id).await.status;
        assert_eq!(status, if action == "approve" { 200 } else { 400 });
    }
}

#[tokio::test]
async fn a_person_is_the_same_one_each_time_and_another_one_with_another_number() {
    let bench = Bench::new().await;
    let mut subjects = Vec::new();
    for number in [PHONE, PHONE, "4512345678"] {
        let started = bench.start_login(number, &[]).await;
        bench.tap(number, &json!({"action": "approve"})).await;
        let granted = bench.poll(started.body["auth_req_id"].as_str().unwrap()).await;
        let who = userinfo(&bench, granted.body["access_token"].as_str().unwrap()).await;
        subjects.push(who["sub"].clone());
    }
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2]);
}

#[tokio::test]
async fn one_may_ask_whether_there_is_such_a_user() {
    let bench = Bench::new().await;
    for (number, exists) in [
        (PHONE, true),
        ("4790000001", false),
        ("4590000001", false),
        ("35890000001", false),
    ] {
        let hint = format!("urn:msisdn:{number}");
        let answer = bench
            .form("/vipps-login-ciba/api/v1/user-exists", &[("login_hint", &hint)])
            .await;
        assert_eq!(
            (answer.status, answer.body),
            (200, json!({ "exists": exists })),
            "{number}"
        );
    }
}
