//! The control as JSON. Bad input gets a problem+json that says what is possible.

use crate::faults::{Kind, Wish};
use crate::held::HeldCall;
use crate::inpost;
use crate::inpost::state::{KeyVersion, Merchant};
use crate::netgiro;
use crate::options::InpostMerchant;
use crate::problem::{self, Problem};
use crate::vipps;
use crate::world::Shared;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use bytes::Bytes;
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Nothing here is larger, 64 KiB.
const BODY_LIMIT_BYTES: usize = 64 * 1024;
/// The clock moves at most ten years at a time.
const LONGEST_ADVANCE_S: i64 = 10 * 366 * 24 * 3600;
/// And it is at most a century ahead: times far beyond cannot be written.
const MOST_AHEAD_S: i64 = 10 * LONGEST_ADVANCE_S;
/// Signing keys that can exist.
const MOST_KEYS: usize = 50;
/// Merchants that can exist.
const MOST_MERCHANTS: usize = 100;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/held", get(list_held))
        .route("/held/{id}", delete(lose_held))
        .route("/held/{id}/release", post(release_held))
        .route("/clock", get(read_clock).post(move_clock))
        .route("/keys", get(list_keys))
        .route("/keys/rotate", post(rotate_keys))
        .route("/merchants", get(list_merchants).post(add_merchant))
        .route("/vipps/payments", get(list_vipps_payments))
        .route("/vipps/keys", get(list_vipps_keys))
        .route("/vipps/keys/rotate", post(rotate_vipps_keys))
        .route("/calls", get(list_calls).delete(clear_calls))
        .route("/reset", post(reset))
        .nest("/netgiro", netgiro::control_router())
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn(problem::shape))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This path does not know this method.",
            )
        })
        .fallback(async || {
            Problem::new(
                StatusCode::NOT_FOUND,
                "not-found",
                "The control has no such path.",
            )
        })
}

fn json_of<T: DeserializeOwned>(body: &Bytes, form: &str) -> Result<T, Problem> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| Problem::unreadable(format!("The body is {form}: {error}.")))
}

/// The calls that a fault can be asked for.
fn call_names() -> Vec<&'static str> {
    let mut names = inpost::call_names();
    names.extend(netgiro::call_names());
    names.extend(vipps::call_names());
    names.extend(signed_calls());
    names
}

/// Those of them that a provider makes to merchants.
fn signed_calls() -> Vec<&'static str> {
    [
        inpost::merchant::CALLS,
        netgiro::MERCHANT_CALLS,
        vipps::MERCHANT_CALLS,
    ]
    .concat()
}

async fn list_faults(State(world): State<Shared>) -> Json<Value> {
    Json(json!({
        "faults": world.with_faults(|faults| faults.list().to_vec()),
        "calls": call_names(),
        "kinds": Kind::ALL,
        "signed_kinds": Kind::ALL.iter().filter(|kind| kind.needs_signature()).collect::<Vec<_>>(),
        "signed_calls": signed_calls(),
        "signed_answers": netgiro::signed_answers(),
    }))
}

async fn add_fault(State(world): State<Shared>, body: Bytes) -> Result<(StatusCode, Json<Value>), Problem> {
    let wish: Wish = json_of(
        &body,
        "{call, kind, ms?, status?, error_code?, times?, chance_percent?}, see GET /control/faults",
    )?;
    let mut signed = signed_calls();
    if wish.kind == Kind::TamperSignature {
        signed.extend(netgiro::signed_answers());
    }
    let added = world.with_faults(|faults| faults.add(wish, &call_names(), &signed));
    let fault = added.map_err(Problem::unreadable)?;
    world.change(|_, _| ());
    Ok((StatusCode::CREATED, Json(json!(fault))))
}

async fn clear_faults(State(world): State<Shared>) -> StatusCode {
    world.with_faults(crate::faults::Faults::clear);
    StatusCode::NO_CONTENT
}

async fn remove_fault(State(world): State<Shared>, Path(id): Path<u64>) -> Result<StatusCode, Problem> {
    if world.with_faults(|faults| faults.remove(id)) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is no such fault: it was played or taken away.",
    ))
}

async fn list_held(State(world): State<Shared>) -> Json<Value> {
    Json(json!({ "held": world.with_held(|held| held.list()) }))
}

fn take_held(world: &Shared, id: u64) -> Result<HeldCall, Problem> {
    let gone = || {
        let detail = "No call with this id is held: it was released or lost.";
        Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
    };
    world.with_held(|held| held.take(id)).ok_or_else(gone)
}

async fn lose_held(State(world): State<Shared>, Path(id): Path<u64>) -> Result<StatusCode, Problem> {
    take_held(&world, id).map(|_| StatusCode::NO_CONTENT)
}

async fn release_held(State(world): State<Shared>, Path(id): Path<u64>) -> Result<Json<Value>, Problem> {
    let held = take_held(&world, id)?;
    let released = if vipps::MERCHANT_CALLS.contains(&held.call.name) {
        vipps::release(&world, &held).await
    } else if netgiro::MERCHANT_CALLS.contains(&held.call.name) {
        netgiro::release(&world, &held).await
    } else {
        inpost::release::release(&world, &held).await
    };
    released
        .map(Json)
        .map_err(|failure| Problem::new(StatusCode::BAD_GATEWAY, "shop-unreachable", failure.to_string()))
}

fn clock_of(world: &Shared) -> Json<Value> {
    Json(json!({
        "now": world.now(),
        "ahead_seconds": world.look(|state, _| state.ahead_s),
    }))
}

async fn read_clock(State(world): State<Shared>) -> Json<Value> {
    clock_of(&world)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn move_clock(State(world): State<Shared>, body: Bytes) -> Result<Json<Value>, Problem> {
    let Advance { advance_seconds } = json_of(&body, "{advance_seconds}")?;
    if !(0..=LONGEST_ADVANCE_S).contains(&advance_seconds) {
        let detail = format!(
            "advance_seconds is from 0 to {LONGEST_ADVANCE_S}: time goes forward; POST /control/reset sets it right."
        );
        return Err(Problem::unreadable(detail));
    }
    let moved = world.change(|state, _| {
        let ahead_s = state.ahead_s.saturating_add(advance_seconds);
        let fits = ahead_s <= MOST_AHEAD_S;
        if fits {
            state.ahead_s = ahead_s;
        }
        fits
    });
    if !moved {
        let detail = "The clock is at most a century ahead: POST /control/reset sets it right.";
        return Err(Problem::unreadable(detail));
    }
    Ok(clock_of(&world))
}

fn keys_of(world: &Shared) -> Json<Value> {
    Json(world.look(|state, _| json!({ "current": state.inpost.current_key(), "keys": state.inpost.keys })))
}

async fn list_keys(State(world): State<Shared>) -> Json<Value> {
    keys_of(&world)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// Takes the old versions off the published list.
    #[serde(default)]
    retire_old: bool,
}

async fn rotate_keys(State(world): State<Shared>, body: Bytes) -> Result<Json<Value>, Problem> {
    let Rotation { retire_old } = json_of(&body, "{retire_old?}")?;
    let (seed, version) = world.look(|state, _| (state.inpost.key_seed, state.inpost.keys.len() + 1));
    if version > MOST_KEYS {
        return Err(Problem::unreadable(format!(
            "There are {MOST_KEYS} keys already: POST /control/reset first."
        )));
    }
    let version = version.to_string();
    let made = version.clone();
    // Making a key is work for seconds, where the build is not optimised.
    let key = tokio::task::spawn_blocking(move || inpost::keys::key(seed, &made).map(|_| ())).await;
    if !matches!(key, Ok(Ok(()))) {
        let detail = "The new key could not be made: try again.";
        return Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "sandbox-error",
            detail,
        ));
    }
    world.change(|state, _| {
        let keys = &mut state.inpost.keys;
        if retire_old {
            keys.iter_mut().for_each(|key| key.published = false);
        }
        if keys.iter().all(|key| key.version != version) {
            keys.push(KeyVersion {
                version,
                published: true,
            });
        }
    });
    Ok(keys_of(&world))
}

fn describe(merchant: &Merchant) -> Value {
    json!({
        "client_id": merchant.client_id,
        "pos_id": merchant.pos_id,
        "name": merchant.name,
        "callback_url": merchant.callback_url,
    })
}

async fn list_merchants(State(world): State<Shared>) -> Json<Value> {
    Json(world.look(
        |state, _| json!({ "inpost": state.inpost.merchants.values().map(describe).collect::<Vec<_>>() }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMerchant {
    client_id: String,
    client_secret: SecretString,
    pos_id: Option<String>,
    merchant_secret: Option<SecretString>,
    name: Option<String>,
    callback_url: String,
}

async fn add_merchant(
    State(world): State<Shared>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let form = "{client_id, client_secret, callback_url, pos_id?, merchant_secret?, name?}";
    let new: NewMerchant = json_of(&body, form)?;
    let is_web = url::Url::parse(&new.callback_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if new.client_id.trim().is_empty() || !is_web {
        let detail =
            "client_id must not be empty, and callback_url is an address like http://127.0.0.1:8080/inpost.";
        return Err(Problem::unreadable(detail));
    }
    let given = InpostMerchant {
        pos_id: new.pos_id.unwrap_or_else(|| new.client_id.clone()),
        name: new.name.unwrap_or_else(|| new.client_id.clone()),
        merchant_secret: new.merchant_secret.unwrap_or_else(|| new.client_secret.clone()),
        client_id: new.client_id,
        client_secret: new.client_secret,
        callback_url: new.callback_url,
    };
    world.change(|state, _| {
        let merchants = &mut state.inpost.merchants;
        if merchants.len() >= MOST_MERCHANTS && !merchants.contains_key(&given.client_id) {
            return Err(Problem::unreadable(format!(
                "There are {MOST_MERCHANTS} merchants already."
            )));
        }
        let merchant = Merchant::from(&given);
        let answer = describe(&merchant);
        merchants.insert(merchant.client_id.clone(), merchant);
        Ok((StatusCode::CREATED, Json(answer)))
    })
}

/// Money, for a human and for a test: every payment of Vipps MobilePay, oldest first.
async fn list_vipps_payments(State(world): State<Shared>) -> Json<Value> {
    Json(world.look(|state, _| json!({ "payments": vipps::payments(&state.vipps) })))
}

async fn list_vipps_keys(State(world): State<Shared>) -> Json<Value> {
    let published = vipps::published_keys(&world);
    Json(json!({ "current": published.first(), "published": published }))
}

/// From now on id tokens are signed with another key.
async fn rotate_vipps_keys(State(world): State<Shared>) -> Json<Value> {
    world.change(|state, _| state.vipps.key_changes = state.vipps.key_changes.saturating_add(1));
    list_vipps_keys(State(world)).await
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    after: u64,
}

async fn list_calls(State(world): State<Shared>, Query(since): Query<Since>) -> Json<Value> {
    Json(json!({ "calls": world.with_calls(|calls| calls.since(since.after)) }))
}

async fn clear_calls(State(world): State<Shared>) -> StatusCode {
    world.with_calls(crate::calls::Calls::clear);
    StatusCode::NO_CONTENT
}

async fn reset(State(world): State<Shared>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}
