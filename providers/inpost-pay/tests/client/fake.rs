//! A transport that answers as told, and a client that speaks through it.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use inpost_pay::wire::order_event::{MerchantOrderEvent, MerchantOrderEventData, OrderStatus};
use inpost_pay::{BasketId, Client, Config, PhoneNumber};
use jiff::Timestamp;
use provider_http::{ManualClock, Transport, TransportError};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

pub(crate) type Answer = Result<Response<Bytes>, TransportError>;

/// Answers token requests by itself and everything else as told, in order.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) answers: Mutex<VecDeque<Answer>>,
    pub(crate) token_answers: Mutex<VecDeque<Answer>>,
    calls: Mutex<Vec<Request<Bytes>>>,
    pub(crate) token_calls: Mutex<Vec<Request<Bytes>>>,
    /// Calls with one of these tokens are answered 401.
    pub(crate) refused: Mutex<Vec<String>>,
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
            include_str!("../fixtures/token.json").replace("eyJhbGciOiJSUzI1NiJ9.one", &format!("t{number}"));
        self.token_answers
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| answer(200, &literal))
    }
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from(body.to_owned()))
        .unwrap())
}

pub(crate) fn refusal(status: u16, code: &str) -> Answer {
    answer(
        status,
        &json!({"error_code": code, "error_message": "600000000 did it"}).to_string(),
    )
}

pub(crate) struct Fixture {
    pub(crate) fake: Arc<Fake>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) client: Arc<Client>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fixture = Self::new();
        fixture.fake.answers.lock().unwrap().extend(answers);
        fixture
    }

    pub(crate) fn calls(&self) -> Vec<Request<Bytes>> {
        self.fake.calls.lock().unwrap().clone()
    }

    /// The only call so far.
    pub(crate) fn call(&self) -> Request<Bytes> {
        let calls = self.calls();
        assert_eq!(calls.len(), 1);
        calls[0].clone()
    }

    pub(crate) fn token_calls(&self) -> usize {
        self.fake.token_calls.lock().unwrap().len()
    }
}

pub(crate) fn config() -> Config {
    Config {
        api_url: "https://api.example/inpost/".parse().unwrap(),
        token_url: "https://login.example/auth/token".parse().unwrap(),
        client_id: "karfa demo".into(),
        client_secret: "s&cret=1".into(),
        plugin_version: "karfa-0.1.0".into(),
    }
}

pub(crate) fn basket_id() -> BasketId {
    "basket-1".into()
}

pub(crate) fn phone() -> PhoneNumber {
    PhoneNumber::new("+48", "600000000")
}

pub(crate) fn event() -> MerchantOrderEvent {
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
