//! The access token: made, renewed, refused. Contract, section 2.

use crate::support::{
    Fixture, SECRET, SUBSCRIPTION_KEY, answer, assert_call, config, header, no_connection, reference,
    timeout, token_answer, with_header,
};
use http::StatusCode;
use jiff::SignedDuration;
use vipps_mobilepay::{Client, Config, ConfigError, Endpoints, Environment, Error, Retry, System};

const NO_WEBHOOKS: &str = r#"{"webhooks": []}"#;

#[tokio::test]
async fn the_token_is_asked_for_with_headers_and_an_empty_body() {
    let fixture = Fixture::answering([answer(200, NO_WEBHOOKS)]);
    fixture.client.webhooks().await.unwrap();
    let call = fixture.token_calls()[0].clone();
    assert_call(&call, "POST /accesstoken/get");
    assert!(call.body().is_empty());
    assert_eq!(header(&call, "client_id"), "client-1");
    assert_eq!(header(&call, "client_secret"), SECRET);
    assert_eq!(header(&call, "ocp-apim-subscription-key"), SUBSCRIPTION_KEY);
    assert_eq!(header(&call, "merchant-serial-number"), "123456");
    assert_eq!(header(&call, "authorization"), "");
    assert!(call.headers()["client_secret"].is_sensitive());
    assert!(call.headers()["ocp-apim-subscription-key"].is_sensitive());
}

#[tokio::test]
async fn every_call_carries_token_key_sales_unit_and_system() {
    let fixture = Fixture::answering([answer(200, NO_WEBHOOKS)]);
    fixture.client.webhooks().await.unwrap();
    let call = fixture.call();
    assert_eq!(header(&call, "authorization"), "Bearer t1");
    assert!(call.headers()["authorization"].is_sensitive());
    assert_eq!(header(&call, "ocp-apim-subscription-key"), SUBSCRIPTION_KEY);
    assert_eq!(header(&call, "merchant-serial-number"), "123456");
    assert_eq!(header(&call, "vipps-system-name"), "karfa");
    assert_eq!(header(&call, "vipps-system-version"), "0.1.0");
    assert_eq!(header(&call, "vipps-system-plugin-name"), "till");
    assert!(
        !call.headers().contains_key("vipps-system-plugin-version"),
        "an empty one is not sent"
    );
}

#[tokio::test]
async fn a_token_is_used_until_sixty_seconds_before_it_ends() {
    let fixture = Fixture::answering([
        answer(200, NO_WEBHOOKS),
        answer(200, NO_WEBHOOKS),
        answer(200, NO_WEBHOOKS),
    ]);
    fixture.client.webhooks().await.unwrap();
    fixture.clock.advance(SignedDuration::from_secs(3539));
    fixture.client.webhooks().await.unwrap();
    assert_eq!(header(&fixture.calls()[1], "authorization"), "Bearer t1");
    fixture.clock.advance(SignedDuration::from_secs(1));
    fixture.client.webhooks().await.unwrap();
    assert_eq!(header(&fixture.calls()[2], "authorization"), "Bearer t2");
    assert_eq!(fixture.token_calls().len(), 2);
}

#[tokio::test]
async fn a_life_that_is_written_as_a_number_is_read_too() {
    let fixture = Fixture::answering([answer(200, NO_WEBHOOKS)]);
    let literal = r#"{"token_type": "Bearer", "expires_in": 3600, "access_token": "n1"}"#;
    fixture.will_grant([answer(200, literal)]);
    fixture.client.webhooks().await.unwrap();
    assert_eq!(header(&fixture.call(), "authorization"), "Bearer n1");
}

#[tokio::test]
async fn no_call_fails_over_a_part_of_the_answer_that_nobody_needs() {
    let fixture = Fixture::answering([answer(200, NO_WEBHOOKS)]);
    let literal = r#"{"token_type": null, "expires_in": "3600", "ext_expires_in": null, "expires_on": null,
        "not_before": null, "resource": null, "access_token": "n1"}"#;
    fixture.will_grant([answer(200, literal)]);
    fixture.client.webhooks().await.unwrap();
    assert_eq!(header(&fixture.call(), "authorization"), "Bearer n1");
}

#[tokio::test]
async fn a_refused_token_is_dropped_fetched_once_and_the_call_made_once_more() {
    let fixture = Fixture::answering([answer(200, NO_WEBHOOKS)]);
    fixture.refuse("t1");
    fixture.client.webhooks().await.unwrap();
    let calls = fixture.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(header(&calls[0], "authorization"), "Bearer t1");
    assert_eq!(header(&calls[1], "authorization"), "Bearer t2");
    assert_eq!(fixture.token_calls().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_made_once_more_is_the_same_call_under_the_same_key() {
    let fixture = Fixture::answering([answer(200, crate::payments::CAPTURED)]);
    fixture.refuse("t1");
    let (reference, key) = (reference(), crate::support::key());
    fixture
        .client
        .capture(&reference, crate::support::nok(1000), &key)
        .await
        .unwrap();
    let calls = fixture.calls();
    assert_eq!(calls[0].body(), calls[1].body());
    assert_eq!(calls[0].uri(), calls[1].uri());
    assert_eq!(header(&calls[0], "idempotency-key"), key.as_str());
    assert_eq!(header(&calls[1], "idempotency-key"), key.as_str());
}

#[tokio::test]
async fn a_second_refusal_is_the_answer() {
    let fixture = Fixture::new();
    fixture.refuse("t1");
    fixture.refuse("t2");
    let error = fixture.client.payment(&reference()).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!((error.retry(), error.may_have_acted()), (Retry::No, false));
    assert_eq!((fixture.calls().len(), fixture.token_calls().len()), (2, 2));
}

#[tokio::test]
async fn fifty_callers_share_one_token() {
    let fixture = Fixture::answering((0..50).map(|_| answer(200, NO_WEBHOOKS)));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let client = fixture.client.clone();
        callers.spawn(async move { client.webhooks().await });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    assert_eq!(fixture.token_calls().len(), 1);
    assert_eq!(fixture.calls().len(), 50);
}

#[tokio::test]
async fn fifty_callers_who_are_refused_share_one_renewal() {
    let fixture = Fixture::answering((0..50).map(|_| answer(200, NO_WEBHOOKS)));
    fixture.refuse("t1");
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let client = fixture.client.clone();
        callers.spawn(async move { client.webhooks().await });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    assert_eq!(fixture.token_calls().len(), 2);
    assert_eq!(fixture.calls().len(), 100);
}

#[tokio::test]
async fn without_a_token_the_call_is_not_made() {
    let refused = r#"{"error": "unauthorized_client", "error_description": "AADSTS70001", "error_codes": [70001],
        "timestamp": "2024-01-31 12:00:00Z", "trace_id": "trace-1", "correlation_id": "correlation-1"}"#;
    let limited = with_header(answer(429, ""), "retry-after", "30");
    let answers = [
        answer(401, refused),
        timeout(),
        no_connection(),
        answer(500, "oops"),
        limited,
    ];
    let expected = [
        Retry::No,
        Retry::SameKey,
        Retry::SameKey,
        Retry::SameKey,
        Retry::SameKey,
    ];
    for (answer, retry) in answers.into_iter().zip(expected) {
        let fixture = Fixture::new();
        fixture.will_grant([answer]);
        let error = fixture.client.payment(&reference()).await.unwrap_err();
        assert!(matches!(error, Error::Token(_)), "{error:?}");
        assert_eq!(
            (error.retry(), error.may_have_acted()),
            (retry, false),
            "{error:?}"
        );
        assert_eq!(error.status(), None, "no answer to the call itself");
        assert!(fixture.calls().is_empty());
    }
}

#[tokio::test]
async fn the_reason_why_there_is_no_token_is_kept() {
    let fixture = Fixture::new();
    let limited = with_header(answer(429, r#"{"traceId": "trace-2"}"#), "retry-after", "30");
    fixture.will_grant([limited]);
    let error = fixture.client.payment(&reference()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(SignedDuration::from_secs(30)));
    assert_eq!(error.trace_id(), Some("trace-2"));
}

#[tokio::test]
async fn a_token_that_makes_no_sense_is_not_used() {
    for granted in [
        token_answer("t1", "soon"),
        token_answer("t1", "-5"),
        answer(200, "{}"),
        answer(200, "<html>"),
    ] {
        let fixture = Fixture::new();
        fixture.will_grant([granted]);
        let error = fixture.client.payment(&reference()).await.unwrap_err();
        let Error::Token(cause) = &error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(
                **cause,
                Error::Unexpected {
                    status: StatusCode::OK,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_token_that_cannot_stand_in_a_header_is_an_error() {
    let fixture = Fixture::new();
    fixture.will_grant([token_answer("a\\nb", "3600")]);
    let error = fixture.client.payment(&reference()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::No);
    assert!(!format!("{error} {error:?}").contains("a\\nb"));
}

fn refused(config: Config) -> ConfigError {
    let fixture = Fixture::new();
    Client::new(config, fixture.fake, fixture.clock).unwrap_err()
}

#[test]
fn a_config_that_cannot_work_is_refused_at_once() {
    let long = System {
        name: "x".repeat(31),
        ..System::default()
    };
    assert_eq!(
        refused(Config {
            system: long,
            ..config()
        }),
        ConfigError::SystemTooLong("vipps-system-name")
    );
    let broken = System {
        version: "1\n2".into(),
        ..System::default()
    };
    assert_eq!(
        refused(Config {
            system: broken,
            ..config()
        }),
        ConfigError::Header("vipps-system-version")
    );
    let secret = refused(Config {
        client_secret: "a\r\nb".into(),
        ..config()
    });
    assert_eq!(secret, ConfigError::Header("client secret"));
    let mut elsewhere = config();
    elsewhere.endpoints.login.jwks = "ftp://api.example/jwks".parse().unwrap();
    assert_eq!(
        refused(elsewhere),
        ConfigError::Address("ftp://api.example/jwks".into())
    );
}

#[test]
fn thirty_characters_of_a_system_name_are_enough() {
    let system = System {
        name: "x".repeat(30),
        ..System::default()
    };
    Fixture::with(Config { system, ..config() });
}

#[test]
fn every_address_is_below_the_one_that_is_given() {
    let below = |text: &str| {
        let endpoints = Endpoints::below(&text.parse().unwrap()).unwrap();
        let login = endpoints.login;
        [
            endpoints.access_token.to_string(),
            endpoints.epayment.to_string(),
            endpoints.qr.to_string(),
            endpoints.webhooks.to_string(),
            login.discovery.to_string(),
            login.issuer,
            login.backchannel_authentication.to_string(),
            login.token.to_string(),
            login.jwks.to_string(),
            login.userinfo.to_string(),
            login.user_exists.to_string(),
        ]
    };
    let expected = [
        "/accesstoken/get",
        "/epayment/v1",
        "/qr/v1",
        "/webhooks/v1",
        "/access-management-1.0/access/.well-known/openid-configuration",
        "/access-management-1.0/access/",
        "/vipps-login-ciba/api/backchannel/authentication",
        "/access-management-1.0/access/oauth2/token",
        "/access-management-1.0/access/.well-known/jwks.json",
        "/vipps-userinfo-api/userinfo",
        "/vipps-login-ciba/api/v1/user-exists",
    ];
    let sandbox = "http://127.0.0.1:8090/vipps";
    assert_eq!(below(sandbox), expected.map(|path| format!("{sandbox}{path}")));
    assert_eq!(below("http://127.0.0.1:8090/vipps/"), below(sandbox));
    for (environment, host) in [
        (Environment::Production, "https://api.vipps.no"),
        (Environment::Test, "https://apitest.vipps.no"),
    ] {
        assert_eq!(
            below(environment.api_url()),
            expected.map(|path| format!("{host}{path}"))
        );
        let config = Config::for_environment(environment, "c", "s".into(), "k".into(), "1");
        assert_eq!(
            config.endpoints,
            Endpoints::below(&host.parse().unwrap()).unwrap()
        );
    }
}

#[test]
fn a_client_and_its_errors_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Client>();
    goes::<Config>();
    goes::<Error>();
    goes::<vipps_mobilepay::id_token::IdTokenError>();
}

#[test]
fn an_address_with_a_query_or_of_another_kind_is_refused() {
    for address in [
        "ftp://api.example",
        "https://api.example/?a=b",
        "https://api.example/#a",
        "https://k:s&cret@api.example/",
        "data:text/plain,a",
    ] {
        let error = vipps_mobilepay::Endpoints::below(&address.parse().unwrap()).unwrap_err();
        assert!(matches!(error, ConfigError::Address(_)), "{address}");
        assert!(!format!("{error} {error:?}").contains("s&cret"), "{error}");
    }
}

#[test]
fn a_client_and_its_config_do_not_show_their_secrets() {
    let fixture = Fixture::new();
    let shown = format!("{:?} {:?}", fixture.client, config());
    assert!(shown.contains("client-1"));
    assert!(
        !shown.contains(SECRET) && !shown.contains(SUBSCRIPTION_KEY),
        "{shown}"
    );
}
