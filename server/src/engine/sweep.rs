//! Forgets what has expired: sessions, remembered keys. Nothing depends on when; whatever has expired is not found anyway.

use super::Engine;
use super::store::StoreError;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Time between two sweeps.
const PAUSE: Duration = Duration::from_secs(10 * 60);

/// Rows deleted in one transaction, so that nobody waits long for the writer.
const AT_ONCE: u32 = 500;

impl Engine {
    /// Deletes at most `limit` sessions and remembered keys that have expired; how many it were.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn sweep(&self, limit: u32) -> Result<u64, StoreError> {
        self.store().sweep(self.now(), limit).await
    }

    /// Sweeps from time to time, until `shutdown`.
    pub async fn keep_swept(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.sweep(AT_ONCE).await {
                Ok(deleted) if deleted >= u64::from(AT_ONCE) => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "what has expired could not be deleted"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = sleep(PAUSE) => {}
            }
        }
    }
}
