//! What became of a login, and the tokens that come of it. Contract, section 4.

use super::super::accounts::CLIENT_ID;
use super::super::auth::BasicClient;
use super::super::error::Reply;
use super::super::people;
use super::super::state::{UserToken, later};
use super::discovery::{issuer, signing_key};
use super::request::Found;
use super::{Form, invalid};
use crate::number::Number;
use crate::origin::Origin;
use crate::world::{Shared, World};
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// The user's tokens live for five minutes.
const LIFE_S: i64 = 300;
const GRANT_TYPE: &str = "urn:openid:params:grant-type:ciba";

/// `POST /access-management-1.0/access/oauth2/token`.
pub(crate) async fn ask(
    State(world): State<Shared>,
    _client: BasicClient,
    origin: Origin,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let form = Form::read(&headers, &body)?;
    let refused =
        |error: &str, description: &str| Err(Reply::oauth(StatusCode::BAD_REQUEST, error, description));
    match form.get("grant_type") {
        Some(GRANT_TYPE) => {}
        Some(_) => return refused("unsupported_grant_type", "The grant type is not possible here."),
        None => return Err(invalid("grant_type is missing.")),
    }
    let auth_req_id = form
        .get("auth_req_id")
        .ok_or_else(|| invalid("auth_req_id is missing."))?;
    let known = world.look(|state, _| {
        state
            .vipps
            .logins
            .get(auth_req_id)
            .map(|login| login.number.clone())
    });
    let Some(number) = known else {
        return refused("invalid_grant", "The auth_req_id is not known.");
    };
    // The key first: what is collected must reach the merchant.
    let signer = Signer::prepare(&world).await?;
    let found = world.change(|state, now| {
        let login = state.vipps.logins.get_mut(auth_req_id)?;
        Some(login.ask(now))
    });
    match found.unwrap_or(Found::Used) {
        Found::Pending => refused("authorization_pending", "The user has not answered yet."),
        Found::SlowDown => refused(
            "slow_down",
            "Ask less often: five seconds more between questions.",
        ),
        Found::Denied => refused("access_denied", "The user refused."),
        Found::Expired => refused("expired_token", "The login has expired."),
        Found::Used => refused("invalid_grant", "The login was collected already."),
        Found::Approved => Ok(tokens(&world, &origin, auth_req_id, &number, &signer)),
    }
}

fn tokens(world: &World, origin: &Origin, auth_req_id: &str, number: &Number, signer: &Signer) -> Reply {
    let access_token = world.id();
    world.change(|state, now| {
        let token = UserToken {
            auth_req_id: auth_req_id.to_owned(),
            expires: later(now, LIFE_S),
        };
        state.vipps.user_tokens.insert(access_token.clone(), token);
    });
    // Merchants check it by their own clock.
    let now = world.time_outside().as_second();
    let claims = json!({
        "iss": issuer(origin),
        "aud": [CLIENT_ID],
        "sub": people::subject(number),
        "iat": now,
        "auth_time": now,
        "exp": now + LIFE_S,
        "jti": world.id(),
        "urn:openid:params:jwt:claim:auth_req_id": auth_req_id,
    });
    let answer = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": LIFE_S,
        "id_token": signer.sign(&claims),
    });
    Reply::done(StatusCode::OK, answer)
}

/// Signs id tokens.
struct Signer {
    key: std::sync::Arc<crate::inpost::keys::Key>,
    kid: String,
}

impl Signer {
    async fn prepare(world: &World) -> Result<Self, Reply> {
        let (key, kid) = signing_key(world).await?;
        Ok(Signer { key, kid })
    }

    /// A JWT with this content, RS256.
    fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid });
        let text = format!("{}.{}", part(&head), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.rs256(text.as_bytes()));
        format!("{text}.{signature}")
    }
}
