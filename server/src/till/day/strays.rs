//! Money that payments brought which nobody waited for any more, and that is not given back: whichever day it is, until it is.

use super::{Day, list, till_of};
use crate::till::branch::Seat;
use crate::till::sale::{Facts, Stray};
use crate::till::tills::{TillError, Tills};
use karfa_shared::till::{DayStray, DayView, PaymentProblem};

impl Tills {
    /// A day as a till shows it.
    pub(in crate::till) async fn day(&self, seat: &Seat, day: Day) -> Result<DayView, TillError> {
        let mut view = list(&self.register, seat, day).await?;
        view.strays = self.strays(seat).await?;
        Ok(view)
    }

    /// Such money of the sales that a till's day shows, by the sales' own word.
    pub(super) async fn strays(&self, seat: &Seat) -> Result<Vec<DayStray>, TillError> {
        let mut lines = Vec::new();
        for id in self.register.strayed(&seat.branch.id, till_of(seat)).await? {
            let sale = self.load(&id).await?.state;
            let Some(facts) = sale.facts else { continue };
            let kept = sale.strays.iter().filter(|stray| stray.is_kept());
            lines.extend(kept.map(|stray| line(&facts, stray)));
        }
        Ok(lines)
    }
}

fn line(facts: &Facts, stray: &Stray) -> DayStray {
    DayStray {
        sale: facts.id.clone(),
        number: facts.number.clone(),
        attempt: stray.attempt,
        wallet: stray.wallet.as_str().to_owned(),
        amount_minor: stray.handle.amount.minor,
        reference: stray.handle.reference.clone(),
        provider_id: stray.handle.provider_id.clone(),
        problem: stray.problem.as_ref().map(|problem| PaymentProblem {
            key: problem.key.clone(),
            number: problem.number.clone(),
            trace_id: problem.trace_id.clone(),
            offer_code: false,
            can_retry: true,
        }),
    }
}
