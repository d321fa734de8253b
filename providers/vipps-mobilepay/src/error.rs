//! What can go wrong when the merchant calls Vipps MobilePay, split by what to do about it.

use crate::Personal;
use crate::error_number::ErrorNumber;
use crate::wire::MalformedBody;
use crate::wire::problem::{Problem, Reason};
use http::StatusCode;
use jiff::SignedDuration;
use provider_http::{NotSent, TransportError};
use std::fmt;

/// A call of Vipps MobilePay did not succeed.
///
/// Its text and its `Debug` hold no personal data and no secret. The text tells the cause too, so that there is no
/// [`source`](std::error::Error::source).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The call was refused. Decide by [`number`](Error::number) and [`status`](Error::status).
    #[error("Vipps MobilePay refused the call: {0}")]
    Refused(Box<Refusal>),
    /// Too many calls (429): try again after the time named, or back off if none is.
    #[error("Vipps MobilePay asks to wait before the next call ({})", Wait(.retry_after))]
    RateLimited {
        /// The time to wait that the answer names (`Retry-After`).
        retry_after: Option<SignedDuration>,
        /// The provider's own id of the call, for its support.
        trace_id: Option<String>,
    },
    /// There is no access token, so the call was not made.
    #[error("no access token, the call was not made: {0}")]
    Token(Box<Error>),
    /// There is no answer. [`TransportError::may_have_acted`] says whether the provider may have acted on the call.
    #[error("no answer of Vipps MobilePay: {0}")]
    Transport(TransportError),
    /// A success whose body cannot be read.
    #[error("Vipps MobilePay answered what the contract does not know (HTTP {status}): {reason}")]
    Unexpected {
        /// The HTTP status.
        status: StatusCode,
        /// Where the body is wrong.
        reason: MalformedBody,
    },
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

/// What the provider said when it refused.
///
/// Gateways before the API answer in bodies of their own, so that everything but the status may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The reason, if the refusal is the ePayment API's own.
    pub number: Option<ErrorNumber>,
    /// The kind of the problem in the provider's words; empty if there are none.
    pub title: String,
    /// The provider's words on this one; hidden in `Debug`, they may name a customer.
    pub detail: Option<Personal>,
    /// The provider's own id of the call, for its support.
    pub trace_id: Option<String>,
    /// What is wrong with which field.
    pub reasons: Vec<Reason>,
    /// The time to wait that the answer names (`Retry-After`), as a locked payment (423) or a busy provider (503) may.
    pub retry_after: Option<SignedDuration>,
}

impl Refusal {
    /// What an answer of this status and body says, its headers aside. Never fails: a body that is not understood leaves
    /// the status.
    pub fn read(status: StatusCode, body: &[u8]) -> Self {
        let Problem {
            number,
            title,
            detail,
            trace_id,
            reasons,
        } = Problem::read(body);
        Self {
            status,
            number,
            title,
            detail,
            trace_id,
            reasons,
            retry_after: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "{number}, ")?;
        }
        if !self.title.is_empty() {
            write!(f, "{}, ", self.title)?;
        }
        write!(f, "HTTP {}", self.status.as_u16())?;
        if let Some(trace_id) = &self.trace_id {
            write!(f, ", trace {trace_id}")?;
        }
        Ok(())
    }
}

/// What to do about a call that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Make the same call again, later, under the same idempotency key.
    SameKey,
    /// The cause passes by itself, but the refusal stays with its key: read the payment, and if the call is still wanted
    /// make it under a new key.
    NewKey,
    /// Making it again does not help: something has to change.
    No,
}

impl Error {
    /// The reason, if the refusal is the ePayment API's own.
    pub fn number(&self) -> Option<ErrorNumber> {
        self.refusal().and_then(|refusal| refusal.number)
    }

    /// The HTTP status, if there was an answer to the call.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::RateLimited { .. } => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::Unexpected { status, .. } => Some(*status),
            Self::Token(_) | Self::Transport(_) => None,
        }
    }

    /// What was said when the call was refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The provider's own id of the call or of the call for its token, for the provider's support.
    pub fn trace_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.trace_id.as_deref(),
            Self::RateLimited { trace_id, .. } => trace_id.as_deref(),
            Self::Token(cause) => cause.trace_id(),
            Self::Transport(_) | Self::Unexpected { .. } => None,
        }
    }

    /// The time to wait before the next try, if the provider named one.
    pub fn retry_after(&self) -> Option<SignedDuration> {
        match self {
            Self::RateLimited { retry_after, .. } => *retry_after,
            Self::Refused(refusal) => refusal.retry_after,
            Self::Token(cause) => cause.retry_after(),
            _ => None,
        }
    }

    /// Whether the provider may have acted on the call: read the payment, or make the call again under the same key,
    /// before deciding anything. A failure of the provider's own (5xx) counts, and so does a success that cannot be read.
    pub fn may_have_acted(&self) -> bool {
        match self {
            Self::Transport(error) => error.may_have_acted(),
            Self::Refused(refusal) => !refusal.status.is_client_error(),
            Self::Unexpected { .. } => true,
            Self::RateLimited { .. } | Self::Token(_) => false,
        }
    }

    /// What to do about the call. Contract, section 5: a 4xx answer stays with its key, 6280 wants the same one.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Transport(TransportError::NotSent(NotSent::Request { .. })) => Retry::No,
            Self::Transport(_) | Self::RateLimited { .. } | Self::Unexpected { .. } => Retry::SameKey,
            Self::Token(cause) => cause.retry(),
            Self::Refused(refusal) => refusal.retry(),
        }
    }

    /// Whether the same call may succeed later under the same idempotency key, without anybody changing anything.
    pub fn can_retry(&self) -> bool {
        self.retry() == Retry::SameKey
    }
}

impl Refusal {
    fn retry(&self) -> Retry {
        let asks_to_wait = [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::LOCKED,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        match self.number {
            Some(ErrorNumber::CaptureFailed | ErrorNumber::Internal) => Retry::SameKey,
            _ if self.status.is_server_error() || asks_to_wait.contains(&self.status) => Retry::SameKey,
            Some(ErrorNumber::Processing | ErrorNumber::CancelWhileProcessing) => Retry::NewKey,
            _ => Retry::No,
        }
    }
}

/// A time to wait in words.
struct Wait<'a>(&'a Option<SignedDuration>);

impl fmt::Display for Wait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(wait) => write!(f, "{} s", wait.as_secs()),
            None => f.write_str("it does not say how long"),
        }
    }
}
