//! The error bodies of both sides: `{"error_code","error_message"}`. Contract, sections 2 and 3.

use http::StatusCode;
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// Why InPost refused a call of the merchant. Contract, section 2.
    ///
    /// Decide by this code alone: the HTTP status of each is not published.
    pub enum ErrorCode {
        /// The request is wrong.
        BadRequest = "BAD_REQUEST",
        /// The request cannot be read.
        MalformedRequest = "MALFORMED_REQUEST",
        /// The access token is missing, wrong or expired.
        Unauthorized = "UNAUTHORIZED",
        /// The merchant may not do this.
        Forbidden = "FORBIDDEN",
        /// There is no such thing.
        NotFound = "NOT_FOUND",
        /// InPost does not know the basket.
        BasketNotFound = "BASKET_NOT_FOUND",
        /// InPost does not know the browser.
        BrowserNotFound = "BROWSER_NOT_FOUND",
        /// There is no signing key of this version.
        PublicKeyNotFound = "PUBLIC_KEY_NOT_FOUND",
        /// InPost does not know the order.
        OrderNotFound = "ORDER_NOT_FOUND",
        /// The merchant is switched off.
        MerchantDisable = "MERCHANT_DISABLE",
        /// The basket is linked already: read the binding again.
        BasketIsBinded = "BASKET_IS_BINDED",
        /// This number cannot be asked now.
        PhoneBindingMethodUnavailable = "PHONE_BINDING_METHOD_UNAVAILABLE",
        /// The basket is not linked.
        BasketNotBound = "BASKET_NOT_BOUND",
        /// The basket has expired.
        BasketExpired = "BASKET_EXPIRED",
        /// The order's status does not allow it.
        StatusOrderError = "STATUS_ORDER_ERROR",
        /// InPost failed.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// There are too many products.
        MaxLimitProducts = "MAX_LIMIT_PRODUCTS",
        /// The product exists already.
        ProductExists = "PRODUCT_EXISTS",
        /// InPost does not know the product.
        ProductNotFound = "PRODUCT_NOT_FOUND",
    }
}

impl ErrorCode {
    /// Whether the refusal of an update or an unlink says that there is no link any more: unlink locally, and tell the
    /// shopper nothing. Contract, section 2, reactions.
    pub fn means_not_linked(&self) -> bool {
        matches!(
            self,
            Self::BasketNotFound | Self::BasketNotBound | Self::BasketExpired
        )
    }
}

/// InPost's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The reason.
    pub error_code: ErrorCode,
    /// InPost's words, for the operator.
    #[serde(default, deserialize_with = "super::or_default")]
    pub error_message: String,
}

open_enum! {
    /// Why the merchant refused a call of InPost. Contract, section 3.
    pub enum MerchantErrorCode {
        /// The request is wrong.
        BadRequest = "BAD_REQUEST",
        /// The request cannot be read.
        MalformedRequest = "MALFORMED_REQUEST",
        /// The signature does not hold.
        InvalidSignature = "INVALID_SIGNATURE",
        /// There is no such basket.
        BasketNotFound = "BASKET_NOT_FOUND",
        /// There is no such order.
        OrderNotFound = "ORDER_NOT_FOUND",
        /// There is no such product.
        ProductNotFound = "PRODUCT_NOT_FOUND",
        /// There is no such thing.
        NotFound = "NOT_FOUND",
        /// The order cannot be made: stock, code, delivery, consent, way to pay or total.
        OrderNotCreate = "ORDER_NOT_CREATE",
        /// The basket has an order already.
        OrderExists = "ORDER_EXISTS",
        /// The product could not be added.
        ProductNotAdded = "PRODUCT_NOT_ADDED",
        /// The product is sold out.
        OutOfStock = "OUT_OF_STOCK",
        /// The basket could not be made.
        BasketNotCreated = "BASKET_NOT_CREATED",
        /// The merchant failed.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// Something behind the merchant failed.
        BadGateway = "BAD_GATEWAY",
        /// The merchant cannot answer now.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
    }
}

impl MerchantErrorCode {
    /// The HTTP status that the contract gives to the code; 500 for one that is not in it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest | Self::MalformedRequest => StatusCode::BAD_REQUEST,
            Self::InvalidSignature => StatusCode::UNAUTHORIZED,
            Self::BasketNotFound | Self::OrderNotFound | Self::ProductNotFound | Self::NotFound => {
                StatusCode::NOT_FOUND
            }
            Self::OrderNotCreate
            | Self::OrderExists
            | Self::ProductNotAdded
            | Self::OutOfStock
            | Self::BasketNotCreated => StatusCode::CONFLICT,
            Self::BadGateway => StatusCode::BAD_GATEWAY,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::InternalServerError | Self::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The merchant's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantErrorBody {
    /// The reason.
    pub error_code: MerchantErrorCode,
    /// The merchant's words, for InPost's operator: no personal data.
    #[serde(default, deserialize_with = "super::or_default")]
    pub error_message: String,
}
