//! Phone numbers that fail in a named way, BLIK codes that do, and amounts of refunds that do.

use super::error::{ApiError, Code};
use super::state::RefundFate;
use crate::number::Number;
use std::time::Duration;

/// What happens when a push to a number is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// A push is sent, as to anybody.
    Customer,
    /// The call is refused.
    Refused(Code, &'static str),
    /// No answer for so long; then the push is sent after all.
    Slow(Duration),
}

/// The numbers that are not just customers, and what they are for. The table stands in the sandbox's README too.
pub(crate) const NUMBERS: &[(&str, &str)] = &[
    ("48500000001", "PHONE_BINDING_METHOD_UNAVAILABLE"),
    ("48500000002", "MERCHANT_DISABLE"),
    ("48500000003", "INTERNAL_SERVER_ERROR"),
    ("48500000004", "BASKET_EXPIRED"),
    ("48500000005", "no answer for 60 s"),
    ("48500000006", "BASKET_IS_BINDED"),
    ("48500000007", "BAD_REQUEST"),
    ("48500000008", "FORBIDDEN"),
    ("48500000010", "not signed in"),
];

/// Longer than any merchant should wait for an answer.
const SLOW: Duration = Duration::from_secs(60);

/// The fate of a number.
pub(crate) fn fate(number: &Number) -> Fate {
    let refused = Fate::Refused;
    match number.digits() {
        "48500000001" => refused(
            Code::PhoneBindingMethodUnavailable,
            "this number cannot be linked by phone now: use the QR code or the link",
        ),
        "48500000002" => refused(Code::MerchantDisable, "the merchant is disabled"),
        "48500000003" => refused(Code::InternalServerError, "something broke on our side"),
        "48500000004" => refused(Code::BasketExpired, "the basket has expired: begin a new one"),
        "48500000005" => Fate::Slow(SLOW),
        "48500000006" => refused(Code::BasketIsBinded, "the basket is linked already"),
        "48500000007" => refused(Code::BadRequest, "this number is never right"),
        "48500000008" => refused(Code::Forbidden, "this merchant may not link baskets"),
        _ => Fate::Customer,
    }
}

/// Somebody who has to sign in before approving anything.
pub(crate) fn starts_signed_out(number: &Number) -> bool {
    number.digits() == "48500000010"
}

impl Fate {
    /// The refusal, if it is one.
    pub(crate) fn refusal(&self) -> Option<ApiError> {
        match self {
            Fate::Refused(code, message) => Some(ApiError::new(*code, *message)),
            _ => None,
        }
    }
}

/// Why a payment fails. The word is stable, the sentence is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) sentence: &'static str,
}

/// What becomes of a payment: the vendor's own test codes for BLIK; every other method is paid.
pub(crate) fn payment(payment_type: &str, blik_code: Option<&str>) -> Option<Refusal> {
    if payment_type != "BLIK_CODE" {
        return None;
    }
    let refusal = |code, sentence| Some(Refusal { code, sentence });
    match blik_code {
        Some("777111") => None,
        Some("500500") => refusal(
            "payment-declined",
            "The bank declined the payment. The order waits: try again.",
        ),
        Some("700701") => refusal(
            "blik-expired",
            "The BLIK code has expired. Take a new one from the bank's app.",
        ),
        Some("700702") => refusal(
            "payment-cancelled",
            "The payment was cancelled in the bank's app. Try again.",
        ),
        Some("700703") => refusal(
            "blik-used",
            "The BLIK code was used already. Take a new one from the bank's app.",
        ),
        Some(_) => refusal(
            "blik-wrong",
            "The BLIK code is wrong. Type the six digits of the bank's app.",
        ),
        None => refusal("blik-missing", "Type the six digits of the BLIK code."),
    }
}

/// What becomes of a refund: its last two digits say it, so that any transaction can have any fate.
pub(crate) fn refund(amount_minor: i64) -> RefundFate {
    match amount_minor % 100 {
        1 => RefundFate::Slow,
        2 => RefundFate::Failed,
        _ => RefundFate::Paid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_of_a_refund_are_its_fate() {
        assert_eq!(refund(1001), RefundFate::Slow);
        assert_eq!(refund(1002), RefundFate::Failed);
        assert_eq!(refund(1000), RefundFate::Paid);
    }

    #[test]
    fn any_number_is_a_customer_unless_the_table_says_otherwise() {
        assert_eq!(fate(&Number::parse("48600000000").unwrap()), Fate::Customer);
        assert!(fate(&Number::parse("48500000001").unwrap()).refusal().is_some());
        assert_eq!(fate(&Number::parse("48500000009").unwrap()), Fate::Customer);
    }

    #[test]
    fn blik_codes_do_what_the_vendors_test_codes_do() {
        let code = |digits| payment("BLIK_CODE", Some(digits)).map(|refusal| refusal.code);
        assert_eq!(code("777111"), None);
        assert_eq!(code("500500"), Some("payment-declined"));
        assert_eq!(code("700701"), Some("blik-expired"));
        assert_eq!(code("700702"), Some("payment-cancelled"));
        assert_eq!(code("700703"), Some("blik-used"));
        assert_eq!(code("123456"), Some("blik-wrong"));
        assert_eq!(
            payment("BLIK_CODE", None).map(|refusal| refusal.code),
            Some("blik-missing")
        );
        assert_eq!(payment("CARD", None), None);
    }
}
