//! A small window over the page: the browser's own `<dialog>`, which keeps the focus and closes on Escape.

use super::icons;
use crate::state::till;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;

/// Shows its content while `open`; `close` is called when the person wants it gone.
#[component]
pub(crate) fn Dialog(
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// The person wants it gone.
    close: Callback<()>,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let till = till();
    let node = NodeRef::<DialogElement>::new();
    Effect::new(move |_| {
        let is_open = open.get();
        if let Some(dialog) = node.get() {
            if is_open && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !is_open && dialog.open() {
                dialog.close();
            }
        }
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            aria-label=move || title.get()
            on:close=move |_| {
                if open.get_untracked() {
                    close.run(());
                }
            }
        >
            <header class="dialog-head">
                <h2>{move || title.get()}</h2>
                <button
                    type="button"
                    class="quiet square"
                    aria-label=till.text("action.close")
                    on:click=move |_| close.run(())
                >
                    {icons::icon(icons::CLOSE)}
                </button>
            </header>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
