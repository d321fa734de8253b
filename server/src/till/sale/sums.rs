//! What a sale comes to: reductions, totals and the VAT they contain, to the minor unit. No part of a sum is rounded
//! twice: the reduction of the whole sale is shared out over the lines, each line's VAT is what its total contains, and
//! every other sum is a sum of lines.

use super::{Line, Sale};
use crate::till::wallet::ReceiptLine;
use karfa_shared::money::VatRate;
use karfa_shared::till::Discount;

/// 100 %, in hundredths of a percent.
const WHOLE: i128 = 10_000;

/// A sale's sums, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Line by line, in the sale's order.
    pub lines: Vec<LineSum>,
    /// Sum of the lines before the reduction of the whole sale.
    pub subtotal_minor: i64,
    /// Reduction of the whole sale, positive.
    pub discount_minor: i64,
    /// To be paid.
    pub total_minor: i64,
    /// VAT contained in the total, by rate, highest rate first.
    pub vat: Vec<VatSum>,
}

/// A line's sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSum {
    /// Reduction of the line itself, positive.
    pub discount_minor: i64,
    /// What it adds to the subtotal; negative for goods that come back.
    pub subtotal_minor: i64,
    /// Its share of the reduction of the whole sale, positive.
    pub share_minor: i64,
    /// VAT contained in subtotal less share.
    pub vat_minor: i64,
}

impl LineSum {
    /// What the line adds to the total.
    pub fn total_minor(&self) -> i64 {
        self.subtotal_minor - self.share_minor
    }
}

/// VAT at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VatSum {
    /// The rate.
    pub rate: VatRate,
    /// Without VAT.
    pub net_minor: i64,
    /// The VAT.
    pub vat_minor: i64,
}

impl Sale {
    /// What the sale comes to.
    pub fn sums(&self) -> Sums {
        let mut lines: Vec<LineSum> = self.lines.iter().map(line_sum).collect();
        let subtotal_minor: i64 = lines.iter().map(|line| line.subtotal_minor).sum();
        // Goods that come back are given back at their own price: the reduction is of what is bought.
        let bought: i64 = lines.iter().map(|line| line.subtotal_minor.max(0)).sum();
        let discount_minor = self.discount.map_or(0, |discount| reduction(bought, discount));
        share_out(&mut lines, bought, discount_minor);
        for (sum, line) in lines.iter_mut().zip(&self.lines) {
            sum.vat_minor = contained(sum.total_minor(), line.vat);
        }
        let vat = vat_sums(&self.lines, &lines);
        Sums {
            lines,
            subtotal_minor,
            discount_minor,
            total_minor: subtotal_minor - discount_minor,
            vat,
        }
    }

    /// The lines as a receipt has them; they sum up to the total.
    pub fn receipt_lines(&self) -> Vec<ReceiptLine> {
        let sums = self.sums();
        let lines = self.lines.iter().zip(&sums.lines);
        lines
            .map(|(line, sum)| ReceiptLine {
                id: line.good.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
                unit_minor: line.unit_minor,
                discount_minor: sum.discount_minor + sum.share_minor,
                total_minor: sum.total_minor(),
                vat_minor: sum.vat_minor,
                vat: line.vat,
                is_return: line.is_return,
            })
            .collect()
    }
}

fn line_sum(line: &Line) -> LineSum {
    let gross = line.unit_minor.saturating_mul(i64::from(line.quantity));
    let discount_minor = line.discount.map_or(0, |discount| reduction(gross, discount));
    let reduced = gross - discount_minor;
    LineSum {
        discount_minor,
        subtotal_minor: if line.is_return { -reduced } else { reduced },
        share_minor: 0,
        vat_minor: 0,
    }
}

/// A reduction of `gross`: never more than it, never less than nothing; half a minor unit counts as one.
fn reduction(gross: i64, discount: Discount) -> i64 {
    let wished = match discount {
        Discount::Amount { minor } => i128::from(minor),
        Discount::Percent { hundredths } => {
            (i128::from(gross) * i128::from(hundredths) * 2 + WHOLE).div_euclid(WHOLE * 2)
        }
    };
    narrow(wished.clamp(0, i128::from(gross.max(0))))
}

/// Shares a reduction out over the lines that are bought, in proportion. What rounding leaves goes to the largest
/// remainders, so that the shares sum up to the reduction.
fn share_out(lines: &mut [LineSum], bought: i64, discount: i64) {
    if bought <= 0 || discount <= 0 {
        return;
    }
    let (bought, discount) = (i128::from(bought), i128::from(discount));
    let mut left = discount;
    let mut remainders: Vec<(i128, usize)> = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        let part = discount * i128::from(line.subtotal_minor.max(0));
        line.share_minor = narrow(part.div_euclid(bought));
        left -= part.div_euclid(bought);
        remainders.push((part.rem_euclid(bought), at));
    }
    remainders.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (remainder, at) in remainders {
        if left > 0
            && remainder > 0
            && let Some(line) = lines.get_mut(at)
        {
            line.share_minor += 1;
            left -= 1;
        }
    }
}

/// The VAT that an amount contains, half a minor unit up, away from nothing.
fn contained(gross: i64, rate: VatRate) -> i64 {
    let rate = i128::from(rate.hundredths_of_percent());
    let positive = i128::from(gross.unsigned_abs());
    let whole = WHOLE + rate;
    let vat = narrow((positive * rate * 2 + whole).div_euclid(whole * 2));
    if gross < 0 { -vat } else { vat }
}

fn vat_sums(lines: &[Line], sums: &[LineSum]) -> Vec<VatSum> {
    let mut all: Vec<VatSum> = Vec::new();
    for (line, sum) in lines.iter().zip(sums) {
        let net = sum.total_minor() - sum.vat_minor;
        match all.iter_mut().find(|vat| vat.rate == line.vat) {
            Some(vat) => {
                vat.net_minor += net;
                vat.vat_minor += sum.vat_minor;
            }
            None => all.push(VatSum {
                rate: line.vat,
                net_minor: net,
                vat_minor: sum.vat_minor,
            }),
        }
    }
    all.sort_by_key(|vat| std::cmp::Reverse(vat.rate));
    all
}

fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

    use super::*;
    use proptest::prelude::*;

    fn line(unit_minor: i64, quantity: u32, vat: u32) -> Line {
        Line {
            id: 1,
            good: "g".to_owned(),
            name: "g".to_owned(),
            unit_minor,
            quantity,
            vat: VatRate::from_hundredths_of_percent(vat).unwrap(),
            discount: None,
            is_return: false,
        }
    }

    fn sale(lines: Vec<Line>, discount: Option<Discount>) -> Sale {
        Sale {
            lines,
            discount,
            ..Sale::default()
        }
    }

    #[test]
    fn a_reduction_of_the_whole_sale_reaches_every_line_and_its_vat() {
        let percent = Some(Discount::Percent { hundredths: 1000 });
        let sums = sale(vec![line(12_500, 1, 2500), line(11_500, 2, 1500)], percent).sums();
        assert_eq!(sums.subtotal_minor, 35_500);
        assert_eq!(sums.discount_minor, 3_550);
        assert_eq!(sums.total_minor, 31_950);
        let vat: Vec<i64> = sums.vat.iter().map(|vat| vat.vat_minor).collect();
        assert_eq!(vat, [2_250, 2_700]);
    }

    #[test]
    fn goods_that_come_back_take_their_price_off_and_get_no_share_of_a_reduction() {
        let mut back = line(5_000, 1, 2500);
        back.is_return = true;
        let whole = Some(Discount::Amount { minor: 1_000 });
        let sums = sale(vec![line(20_000, 1, 2500), back], whole).sums();
        assert_eq!(sums.total_minor, 14_000);
        assert_eq!(sums.lines.last().unwrap().total_minor(), -5_000);
    }

    #[test]
    fn a_reduction_takes_off_no_more_than_there_is() {
        let mut given = line(900, 1, 2500);
        given.discount = Some(Discount::Amount { minor: 10_000 });
        assert_eq!(sale(vec![given], None).sums().total_minor, 0);
    }

    proptest! {
        #[test]
        fn every_sum_is_the_sum_of_its_parts(
            goods in proptest::collection::vec((1_i64..2_000_000, 1_u32..99, 0_u32..3_000, any::<bool>(), 0_u32..10_000), 1..12),
            whole in 0_u32..10_000,
        ) {
            let lines: Vec<Line> = goods
                .into_iter()
                .map(|(unit, quantity, vat, is_return, off)| Line {
                    is_return,
                    discount: Some(Discount::Percent { hundredths: off }),
                    ..line(unit, quantity, vat)
                })
                .collect();
            let sale = sale(lines, Some(Discount::Percent { hundredths: whole }));
            let sums = sale.sums();
            prop_assert_eq!(sums.lines.iter().map(LineSum::total_minor).sum::<i64>(), sums.total_minor);
            prop_assert_eq!(sums.vat.iter().map(|vat| vat.net_minor + vat.vat_minor).sum::<i64>(), sums.total_minor);
            prop_assert_eq!(sale.receipt_lines().iter().map(|line| line.total_minor).sum::<i64>(), sums.total_minor);
            for line in &sums.lines {
                prop_assert!(line.share_minor >= 0);
                prop_assert!(line.share_minor <= line.subtotal_minor.max(0));
            }
        }
    }
}
