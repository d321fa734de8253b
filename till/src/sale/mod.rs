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

use crate::faces::of_payment;
use crate::state::{Till, till};
use crate::view::receipt::receipt;
use crate::work;
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
    let has_payment = Memo::new(move |_| till.payment().is_some());
    let locked = Memo::new(move |_| has_payment.get() && !till.can(Action::Edit));
    view! {
        <div class="sale-page" class:has-payment=has_payment class:locked=locked>
            <goods::GoodsColumn/>
            <section class="column sale" aria-labelledby="sale-title" tabindex="-1">
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
            <Foot is_done=is_done/>
        </div>
    }
}

/// In a narrow window, always in sight: what the sale comes to or where its money is, and what one does next. All of it is
/// said and offered above too, so it is not read aloud.
#[component]
fn Foot(is_done: Memo<bool>) -> impl IntoView {
    let till = till();
    let face = Memo::new(move |_| till.payment().map(|payment| of_payment(&payment)));
    let word = move || match face.get() {
        Some(face) => till.text(&format!("state.{}.title", face.name)),
        None => till.text("sale.total"),
    };
    let has_lines = Memo::new(move |_| till.sale().is_some_and(|sale| !sale.lines.is_empty()));
    let step = move || {
        if is_done.get() {
            let button = view! {
                <button
                    type="button"
                    class="primary"
                    tabindex="-1"
                    disabled=move || till.busy.get()
                    on:click=move |_| work::finish(till)
                >
                    {till.text("pay.next_customer")}
                </button>
            };
            return Some(button.into_any());
        }
        let (class, name) = match (face.get(), has_lines.get()) {
            (Some(_), _) => ("button", "pay.look"),
            (None, true) => ("button primary", "pay.go"),
            (None, false) => return None,
        };
        Some(view! { <a class=class href="#payment" tabindex="-1">{till.text(name)}</a> }.into_any())
    };
    view! {
        <div class=move || format!("foot {}", face.get().map_or("", |face| face.tone.class())) aria-hidden="true">
            <span>{word}</span>
            <strong>{move || till.money().show(meant(till))}</strong>
            {step}
        </div>
    }
}

/// The amount that goes with the word at the foot.
fn meant(till: Till) -> i64 {
    let Some(payment) = till.payment() else {
        return till.sale().map_or(0, |sale| sale.total_minor);
    };
    match (payment.refunded_minor, payment.captured_minor) {
        (0, 0) => payment.amount_minor,
        (0, captured) => captured,
        (refunded, _) => refunded,
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
