//! What is written beside the sale: its readable row, movements of money, purchases of members. Each under a key, so that
//! writing twice writes once.

use super::{One, Performed};
use crate::engine::perform::Outcome;
use crate::till::branch::PlaceId;
use crate::till::register::{Movement, MovementKind, PaymentRow, Purchase, RegisterError, SaleRow};
use crate::till::sale::{Ended, Facts, Payment};
use crate::till::wallet::{Customer, Handle, WalletId};
use karfa_shared::money::Money;

impl One<'_> {
    /// Brings the readable row up to date.
    pub(super) async fn note(&self) -> Performed {
        let Some(row) = self.row() else {
            return nowhere();
        };
        written(self.tills.register.note(&row).await)
    }

    fn row(&self) -> Option<SaleRow> {
        let facts = self.sale.facts.as_ref()?;
        let (branch, till, cashier) = places(facts)?;
        let payment = self.sale.payment.as_ref();
        Some(SaleRow {
            sale: self.id.to_owned(),
            rev: i64::try_from(self.sale.revision).unwrap_or(i64::MAX),
            branch,
            till,
            cashier,
            number: facts.number.clone(),
            opened_at: facts.opened_at,
            currency: facts.currency,
            payment: payment.map(|payment| PaymentRow {
                wallet: payment.wallet.clone(),
                phase: payment.phase,
                reference: payment.reference.clone(),
                provider_id: payment.provider_id.clone(),
                asked_minor: payment.amount.minor,
            }),
            checking: self.sale.checking().is_some(),
            total_minor: self.sale.sums().total_minor,
            captured_minor: payment.map_or(0, |payment| payment.seen.captured_minor),
            refunded_minor: payment.map_or(0, |payment| payment.seen.refunded_minor),
            stray_minor: self
                .sale
                .strays
                .iter()
                .filter(|stray| stray.is_kept())
                .map(|stray| stray.handle.amount.minor)
                .sum(),
        })
    }

    /// Books money that moved.
    pub(super) async fn book(
        &self,
        key: &str,
        wallet: &WalletId,
        reference: &str,
        amount_minor: i64,
    ) -> Performed {
        let Some(facts) = &self.sale.facts else {
            return nowhere();
        };
        let (Some((branch, till, _)), Some(handle)) = (places(facts), self.handle_of(reference)) else {
            return nowhere();
        };
        let kind = if amount_minor < 0 {
            MovementKind::Refund
        } else {
            MovementKind::Capture
        };
        let movement = Movement {
            key: key.to_owned(),
            sale: self.id.to_owned(),
            branch,
            till,
            wallet: wallet.clone(),
            reference: reference.to_owned(),
            provider_id: handle.provider_id,
            asked_minor: handle.amount.minor,
            kind,
            amount: Money::new(amount_minor.saturating_abs(), facts.currency),
            at: self.tills.engine.now(),
        };
        written(self.tills.register.book(&movement).await)
    }

    /// Books the purchase on the member, if the customer is one.
    pub(super) async fn book_purchase(&self) -> Performed {
        let Some(facts) = &self.sale.facts else {
            return nowhere();
        };
        let paid = self
            .sale
            .payment
            .as_ref()
            .filter(|payment| payment.seen.captured_minor > 0);
        let Some(payment) = paid else {
            // Nothing was to be paid, or nothing was.
            return Outcome::Done;
        };
        let Some((branch, ..)) = places(facts) else {
            return nowhere();
        };
        // Whoever is kept beside the sale and is not its customer bought nothing.
        let register = &self.tills.register;
        let kept = match register.customer_of(self.id).await {
            Ok(None) => Ok(None),
            Ok(Some(_)) => self.tills.customer_of(self.id, self.sale).await.map(Some),
            Err(error) => Err(error),
        };
        match kept {
            Ok(Some(None)) => return Outcome::Done,
            Ok(_) => {}
            Err(error) => return Outcome::retry(error.to_string()),
        }
        let purchase = Purchase {
            sale: self.id.to_owned(),
            branch,
            number: facts.number.clone(),
            amount: Money::new(
                payment.seen.captured_minor - payment.seen.refunded_minor,
                facts.currency,
            ),
            at: self.tills.engine.now(),
        };
        written(register.book_purchase(&purchase).await)
    }

    /// Forgets who the customer was. Who paid by a number and may yet join the club stays for the day that the sweep leaves,
    /// so that the purchase is theirs if they do.
    pub(super) async fn forget_customer(&self) -> Performed {
        let register = &self.tills.register;
        let may_join = match register.customer_of(self.id).await {
            Ok(Some(Customer::Phone(phone))) if self.is_of_club() => register
                .member_summary(&phone)
                .await
                .map(|member| member.is_none()),
            other => other.map(|_| false),
        };
        match may_join {
            Ok(true) => Outcome::Done,
            Ok(false) => written(register.forget_customer(self.id).await),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }

    /// It was paid in a branch with a club.
    fn is_of_club(&self) -> bool {
        let branch = self.sale.facts.as_ref().map(|facts| &facts.branch);
        let branch = branch.and_then(|branch| self.tills.branches.get(branch));
        let is_bought = matches!(self.sale.ended, Some(Ended::Finished | Ended::Unconfirmed));
        is_bought && branch.is_some_and(|branch| branch.club.is_some())
    }

    /// How the payment of a reference is found at its provider.
    fn handle_of(&self, reference: &str) -> Option<Handle> {
        let newest = self.sale.payment.as_ref().map(Payment::handle);
        let strays = self.sale.strays.iter().map(|stray| stray.handle.clone());
        newest
            .into_iter()
            .chain(strays)
            .find(|handle| handle.reference == reference)
    }
}

fn places(facts: &Facts) -> Option<(PlaceId, PlaceId, PlaceId)> {
    let parse = |text: &str| PlaceId::parse(text).ok();
    Some((parse(&facts.branch)?, parse(&facts.till)?, parse(&facts.cashier)?))
}

fn written<T>(outcome: Result<T, RegisterError>) -> Performed {
    match outcome {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::retry(error.to_string()),
    }
}

fn nowhere() -> Performed {
    Outcome::dead("the sale that this is about was never begun")
}
