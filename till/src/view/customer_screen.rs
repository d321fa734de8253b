//! The customer's screen: always open beside the till. It takes scans, shows what is rung up, and says what the customer
//! does next. Of a person it knows the first name of a member who is greeted, and nothing else.

use super::qr;
use crate::faces::{Tone, of_payment};
use crate::keyboard::SCAN_FIELD;
use crate::sale::remaining;
use crate::state::{Connection, Till, till};
use crate::view::icons;
use crate::{page, work};
use karfa_shared::till::{LineView, MembershipView, PaymentView};
use leptos::prelude::*;

/// How often a closed till is looked at.
const LOOK_EVERY_MS: i32 = 3_000;

/// The whole page.
#[component]
pub(crate) fn CustomerApp() -> impl IntoView {
    let till = till();
    let seated = Memo::new(move |_| {
        till.session
            .with(|session| session.as_ref().map(|session| session.seat.is_some()))
    });
    // It opens with the till, and nobody touches it for that.
    leptos::task::spawn_local(async move {
        loop {
            page::pause(LOOK_EVERY_MS).await;
            if !till.seat_is_taken() {
                till.look_around().await;
            }
        }
    });
    move || {
        till.texts.track();
        if till
            .texts
            .with_untracked(|texts| texts.find("app.name").is_none())
        {
            return ().into_any();
        }
        match seated.get() {
            Some(true) => view! { <Screen/> }.into_any(),
            _ => view! {
                <main id="main" class="greeting">
                    <h1>{till.text("screen.closed")}</h1>
                    <p>{till.text("screen.sign_in")}</p>
                </main>
            }
            .into_any(),
        }
    }
}

#[component]
fn Screen() -> impl IntoView {
    let till = till();
    let has_lines = Memo::new(move |_| till.sale().is_some_and(|sale| !sale.lines.is_empty()));
    let shop = untrack(|| till.seat())
        .map(|seat| seat.receipt_head.first().cloned().unwrap_or(seat.branch.name))
        .unwrap_or_default();
    let payment = Memo::new(move |_| till.payment());
    let has_payment = Memo::new(move |_| payment.with(Option::is_some));
    let membership = Memo::new(move |_| {
        till.sale()
            .and_then(|sale| sale.customer.map(|customer| customer.membership))
    });
    let is_paid = Memo::new(move |_| {
        payment.with(|payment| payment.as_ref().is_some_and(|payment| payment.captured_minor > 0))
    });
    page::focus(SCAN_FIELD);
    view! {
        <main id="main" class="screen" class:has-payment=has_payment>
            <section class="screen-side" aria-label=till.text("screen.you")>
                <h1 class="brand">
                    {icons::icon(icons::BASKET)} <span>{shop}</span>
                </h1>
                <div role="status">{move || membership.get().and_then(|state| club(till, state))}</div>
                <div class="screen-state" role="status" aria-live="assertive">
                    {move || match payment.get() {
                        Some(payment) => state(till, &payment),
                        None => welcome(till),
                    }}
                </div>
                <ScanField/>
                <Show when=move || till.connection.get() == Connection::Away>
                    <p class="banner away" role="status">
                        {icons::icon(icons::OFFLINE)} <span>{till.text("screen.away")}</span>
                    </p>
                </Show>
            </section>
            <section class="screen-sale" aria-label=till.text("screen.sale")>
                <Show
                    when=move || has_lines.get()
                    fallback=move || view! { <p class="empty">{till.text("screen.empty")}</p> }
                >
                    <Lines/>
                </Show>
                <Show when=move || has_lines.get()>
                    <p class="total">
                        <span>{move || till.text(if is_paid.get() { "receipt.total" } else { "sale.total" })}</span>
                        <strong>{move || till.money().show(till.sale().map_or(0, |sale| sale.total_minor))}</strong>
                    </p>
                </Show>
            </section>
        </main>
    }
}

#[component]
fn Lines() -> impl IntoView {
    let till = till();
    let lines = Memo::new(move |_| till.sale().map(|sale| sale.lines).unwrap_or_default());
    let reduced = move || till.sale().map_or(0, |sale| sale.discount_minor);
    let line = move |line: LineView| {
        let money = till.money();
        let detail = (line.quantity != 1 || line.is_return).then(|| {
            let pieces = format!("{} × {}", line.quantity, money.show(line.unit_minor));
            if line.is_return {
                format!("{pieces} · {}", till.text("line.returned"))
            } else {
                pieces
            }
        });
        view! {
            <li>
                <span class="line-name">{line.name}</span>
                <span class="line-total">{money.show(line.total_minor)}</span>
                <span class="line-detail">{detail}</span>
            </li>
        }
    };
    view! {
        <ul class="screen-lines" aria-label=till.text("sale.lines")>
            {move || lines.get().into_iter().map(line).collect_view()}
        </ul>
        <Show when=move || reduced() != 0>
            <p class="screen-reduced">
                <span>{till.text("sale.reduced")}</span>
                <span>{move || till.money().show(reduced().saturating_neg())}</span>
            </p>
        </Show>
    }
}

/// The field that catches scans. It is always ready: whoever holds a code to the scanner does not touch a screen.
#[component]
fn ScanField() -> impl IntoView {
    let till = till();
    let typed = RwSignal::new(String::new());
    view! {
        <form
            class="screen-scan"
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                work::scan(till, &typed.get_untracked(), 1);
                typed.set(String::new());
            }
        >
            <label for=SCAN_FIELD>{till.text("screen.scan")}</label>
            <input
                id=SCAN_FIELD
                type="text"
                inputmode="none"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <p class="hint" role="alert">{move || till.notice.get().filter(|notice| notice.is_bad).map(|_| till.text("screen.scan_failed"))}</p>
        </form>
    }
}

fn welcome(till: Till) -> AnyView {
    view! {
        <p class="screen-word">{till.text("screen.welcome")}</p>
        <p class="screen-next">{till.text("screen.hold_code")}</p>
    }
    .into_any()
}

fn club(till: Till, state: MembershipView) -> Option<AnyView> {
    let club = till.seat()?.club?;
    match state {
        MembershipView::Member { name, .. } => {
            Some(view! { <p class="club good">{till.text_with("screen.member", &[("name", &name), ("club", &club)])}</p> }.into_any())
        }
        MembershipView::Enrolling {
            binding_message,
            expires_at,
        } => Some(
            view! {
                <div class="club act">
                    <p>{till.text_with("screen.enrolling", &[("club", &club)])}</p>
                    <p class="binding">{binding_message}</p>
                    <p class="hint">{remaining(&expires_at)}</p>
                </div>
            }
            .into_any(),
        ),
        MembershipView::NotMember => {
            Some(view! { <p class="club still">{till.text_with("screen.invite", &[("club", &club)])}</p> }.into_any())
        }
        _ => None,
    }
}

/// The payment, in the customer's words.
fn state(till: Till, payment: &PaymentView) -> AnyView {
    let face = of_payment(payment);
    let money = till.money();
    let wallet = till.wallet_name(&payment.wallet);
    let words = [
        ("wallet", wallet.as_str()),
        ("amount", &money.show(payment.amount_minor)),
        ("captured", &money.show(payment.captured_minor)),
        ("refunded", &money.show(payment.refunded_minor)),
    ];
    let (title, next) = customer_words(face.tone, face.name);
    let code = payment
        .code_to_scan
        .as_deref()
        .filter(|_| crate::faces::is_moving(payment))
        .and_then(|code| qr::code(code, till.text_with("screen.code", &[("wallet", &wallet)])));
    view! {
        <div class=format!("state {}", face.tone.class()) data-state=face.name>
            <div class="state-head">
                <span class="state-picture" class:turning=face.tone == Tone::Busy>
                    {icons::icon(icons::of(face.picture))}
                </span>
                <p class="state-word">{till.text_with(title, &words)}</p>
            </div>
            <p class="state-next">{till.text_with(next, &words)}</p>
            {code}
        </div>
    }
    .into_any()
}

/// A customer is told less than the cashier, and never that something is wrong with the till.
pub(crate) fn customer_words(tone: Tone, name: &str) -> (&'static str, &'static str) {
    match (tone, name) {
        (Tone::Unknown, _) | (_, "cancelling") => ("screen.wait.title", "screen.wait.next"),
        (_, "awaiting_customer") => ("screen.approve.title", "screen.approve.next"),
        (_, "awaiting_scan") => ("screen.scan_code.title", "screen.scan_code.next"),
        (_, "awaiting_code") => ("screen.read_code.title", "screen.read_code.next"),
        (_, "authorised" | "capturing" | "capture_waits" | "requested" | "refunding") => {
            ("screen.wait.title", "screen.wait.next")
        }
        (_, "paid" | "partly_paid") => ("screen.thanks.title", "screen.thanks.next"),
        (_, "partly_refunded" | "refunded") => ("screen.refunded.title", "screen.refunded.next"),
        _ => ("screen.not_paid.title", "screen.not_paid.next"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::tests::every_kind;

    #[test]
    fn the_customer_is_thanked_only_for_money_that_has_moved() {
        for payment in every_kind() {
            let face = of_payment(&payment);
            let (title, _) = customer_words(face.tone, face.name);
            assert_eq!(
                title == "screen.thanks.title",
                ["paid", "partly_paid"].contains(&face.name),
                "{face:?}"
            );
            if payment.checking.is_some() || face.name == "capture_waits" {
                assert_eq!(title, "screen.wait.title");
            }
        }
    }
}
