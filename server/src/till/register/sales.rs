//! Sales and movements of money, as a person or a program reads them.

use super::{Register, RegisterError, moment, parsed};
use crate::till::branch::PlaceId;
use crate::till::wallet::WalletId;
use jiff::Timestamp;
use karfa_shared::money::{Currency, Money};
use karfa_shared::till::Phase;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, query};

/// The most sales with stray money that a day's list shows.
const MOST_STRAYED: i64 = 50;
/// The most sales that a day's list shows.
const MOST_SALES: i64 = 2_000;

/// A sale as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleRow {
    /// The sale.
    pub sale: String,
    /// Grows with every change of the sale; an older row never replaces a newer one.
    pub rev: i64,
    /// The branch.
    pub branch: PlaceId,
    /// The till.
    pub till: PlaceId,
    /// Who began it.
    pub cashier: PlaceId,
    /// Number on the receipt.
    pub number: String,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// What the amounts are in.
    pub currency: Currency,
    /// Whom the newest payment was asked of.
    pub payment: Option<PaymentRow>,
    /// It is not known how the payment stands.
    pub checking: bool,
    /// Total.
    pub total_minor: i64,
    /// Captured, over all payments.
    pub captured_minor: i64,
    /// Given back, over all payments.
    pub refunded_minor: i64,
    /// Brought by payments that nobody waited for, and not given back yet.
    pub stray_minor: i64,
}

/// The newest payment of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    /// The wallet.
    pub wallet: WalletId,
    /// Where it stands.
    pub phase: Phase,
    /// [`super::super::wallet::Request::reference`].
    pub reference: String,
    /// The provider's own id of it.
    pub provider_id: Option<String>,
    /// What was asked for.
    pub asked_minor: i64,
}

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// From the customer.
    Capture,
    /// Back to the customer.
    Refund,
}

/// Money that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What makes it one: the same for the same movement, however often it is booked.
    pub key: String,
    /// The sale.
    pub sale: String,
    /// The branch.
    pub branch: PlaceId,
    /// The till.
    pub till: PlaceId,
    /// The wallet.
    pub wallet: WalletId,
    /// [`super::super::wallet::Request::reference`].
    pub reference: String,
    /// The provider's own id of the payment.
    pub provider_id: Option<String>,
    /// What the payment was asked for.
    pub asked_minor: i64,
    /// Which way.
    pub kind: MovementKind,
    /// How much, positive.
    pub amount: Money,
    /// When it was learned.
    pub at: Timestamp,
}

/// What a wallet took and gave back in a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletSum {
    /// The wallet.
    pub wallet: WalletId,
    /// Payments that were captured, wholly or partly.
    pub payments: u32,
    /// Captured.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
}

/// The money of one payment, of all times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMoney {
    /// The sale that it is of.
    pub sale: String,
    /// The wallet.
    pub wallet: WalletId,
    /// [`super::super::wallet::Request::reference`].
    pub reference: String,
    /// The provider's own id of it.
    pub provider_id: Option<String>,
    /// What it was asked for.
    pub asked: Money,
    /// Captured, less given back.
    pub net_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
}

impl Register {
    /// Notes how a sale stands.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn note(&self, row: &SaleRow) -> Result<(), RegisterError> {
        let payment = row.payment.as_ref();
        query(
            "insert into sale_row (store, sale, rev, branch, till, cashier, number, opened_at, currency, wallet, phase, \
             reference, provider_id, asked_minor, checking, total_minor, captured_minor, refunded_minor, stray_minor) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
             on conflict do update set rev = ?3, branch = ?4, till = ?5, cashier = ?6, number = ?7, opened_at = ?8, \
             currency = ?9, wallet = ?10, phase = ?11, reference = ?12, provider_id = ?13, asked_minor = ?14, \
             checking = ?15, total_minor = ?16, captured_minor = ?17, refunded_minor = ?18, stray_minor = ?19 \
             where rev < ?3",
        )
        .bind(self.store.as_str())
        .bind(&row.sale)
        .bind(row.rev)
        .bind(row.branch.as_str())
        .bind(row.till.as_str())
        .bind(row.cashier.as_str())
        .bind(&row.number)
        .bind(moment(row.opened_at))
        .bind(row.currency.code())
        .bind(payment.map(|payment| payment.wallet.as_str()))
        .bind(payment.map(|payment| word(&payment.phase)).transpose()?)
        .bind(payment.map(|payment| payment.reference.as_str()))
        .bind(payment.and_then(|payment| payment.provider_id.as_deref()))
        .bind(payment.map(|payment| payment.asked_minor))
        .bind(row.checking)
        .bind(row.total_minor)
        .bind(row.captured_minor)
        .bind(row.refunded_minor)
        .bind(row.stray_minor)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Books money that moved. `false`: it is booked already.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn book(&self, movement: &Movement) -> Result<bool, RegisterError> {
        let kind = match movement.kind {
            MovementKind::Capture => "capture",
            MovementKind::Refund => "refund",
        };
        let done = query(
            "insert into movement (store, key, sale, branch, till, wallet, reference, provider_id, asked_minor, kind, \
             amount_minor, currency, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        )
        .bind(self.store.as_str())
        .bind(&movement.key)
        .bind(&movement.sale)
        .bind(movement.branch.as_str())
        .bind(movement.till.as_str())
        .bind(movement.wallet.as_str())
        .bind(&movement.reference)
        .bind(movement.provider_id.as_deref())
        .bind(movement.asked_minor)
        .bind(kind)
        .bind(movement.amount.minor)
        .bind(movement.amount.currency.code())
        .bind(moment(movement.at))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What is booked of a payment: captured, and given back.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn booked(&self, wallet: &WalletId, reference: &str) -> Result<(i64, i64), RegisterError> {
        let row = query(
            "select coalesce(sum(case kind when 'capture' then amount_minor else 0 end), 0) as captured, \
             coalesce(sum(case kind when 'refund' then amount_minor else 0 end), 0) as refunded \
             from movement where store = ? and wallet = ? and reference = ?",
        )
        .bind(self.store.as_str())
        .bind(wallet.as_str())
        .bind(reference)
        .fetch_one(&self.pool)
        .await?;
        Ok((row.try_get("captured")?, row.try_get("refunded")?))
    }

    /// One sale's row.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn sale(&self, sale: &str) -> Result<Option<SaleRow>, RegisterError> {
        let row = query("select * from sale_row where store = ? and sale = ?")
            .bind(self.store.as_str())
            .bind(sale)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(sale_row).transpose()
    }

    /// The sales of a branch of which a payment was asked, that began or had money moved from `from` until before `until`, or
    /// that began earlier and whose money is still nobody's for sure; of one till, or of all. Newest first, at most 2,000.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn sales_between(
        &self,
        branch: &PlaceId,
        till: Option<&PlaceId>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SaleRow>, RegisterError> {
        let rows = query(
            "select * from sale_row where store = ?1 and branch = ?2 and (?3 is null or till = ?3) and wallet is not null \
             and ((opened_at >= ?4 and opened_at < ?5) or sale in \
                  (select sale from movement where store = ?1 and branch = ?2 and at >= ?4 and at < ?5) \
              or sale in \
                  (select sale from sale_row where store = ?1 and branch = ?2 and opened_at < ?4 \
                   and (checking = 1 or phase in ('requested', 'awaiting_customer', 'awaiting_code', 'authorised', 'capturing')))) \
             order by opened_at desc, sale desc limit ?6",
        )
        .bind(self.store.as_str())
        .bind(branch.as_str())
        .bind(till.map(PlaceId::as_str))
        .bind(moment(from))
        .bind(moment(until))
        .bind(MOST_SALES)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(sale_row).collect()
    }

    /// The ids of a branch's sales that have stray money, of whichever day, the newest first; of one till, or of all. At most
    /// 50.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn strayed(
        &self,
        branch: &PlaceId,
        till: Option<&PlaceId>,
    ) -> Result<Vec<String>, RegisterError> {
        let rows = query(
            "select sale from sale_row where store = ?1 and branch = ?2 and (?3 is null or till = ?3) and stray_minor > 0 \
             order by opened_at desc, sale desc limit ?4",
        )
        .bind(self.store.as_str())
        .bind(branch.as_str())
        .bind(till.map(PlaceId::as_str))
        .bind(MOST_STRAYED)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(row.try_get("sale")?)).collect()
    }

    /// What each wallet of a branch took and gave back from `from` until before `until`, by the wallets' names; of one
    /// till, or of all.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn sums_between(
        &self,
        branch: &PlaceId,
        till: Option<&PlaceId>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<WalletSum>, RegisterError> {
        let rows = query(
            "select wallet, count(distinct case kind when 'capture' then reference end) as payments, \
             sum(case kind when 'capture' then amount_minor else 0 end) as captured, \
             sum(case kind when 'refund' then amount_minor else 0 end) as refunded \
             from movement where store = ?1 and branch = ?2 and (?3 is null or till = ?3) and at >= ?4 and at < ?5 \
             group by wallet order by wallet",
        )
        .bind(self.store.as_str())
        .bind(branch.as_str())
        .bind(till.map(PlaceId::as_str))
        .bind(moment(from))
        .bind(moment(until))
        .fetch_all(&self.pool)
        .await?;
        let sums = rows.iter().map(|row| {
            Ok(WalletSum {
                wallet: wallet(row)?,
                payments: row.try_get("payments")?,
                captured_minor: row.try_get("captured")?,
                refunded_minor: row.try_get("refunded")?,
            })
        });
        sums.collect()
    }

    /// The payments of a branch that had money moved from `from` until before `until`, or that a sale begun then has as its
    /// newest, with all the money that we know of each; of one till, or of all.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn payments_between(
        &self,
        branch: &PlaceId,
        till: Option<&PlaceId>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<PaymentMoney>, RegisterError> {
        let rows = query(
            "with payment as ( \
                 select sale, wallet, reference, provider_id, asked_minor, currency from movement \
                 where store = ?1 and branch = ?2 and (?3 is null or till = ?3) and at >= ?4 and at < ?5 \
                 union all \
                 select sale, wallet, reference, provider_id, asked_minor, currency from sale_row \
                 where store = ?1 and branch = ?2 and (?3 is null or till = ?3) and wallet is not null \
                 and opened_at >= ?4 and opened_at < ?5 \
             ) \
             select max(sale) as sale, wallet, reference, max(provider_id) as provider_id, max(asked_minor) as asked_minor, currency, \
             coalesce((select sum(case kind when 'capture' then amount_minor else -amount_minor end) from movement m \
                       where m.store = ?1 and m.wallet = payment.wallet and m.reference = payment.reference), 0) as net, \
             coalesce((select sum(amount_minor) from movement m where m.store = ?1 and m.wallet = payment.wallet \
                       and m.reference = payment.reference and m.kind = 'refund'), 0) as refunded \
             from payment group by wallet, reference, currency order by wallet, reference",
        )
        .bind(self.store.as_str())
        .bind(branch.as_str())
        .bind(till.map(PlaceId::as_str))
        .bind(moment(from))
        .bind(moment(until))
        .fetch_all(&self.pool)
        .await?;
        let payments = rows.iter().map(|row| {
            Ok(PaymentMoney {
                sale: row.try_get("sale")?,
                wallet: wallet(row)?,
                reference: row.try_get("reference")?,
                provider_id: row.try_get("provider_id")?,
                asked: Money::new(row.try_get("asked_minor")?, from_word(row, "currency")?),
                net_minor: row.try_get("net")?,
                refunded_minor: row.try_get("refunded")?,
            })
        });
        payments.collect()
    }
}

fn sale_row(row: &SqliteRow) -> Result<SaleRow, RegisterError> {
    let wallet_name: Option<String> = row.try_get("wallet")?;
    let payment = match wallet_name {
        None => None,
        Some(_) => Some(PaymentRow {
            wallet: wallet(row)?,
            phase: from_word(row, "phase")?,
            reference: row.try_get("reference")?,
            provider_id: row.try_get("provider_id")?,
            asked_minor: row.try_get("asked_minor")?,
        }),
    };
    Ok(SaleRow {
        sale: row.try_get("sale")?,
        rev: row.try_get("rev")?,
        branch: from_word(row, "branch")?,
        till: from_word(row, "till")?,
        cashier: from_word(row, "cashier")?,
        number: row.try_get("number")?,
        opened_at: parsed(row, "opened_at")?,
        currency: from_word(row, "currency")?,
        payment,
        checking: row.try_get("checking")?,
        total_minor: row.try_get("total_minor")?,
        captured_minor: row.try_get("captured_minor")?,
        refunded_minor: row.try_get("refunded_minor")?,
        stray_minor: row.try_get("stray_minor")?,
    })
}

fn wallet(row: &SqliteRow) -> Result<WalletId, RegisterError> {
    from_word(row, "wallet")
}

/// The word that a value is in JSON.
fn word<T: Serialize>(value: &T) -> Result<String, RegisterError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(RegisterError::Unreadable("word")),
    }
}

fn from_word<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, RegisterError> {
    let text: String = row.try_get(column)?;
    serde_json::from_value(text.into()).map_err(|_| RegisterError::Unreadable(column))
}
