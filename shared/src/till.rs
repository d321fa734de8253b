//! The messages between the till page and the backend, and the paths they travel on.
//!
//! Belongs here: what the cashier's page and the customer's screen show and ask for. Wallets go by the name that the
//! backend gives them; what a page may do next is told by the backend (`can`), so that no page guesses whether money may
//! move. Amounts are in minor units of the branch's currency, VAT rates in hundredths of a percent, times RFC 3339 texts.

use serde::{Deserialize, Serialize};

/// Everything below is under this path.
pub const API: &str = "/api/till";

/// `GET` who is signed in and where one can; `POST` [`SignIn`]; `DELETE` signs out.
pub const SESSION: &str = "/session";
/// `GET` [`Goods`] of the branch.
pub const GOODS: &str = "/goods";
/// `GET` [`DeskView`] as it is.
pub const DESK: &str = "/desk";
/// `GET ?after=` a websocket of [`DeskView`]s, or, without an upgrade, a long poll: 200 or 204.
pub const LIVE: &str = "/live";
/// `POST` [`ScanRequest`]: goods or a customer, whatever the text turns out to be.
pub const SCAN: &str = "/sale/scan";
/// `POST` [`EditRequest`]. Begins a sale if there is none. This and what follows below `/sale` take `?sale=` with the id of the
/// sale that is meant, where money or lines change: if another one stands on the desk by now it is refused, `other_sale`.
pub const LINES: &str = "/sale/lines";
/// `POST` [`Identify`]; `DELETE` forgets the customer.
pub const CUSTOMER: &str = "/sale/customer";
/// `POST` asks the customer to join the club; `DELETE` no longer waits for it.
pub const ENROLMENT: &str = "/sale/enrolment";
/// `POST` [`PaymentWish`].
pub const PAYMENT: &str = "/sale/payment";
/// `POST` asks the provider now.
pub const CHECK: &str = "/sale/payment/check";
/// `POST` [`CodeEntry`].
pub const CODE: &str = "/sale/payment/code";
/// `POST` [`AmountWish`].
pub const CAPTURE: &str = "/sale/payment/capture";
/// `POST` takes the request, or the authorised amount, back.
pub const CANCEL: &str = "/sale/payment/cancel";
/// `POST` the next customer, please: a finished sale leaves the desk.
pub const FINISH: &str = "/sale/finish";
/// `POST` throws an unpaid sale away.
pub const DISCARD: &str = "/sale/discard";
/// `GET ?date=2026-11-22` [`DayView`], today by default.
pub const DAY: &str = "/day";
/// `POST ?date=` [`DayView`] with what the providers say.
pub const DAY_COMPARED: &str = "/day/compare";
/// `GET /sales/{id}` [`SaleView`]. `POST`, answered by it: `/sales/{id}/capture` [`AmountWish`], `/sales/{id}/cancel`,
/// `/sales/{id}/refund` [`RefundWish`], `/sales/{id}/looked-up` [`LookedUp`], `/sales/{id}/give-back` [`StrayWish`].
pub const SALES: &str = "/sales";
/// `POST` [`MemberSearch`], answered by [`MemberList`]; `GET /members.csv` and `POST /members.csv` for managers.
pub const MEMBERS: &str = "/members";

/// Where one can sign in, and who is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Who is signed in at this browser.
    pub seat: Option<Seat>,
    /// Where one can sign in.
    pub branches: Vec<BranchChoice>,
}

/// A branch to sign in at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchChoice {
    /// Id.
    pub id: String,
    /// Name, like `Oslo`.
    pub name: String,
    /// Language of the branch: `nb`, `da`, `fi`, `is` or `en`.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// Its tills.
    pub tills: Vec<Named>,
    /// Its cashiers.
    pub cashiers: Vec<Named>,
    /// The PIN of a demo's cashiers, to be shown.
    pub shown_pin: Option<String>,
}

/// Something with an id and a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Asks to sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Branch id.
    pub branch: String,
    /// Till id.
    pub till: String,
    /// Cashier id.
    pub cashier: String,
    /// 4 to 8 digits.
    pub pin: String,
}

/// Who works at which till, and what it can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The branch.
    pub branch: Named,
    /// The till.
    pub till: Named,
    /// The cashier.
    pub cashier: Named,
    /// May import and export members and see every till's day.
    pub manager: bool,
    /// Language of the branch.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// Decimals of the currency.
    pub decimals: u32,
    /// Prefix that numbers without one get, like `47`.
    pub country_prefix: String,
    /// The wallets that can be asked, the usual one first.
    pub wallets: Vec<WalletChoice>,
    /// The club's name, where there is one.
    pub club: Option<String>,
    /// Lines at the head of a receipt: the shop's name, address, organisation number.
    pub receipt_head: Vec<String>,
}

/// A wallet at this till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletChoice {
    /// The backend's name for it.
    pub id: String,
    /// What customers call it.
    pub name: String,
    /// How a customer can be named to it.
    pub customers: Vec<CustomerKind>,
    /// How a payment may be confirmed, the usual one first; one or none: there is nothing to choose.
    pub confirmations: Vec<Confirmation>,
    /// It can be asked by a code on the customer's screen.
    pub by_code: bool,
    /// A payment can be authorised first and captured by hand.
    pub capture_by_hand: bool,
}

/// How a customer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// A phone number.
    Phone,
    /// The personal code of an app, scanned.
    PersonalQr,
    /// A national identity number.
    NationalId,
    /// A code read from an app, or its barcode scanned.
    AppCode,
}

/// Who confirms a payment after the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Nobody: the customer's word is enough.
    Automatic,
    /// The provider asks the backend.
    ServerCallback,
    /// The till confirms a reservation.
    Manual,
}

/// What is for sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    /// In the order of the tiles.
    pub goods: Vec<Good>,
}

/// One thing for sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// Id.
    pub id: String,
    /// Name in the branch's language.
    pub name: String,
    /// Heading that it stands under.
    pub group: String,
    /// Price of one piece, VAT included.
    pub price_minor: i64,
    /// VAT in hundredths of a percent.
    pub vat: u32,
    /// EAN-13 or EAN-8, where it has one.
    pub ean: Option<String>,
}

/// Changes of the lines, all or none; the same `request_id` counts once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRequest {
    /// Made up by the page, 8 to 64 characters.
    pub request_id: String,
    /// What to change.
    pub edits: Vec<Edit>,
}

/// A change of the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// More of something: joins the line that has it already at the same terms.
    Add {
        /// A good's id.
        good: String,
        /// Pieces.
        quantity: u32,
    },
    /// Something comes back: a line that takes its price off.
    Return {
        /// A good's id.
        good: String,
        /// Pieces.
        quantity: u32,
    },
    /// So many pieces; 0 removes the line.
    Quantity {
        /// The line's id.
        line: u32,
        /// Pieces.
        quantity: u32,
    },
    /// A reduction of one line, or of the whole sale. Replaces the one before; 0 takes it away.
    Discount {
        /// The line's id; the whole sale if absent.
        line: Option<u32>,
        /// How much.
        discount: Discount,
    },
}

/// A reduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Discount {
    /// Hundredths of a percent.
    Percent {
        /// 1000 is 10 %.
        hundredths: u32,
    },
    /// An amount.
    Amount {
        /// Minor units.
        minor: i64,
    },
}

/// What a scanner read: goods or a customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRequest {
    /// As for [`EditRequest`]: the same scan sent twice counts once.
    pub request_id: String,
    /// The complete text.
    pub text: String,
}

/// What a scan turned out to be, and the desk after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// What it was.
    pub was: ScannedWas,
    /// Something to know about it, a key of the page's texts, like `qr_old`: such codes are being done away with.
    #[serde(default)]
    pub note: Option<String>,
    /// The desk now.
    pub desk: DeskView,
}

/// What a scan turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScannedWas {
    /// A good's barcode: it was added.
    Good,
    /// A customer's code: the customer is known now.
    Customer,
}

/// Names the customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identify {
    /// How.
    pub kind: CustomerKind,
    /// As typed or scanned.
    pub text: String,
}

/// Asks for the payment of the sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentWish {
    /// The sale that the cashier saw: a payment is never asked for another one.
    pub sale: String,
    /// The total that the cashier saw: if it differs nothing is asked.
    pub amount_minor: i64,
    /// [`WalletChoice::id`].
    pub wallet: String,
    /// By a code on the customer's screen, in place of a message to the customer's phone.
    #[serde(default)]
    pub by_code: bool,
    /// As the branch is configured, if absent.
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// Stop at the authorisation: the cashier captures.
    #[serde(default)]
    pub capture_by_hand: bool,
}

/// The code that the customer reads out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    /// As typed.
    pub code: String,
}

/// An amount to capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountWish {
    /// Minor units; more than nothing, at most what is left.
    pub amount_minor: i64,
}

/// Money to give back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundWish {
    /// The same refund sent twice counts once.
    pub request_id: String,
    /// Minor units; more than nothing, at most what is left.
    pub amount_minor: i64,
}

/// What somebody found who looked for a payment on the provider's own page, because no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedUp {
    /// [`PaymentView::reference`] of the payment that was looked for: the word is about no other one.
    pub reference: String,
    /// The provider's id of it; `None`: it was not paid.
    pub transaction: Option<String>,
}

/// Money of a payment that nobody waited for any more is to be given back, once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayWish {
    /// [`DayStray::attempt`].
    pub attempt: u32,
}

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
    /// [`WalletChoice::id`].
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
    /// Enter the provider's id of a payment of which no answer came: [`LookedUp`].
    EnterTransaction,
    /// Say that the provider's own page has no such payment: [`LookedUp`].
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

/// A day's sales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// `2026-11-22`, in the branch's time zone.
    pub date: String,
    /// ISO 4217.
    pub currency: String,
    /// Newest first.
    pub sales: Vec<DaySale>,
    /// Per wallet.
    pub totals: Vec<DayTotal>,
    /// Money that nobody waited for and that is not given back yet, of whichever day: it waits for somebody.
    #[serde(default)]
    pub strays: Vec<DayStray>,
}

/// Money of a payment that was taken for lost and brought money all the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayStray {
    /// The id of the sale that it was asked for.
    pub sale: String,
    /// Number on the sale's receipt.
    pub number: String,
    /// Counts the sale's payments, from 1.
    pub attempt: u32,
    /// [`WalletChoice::id`].
    pub wallet: String,
    /// How much.
    pub amount_minor: i64,
    /// The provider knows the payment by this.
    pub reference: String,
    /// The provider's own id of it.
    pub provider_id: Option<String>,
    /// Why it could not be given back; absent while it is being given back.
    pub problem: Option<PaymentProblem>,
}

/// A sale in the day's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySale {
    /// Id.
    pub id: String,
    /// Number on the receipt.
    pub number: String,
    /// When, in the branch's time, like `14:05`.
    pub time: String,
    /// The date of that time, like `2026-11-22`, if it is another than the list's.
    pub date: Option<String>,
    /// Till's name.
    pub till: String,
    /// Cashier's name.
    pub cashier: String,
    /// [`WalletChoice::id`], once a payment was asked for.
    pub wallet: Option<String>,
    /// Where the payment stands.
    pub phase: Option<Phase>,
    /// It is not known how it stands.
    pub checking: bool,
    /// Total of the sale.
    pub total_minor: i64,
    /// Captured.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
}

/// What a wallet took and gave back on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTotal {
    /// [`WalletChoice::id`].
    pub wallet: String,
    /// Payments that were captured, wholly or partly.
    pub payments: u32,
    /// Captured on the day.
    pub captured_minor: i64,
    /// Given back on the day.
    pub refunded_minor: i64,
    /// Captured less given back, by the providers' word, of the same payments; absent until compared.
    pub provider_net_minor: Option<i64>,
    /// Payments that could not be compared.
    pub not_compared: u32,
}

/// Whom to look for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSearch {
    /// A part of a name or a number, at most 100 characters; everybody if empty.
    pub text: String,
}

/// Members of the club.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    /// At most 50, by name.
    pub members: Vec<MemberRow>,
    /// How many there are.
    pub count: u64,
}

/// A member in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Name.
    pub name: String,
    /// Number, mostly dots.
    pub masked: String,
    /// Since when.
    pub since: String,
    /// Purchases booked so far.
    pub purchases: u32,
}

/// What an import of members did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New members.
    pub added: u32,
    /// Members that were there and have changed.
    pub changed: u32,
    /// Rows that said what was known.
    pub unchanged: u32,
}
