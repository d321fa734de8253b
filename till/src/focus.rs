//! The focus is not lost. What has it may go, or be switched off for a moment, whenever the page follows the sale; without this
//! whoever works by keys would stand at the head of the page again, and a screen reader with them.
//!
//! Not here: where the focus goes because of what somebody has done (`page::focus`).

use crate::page;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

thread_local! {
    /// What had the focus last, and what it stood in that can have it, from the inside out.
    static WAY: RefCell<Vec<HtmlElement>> = const { RefCell::new(Vec::new()) };
    /// Counts how often it was somewhere else.
    static MOVES: Cell<u32> = const { Cell::new(0) };
}

/// What is switched off for longer than this does not get it back.
const LONGEST_MS: i32 = 4_000;

/// Keeps it for as long as the page lives.
pub(crate) fn keep() {
    let document = page::document();
    page::listen(&document, "focusin", |event| moved_to(way(&event)));
    // Whoever presses beside everything wants nothing to have it.
    page::listen(&document, "pointerdown", |_| moved_to(Vec::new()));
    let changed = Closure::<dyn FnMut()>::new(give_back).into_js_value();
    let seen = MutationObserverInit::new();
    seen.set_child_list(true);
    seen.set_subtree(true);
    seen.set_attribute_filter(&js_sys::Array::of1(&"disabled".into()));
    if let (Ok(observer), Some(body)) = (MutationObserver::new(changed.unchecked_ref()), document.body()) {
        let _ = observer.observe_with_options(&body, &seen);
    }
}

fn moved_to(way: Vec<HtmlElement>) {
    WAY.set(way);
    MOVES.set(MOVES.get().wrapping_add(1));
}

fn way(event: &Event) -> Vec<HtmlElement> {
    let mut next = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let mut way: Vec<HtmlElement> = Vec::new();
    while let Some(element) = next {
        next = element.parent_element().and_then(|parent| parent.dyn_into().ok());
        // The rest of the page is inert around an open dialog, which can have the focus itself.
        if way.is_empty() || element.has_attribute("tabindex") || element.tag_name() == "DIALOG" {
            way.push(element);
        }
    }
    way
}

/// Once nothing has the focus any more: back to where it was, else to the nearest part around it that is still there.
fn give_back() {
    let way = WAY.with_borrow(Clone::clone);
    let Some(first) = way.first() else {
        return;
    };
    // Switched off while something is under way: it has it again afterwards. The browser takes it away a little later.
    if first.is_connected() && first.has_attribute("disabled") {
        let moves = MOVES.get();
        leptos::task::spawn_local(async move {
            page::pause(LONGEST_MS).await;
            if MOVES.get() == moves {
                focus_first(&way);
            }
        });
    } else {
        focus_first(&way);
    }
}

fn focus_first(way: &[HtmlElement]) {
    if !page::focus_is_lost() {
        return;
    }
    let main = page::document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into().ok());
    let how = FocusOptions::new();
    how.set_prevent_scroll(true);
    for element in way.iter().chain(&main) {
        let _ = element.focus_with_options(&how);
        if !page::focus_is_lost() {
            return;
        }
    }
}
