//! The published signing keys. Contract, sections 2 and 3.

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::keys;
use crate::world::{Shared, World};
use axum::Json;
use axum::extract::{Path, State as FromWorld};
use serde_json::{Value, json};

/// `GET /v1/izi/signing-keys/public`.
pub(crate) async fn all(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
) -> Result<Json<Value>, ApiError> {
    let versions = world.look(|state, _| state.inpost.keys.clone());
    let published = versions.iter().filter(|key| key.published);
    let listed = published
        .map(|key| describe(&world, &key.version))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(
        json!({ "merchant_external_id": merchant.pos_id, "public_keys": listed }),
    ))
}

/// `GET /v1/izi/signing-keys/public/{version}`.
pub(crate) async fn one(
    FromWorld(world): FromWorld<Shared>,
    Caller(merchant): Caller,
    Path(version): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let known = world.look(|state, _| {
        state
            .inpost
            .keys
            .iter()
            .any(|key| key.published && key.version == version)
    });
    if !known {
        return Err(ApiError::new(
            Code::PublicKeyNotFound,
            "there is no signing key of this version",
        ));
    }
    Ok(Json(
        json!({ "merchant_external_id": merchant.pos_id, "public_key": describe(&world, &version)? }),
    ))
}

fn describe(world: &World, version: &str) -> Result<Value, ApiError> {
    let seed = world.look(|state, _| state.inpost.key_seed);
    let key = keys::key(seed, version)
        .map_err(|error| ApiError::new(Code::InternalServerError, error.to_string()))?;
    Ok(json!({ "public_key_base64": key.public_key_base64, "version": version }))
}
