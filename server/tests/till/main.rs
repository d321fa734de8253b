//! The tills against the sandbox, in one process: money at the provider, in the sale, in the tables and on the page is the
//! same, whatever happens on the way.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

/// Signing in, customers, the club.
mod club;
/// The day's list, and what only a provider knows of.
mod day;
/// A till in a world, and phones beside it.
mod desk;
/// Calls whose first try was done, and of which a refusal is heard.
mod doubted;
/// What is left of a sale when it is over.
mod forgotten;
/// What is meant for one sale or customer never meets another.
mod meant;
/// The day's list over midnight.
mod midnight;
/// Netgíró: refunds, refusals, reservations, the second generation, a backend that dies.
mod netgiro;
/// A branch where Netgíró is taken, and the carts that Netgíró has.
mod netgiro_desk;
/// Netgíró, and a backend that dies where somebody else has the last word.
mod netgiro_dies;
/// Netgíró, how often it is asked, and what nobody answers in time.
mod netgiro_in_time;
/// Netgíró, and a backend that dies on the way.
mod netgiro_killed;
/// Netgíró, and a payment of which nobody tells the till.
mod netgiro_lost;
/// Netgíró: what becomes of each kind of customer and confirmation, line by line.
mod netgiro_table;
/// The receipt that goes with a request.
mod receipts;
/// Who sits at a till, until when, and how much they may ask.
mod seats;
/// Whole days at a till that follow from a seed.
mod simulation;
/// A scanner that types into the wrong field.
mod slips;
/// Money that nobody waited for and that could not be given back.
mod strays;
/// Whatever the backend says to a cashier is a sentence in every language.
mod told;
/// Money of which nobody knows whether it was taken, and a sale that leaves the desk.
mod unconfirmed;
/// Who a customer is stands nowhere that lasts.
mod unwritten;
/// Vipps MobilePay, from the first scan to the last refund.
mod vipps;
/// Vipps MobilePay, and a cashier who cancels.
mod vipps_cancelled;
#[allow(dead_code, reason = "each file of tests uses some of the world")]
#[path = "../world/mod.rs"]
mod world;
