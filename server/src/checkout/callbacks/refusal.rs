//! The answer that says no, in InPost's shape: `{"error_code","error_message"}`.

use super::name_version;
use axum::Json;
use axum::response::{IntoResponse, Response};
use inpost_pay::wire::error::{MerchantErrorBody, MerchantErrorCode};

/// A call that was not carried out. Nothing has changed.
#[derive(Debug)]
pub(super) struct Refused {
    code: MerchantErrorCode,
    message: String,
}

impl Refused {
    /// Refused with this code; the message says what to do and holds no personal data.
    pub(super) fn new(code: MerchantErrorCode, message: impl Into<String>) -> Self {
        Refused {
            code,
            message: message.into(),
        }
    }

    /// Our own failure: logged here, and InPost learns only that it may try again.
    pub(super) fn failed(error: impl std::error::Error) -> Self {
        // Not its source: of an unreadable row that would quote what it cannot read.
        tracing::error!(%error, "a call of InPost failed");
        Refused::new(
            MerchantErrorCode::InternalServerError,
            "the shop failed, try again",
        )
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = self.code.status();
        tracing::info!(code = %self.code, "refused a call of InPost");
        let unsigned = self.code == MerchantErrorCode::InvalidSignature;
        let body = MerchantErrorBody {
            error_code: self.code,
            error_message: self.message,
        };
        let mut response = (status, Json(body)).into_response();
        // A stranger learns nothing of us (InPost contract, section 2).
        if !unsigned {
            name_version(&mut response);
        }
        response
    }
}
