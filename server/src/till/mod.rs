//! In store: the tills of a shop's branches, their sales and their wallets, and the customer club.
//!
//! Belongs here: what cashiers do, what becomes of a payment that they ask for, and who is a member. Does not belong here:
//! paying online (`checkout`), which stands beside this and knows nothing of it.
//!
//! **Architecture invariant:** money moves only in the sale's performer, under a key that was stored before; a number, a
//! name or a code of a customer stands in the side tables of [`register`] alone, never in an event.

/// What the cashier's page asks for.
pub mod api;
/// Branches, their tills and their cashiers.
pub mod branch;
/// What the wallets' providers tell the tills.
pub mod callbacks;
/// Whether a PIN is the cashier's.
pub mod cashiers;
/// The day's list.
mod day;
/// Which sale stands on which till.
pub mod desk;
/// What a branch sells.
pub mod goods;
/// Who the customer is, from what was typed or scanned.
mod identify;
/// What is decided about a sale.
pub mod machine;
/// The club's members as a file.
pub mod members;
/// The customer club.
pub mod membership;
/// Performs the effects of a sale.
pub mod perform;
/// Asks a provider how a payment stands.
mod reconcile;
/// The tables beside the sales: customers while they are served, members, and what the day's list reads.
pub mod register;
/// One sale, as it stands.
pub mod sale;
/// The tills of one store.
pub mod tills;
/// What a till's page is shown of a sale.
mod view;
/// What a till needs of a wallet.
pub mod wallet;
/// Registers the webhooks of a store.
pub mod webhooks;
