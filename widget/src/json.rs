//! Objects of the browser's own JSON, read and written by name.

use crate::wire::{Read, Write};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A JavaScript object.
#[derive(Clone)]
pub(crate) struct Json(pub(crate) JsValue);

impl Json {
    /// Parses a text. `None` if it is no JSON.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Json)
    }

    /// The object as text.
    pub(crate) fn to_text(&self) -> String {
        JSON::stringify(&self.0).map(String::from).unwrap_or_default()
    }

    /// A property, `undefined` if it is absent.
    pub(crate) fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap_or_default()
    }

    /// Sets a property.
    pub(crate) fn set(&self, name: &str, value: &JsValue) {
        // Fails on a frozen object alone; those here are our own.
        let _ = Reflect::set(&self.0, &name.into(), value);
    }
}

impl Read for Json {
    fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    #[expect(
        clippy::as_conversions,
        reason = "JavaScript's numbers are f64; `as` rounds and saturates"
    )]
    fn number(&self, name: &str) -> Option<i64> {
        self.get(name).as_f64().map(|number| number as i64)
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }

    fn object(&self, name: &str) -> Option<Self> {
        let value = self.get(name);
        value.is_object().then_some(Json(value))
    }
}

impl Write for Json {
    fn empty() -> Self {
        Json(Object::new().unchecked_into())
    }

    fn set_text(&mut self, name: &str, value: &str) {
        self.set(name, &value.into());
    }

    fn set_number(&mut self, name: &str, value: u32) {
        self.set(name, &value.into());
    }

    fn set_object(&mut self, name: &str, value: Self) {
        self.set(name, &value.0);
    }
}
