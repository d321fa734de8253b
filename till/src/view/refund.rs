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
    // The sale that it was opened for, and what could be given back of it: no other one, whatever is shown by then.
    let of = RwSignal::new((String::new(), 0));
    let most = move || of.with(|(_, most)| *most);
    Effect::new(move |_| {
        if open.get() {
            let shown = sale.with_untracked(|sale| {
                let sale = sale.as_ref()?;
                Some((sale.id.clone(), sale.payment.as_ref().map_or(0, rest)))
            });
            of.set(shown.unwrap_or_default());
            amount.set(untrack(|| till.money().plain(most())));
            request.set(page::fresh_id());
            problem.set(None);
            page::focus("refund-amount");
        }
    });
    let submit = move || {
        let (id, _) = of.get_untracked();
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
            let answer = api::post::<SaleView>(&path, Body::json(&wish)).await;
            // The form may have been closed meanwhile, or opened for another refund: that one it says nothing about.
            let is_shown = open.try_get_untracked() == Some(true)
                && request.try_with_untracked(|request| *request == wish.request_id) == Some(true);
            match answer {
                Ok(sale) => {
                    if is_shown {
                        open.set(false);
                    }
                    done.try_run(sale);
                }
                Err(failure) if till.is_signed_out(&failure) => open.set(false),
                Err(Failure::Refused(refusal)) if is_shown => {
                    problem.set(Some(till.refusal(&refusal)));
                    // Refused is not begun: what is typed next is another refund.
                    request.set(page::fresh_id());
                }
                Err(Failure::Refused(refusal)) => till.complain(&refusal),
                Err(Failure::NoAnswer) => {
                    if is_shown {
                        problem.set(Some(till.text("refund.no_answer")));
                    }
                    if let Ok(sale) = api::get::<SaleView>(&format!("{SALES}/{id}")).await {
                        done.try_run(sale);
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
