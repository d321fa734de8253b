//! A call before it has a token.

use crate::BasketId;
use crate::error::Error;
use bytes::Bytes;
use http::{HeaderName, Method};
use provider_http::{NotSent, address_below};
use serde::Serialize;
use url::Url;

/// A call before it has an address and a token.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) path: Vec<&'a str>,
    pub(super) query: Option<(&'static str, &'a str)>,
    pub(super) header: Option<(HeaderName, &'a str)>,
    pub(super) body: Option<Result<Bytes, Error>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(method: Method, path: &[&'a str]) -> Self {
        Self {
            method,
            path: path.to_vec(),
            query: None,
            header: None,
            body: None,
        }
    }

    pub(super) fn binding(basket: &'a BasketId) -> Self {
        Self::new(Method::POST, &["v1", "izi", "basket", basket.as_str(), "binding"])
    }

    pub(super) fn query(mut self, name: &'static str, value: Option<&'a str>) -> Self {
        self.query = value.map(|value| (name, value));
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: &'a str) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(super) fn body<T: Serialize>(mut self, body: &T) -> Self {
        let written = serde_json::to_vec(body).map(Bytes::from);
        self.body = Some(written.map_err(|_| unformable("the body cannot be written as JSON")));
        self
    }

    pub(super) fn address(&self, base: &Url) -> Result<Url, Error> {
        let mut address = address_below(base, &self.path).map_err(Error::NotSent)?;
        if let Some((name, value)) = self.query {
            address.query_pairs_mut().append_pair(name, value);
        }
        Ok(address)
    }
}

pub(super) fn unformable(detail: &str) -> Error {
    Error::NotSent(NotSent::unformable(detail))
}
