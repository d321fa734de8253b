//! From a call to an answer that was judged: what the three interfaces share.

use crate::wire::{Fields, MalformedBody};
use crate::{Error, Personal, ResultCode, SupportId};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Builder;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use provider_http::{NotSent, Transport, TransportError, address_below};
use serde::Serialize;
use url::Url;

const JSON: &str = "application/json";

/// How deep and how long a list of validation messages may be before the rest of it is left out.
const MESSAGE_DEPTH: usize = 4;
const MESSAGE_LENGTH: usize = 2000;

/// The address of a call.
pub(crate) fn address(base: &Url, path: &[&str]) -> Result<Url, Error> {
    Ok(address_below(base, path).map_err(TransportError::NotSent)?)
}

/// A body as the bytes that are signed and sent.
pub(crate) fn body<T: Serialize>(body: &T) -> Result<Bytes, Error> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(|_| unformable("the body cannot be written as JSON"))
}

/// The beginning of every request.
pub(crate) fn request(method: &Method, address: &Url) -> Builder {
    let request = Request::builder()
        .method(method)
        .uri(address.as_str())
        .header(ACCEPT, JSON);
    if *method == Method::GET {
        request
    } else {
        request.header(CONTENT_TYPE, JSON)
    }
}

/// Sends what was built.
pub(crate) async fn send(
    transport: &dyn Transport,
    request: Result<Request<Bytes>, http::Error>,
) -> Result<Answer, Error> {
    let request = request.map_err(|_| unformable("the address or a header cannot be sent"))?;
    Ok(Answer::from(transport.send(request).await?))
}

/// A value for a header that no log should show.
pub(crate) fn secret_header(text: &str) -> Result<HeaderValue, Error> {
    let mut value =
        HeaderValue::from_str(text).map_err(|_| unformable("a credential cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

pub(crate) fn unformable(detail: &str) -> Error {
    Error::Transport(TransportError::NotSent(NotSent::unformable(detail)))
}

/// An answer of any status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) support_id: Option<SupportId>,
}

impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            support_id: SupportId::read(&parts.headers),
            headers: parts.headers,
            body,
        }
    }
}

impl Answer {
    /// The answer, if its status is a success.
    pub(crate) fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(self.refusal())
        }
    }

    /// What is read from the body.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Fields<'_>) -> Result<T, MalformedBody>,
    ) -> Result<T, Error> {
        Fields::parse(&self.body)
            .and_then(|fields| read(&fields))
            .map_err(|reason| self.unreadable(reason))
    }

    pub(crate) fn unreadable(&self, reason: MalformedBody) -> Error {
        Error::Unreadable {
            status: self.status,
            reason,
            support_id: self.support_id.clone(),
        }
    }

    pub(crate) fn bad_signature(&self) -> Error {
        Error::BadSignature {
            status: self.status,
            support_id: self.support_id.clone(),
        }
    }

    /// The refusal in the body, or what the status alone says.
    pub(crate) fn refusal(&self) -> Error {
        let nothing = || Error::Http {
            status: self.status,
            support_id: self.support_id.clone(),
        };
        let Ok(fields) = Fields::parse(&self.body) else {
            return nothing();
        };
        let code = fields.whole("ResultCode").ok().flatten().map(ResultCode::from);
        let message = messages(&fields);
        if code.is_none() && message.is_empty() {
            return nothing();
        }
        Error::Refused {
            status: self.status,
            code,
            message: Personal::from(message),
            support_id: self.support_id.clone(),
        }
    }
}

/// `Message`, and the texts below `Errors`, whatever their shape: it is not published.
fn messages(fields: &Fields<'_>) -> String {
    let mut texts = String::new();
    if let Ok(Some(message)) = fields.text("Message") {
        collect(&serde_json::Value::String(message), MESSAGE_DEPTH, &mut texts);
    }
    for name in ["Errors", "Messages"] {
        if let Ok(Some(value)) = fields.optional::<serde_json::Value>(name) {
            collect(&value, MESSAGE_DEPTH, &mut texts);
        }
    }
    texts
}

fn collect(value: &serde_json::Value, depth: usize, into: &mut String) {
    use serde_json::Value;
    match value {
        Value::String(text) if into.len() + text.len() <= MESSAGE_LENGTH && !text.trim().is_empty() => {
            if !into.is_empty() {
                into.push(' ');
            }
            into.push_str(text.trim());
        }
        Value::Array(values) if depth > 0 => {
            values.iter().for_each(|value| collect(value, depth - 1, into));
        }
        Value::Object(values) if depth > 0 => {
            values.values().for_each(|value| collect(value, depth - 1, into));
        }
        _ => {}
    }
}
