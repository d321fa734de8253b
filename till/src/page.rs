//! The page around the view: its address, clock, storage, focus and pauses.

use crate::language::WallClock;
use js_sys::{Array, Date, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Event, EventTarget, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage, Window,
};

/// The page's window.
pub(crate) fn window() -> Window {
    web_sys::window().expect("a script of a page has a window")
}

/// The page's document.
pub(crate) fn document() -> Document {
    window().document().expect("a script of a page has a document")
}

/// A number of JavaScript's that is known to be whole.
#[expect(
    clippy::as_conversions,
    reason = "milliseconds and sizes: whole, far below 2^53"
)]
pub(crate) fn whole(number: f64) -> i64 {
    number as i64
}

/// This machine's clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    whole(Date::now())
}

/// A moment of the backend's, in milliseconds since 1970.
pub(crate) fn moment_ms(text: &str) -> Option<i64> {
    let ms = Date::parse(text);
    (!ms.is_nan()).then(|| whole(ms))
}

/// A moment of the backend's by the clock on this wall.
pub(crate) fn wall_clock(text: &str) -> Option<WallClock> {
    moment_ms(text)?;
    let date = Date::new(&JsValue::from_str(text));
    Some(WallClock {
        year: date.get_full_year(),
        month: date.get_month().saturating_add(1),
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
    })
}

/// A name that no other request of this page, or of another, has.
pub(crate) fn fresh_id() -> String {
    let bytes = Uint8Array::new_with_length(16);
    let crypto = Reflect::get(&window(), &"crypto".into());
    let filled = crypto.and_then(|crypto| {
        let fill: js_sys::Function = Reflect::get(&crypto, &"getRandomValues".into())?.dyn_into()?;
        Reflect::apply(&fill, &crypto, &Array::of1(&bytes))
    });
    filled.expect("every browser with wasm has random bytes");
    bytes.to_vec().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Waits.
pub(crate) async fn pause(ms: i32) {
    let timer = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(timer).await;
}

/// Calls back for as long as the page lives.
pub(crate) fn listen(target: &EventTarget, name: &str, heard: impl FnMut(web_sys::Event) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(heard).into_js_value();
    let _ = target.add_event_listener_with_callback_and_bool(name, closure.unchecked_ref(), true);
}

/// Calls back every `ms` milliseconds for as long as the page lives.
pub(crate) fn every(ms: i32, tick: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(tick).into_js_value();
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(closure.unchecked_ref(), ms);
}

/// Moves the focus: at once where the element is there, else once what is being drawn is there. Whoever has gone on
/// meanwhile is not called back.
pub(crate) fn focus(id: &'static str) {
    let focus = move || {
        if let Some(element) = document().get_element_by_id(id) {
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
        document()
            .active_element()
            .is_some_and(|element| element.id() == id)
    };
    let is_there = focus();
    leptos::task::spawn_local(async move {
        pause(0).await;
        // What had the focus may have been drawn anew: then nothing has it.
        if !is_there || focus_is_lost() {
            focus();
        }
    });
}

/// Whether nothing has the focus.
pub(crate) fn focus_is_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// Marks all that stands in a field that gets the focus: what is typed takes its place.
pub(crate) fn select(event: &impl AsRef<Event>) {
    let target = event.as_ref().target();
    if let Some(field) = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}

/// Moves the focus and the eye to a part of the page, once what is being drawn is there.
pub(crate) fn show(id: &'static str) {
    leptos::task::spawn_local(async move {
        pause(0).await;
        if let Some(element) = document().get_element_by_id(id) {
            let _ = element.unchecked_ref::<HtmlElement>().focus();
            let how = ScrollIntoViewOptions::new();
            how.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&how);
        }
    });
}

/// What this browser remembers.
pub(crate) fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(&format!("karfa.till.{name}")).ok().flatten()
}

/// Makes this browser remember. One that does not want to forgets nothing that matters.
pub(crate) fn remember(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("karfa.till.{name}"), text);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
