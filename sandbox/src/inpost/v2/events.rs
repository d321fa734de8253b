//! Streams of events: what becomes of a binding, what happens to a basket.

use super::behind;
use crate::inpost::error::ApiError;
use crate::inpost::state::{Link, State};
use crate::world::{Shared, World};
use axum::extract::{Path, State as FromWorld};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;

/// What lapses by time alone is noticed so late at most.
const GLANCE: Duration = Duration::from_secs(1);

/// `GET …/events/basketBinding/{id}`. Who comes late is told what has become of it already.
pub(super) async fn binding(
    FromWorld(world): FromWorld<Shared>,
    Path(id): Path<String>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut told = false;
    watch(world, move |world| {
        let outcome = world.look(|state, now| outcome(&state.inpost, &id, now))?;
        (!std::mem::replace(&mut told, true)).then(|| named(outcome))
    })
}

/// What has become of a binding; nothing as long as it waits.
fn outcome(state: &State, id: &str, now: Timestamp) -> Option<&'static str> {
    for basket in state.baskets.values() {
        match &basket.link {
            Link::Pending(pending) if pending.id == id && now < pending.expires => return None,
            Link::Linked { .. } if basket.binding.as_deref() == Some(id) => return Some("bindingConfirmed"),
            _ => {}
        }
    }
    Some("bindingDeleted")
}

/// `GET …/events/basket/{key}`. Who comes back with `Last-Event-ID` is told what was missed; who is new, what comes.
pub(super) async fn basket(
    FromWorld(world): FromWorld<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let (client_id, basket_id) = world.look(|state, _| behind(&state.inpost, &key))?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let heard = last.and_then(|last| last.parse().ok());
    let latest = world.look(|state, _| {
        let basket = state.inpost.basket(&client_id, &basket_id);
        basket.map_or(0, |basket| basket.feed.last())
    });
    let mut cursor: u64 = heard.unwrap_or(latest);
    Ok(watch(world, move |world| {
        let (number, event) = world.look(|state, _| {
            let basket = state.inpost.basket(&client_id, &basket_id)?;
            basket.feed.after(cursor)
        })?;
        cursor = number;
        Some(named(&event).id(number.to_string()))
    }))
}

fn named(event: &str) -> Event {
    Event::default().data(json!({ "event": event }).to_string())
}

/// Looks after every change, and now and then, for the next event.
fn watch(
    world: Shared,
    look: impl FnMut(&World) -> Option<Event> + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = world.changes();
    let open = stream::once(async { Ok(Event::default().comment("open")) });
    let later = stream::unfold((world, changes, look), |(world, mut changes, mut look)| async {
        loop {
            changes.mark_unchanged();
            if let Some(event) = look(&world) {
                return Some((Ok(event), (world, changes, look)));
            }
            tokio::select! {
                changed = changes.changed() => changed.ok()?,
                () = tokio::time::sleep(GLANCE) => {}
                () = world.stopping.cancelled() => return None,
            }
        }
    });
    Sse::new(futures_util::StreamExt::chain(open, later)).keep_alive(KeepAlive::default())
}
