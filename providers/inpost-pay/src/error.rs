//! What can go wrong when the merchant calls InPost, split by what to do about it.

use crate::Personal;
use crate::wire::MalformedBody;
use crate::wire::error::ErrorCode;
use http::StatusCode;
use provider_http::{NotSent, TransportError, Unknown};

/// A call of InPost did not succeed.
///
/// Its text and its `Debug` hold no personal data and no secret. The text tells the cause too, so that there is no
/// [`source`](std::error::Error::source).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// InPost refused the call and said why. Decide by [`code`](Error::code).
    #[error("InPost refused the call: {code} (HTTP {status})")]
    Refused {
        /// The HTTP status; not published per code, so do not decide by it.
        status: StatusCode,
        /// The reason.
        code: ErrorCode,
        /// InPost's words, for the operator; hidden in `Debug`, they may name a customer.
        message: Personal,
    },
    /// InPost refused a fresh access token twice.
    #[error("InPost does not accept its own access token: check the merchant's access with InPost")]
    Unauthorised,
    /// There is no access token, so the call was not made.
    #[error("no access token, the call was not made: {0}")]
    Token(TokenError),
    /// The call certainly did not reach InPost.
    #[error("the call was not sent: {0}")]
    NotSent(NotSent),
    /// InPost may have acted on the call.
    #[error("it is unknown whether InPost acted on the call: {0}")]
    Unknown(Unknown),
    /// InPost's answer is not one of the contract.
    #[error("InPost answered what the contract does not know (HTTP {status}): {reason}")]
    Unexpected {
        /// The HTTP status.
        status: StatusCode,
        /// What is unexpected.
        reason: Unexpected,
    },
}

/// What is unexpected about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unexpected {
    /// A refusal without the contract's error body.
    #[error("a refusal without an error code")]
    NoErrorCode,
    /// A success whose body cannot be read.
    #[error("{0}")]
    Body(MalformedBody),
}

/// Why there is no access token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The token service refused the merchant's credentials.
    #[error("the token service refused (HTTP {status}, {description}): check client id and secret")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The service's words, such as `Invalid client credentials`.
        description: String,
    },
    /// No answer from the token service.
    #[error("no answer from the token service: {0}")]
    Transport(TransportError),
    /// The token service's answer cannot be read, or the service is out of order.
    #[error("the token service gave an unusable answer (HTTP {status})")]
    Unexpected {
        /// The HTTP status.
        status: StatusCode,
    },
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<MalformedBody> for Unexpected {
    fn from(reason: MalformedBody) -> Self {
        Self::Body(reason)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::NotSent(reason) => Self::NotSent(reason),
            TransportError::Unknown(reason) => Self::Unknown(reason),
        }
    }
}

impl Error {
    /// InPost's reason, if it gave one.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The HTTP status, if there was an answer to the call.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } | Self::Unexpected { status, .. } => Some(*status),
            Self::Unauthorised => Some(StatusCode::UNAUTHORIZED),
            Self::Token(_) | Self::NotSent(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether InPost may have acted on the call: read its state before deciding anything. A failure of InPost's own
    /// (5xx) counts, and so does a success that cannot be read.
    pub fn may_have_acted(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Refused { status, code, .. } => is_own_failure(*status, Some(code)),
            Self::Unexpected { status, .. } => !status.is_client_error(),
            Self::Unauthorised | Self::Token(_) | Self::NotSent(_) => false,
        }
    }

    /// Whether the same call may succeed later without anybody changing anything. It says nothing about whether the
    /// call may be sent again: see [`may_have_acted`](Error::may_have_acted).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent(NotSent::Request { .. }) => false,
            Self::NotSent(_) | Self::Unknown(_) => true,
            Self::Refused { status, code, .. } => {
                is_own_failure(*status, Some(code)) || is_asked_to_wait(*status)
            }
            Self::Unexpected { status, .. } => is_own_failure(*status, None) || is_asked_to_wait(*status),
            Self::Token(error) => error.is_retryable(),
            Self::Unauthorised => false,
        }
    }
}

impl TokenError {
    /// Whether the token service may answer better later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(TransportError::NotSent(NotSent::Request { .. })) => false,
            Self::Transport(_) => true,
            Self::Refused { status, .. } | Self::Unexpected { status } => {
                status.is_server_error() || is_asked_to_wait(*status)
            }
        }
    }
}

fn is_own_failure(status: StatusCode, code: Option<&ErrorCode>) -> bool {
    status.is_server_error() || code == Some(&ErrorCode::InternalServerError)
}

fn is_asked_to_wait(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT
}
