//! The page around the buttons: its address, events, timers, and the little that is kept in it.

use crate::json::Json;
use crate::wire::Write;
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
pub(crate) fn promise(task: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let task: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> = Box::pin(task);
    future_to_promise(task)
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

/// What this page remembers over a reload, in this tab alone: the basket whose order it waits for.
const REMEMBERED: &str = "karfa-basket";

/// Remembers the basket that this tab has seen linked.
pub(crate) fn remember(basket_id: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(REMEMBERED, basket_id);
    }
}

/// Whether the tab had seen this basket linked. It is not forgotten: a page that is loaded anew before it has gone on to
/// the order has to go there still, and the backend tells of an order no more once its page was shown.
pub(crate) fn recall(basket_id: &str) -> bool {
    let Ok(Some(storage)) = window().session_storage() else {
        return false;
    };
    storage.get_item(REMEMBERED).ok().flatten().as_deref() == Some(basket_id)
}

/// Forgets it: the page is loaded again because of its order, and must not be so for ever.
pub(crate) fn forget() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.remove_item(REMEMBERED);
    }
}

/// Goes to an address, of this shop or of the app.
pub(crate) fn go(address: &str) {
    let _ = window().location().set_href(address);
}

/// Loads the page again.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Keeps the id of a browser that the provider trusts, where no backend of ours can (InPost contract, section 12).
pub(crate) fn keep_browser_id(id: &str) {
    let secure = match window().location().protocol() {
        Ok(protocol) if protocol == "https:" => "; Secure",
        _ => "",
    };
    let id = String::from(js_sys::encode_uri_component(id));
    let cookie = [
        "BrowserId=",
        &id,
        "; Path=/; Max-Age=31536000; SameSite=Lax",
        secure,
    ]
    .concat();
    Json(document().into()).set("cookie", &cookie.into());
}

/// `iziGetBrowserData`: what the provider shows the shopper about this browser.
pub(crate) fn browser_data() -> Json {
    let navigator = window().navigator();
    let of = Json(navigator.clone().into());
    let user_agent = navigator.user_agent().unwrap_or_default();
    let platform = Json(of.get("userAgentData"))
        .get("platform")
        .as_string()
        .filter(|name| !name.is_empty());
    let mut data = Json::empty();
    data.set_text("description", browser_name(&user_agent));
    data.set_text("user_agent", &user_agent);
    data.set_text(
        "platform",
        &platform.or_else(|| navigator.platform().ok()).unwrap_or_default(),
    );
    data.set_text("architecture", &navigator.app_version().unwrap_or_default());
    data
}

/// The browser's name, by the words that browsers put into their user agent. The order matters: most name others too.
fn browser_name(user_agent: &str) -> &'static str {
    const NAMES: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
    ];
    let known = NAMES.iter().find(|(word, _)| includes(user_agent, word));
    match known {
        Some((_, name)) => name,
        None if includes(user_agent, "Safari") => "Safari",
        None => "Browser",
    }
}

/// As `str::contains`, whose search is made for longer texts and weighs more than all else here.
fn includes(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|part| part == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari",
            ),
            ("curl/8", "Browser"),
        ] {
            assert_eq!(browser_name(user_agent), name);
        }
    }
}
