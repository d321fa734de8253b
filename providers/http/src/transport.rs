//! One request, one answer. What is known when there is no answer decides whether it may be sent again.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use std::sync::Arc;

/// Sends one HTTP request and reads the whole answer, whatever its status.
///
/// It does not retry, does not follow redirects and sets limits of its own.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request. The answer's status is not judged: a 500 is an answer.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.as_ref().send(request).await
    }
}

/// There is no answer.
///
/// Its text holds no URL, header or body: those may name a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The provider certainly did not see the request: it may be sent again.
    #[error("the request was not sent: {0}")]
    NotSent(NotSent),
    /// The provider may have seen the request and acted on it: ask before sending it again, or send it under the
    /// same idempotency key.
    #[error("it is unknown whether the request arrived: {0}")]
    Unknown(Unknown),
}

impl TransportError {
    /// Whether the provider may have acted on the request.
    pub fn may_have_acted(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// Why the provider certainly did not see a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// No connection: name resolution, refusal, TLS, or the time for it ran out.
    #[error("no connection to the provider ({detail}): check the address, the network and the certificate")]
    Connect {
        /// The innermost cause in the system's words.
        detail: String,
    },
    /// The request itself cannot be sent.
    #[error("the request cannot be formed: {detail}")]
    Request {
        /// What is wrong with it.
        detail: String,
    },
}

impl NotSent {
    /// A request that cannot be formed, and why. The text must not quote what it was to be formed of: that may name a
    /// person.
    pub fn unformable(detail: &str) -> Self {
        Self::Request {
            detail: detail.to_owned(),
        }
    }
}

/// Why it is not known what became of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// No complete answer within the time.
    #[error("no complete answer within the time")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke before the whole answer came ({detail})")]
    Interrupted {
        /// The innermost cause in the system's words.
        detail: String,
    },
    /// The answer is larger than anything the provider should say.
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit that was set.
        limit_bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;

    #[test]
    fn an_error_tells_its_cause_and_has_no_other() {
        let detail = "connection refused".to_owned();
        let not_sent = TransportError::NotSent(NotSent::Connect { detail });
        assert!(not_sent.to_string().contains("connection refused") && not_sent.source().is_none());
        let unknown = TransportError::Unknown(Unknown::Timeout);
        assert!(unknown.to_string().contains("no complete answer") && unknown.source().is_none());
    }
}
