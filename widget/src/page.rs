//! The page around the buttons: its address, events and timers.

use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::pin::Pin;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{CustomEvent, CustomEventInit, Document, EventTarget, VisibilityState, Window};

thread_local! {
    static WAKE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// The page's window.
pub(crate) fn window() -> Window {
    web_sys::window().expect("a script of a page has a window")
}

/// The page's document.
pub(crate) fn document() -> Document {
    window().document().expect("a script of a page has a document")
}

/// Whether the browser believes that it has a network.
pub(crate) fn online() -> bool {
    window().navigator().on_line()
}

/// Whether the shopper can see the page.
pub(crate) fn visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Fires an event that bubbles and leaves shadow roots.
pub(crate) fn fire(target: &EventTarget, name: &str, detail: &JsValue) {
    let options = CustomEventInit::new();
    options.set_bubbles(true);
    options.set_composed(true);
    options.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
        let _ = target.dispatch_event(&event);
    }
}

/// Calls back for as long as the page lives.
pub(crate) fn listen(target: &EventTarget, name: &str, heard: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(heard).into_js_value();
    let _ = target.add_event_listener_with_callback(name, closure.unchecked_ref());
}

/// Runs a task. Boxed, so that the code to run one is there once.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    spawn_local(task);
}

/// A promise of what a task comes to. Boxed for the same reason.
pub(crate) fn promise(task: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> JsValue {
    let task: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> = Box::pin(task);
    future_to_promise(task).into()
}

/// Waits.
pub(crate) async fn pause(ms: i32) {
    let _ = JsFuture::from(timer(ms, false)).await;
}

/// Waits until [`wake`] is called, `ms` at most. True if it was woken. One at a time.
pub(crate) async fn pause_until_woken(ms: i32) -> bool {
    JsFuture::from(timer(ms, true))
        .await
        .is_ok_and(|woken| woken.is_truthy())
}

/// Ends the pause that is under way: the network or the shopper is back.
pub(crate) fn wake() {
    if let Some(resolve) = WAKE.take() {
        let _ = resolve.call1(&JsValue::NULL, &JsValue::TRUE);
    }
}

/// A promise of `undefined` after `ms`.
pub(crate) fn timer(ms: i32, can_be_woken: bool) -> Promise {
    Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        if can_be_woken {
            WAKE.set(Some(resolve));
        }
    })
}

/// A promise that rejects after `ms`.
pub(crate) fn deadline(ms: i32) -> Promise {
    Promise::new(&mut |_, reject| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, ms);
    })
}

/// Milliseconds since 1970, by the shopper's clock: for differences only.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The same clock, so many seconds from now.
#[expect(clippy::float_arithmetic, reason = "JavaScript's clock is a float")]
pub(crate) fn after_ms(seconds: u32) -> f64 {
    now_ms() + f64::from(seconds) * 1000.0
}

/// Letters and digits that no one has had before.
pub(crate) fn unique() -> String {
    let part = || {
        String::from(
            js_sys::Number::from(js_sys::Math::random())
                .to_string_with_radix(36)
                .unwrap_or_default()
                .slice(2, 12),
        )
    };
    [part(), part()].concat()
}

/// Goes to an address, of this shop or of the app.
pub(crate) fn go(address: &str) {
    let _ = window().location().set_href(address);
}

/// Loads the page again.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Goes to an address of the app: whatever its scheme, but never a script.
pub(crate) fn go_to_app(address: &str) {
    if opens_something(address) {
        go(address);
    }
}

fn opens_something(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    !scheme.is_empty() && scheme.bytes().all(plain) && !scheme.eq_ignore_ascii_case("javascript")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apps_address_is_gone_to_and_a_script_is_not() {
        for address in [
            "inpost://izilink?basket_id=1",
            "https://app.example/izilink",
            "intent://izilink#Intent;end",
        ] {
            assert!(opens_something(address), "{address}");
        }
        for address in [
            "",
            "izilink",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
        ] {
            assert!(!opens_something(address), "{address}");
        }
    }
}
