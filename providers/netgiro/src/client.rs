//! The merchant's calls to Netgíró's first generation (V1) and to the partner interface. Contract, sections 2, 3 and 6.

use crate::config::{Config, ConfigError};
use crate::exchange::{self, Answer};
use crate::replay::SeenAnswers;
use crate::signature::{self, APPLICATION_ID_HEADER, NONCE_HEADER, SIGNATURE_HEADER};
use crate::wire::{
    CartAnswer, CartRequest, Done, InsertCart, InsertedCart, MalformedBody, Refund, Transaction,
};
use crate::{Error, Group, NonceSource, SmsCode, TransactionId};
use http::{HeaderName, Method, StatusCode};
use provider_http::Transport;
use secrecy::ExposeSecret;
use serde::Serialize;
use std::sync::Arc;

/// Carries the secret to the partner interface, which has no signatures.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("token");

/// Speaks to Netgíró's first generation for one merchant. Share one by `Arc`: it remembers the signed answers that it
/// has seen.
///
/// Requests are signed over the bytes that are sent. A signed answer whose signature does not hold, or that came before,
/// is thrown away: [`Error::BadSignature`]. An answer about another cart than the one asked for is not taken either.
/// Nothing is sent twice: see [`Error::may_have_acted`].
pub struct Client {
    config: Config,
    transport: Arc<dyn Transport>,
    nonces: Arc<dyn NonceSource>,
    seen: SeenAnswers,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for this merchant. Calls nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`] if an address cannot be an API's, or application id or secret cannot be sent.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        nonces: Arc<dyn NonceSource>,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            transport,
            nonces,
            seen: SeenAnswers::default(),
        })
    }

    /// Asks a customer for a payment.
    ///
    /// There is no key for it: if [`Error::may_have_acted`] says so, the customer may be asked already, by a cart whose
    /// id never arrived. Such a cart lapses by itself; with `Automatic` it can be paid before it does.
    ///
    /// # Errors
    /// [`Error::Refused`] with its code for everything but `Success`: no customer of Netgíró's, too small an amount, …
    pub async fn insert_cart(&self, cart: &InsertCart) -> Result<InsertedCart, Error> {
        let answer = self.checkout("InsertCart", cart).await?.success()?;
        match answer.read(InsertedCart::read)? {
            Some(cart) => Ok(InsertedCart {
                support_id: answer.support_id,
                ..cart
            }),
            None => Err(answer.refusal()),
        }
    }

    /// Looks at a cart. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn check_cart(&self, cart: &TransactionId) -> Result<CartAnswer, Error> {
        self.cart("CheckCart", cart, None).await
    }

    /// Confirms a cart: with the code of the customer's SMS while it is needed, without one when the cart is reserved.
    /// A refusal, such as a wrong code, shows in the answer's [`state`](CartAnswer::state). Calling it on a finished cart
    /// does no harm.
    ///
    /// ```no_run
    /// # async fn example(client: netgiro::Client, id: netgiro::TransactionId) -> Result<(), Box<dyn std::error::Error>> {
    /// use netgiro::SmsCode;
    /// use netgiro::wire::CartState;
    ///
    /// if client.check_cart(&id).await?.state() == CartState::CodeNeeded {
    ///     let code = SmsCode::parse("123 456")?;
    ///     match client.confirm_cart(&id, Some(&code)).await?.state() {
    ///         CartState::Error(code) => println!("not this code ({code}): ask the customer to read it once more"),
    ///         CartState::Cancelled => println!("too many wrong codes"),
    ///         _ => println!("taken: look at the cart"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, look at the cart.
    pub async fn confirm_cart(
        &self,
        cart: &TransactionId,
        code: Option<&SmsCode>,
    ) -> Result<CartAnswer, Error> {
        self.cart("ConfirmCart", cart, code).await
    }

    /// Cancels a cart. See [`CartAnswer::cancel_outcome`]: a customer who was quicker has paid.
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, look at the cart.
    pub async fn cancel_cart(&self, cart: &TransactionId) -> Result<CartAnswer, Error> {
        self.cart("CancelCart", cart, None).await
    }

    /// Pays money of a transaction back. Asked again under its key, the money goes back once.
    ///
    /// # Errors
    /// [`Error`]; when [`Error::may_have_acted`] says so, ask again under the same key.
    pub async fn refund(&self, refund: &Refund) -> Result<Done, Error> {
        let address = exchange::address(&self.config.partner_url, &["refund"])?;
        let request = exchange::request(&Method::POST, &address)
            .header(TOKEN_HEADER, self.token()?)
            .body(exchange::body(refund)?);
        let answer = exchange::send(&*self.transport, request).await?.success()?;
        // The body is not published: one that cannot be read is a success without words, one that says no is heeded.
        if matches!(answer.read(|fields| fields.optional("Success")), Ok(Some(false))) {
            return Err(answer.refusal());
        }
        Ok(Done {
            support_id: answer.support_id,
        })
    }

    /// A transaction as the partner interface sees it. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn transaction(&self, id: &TransactionId) -> Result<Transaction, Error> {
        let address = exchange::address(&self.config.partner_url, &["transaction", id.as_str()])?;
        let request = exchange::request(&Method::GET, &address)
            .header(TOKEN_HEADER, self.token()?)
            .body(bytes::Bytes::new());
        let answer = exchange::send(&*self.transport, request).await?.success()?;
        let transaction = answer.read(Transaction::read)?;
        Ok(Transaction {
            support_id: answer.support_id,
            ..transaction
        })
    }

    fn token(&self) -> Result<http::HeaderValue, Error> {
        exchange::secret_header(self.config.secret.expose_secret())
    }

    async fn cart(
        &self,
        name: &str,
        cart: &TransactionId,
        identifier: Option<&SmsCode>,
    ) -> Result<CartAnswer, Error> {
        let request = CartRequest {
            transaction_id: cart,
            identifier,
        };
        let answer = self.checkout(name, &request).await?;
        let read = answer.read(CartAnswer::read);
        if !answer.status.is_success() && !tells_of_a_cart(&answer, &read) {
            return Err(answer.refusal());
        }
        let read = read?;
        if !read.is_about(cart) {
            return Err(answer.unreadable(MalformedBody::OtherTransaction));
        }
        Ok(CartAnswer {
            support_id: answer.support_id,
            ..read
        })
    }

    /// A signed call of V1 and its verified answer, whatever its status.
    async fn checkout<T: Serialize>(&self, name: &str, body: &T) -> Result<Answer, Error> {
        let address = exchange::address(&self.config.v1_url, &["Checkout", name])?;
        let body = exchange::body(body)?;
        let nonce = self
            .nonces
            .next_nonce()
            .map_err(|error| exchange::unformable(&error.to_string()))?;
        let signature = signature::sign(&self.config.secret, &nonce, address.as_str(), &body);
        let request = exchange::request(&Method::POST, &address)
            .header(
                APPLICATION_ID_HEADER,
                exchange::secret_header(&self.config.application_id)?,
            )
            .header(NONCE_HEADER, nonce)
            .header(SIGNATURE_HEADER, signature)
            .body(body);
        let answer = exchange::send(&*self.transport, request).await?;
        if self.is_genuine(address.as_str(), &answer) {
            Ok(answer)
        } else {
            Err(answer.bad_signature())
        }
    }

    /// Whether an answer's signature holds and is new; an answer without one passes. Contract, section 2.
    fn is_genuine(&self, address: &str, answer: &Answer) -> bool {
        if !answer.headers.contains_key(SIGNATURE_HEADER) {
            return true;
        }
        let (Some(nonce), Some(signature)) = (
            signature::single(&answer.headers, NONCE_HEADER),
            signature::single(&answer.headers, SIGNATURE_HEADER),
        ) else {
            return false;
        };
        signature::verify(&self.config.secret, nonce, address, &answer.body, signature)
            && self.seen.is_new(signature)
    }
}

/// Which HTTP status goes with which code is not published. What says how a cart stands is taken with any status that
/// blames the call; a stranger's call (401, 403) and a failure of Netgíró's own say nothing about a cart.
fn tells_of_a_cart(answer: &Answer, read: &Result<CartAnswer, Error>) -> bool {
    let blames_the_call = answer.status.is_client_error()
        && !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let names_a_state = matches!(read, Ok(cart) if cart.result_code.group() != Group::Error);
    blames_the_call && names_a_state
}
