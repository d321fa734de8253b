//! A call before it has a token.

use crate::error::Error;
use crate::{IdempotencyKey, UserToken};
use bytes::Bytes;
use http::Method;
use provider_http::{NotSent, TransportError, address_below};
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

/// An address below `base`.
pub(super) fn below(base: &Url, path: &[&str]) -> Result<Url, Error> {
    Ok(address_below(base, path).map_err(TransportError::NotSent)?)
}

pub(super) fn unformable(detail: &str) -> Error {
    Error::Transport(TransportError::NotSent(NotSent::unformable(detail)))
}
