//! Naming the customer, and the club. The sale never waits for either.

use crate::goods::customer_kind;
use crate::keys::Shortcut;
use crate::language::countdown;
use crate::state::{Till, till};
use crate::view::icons;
use crate::{page, work};
use karfa_shared::till::{Action, CustomerKind, CustomerView, MembershipView};
use leptos::prelude::*;

/// How customers can be typed in at this till: what any of its wallets takes.
fn offered(till: Till) -> Vec<CustomerKind> {
    let mut kinds = Vec::new();
    for wallet in till.seat().map(|seat| seat.wallets).unwrap_or_default() {
        for kind in wallet.customers {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    kinds
}

fn name(kind: CustomerKind) -> &'static str {
    match kind {
        CustomerKind::Phone => "customer.phone",
        CustomerKind::PersonalQr => "customer.personal_qr",
        CustomerKind::NationalId => "customer.national_id",
        CustomerKind::AppCode => "customer.app_code",
    }
}

/// The card.
#[component]
pub(super) fn CustomerCard() -> impl IntoView {
    let till = till();
    let customer = Memo::new(move |_| till.sale().and_then(|sale| sale.customer));
    let is_known = Memo::new(move |_| customer.with(Option::is_some));
    view! {
        <section class="card customer" aria-labelledby="customer-title" tabindex="-1">
            <h2 id="customer-title">{till.text("customer.title")}</h2>
            {move || {
                if is_known.get() {
                    view! { <Known customer=customer/> }.into_any()
                } else {
                    view! { <Ask/> }.into_any()
                }
            }}
        </section>
    }
}

/// Nobody is named yet.
#[component]
fn Ask() -> impl IntoView {
    let till = till();
    let kinds = untrack(|| offered(till));
    let typed_kinds: Vec<CustomerKind> = kinds
        .iter()
        .copied()
        .filter(|kind| *kind != CustomerKind::PersonalQr)
        .collect();
    let chosen = RwSignal::new(typed_kinds.first().copied().unwrap_or(CustomerKind::Phone));
    let typed = RwSignal::new(String::new());
    let locked = move || !till.can(Action::Identify);
    let kinds = StoredValue::new(kinds);
    let submit = move || {
        let text = typed.get_untracked().trim().to_owned();
        if text.is_empty() {
            page::focus("customer");
            return;
        }
        let kind = kinds.with_value(|kinds| customer_kind(&text, chosen.get_untracked(), kinds));
        work::identify(till, kind, text);
        typed.set(String::new());
    };
    let segments = (typed_kinds.len() > 1).then(|| {
        let each = typed_kinds.into_iter().map(move |kind| {
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name="customer-kind"
                        prop:checked=move || chosen.get() == kind
                        on:change=move |_| {
                            chosen.set(kind);
                            page::focus("customer");
                        }
                    />
                    <span>{till.text(name(kind))}</span>
                </label>
            }
        });
        view! {
            <fieldset class="segments">
                <legend class="unseen">{till.text("customer.how")}</legend>
                {each.collect_view()}
            </fieldset>
        }
    });
    let prefix = move || {
        let prefix = till.seat().map(|seat| seat.country_prefix).unwrap_or_default();
        (chosen.get() == CustomerKind::Phone && !prefix.is_empty())
            .then(|| view! { <span class="prefix" aria-hidden="true">{format!("+{prefix}")}</span> })
    };
    view! {
        <form
            class="stack"
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            {segments}
            <label for="customer" class="field-label">
                <span>{move || till.text(name(chosen.get()))}</span> <kbd>{Shortcut::Customer.key()}</kbd>
            </label>
            <div class="joined">
                {prefix}
                <input
                    id="customer"
                    type="text"
                    inputmode=move || if chosen.get() == CustomerKind::Phone { "tel" } else { "text" }
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="customer-hint"
                    disabled=locked
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" disabled=locked>{till.text("customer.take")}</button>
            </div>
            <p id="customer-hint" class="hint">{till.text("customer.hint")}</p>
        </form>
    }
}

/// Somebody is named.
#[component]
fn Known(customer: Memo<Option<CustomerView>>) -> impl IntoView {
    let till = till();
    let membership = Memo::new(move |_| customer.get().map(|customer| customer.membership));
    let has_club = untrack(|| till.seat()).is_some_and(|seat| seat.club.is_some());
    let who = move || {
        customer.get().map(|customer| {
            view! {
                <p class="who">
                    {icons::icon(icons::PERSON)}
                    <span>
                        <span class="hint">{till.text(name(customer.kind))}</span>
                        <strong class="masked">{customer.masked}</strong>
                    </span>
                </p>
            }
        })
    };
    view! {
        <div class="known">
            {who}
            <button
                id="customer-other"
                type="button"
                class="quiet"
                disabled=move || !till.can(Action::Identify)
                on:click=move |_| {
                    work::forget_customer(till);
                    page::focus("customer");
                }
            >
                {till.text("customer.forget")}
            </button>
        </div>
        <div class="membership" role="status">{move || membership.get().and_then(|state| club(till, state))}</div>
        <Show when=move || has_club && till.can(Action::Enrol) && membership.get().is_some_and(|state| can_be_asked(&state))>
            <button type="button" class="wide" disabled=move || till.busy.get() on:click=move |_| work::enrol(till)>
                {icons::icon(icons::BADGE)}
                <span>{till.text_with("club.enrol", &[("club", &club_name(till))])}</span>
            </button>
        </Show>
    }
}

/// Whether there is something to ask: not of a member, and not twice at a time.
fn can_be_asked(state: &MembershipView) -> bool {
    !matches!(
        state,
        MembershipView::Member { .. } | MembershipView::Enrolling { .. }
    )
}

fn club_name(till: Till) -> String {
    till.seat().and_then(|seat| seat.club).unwrap_or_default()
}

/// How the customer stands to the club; nothing where there is none.
fn club(till: Till, state: MembershipView) -> Option<AnyView> {
    let club = till.seat()?.club?;
    let plain =
        |tone: &'static str, text: String| view! { <p class=format!("club {tone}")>{text}</p> }.into_any();
    let shown = match state {
        MembershipView::Unknown => plain("still", till.text("club.unknown")),
        MembershipView::NotMember => plain("still", till.text_with("club.not_member", &[("club", &club)])),
        MembershipView::Refused => plain("still", till.text("club.refused")),
        MembershipView::Lapsed => plain("still", till.text("club.lapsed")),
        MembershipView::NotPossible { why } => {
            let name = format!("club.why.{why}");
            let known = till.texts.with_untracked(|texts| texts.find(&name).is_some());
            let text = if known {
                till.text(&name)
            } else {
                till.text_with("club.why.other", &[("why", &why)])
            };
            plain("bad", text)
        }
        MembershipView::Member {
            name,
            since,
            purchases,
        } => {
            let since = till.language.get_untracked().form_date(&since);
            let facts = till.text_with(
                "club.member_since",
                &[("since", &since), ("purchases", &purchases.to_string())],
            );
            view! {
                <div class="club good">
                    {icons::icon(icons::BADGE)}
                    <p>
                        <strong>{till.text_with("club.member", &[("name", &name), ("club", &club)])}</strong>
                        <span class="hint">{facts}</span>
                    </p>
                </div>
            }
            .into_any()
        }
        MembershipView::Enrolling {
            binding_message,
            expires_at,
        } => view! {
            <div class="club act">
                <p>{till.text("club.compare")}</p>
                <p class="binding">{binding_message}</p>
                <p class="hint">{till.text("club.enrolling")} " " {remaining(&expires_at)}</p>
                <button type="button" class="quiet" on:click=move |_| work::stop_enrolling(till)>
                    {till.text("club.stop")}
                </button>
            </div>
        }
        .into_any(),
    };
    Some(shown)
}

/// The time that is left until a moment, counted down. Not read aloud every second.
pub(crate) fn remaining(until: &str) -> impl IntoView + use<> {
    let till = till();
    let end = page::moment_ms(until).map(|ms| ms / 1_000);
    end.map(|end| {
        view! {
            <span class="remaining" aria-hidden="true">
                {move || countdown(end.saturating_sub(till.now.get()))}
            </span>
        }
    })
}
