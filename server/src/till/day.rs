//! The day's list: sales, totals per wallet, and whether the providers say the same.
//!
//! Belongs here: what a day is, and comparing sums. Does not belong here: what a sale makes of a difference.

/// Differences, told to the sales.
mod settle;
/// Money that nobody waited for.
mod strays;

use super::branch::{Branch, PlaceId, Seat};
use super::register::{PaymentMoney, Register, RegisterError, SaleRow, WalletSum};
use super::wallet::Handle;
use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use jiff::civil::Date;
use karfa_shared::till::{DaySale, DayTotal, DayView};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// Payments that are read at the providers at once.
const AT_ONCE: usize = 4;

/// A day of a branch, from its first moment until the first of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: Date,
    from: Timestamp,
    until: Timestamp,
}

impl Day {
    /// The day of a branch with this date; `None` at the end of the calendar.
    pub(super) fn of(branch: &Branch, date: Date) -> Option<Self> {
        let start = |date: Date| {
            let zoned = date.to_zoned(branch.time_zone.clone()).ok()?;
            Some(zoned.start_of_day().ok()?.timestamp())
        };
        Some(Day {
            date,
            from: start(date)?,
            until: start(date.tomorrow().ok()?)?,
        })
    }

    /// The date at a branch at a moment.
    pub(super) fn date_at(branch: &Branch, now: Timestamp) -> Date {
        now.to_zoned(branch.time_zone.clone()).date()
    }
}

/// A day's sales and totals: of the whole branch for a manager, of the own till for others.
///
/// # Errors
/// [`RegisterError`].
pub(super) async fn list(register: &Register, seat: &Seat, day: Day) -> Result<DayView, RegisterError> {
    let (branch, till) = (&seat.branch, till_of(seat));
    let sales = register
        .sales_between(&branch.id, till, day.from, day.until)
        .await?;
    let sums = register
        .sums_between(&branch.id, till, day.from, day.until)
        .await?;
    Ok(DayView {
        date: day.date.to_string(),
        currency: branch.currency.code().to_owned(),
        sales: sales.into_iter().map(|row| sale(branch, day.date, row)).collect(),
        totals: sums.iter().map(total).collect(),
        strays: Vec::new(),
    })
}

/// One payment, by our books and by its provider's word.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub(super) payment: PaymentMoney,
    /// `None`: the provider could not be asked, or there was no time for it.
    said: Option<Said>,
}

/// A provider's word of a payment's money.
#[derive(Clone, Copy, Debug)]
struct Said {
    captured_minor: i64,
    /// `None`: it does not tell refunds.
    refunded_minor: Option<i64>,
}

impl Compared {
    /// How much more the provider says than we do.
    fn difference(&self) -> Option<i64> {
        let said = self.said?;
        // Of a payment that the provider has taken back nothing was captured, and nothing given back.
        let refunded = said
            .refunded_minor
            .unwrap_or(self.payment.refunded_minor.min(said.captured_minor));
        let net = said.captured_minor.saturating_sub(refunded);
        Some(net.saturating_sub(self.payment.net_minor))
    }

    /// Whether the sale has to hear what the provider says.
    pub(super) fn differs(&self) -> bool {
        let Some(said) = self.said else { return false };
        let captured = self.payment.net_minor.saturating_add(self.payment.refunded_minor);
        said.captured_minor != captured
            || said
                .refunded_minor
                .is_some_and(|refunded| refunded != self.payment.refunded_minor)
    }
}

/// Asks the providers about every payment of a day.
///
/// # Errors
/// [`RegisterError`].
pub(super) async fn compare(
    register: &Register,
    seat: &Seat,
    day: Day,
    deadline: Instant,
) -> Result<Vec<Compared>, RegisterError> {
    let payments = register
        .payments_between(&seat.branch.id, till_of(seat), day.from, day.until)
        .await?;
    let compared = stream::iter(payments)
        .map(|payment| {
            let branch = seat.branch.clone();
            async move {
                // What there is no time for is not compared, and said to be so.
                let said = timeout_at(deadline, said(&branch, &payment)).await;
                let said = said.unwrap_or_default();
                Compared { payment, said }
            }
        })
        .buffer_unordered(AT_ONCE);
    Ok(compared.collect().await)
}

/// As [`list`], with what the providers say of the same payments.
///
/// A provider tells the money of a payment, not of a day. So the day's net is ours, with what the provider's word of each
/// payment differs from ours added: they are equal if and only if nothing differs, or differences cancel out; payments
/// that have no money moved here count too. Of a provider that does not tell refunds, only what was captured is compared.
///
/// # Errors
/// [`RegisterError`].
pub(super) async fn compared_list(
    register: &Register,
    seat: &Seat,
    day: Day,
    compared: &[Compared],
) -> Result<DayView, RegisterError> {
    let mut per_wallet: BTreeMap<&str, (i64, u32)> = BTreeMap::new();
    for one in compared {
        let (sum, unknown) = per_wallet.entry(one.payment.wallet.as_str()).or_default();
        match one.difference() {
            Some(difference) => *sum = sum.saturating_add(difference),
            None => *unknown = unknown.saturating_add(1),
        }
    }
    // Read last, so that what moved meanwhile is in it.
    let mut view = list(register, seat, day).await?;
    for (wallet, (difference, unknown)) in per_wallet {
        let at = view.totals.iter().position(|total| total.wallet == wallet);
        if at.is_none() {
            view.totals.push(nothing_of(wallet));
        }
        if let Some(total) = view.totals.iter_mut().find(|total| total.wallet == wallet) {
            let net = total.captured_minor.saturating_sub(total.refunded_minor);
            total.provider_net_minor = Some(net.saturating_add(difference));
            total.not_compared = unknown;
        }
    }
    Ok(view)
}

/// Managers see every till's day.
fn till_of(seat: &Seat) -> Option<&PlaceId> {
    (!seat.cashier.manager).then_some(&seat.till.id)
}

/// What the provider says of a payment; `None` if it cannot be asked. One that it does not know has no money.
async fn said(branch: &Arc<Branch>, payment: &PaymentMoney) -> Option<Said> {
    let wallet = branch.wallet(&payment.wallet)?;
    let handle = Handle {
        reference: payment.reference.clone(),
        provider_id: payment.provider_id.clone(),
        amount: payment.asked,
    };
    match wallet.read(&handle).await {
        Ok(report) => {
            let (captured_minor, refunded) =
                report.map_or((0, 0), |report| (report.captured_minor, report.refunded_minor));
            Some(Said {
                captured_minor,
                refunded_minor: wallet.refunds_readable().then_some(refunded),
            })
        }
        Err(error) => {
            tracing::warn!(%error, "a payment could not be compared");
            None
        }
    }
}

/// A line of the list of a date.
fn sale(branch: &Branch, listed: Date, row: SaleRow) -> DaySale {
    let opened = row.opened_at.to_zoned(branch.time_zone.clone());
    let (date, time) = (opened.date(), opened.time());
    let till = branch.till(row.till.as_str()).map(|till| till.name.clone());
    let cashier = branch
        .cashier(row.cashier.as_str())
        .map(|cashier| cashier.name.clone());
    DaySale {
        id: row.sale,
        number: row.number,
        time: format!("{:02}:{:02}", time.hour(), time.minute()),
        date: (date != listed).then(|| date.to_string()),
        // Who has left is still known by an id.
        till: till.unwrap_or_else(|| row.till.to_string()),
        cashier: cashier.unwrap_or_else(|| row.cashier.to_string()),
        wallet: row
            .payment
            .as_ref()
            .map(|payment| payment.wallet.as_str().to_owned()),
        phase: row.payment.map(|payment| payment.phase),
        checking: row.checking,
        total_minor: row.total_minor,
        captured_minor: row.captured_minor,
        refunded_minor: row.refunded_minor,
    }
}

fn total(sum: &WalletSum) -> DayTotal {
    DayTotal {
        wallet: sum.wallet.as_str().to_owned(),
        payments: sum.payments,
        captured_minor: sum.captured_minor,
        refunded_minor: sum.refunded_minor,
        provider_net_minor: None,
        not_compared: 0,
    }
}

fn nothing_of(wallet: &str) -> DayTotal {
    DayTotal {
        wallet: wallet.to_owned(),
        payments: 0,
        captured_minor: 0,
        refunded_minor: 0,
        provider_net_minor: None,
        not_compared: 0,
    }
}

#[cfg(test)]
mod tests;
