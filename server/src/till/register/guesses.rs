//! Wrong PINs, counted where a restart does not forget them.

use super::{Register, RegisterError, moment};
use crate::till::branch::PlaceId;
use jiff::Timestamp;
use sqlx::{Row as _, query};

/// A cashier at a till: their wrong PINs are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The branch.
    pub branch: PlaceId,
    /// The till.
    pub till: PlaceId,
    /// The cashier.
    pub cashier: PlaceId,
}

/// Wrong PINs at one door since the last right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    /// Wrong PINs since the last lock.
    pub wrong: u32,
    /// Locks so far.
    pub locks: u32,
    /// Nobody comes in until then.
    pub locked_until: Option<Timestamp>,
}

impl Register {
    /// What was counted at a door becomes what `next` makes of it, one after the other; what `next` refuses stays.
    ///
    /// # Errors
    /// [`RegisterError`]. The inner error is the refusal of `next`.
    pub async fn count_guess<R>(
        &self,
        door: &Door,
        next: impl FnOnce(Guesses) -> Result<Guesses, R> + Send,
    ) -> Result<Result<(), R>, RegisterError> {
        let mut tx = self.write().await?;
        let row = query(
            "select wrong, locks, locked_until from pin_guess \
             where store = ? and branch = ? and till = ? and cashier = ?",
        )
        .bind(self.store.as_str())
        .bind(door.branch.as_str())
        .bind(door.till.as_str())
        .bind(door.cashier.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let before = match row {
            None => Guesses::default(),
            Some(row) => {
                let until: Option<String> = row.try_get("locked_until")?;
                let until = until.map(|until| until.parse()).transpose();
                Guesses {
                    wrong: row.try_get("wrong")?,
                    locks: row.try_get("locks")?,
                    locked_until: until.map_err(|_| RegisterError::Unreadable("locked_until"))?,
                }
            }
        };
        let after = match next(before) {
            Ok(after) => after,
            Err(refusal) => return Ok(Err(refusal)),
        };
        query(
            "insert into pin_guess (store, branch, till, cashier, wrong, locks, locked_until) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             on conflict do update set wrong = ?5, locks = ?6, locked_until = ?7",
        )
        .bind(self.store.as_str())
        .bind(door.branch.as_str())
        .bind(door.till.as_str())
        .bind(door.cashier.as_str())
        .bind(after.wrong)
        .bind(after.locks)
        .bind(after.locked_until.map(moment))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// The right PIN was typed at a door.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn forget_guesses(&self, door: &Door) -> Result<(), RegisterError> {
        query("delete from pin_guess where store = ? and branch = ? and till = ? and cashier = ?")
            .bind(self.store.as_str())
            .bind(door.branch.as_str())
            .bind(door.till.as_str())
            .bind(door.cashier.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
