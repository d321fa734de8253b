//! The checkout element's behaviour: the dialog, its screens, and the way through them. The loader (`loader.js`)
//! defines the element and draws its button; it fetches this when a shopper shows intent, and calls the few functions
//! here. Not here: anything that a provider's interface says; the widget knows its own backend only.

/// Requests to our own backend.
mod api;
/// What this browser runs on.
mod device;
/// The native `<dialog>` in a button's shadow root.
mod dialog;
/// The pure way through the screens.
pub mod flow;
/// The phone form's contents.
mod form;
/// The eight hooks, ours and the page's own.
pub mod hooks;
/// JavaScript objects by name.
mod json;
/// What is kept in the browser.
mod memory;
/// Hearing of changes: websocket, else long polling.
mod observe;
/// The page around us: events, timers, address.
mod page;
/// Codes to scan.
mod qr;
/// What each screen looks like.
mod screens;
/// A websocket that brings views.
mod socket;
/// The dialog's texts by name.
mod texts;
/// The one controller of all buttons.
mod widget;
/// Shared messages to and from JSON.
pub mod wire;

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Begins; `base` is the address that the script came from. Called once, before anything else.
#[wasm_bindgen]
pub fn start(base: &str) {
    widget::Widget::start(base);
}

/// A button has appeared on the page.
#[wasm_bindgen]
pub fn attach(button: &HtmlElement) {
    widget::Widget::get().attach(button);
}

/// A button has gone.
#[wasm_bindgen]
pub fn detach(button: &HtmlElement) {
    widget::Widget::get().detach(button);
}

/// A button was clicked.
#[wasm_bindgen]
pub fn click(button: HtmlElement) {
    widget::Widget::get().click(button);
}
