//! The day's sales: what each wallet took, whether the providers say the same, and every sale again.

use super::looked_up::LookedUpForm;
use super::receipt::receipt;
use super::refund::RefundDialog;
use crate::api::{self, Body, Failure};
use crate::faces;
use crate::page;
use crate::sale::payment::{Announcement, State, problem_box};
use crate::state::{Till, till};
use crate::view::icons;
use karfa_shared::till::{
    Action, AmountWish, DAY, DAY_COMPARED, DaySale, DayStray, DayTotal, DayView, PaymentView, Phase, SALES,
    SaleView, StrayWish,
};
use leptos::prelude::*;

/// How often a sale is read again while something happens to it.
const AGAIN_MS: i32 = 2_000;

/// The sale beside the list. An answer about another one never takes its place: a press would hit a sale that nobody meant.
#[derive(Clone, Copy)]
struct Chosen {
    /// The one that the cashier wants to see.
    id: RwSignal<Option<String>>,
    /// It, once it was read.
    sale: RwSignal<Option<SaleView>>,
    /// Counts what was shown: what was read before that is old.
    turn: StoredValue<u32>,
}

impl Chosen {
    /// What was chosen before is gone at once.
    fn choose(self, id: Option<String>) {
        if self.id.with_untracked(|before| *before != id) {
            self.put(None);
            self.id.set(id);
        }
    }

    /// Whether it is still wanted: neither the page was left nor another one chosen.
    fn is(self, id: &str) -> bool {
        let is_it = |chosen: &Option<String>| chosen.as_deref() == Some(id);
        self.id.try_with_untracked(is_it) == Some(true)
    }

    /// What came of something that was done to it.
    fn show(self, sale: SaleView) {
        if self.is(&sale.id) {
            self.put(Some(sale));
        }
    }

    fn put(self, sale: Option<SaleView>) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.sale.set(sale);
    }

    /// Opens one, or looks at it again.
    fn open(self, till: Till, id: String) {
        self.choose(Some(id.clone()));
        let turn = self.turn.get_value();
        leptos::task::spawn_local(async move {
            let answer = api::get::<SaleView>(&format!("{SALES}/{id}")).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(sale) => {
                    self.put(Some(sale));
                    page::focus("opened");
                }
                Err(failure) => {
                    fail(till, &failure);
                    if self.sale.with_untracked(Option::is_none) {
                        self.choose(None);
                    }
                }
            }
        });
    }

    /// Reads it again, unless something newer is shown by then.
    async fn follow(self, id: String, turn: u32) {
        loop {
            page::pause(AGAIN_MS).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let answer = api::get::<SaleView>(&format!("{SALES}/{id}")).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(sale) => {
                    self.put(Some(sale));
                    return;
                }
                Err(Failure::NoAnswer) => {}
                Err(Failure::Refused(_)) => return,
            }
        }
    }
}

/// The whole part of the page.
#[component]
pub(crate) fn DayPage() -> impl IntoView {
    let till = till();
    let date = RwSignal::new(None::<String>);
    let day = RwSignal::new(None::<DayView>);
    let busy = RwSignal::new(false);
    let chosen = Chosen {
        id: RwSignal::new(None),
        sale: RwSignal::new(None),
        turn: StoredValue::new(0),
    };
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

/// What was compared holds as long as the till's own amounts are the same.
fn keep_comparison(before: &[DayTotal], now: &mut [DayTotal]) {
    for total in now {
        let same = before.iter().find(|before| {
            before.wallet == total.wallet
                && before.captured_minor == total.captured_minor
                && before.refunded_minor == total.refunded_minor
        });
        if let Some(same) = same {
            total.provider_net_minor = same.provider_net_minor;
            total.not_compared = same.not_compared;
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

/// What a wallet took, and in plain words whether its provider says the same.
fn total(till: Till, total: &DayTotal) -> impl IntoView + use<> {
    let money = till.money();
    let (tone, sentence) = verdict(till, total);
    let row = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{till.text(name)}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <article class="card day-total">
            <h3>{till.wallet_name(&total.wallet)}</h3>
            <p class="day-net">{money.show(net(total))}</p>
            <dl class="facts">
                {row("day.payments", total.payments.to_string())}
                {row("day.captured", money.show(total.captured_minor))}
                {row("day.refunded", money.show(total.refunded_minor))}
            </dl>
            {sentence.map(|sentence| view! { <p class=format!("verdict {tone}")>{sentence}</p> })}
        </article>
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

/// What is left of what was taken.
fn net(total: &DayTotal) -> i64 {
    total.captured_minor.saturating_sub(total.refunded_minor)
}

/// What the comparison came to: its colour, and its sentence where there was one.
fn verdict(till: Till, total: &DayTotal) -> (&'static str, Option<String>) {
    let money = till.money();
    let net = net(total);
    let (tone, words) = compared(total, net);
    let difference = total
        .provider_net_minor
        .map_or(0, |theirs| theirs.saturating_sub(net).saturating_abs());
    let sentence = words.map(|name| {
        till.text_with(
            name,
            &[
                ("wallet", &till.wallet_name(&total.wallet)),
                ("difference", &money.show(difference)),
                ("theirs", &money.show(total.provider_net_minor.unwrap_or(0))),
                ("count", &total.not_compared.to_string()),
            ],
        )
    });
    (tone, sentence)
}

/// How a comparison is told: its colour and its sentence.
fn compared(total: &DayTotal, net: i64) -> (&'static str, Option<&'static str>) {
    match total.provider_net_minor {
        _ if total.not_compared > 0 => ("unknown", Some("day.not_compared")),
        None => ("still", None),
        Some(theirs) if theirs == net => ("good", Some("day.same")),
        Some(theirs) if theirs > net => ("bad", Some("day.more")),
        Some(_) => ("bad", Some("day.less")),
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

#[component]
fn Opened(chosen: Chosen, changed: Callback<()>) -> impl IntoView {
    let till = till();
    let opened = chosen.sale;
    let refunding = RwSignal::new(false);
    Effect::new(move |moved: Option<bool>| {
        let shown = opened.with(|sale| {
            let sale = sale.as_ref()?;
            Some((
                sale.id.clone(),
                sale.payment.as_ref().is_some_and(faces::is_moving),
            ))
        });
        match shown {
            Some((id, true)) => {
                leptos::task::spawn_local(chosen.follow(id, chosen.turn.get_value()));
                true
            }
            Some(_) if moved == Some(true) => {
                changed.run(());
                false
            }
            _ => false,
        }
    });
    let payment = Signal::derive(move || opened.with(|sale| sale.as_ref()?.payment.clone()));
    let to_capture =
        move || payment.with(|payment| payment.as_ref().map_or(0, PaymentView::to_capture_minor));
    let can = move |action: Action| {
        Memo::new(move |_| opened.with(|sale| sale.as_ref().is_some_and(|sale| sale.can.contains(&action))))
    };
    let (can_capture, can_cancel, can_refund) =
        (can(Action::Capture), can(Action::Cancel), can(Action::Refund));
    let done = Callback::new(move |sale: SaleView| {
        chosen.show(sale);
        changed.run(());
    });
    // Of which sale something is asked for: with another one one can go on meanwhile.
    let asked = RwSignal::new(None::<String>);
    let busy = Memo::new(move |_| asked.with(|asked| asked.is_some() && chosen.id.with(|id| id == asked)));
    let send = move |word: &'static str, body: Body| {
        let Some(id) = chosen.id.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        asked.set(Some(id.clone()));
        leptos::task::spawn_local(async move {
            match api::post::<SaleView>(&format!("{SALES}/{id}/{word}"), body).await {
                Ok(sale) => {
                    done.try_run(sale);
                }
                Err(failure) => {
                    fail(till, &failure);
                    if chosen.is(&id) {
                        chosen.open(till, id.clone());
                    }
                }
            }
            if asked.try_get_untracked().flatten() == Some(id) {
                asked.set(None);
            }
        });
    };
    let title = move || {
        opened.with(|sale| {
            sale.as_ref()
                .map(|sale| till.text_with("sale.number", &[("number", &sale.number)]))
        })
    };
    // What is under way or in doubt goes on by itself.
    let is_next = move || {
        payment.with(|payment| {
            payment
                .as_ref()
                .is_some_and(|payment| payment.capturing_minor.is_none() && payment.checking.is_none())
        })
    };
    view! {
        <Announcement payment=payment/>
        <div id="opened" class="stack" tabindex="-1" role="group" aria-label=title>
            <Show
                when=move || opened.with(Option::is_some)
                fallback=move || {
                    chosen.id.with(Option::is_none).then(|| view! { <p class="empty">{till.text("day.choose")}</p> })
                }
            >
                <h2>{title}</h2>
                <State payment=payment/>
                <LookedUpForm sale=opened done=done/>
                <div class="actions steps">
                    <Show when=move || can_capture.get()>
                        <button
                            type="button"
                            class="wide"
                            class:primary=is_next
                            disabled=move || busy.get()
                            on:click=move |_| {
                                let amount_minor = untrack(to_capture);
                                send("capture", Body::json(&AmountWish { amount_minor }));
                            }
                        >
                            <span>{till.text("pay.capture")}</span>
                            <strong>{move || till.money().show(to_capture())}</strong>
                        </button>
                    </Show>
                    <Show when=move || can_cancel.get()>
                        <button
                            type="button"
                            class="danger"
                            disabled=move || busy.get()
                            on:click=move |_| send("cancel", Body::Empty)
                        >
                            {till.text("pay.cancel")}
                        </button>
                    </Show>
                    <button type="button" on:click=move |_| { let _ = page::window().print(); }>
                        {icons::icon(icons::PRINTER)} <span>{till.text("receipt.print")}</span>
                    </button>
                    <button
                        type="button"
                        on:click=move |_| {
                            if let Some(id) = chosen.id.get_untracked() {
                                chosen.open(till, id);
                            }
                        }
                    >
                        {till.text("day.check")}
                    </button>
                    <Show when=move || can_refund.get()>
                        <button
                            type="button"
                            class="danger"
                            disabled=move || busy.get()
                            on:click=move |_| refunding.set(true)
                        >
                            {till.text("refund.open")}
                        </button>
                    </Show>
                </div>
                {move || opened.get().map(|sale| receipt(&sale))}
            </Show>
            <RefundDialog open=refunding sale=opened done=done/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(theirs: Option<i64>, not_compared: u32) -> DayTotal {
        DayTotal {
            wallet: "w".to_owned(),
            payments: 1,
            captured_minor: 500,
            refunded_minor: 100,
            provider_net_minor: theirs,
            not_compared,
        }
    }

    #[test]
    fn a_difference_of_one_minor_unit_is_told() {
        assert_eq!(compared(&day(Some(400), 0), 400), ("good", Some("day.same")));
        assert_eq!(compared(&day(Some(401), 0), 400), ("bad", Some("day.more")));
        assert_eq!(compared(&day(Some(399), 0), 400), ("bad", Some("day.less")));
    }

    #[test]
    fn a_comparison_holds_until_the_tills_own_amounts_change() {
        let before = [day(Some(400), 0)];
        let mut now = [day(None, 0)];
        keep_comparison(&before, &mut now);
        assert_eq!(now, before);
        let changed = DayTotal {
            refunded_minor: 101,
            ..day(None, 0)
        };
        now = [changed.clone()];
        keep_comparison(&before, &mut now);
        assert_eq!(now, [changed]);
    }

    #[test]
    fn what_could_not_be_compared_is_not_called_the_same() {
        assert_eq!(
            compared(&day(Some(400), 1), 400),
            ("unknown", Some("day.not_compared"))
        );
        assert_eq!(compared(&day(None, 0), 400), ("still", None));
    }
}
