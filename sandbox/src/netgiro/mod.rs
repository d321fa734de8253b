//! Netgíró, emulated: contract `netgiro`. Its own code from end to end.

use crate::held::HeldCall;
use crate::outgoing::NoAnswer;
use crate::phone::{Code, Item, Tap};
use crate::problem::Problem;
use crate::world::Shared;
use axum::Router;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the emulated Netgíró remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {}

/// What waits on this phone, newest first.
pub(crate) fn inbox(_state: &State, _phone: &str, _now: Timestamp) -> Vec<Item> {
    Vec::new()
}

/// A tap on something in the inbox; `None` where it is no request of ours.
pub(crate) async fn tap(
    _world: &Shared,
    _phone: &str,
    _id: &str,
    _tap: &Tap,
) -> Option<Result<Value, Problem>> {
    None
}

/// The app code that this phone shows; a fresh one where the old one has expired, or where one is wished for.
/// `None` where this phone has no app.
pub(crate) fn app_code(_world: &Shared, _phone: &str, _fresh: bool) -> Option<Code> {
    None
}

/// The calls that it makes to merchants, for the faults.
pub(crate) const MERCHANT_CALLS: &[&str] = &["netgiro.callback"];

/// The names of all calls of a merchant.
pub(crate) fn call_names() -> Vec<&'static str> {
    Vec::new()
}

/// The routes below `/netgiro`.
pub(crate) fn router(_world: &Shared) -> Router<Shared> {
    Router::new()
}

/// Sends a call that was held.
pub(crate) async fn release(_world: &Shared, _held: &HeldCall) -> Result<Value, NoAnswer> {
    Err(NoAnswer::BadAddress)
}
