//! Giving money back: the whole, or a part.
//!
//! A refund has its name from the moment the form opens. After no answer the sale is read again; the same refund sent
//! once more counts once.

use super::dialog::Dialog;
use crate::api::{self, Body, Failure};
use crate::page;
use crate::state::till;
use karfa_shared::till::{PaymentView, RefundWish, SALES, SaleView};
use leptos::prelude::*;

/// What can still be given back.
pub(crate) fn rest(payment: &PaymentView) -> i64 {
    payment
        .captured_minor
        .saturating_sub(payment.refunded_minor)
        .max(0)
}

/// Asks how much and why. `done` gets the sale after it.
#[component]
pub(crate) fn RefundDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// The sale.
    #[prop(into)]
    sale: Signal<Option<SaleView>>,
    /// What the sale is afterwards.
    done: Callback<SaleView>,
) -> impl IntoView {
    let till = till();
    let amount = RwSignal::new(String::new());
    let request = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let most = move || {
        sale.with(|sale| {
            sale.as_ref()
                .and_then(|sale| sale.payment.as_ref())
                .map_or(0, rest)
        })
    };
    Effect::new(move |_| {
        if open.get() {
            amount.set(untrack(|| till.money().plain(most())));
            request.set(page::fresh_id());
            problem.set(None);
            page::focus("refund-amount");
        }
    });
    let submit = move || {
        let Some(id) = untrack(|| sale.get()).map(|sale| sale.id) else {
            return;
        };
        let wanted = untrack(|| till.money())
            .parse(&amount.get_untracked())
            .filter(|minor| (1..=untrack(most)).contains(minor));
        let Some(amount_minor) = wanted else {
            let most = untrack(|| till.money().show(most()));
            problem.set(Some(till.text_with("pay.amount_wrong", &[("most", &most)])));
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let wish = RefundWish {
            request_id: request.get_untracked(),
            amount_minor,
        };
        leptos::task::spawn_local(async move {
            let path = format!("{SALES}/{id}/refund");
            match api::post::<SaleView>(&path, Body::json(&wish)).await {
                Ok(sale) => {
                    open.set(false);
                    done.run(sale);
                }
                Err(failure) if till.is_signed_out(&failure) => open.set(false),
                Err(Failure::Refused(refusal)) => {
                    problem.set(Some(till.refusal(&refusal)));
                    // Refused is not begun: what is typed next is another refund.
                    request.set(page::fresh_id());
                }
                Err(Failure::NoAnswer) => {
                    problem.set(Some(till.text("refund.no_answer")));
                    if let Ok(sale) = api::get::<SaleView>(&format!("{SALES}/{id}")).await {
                        done.run(sale);
                    }
                }
            }
            busy.set(false);
        });
    };
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || till.text("refund.title"))
            close=Callback::new(move |()| open.set(false))
        >
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <label for="refund-amount">
                    {move || till.text_with("refund.amount", &[("most", &till.money().show(most()))])}
                </label>
                <input
                    id="refund-amount"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby="refund-problem"
                    prop:value=move || amount.get()
                    on:focus=move |event| page::select(&event)
                    on:input=move |event| amount.set(event_target_value(&event))
                />
                <p id="refund-problem" class="problem" role="alert">{move || problem.get()}</p>
                <div class="actions">
                    <button type="button" class="quiet" on:click=move |_| open.set(false)>{till.text("action.back")}</button>
                    <button
                        type="submit"
                        class="danger"
                        disabled=move || busy.get()
                        aria-busy=move || busy.get().to_string()
                    >
                        {till.text("refund.send")}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
