//! What can go wrong when the merchant calls Netgíró, split by what to do about it.

use crate::wire::MalformedBody;
use crate::{Group, Personal, ResultCode, SupportId};
use http::StatusCode;
use provider_http::{NotSent, TransportError};

/// A call of Netgíró did not succeed.
///
/// Its text and its `Debug` hold no personal data and no secret. The text tells the cause too, so that there is no
/// [`source`](std::error::Error::source).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer. [`TransportError::may_have_acted`] says what is known.
    #[error("no answer from Netgíró: {0}")]
    Transport(TransportError),
    /// The answer is not signed by Netgíró, or came before: it was thrown away. What Netgíró did is unknown.
    #[error("Netgíró's answer (HTTP {status}) does not carry its signature, or came before: ask again")]
    BadSignature {
        /// The HTTP status.
        status: StatusCode,
        /// What Netgíró's support asks for.
        support_id: Option<SupportId>,
    },
    /// Netgíró refused the call and said why.
    #[error("Netgíró refused the call{} (HTTP {status})", with_number(*.code))]
    Refused {
        /// The HTTP status; not published per code, so do not decide by it.
        status: StatusCode,
        /// The reason; V2 and the partner interface give none.
        code: Option<ResultCode>,
        /// Netgíró's words, all of them; hidden in `Debug`, they may name a customer.
        message: Personal,
        /// What Netgíró's support asks for.
        support_id: Option<SupportId>,
    },
    /// An error status without a body that says why.
    #[error("Netgíró answered HTTP {status} without a reason")]
    Http {
        /// The HTTP status.
        status: StatusCode,
        /// What Netgíró's support asks for.
        support_id: Option<SupportId>,
    },
    /// A success that is not the contract's. What Netgíró did is unknown.
    #[error("Netgíró's answer (HTTP {status}) cannot be read: {reason}")]
    Unreadable {
        /// The HTTP status.
        status: StatusCode,
        /// What is wrong with it.
        reason: MalformedBody,
        /// What Netgíró's support asks for.
        support_id: Option<SupportId>,
    },
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

fn with_number(code: Option<ResultCode>) -> String {
    code.map_or_else(String::new, |code| format!(" with code {code}"))
}

impl Error {
    /// Netgíró's reason, if it gave one as a number.
    pub fn code(&self) -> Option<ResultCode> {
        match self {
            Self::Refused { code, .. } => *code,
            _ => None,
        }
    }

    /// Netgíró's words, if it gave any.
    pub fn message(&self) -> Option<&Personal> {
        match self {
            Self::Refused { message, .. } => Some(message).filter(|message| !message.is_empty()),
            _ => None,
        }
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Transport(_) => None,
            Self::BadSignature { status, .. }
            | Self::Refused { status, .. }
            | Self::Http { status, .. }
            | Self::Unreadable { status, .. } => Some(*status),
        }
    }

    /// What Netgíró's support asks for, if the answer had it.
    pub fn support_id(&self) -> Option<&SupportId> {
        match self {
            Self::Transport(_) => None,
            Self::BadSignature { support_id, .. }
            | Self::Refused { support_id, .. }
            | Self::Http { support_id, .. }
            | Self::Unreadable { support_id, .. } => support_id.as_ref(),
        }
    }

    /// Whether Netgíró may have acted on the call: read the state of the cart before deciding anything. A failure of
    /// Netgíró's own (HTTP 5xx, code 500) counts, and so do an answer that was thrown away and a refusal that says
    /// "paid".
    pub fn may_have_acted(&self) -> bool {
        match self {
            Self::Transport(error) => error.may_have_acted(),
            Self::BadSignature { .. } | Self::Unreadable { .. } => true,
            Self::Http { status, .. } => !status.is_client_error(),
            Self::Refused { status, code, .. } => {
                is_own_failure(*status, *code) || code.is_some_and(|code| code.group() == Group::Paid)
            }
        }
    }

    /// Whether the same call may succeed later without anybody changing anything. It says nothing about whether the
    /// call may be sent again: see [`may_have_acted`](Error::may_have_acted).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(TransportError::NotSent(NotSent::Request { .. })) => false,
            Self::Transport(_) | Self::BadSignature { .. } => true,
            Self::Refused { status, code, .. } => is_own_failure(*status, *code) || is_asked_to_wait(*status),
            Self::Http { status, .. } | Self::Unreadable { status, .. } => {
                is_own_failure(*status, None) || is_asked_to_wait(*status)
            }
        }
    }

    /// Whether Netgíró has no such cart or transaction. The first generation says so with a code, the second with a
    /// sentence, which is the contract's. A status alone does not: whoever knows no such address answers 404 too.
    pub fn is_no_such_transaction(&self) -> bool {
        match self {
            Self::Refused { code, message, .. } => {
                *code == Some(ResultCode::NoSuchCart)
                    || message.as_str().eq_ignore_ascii_case("Transaction not found")
            }
            _ => false,
        }
    }

    /// Whether Netgíró does not know the merchant: check application id and secret.
    pub fn is_unauthorised(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }
}

fn is_own_failure(status: StatusCode, code: Option<ResultCode>) -> bool {
    status.is_server_error() || code == Some(ResultCode::ServerError)
}

fn is_asked_to_wait(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT
}
