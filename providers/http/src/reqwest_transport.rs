//! The transport of production, on reqwest with rustls.

use crate::transport::{NotSent, Transport, TransportError, Unknown};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use std::error::Error as _;
use std::time::Duration;

/// Limits and name of an [`HttpTransport`].
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// What the transport calls itself to providers.
    pub user_agent: String,
    /// Time for a connection, TLS included. 5 s by default.
    pub connect_timeout: Duration,
    /// Time for everything, from the first byte sent to the last byte read. 20 s by default.
    pub total_timeout: Duration,
    /// The largest answer that is read. 2 MiB by default.
    pub response_limit_bytes: usize,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            user_agent: concat!("provider-http/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(20),
            response_limit_bytes: 2 * 1024 * 1024,
        }
    }
}

/// The transport could not be set up: an unusable user agent, or no certificate store on the machine.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: check the user agent and the machine's certificate store")]
pub struct BuildError(#[source] reqwest::Error);

/// Sends requests over the network. Cheap to clone; all clones share one pool of connections.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    response_limit_bytes: usize,
}

impl HttpTransport {
    /// Sets up a transport.
    ///
    /// # Errors
    /// If the user agent is not a header value, or TLS cannot be set up.
    pub fn new(config: &HttpConfig) -> Result<Self, BuildError> {
        let client = reqwest::Client::builder()
            .user_agent(&config.user_agent)
            .connect_timeout(config.connect_timeout)
            .timeout(config.total_timeout)
            // A redirect would carry credentials elsewhere; no provider's API uses one.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(BuildError)?;
        Ok(Self {
            client,
            response_limit_bytes: config.response_limit_bytes,
        })
    }

    async fn read_body(&self, mut answer: reqwest::Response) -> Result<Bytes, TransportError> {
        let limit_bytes = self.response_limit_bytes;
        let too_large = || TransportError::Unknown(Unknown::TooLarge { limit_bytes });
        let announced = answer.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |announced| announced > limit_bytes) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| after_sending(&error))? {
            if body.len().saturating_add(chunk.len()) > limit_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(|error| unsendable(&error))?;
        let mut answer = self
            .client
            .execute(request)
            .await
            .map_err(|error| classify(&error))?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.version_mut() = answer.version();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        *response.body_mut() = self.read_body(answer).await?;
        Ok(response)
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_connect() {
        TransportError::NotSent(NotSent::Connect {
            detail: innermost(error),
        })
    } else if error.is_builder() {
        unsendable(error)
    } else {
        after_sending(error)
    }
}

fn unsendable(error: &reqwest::Error) -> TransportError {
    TransportError::NotSent(NotSent::Request {
        detail: innermost(error),
    })
}

fn after_sending(error: &reqwest::Error) -> TransportError {
    TransportError::Unknown(if error.is_timeout() {
        Unknown::Timeout
    } else {
        Unknown::Interrupted {
            detail: innermost(error),
        }
    })
}

/// The innermost cause. reqwest's own text is left out: it holds the URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(next) = cause.and_then(std::error::Error::source) {
        cause = Some(next);
    }
    cause.map_or_else(|| "no further detail".to_owned(), ToString::to_string)
}
