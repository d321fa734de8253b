//! The transport that answers as told, and a client on it.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use provider_http::{ManualClock, NotSent, Transport, TransportError, Unknown};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use vipps_mobilepay::{Amount, Client, Config, Currency, IdempotencyKey, Reference, System};

pub(crate) type Answer = Result<Response<Bytes>, TransportError>;

pub(crate) const NUMBER: &str = "4712345678";
pub(crate) const SECRET: &str = "s3cret/+=";
pub(crate) const SUBSCRIPTION_KEY: &str = "0123456789abcdef0123456789abcdef";

/// Answers calls for an access token by itself, with `t1`, `t2` and so on, and everything else as told, in order.
#[derive(Default)]
pub(crate) struct Fake {
    answers: Mutex<VecDeque<Answer>>,
    token_answers: Mutex<VecDeque<Answer>>,
    calls: Mutex<Vec<Request<Bytes>>>,
    token_calls: Mutex<Vec<Request<Bytes>>>,
    refused: Mutex<Vec<&'static str>>,
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: Request<Bytes>) -> Answer {
        tokio::task::yield_now().await;
        if request.uri().path() == "/vipps/accesstoken/get" {
            return self.grant(request);
        }
        let authorization = request.headers().get("authorization").cloned();
        self.calls.lock().unwrap().push(request);
        let text = authorization.as_ref().map_or("", |value| value.to_str().unwrap());
        if self
            .refused
            .lock()
            .unwrap()
            .iter()
            .any(|token| text == format!("Bearer {token}"))
        {
            return answer(401, r#"{"statusCode": 401, "message": "Access denied."}"#);
        }
        self.answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("one answer per call")
    }
}

impl Fake {
    fn grant(&self, request: Request<Bytes>) -> Answer {
        let mut calls = self.token_calls.lock().unwrap();
        calls.push(request);
        let literal = token_answer(&format!("t{}", calls.len()), "3600");
        self.token_answers.lock().unwrap().pop_front().unwrap_or(literal)
    }
}

pub(crate) struct Fixture {
    pub(crate) fake: Arc<Fake>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) client: Arc<Client>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(config())
    }

    pub(crate) fn with(config: Config) -> Self {
        let fake = Arc::new(Fake::default());
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let client = Arc::new(Client::new(config, fake.clone(), clock.clone()).unwrap());
        Self { fake, clock, client }
    }

    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fixture = Self::new();
        fixture.will_answer(answers);
        fixture
    }

    pub(crate) fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.fake.answers.lock().unwrap().extend(answers);
    }

    /// The access token's call answers so first.
    pub(crate) fn will_grant(&self, answers: impl IntoIterator<Item = Answer>) {
        self.fake.token_answers.lock().unwrap().extend(answers);
    }

    /// Calls with this access token are answered 401 in a gateway's body.
    pub(crate) fn refuse(&self, token: &'static str) {
        self.fake.refused.lock().unwrap().push(token);
    }

    pub(crate) fn calls(&self) -> Vec<Request<Bytes>> {
        self.fake.calls.lock().unwrap().clone()
    }

    /// The only call so far.
    #[track_caller]
    pub(crate) fn call(&self) -> Request<Bytes> {
        let calls = self.calls();
        assert_eq!(calls.len(), 1);
        calls[0].clone()
    }

    pub(crate) fn token_calls(&self) -> Vec<Request<Bytes>> {
        self.fake.token_calls.lock().unwrap().clone()
    }
}

pub(crate) fn config() -> Config {
    let config = Config::new(
        &"https://api.example/vipps/".parse().unwrap(),
        "client-1",
        SECRET.into(),
        SUBSCRIPTION_KEY.into(),
        "123456",
    );
    let system = System {
        name: "karfa".into(),
        version: "0.1.0".into(),
        plugin_name: "till".into(),
        plugin_version: String::new(),
    };
    Config {
        system,
        ..config.unwrap()
    }
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from(body.to_owned()))
        .unwrap())
}

pub(crate) fn with_header(answer: Answer, name: &'static str, value: &str) -> Answer {
    let mut answer = answer?;
    answer.headers_mut().insert(name, value.parse().unwrap());
    Ok(answer)
}

/// The literal of the contract: every value a text.
pub(crate) fn token_answer(token: &str, expires_in: &str) -> Answer {
    let literal = r#"{
        "token_type": "Bearer",
        "expires_in": "86398",
        "ext_expires_in": "86398",
        "expires_on": "1495271273",
        "not_before": "1495184574",
        "resource": "00000002-0000-0000-c000-000000000000",
        "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9"
    }"#;
    answer(
        200,
        &literal
            .replace("86398", expires_in)
            .replace("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9", token),
    )
}

pub(crate) fn timeout() -> Answer {
    Err(TransportError::Unknown(Unknown::Timeout))
}

pub(crate) fn no_connection() -> Answer {
    Err(TransportError::NotSent(NotSent::Connect {
        detail: "refused".into(),
    }))
}

/// Compares method and address, written like `GET /epayment/v1/…`.
#[track_caller]
pub(crate) fn assert_call(call: &Request<Bytes>, expected: &str) {
    let uri = call.uri().to_string();
    let path = uri.strip_prefix("https://api.example/vipps").unwrap();
    assert_eq!(format!("{} {path}", call.method()), expected);
}

/// The header's text; empty if there is none.
pub(crate) fn header<'a>(call: &'a Request<Bytes>, name: &str) -> &'a str {
    call.headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[track_caller]
pub(crate) fn json_body(call: &Request<Bytes>) -> Value {
    assert_eq!(header(call, "content-type"), "application/json");
    serde_json::from_slice(call.body()).unwrap()
}

#[track_caller]
pub(crate) fn form_body(call: &Request<Bytes>) -> Vec<(String, String)> {
    assert_eq!(header(call, "content-type"), "application/x-www-form-urlencoded");
    url::form_urlencoded::parse(call.body()).into_owned().collect()
}

/// The form as pairs of texts, to compare with.
pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

pub(crate) fn reference() -> Reference {
    Reference::parse("sale-0001").unwrap()
}

pub(crate) fn key() -> IdempotencyKey {
    IdempotencyKey::parse("sale-0001.capture.1").unwrap()
}

pub(crate) fn nok(value: i64) -> Amount {
    Amount::parse(Currency::Nok, value).unwrap()
}
