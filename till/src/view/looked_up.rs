//! A payment of which no answer came: somebody looks at the provider's own page, and says here what stands there.

use crate::api::{self, Body, Failure};
use crate::state::till;
use karfa_shared::till::{Action, LookedUp, SALES, SaleView};
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
    let wallet = move || {
        sale.with(|sale| {
            let payment = sale.as_ref().and_then(|sale| sale.payment.as_ref());
            payment.map_or(String::new(), |payment| till.wallet_name(&payment.wallet))
        })
    };
    let send = move |transaction: Option<String>| {
        let Some(id) = untrack(|| sale.get()).map(|sale| sale.id) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let path = format!("{SALES}/{id}/looked-up");
            match api::post::<SaleView>(&path, Body::json(&LookedUp { transaction })).await {
                Ok(sale) => {
                    typed.set(String::new());
                    done.run(sale);
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
                        send(Some(id));
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
                    <button type="button" class="danger" disabled=move || busy.get() on:click=move |_| send(None)>
                        {till.text("lookup.unpaid")}
                    </button>
                </Show>
            </form>
        </Show>
    }
}
