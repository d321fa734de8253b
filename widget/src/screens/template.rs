//! How a [`Sheet`] is drawn: one template for all screens. It is drawn anew on every change, and Leptos' renderer touches
//! what differs; the elements stay, and with them the focus and what was typed. The flow is the one source of truth, so
//! there are no signals besides it.
//!
//! Leptos gives each element with its attributes and children a type of its own, and each type its own code: 9 KB,
//! compressed, for these few screens. So all elements here are of one type ([`el`]), made at run time, and the template is
//! a text: code that makes elements one by one would weigh three times as much.

use super::attributes::Attributes;
use super::{Sheet, pictures, svg};
use crate::form::COUNTRIES;
use crate::json::Json;
use crate::texts::Texts;
use crate::wire::Write;
use js_sys::{Array, JsString, Object};
use leptos::html::custom;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// The country that stands first in the list.
const HOME: &str = "+48";

/// The dialog, an element a line, each a space deeper than what it is in: `?when TAG name=value … |text`. All but the tag
/// may be absent, and a line without a tag is a text alone. A value or text that begins with `@` is looked up, a plus
/// stands for a space. Where `when` has no value, the element is not there; what follows keeps its place.
///
/// A name with a dot before it is a property, any other an attribute. The tags are in capitals, as a document of HTML gives
/// them back: the renderer compares the two, and makes the element anew where they differ.
const FRAME: &str = "\
DIALOG part=dialog lang=@language aria-labelledby=title
 DIV class=card part=card
  HEADER
   SPAN .innerHTML=@basket
   SPAN |InPost+Pay
   BUTTON class=close type=button data-press=close aria-label=@close
    SPAN .innerHTML=@cross
  FORM novalidate=
   ?code SPAN class=code part=code role=img aria-label=@qr .innerHTML=@code
   ?sign SPAN class=@mood .innerHTML=@sign
   DIV aria-live=polite
    H2 id=title tabindex=-1 |@title
    P class=body id=body |@body
   ?masked P class=number part=number
    SMALL |@number_label
    |@masked
   ?form DIV
    LABEL for=number |@number
    DIV class=@field
     SPAN class=prefix
      SPAN aria-hidden=true |@chosen
      SPAN .innerHTML=@down
      SELECT aria-label=@prefix autocomplete=tel-country-code .innerHTML=@countries
     INPUT id=number type=tel inputmode=numeric autocomplete=tel-national enterkeyhint=send maxlength=24 \
aria-describedby=error+body aria-invalid=@invalid .value=@typed
    P class=error id=error role=alert |@error
   ?time DIV class=time aria-hidden=true
    PROGRESS max=600 value=@time
    SPAN |@clock
   P class=unseen role=status |@spoken
   ?hints DETAILS
    SUMMARY |@hint
    P |@hint_body
   DIV class=actions
    ?main BUTTON class=@role type=submit part=@role data-press=main aria-busy=@main_busy |@main
    ?way BUTTON class=way type=button part=way data-press=way aria-busy=@others_busy |@way
    ?other BUTTON class=other type=button part=other data-press=other aria-busy=@others_busy |@other";

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

/// What the template's names stand for.
type Lookup<'a> = &'a dyn Fn(&str) -> String;

/// The dialog, with a sheet in it.
pub(crate) fn frame(texts: &Texts, countries: &str, sheet: &Sheet) -> AnyView {
    let lookup = |name: &str| match name {
        "language" => texts.code.clone(),
        "basket" => svg("24", pictures::BASKET),
        "cross" => svg("24", pictures::CROSS),
        "down" => svg("24", pictures::DOWN),
        "countries" => countries.to_owned(),
        _ => sheet.value(name).unwrap_or_else(|| texts.text(name)),
    };
    let mut text = FRAME;
    nodes(&mut text, 0, &lookup).pop().unwrap_or_else(none)
}

/// The elements at the beginning of the text that are as deep as this, with what is in them.
fn nodes(text: &mut &'static str, depth: usize, lookup: Lookup<'_>) -> Vec<AnyView> {
    let mut views = Vec::new();
    loop {
        let spaces = text.bytes().take_while(|byte| *byte == b' ').count();
        if text.is_empty() || spaces < depth {
            return views;
        }
        let (_, line) = text.split_at_checked(depth).unwrap_or_default();
        let (line, rest) = cut(line, b'\n');
        *text = rest;
        let (mut head, said) = cut(line, b'|');
        let mut shown = true;
        let mut tag = "";
        let mut attributes = Vec::new();
        while !head.is_empty() {
            let (word, rest) = cut(head, b' ');
            head = rest;
            if let Some(when) = word.strip_prefix('?') {
                shown = !lookup(when).is_empty();
            } else if tag.is_empty() {
                tag = word;
            } else {
                let (name, value) = cut(word, b'=');
                attributes.push((name, meant(value, lookup)));
            }
        }
        let mut children = nodes(text, depth + 1, lookup);
        if !said.is_empty() {
            children.push(meant(said, lookup).into_any());
        }
        views.push(if !shown {
            none()
        } else if tag.is_empty() {
            children.pop().unwrap_or_else(none)
        } else {
            el(tag, attributes, children)
        });
    }
}

/// What stands before the first of these bytes, and what stands behind it.
fn cut(text: &'static str, at: u8) -> (&'static str, &'static str) {
    let found = text.bytes().position(|byte| byte == at).unwrap_or(text.len());
    let (before, behind) = text.split_at_checked(found).unwrap_or_default();
    (before, behind.get(1..).unwrap_or_default())
}

fn meant(word: &str, lookup: Lookup<'_>) -> String {
    match word.strip_prefix('@') {
        Some(name) => lookup(name),
        None => word.chars().map(|c| if c == '+' { ' ' } else { c }).collect(),
    }
}

fn el(tag: &'static str, attributes: Vec<(&'static str, String)>, children: Vec<AnyView>) -> AnyView {
    custom(tag)
        .child(children)
        .add_any_attr(Attributes(attributes))
        .into_any()
}

fn none() -> AnyView {
    ().into_any()
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
