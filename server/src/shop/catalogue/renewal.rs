//! What happens once a day: baskets are dated anew, and those that have expired are forgotten.
//!
//! A basket's delivery dates and codes are told for the day of its last change, so that a copy of it stays right over
//! midnight. The first look into the feed on a new day renews all open baskets, and so passes the new dates on.

use super::{CatalogueShop, feed};
use crate::shop::ShopError;
use jiff::{Timestamp, ToSpan as _};
use std::sync::PoisonError;

/// The feed remembers for so long that a basket has been forgotten.
const FEED_REMEMBERS_HOURS: i64 = 30 * 24;

impl CatalogueShop {
    /// Renews once a day; on other calls it does nothing.
    pub(super) async fn renew(&self) -> Result<(), ShopError> {
        let today = self.today();
        if *self.renewed_on.lock().unwrap_or_else(PoisonError::into_inner) == Some(today) {
            return Ok(());
        }
        let now = self.clock.now();
        let forgotten_before = now
            .checked_sub(FEED_REMEMBERS_HOURS.hours())
            .unwrap_or(Timestamp::MIN);
        let mut tx = self.write().await?;
        feed::forget_expired(&mut tx, &self.store, now, forgotten_before).await?;
        feed::redate_open(&mut tx, &self.store, today, Some(today), now).await?;
        tx.commit().await?;
        *self.renewed_on.lock().unwrap_or_else(PoisonError::into_inner) = Some(today);
        self.tell();
        Ok(())
    }
}
