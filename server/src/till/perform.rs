//! Performs the effects of a sale: asks a wallet's provider to change something, asks how a payment stands, books what has
//! moved.
//!
//! **Architecture invariant:** a provider is asked to move money from here alone. Whatever changed something is followed by
//! a read in the same try, because what moved is what the provider says afterwards.

/// What is written beside the sale.
mod book;
/// Money that turned up for a payment which nobody waits for.
mod give_back;

use super::machine::{CallOutcome, Command, SaleEffect};
use super::reconcile::{Found, read};
use super::sale::{Payment, Sale, intent_key};
use super::tills::{AllTills, Tills};
use super::wallet::{
    Call, CodeAnswer, Handle, Private, Problem, Report, Request, Requested, Wallet, WalletError,
};
use crate::engine::perform::{Outcome, Perform, Task};
use async_trait::async_trait;
use karfa_shared::money::Money;
use karfa_shared::till::Phase;
use std::time::Duration;
use tokio::time::timeout;

type Performed = Outcome<Command>;

/// Performs the effects of all stores' sales.
pub struct SalePerformer {
    tills: AllTills,
}

impl SalePerformer {
    /// Performs for these tills.
    pub fn new(tills: AllTills) -> Self {
        SalePerformer { tills }
    }
}

#[async_trait]
impl Perform<Sale> for SalePerformer {
    async fn perform(&self, task: &Task<SaleEffect>) -> Performed {
        let Some(tills) = self.tills.of_store(&task.store) else {
            return Outcome::dead("the store is not in the configuration any more");
        };
        let loaded = match tills.load(&task.aggregate_id).await {
            Ok(loaded) => loaded,
            Err(error) => return Outcome::retry(error.to_string()),
        };
        let sale = &loaded.state;
        let one = One {
            tills,
            id: &task.aggregate_id,
            sale,
            tries_before: task.attempt.saturating_sub(1),
        };
        match &task.effect {
            SaleEffect::Request { attempt, request } => one.request(*attempt, request).await,
            SaleEffect::EnterCode { attempt, n, code } => one.enter_code(*attempt, *n, code).await,
            SaleEffect::Capture {
                attempt,
                n,
                amount_minor,
            } => one.capture(*attempt, *n, *amount_minor).await,
            SaleEffect::Cancel { attempt, n } => one.cancel(*attempt, *n).await,
            SaleEffect::Refund {
                attempt,
                n,
                amount_minor,
            } => one.refund(*attempt, *n, *amount_minor).await,
            SaleEffect::GiveBackStray { attempt, n } => one.give_back_stray(*attempt, *n).await,
            SaleEffect::Look { attempt, chain } => match tills.look(sale, *attempt, *chain).await {
                Some(command) => Outcome::Command(command),
                None => Outcome::dead("the payment's wallet is not in the configuration any more"),
            },
            SaleEffect::Hurry => Outcome::Done,
            SaleEffect::Deadline { attempt } => Outcome::Command(Command::Deadline { attempt: *attempt }),
            SaleEffect::Note => one.note().await,
            SaleEffect::Book {
                key,
                wallet,
                reference,
                amount_minor,
            } => one.book(key, wallet, reference, *amount_minor).await,
            SaleEffect::BookPurchase => one.book_purchase().await,
            SaleEffect::ForgetCustomer => one.forget_customer().await,
        }
    }

    fn local(&self) -> &'static [&'static str] {
        &[
            "hurry",
            "deadline",
            "note",
            "book",
            "book_purchase",
            "forget_customer",
        ]
    }

    fn given_up(&self, task: &Task<SaleEffect>) -> Option<Command> {
        let given_up = |attempt: u32, call, n| Some(Command::GivenUp { attempt, call, n });
        match &task.effect {
            SaleEffect::Request { attempt, .. } => given_up(*attempt, Call::Request, FIRST),
            SaleEffect::EnterCode { attempt, n, .. } => given_up(*attempt, Call::Code, *n),
            SaleEffect::Capture { attempt, n, .. } => given_up(*attempt, Call::Capture, *n),
            SaleEffect::Cancel { attempt, n } => given_up(*attempt, Call::Cancel, *n),
            SaleEffect::Refund { attempt, n, .. } => given_up(*attempt, Call::Refund, *n),
            SaleEffect::GiveBackStray { attempt, n } => Some(Command::StrayAnswered {
                attempt: *attempt,
                n: *n,
                outcome: CallOutcome::Unknown,
            }),
            SaleEffect::Look { attempt, chain } => Some(Command::Unreadable {
                attempt: *attempt,
                chain: *chain,
                wait_ms: None,
            }),
            SaleEffect::Deadline { attempt } => Some(Command::Deadline { attempt: *attempt }),
            SaleEffect::Hurry
            | SaleEffect::Note
            | SaleEffect::Book { .. }
            | SaleEffect::BookPurchase
            | SaleEffect::ForgetCustomer => None,
        }
    }
}

/// A payment is asked for once.
const FIRST: u32 = 1;

/// How long a call's own answer waits for the read that follows it. With the longest call (20 s) it has to fit into a try
/// (25 s): what was answered must not be lost because a read takes long.
const READING_AFTER_A_CALL: Duration = Duration::from_secs(4);

/// How a payment stands right after a call, if that can be told soon.
async fn read_soon(wallet: &dyn Wallet, handle: &Handle) -> Result<Option<Report>, WalletError> {
    let reading = timeout(READING_AFTER_A_CALL, read(wallet, handle)).await;
    reading.unwrap_or(Err(WalletError::Unknown))
}

/// One sale, and what is needed to do something about it.
struct One<'a> {
    tills: &'a Tills,
    id: &'a str,
    sale: &'a Sale,
    /// Tries of this effect before this one: any of them may have reached the provider.
    tries_before: u32,
}

/// One intent of one payment.
#[derive(Clone, Copy)]
struct Intent {
    attempt: u32,
    call: Call,
    n: u32,
}

impl One<'_> {
    async fn request(&self, attempt: u32, request: &Request) -> Performed {
        let intent = Intent {
            attempt,
            call: Call::Request,
            n: FIRST,
        };
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        if self.is_over(attempt) {
            return Outcome::Done;
        }
        if self.tries_before > 0 && !found.wallet.repeatable(Call::Request) {
            return self.answered(intent, CallOutcome::Unknown, None);
        }
        if let Some(instead) = self.withdrawn(intent, &found).await {
            return instead;
        }
        let key = intent_key(&request.reference, Call::Request, FIRST);
        match found.wallet.request(request, &key).await {
            Ok(requested) => self.placed(intent, &found, requested).await,
            Err(error) => self.not_done(intent, &found, error).await,
        }
    }

    /// What is done in place of a request that the cashier has cancelled meanwhile: whoever may not have been asked is not
    /// asked now. `None`: it may be on its way, and the provider does not know it yet; sent again, it can be cancelled.
    async fn withdrawn(&self, intent: Intent, found: &Found<'_>) -> Option<Performed> {
        let payment = self.sale.attempt(intent.attempt)?;
        if !payment.cancelling {
            return None;
        }
        if payment.phase != Phase::Requested {
            // It has arrived, and the cancellation is next.
            return Some(Outcome::Done);
        }
        if payment.tries_in_vain == self.tries_before {
            return Some(self.answered(intent, CallOutcome::Withdrawn, None));
        }
        let report = read_soon(found.wallet.as_ref(), &found.handle).await.ok()??;
        Some(self.answered(intent, CallOutcome::Refused(unreachable()), Some(report)))
    }

    async fn placed(&self, intent: Intent, found: &Found<'_>, requested: Requested) -> Performed {
        let handle = Handle {
            provider_id: requested.provider_id.clone().or(found.handle.provider_id.clone()),
            ..found.handle.clone()
        };
        let report = read_soon(found.wallet.as_ref(), &handle).await;
        self.answered(intent, CallOutcome::Placed(requested), report.ok().flatten())
    }

    async fn enter_code(&self, attempt: u32, n: u32, code: &Private) -> Performed {
        let intent = Intent {
            attempt,
            call: Call::Code,
            n,
        };
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        if self.tries_before > 0 && !found.wallet.repeatable(Call::Code) {
            return self.after_change(intent, &found, CallOutcome::Unknown).await;
        }
        match found.wallet.enter_code(&found.handle, code).await {
            Ok(CodeAnswer::Taken) => self.after_change(intent, &found, CallOutcome::Done).await,
            Ok(CodeAnswer::Wrong) => self.after_change(intent, &found, CallOutcome::WrongCode).await,
            Err(error) => self.not_done(intent, &found, error).await,
        }
    }

    async fn capture(&self, attempt: u32, n: u32, amount_minor: i64) -> Performed {
        let intent = Intent {
            attempt,
            call: Call::Capture,
            n,
        };
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        if !self.is_wanted(intent) {
            return Outcome::Done;
        }
        let (amount, key) = (amount_of(&found, amount_minor), key_of(&found, intent));
        let captured = found.wallet.capture(&found.handle, amount, &key).await;
        self.changed(intent, &found, captured).await
    }

    async fn cancel(&self, attempt: u32, n: u32) -> Performed {
        let intent = Intent {
            attempt,
            call: Call::Cancel,
            n,
        };
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        if !self.is_wanted(intent) {
            return Outcome::Done;
        }
        let cancelled = found.wallet.cancel(&found.handle, &key_of(&found, intent)).await;
        self.changed(intent, &found, cancelled).await
    }

    async fn refund(&self, attempt: u32, n: u32, amount_minor: i64) -> Performed {
        let intent = Intent {
            attempt,
            call: Call::Refund,
            n,
        };
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        if !self.is_wanted(intent) {
            return Outcome::Done;
        }
        let (amount, key) = (amount_of(&found, amount_minor), key_of(&found, intent));
        let refunded = found.wallet.refund(&found.handle, amount, &key).await;
        self.changed(intent, &found, refunded).await
    }

    async fn changed(
        &self,
        intent: Intent,
        found: &Found<'_>,
        outcome: Result<(), WalletError>,
    ) -> Performed {
        match outcome {
            Ok(()) => self.after_change(intent, found, CallOutcome::Done).await,
            Err(error) => self.not_done(intent, found, error).await,
        }
    }

    /// A call has been decided: how the payment stands after it goes with the answer.
    async fn after_change(&self, intent: Intent, found: &Found<'_>, outcome: CallOutcome) -> Performed {
        let report = read_soon(found.wallet.as_ref(), &found.handle).await;
        self.answered(intent, outcome, report.ok().flatten())
    }

    /// A call was refused. What an earlier try at it did, the refusal does not say: that is read, or it is tried again.
    async fn refused(&self, intent: Intent, found: &Found<'_>, problem: Problem) -> Performed {
        let in_doubt = self.may_have_arrived_before(intent);
        if in_doubt && intent.call == Call::Refund && !found.wallet.refunds_readable() {
            // No look tells. The same key does: whatever it did, it is answered well as soon as it is let in.
            let doubted = Problem {
                key: "refund_doubted".to_owned(),
                ..problem
            };
            return self.again_later(intent, None, true, Some(doubted), None).await;
        }
        match read_soon(found.wallet.as_ref(), &found.handle).await {
            Err(_) if in_doubt => self.again_later(intent, None, true, Some(problem), None).await,
            report => self.answered(intent, CallOutcome::Refused(problem), report.ok().flatten()),
        }
    }

    /// An earlier try may have reached the provider, be it one of an effect that had all its tries. Of what has no name
    /// nothing can be read, however often it is tried.
    fn may_have_arrived_before(&self, intent: Intent) -> bool {
        let payment = self.sale.attempt(intent.attempt);
        payment.is_some_and(|payment| {
            let is_doubted = payment.checking == Some(intent.call.doubted());
            match intent.call {
                Call::Request => payment.tries_in_vain < self.tries_before,
                Call::Refund => is_doubted || payment.tries_in_vain < self.tries_before,
                _ => (is_doubted || self.tries_before > 0) && !payment.is_nameless(),
            }
        })
    }

    /// A call did not do it, or it is not known whether it did.
    async fn not_done(&self, intent: Intent, found: &Found<'_>, error: WalletError) -> Performed {
        tracing::warn!(wallet = found.wallet.id().as_str(), call = ?intent.call, %error, "a call of a wallet failed");
        let repeatable = found.wallet.repeatable(intent.call);
        match error {
            WalletError::Refused(problem) if repeatable => self.refused(intent, found, problem).await,
            WalletError::Refused(problem) => {
                self.after_change(intent, found, CallOutcome::Refused(problem))
                    .await
            }
            WalletError::Unknown if !repeatable => {
                self.after_change(intent, found, CallOutcome::Unknown).await
            }
            // Certainly not done; but a second try could not be told from a second request.
            WalletError::NotSent if !repeatable => {
                self.answered(intent, CallOutcome::Refused(unreachable()), None)
            }
            WalletError::Later { problem, .. } if !repeatable => {
                self.answered(intent, CallOutcome::Refused(problem), None)
            }
            WalletError::Unknown => self.again_later(intent, Some(found), true, None, None).await,
            WalletError::NotSent => {
                self.again_later(intent, None, false, Some(unreachable()), None)
                    .await
            }
            WalletError::Later { after, problem } => {
                self.again_later(intent, None, false, Some(problem), after).await
            }
        }
    }

    /// The same again later, under the same key. The sale hears what the till may show meanwhile.
    async fn again_later(
        &self,
        intent: Intent,
        in_doubt: Option<&Found<'_>>,
        doubt: bool,
        problem: Option<Problem>,
        after: Option<Duration>,
    ) -> Performed {
        let why = problem
            .as_ref()
            .map_or("it is not known whether it was done", |problem| &problem.key);
        let why = why.to_owned();
        self.tell(Command::Waits {
            attempt: intent.attempt,
            call: intent.call,
            doubt,
            problem,
        })
        .await;
        if let Some(found) = in_doubt
            && let Ok(Some(report)) = read(found.wallet.as_ref(), &found.handle).await
        {
            self.tell(Command::Observed {
                attempt: intent.attempt,
                chain: None,
                report: Some(report),
            })
            .await;
        }
        Outcome::Retry { why, after }
    }

    /// The sale hears of it at once, while the effect goes on.
    async fn tell(&self, command: Command) {
        if let Err(error) = self.tills.run(self.id, command).await {
            tracing::warn!(%error, "a sale did not hear how a call goes");
        }
    }

    fn answered(&self, intent: Intent, outcome: CallOutcome, report: Option<Report>) -> Performed {
        Outcome::Command(Command::Answered {
            attempt: intent.attempt,
            call: intent.call,
            n: intent.n,
            outcome,
            report,
        })
    }

    /// Money of a payment that came to nothing: what is authorised is released, what was captured is given back. How it
    /// stands afterwards is asked until nothing is left.
    async fn give_back_stray(&self, attempt: u32, n: u32) -> Performed {
        let Some(found) = self.tills.payment_of(self.sale, attempt) else {
            return unknown_wallet();
        };
        let Some(stray) = self.sale.stray(attempt).filter(|stray| stray.waits_for(n)) else {
            return Outcome::Done;
        };
        let may_have_gone = stray.in_doubt || self.tries_before > 0;
        let answered = |outcome| Outcome::Command(Command::StrayAnswered { attempt, n, outcome });
        match give_back::give_back(&found, n).await {
            Ok(()) => answered(CallOutcome::Done),
            Err(WalletError::Later { problem, after }) => Outcome::Retry {
                why: problem.key,
                after,
            },
            // An earlier try may have given it back. The same key tells, as soon as it is let in.
            Err(WalletError::Refused(problem)) if may_have_gone => Outcome::retry(problem.key),
            Err(WalletError::Refused(problem)) => {
                tracing::error!(
                    reference = found.handle.reference,
                    problem = problem.key,
                    "money that nobody waited for could not be given back"
                );
                answered(CallOutcome::Refused(problem))
            }
            Err(error @ (WalletError::NotSent | WalletError::Unknown)) => Outcome::retry(error.to_string()),
        }
    }

    /// The sale still waits for what comes of this intent: a call that is tried for a day may have been overtaken.
    fn is_wanted(&self, intent: Intent) -> bool {
        let payment = self.sale.attempt(intent.attempt);
        payment.is_some_and(|payment| payment.waits_for(intent.call, intent.n))
    }

    /// Nothing is asked for any more.
    fn is_over(&self, attempt: u32) -> bool {
        self.sale.attempt(attempt).is_none_or(Payment::is_dead)
    }
}

fn amount_of(found: &Found<'_>, minor: i64) -> Money {
    Money::new(minor, found.handle.amount.currency)
}

fn key_of(found: &Found<'_>, intent: Intent) -> String {
    intent_key(&found.handle.reference, intent.call, intent.n)
}

fn unreachable() -> Problem {
    Problem {
        key: "unreachable".to_owned(),
        number: None,
        trace_id: None,
        offer_code: false,
    }
}

fn unknown_wallet() -> Performed {
    Outcome::dead("the payment's wallet is not in the configuration any more")
}
