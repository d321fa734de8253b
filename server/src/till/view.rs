//! What a till's page is shown of a sale (`karfa_shared::till`), and what it may do next.
//!
//! Belongs here: a sale's state in the page's words. Does not belong here: deciding anything.

use super::sale::{CustomerSeen, Line, Payment, Sale, Sums};
use super::wallet::Problem;
use karfa_shared::till::{
    CustomerView, LineView, MembershipView, PaymentProblem, PaymentView, SaleView, VatView,
};

/// The view of a sale that was begun; `None` for one that was not.
pub(super) fn of_sale(id: &str, sale: &Sale, membership: MembershipView) -> Option<SaleView> {
    let facts = sale.facts.as_ref()?;
    let sums = sale.sums();
    Some(SaleView {
        id: id.to_owned(),
        number: facts.number.clone(),
        opened_at: facts.opened_at.to_string(),
        currency: facts.currency.code().to_owned(),
        lines: lines(sale, &sums),
        subtotal_minor: sums.subtotal_minor,
        discount_minor: sums.discount_minor,
        total_minor: sums.total_minor,
        vat: vat(&sums),
        customer: sale.customer.as_ref().map(|seen| customer(seen, membership)),
        payment: sale.payment.as_ref().map(|payment| of_payment(sale, payment)),
        can: sale.can(),
    })
}

fn lines(sale: &Sale, sums: &Sums) -> Vec<LineView> {
    let lines = sale.lines.iter().zip(&sums.lines);
    lines
        .map(|(line, sum)| {
            let Line {
                id,
                good,
                name,
                unit_minor,
                quantity,
                vat,
                is_return,
                ..
            } = line.clone();
            LineView {
                id,
                good,
                name,
                quantity,
                unit_minor,
                discount_minor: sum.discount_minor,
                total_minor: sum.subtotal_minor,
                vat: vat.hundredths_of_percent(),
                is_return,
            }
        })
        .collect()
}

fn vat(sums: &Sums) -> Vec<VatView> {
    sums.vat
        .iter()
        .map(|sum| VatView {
            rate: sum.rate.hundredths_of_percent(),
            net_minor: sum.net_minor,
            vat_minor: sum.vat_minor,
        })
        .collect()
}

fn customer(seen: &CustomerSeen, membership: MembershipView) -> CustomerView {
    CustomerView {
        kind: seen.kind,
        masked: seen.masked.clone(),
        membership,
    }
}

fn of_payment(sale: &Sale, payment: &Payment) -> PaymentView {
    PaymentView {
        wallet: payment.wallet.as_str().to_owned(),
        reference: payment.reference.clone(),
        phase: payment.phase,
        checking: sale.checking(),
        cancelling: payment.cancelling,
        amount_minor: payment.amount.minor,
        authorised_minor: payment.seen.authorised_minor,
        capturing_minor: payment.capture_under_way,
        captured_minor: payment.seen.captured_minor,
        refunded_minor: payment.seen.refunded_minor,
        released_minor: payment.seen.released_minor,
        problem: payment.problem.as_ref().map(|problem| of_problem(sale, problem)),
        code_to_scan: payment.code_to_scan.clone().filter(|_| !payment.is_dead()),
        expires_at: payment.expires_at.map(|at| at.to_string()),
        confirmation: Some(payment.confirmation),
        wrong_codes: payment.wrong_codes,
    }
}

fn of_problem(sale: &Sale, problem: &Problem) -> PaymentProblem {
    PaymentProblem {
        key: problem.key.clone(),
        number: problem.number.clone(),
        trace_id: problem.trace_id.clone(),
        offer_code: problem.offer_code,
        can_retry: sale.is_open(),
    }
}
