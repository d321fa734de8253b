//! Tests of the engine as a whole, on a toy machine.

/// What every store must do, as functions over the trait.
mod contract;
/// A process that dies between any two steps.
mod crash;
/// Effects: lanes, retries, death, leases, timers.
mod dispatch;
/// A store whose process dies.
mod mortal;
/// Commands, versions, the journal and those who wait for it.
mod running;
/// The toy machine, its performer and the engines the tests run on.
mod toy;
