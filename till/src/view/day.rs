//! The day's sales: what each wallet took, whether the providers say the same, and every sale again.

/// The sale beside the list.
mod chosen;
/// Sums, and what a comparison says of them.
mod totals;

use crate::api::{self, Body, Failure};
use crate::faces;
use crate::page;
use crate::sale::payment::problem_box;
use crate::state::{Till, till};
use chosen::{Chosen, Opened};
use karfa_shared::till::{DAY, DAY_COMPARED, DaySale, DayStray, DayView, Phase, SALES, SaleView, StrayWish};
use leptos::prelude::*;
use totals::{keep_comparison, total, verdict};

/// How often a sale is read again while something happens to it.
const AGAIN_MS: i32 = 2_000;

/// The whole part of the page.
#[component]
pub(crate) fn DayPage() -> impl IntoView {
    let till = till();
    let date = RwSignal::new(None::<String>);
    let day = RwSignal::new(None::<DayView>);
    let busy = RwSignal::new(false);
    let chosen = Chosen::none();
    let load = move |compare: bool| {
        let Some(wanted) = date.try_get_untracked() else {
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let query = wanted
                .as_ref()
                .map(|date| format!("?date={date}"))
                .unwrap_or_default();
            let answer = if compare {
                api::post::<DayView>(&format!("{DAY_COMPARED}{query}"), Body::Empty).await
            } else {
                api::get::<DayView>(&format!("{DAY}{query}")).await
            };
            // Left, or another day is being read.
            if date.try_get_untracked() != Some(wanted) {
                return;
            }
            match answer {
                Ok(view) => day.set(Some(view)),
                Err(failure) => fail(till, &failure),
            }
            busy.set(false);
        });
    };
    load(false);
    let newest = StoredValue::new(0_u32);
    Effect::new(move |before: Option<u32>| {
        let this = before.map_or(0, |before| before.wrapping_add(1));
        newest.set_value(this);
        let is_moving = |day: &DayView| {
            day.sales.iter().any(moves) || day.strays.iter().any(|stray| stray.problem.is_none())
        };
        if day.with(|day| day.as_ref().is_some_and(is_moving)) {
            leptos::task::spawn_local(catch_up(day, newest, this));
        }
        this
    });
    let shown_date = move || {
        day.with(|day| day.as_ref().map(|day| day.date.clone()))
            .unwrap_or_default()
    };
    let changed = Callback::new(move |()| load(false));
    let give_back = Callback::new(move |(id, attempt): (String, u32)| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let path = format!("{SALES}/{id}/give-back");
            if let Err(failure) = api::post::<SaleView>(&path, Body::json(&StrayWish { attempt })).await {
                fail(till, &failure);
            }
            load(false);
        });
    });
    let told = move || {
        day.with(|day| {
            let totals = day.iter().flat_map(|day| &day.totals);
            totals
                .filter_map(|total| verdict(till, total).1)
                .collect::<Vec<_>>()
                .join(" ")
        })
    };
    view! {
        <div class="day-page">
            <section class="column wide-column" aria-labelledby="day-title" tabindex="-1">
                <header class="column-head">
                    // The field writes the date as the browser's own language does; this one is unmistakable.
                    <h2 id="day-title">
                        {till.text("day.title")} " " <span>{move || till.language.get().form_date(&shown_date())}</span>
                    </h2>
                    <label class="date">
                        <span>{till.text("day.date")}</span>
                        <input
                            type="date"
                            prop:value=shown_date
                            on:change=move |event| {
                                let value = event_target_value(&event);
                                date.set((!value.is_empty()).then_some(value));
                                chosen.choose(None);
                                load(false);
                            }
                        />
                    </label>
                    <button
                        type="button"
                        disabled=move || busy.get()
                        aria-busy=move || busy.get().to_string()
                        on:click=move |_| load(true)
                    >
                        {till.text("day.compare")}
                    </button>
                </header>
                // What a comparison came to is read aloud, without all the amounts above it.
                <p class="unseen" role="status">{told}</p>
                <div class="day-totals">
                    {move || {
                        day.get().map(|day| day.totals.iter().map(|each| total(till, each)).collect_view())
                    }}
                </div>
                // Another one is drawn by itself: it never gets a button, and the focus, that stood for the one before.
                <For
                    each=move || day.get().map(|day| day.strays).unwrap_or_default()
                    key=DayStray::clone
                    children=move |each| stray(till, each, busy, give_back)
                />
                {list(till, day, chosen)}
            </section>
            <section class="column pay" aria-label=till.text("day.sale")>
                <Opened chosen=chosen changed=changed/>
            </section>
        </div>
    }
}

/// Whether the list will say something else about a sale by itself.
fn moves(sale: &DaySale) -> bool {
    sale.checking || sale.phase.as_ref().is_some_and(|phase| !faces::is_settled(phase))
}

/// Reads the list again until it says something else. What was read meanwhile is newer, and goes on by itself.
async fn catch_up(day: RwSignal<Option<DayView>>, newest: StoredValue<u32>, this: u32) {
    loop {
        page::pause(AGAIN_MS).await;
        let Some(shown) = day.try_get_untracked().flatten() else {
            return;
        };
        if newest.try_get_value() != Some(this) {
            return;
        }
        let answer = api::get::<DayView>(&format!("{DAY}?date={}", shown.date)).await;
        if newest.try_get_value() != Some(this) {
            return;
        }
        match answer {
            Ok(mut view) => {
                keep_comparison(&shown.totals, &mut view.totals);
                // Drawn anew only when it has changed: the focus stays on its row.
                if view != shown {
                    day.set(Some(view));
                    return;
                }
            }
            Err(Failure::NoAnswer) => {}
            Err(Failure::Refused(_)) => return,
        }
    }
}

fn fail(till: Till, failure: &Failure) {
    if till.is_signed_out(failure) {
        return;
    }
    match failure {
        Failure::Refused(refusal) => till.complain(refusal),
        Failure::NoAnswer => crate::work::ask_cashier(till, "net.no_answer"),
    }
}

/// Money that nobody waited for and that is not given back yet: what, where, and why.
fn stray(
    till: Till,
    stray: DayStray,
    busy: RwSignal<bool>,
    give_back: Callback<(String, u32)>,
) -> impl IntoView + use<> {
    let wallet = till.wallet_name(&stray.wallet);
    let amount = till.money().show(stray.amount_minor);
    let sentence = till.text_with(
        if stray.problem.is_some() {
            "stray.kept"
        } else {
            "stray.going"
        },
        &[
            ("amount", &amount),
            ("wallet", &wallet),
            ("number", &stray.number),
        ],
    );
    let at_provider = stray.provider_id.unwrap_or(stray.reference);
    let which = StoredValue::new((stray.sale, stray.attempt));
    view! {
        <article class="card stack stray">
            <p><strong>{sentence}</strong></p>
            <dl class="facts">
                <div class="trace">
                    <dt>{till.text_with("lookup.label", &[("wallet", &wallet)])}</dt>
                    <dd>{at_provider}</dd>
                </div>
            </dl>
            {stray.problem.map(|problem| view! {
                {problem_box(problem, &wallet)}
                <button
                    type="button"
                    disabled=move || busy.get()
                    aria-busy=move || busy.get().to_string()
                    on:click=move |_| give_back.run(which.get_value())
                >
                    {till.text("stray.again")}
                </button>
            })}
        </article>
    }
}

fn list(till: Till, day: RwSignal<Option<DayView>>, chosen: Chosen) -> impl IntoView {
    let has_sales = Memo::new(move |_| day.with(|day| day.as_ref().map(|day| !day.sales.is_empty())));
    move || match has_sales.get() {
        None => ().into_any(),
        Some(false) => view! { <p class="empty">{till.text("day.empty")}</p> }.into_any(),
        Some(true) => table(till, day, chosen).into_any(),
    }
}

fn table(till: Till, day: RwSignal<Option<DayView>>, chosen: Chosen) -> impl IntoView {
    let row = move |sale: DaySale| {
        let id = StoredValue::new(sale.id);
        let newest = move || {
            day.with(|day| {
                let mut sales = day.as_ref()?.sales.iter();
                sales.find(|sale| id.with_value(|id| sale.id == *id)).cloned()
            })
        };
        view! {
            <tr role="row" class:chosen=move || {
                chosen.id.with(|chosen| chosen.as_ref().is_some_and(|chosen| id.with_value(|id| chosen == id)))
            }>
                {move || newest().map(|sale| cells(till, sale, chosen))}
            </tr>
        }
    };
    let heading = |name: &'static str, class: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{till.text(name)}</th> }
    };
    // In a narrow window the rows are laid out as cards; the roles keep it a table for who hears it.
    view! {
        <div class="table-frame">
            <table role="table" class="sales day-sales" aria-labelledby="day-title">
                <thead role="rowgroup">
                    <tr role="row">
                        {heading("day.number", "")}
                        {heading("day.time", "")}
                        {heading("day.state", "")}
                        {heading("receipt.total", "number")}
                        {heading("pay.captured", "number")}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || day.get().map(|day| day.sales).unwrap_or_default()
                        key=|sale| sale.id.clone()
                        children=row
                    />
                </tbody>
            </table>
        </div>
    }
}

/// What stands in a sale's row.
fn cells(till: Till, sale: DaySale, chosen: Chosen) -> impl IntoView + use<> {
    let money = till.money();
    let language = till.language.get_untracked();
    let state = match (sale.checking, sale.phase) {
        (true, _) => ("unknown", till.text("phase.unknown")),
        (false, Some(Phase::Paid)) if sale.captured_minor < sale.total_minor => {
            ("", till.text("state.partly_paid.title"))
        }
        (false, Some(phase)) => ("", till.text(&format!("phase.{}", faces::short(phase)))),
        (false, None) => ("", till.text("phase.none")),
    };
    let wallet = sale
        .wallet
        .map(|wallet| till.wallet_name(&wallet))
        .unwrap_or_default();
    let back = (sale.refunded_minor != 0).then(|| money.show(sale.refunded_minor.saturating_neg()));
    let of = format!("{} · {}", sale.till, sale.cashier);
    let date = sale.date.map(|date| language.form_date(&date));
    let id = sale.id;
    view! {
        <th role="rowheader" scope="row">
            <button type="button" class="link" on:click=move |_| chosen.open(till, id.clone())>
                {sale.number}
            </button>
            <span class="below">{of}</span>
        </th>
        <td role="cell">
            {language.form_time(&sale.time)}
            {date.map(|date| view! { <span class="below">{date}</span> })}
        </td>
        <td role="cell">
            <span class=format!("tag {}", state.0)>{state.1}</span>
            <span class="below">{wallet}</span>
        </td>
        <td role="cell" class="number">{money.show(sale.total_minor)}</td>
        <td role="cell" class="number">
            <strong>{money.show(sale.captured_minor)}</strong>
            {back.map(|back| view! { <span class="below">{back}</span> })}
        </td>
    }
}
