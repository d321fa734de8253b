//! The native `<dialog>` in a button's shadow root: opens, closes, keeps the focus where the shopper is. What stands in
//! it is `screens`' affair, its looks are the loader's to adopt.

use crate::json::Json;
use crate::page;
use crate::screens::Sheet;
use crate::screens::template::{countries, frame};
use crate::texts::Texts;
use crate::widget::Widget;
use crate::wire::Read;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, ShadowRoot};

/// An open dialog. Dropping it closes it and gives the focus back.
pub(crate) struct Dialog {
    root: ShadowRoot,
    element: HtmlDialogElement,
    texts: Texts,
    /// The list of country prefixes.
    countries: String,
    drawn: AnyViewState,
}

impl Dialog {
    /// Opens a dialog in the button's shadow root, showing the widget's screen.
    pub(crate) fn open(button: &HtmlElement, texts: Texts, widget: &Widget) -> Option<Self> {
        let root = button.shadow_root()?;
        let countries = countries(&texts.code);
        let mut drawn = frame(
            &texts,
            &countries,
            &Sheet::of(widget.screen.get(), &texts, widget),
        )
        .build();
        drawn.mount(root.unchecked_ref(), None);
        let element: HtmlDialogElement = root.query_selector("dialog").ok()??.unchecked_into();
        // `Fn`: drawing may move the focus, which is heard while something else is being heard.
        let heard = Closure::<dyn Fn(Event)>::new(|event| heard(&event)).into_js_value();
        for name in [
            "click", "submit", "cancel", "close", "change", "input", "focusout",
        ] {
            element
                .add_event_listener_with_callback(name, heard.unchecked_ref())
                .ok()?;
        }
        page::fire(&page::document(), "iziModalEventOpen", &JsValue::NULL);
        Some(Dialog {
            root,
            element,
            texts,
            countries,
            drawn,
        })
    }

    /// Draws the widget's screen as things stand now.
    pub(crate) fn draw(&mut self, widget: &Widget) {
        let sheet = Sheet::of(widget.screen.get(), &self.texts, widget);
        frame(&self.texts, &self.countries, &sheet).rebuild(&mut self.drawn);
        if let Ok(Some(list)) = self.element.query_selector("select") {
            Json(list.into()).set("value", &widget.form.borrow().prefix.as_str().into());
        }
    }

    /// Whether the dialog stands in this button.
    pub(crate) fn is_of(&self, button: &HtmlElement) -> bool {
        button.shadow_root().as_ref() == Some(&self.root)
    }

    /// The native element.
    pub(crate) fn element(&self) -> HtmlDialogElement {
        self.element.clone()
    }
}

/// Moves the focus to where the shopper goes on: the number, else the title. Opens the dialog, if it is not.
pub(crate) fn focus(element: &HtmlDialogElement) {
    if !element.open() && element.is_connected() {
        let _ = element.show_modal();
    }
    let found = |what| element.query_selector(what).ok().flatten();
    if let Some(wanted) = found("input").or_else(|| found("h2")) {
        let _ = wanted.unchecked_into::<HtmlElement>().focus();
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        self.element.close();
        self.drawn.unmount();
        page::fire(&page::document(), "iziModalEventClose", &JsValue::NULL);
    }
}

/// All that is done in the dialog, heard in one place.
fn heard(event: &Event) {
    let widget = Widget::get();
    let (Some(target), Some(dialog)) = (event.target(), event.current_target()) else {
        return;
    };
    let element: &Element = target.unchecked_ref();
    match event.type_().as_str() {
        // The second half of a double click was meant for what stood there before: it cancels and closes nothing.
        "click" if clicks(event) > 1.0 => event.prevent_default(),
        // Beside the card is the dialog itself.
        "click" if target == dialog => widget.press("close"),
        "click" => {
            if let Ok(Some(button)) = element.closest("[data-press]") {
                match button.get_attribute("data-press").as_deref() {
                    Some("close") => widget.press("close"),
                    Some("way") => widget.press("way"),
                    Some("other") => widget.press("other"),
                    // The main button sends the form.
                    _ => {}
                }
            }
        }
        "submit" => {
            event.prevent_default();
            widget.press("main");
        }
        "cancel" => {
            // The flow decides; it closes the dialog if it agrees.
            event.prevent_default();
            widget.press("close");
        }
        // It is heard a moment later: that of a dialog which has gone says nothing about the next.
        "close" if element.is_connected() => widget.press("close"),
        "change" if element.tag_name() == "SELECT" => {
            let prefix = Json(target.into()).text("value").unwrap_or_default();
            widget.edit(|form| form.choose(prefix));
        }
        "input" if element.tag_name() == "INPUT" => {
            let field: &HtmlInputElement = target.unchecked_ref();
            let text = field.value();
            let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            let at_end = field
                .selection_start()
                .ok()
                .flatten()
                .is_none_or(|caret| caret >= length);
            widget.edit(|form| form.write(text, at_end));
        }
        "focusout" => widget.edit(|form| form.finished |= !form.number.is_empty()),
        _ => {}
    }
}

/// How many clicks in a row, at the same place, this one makes. None of the keyboard's.
fn clicks(event: &Event) -> f64 {
    Json(event.into()).get("detail").as_f64().unwrap_or_default()
}
