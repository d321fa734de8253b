//! Hears every key of the page: scanners that type, and shortcuts.

use crate::burst::{Burst, Heard};
use crate::keys::Shortcut;
use crate::page;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// The field that scans go to anyway.
pub(crate) const SCAN_FIELD: &str = "scan";

/// Listens for as long as the page lives. A shortcut that is used says so, and does nothing else then.
pub(crate) fn listen(scanned: impl Fn(String) + 'static, pressed: impl Fn(Shortcut) -> bool + 'static) {
    let burst = RefCell::new(Burst::default());
    page::listen(&page::document(), "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
            return;
        };
        // A browser that fills in a form sends events without a key.
        let key = js_sys::Reflect::get(&event, &"key".into())
            .ok()
            .and_then(|key| key.as_string())
            .unwrap_or_default();
        let with_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        if let Some(shortcut) = Shortcut::of(&key, with_modifier) {
            let in_dialog = page::document()
                .query_selector("dialog[open]")
                .is_ok_and(|dialog| dialog.is_some());
            if !in_dialog && pressed(shortcut) {
                event.prevent_default();
            }
            return;
        }
        if with_modifier || is_typing(event.target().as_ref()) {
            return;
        }
        match burst.borrow_mut().press(&key, page::whole(event.time_stamp())) {
            Heard::Key => {}
            // A button in focus must not be pressed by a code's end.
            Heard::Part => stop(&event),
            Heard::Scan(text) => {
                stop(&event);
                scanned(text);
            }
        }
    });
}

fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_propagation();
}

/// Whether keys go into a field anyway.
fn is_typing(target: Option<&web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_ref::<Element>()) else {
        return false;
    };
    let is_button = element
        .get_attribute("type")
        .is_some_and(|kind| ["radio", "checkbox", "button", "submit", "file"].contains(&kind.as_str()));
    match element.tag_name().as_str() {
        "INPUT" => !is_button,
        "TEXTAREA" => true,
        _ => false,
    }
}
