//! A receipt on screen and on paper. On paper it is all that is printed, 80 mm wide (`till.css`).

use crate::amounts::percent;
use crate::faces;
use crate::page;
use crate::state::till;
use karfa_shared::till::SaleView;
use leptos::prelude::*;

/// The receipt of a sale.
pub(crate) fn receipt(sale: &SaleView) -> impl IntoView + use<> {
    let till = till();
    let money = till.money();
    let language = till.language.get_untracked();
    let seat = till.seat();
    let head = seat
        .as_ref()
        .map(|seat| seat.receipt_head.clone())
        .unwrap_or_default();
    let when = page::wall_clock(&sale.opened_at)
        .map(|at| format!("{} {}", language.date(at), language.time(at)))
        .unwrap_or_default();
    let row = |name: String, minor: i64| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{money.show(minor)}</dd>
            </div>
        }
    };
    let lines = sale.lines.iter().map(|line| {
        let pieces = format!("{} × {}", line.quantity, money.show(line.unit_minor));
        let less = (line.discount_minor != 0)
            .then(|| till.text_with("line.less", &[("amount", &money.show(line.discount_minor))]));
        let back = line.is_return.then(|| till.text("line.returned"));
        let detail = [Some(pieces), less, back]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ");
        view! {
            <li>
                <span class="receipt-name">{line.name.clone()}</span>
                <span class="receipt-amount">{money.show(line.total_minor)}</span>
                <span class="receipt-detail">{detail}</span>
            </li>
        }
    });
    let reduced = (sale.discount_minor != 0).then(|| {
        view! {
            {row(till.text("sale.subtotal"), sale.subtotal_minor)}
            {row(till.text("sale.reduced"), sale.discount_minor.saturating_neg())}
        }
    });
    let vat = sale.vat.iter().map(|vat| {
        view! {
            <tr>
                <th scope="row">{percent(language, vat.rate)}</th>
                <td>{money.bare(vat.net_minor)}</td>
                <td>{money.bare(vat.vat_minor)}</td>
                <td>{money.bare(vat.net_minor.saturating_add(vat.vat_minor))}</td>
            </tr>
        }
    });
    let paid = sale.payment.as_ref().map(|payment| {
        let wallet = till.wallet_name(&payment.wallet);
        let back = (payment.refunded_minor != 0).then(|| {
            row(
                till.text("receipt.refunded"),
                payment.refunded_minor.saturating_neg(),
            )
        });
        let state = match faces::of_payment(payment).name {
            "partly_paid" => till.text("state.partly_paid.title"),
            _ => till.text(&format!("phase.{}", faces::short(payment.phase))),
        };
        let not_known = payment.checking.is_some().then(|| {
            view! { <p class="receipt-note">{till.text("receipt.not_known")}</p> }
        });
        view! {
            <dl class="receipt-sums">
                {row(till.text_with("receipt.paid_with", &[("wallet", &wallet)]), payment.captured_minor)}
                {back}
            </dl>
            {not_known}
            <p class="receipt-note">{format!("{state} · {}", payment.reference)}</p>
        }
    });
    let served = seat.map(|seat| format!("{} · {}", seat.till.name, seat.cashier.name));
    view! {
        <article class="receipt" aria-label=till.text("receipt.title")>
            <header>
                {head.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                <p class="receipt-number">{till.text_with("receipt.number", &[("number", &sale.number)])}</p>
                <p>{when}</p>
                <p>{served}</p>
            </header>
            <ul class="receipt-lines">{lines.collect_view()}</ul>
            <dl class="receipt-sums">
                {reduced}
                <div class="receipt-total">
                    <dt>{till.text("receipt.total")}</dt>
                    <dd>{money.show(sale.total_minor)}</dd>
                </div>
            </dl>
            {paid}
            <table class="receipt-vat">
                <thead>
                    <tr>
                        <th scope="col">{till.text("receipt.vat_rate")}</th>
                        <th scope="col">{till.text("receipt.net")}</th>
                        <th scope="col">{till.text("receipt.vat")}</th>
                        <th scope="col">{till.text("receipt.gross")}</th>
                    </tr>
                </thead>
                <tbody>{vat.collect_view()}</tbody>
            </table>
            <p class="receipt-thanks">{till.text("receipt.thanks")}</p>
        </article>
    }
}
