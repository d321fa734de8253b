//! Starting a login, and asking whether there is such a user. Contract, section 4.

use super::super::auth::BasicClient;
use super::super::error::Reply;
use super::super::special::{Special, has_account, msisdn, special};
use super::super::state::{Login, State, later, seconds_until};
use super::request::{Answer, CONSENTS_SCOPE, INTERVAL_S};
use super::{Form, invalid};
use crate::number::Number;
use crate::world::Shared;
use axum::body::Bytes;
use axum::extract::State as FromWorld;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// A login waits for ten minutes, if nothing else is wished for.
const LIFE_S: i64 = 600;
/// So many logins may be started for one user within [`WINDOW_S`].
const MOST_STARTS: usize = 5;
const WINDOW_S: i64 = 60;
/// What a merchant can ask for.
const SCOPES: [&str; 8] = [
    "openid",
    "name",
    "address",
    "email",
    "phoneNumber",
    "birthDate",
    "nin",
    CONSENTS_SCOPE,
];

/// `POST /vipps-login-ciba/api/backchannel/authentication`.
pub(crate) async fn start(
    FromWorld(world): FromWorld<Shared>,
    client: BasicClient,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let form = Form::read(&headers, &body)?;
    let scopes = scopes(&form)?;
    let binding_message = form.get("binding_message");
    if binding_message.is_some_and(|message| !is_binding_message(message)) {
        let description = "The binding message must match ^[A-Z0-9\\-]{5,8}$.";
        return Err(Reply::oauth(
            StatusCode::BAD_REQUEST,
            "invalid_binding_message",
            description,
        ));
    }
    let life_s = match form.get("requested_expiry").map(str::parse::<i64>) {
        None => LIFE_S,
        Some(Ok(life)) if (60..=900).contains(&life) => life,
        Some(_) => return Err(invalid("requested_expiry must be from 60 to 900 seconds.")),
    };
    let hint = form
        .get("login_hint")
        .ok_or_else(|| invalid("login_hint is missing."))?;
    let (auth_req_id, id) = (world.id(), world.id());
    world.change(|state, now| {
        let state = &mut state.vipps;
        let number = user(state, hint, now)?;
        check_user(&number)?;
        check_pace(state, &number, now)?;
        let login = Login {
            id,
            count: state.next_count(),
            number,
            msn: client.unit.map(|unit| unit.msn.to_owned()),
            scopes,
            binding_message: binding_message.map(str::to_owned),
            created: now,
            expires: later(now, life_s),
            interval_s: INTERVAL_S,
            asked: None,
            answer: Answer::Waits,
        };
        state.logins.insert(auth_req_id.clone(), login);
        let answer = json!({ "auth_req_id": auth_req_id, "expires_in": life_s, "interval": INTERVAL_S });
        Ok(Reply::done(StatusCode::OK, answer))
    })
}

/// `POST /vipps-login-ciba/api/v1/user-exists`.
pub(crate) async fn user_exists(
    FromWorld(world): FromWorld<Shared>,
    _client: BasicClient,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let form = Form::read(&headers, &body)?;
    let hint = form
        .get("login_hint")
        .ok_or_else(|| invalid("login_hint is missing."))?;
    let number = world.look(|state, now| user(&state.vipps, hint, now));
    let exists = match number {
        Ok(number) => has_account(&number) && special(&number) != Some(Special::Inactive),
        Err(refusal) if refusal.is_unknown_user() => false,
        Err(refusal) => return Err(refusal),
    };
    Ok(Reply::done(StatusCode::OK, json!({ "exists": exists })))
}

fn scopes(form: &Form) -> Result<Vec<String>, Reply> {
    let scope = form.get("scope").ok_or_else(|| invalid("scope is missing."))?;
    let scopes: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    let known = scopes.iter().all(|one| SCOPES.contains(&one.as_str()));
    if known && scopes.iter().any(|one| one == "openid") {
        return Ok(scopes);
    }
    let description = "The scope must have openid, and nothing that the sales unit may not ask for.";
    Err(Reply::oauth(
        StatusCode::BAD_REQUEST,
        "invalid_scope",
        description,
    ))
}

fn is_binding_message(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (5..=8).contains(&text.len()) && text.bytes().all(fits)
}

/// Whom a hint means.
fn user(state: &State, hint: &str, now: Timestamp) -> Result<Number, Reply> {
    let unknown = || {
        let description = "There is no user for this hint.";
        Reply::oauth(StatusCode::BAD_REQUEST, "unknown_user_id", description)
    };
    if let Some(digits) = hint.strip_prefix("urn:msisdn:") {
        return msisdn(digits).ok_or_else(|| invalid("login_hint has no phone number."));
    }
    let token = hint
        .strip_prefix("urn:customer-token:")
        .ok_or_else(|| invalid("login_hint must begin with urn:msisdn: or urn:customer-token:."))?;
    let known = state
        .customer_tokens
        .get(token)
        .filter(|known| now < known.expires);
    known.map(|known| known.number.clone()).ok_or_else(unknown)
}

/// Whether this user can log in at all.
fn check_user(number: &Number) -> Result<(), Reply> {
    let refused = |error: &str, description: &str| Reply::oauth(StatusCode::BAD_REQUEST, error, description);
    match special(number) {
        Some(Special::NoAccount) => Err(refused("unknown_user_id", "There is no user with this number.")),
        Some(Special::Inactive | Special::TooYoung) => {
            let description = "The user has no active account, or is under 15.";
            Err(refused("invalid_request", description).with_error_code("invalid_user"))
        }
        Some(Special::OldApp) => {
            let description = "The user's app is too old for this.";
            Err(refused("invalid_request", description).with_error_code("old_app"))
        }
        Some(Special::TooManyLogins) => Err(too_many(WINDOW_S)),
        Some(Special::NoFunds | Special::Broken | Special::Confused) | None => Ok(()),
    }
}

fn check_pace(state: &State, number: &Number, now: Timestamp) -> Result<(), Reply> {
    let window = SignedDuration::from_secs(WINDOW_S);
    let recent = state.logins.values().filter(|login| login.number == *number);
    let mut starts: Vec<Timestamp> = recent
        .map(|login| login.created)
        .filter(|created| now.duration_since(*created) < window)
        .collect();
    starts.sort_unstable();
    match starts
        .len()
        .checked_sub(MOST_STARTS)
        .and_then(|index| starts.get(index))
    {
        None => Ok(()),
        Some(oldest) => Err(too_many(seconds_until(now, later(*oldest, WINDOW_S)))),
    }
}

fn too_many(retry_after_s: i64) -> Reply {
    let description = "Too many logins have been started for this user.";
    Reply::oauth(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", description).after(retry_after_s)
}
