//! The messages between the till page and the backend, and the paths they travel on.
//!
//! Belongs here: what the cashier's page and the customer's screen show and ask for. Wallets go by the name that the
//! backend gives them; what a page may do next is told by the backend (`can`), so that no page guesses whether money may
//! move. Amounts are in minor units of the branch's currency, VAT rates in hundredths of a percent, times RFC 3339 texts.

/// A day's sales.
mod day;
/// Members of the club.
mod members;
/// A sale on a desk or in a list.
mod sale;

pub use day::*;
pub use members::*;
pub use sale::*;
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
