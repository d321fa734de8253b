//! Amounts as the wire writes them, read exactly into groszy. Nothing is ever rounded.

use serde_json::{Value, json};

/// `decimal(10,2)` has at most eight digits before the point.
const LARGEST_MINOR: i64 = 9_999_999_999;

/// Reads a text or a number as groszy: at most two decimals, not negative, at most `decimal(10,2)` holds.
pub(crate) fn minor(value: &Value) -> Option<i64> {
    scaled(value, 2).filter(|minor| (0..=LARGEST_MINOR).contains(minor))
}

/// Reads a quantity as thousandths: at most three decimals, not negative.
pub(crate) fn thousandths(value: &Value) -> Option<i64> {
    scaled(value, 3).filter(|thousandths| *thousandths >= 0)
}

/// Writes groszy as the wire does: `12.30`.
pub(crate) fn text(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let units = minor.unsigned_abs();
    format!("{sign}{}.{:02}", units / 100, units % 100)
}

fn scaled(value: &Value, decimals: usize) -> Option<i64> {
    let written = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, fraction) = match written.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (written.as_str(), ""),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > decimals {
        return None;
    }
    format!("{whole}{fraction:0<decimals$}").parse().ok()
}

/// A price in its three parts, in groszy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) net: i64,
    pub(crate) gross: i64,
    pub(crate) vat: i64,
}

impl Price {
    /// Reads `{net, gross, vat}`.
    pub(crate) fn read(value: &Value) -> Option<Price> {
        let part = |name| value.get(name).and_then(minor);
        Some(Price {
            net: part("net")?,
            gross: part("gross")?,
            vat: part("vat")?,
        })
    }

    pub(crate) fn plus(self, other: Price) -> Price {
        Price {
            net: self.net.saturating_add(other.net),
            gross: self.gross.saturating_add(other.gross),
            vat: self.vat.saturating_add(other.vat),
        }
    }

    /// Writes `{net, gross, vat}`.
    pub(crate) fn write(self) -> Value {
        json!({ "net": text(self.net), "gross": text(self.gross), "vat": text(self.vat) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (value, expected) in [
            (json!("12.30"), 1230),
            (json!("12.3"), 1230),
            (json!(12.3), 1230),
            (json!(12), 1200),
            (json!("0.05"), 5),
        ] {
            assert_eq!(minor(&value), Some(expected), "{value}");
        }
        assert_eq!(minor(&json!("99999999.99")), Some(LARGEST_MINOR));
    }

    #[test]
    fn anything_else_is_no_amount() {
        for value in [
            json!("12.345"),
            json!("12,30"),
            json!("12."),
            json!(".5"),
            json!("-1.00"),
            json!("1e2"),
            json!(1e300),
            json!("100000000.00"),
            json!(null),
            json!(""),
            json!({}),
        ] {
            assert_eq!(minor(&value), None, "{value} was read");
        }
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!(
            Price {
                net: 1000,
                gross: 1230,
                vat: 230
            }
            .write(),
            json!({"net":"10.00","gross":"12.30","vat":"2.30"})
        );
        assert_eq!(text(5), "0.05");
    }
}
