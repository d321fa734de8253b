//! The cashier's page, and the customer's screen beside it: one program, two addresses.
//!
//! The page shows what the backend says and asks for what the backend allows. Whether money may move, and whether it has,
//! is never decided here. Not here: anything that a provider's interface says.

#![allow(
    unreachable_pub,
    reason = "the macro of components makes parts of them public"
)]

/// Amounts and percentages as people write them.
mod amounts;
/// Requests to our own backend.
mod api;
/// Scanners that type.
mod burst;
/// What a payment looks like.
mod faces;
/// The focus is not lost.
mod focus;
/// Goods by what is typed.
mod goods;
/// Every key of the page.
mod keyboard;
/// Shortcuts.
mod keys;
/// Languages, dates and times.
mod language;
/// Hearing of changes.
mod live;
/// Which view is the newest.
mod news;
/// The page around the view.
mod page;
/// The sale's part of the page.
mod sale;
/// What the page knows.
mod state;
/// The page's texts.
mod texts;
/// What the page looks like.
mod view;
/// What a cashier does with a sale.
mod work;

use leptos::prelude::*;
use state::Till;
use view::customer_screen::CustomerApp;
use view::shell::{self, App};
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Draws the page. `base` is the folder that the program came from, with a slash at its end.
#[wasm_bindgen]
pub fn start(base: &str) {
    let is_customers = page::window()
        .location()
        .pathname()
        .is_ok_and(|path| path.ends_with("/customer"));
    let base = base.to_owned();
    leptos::mount::mount_to_body(move || {
        let till = Till::new(&base);
        provide_context(till);
        if is_customers {
            shell::begin(till, |_| false);
            view! { <CustomerApp/> }.into_any()
        } else {
            shell::begin(till, move |shortcut| shell::pressed(till, shortcut));
            view! { <App/> }.into_any()
        }
    });
}
