//! What every client of a payment provider needs.
