//! A reduction of one line, or of the whole sale: a percentage or an amount.

use crate::amounts::parse_percent;
use crate::state::till;
use crate::view::dialog::Dialog;
use crate::{page, work};
use karfa_shared::till::{Discount, Edit, LineView};
use leptos::prelude::*;

/// A line before any reduction.
fn gross(line: &LineView) -> i64 {
    line.unit_minor.saturating_mul(i64::from(line.quantity))
}

/// Asks how much; `target` says of what, `None` when nothing is asked.
#[component]
pub(super) fn DiscountDialog(target: RwSignal<Option<Option<u32>>>) -> impl IntoView {
    let till = till();
    let is_percent = RwSignal::new(true);
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let close = Callback::new(move |()| target.set(None));
    Effect::new(move |_| {
        if target.with(Option::is_some) {
            typed.set(String::new());
            wrong.set(false);
            page::focus("discount");
        }
    });
    let apply = move |discount: Discount| {
        if let Some(line) = target.get_untracked() {
            work::edit(till, vec![Edit::Discount { line, discount }]);
        }
        close.run(());
    };
    // An amount above it is a slip, or a barcode that a scanner typed here.
    let most = move || {
        let lines = untrack(|| till.sale()).map(|sale| sale.lines).unwrap_or_default();
        match target.get_untracked().flatten() {
            Some(id) => lines.iter().find(|line| line.id == id).map_or(0, gross),
            None => lines.iter().map(|line| line.total_minor.max(0)).sum(),
        }
    };
    let submit = move || {
        let text = typed.get_untracked();
        let discount = if is_percent.get_untracked() {
            parse_percent(&text).map(|hundredths| Discount::Percent { hundredths })
        } else {
            untrack(|| till.money())
                .parse(&text)
                .filter(|minor| *minor <= most())
                .map(|minor| Discount::Amount { minor })
        };
        match discount {
            Some(discount) => apply(discount),
            None => wrong.set(true),
        }
    };
    let title = Signal::derive(move || {
        let line = target.get().flatten();
        let name = line.and_then(|id| till.sale()?.lines.into_iter().find(|line| line.id == id));
        match name {
            Some(line) => till.text_with("discount.of", &[("name", &line.name)]),
            None => till.text("discount.of_sale"),
        }
    });
    let kind = move |percent: bool, text: &'static str| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="discount-kind"
                    prop:checked=move || is_percent.get() == percent
                    on:change=move |_| is_percent.set(percent)
                />
                <span>{till.text(text)}</span>
            </label>
        }
    };
    view! {
        <Dialog open=Signal::derive(move || target.with(Option::is_some)) title=title close=close>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <fieldset class="segments">
                    <legend class="unseen">{till.text("discount.kind")}</legend>
                    {kind(true, "discount.percent")}
                    {kind(false, "discount.amount")}
                </fieldset>
                <label for="discount">{till.text("discount.how_much")}</label>
                <input
                    id="discount"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-invalid=move || wrong.get().to_string()
                    aria-describedby="discount-wrong"
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        wrong.set(false);
                    }
                />
                <p id="discount-wrong" class="problem" role="alert">
                    {move || wrong.get().then(|| till.text("discount.wrong"))}
                </p>
                <div class="actions">
                    <button type="button" class="quiet" on:click=move |_| apply(Discount::Amount { minor: 0 })>
                        {till.text("discount.none")}
                    </button>
                    <button type="submit" class="primary">{till.text("discount.apply")}</button>
                </div>
            </form>
        </Dialog>
    }
}
