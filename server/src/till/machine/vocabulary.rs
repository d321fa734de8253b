//! What may be asked of a sale, what happens to it, what is to be done outside, and why not.

use crate::engine::machine::{Effect, RetryPolicy};
use crate::till::sale::{
    Amounts, CustomerSeen, Ended, Facts, Line, Payment, RefundStanding, Stray, StrayMoney, Ways, first,
};
use crate::till::wallet::{Call, Customer, Private, Problem, Report, Request, Requested, WalletId};
use karfa_shared::money::VatRate;
use karfa_shared::till::{Checking, Confirmation, Discount, Phase};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A good as a sale needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodFacts {
    /// Good's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Price of one piece, VAT included, minor units.
    pub price_minor: i64,
    /// VAT rate.
    pub vat: VatRate,
}

/// A change of the lines, with the goods' facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEdit {
    /// More of something.
    Add {
        /// What.
        good: GoodFacts,
        /// Pieces.
        quantity: u32,
    },
    /// Something comes back.
    Return {
        /// What.
        good: GoodFacts,
        /// Pieces.
        quantity: u32,
    },
    /// So many pieces; none: without the line.
    Quantity {
        /// Line's id.
        line: u32,
        /// Pieces.
        quantity: u32,
    },
    /// A reduction, of a line or of all.
    Discount {
        /// Line's id.
        line: Option<u32>,
        /// How much.
        discount: Discount,
    },
}

/// A payment to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Which wallet.
    pub wallet: WalletId,
    /// Its ways.
    pub ways: Ways,
    /// Whom.
    pub customer: Option<Customer>,
    /// By a code on the customer's screen.
    pub by_code: bool,
    /// Who confirms it.
    pub confirmation: Confirmation,
    /// The cashier captures.
    pub capture_by_hand: bool,
    /// The total that the cashier saw, minor units.
    pub amount_minor: i64,
}

/// What became of a call that changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The request was taken.
    Placed(Requested),
    /// Done, by the answer's word.
    Done,
    /// The code was wrong.
    WrongCode,
    /// Certainly not done, for good.
    Refused(Problem),
    /// Certainly not done, and not wanted any more.
    Withdrawn,
    /// It may have been done, and is not sent again.
    Unknown,
}

/// What may be asked of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The first customer's first piece of goods, or customer.
    Open {
        /// Where and by whom.
        facts: Facts,
    },
    /// The lines change.
    Edit {
        /// Names the request: it counts once.
        request_id: String,
        /// All or none.
        edits: Vec<LineEdit>,
    },
    /// The customer is known.
    Identify {
        /// As far as it may be journalled.
        seen: CustomerSeen,
    },
    /// The customer is somebody else, or nobody.
    Forget,
    /// The cashier asks for the payment.
    Request(Box<Ask>),
    /// The customer reads out a code.
    EnterCode {
        /// The code.
        code: Private,
    },
    /// The cashier captures.
    Capture {
        /// Minor units.
        amount_minor: i64,
    },
    /// The cashier takes the payment back.
    Cancel,
    /// The cashier gives money back.
    Refund {
        /// Names the request: it counts once.
        request_id: String,
        /// Minor units.
        amount_minor: i64,
    },
    /// Next customer.
    Finish,
    /// The sale is thrown away.
    Discard,
    /// A call is being tried and has not been decided yet; it is tried again.
    Waits {
        /// Which attempt.
        attempt: u32,
        /// Which call.
        call: Call,
        /// It may have been done.
        doubt: bool,
        /// What the provider said.
        problem: Option<Problem>,
    },
    /// A call has been decided.
    Answered {
        /// Which attempt.
        attempt: u32,
        /// Which call.
        call: Call,
        /// Which intent, as in the effect.
        n: u32,
        /// What became of it.
        outcome: CallOutcome,
        /// How the payment stands after it, where that could be read.
        report: Option<Report>,
    },
    /// A call has had all its tries, and it may have been done.
    GivenUp {
        /// Which attempt.
        attempt: u32,
        /// Which call.
        call: Call,
        /// Which intent.
        n: u32,
    },
    /// How a payment stands: by a look, a webhook, the cashier's own wish to know. All lead here.
    Observed {
        /// Which attempt.
        attempt: u32,
        /// The look of the chain that this was, if it was one.
        chain: Option<Chain>,
        /// What the provider said; `None`: it has never heard of it.
        report: Option<Report>,
    },
    /// The provider could not be asked.
    Unreadable {
        /// Which attempt.
        attempt: u32,
        /// The look of the chain that this was, if it was one.
        chain: Option<Chain>,
        /// The provider's wish how long to wait at least, milliseconds.
        wait_ms: Option<u32>,
    },
    /// A provider's call says that something has happened: look at once.
    Nudge {
        /// Which payment; any other is none of ours.
        reference: String,
    },
    /// A provider asks whether it may complete a payment, or says what became of it. Accepted is what is awaited; all else
    /// is refused and nothing changes.
    Callback {
        /// Which payment.
        reference: String,
        /// The provider's own id.
        provider_id: String,
        /// Minor units.
        amount_minor: i64,
        /// It goes ahead; otherwise it was cancelled.
        paid: bool,
    },
    /// The time for a request whose answer was lost is over.
    Deadline {
        /// Which attempt.
        attempt: u32,
    },
    /// Somebody found the payment on the provider's own page, and the provider tells of it under this id.
    Found {
        /// Which attempt.
        attempt: u32,
        /// The provider's id of it.
        provider_id: String,
        /// The id of the cashier who says so.
        by: String,
        /// What the provider says of it.
        report: Report,
    },
    /// Somebody looked for the payment on the provider's own page, and it was not paid.
    FoundUnpaid {
        /// Which attempt.
        attempt: u32,
        /// The cashier's id.
        by: String,
    },
    /// Stray money that could not be given back is to be given back once more.
    GiveBack {
        /// Which attempt.
        attempt: u32,
    },
    /// What became of giving stray money back.
    StrayAnswered {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        n: u32,
        /// Done, certainly not done, or not known.
        outcome: CallOutcome,
    },
}

/// A look in a chain of looks: a living chain has exactly one look to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Which chain.
    pub number: u32,
    /// The pause before this look, milliseconds.
    pub pause_ms: u32,
}

/// What has happened to a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SaleEvent {
    /// It was begun.
    Opened {
        /// Where and by whom.
        facts: Facts,
    },
    /// The lines are these now.
    Edited {
        /// The request.
        request_id: String,
        /// All lines.
        lines: Vec<Line>,
        /// The reduction of the whole sale.
        discount: Option<Discount>,
        /// Lines so far.
        lines_so_far: u32,
    },
    /// The customer is known.
    Identified {
        /// As far as it may be journalled.
        seen: CustomerSeen,
    },
    /// The customer is not known any more.
    Forgotten,
    /// A payment is asked for.
    Requested {
        /// As it begins.
        payment: Box<Payment>,
    },
    /// The provider took the request.
    Placed {
        /// Its answer.
        requested: Requested,
    },
    /// The provider's id became known without its answer.
    Named {
        /// The id.
        provider_id: String,
        /// The cashier who has read it on the provider's own page, where it was one.
        told_by: Option<String>,
    },
    /// The payment stands elsewhere.
    Moved {
        /// Where.
        phase: Phase,
    },
    /// The provider's word on the money.
    Saw {
        /// All that is known now.
        amounts: Amounts,
    },
    /// What is not known, or that all is.
    Doubted {
        /// What.
        checking: Option<Checking>,
    },
    /// What went wrong, or that it is over.
    Troubled {
        /// What.
        problem: Option<Problem>,
    },
    /// A code was passed on.
    CodeSent,
    /// A code was answered.
    CodeAnswered {
        /// It was wrong.
        wrong: bool,
    },
    /// A capture was decided on.
    CaptureBegan {
        /// Minor units.
        amount_minor: i64,
    },
    /// A capture is over.
    CaptureEnded,
    /// The till wants the payment cancelled.
    CancelWanted,
    /// A cancellation was sent.
    CancelBegan,
    /// A cancellation was answered.
    CancelEnded {
        /// The till wants it no more: it was refused.
        refused: bool,
    },
    /// A refund was decided on.
    RefundBegan {
        /// The request.
        request_id: String,
        /// Minor units.
        amount_minor: i64,
    },
    /// A refund is over.
    RefundEnded {
        /// How.
        standing: RefundStanding,
    },
    /// A request has had all its tries.
    RequestGivenUp,
    /// A try at a request, or at a refund, certainly did not arrive.
    NotArrived,
    /// A request may have arrived and cannot be sent again: only a callback can tell.
    Unanswered,
    /// No callback has told in time whether a payment was made.
    Lost,
    /// The capture or the refund that is under way has had all its tries.
    CallGivenUp,
    /// It is tried again, as the same intent.
    CallResumed,
    /// A chain of looks began.
    WatchBegan,
    /// The chain of looks ended.
    WatchEnded,
    /// A payment came to nothing, as far as is known.
    Strayed {
        /// It.
        stray: Stray,
    },
    /// Money of such a payment turned up.
    StrayMoved {
        /// Which attempt.
        attempt: u32,
        /// The provider's id, as far as it was learned only now.
        provider_id: Option<String>,
        /// What becomes of it.
        money: StrayMoney,
    },
    /// Such money could not be given back.
    StrayKept {
        /// Which attempt.
        attempt: u32,
        /// Why.
        problem: Problem,
        /// It may have been given back all the same.
        in_doubt: bool,
    },
    /// The sale left the desk.
    Left {
        /// How.
        ended: Ended,
    },
}

/// What is to be done outside. Amounts and customers travel here alone; how the payment is found is read from the state
/// when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum SaleEffect {
    /// Ask the customer.
    Request {
        /// Which attempt.
        attempt: u32,
        /// What.
        request: Box<Request>,
    },
    /// Pass on the code.
    EnterCode {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        n: u32,
        /// The code.
        code: Private,
    },
    /// Take the money.
    Capture {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        n: u32,
        /// Minor units.
        amount_minor: i64,
    },
    /// Take the request, or the rest of the authorisation, back.
    Cancel {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        n: u32,
    },
    /// Give money back.
    Refund {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        n: u32,
        /// Minor units.
        amount_minor: i64,
    },
    /// Give the money of a stray payment back: whatever of it was captured.
    GiveBackStray {
        /// Which attempt.
        attempt: u32,
        /// Which intent.
        #[serde(default = "first")]
        n: u32,
    },
    /// Ask how the payment stands.
    Look {
        /// Which attempt.
        attempt: u32,
        /// The look of the chain that this is, if it is one.
        chain: Option<Chain>,
    },
    /// Nothing: whatever waits for its next try is due at once.
    Hurry,
    /// The time for a request whose answer was lost is over.
    Deadline {
        /// Which attempt.
        attempt: u32,
    },
    /// Bring the readable copy of the sale up to date.
    Note,
    /// Book a movement of money, once.
    Book {
        /// Names it.
        key: String,
        /// Which wallet.
        wallet: WalletId,
        /// The provider knows the payment by it.
        reference: String,
        /// Captured: positive; given back: negative. Minor units.
        amount_minor: i64,
    },
    /// Book the purchase on the member, or what is left of it.
    BookPurchase,
    /// Nobody needs to know any more who the customer was.
    ForgetCustomer,
}

/// A command is not for the sale as it stands. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such sale.
    #[error("there is no such sale: begin one")]
    NoSale,
    /// It exists already.
    #[error("the sale has been begun already")]
    BegunAlready,
    /// A payment is alive or made.
    #[error("a payment is under way: wait for it, or cancel it first")]
    PaymentUnderWay,
    /// The sale has left the desk.
    #[error("the sale is over: begin another one")]
    Over,
    /// No such line.
    #[error("the sale has no such line: look at it again")]
    NoSuchLine,
    /// Too many lines or pieces, or too much money.
    #[error(
        "at most {MOST_LINES} lines and {MOST_PIECES} pieces of one good: begin another sale for the rest"
    )]
    TooMuch,
    /// There is nothing to be paid.
    #[error("there is nothing to be paid")]
    NothingToPay,
    /// The cashier saw another total.
    #[error("the total has changed: look at it again and ask anew")]
    AmountChanged {
        /// The total now, minor units.
        total_minor: i64,
    },
    /// The wallet needs to know whom to ask.
    #[error("name the customer first: scan the code of the app or type the number")]
    NoCustomer,
    /// No code is awaited.
    #[error("no code is awaited now")]
    NoCodeAwaited,
    /// There is not so much to capture.
    #[error("at most {most_minor} can be captured")]
    NotToCapture {
        /// Minor units.
        most_minor: i64,
    },
    /// It cannot be cancelled any more, or not yet.
    #[error(
        "it cannot be cancelled now: give the money back instead, or wait until it is known how it stands"
    )]
    NotToCancel,
    /// There is not so much to give back.
    #[error("at most {most_minor} can be given back")]
    NotToRefund {
        /// Minor units.
        most_minor: i64,
    },
    /// Another refund is under way.
    #[error("another refund is under way: wait for it")]
    RefundUnderWay,
    /// The money is not settled.
    #[error("it is not settled yet whether money has moved: wait, or cancel the payment")]
    NotSettled,
    /// Nobody has to look for the payment.
    #[error("nobody has to look for this payment: it is known how it stands, or the provider can be asked")]
    NotLost,
    /// It is too early to say that it was not paid.
    #[error("the customer may still pay: wait, or go on with the next customer")]
    MayBePaidYet,
    /// A provider's call is about nothing that is awaited.
    #[error("this is not awaited")]
    NotAwaited,
}

/// Lines of one sale.
pub const MOST_LINES: usize = 200;
/// Pieces in one line.
pub const MOST_PIECES: u32 = 999;

impl Effect for SaleEffect {
    fn name(&self) -> &'static str {
        match self {
            SaleEffect::Request { .. } => "request",
            SaleEffect::EnterCode { .. } => "enter_code",
            SaleEffect::Capture { .. } => "capture",
            SaleEffect::Cancel { .. } => "cancel",
            SaleEffect::Refund { .. } => "refund",
            SaleEffect::GiveBackStray { .. } => "give_back_stray",
            SaleEffect::Look { .. } => "look",
            SaleEffect::Hurry => "hurry",
            SaleEffect::Deadline { .. } => "deadline",
            SaleEffect::Note => "note",
            SaleEffect::Book { .. } => "book",
            SaleEffect::BookPurchase => "book_purchase",
            SaleEffect::ForgetCustomer => "forget_customer",
        }
    }

    fn policy(&self) -> RetryPolicy {
        let (max_attempts, base_ms, cap_s) = match self {
            // A customer stands at the till: soon, and for about ten minutes.
            SaleEffect::Request { .. } | SaleEffect::EnterCode { .. } => (30, 500, 30),
            // Money that is owed: for about a day, then for an operator.
            SaleEffect::Capture { .. }
            | SaleEffect::Cancel { .. }
            | SaleEffect::Refund { .. }
            | SaleEffect::GiveBackStray { .. } => (300, 1_000, 300),
            SaleEffect::Look { .. } => (1, 1_000, 1),
            SaleEffect::Hurry
            | SaleEffect::Deadline { .. }
            | SaleEffect::Note
            | SaleEffect::Book { .. }
            | SaleEffect::BookPurchase
            | SaleEffect::ForgetCustomer => (1_000, 500, 60),
        };
        RetryPolicy {
            max_attempts,
            base: Duration::from_millis(base_ms),
            cap: Duration::from_secs(cap_s),
            timeout: Duration::from_secs(25),
        }
    }
}
