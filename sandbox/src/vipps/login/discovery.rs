//! Where everything is, and the keys that sign id tokens. Contract, section 4.

use super::super::error::Reply;
use super::super::origin::Origin;
use crate::inpost::keys::{self, Key};
use crate::world::{Shared, World};
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who issues id tokens, to the letter.
pub(super) fn issuer(origin: &Origin) -> String {
    format!("{}/vipps/access-management-1.0/access/", origin.0)
}

/// `GET /access-management-1.0/access/.well-known/openid-configuration`.
pub(crate) async fn configuration(origin: Origin) -> Reply {
    let (issuer, vipps) = (issuer(&origin), format!("{}/vipps", origin.0));
    let document = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}oauth2/token"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "userinfo_endpoint": format!("{vipps}/vipps-userinfo-api/userinfo"),
        "backchannel_authentication_endpoint":
            format!("{vipps}/vipps-login-ciba/api/backchannel/authentication"),
        "backchannel_token_delivery_modes_supported": ["poll"],
        "grant_types_supported": ["urn:openid:params:grant-type:ciba"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "scopes_supported": [
            "openid", "name", "address", "email", "phoneNumber", "birthDate", "nin", "delegatedConsents"
        ],
    });
    Reply::done(StatusCode::OK, document)
}

/// `GET /access-management-1.0/access/.well-known/jwks.json`.
pub(crate) async fn keys(State(world): State<Shared>) -> Result<Reply, Reply> {
    let key = signing_key(&world).await?;
    let (modulus, exponent) = key.public_numbers().ok_or_else(broken)?;
    let key: Value = json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": key_id(&world),
        "n": URL_SAFE_NO_PAD.encode(modulus),
        "e": URL_SAFE_NO_PAD.encode(exponent),
    });
    Ok(Reply::done(StatusCode::OK, json!({ "keys": [key] })))
}

/// The name of the key that signs now.
pub(super) fn key_id(world: &World) -> String {
    world.look(|state, _| format!("sandbox-{}", state.vipps.key_changes + 1))
}

/// The key that signs now. The first is the one that every sandbox has anyway; making another is work for a moment.
pub(super) async fn signing_key(world: &World) -> Result<Arc<Key>, Reply> {
    let (seed, version) =
        world.look(|state, _| (state.inpost.key_seed, (state.vipps.key_changes + 1).to_string()));
    let made = tokio::task::spawn_blocking(move || keys::key(seed, &version)).await;
    made.ok().and_then(Result::ok).ok_or_else(broken)
}

fn broken() -> Reply {
    let description = "The signing key could not be made.";
    Reply::oauth(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description)
}
