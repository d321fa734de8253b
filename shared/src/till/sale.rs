//! A sale as the page shows it: lines, customer, payment, and what may be done next.

use super::{Confirmation, CustomerKind};
use serde::{Deserialize, Serialize};

/// What stands on the till's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskView {
    /// Place in the journal; what comes later has a higher one.
    pub cursor: i64,
    /// The sale that is being rung up or paid.
    pub sale: Option<SaleView>,
}

/// A sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleView {
    /// Id.
    pub id: String,
    /// Number on the receipt.
    pub number: String,
    /// When it was begun.
    pub opened_at: String,
    /// ISO 4217.
    pub currency: String,
    /// Lines in the order they were rung up.
    pub lines: Vec<LineView>,
    /// Sum of the lines before the reduction of the whole sale.
    pub subtotal_minor: i64,
    /// Reduction of the whole sale, as a positive amount.
    pub discount_minor: i64,
    /// To be paid.
    pub total_minor: i64,
    /// The VAT that the total contains, per rate.
    pub vat: Vec<VatView>,
    /// The customer.
    pub customer: Option<CustomerView>,
    /// The newest payment.
    pub payment: Option<PaymentView>,
    /// What can be done now.
    pub can: Vec<Action>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// Id within the sale.
    pub id: u32,
    /// Good's id.
    pub good: String,
    /// Name.
    pub name: String,
    /// Pieces.
    pub quantity: u32,
    /// Price of one piece.
    pub unit_minor: i64,
    /// Reduction of the line, positive.
    pub discount_minor: i64,
    /// What the line adds to the subtotal: negative for goods that come back.
    pub total_minor: i64,
    /// VAT in hundredths of a percent.
    pub vat: u32,
    /// The goods come back.
    pub is_return: bool,
}

/// VAT contained at one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatView {
    /// Hundredths of a percent.
    pub rate: u32,
    /// Without VAT.
    pub net_minor: i64,
    /// The VAT.
    pub vat_minor: i64,
}

/// The customer of a sale, as far as a till shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// How the customer was named.
    pub kind: CustomerKind,
    /// Number or code, mostly dots.
    pub masked: String,
    /// As a member of the club.
    pub membership: MembershipView,
}

/// How a customer stands to the club.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MembershipView {
    /// Cannot be told: no number is known, or there is no club.
    Unknown,
    /// Not in the register.
    NotMember,
    /// Asked; the customer compares the message on both screens.
    Enrolling {
        /// Shown on the till and on the phone.
        binding_message: String,
        /// Until then the customer can answer.
        expires_at: String,
    },
    /// In the register.
    Member {
        /// First name.
        name: String,
        /// Since when.
        since: String,
        /// Purchases booked so far.
        purchases: u32,
    },
    /// The customer said no.
    Refused,
    /// The customer did not answer in time.
    Lapsed,
    /// The customer could not be asked; the word is a key of the page's texts, like `old_app`.
    NotPossible {
        /// Why.
        why: String,
    },
}

/// A payment of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// [`WalletChoice::id`](super::WalletChoice::id).
    pub wallet: String,
    /// The provider knows the payment by this.
    pub reference: String,
    /// Where it stands.
    pub phase: Phase,
    /// What is not known and being found out, if anything: shown as "unknown, checking".
    pub checking: Option<Checking>,
    /// The cashier wants it cancelled and it is not decided yet.
    pub cancelling: bool,
    /// Asked for.
    pub amount_minor: i64,
    /// Authorised by the customer.
    pub authorised_minor: i64,
    /// Being captured: under way, or in doubt. Until that is known nothing else can be captured.
    #[serde(default)]
    pub capturing_minor: Option<i64>,
    /// Captured: this money moved.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// Released without having been captured.
    pub released_minor: i64,
    /// What went wrong last.
    pub problem: Option<PaymentProblem>,
    /// What the customer scans on the customer's screen.
    pub code_to_scan: Option<String>,
    /// When it lapses by itself.
    pub expires_at: Option<String>,
    /// Who confirms it, where there is a choice.
    pub confirmation: Option<Confirmation>,
    /// Wrong codes so far.
    pub wrong_codes: u32,
}

impl PaymentView {
    /// What is taken by the next capture, if not less is wished: what is under way, or all that is left.
    #[must_use]
    pub fn to_capture_minor(&self) -> i64 {
        let left = self.authorised_minor - self.captured_minor - self.released_minor;
        self.capturing_minor.unwrap_or(left)
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// On its way to the provider.
    Requested,
    /// The customer is asked.
    AwaitingCustomer,
    /// The customer reads a code to the cashier.
    AwaitingCode,
    /// The customer has agreed; no money has moved.
    Authorised,
    /// Being captured.
    Capturing,
    /// Money has moved.
    Paid,
    /// The customer, or the customer's bank, said no.
    Declined,
    /// Taken back by the till.
    Cancelled,
    /// Nobody answered in time.
    Expired,
    /// It did not come to a payment.
    Failed,
    /// Money is being given back.
    Refunding,
    /// A part was given back.
    PartlyRefunded,
    /// All was given back.
    Refunded,
}

/// What is not known at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checking {
    /// Whether the request arrived.
    Request,
    /// What the customer does: the provider cannot be asked.
    Customer,
    /// Whether the code was taken.
    Code,
    /// Whether the money was captured.
    Capture,
    /// Whether it was cancelled.
    Cancel,
    /// Whether the money was given back.
    Refund,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PaymentProblem {
    /// A key of the page's texts: the wallet, a dot, and the provider's number, like `x.5080`, or a word like `unreachable`.
    pub key: String,
    /// The provider's number or word as it came, for the cashier to read out to support.
    pub number: Option<String>,
    /// The provider's own id of the incident.
    pub trace_id: Option<String>,
    /// Asking by a code on the customer's screen may help.
    pub offer_code: bool,
    /// Trying again may help.
    pub can_retry: bool,
}

/// What a cashier can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Change the lines.
    Edit,
    /// Name or forget the customer.
    Identify,
    /// Ask the customer to join the club.
    Enrol,
    /// Ask for the payment.
    Request,
    /// Enter the code that the customer reads out.
    EnterCode,
    /// Ask the provider now.
    Check,
    /// Enter the provider's id of a payment of which no answer came: [`LookedUp`](super::LookedUp).
    EnterTransaction,
    /// Say that the provider's own page has no such payment: [`LookedUp`](super::LookedUp).
    TellUnpaid,
    /// Capture by hand.
    Capture,
    /// Take the request or the authorisation back.
    Cancel,
    /// Give money back.
    Refund,
    /// Next customer.
    Finish,
    /// Throw the sale away.
    Discard,
}
