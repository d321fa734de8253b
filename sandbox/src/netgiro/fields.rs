//! A JSON object whose names have no case. Contract, section 3.

use serde_json::{Map, Value};

/// What is wrong with a body, in a sentence that names the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bad(pub(crate) String);

/// The members of an object, by their names in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads an object.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Bad> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::of(members)),
            _ => Err(Bad("The body is not a JSON object.".to_owned())),
        }
    }

    fn of(members: Map<String, Value>) -> Self {
        let lower = members.into_iter();
        Fields(lower.map(|(name, value)| (name.to_lowercase(), value)).collect())
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.get(&name.to_lowercase());
        found.filter(|value| !value.is_null())
    }

    /// A text of at most `longest` letters.
    pub(crate) fn text(&self, name: &str, longest: usize) -> Result<Option<String>, Bad> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text.clone())),
            Some(_) => Err(Bad(format!("'{name}' is a text of at most {longest} letters."))),
        }
    }

    /// A text that is there and not empty.
    pub(crate) fn required_text(&self, name: &str, longest: usize) -> Result<String, Bad> {
        let text = self.text(name, longest)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Bad(format!("'{name}' must not be empty.")))
    }

    /// A whole number.
    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>, Bad> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(Bad(format!("'{name}' is a whole number."))),
            },
        }
    }

    /// A whole number that is there.
    pub(crate) fn required_int(&self, name: &str) -> Result<i64, Bad> {
        self.int(name)?
            .ok_or_else(|| Bad(format!("'{name}' must not be empty.")))
    }

    /// A flag; false where it is not there.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Bad> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Bad(format!("'{name}' is true or false."))),
        }
    }

    /// A list of objects, each with its fields and as it was sent.
    pub(crate) fn objects(&self, name: &str, most: usize) -> Result<Vec<(Fields, Value)>, Bad> {
        let wrong = || Bad(format!("'{name}' is a list of at most {most} objects."));
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) if list.len() <= most => list
                .iter()
                .map(|value| match value {
                    Value::Object(members) => Ok((Self::of(members.clone()), value.clone())),
                    _ => Err(wrong()),
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_case() {
        let fields = Fields::read(br#"{"AMOUNT": 5, "reference": "r", "Nothing": null}"#).unwrap();
        assert_eq!(fields.required_int("Amount"), Ok(5));
        assert_eq!(fields.required_text("Reference", 10), Ok("r".to_owned()));
        assert_eq!(fields.text("Nothing", 10), Ok(None));
    }

    #[test]
    fn what_is_of_the_wrong_kind_is_named() {
        let fields =
            Fields::read(br#"{"Amount": 5.5, "Reference": 7, "Manual": "yes", "Items": [1]}"#).unwrap();
        assert!(fields.int("Amount").unwrap_err().0.contains("'Amount'"));
        assert!(
            fields
                .text("Reference", 10)
                .unwrap_err()
                .0
                .contains("'Reference'")
        );
        assert!(fields.flag("Manual").unwrap_err().0.contains("'Manual'"));
        assert!(fields.objects("Items", 5).unwrap_err().0.contains("'Items'"));
        assert!(Fields::read(b"[]").is_err());
    }
}
