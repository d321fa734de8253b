//! The error bodies of every API, and of the gateways before them, which write others. Contract, sections 2, 3 and 5.

use crate::Personal;
use crate::error_number::ErrorNumber;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The most characters of a title or a trace id that are kept.
const MOST_CHARACTERS: usize = 200;

/// What is wrong with one field, or with the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The field.
    pub name: String,
    /// What is wrong with it; hidden in `Debug`, it may quote a value.
    pub reason: Personal,
}

/// The problem that the ePayment API answers (RFC 7807), as it writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// What kind of problem, as an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The provider's own id of the call.
    pub trace_id: String,
    /// Words on this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Personal>,
    /// What the problem is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The number under the name `ErrorCode`, or what is wrong with which field.
    #[serde(
        default,
        deserialize_with = "super::or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub extra_details: Vec<Reason>,
}

/// What can be understood of an error body, whoever wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The number, if the body has one.
    pub number: Option<ErrorNumber>,
    /// The kind of the problem in words; empty if there are none.
    pub title: String,
    /// Words on this one.
    pub detail: Option<Personal>,
    /// The provider's own id of the call.
    pub trace_id: Option<String>,
    /// What is wrong with which field, the number aside.
    pub reasons: Vec<Reason>,
}

impl Problem {
    /// Understands as much of a body as it can: RFC 7807 with `extraDetails` or `invalidParams`, the words of an OAuth
    /// server or of a gateway, or nothing at all.
    pub fn read(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(body)) => Self::from_object(&body),
            // Some gateways answer a list of one.
            Ok(Value::Array(list)) => match list.first() {
                Some(Value::Object(body)) => Self::from_object(body),
                _ => Self::default(),
            },
            _ => Self::default(),
        }
    }

    fn from_object(body: &Map<String, Value>) -> Self {
        let all = ["extraDetails", "invalidParams"]
            .into_iter()
            .filter_map(|name| body.get(name)?.as_array());
        let (numbers, reasons): (Vec<_>, Vec<_>) = all
            .flatten()
            .filter_map(reason)
            .partition(|reason| reason.name.eq_ignore_ascii_case("ErrorCode"));
        Self {
            number: numbers
                .iter()
                .find_map(|reason| ErrorNumber::read(reason.reason.as_str())),
            title: first(body, &["title", "error"]).map(short).unwrap_or_default(),
            detail: first(body, &["detail", "error_description", "errorMessage", "message"])
                .map(Personal::from),
            trace_id: first(body, &["traceId", "trace_id"]).map(short),
            reasons,
        }
    }
}

/// The first of these fields that holds a text.
fn first<'a>(body: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names
        .iter()
        .filter_map(|name| body.get(*name)?.as_str())
        .find(|text| !text.is_empty())
}

fn reason(entry: &Value) -> Option<Reason> {
    let name = entry.get("name")?.as_str()?.to_owned();
    let reason = match entry.get("reason") {
        Some(Value::String(text)) => text.as_str().into(),
        Some(Value::Number(number)) => number.to_string().into(),
        _ => Personal::default(),
    };
    Some(Reason { name, reason })
}

/// Without line breaks and the like: it goes into logs.
fn short(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(MOST_CHARACTERS)
        .collect()
}
