//! Where the caller has reached the sandbox: the beginning of the addresses that the sandbox hands out.

use crate::transport::AskedAt;
use crate::world::Shared;
use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use std::convert::Infallible;
use url::Url;

/// Where the demo's sandbox listens; for callers that do not say where they have found it.
const DEMO: &str = "http://127.0.0.1:8090";

/// Scheme and host, like `http://127.0.0.1:8090`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) String);

impl FromRequestParts<Shared> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _world: &Shared) -> Result<Self, Infallible> {
        let asked = parts
            .extensions
            .get::<AskedAt>()
            .and_then(|asked| Url::parse(&asked.0).ok());
        if let Some(asked) = asked {
            return Ok(Origin(asked.origin().ascii_serialization()));
        }
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        Ok(Origin(host.map_or_else(
            || DEMO.to_owned(),
            |host| format!("http://{host}"),
        )))
    }
}
