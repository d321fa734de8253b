//! What codes take off, exactly: every grosz of a discount lands on one piece, so that each piece has a price with its
//! own VAT and every sum is a sum of those.

use super::goods::{CodeRule, Discount};
use crate::shop::model::Line;
use karfa_shared::money::{Money, MoneyError, Price};

/// What the codes take off goods of this sum, in minor units: each code by itself from the whole sum, together at most
/// the sum.
pub(super) fn discount_minor<'a>(goods: Money, codes: impl Iterator<Item = &'a CodeRule>) -> i64 {
    let mut discount = 0_i64;
    for code in codes {
        let part = match code.discount {
            Discount::Percent(percent) => percent_half_up(goods.minor, percent),
            Discount::Amount(amount) => amount.minor,
        };
        discount = discount.saturating_add(part);
    }
    discount.clamp(0, goods.minor.max(0))
}

/// `percent` of an amount, a half rounded up.
fn percent_half_up(minor: i64, percent: u32) -> i64 {
    let hundredfold = i128::from(minor) * i128::from(percent);
    i64::try_from((hundredfold + 50).div_euclid(100)).unwrap_or(i64::MAX)
}

/// Sets the final totals of the lines to what is left after a discount on all of them, in proportion to what they cost.
///
/// # Errors
/// Past what 64 bits hold.
pub(super) fn spread(lines: &mut [Line], discount_minor: i64) -> Result<(), MoneyError> {
    let mut grosses = Vec::with_capacity(lines.len());
    for line in &*lines {
        grosses.push(line.total()?.gross().minor);
    }
    for (line, share) in lines.iter_mut().zip(shares(&grosses, discount_minor)) {
        line.final_total = reduced(line, share)?;
    }
    Ok(())
}

/// Divides `discount` among amounts in proportion, by largest remainder, the earlier of equals first. No share exceeds
/// its amount as long as the discount does not exceed the sum.
fn shares(amounts: &[i64], discount: i64) -> Vec<i64> {
    let sum: i128 = amounts.iter().copied().map(i128::from).sum();
    if sum == 0 {
        return vec![0; amounts.len()];
    }
    let exact = |amount: &i64| i128::from(*amount) * i128::from(discount);
    let mut shares: Vec<i128> = amounts.iter().map(|amount| exact(amount) / sum).collect();
    let given: i128 = shares.iter().sum();
    let mut by_remainder: Vec<usize> = (0..amounts.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(amounts.get(*at).map(|amount| exact(amount) % sum)));
    let mut left = i128::from(discount) - given;
    for at in by_remainder {
        if let Some(share) = shares.get_mut(at).filter(|_| left > 0) {
            *share += 1;
            left -= 1;
        }
    }
    shares
        .into_iter()
        .map(|share| i64::try_from(share).unwrap_or(i64::MAX))
        .collect()
}

/// A line's price less its share: some pieces cost one minor unit less than the others, so that none is halved.
fn reduced(line: &Line, share: i64) -> Result<Price, MoneyError> {
    let (unit, rate) = (line.product.price(), line.product.vat_rate);
    let quantity = i64::from(line.quantity.max(1));
    let (each, cheaper) = (share / quantity, share % quantity);
    let piece = |off: i64| {
        let minor = unit.gross().minor.checked_sub(off).ok_or(MoneyError::Overflow)?;
        Price::from_gross(Money::new(minor, unit.gross().currency), rate)
    };
    if share == 0 {
        return unit.times(quantity);
    }
    let mut total = piece(each)?.times(quantity - cheaper)?;
    if cheaper > 0 {
        total = total.plus(piece(each + 1)?.times(cheaper)?)?;
    }
    Ok(total)
}
