//! Logins that come to nothing.

use crate::bench::{Bench, CLIENT_ID, PHONE};
use serde_json::json;

const START: &str = "/vipps-login-ciba/api/backchannel/authentication";

#[tokio::test]
async fn a_start_that_breaks_a_rule_is_refused_in_the_standard_s_words() {
    let bench = Bench::new().await;
    for (more, error) in [
        (("scope", ""), "invalid_request"),
        (("scope", "name"), "invalid_scope"),
        (("scope", "openid shoe_size"), "invalid_scope"),
        (("login_hint", ""), "invalid_request"),
        (("login_hint", "4791234567"), "invalid_request"),
        (("login_hint", "urn:msisdn:+4791234567"), "invalid_request"),
        (("login_hint", "urn:msisdn:912"), "invalid_request"),
        (("login_hint", "urn:customer-token:nobody"), "unknown_user_id"),
        (("binding_message", "abc-1"), "invalid_binding_message"),
        (("binding_message", "ABCD"), "invalid_binding_message"),
        (("binding_message", "ABCDEFGHI"), "invalid_binding_message"),
        (("binding_message", "ABC 12"), "invalid_binding_message"),
        (("requested_expiry", "59"), "invalid_request"),
        (("requested_expiry", "901"), "invalid_request"),
        (("requested_expiry", "soon"), "invalid_request"),
    ] {
        let answer = bench.start_login(PHONE, &[more]).await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!(error)),
            "{more:?}"
        );
        assert!(answer.body["error_description"].is_string());
    }
    assert!(bench.inbox(PHONE).await.is_empty());
}

#[tokio::test]
async fn the_shortest_and_the_longest_that_is_allowed_is_taken() {
    let bench = Bench::new().await;
    for more in [
        [("binding_message", "A-1Z9"), ("requested_expiry", "60")],
        [("binding_message", "ABCD-678"), ("requested_expiry", "900")],
    ] {
        let answer = bench.start_login(PHONE, &more).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body["expires_in"].to_string(), more[1].1);
    }
}

#[tokio::test]
async fn another_client_is_refused_everywhere() {
    let bench = Bench::new().await;
    for path in [
        START,
        "/vipps-login-ciba/api/v1/user-exists",
        "/access-management-1.0/access/oauth2/token",
    ] {
        for pair in [
            format!("{CLIENT_ID}:wrong"),
            "nobody:karfa-demo-secret".to_owned(),
            String::new(),
        ] {
            let answer = bench
                .form_as(&pair, path, &[("login_hint", "urn:msisdn:4791234567")])
                .await;
            assert_eq!(
                (answer.status, &answer.body["error"]),
                (401, &json!("invalid_client")),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn people_who_cannot_log_in_are_refused_by_name() {
    let bench = Bench::new().await;
    for (number, error, error_code) in [
        ("4790000001", "unknown_user_id", None),
        ("4790000002", "invalid_request", Some("invalid_user")),
        ("4790000003", "invalid_request", Some("invalid_user")),
        ("4590000003", "invalid_request", Some("invalid_user")),
        ("4790000004", "invalid_request", Some("old_app")),
    ] {
        let answer = bench.start_login(number, &[]).await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!(error)),
            "{number}"
        );
        assert_eq!(answer.body["error_code"].as_str(), error_code, "{number}");
    }
}

#[tokio::test]
async fn too_many_logins_for_one_user_have_to_wait() {
    let bench = Bench::new().await;
    for _ in 0..5 {
        bench.login().await;
        bench.advance(2);
    }
    let answer = bench.start_login(PHONE, &[]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "50"));
    assert_eq!(
        bench.start_login("4798765432", &[]).await.status,
        200,
        "another user has a count of their own"
    );
    bench.advance(50);
    assert_eq!(bench.start_login(PHONE, &[]).await.status, 200);

    let always = bench.start_login("4790000006", &[]).await;
    assert_eq!((always.status, always.header("retry-after")), (429, "60"));
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_slow_down() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    let mut errors = Vec::new();
    for seconds in [0, 5, 2, 5, 15] {
        bench.advance(seconds);
        errors.push(
            bench.poll(&auth_req_id).await.body["error"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let pending = "authorization_pending";
    assert_eq!(errors, [pending, pending, "slow_down", "slow_down", pending]);
}

#[tokio::test]
async fn a_customer_refuses() {
    let bench = Bench::new().await;
    let auth_req_id = bench.login().await;
    assert_eq!(bench.answer("reject").await.0, 200);
    let answer = bench.poll(&auth_req_id).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("access_denied"))
    );
}

#[tokio::test]
async fn a_customer_lets_it_lapse() {
    let bench = Bench::new().await;
    let started = bench.start_login(PHONE, &[("requested_expiry", "60")]).await;
    let id = bench.inbox(PHONE).await[0]["id"].as_str().unwrap().to_owned();
    bench.move_clock(60).await;
    assert!(bench.inbox(PHONE).await.is_empty());
    let answer = bench.poll(started.body["auth_req_id"].as_str().unwrap()).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("expired_token"))
    );
    let (status, body) = bench
        .phone(
            PHONE,
            "POST",
            &format!("/inbox/{id}"),
            &json!({"action": "approve"}),
        )
        .await;
    assert_eq!((status, &body["code"]), (404, &json!("request-gone")));
}

#[tokio::test]
async fn a_required_consent_that_is_missing_leaves_the_request_open() {
    let bench = Bench::new().await;
    bench.login().await;
    let (status, body) = bench
        .tap(PHONE, &json!({"action": "approve", "consents": ["email"]}))
        .await;
    assert_eq!(
        (status, &body["code"], &body["consent"]),
        (409, &json!("consent-missing"), &json!("membership"))
    );
    let unknown = json!({"action": "approve", "consents": ["membership", "shoes"]});
    assert_eq!(bench.tap(PHONE, &unknown).await.0, 422);
    let unreadable = json!({"action": "approve", "consents": {"membership": "yes"}});
    assert_eq!(bench.tap(PHONE, &unreadable).await.0, 422);
    assert_eq!(
        bench
            .tap(PHONE, &json!({"action": "approve", "consents": ["membership"]}))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn an_unknown_login_and_another_grant_are_refused() {
    let bench = Bench::new().await;
    let answer = bench.poll("nothing").await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("invalid_grant"))
    );
    let path = "/access-management-1.0/access/oauth2/token";
    for (fields, error) in [
        (
            vec![("grant_type", "authorization_code")],
            "unsupported_grant_type",
        ),
        (vec![("auth_req_id", "x")], "invalid_request"),
        (
            vec![("grant_type", "urn:openid:params:grant-type:ciba")],
            "invalid_request",
        ),
        (vec![("grant_type", "a"), ("grant_type", "b")], "invalid_request"),
    ] {
        let answer = bench.form(path, &fields).await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!(error)),
            "{fields:?}"
        );
    }
}
