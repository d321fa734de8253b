//! What a till needs of a wallet, in the till's words: one trait, with an implementation per provider beside it.
//!
//! Belongs here: the words that every wallet has in common. Does not belong here: what is decided because of them
//! (`machine`), and anything that only one provider knows (`vipps`, `netgiro`).
//!
//! **Architecture invariant:** the machine sees wallets through the types of this file alone.

/// Netgíró.
pub mod netgiro;
/// Vipps MobilePay.
pub mod vipps;

use async_trait::async_trait;
use http::StatusCode;
use jiff::Timestamp;
use karfa_shared::money::{Money, VatRate};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::{Checking, Confirmation, CustomerKind, WalletChoice};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::time::Duration;

/// A wallet's name within the backend, like `vipps`: 1 to 16 small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WalletId(String);

impl WalletId {
    /// A name that the program itself gives.
    pub fn of(name: &'static str) -> Self {
        WalletId(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of a customer's that says who they are: an identity number, or a code of their app. Prints as nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Keeps a text from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Private(text.into())
    }

    /// The text, for the one request that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(..)")
    }
}

/// Whom a wallet is to ask. Personal data: never in an event, a log or a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// By phone number.
    Phone(PhoneNumber),
    /// By the personal code of their app, as scanned.
    PersonalQr(Private),
    /// By national identity number, checked.
    NationalId(Private),
    /// By a code of their app, as typed or scanned.
    AppCode(Private),
}

impl Customer {
    /// How the customer is named.
    pub fn kind(&self) -> CustomerKind {
        match self {
            Customer::Phone(_) => CustomerKind::Phone,
            Customer::PersonalQr(_) => CustomerKind::PersonalQr,
            Customer::NationalId(_) => CustomerKind::NationalId,
            Customer::AppCode(_) => CustomerKind::AppCode,
        }
    }
}

/// A line of the receipt that goes with a request. Amounts in minor units, VAT and reductions included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Good's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Pieces.
    pub quantity: u32,
    /// Regular price of one piece.
    pub unit_minor: i64,
    /// Reductions in this line, of the whole sale too, positive.
    pub discount_minor: i64,
    /// What the line comes to; negative for goods that come back. The lines' sum is the amount asked for.
    pub total_minor: i64,
    /// VAT contained in it.
    pub vat_minor: i64,
    /// VAT rate.
    pub vat: VatRate,
    /// The goods come back.
    pub is_return: bool,
}

/// A payment to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Unique per attempt, 8 to 50 letters, digits and hyphens; the provider knows the payment by it.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// Whom; nobody in particular when it is asked by a code on the screen.
    pub customer: Option<Customer>,
    /// By a code that the customer scans.
    pub by_code: bool,
    /// Who confirms it.
    pub confirmation: Confirmation,
    /// Number on the receipt.
    pub receipt_number: String,
    /// The till's id.
    pub till: String,
    /// The goods.
    pub lines: Vec<ReceiptLine>,
}

/// A provider took a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The provider's own id of it, where it needs one to be asked again.
    pub provider_id: Option<String>,
    /// What the customer scans, when it was asked by code.
    pub code_to_scan: Option<String>,
    /// The provider's wish how often it is asked.
    pub ask_every_ms: Option<u32>,
    /// When it lapses by itself.
    pub expires_at: Option<Timestamp>,
}

/// Which payment is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// [`Request::reference`].
    pub reference: String,
    /// [`Requested::provider_id`].
    pub provider_id: Option<String>,
    /// What was asked for.
    pub amount: Money,
}

/// Where a payment stands by the provider's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The customer is asked, or the provider is at work.
    Waiting,
    /// The customer has to read out a code.
    CodeNeeded,
    /// The customer has agreed. What of it was captured, the amounts say.
    Authorised,
    /// The customer or the customer's bank said no. Final.
    Declined,
    /// The merchant took it back, or no such payment exists. Final.
    Cancelled,
    /// Nobody answered in time. Final.
    Expired,
    /// Taken back, refused by the customer or lapsed, or no such payment exists: the provider does not say which. Final.
    Gone,
    /// Taken back, refused by the customer or lapsed, and the provider names this very payment. Final. Of one that it had
    /// completed it says so if it has undone that.
    Void,
}

/// What a provider says of a payment. Amounts in minor units; at one provider they never go down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Where it stands.
    pub standing: Standing,
    /// Authorised by the customer.
    pub authorised_minor: i64,
    /// Captured: this money moved.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// Released without having been captured.
    pub released_minor: i64,
    /// Why it was declined, where the provider says so.
    pub problem: Option<Problem>,
}

/// What went wrong, for the cashier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// As [`karfa_shared::till::PaymentProblem::key`].
    pub key: String,
    /// The provider's number or word.
    pub number: Option<String>,
    /// The provider's id of the incident.
    pub trace_id: Option<String>,
    /// Asking by a code on the customer's screen may help.
    pub offer_code: bool,
}

impl Problem {
    /// A problem that no provider has a number for.
    pub fn of(word: &'static str) -> Self {
        Problem {
            key: word.to_owned(),
            number: None,
            trace_id: None,
            offer_code: false,
        }
    }

    /// A refusal that a wallet's provider gave no number for, by its HTTP status. Where the status says what to do there is
    /// a word for it; the status itself is shown as the number.
    pub(super) fn of_status(wallet: &str, status: StatusCode) -> Self {
        let number = status.as_u16().to_string();
        let word = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "token",
            StatusCode::LOCKED => "locked",
            StatusCode::TOO_MANY_REQUESTS => "rate_limited",
            _ => number.as_str(),
        };
        Problem {
            key: format!("{wallet}.{word}"),
            number: Some(number),
            trace_id: None,
            offer_code: false,
        }
    }
}

/// What stands for the key of an intent where a provider takes no such long one: at most `length` hexadecimal digits, the
/// same for the same key and others for another.
fn digest_of_key(key: &str, length: usize) -> String {
    let digest = digest(&SHA256, key.as_bytes());
    let bytes = digest.as_ref().iter().take(length / 2);
    bytes.fold(String::with_capacity(length), |mut digits, byte| {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A wallet did not do it. Split by what is known of the money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// The provider certainly did not do it, and will not under this key.
    #[error("the provider refused: {}", .0.key)]
    Refused(Problem),
    /// The provider certainly did not do it yet; the same key may succeed later.
    #[error("the provider asks for patience: {}", .problem.key)]
    Later {
        /// Its wish how long to wait at least.
        after: Option<Duration>,
        /// What it said.
        problem: Problem,
    },
    /// It was certainly not sent.
    #[error("the provider cannot be reached")]
    NotSent,
    /// The provider may have done it: ask, or send the same again if [`Wallet::repeatable`] says so.
    #[error("it is not known whether the provider did it")]
    Unknown,
}

/// A call that changes something at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// [`Wallet::request`].
    Request,
    /// [`Wallet::enter_code`].
    Code,
    /// [`Wallet::capture`].
    Capture,
    /// [`Wallet::cancel`].
    Cancel,
    /// [`Wallet::refund`].
    Refund,
}

impl Call {
    /// What is not known while it is not known whether this call was done.
    pub fn doubted(self) -> Checking {
        match self {
            Call::Request => Checking::Request,
            Call::Code => Checking::Code,
            Call::Capture => Checking::Capture,
            Call::Cancel => Checking::Cancel,
            Call::Refund => Checking::Refund,
        }
    }
}

/// What became of a customer's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// Taken; how the payment stands now is read.
    Taken,
    /// Wrong.
    Wrong,
}

/// A wallet at one branch.
///
/// Calls that change something get the key of their intent: stored before the first try, the same at every try.
#[async_trait]
pub trait Wallet: Send + Sync + 'static {
    /// Its name.
    fn id(&self) -> &WalletId;

    /// What a till can do with it.
    fn choice(&self) -> WalletChoice;

    /// Whether sending this call again under the same key cannot do it twice.
    fn repeatable(&self, call: Call) -> bool;

    /// Whether [`Wallet::read`] tells what was given back. If not, a refund that was answered well is taken for done.
    fn refunds_readable(&self) -> bool;

    /// Whether the provider may take back a payment that it has completed ([`Standing::Void`]). It is asked a few times more,
    /// then, a while later.
    fn may_be_undone(&self) -> bool {
        false
    }

    /// Asks the customer.
    async fn request(&self, request: &Request, key: &str) -> Result<Requested, WalletError>;

    /// How a payment stands. Changes nothing. `Ok(None)`: the provider has never heard of it.
    async fn read(&self, payment: &Handle) -> Result<Option<Report>, WalletError>;

    /// How the payment with this id of the provider's stands, if it is the one that was asked for and nothing else:
    /// `None` if it is another one, or there is none. For a request whose answer was lost.
    async fn recognise(&self, _payment: &Handle, _provider_id: &str) -> Result<Option<Report>, WalletError> {
        Ok(None)
    }

    /// Passes on the code that the customer read out.
    async fn enter_code(&self, payment: &Handle, code: &Private) -> Result<CodeAnswer, WalletError>;

    /// Takes the money, or a part of what is authorised. Whether it moved, [`Wallet::read`] says.
    async fn capture(&self, payment: &Handle, amount: Money, key: &str) -> Result<(), WalletError>;

    /// Takes back the request, or what is authorised and not captured. Also `Ok` when it is too late for that or has been
    /// done already: [`Wallet::read`] says how it stands.
    async fn cancel(&self, payment: &Handle, key: &str) -> Result<(), WalletError>;

    /// Gives captured money back.
    async fn refund(&self, payment: &Handle, amount: Money, key: &str) -> Result<(), WalletError>;
}
