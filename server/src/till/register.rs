//! The tables beside the sales: customers while they are served, members, and what the day's list reads.
//!
//! Belongs here: who a sale's customer is until the sale ends, receipt numbers, digests, and the doors to the rows below.
//! Does not belong here: what is decided because of them.
//!
//! **Architecture invariant:** whatever is written here is written under the id of a sale or of a movement, so that an
//! effect performed twice writes once.

/// Customers who are asked to join the club.
mod enrolments;
/// Wrong PINs.
mod guesses;
/// Members, their consents and their purchases.
mod members;
/// Sales and movements of money, as a person or a program reads them.
mod sales;
/// The secrets of registered webhooks.
mod webhooks;

pub use enrolments::Enrolment;
pub use guesses::{Door, Guesses};
pub use members::{Consent, Member, MemberChange, MemberSummary, Purchase, ToldMember};
pub use sales::{Movement, MovementKind, PaymentMoney, PaymentRow, SaleRow, WalletSum};
pub use webhooks::KeptWebhook;

use super::branch::PlaceId;
use super::wallet::Customer;
use crate::engine::address::StoreId;
use crate::engine::random::Random;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::phone::PhoneNumber;
use provider_http::Clock;
use ring::hmac;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, Sqlite, Transaction, query};
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

/// The longest that a customer is kept whose sale nobody ends.
const CUSTOMER_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The tables could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The database failed.
    #[error("the till's tables failed: check the disk and the permissions of the database file")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error(
        "the till's tables could not be brought up to date: was the database written by a newer version?"
    )]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value cannot be read. It is not quoted.
    #[error("the stored {0} cannot be read: was the database written by another version?")]
    Unreadable(&'static str),
}

/// The register of one store. Clones are the same.
#[derive(Clone)]
pub struct Register {
    store: StoreId,
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    secret: Arc<hmac::Key>,
    customers: Arc<Mutex<()>>,
    enrolments: Arc<Mutex<()>>,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Register {
    /// Makes the tables that are missing, and the store's secret.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn open(
        pool: SqlitePool,
        store: &StoreId,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, RegisterError> {
        let mut migrator = sqlx::migrate!("migrations/till");
        migrator.dangerous_set_table_name("till_migration");
        migrator.run(&pool).await?;
        let mut fresh = [0; 32];
        random.fill(&mut fresh);
        query("insert into till_secret (store, secret) values (?, ?) on conflict do nothing")
            .bind(store.as_str())
            .bind(fresh.as_slice())
            .execute(&pool)
            .await?;
        let row = query("select secret from till_secret where store = ?")
            .bind(store.as_str())
            .fetch_one(&pool)
            .await?;
        let secret: Vec<u8> = row.try_get("secret")?;
        Ok(Register {
            store: store.clone(),
            pool,
            clock,
            secret: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &secret)),
            customers: Arc::default(),
            enrolments: Arc::default(),
        })
    }

    /// What may stand for a text in events and ids, in place of the text: 32 hexadecimal digits, of use in this store alone.
    pub fn digest(&self, text: &str) -> String {
        let tag = hmac::sign(&self.secret, text.as_bytes());
        tag.as_ref()
            .iter()
            .take(16)
            .fold(String::with_capacity(32), |mut digits, byte| {
                // Writing into a string cannot fail.
                let _ = write!(digits, "{byte:02x}");
                digits
            })
    }

    /// [`Register::digest`] of a number.
    pub fn digest_of(&self, phone: &PhoneNumber) -> String {
        self.digest(&phone.digits())
    }

    /// The next number on a receipt of a till: its id, a hyphen, and six digits or more. None is given twice; one that is
    /// never used leaves a gap.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn next_receipt_number(
        &self,
        branch: &PlaceId,
        till: &PlaceId,
    ) -> Result<String, RegisterError> {
        let row = query(
            "insert into receipt_counter (store, branch, till, last) values (?, ?, ?, 1) \
             on conflict do update set last = last + 1 returning last",
        )
        .bind(self.store.as_str())
        .bind(branch.as_str())
        .bind(till.as_str())
        .fetch_one(&self.pool)
        .await?;
        let last: i64 = row.try_get("last")?;
        Ok(format!("{till}-{last:06}"))
    }

    /// One at a time makes somebody a sale's customer, so that a sale and what is kept beside it name the same.
    pub(super) async fn turn_of_customers(&self) -> MutexGuard<'_, ()> {
        self.customers.lock().await
    }

    /// One at a time has a customer asked to join, or forgets one whose asking is over, so that nobody is forgotten who is
    /// asked anew.
    pub(super) async fn turn_of_enrolments(&self) -> MutexGuard<'_, ()> {
        self.enrolments.lock().await
    }

    /// Keeps who a sale's customer is, in place of whoever it was before.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_customer(&self, sale: &str, customer: &Customer) -> Result<(), RegisterError> {
        let text = serde_json::to_string(customer).map_err(|_| RegisterError::Unreadable("customer"))?;
        let phone = match customer {
            Customer::Phone(number) => Some(number.digits()),
            _ => None,
        };
        query(
            "insert into sale_customer (store, sale, phone, customer, kept_at) values (?1, ?2, ?3, ?4, ?5) \
             on conflict do update set phone = ?3, customer = ?4, kept_at = ?5",
        )
        .bind(self.store.as_str())
        .bind(sale)
        .bind(phone)
        .bind(text)
        .bind(moment(self.clock.now()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Who a sale's customer is, unless it is forgotten.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn customer_of(&self, sale: &str) -> Result<Option<Customer>, RegisterError> {
        let row = query("select customer from sale_customer where store = ? and sale = ?")
            .bind(self.store.as_str())
            .bind(sale)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let text: String = row.try_get("customer")?;
            serde_json::from_str(&text).map_err(|_| RegisterError::Unreadable("customer"))
        })
        .transpose()
    }

    /// Forgets who a sale's customer is.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn forget_customer(&self, sale: &str) -> Result<(), RegisterError> {
        query("delete from sale_customer where store = ? and sale = ?")
            .bind(self.store.as_str())
            .bind(sale)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets the customers of sales that nobody has ended for a day; how many it were.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn forget_old_customers(&self) -> Result<u64, RegisterError> {
        let before = self
            .clock
            .now()
            .checked_sub(CUSTOMER_KEPT)
            .unwrap_or(Timestamp::MIN);
        query("delete from enrolment where store = ? and kept_at < ?")
            .bind(self.store.as_str())
            .bind(moment(before))
            .execute(&self.pool)
            .await?;
        let done = query("delete from sale_customer where store = ? and kept_at < ?")
            .bind(self.store.as_str())
            .bind(moment(before))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }

    /// The time, from the clock that was given.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn write(&self) -> Result<Transaction<'_, Sqlite>, RegisterError> {
        Ok(self.pool.begin_with("begin immediate").await?)
    }
}

/// A moment as the tables have it: it sorts by time.
fn moment(at: Timestamp) -> String {
    format!("{at:.6}")
}

fn parsed<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, RegisterError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| RegisterError::Unreadable(column))
}

#[cfg(test)]
mod tests;
