//! Reads JSON field by field, and collects everything that is not as the interface says. Unknown fields are refused.

use serde_json::{Map, Value};
use std::cell::RefCell;
use std::ops::RangeInclusive;

/// What is wrong: the name of a field, and why.
pub(crate) type Wrongs = RefCell<Vec<(String, String)>>;

/// An object, and where it stands in the whole.
pub(crate) struct Object<'a, 'w> {
    at: String,
    members: &'a Map<String, Value>,
    wrongs: &'w Wrongs,
}

impl<'a, 'w> Object<'a, 'w> {
    /// The whole body.
    pub(crate) fn whole(value: &'a Value, wrongs: &'w Wrongs) -> Option<Self> {
        let members = value.as_object();
        if members.is_none() {
            wrongs
                .borrow_mut()
                .push(("body".to_owned(), "must be a JSON object".to_owned()));
        }
        members.map(|members| Object {
            at: String::new(),
            members,
            wrongs,
        })
    }

    fn name(&self, field: &str) -> String {
        match (self.at.as_str(), field) {
            ("", field) => field.to_owned(),
            (at, "") => at.to_owned(),
            (at, field) => format!("{at}.{field}"),
        }
    }

    /// Notes that a field is wrong; the empty name is this object itself.
    pub(crate) fn wrong(&self, field: &str, reason: impl Into<String>) {
        self.wrongs.borrow_mut().push((self.name(field), reason.into()));
    }

    /// Refuses all other fields.
    pub(crate) fn only(&self, known: &[&str]) {
        for field in self
            .members
            .keys()
            .filter(|field| !known.contains(&field.as_str()))
        {
            // What was sent may be anything; its first letters are enough to find it.
            let shown: String = field.chars().take(40).collect();
            self.wrong(&shown, "is not known");
        }
    }

    /// A field; null is as good as absent.
    pub(crate) fn get(&self, field: &str) -> Option<&'a Value> {
        self.members.get(field).filter(|value| !value.is_null())
    }

    /// Whether the field is there.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    fn needed(&self, field: &str) -> Option<&'a Value> {
        let found = self.get(field);
        if found.is_none() {
            self.wrong(field, "is required");
        }
        found
    }

    fn find(&self, field: &str, need: Need) -> Option<&'a Value> {
        match need {
            Need::Must => self.needed(field),
            Need::May => self.get(field),
        }
    }

    /// A text that is as `fits` says; `else_` is the reason otherwise.
    pub(crate) fn text(
        &self,
        field: &str,
        need: Need,
        fits: impl FnOnce(&str) -> bool,
        else_: &str,
    ) -> Option<&'a str> {
        let value = self.find(field, need)?;
        match value.as_str() {
            Some(text) if fits(text) => Some(text),
            Some(_) => {
                self.wrong(field, else_);
                None
            }
            None => {
                self.wrong(field, "must be a string");
                None
            }
        }
    }

    /// A text of so many characters.
    pub(crate) fn text_of(&self, field: &str, need: Need, length: RangeInclusive<usize>) -> Option<&'a str> {
        let reason = format!("must have {} to {} characters", length.start(), length.end());
        self.text(
            field,
            need,
            |text| length.contains(&text.chars().count()),
            &reason,
        )
    }

    /// One of these words.
    pub(crate) fn word(&self, field: &str, need: Need, words: &[&str]) -> Option<&'a str> {
        let reason = format!("must be one of {}", words.join(", "));
        self.text(field, need, |text| words.contains(&text), &reason)
    }

    /// A whole number within a range.
    pub(crate) fn whole_number(&self, field: &str, need: Need, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.find(field, need)?;
        match value.as_i64() {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                self.wrong(
                    field,
                    format!("must be from {} to {}", range.start(), range.end()),
                );
                None
            }
            None => {
                self.wrong(field, "must be a whole number");
                None
            }
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, field: &str) -> Option<bool> {
        let value = self.get(field)?;
        if !value.is_boolean() {
            self.wrong(field, "must be true or false");
        }
        value.as_bool()
    }

    /// An object within.
    pub(crate) fn object(&self, field: &str, need: Need) -> Option<Object<'a, 'w>> {
        let value = self.find(field, need)?;
        let Some(members) = value.as_object() else {
            self.wrong(field, "must be an object");
            return None;
        };
        Some(Object {
            at: self.name(field),
            members,
            wrongs: self.wrongs,
        })
    }

    /// A list of objects.
    pub(crate) fn objects(
        &self,
        field: &str,
        need: Need,
        count: RangeInclusive<usize>,
    ) -> Option<Vec<Object<'a, 'w>>> {
        let value = self.find(field, need)?;
        let list = value.as_array().filter(|list| count.contains(&list.len()));
        let Some(list) = list else {
            self.wrong(
                field,
                format!("must be a list of {} to {}", count.start(), count.end()),
            );
            return None;
        };
        let mut objects = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let at = format!("{field}[{index}]");
            match item.as_object() {
                Some(members) => objects.push(Object {
                    at: self.name(&at),
                    members,
                    wrongs: self.wrongs,
                }),
                None => self.wrong(&at, "must be an object"),
            }
        }
        Some(objects)
    }

    /// A list of texts.
    pub(crate) fn texts(&self, field: &str, need: Need) -> Option<Vec<&'a str>> {
        let value = self.find(field, need)?;
        let texts: Option<Vec<&str>> = value
            .as_array()
            .and_then(|list| list.iter().map(Value::as_str).collect());
        if texts.is_none() {
            self.wrong(field, "must be a list of strings");
        }
        texts
    }

    /// All members, for those whose names are free.
    pub(crate) fn members(&self) -> &'a Map<String, Value> {
        self.members
    }
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Must,
    /// It may.
    May,
}
