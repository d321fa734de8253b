//! The client against a transport that answers as told: addresses, headers, tokens, refusals, lost answers.
//! Contract, section 2.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // In tests a failed expectation is the point.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use inpost_pay::wire::basket::{Basket, PaymentType};
use inpost_pay::wire::binding::{BindingPlace, Browser};
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::wire::order_event::{MerchantOrderEvent, MerchantOrderEventData, OrderStatus};
use inpost_pay::{
    BasketId, BrowserId, Client, Config, ConfigError, Environment, Error, PLUGIN_VERSION_HEADER, PhoneNumber,
    TokenError, Unexpected,
};
use jiff::{SignedDuration, Timestamp};
use provider_http::{Clock, ManualClock, NotSent, Transport, TransportError, Unknown};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

type Answer = Result<Response<Bytes>, TransportError>;

/// Answers token requests by itself and everything else as told, in order.
#[derive(Default)]
struct Fake {
    answers: Mutex<VecDeque<Answer>>,
    token_answers: Mutex<VecDeque<Answer>>,
    calls: Mutex<Vec<Request<Bytes>>>,
    token_calls: Mutex<Vec<Request<Bytes>>>,
    /// Calls with one of these tokens are answered 401.
    refused: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: Request<Bytes>) -> Answer {
        tokio::task::yield_now().await;
        if request.uri().path() == "/auth/token" {
            return self.grant(request);
        }
        let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
        self.calls.lock().unwrap().push(request);
        let refused = self
            .refused
            .lock()
            .unwrap()
            .iter()
            .any(|token| authorization == format!("Bearer {token}"));
        if refused {
            return answer(
                401,
                r#"{"error_code": "UNAUTHORIZED", "error_message": "expired"}"#,
            );
        }
        self.answers
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| answer(204, ""))
    }
}

impl Fake {
    fn grant(&self, request: Request<Bytes>) -> Answer {
        let mut calls = self.token_calls.lock().unwrap();
        calls.push(request);
        let number = calls.len();
        let literal =
            include_str!("fixtures/token.json").replace("eyJhbGciOiJSUzI1NiJ9.one", &format!("t{number}"));
        self.token_answers
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| answer(200, &literal))
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from(body.to_owned()))
        .unwrap())
}

fn refusal(status: u16, code: &str) -> Answer {
    answer(
        status,
        &json!({"error_code": code, "error_message": "600000000 did it"}).to_string(),
    )
}

struct Fixture {
    fake: Arc<Fake>,
    clock: Arc<ManualClock>,
    client: Arc<Client>,
}

impl Fixture {
    fn new() -> Self {
        let (fake, clock) = (
            Arc::new(Fake::default()),
            Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH)),
        );
        let client = Client::new(config(), fake.clone(), clock.clone()).unwrap();
        Self {
            fake,
            clock,
            client: Arc::new(client),
        }
    }

    fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fixture = Self::new();
        fixture.fake.answers.lock().unwrap().extend(answers);
        fixture
    }

    fn calls(&self) -> Vec<Request<Bytes>> {
        self.fake.calls.lock().unwrap().clone()
    }

    /// The only call so far.
    fn call(&self) -> Request<Bytes> {
        let calls = self.calls();
        assert_eq!(calls.len(), 1);
        calls[0].clone()
    }

    fn token_calls(&self) -> usize {
        self.fake.token_calls.lock().unwrap().len()
    }
}

fn config() -> Config {
    Config {
        api_url: "https://api.example/inpost/".parse().unwrap(),
        token_url: "https://login.example/auth/token".parse().unwrap(),
        client_id: "karfa demo".into(),
        client_secret: "s&cret=1".into(),
        plugin_version: "karfa-0.1.0".into(),
    }
}

fn basket_id() -> BasketId {
    "basket-1".into()
}

fn phone() -> PhoneNumber {
    PhoneNumber::new("+48", "600000000")
}

fn event() -> MerchantOrderEvent {
    MerchantOrderEvent {
        event_id: "moe-1".into(),
        event_data_time: "2024-01-31T13:00:00Z".parse().unwrap(),
        phone_number: None,
        event_data: MerchantOrderEventData {
            order_status: Some(OrderStatus::OrderCompleted),
            ..MerchantOrderEventData::default()
        },
    }
}

/// Compares method and address, written like `GET /v1/izi/…`.
#[track_caller]
fn assert_call(call: &Request<Bytes>, expected: &str) {
    let uri = call.uri().to_string();
    let path = uri.strip_prefix("https://api.example/inpost").unwrap();
    assert_eq!(format!("{} {path}", call.method()), expected);
}

fn body(call: &Request<Bytes>) -> Value {
    assert_eq!(call.headers()["content-type"], "application/json");
    serde_json::from_slice(call.body()).unwrap()
}

#[tokio::test]
async fn the_binding_check() {
    let literal = include_str!("fixtures/binding_status_linked.json");
    let fixture = Fixture::answering([answer(200, literal), answer(200, literal)]);
    let status = fixture.client.binding(&basket_id(), None).await.unwrap();
    assert!(status.basket_linked && status.browser_trusted);
    let call = fixture.call();
    assert_call(&call, "GET /v1/izi/basket/basket-1/binding");
    assert!(call.body().is_empty() && !call.headers().contains_key("content-type"));

    fixture
        .client
        .binding(&basket_id(), Some(&"b 77&x=y".into()))
        .await
        .unwrap();
    let expected = "GET /v1/izi/basket/basket-1/binding?browser_id=b+77%26x%3Dy";
    assert_call(&fixture.calls()[1], expected);
}

#[tokio::test]
async fn every_call_carries_token_version_and_what_it_accepts() {
    let fixture = Fixture::new();
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    let call = fixture.call();
    assert_eq!(call.headers()["authorization"], "Bearer t1");
    assert!(call.headers()["authorization"].is_sensitive());
    assert_eq!(call.headers()[PLUGIN_VERSION_HEADER], "karfa-0.1.0");
    assert_eq!(call.headers()["accept"], "application/json");
}

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
async fn a_binding_by_phone_is_accepted_without_a_body() {
    let fixture = Fixture::answering([answer(202, "")]);
    let place = BindingPlace::ProductCard;
    fixture
        .client
        .bind_by_phone(&basket_id(), phone(), place, Browser::default())
        .await
        .unwrap();
    let call = fixture.call();
    assert_call(&call, "POST /v1/izi/basket/basket-1/binding");
    let body = body(&call);
    assert_eq!(body["binding_method"], "PHONE");
    assert_eq!(
        body["phone_number"],
        json!({"country_prefix": "+48", "phone": "600000000"})
    );
    assert_eq!(body["browser"]["location"], "-");
}

#[tokio::test]
async fn a_binding_by_link_gives_the_links() {
    let fixture = Fixture::answering([answer(200, include_str!("fixtures/binding_links.json"))]);
    let place = BindingPlace::BasketSummary;
    let links = fixture
        .client
        .bind_by_link(&basket_id(), place, Browser::default())
        .await
        .unwrap();
    assert_eq!(links.deep_link, "inpost://izilink?basket_id=5d9f1d0a");
    let body = body(&fixture.call());
    assert_eq!(
        (&body["binding_method"], body.get("phone_number")),
        (&json!("DEEP_LINK"), None)
    );
}

#[tokio::test]
async fn a_basket_is_put_with_and_without_a_trusted_browser() {
    let upserted = || answer(200, r#"{"inpost_basket_id": "i-1"}"#);
    let fixture = Fixture::answering([upserted(), upserted(), upserted()]);
    let basket: Basket = inpost_pay::wire::read(include_bytes!("fixtures/basket.json")).unwrap();
    let (client, id) = (&fixture.client, basket_id());
    assert_eq!(
        client
            .put_basket(&id, &basket, None)
            .await
            .unwrap()
            .inpost_basket_id
            .as_str(),
        "i-1"
    );
    client
        .put_basket(&id, &basket, Some(&"browser-77".into()))
        .await
        .unwrap();
    client.put_basket_v2(&id, &basket).await.unwrap();

    let calls = fixture.calls();
    let mut expected: Value = serde_json::from_str(include_str!("fixtures/basket.json")).unwrap();
    assert_call(&calls[0], "PUT /v1/izi/basket/basket-1");
    assert_eq!(body(&calls[0]), expected);
    assert_call(&calls[2], "PUT /v2/izi/basket/basket-1");
    assert_eq!(body(&calls[2]), expected);
    expected["browser_id"] = "browser-77".into();
    assert_eq!(body(&calls[1]), expected);
}

#[tokio::test]
async fn unlinking_says_whether_it_was_bought() {
    let fixture = Fixture::answering([answer(204, ""), answer(204, "")]);
    fixture.client.unlink(&basket_id(), false).await.unwrap();
    fixture.client.unlink(&basket_id(), true).await.unwrap();
    let calls = fixture.calls();
    assert_call(&calls[0], "DELETE /v1/izi/basket/basket-1/binding");
    assert_call(
        &calls[1],
        "DELETE /v1/izi/basket/basket-1/binding?if_basket_realized=true",
    );
}

#[tokio::test]
async fn a_browser_is_forgotten() {
    let fixture = Fixture::answering([answer(204, "")]);
    fixture.client.forget_browser(&"browser-77".into()).await.unwrap();
    assert_call(&fixture.call(), "DELETE /v1/izi/browser/browser-77/binding");
}

#[tokio::test]
async fn an_order_event_succeeds_with_200_and_with_201() {
    for status in [200, 201] {
        let fixture = Fixture::answering([answer(status, "")]);
        fixture
            .client
            .order_event(&"0190-42".into(), &event())
            .await
            .unwrap();
        let call = fixture.call();
        assert_call(&call, "POST /v1/izi/order/0190-42/event");
        assert_eq!(
            body(&call)["event_data"],
            json!({"order_status": "ORDER_COMPLETED"})
        );
    }
}

#[tokio::test]
async fn keys_payment_methods_and_the_second_generations_key() {
    let fixture = Fixture::answering([
        answer(200, include_str!("fixtures/signing_keys.json")),
        answer(200, include_str!("fixtures/signing_key.json")),
        answer(200, r#"{"payment_type": ["CARD", "PAY_BY_STONES"]}"#),
        answer(200, r#"{"basket_binding_api_key": "bbak-1"}"#),
    ]);
    let client = &fixture.client;
    assert_eq!(client.signing_keys().await.unwrap().public_keys.len(), 2);
    assert_eq!(client.signing_key("2").await.unwrap().public_key.version, "2");
    let methods = client.payment_methods().await.unwrap().payment_type;
    assert_eq!(
        methods,
        [PaymentType::Card, PaymentType::Other("PAY_BY_STONES".into())]
    );
    assert_eq!(
        client
            .start_binding_v2(&basket_id())
            .await
            .unwrap()
            .basket_binding_api_key,
        "bbak-1"
    );
    let calls = fixture.calls();
    assert_call(&calls[0], "GET /v1/izi/signing-keys/public");
    assert_call(&calls[1], "GET /v1/izi/signing-keys/public/2");
    assert_call(&calls[2], "GET /v1/izi/payment-methods");
    assert_call(&calls[3], "PUT /v2/izi/basket/basket-1/binding");
}

#[tokio::test]
async fn identifiers_are_encoded_and_never_change_the_call() {
    let fixture = Fixture::new();
    fixture
        .client
        .unlink(&"a/b?c#d%2F é".into(), false)
        .await
        .unwrap();
    let expected = "DELETE /v1/izi/basket/a%2Fb%3Fc%23d%252F%20%C3%A9/binding";
    assert_call(&fixture.call(), expected);
    for wrong in ["", ".", ".."] {
        let fixture = Fixture::new();
        let error = fixture
            .client
            .forget_browser(&BrowserId::from(wrong))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::NotSent(NotSent::Request { .. })),
            "{error:?}"
        );
        assert!(!error.may_have_acted() && !error.is_retryable());
        assert!(fixture.calls().is_empty());
    }
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

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let build = |config: Config| {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        Client::new(config, Arc::new(Fake::default()), clock).map(drop)
    };
    let error = build(Config {
        api_url: "mailto:a@b".parse().unwrap(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::Address(_)), "{error:?}");
    let error = build(Config {
        token_url: "file:///etc".parse().unwrap(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::Address(_)), "{error:?}");
    let error = build(Config {
        plugin_version: "a\nb".into(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::PluginVersion(_)), "{error:?}");
    for environment in [Environment::Production, Environment::Sandbox] {
        let config = Config::for_environment(environment, "id", "secret".into(), "1.0").unwrap();
        assert_eq!(config.token_url.as_str(), environment.token_url());
        build(config).unwrap();
    }
}

#[test]
fn secrets_do_not_show_in_the_configuration() {
    let fixture = Fixture::new();
    assert!(!format!("{:?} {:?}", config(), fixture.client).contains("s&cret"));
}

#[test]
fn the_link_into_the_app() {
    let id = "i 1&a=b".into();
    assert_eq!(
        Environment::Production.deep_link(&id),
        "inpost://izilink?basket_id=i+1%26a%3Db"
    );
    assert_eq!(
        Environment::Sandbox.deep_link(&"i-1".into()),
        "inpostsandbox://izilink?basket_id=i-1"
    );
}
