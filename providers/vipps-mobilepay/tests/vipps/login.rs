//! Merchant-initiated login. Contract, section 4.

use crate::support::{
    Answer, Fixture, NUMBER, SECRET, answer, assert_call, config, form_body, header, pairs, timeout,
    with_header,
};
use http::StatusCode;
use jiff::SignedDuration;
use vipps_mobilepay::wire::login::{LoginHint, LoginPoll, LoginRefusal, LoginStart, NewLogin, SLOW_DOWN};
use vipps_mobilepay::{AuthReqId, BindingMessage, CustomerToken, Error, Msisdn, Retry, UserToken};

const STARTED: &str = r#"{"auth_req_id": "fdd2e7a5", "expires_in": 600, "interval": 5}"#;

const GRANTED: &str = r#"{
    "access_token": "hel39XaKjGH5tkCvIENGPNbsSHz1DLKluOat4qP-A4.WyV61hCK1E2snVs1aOvjOWZOXOayZad0K-Qfo3lLzus",
    "id_token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
    "expires_in": 300,
    "scope": "openid name",
    "token_type": "bearer"
}"#;

fn hint() -> LoginHint {
    LoginHint::Msisdn(Msisdn::parse(NUMBER).unwrap())
}

fn id() -> AuthReqId {
    AuthReqId::parse("fdd2e7a5").unwrap()
}

fn refusal(error: &str) -> Answer {
    answer(
        400,
        &format!(r#"{{"error": "{error}", "error_description": "4712345678 did it"}}"#),
    )
}

async fn polled(answer: Answer) -> Result<LoginPoll, Error> {
    Fixture::answering([answer]).client.poll_login(&id()).await
}

#[tokio::test]
async fn a_login_starts_with_basic_credentials_and_no_key() {
    let fixture = Fixture::answering([answer(200, STARTED)]);
    let login = NewLogin::new(hint())
        .scope("name")
        .and_then(|login| login.scope("delegatedConsents"))
        .and_then(|login| login.scope("name"))
        .and_then(|login| login.requested_expiry(SignedDuration::from_secs(120)))
        .unwrap()
        .binding_message(BindingMessage::parse("KAFFE-7").unwrap());
    let LoginStart::Started(started) = fixture.client.start_login(&login).await.unwrap() else {
        panic!()
    };
    assert_eq!(started.auth_req_id.as_str(), "fdd2e7a5");
    assert_eq!((started.life().as_secs(), started.pause().as_secs()), (600, 5));

    let call = fixture.call();
    assert_call(&call, "POST /vipps-login-ciba/api/backchannel/authentication");
    // client-1:s3cret/+=
    assert_eq!(header(&call, "authorization"), "Basic Y2xpZW50LTE6czNjcmV0Lys9");
    assert!(call.headers()["authorization"].is_sensitive());
    assert_eq!(header(&call, "ocp-apim-subscription-key"), "");
    assert_eq!(header(&call, "merchant-serial-number"), "123456");
    assert_eq!(header(&call, "vipps-system-name"), "karfa");
    assert!(fixture.token_calls().is_empty(), "no access token is needed");
    let expected = pairs([
        ("login_hint", "urn:msisdn:4712345678"),
        ("scope", "openid name delegatedConsents"),
        ("binding_message", "KAFFE-7"),
        ("requested_expiry", "120"),
    ]);
    assert_eq!(form_body(&call), expected);
}

#[tokio::test]
async fn the_least_login_asks_only_who_it_is() {
    let fixture = Fixture::answering([answer(200, r#"{"auth_req_id": "a", "expires_in": 60}"#)]);
    let token = LoginHint::CustomerToken(CustomerToken::parse("eyJ0.a").unwrap());
    let LoginStart::Started(started) = fixture.client.start_login(&NewLogin::new(token)).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(started.pause().as_secs(), 5, "the standard's, when none is named");
    let expected = pairs([("login_hint", "urn:customer-token:eyJ0.a"), ("scope", "openid")]);
    assert_eq!(form_body(&fixture.call()), expected);
}

#[tokio::test]
async fn a_start_that_is_refused_says_why() {
    let own = |code: &str| {
        answer(
            400,
            &format!(r#"{{"error": "invalid_request", "error_code": "{code}"}}"#),
        )
    };
    let cases = [
        (refusal("unknown_user_id"), LoginRefusal::UnknownUser),
        (
            refusal("invalid_binding_message"),
            LoginRefusal::InvalidBindingMessage,
        ),
        (refusal("invalid_request"), LoginRefusal::InvalidRequest),
        (own("old_app"), LoginRefusal::OldApp),
        (own("invalid_user"), LoginRefusal::InvalidUser),
        (own("something_new"), LoginRefusal::InvalidRequest),
        (
            refusal("something_new"),
            LoginRefusal::Other("something_new".into()),
        ),
    ];
    for (answer, expected) in cases {
        let started = Fixture::answering([answer])
            .client
            .start_login(&NewLogin::new(hint()))
            .await
            .unwrap();
        assert_eq!(started, LoginStart::Refused(expected));
    }
}

#[tokio::test]
async fn too_many_logins_of_one_user_are_an_error_with_the_time_to_wait() {
    let fixture = Fixture::answering([with_header(answer(429, ""), "retry-after", "42")]);
    let error = fixture
        .client
        .start_login(&NewLogin::new(hint()))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }));
    assert_eq!(error.retry_after(), Some(SignedDuration::from_secs(42)));
    assert!(error.can_retry());
}

#[tokio::test]
async fn a_login_is_asked_after_by_its_id() {
    let fixture = Fixture::answering([refusal("authorization_pending")]);
    assert_eq!(
        fixture.client.poll_login(&id()).await.unwrap(),
        LoginPoll::Pending
    );
    let call = fixture.call();
    assert_call(&call, "POST /access-management-1.0/access/oauth2/token");
    assert_eq!(header(&call, "authorization"), "Basic Y2xpZW50LTE6czNjcmV0Lys9");
    assert_eq!(header(&call, "ocp-apim-subscription-key"), "");
    let grant_type = "urn:openid:params:grant-type:ciba";
    assert_eq!(
        form_body(&call),
        pairs([("grant_type", grant_type), ("auth_req_id", "fdd2e7a5")])
    );
}

#[tokio::test]
async fn every_outcome_has_its_type() {
    let cases = [
        ("authorization_pending", LoginPoll::Pending),
        ("slow_down", LoginPoll::SlowDown),
        ("expired_token", LoginPoll::Refused(LoginRefusal::Expired)),
        ("access_denied", LoginPoll::Refused(LoginRefusal::Denied)),
        ("invalid_grant", LoginPoll::Refused(LoginRefusal::InvalidGrant)),
        (
            "invalid_request",
            LoginPoll::Refused(LoginRefusal::InvalidRequest),
        ),
        ("unknown_user_id", LoginPoll::Refused(LoginRefusal::UnknownUser)),
        (
            "tomorrow",
            LoginPoll::Refused(LoginRefusal::Other("tomorrow".into())),
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(polled(refusal(error)).await.unwrap(), expected);
    }
    assert_eq!(SLOW_DOWN.as_secs(), 5);
}

#[tokio::test]
async fn a_refusal_may_come_as_403() {
    let denied = answer(403, r#"{"error": "access_denied"}"#);
    assert_eq!(
        polled(denied).await.unwrap(),
        LoginPoll::Refused(LoginRefusal::Denied)
    );
}

#[tokio::test]
async fn a_consent_gives_tokens_that_do_not_show() {
    let granted = polled(answer(200, GRANTED)).await.unwrap();
    let shown = format!("{granted:?}");
    assert!(!shown.contains("hel39") && !shown.contains("eyJ"), "{shown}");
    let LoginPoll::Granted(grant) = granted else {
        panic!()
    };
    assert!(grant.access_token.as_str().starts_with("hel39Xa"));
    assert_eq!(grant.id_token.as_str(), "eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
    assert_eq!(grant.expires_in, 300);
}

#[tokio::test]
async fn refused_credentials_are_an_error_and_not_an_outcome() {
    for status in [400, 401] {
        let error = polled(answer(status, r#"{"error": "invalid_client"}"#))
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.refusal().unwrap().title, "invalid_client");
        assert_eq!(error.retry(), Retry::No);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_outcome_is_an_error() {
    let limited = polled(with_header(answer(429, "{}"), "retry-after", "7"))
        .await
        .unwrap_err();
    assert_eq!(limited.retry_after(), Some(SignedDuration::from_secs(7)));
    let down = polled(answer(503, r#"{"error": "temporarily_unavailable"}"#))
        .await
        .unwrap_err();
    assert_eq!(
        (down.status(), down.can_retry()),
        (Some(StatusCode::SERVICE_UNAVAILABLE), true)
    );
    let gateway = polled(answer(400, "<html>Bad Request</html>")).await.unwrap_err();
    assert_eq!(
        (gateway.status(), gateway.can_retry()),
        (Some(StatusCode::BAD_REQUEST), false)
    );
    let lost = polled(timeout()).await.unwrap_err();
    assert!(lost.can_retry());
    let odd = polled(answer(200, r#"{"access_token": ""}"#)).await.unwrap_err();
    assert!(matches!(odd, Error::Unexpected { .. }));
}

#[tokio::test]
async fn no_error_of_a_login_names_the_customer_or_the_secret() {
    let text = |error: &Error| format!("{error} {error:?}");
    for answer in [
        answer(
            401,
            r#"{"error": "invalid_client", "error_description": "4712345678"}"#,
        ),
        timeout(),
    ] {
        let error = polled(answer).await.unwrap_err();
        assert!(!text(&error).contains(NUMBER) && !text(&error).contains(SECRET));
    }
    assert!(!format!("{:?}", NewLogin::new(hint())).contains(NUMBER));
    assert!(!format!("{:?}", id()).contains("fdd2"));
}

#[tokio::test]
async fn whether_a_user_exists() {
    let fixture = Fixture::answering([
        answer(200, r#"{"exists": true}"#),
        answer(200, r#"{"exists": false}"#),
    ]);
    assert!(fixture.client.user_exists(&hint()).await.unwrap());
    assert!(!fixture.client.user_exists(&hint()).await.unwrap());
    let call = fixture.calls()[0].clone();
    assert_call(&call, "POST /vipps-login-ciba/api/v1/user-exists");
    assert!(header(&call, "authorization").starts_with("Basic "));
    assert_eq!(form_body(&call), pairs([("login_hint", "urn:msisdn:4712345678")]));
}

#[tokio::test]
async fn the_user_info_is_asked_for_with_the_users_token_alone() {
    let literal = r#"{
        "sub": "c06c4afe-d9e1-4c5d-939a-177d752a0944", "name": "Ada Nordmann", "given_name": "Ada",
        "family_name": "Nordmann", "birthdate": "1990-12-31", "email": "ada@mail.example", "email_verified": true,
        "phone_number": "4712345678", "sid": "7d78a726",
        "address": {"address_type": "home", "country": "NO", "formatted": "Storgata 1\n0154 OSLO\nNO",
            "postal_code": "0154", "region": "OSLO", "street_address": "Storgata 1"},
        "delegatedConsents": {"language": "EN", "heading": "Join", "timeOfConsent": "2024-01-31T12:00:00Z",
            "consents": [
                {"id": "email", "accepted": true, "required": false, "textDisplayedToUser": "News by mail"},
                {"id": "sms", "accepted": false, "required": false, "textDisplayedToUser": null}
            ]}
    }"#;
    let fixture = Fixture::answering([answer(200, literal)]);
    let info = fixture
        .client
        .userinfo(&UserToken::parse("user-token").unwrap())
        .await
        .unwrap();
    let call = fixture.call();
    assert_call(&call, "GET /vipps-userinfo-api/userinfo");
    assert_eq!(header(&call, "authorization"), "Bearer user-token");
    assert_eq!(header(&call, "ocp-apim-subscription-key"), "");
    assert_eq!(header(&call, "merchant-serial-number"), "");
    assert_eq!(header(&call, "vipps-system-name"), "");
    assert!(fixture.token_calls().is_empty());

    assert_eq!(info.given_name.as_ref().unwrap().as_str(), "Ada");
    assert_eq!(
        info.address.as_ref().unwrap().region.as_ref().unwrap().as_str(),
        "OSLO"
    );
    let consents = info.delegated_consents.as_ref().unwrap();
    assert_eq!(consents.agreed_at().unwrap().to_string(), "2024-01-31T12:00:00Z");
    assert_eq!(
        (consents.consents[0].accepted, consents.consents[1].accepted),
        (true, false)
    );
    let shown = format!("{info:?}");
    for hidden in [
        "Ada",
        "Nordmann",
        "1990",
        "mail.example",
        NUMBER,
        "Storgata",
        "0154",
        "c06c",
    ] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[tokio::test]
async fn a_users_token_that_is_refused_is_not_renewed() {
    let fixture = Fixture::answering([answer(401, "")]);
    let error = fixture
        .client
        .userinfo(&UserToken::parse("user-token").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!((fixture.calls().len(), fixture.token_calls().len()), (1, 0));
}

#[tokio::test]
async fn user_info_may_be_nearly_empty() {
    let fixture = Fixture::answering([answer(
        200,
        r#"{"sub": "a", "address": {}, "delegatedConsents": {"consents": null}}"#,
    )]);
    let info = fixture
        .client
        .userinfo(&UserToken::parse("t").unwrap())
        .await
        .unwrap();
    assert_eq!(info.name, None);
    let consents = info.delegated_consents.unwrap();
    assert_eq!((consents.agreed_at(), consents.consents.len()), (None, 0));
}

#[tokio::test]
async fn a_time_of_consent_in_another_form_loses_nothing_else() {
    for time in ["1706702400", "\"yesterday\"", "null"] {
        let literal = format!(
            r#"{{"sub": "a", "delegatedConsents": {{"timeOfConsent": {time}, "consents": [{{"id": "sms", "accepted": true}}]}}}}"#
        );
        let fixture = Fixture::answering([answer(200, &literal)]);
        let token = UserToken::parse("t").unwrap();
        let consents = fixture
            .client
            .userinfo(&token)
            .await
            .unwrap()
            .delegated_consents
            .unwrap();
        assert_eq!(
            (consents.agreed_at(), consents.consents[0].accepted),
            (None, true),
            "{time}"
        );
    }
}

#[tokio::test]
async fn what_the_provider_publishes_replaces_what_was_derived() {
    let literal = r#"{
        "issuer": "https://login.example/access/",
        "authorization_endpoint": "https://login.example/access/oauth2/auth",
        "token_endpoint": "https://login.example/access/oauth2/token",
        "jwks_uri": "https://login.example/access/jwks.json",
        "userinfo_endpoint": "https://login.example/userinfo",
        "backchannel_authentication_endpoint": "https://login.example/ciba",
        "backchannel_token_delivery_modes_supported": ["poll"],
        "id_token_signing_alg_values_supported": ["RS256"]
    }"#;
    let fixture = Fixture::answering([answer(200, literal)]);
    let published = fixture.client.discover().await.unwrap();
    let call = fixture.call();
    assert_call(
        &call,
        "GET /access-management-1.0/access/.well-known/openid-configuration",
    );
    assert_eq!(header(&call, "authorization"), "");
    assert_eq!(published.backchannel_token_delivery_modes_supported, ["poll"]);

    let derived = config().endpoints.login;
    let login = derived.clone().discovered(&published);
    assert_eq!(login.issuer, "https://login.example/access/");
    assert_eq!(
        login.backchannel_authentication.as_str(),
        "https://login.example/ciba"
    );
    assert_eq!(login.token.as_str(), "https://login.example/access/oauth2/token");
    assert_eq!(login.jwks.as_str(), "https://login.example/access/jwks.json");
    assert_eq!(login.userinfo.as_str(), "https://login.example/userinfo");
    assert_eq!(
        (login.user_exists, login.discovery),
        (derived.user_exists, derived.discovery)
    );
}

#[test]
fn a_login_may_be_open_for_one_to_fifteen_minutes() {
    let open_for = |seconds| NewLogin::new(hint()).requested_expiry(SignedDuration::from_secs(seconds));
    assert!(open_for(60).is_ok() && open_for(900).is_ok());
    assert!(
        open_for(59).is_err()
            && open_for(901).is_err()
            && open_for(-60).is_err()
            && open_for(70_000).is_err()
    );
}

#[test]
fn a_scope_is_one_word() {
    for scope in ["", "a b", "a\n", "ø"] {
        assert!(NewLogin::new(hint()).scope(scope).is_err(), "{scope:?}");
    }
}

#[test]
fn a_hint_is_read_as_it_is_written() {
    let token = LoginHint::CustomerToken(CustomerToken::parse("eyJ0:a").unwrap());
    for hint in [hint(), token] {
        assert_eq!(LoginHint::parse(&hint.to_urn()).unwrap(), hint);
    }
    for urn in [
        "",
        "4712345678",
        "urn:msisdn:",
        "urn:msisdn:+4712345678",
        "urn:mail:a@b.example",
    ] {
        assert!(LoginHint::parse(urn).is_err(), "{urn}");
    }
}
