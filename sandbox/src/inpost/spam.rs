//! The anti-spam rules for pushes. InPost does not publish its own; these are the sandbox's.

use super::error::{ApiError, Code};
use super::state::{State, later};
use crate::number::Number;
use jiff::Timestamp;

/// At most so many pushes to a number …
const MOST_PUSHES: usize = 3;
/// … within ten minutes.
const WINDOW_S: i64 = 600;

/// Lets one more push to this number through and remembers it, or refuses.
pub(crate) fn allow(state: &mut State, number: &Number, now: Timestamp) -> Result<(), ApiError> {
    state.pushes.retain(|(_, at)| now < later(*at, WINDOW_S));
    if state.pushes.iter().filter(|(to, _)| to == number).count() >= MOST_PUSHES {
        let message = "too many pushes to this number: wait ten minutes, or use the QR code or the link";
        return Err(ApiError::new(Code::PhoneBindingMethodUnavailable, message));
    }
    state.pushes.push((number.clone(), now));
    Ok(())
}
