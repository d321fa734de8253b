//! Names that the merchant gives, each of its own type and checked once.

use crate::Invalid;
use crate::invalid::{checked_text, has_length};

checked_text! {
    /// The merchant's own name of a payment, unique per sales unit for ever: 8 to 64 letters, digits and dashes.
    /// Contract, section 5.
    shown Reference, "a payment reference", "8 to 64 letters, digits and dashes",
    |text| has_length(text, 8, 64) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl Reference {
    /// The most characters of a reference for a new payment: an older edition of the interface ends here.
    pub const MAX_NEW_LENGTH: usize = 50;

    /// A reference for a new payment: at most [`MAX_NEW_LENGTH`](Self::MAX_NEW_LENGTH) characters.
    ///
    /// # Errors
    /// [`Invalid`], with the rule that the text breaks.
    pub fn for_new_payment(text: impl Into<String>) -> Result<Self, Invalid> {
        let reference = Self::parse(text)?;
        if reference.as_str().len() > Self::MAX_NEW_LENGTH {
            let rule = "a new one has at most 50 characters";
            return Err(Invalid::new("a payment reference", rule));
        }
        Ok(reference)
    }
}

checked_text! {
    /// Names one *intent*, such as "this capture of this sale": 1 to 50 visible characters of ASCII. Contract, section 5.
    ///
    /// Make it when the intent is made, store it before the call, and use it for every try, also after a restart.
    /// A new key means a second capture.
    shown IdempotencyKey, "an idempotency key", "1 to 50 visible ASCII characters",
    |text| has_length(text, 1, 50) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

checked_text! {
    /// What till and phone both show, so that the customer knows whose question it is: 5 to 8 capitals, digits and
    /// dashes. Contract, section 4.
    shown BindingMessage, "a binding message", "5 to 8 capital letters, digits and dashes",
    |text| has_length(text, 5, 8)
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

checked_text! {
    /// What the customer reads about the payment: 3 to 100 characters. It may name them. Contract, section 5.
    hidden PaymentDescription, "a payment description", "3 to 100 characters",
    |text| has_length(text, 3, 100)
}

checked_text! {
    /// The merchant's own name of a code that stands in the shop (`merchantQrId`): 1 to 100 letters, digits, dashes and
    /// underscores (ours: no rule is published). Contract, section 3.
    shown MerchantQrId, "a merchant QR id", "1 to 100 letters, digits, dashes and underscores",
    |text| has_length(text, 1, 100)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

checked_text! {
    /// Where a code stands (`locationDescription`): 1 to 36 characters. Contract, section 3.
    shown LocationDescription, "a location description", "1 to 36 characters",
    |text| has_length(text, 1, 36)
}

checked_text! {
    /// How much of a thing was bought: digits with up to 8 decimals after a point, at most 10 characters in all.
    /// Contract, section 5, receipt.
    shown Quantity, "a quantity", "digits with up to 8 decimals after a point, 10 characters in all",
    is_quantity
}

impl From<u32> for Quantity {
    /// Whole units; every `u32` fits into the 10 characters.
    fn from(whole: u32) -> Self {
        Self(whole.to_string())
    }
}

fn is_quantity(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 10
        && match text.split_once('.') {
            Some((whole, decimals)) => digits(whole) && digits(decimals) && decimals.len() <= 8,
            None => digits(text),
        }
}
