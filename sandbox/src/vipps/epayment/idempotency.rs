//! One answer for one key. Contract, section 5.

use super::super::auth::text;
use super::super::error::Reply;
use super::super::state::{KeptAnswer, key};
use crate::world::{State, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use jiff::Timestamp;

/// The longest key.
const LONGEST: usize = 50;
const HEADER: &str = "Idempotency-Key";

/// Whether a call must have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyed {
    /// It must.
    Must,
    /// It should.
    Should,
}

/// Reads the key.
pub(crate) fn read(headers: &HeaderMap, keyed: Keyed) -> Result<Option<String>, Reply> {
    let Some(given) = text(headers, HEADER) else {
        return match keyed {
            Keyed::Must => Err(Reply::invalid_field(HEADER, "is required")),
            Keyed::Should => Ok(None),
        };
    };
    if given.is_empty() || given.chars().count() > LONGEST {
        return Err(Reply::invalid_field(HEADER, "must have 1 to 50 characters"));
    }
    Ok(Some(given.to_owned()))
}

/// A state-changing call: who calls, under which key, and what exactly.
pub(crate) struct Call<'a> {
    pub(crate) msn: &'a str,
    pub(crate) key: Option<&'a str>,
    /// `capture k-123456`: what is done to which payment.
    pub(crate) what: String,
    pub(crate) body: &'a [u8],
    /// The number of the error when the key was used for something else.
    pub(crate) conflict: u16,
}

/// Does it, or answers as the key was answered before.
pub(crate) fn once(
    world: &World,
    call: &Call<'_>,
    act: impl FnOnce(&mut State, Timestamp) -> Reply,
) -> Reply {
    let fingerprint = fingerprint(&call.what, call.body);
    world.change(|state, now| {
        let Some(idempotency_key) = call.key else {
            return act(state, now);
        };
        let kept_as = key(call.msn, idempotency_key);
        if let Some(kept) = state.vipps.answers.get(&kept_as) {
            return if kept.fingerprint == fingerprint {
                kept.reply.clone()
            } else {
                Reply::number(call.conflict)
            };
        }
        let reply = act(state, now);
        if reply.sticks() {
            let kept = KeptAnswer {
                fingerprint,
                at: now,
                reply: reply.clone(),
            };
            state.vipps.answers.insert(kept_as, kept);
        }
        reply
    })
}

fn fingerprint(what: &str, body: &[u8]) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(what.as_bytes());
    context.update(&[0]);
    context.update(body);
    STANDARD.encode(context.finish().as_ref())
}
