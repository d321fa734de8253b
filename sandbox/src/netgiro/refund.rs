//! Giving money back, under the merchant's key. Contract, sections 6 and 7.

use super::cart::{Refund, Stage};
use super::state::State;
use jiff::Timestamp;

/// The longest key.
pub(super) const LONGEST_KEY: usize = 40;

/// Why nothing is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such transaction.
    NotFound,
    /// Nothing was paid, or the payment was cancelled.
    NotPaid,
    /// More than what is left of the payment.
    TooMuch,
    /// Less than one króna.
    TooLittle,
    /// The key has given back another amount, or for another transaction.
    KeyReused,
}

impl Refused {
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Refused::NotFound => "Transaction not found",
            Refused::NotPaid => "Nothing is paid on this transaction.",
            Refused::TooMuch => "This is more than what is left of the payment.",
            Refused::TooLittle => "The amount to refund must be greater than '0'.",
            Refused::KeyReused => "This idempotency key has refunded something else.",
        }
    }
}

/// Gives back; the same key for the same refund does nothing a second time.
pub(super) fn refund(
    state: &mut State,
    id: &str,
    amount: i64,
    key: &str,
    now: Timestamp,
) -> Result<(), Refused> {
    if amount < 1 {
        return Err(Refused::TooLittle);
    }
    for cart in &state.carts {
        if let Some(known) = cart.refunds.iter().find(|refund| refund.key == key) {
            let same = cart.id.eq_ignore_ascii_case(id) && known.amount == amount;
            return if same { Ok(()) } else { Err(Refused::KeyReused) };
        }
    }
    let cart = state.cart_mut(id).ok_or(Refused::NotFound)?;
    if cart.stage_at(now) != Stage::Paid {
        return Err(Refused::NotPaid);
    }
    if amount > cart.paid - cart.refunded() {
        return Err(Refused::TooMuch);
    }
    cart.refunds.push(Refund {
        key: key.to_owned(),
        amount,
    });
    Ok(())
}
