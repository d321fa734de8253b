//! A payment of which no answer came: somebody looks at the provider's own page, and says here what stands there.

use super::dialog::Dialog;
use crate::api::{self, Body, Failure};
use crate::state::till;
use karfa_shared::till::{Action, LookedUp, PaymentView, SALES, SaleView};
use leptos::prelude::*;

/// The longest id that is sent.
const LONGEST: &str = "64";

/// The form, while there is something to say. `done` gets the sale after it.
#[component]
pub(crate) fn LookedUpForm(
    /// The sale.
    #[prop(into)]
    sale: Signal<Option<SaleView>>,
    /// What the sale is afterwards.
    done: Callback<SaleView>,
) -> impl IntoView {
    let till = till();
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let can = move |action: Action| {
        Memo::new(move |_| sale.with(|sale| sale.as_ref().is_some_and(|sale| sale.can.contains(&action))))
    };
    let (can_enter, can_deny) = (can(Action::EnterTransaction), can(Action::TellUnpaid));
    // The payment of which somebody is about to say that it was not paid: no other one, whatever stands here by then.
    let denied = RwSignal::new(None::<PaymentView>);
    let payment = move || sale.with(|sale| sale.as_ref()?.payment.clone());
    let wallet = move || payment().map_or(String::new(), |payment| till.wallet_name(&payment.wallet));
    let why = move || {
        denied.with(|denied| {
            let denied = denied.as_ref()?;
            let amount = till.money().show(denied.amount_minor);
            let words = [
                ("wallet", &*till.wallet_name(&denied.wallet)),
                ("amount", &*amount),
            ];
            Some(till.text_with("lookup.sure_why", &words))
        })
    };
    let send = move |payment: Option<PaymentView>, transaction: Option<String>| {
        let id = untrack(|| sale.get()).map(|sale| sale.id);
        let (Some(id), Some(reference)) = (id, payment.map(|payment| payment.reference)) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let path = format!("{SALES}/{id}/looked-up");
            let word = LookedUp {
                reference,
                transaction,
            };
            match api::post::<SaleView>(&path, Body::json(&word)).await {
                Ok(sale) => {
                    typed.set(String::new());
                    done.try_run(sale);
                }
                Err(failure) if till.is_signed_out(&failure) => {}
                Err(Failure::Refused(refusal)) => {
                    let text = till
                        .texts
                        .with_untracked(|texts| texts.refusal(&refusal.code, &refusal.detail));
                    problem.set(Some(text));
                }
                Err(Failure::NoAnswer) => problem.set(Some(till.text("net.no_answer"))),
            }
            denied.set(None);
            busy.set(false);
        });
    };
    view! {
        <Show when=move || can_enter.get()>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    let id = typed.get_untracked().trim().to_owned();
                    if !id.is_empty() {
                        send(untrack(payment), Some(id));
                    }
                }
            >
                <label for="transaction">
                    {move || till.text_with("lookup.label", &[("wallet", &wallet())])}
                </label>
                <div class="joined">
                    <input
                        id="transaction"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength=LONGEST
                        aria-describedby="transaction-problem"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <button type="submit" disabled=move || busy.get()>{till.text("lookup.send")}</button>
                </div>
                <p id="transaction-problem" class="problem" role="alert">{move || problem.get()}</p>
                <Show when=move || can_deny.get()>
                    <button
                        type="button"
                        class="danger"
                        disabled=move || busy.get()
                        on:click=move |_| denied.set(untrack(payment))
                    >
                        {till.text("lookup.unpaid")}
                    </button>
                </Show>
            </form>
        </Show>
        <Dialog
            open=Signal::derive(move || denied.with(Option::is_some))
            title=Signal::derive(move || till.text("lookup.sure"))
            close=Callback::new(move |()| denied.set(None))
        >
            <p>{why}</p>
            <div class="actions">
                <button type="button" class="quiet" on:click=move |_| denied.set(None)>{till.text("action.back")}</button>
                <button
                    type="button"
                    class="danger"
                    disabled=move || busy.get()
                    aria-busy=move || busy.get().to_string()
                    on:click=move |_| send(denied.get_untracked(), None)
                >
                    {till.text("lookup.sure_send")}
                </button>
            </div>
        </Dialog>
    }
}
