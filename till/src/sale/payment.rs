//! Asking for the money, and what comes of it. One panel says where the money is, and never more than is known.

/// How the money is asked for.
mod ask;
/// Buttons under the state.
mod steps;

use super::customer::remaining;
use crate::faces::{Face, of_payment};
use crate::keys::Shortcut;
use crate::state::{Till, till};
use crate::view::icons;
use crate::{page, work};
use karfa_shared::till::{Action, PaymentProblem, PaymentView, Phase};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The button that asks for the money.
const PAY_BUTTON: &str = "pay";

/// What the shortcut for it does.
pub(crate) fn press_pay() {
    if let Some(button) = page::document().get_element_by_id(PAY_BUTTON) {
        button.unchecked_into::<HtmlElement>().click();
    }
}

/// The card.
#[component]
pub(super) fn PaymentCard() -> impl IntoView {
    let till = till();
    let payment = Memo::new(move |_| till.payment());
    let has_payment = Memo::new(move |_| payment.with(Option::is_some));
    let can_ask = Memo::new(move |_| {
        let has_lines = till.sale().is_some_and(|sale| !sale.lines.is_empty());
        till.can(Action::Request) || (!has_payment.get() && !has_lines)
    });
    // The button that was pressed is gone: the eye and the keyboard go where the money is. Whoever types a code stays there.
    Effect::new(move |before: Option<bool>| {
        let can_ask = can_ask.get();
        let stands = payment.with_untracked(|payment| {
            payment
                .as_ref()
                .is_some_and(|payment| payment.phase != Phase::AwaitingCode)
        });
        if before == Some(true) && !can_ask && stands {
            page::show("payment");
        }
        can_ask
    });
    let owed_back = Memo::new(move |_| till.sale().is_some_and(|sale| sale.total_minor < 0));
    // Nothing is to be paid, and nothing was asked for.
    let is_free = Memo::new(move |_| till.can(Action::Finish) && !has_payment.get());
    view! {
        <section class="card payment" id="payment" aria-labelledby="payment-title" tabindex="-1">
            <h2 id="payment-title">{till.text("pay.title")}</h2>
            <Announcement payment=payment/>
            <Show when=move || has_payment.get()>
                <State payment=payment/>
                <steps::Steps payment=payment/>
            </Show>
            <Show when=move || can_ask.get()>
                <ask::Ask payment=payment/>
            </Show>
            <Show when=move || owed_back.get()>
                <p class="problem">{till.text("pay.owed_back")}</p>
            </Show>
            <Show when=move || is_free.get()>
                <button type="button" class="primary wide" disabled=move || till.busy.get() on:click=move |_| work::finish(till)>
                    <span>{till.text("pay.next_customer")}</span> <kbd>{Shortcut::Next.key()}</kbd>
                </button>
            </Show>
        </section>
    }
}

/// What a screen reader says when the state changes.
#[component]
pub(crate) fn Announcement(#[prop(into)] payment: Signal<Option<PaymentView>>) -> impl IntoView {
    let till = till();
    let said = Memo::new(move |_| {
        payment.get().map(|payment| {
            let (title, next) = words(till, &payment);
            format!("{title}. {next}")
        })
    });
    view! {
        <p class="unseen" role="status" aria-live="assertive" aria-atomic="true">
            {move || said.get()}
        </p>
    }
}

/// The state's word and what to do next.
fn words(till: Till, payment: &PaymentView) -> (String, String) {
    let Face { name, .. } = of_payment(payment);
    let money = till.money();
    let wallet = till.wallet_name(&payment.wallet);
    let words = [
        ("wallet", wallet.as_str()),
        ("amount", &money.show(payment.amount_minor)),
        ("captured", &money.show(payment.captured_minor)),
        ("refunded", &money.show(payment.refunded_minor)),
        (
            "rest",
            &money.show(payment.authorised_minor.saturating_sub(payment.captured_minor)),
        ),
    ];
    (
        till.text_with(&format!("state.{name}.title"), &words),
        till.text_with(&format!("state.{name}.next"), &words),
    )
}

/// The panel.
#[component]
pub(crate) fn State(#[prop(into)] payment: Signal<Option<PaymentView>>) -> impl IntoView {
    let till = till();
    move || {
        let payment = payment.get()?;
        let face = of_payment(&payment);
        let (title, next) = words(till, &payment);
        let problem = payment
            .problem
            .clone()
            .map(|problem| as_told(till, &payment, problem));
        let wallet = till.wallet_name(&payment.wallet);
        let until = payment.expires_at.clone().filter(|_| is_waiting(&payment));
        Some(view! {
            <div class=format!("state {}", face.tone.class()) data-state=face.name>
                <div class="state-head">
                    <span class="state-picture" class:turning=face.tone == crate::faces::Tone::Busy>
                        {icons::icon(icons::of(face.picture))}
                    </span>
                    <p class="state-word">{title}</p>
                </div>
                <p class="state-next">{next}</p>
                {until.map(|until| view! {
                    <p class="state-time">
                        <span>{till.text("pay.time_left")}</span> " " {remaining(&until)}
                    </p>
                })}
                {(payment.wrong_codes > 0).then(|| view! {
                    <p class="problem">
                        {till.text_with("pay.wrong_codes", &[("count", &payment.wrong_codes.to_string())])}
                    </p>
                })}
                {problem.map(|problem| problem_box(problem, &wallet))}
                <Moved payment=payment/>
            </div>
        })
    }
}

/// Whether it is the customer's turn, and that for a time only.
fn is_waiting(payment: &PaymentView) -> bool {
    payment.checking.is_none() && matches!(payment.phase, Phase::AwaitingCustomer | Phase::AwaitingCode)
}

fn as_told(till: Till, payment: &PaymentView, mut problem: PaymentProblem) -> PaymentProblem {
    if payment.phase == Phase::Capturing {
        problem.key = till
            .texts
            .with_untracked(|texts| texts.while_taking(&problem.key).to_owned());
    }
    problem
}

/// What went wrong, and what to read out to who is called about it.
pub(crate) fn problem_box(problem: PaymentProblem, wallet: &str) -> impl IntoView + use<> {
    let till = till();
    let sentence = till
        .texts
        .with_untracked(|texts| texts.problem(&problem.key, wallet, problem.number.as_deref()));
    let fact = |name: &'static str, class: &'static str, value: Option<String>| {
        value.map(|value| {
            view! {
                <div class=class>
                    <dt>{till.text(name)}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
    };
    view! {
        <div class="problem-box">
            <p>{sentence}</p>
            <dl class="facts">
                {fact("pay.number", "", problem.number)}
                {fact("pay.trace", "trace", problem.trace_id)}
            </dl>
        </div>
    }
}

/// The money that has moved: the only place that says so.
#[component]
fn Moved(payment: PaymentView) -> impl IntoView {
    let till = till();
    let money = till.money();
    let row = |name: &'static str, minor: i64| {
        view! {
            <div>
                <dt>{till.text(name)}</dt>
                <dd>{money.show(minor)}</dd>
            </div>
        }
    };
    let is_not_known = payment.checking.is_some_and(|checking| {
        use karfa_shared::till::Checking::{Capture, Code, Refund, Request};
        matches!(checking, Capture | Code | Refund | Request)
    });
    let shown = |name: &'static str, minor: i64| (minor != 0).then(|| row(name, minor));
    view! {
        <dl class="moved">
            {row("pay.asked", payment.amount_minor)}
            {shown("pay.authorised", payment.authorised_minor)}
            {row("pay.captured", payment.captured_minor)}
            {shown("pay.refunded", payment.refunded_minor)}
            {shown("pay.released", payment.released_minor)}
        </dl>
        {is_not_known.then(|| view! { <p class="hint">{till.text("pay.moved_unknown")}</p> })}
    }
}
