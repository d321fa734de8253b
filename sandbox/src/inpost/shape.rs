//! Checks JSON against a table of fields and says exactly which one is wrong.
//!
//! The tables are written from the contract by hand and share nothing with the client's own types: where the two
//! disagree, a test of the client against the sandbox shows it.

use super::amount;
use super::error::ApiError;
use jiff::Timestamp;
use serde_json::Value;

/// What a value must be.
pub(crate) enum Rule {
    /// Any JSON.
    Any,
    /// A text of at most so many characters, possibly empty.
    Text(usize),
    /// A text of at most so many characters that is not blank.
    Named(usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// `decimal(10,2)`, as a text or a number.
    Amount,
    /// A quantity with at most three decimals, as a text or a number.
    Quantity,
    Bool,
    /// RFC 3339 with any precision.
    Time,
    /// A whole number of at most this size.
    Whole(u64),
    /// An object with these fields; others are ignored, as InPost does.
    Object(&'static [Field]),
    /// A list of at most so many.
    List(&'static Rule, usize),
}

/// A member of an object.
pub(crate) struct Field {
    name: &'static str,
    required: bool,
    rule: Rule,
}

/// A field that must be there.
pub(crate) const fn req(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        required: true,
        rule,
    }
}

/// A field that may be missing or null.
pub(crate) const fn opt(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        required: false,
        rule,
    }
}

/// Where we are in the document, for messages: `products[0].base_price.gross`.
#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Root,
    Member(&'static str),
    Index(usize),
}

impl Path<'_> {
    const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    fn write(&self, into: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(into);
        }
        match self.step {
            Step::Root => {}
            Step::Member(name) => {
                if !into.is_empty() {
                    into.push('.');
                }
                into.push_str(name);
            }
            Step::Index(index) => into.push_str(&format!("[{index}]")),
        }
    }

    fn says(&self, what: &str) -> String {
        let mut text = String::new();
        self.write(&mut text);
        if text.is_empty() {
            format!("the body {what}")
        } else {
            format!("{text} {what}")
        }
    }
}

/// Reads a body as JSON and checks it. What is no JSON, lacks a field or has one of the wrong kind is a
/// `MALFORMED_REQUEST`; a value past its limits is a `BAD_REQUEST`.
pub(crate) fn read(body: &[u8], rule: &Rule) -> Result<Value, ApiError> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        ApiError::malformed(format!(
            "the body is not JSON: line {} column {}",
            error.line(),
            error.column()
        ))
    })?;
    check(&value, rule)?;
    Ok(value)
}

/// Checks a document that is JSON already.
pub(crate) fn check(value: &Value, rule: &Rule) -> Result<(), ApiError> {
    walk(value, rule, &Path::ROOT)
}

fn walk(value: &Value, rule: &Rule, path: &Path<'_>) -> Result<(), ApiError> {
    let malformed = |what: &str| Err(ApiError::malformed(path.says(what)));
    let bad = |what: &str| Err(ApiError::bad_request(path.says(what)));
    match rule {
        Rule::Any => Ok(()),
        Rule::Text(most) | Rule::Named(most) => match value.as_str() {
            None => malformed("must be a text"),
            Some(text) if text.chars().count() > *most => {
                bad(&format!("must be at most {most} characters long"))
            }
            Some(text) if matches!(rule, Rule::Named(_)) && text.trim().is_empty() => {
                bad("must not be empty")
            }
            Some(_) => Ok(()),
        },
        Rule::OneOf(words) => match value.as_str() {
            Some(text) if words.contains(&text) => Ok(()),
            Some(_) => bad(&format!("must be one of {}", words.join(", "))),
            None => malformed("must be a text"),
        },
        Rule::Amount if amount::minor(value).is_some() => Ok(()),
        Rule::Amount => malformed("must be an amount like \"12.30\", decimal(10,2), not negative"),
        Rule::Quantity if amount::thousandths(value).is_some() => Ok(()),
        Rule::Quantity => malformed("must be a quantity like 1 or \"0.250\", not negative"),
        Rule::Bool if value.is_boolean() => Ok(()),
        Rule::Bool => malformed("must be true or false"),
        Rule::Time if time(value).is_some() => Ok(()),
        Rule::Time => malformed("must be a time like 2026-01-31T12:00:00.000000Z"),
        Rule::Whole(most) => match value.as_u64() {
            Some(number) if number <= *most => Ok(()),
            Some(_) => bad(&format!("must be at most {most}")),
            None => malformed("must be a whole number, not negative"),
        },
        Rule::Object(fields) => {
            let Some(members) = value.as_object() else {
                return malformed("must be an object");
            };
            for field in *fields {
                let below = Path {
                    parent: Some(path),
                    step: Step::Member(field.name),
                };
                match members.get(field.name) {
                    Some(Value::Null) | None if field.required => {
                        return Err(ApiError::malformed(below.says("is missing")));
                    }
                    Some(Value::Null) | None => {}
                    Some(member) => walk(member, &field.rule, &below)?,
                }
            }
            Ok(())
        }
        Rule::List(of, most) => {
            let Some(items) = value.as_array() else {
                return malformed("must be a list");
            };
            if items.len() > *most {
                return bad(&format!("must have at most {most} entries"));
            }
            for (index, item) in items.iter().enumerate() {
                walk(
                    item,
                    of,
                    &Path {
                        parent: Some(path),
                        step: Step::Index(index),
                    },
                )?;
            }
            Ok(())
        }
    }
}

/// Reads a time of the wire.
pub(crate) fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::super::error::Code;
    use super::*;
    use serde_json::json;

    const LINE: Rule = Rule::Object(&[
        req("name", Rule::Named(5)),
        opt("kind", Rule::OneOf(&["A", "B"])),
        opt("price", Rule::Amount),
        opt("at", Rule::Time),
        opt("count", Rule::Quantity),
        opt("yes", Rule::Bool),
        opt("port", Rule::Whole(65_535)),
    ]);
    const DOCUMENT: Rule = Rule::Object(&[req("lines", Rule::List(&LINE, 2))]);

    #[test]
    fn a_fitting_document_passes_and_unknown_fields_are_ignored() {
        let fits = json!({"lines": [
            {"name": "a", "kind": "B", "price": "1.00", "at": "2026-01-31T12:00:00.5Z", "count": 1.5, "yes": true},
            {"name": "b", "kind": null, "port": 443, "new": {}},
        ]});
        assert_eq!(check(&fits, &DOCUMENT), Ok(()));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_path() {
        let line = |line: Value| json!({ "lines": [line] });
        for (document, code, message) in [
            (json!([]), Code::MalformedRequest, "the body must be an object"),
            (json!({}), Code::MalformedRequest, "lines is missing"),
            (json!({"lines": null}), Code::MalformedRequest, "lines is missing"),
            (
                json!({"lines": {}}),
                Code::MalformedRequest,
                "lines must be a list",
            ),
            (
                json!({"lines": [{"name":"a"},{"name":"b"},{"name":"c"}]}),
                Code::BadRequest,
                "lines must have at most 2 entries",
            ),
            (
                line(json!({})),
                Code::MalformedRequest,
                "lines[0].name is missing",
            ),
            (
                line(json!({"name": 1})),
                Code::MalformedRequest,
                "lines[0].name must be a text",
            ),
            (
                line(json!({"name": " "})),
                Code::BadRequest,
                "lines[0].name must not be empty",
            ),
            (
                line(json!({"name": "żółćżó"})),
                Code::BadRequest,
                "lines[0].name must be at most 5 characters long",
            ),
            (
                line(json!({"name": "a", "kind": "C"})),
                Code::BadRequest,
                "lines[0].kind must be one of A, B",
            ),
            (
                line(json!({"name": "a", "price": "1.001"})),
                Code::MalformedRequest,
                "lines[0].price must be an amount like \"12.30\", decimal(10,2), not negative",
            ),
            (
                line(json!({"name": "a", "at": "yesterday"})),
                Code::MalformedRequest,
                "lines[0].at must be a time like 2026-01-31T12:00:00.000000Z",
            ),
            (
                line(json!({"name": "a", "yes": "true"})),
                Code::MalformedRequest,
                "lines[0].yes must be true or false",
            ),
            (
                line(json!({"name": "a", "port": 70000})),
                Code::BadRequest,
                "lines[0].port must be at most 65535",
            ),
        ] {
            assert_eq!(
                check(&document, &DOCUMENT),
                Err(ApiError::new(code, message)),
                "{document}"
            );
        }
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let refusal = read(b"{\"lines\": ", &DOCUMENT).unwrap_err();
        assert_eq!(
            refusal,
            ApiError::malformed("the body is not JSON: line 1 column 10")
        );
    }
}
