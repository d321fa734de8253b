//! What Netgíró's first generation sends to the merchant. Contract, section 5.
//!
//! Only HTTP 200 accepts. Without a timely 200 Netgíró cancels the transaction: verify, match cart, amount and
//! reference, store, and answer 200 within a second; anything else is not 200.

use crate::SupportId;
use crate::signature::{self, NONCE_HEADER, SIGNATURE_HEADER};
use crate::wire::{CartAnswer, MalformedBody};
use http::HeaderMap;
use secrecy::SecretString;

/// A callback that is Netgíró's.
///
/// With [`ServerCallback`](crate::wire::Confirmation::ServerCallback) it speaks of a payment that comes about only
/// when the merchant has answered 200: take it as the reason to ask
/// [`Client::check_cart`](crate::Client::check_cart), and not as the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Callback {
    /// What it says, in the shape of `CheckCart`'s answer.
    pub answer: CartAnswer,
    /// Its nonce. A second callback with the same one is a replay.
    pub nonce: String,
}

/// Why a call to the merchant is not taken for Netgíró's. Answer anything but 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// A header is absent, doubled or unreadable.
    #[error("the header {0} is missing, or stands there twice")]
    Header(&'static str),
    /// The signature is not the one over this address and body.
    #[error(
        "the signature does not hold for this address and body: compare the address with the one in the cart"
    )]
    BadSignature,
    /// Signed, but not the contract's.
    #[error("the body cannot be read: {0}")]
    Unreadable(MalformedBody),
}

impl From<MalformedBody> for CallbackError {
    fn from(reason: MalformedBody) -> Self {
        Self::Unreadable(reason)
    }
}

/// Verifies a callback and reads it.
///
/// `url` is the address as it stood in `InsertCart`, to the letter: `CallbackUrl` or `CallbackCancelUrl`, whichever was
/// called. `body` is the raw body as received, before any reading of it.
///
/// ```
/// use netgiro::wire::CartState;
/// use netgiro::{callback, signature, test_account};
///
/// let secret = test_account::SECRET.into();
/// let url = "https://shop.example/netgiro/callback/7";
/// let body = br#"{"Success":true,"PaymentSuccessful":true,"ResultCode":10200}"#;
/// let mut headers = http::HeaderMap::new();
/// headers.insert(signature::NONCE_HEADER, "n-1".parse()?);
/// headers.insert(signature::SIGNATURE_HEADER, signature::sign(&secret, "n-1", url, body).parse()?);
///
/// let callback = callback::verify(&secret, url, &headers, body)?;
/// assert_eq!(callback.answer.state(), CartState::Paid { info: None });
/// assert!(callback::verify(&secret, "https://shop.example/netgiro/callback/8", &headers, body).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CallbackError`], the first reason found.
pub fn verify(
    secret: &SecretString,
    url: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Callback, CallbackError> {
    let header = |name: &'static str| signature::single(headers, name).ok_or(CallbackError::Header(name));
    let (nonce, presented) = (header(NONCE_HEADER)?, header(SIGNATURE_HEADER)?);
    if !signature::verify(secret, nonce, url, body, presented) {
        return Err(CallbackError::BadSignature);
    }
    Ok(Callback {
        answer: CartAnswer {
            support_id: SupportId::read(headers),
            ..CartAnswer::parse(body)?
        },
        nonce: nonce.to_owned(),
    })
}
