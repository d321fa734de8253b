//! Merchant-initiated login (CIBA): contract, section 4.

/// Where everything is, and the keys.
pub(crate) mod discovery;
/// The login that waits, and what becomes of it.
pub(crate) mod request;
/// Starting a login, and asking whether there is such a user.
pub(crate) mod start;
/// What became of a login.
pub(crate) mod token;
/// What the user shows.
pub(crate) mod userinfo;

use super::error::Reply;
use http::{HeaderMap, StatusCode, header};

/// A form's fields.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form; a field that comes twice is an error by OAuth.
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Reply> {
        let kind = super::auth::text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(invalid("The body must be a form."));
        }
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
        let twice = fields
            .iter()
            .any(|(name, _)| fields.iter().filter(|(other, _)| other == name).count() > 1);
        if twice {
            Err(invalid("A parameter comes more than once."))
        } else {
            Ok(Form(fields))
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

fn invalid(description: &str) -> Reply {
    Reply::oauth(StatusCode::BAD_REQUEST, "invalid_request", description)
}
