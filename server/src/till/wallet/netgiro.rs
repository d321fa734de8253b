//! Netgíró as a wallet (Netgíró contract): by phone number, kennitala or a code of the app; confirmed by the customer's
//! word alone, by Netgíró's callback, or by the till.
//!
//! Belongs here: a till's words in Netgíró's, and back; the addresses that Netgíró calls back at. Does not belong here:
//! what is done about an answer, and the callbacks themselves (`callbacks::netgiro`).
//!
//! What cannot be read back: how much was refunded. The partner interface tells only whether a transaction is paid and
//! whether money can still go back, so what was given back is what refunds under their keys were answered.

/// The first generation: carts.
mod v1;
/// The second generation: payments.
mod v2;

use super::{
    Call, CodeAnswer, Customer, Handle, Private, Problem, Report, Request, Requested, Standing, Wallet,
    WalletError, WalletId, digest_of_key,
};
use async_trait::async_trait;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::money::Money;
use karfa_shared::till::{Confirmation, CustomerKind, WalletChoice};
use netgiro::{AppCode, CustomerId, Error, Gsm, IdempotencyKey, Ssn, TransactionId};
use provider_http::{Clock, NotSent, TransportError};
use std::sync::Arc;

/// The wallet's name in the backend, and the first word of its problems' keys.
pub const ID: &str = "netgiro";

/// What a customer calls it.
const NAME: &str = "Netgíró";

/// Iceland.
const PREFIX: &str = "354";

/// A cart that nobody confirms lapses after so long (contract, section 9).
const LAPSES_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Which of Netgíró's interfaces is spoken.
#[derive(Debug)]
pub enum Generation {
    /// Carts, with signed requests.
    V1(netgiro::Client),
    /// Payments, with an API key. Takes no kennitala and no callback that decides.
    V2 {
        /// The interface itself.
        client: netgiro::v2::Client,
    },
}

/// Where Netgíró calls back: it signs the address as it stands in the request, to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackAddress {
    base: String,
}

impl CallbackAddress {
    /// Below the address under which the world reaches this server, like `https://shop.example/`.
    pub fn below(public_url: &str) -> Self {
        CallbackAddress {
            base: format!("{}/netgiro/callback", public_url.trim_end_matches('/')),
        }
    }

    /// Where Netgíró says that a payment was confirmed.
    pub fn confirmed(&self, reference: &str) -> String {
        format!("{}/{reference}", self.base)
    }

    /// Where Netgíró says that a payment was cancelled.
    pub fn cancelled(&self, reference: &str) -> String {
        format!("{}/{reference}/cancelled", self.base)
    }
}

/// How a branch uses Netgíró.
#[derive(Clone, Debug)]
pub struct NetgiroTerms {
    /// The branch, as Netgíró is told it (`LocationId`).
    pub location: String,
    /// Where Netgíró calls back.
    pub callback: CallbackAddress,
    /// Who may confirm a payment after the customer, the usual one first. At least one.
    pub confirmations: Vec<Confirmation>,
}

/// A merchant's account at Netgíró.
pub struct NetgiroWallet {
    id: WalletId,
    generation: Generation,
    terms: NetgiroTerms,
    clock: Arc<dyn Clock>,
}

impl NetgiroWallet {
    /// The account that the client of `generation` calls for. With the second generation a confirmation by callback is
    /// left out: its callback's signature does not cover what it says. Where nothing is left the till confirms: nothing is paid
    /// without it then.
    pub fn new(generation: Generation, mut terms: NetgiroTerms, clock: Arc<dyn Clock>) -> Self {
        if matches!(generation, Generation::V2 { .. }) {
            terms
                .confirmations
                .retain(|by| *by != Confirmation::ServerCallback);
        }
        if terms.confirmations.is_empty() {
            terms.confirmations.push(Confirmation::Manual);
        }
        NetgiroWallet {
            id: WalletId::of(ID),
            generation,
            terms,
            clock,
        }
    }

    /// Whether a callback's signature covers what it says, so that it may be acted on.
    pub fn callbacks_decide(&self) -> bool {
        matches!(self.generation, Generation::V1(_))
    }

    /// Whether a payment of the second generation is the one with this reference, and if so, whether it goes ahead: the
    /// customer has agreed, and nobody has taken it back.
    pub async fn goes_ahead_as(&self, id: &TransactionId, reference: &str) -> Option<bool> {
        match &self.generation {
            Generation::V1(_) => None,
            Generation::V2 { client } => v2::goes_ahead_as(client, id, reference).await,
        }
    }

    fn lapses_at(&self) -> Option<Timestamp> {
        self.clock.now().checked_add(LAPSES_AFTER).ok()
    }
}

#[async_trait]
impl Wallet for NetgiroWallet {
    fn id(&self) -> &WalletId {
        &self.id
    }

    fn choice(&self) -> WalletChoice {
        let customers = match self.generation {
            Generation::V1(_) => vec![
                CustomerKind::Phone,
                CustomerKind::NationalId,
                CustomerKind::AppCode,
            ],
            Generation::V2 { .. } => vec![CustomerKind::Phone, CustomerKind::AppCode],
        };
        WalletChoice {
            id: self.id.as_str().to_owned(),
            name: NAME.to_owned(),
            customers,
            confirmations: self.terms.confirmations.clone(),
            by_code: false,
            capture_by_hand: self.terms.confirmations.contains(&Confirmation::Manual),
        }
    }

    fn repeatable(&self, call: Call) -> bool {
        match call {
            // Neither has a key: a second one asks the customer twice, or counts a wrong code twice.
            Call::Request | Call::Code => false,
            // All of it or nothing: what was confirmed or cancelled stays so.
            Call::Capture | Call::Cancel => true,
            Call::Refund => true,
        }
    }

    fn refunds_readable(&self) -> bool {
        false
    }

    fn may_be_undone(&self) -> bool {
        // Callbacks that were not accepted in time cancel a payment that was confirmed.
        true
    }

    async fn request(&self, request: &Request, _key: &str) -> Result<Requested, WalletError> {
        let mut requested = match &self.generation {
            Generation::V1(client) => v1::request(client, &self.terms, request).await,
            Generation::V2 { client } => v2::request(client, &self.terms, request).await,
        }?;
        requested.expires_at = self.lapses_at();
        Ok(requested)
    }

    async fn read(&self, payment: &Handle) -> Result<Option<Report>, WalletError> {
        // Without an id there is nothing to ask by: Netgíró is not asked by reference.
        let id = id_of(payment).ok_or(WalletError::Unknown)?;
        match &self.generation {
            Generation::V1(client) => v1::read(client, payment, &id).await,
            Generation::V2 { client } => v2::read(client, payment, &id).await,
        }
    }

    async fn recognise(&self, payment: &Handle, provider_id: &str) -> Result<Option<Report>, WalletError> {
        let id = TransactionId::from(provider_id);
        match &self.generation {
            Generation::V1(client) => v1::recognise(client, payment, &id).await,
            Generation::V2 { client } => v2::recognise(client, payment, &id).await,
        }
    }

    async fn enter_code(&self, payment: &Handle, code: &Private) -> Result<CodeAnswer, WalletError> {
        match &self.generation {
            Generation::V1(client) => v1::enter_code(client, &named(payment)?, code).await,
            // Only a kennitala brings a code, and the second generation takes none.
            Generation::V2 { .. } => Err(WalletError::Refused(problem_of("no_code"))),
        }
    }

    async fn capture(&self, payment: &Handle, amount: Money, _key: &str) -> Result<(), WalletError> {
        if amount != payment.amount {
            return Err(WalletError::Refused(problem_of("whole_amount")));
        }
        let id = named(payment)?;
        match &self.generation {
            Generation::V1(client) => v1::capture(client, &id).await,
            Generation::V2 { client } => client
                .capture(&id, None)
                .await
                .map(drop)
                .map_err(|error| failure(&error)),
        }
    }

    async fn cancel(&self, payment: &Handle, _key: &str) -> Result<(), WalletError> {
        let id = named(payment)?;
        match &self.generation {
            Generation::V1(client) => v1::cancel(client, &id).await,
            Generation::V2 { client } => client
                .cancel(&id)
                .await
                .map(drop)
                .map_err(|error| failure(&error)),
        }
    }

    async fn refund(&self, payment: &Handle, amount: Money, key: &str) -> Result<(), WalletError> {
        let (id, key) = (named(payment)?, short_key(key)?);
        let refunded = match &self.generation {
            Generation::V1(client) => client
                .refund(&netgiro::wire::Refund::new(id, amount.minor, key))
                .await
                .map(drop),
            Generation::V2 { client } => client
                .refund(&netgiro::v2::Refund::new(id, amount.minor, key))
                .await
                .map(drop),
        };
        refunded.map_err(|error| failure(&error))
    }
}

fn id_of(payment: &Handle) -> Option<TransactionId> {
    payment.provider_id.as_deref().map(TransactionId::from)
}

fn named(payment: &Handle) -> Result<TransactionId, WalletError> {
    id_of(payment).ok_or_else(|| WalletError::Refused(problem_of("not_named")))
}

fn customer_of(request: &Request) -> Result<CustomerId, WalletError> {
    let refused = |word| move |_| WalletError::Refused(problem_of(word));
    match &request.customer {
        Some(Customer::Phone(number)) if number.country_prefix() == PREFIX => Gsm::parse(number.national())
            .map(CustomerId::Gsm)
            .map_err(refused("not_icelandic")),
        Some(Customer::Phone(_)) => Err(WalletError::Refused(problem_of("not_icelandic"))),
        // Whether the check digit has to fit is decided where the customer is named.
        Some(Customer::NationalId(number)) => Ssn::without_check_digit(number.expose())
            .map(CustomerId::Ssn)
            .map_err(refused("not_valid")),
        Some(Customer::AppCode(code)) => AppCode::parse(code.expose())
            .map(CustomerId::AppCode)
            .map_err(refused("not_valid")),
        Some(Customer::PersonalQr(_)) | None => Err(WalletError::Refused(problem_of("no_customer"))),
    }
}

/// The key of an intent, as short as the interface wants it: the same for the same, another one for another.
fn short_key(key: &str) -> Result<IdempotencyKey, WalletError> {
    IdempotencyKey::parse(&digest_of_key(key, IdempotencyKey::MAX_LENGTH))
        .map_err(|_| WalletError::Refused(problem_of("not_valid")))
}

/// A report on a payment of which no money is to be seen.
fn without_money(standing: Standing, problem: Option<Problem>) -> Report {
    Report {
        standing,
        authorised_minor: 0,
        captured_minor: 0,
        refunded_minor: 0,
        released_minor: 0,
        problem,
    }
}

/// A report on a payment that the customer has agreed to.
fn agreed(authorised_minor: i64, captured_minor: i64) -> Report {
    Report {
        authorised_minor,
        captured_minor,
        ..without_money(Standing::Authorised, None)
    }
}

/// What an error says about the money.
fn failure(error: &Error) -> WalletError {
    match error {
        Error::Transport(TransportError::NotSent(NotSent::Connect { .. })) => WalletError::NotSent,
        Error::Transport(TransportError::NotSent(NotSent::Request { .. })) => {
            tracing::error!(%error, "a call of Netgíró cannot be formed");
            WalletError::Refused(problem_of("not_valid"))
        }
        error if error.may_have_acted() => WalletError::Unknown,
        // Netgíró stopped waiting for a request; what it had made of it by then, it does not say.
        error if error.status() == Some(StatusCode::REQUEST_TIMEOUT) => WalletError::Unknown,
        error if error.is_retryable() => WalletError::Later {
            after: None,
            problem: problem(error),
        },
        error => WalletError::Refused(problem(error)),
    }
}

fn problem(error: &Error) -> Problem {
    let told = match (error.code(), error.status()) {
        (Some(code), _) => problem_of(&code.to_string()),
        (None, Some(status)) => Problem::of_status(ID, status),
        (None, None) => problem_of("unreachable"),
    };
    Problem {
        trace_id: error.support_id().map(|id| id.as_str().to_owned()),
        ..told
    }
}

fn problem_of(word: &str) -> Problem {
    Problem {
        key: format!("{ID}.{word}"),
        number: word
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| word.to_owned()),
        trace_id: None,
        offer_code: false,
    }
}

#[cfg(test)]
mod tests;
