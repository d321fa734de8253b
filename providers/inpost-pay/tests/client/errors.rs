//! Refusals, answers that cannot be read, and answers that never came. Contract, section 2.

use crate::fake::{Answer, Fixture, answer, basket_id, event, phone, refusal};
use http::StatusCode;
use inpost_pay::wire::basket::Basket;
use inpost_pay::wire::binding::{BindingPlace, Browser};
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::{Error, TokenError, Unexpected};
use provider_http::{NotSent, TransportError, Unknown};

#[tokio::test]
async fn every_code_arrives_typed() {
    for code in ErrorCode::ALL
        .iter()
        .filter(|code| **code != ErrorCode::Unauthorized)
    {
        let fixture = Fixture::answering([refusal(422, code.as_str())]);
        let error = fixture.client.unlink(&basket_id(), false).await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.status(), Some(StatusCode::UNPROCESSABLE_ENTITY));
        let own_failure = *code == ErrorCode::InternalServerError;
        assert_eq!(
            (error.may_have_acted(), error.is_retryable()),
            (own_failure, own_failure),
            "{code}"
        );
    }
    let fixture = Fixture::answering([refusal(418, "TEAPOT")]);
    let error = fixture.client.unlink(&basket_id(), false).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::Other("TEAPOT".into())));
}

#[tokio::test]
async fn a_refusals_message_is_kept_but_does_not_show() {
    let fixture = Fixture::answering([refusal(422, "PHONE_BINDING_METHOD_UNAVAILABLE")]);
    let place = BindingPlace::ProductCard;
    let error = fixture
        .client
        .bind_by_phone(&basket_id(), phone(), place, Browser::default())
        .await
        .unwrap_err();
    let Error::Refused { message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(message.as_str(), "600000000 did it");
    let text = format!("{error} {error:?}");
    assert!(
        !text.contains("600000000") && text.contains("PHONE_BINDING_METHOD_UNAVAILABLE"),
        "{text}"
    );
}

#[tokio::test]
async fn what_may_be_sent_again_depends_on_the_status() {
    for (status, body, may_have_acted, retryable) in [
        (500, "", true, true),
        (503, "<html>", true, true),
        (429, "", false, true),
        (408, "", false, true),
        (404, "{}", false, false),
        (302, "", true, false),
    ] {
        let fixture = Fixture::answering([answer(status, body)]);
        let error = fixture
            .client
            .order_event(&"o".into(), &event())
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unexpected {
                    reason: Unexpected::NoErrorCode,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(
            (error.may_have_acted(), error.is_retryable()),
            (may_have_acted, retryable),
            "{status}"
        );
        assert_eq!(fixture.calls().len(), 1);
    }
    let fixture = Fixture::answering([refusal(500, "BASKET_NOT_FOUND")]);
    let error = fixture.client.unlink(&basket_id(), false).await.unwrap_err();
    assert!(error.may_have_acted() && error.is_retryable());
}

#[tokio::test]
async fn a_success_that_cannot_be_read_may_have_acted_and_shows_nothing() {
    for body in ["", "{}", r#"{"inpost_basket_id": {"secret-text": 1}}"#] {
        let fixture = Fixture::answering([answer(200, body)]);
        let error = fixture
            .client
            .put_basket(&basket_id(), &Basket::default(), None)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unexpected {
                    reason: Unexpected::Body(_),
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(error.may_have_acted() && !error.is_retryable());
        assert!(!format!("{error} {error:?}").contains("secret-text"));
    }
}

fn no_connection() -> Answer {
    Err(TransportError::NotSent(NotSent::Connect {
        detail: "refused".into(),
    }))
}

#[tokio::test]
async fn a_read_is_sent_once_more_when_no_connection_came_about() {
    let literal = r#"{"basket_linked": false, "browser_trusted": false}"#;
    let fixture = Fixture::answering([no_connection(), answer(200, literal)]);
    fixture.client.binding(&basket_id(), None).await.unwrap();
    assert_eq!(fixture.calls().len(), 2);

    let fixture = Fixture::answering([no_connection(), no_connection(), answer(200, literal)]);
    let error = fixture.client.binding(&basket_id(), None).await.unwrap_err();
    assert!(
        matches!(error, Error::NotSent(NotSent::Connect { .. })),
        "{error:?}"
    );
    assert_eq!(fixture.calls().len(), 2);
}

#[tokio::test]
async fn nothing_else_is_sent_twice() {
    let fixture = Fixture::answering([no_connection()]);
    let error = fixture.client.unlink(&basket_id(), false).await.unwrap_err();
    assert!(!error.may_have_acted() && error.is_retryable());
    assert_eq!(fixture.calls().len(), 1);

    let fixture = Fixture::answering([Err(TransportError::Unknown(Unknown::Timeout))]);
    let error = fixture.client.binding(&basket_id(), None).await.unwrap_err();
    assert!(error.may_have_acted() && error.is_retryable());
    assert_eq!((fixture.calls().len(), error.status()), (1, None));
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
    let body = inpost_pay::wire::read::<Basket>(b"{").unwrap_err();
    let unreadable = Error::Unexpected {
        status: StatusCode::OK,
        reason: Unexpected::from(body),
    };
    for error in [
        Error::from(lost()),
        Error::from(TokenError::Transport(lost())),
        unreadable,
    ] {
        assert_says_nothing_twice(&error);
        let without_keys = inpost_pay::signature::SignatureError::KeysUnavailable(Some(error));
        assert_says_nothing_twice(&without_keys);
    }
    assert_says_nothing_twice(&Unexpected::from(body));
    let key = inpost_pay::signature::KeyError::NotRsa;
    assert_says_nothing_twice(&inpost_pay::signature::SignatureError::UnusableKey(key));
}
