//! The durable core. A command comes in, a pure machine decides, and what it decided (events, effects, look-up keys)
//! is committed in one transaction. A dispatcher performs the effects afterwards, each under a key that was stored
//! before the first try; what a provider answers is a command again.
//!
//! Belongs here: everything about *that* things are decided, stored, retried and observed. Does not belong here: what
//! is decided (machines), HTTP, or anything a provider says.
//!
//! **Architecture invariant:** nothing in here knows a machine by name.

/// What a state machine is, and what it decides.
pub mod machine;
