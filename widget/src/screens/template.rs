//! How a [`Sheet`] is drawn: one template for all screens. It is drawn anew on every change, and Leptos' renderer touches
//! what differs; the elements stay, and with them the focus and what was typed. The flow is the one source of truth, so
//! there are no signals besides it.
//!
//! Leptos gives each element with its attributes and children a type of its own, and each type its own code: 9 KB,
//! compressed, for these few screens. So all elements here are of one type ([`el`]), made at run time.

use super::attributes::Attributes;
use super::{Press, Sheet, pictures};
use crate::form::COUNTRIES;
use crate::json::Json;
use crate::qr;
use crate::texts::Texts;
use crate::widget::Widget;
use crate::wire::Write;
use js_sys::{Array, JsString, Object};
use leptos::html::custom;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// What the bar of the time left shows as the whole, in seconds.
const WHOLE_S: &str = "600";
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

/// An element. A name with a dot before it is a property, any other an attribute.
///
/// The tag is in capitals, as a document of HTML gives it back: the renderer compares the two, and makes the element anew
/// where they differ. Where one is drawn in the place of another of the same tag, both must have the same names in the
/// same order: a part that may be absent is [`none`] then, and does not move what follows.
fn el(tag: &'static str, attributes: &[(&'static str, &str)], children: Vec<AnyView>) -> AnyView {
    let attributes = attributes.iter().map(|&(name, value)| (name, value.to_owned()));
    let attributes = Attributes(attributes.collect());
    custom(tag).child(children).add_any_attr(attributes).into_any()
}

fn text(text: &str) -> Vec<AnyView> {
    vec![text.to_owned().into_any()]
}

fn none() -> AnyView {
    ().into_any()
}

fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// A picture, without a name: the words beside it say what it means.
fn picture(class: &str, path: &str) -> AnyView {
    el(
        "SPAN",
        &[("class", class), (".innerHTML", &svg("24", path))],
        Vec::new(),
    )
}

fn svg(side: &str, path: &str) -> String {
    [
        "<svg viewBox='0 0 ",
        side,
        " ",
        side,
        "' aria-hidden=true><path d='",
        path,
        "'/></svg>",
    ]
    .concat()
}

/// A code to scan, which has a name. A text that is too long for a code shows none: the number does it as well.
fn code(name: &str, text: &str) -> AnyView {
    let drawn = qr::code(text.as_bytes())
        .map(|code| svg(&code.side.to_string(), &code.path))
        .unwrap_or_default();
    let attributes = &[
        ("class", "code"),
        ("part", "code"),
        ("role", "img"),
        ("aria-label", name),
        (".innerHTML", &drawn),
    ];
    el("SPAN", attributes, Vec::new())
}

/// The dialog, with the widget's screen in it.
pub(crate) fn frame(texts: &Texts, countries: &str, widget: &Widget) -> AnyView {
    let close = &[
        ("class", "close"),
        ("type", "button"),
        ("data-press", "close"),
        ("aria-label", &texts.text("close")),
    ];
    let header = vec![
        picture("", pictures::BASKET),
        el("SPAN", &[], text("InPost Pay")),
        el("BUTTON", close, vec![picture("", pictures::CROSS)]),
    ];
    let card = vec![el("HEADER", &[], header), sheet(texts, countries, widget)];
    let attributes = &[
        ("part", "dialog"),
        ("lang", &texts.code),
        ("aria-labelledby", "title"),
    ];
    el(
        "DIALOG",
        attributes,
        vec![el("DIV", &[("class", "card"), ("part", "card")], card)],
    )
}

fn sheet(texts: &Texts, countries: &str, widget: &Widget) -> AnyView {
    let sheet = Sheet::of(widget.screen.get(), texts, widget);
    let busy = widget.is_busy();
    let minutes = sheet.time.unwrap_or_default().div_ceil(60);
    // A screen reader hears the time once a minute, not every second.
    let spoken = match minutes {
        0 => String::new(),
        _ => [
            &texts.text("left"),
            " ",
            &minutes.to_string(),
            " ",
            &texts.text("minutes"),
        ]
        .concat(),
    };
    let said = vec![
        el("H2", &[("id", "title"), ("tabindex", "-1")], text(&sheet.title)),
        el("P", &[("class", "body"), ("id", "body")], text(&sheet.body)),
    ];
    let number_class = if sheet.number.is_empty() { "none" } else { "number" };
    let number = vec![
        el("SMALL", &[], text(&sheet.number_label)),
        sheet.number.into_any(),
    ];
    let main = if sheet.only_on_phones {
        "main phones"
    } else {
        "main"
    };
    // The main button is the one that waits; without one, all are.
    let others_busy = busy && sheet.main.is_none();
    let actions = vec![
        button(main, "submit", sheet.main, busy),
        button("way", "button", sheet.way, others_busy),
        button("other", "button", sheet.other, others_busy),
    ];
    let picture = if sheet.code.is_empty() {
        picture(sheet.mood, sheet.picture)
    } else {
        code(&texts.text("qr"), &sheet.code)
    };
    let parts = vec![
        picture,
        el("DIV", &[("aria-live", "polite")], said),
        el("P", &[("class", number_class), ("part", "number")], number),
        sheet
            .form
            .map_or_else(none, |error| field(texts, &error, countries, widget)),
        sheet.time.map_or_else(none, |left| time(texts, left)),
        el("P", &[("class", "unseen"), ("role", "status")], text(&spoken)),
        if sheet.hint { hint(texts) } else { none() },
        el("DIV", &[("class", "actions")], actions),
    ];
    el("FORM", &[("novalidate", "")], parts)
}

fn button(class: &'static str, kind: &'static str, press: Option<Press>, busy: bool) -> AnyView {
    let Some(press) = press else { return none() };
    let busy = ("aria-busy", truth(busy));
    el(
        "BUTTON",
        &[
            ("class", class),
            ("type", kind),
            ("part", class),
            ("data-press", class),
            busy,
        ],
        text(&press.text),
    )
}

fn hint(texts: &Texts) -> AnyView {
    el(
        "DETAILS",
        &[],
        vec![
            el("SUMMARY", &[], text(&texts.text("hint"))),
            el("P", &[], text(&texts.text("hint_body"))),
        ],
    )
}

fn time(texts: &Texts, left: u32) -> AnyView {
    let value = left.to_string();
    let parts = vec![
        el("PROGRESS", &[("max", WHOLE_S), ("value", &value)], Vec::new()),
        el(
            "SPAN",
            &[],
            text(&[&texts.text("left"), " ", &*clock(left)].concat()),
        ),
    ];
    el("DIV", &[("class", "time"), ("aria-hidden", "true")], parts)
}

/// `9:05`.
fn clock(seconds: u32) -> String {
    let rest = (seconds % 60).to_string();
    let zero = if rest.len() == 1 { "0" } else { "" };
    [&(seconds / 60).to_string(), ":", zero, &rest].concat()
}

fn field(texts: &Texts, error: &str, countries: &str, widget: &Widget) -> AnyView {
    let form = widget.form.borrow();
    let wrong = !error.is_empty();
    let list = &[
        ("aria-label", &*texts.text("prefix")),
        ("autocomplete", "tel-country-code"),
        (".innerHTML", countries),
    ];
    let prefix = vec![
        el(
            "SPAN",
            &[("aria-hidden", "true")],
            text(&["+", &form.prefix].concat()),
        ),
        picture("", pictures::DOWN),
        el("SELECT", list, Vec::new()),
    ];
    let input = &[
        ("id", "number"),
        ("type", "tel"),
        ("inputmode", "numeric"),
        ("autocomplete", "tel-national"),
        ("enterkeyhint", "send"),
        ("maxlength", "24"),
        ("aria-describedby", "error body"),
        ("aria-invalid", truth(wrong)),
        (".value", &form.number),
    ];
    let both = vec![
        el("SPAN", &[("class", "prefix")], prefix),
        el("INPUT", input, Vec::new()),
    ];
    let parts = vec![
        el("LABEL", &[("for", "number")], text(&texts.text("number"))),
        el(
            "DIV",
            &[("class", if wrong { "field wrong" } else { "field" })],
            both,
        ),
        el(
            "P",
            &[("class", "error"), ("id", "error"), ("role", "alert")],
            text(error),
        ),
    ];
    el("DIV", &[], parts)
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
        // The names are the browser's own.
        for part in ["<option value=", prefix, ">", &row] {
            list.push_str(part);
        }
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
