//! Which sale stands on which till, so that every window of a till, a page that is loaded again and a server that was
//! killed find the same one.

/// The desk's own states and changes.
pub mod machine;

use super::branch::Seat;
use super::machine::{Command as SaleCommand, Refusal};
use super::sale::Facts;
use super::tills::{TillError, Tills};
use crate::engine::run::{Loaded, RunError};
use machine::{Command, Desk};

/// Someone else may finish a sale just when it is found; after so many times it is no coincidence.
const MOST_TRIES: u32 = 4;

/// A desk's id in the tables.
pub(crate) fn desk_id(seat: &Seat) -> String {
    format!("{}/{}", seat.branch.id, seat.till.id)
}

impl Tills {
    /// What stands on a till's desk.
    pub(crate) async fn desk(&self, seat: &Seat) -> Result<Loaded<Desk>, TillError> {
        Ok(self.engine.load::<Desk>(&self.store, &desk_id(seat)).await?)
    }

    /// The id of the sale that stands on a till's desk: a new one if there is none, or if the one that stood there is over.
    pub(crate) async fn sale_or_new(&self, seat: &Seat) -> Result<String, TillError> {
        for _ in 0..MOST_TRIES {
            let fresh = self.engine.random().uuid_v7(self.engine.now()).to_string();
            let Some(id) = self.change_desk(seat, Command::Begin { sale: fresh }).await?.sale else {
                continue;
            };
            let sale = self.load(&id).await?.state;
            if sale.ended.is_some() {
                self.clear_desk(seat, &id).await?;
            } else if sale.facts.is_some() || self.open(seat, &id).await? {
                return Ok(id);
            }
        }
        Err(TillError::Contended)
    }

    /// A sale that is over leaves the desk.
    pub(crate) async fn clear_desk(&self, seat: &Seat, sale: &str) -> Result<(), TillError> {
        let clear = Command::Clear {
            sale: sale.to_owned(),
        };
        self.change_desk(seat, clear).await.map(drop)
    }

    async fn change_desk(&self, seat: &Seat, command: Command) -> Result<Desk, TillError> {
        match self
            .engine
            .run::<Desk>(&self.store, &desk_id(seat), command)
            .await
        {
            Ok(committed) => Ok(committed.state),
            Err(RunError::Refused(never)) => match never {},
            Err(RunError::Contended) => Err(TillError::Contended),
            Err(RunError::Store(error)) => Err(error.into()),
        }
    }

    /// Opens the sale that the desk has a place for. It is there afterwards, whoever opened it.
    async fn open(&self, seat: &Seat, id: &str) -> Result<bool, TillError> {
        let number = self
            .register
            .next_receipt_number(&seat.branch.id, &seat.till.id)
            .await?;
        let facts = Facts {
            id: id.to_owned(),
            branch: seat.branch.id.to_string(),
            till: seat.till.id.to_string(),
            cashier: seat.cashier.id.to_string(),
            currency: seat.branch.currency,
            number,
            opened_at: self.engine.now(),
        };
        Ok(match self.run(id, SaleCommand::Open { facts }).await? {
            Ok(_) | Err(Refusal::BegunAlready) => true,
            Err(_) => false,
        })
    }
}
