//! A transport that answers as told and remembers what it was sent.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use netgiro::{Config, Environment, signature, test_account};
use provider_http::{Transport, TransportError};
use secrecy::SecretString;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

pub(crate) type Answer = Result<Response<Bytes>, TransportError>;

/// Gives the answers in their order, and remembers the requests.
#[derive(Default)]
pub(crate) struct Fake {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request<Bytes>>>,
}

impl Fake {
    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        let fake = Self::default();
        fake.answers.lock().unwrap().extend(answers);
        Arc::new(fake)
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.lock().unwrap().clone()
    }

    /// The only request so far.
    pub(crate) fn request(&self) -> Request<Bytes> {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: Request<Bytes>) -> Answer {
        self.requests.lock().unwrap().push(request);
        self.answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("the test says what is answered")
    }
}

pub(crate) fn secret() -> SecretString {
    test_account::SECRET.into()
}

pub(crate) fn config() -> Config {
    Config::for_environment(Environment::Test, test_account::APPLICATION_ID, secret())
}

/// An answer without a signature.
pub(crate) fn plain(status: u16, body: &str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .header("netgiro_referenceId", "ref-1")
        .body(Bytes::from(body.to_owned()))
        .unwrap())
}

/// An answer of V1 that Netgíró signed.
pub(crate) fn signed(status: u16, name: &str, nonce: &str, body: &str) -> Answer {
    let url = format!("https://api.test.netgiro.is/v1/Checkout/{name}");
    let mut answer = plain(status, body)?;
    let signature = signature::sign(&secret(), nonce, &url, body.as_bytes());
    answer
        .headers_mut()
        .insert("netgiro_nonce", nonce.parse().unwrap());
    answer
        .headers_mut()
        .insert("netgiro_signature", signature.parse().unwrap());
    Ok(answer)
}

pub(crate) fn text(body: &Bytes) -> &str {
    std::str::from_utf8(body).unwrap()
}
