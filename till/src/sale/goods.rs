//! Finding goods: a field that takes scans and names, tiles by group, a camera.

use crate::goods::{groups, is_code, read, search};
use crate::keyboard::SCAN_FIELD;
use crate::keys::Shortcut;
use crate::state::{Till, till};
use crate::view::camera::CameraDialog;
use crate::view::icons;
use crate::{page, work};
use karfa_shared::till::{Action, Good};
use leptos::prelude::*;

/// As many as are shown of what was found: what fits above a phone's keys.
const MOST_SHOWN: usize = 7;

/// The column.
#[component]
pub(super) fn GoodsColumn() -> impl IntoView {
    let till = till();
    let camera = RwSignal::new(false);
    view! {
        <section class="column goods" aria-labelledby="goods-title">
            <h2 id="goods-title" class="unseen">{till.text("goods.title")}</h2>
            <div class="scan-row">
                <ScanField/>
                <button
                    type="button"
                    class="square"
                    aria-label=till.text("camera.open")
                    on:click=move |_| camera.set(true)
                >
                    {icons::icon(icons::CAMERA)}
                </button>
            </div>
            <label class="switch returning">
                <input type="checkbox" prop:checked=move || till.returning.get() on:change=move |event| {
                    till.returning.set(event_target_checked(&event));
                    page::focus(SCAN_FIELD);
                }/>
                <span>{till.text("goods.returning")}</span>
            </label>
            <Tiles/>
            <CameraDialog
                open=camera
                seen=Callback::new(move |text: String| {
                    camera.set(false);
                    work::scan(till, &text, 1);
                })
            />
        </section>
    }
}

/// The field that a scanner or a person types into.
#[component]
fn ScanField() -> impl IntoView {
    let till = till();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let text = typed.get();
        let wanted = read(&text);
        if is_code(wanted.text) {
            return Vec::new();
        }
        till.goods.with(|goods| {
            search(goods, wanted.text)
                .into_iter()
                .cloned()
                .collect::<Vec<Good>>()
        })
    });
    let take = move |good: &Good| {
        let quantity = read(&typed.get_untracked()).quantity;
        work::ring_up(till, good.id.clone(), quantity);
        typed.set(String::new());
        at.set(0);
        page::focus(SCAN_FIELD);
    };
    let submit = move || {
        let chosen = found.with_untracked(|found| found.get(at.get_untracked()).cloned());
        match chosen {
            Some(good) => take(&good),
            None => {
                let text = typed.get_untracked();
                let wanted = read(&text);
                work::scan(till, wanted.text, wanted.quantity);
                typed.set(String::new());
            }
        }
    };
    let step = move |by: isize| {
        let most = found.with_untracked(Vec::len).min(MOST_SHOWN).saturating_sub(1);
        at.update(|at| *at = at.saturating_add_signed(by).min(most));
    };
    let options = move || {
        let money = till.money();
        found
            .get()
            .into_iter()
            .take(MOST_SHOWN)
            .enumerate()
            .map(|(place, good)| {
                let price = money.show(good.price_minor);
                let name = good.name.clone();
                view! {
                    <li
                        id=format!("found-{place}")
                        role="option"
                        aria-selected=move || (at.get() == place).to_string()
                        on:mousedown=move |event| {
                            event.prevent_default();
                            take(&good);
                        }
                    >
                        <span>{name}</span>
                        <span class="price">{price}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let is_open = move || found.with(|found| !found.is_empty());
    // What the list does not say: that there is more, or that there is nothing.
    let beside = move || {
        let count = found.with(Vec::len);
        let is_name = typed.with(|text| {
            let text = read(text).text;
            !text.is_empty() && !is_code(text)
        });
        match count.checked_sub(MOST_SHOWN) {
            Some(more) if more > 0 => Some(till.text_with("goods.more", &[("count", &more.to_string())])),
            _ => (count == 0 && is_name).then(|| till.text("goods.none")),
        }
    };
    let has_word = Memo::new(move |_| beside().is_some());
    view! {
        <form
            class="scan"
            role="search"
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <label class="unseen" for=SCAN_FIELD>{till.text("goods.search")}</label>
            {icons::icon(icons::SEARCH)}
            <input
                id=SCAN_FIELD
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=till.text("goods.search")
                aria-controls="found"
                aria-autocomplete="list"
                aria-expanded=move || is_open().to_string()
                aria-activedescendant=move || is_open().then(|| format!("found-{}", at.get()))
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=move |event| {
                    match event.key().as_str() {
                        "ArrowDown" => step(1),
                        "ArrowUp" => step(-1),
                        "Escape" => typed.set(String::new()),
                        _ => return,
                    }
                    event.prevent_default();
                }
            />
            <kbd>{Shortcut::Search.key()}</kbd>
            <div class="found" class:open=move || is_open() || has_word.get()>
                <ul id="found" role="listbox" aria-label=till.text("goods.found")>
                    {options}
                </ul>
                <p class="hint" role="status">{beside}</p>
            </div>
        </form>
    }
}

#[component]
fn Tiles() -> impl IntoView {
    let till = till();
    let all = till.goods.get();
    let names = groups(&all);
    let group = RwSignal::new(names.first().cloned().unwrap_or_default());
    let tabs = names.into_iter().map(move |name| {
        let shown = name.clone();
        let mine = StoredValue::new(name);
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (group.get() == mine.get_value()).to_string()
                on:click=move |_| group.set(mine.get_value())
            >
                {shown}
            </button>
        }
    });
    let tiles = move || {
        let money = till.money();
        let chosen = group.get();
        till.goods.with(|goods| {
            let mine = goods.iter().filter(|good| good.group == chosen);
            mine.map(|good| tile(till, good, money.show(good.price_minor)))
                .collect_view()
        })
    };
    view! {
        <div class="chips" role="group" aria-label=till.text("goods.groups")>
            {tabs.collect_view()}
        </div>
        <div class="tiles goods-tiles" class:returns=move || till.returning.get()>
            {tiles}
        </div>
    }
}

fn tile(till: Till, good: &Good, price: String) -> impl IntoView + use<> {
    let id = good.id.clone();
    view! {
        <button
            type="button"
            class="tile"
            disabled=move || !till.can(Action::Edit)
            on:click=move |_| work::ring_up(till, id.clone(), 1)
        >
            <span class="name">{good.name.clone()}</span>
            <span class="price">{price}</span>
        </button>
    }
}
