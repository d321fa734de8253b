//! What the user shows. Contract, section 4.

use super::super::auth::{bearer, text};
use super::super::error::Reply;
use super::super::people;
use super::request::Answer;
use crate::world::Shared;
use axum::extract::State;
use http::{HeaderMap, StatusCode};

/// `GET /vipps-userinfo-api/userinfo`, with the user's token and no subscription key.
pub(crate) async fn read(State(world): State<Shared>, headers: HeaderMap) -> Result<Reply, Reply> {
    if text(&headers, "ocp-apim-subscription-key").is_some() {
        let message = "The userinfo takes no subscription key.";
        return Err(Reply::gateway(StatusCode::UNAUTHORIZED, message));
    }
    let invalid = || {
        let description = "The user's token is missing, unknown or has expired.";
        Reply::oauth(StatusCode::UNAUTHORIZED, "invalid_token", description)
    };
    let token = bearer(&headers).ok_or_else(invalid)?;
    let claims = world.look(|state, now| {
        let token = state
            .vipps
            .user_tokens
            .get(token)
            .filter(|token| now < token.expires)?;
        let login = state.vipps.logins.get(&token.auth_req_id)?;
        match &login.answer {
            Answer::Collected { accepted, at } => {
                Some(people::claims(&login.number, &login.scopes, accepted, *at))
            }
            Answer::Waits | Answer::Approved { .. } | Answer::Rejected => None,
        }
    });
    claims
        .map(|claims| Reply::done(StatusCode::OK, claims))
        .ok_or_else(invalid)
}
