//! Where everything is, and the keys that sign id tokens. Contract, section 4.

use super::super::error::Reply;
use crate::inpost::keys::{self, Key};
use crate::origin::Origin;
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

/// `GET /access-management-1.0/access/.well-known/jwks.json`: the key that signs now, and the one before it, because a
/// token of a moment ago has still to be verified.
pub(crate) async fn keys(State(world): State<Shared>) -> Result<Reply, Reply> {
    let mut published = Vec::new();
    for version in published_versions(&world) {
        published.push(public_key(&world, version).await?);
    }
    Ok(Reply::done(StatusCode::OK, json!({ "keys": published })))
}

async fn public_key(world: &World, version: u32) -> Result<Value, Reply> {
    let key = key(world, version).await?;
    let (modulus, exponent) = key.public_numbers().ok_or_else(broken)?;
    Ok(json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": key_id(version),
        "n": URL_SAFE_NO_PAD.encode(modulus),
        "e": URL_SAFE_NO_PAD.encode(exponent),
    }))
}

fn published_versions(world: &World) -> Vec<u32> {
    let newest = newest_version(world);
    let both = [newest, newest.saturating_sub(1)];
    both.into_iter().filter(|version| *version > 0).collect()
}

/// The names of the keys that are published; the first of them signs.
pub(crate) fn published_keys(world: &World) -> Vec<String> {
    published_versions(world).into_iter().map(key_id).collect()
}

/// The number of the key that signs now; the first is 1.
fn newest_version(world: &World) -> u32 {
    world.look(|state, _| state.vipps.key_changes.saturating_add(1))
}

fn key_id(version: u32) -> String {
    format!("sandbox-{version}")
}

/// The key that signs now, and its name.
pub(super) async fn signing_key(world: &World) -> Result<(Arc<Key>, String), Reply> {
    let version = newest_version(world);
    Ok((key(world, version).await?, key_id(version)))
}

/// The first is the one that every sandbox has anyway; making another is work for a moment.
async fn key(world: &World, version: u32) -> Result<Arc<Key>, Reply> {
    let seed = world.look(|state, _| state.inpost.key_seed);
    let made = tokio::task::spawn_blocking(move || keys::key(seed, &version.to_string())).await;
    made.ok().and_then(Result::ok).ok_or_else(broken)
}

fn broken() -> Reply {
    let description = "The signing key could not be made.";
    Reply::oauth(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description)
}
