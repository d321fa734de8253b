//! The buttons on the page: kept in step with what is known, and the events that they fire.

use super::Widget;
use crate::flow::Link;
use crate::json::Json;
use crate::page;
use crate::texts::Texts;
use crate::wire::Write;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Tells the page that the link is there, or gone.
pub(super) const COMPLETE: &str = "izi-binding-complete";

/// Fires an event on one button.
pub(super) fn fire(button: &HtmlElement, name: &str, detail: &[(&str, JsValue)]) {
    let data = Json::empty();
    for (name, value) in detail {
        data.set(name, value);
    }
    page::fire(button, name, &data.0);
}

/// Says a sentence to those who do not see the button change.
pub(super) fn say(button: &HtmlElement, text: &str) {
    let element = Json(button.clone().into());
    if let Ok(say) = element.get("say").dyn_into::<Function>() {
        let _ = say.call1(&element.0, &text.into());
    }
}

impl Widget {
    /// Tells the page of the link.
    pub(super) fn announce(&self, detail: &[(&str, JsValue)]) {
        self.fire(COMPLETE, detail);
    }

    /// Fires an event on every button.
    pub(super) fn fire(&self, name: &str, detail: &[(&str, JsValue)]) {
        // A copy: a listener may add or remove buttons.
        let buttons = self.buttons.borrow().clone();
        for button in buttons {
            fire(&button, name, detail);
        }
    }

    /// Brings every button's attributes to the newest view.
    pub(super) fn draw(&self) {
        let view = self.view.borrow();
        let Some(view) = &*view else { return };
        let link = Link::of(view);
        let linked = link == Link::Linked;
        let when =
            |condition: bool, text: Option<&str>| condition.then(|| text.unwrap_or_default().to_owned());
        let status = match link {
            Link::Waiting | Link::Scanning => Some("waiting"),
            Link::Linked => Some("linked"),
            _ if self.wrong_currency.get() => Some("unavailable"),
            _ => None,
        };
        let attributes = [
            ("status", status.map(str::to_owned)),
            ("trusted", when(linked && view.browser_trusted, None)),
            (
                "masked_phone_number",
                when(linked, view.masked_phone_number.as_deref()),
            ),
            ("name", when(linked && view.name.is_some(), view.name.as_deref())),
        ];
        for button in self.buttons.borrow().iter() {
            for (name, value) in &attributes {
                let _ = match value {
                    Some(value) => button.set_attribute(name, value),
                    None => button.remove_attribute(name),
                };
            }
            if view.basket_id.is_some() {
                let _ = button.set_attribute("count", &view.count.to_string());
            }
        }
    }

    /// Says, for those who do not see the count grow, that the product was added.
    pub(super) fn tell_added(&self) {
        let Some(button) = self.host() else { return };
        let count = self.view.borrow().as_ref().map_or(0, |view| view.count);
        let text = [&Texts::of(&button).text("added"), " ", &count.to_string()].concat();
        say(&button, &text);
    }
}
