//! The attributes and properties of one element, for Leptos' renderer: drawn anew, only what differs is touched.
//!
//! The renderer's own list of attributes takes every one away and sets it again: pictures would be made anew under the
//! pointer, and a title would lose the focus with its `tabindex`.

use crate::json::Json;
use crate::wire::Read as _;
use leptos::tachys::html::attribute::{Attribute, NextAttribute};
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Names with their values. A name with a dot before it is a property, any other an attribute.
#[derive(Clone)]
pub(super) struct Attributes(pub(super) Vec<(&'static str, String)>);

/// The property that the shopper changes too: what it was last set to says nothing.
const TYPED: &str = ".value";

fn set(element: &Element, name: &str, value: &str) {
    match name.strip_prefix('.') {
        Some(property) => Json(element.into()).set(property, &JsValue::from_str(value)),
        // The names are our own and well-formed.
        None => element.set_attribute(name, value).unwrap_or_default(),
    }
}

fn stands(element: &Element, before: &[(&'static str, String)], name: &'static str, value: &str) -> bool {
    if name == TYPED {
        return Json(element.into()).text("value").as_deref() == Some(value);
    }
    before.iter().any(|(known, last)| *known == name && last == value)
}

impl Attribute for Attributes {
    const MIN_LENGTH: usize = 0;

    type State = (Element, Vec<(&'static str, String)>);
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        0
    }

    /// There is no server that renders: nothing is written.
    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        self.build(element)
    }

    fn build(self, element: &Element) -> Self::State {
        for (name, value) in &self.0 {
            set(element, name, value);
        }
        (element.clone(), self.0)
    }

    fn rebuild(self, (element, before): &mut Self::State) {
        for (name, _) in before.iter() {
            // Where one element is drawn in the place of another of its kind; both have the same properties.
            if !name.starts_with('.') && !self.0.iter().any(|(wanted, _)| wanted == name) {
                element.remove_attribute(name).unwrap_or_default();
            }
        }
        for (name, value) in &self.0 {
            if !stands(element, before, name, value) {
                set(element, name, value);
            }
        }
        *before = self.0;
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}

impl NextAttribute for Attributes {
    type Output<New: Attribute> = (Self, New);

    fn add_any_attr<New: Attribute>(self, new: New) -> (Self, New) {
        (self, new)
    }
}
