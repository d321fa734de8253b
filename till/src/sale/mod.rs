//! The sale: goods, lines, customer and payment, side by side where there is room.

/// Naming the customer, and the club.
mod customer;
/// Reductions.
mod discount;
/// Finding goods: scanner, search, tiles, camera.
mod goods;
/// What has been rung up, and what it comes to.
mod lines;
/// Asking for the money, and what comes of it.
pub(crate) mod payment;

pub(crate) use customer::remaining;

use crate::state::till;
use crate::view::receipt::receipt;
use karfa_shared::till::Action;
use leptos::prelude::*;

/// The whole part of the page.
#[component]
pub(crate) fn SalePage() -> impl IntoView {
    let till = till();
    // A sale that is done is shown as its receipt.
    let is_done = Memo::new(move |_| {
        till.can(Action::Finish) && till.payment().is_some_and(|payment| payment.captured_minor > 0)
    });
    let total = move || {
        let money = till.money();
        money.show(till.sale().map_or(0, |sale| sale.total_minor))
    };
    view! {
        <div class="sale-page">
            <goods::GoodsColumn/>
            <section class="column sale" aria-labelledby="sale-title">
                {move || {
                    if is_done.get() {
                        view! { <ReceiptOfDesk/> }.into_any()
                    } else {
                        view! { <lines::SaleColumn/> }.into_any()
                    }
                }}
            </section>
            <section class="column pay" aria-label=till.text("pay.column")>
                <customer::CustomerCard/>
                <payment::PaymentCard/>
            </section>
            <p class="sticky-total" aria-hidden="true">
                <span>{till.text("sale.total")}</span>
                <strong>{total}</strong>
                <a class="button primary" href="#payment" tabindex="-1">{till.text("pay.go")}</a>
            </p>
        </div>
    }
}

#[component]
fn ReceiptOfDesk() -> impl IntoView {
    let till = till();
    move || {
        till.sale()
            .map(|sale| view! { <h2 id="sale-title" class="unseen">{till.text("receipt.title")}</h2> {receipt(&sale)} })
    }
}
