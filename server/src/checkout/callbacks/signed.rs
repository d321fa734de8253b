//! The signature, the clock limit and the replay guard in front of every call (InPost contract, section 3).

use super::refusal::Refused;
use crate::checkout::Checkout;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use inpost_pay::signature::{REPLAY_WINDOW, SIGNATURE_HEADER, SignatureError, SignatureHeaders};
use inpost_pay::wire::error::MerchantErrorCode;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// A call that InPost has signed, for the first time, a moment ago.
pub(super) struct Signed {
    /// The shop that it is for.
    pub(super) checkout: Arc<Checkout>,
    headers: HeaderMap,
    body: Bytes,
}

impl FromRequest<Arc<Checkout>> for Signed {
    type Rejection = Refused;

    async fn from_request(request: Request, checkout: &Arc<Checkout>) -> Result<Self, Refused> {
        let headers = request.headers().clone();
        let call = Call::of(&request);
        let body = Bytes::from_request(request, &())
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Refused::new(MerchantErrorCode::BadRequest, "the body is larger than 256 KiB")
                }
                _ => Refused::new(MerchantErrorCode::BadRequest, "the body could not be read"),
            })?;
        let signature = SignatureHeaders::read(&headers).map_err(|error| invalid(&error))?;
        checkout
            .keys
            .verify(&signature, &body)
            .await
            .map_err(|error| invalid(&error))?;
        refuse_replay(checkout, &call, signature.signature).await?;
        Ok(Signed {
            checkout: checkout.clone(),
            headers,
            body,
        })
    }
}

impl Signed {
    /// The JSON body.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        let content_type = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Refused::new(
                MerchantErrorCode::BadRequest,
                "send Content-Type: application/json",
            ));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            // serde_json's own text may quote values, and values may be personal.
            let (line, column) = (error.line(), error.column());
            Refused::new(
                MerchantErrorCode::MalformedRequest,
                format!("the body is not the JSON expected here: see line {line}, column {column}"),
            )
        })
    }

    /// Tells this call from every other: a digest of its signature, which is good for one call.
    pub(super) fn fingerprint(&self) -> String {
        let signature = self.headers.get(SIGNATURE_HEADER);
        let bytes = signature.map(HeaderValue::as_bytes).unwrap_or_default();
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the call means DELETE although it is a POST.
    pub(super) fn overrides_to_delete(&self) -> bool {
        let method = self
            .headers
            .get("x-http-method-override")
            .and_then(|value| value.to_str().ok());
        method.is_some_and(|method| method.eq_ignore_ascii_case("DELETE"))
    }
}

fn invalid(error: &SignatureError) -> Refused {
    tracing::warn!(%error, "refused a signature");
    match error {
        SignatureError::KeysUnavailable(_) => Refused::new(
            MerchantErrorCode::ServiceUnavailable,
            "the signing keys cannot be fetched, try again",
        ),
        _ => Refused::new(MerchantErrorCode::InvalidSignature, "the signature does not hold"),
    }
}

/// What is called, and how.
struct Call {
    reads: bool,
    path: String,
}

impl Call {
    fn of(request: &Request) -> Self {
        let uri = request.uri();
        Call {
            reads: matches!(*request.method(), Method::GET | Method::HEAD),
            path: uri
                .path_and_query()
                .map_or(uri.path(), |path| path.as_str())
                .to_owned(),
        }
    }
}

/// Method, path and query are not signed, and there is no nonce: a signature is good for one call that changes something,
/// and for none once anything was called with it.
///
/// Two honest calls without a body have the same signature when they are signed in the same millisecond. Those that only
/// read, of which InPost makes one before every order, may share it between different addresses.
async fn refuse_replay(checkout: &Checkout, call: &Call, signature: &str) -> Result<(), Refused> {
    let window = Duration::try_from(REPLAY_WINDOW).unwrap_or(Duration::from_secs(480));
    let seen = async |scope, key: &str| {
        let first = checkout
            .engine
            .first_seen(&checkout.store, scope, key, window)
            .await;
        first.map_err(Refused::failed)
    };
    let first = if call.reads {
        let read = format!("{signature} {}", call.path);
        let (_, first) = tokio::try_join!(seen("inpost-signature", signature), seen("inpost-read", &read))?;
        first
    } else {
        seen("inpost-signature", signature).await?
    };
    if first {
        return Ok(());
    }
    tracing::warn!("refused a replayed signature");
    Err(Refused::new(
        MerchantErrorCode::InvalidSignature,
        "the signature has been used already",
    ))
}
