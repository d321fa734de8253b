//! InPost's error answers: `{"error_code","error_message"}`, with the HTTP status that this sandbox gives each code.

use crate::gate::AnsweredCode;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

/// The codes of the contract's section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    BadRequest,
    MalformedRequest,
    Unauthorized,
    NotFound,
    BasketNotFound,
    BrowserNotFound,
    PublicKeyNotFound,
    OrderNotFound,
    MerchantDisable,
    BasketIsBinded,
    PhoneBindingMethodUnavailable,
    BasketNotBound,
    BasketExpired,
    StatusOrderError,
    InternalServerError,
    Forbidden,
    MaxLimitProducts,
    ProductExists,
    ProductNotFound,
}

impl Code {
    /// The code's word and its status: 404 for what is not there, 409 for conflicts of state, 410 for what has
    /// expired, 422 for refused phones, 401 and 403 for who may not.
    const fn word_and_status(self) -> (&'static str, StatusCode) {
        match self {
            Code::BadRequest => ("BAD_REQUEST", StatusCode::BAD_REQUEST),
            Code::MalformedRequest => ("MALFORMED_REQUEST", StatusCode::BAD_REQUEST),
            Code::Unauthorized => ("UNAUTHORIZED", StatusCode::UNAUTHORIZED),
            Code::Forbidden => ("FORBIDDEN", StatusCode::FORBIDDEN),
            Code::MerchantDisable => ("MERCHANT_DISABLE", StatusCode::FORBIDDEN),
            Code::NotFound => ("NOT_FOUND", StatusCode::NOT_FOUND),
            Code::BasketNotFound => ("BASKET_NOT_FOUND", StatusCode::NOT_FOUND),
            Code::BrowserNotFound => ("BROWSER_NOT_FOUND", StatusCode::NOT_FOUND),
            Code::PublicKeyNotFound => ("PUBLIC_KEY_NOT_FOUND", StatusCode::NOT_FOUND),
            Code::OrderNotFound => ("ORDER_NOT_FOUND", StatusCode::NOT_FOUND),
            Code::BasketIsBinded => ("BASKET_IS_BINDED", StatusCode::CONFLICT),
            Code::BasketNotBound => ("BASKET_NOT_BOUND", StatusCode::CONFLICT),
            Code::StatusOrderError => ("STATUS_ORDER_ERROR", StatusCode::CONFLICT),
            Code::MaxLimitProducts => ("MAX_LIMIT_PRODUCTS", StatusCode::CONFLICT),
            Code::ProductExists => ("PRODUCT_EXISTS", StatusCode::CONFLICT),
            Code::ProductNotFound => ("PRODUCT_NOT_FOUND", StatusCode::NOT_FOUND),
            Code::BasketExpired => ("BASKET_EXPIRED", StatusCode::GONE),
            Code::PhoneBindingMethodUnavailable => (
                "PHONE_BINDING_METHOD_UNAVAILABLE",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Code::InternalServerError => ("INTERNAL_SERVER_ERROR", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// A refusal of the emulated InPost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        ApiError {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        ApiError::new(Code::BadRequest, message)
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        ApiError::new(Code::MalformedRequest, message)
    }
}

/// An error answer with any code and status, as a fault may ask for.
pub(crate) fn answer(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "error_code": code, "error_message": message });
    let mut response = (status, axum::Json(body)).into_response();
    response.extensions_mut().insert(AnsweredCode(code.to_owned()));
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (word, status) = self.code.word_and_status();
        answer(status, word, &self.message)
    }
}
