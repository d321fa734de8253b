//! What has been rung up, and what it comes to.

use super::discount::DiscountDialog;
use crate::amounts::percent;
use crate::state::{Till, till};
use crate::view::icons;
use crate::work;
use karfa_shared::till::{Action, Edit, LineView, SaleView};
use leptos::prelude::*;

/// The column.
#[component]
pub(super) fn SaleColumn() -> impl IntoView {
    let till = till();
    let number = Memo::new(move |_| till.sale().map(|sale| sale.number));
    let ids = Memo::new(move |_| {
        till.sale()
            .map(|sale| sale.lines.iter().map(|line| line.id).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    // What is reduced: nothing, one line, or the whole sale.
    let reduced = RwSignal::new(None::<Option<u32>>);
    view! {
        <header class="column-head">
            <h2 id="sale-title">
                {move || match number.get() {
                    Some(number) => till.text_with("sale.number", &[("number", &number)]),
                    None => till.text("sale.new"),
                }}
            </h2>
            <Show when=move || till.can(Action::Discard)>
                <button type="button" class="quiet" on:click=move |_| work::discard(till) disabled=move || till.busy.get()>
                    {icons::icon(icons::BIN)} <span>{till.text("sale.discard")}</span>
                </button>
            </Show>
        </header>
        <Show
            when=move || ids.with(|ids| !ids.is_empty())
            fallback=move || view! { <p class="empty">{till.text("sale.empty")}</p> }
        >
            <ul class="lines" aria-label=till.text("sale.lines")>
                <For each=move || ids.get() key=|id| *id children=move |id| view! { <Line id=id reduced=reduced/> }/>
            </ul>
        </Show>
        <Totals reduced=reduced/>
        <DiscountDialog target=reduced/>
    }
}

#[component]
fn Line(id: u32, reduced: RwSignal<Option<Option<u32>>>) -> impl IntoView {
    let till = till();
    let line = Memo::new(move |_| till.sale()?.lines.into_iter().find(|line| line.id == id));
    let of = move |read: fn(&LineView) -> i64| line.with(|line| line.as_ref().map_or(0, read));
    let name = move || line.with(|line| line.as_ref().map(|line| line.name.clone()).unwrap_or_default());
    let quantity = move || line.with(|line| line.as_ref().map_or(0, |line| line.quantity));
    let is_return = move || line.with(|line| line.as_ref().is_some_and(|line| line.is_return));
    let set = move |quantity: u32| work::edit(till, vec![Edit::Quantity { line: id, quantity }]);
    let locked = move || !till.can(Action::Edit);
    let detail = move || {
        let money = till.money();
        let each = till.text_with("line.each", &[("price", &money.show(of(|line| line.unit_minor)))]);
        let less = of(|line| line.discount_minor);
        match (quantity(), less) {
            // The total says it already.
            (1, 0) => String::new(),
            (_, 0) => each,
            _ => {
                let less = till.text_with("line.less", &[("amount", &money.show(less))]);
                format!("{each} · {less}")
            }
        }
    };
    view! {
        <li class="line" class:is-return=is_return>
            <div class="line-what">
                <span class="line-name">{name}</span>
                <Show when=is_return>
                    <span class="tag">{till.text("line.returned")}</span>
                </Show>
            </div>
            <div class="stepper" role="group" aria-label=move || till.text_with("line.quantity_of", &[("name", &name())])>
                <button
                    type="button"
                    class="square"
                    aria-label=move || {
                        let text = if quantity() > 1 { "line.fewer" } else { "line.remove" };
                        till.text_with(text, &[("name", &name())])
                    }
                    disabled=locked
                    on:click=move |_| set(quantity().saturating_sub(1))
                >
                    "\u{2212}"
                </button>
                <output>{quantity}</output>
                <button
                    type="button"
                    class="square"
                    aria-label=move || till.text_with("line.more", &[("name", &name())])
                    disabled=locked
                    on:click=move |_| set(quantity().saturating_add(1))
                >
                    "+"
                </button>
            </div>
            <button
                type="button"
                class="quiet square"
                aria-label=move || till.text_with("line.discount", &[("name", &name())])
                disabled=locked
                on:click=move |_| reduced.set(Some(Some(id)))
            >
                {icons::icon(icons::PERCENT)}
            </button>
            <span class="line-total">{move || till.money().show(of(|line| line.total_minor))}</span>
            <span class="line-detail">{detail}</span>
        </li>
    }
}

#[component]
fn Totals(reduced: RwSignal<Option<Option<u32>>>) -> impl IntoView {
    let till = till();
    let of = move |read: fn(&SaleView) -> i64| {
        till.desk
            .with(|desk| desk.as_ref()?.sale.as_ref().map(read))
            .unwrap_or(0)
    };
    let has_lines = Memo::new(move |_| till.sale().is_some_and(|sale| !sale.lines.is_empty()));
    let rates = move || {
        let money = till.money();
        let vat = till.sale().map(|sale| sale.vat).unwrap_or_default();
        vat.into_iter()
            .map(|vat| {
                let rate = percent(till.language.get_untracked(), vat.rate);
                view! {
                    <div>
                        <dt>{till.text_with("sale.vat", &[("rate", &rate)])}</dt>
                        <dd>{money.show(vat.vat_minor)}</dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <div class="totals">
            <Show when=move || has_lines.get()>
                <button
                    type="button"
                    class="quiet"
                    disabled=move || !till.can(Action::Edit)
                    on:click=move |_| reduced.set(Some(None))
                >
                    {icons::icon(icons::PERCENT)} <span>{till.text("sale.discount")}</span>
                </button>
            </Show>
            <dl class="small-sums">
                <Show when=move || of(|sale| sale.discount_minor) != 0>
                    <div>
                        <dt>{till.text("sale.subtotal")}</dt>
                        <dd>{move || till.money().show(of(|sale| sale.subtotal_minor))}</dd>
                    </div>
                    <div>
                        <dt>{till.text("sale.reduced")}</dt>
                        <dd>{move || till.money().show(of(|sale| sale.discount_minor).saturating_neg())}</dd>
                    </div>
                </Show>
                {rates}
            </dl>
            <p class="total" aria-live="polite" aria-atomic="true">
                <span>{till.text("sale.total")}</span>
                <strong>{move || total(till)}</strong>
            </p>
        </div>
    }
}

/// What the sale comes to.
fn total(till: Till) -> String {
    till.money().show(till.sale().map_or(0, |sale| sale.total_minor))
}
