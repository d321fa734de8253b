//! The native `<dialog>` in a button's shadow root: opens, closes, keeps the focus where the shopper is. What stands in
//! it is `screens`' affair.

use crate::flow::Event;
use crate::json::Json;
use crate::page;
use crate::screens::pictures;
use crate::screens::template::{self, draw, picture};
use crate::texts::Texts;
use crate::widget::Widget;
use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::cell::OnceCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlDialogElement, HtmlElement, ShadowRoot};

const STYLE: &str = include_str!("style.css");

#[wasm_bindgen]
extern "C" {
    /// A stylesheet made by script: it needs no `style-src` of the page's policy.
    #[derive(Clone)]
    type CSSStyleSheet;
    #[wasm_bindgen(constructor)]
    fn new() -> CSSStyleSheet;
    #[wasm_bindgen(method, js_name = replaceSync)]
    fn replace_sync(this: &CSSStyleSheet, text: &str);

    type Styled;
    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn adopted_style_sheets(this: &Styled) -> Array;
}

thread_local! {
    static SHEET: OnceCell<CSSStyleSheet> = const { OnceCell::new() };
}

/// An open dialog. Dropping it closes it and gives the focus back.
pub(crate) struct Dialog {
    root: ShadowRoot,
    element: HtmlDialogElement,
    /// Keeps the view mounted.
    _mounted: Box<dyn Any>,
}

impl Dialog {
    /// Opens a dialog in the button's shadow root, showing the widget's screen.
    pub(crate) fn open(button: &HtmlElement, texts: &'static Texts) -> Option<Self> {
        let root = button.shadow_root()?;
        adopt_style(&root);
        let parent: HtmlElement = root.clone().unchecked_into();
        let mounted = Box::new(mount_to(parent, move || frame(texts)));
        let element: HtmlDialogElement = root.query_selector("dialog").ok()??.unchecked_into();
        element.show_modal().ok()?;
        page::fire(&document(), "iziModalEventOpen", &JsValue::NULL);
        Some(Dialog {
            root,
            element,
            _mounted: mounted,
        })
    }

    /// Whether the dialog stands in this button.
    pub(crate) fn is_of(&self, button: &HtmlElement) -> bool {
        button.shadow_root().as_ref() == Some(&self.root)
    }

    /// Moves the focus to where the shopper goes on: the number, else the title. Once the screen is drawn.
    pub(crate) fn focus(&self) {
        let element = self.element.clone();
        page::spawn(async move {
            page::pause(0).await;
            if !element.open() && element.is_connected() {
                let _ = element.show_modal();
            }
            let found = |what| element.query_selector(what).ok().flatten();
            if let Some(wanted) = found("input").or_else(|| found("h2")) {
                let _ = wanted.unchecked_into::<HtmlElement>().focus();
            }
        });
        self.choose();
    }

    /// Brings the list of prefixes to the form's.
    pub(crate) fn choose(&self) {
        let element = self.element.clone();
        page::spawn(async move {
            page::pause(0).await;
            if let Ok(Some(list)) = element.query_selector("select") {
                let prefix = Widget::get().form.borrow().prefix.clone();
                Json(list.into()).set("value", &prefix.into());
            }
        });
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        self.element.close();
        page::fire(&document(), "iziModalEventClose", &JsValue::NULL);
    }
}

fn adopt_style(root: &ShadowRoot) {
    let sheet = SHEET.with(|cell| {
        cell.get_or_init(|| {
            let sheet = CSSStyleSheet::new();
            sheet.replace_sync(STYLE);
            sheet
        })
        .clone()
    });
    let adopted = root.unchecked_ref::<Styled>().adopted_style_sheets();
    if !adopted.includes(&sheet, 0) {
        adopted.push(&sheet);
    }
}

fn frame(texts: &'static Texts) -> impl IntoView {
    let countries = template::countries(texts.code);
    let close = || Widget::get().handle(Event::Close);
    let beside = move |event: leptos::ev::MouseEvent| {
        if event.target() == event.current_target() {
            close();
        }
    };
    let cancel = move |event: leptos::ev::Event| {
        // The flow decides; a browser's own close follows if it agrees.
        event.prevent_default();
        close();
    };
    view! {
        <dialog part="dialog" lang=texts.code aria-labelledby="title" on:click=beside on:cancel=cancel on:close=move |_| close()>
            <div class="card" part="card">
                <header>
                    {picture(pictures::BASKET)}
                    <span>"InPost Pay"</span>
                    <button class="close" type="button" aria-label=texts.close on:click=move |_| close()>
                        {picture(pictures::CROSS)}
                    </button>
                </header>
                {move || draw(texts, &countries)}
            </div>
        </dialog>
    }
}
