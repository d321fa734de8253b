//! The sandbox as a client's transport: requests go to the router, in the same process.

use crate::gate::Dropped;
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, Uri};
use provider_http::{NotSent, Transport, TransportError, Unknown};
use tower::ServiceExt;

/// The largest answer that is read, 4 MiB.
const ANSWER_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// The address that the caller wrote. Netgíró's signatures cover it, scheme and host included.
#[derive(Clone, Debug)]
pub(crate) struct AskedAt(pub(crate) String);

/// Carries requests to a sandbox in the same process. Scheme and host of the URL may be any.
#[derive(Clone, Debug)]
pub struct SandboxTransport {
    router: Router,
}

impl SandboxTransport {
    pub(crate) fn new(router: Router) -> Self {
        SandboxTransport { router }
    }
}

#[async_trait]
impl Transport for SandboxTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(AskedAt(parts.uri.to_string()));
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = path.parse::<Uri>().map_err(|error| {
            TransportError::NotSent(NotSent::Request {
                detail: error.to_string(),
            })
        })?;
        let response = match self
            .router
            .clone()
            .oneshot(Request::from_parts(parts, Body::from(body)))
            .await
        {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if response.extensions().get::<Dropped>().is_some() {
            let detail = "dropped on demand".to_owned();
            return Err(TransportError::Unknown(Unknown::Interrupted { detail }));
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, ANSWER_LIMIT_BYTES)
            .await
            .map_err(|_| {
                TransportError::Unknown(Unknown::TooLarge {
                    limit_bytes: ANSWER_LIMIT_BYTES,
                })
            })?;
        Ok(Response::from_parts(parts, body))
    }
}
