//! One sale at a till: what is rung up, who the customer is as far as a till shows it, and how the payment stands.
//!
//! Belongs here: the state and what can be read off it. Does not belong here: how it changes (`machine`), and whole phone
//! numbers, names or codes: a sale is journalled for good.

/// Totals, reductions and VAT, to the minor unit.
mod sums;

pub use sums::{Sums, VatSum};

use super::wallet::{Call, Handle, Problem, Report, WalletId};
use jiff::Timestamp;
use karfa_shared::money::{Currency, Money, VatRate};
use karfa_shared::till::{Action, Checking, Confirmation, CustomerKind, Discount, Phase};
use serde::{Deserialize, Serialize};

/// A rest that is not released by then, after a week at one try an hour, lapses at the provider.
const MOST_RELEASES: u32 = 180;

/// A sale at a till. The default is one that does not exist yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Where and by whom it was begun; `None`: it was not.
    pub facts: Option<Facts>,
    /// What is rung up, in order.
    pub lines: Vec<Line>,
    /// The reduction of the whole sale.
    pub discount: Option<Discount>,
    /// The customer.
    pub customer: Option<CustomerSeen>,
    /// The newest payment.
    pub payment: Option<Payment>,
    /// Payments that came to nothing, and of which money may still turn up.
    pub strays: Vec<Stray>,
    /// It has left the desk.
    pub ended: Option<Ended>,
    /// Counts the changes, for those who keep a copy.
    pub revision: u64,
    /// Ids of the requests that changed the lines last: each counts once.
    pub(super) requests: Vec<String>,
    /// Lines so far, for the next one's id.
    pub(super) lines_so_far: u32,
    /// Payments so far, for the next one's reference.
    pub(super) attempts: u32,
}

/// Where and by whom a sale was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The sale's own id.
    pub id: String,
    /// Branch id.
    pub branch: String,
    /// Till id.
    pub till: String,
    /// Cashier id.
    pub cashier: String,
    /// What it is paid in.
    pub currency: Currency,
    /// Number on the receipt.
    pub number: String,
    /// When.
    pub opened_at: Timestamp,
}

/// A line of goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Id within the sale.
    pub id: u32,
    /// Good's id.
    pub good: String,
    /// Name as it was rung up.
    pub name: String,
    /// Price of one piece as it was rung up, VAT included, minor units.
    pub unit_minor: i64,
    /// Pieces.
    pub quantity: u32,
    /// VAT rate.
    pub vat: VatRate,
    /// Reduction of the line.
    pub discount: Option<Discount>,
    /// The goods come back.
    pub is_return: bool,
}

/// The customer, as far as it may be journalled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSeen {
    /// How the customer was named.
    pub kind: CustomerKind,
    /// Number or code, mostly dots.
    pub masked: String,
    /// Tells customers apart without saying who they are; finds the membership.
    pub digest: String,
}

/// How a sale left the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Paid, or nothing was to be paid.
    Finished,
    /// Thrown away unpaid.
    Discarded,
    /// Its payment is being cancelled; should money turn up, it is given back.
    SetAside,
    /// The customer has agreed, and whether the money was taken was not known; what was taken is kept.
    Unconfirmed,
}

/// Amounts by the provider's word, in minor units. They never go down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Authorised by the customer.
    pub authorised_minor: i64,
    /// Captured.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// Released without having been captured.
    pub released_minor: i64,
}

impl Amounts {
    /// What is known after a report, whichever of them is older.
    #[must_use]
    pub fn after(self, report: &Report) -> Self {
        Amounts {
            authorised_minor: self.authorised_minor.max(report.authorised_minor),
            captured_minor: self.captured_minor.max(report.captured_minor),
            refunded_minor: self.refunded_minor.max(report.refunded_minor),
            released_minor: self.released_minor.max(report.released_minor),
        }
    }
}

/// A wallet's ways, as far as they decide what is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// A request that may have arrived can be sent again under its key.
    pub request_repeatable: bool,
    /// Refunds can be read from the provider.
    pub refunds_readable: bool,
    /// The provider may take back a payment that it has completed.
    pub may_be_undone: bool,
}

/// A payment of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Counts the sale's payments, from 1.
    pub attempt: u32,
    /// Which wallet.
    pub wallet: WalletId,
    /// The wallet's ways.
    pub ways: Ways,
    /// The provider knows the payment by it.
    pub reference: String,
    /// What was asked for.
    pub amount: Money,
    /// By a code on the customer's screen.
    pub by_code: bool,
    /// Who confirms it.
    pub confirmation: Confirmation,
    /// The cashier captures.
    pub capture_by_hand: bool,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The provider's own id.
    pub provider_id: Option<String>,
    /// What the customer scans.
    pub code_to_scan: Option<String>,
    /// When it lapses by itself.
    pub expires_at: Option<Timestamp>,
    /// The provider's wish how often it is asked.
    pub ask_every_ms: Option<u32>,
    /// Where it stands.
    pub phase: Phase,
    /// What is not known and being found out.
    pub checking: Option<Checking>,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// What the provider has said of the money.
    pub seen: Amounts,
    /// The till wants it cancelled.
    pub cancelling: bool,
    /// Wrong codes so far.
    pub wrong_codes: u32,
    /// Codes that were passed on, the newest of them unanswered if `code_under_way`.
    pub(super) codes: u32,
    pub(super) code_under_way: bool,
    /// Captures so far, and the one that is under way.
    pub(super) captures: u32,
    pub(super) capture_under_way: Option<i64>,
    /// Cancellations so far, the newest of them unanswered if `cancel_under_way`.
    pub(super) cancels: u32,
    pub(super) cancel_under_way: bool,
    /// Refunds that were asked for, in order.
    pub refunds: Vec<Refund>,
    /// The request has had all its tries.
    pub(super) request_given_up: bool,
    /// Tries that certainly did not arrive: at the request, and later at the refund that is under way.
    pub(super) tries_in_vain: u32,
    /// The request may have arrived, cannot be sent again, and money may move by it: only a callback can tell.
    pub(super) unanswered: bool,
    /// No callback has come in time: somebody has to look at the provider's own page.
    pub(super) lost: bool,
    /// The capture or the refund that is under way has had all its tries; it goes on when somebody wants it to.
    pub(super) given_up: bool,
    /// Which chain of looks is the living one, and whether it is.
    pub(super) chain: u32,
    pub(super) watched: bool,
}

/// Money to give back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The request that asked for it.
    pub request_id: String,
    /// Counts the payment's refunds, from 1.
    pub n: u32,
    /// Minor units.
    pub amount_minor: i64,
    /// What had been given back before, by the provider's word.
    pub(super) seen_before_minor: i64,
    /// How it stands.
    pub standing: RefundStanding,
}

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStanding {
    /// Under way.
    UnderWay,
    /// Given back.
    Done,
    /// The provider refused.
    Refused,
}

/// A payment that came to nothing, as far as was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// Which wallet.
    pub wallet: WalletId,
    /// Which attempt.
    pub attempt: u32,
    /// Nobody but the customer had to confirm it.
    pub automatic: bool,
    /// How it is found at the provider.
    pub handle: Handle,
    /// The cashier who looked at the provider's own page and found it unpaid, where that was needed.
    pub told_by: Option<String>,
    /// What turned up and is being given back; `None`: nothing did.
    pub money: Option<StrayMoney>,
    /// Intents to give it back so far: the newest one's key is of this number.
    #[serde(default = "first")]
    pub(super) give_backs: u32,
    /// The newest of them may have been done: it is asked for again, and never another one beside it.
    #[serde(default)]
    pub(super) in_doubt: bool,
    /// Why it could not be given back.
    pub problem: Option<Problem>,
}

/// Where nobody has counted there was one.
pub(super) fn first() -> u32 {
    1
}

impl Stray {
    /// It has money that is not its customer's again yet.
    pub fn is_kept(&self) -> bool {
        matches!(
            self.money,
            Some(StrayMoney::GivingBack | StrayMoney::NotGivenBack)
        )
    }

    /// This intent to give it back is under way.
    pub(super) fn waits_for(&self, n: u32) -> bool {
        self.money == Some(StrayMoney::GivingBack) && self.give_backs == n
    }
}

/// Money of a payment that nobody waited for any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrayMoney {
    /// It is being given back.
    GivingBack,
    /// It was given back.
    GivenBack,
    /// The provider refuses, or has not answered for a day: somebody has to ask for it once more.
    NotGivenBack,
}

impl Payment {
    /// Nothing more can come of it.
    pub fn is_dead(&self) -> bool {
        matches!(
            self.phase,
            Phase::Declined | Phase::Cancelled | Phase::Expired | Phase::Failed
        )
    }

    /// Money has moved, whatever became of it later.
    pub fn is_paid(&self) -> bool {
        self.seen.captured_minor > 0 && self.capture_under_way.is_none()
    }

    /// Money has moved, and nobody at the desk has to wait: what is not known of a refund is found out beside it, and stands
    /// in the day's list until it is.
    pub(super) fn is_paid_for_sure(&self) -> bool {
        self.is_paid() && matches!(self.checking, None | Some(Checking::Refund))
    }

    /// It may have arrived at a provider that can be asked by its own id alone, and that id is not known.
    pub fn is_nameless(&self) -> bool {
        self.unanswered && self.phase == Phase::Requested && self.provider_id.is_none()
    }

    /// Whoever finds it on the provider's own page can say its id: also after a word that it was not paid, which may have been
    /// wrong.
    pub fn can_be_named(&self) -> bool {
        let is_told_unpaid = self.unanswered && self.phase == Phase::Failed && self.provider_id.is_none();
        self.is_nameless() || is_told_unpaid
    }

    /// Something is asked of the provider, or not known.
    pub fn is_unsettled(&self) -> bool {
        self.checking.is_some()
            || self.cancelling
            || self.capture_under_way.is_some()
            || self.refund_under_way().is_some()
            || !(self.is_dead() || self.is_paid())
    }

    /// This intent is under way.
    pub(super) fn waits_for(&self, call: Call, n: u32) -> bool {
        match call {
            Call::Request => self.phase == Phase::Requested,
            Call::Code => self.code_under_way && self.codes == n,
            Call::Capture => self.capture_under_way.is_some() && self.captures == n,
            Call::Cancel => self.cancel_under_way && self.cancels == n,
            Call::Refund => self.refund_under_way().is_some_and(|refund| refund.n == n),
        }
    }

    /// What is left to give back, minor units.
    pub fn refundable_minor(&self) -> i64 {
        let under_way = self.refund_under_way().map_or(0, |refund| refund.amount_minor);
        self.seen.captured_minor - self.seen.refunded_minor - under_way
    }

    /// The refund under way.
    pub fn refund_under_way(&self) -> Option<&Refund> {
        self.refunds
            .iter()
            .find(|refund| refund.standing == RefundStanding::UnderWay)
    }

    /// What is authorised and neither captured nor released, minor units.
    pub fn capturable_minor(&self) -> i64 {
        self.seen.authorised_minor - self.seen.captured_minor - self.seen.released_minor
    }

    /// The till has taken a part, and the customer has not got the rest back yet.
    pub(super) fn has_a_rest(&self) -> bool {
        let is_tried = self.captures > 0 && self.cancels < MOST_RELEASES;
        is_tried && self.is_paid() && self.capturable_minor() > 0
    }

    /// How it is found at the provider.
    pub fn handle(&self) -> Handle {
        Handle {
            reference: self.reference.clone(),
            provider_id: self.provider_id.clone(),
            amount: self.amount,
        }
    }

    /// The key of an intent: stored by the commit that decides on the call, and the same at every try. At most 50
    /// characters with a sale's id of 36.
    pub fn key(&self, call: Call, n: u32) -> String {
        intent_key(&self.reference, call, n)
    }
}

/// See [`Payment::key`].
pub fn intent_key(reference: &str, call: Call, n: u32) -> String {
    let word = match call {
        Call::Request => "req",
        Call::Code => "cod",
        Call::Capture => "cap",
        Call::Cancel => "can",
        Call::Refund => "ref",
    };
    format!("{reference}-{word}{n}")
}

impl Sale {
    /// The payment, if it is this attempt.
    pub fn attempt(&self, attempt: u32) -> Option<&Payment> {
        self.payment.as_ref().filter(|payment| payment.attempt == attempt)
    }

    /// A payment that came to nothing.
    pub(super) fn stray(&self, attempt: u32) -> Option<&Stray> {
        self.strays.iter().find(|stray| stray.attempt == attempt)
    }

    /// The lines can be changed: no payment is alive, and none was made.
    pub fn is_open(&self) -> bool {
        self.facts.is_some() && self.ended.is_none() && self.payment.as_ref().is_none_or(Payment::is_dead)
    }

    /// It has left the desk, and of its payment it is not known yet whether money moves.
    pub fn is_left_unsettled(&self) -> bool {
        let is_open = |payment: &Payment| !(payment.is_dead() || payment.is_paid());
        self.ended.is_some() && self.payment.as_ref().is_some_and(is_open)
    }

    /// What its payment brings is kept: it was neither thrown away nor set aside.
    pub fn keeps_its_money(&self) -> bool {
        !matches!(self.ended, Some(Ended::Discarded | Ended::SetAside))
    }

    /// What is not known of its payment: of a sale that has left the desk, also whether the payment was cancelled, or the
    /// money taken.
    pub fn checking(&self) -> Option<Checking> {
        let payment = self.payment.as_ref()?;
        let of_sale = if self.ended == Some(Ended::Unconfirmed) {
            payment.capture_under_way.map(|_| Checking::Capture)
        } else {
            self.is_left_unsettled().then_some(Checking::Cancel)
        };
        payment.checking.or(of_sale)
    }

    /// It has left the desk, and nothing more is to come of its payment by itself.
    pub fn is_over(&self) -> bool {
        self.ended.is_some() && !self.payment.as_ref().is_some_and(Payment::is_unsettled)
    }

    /// What can be done now.
    pub fn can(&self) -> Vec<Action> {
        let mut can = Vec::new();
        let total = self.sums().total_minor;
        if self.is_open() {
            can.extend([Action::Edit, Action::Identify, Action::Discard]);
            if total > 0 {
                can.push(Action::Request);
            }
            if total == 0 && !self.lines.is_empty() {
                can.push(Action::Finish);
            }
        }
        if self.customer.is_some() && self.ended.is_none() {
            can.push(Action::Enrol);
        }
        if let Some(payment) = &self.payment {
            can.extend(self.can_with(payment));
        }
        can
    }

    fn can_with(&self, payment: &Payment) -> Vec<Action> {
        let mut can = Vec::new();
        let on_the_desk = self.ended.is_none();
        if payment.is_unsettled() && !payment.lost {
            can.push(Action::Check);
        }
        if payment.can_be_named() {
            can.push(Action::EnterTransaction);
        }
        if payment.lost {
            can.push(Action::TellUnpaid);
        }
        if on_the_desk
            && payment.phase == Phase::AwaitingCode
            && !payment.code_under_way
            && !payment.cancelling
        {
            can.push(Action::EnterCode);
        }
        if payment.can_capture() && self.keeps_its_money() {
            can.push(Action::Capture);
        }
        if payment.can_cancel() {
            can.push(Action::Cancel);
        }
        if payment.is_paid() && payment.refund_under_way().is_none() && payment.refundable_minor() > 0 {
            can.push(Action::Refund);
        }
        let is_settled = payment.is_paid_for_sure();
        if on_the_desk && (is_settled || payment.can_be_set_aside() || payment.is_capture_in_doubt()) {
            can.push(Action::Finish);
        }
        can
    }
}

impl Payment {
    /// The desk need not wait for it: what it brings all the same is given back.
    pub(super) fn can_be_set_aside(&self) -> bool {
        self.cancelling || self.is_nameless()
    }

    /// The customer has agreed, and the money cannot be taken for now, or it is not known whether it was.
    pub(super) fn is_capture_in_doubt(&self) -> bool {
        let is_smooth = self.checking != Some(Checking::Capture) && self.problem.is_none();
        self.capture_under_way.is_some() && !is_smooth
    }

    pub(super) fn can_capture(&self) -> bool {
        let ready = matches!(self.phase, Phase::Authorised | Phase::Capturing);
        ready && !self.cancelling && self.capturable_minor() > 0
    }

    pub(super) fn can_cancel(&self) -> bool {
        let phase = matches!(
            self.phase,
            Phase::Requested | Phase::AwaitingCustomer | Phase::AwaitingCode | Phase::Authorised
        );
        // Nothing to name it by: whether it arrived has to be found out first.
        let nameless = !self.ways.request_repeatable && self.provider_id.is_none() && self.checking.is_some();
        phase && !self.cancelling && !nameless
    }
}
