//! Asks a provider how a payment stands. A look by the clock, a webhook and the cashier's own wish to know all come down to
//! this one question, and its answer to one decision.

use super::machine::{Chain, Command};
use super::sale::Sale;
use super::tills::{TillError, Tills};
use super::wallet::{Handle, Report, Wallet, WalletError, WalletId};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// A provider that takes longer to tell how a payment stands is asked again later.
const READING_PATIENCE: Duration = Duration::from_secs(10);

/// How a payment is found.
pub(super) struct Found<'a> {
    pub(super) wallet: &'a Arc<dyn Wallet>,
    pub(super) handle: Handle,
}

impl Tills {
    /// A payment of a sale, the newest or one that came to nothing. `None` if there is none, or if its wallet is not in the
    /// configuration any more.
    pub(super) fn payment_of(&self, sale: &Sale, attempt: u32) -> Option<Found<'_>> {
        let (wallet, handle): (&WalletId, Handle) = match sale.attempt(attempt) {
            Some(payment) => (&payment.wallet, payment.handle()),
            None => {
                let stray = sale.stray(attempt)?;
                (&stray.wallet, stray.handle.clone())
            }
        };
        Some(Found {
            wallet: self.wallet_of(sale, wallet)?,
            handle,
        })
    }

    /// Asks how a payment stands: what the machine is to hear.
    pub(super) async fn look(&self, sale: &Sale, attempt: u32, chain: Option<Chain>) -> Option<Command> {
        let found = self.payment_of(sale, attempt)?;
        Some(match read(found.wallet.as_ref(), &found.handle).await {
            Ok(report) => Command::Observed {
                attempt,
                chain,
                report,
            },
            Err(error) => Command::Unreadable {
                attempt,
                chain,
                wait_ms: wish(&error),
            },
        })
    }

    /// Asks how the newest payment of a sale stands, and decides on the answer once.
    pub(super) async fn reconcile(&self, id: &str) -> Result<(), TillError> {
        let sale = self.load(id).await?.state;
        let Some(attempt) = sale.payment.as_ref().map(|payment| payment.attempt) else {
            return Ok(());
        };
        if let Some(command) = self.look(&sale, attempt, None).await {
            // A refusal is as good as "nothing to do" here.
            let _ = self.run(id, command).await?;
        }
        Ok(())
    }
}

/// How a payment stands, or why that cannot be told now.
pub(super) async fn read(wallet: &dyn Wallet, handle: &Handle) -> Result<Option<Report>, WalletError> {
    match timeout(READING_PATIENCE, wallet.read(handle)).await {
        Ok(Ok(report)) => Ok(report),
        Ok(Err(error)) => {
            tracing::warn!(wallet = wallet.id().as_str(), %error, "a provider did not tell how a payment stands");
            Err(error)
        }
        Err(_) => {
            tracing::warn!(
                wallet = wallet.id().as_str(),
                "a provider took too long to tell how a payment stands"
            );
            Err(WalletError::Unknown)
        }
    }
}

fn wish(error: &WalletError) -> Option<u32> {
    match error {
        WalletError::Later { after, .. } => after.and_then(|after| u32::try_from(after.as_millis()).ok()),
        WalletError::Refused(_) | WalletError::NotSent | WalletError::Unknown => None,
    }
}
