//! Whether a receipt is as the interface says: contract, section 5.

use super::super::fields::{Need, Object};

/// Lines of one receipt.
const MOST_LINES: usize = 1000;
/// Of any amount on a receipt, in minor units; returns are negative.
const MOST_VALUE: i64 = 65_000_000;
const AMOUNTS: std::ops::RangeInclusive<i64> = -MOST_VALUE..=MOST_VALUE;
/// Units that quantities are in.
const UNITS: [&str; 6] = ["PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"];

/// Notes what is wrong with a receipt.
pub(super) fn check(receipt: &Object<'_, '_>) {
    receipt.only(&["orderLines", "bottomLine"]);
    for line in receipt
        .objects("orderLines", Need::Must, 1..=MOST_LINES)
        .unwrap_or_default()
    {
        check_line(&line);
    }
    if let Some(bottom) = receipt.object("bottomLine", Need::Must) {
        check_bottom(&bottom);
    }
}

fn check_line(line: &Object<'_, '_>) {
    line.only(&[
        "name",
        "id",
        "totalAmount",
        "totalAmountExcludingTax",
        "totalTaxAmount",
        "taxRate",
        "unitInfo",
        "discount",
        "productUrl",
        "isReturn",
        "isShipping",
    ]);
    line.text_of("name", Need::Must, 1..=2048);
    line.text_of("id", Need::Must, 1..=255);
    for amount in ["totalAmount", "totalAmountExcludingTax", "totalTaxAmount"] {
        line.whole_number(amount, Need::Must, AMOUNTS);
    }
    line.whole_number("taxRate", Need::May, 0..=10_000);
    line.whole_number("discount", Need::May, 0..=MOST_VALUE);
    line.text(
        "productUrl",
        Need::May,
        |text| url::Url::parse(text).is_ok(),
        "must be a URL",
    );
    line.flag("isReturn");
    line.flag("isShipping");
    if let Some(unit) = line.object("unitInfo", Need::May) {
        unit.only(&["unitPrice", "quantity", "quantityUnit"]);
        unit.whole_number("unitPrice", Need::May, 0..=MOST_VALUE);
        let reason = "must match ^\\d+(\\.\\d{1,8})?$, with at most 10 characters";
        unit.text("quantity", Need::May, is_quantity, reason);
        unit.word("quantityUnit", Need::May, &UNITS);
    }
}

fn is_quantity(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match text.split_once('.') {
        None => digits(text),
        Some((whole, part)) => digits(whole) && digits(part) && part.len() <= 8,
    };
    fits && text.len() <= 10
}

fn check_bottom(bottom: &Object<'_, '_>) {
    bottom.only(&[
        "currency",
        "tipAmount",
        "posId",
        "paymentSources",
        "barcode",
        "receiptNumber",
    ]);
    bottom.word("currency", Need::Must, &["NOK", "DKK", "EUR"]);
    bottom.whole_number("tipAmount", Need::May, 0..=MOST_VALUE);
    for text in ["posId", "receiptNumber"] {
        bottom.text_of(text, Need::May, 1..=255);
    }
    if let Some(sources) = bottom.object("paymentSources", Need::May) {
        let kinds = ["giftCard", "card", "voucher", "cash"];
        sources.only(&kinds);
        for kind in kinds {
            sources.whole_number(kind, Need::May, 0..=MOST_VALUE);
        }
    }
    if let Some(barcode) = bottom.object("barcode", Need::May) {
        barcode.only(&["format", "data"]);
        barcode.text_of("format", Need::Must, 1..=50);
        barcode.text_of("data", Need::Must, 1..=255);
    }
}
