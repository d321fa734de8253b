//! How a [`Sheet`] is drawn: one template for all screens. It is drawn anew on every change, and Leptos touches what
//! differs; the elements stay, and with them the focus and what was typed.

use super::{Sheet, pictures};
use crate::flow::Event;
use crate::form::COUNTRIES;
use crate::json::Json;
use crate::texts::Texts;
use crate::widget::Widget;
use crate::wire::Write;
use js_sys::{Array, JsString, Object};
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

/// What the bar of the time left shows as the whole, in seconds.
const WHOLE_S: u32 = 600;
/// The country that stands first in the list.
const HOME: &str = "+48";

#[wasm_bindgen]
extern "C" {
    /// The browser's own names of countries, in any language.
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method)]
    fn of(this: &DisplayNames, country: &str) -> String;
}

/// A picture, without a name: the words beside it say what it means.
pub(crate) fn picture(path: &'static str) -> impl IntoView {
    view! { <svg viewBox="0 0 24 24" aria-hidden="true"><path d=path/></svg> }
}

/// The widget's screen, as things stand now.
pub(crate) fn draw(texts: &'static Texts, countries: &str) -> impl IntoView + use<> {
    let widget = Widget::get();
    let sheet = Sheet::of(widget.screen.get(), texts, widget);
    let busy = widget.is_busy();
    let main = sheet.main;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(main) = main {
            widget.press(main.event);
        }
    };
    let minutes = sheet.time.unwrap_or_default().div_ceil(60);
    // A screen reader hears the time once a minute, not every second.
    let spoken = if minutes == 0 {
        String::new()
    } else {
        [texts.left, " ", &minutes.to_string(), " ", texts.minutes].concat()
    };
    let number_class = if sheet.number.is_empty() { "none" } else { "number" };
    let main_class = if sheet.only_on_phones {
        "main phones"
    } else {
        "main"
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class=sheet.mood>{picture(sheet.picture)}</div>
            <div aria-live="polite">
                <h2 id="title" tabindex="-1">{sheet.title}</h2>
                <p class="body" id="body">{sheet.body}</p>
            </div>
            <p class=number_class part="number"><small>{sheet.number_label}</small>{sheet.number}</p>
            {sheet.form.map(|error| field(texts, error, countries))}
            {sheet.time.map(|left| time(texts, left))}
            <p class="unseen" role="status">{spoken}</p>
            {sheet.hint.then(|| view! {
                <details>
                    <summary>{texts.hint}</summary>
                    <p>{texts.hint_body}</p>
                </details>
            })}
            <div class="actions">
                {sheet.main.map(|main| button(main_class, "submit", main.text, busy, None))}
                {sheet.other.map(|other| button("other", "button", other.text, busy && main.is_none(), Some(other.event)))}
            </div>
        </form>
    }
}

fn button(
    class: &'static str,
    kind: &'static str,
    text: &'static str,
    busy: bool,
    event: Option<Event>,
) -> impl IntoView {
    let press = move |_| {
        if let Some(event) = event {
            Widget::get().press(event);
        }
    };
    view! { <button class=class type=kind part=class aria-busy=truth(busy) on:click=press>{text}</button> }
}

fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

fn time(texts: &'static Texts, left: u32) -> impl IntoView {
    view! {
        <div class="time" aria-hidden="true">
            <progress max=WHOLE_S.to_string() value=left.to_string()></progress>
            <span>{[texts.left, " ", &clock(left)].concat()}</span>
        </div>
    }
}

/// `9:05`.
fn clock(seconds: u32) -> String {
    let rest = (seconds % 60).to_string();
    let zero = if rest.len() == 1 { "0" } else { "" };
    [&(seconds / 60).to_string(), ":", zero, &rest].concat()
}

fn field(texts: &'static Texts, error: &'static str, countries: &str) -> impl IntoView + use<> {
    let widget = Widget::get();
    let form = widget.form.borrow();
    let wrong = !error.is_empty();
    let chosen = |event: leptos::ev::Event| widget.edit(|form| form.choose(event_target_value(&event)));
    let written = |event: leptos::ev::Event| {
        let field: HtmlInputElement = event_target(&event);
        let text = field.value();
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let at_end = field
            .selection_start()
            .ok()
            .flatten()
            .is_none_or(|caret| caret >= length);
        widget.edit(|form| form.write(text, at_end));
    };
    let left = |_| widget.edit(|form| form.finished |= !form.number.is_empty());
    view! {
        <label for="number">{texts.number}</label>
        <div class=if wrong { "field wrong" } else { "field" }>
            <span class="prefix">
                <span aria-hidden="true">{["+", &form.prefix].concat()}</span>
                {picture(pictures::DOWN)}
                <select
                    aria-label=texts.prefix
                    autocomplete="tel-country-code"
                    on:change=chosen
                    inner_html=countries.to_owned()
                ></select>
            </span>
            <input
                id="number"
                type="tel"
                inputmode="numeric"
                autocomplete="tel-national"
                enterkeyhint="send"
                maxlength="24"
                aria-describedby="error body"
                aria-invalid=truth(wrong)
                prop:value=form.number.clone()
                on:input=written
                on:blur=left
            />
        </div>
        <p class="error" id="error" role="alert">{error}</p>
    }
}

/// The list of country prefixes as options, home first, then by name.
pub(crate) fn countries(language: &str) -> String {
    let mut options = Json::empty();
    options.set_text("type", "region");
    let names = DisplayNames::new(language, &options.0).ok();
    let rows = Array::new();
    for entry in COUNTRIES.split(' ') {
        let (code, prefix) = entry.split_at_checked(2).unwrap_or_default();
        let name = names
            .as_ref()
            .map_or_else(|| code.to_owned(), |names| names.of(code));
        rows.push(&[&name, " +", prefix].concat().into());
    }
    rows.sort_by(&mut |one, other| {
        let other = other.as_string().unwrap_or_default();
        one.unchecked_into::<JsString>()
            .locale_compare(&other, &Array::new(), &Object::new())
    });
    let (mut first, mut rest) = (String::new(), String::new());
    for row in rows.iter().filter_map(|row| row.as_string()) {
        let list = if row.ends_with(HOME) {
            &mut first
        } else {
            &mut rest
        };
        let (_, prefix) = row.rsplit_once('+').unwrap_or_default();
        for part in ["<option value=", prefix, ">"] {
            list.push_str(part);
        }
        // The names are the browser's; some have an ampersand in them.
        list.push_str(&row.replace('&', "&amp;"));
    }
    first + &rest
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_has_two_digits_for_seconds() {
        assert_eq!(
            ["0:00", "0:59", "9:05", "10:00"],
            [0, 59, 545, 600].map(super::clock)
        );
    }
}
