//! A call before it has a token.

use crate::error::Error;
use crate::{IdempotencyKey, UserToken};
use bytes::Bytes;
use http::Method;
use provider_http::{NotSent, TransportError};
use serde::Serialize;
use url::Url;

/// By what a call is let in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth<'a> {
    /// The sales unit's access token, with its subscription key.
    Merchant,
    /// The sales unit's client id and secret.
    Basic,
    /// A user's access token.
    User(&'a UserToken),
    /// Nothing.
    Open,
}

/// A call before it has a token.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) address: Result<Url, Error>,
    pub(super) auth: Auth<'a>,
    pub(super) idempotency_key: Option<&'a IdempotencyKey>,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Result<Bytes, Error>,
}

impl<'a> Call<'a> {
    pub(super) fn new(method: Method, address: Result<Url, Error>, auth: Auth<'a>) -> Self {
        let body = Ok(Bytes::new());
        Self {
            method,
            address,
            auth,
            idempotency_key: None,
            content_type: None,
            body,
        }
    }

    pub(super) fn key(mut self, key: &'a IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    pub(super) fn json<T: Serialize>(mut self, body: &T) -> Self {
        let written = serde_json::to_vec(body).map(Bytes::from);
        self.body = written.map_err(|_| unformable("the body cannot be written as JSON"));
        self.content_type = Some(super::JSON);
        self
    }

    pub(super) fn form<'f>(mut self, fields: impl IntoIterator<Item = (&'static str, &'f str)>) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body = Ok(form.finish().into());
        self.content_type = Some(super::FORM);
        self
    }
}

/// An address below `base`. Every segment is percent-encoded. One that is empty or a dot segment would change which
/// call it is.
pub(super) fn below(base: &Url, path: &[&str]) -> Result<Url, Error> {
    if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(unformable("an identifier is empty or a dot segment"));
    }
    let mut address = base.clone();
    address
        .path_segments_mut()
        .map_err(|()| unformable("the API's address cannot have a path"))?
        .pop_if_empty()
        .extend(path);
    Ok(address)
}

pub(super) fn unformable(detail: &str) -> Error {
    let detail = detail.to_owned();
    Error::Transport(TransportError::NotSent(NotSent::Request { detail }))
}
