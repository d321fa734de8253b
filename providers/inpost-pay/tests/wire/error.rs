//! Error bodies and open enums. Contract, sections 2 and 3.

use crate::{assert_read, assert_wire};
use inpost_pay::wire::error::{ErrorBody, ErrorCode, MerchantErrorBody, MerchantErrorCode};

#[test]
fn a_refusal_of_inpost() {
    let expected = ErrorBody {
        error_code: ErrorCode::BasketExpired,
        error_message: "Basket expired".into(),
    };
    assert_wire(
        r#"{"error_code": "BASKET_EXPIRED", "error_message": "Basket expired"}"#,
        &expected,
    );
    let silent = ErrorBody {
        error_message: String::new(),
        ..expected
    };
    assert_read(
        r#"{"error_code": "BASKET_EXPIRED", "error_message": null}"#,
        &silent,
    );
    assert_read(r#"{"error_code": "BASKET_EXPIRED"}"#, &silent);
}

#[test]
fn every_code_of_inpost_is_typed() {
    let codes = [
        "BAD_REQUEST",
        "MALFORMED_REQUEST",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "NOT_FOUND",
        "BASKET_NOT_FOUND",
        "BROWSER_NOT_FOUND",
        "PUBLIC_KEY_NOT_FOUND",
        "ORDER_NOT_FOUND",
        "MERCHANT_DISABLE",
        "BASKET_IS_BINDED",
        "PHONE_BINDING_METHOD_UNAVAILABLE",
        "BASKET_NOT_BOUND",
        "BASKET_EXPIRED",
        "STATUS_ORDER_ERROR",
        "INTERNAL_SERVER_ERROR",
        "MAX_LIMIT_PRODUCTS",
        "PRODUCT_EXISTS",
        "PRODUCT_NOT_FOUND",
    ];
    assert_eq!(
        ErrorCode::ALL.iter().map(ErrorCode::as_str).collect::<Vec<_>>(),
        codes
    );
    assert!(codes.into_iter().map(ErrorCode::from).all(|code| code.is_known()));
}

#[test]
fn three_codes_mean_that_there_is_no_link_any_more() {
    let found: Vec<_> = ErrorCode::ALL
        .iter()
        .filter(|code| code.means_not_linked())
        .map(ErrorCode::as_str)
        .collect();
    assert_eq!(found, ["BASKET_NOT_FOUND", "BASKET_NOT_BOUND", "BASKET_EXPIRED"]);
}

#[test]
fn every_code_of_the_merchant_has_its_status() {
    let statuses = [
        (400, "BAD_REQUEST"),
        (400, "MALFORMED_REQUEST"),
        (401, "INVALID_SIGNATURE"),
        (404, "BASKET_NOT_FOUND"),
        (404, "ORDER_NOT_FOUND"),
        (404, "PRODUCT_NOT_FOUND"),
        (404, "NOT_FOUND"),
        (409, "ORDER_NOT_CREATE"),
        (409, "ORDER_EXISTS"),
        (409, "PRODUCT_NOT_ADDED"),
        (409, "OUT_OF_STOCK"),
        (409, "BASKET_NOT_CREATED"),
        (500, "INTERNAL_SERVER_ERROR"),
        (502, "BAD_GATEWAY"),
        (503, "SERVICE_UNAVAILABLE"),
    ];
    assert_eq!(MerchantErrorCode::ALL.len(), statuses.len());
    for (status, text) in statuses {
        let code = MerchantErrorCode::from(text);
        assert!(code.is_known(), "{text}");
        assert_eq!(code.status(), status, "{text}");
    }
    assert_eq!(MerchantErrorCode::Other("NEW".into()).status(), 500);
}

#[test]
fn a_refusal_of_the_merchant() {
    let expected = MerchantErrorBody {
        error_code: MerchantErrorCode::OrderNotCreate,
        error_message: "price".into(),
    };
    assert_wire(
        r#"{"error_code": "ORDER_NOT_CREATE", "error_message": "price"}"#,
        &expected,
    );
}

#[test]
fn an_open_enum_never_hides_a_known_value() {
    assert_eq!(ErrorCode::from("NOT_FOUND"), ErrorCode::NotFound);
    assert_eq!(ErrorCode::from(String::from("NOT_FOUND")), ErrorCode::NotFound);
    let unknown = ErrorCode::from("not_found");
    assert_eq!(unknown, ErrorCode::Other("not_found".into()));
    assert_eq!(unknown.to_string(), "not_found");
    assert_eq!(serde_json::to_value(&unknown).unwrap(), "not_found");
}
