//! The tills of one store: what their commands, their effects and the calls of the wallets' providers need in common.

use super::branch::Branches;
use super::machine::{Command, Refusal};
use super::register::{Register, RegisterError};
use super::sale::Sale;
use super::wallet::{Customer, Wallet, WalletId};
use crate::engine::Engine;
use crate::engine::address::StoreId;
use crate::engine::observe::WaitError;
use crate::engine::run::{Committed, Loaded, RunError};
use crate::engine::store::StoreError;
use karfa_shared::till::MembershipView;
use std::sync::Arc;

/// The tills of one store.
pub struct Tills {
    /// The store's name in the database.
    pub store: StoreId,
    /// The durable core.
    pub engine: Engine,
    /// The store's branches with their wallets.
    pub branches: Branches,
    /// The tables beside the sales.
    pub register: Register,
}

/// Something failed that the caller cannot mend. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tables beside the sales.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// Too many changes of one sale at once.
    #[error("too many changes of one sale at once")]
    Contended,
    /// Too many observers.
    #[error("too many observers at once")]
    TooManyWaiters,
}

impl From<WaitError> for TillError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::TooManyWaiters(_) => TillError::TooManyWaiters,
            WaitError::Store(error) => TillError::Store(error),
        }
    }
}

impl Tills {
    /// Runs a command on a sale. The inner error is the machine's refusal.
    pub(crate) async fn run(
        &self,
        sale: &str,
        command: Command,
    ) -> Result<Result<Committed<Sale>, Refusal>, TillError> {
        match self.engine.run::<Sale>(&self.store, sale, command).await {
            Ok(committed) => Ok(Ok(committed)),
            Err(RunError::Refused(refusal)) => Ok(Err(refusal)),
            Err(RunError::Contended) => Err(TillError::Contended),
            Err(RunError::Store(error)) => Err(error.into()),
        }
    }

    /// A sale as it is.
    pub(crate) async fn load(&self, sale: &str) -> Result<Loaded<Sale>, StoreError> {
        self.engine.load::<Sale>(&self.store, sale).await
    }

    /// How the customer of a sale stands to the club, and its place in the journal.
    pub(super) async fn membership_view(
        &self,
        id: &str,
        sale: &Sale,
    ) -> Result<(i64, MembershipView), TillError> {
        let branch = sale
            .facts
            .as_ref()
            .and_then(|facts| self.branches.get(&facts.branch));
        let (Some(branch), Some(_)) = (branch, &sale.customer) else {
            return Ok((0, MembershipView::Unknown));
        };
        match self.customer_of(id, sale).await? {
            Some(Customer::Phone(phone)) => self.membership_of(branch, &phone).await,
            _ => Ok((0, MembershipView::Unknown)),
        }
    }

    /// Who the customer of a sale is. What stands beside the sale counts only if it is who the sale says: a process can end
    /// between the two.
    pub(super) async fn customer_of(&self, id: &str, sale: &Sale) -> Result<Option<Customer>, RegisterError> {
        let Some(seen) = &sale.customer else {
            return Ok(None);
        };
        let kept = self.register.customer_of(id).await?;
        Ok(kept.filter(|customer| {
            let digest = match customer {
                Customer::Phone(phone) => self.register.digest_of(phone),
                Customer::PersonalQr(text) | Customer::NationalId(text) | Customer::AppCode(text) => {
                    self.register.digest(text.expose())
                }
            };
            digest == seen.digest
        }))
    }

    /// A wallet of the branch in which a sale was begun.
    pub(crate) fn wallet_of(&self, sale: &Sale, wallet: &WalletId) -> Option<&Arc<dyn Wallet>> {
        let facts = sale.facts.as_ref()?;
        self.branches.get(&facts.branch)?.wallet(wallet)
    }
}

/// The tills of all stores that this server serves.
#[derive(Clone)]
pub struct AllTills(Arc<[Arc<Tills>]>);

impl AllTills {
    /// One for each store that has tills.
    pub fn new(tills: Vec<Arc<Tills>>) -> Self {
        AllTills(tills.into())
    }

    /// The tills of a store.
    pub fn of_store(&self, store: &StoreId) -> Option<&Arc<Tills>> {
        self.0.iter().find(|tills| tills.store == *store)
    }
}
