//! A day's comparison as a till shows it: money that only a provider knows of is not looked at and forgotten again. The sale
//! hears of it as of every look at a payment, and decides.

use super::{AT_ONCE, Compared, Day, compare, compared_list, till_of};
use crate::till::branch::Seat;
use crate::till::register::PaymentMoney;
use crate::till::sale::Amounts;
use crate::till::tills::{TillError, Tills};
use futures_util::StreamExt as _;
use futures_util::stream;
use karfa_shared::till::DayView;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// How long the providers are asked: the page waits for one answer.
const PATIENCE: Duration = Duration::from_secs(25);
/// How much longer the sales may take to hear of differences, and to book them.
const SETTLING: Duration = Duration::from_secs(8);
/// How long one sale's bookings are waited for.
const BOOKING: Duration = Duration::from_secs(5);
/// Between two looks whether something is booked.
const PAUSE: Duration = Duration::from_millis(25);

impl Tills {
    /// Compares a day with the providers, tells the sales what differs, and shows the day as it is then. What differs still
    /// is what a sale does not believe: that money which was seen was never there.
    pub(in crate::till) async fn compared_day(&self, seat: &Seat, day: Day) -> Result<DayView, TillError> {
        let deadline = Instant::now() + PATIENCE;
        let mut compared = compare(&self.register, seat, day, deadline).await?;
        let differing: Vec<Compared> = compared.iter().filter(|one| one.differs()).cloned().collect();
        if !differing.is_empty() {
            let deadline = deadline + SETTLING;
            let told = stream::iter(differing).for_each_concurrent(AT_ONCE, |one| async move {
                match timeout_at(deadline, self.tell_sale(&one)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "a sale did not hear of a difference"),
                    Err(_) => tracing::warn!("a sale took too long to hear of a difference"),
                }
            });
            told.await;
            self.read_again(seat, day, &mut compared).await?;
        }
        let mut view = compared_list(&self.register, seat, day, &compared).await?;
        view.strays = self.strays(seat).await?;
        Ok(view)
    }

    /// Has a sale look at a payment, and waits until what it knows of it is booked.
    async fn tell_sale(&self, one: &Compared) -> Result<(), TillError> {
        let payment = &one.payment;
        let number = payment.reference.rsplit_once('-').map(|(_, number)| number);
        let Some(attempt) = number.and_then(|number| number.parse().ok()) else {
            return Ok(());
        };
        let before = self.load(&payment.sale).await?.state;
        let Some(command) = self.look(&before, attempt, None).await else {
            return Ok(());
        };
        // A refusal is as good as "nothing to do" here.
        let _ = self.run(&payment.sale, command).await?;
        // What is not booked by then is a difference.
        let booked = timeout(BOOKING, self.until_booked(one, attempt));
        booked.await.unwrap_or(Ok(()))
    }

    /// Waits until our books say what the sale does. It may have known before it was told, with the booking under way.
    async fn until_booked(&self, one: &Compared, attempt: u32) -> Result<(), TillError> {
        let payment = &one.payment;
        loop {
            let sale = self.load(&payment.sale).await?.state;
            let Some(Amounts {
                captured_minor,
                refunded_minor,
                ..
            }) = sale.attempt(attempt).map(|payment| payment.seen)
            else {
                return Ok(());
            };
            let wanted = (captured_minor, refunded_minor);
            let booked = self.register.booked(&payment.wallet, &payment.reference).await?;
            let noted = self.register.sale(&payment.sale).await?;
            let noted = noted.map(|row| (row.captured_minor, row.refunded_minor));
            if booked == wanted && noted == Some(wanted) {
                return Ok(());
            }
            sleep(PAUSE).await;
        }
    }

    /// What differed is read again from our books; the providers' word stays.
    async fn read_again(&self, seat: &Seat, day: Day, compared: &mut [Compared]) -> Result<(), TillError> {
        let fresh = self
            .register
            .payments_between(&seat.branch.id, till_of(seat), day.from, day.until)
            .await?;
        for one in compared.iter_mut().filter(|one| one.differs()) {
            let former = &one.payment;
            let is_same = |payment: &&PaymentMoney| {
                payment.wallet == former.wallet && payment.reference == former.reference
            };
            if let Some(payment) = fresh.iter().find(is_same) {
                one.payment = payment.clone();
            }
        }
        Ok(())
    }
}
