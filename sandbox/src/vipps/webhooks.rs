//! Registering webhooks. Contract, section 6.

use super::auth::{Caller, json_body};
use super::error::Reply;
use super::fields::{Need, Object, Wrongs};
use super::state::Webhook;
use crate::world::{Shared, World};
use axum::body::Bytes;
use axum::extract::{Path, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Registrations for one event of a sales unit.
const MOST_PER_EVENT: usize = 25;
/// The longest address.
const LONGEST_URL: usize = 2048;
/// What one can listen to.
pub(crate) const EVENTS: [&str; 10] = [
    "epayments.payment.created.v1",
    "epayments.payment.aborted.v1",
    "epayments.payment.expired.v1",
    "epayments.payment.cancelled.v1",
    "epayments.payment.captured.v1",
    "epayments.payment.refunded.v1",
    "epayments.payment.authorized.v1",
    "epayments.payment.terminated.v1",
    "login.merchant-initiated.ping.v1",
    "user.checked-in.v1",
];

/// `POST /webhooks/v1/webhooks`. The secret is shown this once.
pub(crate) async fn register(
    State(world): State<Shared>,
    Caller(unit): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Reply, Reply> {
    let request = json_body(&headers, &body)?;
    let wrongs = Wrongs::default();
    let read = Object::whole(&request, &wrongs).and_then(|body| {
        body.only(&["url", "events"]);
        let is_web = |text: &str| {
            let url = url::Url::parse(text);
            text.len() <= LONGEST_URL && url.is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        let url = body.text("url", Need::Must, is_web, "must be an address of the web");
        let mut events = body.texts("events", Need::Must)?;
        let mut named = BTreeSet::new();
        events.retain(|event| named.insert(*event));
        if events.is_empty() || events.iter().any(|event| !EVENTS.contains(event)) {
            body.wrong("events", "must name events that there are");
        }
        Some((url?, events))
    });
    let found = wrongs.into_inner();
    let Some((url, events)) = read.filter(|_| found.is_empty()) else {
        return Err(Reply::invalid(&found));
    };
    let (id, secret) = (world.id(), secret(&world));
    world.change(|state, _| {
        let state = &mut state.vipps;
        let count_of = |event: &str| {
            let ours = state.webhooks.values().filter(|webhook| webhook.msn == unit.msn);
            ours.filter(|webhook| webhook.events.iter().any(|known| known == event))
                .count()
        };
        if events.iter().any(|event| count_of(event) >= MOST_PER_EVENT) {
            return Err(Reply::invalid_field("events", "have 25 registrations already"));
        }
        let count = state.next_count();
        let webhook = Webhook {
            id: id.clone(),
            msn: unit.msn.to_owned(),
            url: url.to_owned(),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            secret: secret.clone(),
            count,
        };
        state.webhooks.insert(id.clone(), webhook);
        Ok(Reply::done(
            StatusCode::CREATED,
            json!({ "id": id, "secret": secret }),
        ))
    })
}

/// A secret of 64 bytes.
fn secret(world: &World) -> String {
    let random: Vec<u8> = (0..4)
        .flat_map(|_| {
            ring::digest::digest(&ring::digest::SHA256, world.id().as_bytes())
                .as_ref()
                .to_vec()
        })
        .take(64)
        .collect();
    STANDARD.encode(random)
}

/// `GET /webhooks/v1/webhooks`.
pub(crate) async fn list(State(world): State<Shared>, Caller(unit): Caller) -> Reply {
    let webhooks: Vec<Value> = world.look(|state, _| {
        let mut ours: Vec<&Webhook> = state
            .vipps
            .webhooks
            .values()
            .filter(|webhook| webhook.msn == unit.msn)
            .collect();
        ours.sort_by_key(|webhook| webhook.count);
        let describe =
            |webhook: &&Webhook| json!({ "id": webhook.id, "url": webhook.url, "events": webhook.events });
        ours.iter().map(describe).collect()
    });
    Reply::done(StatusCode::OK, json!({ "webhooks": webhooks }))
}

/// `DELETE /webhooks/v1/webhooks/{id}`. News on its way there is lost.
pub(crate) async fn remove(
    State(world): State<Shared>,
    Caller(unit): Caller,
    Path(id): Path<String>,
) -> Result<Reply, Reply> {
    let removed = world.change(|state, _| {
        let state = &mut state.vipps;
        let is_ours = state
            .webhooks
            .get(&id)
            .is_some_and(|webhook| webhook.msn == unit.msn);
        if is_ours {
            state.webhooks.remove(&id);
            state.deliveries.retain(|delivery| delivery.webhook != id);
        }
        is_ours
    });
    if removed {
        Ok(Reply::done(StatusCode::NO_CONTENT, Value::Null))
    } else {
        Err(Reply::problem(StatusCode::NOT_FOUND, "There is no such webhook"))
    }
}
