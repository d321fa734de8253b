//! Exact decimal texts to scaled integers and back. No floating-point arithmetic.

use std::fmt;

/// Why a text is not an exact decimal of the wanted scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// Not digits with at most one point: exponents, spaces, commas and signs other than a leading minus are refused.
    #[error("not a decimal number: write it like 12.30")]
    Malformed,
    /// More digits after the point than the type holds; rounding would change what somebody pays.
    #[error("more than {0} decimals: an amount is never rounded silently")]
    TooPrecise(u32),
    /// Does not fit, or is a JSON number of more than 15 digits, which JSON readers do not carry exactly.
    #[error("the number is too large")]
    TooLarge,
}

/// A JSON number is carried as an IEEE double by most readers: 15 significant digits survive exactly.
const EXACT_DOUBLE_DIGITS: usize = 15;

/// Reads `-12.3` at scale 2 as `-1230`.
pub(crate) fn parse(text: &str, scale: u32) -> Result<i64, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Malformed),
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty()
        || !whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit())
    {
        return Err(DecimalError::Malformed);
    }
    let missing = u32::try_from(fraction.len())
        .ok()
        .and_then(|written| scale.checked_sub(written))
        .ok_or(DecimalError::TooPrecise(scale))?;
    scaled(negative, whole, fraction, missing).ok_or(DecimalError::TooLarge)
}

/// Accumulates below zero, where `i64` reaches one further, so that `i64::MIN` can be read back.
fn scaled(negative: bool, whole: &str, fraction: &str, missing: u32) -> Option<i64> {
    let zeros = (0..missing).map(|_| b'0');
    let below_zero = whole
        .bytes()
        .chain(fraction.bytes())
        .chain(zeros)
        .try_fold(0_i64, |sum, digit| {
            let digit = i64::from(digit.checked_sub(b'0')?);
            sum.checked_mul(10)?.checked_sub(digit)
        })?;
    if negative {
        Some(below_zero)
    } else {
        below_zero.checked_neg()
    }
}

/// Reads a JSON number with a fraction: its shortest text is the one that was written, up to 15 digits.
pub(crate) fn parse_double(number: f64, scale: u32) -> Result<i64, DecimalError> {
    let text = number.to_string();
    if text.bytes().filter(u8::is_ascii_digit).count() > EXACT_DOUBLE_DIGITS {
        let fraction = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        return Err(match u32::try_from(fraction) {
            Ok(written) if written <= scale => DecimalError::TooLarge,
            _ => DecimalError::TooPrecise(scale),
        });
    }
    parse(&text, scale)
}

/// Writes `-1230` at scale 2 as `-12.30`, with all decimals.
pub(crate) fn write(f: &mut dyn fmt::Write, scaled: i64, scale: u32) -> fmt::Result {
    let sign = if scaled < 0 { "-" } else { "" };
    let magnitude = scaled.unsigned_abs();
    let unit = 10_u64.saturating_pow(scale).max(1);
    let (whole, fraction) = (magnitude / unit, magnitude % unit);
    let width = usize::try_from(scale).unwrap_or(0);
    write!(f, "{sign}{whole}.{fraction:0width$}")
}
