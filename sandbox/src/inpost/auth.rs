//! Tokens: OAuth2 client credentials, valid for 300 s of the sandbox's clock.

use super::error::{ApiError, Code};
use super::state::{Merchant, Token, later};
use crate::gate::AnsweredCode;
use crate::world::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use secrecy::ExposeSecret;
use serde_json::json;

const TOKEN_LIFE_S: i64 = 300;
/// Tokens that are remembered; a client that never reuses one pushes the oldest out.
const MOST_TOKENS: usize = 1000;

/// `POST /auth/token`.
pub(crate) async fn token(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Missing form parameter: grant_type",
        );
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    match field("grant_type") {
        "" => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Missing form parameter: grant_type",
            );
        }
        "client_credentials" => {}
        _ => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Unsupported grant_type",
            );
        }
    }
    let known = world.look(|state, _| {
        let merchant = state.inpost.merchants.get(field("client_id"));
        merchant.map(|merchant| merchant.client_secret.expose_secret() == field("client_secret"))
    });
    match known {
        None => {
            return refuse(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Invalid client credentials",
            );
        }
        Some(false) => {
            return refuse(
                StatusCode::UNAUTHORIZED,
                "unauthorized_client",
                "Invalid client secret",
            );
        }
        Some(true) => {}
    }
    let token = format!("{}{}", world.id(), world.id()).replace('-', "");
    world.change(|state, now| {
        let tokens = &mut state.inpost.tokens;
        if tokens.len() >= MOST_TOKENS {
            tokens.retain(|_, token| now < token.expires);
        }
        if tokens.len() >= MOST_TOKENS {
            tokens.clear();
        }
        let client_id = field("client_id").to_owned();
        tokens.insert(
            token.clone(),
            Token {
                client_id,
                expires: later(now, TOKEN_LIFE_S),
            },
        );
    });
    Json(json!({
        "access_token": token,
        "expires_in": TOKEN_LIFE_S,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": "api:inpostpay",
    }))
    .into_response()
}

/// The identity provider's error shape, which is not the API's.
pub(crate) fn refuse(status: StatusCode, error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(AnsweredCode(error.to_owned()));
    response
}

/// The merchant behind a valid bearer token.
pub(crate) struct Caller(pub(crate) Merchant);

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, ApiError> {
        let unauthorized = |message: &str| ApiError::new(Code::Unauthorized, message);
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| unauthorized("the header Authorization: Bearer <access token> is missing"))?;
        world.look(|state, now| {
            let found = state.inpost.tokens.get(token).filter(|token| now < token.expires);
            found
                .and_then(|token| state.inpost.merchants.get(&token.client_id))
                .map(|merchant| Caller(merchant.clone()))
                .ok_or_else(|| unauthorized("the access token is unknown or has expired: fetch a new one"))
        })
    }
}
