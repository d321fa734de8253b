//! Sums: whatever is in a basket and whatever is taken off, gross, net and VAT add up.

use super::super::discount::{discount_minor, spread};
use super::super::goods::{CodeRule, Discount};
use super::{Catalogue, pln};
use crate::shop::model::Line;
use karfa_shared::money::{Currency, Money, Price, VatRate};
use proptest::prelude::*;

fn line(gross: i64, percent: u32, quantity: u32) -> Line {
    let catalogue = Catalogue::parse("catalogue.toml", super::CATALOGUE).unwrap();
    let mut product = catalogue.articles[0].product.clone();
    product.vat_rate = VatRate::from_hundredths_of_percent(percent * 100).unwrap();
    product.base_price = Price::from_gross(Money::new(gross, Currency::Pln), product.vat_rate).unwrap();
    Line {
        product,
        quantity,
        final_total: Price::zero(Currency::Pln),
    }
}

fn code(discount: Discount) -> CodeRule {
    CodeRule {
        code: "CODE".to_owned(),
        name: "Code".to_owned(),
        discount,
        from: None,
        last_day: None,
        offered: None,
    }
}

fn sum(prices: impl Iterator<Item = Price>) -> Price {
    prices.fold(Price::zero(Currency::Pln), |sum, price| sum.plus(price).unwrap())
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let numbers = (
        1_i64..200_000,
        prop::sample::select(vec![0_u32, 5, 8, 23]),
        1_u32..40,
    );
    prop::collection::vec(
        numbers.prop_map(|(gross, percent, quantity)| line(gross, percent, quantity)),
        1..12,
    )
}

fn discounts() -> impl Strategy<Value = Vec<CodeRule>> {
    let percent = (1_u32..=100).prop_map(Discount::Percent);
    let amount = (0_i64..100_000).prop_map(|minor| Discount::Amount(Money::new(minor, Currency::Pln)));
    prop::collection::vec(prop_oneof![percent, amount].prop_map(code), 0..4)
}

#[test]
fn a_percentage_is_rounded_half_up_once() {
    let ten = [code(Discount::Percent(10))];
    for (goods, off) in [
        ("0.05", 1),
        ("0.04", 0),
        ("129.00", 1_290),
        ("24.55", 246),
        ("24.54", 245),
    ] {
        assert_eq!(discount_minor(pln(goods), ten.iter()), off, "{goods}");
    }
}

#[test]
fn a_discount_never_exceeds_the_goods() {
    let much = [
        code(Discount::Amount(pln("500.00"))),
        code(Discount::Percent(100)),
    ];
    assert_eq!(discount_minor(pln("24.50"), much.iter()), 2_450);
    assert_eq!(discount_minor(pln("0.00"), much.iter()), 0);
}

#[test]
fn a_grosz_lands_on_one_piece() {
    let mut lines = [line(1_000, 23, 3)];
    spread(&mut lines, 1).unwrap();
    let (dear, cheap) = (line(1_000, 23, 1), line(999, 23, 1));
    let expected = dear
        .total()
        .unwrap()
        .times(2)
        .unwrap()
        .plus(cheap.total().unwrap())
        .unwrap();
    assert_eq!(lines[0].final_total, expected);
}

proptest! {
    #[test]
    fn the_lines_add_up_to_the_total(mut lines in lines(), codes in discounts()) {
        let before = sum(lines.iter().map(|line| line.total().unwrap()));
        let off = discount_minor(before.gross(), codes.iter());
        prop_assert!(0 <= off && off <= before.gross().minor);
        spread(&mut lines, off).unwrap();
        let after = sum(lines.iter().map(|line| line.final_total));
        prop_assert_eq!(after.gross().minor, before.gross().minor - off);
        prop_assert_eq!(after.net().plus(after.vat()), Ok(after.gross()));
        prop_assert!(after.net().minor <= before.net().minor && after.vat().minor <= before.vat().minor);
        for line in &lines {
            let (total, paid) = (line.total().unwrap(), line.final_total);
            prop_assert_eq!(paid.net().plus(paid.vat()), Ok(paid.gross()));
            prop_assert!(0 <= paid.gross().minor && paid.gross().minor <= total.gross().minor);
            prop_assert!(0 <= paid.net().minor && 0 <= paid.vat().minor);
        }
    }

    #[test]
    fn a_discount_is_spread_in_proportion(mut lines in lines(), percent in 0_i64..=100) {
        let grosses: Vec<i64> = lines.iter().map(|line| line.total().unwrap().gross().minor).collect();
        let whole: i64 = grosses.iter().sum();
        let off = whole * percent / 100;
        spread(&mut lines, off).unwrap();
        for (line, gross) in lines.iter().zip(grosses) {
            let share = gross - line.final_total.gross().minor;
            // Within one grosz of the exact share.
            prop_assert!((i128::from(share) * i128::from(whole) - i128::from(gross) * i128::from(off)).abs() < i128::from(whole));
        }
    }
}
