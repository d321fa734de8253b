//! What the cashier can do with a payment under way.

use crate::faces::{is_in_doubt, is_moving};
use crate::keys::Shortcut;
use crate::state::till;
use crate::view::icons;
use crate::view::looked_up::LookedUpForm;
use crate::view::refund::RefundDialog;
use crate::{page, work};
use karfa_shared::till::{Action, PaymentView};
use leptos::prelude::*;

/// The buttons, each while it can be used.
#[component]
pub(super) fn Steps(payment: Memo<Option<PaymentView>>) -> impl IntoView {
    let till = till();
    let can = move |action: Action| Memo::new(move |_| till.can(action));
    let (finish, check, cancel) = (can(Action::Finish), can(Action::Check), can(Action::Cancel));
    let (capture, code, refund) = (can(Action::Capture), can(Action::EnterCode), can(Action::Refund));
    let busy = move || till.busy.get();
    let has_moved = Memo::new(move |_| {
        payment.with(|payment| payment.as_ref().is_some_and(|payment| payment.captured_minor > 0))
    });
    // One can go on while something is still being found out, but that is not what one does first.
    let is_settled = Memo::new(move |_| {
        payment.with(|payment| payment.as_ref().is_some_and(|payment| !is_moving(payment)))
    });
    let in_doubt = Memo::new(move |_| payment.with(|payment| payment.as_ref().is_some_and(is_in_doubt)));
    let refunding = RwSignal::new(false);
    view! {
        <Show when=move || code.get()>
            <Code/>
        </Show>
        <Show when=move || capture.get()>
            <Capture payment=payment/>
        </Show>
        <LookedUpForm
            sale=Signal::derive(move || till.sale())
            done=Callback::new(move |_| leptos::task::spawn_local(till.read_desk()))
        />
        <div class="actions steps">
            <Show when=move || finish.get()>
                <button
                    type="button"
                    class="wide"
                    class:primary=is_settled
                    disabled=busy
                    on:click=move |_| work::finish(till)
                >
                    <span>{till.text("pay.next_customer")}</span> <kbd>{Shortcut::Next.key()}</kbd>
                </button>
            </Show>
            <Show when=move || finish.get() && has_moved.get()>
                <button type="button" on:click=move |_| { let _ = page::window().print(); }>
                    {icons::icon(icons::PRINTER)} <span>{till.text("receipt.print")}</span>
                </button>
            </Show>
            <Show when=move || check.get()>
                <button type="button" class:primary=in_doubt disabled=busy on:click=move |_| work::check(till)>
                    <span>{till.text("pay.check")}</span> <kbd>{Shortcut::Check.key()}</kbd>
                </button>
            </Show>
            <Show when=move || cancel.get()>
                <button type="button" class="danger" disabled=busy on:click=move |_| work::cancel(till)>
                    {till.text("pay.cancel")}
                </button>
            </Show>
            <Show when=move || refund.get()>
                <button type="button" disabled=busy on:click=move |_| refunding.set(true)>
                    {till.text("refund.open")}
                </button>
            </Show>
        </div>
        <RefundDialog
            open=refunding
            sale=Signal::derive(move || till.sale())
            done=Callback::new(move |_| leptos::task::spawn_local(till.read_desk()))
        />
    }
}

/// The code that the customer reads out.
#[component]
fn Code() -> impl IntoView {
    let till = till();
    let typed = RwSignal::new(String::new());
    page::focus("code");
    view! {
        <form
            class="stack"
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                let code = typed.get_untracked().trim().to_owned();
                if !code.is_empty() && !till.busy.get_untracked() {
                    typed.set(String::new());
                    work::enter_code(till, code);
                }
            }
        >
            <label for="code">{till.text("pay.code")}</label>
            <div class="joined">
                <input
                    id="code"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="16"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" class="primary" disabled=move || till.busy.get()>{till.text("pay.code_send")}</button>
            </div>
        </form>
    }
}

/// Capturing by hand: the whole, or a part.
#[component]
fn Capture(payment: Memo<Option<PaymentView>>) -> impl IntoView {
    let till = till();
    let rest = move || payment.with(|payment| payment.as_ref().map_or(0, PaymentView::to_capture_minor));
    // What is under way is taken to its end before a part is anybody's choice.
    let is_under_way = move || {
        payment.with(|payment| {
            payment
                .as_ref()
                .is_some_and(|payment| payment.capturing_minor.is_some())
        })
    };
    // Known to be reserved, and nobody is taking it: that is the moment for it.
    let is_next =
        move || !is_under_way() && !payment.with(|payment| payment.as_ref().is_some_and(is_in_doubt));
    let in_part = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move || {
        let amount = untrack(|| till.money()).parse(&typed.get_untracked());
        match amount.filter(|amount| (1..=untrack(rest)).contains(amount)) {
            Some(amount) => work::capture(till, amount),
            None => wrong.set(true),
        }
    };
    view! {
        <Show when=move || !in_part.get() || is_under_way()>
            <button
                type="button"
                class="wide"
                class:primary=is_next
                disabled=move || till.busy.get()
                on:click=move |_| work::capture(till, untrack(rest))
            >
                <span>{till.text("pay.capture")}</span> <strong>{move || till.money().show(rest())}</strong>
            </button>
        </Show>
        <Show when=move || !is_under_way()>
            <label class="switch">
                <input
                    type="checkbox"
                    prop:checked=move || in_part.get()
                    on:change=move |event| {
                        in_part.set(event_target_checked(&event));
                        if in_part.get_untracked() {
                            page::focus("capture");
                        }
                    }
                />
                <span>{till.text("pay.capture_part")}</span>
            </label>
        </Show>
        <Show when=move || in_part.get() && !is_under_way()>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <label for="capture">{till.text("pay.capture_amount")}</label>
                <div class="joined">
                    <input
                        id="capture"
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        aria-invalid=move || wrong.get().to_string()
                        aria-describedby="capture-wrong"
                        prop:value=move || typed.get()
                        on:input=move |event| {
                            typed.set(event_target_value(&event));
                            wrong.set(false);
                        }
                    />
                    <button type="submit" class="primary" disabled=move || till.busy.get()>
                        {till.text("pay.capture_send")}
                    </button>
                </div>
                <p id="capture-wrong" class="problem" role="alert">
                    {move || {
                        wrong.get().then(|| till.text_with("pay.amount_wrong", &[("most", &till.money().show(rest()))]))
                    }}
                </p>
            </form>
        </Show>
    }
}
