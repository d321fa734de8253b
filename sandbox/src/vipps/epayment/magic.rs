//! Amounts that fail in a named way: contract, section 5. In minor units, of any currency.

/// What becomes of paying an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is paid.
    Paid,
    /// It fails for this reason; the customer may try again or give up.
    Fails(&'static str),
    /// Nobody knows for an hour; then it is paid.
    UnknownForAnHour,
}

/// Refused for want of money.
pub(crate) const NO_FUNDS: &str = "insufficient-funds";

/// Amounts and their fates.
#[rustfmt::skip] // A table is read by its columns.
const AMOUNTS: [(i64, Fate); 9] = [
    (151, Fate::Fails(NO_FUNDS)),
    (182, Fate::Fails("refused-by-issuer")),
    (183, Fate::Fails("suspected-fraud")),
    (184, Fate::Fails("limit-exceeded")),
    (186, Fate::Fails("expired-card")),
    (187, Fate::Fails("invalid-card")),
    (197, Fate::Fails("3ds-denied")),
    (201, Fate::UnknownForAnHour),
    (202, Fate::Fails("sca-required")),
];

/// The fate of paying this amount.
pub(crate) fn paying(value: i64) -> Fate {
    AMOUNTS
        .iter()
        .find(|(amount, _)| *amount == value)
        .map_or(Fate::Paid, |(_, fate)| *fate)
}

/// The amounts with a fate of their own, and what becomes of paying them; then those of refunds.
pub(crate) fn named() -> impl Iterator<Item = (i64, &'static str)> {
    let paying = AMOUNTS.iter().map(|(value, fate)| {
        let what = match fate {
            Fate::Paid => "paid",
            Fate::Fails(code) => code,
            Fate::UnknownForAnHour => "unknown for an hour, then paid",
        };
        (*value, what)
    });
    paying.chain([
        (123, "a refund: refused with 6260"),
        (124, "a refund: refused with 5100"),
    ])
}

/// The error number of refunding this amount, where it fails.
pub(crate) const fn refunding(value: i64) -> Option<u16> {
    match value {
        123 => Some(6260),
        124 => Some(5100),
        _ => None,
    }
}
