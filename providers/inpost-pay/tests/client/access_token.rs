//! The access token: how it is asked for, shared, renewed and refused. Contract, section 2.

use crate::fake::{Answer, Fixture, answer, basket_id, event};
use http::StatusCode;
use inpost_pay::{Error, TokenError};
use jiff::SignedDuration;
use provider_http::{NotSent, TransportError, Unknown};

#[tokio::test]
async fn the_token_request_is_a_form() {
    let fixture = Fixture::new();
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    let call = fixture.fake.token_calls.lock().unwrap()[0].clone();
    assert_eq!(
        (call.method().as_str(), call.uri().to_string().as_str()),
        ("POST", "https://login.example/auth/token")
    );
    assert_eq!(
        call.headers()["content-type"],
        "application/x-www-form-urlencoded"
    );
    let form = b"client_id=karfa+demo&client_secret=s%26cret%3D1&grant_type=client_credentials";
    assert_eq!(call.body().as_ref(), form);
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    let fixture = Fixture::new();
    for (seconds, tokens) in [(0, 1), (269, 1), (1, 2), (269, 2), (1, 3)] {
        fixture.clock.advance(SignedDuration::from_secs(seconds));
        fixture.client.unlink(&basket_id(), false).await.unwrap();
        assert_eq!(fixture.token_calls(), tokens);
    }
}

/// So many at once; gives the errors.
async fn unlink_at_once(fixture: &Fixture, callers: usize) -> Vec<Error> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let client = fixture.client.clone();
        tasks.spawn(async move { client.unlink(&basket_id(), false).await });
    }
    tasks
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

#[tokio::test]
async fn fifty_callers_cause_one_token_request() {
    let fixture = Fixture::new();
    assert!(unlink_at_once(&fixture, 50).await.is_empty());
    assert_eq!((fixture.token_calls(), fixture.calls().len()), (1, 50));
}

#[tokio::test]
async fn fifty_callers_share_a_failed_token_request() {
    let fixture = Fixture::new();
    let down = || Err(TransportError::Unknown(Unknown::Timeout));
    fixture.fake.token_answers.lock().unwrap().extend([down()]);
    let errors = unlink_at_once(&fixture, 50).await;
    assert_eq!(
        (errors.len(), fixture.token_calls(), fixture.calls().len()),
        (50, 1, 0)
    );
}

#[tokio::test]
async fn fifty_callers_with_a_withdrawn_token_cause_one_more_token_request() {
    let fixture = Fixture::new();
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    fixture.fake.refused.lock().unwrap().push("t1".into());
    assert!(unlink_at_once(&fixture, 50).await.is_empty());
    assert_eq!((fixture.token_calls(), fixture.calls().len()), (2, 101));
}

#[tokio::test]
async fn a_refused_token_is_fetched_once_more_and_the_call_made_once_more() {
    let fixture = Fixture::answering([answer(201, "")]);
    fixture.fake.refused.lock().unwrap().push("t1".into());
    fixture.client.order_event(&"o".into(), &event()).await.unwrap();
    let calls = fixture.calls();
    assert_eq!((calls.len(), fixture.token_calls()), (2, 2));
    assert_eq!(calls[0].body(), calls[1].body());
    assert_eq!(calls[1].headers()["authorization"], "Bearer t2");
    assert_eq!(calls[1].headers().get_all("authorization").iter().count(), 1);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_an_error() {
    let fixture = Fixture::new();
    fixture
        .fake
        .refused
        .lock()
        .unwrap()
        .extend(["t1".into(), "t2".into(), "t3".into()]);
    let error = fixture
        .client
        .order_event(&"o".into(), &event())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unauthorised), "{error:?}");
    assert_eq!((fixture.calls().len(), fixture.token_calls()), (2, 2));
    assert!(!error.may_have_acted() && !error.is_retryable());
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn without_a_token_the_call_is_not_made() {
    let refused = r#"{"error": "unauthorized_client", "error_description": "Invalid client secret"}"#;
    let cases: [(Answer, bool); 6] = [
        (answer(401, refused), false),
        (answer(503, "busy"), true),
        (answer(200, "no json"), false),
        (
            answer(200, r#"{"access_token": "bad\ntoken", "expires_in": 300}"#),
            false,
        ),
        (Err(TransportError::Unknown(Unknown::Timeout)), true),
        (
            Err(TransportError::NotSent(NotSent::Connect {
                detail: "refused".into(),
            })),
            true,
        ),
    ];
    for (token_answer, retryable) in cases {
        let fixture = Fixture::new();
        fixture.fake.token_answers.lock().unwrap().extend([token_answer]);
        let error = fixture
            .client
            .order_event(&"o".into(), &event())
            .await
            .unwrap_err();
        let Error::Token(reason) = &error else {
            panic!("{error:?}")
        };
        if let TokenError::Refused { status, description } = reason {
            assert_eq!(
                (status.as_u16(), description.as_str()),
                (401, "Invalid client secret")
            );
        }
        assert!(fixture.calls().is_empty());
        assert_eq!(
            (error.may_have_acted(), error.is_retryable()),
            (false, retryable),
            "{error:?}"
        );
        assert!(!format!("{error} {error:?}").contains("bad\\ntoken"));
    }
}
